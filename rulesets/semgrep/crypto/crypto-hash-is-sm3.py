import hashlib
import hmac
from functools import partial
from hashlib import sha256

from Crypto.Hash import SHA256
from cryptography.hazmat.primitives import hashes
from gmssl import func, sm3


def audit_chain(previous: bytes, record: bytes):
    # ruleid: crypto-hash-is-sm3
    return hashlib.sha256(previous + record).hexdigest()


def alias(data):
    # ruleid: crypto-hash-is-sm3
    return sha256(data).digest()


def webhook(key, body):
    # ruleid: crypto-hash-is-sm3
    return hmac.new(key, body, hashlib.sha512).hexdigest()


def webhook_name(key, body):
    # ruleid: crypto-hash-is-sm3
    return hmac.new(key, body, "sha256").hexdigest()


def by_name(data):
    # ruleid: crypto-hash-is-sm3
    return hashlib.new("sha3-256", data).hexdigest()


def primitives():
    # ruleid: crypto-hash-is-sm3
    return hashes.Hash(hashes.SHA384())


def pycryptodome(data):
    # ruleid: crypto-hash-is-sm3
    return SHA256.new(data)


def blake(data):
    # ruleid: crypto-hash-is-sm3
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def good(data):
    # ok: crypto-hash-is-sm3
    return hashlib.new("sm3", data).hexdigest()


def good_hmac(key, data):
    # ok: crypto-hash-is-sm3
    return hmac.new(key, data, "sm3").hexdigest()


def good_primitives():
    # ok: crypto-hash-is-sm3
    return hashes.Hash(hashes.SM3())


def good_gmssl(data):
    # ok: crypto-hash-is-sm3
    return sm3.sm3_hash(func.bytes_to_list(data))


def good_checksum(data):
    # ok: crypto-hash-is-sm3
    return sha256(data, usedforsecurity=False).hexdigest()


# ok: crypto-hash-is-sm3
fingerprint = partial(hashlib.sha256, usedforsecurity=False)


def good_compare(a, b):
    # ok: crypto-hash-is-sm3
    return hmac.compare_digest(a, b)
