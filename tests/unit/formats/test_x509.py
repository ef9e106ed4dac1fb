"""X.509 as it is: the project's good and bad SM2 certificates, odd ones, and octets that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import der, issuing, sm2, x509

VECTORS: dict[str, Any] = json.loads(Path("tests/data/sm/sm2_certificates.json").read_bytes())
ISSUER = x509.read(bytes.fromhex(VECTORS["intermediate"]))
ROOT = x509.read(bytes.fromhex(VECTORS["root"]))
SIGNATURES = {"SIG_EMPTY_ID": x509.Signature.EMPTY_ID, "SIG_INVALID": x509.Signature.INVALID}


@pytest.mark.parametrize("case", VECTORS["certificates"], ids=lambda case: case["name"][:40])
def test_certificate_has_the_flags_that_are_expected(case: dict[str, Any]) -> None:
    it = x509.read(bytes.fromhex(case["der"]))
    flags = set(case["expected_flags"])

    due = next((SIGNATURES[flag] for flag in flags if flag in SIGNATURES), x509.Signature.VALID)
    if "CHAIN_INCOMPLETE" not in flags:
        assert x509.issued_by(it, ISSUER) is due
    assert it.key.is_off_curve is ("POINT_OFF_CURVE" in flags)
    assert (it.key.kind != "SM2") is ("CURVE_NOT_SM2" in flags)
    assert (it.usages is None) is ("KU_MISSING" in flags)
    assert it.signature_name == "SM2-with-SM3"
    assert (it.signature_parameters == "null") is ("NULL" in case["name"])


def test_authorities_of_the_vectors_sign_each_other() -> None:
    assert x509.issued_by(ROOT, ROOT) is x509.Signature.VALID
    assert x509.issued_by(ISSUER, ROOT) is x509.Signature.VALID
    assert x509.issued_by(ROOT, ISSUER) is x509.Signature.INVALID
    assert ROOT.is_ca
    assert ROOT.is_self_issued


def test_request_of_the_vectors_holds_under_its_own_key() -> None:
    found = x509.read_request(bytes.fromhex(VECTORS["csr"]))

    assert (found.signature, found.key.kind, found.subject_text) == (x509.Signature.VALID, "SM2", "CN=localhost")


def made(**fields: Any) -> x509.Certificate:  # noqa: ANN401 - fields of an order
    key = sm2.generate_private_key()
    name = issuing.name("odd")
    values = {"subject": name, "issuer": name, "spki": sm2.spki(sm2.public_key(key)), **fields}
    return x509.read(issuing.certificate(issuing.Order(**values), key))


def test_odd_serials_and_dates_are_read() -> None:
    late = made(serial=-5, begins=datetime(1950, 1, 1, tzinfo=UTC), ends=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))

    assert late.serial == -5
    assert late.not_before == datetime(1950, 1, 1, tzinfo=UTC)
    assert late.not_after == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_date_that_cannot_be_is_none() -> None:
    octets = made().raw.replace(b"260101000000Z", b"269999000000Z")

    assert x509.read(octets).not_before is None


def test_name_that_is_no_text_is_shown_by_its_numbers() -> None:
    attribute = der.sequence(der.oid("2.5.4.3"), der.tagged(der.UTF8, b"a\xff\x00b"))
    it = made(subject=der.sequence(der.tagged(der.SET, attribute)))

    assert it.subject_text == r"CN=a\xff\x00b"


def test_explicit_parameters_are_told_from_a_named_curve() -> None:
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(sm2.P))
    curve = der.sequence(der.octet_string(bytes(32)), der.octet_string(bytes(32)))
    explicit = der.sequence(der.integer(1), field, curve, der.octet_string(b"\x04"), der.integer(sm2.N))
    spki = der.sequence(der.sequence(der.oid(sm2.OID_EC_KEY), explicit), der.bit_string(sm2.point_to_octets(sm2.G)))

    key = made(spki=spki).key

    assert (key.is_explicit, key.kind, key.bits) == (True, "EC explicit", 256)


def test_huge_explicit_curve_is_read_and_not_computed_with() -> None:
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(1 << 100_000))
    spki = der.sequence(der.sequence(der.oid(sm2.OID_EC_KEY), der.sequence(der.integer(1), field)), der.bit_string(b""))

    assert made(spki=spki).key.is_explicit


@pytest.mark.parametrize(
    "octets", [b"", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x01", bytes(200_000), b"\x30\x84\xff\xff\xff\xff"]
)
def test_octets_that_are_no_certificate_are_refused(octets: bytes) -> None:
    with pytest.raises(x509.X509Error):
        x509.read(octets)
    assert x509.read_or_none(octets) is None


def test_trailing_octets_are_refused() -> None:
    with pytest.raises(x509.X509Error, match="follow"):
        x509.read(ROOT.raw + b"\x00")


def test_list_says_who_is_revoked_and_is_verified() -> None:
    key = sm2.generate_private_key()
    name = issuing.name("Lists")
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    octets = issuing.revocation_list(name, key, (5, 7), moment, datetime(2026, 12, 1, tzinfo=UTC))
    holder = x509.read(
        issuing.certificate(issuing.Order(subject=name, issuer=name, spki=sm2.spki(sm2.public_key(key))), key)
    )

    found = x509.read_list(octets)

    assert found.revoked == {5, 7}
    assert found.next_update == datetime(2026, 12, 1, tzinfo=UTC)
    assert found.signed_by(holder) is x509.Signature.VALID
    assert found.signed_by(ROOT) is x509.Signature.INVALID


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(ROOT.raw) - 1), octet=st.integers(0, 255))
def test_changed_certificate_is_read_or_refused_and_never_verifies(at: int, octet: int) -> None:
    changed = bytearray(ROOT.raw)
    if changed[at] == octet:
        return
    changed[at] = octet
    it = x509.read_or_none(bytes(changed))
    if it is not None:
        state = x509.issued_by(it, ROOT)
        # the algorithm outside is not signed, and a NULL or unused octet there changes nothing that was signed
        assert state is not x509.Signature.VALID or (it.tbs == ROOT.tbs and it.signature == ROOT.signature)


@settings(max_examples=200, deadline=None)
@given(octets=st.binary(max_size=400))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for read in (x509.read, x509.read_request, x509.read_list, x509.public_key):
        try:
            read(octets)
        except x509.X509Error:
            continue


def constrained(*, permitted: tuple[bytes, ...] = (), excluded: tuple[bytes, ...] = ()) -> x509.Certificate:
    sides = [
        der.tagged(tag, *(der.sequence(each) for each in given))
        for tag, given in ((0xA0, permitted), (0xA1, excluded))
        if given
    ]
    limits = issuing.extension("2.5.29.30", der.sequence(*sides), is_critical=True)
    order = issuing.Order(
        subject=issuing.name("ca"),
        issuer=issuing.name("ca"),
        spki=sm2.spki(sm2.public_key(7)),
        extensions=(issuing.authority(), limits),
    )
    return x509.read(issuing.certificate(order, 7))


@pytest.mark.parametrize(
    ("permitted", "excluded", "names", "addresses", "stray"),
    [
        ((b"bank.cn",), (), ("gw.bank.cn", "bank.cn"), (), ""),
        ((b"bank.cn",), (), ("gw.bank.cn", "otherbank.cn"), (), "otherbank.cn"),
        ((b".bank.cn",), (), ("gw.bank.cn",), (), ""),
        ((), (b"test.bank.cn",), ("gw.bank.cn",), (), ""),
        ((), (b"test.bank.cn",), ("x.TEST.bank.cn",), (), "x.TEST.bank.cn"),
        ((b"bank.cn",), (), (), ("10.0.0.1",), ""),
        ((b"\x0a\x00\x00\x00\xff\x00\x00\x00",), (), (), ("10.1.2.3",), ""),
        ((b"\x0a\x00\x00\x00\xff\x00\x00\x00",), (), (), ("192.168.0.1",), "192.168.0.1"),
    ],
)
def test_names_below_an_authority_keep_to_its_constraints(
    permitted: tuple[bytes, ...],
    excluded: tuple[bytes, ...],
    names: tuple[str, ...],
    addresses: tuple[str, ...],
    stray: str,
) -> None:
    def made(values: tuple[bytes, ...]) -> tuple[bytes, ...]:
        return tuple(der.tagged(0x87 if len(each) == 8 and each[0] == 0x0A else 0x82, each) for each in values)

    issuer = constrained(permitted=made(permitted), excluded=made(excluded))

    assert not issuer.problems
    assert x509.outside(names, addresses, issuer) == stray


def test_names_that_differ_in_type_case_and_blanks_are_one() -> None:
    one = issuing.name("Issuer One")
    attribute = der.sequence(der.oid("2.5.4.3"), der.tagged(0x13, b"ISSUER   one "))
    other = der.sequence(der.tagged(der.SET, attribute))

    assert x509.same_name(one, other)
    assert not x509.same_name(one, issuing.name("Issuer Two"))
    assert not x509.same_name(b"\x30\x80", one)
