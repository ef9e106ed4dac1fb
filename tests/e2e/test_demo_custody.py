"""The key store of the bundled platform, with no server at all: what is planted is found, the twins pass."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from auditor import demo

if TYPE_CHECKING:
    from pathlib import Path

FAULTS = {
    ("KEY-006", "1 init"),
    ("KEY-013", "audit devices"),
    ("KEY-016", "listener tcp 10.20.0.11:8220"),
    ("KEY-018", "SM transport"),
    ("KEY-025", "retry_join http://10.20.0.13:8210"),
    ("KEY-028", "ceremony records"),
    ("KEY-029", "ceremony records"),
    ("KEY-035", "log_level"),
    ("KEY-042", "policies/operations"),
    ("KEY-043", "policies/operations"),
    ("KEY-044", "policies/analytics"),
    ("KEY-044", "policies/operations"),
    ("KEY-062", "4 rotate"),
    ("KEY-064", "1 init"),
    ("KEY-065", "ceremony records"),
    ("KEY-067", "ceremony records"),
    ("KEY-068", "ceremony records"),
}
TWINS = {
    ("KEY-016", "listener tcp 127.0.0.1:8200"),
    ("KEY-016", "listener tcp 10.20.0.11:8210"),
    ("KEY-025", "retry_join https://10.20.0.12:8210"),
    ("KEY-044", "policies/keeper"),
    ("KEY-044", "policies/loan-service"),
    ("KEY-062", "1 init"),
    ("KEY-063", "4 rotate"),
    ("KEY-064", "2 unseal_drill"),
    ("KEY-066", "module seal pkcs11"),
}


def test_planted_faults_of_the_key_store_are_found_and_twins_pass(tmp_path: Path) -> None:
    folder = demo.unpack(tmp_path / "platform")
    auditor = [sys.executable, "-m", "auditor", "run", "--only", "custody", "-q", "--output", str(tmp_path / "run")]

    done = subprocess.run(auditor, cwd=folder, capture_output=True, text=True, check=False, timeout=120)

    record = json.loads((tmp_path / "run/record.json").read_text())
    seen = {(f["aliases"][0], f["subject"], f["verdict"]) for f in record["findings"] if f.get("aliases")}
    assert done.returncode == 1, done.stderr
    assert {(key, subject) for key, subject, verdict in seen if verdict == "fail"} == FAULTS
    assert {(key, subject, "pass") for key, subject in TWINS} <= seen
