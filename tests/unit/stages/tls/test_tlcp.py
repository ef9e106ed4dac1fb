"""TLCP: keys against recorded handshakes, and handshakes with Tongsuo and with servers that do one thing wrong."""

from __future__ import annotations

import json
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.demo.tlcp_server import STATES
from auditor.formats import sm2, x509
from auditor.formats import tls_wire as wire
from auditor.stages.tls.outcome import Deadline, Outcome, Traced
from auditor.stages.tls.tlcp import keys
from auditor.stages.tls.tlcp.client import LADDER, Handshake, Wish, shake
from auditor.tools.dial import Dialler, NoConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.tools.dial import SocketWire
    from auditor.tools.loopback import Listener
    from tests.unit.stages.tls.conftest import Material

DATA = Path("tests/data/sm")
TRANSCRIPTS: dict[str, Any] = json.loads((DATA / "tlcp_transcripts.json").read_bytes())
FOREIGN: dict[str, Any] = json.loads(Path("tests/data/tls/foreign_tlcp_transcripts.json").read_bytes())
"""Of gotlcp and Tencent Kona, in each suite that both sides have; their sources are in no registry that tests use."""
RECORDED = [
    *({**each, "server_enc": TRANSCRIPTS["private_keys"]["server_enc"]} for each in TRANSCRIPTS["transcripts"]),
    *FOREIGN["transcripts"],
]
P_SM3: dict[str, Any] = json.loads((DATA / "p_sm3.json").read_bytes())
SUITES = {
    "ECC-SM2-SM4-GCM-SM3": 0xE053,
    "ECC-SM2-SM4-CBC-SM3": 0xE013,
    "ECDHE-SM2-SM4-GCM-SM3": 0xE051,
    "ECDHE-SM2-SM4-CBC-SM3": 0xE011,
}


def shaken(port: int, wish: Wish, seconds: float = 5.0) -> Handshake:
    link = Traced(Dialler().open("127.0.0.1", port, 2.0), Deadline(seconds))
    try:
        return shake(link, wish)
    finally:
        link.close()


# --- Recorded handshakes, without a peer -----------------------------------------------------------------------------


@pytest.mark.parametrize("case", P_SM3["raw"])
def test_p_sm3_expands_as_recorded(case: dict[str, Any]) -> None:
    found = keys.prf(bytes.fromhex(case["secret"]), case["label"].encode(), bytes.fromhex(case["seed"]), case["length"])

    assert found.hex() == case["output"]


@pytest.mark.parametrize("case", P_SM3["master_secret"])
def test_master_secret_is_the_recorded_one(case: dict[str, str]) -> None:
    values = [bytes.fromhex(case[name]) for name in ("pre_master_secret", "client_random", "server_random")]

    assert keys.master_secret(*values).hex() == case["master_secret"]


def _messages(case: dict[str, Any]) -> dict[str, bytes]:
    return {each["name"]: bytes.fromhex(each["hex"]) for each in case["handshake_messages"]}


def test_each_recorded_peer_finished_each_suite() -> None:
    found = {(each["peer"].split()[0], int(each["suite"], 16), each["mutual"]) for each in RECORDED}

    for peer in ("gotlcp", "Tencent", "tongsuopy"):
        one_way = {suite for who, suite, is_mutual in found if who == peer and not is_mutual}
        mutual = {suite for who, suite, is_mutual in found if who == peer and is_mutual}
        assert one_way == {0xE053, 0xE013}  # the others take a certificate of the client (GB/T 38636, 6.4.5.8)
        assert mutual == set(SUITES.values())


