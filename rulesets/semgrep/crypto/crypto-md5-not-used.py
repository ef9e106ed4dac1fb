import hashlib
import hmac
from functools import partial
from hashlib import md5, sha256

import xxhash
from Crypto.Hash import MD5
from cryptography.hazmat.primitives import hashes


def file_id(data: bytes) -> str:
    # ruleid: crypto-md5-not-used
    return hashlib.md5(data).hexdigest()


def cache_key(prompt: str, model: str) -> str:
    # ruleid: crypto-md5-not-used
    return md5(f"{model}:{prompt}".encode("utf-8")).hexdigest()


def by_name(data):
    # ruleid: crypto-md5-not-used
    h = hashlib.new("MD5")
    h.update(data)
    return h.hexdigest()


def sign(key: bytes, body: bytes):
    # ruleid: crypto-md5-not-used
    return hmac.new(key, body, hashlib.md5).hexdigest()


def sign_by_name(key: bytes, body: bytes):
    # ruleid: crypto-md5-not-used
    return hmac.new(key, body, digestmod="md5").hexdigest()


def pycryptodome(data):
    # ruleid: crypto-md5-not-used
    return MD5.new(data).hexdigest()


def primitives(data):
    # ruleid: crypto-md5-not-used
    digest = hashes.Hash(hashes.MD5())
    digest.update(data)
    return digest.finalize()


def stream(handle):
    # ruleid: crypto-md5-not-used
    return hashlib.file_digest(handle, "md5").hexdigest()


# ruleid: crypto-md5-not-used
HASHERS = {"md5": hashlib.md5, "sha256": hashlib.sha256}


def explicit(data):
    # ruleid: crypto-md5-not-used
    return hashlib.md5(data, usedforsecurity=True)


def good_flag(data):
    # ok: crypto-md5-not-used
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def good_flag_new(data):
    # ok: crypto-md5-not-used
    return hashlib.new("md5", data, usedforsecurity=False).hexdigest()


def good_flag_alias(data):
    # ok: crypto-md5-not-used
    return md5(data, usedforsecurity=False).hexdigest()


# ok: crypto-md5-not-used
checksum = partial(hashlib.md5, usedforsecurity=False)


def good_sha(data):
    # ok: crypto-md5-not-used
    return sha256(data).hexdigest()


def good_sm3(data):
    # ok: crypto-md5-not-used
    return hashlib.new("sm3", data).hexdigest()


def good_hmac(key, body):
    # ok: crypto-md5-not-used
    return hmac.new(key, body, "sha256").hexdigest()


def good_xxhash(data):
    # ok: crypto-md5-not-used
    return xxhash.xxh64(data).hexdigest()


def good_header(headers, record):
    # ok: crypto-md5-not-used
    return headers.get("Content-MD5") == record.md5
