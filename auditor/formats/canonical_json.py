"""Canonical JSON (RFC 8785): the one form of a document that is signed and chained."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any, Final

DEPTH_LIMIT: Final = 64
SIZE_LIMIT_BYTES: Final = 8 << 20
_SAFE: Final = 2**53
"""RFC 8785 3.2.2.3: numbers are IEEE 754 doubles; larger integers would not survive another reader."""
_ESCAPES: Final = {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
} | {code: f"\\u{code:04x}" for code in range(0x20) if code not in {8, 9, 10, 12, 13}}


class CanonicalError(ValueError):
    """The text is no JSON that has a canonical form."""


def parse(data: bytes) -> Any:  # noqa: ANN401 - JSON
    """Read JSON strictly: every name once, no number that is none, no half of a surrogate pair.

    Raises:
        CanonicalError: It is anything else, or too large or deep.
    """
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"more than {SIZE_LIMIT_BYTES >> 20} MiB"
        raise CanonicalError(message)
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refused)
        _check_depth(value)
    except UnicodeDecodeError as error:
        raise CanonicalError("not UTF-8") from error
    except CanonicalError:
        raise
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} (line {error.lineno})"
        raise CanonicalError(message) from error
    except (RecursionError, ValueError) as error:
        raise CanonicalError("nested too deep, or a number with too many digits") from error
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"{twice[:80]!r} stands in one object twice"
        raise CanonicalError(message)
    return found


def _refused(word: str) -> Any:  # noqa: ANN401 - never returns
    message = f"{word} is no number"
    raise CanonicalError(message)


def _check_depth(value: Any, depth: int = 0) -> None:  # noqa: ANN401 - JSON
    if depth > DEPTH_LIMIT:
        message = f"nested more than {DEPTH_LIMIT} deep"
        raise CanonicalError(message)
    if isinstance(value, dict):
        for each in value.values():
            _check_depth(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check_depth(each, depth + 1)


def canonical(value: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return the canonical octets of a value.

    Raises:
        CanonicalError: It holds something that JSON or a double cannot.
    """
    made: list[str] = []
    _write(value, made, 0)
    try:
        return "".join(made).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError("half of a surrogate pair") from error


def _write(value: Any, made: list[str], depth: int) -> None:  # noqa: ANN401, C901 - JSON; a case for each kind
    if depth > DEPTH_LIMIT:
        message = f"nested more than {DEPTH_LIMIT} deep"
        raise CanonicalError(message)
    match value:
        case None:
            made.append("null")
        case bool():
            made.append("true" if value else "false")
        case int():
            made.append(str(value) if abs(value) <= _SAFE else _large(value))
        case float():
            made.append(number(value))
        case str():
            made.append(f'"{value.translate(_ESCAPES)}"')
        case list() | tuple():
            made.append("[")
            for index, each in enumerate(value):
                made.append("," if index else "")
                _write(each, made, depth + 1)
            made.append("]")
        case dict():
            made.append("{")
            for index, name in enumerate(sorted(value, key=_utf16)):
                made.append("," if index else "")
                made.append(f'"{name.translate(_ESCAPES)}":')
                _write(value[name], made, depth + 1)
            made.append("}")
        case _:
            message = f"{type(value).__name__} is nothing that JSON has"
            raise CanonicalError(message)


def _large(value: int) -> str:
    """Return an integer that only some doubles are as the double that it is."""
    try:
        made = number(float(value))
    except OverflowError:
        made = ""
    if not made or int(Decimal(made)) != value:
        message = f"{str(value)[:40]} is more than a double holds"
        raise CanonicalError(message)
    return made


def _utf16(name: Any) -> bytes:  # noqa: ANN401 - a key that JSON cannot have is refused here
    """Return what names are ordered by: RFC 8785 3.2.3 sorts by UTF-16 code units, not by code points."""
    if not isinstance(name, str):
        message = f"{name!r} is no name"
        raise CanonicalError(message)
    return name.encode("utf-16-be", "surrogatepass")


def number(value: float) -> str:
    """Return a double as ECMAScript writes it (ECMA-262, Number::toString).

    Raises:
        CanonicalError: It is infinite or not a number.
    """
    if not math.isfinite(value):
        message = f"{value} is no number of JSON"
        raise CanonicalError(message)
    if value == 0:
        return "0"  # -0 loses its sign
    sign = "-" if value < 0 else ""
    mantissa, _, exponent_text = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + (int(exponent_text) if exponent_text else 0)
    point -= len(whole + fraction) - len((whole + fraction).lstrip("0"))
    digits = digits.rstrip("0") or "0"
    count = len(digits)
    if count <= point <= 21:  # noqa: PLR2004 - ECMA-262
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:  # noqa: PLR2004
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    shown = f"{'+' if exponent >= 0 else '-'}{abs(exponent)}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{shown}"
