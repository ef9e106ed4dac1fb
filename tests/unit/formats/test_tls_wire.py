"""Octets of TLS: hellos that are sent, answers that come back, and everything that is no answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire

REPLIES: dict[str, Any] = json.loads(Path("tests/data/sm/tlcp_probe_replies.json").read_bytes())["replies"]
CODES: dict[str, Any] = json.loads(Path("tests/data/sm/code_points.json").read_bytes())


def test_names_are_those_of_the_registries() -> None:
    for code, name in CODES["tlcp_suites"].items():
        assert points.TLCP[int(code, 16)] == name
    for code, name in CODES["legacy_gmt0024_2014_sm1"].items():
        assert points.TLCP[int(code, 16)] == name
    for code, name in CODES["tls13_suites"].items():
        assert points.INTERNATIONAL[int(code, 16)] == name
    for code, name in CODES["groups"].items():
        assert points.GROUPS[int(code, 16)] == name
    for number, name in CODES["alerts"].items():
        assert points.ALERTS[int(number)] == name


def flight(*pieces: bytes) -> wire.Flight:
    found = wire.Flight()
    for piece in pieces:
        found.feed(piece)
    return found


@pytest.mark.parametrize(
    ("product", "probe", "reply"),
    [(product, probe, reply) for product, probes in REPLIES.items() for probe, reply in probes.items()],
)
def test_first_replies_of_products_are_told_apart(product: str, probe: str, reply: str) -> None:
    del product, probe
    found = flight(bytes.fromhex(reply))

    assert not found.problem
    if reply.startswith("15"):
        assert found.refusal == int(reply[12:14], 16)
    elif reply:
        assert found.is_partial
        assert found.hello is None


def server_hello(suite: int = 0xC02F, version: int = 0x0303) -> bytes:
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + b"\x00"
    return wire.message(wire.SERVER_HELLO, body)


def test_message_over_many_records_is_put_together() -> None:
    whole = server_hello() + wire.message(wire.SERVER_HELLO_DONE, b"")
    pieces = [wire.record(wire.HANDSHAKE, 0x0303, whole[at : at + 3]) for at in range(0, len(whole), 3)]

    found = flight(*b"".join(pieces).split(b"\xff"))

    assert found.hello is not None
    assert found.hello.suite == 0xC02F
    assert [each.kind for each in found.messages] == [wire.SERVER_HELLO, wire.SERVER_HELLO_DONE]


@pytest.mark.parametrize(
    "octets",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        bytes.fromhex("1603037fff"),
        bytes.fromhex("1603030004") + b"\x02\xff\xff\xff",
        bytes.fromhex("15030300010a"),
        wire.record(wire.ALERT, 0x0303, b"\x01\x5a") * 200,
        wire.record(wire.HANDSHAKE, 0x0303, b"") * 5000,
        wire.record(wire.HANDSHAKE, 0x0303, wire.message(wire.SERVER_HELLO, b"short")) * 70,
    ],
)
def test_what_is_no_answer_has_a_problem(octets: bytes) -> None:
    found = flight(octets)

    assert found.problem
    assert found.hello is None or found.refusal is None


def test_warning_does_not_refuse_and_close_notify_is_no_refusal() -> None:
    unknown_name = wire.record(wire.ALERT, 0x0303, b"\x01\x70")

    found = flight(unknown_name, wire.record(wire.HANDSHAKE, 0x0303, server_hello()))

    assert found.refusal is None
    assert found.hello is not None
    assert flight(wire.record(wire.ALERT, 0x0303, b"\x01\x00")).refusal is None


def test_only_what_was_offered_counts_as_offered() -> None:
    hello = wire.Hello(version=0x0303, suites=(0xC02F,))

    assert hello.offers(0x0303, 0xC02F)
    assert hello.offers(0x0302, 0xC02F)  # the server chooses an older one
    assert not hello.offers(0x0304, 0xC02F)
    assert not hello.offers(0x0303, 0xC030)


def test_certificates_within_bounds_alone_are_read() -> None:
    one = wire.vector(3, b"x" * 10)

    assert wire.certificates(wire.vector(3, one, one)) == (b"x" * 10, b"x" * 10)
    for octets in (b"", wire.vector(3, one) + b"x", wire.vector(3, one * 200), b"\x00\x00\x09\x00\x00\xff"):
        with pytest.raises(wire.WireError):
            wire.certificates(octets)


@pytest.mark.parametrize("name", ["10.0.0.1", "::1", "", "x" * 300 + ".é"])
def test_address_is_no_server_name(name: str) -> None:
    assert wire.server_name(name) == ()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=10))
def test_any_octets_are_taken(pieces: list[bytes]) -> None:
    found = flight(*pieces)

    assert found.hello is None or found.hello.random


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_server_hello_is_read_or_refused(body: bytes) -> None:
    try:
        wire.ServerHello.read(body)
    except wire.WireError:
        return
    assert len(body) >= 38


def test_weak_suites_are_named_and_sound_ones_are_not() -> None:
    assert points.weaknesses(0x0018) == ("anonymous", "rc4", "md5")
    assert points.weaknesses(0x0001) == ("null", "md5", "static key exchange")
    assert "3des" in points.weaknesses(0x000A)
    for sound in (0xC02F, 0xC02B, 0xCCA8, 0x1301, 0x00C6, 0x009E):
        assert points.weaknesses(sound) == ()
