"""Octets of SSL, TLS and TLCP: hellos that are sent, first flights that come back. Pure; no length is trusted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.formats.tls_suites import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHANGE_CIPHER_SPEC: Final = 20
ALERT: Final = 21
HANDSHAKE: Final = 22
DATA: Final = 23

CLIENT_HELLO: Final = 1
SERVER_HELLO: Final = 2
NEW_SESSION_TICKET: Final = 4
CERTIFICATE: Final = 11
SERVER_KEY_EXCHANGE: Final = 12
CERTIFICATE_REQUEST: Final = 13
SERVER_HELLO_DONE: Final = 14
CERTIFICATE_VERIFY: Final = 15
CLIENT_KEY_EXCHANGE: Final = 16
FINISHED: Final = 20
CERTIFICATE_STATUS: Final = 22

TLCP: Final = 0x0101
SSL2: Final = 0x0002
SSL3: Final = 0x0300
TLS10: Final = 0x0301
TLS12: Final = 0x0303
TLS13: Final = 0x0304

RECORD_OCTETS: Final = (1 << 14) + 2048
MESSAGE_OCTETS: Final = 1 << 18
FLIGHT_OCTETS: Final = 1 << 19
RECORDS: Final = 4096
MESSAGES: Final = 64
CERTIFICATES: Final = 100
_HEADER: Final = 5
_FATAL: Final = 2
_NO_REFUSAL: Final = frozenset({0, 90, 100, 112})
"""Alerts that may come as a warning in the course of a handshake that goes on, or that end it without saying no."""
_RETRY: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""RFC 8446 4.1.3: the random of a HelloRetryRequest."""


class WireError(ValueError):
    """The octets are not what the protocol has at this place."""


class Octets:
    """Reads numbers and vectors one after another, and never beyond the end."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        """Start at the first octet."""
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return so many octets.

        Raises:
            WireError: There are fewer.
        """
        end = self._at + size
        if end > len(self._data):
            message = f"{size} octets are due, {len(self._data) - self._at} are left"
            raise WireError(message)
        found = self._data[self._at : end]
        self._at = end
        return found

    def number(self, size: int) -> int:
        """Return an unsigned number of so many octets.

        Raises:
            WireError: There are fewer.
        """
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """Return a vector whose length stands before it in so many octets.

        Raises:
            WireError: There are fewer octets than it says.
        """
        return self.take(self.number(size))

    @property
    def left(self) -> int:
        """Octets that were not read yet."""
        return len(self._data) - self._at


def vector(size: int, *contents: bytes) -> bytes:
    """Return a vector with its length before it in so many octets."""
    content = b"".join(contents)
    return len(content).to_bytes(size, "big") + content


def record(kind: int, version: int, fragment: bytes) -> bytes:
    """Return one record."""
    return bytes((kind,)) + version.to_bytes(2, "big") + vector(2, fragment)


def message(kind: int, body: bytes) -> bytes:
    """Return one handshake message."""
    return bytes((kind,)) + vector(3, body)


def numbers(values: Sequence[int]) -> bytes:
    """Return code points of two octets each."""
    return b"".join(value.to_bytes(2, "big") for value in values)


