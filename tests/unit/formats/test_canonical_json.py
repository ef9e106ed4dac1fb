from __future__ import annotations

import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats.canonical_json import CanonicalError, canonical, number, parse

# RFC 8785, appendix B: octets of a double and how ECMAScript writes it
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("octets", "text"), NUMBERS.items())
def test_numbers_of_appendix_b(octets: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(octets))

    assert number(value) == text


def test_names_are_ordered_by_utf_16() -> None:
    names = ["\u20ac", "\r", "1", "\ufb33", "\U0001f600", "\x80", "\u00f6"]

    assert list(json.loads(canonical(dict.fromkeys(names, 0)))) == [
        "\r",
        "1",
        "\x80",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_texts_are_escaped_as_little_as_can_be() -> None:
    assert canonical('\u20ac$\x0f\nA\'B"\\\\"/') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 2**53 + 1, {1: 2}, {"a": b""}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:  # noqa: ANN401
    with pytest.raises(CanonicalError):
        canonical(value)


@pytest.mark.parametrize("text", [b'{"a":1,"a":2}', b"NaN", b"[Infinity]", b"\xff", b"{", b"[" * 5000, b"1" * 9000])
def test_what_is_not_strict_json_is_refused(text: bytes) -> None:
    with pytest.raises(CanonicalError):
        parse(text)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_canonical_form_says_the_same_and_is_its_own(value: Any) -> None:  # noqa: ANN401
    made = canonical(value)

    assert json.loads(made, parse_int=float) == json.loads(json.dumps(value), parse_int=float)
    assert canonical(parse(made)) == made
