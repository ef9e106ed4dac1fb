"""Connections to endpoints: STARTTLS of six protocols, an HTTP proxy, names and ports that lead nowhere."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from auditor.tools.dial import Dialler, NoConnection, SocketWire
from auditor.tools.loopback import Listener

if TYPE_CHECKING:
    from collections.abc import Callable

HELLO = b"\x16\x03\x01\x00\x01\x01"


def exchange(*steps: tuple[bytes, bytes]) -> Callable[[SocketWire], None]:
    """Return a server that hears the first of each step and says the second, then echoes."""

    def serve(link: SocketWire) -> None:
        for heard, said in steps:
            came = b""
            while len(came) < len(heard):
                came += link.receive(5.0)
            assert came == heard
            link.send(said)
        link.send(link.receive(5.0))

    return serve


LDAP_REQUEST = bytes.fromhex("301d02010177188016312e332e362e312e342e312e313436362e3230303337")
LDAP_YES = bytes.fromhex("300c02010178070a010004000400")
MYSQL_GREETING = (
    b"\x0a8.0.36\x00" + bytes(4) + b"saltsalt" + b"\x00" + (0xFFFF).to_bytes(2, "little") + b"\x21" + bytes(30)
)
SWITCHES = {
    "smtp": (
        (b"", b"220-mail\r\n220 mail ESMTP\r\n"),
        (b"EHLO auditor.invalid\r\n", b"250-mail\r\n250-STARTTLS\r\n250 HELP\r\n"),
        (b"STARTTLS\r\n", b"220 go ahead\r\n"),
    ),
    "imap": ((b"", b"* OK ready\r\n"), (b"a1 STARTTLS\r\n", b"* NOTE x\r\na1 OK begin\r\n")),
    "pop3": ((b"", b"+OK ready\r\n"), (b"STLS\r\n", b"+OK begin\r\n")),
    "ldap": ((LDAP_REQUEST, LDAP_YES),),
    "postgresql": ((bytes.fromhex("0000000804d2162f"), b"S"),),
    "mysql": ((b"", len(MYSQL_GREETING).to_bytes(3, "little") + b"\x00" + MYSQL_GREETING), (bytes(36), b"")),
}


@pytest.mark.parametrize("protocol", sorted(SWITCHES))
def test_plain_protocol_is_switched_to_tls(protocol: str) -> None:
    def serve(link: SocketWire) -> None:
        came = b""
        for heard, said in SWITCHES[protocol]:
            while len(came) < len(heard):
                came += link.receive(5.0)
            came = came[len(heard) :]
            link.send(said)
        link.send(came or link.receive(5.0))

    with Listener(serve) as listener:
        link = Dialler(starttls=protocol).open("127.0.0.1", listener.port, 3.0)
        link.send(HELLO)

        assert link.receive(3.0) == HELLO
        link.close()


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ("smtp", b"554 no\r\n"),
        ("smtp", b"220 a" * 5000),
        ("imap", b"* BYE\r\nx"),
        ("pop3", b"-ERR\r\n"),
        ("ldap", bytes.fromhex("300c02010178070a")),
        ("postgresql", b"E"),
        ("mysql", b"\x05\x00\x00\x00\x0a8.0\x00"),
        ("mysql", b"\xff\xff\xff\x00"),
    ],
)
def test_server_that_does_not_go_on_to_tls_is_no_connection(protocol: str, said: bytes) -> None:
    def serve(link: SocketWire) -> None:
        link.send(said)
        link.receive(3.0)

    with Listener(serve) as listener, pytest.raises(NoConnection) as caught:
        Dialler(starttls=protocol).open("127.0.0.1", listener.port, 1.0)

    assert caught.value.reason in {"answer not understood", "cut off", "answer too large", "time limit"}


@pytest.mark.parametrize(
    ("protocol", "said"), [("ldap", bytes.fromhex("300c02010178070a010204000400")), ("postgresql", b"N")]
)
def test_server_that_says_no_itself_is_told_from_one_that_is_not_understood(protocol: str, said: bytes) -> None:
    def serve(link: SocketWire) -> None:
        link.send(said)
        link.receive(3.0)

    with Listener(serve) as listener, pytest.raises(NoConnection) as caught:
        Dialler(starttls=protocol).open("127.0.0.1", listener.port, 1.0)

    assert caught.value.reason == "without TLS"


def test_proxy_is_asked_to_connect() -> None:
    asked = b"CONNECT gw.bank.cn:443 HTTP/1.1\r\nHost: gw.bank.cn:443\r\n\r\n"
    with Listener(exchange((asked, b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"))) as proxy:
        dialler = Dialler(proxy=f"127.0.0.1:{proxy.port}")

        link = dialler.open("gw.bank.cn", 443, 3.0)
        link.send(HELLO)

        assert link.receive(3.0) == HELLO
        assert dialler.addresses("gw.bank.cn", 443, 1.0) == ("gw.bank.cn",)
        link.close()


def test_proxy_that_refuses_is_no_connection() -> None:
    def serve(link: SocketWire) -> None:
        link.receive(3.0)
        link.send(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    with Listener(serve) as proxy, pytest.raises(NoConnection, match="403"):
        Dialler(proxy=f"127.0.0.1:{proxy.port}").open("gw.bank.cn", 443, 3.0)


def test_silence_before_tls_ends_in_time() -> None:
    began = time.monotonic()
    with Listener(lambda link: link.receive(20.0)) as listener, pytest.raises(NoConnection, match="silent"):
        Dialler(starttls="smtp").open("127.0.0.1", listener.port, 0.5)

    assert time.monotonic() - began < 4.0


def test_name_without_address_and_closed_port_are_no_connection() -> None:
    with pytest.raises(NoConnection) as caught:
        Dialler().addresses("no-such-host.invalid", 443, 5.0)
    assert caught.value.reason in {"name not known", "time limit"}
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    with pytest.raises(NoConnection) as refused:
        Dialler().open("127.0.0.1", port, 2.0)
    assert refused.value.reason == "cannot be reached"


def test_ipv6_is_dialled() -> None:
    try:
        listener = Listener(lambda link: link.send(b"six"), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with listener:
        assert Dialler().open("::1", listener.port, 2.0).receive(2.0) == b"six"
