"""Encryption of single fields (ID numbers, phone numbers, account numbers) and of messages to the core system."""

from __future__ import annotations

import hashlib
import os

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_api.settings import settings

NONCE_BYTES = 12
TAG_BYTES = 16


def seal_field(plain: str) -> bytes:
    """Encrypt a field with SM4-GCM; nonce and tag travel with it."""
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(settings().field_key), modes.GCM(nonce)).encryptor()
    body = encryptor.update(plain.encode()) + encryptor.finalize()
    return nonce + encryptor.tag + body


def open_field(sealed: bytes) -> str:
    """Decrypt what `seal_field` returned.

    Raises:
        InvalidTag: The bytes were changed.
    """
    nonce, tag, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES : NONCE_BYTES + TAG_BYTES], sealed[28:]
    decryptor = Cipher(algorithms.SM4(settings().field_key), modes.GCM(nonce, tag)).decryptor()
    return (decryptor.update(body) + decryptor.finalize()).decode()


def phone_index(phone: str) -> bytes:
    """Encrypt a phone number so that equal numbers give equal bytes and can be looked up."""
    padder = padding.PKCS7(128).padder()
    block = padder.update(phone.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.SM4(settings().field_key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def seal_transcript(transcript: bytes, key: bytes) -> bytes:
    """Encrypt a finished conversation for the archive."""
    nonce = b"loan-chat-v1"
    return AESGCM(key).encrypt(nonce, transcript, None)


def core_pin_block(pin_block: bytes, terminal_key: bytes, iv: bytes) -> bytes:
    """Encrypt a PIN block as the core banking system expects it."""
    encryptor = Cipher(algorithms.TripleDES(terminal_key), modes.CBC(iv)).encryptor()
    return encryptor.update(pin_block) + encryptor.finalize()


def document_etag(data: bytes) -> str:
    """Return the cache tag of a document that is served unchanged."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def contract_fingerprint(contract: bytes) -> str:
    """Return the digest that is printed on a contract and compared at signing."""
    return hashlib.md5(contract).hexdigest()