@pytest.mark.parametrize(
    "case", RECORDED, ids=lambda case: f"{case['peer'].split()[0]}-{case['suite']}-{case['mutual']}"
)
def test_recorded_handshake_is_proven(case: dict[str, Any]) -> None:
    """Signature, keys, protected records and both Finished of a recorded handshake hold."""
    suite = int(case["suite"], 16)
    messages = _messages(case)
    randoms = bytes.fromhex(case["client_random"]), bytes.fromhex(case["server_random"])
    chain = wire.certificates(messages["certificate"][4:])
    signer = x509.read(chain[0])
    body = wire.Octets(messages["server_key_exchange"][4:])
    if suite in {0xE011, 0xE051}:
        signed = body.take(4 + 65)
        signature = body.vector(2)
    else:
        signed, signature = wire.vector(3, chain[1]), body.vector(2)
    assert signer.sm2_point is not None
    assert sm2.verify(signer.sm2_point, randoms[0] + randoms[1] + signed, signature)
    assert not sm2.verify(signer.sm2_point, randoms[1] + randoms[0] + signed, signature)

    pre_master = bytes.fromhex(case["pre_master_secret"])
    if suite not in {0xE011, 0xE051}:
        private = int(case["server_enc"], 16)
        sent = wire.Octets(messages["client_key_exchange"][4:]).vector(2)
        assert sm2.decrypt(private, sm2.Ciphertext.from_der(sent)) == pre_master
    master = keys.master_secret(pre_master, *randoms)
    assert master.hex() == case["master_secret"]
    block = keys.KeyBlock.derive(suite, master, *randoms)
    assert {name: getattr(block, name).hex() for name in case["keys"]} == case["keys"]

    opened: dict[str, list[bytes]] = {"client": [], "server": []}
    for side, records, opening in (
        ("client", case["records_client_to_server"], block.of_client(suite)),
        ("server", case["records_server_to_client"], block.of_server(suite)),
    ):
        is_protected = False
        for each in wire.Records().feed(b"".join(map(bytes.fromhex, records))):
            if each.kind == wire.CHANGE_CIPHER_SPEC:
                is_protected = True
            elif is_protected:
                opened[side].append(opening.open(each.kind, each.fragment))
    assert opened["client"][0][4:].hex() == case["client_verify_data"]
    assert opened["server"][0][4:].hex() == case["server_verify_data"]
    assert bytes.fromhex(case["application_data"]["server_to_client"]) in opened["server"]


def test_record_is_opened_as_it_was_sealed_and_refused_when_changed() -> None:
    for suite in (0xE053, 0xE013):
        block = keys.KeyBlock.derive(suite, bytes(48), bytes(32), bytes(32))
        for text in (b"", b"x" * 15, b"x" * 16, b"x" * 1000):
            sealed = block.of_client(suite).seal(wire.DATA, text)
            assert block.of_client(suite).open(wire.DATA, sealed) == text
            for at in range(0, len(sealed), 7):
                changed = sealed[:at] + bytes((sealed[at] ^ 1,)) + sealed[at + 1 :]
                with pytest.raises(wire.WireError):
                    block.of_client(suite).open(wire.DATA, changed)
            with pytest.raises(wire.WireError):
                block.of_client(suite).open(wire.HANDSHAKE, sealed)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 24, 47, 64])
def test_protected_record_of_any_size_is_opened_or_refused(size: int) -> None:
    for suite in (0xE053, 0xE013):
        block = keys.KeyBlock.derive(suite, bytes(48), bytes(32), bytes(32))
        with pytest.raises(wire.WireError):
            block.of_client(suite).open(wire.DATA, bytes(size))


# --- Tongsuo ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SUITES)
def test_handshake_with_tongsuo_is_finished_mutual(name: str, tongsuo: Callable[..., int], material: Material) -> None:
    done = shaken(tongsuo("tlcp,mutual", name), Wish(pair=material.client))

    assert (done.outcome, done.key_exchange_verified, done.finished_verified) == (Outcome.ACCEPTED, True, True)
    assert done.server is not None
    assert done.server.suite == SUITES[name]


@pytest.mark.parametrize("name", ["ECC-SM2-SM4-GCM-SM3", "ECC-SM2-SM4-CBC-SM3"])
def test_handshake_with_tongsuo_is_finished_one_way(name: str, tongsuo: Callable[..., int]) -> None:
    done = shaken(tongsuo("tlcp", name), Wish())

    assert (done.outcome, done.finished_verified, done.asks_client) == (Outcome.ACCEPTED, True, False)


def test_ecdhe_of_tongsuo_without_a_pair_is_partial_with_the_signature_proven(tongsuo: Callable[..., int]) -> None:
    done = shaken(tongsuo("tlcp", "ECDHE-SM2-SM4-GCM-SM3"), Wish())

    assert (done.outcome, done.key_exchange_verified, done.alert) == (Outcome.PARTIAL, True, 40)


