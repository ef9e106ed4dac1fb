from cryptography.fernet import Fernet as F
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from Crypto.Cipher import AES
import hmac, jwt, os, base64, hashlib
from gmssl.sm4 import CryptSM4, SM4_ENCRYPT
from itsdangerous import URLSafeTimedSerializer

KEY = b"0123456789abcdef"


def a():
    # ruleid: secret-cipher-key-not-literal
    return F(b"Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=")


def b(n, d):
    # ruleid: secret-cipher-key-not-literal
    return AESGCM(KEY).encrypt(n, d, None)


def c(iv):
    # ruleid: secret-cipher-key-not-literal
    return AES.new("bank-loan-key-16".encode(), AES.MODE_CBC, iv)


def d(data):
    # ruleid: secret-cipher-key-not-literal
    return hmac.new(b"webhook-secret", data, hashlib.sha256).hexdigest()


def e(payload):
    # ruleid: secret-cipher-key-not-literal
    return jwt.encode(payload, "loan-desk-signing", algorithm="HS256")


def f(d):
    s = CryptSM4()
    # ruleid: secret-cipher-key-not-literal
    s.set_key(bytes.fromhex("0123456789abcdeffedcba9876543210"), SM4_ENCRYPT)
    return s.crypt_cbc(d, d)


def g():
    # ruleid: secret-cipher-key-not-literal
    return URLSafeTimedSerializer("cookie-signing-key")


def h(n, d):
    # ok: secret-cipher-key-not-literal
    return AESGCM(os.environ["KEY"].encode()).encrypt(n, d, None)


def i(data, settings):
    # ok: secret-cipher-key-not-literal
    return hmac.new(settings.webhook_secret.encode(), data, hashlib.sha256).hexdigest()


def j():
    # ok: secret-cipher-key-not-literal
    return F(F.generate_key())


def k(payload, keys):
    # ok: secret-cipher-key-not-literal
    return jwt.encode(payload, keys["signing"], algorithm="HS256")


def m(payload, kms):
    # ok: secret-cipher-key-not-literal
    return jwt.encode(payload, kms.get("signing-key"), algorithm="HS256")


def n(iv):
    key = base64.b64decode("MDEyMzQ1Njc4OWFiY2RlZg==")
    # ruleid: secret-cipher-key-not-literal
    return Cipher(algorithms.AES(key), modes.CBC(iv))


def signed_step_by_step(access_key_secret, day, text):
    service = "ark"
    of_day = hmac.new(access_key_secret.encode("utf-8"), day.encode("utf-8"), hashlib.sha256).digest()
    # ok: secret-cipher-key-not-literal
    of_service = hmac.new(of_day, service.encode("utf-8"), hashlib.sha256).digest()
    # ok: secret-cipher-key-not-literal
    signing = hmac.new(of_service, b"request", hashlib.sha256).digest()
    # ok: secret-cipher-key-not-literal
    return hmac.new(signing, text.encode("utf-8"), hashlib.sha256).hexdigest()


def signed_with_a_written_key(text):
    # ruleid: secret-cipher-key-not-literal
    return hmac.new(b"3f9a1c77e0d24b6685aa", text.encode("utf-8"), hashlib.sha256).digest()


def signed_as_the_service_asks(access_key_secret, text):
    # ok: secret-cipher-key-not-literal
    return hmac.new(bytes(access_key_secret + "&", encoding="utf-8"), text.encode(), hashlib.sha1).digest()
