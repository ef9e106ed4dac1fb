"""Bad input and trouble, line by line (issue 13): whatever comes, a verdict or a gap in time, never a pass for nothing.

`LINES` names the test of every line; a test asks that each is there.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from auditor.formats import der, issuing, sm2, x509
from auditor.formats import tls_wire as wire
from auditor.formats.issuing import SIGNS
from auditor.judging import judge
from auditor.model.finding import Verdict
from auditor.stages.tls import certificates
from auditor.stages.tls.checks import checks
from auditor.tools.dial import Dialler
from tests.unit.stages.tls.conftest import NOW
from tests.unit.stages.tls.test_endpoints import findings, observed, verdict, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.tools.dial import SocketWire
    from auditor.tools.loopback import Listener
    from tests.unit.stages.tls.conftest import Material

LINES: Final = {
    "closed port": "test_port_that_is_closed_and_name_that_does_not_resolve_are_gaps",
    "filtered port": "test_filtered_port_is_a_gap_in_time",
    "name that does not resolve": "test_port_that_is_closed_and_name_that_does_not_resolve_are_gaps",
    "certificate for another name": "test_certificate_for_another_name_fails",
    "HTTP": "test_no_check_passes_on_a_peer_that_decides_nothing",
    "SSH": "test_plain_protocols_are_named",
    "random bytes": "test_no_check_passes_on_a_peer_that_decides_nothing",
    "plain protocol without TLS": "test_server_that_says_it_has_no_tls_is_plaintext",
    "16 MB of handshake": "test_large_answers_are_cut_off",
    "a million tiny records": "test_large_answers_are_cut_off",
    "certificate of 10 MB": "test_large_answers_are_cut_off",
    "1,000 certificates in a chain": "test_no_faulty_server_is_accepted",
    "loop of cross-signed CAs": "test_loop_of_cross_signed_authorities_ends",
    "negative serial": "test_odd_certificates_are_told",
    "dates in 1950 and 9999": "test_odd_certificates_are_told",
    "invalid UTF-8 name": "test_odd_certificates_are_told",
    "explicit huge curve": "test_huge_explicit_curve_is_read_and_not_computed_with",
    "point off the curve": "test_odd_certificates_are_told",
    "r or s zero": "test_signature_with_a_zero_never_holds",
    "DER with trailing octets": "test_trailing_octets_are_refused",
    "indefinite length": "test_octets_that_are_no_der_are_refused",
    "encrypted key without password": "test_protection_of_a_key_file_is_judged",
    "alert before the hello": "test_alerts_before_any_hello_decide_nothing_good",
    "alert flood": "test_flood_of_alerts_is_cut_off",
    "half-close": "test_handshake_that_breaks_at_any_state_proves_nothing",
    "reset at each state": "test_handshake_that_breaks_at_any_state_proves_nothing",
    "reset at each state of TLS": "test_tls_that_breaks_at_any_octet_proves_nothing",
    "polite number of connections": "test_connections_are_one_at_a_time_and_few",
    "fuzz of records and handshakes": "test_any_octets_are_taken",
    "fuzz of DER": "test_any_octets_are_read_or_refused",
    "fuzz of SM2": "test_any_octets_are_read_or_refused",
}


def test_every_line_has_its_test() -> None:
    tests = "".join(each.read_text(encoding="utf-8") for each in Path("tests/unit").rglob("test_*.py"))
    known = set(re.findall(r"def (test_\w+)", tests))

    assert {line for line, name in LINES.items() if name not in known} == set()


@pytest.fixture
def filtered() -> Iterator[int]:
    """A port whose connections hang: its queue is full, so that the kernel drops what else comes."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port: int = listening.getsockname()[1]
        for _each in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(("127.0.0.1", port))
        time.sleep(0.05)
        yield port