def test_session_of_tongsuo_is_resumed_and_its_ticket_is_seen(tongsuo: Callable[..., int]) -> None:
    port = tongsuo()
    first = shaken(port, Wish())
    assert first.server is not None

    again = shaken(port, Wish(suites=(first.server.suite,), session_id=first.server.session_id, master=first.master))
    ticket = shaken(port, Wish(extensions=((wire.SESSION_TICKET, b""),)))

    assert (again.outcome, again.is_resumed) == (Outcome.ACCEPTED, True)
    assert (ticket.outcome, ticket.has_ticket) == (Outcome.ACCEPTED, True)


def test_tongsuo_passes_over_a_second_hello(tongsuo: Callable[..., int]) -> None:
    assert shaken(tongsuo(), Wish(renegotiates=True)).renegotiation is Outcome.REFUSED


# --- Our own server, right and wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", SUITES.values())
@pytest.mark.parametrize("is_mutual", [False, True])
def test_own_server_and_client_finish(
    suite: int,
    *,
    is_mutual: bool,
    tlcp: Callable[..., Listener],
    material: Material,
) -> None:
    listener = tlcp(suites=(suite,), asks_client=is_mutual, needs_client=is_mutual, greeting=b"hello")
    is_ecdhe = suite in {0xE011, 0xE051}

    done = shaken(listener.port, Wish(pair=material.client if is_mutual or is_ecdhe else None))

    assert (done.outcome, done.finished_verified) == (Outcome.ACCEPTED, True)


@pytest.mark.parametrize("fault", ["empty records", "one flight", "tiny records", "encryption last", "swapped pair"])
def test_odd_but_whole_handshakes_are_finished(fault: str, tlcp: Callable[..., Listener]) -> None:
    assert shaken(tlcp(fault).port, Wish()).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("forged key exchange", Outcome.PARTIAL),
        ("bad finished", Outcome.PARTIAL),
        ("bad record", Outcome.PARTIAL),
        ("one certificate", Outcome.PARTIAL),
        ("close after hello", Outcome.PARTIAL),
        ("close after certificate", Outcome.PARTIAL),
        ("close after done", Outcome.PARTIAL),
        ("close after client", Outcome.PARTIAL),
        ("wrong version", Outcome.GARBAGE),
        ("wrong suite", Outcome.GARBAGE),
        ("many certificates", Outcome.PARTIAL),
        ("huge certificate", Outcome.PARTIAL),
        ("huge message", Outcome.PARTIAL),
    ],
)
def test_no_faulty_server_is_accepted(fault: str, outcome: Outcome, tlcp: Callable[..., Listener]) -> None:
    done = shaken(tlcp(fault).port, Wish())

    assert done.outcome is outcome
    assert not done.outcome.decides


def _resets(link: SocketWire) -> None:
    link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.socket.close()


BREAKS: dict[str, Callable[[SocketWire], object]] = {
    "reset": _resets,
    "close": lambda link: link.close(),
    "half close": lambda link: link.socket.shutdown(socket.SHUT_WR),
    "silence": lambda link: link.receive(5.0) and link.receive(5.0),
    "alert": lambda link: link.send(bytes.fromhex("15010100020228")),
    "warning and close": lambda link: link.send(bytes.fromhex("15010100020100")),
    "half a record": lambda link: link.send(bytes.fromhex("160101ff")),
    "another protocol": lambda link: link.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "octets of nothing": lambda link: link.send(bytes(64)),
}


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("state", STATES)
def test_handshake_that_breaks_at_any_state_proves_nothing(
    state: str, how: str, tlcp: Callable[..., Listener], material: Material
) -> None:
    """Every state of the handshake, every way to break off there: only what was proven before it stays."""

    def interrupt(reached: str, link: SocketWire) -> None:
        if reached == state:
            BREAKS[how](link)
            raise ConnectionError(state)

    listener = tlcp(asks_client=True, interrupt=interrupt)

    try:
        done = shaken(listener.port, Wish(pair=material.client), seconds=0.5 if how == "silence" else 3.0)
    except NoConnection:
        assert (state, how) == ("connected", "reset")  # the reset was there before the connection was
        return

    if state == "finished":
        assert (done.outcome, done.finished_verified) == (Outcome.ACCEPTED, True)
        return
    is_first = state in {"connected", "client_hello"}
    assert done.outcome is not Outcome.ACCEPTED
    assert (done.outcome is Outcome.REFUSED) == (is_first and how == "alert")
    assert done.finished_verified is None
    assert (done.server is not None) == (not is_first)
    has_signature = STATES.index(state) >= STATES.index("server_key_exchange")
    assert done.key_exchange_verified is (True if has_signature else None)


