"""Opens connections to endpoints: names resolved, proxies passed, plain protocols switched to TLS. It parses no TLS."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK: Final = 1 << 16
ADDRESSES: Final = 4
"""Addresses of one name that are asked."""
_LINE_OCTETS: Final = 4096
_TALK_OCTETS: Final = 1 << 16
_LDAP_STARTTLS: Final = bytes.fromhex("301d02010177188016312e332e362e312e342e312e313436362e3230303337")
"""RFC 4511 4.14: an extended request with the object identifier of StartTLS."""
_POSTGRESQL_SSL: Final = bytes.fromhex("0000000804d2162f")
_MYSQL_SSL: Final = (
    bytes.fromhex("20000001") + bytes.fromhex("0daa0a00") + bytes.fromhex("00000001") + b"\x21" + bytes(23)
)
"""SSLRequest of the MySQL protocol: capabilities with CLIENT_SSL, packet size, character set."""


WITHOUT_TLS: Final = reasons.WITHOUT_TLS
"""Reason where the server itself says, in its own protocol, that it does not go on to TLS."""


class NoConnection(ToolError):  # noqa: N818 - reads as a state
    """No connection, or none that goes on to TLS."""

    def __init__(self, reason: reasons.Reason, detail: str) -> None:
        """Keep reason and detail for the gap."""
        super().__init__(reason, detail, "dialler")

    def __reduce__(self) -> tuple[type[NoConnection], tuple[str, str]]:  # type: ignore[override]
        """Let the error cross a process border whole."""
        return (type(self), (self.reason, self.detail))


@dataclass
class SocketWire:
    """One connection of TCP."""

    socket: socket.socket

    def send(self, octets: bytes) -> None:
        """Send all octets; an OSError where the other side is gone or takes nothing."""
        self.socket.settimeout(5.0)
        self.socket.sendall(octets)

    def receive(self, wait_s: float) -> bytes:
        """Return what came, empty at the end; TimeoutError where nothing came in time."""
        self.socket.settimeout(max(wait_s, 0.001))
        return self.socket.recv(CHUNK)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialler:
    """Opens connections to one endpoint.

    Attributes:
        proxy: Host and port of an HTTP proxy that is asked to CONNECT; empty to go straight.
        starttls: Protocol that is spoken before TLS (``smtp`` …); empty for none.
    """

    proxy: str = ""
    starttls: str = ""

    def addresses(self, host: str, port: int, wait_s: float) -> tuple[str, ...]:
        """Return the addresses of a name, at most four; through a proxy the name itself.

        Raises:
            NoConnection: The name has none, or its server does not answer in time.
        """
        if self.proxy:
            return (host,)
        found: list[str] = []
        problem: list[OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found.extend(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                problem.append(error)

        asking = threading.Thread(target=ask, daemon=True)  # a resolver has no time limit of its own
        asking.start()
        asking.join(wait_s)
        if problem:
            raise NoConnection(reasons.NAME_NOT_KNOWN, f"{host}: {problem[0]}") from problem[0]
        if not found:
            raise NoConnection(reasons.TIME_LIMIT, f"{host}: the name was not resolved in {wait_s:.0f} s")
        return tuple(dict.fromkeys(found))[:ADDRESSES]

    def open(self, address: str, port: int, wait_s: float) -> SocketWire:
        """Open a connection that is ready for the first octet of TLS.

        Raises:
            NoConnection: It is refused, filtered, or does not go on to TLS.
        """
        end = time.monotonic() + wait_s
        where = _host_and_port(self.proxy) if self.proxy else (address, port)
        try:
            opened = socket.create_connection(where, timeout=max(wait_s, 0.001))
        except TimeoutError as error:
            raise NoConnection(
                reasons.TIME_LIMIT, f"{where[0]} port {where[1]}: no answer in {wait_s:.0f} s"
            ) from error
        except OSError as error:
            raise NoConnection(
                reasons.CANNOT_BE_REACHED, f"{where[0]} port {where[1]}: {error.strerror or error}"
            ) from error
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talk = _Talk(opened, end)
        try:
            if self.proxy:
                _connect(talk, address, port)
            if self.starttls:
                _STARTTLS[self.starttls](talk)
        except TimeoutError as error:
            opened.close()
            raise NoConnection(reasons.TIME_LIMIT, f"{where[0]} port {where[1]}: silent before TLS") from error
        except OSError as error:
            opened.close()
            raise NoConnection(reasons.CUT_OFF, f"{where[0]} port {where[1]}: {error.strerror or error}") from error
        except ToolError:
            opened.close()
            raise
        return SocketWire(opened)


def _host_and_port(text: str) -> tuple[str, int]:
    host, _mark, port = text.rpartition(":")
    return host.strip("[]"), int(port)


class _Talk:
    """A conversation in lines or packets, within a time and a size."""

    def __init__(self, opened: socket.socket, end: float) -> None:
        self._socket = opened
        self._end = end
        self._octets = 0

    def send(self, octets: bytes) -> None:
        self._socket.settimeout(max(self._end - time.monotonic(), 0.001))
        self._socket.sendall(octets)

    def take(self, size: int) -> bytes:
        """Return exactly so many octets: not one that belongs to TLS is read."""
        self._octets += size
        if self._octets > _TALK_OCTETS:
            raise NoConnection(reasons.ANSWER_TOO_LARGE, "more octets before TLS than any server sends")
        found = b""
        while len(found) < size:
            left_s = self._end - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            self._socket.settimeout(left_s)
            octets = self._socket.recv(size - len(found))
            if not octets:
                raise NoConnection(reasons.CUT_OFF, "the server hung up before TLS")
            found += octets
        return found

    def line(self) -> bytes:
        found = b""
        while not found.endswith(b"\n"):
            if len(found) > _LINE_OCTETS:
                raise NoConnection(reasons.ANSWER_NOT_UNDERSTOOD, "a line without an end before TLS")
            found += self.take(1)
        return found.rstrip(b"\r\n")

    def lines(self) -> bytes:
        """Return the last line of an SMTP reply."""
        for _each in range(100):
            found = self.line()
            if found[3:4] != b"-":
                return found
        raise NoConnection(reasons.ANSWER_NOT_UNDERSTOOD, "a reply without an end before TLS")

    def must(self, holds: bool, said: bytes) -> None:  # noqa: FBT001 - a condition and what was said
        if not holds:
            text = said[:100].decode("ascii", "backslashreplace")
            raise NoConnection(reasons.ANSWER_NOT_UNDERSTOOD, f"the server does not go on to TLS: {text}")

    def offers(self, holds: bool, said: bytes) -> None:  # noqa: FBT001 - as above
        """Go on only where the server does; what it says in its own protocol decides: this port has no TLS."""
        if not holds:
            raise NoConnection(WITHOUT_TLS, said[:100].decode("ascii", "backslashreplace"))


def _connect(talk: _Talk, host: str, port: int) -> None:
    name = f"[{host}]" if ":" in host else host
    talk.send(
        f"CONNECT {name}:{port} HTTP/1.1\r\nHost: {name}:{port}\r\n\r\n".encode(
            "idna" if not name.isascii() else "ascii"
        )
    )
    status = talk.line()
    talk.must(status.split(b" ")[1:2] == [b"200"], status)
    while talk.line():
        pass


def _smtp(talk: _Talk) -> None:
    said = talk.lines()
    talk.must(said.startswith(b"220"), said)
    talk.send(b"EHLO auditor.invalid\r\n")
    said = talk.lines()
    talk.must(said.startswith(b"250"), said)
    talk.send(b"STARTTLS\r\n")
    said = talk.lines()
    talk.offers(not said.startswith(b"5"), said)
    talk.must(said.startswith(b"220"), said)


def _imap(talk: _Talk) -> None:
    said = talk.line()
    talk.must(said.startswith(b"* "), said)
    talk.send(b"a1 STARTTLS\r\n")
    said = talk.line()
    while said.startswith(b"* "):
        said = talk.line()
    talk.offers(not said.upper().startswith((b"A1 NO", b"A1 BAD")), said)
    talk.must(said.upper().startswith(b"A1 OK"), said)


def _pop3(talk: _Talk) -> None:
    said = talk.line()
    talk.must(said.startswith(b"+OK"), said)
    talk.send(b"STLS\r\n")
    said = talk.line()
    talk.offers(not said.startswith(b"-ERR"), said)
    talk.must(said.startswith(b"+OK"), said)


def _ldap(talk: _Talk) -> None:
    talk.send(_LDAP_STARTTLS)
    head = talk.take(2)
    size = head[1]
    if size & 0x80:
        size = int.from_bytes(talk.take(size & 0x7F), "big")
    talk.must(head[0] == 0x30 and size < _LINE_OCTETS, head)  # noqa: PLR2004 - SEQUENCE
    said = talk.take(size)
    result = re.search(rb"\x78.{1,5}?\x0a\x01(.)", said, re.DOTALL)  # extendedResp, resultCode
    talk.must(result is not None, said)
    talk.offers(
        result is not None and result[1] == b"\x00", b"LDAP resultCode " + (result[1].hex().encode() if result else b"")
    )


def _postgresql(talk: _Talk) -> None:
    talk.send(_POSTGRESQL_SSL)
    said = talk.take(1)
    talk.offers(said != b"N", b"PostgreSQL answers N to SSLRequest")
    talk.must(said == b"S", said)


def _mysql(talk: _Talk) -> None:
    head = talk.take(4)
    greeting = talk.take(int.from_bytes(head[:3], "little"))
    talk.must(greeting[:1] == b"\x0a", greeting)
    at = greeting.index(b"\x00", 1) + 14 if b"\x00" in greeting[1:] else 0
    capabilities = int.from_bytes(greeting[at : at + 2], "little")
    talk.must(0 < at <= len(greeting) - 2, greeting)
    talk.offers(bool(capabilities & 0x0800), b"MySQL without CLIENT_SSL")
    talk.send(_MYSQL_SSL)


_STARTTLS: Final[dict[str, Callable[[_Talk], None]]] = {
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "ldap": _ldap,
    "postgresql": _postgresql,
    "mysql": _mysql,
}
STARTTLS: Final = frozenset(_STARTTLS)


def is_address(host: str) -> bool:
    """Tell whether a host is an address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
