import jwt
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gmssl import sm2


def new_key():
    # ruleid: crypto-signature-is-sm2
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def new_ec_key():
    # ruleid: crypto-signature-is-sm2
    return ec.generate_private_key(ec.SECP256R1())


def sign(key, data):
    # ruleid: crypto-signature-is-sm2
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def sign_rsa(key, data):
    # ruleid: crypto-signature-is-sm2
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def agent_identity():
    # ruleid: crypto-signature-is-sm2
    return Ed25519PrivateKey.generate()


def pycryptodome(digest, pem):
    # ruleid: crypto-signature-is-sm2
    key = RSA.import_key(pem)
    # ruleid: crypto-signature-is-sm2
    return pkcs1_15.new(key).sign(digest)


def token(claims, key):
    # ruleid: crypto-signature-is-sm2
    return jwt.encode(claims, key, algorithm="RS256")


def good_sign(private_key, public_key, data):
    # ok: crypto-signature-is-sm2
    crypt = sm2.CryptSM2(private_key=private_key, public_key=public_key)
    # ok: crypto-signature-is-sm2
    return crypt.sign_with_sm3(data)


def good_load(pem):
    # ok: crypto-signature-is-sm2
    return serialization.load_pem_private_key(pem, password=None)


def good_token(claims, key):
    # ok: crypto-signature-is-sm2
    return jwt.encode(claims, key, algorithm="SM2")


def good_hmac_token(claims, key):
    # ok: crypto-signature-is-sm2
    return jwt.encode(claims, key, algorithm="HS256")


def good_module(hsm, data):
    # ok: crypto-signature-is-sm2
    return hsm.sign(data, mechanism="SM3_SM2")


def good_verify(crypt, signature, data):
    # ok: crypto-signature-is-sm2
    return crypt.verify_with_sm3(signature, data)
