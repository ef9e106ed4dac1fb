import ssl

from Crypto.Cipher import AES, ARC4, DES
from Crypto.Cipher import DES3 as TripleDes
from Cryptodome.Cipher import Blowfish
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4 as OldArc4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305


def des(key, data):
    # ruleid: crypto-weak-ciphers-not-used
    return DES.new(key, DES.MODE_CBC, key).encrypt(data)


def triple(key, iv, data):
    # ruleid: crypto-weak-ciphers-not-used
    cipher = TripleDes.new(key, TripleDes.MODE_CBC, iv)
    return cipher.encrypt(data)


def rc4(key, data):
    # ruleid: crypto-weak-ciphers-not-used
    return ARC4.new(key).encrypt(data)


def ecb(key, data):
    # ruleid: crypto-weak-ciphers-not-used
    return AES.new(key, AES.MODE_ECB).encrypt(data)


def ecb_keyword(key, data):
    # ruleid: crypto-weak-ciphers-not-used
    return AES.new(key=key, mode=AES.MODE_ECB).encrypt(data)


def ecb_primitives(key):
    # ruleid: crypto-weak-ciphers-not-used
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor()


def blowfish(key):
    # ruleid: crypto-weak-ciphers-not-used
    return Blowfish.new(key, Blowfish.MODE_CBC)


def primitives(key, iv):
    # ruleid: crypto-weak-ciphers-not-used
    return Cipher(algorithms.TripleDES(key), modes.CBC(iv))


def decrepit(key):
    # ruleid: crypto-weak-ciphers-not-used
    return Cipher(OldArc4(key), mode=None)


def suites(context: ssl.SSLContext):
    # ruleid: crypto-weak-ciphers-not-used
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA:RC4-SHA")


def good_gcm(key, nonce, data):
    # ok: crypto-weak-ciphers-not-used
    return AESGCM(key).encrypt(nonce, data, None)


def good_pycryptodome(key, nonce):
    # ok: crypto-weak-ciphers-not-used
    return AES.new(key, AES.MODE_GCM, nonce=nonce)


def good_chacha(key, nonce, data):
    # ok: crypto-weak-ciphers-not-used
    return ChaCha20Poly1305(key).encrypt(nonce, data, b"")


def good_sm4(key, iv):
    # ok: crypto-weak-ciphers-not-used
    return Cipher(algorithms.SM4(key), modes.GCM(iv))


def good_suites(context: ssl.SSLContext):
    # ok: crypto-weak-ciphers-not-used
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!RC4:!3DES:!DES")


def good_name(frame):
    # ok: crypto-weak-ciphers-not-used
    return frame.DES.new(frame)
