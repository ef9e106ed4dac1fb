from gmssl.sm4 import CryptSM4, SM4_ENCRYPT, SM4_DECRYPT
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl import sm3, sm4
import hmac
from tongsuopy.crypto import ciphers


def a(k, d):
    c = CryptSM4()
    c.set_key(k, SM4_ENCRYPT)
    # ruleid: crypto-sm4-mode-authenticated
    return c.crypt_ecb(d)


def b(k, iv, d):
    c = sm4.CryptSM4()
    c.set_key(k, sm4.SM4_ENCRYPT)
    # ruleid: crypto-sm4-mode-authenticated
    return c.crypt_cbc(iv, d)


def c(k):
    # ruleid: crypto-sm4-mode-authenticated
    return Cipher(algorithms.SM4(k), modes.ECB())


def d(k, iv, data):
    # ruleid: crypto-sm4-mode-authenticated
    enc = Cipher(algorithms.SM4(k), modes.CBC(iv)).encryptor()
    return enc.update(data) + enc.finalize()


def e(k, iv, data):
    # ok: crypto-sm4-mode-authenticated
    enc = Cipher(algorithms.SM4(k), modes.GCM(iv)).encryptor()
    return enc.update(data) + enc.finalize(), enc.tag


def f(k, mac_key, iv, data):
    # ok: crypto-sm4-mode-authenticated
    enc = Cipher(algorithms.SM4(k), modes.CBC(iv)).encryptor()
    body = enc.update(data) + enc.finalize()
    return body, hmac.new(mac_key, iv + body, "sm3").digest()


def g(k, iv, mac_key, d):
    c = CryptSM4()
    c.set_key(k, SM4_ENCRYPT)
    # ok: crypto-sm4-mode-authenticated
    body = c.crypt_cbc(iv, d)
    tag = hmac.new(mac_key, iv + body, digestmod="sm3").hexdigest()
    return body, tag


def h(k, n):
    # ok: crypto-sm4-mode-authenticated
    return Cipher(algorithms.SM4(k), modes.CCM(n)) if hasattr(modes, "CCM") else None
