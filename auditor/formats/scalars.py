"""What a plain YAML scalar means to Kubernetes.

Its decoder is sigs.k8s.io/yaml on go.yaml.in/yaml v2: YAML 1.1 with Go's numbers. The rules are those of ``resolve``
in https://github.com/yaml/go-yaml/blob/v2.4.3/resolve.go: ``yes`` is true, ``0600`` and ``0o600`` are 384,
``12:30:45`` and dates are text.
"""

from __future__ import annotations

import math
import re
from typing import Final

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_FLOATS: Final = {
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
# A number starts with one of these; anything else that is no word is text.
_STARTS: Final = frozenset("+-.0123456789")
_DECIMAL: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_RADIX: Final = re.compile(r"([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))\Z")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1


def plain(text: str) -> Scalar:
    """Return the value of a scalar without quotes and without a tag.

    Integers beyond 64 bits with sign become floats, as in the JSON that Kubernetes makes of them.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if text in _FLOATS:
        return _FLOATS[text]
    digits = text if text[0] == "." else text.replace("_", "")
    whole = _whole(digits)
    if whole is not None and _LEAST <= whole <= _MOST:
        return whole
    return _finite(digits) if _FLOAT.match(digits) else text


def tagged(tag: str, text: str) -> Scalar:
    """Return the value of a scalar that carries a tag of YAML's own, as ``tag:yaml.org,2002:int``.

    Raises:
        ValueError: The text is no such value.
    """
    kind = tag.rpartition(":")[2]
    value = plain(text) if text else None
    match kind, value:
        case ("bool", bool()) | ("null", None) | ("float", float()):
            return value
        case ("int", int()) if not isinstance(value, bool):
            return value
        case ("float", int()) if not isinstance(value, bool):
            return float(value)
        case ("bool" | "null" | "float" | "int", _):
            problem = f"cannot read {text[:40]!r} as {kind}"
            raise ValueError(problem)
        case _:
            return text


def key(value: Scalar) -> str | None:
    """Return the JSON name that a YAML key becomes, None where Kubernetes refuses it (null)."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"{value:.7g}"
        case None:
            return None


_LONGEST: Final = 100
"""Digits of a number of 64 bits with room to spare; Python refuses to spell numbers of more than 4,300."""


def _whole(digits: str) -> int | None:
    if len(digits) > _LONGEST:
        return None
    if _DECIMAL.match(digits):
        return int(digits)
    radix = _RADIX.match(digits)
    if radix is None:
        return None
    sign, hexadecimal, binary, octal = radix.groups()
    number = int(hexadecimal, 16) if hexadecimal else int(binary, 2) if binary else int(octal, 8)
    return -number if sign == "-" else number


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits
