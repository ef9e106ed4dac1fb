"""Keys of TLCP and the protection of its records (GB/T 38636-2020 5.2, 6.3.3, 6.5)."""

from __future__ import annotations

import hmac as constant
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

from auditor.formats.tls_suites import TLCP_GCM
from auditor.formats.tls_wire import TLCP, WireError

MASTER_OCTETS: Final = 48
VERIFY_OCTETS: Final = 12
_BLOCK: Final = 16
_MAC: Final = 32
_EXPLICIT: Final = 8
_TAG: Final = 16


def sm3(*parts: bytes) -> bytes:
    """Return the SM3 digest of parts."""
    digest = Hash(SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


def hmac_sm3(key: bytes, *parts: bytes) -> bytes:
    """Return HMAC-SM3 of parts."""
    mac = HMAC(key, SM3())
    for part in parts:
        mac.update(part)
    return mac.finalize()


def prf(secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    """Return octets of the pseudo-random function, P_SM3 over label and seed (5.2.3)."""
    seed = label + seed
    found = b""
    a = seed
    while len(found) < size:
        a = hmac_sm3(secret, a)
        found += hmac_sm3(secret, a, seed)
    return found[:size]


def master_secret(pre_master: bytes, client_random: bytes, server_random: bytes) -> bytes:
    """Return the master secret (6.5.1)."""
    return prf(pre_master, b"master secret", client_random + server_random, MASTER_OCTETS)


def verify_data(master: bytes, label: bytes, transcript: bytes) -> bytes:
    """Return what Finished holds (6.4.5.10); the label is ``client finished`` or ``server finished``."""
    return prf(master, label, sm3(transcript), VERIFY_OCTETS)


@dataclass(frozen=True, slots=True)
class KeyBlock:
    """Keys of both directions; MAC keys are empty in GCM.

    Attributes:
        client_mac: MAC key of the client.
        server_mac: MAC key of the server.
        client_key: SM4 key of the client.
        server_key: SM4 key of the server.
        client_iv: Fixed part of the client's nonces.
        server_iv: Fixed part of the server's nonces.
    """

    client_mac: bytes
    server_mac: bytes
    client_key: bytes
    server_key: bytes
    client_iv: bytes
    server_iv: bytes

    @classmethod
    def derive(cls, suite: int, master: bytes, client_random: bytes, server_random: bytes) -> KeyBlock:
        """Derive the keys of a session (6.5.2)."""
        mac, iv = (0, 4) if suite in TLCP_GCM else (_MAC, _BLOCK)
        sizes = (mac, mac, 16, 16, iv, iv)
        octets = prf(master, b"key expansion", server_random + client_random, sum(sizes))
        cut: list[bytes] = []
        for size in sizes:
            cut.append(octets[:size])
            octets = octets[size:]
        return cls(*cut)

    def of_client(self, suite: int) -> Protection:
        """Return the protection of what the client sends."""
        return Protection(suite in TLCP_GCM, self.client_key, self.client_mac, self.client_iv)

    def of_server(self, suite: int) -> Protection:
        """Return the protection of what the server sends."""
        return Protection(suite in TLCP_GCM, self.server_key, self.server_mac, self.server_iv)


class Protection:
    """Seals or opens the records of one direction (6.3.3)."""

    def __init__(self, is_gcm: bool, key: bytes, mac: bytes, iv: bytes) -> None:  # noqa: FBT001 - built in two places
        """Begin with the number 0."""
        self._is_gcm = is_gcm
        self._key = key
        self._mac = mac
        self._iv = iv
        self._number = 0

    def _additional(self, kind: int, size: int) -> bytes:
        number = self._number.to_bytes(8, "big")
        return number + bytes((kind,)) + TLCP.to_bytes(2, "big") + size.to_bytes(2, "big")

    def seal(self, kind: int, plaintext: bytes) -> bytes:
        """Return the fragment of a record."""
        additional = self._additional(kind, len(plaintext))
        explicit = self._number.to_bytes(8, "big")
        self._number += 1
        if self._is_gcm:
            encryptor = Cipher(SM4(self._key), modes.GCM(self._iv + explicit)).encryptor()
            encryptor.authenticate_additional_data(additional)
            return explicit + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag
        iv = secrets.token_bytes(_BLOCK)
        content = plaintext + hmac_sm3(self._mac, additional, plaintext)
        padding = _BLOCK - len(content) % _BLOCK
        chaining = Cipher(SM4(self._key), modes.CBC(iv)).encryptor()
        return iv + chaining.update(content + bytes((padding - 1,)) * padding) + chaining.finalize()

    def open(self, kind: int, fragment: bytes) -> bytes:
        """Return what a record holds.

        Raises:
            WireError: It was changed, or is none.
        """
        plaintext = self._open_gcm(kind, fragment) if self._is_gcm else self._open_cbc(kind, fragment)
        self._number += 1
        return plaintext

    def _open_gcm(self, kind: int, fragment: bytes) -> bytes:
        size = len(fragment) - _EXPLICIT - _TAG
        if size < 0:
            raise WireError("protected record is too short")
        explicit, text, tag = fragment[:_EXPLICIT], fragment[_EXPLICIT:-_TAG], fragment[-_TAG:]
        decryptor = Cipher(SM4(self._key), modes.GCM(self._iv + explicit, tag)).decryptor()
        decryptor.authenticate_additional_data(self._additional(kind, size))
        try:
            return decryptor.update(text) + decryptor.finalize()
        except InvalidTag as error:
            raise WireError("protected record was changed, or is under other keys") from error

    def _open_cbc(self, kind: int, fragment: bytes) -> bytes:
        if len(fragment) < _BLOCK + _MAC + _BLOCK or len(fragment) % _BLOCK:
            raise WireError("protected record is too short, or no whole number of blocks")
        decryptor = Cipher(SM4(self._key), modes.CBC(fragment[:_BLOCK])).decryptor()
        content = decryptor.update(fragment[_BLOCK:]) + decryptor.finalize()
        padding = content[-1] + 1
        fits = padding + _MAC <= len(content) and content[-padding:] == content[-1:] * padding
        if not fits:
            padding = 1  # go on with the MAC, which then fails: one error for both
        plaintext, mac = content[: -padding - _MAC], content[-padding - _MAC : len(content) - padding]
        due = hmac_sm3(self._mac, self._additional(kind, len(plaintext)), plaintext)
        if not (constant.compare_digest(mac, due) and fits):
            raise WireError("protected record was changed, or is under other keys")
        return plaintext
