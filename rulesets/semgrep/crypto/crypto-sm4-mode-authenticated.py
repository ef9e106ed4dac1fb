import hmac
import os

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl import Sm4Cbc, sm4
from gmssl.sm4 import SM4_DECRYPT, SM4_ENCRYPT, CryptSM4


def ecb(key: bytes, data: bytes):
    crypt = CryptSM4()
    crypt.set_key(key, SM4_ENCRYPT)
    # ruleid: crypto-sm4-mode-authenticated
    return crypt.crypt_ecb(data)


def cbc(key: bytes, data: bytes):
    iv = os.urandom(16)
    crypt = sm4.CryptSM4()
    crypt.set_key(key, SM4_ENCRYPT)
    # ruleid: crypto-sm4-mode-authenticated
    return iv + crypt.crypt_cbc(iv, data)


def cbc_decrypt(key, blob):
    crypt = CryptSM4()
    crypt.set_key(key, SM4_DECRYPT)
    # ruleid: crypto-sm4-mode-authenticated
    return crypt.crypt_cbc(blob[:16], blob[16:])


def primitives_ecb(key):
    # ruleid: crypto-sm4-mode-authenticated
    return Cipher(algorithms.SM4(key), modes.ECB()).encryptor()


def primitives_cbc(key, data):
    iv = os.urandom(16)
    # ruleid: crypto-sm4-mode-authenticated
    encryptor = Cipher(algorithms.SM4(key), modes.CBC(iv)).encryptor()
    return iv + encryptor.update(data) + encryptor.finalize()


def by_variable(key, iv):
    algorithm = algorithms.SM4(key)
    # ruleid: crypto-sm4-mode-authenticated
    return Cipher(algorithm, modes.CBC(iv))


def gmssl_python(key, iv):
    # ruleid: crypto-sm4-mode-authenticated
    return Sm4Cbc(key, iv, True)


def good_gcm(key, data):
    nonce = os.urandom(12)
    # ok: crypto-sm4-mode-authenticated
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    return nonce + encryptor.update(data) + encryptor.finalize() + encryptor.tag


def good_mac(key, mac_key, data):
    iv = os.urandom(16)
    crypt = CryptSM4()
    crypt.set_key(key, SM4_ENCRYPT)
    # ok: crypto-sm4-mode-authenticated
    body = iv + crypt.crypt_cbc(iv, data)
    return body + hmac.new(mac_key, body, "sm3").digest()


def good_mac_checked(key, mac_key, blob):
    body, tag = blob[:-32], blob[-32:]
    if not hmac.compare_digest(hmac.new(mac_key, body, "sm3").digest(), tag):
        raise ValueError("changed")
    crypt = CryptSM4()
    crypt.set_key(key, SM4_DECRYPT)
    # ok: crypto-sm4-mode-authenticated
    return crypt.crypt_cbc(body[:16], body[16:])


def good_primitives_mac(key, mac_key, data):
    iv = os.urandom(16)
    # ok: crypto-sm4-mode-authenticated
    encryptor = Cipher(algorithms.SM4(key), modes.CBC(iv)).encryptor()
    body = iv + encryptor.update(data) + encryptor.finalize()
    tag = hmac.digest(mac_key, body, "sm3")
    return body + tag


def good_other(key, iv):
    # ok: crypto-sm4-mode-authenticated
    return AES.new(key, AES.MODE_CBC, iv)


def good_aes(key, iv):
    # ok: crypto-sm4-mode-authenticated
    return Cipher(algorithms.AES(key), modes.CBC(iv))