def test_flood_of_alerts_is_cut_off(tlcp: Callable[..., Listener]) -> None:
    done = shaken(tlcp("alert flood").port, Wish())

    assert not done.outcome.decides
    assert "more than" in done.problem


def test_forged_signature_and_finished_are_told_apart(tlcp: Callable[..., Listener]) -> None:
    forged, bad = shaken(tlcp("forged key exchange").port, Wish()), shaken(tlcp("bad finished").port, Wish())

    assert (forged.key_exchange_verified, forged.finished_verified) == (False, None)
    assert (bad.key_exchange_verified, bad.finished_verified) == (True, False)


def test_server_that_falls_silent_costs_no_more_than_the_deadline(tlcp: Callable[..., Listener]) -> None:
    done = shaken(tlcp("silent after hello").port, Wish(), seconds=0.5)

    assert (done.outcome, done.problem) == (Outcome.PARTIAL, "the server fell silent")


def test_server_that_insists_on_a_client_says_so(tlcp: Callable[..., Listener]) -> None:
    done = shaken(tlcp(asks_client=True, needs_client=True).port, Wish())

    assert (done.outcome, done.asks_client, done.alert) == (Outcome.PARTIAL, True, 40)


def test_second_hello_that_is_answered_is_seen(tlcp: Callable[..., Listener]) -> None:
    assert shaken(tlcp("renegotiates").port, Wish(renegotiates=True)).renegotiation is Outcome.ACCEPTED
    assert shaken(tlcp().port, Wish(renegotiates=True)).renegotiation is Outcome.REFUSED


def test_no_common_suite_is_refused(tlcp: Callable[..., Listener]) -> None:
    done = shaken(tlcp(suites=(0xE011,)).port, Wish(suites=(0xE053,)))

    assert (done.outcome, done.alert) == (Outcome.REFUSED, 40)


def test_ladder_has_each_manner_that_was_measured() -> None:
    ways = {(each.both_certificates, each.signs_digest, each.is_prefixed) for each in LADDER}

    assert len(ways) == len(LADDER) == 5


# --- Whatever a server sends ------------------------------------------------------------------------------------------


class Recorded:
    """A connection on which recorded octets come, whatever is sent."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = list(pieces)

    def send(self, octets: bytes) -> None:
        return None

    def receive(self, wait_s: float) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def close(self) -> None:
        return None


FLIGHTS = [[bytes.fromhex(each) for each in case["records_server_to_client"]] for case in RECORDED]


def replayed(pieces: list[bytes], wish: Wish) -> Handshake:
    return shake(Traced(Recorded(pieces), Deadline(5.0)), wish)


@pytest.mark.parametrize("flight", FLIGHTS)
def test_replayed_flight_of_another_session_is_not_accepted(flight: list[bytes]) -> None:
    done = replayed(flight, Wish(suites=tuple(SUITES.values())))

    assert done.server is not None
    assert (done.outcome, done.key_exchange_verified) == (Outcome.PARTIAL, False)


@settings(max_examples=150, deadline=None)
@given(
    number=st.integers(0, len(FLIGHTS) - 1),
    at=st.integers(0, 3000),
    octet=st.integers(0, 255),
    cut=st.integers(0, 3000),
)
def test_changed_or_cut_flight_ends_the_handshake_and_nothing_else(number: int, at: int, octet: int, cut: int) -> None:
    whole = bytearray(b"".join(FLIGHTS[number]))
    whole[at % len(whole)] = octet

    done = replayed([bytes(whole[: cut or len(whole)])], Wish(suites=tuple(SUITES.values())))

    assert done.outcome is not Outcome.ACCEPTED


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=6))
def test_any_octets_end_the_handshake(pieces: list[bytes]) -> None:
    assert replayed(pieces, Wish()).outcome is not Outcome.ACCEPTED
