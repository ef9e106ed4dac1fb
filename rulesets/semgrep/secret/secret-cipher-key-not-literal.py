import base64
import hashlib
import hmac
import os
import secrets

import jwt
from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from gmssl import sm2
from gmssl.sm4 import CryptSM4, SM4_ENCRYPT
from itsdangerous import URLSafeTimedSerializer
from jose import jwt as jose_jwt

KEY = b"0123456789abcdef"
SECRET = "agent-platform-secret"


def a(data):
    # ruleid: secret-cipher-key-not-literal
    return AES.new(KEY, AES.MODE_CBC, os.urandom(16)).encrypt(data)


def b(data):
    key = "sixteen byte key".encode("utf-8")
    # ruleid: secret-cipher-key-not-literal
    return AES.new(key, AES.MODE_GCM).encrypt(data)


def c(data):
    # ruleid: secret-cipher-key-not-literal
    return Fernet(b"ZmFrZWZha2VmYWtlZmFrZWZha2VmYWtlZmFrZWZha2U=").encrypt(data)


def d(data):
    # ruleid: secret-cipher-key-not-literal
    return hmac.new(b"webhook", data, hashlib.sha256).hexdigest()


def e(data):
    # ruleid: secret-cipher-key-not-literal
    return hmac.new(SECRET.encode(), msg=data, digestmod="sha256").digest()


def f(payload):
    # ruleid: secret-cipher-key-not-literal
    return jwt.encode(payload, SECRET, algorithm="HS256")


def g(token):
    # ruleid: secret-cipher-key-not-literal
    return jwt.decode(token, "dev-key", algorithms=["HS256"])


def h(data):
    k = bytes.fromhex("00112233445566778899aabbccddeeff")
    # ruleid: secret-cipher-key-not-literal
    return Cipher(algorithms.SM4(k), modes.CTR(os.urandom(16))).encryptor().update(data)


def i(data):
    sm4 = CryptSM4()
    # ruleid: secret-cipher-key-not-literal
    sm4.set_key(b"3l5butlj26hvv313", SM4_ENCRYPT)
    return sm4.crypt_ecb(data)


def j(data):
    derived = hashlib.sha256(b"platform").digest()
    # ruleid: secret-cipher-key-not-literal
    return AESGCM(derived).encrypt(os.urandom(12), data, None)


def k(data):
    raw = base64.b64decode("MDEyMzQ1Njc4OWFiY2RlZg==")
    # ruleid: secret-cipher-key-not-literal
    return AESGCM(raw).encrypt(os.urandom(12), data, None)


def l():
    # ruleid: secret-cipher-key-not-literal
    return URLSafeTimedSerializer("serializer-key")


def a_ok(data):
    # ok: secret-cipher-key-not-literal
    return AES.new(get_random_bytes(32), AES.MODE_GCM).encrypt(data)


def b_ok(data):
    key = os.environ["DATA_KEY"].encode("utf-8")
    # ok: secret-cipher-key-not-literal
    return AES.new(key, AES.MODE_GCM).encrypt(data)


def c_ok(data):
    # ok: secret-cipher-key-not-literal
    return Fernet(os.getenv("FERNET_KEY")).encrypt(data)


def d_ok(data, secret):
    # ok: secret-cipher-key-not-literal
    return hmac.new(secret.encode("utf-8"), b"literal message", hashlib.sha256).hexdigest()


def e_ok(payload, settings):
    # ok: secret-cipher-key-not-literal
    return jwt.encode(payload, settings.jwt_secret, algorithm="HS256")


def f_ok(data):
    key = bytes.fromhex(os.environ["SM4_KEY"])
    # ok: secret-cipher-key-not-literal
    return Cipher(algorithms.SM4(key), modes.GCM(os.urandom(12))).encryptor().update(data)


def g_ok(data):
    key = vault.read("transit/agent", "key")["data"]["key"]
    # ok: secret-cipher-key-not-literal
    return AESGCM(key).encrypt(os.urandom(12), data, b"header")


def h_ok(data):
    key = open("/run/secrets/key", "rb").read()
    # ok: secret-cipher-key-not-literal
    return AESGCM(key).encrypt(os.urandom(12), data, None)


def i_ok(data, password):
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), os.urandom(16), 600000)
    # ok: secret-cipher-key-not-literal
    return AESGCM(key).encrypt(os.urandom(12), data, None)


def j_ok(payload):
    key = secrets.token_hex(32)
    # ok: secret-cipher-key-not-literal
    return jwt.encode(payload, key, algorithm="HS256")


def k_ok(token, config):
    # ok: secret-cipher-key-not-literal
    return jwt.decode(token, config.get("jwt_key"), algorithms=["HS256"])


BOX_KEY = base64.urlsafe_b64encode(b"0123-lantern-harbour-bridge-4567")
DIGEST_KEY = hashlib.sha256(b"lantern-harbour-bridge").digest()
HEX_KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
GIVEN_KEY = base64.urlsafe_b64encode(os.environ["BOX_KEY"].encode())


def box():
    # ruleid: secret-cipher-key-not-literal
    return Fernet(BOX_KEY)


def sealed(nonce, data):
    # ruleid: secret-cipher-key-not-literal
    return AESGCM(DIGEST_KEY).encrypt(nonce, data, None)


def also_sealed(nonce, data):
    # ruleid: secret-cipher-key-not-literal
    return AESGCM(HEX_KEY).encrypt(nonce, data, None)


def good_box():
    # ok: secret-cipher-key-not-literal
    return Fernet(GIVEN_KEY)
