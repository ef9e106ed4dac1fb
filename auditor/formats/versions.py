"""Order of versions as each packaging world has it: rpm, dpkg, apk, PEP 440, Semantic Versioning, RubyGems, Maven.

The database is asked by grype, which brings its own order. This one sorts the events of an advisory when a database is
built, tells whether a version can be ordered at all, and judges the distributions that grype does not know.
"""

from __future__ import annotations

import re
from functools import cmp_to_key, lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 300
"""Longer texts are no version."""


class UnorderedError(ValueError):
    """A text that is no version of its world."""


def compare(order: str, first: str, second: str) -> int:
    """Return a negative number, 0 or a positive one, as the first is older, equal or newer.

    Args:
        order: ``rpm``, ``dpkg``, ``apk``, ``python``, ``semver``, ``go``, ``gem`` or ``maven``.
        first: A version.
        second: A version.

    Raises:
        UnorderedError: One of them is no version, or the order is unknown.
    """
    one, other = key(order, first), key(order, second)
    return int(one > other) - int(one < other)


def is_ordered(order: str, version: str) -> bool:
    """Tell whether a text is a version of its world."""
    try:
        key(order, version)
    except UnorderedError:
        return False
    return True


@lru_cache(maxsize=65_536)
def key(order: str, version: str) -> Any:  # noqa: ANN401 - what it is made of differs from order to order
    """Return what sorts as the version does.

    Raises:
        UnorderedError: It is no version, or the order is unknown.
    """
    make = _KEYS.get(order)
    text = version.strip()
    if make is None or not text or len(text) > LONGEST:
        message = f"{version[:80]!r} cannot be ordered as {order}"
        raise UnorderedError(message)
    return make(text)


def _wrong(version: str, order: str) -> UnorderedError:
    return UnorderedError(f"{version[:80]!r} is no version of {order}")


# rpm: rpmio/rpmvercmp.c (tilde sorts before everything, caret after the same without it), epoch first


def evr(text: str) -> tuple[int, str, str]:
    """Return epoch, version and release of an rpm.

    Raises:
        UnorderedError: The epoch is no number, or the version is missing.
    """
    epoch, mark, rest = text.rpartition(":")
    version, _mark, release = rest.partition("-")
    if (mark and not (epoch.isascii() and epoch.isdigit())) or not version or not any(map(str.isalnum, version)):
        raise _wrong(text, "rpm")
    return int(epoch or 0), version, release


_RPM_PIECE: Final = re.compile(r"~|\^|[0-9]+|[a-zA-Z]+")


def rpm_compare(first: str, second: str) -> int:  # noqa: PLR0911 - one step for each rule of rpmvercmp
    """Compare two versions or two releases of rpm, without epoch."""
    if first == second:
        return 0
    for one, other in zip_longest(_RPM_PIECE.findall(first), _RPM_PIECE.findall(second)):
        if one == other:
            continue
        if "~" in {one, other}:
            return -1 if one == "~" else 1
        if "^" in {one, other}:
            # a caret is newer than the end, and older than anything else that goes on
            goes_on = other if one == "^" else one
            newer = 1 if goes_on is None else -1
            return newer if one == "^" else -newer
        if one is None or other is None:
            return 1 if other is None else -1
        if one.isdigit() != other.isdigit():
            return 1 if one.isdigit() else -1
        if one.isdigit():
            if int(one) != int(other):
                return 1 if int(one) > int(other) else -1
            continue
        return 1 if one > other else -1
    return 0


_Rpm: Final = cmp_to_key(rpm_compare)


