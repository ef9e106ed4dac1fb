"""Signers: encrypted files, programs, and what is said where one is of no use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ConfigError
from auditor.formats import public_keys
from auditor.tools.signing import ExternalSigner, signer, trusted

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or "openssl"


def made(folder: Path, *arguments: str) -> Path:
    place = folder / "key.pem"
    subprocess.run([OPENSSL, "genpkey", *arguments, "-out", str(place)], check=True, capture_output=True)
    public = ["pkey", "-in", str(place), "-passin", "pass:a secret", "-pubout", "-out", str(folder / "public.pem")]
    subprocess.run([OPENSSL, *public], check=True, capture_output=True)
    return place


def test_an_encrypted_file_is_opened_by_the_password_in_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_KEY_PASSWORD", "a secret")
    place = made(tmp_path, "-algorithm", "SM2", "-aes-256-cbc", "-pass", "pass:a secret")

    key = signer(str(place))

    assert trusted(tmp_path / "public.pem").verifies(b"x", key.sign(b"x"))


def test_without_its_password_the_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDITOR_KEY_PASSWORD", raising=False)
    place = made(tmp_path, "-algorithm", "SM2", "-aes-256-cbc", "-pass", "pass:a secret")

    with pytest.raises(ConfigError, match="variable AUDITOR_KEY_PASSWORD"):
        signer(str(place))


@pytest.mark.parametrize("algorithm", [("SM2", "-sm3"), ("EC", "-sha256")])
def test_a_program_signs_what_it_reads(tmp_path: Path, algorithm: tuple[str, str]) -> None:
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256") if algorithm[0] == "EC" else ()
    place = made(tmp_path, "-algorithm", algorithm[0], *curve)
    options = "-sigopt distid:1234567812345678" if algorithm[0] == "SM2" else ""
    command = f"{OPENSSL} dgst {algorithm[1]} -sign {place} {options}"

    found = signer(f"command:{tmp_path}/public.pem:{command}")

    assert isinstance(found, ExternalSigner)
    assert public_keys.load(found.spki, "x").verifies(b"message", found.sign(b"message"))


def test_a_program_that_fails_or_is_not_there_is_told(tmp_path: Path) -> None:
    made(tmp_path, "-algorithm", "ed25519")
    public = tmp_path / "public.pem"

    with pytest.raises(ConfigError, match="exit code 3"):
        signer(f"command:{public}:{sys.executable} -c 'raise SystemExit(3)'").sign(b"x")
    with pytest.raises(ConfigError, match="did not sign"):
        signer(f"command:{public}:/no/such/program").sign(b"x")


@pytest.mark.parametrize(
    "given", ["command:", "command:public.pem", "command:public.pem:", "command:p:'", "no-such-file"]
)
def test_a_signer_that_is_none_is_told(given: str) -> None:
    with pytest.raises(ConfigError):
        signer(given)
