"""A declared TLCP gateway is asked for a handshake (KEY-018); nothing is believed of it, and silence is a gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from auditor.demo.tlcp_server import Manners, Server, ServerPair
from auditor.formats.issuing import ENCIPHERS, SIGNS, Authority
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.system import Part, System
from auditor.stages.custody.checks import checks
from auditor.stages.custody.observe import CustodyStage
from auditor.stages.tls.gateway import tlcp_answer
from auditor.tools.dial import Dialler
from auditor.tools.loopback import Listener
from tests.unit.stages.custody.conftest import clock, no_api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.tools.dial import SocketWire

LOCAL = 'listener "unix" { address = "/run/bao.sock" }\nstorage "raft" { path = "/x" }\n'


@pytest.fixture(scope="module")
def pair() -> ServerPair:
    now = datetime.now(UTC).replace(microsecond=0)
    authority = Authority(now - timedelta(days=1), now + timedelta(days=30), "Test SM2")
    one, two = authority.issue("localhost", *SIGNS), authority.issue("localhost", *ENCIPHERS)
    return ServerPair(signing=one, encryption=two, chain=(authority.issuer.der,))


@pytest.fixture
def served() -> Iterator[Callable[[Callable[[SocketWire], object]], str]]:
    opened: list[Listener] = []

    def serve(answer: Callable[[SocketWire], object]) -> str:
        opened.append(Listener(answer))
        return f"127.0.0.1:{opened[-1].port}"

    yield serve
    for each in opened:
        each.close()


def verdicts(folder: Path, gateway: str) -> dict[str, str]:
    (folder / "bao.hcl").write_text(LOCAL)
    part = Part(kind="custody", where=str(folder / "bao.hcl"), options={"sm": True, "tlcp_gateway": gateway})
    target = System(name=part.argument, parts=(part,))
    stage = CustodyStage(apis=no_api, shakes=lambda where: tlcp_answer(where, Dialler()))
    items = list(stage.observe(target, Facts()))
    facts = Facts([clock(), *(i for i in items if isinstance(i, Fact))], [i for i in items if isinstance(i, Gap)])
    found = judge(checks(), facts, target).findings
    return {each.subject: str(each.verdict) for each in found if each.aliases == ("KEY-018",)}


def test_gateway_that_finishes_the_handshake_passes(
    tmp_path: Path, served: Callable[[Callable[[SocketWire], object]], str], pair: ServerPair
) -> None:
    gateway = served(Server(pair, Manners()).serve)

    assert verdicts(tmp_path, gateway) == {"SM transport": "pass", f"TLCP gateway {gateway}": "pass"}


@pytest.mark.parametrize("fault", ["forged key exchange", "bad finished"])
def test_gateway_with_a_false_proof_fails(
    tmp_path: Path, served: Callable[[Callable[[SocketWire], object]], str], pair: ServerPair, fault: str
) -> None:
    gateway = served(Server(pair, Manners(faults=frozenset({fault}))).serve)

    assert verdicts(tmp_path, gateway)[f"TLCP gateway {gateway}"] == "fail"


def test_gateway_that_hangs_up_at_tlcp_fails(
    tmp_path: Path, served: Callable[[Callable[[SocketWire], object]], str]
) -> None:
    def hang_up(link: SocketWire) -> None:
        link.receive(5)
        link.close()

    gateway = served(hang_up)

    assert verdicts(tmp_path, gateway)[f"TLCP gateway {gateway}"] == "fail"


@pytest.mark.parametrize("gateway", ["127.0.0.1:1", "no such host:1:2"])
def test_gateway_that_cannot_be_asked_is_not_assessed(tmp_path: Path, gateway: str) -> None:
    found = verdicts(tmp_path, gateway)

    assert found[f"TLCP gateway {gateway}"] == "not_assessed"


def test_nobody_is_called_where_no_gateway_is_declared(tmp_path: Path) -> None:
    assert verdicts(tmp_path, "") == {"SM transport": "fail"}
