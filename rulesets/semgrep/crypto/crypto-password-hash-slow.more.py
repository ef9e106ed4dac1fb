import hashlib, bcrypt, os
from passlib.context import CryptContext
from hashlib import sha256
from argon2 import PasswordHasher
from passlib.hash import md5_crypt
from Crypto.Hash import SHA256


def hash_password(password: str) -> str:
    # ruleid: crypto-password-hash-slow
    return hashlib.sha256(password.encode()).hexdigest()


class Account:
    def set_password(self, raw, salt):
        # ruleid: crypto-password-hash-slow
        self.password_hash = sha256((salt + raw).encode()).hexdigest()

    def check(self, pwd):
        # ruleid: crypto-password-hash-slow
        return hashlib.md5(pwd.encode("utf8")).hexdigest() == self.password_hash

    def set_ok(self, raw):
        # ok: crypto-password-hash-slow, crypto-password-hash-slow--configuration
        self.password_hash = bcrypt.hashpw(raw.encode(), bcrypt.gensalt())


def verify(plain_password, user):
    h = hashlib.sha1()
    # ruleid: crypto-password-hash-slow
    h.update(plain_password.encode())
    return h.hexdigest() == user.hash


def argon(password):
    # ok: crypto-password-hash-slow, crypto-password-hash-slow--configuration
    return PasswordHasher().hash(password)


def pb(password, salt):
    # ok: crypto-password-hash-slow, crypto-password-hash-slow--configuration
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


# ruleid: crypto-password-hash-slow--configuration
pwd_context = CryptContext(schemes=["md5_crypt"])
# ok: crypto-password-hash-slow, crypto-password-hash-slow--configuration
pwd_ok = CryptContext(schemes=["bcrypt"], deprecated="auto")


def file_digest(data):
    # ok: crypto-password-hash-slow, crypto-password-hash-slow--configuration
    return hashlib.sha256(data).hexdigest()


def weak(password):
    # ruleid: crypto-password-hash-slow--configuration
    return md5_crypt.hash(password)


def few(password, salt):
    # ruleid: crypto-password-hash-slow--configuration
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1000)


def token_digest(token):
    # ok: crypto-password-hash-slow, crypto-password-hash-slow--configuration
    return hashlib.sha256(token.encode()).hexdigest()
