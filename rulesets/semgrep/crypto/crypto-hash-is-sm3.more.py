import hashlib, hmac
from hashlib import sha256 as s256, blake2b
from cryptography.hazmat.primitives import hashes
from Crypto.Hash import SHA512


def a(x):
    # ruleid: crypto-hash-is-sm3
    return s256(x).hexdigest()


def b(k, x):
    # ruleid: crypto-hash-is-sm3
    return hmac.new(k, x, hashlib.sha512)


def c(x):
    # ruleid: crypto-hash-is-sm3
    return hashes.Hash(hashes.SHA384())


def d(x):
    # ruleid: crypto-hash-is-sm3
    return blake2b(x)


def e(x):
    # ruleid: crypto-hash-is-sm3
    return SHA512.new(x)


def f(x):
    # ok: crypto-hash-is-sm3
    return hashlib.new("sm3", x)


def g():
    # ok: crypto-hash-is-sm3
    return hashes.Hash(hashes.SM3())


def h(k, x):
    # ok: crypto-hash-is-sm3
    return hmac.new(k, x, "sm3")


def i(x):
    # ruleid: crypto-hash-is-sm3
    return hashlib.new("sha256", x)


def j(x):
    # ruleid: crypto-hash-is-sm3
    return hashlib.sha3_256(x)


def m(x):
    from gmssl import sm3, func
    # ok: crypto-hash-is-sm3
    return sm3.sm3_hash(func.bytes_to_list(x))