def test_filtered_port_is_a_gap_in_time(filtered: int) -> None:

    facts, _items, target = observed(f"127.0.0.1:{filtered}", deadline_s=1.0)

    assert {gap.reason for gap in facts.gaps} == {"time limit"}
    assert not [each.id for each in judge(checks(), facts, target) if each.verdict is Verdict.PASS]


def _says(*steps: bytes) -> Callable[[SocketWire], object]:
    """Return a server that says one step after each thing that it hears, and then nothing."""

    def serve(link: SocketWire) -> None:
        for each in steps:
            link.send(each)
            link.receive(5.0)

    return serve


WITHOUT_TLS: Final = {
    "smtp": (b"220 mail\r\n", b"250 mail\r\n", b"502 no such command\r\n"),
    "imap": (b"* OK ready\r\n", b"a1 BAD unknown\r\n"),
    "pop3": (b"+OK ready\r\n", b"-ERR unknown\r\n"),
}


@pytest.mark.parametrize("protocol", WITHOUT_TLS)
def test_server_that_says_it_has_no_tls_is_plaintext(protocol: str, listening: Callable[..., Listener]) -> None:
    listener = listening(_says(*WITHOUT_TLS[protocol]))

    found = findings(f"{protocol}://localhost:{listener.port}", deadline_s=3.0)

    assert verdict(found, "TLS-001") == "fail"
    assert not [each.id for each in found if each.verdict is Verdict.PASS]


def test_database_that_says_it_has_no_tls_is_plaintext(listening: Callable[..., Listener]) -> None:
    def postgresql(link: SocketWire) -> None:
        link.receive(5.0)
        link.send(b"N")

    greeting = b"\x0a8.0.36\x00" + bytes(4) + b"saltsalt" + b"\x00" + (0xF7FF).to_bytes(2, "little") + bytes(31)
    mysql = _says(len(greeting).to_bytes(3, "little") + b"\x00" + greeting)

    def ldap(link: SocketWire) -> None:
        link.receive(5.0)
        link.send(bytes.fromhex("300c02010178070a010204000400"))  # protocolError

    for protocol, serve in (("postgresql", postgresql), ("mysql", mysql), ("ldap", ldap)):
        found = findings(f"{protocol}://localhost:{listening(serve).port}", deadline_s=3.0)

        assert verdict(found, "TLS-001") == "fail", protocol


# --- Too much ---------------------------------------------------------------------------------------------------------


def _records(octets: bytes, version: int, size: int = 1 << 14) -> bytes:
    return b"".join(wire.record(wire.HANDSHAKE, version, octets[at : at + size]) for at in range(0, len(octets), size))


@pytest.mark.parametrize("version", [wire.TLCP, wire.TLS12])
@pytest.mark.parametrize("name", ["handshake of 16 MB", "a million tiny records", "certificate of 10 MB"])
def test_large_answers_are_cut_off(name: str, version: int, listening: Callable[..., Listener]) -> None:
    suite = b"\xe0\x53" if version == wire.TLCP else b"\xc0\x2f"
    hello = wire.message(wire.SERVER_HELLO, version.to_bytes(2, "big") + bytes(32) + b"\x00" + suite + b"\x00")
    large = {
        "handshake of 16 MB": wire.message(wire.SERVER_HELLO, bytes((1 << 24) - 1)),
        "a million tiny records": b"",
        "certificate of 10 MB": hello + wire.message(wire.CERTIFICATE, wire.vector(3, wire.vector(3, bytes(10 << 20)))),
    }[name]
    said = _records(large, version) or wire.record(wire.HANDSHAKE, version, b"\x02") * 1_000_000

    def serve(link: SocketWire) -> None:
        link.receive(5.0)
        link.send(said)

    found = findings(f"localhost:{listening(serve).port}", deadline_s=4.0)

    proven = {"tls-tlcp-handshake", "tls-tlcp-key-exchange-signed", "tls-tlcp-server-finished"}
    assert not [each.id for each in found if each.verdict is Verdict.PASS and each.id in proven]
    assert verdict(found, "TLS-023") != "pass"


