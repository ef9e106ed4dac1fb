import hashlib
import hmac
from functools import partial
from hashlib import sha1, sha256

import xxhash
from Crypto.Hash import SHA1
from cryptography.hazmat.primitives import hashes


def file_id(data: bytes) -> str:
    # ruleid: crypto-sha1-not-used
    return hashlib.sha1(data).hexdigest()


def cache_key(prompt: str, model: str) -> str:
    # ruleid: crypto-sha1-not-used
    return sha1(f"{model}:{prompt}".encode("utf-8")).hexdigest()


def by_name(data):
    # ruleid: crypto-sha1-not-used
    h = hashlib.new("SHA1")
    h.update(data)
    return h.hexdigest()


def sign(key: bytes, body: bytes):
    # ruleid: crypto-sha1-not-used
    return hmac.new(key, body, hashlib.sha1).hexdigest()


def sign_by_name(key: bytes, body: bytes):
    # ruleid: crypto-sha1-not-used
    return hmac.new(key, body, digestmod="sha1").hexdigest()


def pycryptodome(data):
    # ruleid: crypto-sha1-not-used
    return SHA1.new(data).hexdigest()


def primitives(data):
    # ruleid: crypto-sha1-not-used
    digest = hashes.Hash(hashes.SHA1())
    digest.update(data)
    return digest.finalize()


def stream(handle):
    # ruleid: crypto-sha1-not-used
    return hashlib.file_digest(handle, "sha1").hexdigest()


# ruleid: crypto-sha1-not-used
HASHERS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


def explicit(data):
    # ruleid: crypto-sha1-not-used
    return hashlib.sha1(data, usedforsecurity=True)


def good_flag(data):
    # ok: crypto-sha1-not-used
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def good_flag_new(data):
    # ok: crypto-sha1-not-used
    return hashlib.new("sha1", data, usedforsecurity=False).hexdigest()


def good_flag_alias(data):
    # ok: crypto-sha1-not-used
    return sha1(data, usedforsecurity=False).hexdigest()


# ok: crypto-sha1-not-used
checksum = partial(hashlib.sha1, usedforsecurity=False)


def good_sha(data):
    # ok: crypto-sha1-not-used
    return sha256(data).hexdigest()


def good_sm3(data):
    # ok: crypto-sha1-not-used
    return hashlib.new("sm3", data).hexdigest()


def good_hmac(key, body):
    # ok: crypto-sha1-not-used
    return hmac.new(key, body, "sha256").hexdigest()


def good_xxhash(data):
    # ok: crypto-sha1-not-used
    return xxhash.xxh64(data).hexdigest()


def good_header(headers, record):
    # ok: crypto-sha1-not-used
    return headers.get("X-Content-SHA1") == record.sha1
