"""DER as X.690 has it: strict reading with bounds, and writing. Every length and depth comes from a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
UTF8: Final = 0x0C
SEQUENCE: Final = 0x30
SET: Final = 0x31

_LONG_FORM: Final = 0x80
_HIGH_TAG: Final = 0x1F
_CONSTRUCTED: Final = 0x20
_LENGTH_OCTETS: Final = 4
_CHILDREN: Final = 10_000
_OID_OCTETS: Final = 128


class DerError(ValueError):
    """The octets are no DER, or not the structure that was expected."""


@dataclass(frozen=True, slots=True)
class Element:
    """One value with its tag.

    Attributes:
        tag: Identifier octet.
        content: Octets inside.
        raw: The whole element with tag and length.
    """

    tag: int
    content: bytes
    raw: bytes

    def children(self, limit: int = _CHILDREN) -> tuple[Element, ...]:
        """Return the elements inside, at most so many.

        Raises:
            DerError: It is primitive, or what is inside is no DER.
        """
        if not self.tag & _CONSTRUCTED:
            message = f"element with tag 0x{self.tag:02x} has no elements inside"
            raise DerError(message)
        return tuple(elements(self.content, limit))

    def expect(self, tag: int) -> Element:
        """Return the element itself if it has this tag.

        Raises:
            DerError: It has another.
        """
        if self.tag != tag:
            message = f"tag 0x{self.tag:02x} where 0x{tag:02x} is due"
            raise DerError(message)
        return self

    def sequence(self, least: int = 0) -> tuple[Element, ...]:
        """Return the elements of a SEQUENCE that must have at least so many.

        Raises:
            DerError: It is none, or has fewer.
        """
        found = self.expect(SEQUENCE).children()
        if len(found) < least:
            message = f"SEQUENCE of {len(found)} elements where {least} are due"
            raise DerError(message)
        return found

    def integer(self) -> int:
        """Return an INTEGER in its shortest form.

        Raises:
            DerError: It is none, or is padded.
        """
        octets = self.expect(INTEGER).content
        if not octets:
            raise DerError("INTEGER without octets")
        if len(octets) > 1 and octets[0] in {0x00, 0xFF} and (octets[0] ^ octets[1]) < _LONG_FORM:
            raise DerError("INTEGER is not in its shortest form")
        return int.from_bytes(octets, "big", signed=True)

    def oid(self) -> str:
        """Return an OBJECT IDENTIFIER in dotted form.

        Raises:
            DerError: It is none, or is malformed.
        """
        octets = self.expect(OID).content
        if not octets or octets[-1] & _LONG_FORM or len(octets) > _OID_OCTETS:
            raise DerError("malformed OBJECT IDENTIFIER")
        arcs: list[int] = []
        value = 0
        for octet in octets:
            if not value and octet == _LONG_FORM:
                raise DerError("OBJECT IDENTIFIER is not in its shortest form")
            value = value << 7 | octet & 0x7F
            if not octet & _LONG_FORM:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))

    def bits(self) -> bytes:
        """Return a BIT STRING of whole octets.

        Raises:
            DerError: It is none, or has unused bits.
        """
        octets = self.expect(BIT_STRING).content
        if not octets or octets[0]:
            raise DerError("BIT STRING with unused bits")
        return octets[1:]


def read(data: bytes) -> Element:
    """Return the one element that the octets are.

    Raises:
        DerError: They are none, or something follows it.
    """
    element, end = _at(data, 0)
    if end < len(data):
        message = f"{len(data) - end} octets follow the element"
        raise DerError(message)
    return element


def read_first(data: bytes) -> Element:
    """Return the first element; what follows is left alone.

    Raises:
        DerError: There is none.
    """
    return _at(data, 0)[0]


def elements(data: bytes, limit: int = _CHILDREN) -> Iterator[Element]:
    """Yield the elements that stand one after another.

    Raises:
        DerError: The octets are no DER, or hold too many.
    """
    count = at = 0
    while at < len(data):
        count += 1
        if count > limit:
            message = f"more than {limit} elements in one"
            raise DerError(message)
        element, at = _at(data, at)
        yield element


def _at(data: bytes, at: int) -> tuple[Element, int]:
    """Return the element that begins at a place, and the place after it."""
    if len(data) < at + 2:
        raise DerError("the octets end inside an element")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise DerError("tags of several octets are not used here")
    if length & _LONG_FORM:
        octets = length & 0x7F
        begin, start = start, start + octets
        length = int.from_bytes(data[begin:start], "big")
        if not octets:
            raise DerError("indefinite length is not DER")
        if octets > _LENGTH_OCTETS or len(data) < start or not data[begin] or length < _LONG_FORM:
            raise DerError("malformed length")
    end = start + length
    if end > len(data):
        message = f"element of {length} octets where {len(data) - start} are left"
        raise DerError(message)
    return Element(tag, data[start:end], data[at:end]), end


def tagged(tag: int, *contents: bytes) -> bytes:
    """Return an element with this tag around the contents."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG_FORM:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(length))) + length + content


def sequence(*contents: bytes) -> bytes:
    """Return a SEQUENCE of elements."""
    return tagged(SEQUENCE, *contents)


def integer(value: int) -> bytes:
    """Return an INTEGER."""
    bits = (value if value >= 0 else ~value).bit_length()
    return tagged(INTEGER, value.to_bytes(bits // 8 + 1, "big", signed=True))


def octet_string(octets: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tagged(OCTET_STRING, octets)


def bit_string(octets: bytes) -> bytes:
    """Return a BIT STRING of whole octets."""
    return tagged(BIT_STRING, b"\x00", octets)


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    octets = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | _LONG_FORM)
        octets.extend(reversed(groups))
    return tagged(OID, bytes(octets))
