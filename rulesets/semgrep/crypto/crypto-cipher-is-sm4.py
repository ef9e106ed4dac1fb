from Crypto.Cipher import AES, ChaCha20_Poly1305
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from gmssl.sm4 import SM4_ENCRYPT, CryptSM4
from nacl.secret import SecretBox


def credential(key, value: str):
    # ruleid: crypto-cipher-is-sm4
    return Fernet(key).encrypt(value.encode())


def gcm(key, nonce, data):
    # ruleid: crypto-cipher-is-sm4
    return AESGCM(key).encrypt(nonce, data, None)


def cbc(key, iv):
    # ruleid: crypto-cipher-is-sm4
    return Cipher(algorithms.AES(key), modes.CBC(iv))


def pycryptodome(key, nonce):
    # ruleid: crypto-cipher-is-sm4
    return AES.new(key, AES.MODE_GCM, nonce=nonce)


def chacha(key):
    # ruleid: crypto-cipher-is-sm4
    return ChaCha20_Poly1305.new(key=key)


def box(key):
    # ruleid: crypto-cipher-is-sm4
    return SecretBox(key)


def good(key, nonce):
    # ok: crypto-cipher-is-sm4
    return Cipher(algorithms.SM4(key), modes.GCM(nonce))


def good_gmssl(key):
    # ok: crypto-cipher-is-sm4
    cipher = CryptSM4()
    cipher.set_key(key, SM4_ENCRYPT)
    return cipher


def good_vault(client, name, data):
    # ok: crypto-cipher-is-sm4
    return client.secrets.transit.encrypt_data(name=name, plaintext=data)


def good_catch(error):
    # ok: crypto-cipher-is-sm4
    return isinstance(error, InvalidToken)


def good_size():
    # ok: crypto-cipher-is-sm4
    return AES.block_size


def good_mode(iv):
    # ok: crypto-cipher-is-sm4
    return modes.CTR(iv)
