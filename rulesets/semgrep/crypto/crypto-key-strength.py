import subprocess

import ecdsa
import paramiko
import rsa as pyrsa
from Crypto.PublicKey import ECC, RSA
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

KEY_BITS = 1024
STRONG_BITS = 4096


def token_key():
    # ruleid: crypto-key-strength
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def positional():
    # ruleid: crypto-key-strength
    return generate_private_key(65537, 1024)


def constant():
    # ruleid: crypto-key-strength
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def by_default(bits: int = 1024):
    # ruleid: crypto-key-strength
    return RSA.generate(bits)


def pycryptodome():
    # ruleid: crypto-key-strength
    return RSA.generate(1024)


def old_dsa():
    # ruleid: crypto-key-strength
    return dsa.generate_private_key(key_size=1024)


def host_key():
    # ruleid: crypto-key-strength
    return paramiko.RSAKey.generate(bits=1024)


def plain_rsa():
    # ruleid: crypto-key-strength
    return pyrsa.newkeys(512)


def curve():
    # ruleid: crypto-key-strength
    return ec.generate_private_key(ec.SECP192R1())


def ecdsa_curve():
    # ruleid: crypto-key-strength
    return ecdsa.SigningKey.generate(curve=ecdsa.NIST192p)


def openssl(path):
    # ruleid: crypto-key-strength
    subprocess.run(["openssl", "genrsa", "-out", path, "1024"], check=True)


def good():
    # ok: crypto-key-strength
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def good_2048():
    # ok: crypto-key-strength
    return RSA.generate(2048)


def good_constant():
    # ok: crypto-key-strength
    return rsa.generate_private_key(65537, STRONG_BITS)


def good_curve():
    # ok: crypto-key-strength
    return ec.generate_private_key(ec.SECP256R1())


def good_ecc():
    # ok: crypto-key-strength
    return ECC.generate(curve="P-256")


def good_default(bits: int = 3072):
    # ok: crypto-key-strength
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def good_symmetric(make_key):
    # ok: crypto-key-strength
    return make_key(key_size=256)
