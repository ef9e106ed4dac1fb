import os
from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives import hashes
import hashlib

IV = b"0123456789abcdef"


def a(k, d):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AES.new(k, AES.MODE_CBC, iv=IV).encrypt(d)


def b(k, d):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AESGCM(k).encrypt(b"\x00" * 12, d, None)


def c(k):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return Cipher(algorithms.AES(k), modes.CBC(bytes(16)))


def d(p):
    # ruleid: crypto-iv-nonce-salt-not-constant
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=b"static-salt", iterations=600000)
    return kdf.derive(p)


def e(p):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return hashlib.pbkdf2_hmac("sha256", p, b"pepper", 600000)


def f(k, d):
    nonce = os.urandom(12)
    # ok: crypto-iv-nonce-salt-not-constant
    return nonce + AESGCM(k).encrypt(nonce, d, None)


def g(k):
    # ok: crypto-iv-nonce-salt-not-constant
    return Cipher(algorithms.AES(k), modes.CBC(os.urandom(16)))


def h(p, salt):
    # ok: crypto-iv-nonce-salt-not-constant
    return hashlib.scrypt(p, salt=salt, n=2**14, r=8, p=1)


def i(p):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return hashlib.scrypt(p, salt=b"bank", n=2**14, r=8, p=1)


def j(k, blob):
    # ok: crypto-iv-nonce-salt-not-constant
    return AESGCM(k).decrypt(blob[:12], blob[12:], None)


def m(p):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return Scrypt(salt="bank-salt".encode(), length=32, n=2**14, r=8, p=1).derive(p)


def n(k, d):
    iv = k[:16]
    return AES.new(k, AES.MODE_CBC, iv).encrypt(d)
