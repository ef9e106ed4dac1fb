"""SM2 against the worked examples of GB/T 32918.5, two other programs, and what must be refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenSSL import crypto

from auditor.formats import der, sm2

VECTORS: dict[str, Any] = json.loads(Path("tests/data/sm/sm2.json").read_bytes())
ASN1: dict[str, Any] = json.loads(Path("tests/data/sm/gmt0009_0010_asn1.json").read_bytes())
CERTIFICATES: dict[str, Any] = json.loads(Path("tests/data/sm/sm2_certificates.json").read_bytes())


def number(text: str) -> int:
    return int(text, 16)


def point_of(case: dict[str, str]) -> sm2.Point:
    return number(case["public_x"]), number(case["public_y"])


def test_curve_is_the_recommended_one() -> None:
    curve = VECTORS["curve"]

    assert tuple(number(curve[name]) for name in "pabn") == (sm2.P, sm2.A, sm2.B, sm2.N)
    assert (number(curve["gx"]), number(curve["gy"])) == sm2.G
    assert curve["oid"] == sm2.OID_CURVE
    assert VECTORS["tls13_id_ascii"].encode() == sm2.TLS13_ID
    assert bytes.fromhex(VECTORS["default_id_hex"]) == sm2.DEFAULT_ID


@pytest.mark.parametrize("case", VECTORS["sign"])
def test_signature_of_the_standard_is_made_and_verified(case: dict[str, str]) -> None:
    point, message, user = point_of(case), bytes.fromhex(case["message_hex"]), bytes.fromhex(case["id_hex"])
    private = number(case["private_key"])

    assert sm2.public_key(private) == point
    assert sm2.z_value(point, user).hex() == case["z"]
    assert sm2.message_digest(point, message, user).hex() == case["e"]
    assert sm2._signed(private, bytes.fromhex(case["e"]), number(case["k"])) == (number(case["r"]), number(case["s"]))
    assert sm2.signature_to_der(number(case["r"]), number(case["s"])).hex() == case["signature_der"]
    assert sm2.verify(point, message, bytes.fromhex(case["signature_der"]), user)


@pytest.mark.parametrize("case", VECTORS["verify_negative"]["cases"], ids=lambda case: case["name"])
def test_bad_signature_is_refused(case: dict[str, Any]) -> None:
    both = VECTORS["verify_negative"]
    user = bytes.fromhex(case["id_hex"]) if "id_hex" in case else sm2.DEFAULT_ID

    valid = sm2.verify(point_of(both), bytes.fromhex(both["message_hex"]), bytes.fromhex(case["signature_der"]), user)

    assert valid is case["valid"] is False


@pytest.mark.parametrize("case", VECTORS["encrypt"])
def test_ciphertext_of_the_standard_is_made_and_opened(case: dict[str, str]) -> None:
    plain = bytes.fromhex(case["plaintext_hex"])

    made = sm2._encrypted(point_of(case), plain, number(case["k"]))

    assert made is not None
    assert made.to_der().hex() == case["ciphertext_der"]
    assert made.to_octets().hex() == case["raw_c1c3c2"]
    assert made.to_octets(is_old_order=True).hex() == case["raw_c1c2c3"]
    read = [
        sm2.Ciphertext.from_der(bytes.fromhex(case["ciphertext_der"])),
        sm2.Ciphertext.from_octets(bytes.fromhex(case["raw_c1c3c2"])),
        sm2.Ciphertext.from_octets(bytes.fromhex(case["raw_c1c2c3"]), is_old_order=True),
    ]
    assert [sm2.decrypt(number(case["private_key"]), each) for each in read] == [plain] * 3


@pytest.mark.parametrize("case", VECTORS["decrypt"])
def test_ciphertext_of_another_program_is_opened(case: dict[str, str]) -> None:
    ciphertext = sm2.Ciphertext.from_der(bytes.fromhex(case["ciphertext_der"]))

    assert sm2.decrypt(number(case["private_key"]), ciphertext).hex() == case["plaintext_hex"]


@pytest.mark.parametrize("case", VECTORS["decrypt_negative"], ids=lambda case: case["name"])
def test_changed_ciphertext_is_refused(case: dict[str, str]) -> None:
    ciphertext = sm2.Ciphertext.from_der(bytes.fromhex(case["ciphertext_der"]))

    with pytest.raises(sm2.Sm2Error, match="was changed"):
        sm2.decrypt(number(case["private_key"]), ciphertext)


@pytest.mark.parametrize("case", VECTORS["key_exchange"])
def test_both_sides_of_the_key_exchange_of_the_standard_agree(case: dict[str, Any]) -> None:
    def sides(own: str, other: str, ids: str) -> tuple[sm2.OwnHalf, sm2.PeerHalf]:
        mine, theirs = case[own], case[other]
        theirs_id = bytes.fromhex(case["id_b_hex" if ids == "id_a_hex" else "id_a_hex"])
        return (
            sm2.OwnHalf(number(mine["d"]), number(mine["r"]), bytes.fromhex(case[ids])),
            sm2.PeerHalf(
                (number(theirs["x"]), number(theirs["y"])), (number(theirs["rx"]), number(theirs["ry"])), theirs_id
            ),
        )

    initiator = sides("initiator", "responder", "id_a_hex")
    responder = sides("responder", "initiator", "id_b_hex")

    for size in (16, 48):
        assert sm2.exchange(*initiator, size, is_initiator=True).hex() == case[f"key_{size}"]
        assert sm2.exchange(*responder, size, is_initiator=False).hex() == case[f"key_{size}"]


def test_enveloped_key_of_gmt_0009_is_opened() -> None:
    """The second field of a SignedAndEnvelopedKey is the key-encryption key under SM2."""
    case = ASN1["enveloped_key"]
    _algorithm, wrapped, bits, _key = der.read(bytes.fromhex(case["der"])).sequence(4)

    opened = sm2.decrypt(number(case["unwrap_private_key"]), sm2.Ciphertext.from_der(wrapped.raw))

    assert opened.hex() == case["kek"]
    assert sm2.point_from_octets(bits.bits()) == sm2.public_key(number(case["private_key"]))


def test_key_forms_are_read_and_written() -> None:
    private = sm2.private_key_from_der(bytes.fromhex(CERTIFICATES["pkcs8"]))
    point = sm2.public_key(private)

    assert sm2.pkcs8(private).hex() == CERTIFICATES["pkcs8"]
    assert sm2.public_key_from_spki(sm2.spki(point)) == point
    octets = sm2.point_to_octets(point)
    assert sm2.point_from_octets(bytes((2 + octets[-1] % 2,)) + octets[1:33]) == point


def test_keys_are_those_that_openssl_reads() -> None:
    private = sm2.generate_private_key()

    loaded = crypto.load_privatekey(crypto.FILETYPE_ASN1, sm2.pkcs8(private))

    public = crypto.dump_publickey(crypto.FILETYPE_ASN1, loaded)
    assert sm2.public_key_from_spki(public) == sm2.public_key(private)
    sec1 = der.read(der.read(sm2.pkcs8(private)).sequence()[2].content).raw
    with pytest.raises(sm2.Sm2Error, match="names no SM2 curve"):
        sm2.private_key_from_der(sec1)


def test_signature_made_here_is_one_to_openssl_and_to_gmssl() -> None:
    """OpenSSL verifies a certificate that this module signed; gmssl a bare signature."""
    from gmssl import sm2 as gmssl_sm2  # noqa: PLC0415 - a second opinion, nothing else

    private = sm2.generate_private_key()
    point = sm2.public_key(private)
    r, s = sm2.sign_digest(private, sm2.message_digest(point, b"message"))
    second = gmssl_sm2.CryptSM2(private_key="", public_key=sm2.point_to_octets(point).hex()[2:])
    second.public_key = sm2.point_to_octets(point).hex()[2:]  # it strips leading zeros and fours of what it is given

    assert second.verify(f"{r:064x}{s:064x}", sm2.message_digest(point, b"message"))


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x00", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + bytes(31), b"\x06" + bytes(64), b"\x04" * 66],
)
def test_octets_that_are_no_point_are_refused(octets: bytes) -> None:
    with pytest.raises(sm2.Sm2Error):
        sm2.point_from_octets(octets)


def test_compressed_point_without_a_root_is_refused() -> None:
    refused = 0
    for x in range(32):
        try:
            sm2.point_from_octets(b"\x02" + x.to_bytes(32, "big"))
        except sm2.Sm2Error:
            refused += 1

    assert 0 < refused < 32


@pytest.mark.parametrize("private", [0, -1, sm2.N - 1, sm2.N, 1 << 300])
def test_private_key_out_of_range_is_refused(private: int) -> None:
    with pytest.raises(sm2.Sm2Error):
        sm2.public_key(private)
    with pytest.raises(sm2.Sm2Error):
        sm2.sign_digest(private, bytes(32))


def test_point_off_the_curve_is_refused_everywhere() -> None:
    off = (1, 1)

    for call in (
        lambda: sm2.verify_digest(off, bytes(32), 1, 1),
        lambda: sm2.encrypt(off, b"text"),
        lambda: sm2.decrypt(5, sm2.Ciphertext(off, bytes(32), b"x")),
        lambda: sm2.exchange(sm2.OwnHalf(3, 5), sm2.PeerHalf(off, sm2.G), 48, is_initiator=True),
        lambda: sm2.exchange(sm2.OwnHalf(3, 5), sm2.PeerHalf(sm2.G, off), 48, is_initiator=True),
    ):
        with pytest.raises(sm2.Sm2Error):
            call()


def test_key_of_another_curve_is_refused() -> None:
    p256 = der.oid("1.2.840.10045.3.1.7")
    key = der.sequence(der.sequence(der.oid(sm2.OID_EC_KEY), p256), der.bit_string(sm2.point_to_octets(sm2.G)))

    with pytest.raises(sm2.Sm2Error, match="names no SM2 curve"):
        sm2.public_key_from_spki(key)


def test_user_id_longer_than_its_length_field_is_refused() -> None:
    with pytest.raises(sm2.Sm2Error, match="too long"):
        sm2.z_value(sm2.G, bytes(8192))


def test_known_multiples_are_right() -> None:
    """Both ways to multiply agree where the scalars are awkward."""
    for scalar in (1, 2, 3, 31, 32, 33, 63, 64, 65, (1 << 256) - 1, sm2.N - 1, sm2.N - 2, sm2.N + 1):
        assert sm2._affine(sm2._times_base(scalar)) == sm2._affine(sm2._times(scalar, sm2.G))
    with pytest.raises(sm2.Sm2Error, match="infinity"):
        sm2._affine(sm2._times_base(sm2.N))
    with pytest.raises(sm2.Sm2Error, match="infinity"):
        sm2._affine(sm2._times(sm2.N, sm2.G))


@settings(max_examples=40, deadline=None)
@given(private=st.integers(1, sm2.N - 2), message=st.binary(max_size=200), user=st.binary(max_size=40))
def test_whatever_is_signed_verifies_and_nothing_else(private: int, message: bytes, user: bytes) -> None:
    point = sm2.public_key(private)
    signature = sm2.sign(private, message, user)

    assert sm2.verify(point, message, signature, user)
    assert not sm2.verify(point, message + b"x", signature, user)
    assert not sm2.verify(point, message, signature, user + b"x")


@settings(max_examples=30, deadline=None)
@given(private=st.integers(1, sm2.N - 2), plain=st.binary(min_size=1, max_size=200), at=st.integers(0, 10_000))
def test_whatever_is_encrypted_opens_and_no_changed_octet_does(private: int, plain: bytes, at: int) -> None:
    octets = sm2.encrypt(sm2.public_key(private), plain).to_der()
    changed = bytearray(octets)
    changed[at % len(octets)] ^= 1

    assert sm2.decrypt(private, sm2.Ciphertext.from_der(octets)) == plain
    with pytest.raises(sm2.Sm2Error):
        sm2.decrypt(private, sm2.Ciphertext.from_der(bytes(changed)))


@settings(max_examples=300, deadline=None)
@given(octets=st.binary(max_size=200))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for read in (
        sm2.signature_from_der,
        sm2.Ciphertext.from_der,
        sm2.Ciphertext.from_octets,
        sm2.public_key_from_spki,
        sm2.private_key_from_der,
        sm2.point_from_octets,
    ):
        try:
            read(octets)
        except sm2.Sm2Error:
            continue
    assert not sm2.verify(sm2.G, b"", octets)
