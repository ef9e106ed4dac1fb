import base64
import hashlib
import hmac
import os

import bcrypt
from argon2 import PasswordHasher
from Crypto.Hash import SHA256
from gmssl import func, sm3
from passlib.context import CryptContext
from passlib.hash import md5_crypt
from werkzeug.security import generate_password_hash


def hash_it(password: str) -> str:
    # ruleid: crypto-password-hash-slow
    return hashlib.sha256(password.encode()).hexdigest()


def salted(password, salt):
    # ruleid: crypto-password-hash-slow
    return hashlib.md5(f"{salt}{password}".encode()).hexdigest()


def concatenated(user, form):
    salt = os.urandom(16)
    data = salt + form["password"].encode("utf-8")
    # ruleid: crypto-password-hash-slow
    user.password_hash = hashlib.sha512(data).hexdigest()


def updated(passwd: bytes):
    h = hashlib.sha256()
    # ruleid: crypto-password-hash-slow
    h.update(passwd)
    return h.digest()


def commercial(pwd: str):
    # ruleid: crypto-password-hash-slow
    return sm3.sm3_hash(func.bytes_to_list(pwd.encode()))


def login(user, request):
    # ruleid: crypto-password-hash-slow
    return user.digest == hashlib.new("sha256", request.password.encode()).hexdigest()


def keyed(key, password):
    # ruleid: crypto-password-hash-slow
    return hmac.new(key, password.encode(), "sha256").hexdigest()


def pycryptodome(password):
    # ruleid: crypto-password-hash-slow
    return SHA256.new(password.encode()).hexdigest()


# ruleid: crypto-password-hash-slow--configuration
weak_context = CryptContext(schemes=["hex_sha256"])
# ruleid: crypto-password-hash-slow--configuration
mixed_context = CryptContext(schemes=["bcrypt", "plaintext"], deprecated="auto")


def passlib_md5(secret):
    # ruleid: crypto-password-hash-slow--configuration
    return md5_crypt.hash(secret)


def werkzeug_sha(secret):
    # ruleid: crypto-password-hash-slow--configuration
    return generate_password_hash(secret, method="sha256")


# ruleid: crypto-password-hash-slow--configuration
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# ok: crypto-password-hash-slow--configuration
good_context = CryptContext(schemes=["argon2", "bcrypt"], deprecated="auto")
# ok: crypto-password-hash-slow--configuration
pbkdf2_context = CryptContext(schemes=["pbkdf2_sha256"])


def good_werkzeug(secret):
    # ok: crypto-password-hash-slow--configuration
    return generate_password_hash(secret, method="scrypt")


def good_werkzeug_default(secret):
    # ok: crypto-password-hash-slow--configuration
    return generate_password_hash(secret)


# ok: crypto-password-hash-slow--configuration
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def good(password: str):
    # ok: crypto-password-hash-slow
    return PasswordHasher().hash(password)


def good_bcrypt(password: str):
    # ok: crypto-password-hash-slow
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt())


def good_long_bcrypt(password: str):
    # ok: crypto-password-hash-slow
    digest = base64.b64encode(hashlib.sha256(password.encode()).digest())
    return bcrypt.hashpw(digest, bcrypt.gensalt())


def good_pbkdf2(password: str, salt: bytes):
    # ok: crypto-password-hash-slow
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def good_scrypt(password: str, salt: bytes):
    # ok: crypto-password-hash-slow
    return hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1)


def good_leaked(password: str, session):
    # ok: crypto-password-hash-slow
    digest = hashlib.sha1(password.encode()).hexdigest().upper()
    prefix, suffix = digest[:5], digest[5:]
    return suffix in session.get(f"https://api.pwnedpasswords.com/range/{prefix}").text


def good_token(api_token: str):
    # ok: crypto-password-hash-slow
    return hashlib.sha256(api_token.encode()).hexdigest()


def good_file(password_file: bytes):
    # ok: crypto-password-hash-slow
    return hashlib.sha256(password_file).hexdigest()
