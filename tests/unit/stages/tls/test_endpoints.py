"""Whole runs of the stage against peers on loopback: what each check says of a good, a bad and an absent peer."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import ssl
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from auditor.demo.tlcp_server import ServerPair
from auditor.formats import der
from auditor.formats.issuing import ENCIPHERS, SIGNS, Issued, alternative_names, extended_usage, pem, usage
from auditor.judging import judge
from auditor.model.artefact import Artefact, Capture
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.finding import Finding, Verdict
from auditor.model.system import Part, System
from auditor.stages.tls.checks import checks
from auditor.stages.tls.observe import TlsStage
from auditor.tools import openssl4
from auditor.tools.dial import Dialler
from tests.unit.stages.tls.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.tools.dial import SocketWire
    from auditor.tools.loopback import Listener
    from tests.unit.stages.tls.conftest import Material

STAGE = TlsStage(
    dial=lambda proxy, starttls: Dialler(proxy=proxy, starttls=starttls),
    openssl=openssl4,
    self_test=lambda: ("test", ""),
)


def observed(where: str, **options: object) -> tuple[Facts, list[Any], System]:
    part = Part(kind="tls", where=where, options=options)
    target = System(name=part.argument, parts=(part,))
    items = list(STAGE.observe(target, Facts()))
    facts = Facts((each for each in items if isinstance(each, Fact)), (each for each in items if isinstance(each, Gap)))
    return facts, items, target


def findings(where: str, **options: object) -> list[Finding]:
    facts, _items, target = observed(where, **options)
    return list(judge(checks(), facts, target))


def verdicts(found: list[Finding], alias: str) -> set[str]:
    """Return what was said under a number of the reference tables, "not applicable" left out where more was said."""
    said = {str(each.verdict) for each in found if alias in each.aliases}
    return said - {"not_applicable"} or said


def verdict(found: list[Finding], alias: str) -> str:
    (said,) = verdicts(found, alias)
    return said


@pytest.fixture
def trust(material: Material) -> dict[str, object]:
    return {"trust": (str(material.folder / "root.pem"),), "profile": "sm-only"}


NO_PASS = {"fail", "not_assessed", "not_applicable"}


# --- Good peers ------------------------------------------------------------------------------------------------------


def test_good_tlcp_server_passes(tlcp: Callable[..., Listener], trust: dict[str, object]) -> None:
    found = findings(f"localhost:{tlcp().port}", **trust)

    passing = [
        *("001", "002", "004", "007", "009", "010", "011", "013", "014", "015", "016", "017", "018", "019", "020"),
        *("021", "022", "023", "024", "025", "027", "028", "029", "030", "031", "036", "037", "042"),
    ]
    assert {number: verdict(found, f"TLS-{number}") for number in passing} == dict.fromkeys(passing, "pass")
    assert not [each.id for each in found if each.verdict is Verdict.FAIL]


def test_good_rfc8998_server_passes(rfc8998: Callable[..., Listener], trust: dict[str, object]) -> None:
    found = findings(f"localhost:{rfc8998().port}", **trust)

    passing = [
        *("001", "003", "004", "005", "006", "007", "019", "020", "021", "022", "023", "025", "030", "043", "044"),
        *("045",),
    ]
    assert {number: verdict(found, f"TLS-{number}") for number in passing} == dict.fromkeys(passing, "pass")
    assert not [each.id for each in found if each.verdict is Verdict.FAIL]


def test_good_international_server_passes(international: Callable[..., Listener], material: Material) -> None:
    found = findings(
        f"localhost:{international().port}", profile="international-modern", trust=(str(material.folder / "rsa.pem"),)
    )

    passing = ("001", "005", "006", "012", "022", "023", "025", "031", "036", "039", "040", "046", "047", "048")
    assert {number: verdict(found, f"TLS-{number}") for number in passing} == dict.fromkeys(passing, "pass")
    assert verdict(found, "TLS-004") == "not_applicable"


def test_tongsuo_passes(tongsuo: Callable[..., int], trust: dict[str, object]) -> None:
    found = findings(f"localhost:{tongsuo()}", **trust)

    passing = ("001", "002", "004", "007", "009", "010", "011", "013", "016", "021", "022", "028", "029", "030", "035")
    assert {number: verdict(found, f"TLS-{number}") for number in passing} == dict.fromkeys(passing, "pass")
    assert {each.aliases for each in found if each.verdict is Verdict.FAIL} == {("TLS-037",)}


# --- Bad peers -------------------------------------------------------------------------------------------------------


def test_international_server_fails_where_sm_is_due(
    international: Callable[..., Listener], trust: dict[str, object]
) -> None:
    found = findings(f"localhost:{international().port}", **trust)

    assert (verdict(found, "TLS-004"), verdict(found, "TLS-007")) == ("fail", "fail")
    assert verdict(found, "TLS-002") in NO_PASS


def test_old_server_fails(international: Callable[..., Listener]) -> None:
    found = findings(f"localhost:{international(old=True).port}")

    assert (verdict(found, "TLS-006"), verdict(found, "TLS-012")) == ("fail", "fail")
    weak = next(each for each in found if "TLS-012" in each.aliases)
    assert weak.severity == "critical"  # anonymous and NULL suites
    assert "anonymous" in weak.actual.en


def test_mixed_port_of_tongsuo_is_told_apart(tongsuo: Callable[..., int], trust: dict[str, object]) -> None:
    found = findings(f"localhost:{tongsuo('mixed')}", **trust)

    failing = ("007", "009", "012", "043", "044")
    assert {number: verdict(found, f"TLS-{number}") for number in failing} == dict.fromkeys(failing, "fail")
    assert verdict(found, "TLS-002") == "pass"


def test_preference_for_international_suites_fails(rfc8998: Callable[..., Listener], trust: dict[str, object]) -> None:
    both = "TLS_AES_128_GCM_SHA256:TLS_SM4_GCM_SM3"
    listener = rfc8998(suites=both, groups="curveSM2:X25519", schemes="sm2sig_sm3:RSA-PSS+SHA256", also_rsa=True)

    facts, _items, target = observed(f"localhost:{listener.port}", **{**trust, "profile": "sm-preferred"})
    found = list(judge(checks(), facts, target))

    assert verdicts(found, "TLS-008") <= {"pass", "fail"}
    assert verdict(found, "TLS-003") == "pass"


@pytest.mark.parametrize(
    ("fault", "alias"),
    [
        ("forged key exchange", "TLS-028"),
        ("bad finished", "TLS-029"),
        ("one certificate", "TLS-013"),
        ("swapped pair", "TLS-014"),
        ("encryption last", "TLS-014"),
        ("fixed random", "TLS-030"),
        ("compression", "TLS-031"),
        ("renegotiates", "TLS-036"),
    ],
)
def test_fault_of_a_tlcp_server_fails_its_check(
    fault: str, alias: str, tlcp: Callable[..., Listener], trust: dict[str, object]
) -> None:
    found = findings(f"localhost:{tlcp(fault).port}", **trust)

    assert verdict(found, alias) == "fail"


def test_proofs_that_fail_cost_the_handshake_its_pass(tlcp: Callable[..., Listener], trust: dict[str, object]) -> None:
    for fault in ("forged key exchange", "bad finished"):
        found = findings(f"localhost:{tlcp(fault).port}", **trust)

        assert verdict(found, "TLS-002") in NO_PASS
        assert verdict(found, "TLS-004") in NO_PASS


def test_bad_pairs_fail(tlcp: Callable[..., Listener], material: Material, trust: dict[str, object]) -> None:
    authority = material.authority
    other_name = (alternative_names(("elsewhere.example",), ()), usage(*ENCIPHERS))
    both = authority.issue("localhost", *SIGNS, *ENCIPHERS)
    cases = {
        "TLS-015": ServerPair(
            signing=material.signing,
            encryption=authority.issue("localhost", *ENCIPHERS, key=material.signing.key),
            chain=(authority.issuer.der,),
        ),
        "TLS-016": ServerPair(signing=both, encryption=both, chain=(authority.issuer.der,)),
        "TLS-017": ServerPair(
            signing=material.signing,
            encryption=authority.issue("elsewhere", extensions=other_name),
            chain=(authority.issuer.der,),
        ),
        "TLS-021": ServerPair(
            signing=authority.issue("localhost", *SIGNS, user_id=b""),
            encryption=material.encryption,
            chain=(authority.issuer.der,),
        ),
        "TLS-022": ServerPair(signing=material.signing, encryption=material.encryption),
        "TLS-023": ServerPair(
            signing=material.signing,
            encryption=authority.issue("localhost", *ENCIPHERS, ends=NOW - timedelta(hours=1)),
            chain=(authority.issuer.der,),
        ),
        "TLS-024": ServerPair(
            signing=authority.issue("localhost", *SIGNS, ends=NOW + timedelta(days=3650)),
            encryption=material.encryption,
            chain=(authority.issuer.der,),
        ),
        "TLS-026": ServerPair(
            signing=authority.issue(
                "localhost", extensions=(alternative_names(), usage(*SIGNS), extended_usage("1.3.6.1.5.5.7.3.2"))
            ),
            encryption=material.encryption,
            chain=(authority.issuer.der,),
        ),
        "TLS-027": ServerPair(
            signing=authority.issue("localhost", extensions=(alternative_names(), usage(*SIGNS))),
            encryption=material.encryption,
            chain=(authority.issuer.der,),
        ),
    }
    for alias, pair in cases.items():
        found = findings(f"localhost:{tlcp(pair=pair).port}", **trust)

        assert "fail" in verdicts(found, alias), alias


def test_expired_encryption_certificate_is_named(
    tlcp: Callable[..., Listener], material: Material, trust: dict[str, object]
) -> None:
    late = material.authority.issue("localhost", *ENCIPHERS, ends=NOW - timedelta(days=3))
    pair = ServerPair(signing=material.signing, encryption=late, chain=(material.authority.issuer.der,))

    found = findings(f"localhost:{tlcp(pair=pair).port}", **trust)

    (bad,) = [each for each in found if "TLS-023" in each.aliases and each.verdict is Verdict.FAIL]
    assert "encryption certificate" in bad.subject
    assert bad.severity == "critical"


def test_certificate_for_another_name_fails(
    tlcp: Callable[..., Listener], material: Material, trust: dict[str, object]
) -> None:
    del material
    found = findings(f"127.0.0.1:{tlcp().port}", **{**trust, "server_name": "gw.bank.cn"})

    assert verdict(found, "TLS-025") == "fail"


def test_mutual_authentication_is_judged_where_it_is_required(
    tlcp: Callable[..., Listener], trust: dict[str, object], tmp_path: Path
) -> None:
    own = tmp_path / "mutual.yaml"
    own.write_text("needs_sm: true\nclient: required\n", encoding="utf-8")
    wanted = {**trust, "profile": str(own)}

    lax = findings(f"localhost:{tlcp().port}", **wanted)
    asking = findings(f"localhost:{tlcp(asks_client=True).port}", **wanted)
    strict = findings(f"localhost:{tlcp(asks_client=True, needs_client=True).port}", **wanted)

    assert verdict(lax, "TLS-032") == "fail"
    assert (verdict(asking, "TLS-032"), verdict(asking, "TLS-033")) == ("pass", "fail")
    assert (verdict(strict, "TLS-032"), verdict(strict, "TLS-033")) == ("pass", "pass")
    assert verdict(strict, "TLS-004") == "not_assessed"


# --- Peers that decide nothing ---------------------------------------------------------------------------------------


def _says(octets: bytes) -> Callable[[SocketWire], object]:
    def serve(link: SocketWire) -> None:
        link.receive(5.0)
        link.send(octets)

    return serve


def _drips(link: SocketWire) -> None:
    link.receive(5.0)
    for octet in bytes.fromhex("16010100ff02"):
        time.sleep(0.4)
        link.send(bytes((octet,)))
    link.receive(30.0)


def _first_speaker(link: SocketWire) -> None:
    link.send(b"SSH-2.0-OpenSSH_9.9\r\n")
    link.receive(5.0)


PEERS: dict[str, Callable[[SocketWire], object]] = {
    "http": _says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "ssh": _first_speaker,
    "random": _says(bytes((0x99,)) + secrets.token_bytes(600)),
    "silent": lambda link: link.receive(30.0),
    "closes": lambda link: link.receive(5.0),
    "at once": lambda link: link.close(),
    "drips": _drips,
    "sixteen megabytes": _says(bytes.fromhex("160303ffff") + b"\x02" * (1 << 24)),
    "tiny records": _says(bytes.fromhex("1603030001") * 100_000),
    "record of zeros": _says(bytes(5000)),
}


@pytest.mark.parametrize("name", PEERS)
def test_no_check_passes_on_a_peer_that_decides_nothing(
    name: str, listening: Callable[[Callable[[SocketWire], object]], Listener], trust: dict[str, object]
) -> None:
    listener = listening(PEERS[name])
    began = time.monotonic()

    found = findings(f"localhost:{listener.port}", **trust, deadline_s=3.0)

    assert not [each.id for each in found if each.verdict is Verdict.PASS]
    assert time.monotonic() - began < 8.0
    assert listener.connections < 40


def test_plain_protocols_are_named(listening: Callable[[Callable[[SocketWire], object]], Listener]) -> None:
    for name, word in (("http", "HTTP"), ("ssh", "SSH")):
        found = findings(f"localhost:{listening(PEERS[name]).port}", deadline_s=3.0)

        (said,) = [each for each in found if "TLS-001" in each.aliases]
        assert (said.verdict, said.actual.en) == (Verdict.FAIL, word)


def test_port_that_is_closed_and_name_that_does_not_resolve_are_gaps() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    for where, reason in ((f"127.0.0.1:{port}", "cannot be reached"), ("no-such-host.invalid:443", "name not known")):
        facts, _items, target = observed(where)
        found = list(judge(checks(), facts, target))

        assert {gap.reason for gap in facts.gaps} == {reason}
        assert not [each.id for each in found if each.verdict is Verdict.PASS]
        assert verdict(found, "TLS-004") == "not_assessed"


class Counting:
    """A dialler that counts what is open."""

    def __init__(self) -> None:
        self.open_now = self.most = self.opened = 0
        self._inner = Dialler()

    def addresses(self, host: str, port: int, wait_s: float) -> tuple[str, ...]:
        return self._inner.addresses(host, port, wait_s)

    def open(self, address: str, port: int, wait_s: float) -> SocketWire:
        link = self._inner.open(address, port, wait_s)
        self.opened += 1
        self.open_now += 1
        self.most = max(self.most, self.open_now)
        close = link.close

        def closing() -> None:
            self.open_now -= 1
            close()

        link.close = closing  # type: ignore[method-assign]
        return link


def test_connections_are_one_at_a_time_and_few(tlcp: Callable[..., Listener], trust: dict[str, object]) -> None:
    counting = Counting()
    stage = TlsStage(dial=lambda _proxy, _starttls: counting, openssl=openssl4, self_test=lambda: ("", ""))
    part = Part(kind="tls", where=f"localhost:{tlcp().port}", options=trust)

    list(stage.observe(System(name=part.argument, parts=(part,)), Facts()))

    assert (counting.most, counting.open_now) == (1, 0)
    assert counting.opened < 40


# --- Evidence --------------------------------------------------------------------------------------------------------


def test_findings_point_at_the_octets(tlcp: Callable[..., Listener], trust: dict[str, object]) -> None:
    facts, items, target = observed(f"localhost:{tlcp().port}", **trust)
    captures = {each.digest: each for each in items if isinstance(each, Capture)}

    (said,) = [each for each in judge(checks(), facts, target) if "TLS-002" in each.aliases]

    origin = said.origins[0]
    assert origin.capture is not None
    transcript = json.loads(captures[origin.capture].data)
    talk = transcript["connections"][int(origin.pointer.rsplit("/", 1)[1])]
    assert talk["outcome"] == "accepted"
    assert talk["octets"][0] == {"from": "client", "hex": talk["octets"][0]["hex"]}
    assert talk["octets"][0]["hex"].startswith("16010100")
    (packets,) = [each for each in items if isinstance(each, Artefact) and each.name.endswith(".pcapng")]
    assert packets.data.startswith(bytes.fromhex("0a0d0d0a"))


def test_no_secret_of_ours_is_in_the_facts(
    tlcp: Callable[..., Listener], material: Material, trust: dict[str, object]
) -> None:
    files = {"sign": "client.pem", "enc": "client-enc.pem"}
    pair = material.client
    for name, octets, key in (
        ("sign", pair.sign_certificate, pair.sign_key),
        ("enc", pair.enc_certificate, pair.enc_key),
    ):
        made = Issued(der=octets, key=key)
        (material.folder / files[name]).write_bytes(made.certificate_pem)
        (material.folder / f"{files[name]}.key").write_bytes(made.key_pem)
    client = {
        "sign": str(material.folder / files["sign"]),
        "sign_key": str(material.folder / f"{files['sign']}.key"),
        "enc": str(material.folder / files["enc"]),
        "enc_key": str(material.folder / f"{files['enc']}.key"),
    }
    facts, items, _target = observed(
        f"localhost:{tlcp(asks_client=True, needs_client=True).port}", **trust, client=client
    )

    text = repr([*items, *facts.gaps])
    assert f"{pair.sign_key:064x}" not in text
    assert str(pair.sign_key) not in text


# --- How long sessions and tickets last ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "lifetime_s", "wanted"),
    [
        ("resumes anyone", 1, ("fail", "resumed after 2 s")),
        ("resumes for a second", 1, ("pass", "accepted")),
        ("resumes anyone", 7200, ("pass", "accepted")),  # longer than the deadline: not asked, and not claimed
    ],
)
def test_session_that_is_resumed_after_its_time_fails(
    fault: str, lifetime_s: int, wanted: tuple[str, str], tlcp: Callable[..., Listener], tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(f"ticket_lifetime_s: {lifetime_s}\n")

    found = findings(f"127.0.0.1:{tlcp(fault).port}", profile=str(tmp_path / "own.yaml"))

    (said,) = [each for each in found if "TLS-038" in each.aliases]
    assert (str(said.verdict), said.actual.en) == wanted


@pytest.mark.parametrize(("lifetime_s", "wanted"), [(60, "fail"), (604_800, "pass")])
def test_tickets_of_tls_1_3_that_outlast_the_profile_fail(
    lifetime_s: int, wanted: str, rfc8998: Callable[..., Listener], tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(f"ticket_lifetime_s: {lifetime_s}\n")

    found = findings(f"localhost:{rfc8998().port}", profile=str(tmp_path / "own.yaml"))

    assert verdict(found, "TLS-037") == wanted


OAKLEY_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
"""The prime of 1024 bits of RFC 2409 6.2."""


@pytest.mark.parametrize(
    ("suites", "due"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256", "fail"),
        ("DHE-RSA-AES128-GCM-SHA256", "fail"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "pass"),
    ],
)
def test_short_prime_is_seen_behind_a_better_key_exchange(
    suites: str,
    due: str,
    material: Material,
    listening: Callable[..., Listener],
    tmp_path: Path,
) -> None:
    octets = der.sequence(der.integer(OAKLEY_2), der.integer(2))  # PKCS#3
    (tmp_path / "dh.pem").write_bytes(pem("DH PARAMETERS", octets))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(f"{suites}:@SECLEVEL=0")
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_dh_params(str(tmp_path / "dh.pem"))
    context.load_cert_chain(material.folder / "rsa.pem", material.folder / "rsa.key")

    def serve(link: SocketWire) -> None:
        link.socket.settimeout(5)
        with contextlib.suppress(OSError, ValueError), context.wrap_socket(link.socket, server_side=True) as wrapped:
            wrapped.recv(100)

    found = findings(f"localhost:{listening(serve).port}", profile="mixed")

    assert verdict(found, "TLS-012") == due
    if due == "fail":
        (said,) = [each for each in found if "TLS-012" in each.aliases]
        assert "DH 1024 bits" in said.actual.en
