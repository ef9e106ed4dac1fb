from Crypto.Cipher import DES3, AES, ARC4, Blowfish, DES
from Cryptodome.Cipher import AES as CAES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES, AES as HAES
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4 as RC4


def a(k, iv):
    # ruleid: crypto-weak-ciphers-not-used
    return DES3.new(k, DES3.MODE_CBC, iv)


def b(k):
    # ruleid: crypto-weak-ciphers-not-used
    return AES.new(k, AES.MODE_ECB)


def c(k):
    # ruleid: crypto-weak-ciphers-not-used
    return CAES.new(key=k, mode=CAES.MODE_ECB)


def d(k, iv):
    # ruleid: crypto-weak-ciphers-not-used
    return Cipher(TripleDES(k), modes.CBC(iv))


def e(k):
    # ruleid: crypto-weak-ciphers-not-used
    return Cipher(HAES(k), modes.ECB()).encryptor()


def f(k):
    # ruleid: crypto-weak-ciphers-not-used
    return Cipher(RC4(k), mode=None)


def g(k):
    # ruleid: crypto-weak-ciphers-not-used
    return Blowfish.new(k, Blowfish.MODE_CBC)


def h(k, n):
    # ok: crypto-weak-ciphers-not-used
    return AES.new(k, AES.MODE_GCM, nonce=n)


def i(k, n):
    # ok: crypto-weak-ciphers-not-used
    return Cipher(algorithms.AES(k), modes.GCM(n))


def j(k, iv):
    # ok: crypto-weak-ciphers-not-used
    return Cipher(algorithms.SM4(k), modes.CTR(iv))


def m(k):
    # ok: crypto-weak-ciphers-not-used
    return CAES.new(k, CAES.MODE_EAX)


class Box:
    # ruleid: crypto-weak-ciphers-not-used
    mode = AES.MODE_ECB

    def enc(self, k):
        # ruleid: crypto-weak-ciphers-not-used
        mode = AES.MODE_ECB
        return AES.new(k, mode)
