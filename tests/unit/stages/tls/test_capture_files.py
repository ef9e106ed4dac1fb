"""The packet capture of a run, opened by tshark: TLCP and TLS records are recognised, our own keys are inside."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from auditor.model.artefact import Artefact
from tests.unit.stages.tls.test_endpoints import observed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.tools.loopback import Listener


def dissected(port: int, folder: Path, *fields: str, **options: object) -> str:
    """Observe a port and return what tshark (tests/system-packages.txt) makes of the capture."""
    _facts, items, _system = observed(f"localhost:{port}", **options)
    (packets,) = [each for each in items if isinstance(each, Artefact) and each.name.endswith(".pcapng")]
    file = folder / "run.pcapng"
    file.write_bytes(packets.data)
    argv = ["tshark", "-r", str(file), "-d", f"tcp.port=={port},tls", "-T", "fields"]
    done = subprocess.run(
        [*argv, *(word for each in fields for word in ("-e", each))], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_tlcp_records_of_a_run_are_recognised(tlcp: Callable[..., Listener], tmp_path: Path) -> None:
    seen = dissected(tlcp().port, tmp_path, "_ws.col.Protocol", "tls.handshake.type", "tls.handshake.ciphersuite")

    assert "GMTLSv1" in seen
    types = {each for line in seen.splitlines() for each in line.split("\t")[1].split(",")}
    assert {"1", "2", "11", "12", "14", "16"} <= types  # hellos, certificates, both key exchanges, done
    assert "0xe053" in seen


def test_tls13_of_a_run_is_opened_with_the_keys_inside(international: Callable[..., Listener], tmp_path: Path) -> None:
    seen = dissected(
        *(international().port, tmp_path, "_ws.col.Protocol", "tls.handshake.type"), profile="international-modern"
    )

    assert "TLSv1.3" in seen
    types = {each for line in seen.splitlines() for each in line.split("\t")[1].split(",")}
    assert {"8", "15", "20"} <= types  # encrypted extensions, certificate verify, finished: under the handshake's keys


def test_rfc_8998_records_of_a_run_are_recognised(rfc8998: Callable[..., Listener], tmp_path: Path) -> None:
    seen = dissected(rfc8998().port, tmp_path, "_ws.col.Protocol", "tls.handshake.ciphersuite")

    assert "TLSv1.3" in seen
    assert "0x00c6" in seen