# --- What is sent ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A ClientHello to be sent.

    Attributes:
        version: Version of the hello; 0x0303 in TLS 1.3.
        suites: Offered.
        compressions: Offered.
        session_id: Octets; some stacks drop hellos without it.
        extensions: Type and content, in this order.
        random: 32 octets.
        record_version: Version of the record; that of the hello, at most 0x0301, if None.
    """

    version: int
    suites: tuple[int, ...]
    compressions: bytes = b"\x00"
    session_id: bytes = b""
    extensions: tuple[tuple[int, bytes], ...] = ()
    random: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    record_version: int | None = None

    def message(self) -> bytes:
        """Return the handshake message."""
        body = (
            self.version.to_bytes(2, "big")
            + self.random
            + vector(1, self.session_id)
            + vector(2, numbers(self.suites))
            + vector(1, self.compressions)
        )
        if self.extensions:
            body += vector(2, *(kind.to_bytes(2, "big") + vector(2, content) for kind, content in self.extensions))
        return message(CLIENT_HELLO, body)

    def octets(self) -> bytes:
        """Return the record that is sent."""
        version = self.record_version
        if version is None:
            version = min(self.version, TLS10) if self.version >= SSL3 else self.version
        return record(HANDSHAKE, version, self.message())

    def offers(self, version: int, suite: int) -> bool:
        """Tell whether an answer with these was offered."""
        versions = next((content for kind, content in self.extensions if kind == SUPPORTED_VERSIONS), b"")
        listed = version.to_bytes(2, "big") in {versions[at : at + 2] for at in range(1, len(versions), 2)}
        return suite in self.suites and (listed or (not versions and version <= self.version))


SERVER_NAME: Final = 0
STATUS_REQUEST: Final = 5
SUPPORTED_GROUPS: Final = 10
POINT_FORMATS: Final = 11
SIGNATURE_ALGORITHMS: Final = 13
ALPN: Final = 16
EXTENDED_MASTER_SECRET: Final = 23
SESSION_TICKET: Final = 35
SUPPORTED_VERSIONS: Final = 43
KEY_SHARE: Final = 51
RENEGOTIATION_INFO: Final = 0xFF01


def server_name(name: str) -> tuple[tuple[int, bytes], ...]:
    """Return the extension that names the server; none for an address, or a name that IDNA cannot encode."""
    try:
        octets = name.encode("ascii") if name.isascii() else name.encode("idna")
    except UnicodeError:
        return ()
    if not octets or name.replace(".", "").isdigit() or ":" in name:
        return ()
    return ((SERVER_NAME, vector(2, b"\x00" + vector(2, octets))),)


def groups(values: Sequence[int]) -> tuple[int, bytes]:
    """Return the extension with groups."""
    return SUPPORTED_GROUPS, vector(2, numbers(values))


def schemes(values: Sequence[int] = tuple(SCHEMES)) -> tuple[int, bytes]:
    """Return the extension with signature schemes."""
    return SIGNATURE_ALGORITHMS, vector(2, numbers(values))


def ssl2_hello() -> bytes:
    """Return a hello of SSL 2.0 with all of its ciphers."""
    ciphers = bytes.fromhex("010080 020080 030080 040080 050080 060040 0700c0")
    body = b"\x01\x00\x02" + len(ciphers).to_bytes(2, "big") + b"\x00\x00\x00\x10" + ciphers + secrets.token_bytes(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def is_ssl2_server_hello(octets: bytes) -> bool:
    """Tell whether octets begin with a ServerHello of SSL 2.0."""
    head = 2 if octets[:1] >= b"\x80" else 3
    return len(octets) >= head + 5 and octets[head] == 4 and octets[head + 3 : head + 5] == b"\x00\x02"  # noqa: PLR2004


# --- What comes back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHello:
    """An answer to a hello.

    Attributes:
        version: Version of the message.
        random: 32 octets.
        session_id: Octets.
        suite: Chosen.
        compression: Chosen.
        extensions: By type.
    """

    version: int
    random: bytes
    session_id: bytes
    suite: int
    compression: int
    extensions: Mapping[int, bytes]

    @classmethod
    def read(cls, body: bytes) -> ServerHello:
        """Read the body of a ServerHello.

        Raises:
            WireError: It is none.
        """
        octets = Octets(body)
        found = {
            "version": octets.number(2),
            "random": octets.take(32),
            "session_id": octets.vector(1),
            "suite": octets.number(2),
            "compression": octets.number(1),
        }
        return cls(**found, extensions=_extensions(octets))  # type: ignore[arg-type]

    @property
    def chosen_version(self) -> int:
        """The version that was chosen: that of ``supported_versions`` if it is there."""
        said = self.extensions.get(SUPPORTED_VERSIONS, b"")
        return int.from_bytes(said, "big") if len(said) == 2 else self.version  # noqa: PLR2004 - a version

    @property
    def is_retry(self) -> bool:
        """Whether it asks for another hello (TLS 1.3)."""
        return self.random == _RETRY

    @property
    def group(self) -> int | None:
        """The group that was chosen (TLS 1.3)."""
        said = self.extensions.get(KEY_SHARE, b"")
        return int.from_bytes(said[:2], "big") if len(said) >= 2 else None  # noqa: PLR2004 - a code point


def _extensions(octets: Octets) -> dict[int, bytes]:
    if not octets.left:
        return {}
    inner = Octets(octets.vector(2))
    found: dict[int, bytes] = {}
    while inner.left:
        kind = inner.number(2)
        found[kind] = inner.vector(2)
    return found


def certificates(body: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a Certificate message before TLS 1.3, as they came.

    Raises:
        WireError: It is none, or has more than anyone needs.
    """
    octets = Octets(body)
    inner = Octets(octets.vector(3))
    if octets.left:
        raise WireError("octets follow the list of certificates")
    found: list[bytes] = []
    while inner.left:
        found.append(inner.vector(3))
        if len(found) > CERTIFICATES:
            text = f"more than {CERTIFICATES} certificates"
            raise WireError(text)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Message:
    """One handshake message.

    Attributes:
        kind: Its type.
        body: Without the header.
    """

    kind: int
    body: bytes

    @property
    def raw(self) -> bytes:
        """The message with its header, as it goes into a transcript."""
        return message(self.kind, self.body)


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        kind: Its type.
        version: Its version.
        fragment: What is inside.
    """

    kind: int
    version: int
    fragment: bytes


class Records:
    """Cuts a stream into records, within bounds."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rest = b""
        self._octets = 0
        self._count = 0
        self.versions: set[int] = set()

    def feed(self, octets: bytes) -> Iterator[Record]:
        """Take octets and yield the records that are complete.

        Raises:
            WireError: This is no record, or there are too many octets or records.
        """
        self._rest += octets
        self._octets += len(octets)
        if self._octets > FLIGHT_OCTETS:
            text = f"more than {FLIGHT_OCTETS} octets"
            raise WireError(text)
        while len(self._rest) >= _HEADER or (self._rest and not self._is_header()):
            if not self._is_header():
                raise WireError("no record of TLS or TLCP")
            size = int.from_bytes(self._rest[3:5], "big")
            if size > RECORD_OCTETS:
                text = f"record of {size} octets"
                raise WireError(text)
            if len(self._rest) < _HEADER + size:
                return
            self._count += 1
            if self._count > RECORDS:
                text = f"more than {RECORDS} records"
                raise WireError(text)
            found = Record(self._rest[0], int.from_bytes(self._rest[1:3], "big"), self._rest[_HEADER : _HEADER + size])
            self.versions.add(found.version)
            self._rest = self._rest[_HEADER + size :]
            yield found

    def _is_header(self) -> bool:
        head = self._rest[:3]
        return head[0] in {CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, DATA} and (
            len(head) < 2 or head[1] == 3 or head[1:3] == b"\x01" or head[1:3] == b"\x01\x01"  # noqa: PLR2004
        )

    @property
    def rest(self) -> int:
        """Octets of a record that is not complete."""
        return len(self._rest)


