from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM as Gcm, ChaCha20Poly1305, AESCCM
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from Crypto.Cipher import AES, ChaCha20
import nacl.secret


def a(k):
    # ruleid: crypto-cipher-is-sm4
    return Fernet(k)


def b(k):
    # ruleid: crypto-cipher-is-sm4
    return Gcm(k)


def c(k):
    # ruleid: crypto-cipher-is-sm4
    return ChaCha20Poly1305(k)


def d(k, n):
    # ruleid: crypto-cipher-is-sm4
    return Cipher(algorithms.AES256(k), modes.GCM(n))


def e(k):
    # ruleid: crypto-cipher-is-sm4
    return AES.new(k, AES.MODE_GCM)


def f(k, n):
    # ok: crypto-cipher-is-sm4
    return Cipher(algorithms.SM4(k), modes.GCM(n))


def g(k):
    from gmssl.sm4 import CryptSM4
    # ok: crypto-cipher-is-sm4
    return CryptSM4()


def h(k):
    # ruleid: crypto-cipher-is-sm4
    return ChaCha20.new(key=k)


def i(k):
    # ok: crypto-cipher-is-sm4
    return len(k)


def j(k, iv):
    # ok: crypto-cipher-is-sm4
    return Cipher(algorithms.SM4(k), modes.CTR(iv))


def k2(k):
    # ruleid: crypto-cipher-is-sm4
    return nacl.secret.SecretBox(k)
