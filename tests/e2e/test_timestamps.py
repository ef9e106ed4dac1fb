"""``auditor sign --tsa``: a time stamp of an authority that is started here, attached to a run and verified offline."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_evidence import POD, auditor
from tests.unit.formats.test_timestamp import Tsa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A sealed run, unsigned."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    done = auditor(tmp_path, "run", "kubernetes=deploy/", "--quiet", "--format", "json", "--output", "out")
    assert done.returncode == 1, done.stderr
    return tmp_path


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[Tsa, str]]:
    """An authority that answers over HTTP."""
    tsa = Tsa(tmp_path / "tsa")

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = tsa.reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path == "/tsr" else 500)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tsa, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stamp_is_attached_and_proves_when_to_whoever_trusts_the_authority(
    run: Path, authority: tuple[Tsa, str]
) -> None:
    tsa, url = authority
    (run / "root.pem").write_bytes((tsa.folder / "ca.pem").read_bytes())

    signed = auditor(run, "sign", "out", "--tsa", f"{url}/tsr", "--tsa-trust", "root.pem")
    packed = auditor(run, "bundle", "out", "--output", "out.auditor.zip")
    trusted = auditor(run, "verify", "out.auditor.zip", "--tsa-trust", "root.pem")
    untrusted = auditor(run, "verify", "out.auditor.zip")
    again = auditor(run, "sign", "out", "--tsa", f"{url}/tsr")
    both = auditor(run, "verify", "out", "--tsa-trust", "root.pem")

    assert signed.returncode == packed.returncode == again.returncode == 0, signed.stderr
    assert "6. [ok]" in trusted.stdout
    assert "They existed at" in trusted.stdout or "existed" in trusted.stdout
    assert "6. [open]" in untrusted.stdout
    assert trusted.returncode == untrusted.returncode == both.returncode == 0


def test_a_stamp_that_cannot_be_had_leaves_the_seal_as_it_was(run: Path, authority: tuple[Tsa, str]) -> None:
    _tsa, url = authority
    before = (run / "out" / "evidence.json").read_bytes()
    other = Tsa(run / "other")
    (run / "other.pem").write_bytes((other.folder / "ca.pem").read_bytes())

    refused = auditor(run, "sign", "out", "--tsa", f"{url}/elsewhere")
    strange = auditor(run, "sign", "out", "--tsa", f"{url}/tsr", "--tsa-trust", "other.pem")
    nobody = auditor(run, "sign", "out", "--tsa", "http://127.0.0.1:9/tsr")
    no_address = auditor(run, "sign", "out", "--tsa", "ftp://tsa")

    assert [each.returncode for each in (refused, strange, nobody, no_address)] == [2, 2, 2, 2]
    assert "is of no use" in strange.stderr
    assert (run / "out" / "evidence.json").read_bytes() == before
