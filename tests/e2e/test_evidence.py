"""A run that is sealed, handed on, verified by a stranger, judged again, and asked by a gate; and what goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.e2e.conftest import AUDITOR, LIMIT_S

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or "openssl"
CONFIG: dict[str, Any] = {
    "system": {"name": "loan-assistant", "level": 3},
    "targets": {"kubernetes": ["deploy/"]},
    "frameworks": ["gbt22239-2019-l3", "gbt39786-2021-l3", "ai-regulations", "cis-kubernetes"],
    "waivers": "waivers.yaml",
    "answers": "answers.yaml",
}
POD = """
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: agents}
spec:
  hostNetwork: true
  containers:
  - {name: app, image: "registry.bank.cn/app:1.0", securityContext: {privileged: true}}
"""


def auditor(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AUDITOR_LANG": "en", **variables}
    return subprocess.run(
        [*AUDITOR, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run, signed with SM2 and Ed25519, and its bundle."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "deploy").mkdir()
    (folder / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    waiver = {
        "id": "W-1",
        "scope": {"check": "no-such-check", "subject": "x"},
        "reason": "r",
        "owner": "a",
        "approver": "b",
        "created": "2026-01-01",
        "expires": "2026-12-31",
    }
    (folder / "auditor.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    (folder / "waivers.yaml").write_text(yaml.safe_dump({"waivers": [waiver]}), encoding="utf-8")
    (folder / "answers.yaml").write_text("answers: []\n", encoding="utf-8")
    for name, algorithm in (("sm2", "SM2"), ("ed", "ed25519")):
        key, public = str(folder / f"{name}.pem"), str(folder / f"{name}.pub")
        protected = ["-aes-256-cbc", "-pass", "pass:secret"]
        subprocess.run([OPENSSL, "genpkey", "-algorithm", algorithm, *protected, "-out", key], check=True)
        shown = ["pkey", "-in", key, "-passin", "pass:secret", "-pubout", "-out", public]
        subprocess.run([OPENSSL, *shown], check=True)
    done = auditor(
        folder,
        *("run", "--config", "auditor.yaml", "--quiet", "--format", "json"),
        *("--sign", "sm2.pem", "--sign", "ed.pem", "--bundle", "run.auditor.zip"),
        AUDITOR_KEY_PASSWORD="secret",
    )
    assert done.returncode == 1, done.stderr
    return folder


def record(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / ".auditor" / "runs" / "latest" / "record.json").read_bytes())
    assert isinstance(found, dict)
    return found


def test_every_clause_of_every_framework_is_in_the_record(story: Path) -> None:
    rows = [(row["framework"], row["control"]) for row in record(story)["outcomes"]]

    assert {name: sum(framework == name for framework, _control in rows) for name in CONFIG["frameworks"]} == {
        "gbt22239-2019-l3": 257,
        "gbt39786-2021-l3": 62,
        "ai-regulations": 167,
        "cis-kubernetes": 131,
    }


def test_a_waiver_that_covers_nothing_is_a_finding(story: Path) -> None:
    found = {row["id"]: row["verdict"] for row in record(story)["findings"] if row["stage"] == "compliance"}

    assert found["waiver-needed"] == "fail"


def test_a_stranger_verifies_the_bundle_and_both_signatures(story: Path, tmp_path: Path) -> None:
    for name in ("run.auditor.zip", "sm2.pub", "ed.pub"):
        shutil.copy(story / name, tmp_path / name)

    done = auditor(tmp_path, "verify", "run.auditor.zip", "--trust", "sm2.pub", "--trust", "ed.pub", "--threshold", "2")

    assert done.returncode == 0, done.stdout
    assert "5. [ok] who signed it" in done.stdout
    assert "SM2" in done.stdout


def test_a_stranger_judges_the_bundle_again_to_the_same_bytes(story: Path, tmp_path: Path) -> None:
    shutil.copy(story / "run.auditor.zip", tmp_path / "run.auditor.zip")

    done = auditor(tmp_path, "replay", "run.auditor.zip")

    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "run.auditor.zip"]


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_one_flipped_byte_is_exit_code_4_for_verify_and_for_replay(story: Path, tmp_path: Path, where: float) -> None:
    data = bytearray((story / "run.auditor.zip").read_bytes())
    data[int(len(data) * where)] ^= 0x20
    (tmp_path / "run.auditor.zip").write_bytes(data)

    for command in ("verify", "replay"):
        done = auditor(tmp_path, command, "run.auditor.zip")
        assert done.returncode == 4, done.stdout


def test_a_changed_file_of_a_run_is_named(story: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree((story / ".auditor" / "runs" / "latest").resolve(), run)
    text = (run / "record.json").read_text(encoding="utf-8").replace('"fail"', '"pass"', 1)
    (run / "record.json").write_text(text, encoding="utf-8")

    done = auditor(tmp_path, "verify", "run")

    assert done.returncode == 4
    assert "record.json: changed" in done.stdout


def test_the_verdict_is_a_file_and_a_signed_statement(story: Path) -> None:
    run = story / ".auditor" / "runs" / "latest"
    verdict = json.loads((run / "verdict.json").read_bytes())

    assert (verdict["verdict"], verdict["exit_code"]) == ("fail", 1)
    assert verdict["run"] == record(story)["run"]["id"]


def test_the_gate_is_asked_again_by_another_policy(story: Path, tmp_path: Path) -> None:
    shutil.copy(story / "run.auditor.zip", tmp_path / "run.auditor.zip")
    (tmp_path / "gate.yaml").write_text("required_stages: [code]\nfail_on: critical\n", encoding="utf-8")
    rego = 'package auditor.gate\n\ndeny contains "no" if input.system == "loan-assistant"\n'
    (tmp_path / "gate.rego").write_text(rego, encoding="utf-8")

    assert auditor(tmp_path, "gate", "run.auditor.zip").returncode == 1
    said = auditor(tmp_path, "gate", "run.auditor.zip", "--gate", "gate.yaml", "--json")
    assert json.loads(said.stdout)["exit_code"] == said.returncode
    (tmp_path / "gate.yaml").write_text("requird_stages: [code]\n", encoding="utf-8")
    wrong = auditor(tmp_path, "gate", "run.auditor.zip", "--gate", "gate.yaml")
    assert wrong.returncode == 2
    assert "required_stages" in wrong.stderr


def test_the_next_run_follows_in_the_chain_and_differs_in_nothing(story: Path) -> None:
    first = (story / ".auditor" / "runs" / "latest").resolve()
    done = auditor(story, "run", "--config", "auditor.yaml", "--quiet", "--format", "json")
    assert done.returncode == 1, done.stderr

    verified = auditor(story, "verify", "latest", "--previous", str(first))
    chain = auditor(story, "evidence", "chain")
    diff = auditor(story, "diff", str(first), "latest")

    assert verified.returncode == 0, verified.stdout
    assert "4. [ok] its place in the chain of runs: number 2" in verified.stdout
    assert chain.returncode == 0, chain.stdout
    assert (diff.returncode, diff.stdout) == (0, "")


def test_a_report_written_later_breaks_no_seal(story: Path) -> None:
    assert auditor(story, "report", "latest", "--format", "markdown").returncode == 0

    assert auditor(story, "verify", "latest").returncode == 0


def test_a_run_before_that_does_not_verify_is_told_before_anything_runs(story: Path) -> None:
    place = (story / ".auditor" / "runs" / "latest").resolve() / "evidence.json"
    sealed = place.read_bytes()
    place.write_text("{}", encoding="utf-8")

    done = auditor(story, "run", "--config", "auditor.yaml", "--quiet", "--format", "json")
    place.write_bytes(sealed)

    assert done.returncode == 4
    assert "move it away" in done.stderr


def test_a_sealed_run_that_came_with_the_tree_is_not_followed_and_is_told(story: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cloned"
    shutil.copytree(story, folder, symlinks=True)

    done = auditor(folder, "run", "--config", "auditor.yaml", "--quiet", "--format", "json")
    signed = auditor(
        folder,
        *("run", "--config", "auditor.yaml", "--quiet", "--format", "json", "--sign", "ed.pem", "--output", "signed"),
        AUDITOR_KEY_PASSWORD="secret",
    )

    assert "this run begins a chain" in done.stderr
    verified = auditor(folder, "verify", "latest")
    assert "the first of its chain" in verified.stdout
    assert signed.returncode == 1, signed.stderr
    assert "number 2" in auditor(folder, "verify", "signed").stdout


def test_a_wrong_password_is_told_before_anything_runs(story: Path) -> None:
    done = auditor(story, "run", "--config", "auditor.yaml", "--sign", "sm2.pem", AUDITOR_KEY_PASSWORD="wrong")

    assert done.returncode == 2
    assert "password" in done.stderr
    assert "wrong" not in done.stderr.replace("password is wrong", "")
