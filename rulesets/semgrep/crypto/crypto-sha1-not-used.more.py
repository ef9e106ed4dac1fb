import hashlib, hmac
from hashlib import sha1
from Crypto.Hash import SHA1, HMAC
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding


def a(x):
    # ruleid: crypto-sha1-not-used
    return sha1(x).hexdigest()


def b(k, x):
    # ruleid: crypto-sha1-not-used
    return hmac.new(k, x, "sha1").digest()


def c(x):
    # ruleid: crypto-sha1-not-used
    return hashlib.new(name="sha1", data=x)


def d(key, sig, data):
    # ruleid: crypto-sha1-not-used
    key.verify(sig, data, padding.PKCS1v15(), hashes.SHA1())


def e(x):
    # ruleid: crypto-sha1-not-used
    return SHA1.new(x)


def f(k, x):
    # ruleid: crypto-sha1-not-used
    return hmac.digest(k, x, hashlib.sha1)


def g(x):
    # ok: crypto-sha1-not-used
    return hashlib.sha1(x, usedforsecurity=False).hexdigest()


def h(x):
    # ok: crypto-sha1-not-used
    return hashlib.sha256(x).hexdigest()


def i(k, x):
    # ok: crypto-sha1-not-used
    return hmac.new(k, x, "sha256").digest()


def j(key, sig, data):
    # ok: crypto-sha1-not-used
    key.verify(sig, data, padding.PKCS1v15(), hashes.SHA256())
