from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest

from auditor.formats.certificates import groups, kubeconfig_groups

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def admin(tmp_path: Path) -> str:
    """A certificate as kubeadm makes them, by the system's openssl."""
    subprocess.run(
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(tmp_path / "k"), "-out",
         str(tmp_path / "c"), "-subj", "/O=system:masters/O=二组/CN=kubernetes-admin", "-utf8", "-days", "1"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return (tmp_path / "c").read_text()


def _kubeconfig(*users: dict[str, str]) -> dict[str, object]:
    return {"users": [{"name": "u", "user": user} for user in users]}


def test_organisations_are_groups(admin: str) -> None:
    assert groups(admin) == ("system:masters", "二组")


def test_a_kubeconfig_names_the_groups_of_all_its_users(admin: str) -> None:
    data = base64.b64encode(admin.encode()).decode()

    assert kubeconfig_groups(_kubeconfig({"client-certificate-data": data}, {"token": "x"})) == (
        "system:masters",
        "二组",
    )
    assert kubeconfig_groups(_kubeconfig({"token": "x"})) == ()


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"users": 1}, {"users": [1]}, _kubeconfig({"client-certificate": "/a"}),
     _kubeconfig({"client-certificate-data": "!"}), _kubeconfig({"client-certificate-data": "AAAA"})],
)  # fmt: skip
def test_what_cannot_be_read_is_unknown(value: object) -> None:
    assert kubeconfig_groups(value) is None


@pytest.mark.parametrize("body", ["", "AA", "MAA=", "MIID", "MAMwAQA=", "////", "MAUwAwIBAQ=="])
def test_other_bytes_are_no_certificate(body: str) -> None:
    assert groups(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----") is None
