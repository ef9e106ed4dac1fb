from cryptography.hazmat.primitives.asymmetric import rsa, ec, ed25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from Crypto.PublicKey import RSA, ECC
import nacl.signing
import jwt, ecdsa


def a():
    # ruleid: crypto-signature-is-sm2
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def b():
    # ruleid: crypto-signature-is-sm2
    return ec.generate_private_key(ec.SECP256R1())


def c():
    # ruleid: crypto-signature-is-sm2
    return Ed25519PrivateKey.generate()


def d():
    # ruleid: crypto-signature-is-sm2
    return RSA.generate(3072)


def e(p, k):
    # ruleid: crypto-signature-is-sm2
    return jwt.encode(p, k, algorithm="RS256")


def f():
    # ruleid: crypto-signature-is-sm2
    return ECC.generate(curve="P-256")


def g(priv, pub):
    from gmssl import sm2
    # ok: crypto-signature-is-sm2
    return sm2.CryptSM2(private_key=priv, public_key=pub)


def h(p, k):
    # ok: crypto-signature-is-sm2
    return jwt.encode(p, k, algorithm="HS256")


def i():
    from tongsuopy.crypto.asymciphers import ec as tec
    # ok: crypto-signature-is-sm2
    return tec.generate_private_key(tec.SM2())


def j():
    # ruleid: crypto-signature-is-sm2
    return ecdsa.SigningKey.generate(curve=ecdsa.NIST256p)


def k(x):
    # ok: crypto-signature-is-sm2
    return rsa_like(x)


def n():
    # ok: crypto-signature-is-sm2
    return new_key("sm2")