def test_certificate_of_ten_megabytes_in_a_file_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "big.pem").write_bytes(issuing.pem("CERTIFICATE", der.tagged(der.SEQUENCE, bytes(10 << 20))))

    found = findings(str(tmp_path / "big.pem"))

    assert verdict(found, "CRT-009") == "not_assessed"


# --- Odd certificates -------------------------------------------------------------------------------------------------


def test_loop_of_cross_signed_authorities_ends(material: Material) -> None:
    """Twelve authorities that all sign each other, and none of them is trusted."""
    names = [issuing.name(f"Loop {number}") for number in range(12)]
    keys = [sm2.generate_private_key() for _each in names]
    crossed = [
        x509.read(
            issuing.certificate(
                issuing.Order(
                    subject=subject,
                    issuer=issuer,
                    spki=sm2.spki(sm2.public_key(keys[one])),
                    serial=100 * one + other + 1,
                    begins=NOW - timedelta(days=1),
                    ends=NOW + timedelta(days=9),
                    extensions=(issuing.authority(), issuing.usage(*issuing.ISSUES)),
                ),
                keys[other],
            )
        )
        for one, subject in enumerate(names[:6])
        for other, issuer in enumerate(names[:6])
        if one != other
    ]
    leaf = issuing.Order(subject=issuing.name("leaf"), issuer=names[0], spki=sm2.spki(sm2.public_key(7)), extensions=())
    seen = [
        certificates.SightedCertificate(certificate=each, role=role, protocols=(), position=0, origin=None)  # type: ignore[arg-type]
        for each, role in (
            (x509.read(issuing.certificate(leaf, keys[0])), "server"),
            *((it, "issuer") for it in crossed),
        )
    ]
    anchor = x509.read(material.authority.root.der)

    found = certificates.assess("loop", "wire", seen, certificates.Trust(anchors=(anchor,)))

    (path,) = [each for each in found.facts if type(each).__name__ == "CertificatePath"]
    assert (path.is_anchored, "no anchor within" in path.problem or "on the way" in path.problem) == (False, True)  # type: ignore[attr-defined]


def test_path_keeps_to_the_names_that_an_authority_may_issue_for() -> None:
    limits = der.sequence(der.tagged(0xA0, der.sequence(der.tagged(0x82, b"bank.cn"))))
    root = issuing.Order(
        subject=issuing.name("root"),
        issuer=issuing.name("root"),
        spki=sm2.spki(sm2.public_key(5)),
        extensions=(issuing.authority(), issuing.extension("2.5.29.30", limits, is_critical=True)),
    )
    anchor = x509.read(issuing.certificate(root, 5))
    found = {}
    for name in ("gw.bank.cn", "gw.example.cn"):
        leaf = issuing.Order(
            subject=issuing.name("leaf"),
            issuer=issuing.name("root"),
            spki=sm2.spki(sm2.public_key(7)),
            extensions=(issuing.alternative_names((name,), ()),),
        )
        seen = certificates.SightedCertificate(
            certificate=x509.read(issuing.certificate(leaf, 5)),
            role="server",
            protocols=(),
            position=0,
            origin=None,  # type: ignore[arg-type]
        )
        made = certificates.assess("gw", "wire", [seen], certificates.Trust(anchors=(anchor,)))
        (path,) = [each for each in made.facts if type(each).__name__ == "CertificatePath"]
        found[name] = path.problem  # type: ignore[attr-defined]

    assert found == {"gw.bank.cn": "", "gw.example.cn": "CN=root may not issue for gw.example.cn"}


def _order(material: Material, **fields: object) -> bytes:
    authority = material.authority
    said: dict[str, object] = {
        "subject": issuing.name("odd"),
        "issuer": authority.issuer_name,
        "spki": sm2.spki(sm2.public_key(7)),
        "begins": NOW - timedelta(days=1),
        "ends": NOW + timedelta(days=99),
        "extensions": (issuing.alternative_names(), issuing.usage(*SIGNS)),
        **fields,
    }
    made = issuing.certificate(issuing.Order(**said), authority.issuer.key)  # type: ignore[arg-type]
    return issuing.pem("CERTIFICATE", made) + authority.issuer.certificate_pem


