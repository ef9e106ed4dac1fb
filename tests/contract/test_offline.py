"""A whole run with the real programs opens no internet socket: seen by strace, in every process of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.tools.programs import Programs

pytestmark = [pytest.mark.tool("semgrep"), pytest.mark.tool("bandit"), pytest.mark.tool("strace")]

STRACE = "/usr/bin/strace"  # of tests/system-packages.txt
INTERNET = re.compile(r"AF_INET6?\b|AF_PACKET|sin6?_addr")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What strace saw of a run over a small tree: network calls, and the programs that were started."""
    root = tmp_path_factory.mktemp("offline")
    (root / "tree").mkdir()
    (root / "tree" / "a.py").write_text("import pickle\npickle.load(f)\n")
    log = root / "strace.log"
    done = subprocess.run(
        [
            *(STRACE, "-f", "--seccomp-bpf", "-e", "trace=%network,execve", "-e", "signal=none", "-s", "400", "-o"),
            *(str(log), sys.executable, "-m", "auditor", "run", "--only", "code", "--no-cache", "code=tree"),
        ],
        cwd=root,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1, done.stderr
    assert list((root / ".auditor" / "runs").glob("2*/record.json"))
    return log.read_text(errors="replace").splitlines()


def test_strace_followed_the_run_into_every_program(calls: list[str]) -> None:
    started = {Path(found[1]).name for line in calls if (found := re.search(r'execve\("([^"]+)"', line))}

    assert {"bandit", "semgrep-core"} <= started


def test_semgrep_is_its_engine_alone_and_our_own(calls: list[str]) -> None:
    tried = [found[1] for line in calls if (found := re.search(r'execve\("([^"]*/(?:py)?semgrep[^/"]*)"', line))]
    ours = Programs.here().find("semgrep").path.parent.parent

    assert {Path(path).name for path in tried} == {"semgrep-core"}
    assert all(Path(path).is_relative_to(ours) for path in tried)


def test_run_opens_no_internet_socket(calls: list[str]) -> None:
    assert [line for line in calls if INTERNET.search(line)] == []


def test_an_internet_socket_would_have_been_seen(tmp_path: Path) -> None:
    log = tmp_path / "strace.log"
    code = "import socket; socket.socket().close()"

    subprocess.run(
        [STRACE, "-f", "--seccomp-bpf", "-e", "trace=%network", "-o", str(log), sys.executable, "-c", code],
        check=True,
        timeout=60,
    )

    assert [line for line in log.read_text().splitlines() if INTERNET.search(line)]
