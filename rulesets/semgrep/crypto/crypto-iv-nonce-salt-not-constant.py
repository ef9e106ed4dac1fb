import base64
import hashlib
import os

import bcrypt
from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from gmssl.sm4 import SM4_ENCRYPT, CryptSM4

IV = b"0123456789abcdef"
SALT = "platform-salt".encode()


def cbc(key):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return Cipher(algorithms.AES(key), modes.CBC(IV))


def gcm(key, data):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AESGCM(key).encrypt(b"\x00" * 12, data, None)


def gcm_variable(key, data):
    nonce = b"000000000000"
    aead = AESGCM(key)
    # ruleid: crypto-iv-nonce-salt-not-constant
    return aead.encrypt(nonce, data, None)


def pycryptodome(key, data):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AES.new(key, AES.MODE_CBC, iv=b"fixed-iv-16bytes").encrypt(data)


def pycryptodome_zero(key, data):
    iv = bytes(16)
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AES.new(key, AES.MODE_CBC, iv).encrypt(data)


def from_key(key, data):
    iv = key[:16]
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AES.new(key, AES.MODE_CBC, iv).encrypt(data)


def password_hash(password: str):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 600_000)


def derive(password: bytes):
    # ruleid: crypto-iv-nonce-salt-not-constant
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=SALT, iterations=600_000)
    return kdf.derive(password)


def sm4(key, data):
    crypt = CryptSM4()
    crypt.set_key(key, SM4_ENCRYPT)
    # ruleid: crypto-iv-nonce-salt-not-constant
    return crypt.crypt_cbc(b"\x00" * 16, data)


def encoded(key, data):
    iv = base64.b64decode("MDEyMzQ1Njc4OWFiY2RlZg==")
    # ruleid: crypto-iv-nonce-salt-not-constant
    return AES.new(key, AES.MODE_CBC, iv).encrypt(data)


class Vault:
    iv = b"abcdefghijklmnop"

    def encrypt(self, key, data):
        # ruleid: crypto-iv-nonce-salt-not-constant
        return Cipher(algorithms.AES(key), modes.CTR(self.iv)).encryptor().update(data)


def hashed(password: bytes):
    # ruleid: crypto-iv-nonce-salt-not-constant
    return bcrypt.hashpw(password, b"$2b$12$abcdefghijklmnopqrstuu")


def good_gcm(key, data):
    nonce = os.urandom(12)
    # ok: crypto-iv-nonce-salt-not-constant
    return nonce + AESGCM(key).encrypt(nonce, data, None)


def good_cbc(key, data):
    iv = get_random_bytes(16)
    # ok: crypto-iv-nonce-salt-not-constant
    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(data)


def good_decrypt(key, blob):
    nonce, body = blob[:12], blob[12:]
    # ok: crypto-iv-nonce-salt-not-constant
    return AESGCM(key).decrypt(nonce, body, None)


def good_stored(key, record):
    # ok: crypto-iv-nonce-salt-not-constant
    return Cipher(algorithms.AES(key), modes.CBC(base64.b64decode(record["iv"])))


def good_salt(password: str):
    salt = os.urandom(16)
    # ok: crypto-iv-nonce-salt-not-constant
    return salt, hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def good_bcrypt(password: bytes):
    # ok: crypto-iv-nonce-salt-not-constant
    return bcrypt.hashpw(password, bcrypt.gensalt())


def good_check(password: str, stored: str):
    # ok: crypto-iv-nonce-salt-not-constant
    return bcrypt.hashpw(password.encode(), stored.encode()) == stored.encode()


def good_hkdf(secret):
    # ok: crypto-iv-nonce-salt-not-constant
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"platform", info=b"session").derive(secret)


def good_config(key, settings):
    # ok: crypto-iv-nonce-salt-not-constant
    return AES.new(key, AES.MODE_GCM, nonce=settings.get("nonce"))


def good_text(client, text):
    # ok: crypto-iv-nonce-salt-not-constant
    return client.encrypt("name", text, "context")
