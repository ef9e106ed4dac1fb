from __future__ import annotations

import base64
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from auditor.formats.kubernetes import without_secrets
from auditor.formats.tls_secrets import CERTIFICATES_LIMIT, SIZE_LIMIT_BYTES, UNREADABLE, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.formats.documents import Json

KEY = ec.generate_private_key(ec.SECP256R1())
KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
UNREAD = {"unread": "unreadable"}


def _certificate(names: Sequence[x509.GeneralName] | None = (x509.DNSName("a.example"),)) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cn.example")])
    builder = (
        x509.CertificateBuilder(name, name, KEY.public_key(), 1)
        .not_valid_before(datetime(2026, 1, 2, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _secret(pem: str | bytes, **more: Json) -> dict[str, Json]:
    data = base64.b64encode(pem if isinstance(pem, bytes) else pem.encode()).decode()
    return {"kind": "Secret", "type": "kubernetes.io/tls", "data": {"tls.crt": data, "tls.key": "Q0FOQVJZ"}, **more}


def _pem(secret: dict[str, Json], key: str = "tls.crt") -> str:
    data = secret["data"]
    assert isinstance(data, dict)
    return base64.b64decode(str(data[key])).decode()


def _names(found: dict[str, Json]) -> Json:
    said = found["certificate"]
    assert isinstance(said, dict)
    return said["names"]


def test_a_certificate_says_whom_it_is_for_and_how_long() -> None:
    names = (x509.DNSName("a.example"), x509.DNSName("*.b.example"), x509.IPAddress(ip_address("10.0.0.1")))

    found = shown(_secret(_certificate(names)))

    assert found["certificate"] == {
        "names": ["a.example", "*.b.example"],
        "addresses": ["10.0.0.1"],
        "not_before": "2026-01-02T00:00:00Z",
        "not_after": "2027-01-02T03:04:05Z",
    }


def test_only_the_certificates_stay() -> None:
    leaf, authority = _certificate(), _certificate(None)
    secret = _secret(f"note\n{leaf}{KEY_PEM}{authority}", stringData={"other": "CANARY"}, certificate={"names": ["x"]})
    data = secret["data"]
    assert isinstance(data, dict)
    data["ca.crt"] = base64.b64encode(authority.encode()).decode()

    found = cast("dict[str, Json]", without_secrets(secret))

    assert _pem(found) == leaf + authority
    assert _pem(found, "ca.crt") == authority
    assert _pem(found, "tls.key") == ""
    assert found["stringData"] == {"other": ""}
    assert _names(found) == ["a.example"]


def test_a_key_that_is_taken_for_a_certificate_does_not_stay() -> None:
    disguised = KEY_PEM.replace("PRIVATE KEY", "CERTIFICATE")

    found = shown(_secret(disguised))

    assert found == {"data": {"tls.crt": UNREADABLE, "tls.key": ""}, "certificate": UNREAD}


def test_text_wins_over_data_as_it_does_in_the_api() -> None:
    other = _certificate((x509.DNSName("b.example"),))

    found = shown(_secret(_certificate(), stringData={"tls.crt": other}))

    assert _names(found) == ["b.example"]
    assert found["stringData"] == {"tls.crt": other}


def test_a_common_name_is_no_name_of_the_host() -> None:
    assert _names(shown(_secret(_certificate(None)))) == []


def test_an_empty_certificate_is_for_nobody() -> None:
    assert shown(_secret(""))["certificate"] == {"names": [], "addresses": []}


def test_a_secret_without_data_says_nothing_or_why() -> None:
    assert shown({"type": "kubernetes.io/tls"}) == {}
    assert shown({"certificate": {"unread": "no permission", "names": ["a"]}}) == {
        "certificate": {"unread": "no permission"}
    }
    assert shown({"certificate": {"names": ["a"]}}) == {}


def _broken() -> dict[str, Json]:
    good = _certificate()
    der = base64.b64decode("".join(good.splitlines()[1:-1]))
    flipped = base64.b64encode(der.replace(b"a.example", b"\xff.example")).decode()
    return {
        "no base64": "###",
        "no text": 7,
        "null": None,
        "a mapping": {"a": "b"},
        "nothing of the kind": base64.b64encode(b"hello").decode(),
        "no end": base64.b64encode(good.rpartition("-----END")[0].encode()).decode(),
        "one of two broken": base64.b64encode(f"{good}-----BEGIN CERTIFICATE-----\nAA".encode()).decode(),
        "cut short": base64.b64encode(f"{good.splitlines()[0]}\nMIIB\n{good.splitlines()[-1]}".encode()).decode(),
        "too many": base64.b64encode(good.encode() * (CERTIFICATES_LIMIT + 1)).decode(),
        "too long": "A" * (SIZE_LIMIT_BYTES + 1),
        "a name of no letters": base64.b64encode(
            f"-----BEGIN CERTIFICATE-----\n{flipped}\n-----END CERTIFICATE-----\n".encode()
        ).decode(),
        "a surrogate": "\ud800",
        "masked": "(masked)",
    }


@pytest.mark.parametrize("case", _broken())
def test_what_cannot_be_read_is_said_to_be_unreadable(case: str) -> None:
    for section in ("data", "stringData"):
        if section == "stringData" and case == "a name of no letters":
            continue  # it is base64 of a text here, and so no certificate at all

        found = shown({section: {"tls.crt": _broken()[case]}})

        assert found["certificate"] == UNREAD


@pytest.mark.parametrize("case", ["good", *_broken()])
def test_what_stays_stays_as_it_is(case: str) -> None:
    secret = _secret(_certificate()) if case == "good" else {**_secret(""), "data": {"tls.crt": _broken()[case]}}

    once = cast("dict[str, Json]", without_secrets(secret))

    assert without_secrets(once) == once
