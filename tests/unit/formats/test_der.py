"""DER: what is written is read back, and what is not DER is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats import der


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        ("", "end inside"),
        ("30", "end inside"),
        ("3005020101", "are left"),
        ("308002010100 00", "indefinite"),
        ("30810102", "malformed length"),
        ("3085ffffffffff", "malformed length"),
        ("308200010000", "malformed length"),
        ("1f0100", "several octets"),
        ("0201010500", "follow"),
    ],
)
def test_octets_that_are_no_der_are_refused(octets: str, why: str) -> None:
    with pytest.raises(der.DerError, match=why):
        der.read(bytes.fromhex(octets))


@pytest.mark.parametrize("octets", ["0200", "02020001", "0202ffff", "0202ff80"])
def test_integer_that_is_not_shortest_is_refused(octets: str) -> None:
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(octets)).integer()


@pytest.mark.parametrize("octets", ["0600", "060180", "06028001", "06812a" + "01" * 300])
def test_malformed_object_identifier_is_refused(octets: str) -> None:
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(octets)).oid()


def test_bit_string_with_unused_bits_is_refused() -> None:
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex("03020780")).bits()


def test_primitive_element_has_nothing_inside() -> None:
    with pytest.raises(der.DerError, match="no elements inside"):
        der.read(der.integer(1)).children()


def test_million_elements_in_one_are_refused() -> None:
    with pytest.raises(der.DerError, match="more than"):
        der.read(der.sequence(b"\x05\x00" * 20_000)).children()


@given(st.integers(-(1 << 300), 1 << 300))
def test_integer_is_read_as_written(value: int) -> None:
    assert der.read(der.integer(value)).integer() == value


@pytest.mark.parametrize(
    "dotted", ["1.2.156.10197.1.301", "2.5.29.15", "0.9.2342", "2.999.3", "1.3.6.1.4.1.311.99999999"]
)
def test_object_identifier_is_read_as_written(dotted: str) -> None:
    assert der.read(der.oid(dotted)).oid() == dotted


@given(st.binary(max_size=70_000))
def test_octet_string_is_read_as_written(octets: bytes) -> None:
    assert der.read(der.octet_string(octets)).content == octets


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        element = der.read(octets)
        for read in (element.children, element.integer, element.oid, element.bits):
            try:
                read()
            except der.DerError:
                continue
    except der.DerError:
        return
    assert element.raw == octets
