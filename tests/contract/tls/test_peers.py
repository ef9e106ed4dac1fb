"""TLCP with servers that others wrote: gmsm (Go) and GmSSL (C), in each suite that both sides have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.formats import sm2
from auditor.judging import judge
from auditor.model.finding import Verdict
from auditor.stages.tls.checks import checks
from auditor.stages.tls.facts import Endpoint
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.tlcp.client import LADDER, Wish
from tests.unit.stages.tls.test_endpoints import findings, observed, verdict
from tests.unit.stages.tls.test_tlcp import shaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.tools.loopback import Listener
    from tests.contract.tls.conftest import GmSsl
    from tests.unit.stages.tls.conftest import Material

PROVEN = (Outcome.ACCEPTED, 0xE013, True, True)


# --- gmsm 1.4.1: e013; it knows the code point of e011, without a key exchange for it --------------------------------


@pytest.mark.parametrize("mode", ["tlcp", "mixed"])
def test_handshake_with_gmsm_is_finished_one_way(mode: str, gmsm: Callable[..., int]) -> None:
    done = shaken(gmsm(mode), Wish())

    assert done.server is not None
    assert (done.outcome, done.server.suite, done.key_exchange_verified, done.finished_verified) == PROVEN
    assert not done.asks_client


def test_handshake_with_gmsm_is_finished_mutual(gmsm: Callable[..., int], material: Material) -> None:
    port = gmsm("mutual")

    alone, both = shaken(port, Wish()), shaken(port, Wish(pair=material.client))

    assert (alone.outcome, alone.asks_client, alone.alert) == (Outcome.PARTIAL, True, 42)
    assert both.server is not None
    assert (both.outcome, both.server.suite, both.key_exchange_verified, both.finished_verified) == PROVEN


def test_suite_that_gmsm_breaks_off_at_proves_nothing(gmsm: Callable[..., int]) -> None:
    assert shaken(gmsm("tlcp", "e011"), Wish()).outcome is Outcome.CLOSED


def test_sm_only_port_of_gmsm_is_judged(gmsm: Callable[..., int], material: Material) -> None:
    trust = {"trust": (str(material.folder / "root.pem"),), "profile": "sm-only"}

    facts, _items, target = observed(f"localhost:{gmsm('tlcp')}", **trust)
    found = list(judge(checks(), facts, target))

    passing = ("002", "004", "009", "013", "016", "021", "022", "023", "028", "029", "030")
    assert {number: verdict(found, f"TLS-{number}") for number in passing} == dict.fromkeys(passing, "pass")
    assert verdict(found, "TLS-010") != "pass"  # it has CBC alone


def test_mixed_port_of_gmsm_is_told_apart(gmsm: Callable[..., int], material: Material) -> None:
    facts, _items, target = observed(f"localhost:{gmsm('mixed')}", trust=(str(material.folder / "root.pem"),))
    found = list(judge(checks(), facts, target))

    assert [each.kind for each in facts.of(Endpoint)] == ["mixed"]
    assert verdict(found, "TLS-002") == "pass"


# --- GmSSL 3.1.1: e013; of a client it takes the signing certificate alone, and it refuses any extension -------------


def test_handshake_with_gmssl_is_finished_one_way(gmssl: GmSsl) -> None:
    done = shaken(gmssl.serve(), Wish())

    assert done.server is not None
    assert (done.outcome, done.server.suite, done.key_exchange_verified, done.finished_verified) == PROVEN


def test_handshake_with_gmssl_is_finished_mutual_on_the_third_rung(gmssl: GmSsl, material: Material) -> None:
    tried = [shaken(gmssl.serve(is_mutual=True), Wish(pair=material.client, manner=each)) for each in LADDER[:3]]

    assert [each.outcome for each in tried] == [Outcome.PARTIAL, Outcome.PARTIAL, Outcome.ACCEPTED]
    assert not LADDER[2].both_certificates
    assert tried[2].finished_verified


def test_port_of_gmssl_is_judged(gmssl: GmSsl, material: Material) -> None:
    trust = {"trust": (str(material.folder / "root.pem"),), "profile": "sm-only"}

    found = findings(f"localhost:{gmssl.serve()}", **trust)

    passing = ("002", "004", "013", "016", "021", "022", "023", "028", "029")
    assert {number: verdict(found, f"TLS-{number}") for number in passing} == dict.fromkeys(passing, "pass")
    lost = ("005", "006", "009", "010", "011", "030", "036", "037", "042")  # it ends itself at the first hello of TLS
    assert {number: verdict(found, f"TLS-{number}") for number in lost} == dict.fromkeys(lost, "not_assessed")


def test_client_of_gmssl_finishes_with_our_server(gmssl: GmSsl, tlcp: Callable[..., Listener]) -> None:
    """The demo's server is no server for ourselves alone."""
    listener = tlcp(suites=(0xE013,), greeting=b"hello of ours")

    done = gmssl.run(
        "tlcp_client", "-host", "127.0.0.1", "-port", str(listener.port), "-cacert", str(gmssl.anchors), sent=b"bye\n"
    )

    assert b"Connection established!" in done.stdout + done.stderr


def test_certificates_are_verified_by_gmssl_as_by_us(gmssl: GmSsl, material: Material) -> None:
    """A second opinion on a good chain, and on one whose signature was made under an empty user id."""
    verdicts = {}
    for name, user_id in (("good", sm2.DEFAULT_ID), ("bad", b"")):
        leaf = material.authority.issue("localhost", "digitalSignature", user_id=user_id)
        (material.folder / f"{name}.pem").write_bytes(leaf.certificate_pem + material.authority.issuer.certificate_pem)
        done = gmssl.run("certverify", "-in", str(material.folder / f"{name}.pem"), "-cacert", str(gmssl.anchors))
        theirs = done.returncode == 0 and b"fail" not in done.stdout.lower() + done.stderr.lower()
        found = findings(str(material.folder / f"{name}.pem"), trust=(str(material.folder / "ca.pem"),))
        ours = not [each for each in found if "CRT-010" in each.aliases and each.verdict is not Verdict.PASS]
        verdicts[name] = (ours, theirs)

    assert verdicts == {"good": (True, True), "bad": (False, False)}