class Messages:
    """Puts handshake messages together from fragments, within bounds."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rest = b""
        self._count = 0

    def feed(self, fragment: bytes) -> Iterator[Message]:
        """Take a fragment and yield the messages that are complete.

        Raises:
            WireError: One is too long, or there are too many.
        """
        self._rest += fragment
        while len(self._rest) >= 4:  # noqa: PLR2004 - type and length
            size = int.from_bytes(self._rest[1:4], "big")
            if size > MESSAGE_OCTETS:
                text = f"handshake message of {size} octets"
                raise WireError(text)
            if len(self._rest) < 4 + size:
                return
            self._count += 1
            if self._count > MESSAGES:
                text = f"more than {MESSAGES} handshake messages"
                raise WireError(text)
            found = Message(self._rest[0], self._rest[4 : 4 + size])
            self._rest = self._rest[4 + size :]
            yield found

    @property
    def rest(self) -> int:
        """Octets of a message that is not complete."""
        return len(self._rest)


class Flight:
    """What a server sends in the clear in answer to a hello."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._records = Records()
        self._messages = Messages()
        self.messages: list[Message] = []
        self.alerts: list[tuple[int, int]] = []
        self.octets = b""
        self.problem = ""
        self.is_encrypted = False

    def feed(self, octets: bytes) -> None:
        """Take octets; what cannot be is kept in `problem`."""
        self.octets += octets[: max(FLIGHT_OCTETS - len(self.octets), 0)]
        if self.problem:
            return
        try:
            for each in self._records.feed(octets):
                self._take(each)
        except WireError as error:
            self.problem = str(error)

    def _take(self, each: Record) -> None:
        match each.kind:
            case 22 if not self.is_encrypted:
                self.messages.extend(self._messages.feed(each.fragment))
            case 21 if not self.is_encrypted:
                if len(each.fragment) < 2:  # noqa: PLR2004 - level and description
                    raise WireError("alert of less than two octets")
                self.alerts.append((each.fragment[0], each.fragment[1]))
                if len(self.alerts) > MESSAGES:
                    raise WireError("a flood of alerts")
            case 20 | 23:
                self.is_encrypted = True
            case _:
                pass

    @property
    def is_partial(self) -> bool:
        """Whether something came that is not complete."""
        return bool(self._records.rest or self._messages.rest)

    @property
    def hello(self) -> ServerHello | None:
        """The ServerHello, if it came and is one."""
        for each in self.messages:
            if each.kind == SERVER_HELLO:
                try:
                    return ServerHello.read(each.body)
                except WireError:
                    return None
        return None

    def body(self, kind: int) -> bytes | None:
        """Return the body of the first message of a type, or None."""
        return next((each.body for each in self.messages if each.kind == kind), None)

    @property
    def refusal(self) -> int | None:
        """The alert that says no, if one came: a fatal one, or a warning that no handshake goes on after."""
        for level, description in self.alerts:
            if level == _FATAL or (level == 1 and description not in _NO_REFUSAL):
                return description
        return None
