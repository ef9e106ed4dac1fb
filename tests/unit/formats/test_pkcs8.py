"""Private keys out of files that openssl wrote, with and without a password."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import public_keys
from auditor.formats.pkcs8 import KeyFileError, load

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or "openssl"


def written(folder: Path, *arguments: str) -> bytes:
    place = folder / "key.pem"
    subprocess.run([OPENSSL, "genpkey", *arguments, "-out", str(place)], check=True, capture_output=True)
    return place.read_bytes()


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [
        (("-algorithm", "SM2"), "SM2"),
        (("-algorithm", "ed25519"), "Ed25519"),
        (("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"), "ECDSA P-256"),
        (("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"), "ECDSA P-384"),
    ],
)
@pytest.mark.parametrize("cipher", ["-aes-256-cbc", "-aes-128-cbc", "-sm4-cbc", ""])
def test_a_key_of_openssl_signs(tmp_path: Path, algorithm: tuple[str, ...], name: str, cipher: str) -> None:
    sealed = (cipher, "-pass", "pass:a secret") if cipher else ()
    data = written(tmp_path, *algorithm, *sealed)

    key = load(data, b"a secret" if cipher else b"")

    assert key.algorithm == name
    assert key.was_encrypted is bool(cipher)
    assert public_keys.load(key.spki, "x").verifies(b"message", key.sign(b"message"))
    assert not public_keys.load(key.spki, "x").verifies(b"another", key.sign(b"message"))


@pytest.mark.parametrize("algorithm", ["SM2", "ed25519"])
@pytest.mark.parametrize("password", [b"wrong", b"", b"a secret\n"])
def test_a_wrong_password_is_told(tmp_path: Path, algorithm: str, password: bytes) -> None:
    data = written(tmp_path, "-algorithm", algorithm, "-aes-256-cbc", "-pass", "pass:a secret")

    with pytest.raises(KeyFileError, match="password"):
        load(data, password)


def test_an_rsa_key_does_not_sign_here(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="Ed25519, ECDSA"):
        load(written(tmp_path, "-algorithm", "RSA"), b"")


def test_a_key_shows_nothing_of_itself(tmp_path: Path) -> None:
    key = load(written(tmp_path, "-algorithm", "SM2"), b"")

    assert repr(key) == f"<SM2 key {key.key_id}>"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_key_or_an_error_that_says_so(data: bytes) -> None:
    with pytest.raises(KeyFileError):
        load(data, b"x")
