import hashlib as hl
from hashlib import md5, new
from Crypto.Hash import MD5
from cryptography.hazmat.primitives import hashes
import hmac, hashlib


class Signer:
    def sign(self, body, secret):
        # ruleid: crypto-md5-not-used
        return hl.md5((body + secret).encode("utf-8")).hexdigest().upper()

    def sign_ok(self, body, secret):
        # ok: crypto-md5-not-used
        return hl.sha256((body + secret).encode("utf-8")).hexdigest().upper()


def a(data):
    # ruleid: crypto-md5-not-used
    h = new("md5")
    h.update(data)
    return h.digest()


def b(data):
    # ruleid: crypto-md5-not-used
    digest = MD5.new()
    digest.update(data)
    return digest.hexdigest()


def c(data):
    # ruleid: crypto-md5-not-used
    d = hashes.Hash(hashes.MD5())
    return d


def d(key, data):
    # ruleid: crypto-md5-not-used
    return hmac.new(key, data, hashlib.md5).hexdigest()


def e(data):
    # ok: crypto-md5-not-used
    return md5(data, usedforsecurity=False).hexdigest()


def f(key, data):
    # ruleid: crypto-md5-not-used
    return hmac.new(key, data, digestmod="md5").hexdigest()


def g(data):
    # ok: crypto-md5-not-used
    return hashlib.new("sm3", data).hexdigest()


def h(data):
    # ok: crypto-md5-not-used
    return hashlib.new("md5", data, usedforsecurity=False).hexdigest()


def i(data):
    # ruleid: crypto-md5-not-used
    algorithm = getattr(hashlib, "md5")
    return algorithm(data)
