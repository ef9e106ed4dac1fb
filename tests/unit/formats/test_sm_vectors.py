"""SM3, SM4 and RFC 8998 by the implementations that verdicts rest on: every case of the vectors in tests/data/sm."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.decrepit.ciphers import modes as decrepit
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from auditor.formats import der, sm2, x509
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.tlcp import keys
from auditor.stages.tls.tls13_questions import certificates13

if TYPE_CHECKING:
    from collections.abc import Callable


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("tests/data/sm", name).read_bytes())
    return found


SM3_CASES = vectors("sm3.json")
SM4_CASES = vectors("sm4.json")
TRANSCRIPTS: list[dict[str, Any]] = vectors("rfc8998_transcripts.json")["transcripts"]
CODES = vectors("code_points.json")
EXPANSIONS: list[dict[str, Any]] = vectors("p_sm3.json")["key_expansion"]
hexed = bytes.fromhex


# --- SM3 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SM3_CASES["digest"], ids=lambda case: case["name"])
def test_sm3_digest(case: dict[str, str]) -> None:
    message = hexed(case["message_hex"])

    assert x509.sm3(message).hex() == keys.sm3(message).hex() == case["digest"]


def test_sm3_of_a_million_letters() -> None:
    assert keys.sm3(b"a" * 1_000_000).hex() == SM3_CASES["million_a"]


@pytest.mark.parametrize("case", SM3_CASES["pbkdf2"])
def test_pbkdf2_with_sm3(case: dict[str, Any]) -> None:
    derivation = PBKDF2HMAC(SM3(), case["length"], hexed(case["salt_hex"]), case["iterations"])

    assert derivation.derive(hexed(case["password_hex"])).hex() == case["key"]


@pytest.mark.parametrize("case", SM3_CASES["hkdf"])
def test_hkdf_with_sm3(case: dict[str, Any]) -> None:
    derivation = HKDF(SM3(), case["length"], hexed(case["salt"]), hexed(case["info"]))

    assert derivation.derive(hexed(case["ikm"])).hex() == case["okm"]


def test_every_wycheproof_case_of_hmac_sm3() -> None:
    cases = vectors("wycheproof_hmac_sm3_test.json")["cases"]
    assert len(cases) == 174
    for case in cases:
        made = keys.hmac_sm3(hexed(case["key"]), hexed(case["msg"]))[: case["tagSize"] // 8]
        assert (made.hex() == case["tag"]) == (case["result"] == "valid"), case["tcId"]
        if case["tagSize"] == 256:
            mac = HMAC(hexed(case["key"]), SM3())
            mac.update(hexed(case["msg"]))
            try:
                mac.verify(hexed(case["tag"]))
                is_valid = True
            except InvalidSignature:
                is_valid = False
            assert is_valid == (case["result"] == "valid"), case["tcId"]


@pytest.mark.parametrize("case", EXPANSIONS)
def test_key_block_is_the_recorded_one(case: dict[str, Any]) -> None:
    seed = hexed(case["server_random"]) + hexed(case["client_random"])

    assert keys.prf(hexed(case["master_secret"]), b"key expansion", seed, case["length"]).hex() == case["key_block"]


# --- SM4 -------------------------------------------------------------------------------------------------------------

MODES: dict[str, Callable[[bytes], Any]] = {
    "ecb": lambda _iv: modes.ECB(),  # noqa: S305 - what the vectors are about
    "cbc": modes.CBC,
    "ctr": modes.CTR,
    "ofb": decrepit.OFB,
    "cfb": decrepit.CFB,
}


@pytest.mark.parametrize("name", MODES)
def test_sm4_mode(name: str) -> None:
    for case in SM4_CASES[name]:
        cipher = Cipher(SM4(hexed(case["key"])), MODES[name](hexed(case.get("iv", ""))))
        sealing, opening = cipher.encryptor(), cipher.decryptor()

        assert (sealing.update(hexed(case["pt"])) + sealing.finalize()).hex() == case["ct"]
        assert (opening.update(hexed(case["ct"])) + opening.finalize()).hex() == case["pt"]


def test_sm4_of_a_million_rounds() -> None:
    case = SM4_CASES["ecb_million"]
    cipher = Cipher(SM4(hexed(case["key"])), modes.ECB()).encryptor()  # noqa: S305 - as above
    block = hexed(case["pt"])
    for _each in range(1_000_000):
        block = cipher.update(block)

    assert block.hex() == case["ct"]


def gcm(case: dict[str, Any]) -> bytes | None:
    """Open a case, None where its tag does not hold."""
    opening = Cipher(SM4(hexed(case["key"])), modes.GCM(hexed(case["iv"]), hexed(case["tag"]))).decryptor()
    opening.authenticate_additional_data(hexed(case["aad"]))
    try:
        return opening.update(hexed(case["ct"])) + opening.finalize()
    except InvalidTag:
        return None


def test_every_wycheproof_case_of_sm4_gcm() -> None:
    cases = vectors("wycheproof_sm4_gcm_test.json")["cases"]
    assert len(cases) == 104
    for case in [*cases, *({"result": "valid", "msg": each["pt"], **each} for each in SM4_CASES["gcm"])]:
        if not 8 <= len(hexed(case["iv"])) <= 128:
            with pytest.raises(ValueError, match="between 8 and 128"):
                gcm(case)
            continue
        is_valid = case["result"] == "valid"
        assert gcm(case) == (hexed(case["msg"]) if is_valid else None), case.get("tcId")


def test_every_wycheproof_case_of_sm4_ccm() -> None:
    """CCM is OpenSSL's inside TLS 1.3; of what Python can call, Tongsuo alone has it by itself."""
    aead = pytest.importorskip(
        "tongsuopy.crypto.ciphers.aead", reason="tongsuopy has no wheel for this machine (x86_64 only)"
    )
    cases = vectors("wycheproof_sm4_ccm_test.json")["cases"]
    assert len(cases) == 184
    for case in [
        *cases,
        *({"result": "valid", "msg": each["pt"], "tagSize": 128, **each} for each in SM4_CASES["ccm"]),
    ]:
        opened = None
        with contextlib.suppress(Exception):  # a size that it refuses, or a tag that does not hold
            cipher = aead.SM4CCM(hexed(case["key"]), tag_length=case["tagSize"] // 8)
            opened = cipher.decrypt(hexed(case["iv"]), hexed(case["ct"]) + hexed(case["tag"]), hexed(case["aad"]))
        assert opened == (hexed(case["msg"]) if case["result"] == "valid" else None), case.get("tcId")


# --- RFC 8998, opened with the key log alone -------------------------------------------------------------------------


def expanded(secret: bytes, label: str, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 7.1) over SM3."""
    info = size.to_bytes(2, "big") + wire.vector(1, b"tls13 " + label.encode()) + wire.vector(1, context)
    return HKDFExpand(SM3(), size, info).derive(secret)


class Opening:
    """One direction of a recorded TLS 1.3 connection."""

    def __init__(self, suite: str, secret: bytes) -> None:
        self.secret = secret
        self._is_ccm = "CCM" in suite
        self._key, self._iv = expanded(secret, "key", b"", 16), expanded(secret, "iv", b"", 12)
        self._number = 0

    def open(self, fragment: bytes) -> tuple[int, bytes]:
        """Return type and content of a protected record (RFC 8446 5.2)."""
        nonce = bytes(a ^ b for a, b in zip(self._iv, self._number.to_bytes(12, "big"), strict=True))
        self._number += 1
        head = b"\x17\x03\x03" + len(fragment).to_bytes(2, "big")
        if self._is_ccm:
            aead = pytest.importorskip("tongsuopy.crypto.ciphers.aead", reason="no wheel for this machine")
            text = aead.SM4CCM(self._key).decrypt(nonce, fragment, head)
        else:
            opening = Cipher(SM4(self._key), modes.GCM(nonce, fragment[-16:])).decryptor()
            opening.authenticate_additional_data(head)
            text = opening.update(fragment[:-16]) + opening.finalize()
        text = text.rstrip(b"\x00")
        return text[-1], text[:-1]


@pytest.mark.parametrize("case", TRANSCRIPTS, ids=lambda case: f"{case['suite']}-{case['group']}-{case['mutual']}")
def test_recorded_rfc_8998_handshake_is_proven(case: dict[str, Any]) -> None:
    """Every record opens with the keys of the log; both signatures (RFC 8998 3.2.1) and both Finished hold."""
    log = {line.split()[0]: hexed(line.split()[2]) for line in case["keylog"]}
    opening = {
        side: Opening(case["suite"], log[f"{side.upper()}_HANDSHAKE_TRAFFIC_SECRET"]) for side in ("client", "server")
    }
    messages = {"client": wire.Messages(), "server": wire.Messages()}
    records = {"client": wire.Records(), "server": wire.Records()}
    transcript, seen = b"", []
    chain: dict[str, tuple[bytes, ...]] = {}
    for flight in case["flights"]:
        side = flight["sender"]
        for each in records[side].feed(hexed(flight["hex"])):
            if each.kind == wire.CHANGE_CIPHER_SPEC:
                continue
            kind, text = (
                (each.kind, each.fragment) if each.kind == wire.HANDSHAKE else opening[side].open(each.fragment)
            )
            for message in messages[side].feed(text) if kind == wire.HANDSHAKE else ():
                seen.append((side, message.kind))
                if message.kind == wire.CERTIFICATE:
                    chain[side] = certificates13(message.body)[0]
                elif message.kind == wire.CERTIFICATE_VERIFY:
                    point = x509.read(chain[side][0]).sm2_point
                    assert point is not None
                    signed = b" " * 64 + f"TLS 1.3, {side} CertificateVerify".encode() + b"\x00" + keys.sm3(transcript)
                    assert message.body[:2] == b"\x07\x08"
                    assert sm2.verify(point, signed, wire.Octets(message.body[2:]).vector(2), sm2.TLS13_ID)
                    assert not sm2.verify(point, signed, wire.Octets(message.body[2:]).vector(2))
                elif message.kind == wire.FINISHED:
                    due = keys.hmac_sm3(expanded(opening[side].secret, "finished", b"", 32), keys.sm3(transcript))
                    assert message.body == due
                    if side == "server":
                        opening[side] = Opening(case["suite"], log["SERVER_TRAFFIC_SECRET_0"])
                transcript += message.raw
    assert ("server", wire.FINISHED) in seen
    assert ("client", wire.FINISHED) in seen
    assert (("client", wire.CERTIFICATE_VERIFY) in seen) == case["mutual"]


# --- Containers and code points --------------------------------------------------------------------------------------


def test_signed_data_of_gmt_0010_holds() -> None:
    case = vectors("gmt0009_0010_asn1.json")["signed_data"]
    signer = x509.read(hexed(case["signer_certificate"]))

    assert signer.sm2_point is not None
    assert sm2.verify(signer.sm2_point, hexed(case["content"]), hexed(case["signature"]))
    assert hexed(case["signer_certificate"]) in hexed(case["der"])


def test_object_identifiers_are_those_of_the_standards() -> None:
    oids = vectors("gmt0009_0010_asn1.json")["oids"]

    assert (oids["SM2 curve"], oids["SM2-with-SM3"]) == (sm2.OID_CURVE, sm2.OID_SM2_WITH_SM3)
    for name, oid in oids.items():
        assert der.read(der.oid(oid)).oid() == oid, name
    assert x509.SIGNATURES[oids["RSA-with-SM3"]] == ("RSA-with-SM3", "sm3")


def test_code_points_of_schemes_and_messages_are_known() -> None:
    for code, name in CODES["signature_schemes"].items():
        shown = points.scheme_name(int(code, 16))
        assert shown.startswith("sm2 with sm3" if name.startswith("hash") else name.partition(" ")[0]), code
    for number, name in CODES["handshake_types"].items():
        known = getattr(wire, name.partition(" ")[0].upper(), None)
        assert known == int(number), name
    assert {int(code, 16) for code in CODES["tlcp_suites_seen"]} == set(points.TLCP_SM2)
    share = CODES["curve_sm2_mlkem768_key_share"]
    assert ("1249" in share["client"], "1153" in share["server"]) == (True, True)


def test_no_file_of_vectors_is_left_unread() -> None:
    """Every file here is named in a test; one that nobody reads proves nothing."""
    tests = "".join(path.read_text(encoding="utf-8") for path in Path("tests/unit").rglob("test_*.py"))
    names = [path.name for path in Path("tests/data/sm").glob("*.json")]

    assert len(names) == 13
    assert [name for name in names if f'"{name}"' not in tests and f"/{name}" not in tests] == []


def test_vectors_are_those_that_were_handed_over() -> None:
    """A digest each: a changed vector would prove whatever one likes."""
    listed = dict(line.split()[::-1] for line in Path("tests/data/sm/SHA256SUMS").read_text("ascii").splitlines())

    assert listed == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in Path("tests/data/sm").glob("*.json")
    }
