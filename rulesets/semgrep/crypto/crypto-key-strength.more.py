from cryptography.hazmat.primitives.asymmetric import rsa, ec, dsa, dh
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from Crypto.PublicKey import RSA, ECC
import paramiko

BITS = 1024


def a():
    # ruleid: crypto-key-strength
    return rsa.generate_private_key(65537, 1024)


def b():
    # ruleid: crypto-key-strength
    return generate_private_key(public_exponent=65537, key_size=BITS)


def c():
    # ruleid: crypto-key-strength
    return RSA.generate(bits=1024)


def d():
    # ruleid: crypto-key-strength
    return ec.generate_private_key(ec.SECP192R1())


def e():
    # ruleid: crypto-key-strength
    return dsa.generate_private_key(key_size=1024)


def f():
    # ruleid: crypto-key-strength
    return paramiko.RSAKey.generate(1024)


def g():
    # ok: crypto-key-strength
    return rsa.generate_private_key(65537, 3072)


def h():
    # ok: crypto-key-strength
    return RSA.generate(2048)


def i():
    # ok: crypto-key-strength
    return ec.generate_private_key(ec.SECP256R1())


def j():
    # ok: crypto-key-strength
    return ECC.generate(curve="P-384")


def k():
    # ruleid: crypto-key-strength
    return dh.generate_parameters(generator=2, key_size=1024)


def n():
    size = 512 * 2
    # ruleid: crypto-key-strength
    return RSA.generate(size)
