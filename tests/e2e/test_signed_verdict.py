"""The signed verdict: an in-toto statement about what was judged, verified by openssl alone."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.test_evidence import auditor

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or "openssl"
GIT = shutil.which("git") or "git"


def said(folder: Path, run: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the envelope of a signed verdict, and the statement in it."""
    envelope = json.loads((folder / run / "verdict.intoto.json").read_bytes())
    return envelope, json.loads(base64.b64decode(envelope["payload"]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one commit, judged and signed by two keys; and again with a file that is not committed."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "src").mkdir()
    (folder / "src" / "app.py").write_text("x = 1\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one")):
        subprocess.run([GIT, *words], cwd=folder / "src", check=True, capture_output=True)
    for name, algorithm in (("sm2", "SM2"), ("ed", "ed25519")):
        protected = ["-aes-256-cbc", "-pass", "pass:secret", "-out", str(folder / f"{name}.pem")]
        subprocess.run([OPENSSL, "genpkey", "-algorithm", algorithm, *protected], check=True)
        shown = ["-in", str(folder / f"{name}.pem"), "-passin", "pass:secret", "-pubout"]
        subprocess.run([OPENSSL, "pkey", *shown, "-out", str(folder / f"{name}.pub")], check=True)
    signing = ("--quiet", "--format", "json", "--sign", "sm2.pem", "--sign", "ed.pem")
    for run in ("committed", "changed"):
        done = auditor(folder, "run", "code=src/", *signing, "--output", run, AUDITOR_KEY_PASSWORD="secret")
        assert (folder / run / "record.json").is_file(), done.stderr
        (folder / "src" / "more.py").write_text("y = 2\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sm2", ("dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-verify", "sm2.pub", "-signature", "sig")),
        ("ed", ("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "ed.pub", "-sigfile", "sig", "-in")),
    ],
)
def test_both_signatures_verify_with_openssl(folder: Path, tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    envelope, _statement = said(folder, "committed")
    kind, payload = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    shown = [OPENSSL, "pkey", "-pubin", "-in", str(folder / f"{name}.pub"), "-outform", "DER"]
    key_id = hashlib.sha256(subprocess.run(shown, check=True, capture_output=True).stdout).hexdigest()
    (signature,) = (each["sig"] for each in envelope["signatures"] if each["keyid"] == key_id)
    (tmp_path / "sig").write_bytes(base64.b64decode(signature))
    (tmp_path / "signed").write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    shutil.copy(folder / f"{name}.pub", tmp_path)

    done = subprocess.run([OPENSSL, *options, "signed"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_statement_names_the_commit_and_the_answer(folder: Path) -> None:
    _envelope, statement = said(folder, "committed")
    head = [GIT, "-C", str(folder / "src"), "rev-parse", "HEAD"]
    commit = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
    verdict = json.loads((folder / "committed" / "verdict.json").read_bytes())

    (subject,) = statement["subject"]
    assert (subject["name"], subject["digest"]["gitCommit"]) == ("code=src/", commit)
    assert len(subject["digest"]["sha256"]) == 64
    assert statement["predicateType"] == "https://slsa.dev/verification_summary/v1"
    is_good = verdict["exit_code"] == 0
    assert statement["predicate"]["verificationResult"] == ("PASSED" if is_good else "FAILED")
    assert statement["predicate"]["auditor"]["exitCode"] == verdict["exit_code"]


def test_a_tree_with_a_file_that_is_not_committed_has_no_commit(folder: Path) -> None:
    _envelope, statement = said(folder, "changed")

    (subject,) = statement["subject"]
    assert "gitCommit" not in subject["digest"]
    assert subject["digest"]["sha256"] != said(folder, "committed")[1]["subject"][0]["digest"]["sha256"]