class _Release:
    """Release of an rpm: an absent one is equal to every other, as rpm compares what a dependency leaves out."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def _sign(self, other: _Release) -> int:
        return rpm_compare(self.text, other.text) if self.text and other.text else 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Release) and self._sign(other) == 0

    def __lt__(self, other: _Release) -> bool:
        return self._sign(other) < 0

    def __gt__(self, other: _Release) -> bool:
        return self._sign(other) > 0

    __hash__ = None  # type: ignore[assignment]


def _rpm(text: str) -> tuple[int, Any, _Release]:
    epoch, version, release = evr(text)
    return epoch, _Rpm(version), _Release(release)


# dpkg: Debian Policy 5.6.12

_DPKG: Final = re.compile(r"(?:(\d+):)?([A-Za-z0-9.+:~-]+)")


def _dpkg(text: str) -> tuple[int, tuple[Any, ...], tuple[Any, ...]]:
    found = _DPKG.fullmatch(text)
    if not found or not found[2][0].isdigit():
        raise _wrong(text, "dpkg")
    upstream, mark, revision = found[2].rpartition("-")
    if not mark:
        upstream, revision = revision, ""
    return int(found[1] or 0), _dpkg_part(upstream), _dpkg_part(revision or "0")


def _dpkg_part(text: str) -> tuple[tuple[tuple[int, ...], int], ...]:
    pieces = re.findall(r"(\D*)(\d*)", text)
    return tuple(((*(_weight(letter) for letter in word), 0), int(number or 0)) for word, number in pieces)


def _weight(letter: str) -> int:
    if letter == "~":
        return -1
    return ord(letter) if letter.isalpha() else ord(letter) + 256


# apk: apk-tools, doc/apk-package.5: numbers, letter, suffixes, ~hash, -rN

_APK: Final = re.compile(r"(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?")
_APK_SUFFIXES: Final = {"alpha": -4, "beta": -3, "pre": -2, "rc": -1, "cvs": 1, "svn": 2, "git": 3, "hg": 4, "p": 5}


def _apk(text: str) -> tuple[Any, ...]:
    found = _APK.fullmatch(text)
    if not found:
        raise _wrong(text, "apk")
    suffixes = []
    for name, number in re.findall(r"_([a-z]+)(\d*)", found[3]):
        if name not in _APK_SUFFIXES:
            raise _wrong(text, "apk")
        suffixes.append((_APK_SUFFIXES[name], int(number or 0)))
    first, *rest = found[1].split(".")
    # a later number with a leading zero is compared as text: as a fraction
    numbers = ((1, int(first), ""), *((0, 0, n.rstrip("0")) if n.startswith("0") else (1, int(n), "") for n in rest))
    return numbers, found[2], (*suffixes, (0, 0)), int(found[4] or 0)


# PEP 440

_PEP440: Final = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_n>\d*))?"
    r"(?:-(?P<post_short>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_n>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_n>\d*))?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.IGNORECASE,
)
_PRE: Final = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
_FIRST: Final = (-1, "", 0)
_LAST: Final = (1, "", 0)


def _python(text: str) -> tuple[Any, ...]:
    found = _PEP440.fullmatch(text)
    if not found:
        raise _wrong(text, "python")
    release = tuple(int(n) for n in found["release"].split("."))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    pre = (0, _PRE.get(found["pre"].lower(), found["pre"].lower()), int(found["pre_n"] or 0)) if found["pre"] else None
    is_post = found["post"] or found["post_short"]
    post = int(found["post_n"] or found["post_short"] or 0) if is_post else -1
    if pre is None:
        pre = _FIRST if found["dev"] and not is_post else _LAST
    dev = int(found["dev_n"] or 0) if found["dev"] else 1 << 62
    local = tuple(
        (1, int(piece), "") if piece.isdigit() else (0, 0, piece.lower())
        for piece in re.split(r"[-_.]", found["local"] or "")
        if piece
    )
    return int(found["epoch"] or 0), release, pre, post, dev, local


# Semantic Versioning 2.0.0 §11, lenient as npm and Go: any count of numbers, a leading v

_SEMVER: Final = re.compile(r"v?(\d+(?:\.\d+)*)(?:-?([0-9A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.+-]*)?")


def _semver(text: str) -> tuple[Any, ...]:
    found = _SEMVER.fullmatch(text)
    if not found:
        raise _wrong(text, "semver")
    numbers = tuple(int(n) for n in found[1].split("."))
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    if not found[2]:
        return numbers, 1, ()
    pieces = tuple(
        (0, int(piece), "") if piece.isascii() and piece.isdigit() else (1, 0, piece) for piece in found[2].split(".")
    )
    return numbers, 0, pieces


def _go(text: str) -> tuple[Any, ...]:
    return _semver(text.removeprefix("go"))


# RubyGems: Gem::Version


def _gem(text: str) -> tuple[Any, ...]:
    if not re.fullmatch(r"\d+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", text):
        raise _wrong(text, "gem")
    pieces: list[tuple[int, int, str]] = []
    for piece in re.findall(r"\d+|[a-z]+", text.replace("-", ".pre.").lower()):
        if piece.isdigit():
            pieces.append((2, int(piece), ""))
        else:
            _without_zeros(pieces)
            pieces.append((0, 0, piece))
    _without_zeros(pieces)
    return (*pieces, (1, 0, ""))


# Maven: ComparableVersion, enough of it to sort what advisories name

_MAVEN: Final = {
    "alpha": -5,
    "a": -5,
    "beta": -4,
    "b": -4,
    "milestone": -3,
    "m": -3,
    "rc": -2,
    "cr": -2,
    "snapshot": -1,
}
_MAVEN_EQUAL: Final = frozenset({"", "ga", "final", "release"})


def _maven(text: str) -> tuple[Any, ...]:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._+-]*", text):
        raise _wrong(text, "maven")
    pieces: list[tuple[int, int, str]] = []
    for piece in re.findall(r"\d+|[a-z]+", text.lower()):
        if piece.isdigit():
            pieces.append((2, int(piece), ""))
        elif piece in _MAVEN:
            _without_zeros(pieces)
            pieces.append((0, _MAVEN[piece], ""))
        elif piece in _MAVEN_EQUAL:
            _without_zeros(pieces)
        else:
            _without_zeros(pieces)
            pieces.append((1, 1, piece))
    _without_zeros(pieces)
    return (*pieces, (1, 0, ""))


def _without_zeros(pieces: list[tuple[int, int, str]]) -> None:
    while pieces and pieces[-1] == (2, 0, ""):
        pieces.pop()


_KEYS: Final[dict[str, Callable[[str], Any]]] = {
    "rpm": _rpm,
    "dpkg": _dpkg,
    "apk": _apk,
    "python": _python,
    "semver": _semver,
    "go": _go,
    "gem": _gem,
    "maven": _maven,
}
ORDERS: Final = frozenset(_KEYS)


_PIECE: Final = re.compile(r"\s*(>=|<=|>|<|=)\s*(\S+)\s*")


def satisfies(order: str, version: str, constraint: str) -> bool:
    """Tell whether a version lies in a constraint as grype's database writes it (``>=1.0,<1.2 || =0.9``).

    Raises:
        UnorderedError: The version or a bound is no version.
    """
    if not constraint.strip():
        key(order, version)
        return True
    return any(
        all(_holds(order, version, piece) for piece in re.split(r"\s*,\s*", alternative.strip()) if piece)
        for alternative in constraint.split("||")
    )


def _holds(order: str, version: str, piece: str) -> bool:
    found = _PIECE.fullmatch(piece)
    if not found:
        message = f"{piece[:80]!r} is no bound"
        raise UnorderedError(message)
    sign = compare(order, version, found[2])
    match found[1]:
        case "<":
            return sign < 0
        case "<=":
            return sign <= 0
        case ">":
            return sign > 0
        case ">=":
            return sign >= 0
        case _:
            return sign == 0
