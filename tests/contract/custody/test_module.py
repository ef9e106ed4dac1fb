"""Ceremony records signed by a PKCS#11 module: the keys are made in it and never leave it."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from auditor.cli import app

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PEOPLE = ("li.na", "wang.fang", "chen.jie", "zhao.lei")


def tool(folder: Path, *arguments: str) -> None:
    environment = {"SOFTHSM2_CONF": str(folder / "softhsm.conf"), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, f"{arguments[0]}: {done.stdout} {done.stderr}"


def module(folder: Path, *arguments: str) -> None:
    tool(folder, "pkcs11-tool", "--module", MODULE, "--login", "--pin", "1234", *arguments)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """A token with a key pair for each person, and their certificates from one root."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n"
    )
    tool(tmp_path, "softhsm2-util", "--init-token", "--free", "--label", "t", "--pin", "1234", "--so-pin", "5678")
    root_key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def certificate(who: str, key: ec.EllipticCurvePublicKey, *, is_ca: bool) -> None:
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ceremony root")]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        (tmp_path / f"{who}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))

    certificate("ceremony root", root_key.public_key(), is_ca=True)
    for number, who in enumerate(PEOPLE, 1):
        name = f"{number:02}"
        module(tmp_path, "--keypairgen", "--key-type", "EC:prime256v1", "--label", who, "--id", name)
        module(tmp_path, "--read-object", "--type", "pubkey", "--id", name, "-o", f"{who}.der")
        key = serialization.load_der_public_key((tmp_path / f"{who}.der").read_bytes())
        assert isinstance(key, ec.EllipticCurvePublicKey)
        certificate(who, key, is_ca=False)
    return tmp_path


@pytest.mark.tool("softhsm2")
@pytest.mark.parametrize("form", ["rs", "openssl"])
def test_record_signed_by_a_module_is_proven(token: Path, form: str) -> None:
    runner = CliRunner()
    record = token / "records/001.json"
    record.parent.mkdir()
    arguments = ["custody", "record", "new", "unseal_drill", "-o", str(record), "--threshold", "3", "--shares", "5"]
    for who in PEOPLE:
        role = "witness" if who == PEOPLE[-1] else "custodian"
        arguments += ["--participant", f"{who}:{role}:org {who}:{token / who}.pem"]
    assert runner.invoke(app, arguments).exit_code == 0

    for number, who in enumerate(PEOPLE, 1):
        sign = ["custody", "record", "sign", str(record), "--as", who, "--certificate", str(token / f"{who}.pem")]
        octets = runner.invoke(app, [*sign, "--print-octets"]).stdout_bytes
        # SoftHSM 2.6.1 has no ECDSA over SHA-256 in one step: the digest is given to it
        (token / "digest").write_bytes(hashlib.sha256(octets).digest())
        chosen = ("--mechanism", "ECDSA", "--signature-format", form, "--id", f"{number:02}")
        module(token, "--sign", *chosen, "-i", "digest", "-o", f"{who}.signature")
        added = runner.invoke(app, [*sign, "--value", str(token / f"{who}.signature")])
        assert added.exit_code == 0, added.output

    verify = ["custody", "record", "verify", str(record.parent), "--root", str(token / "ceremony root.pem")]
    accepted = runner.invoke(app, [*verify, "--algorithm", "ECDSA-SHA256"])
    by_default = runner.invoke(app, verify)
    assert accepted.exit_code == 0, accepted.output
    assert by_default.exit_code == 1  # no algorithm of the site's policy


@pytest.mark.tool("softhsm2")
def test_signature_of_another_key_of_the_module_is_refused(token: Path) -> None:
    runner = CliRunner()
    record = token / "records/001.json"
    record.parent.mkdir()
    people = [f"{who}:custodian:org:{token / who}.pem" for who in PEOPLE]
    arguments = ["custody", "record", "new", "unseal_drill", "-o", str(record)]
    assert runner.invoke(app, [*arguments, *(f"--participant={each}" for each in people)]).exit_code == 0
    sign = ["custody", "record", "sign", str(record), "--as", "li.na", "--certificate", str(token / "li.na.pem")]
    octets = runner.invoke(app, [*sign, "--print-octets"]).stdout_bytes
    (token / "digest").write_bytes(hashlib.sha256(octets).digest())
    module(token, "--sign", "--mechanism", "ECDSA", "--id", "02", "-i", "digest", "-o", "signature")

    assert runner.invoke(app, [*sign, "--value", str(token / "signature")]).exit_code == 2