def test_odd_certificates_are_told(material: Material, tmp_path: Path) -> None:
    """Each is read and named for what is odd, and what is sound about it stays so."""
    off_curve = b"\x04" + bytes(31) + b"\x01" + bytes(31) + b"\x05"
    spki = der.sequence(der.sequence(der.oid(sm2.OID_EC_KEY), der.oid(sm2.OID_CURVE)), der.bit_string(off_curve))
    broken_name = der.sequence(
        der.tagged(der.SET, der.sequence(der.oid("2.5.4.3"), der.tagged(der.UTF8, b"\xff\xfe\x80")))
    )
    cases: dict[str, Mapping[str, object]] = {
        "CRT-009": {"begins": datetime(1950, 1, 1, tzinfo=UTC), "ends": datetime(1951, 1, 1, tzinfo=UTC)},
        "CRT-011": {"spki": spki},
    }
    for alias, fields in cases.items():
        path = tmp_path / f"{alias}.pem"
        path.write_bytes(_order(material, **fields))
        assert "fail" in verdicts(findings(str(path)), alias), alias
    odd: tuple[Mapping[str, object], ...] = (
        {"serial": -7},
        {"subject": broken_name},
        {"ends": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
    )
    for number, fields in enumerate(odd):
        path = tmp_path / f"{number}.pem"
        path.write_bytes(_order(material, **fields))
        found = findings(str(path))
        assert verdict(found, "CRT-009") == "pass", fields
        assert "pass" in verdicts(found, "CRT-010"), fields


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (0, 0), (sm2.N, 1), (1, sm2.N), (sm2.N - 1, 1), (-1, 1)])
def test_signature_with_a_zero_never_holds(r: int, s: int) -> None:
    octets = der.sequence(der.integer(r), der.integer(s))

    assert not sm2.verify(sm2.public_key(7), b"message", octets)


# --- Alerts and breaks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alert", ["15030100020228", "15030100020100", "1503010002015a", "150101000202"])
def test_alerts_before_any_hello_decide_nothing_good(alert: str, listening: Callable[..., Listener]) -> None:
    """A server that speaks before it is spoken to is heard, and refuses at best."""

    def serve(link: SocketWire) -> None:
        link.send(bytes.fromhex(alert))
        link.receive(2.0)

    found = findings(f"localhost:{listening(serve).port}", deadline_s=3.0)

    assert not [each.id for each in found if each.verdict is Verdict.PASS]


@pytest.mark.parametrize("kept", [0, 3, 5, 60, 200, 700])
@pytest.mark.parametrize("kind", ["rfc8998", "international"])
def test_tls_that_breaks_at_any_octet_proves_nothing(
    kind: str, kept: int, request: pytest.FixtureRequest, listening: Callable[..., Listener], material: Material
) -> None:
    """A proxy lets so many octets of each answer through and then resets: a part proves no handshake."""
    behind: Listener = request.getfixturevalue(kind)()

    def serve(link: SocketWire) -> None:
        inner = Dialler().open("127.0.0.1", behind.port, 2.0)
        try:
            inner.send(link.receive(3.0))
            link.send(inner.receive(3.0)[:kept])
            link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, "little") + bytes(4))
            link.socket.close()
        finally:
            inner.close()

    found = findings(f"localhost:{listening(serve).port}", trust=(str(material.folder / "root.pem"),), deadline_s=5.0)

    proven = {"tls-rfc8998-handshake", "tls-sm-protocol-offered", "tls-early-data-off"}
    assert not [each.id for each in found if each.verdict is Verdict.PASS and each.id in proven]
    if kept < 60:
        assert not [each.id for each in found if each.verdict is Verdict.PASS]
