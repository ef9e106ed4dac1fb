"""Signatures and time stamps in the account of a verification: expired, wrong, of strangers, over something else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from auditor.errors import IntegrityError
from auditor.evidence import seal
from auditor.evidence.contents import SEAL
from auditor.evidence.verify import Standing, Step
from auditor.formats import pkcs8, public_keys
from tests.unit.evidence.sealed import NOW, account, failed, seal_of, sealed_run
from tests.unit.evidence.test_verify import DER, PKCS8, anchor, key
from tests.unit.formats.test_timestamp import Tsa

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.evidence.seal import Seal, Signature

Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
WHO, WHEN = 4, 5


def signer_of(private: Private) -> pkcs8.PrivateKey:
    return pkcs8.load(private.private_bytes(DER, PKCS8, serialization.NoEncryption()), b"")


def certified(private: Private, first: datetime, last: datetime) -> public_keys.PublicKey:
    """Return a trust anchor that is a certificate, valid from one time to another."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ciso")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(first)
        .not_valid_after(last)
        .sign(private, None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    return public_keys.load(made.public_bytes(serialization.Encoding.PEM), "ciso.pem")


def step(folder: Path, number: int, **anchors: object) -> Step:
    return account(folder, **anchors).steps[number]


@pytest.mark.parametrize(
    ("first", "last", "is_good"),
    [
        (NOW - timedelta(days=2), NOW + timedelta(days=2), True),
        (NOW - timedelta(days=20), NOW - timedelta(days=2), False),
        (NOW + timedelta(days=2), NOW + timedelta(days=20), False),
    ],
    ids=["in-time", "expired", "not-yet"],
)
@pytest.mark.parametrize("private", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())])
def test_a_key_whose_certificate_is_over_signs_nothing(
    tmp_path: Path, private: Private, first: datetime, last: datetime, is_good: object
) -> None:
    folder = sealed_run(tmp_path / "run", signers=(signer_of(private),))

    found = account(folder, keys=(certified(private, first, last),))

    assert found.is_good is is_good
    assert ("is outside" in found.steps[WHO].items[0].en) is not is_good


def stamped(made: Seal, tsa: Tsa) -> Seal:
    covers = len(made.signatures)
    return seal.stamped_by(made, tsa.token(made.stamped(covers)), covers)


def test_an_expired_key_counts_where_a_trusted_stamp_shows_that_it_signed_in_time(tmp_path: Path) -> None:
    private, tsa = ed25519.Ed25519PrivateKey.generate(), Tsa(tmp_path / "tsa")
    folder = sealed_run(tmp_path / "run", signers=(signer_of(private),))
    seal.write(folder, stamped(seal_of(folder), tsa))
    now = datetime.now(UTC)
    trusted = (certified(private, now - timedelta(days=9), now + timedelta(hours=1)),)
    later = now + timedelta(days=3)

    with_stamp = account(folder, keys=trusted, authorities=tsa.root, now=later)
    without = account(folder, keys=trusted, now=later)

    assert with_stamp.is_good, with_stamp.steps
    assert not without.is_good


@pytest.mark.parametrize("kinds", [("ed25519", "sm2"), ("sm2", "ecdsa"), ("ecdsa", "ed25519")])
def test_a_signature_that_is_passed_off_as_one_of_another_algorithm_fails(
    tmp_path: Path, kinds: tuple[str, str]
) -> None:
    """The signature of one key under the name and key of another: kinds do not mix."""
    mine, other = key(kinds[0]), key(kinds[1])
    folder = sealed_run(tmp_path / "run", signers=(mine,))
    made = seal_of(folder)
    named = base64.b64encode(other.spki).decode()
    swapped = replace(made.signatures[0], keyid=other.key_id, key=named)
    write(folder, made, swapped)

    assert failed(folder, keys=(anchor(other),)) == [("who signed it", (SEAL,))]
    assert failed(folder) == [("who signed it", (SEAL,))]


def test_a_key_of_a_kind_that_does_not_sign_here_is_refused(tmp_path: Path) -> None:
    folder = sealed_run(tmp_path / "run", signers=(key("sm2"),))
    made = seal_of(folder)
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505 - too weak
    info = weak.public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    write(folder, made, replace(made.signatures[0], key=base64.b64encode(info).decode()))

    assert failed(folder) == [("who signed it", (SEAL,))]


def test_a_name_of_a_trusted_key_over_the_key_of_a_stranger_is_found(tmp_path: Path) -> None:
    trusted, stranger = key("ed25519"), key("ed25519")
    folder = sealed_run(tmp_path / "run", signers=(stranger,))
    made = seal_of(folder)
    write(folder, made, replace(made.signatures[0], keyid=trusted.key_id))

    assert failed(folder, keys=(anchor(trusted),)) == [("who signed it", (SEAL,))]


def write(folder: Path, made: Seal, *signatures: Signature) -> None:
    seal.write(folder, seal._closed(replace(made, signatures=signatures)))


@pytest.mark.parametrize("bad", [0, 1], ids=["first", "second"])
def test_one_bad_signature_costs_all_even_if_the_other_is_enough(tmp_path: Path, bad: int) -> None:
    first, second = key("sm2"), key("ed25519")
    folder = sealed_run(tmp_path / "run", signers=(first, second))
    made = seal_of(folder)
    signature = base64.b64decode(made.signatures[bad].sig)
    rotten = base64.b64encode(signature[:-1] + bytes([signature[-1] ^ 1])).decode()
    rows = [replace(each, sig=rotten) if index == bad else each for index, each in enumerate(made.signatures)]
    write(folder, made, *rows)

    assert failed(folder, keys=(anchor((second, first)[bad]),)) == [("who signed it", (SEAL,))]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return Tsa(tmp_path_factory.mktemp("authority") / "one")


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    return sealed_run(tmp_path / "run", signers=(key("sm2"),))


def test_a_stamp_of_a_trusted_authority_proves_when(signed: Path, authority: Tsa) -> None:
    seal.write(signed, stamped(seal_of(signed), authority))

    assert step(signed, WHEN, authorities=authority.root).standing is Standing.OK
    assert step(signed, WHEN).standing is Standing.OPEN


def test_a_stamp_of_another_authority_fails(signed: Path, authority: Tsa, tmp_path: Path) -> None:
    seal.write(signed, stamped(seal_of(signed), authority))

    assert step(signed, WHEN, authorities=Tsa(tmp_path / "other").root).standing is Standing.FAILED


def test_a_stamp_over_another_digest_fails_with_and_without_trust(signed: Path, authority: Tsa) -> None:
    made = seal_of(signed)
    seal.write(signed, seal.stamped_by(made, authority.token(b"another manifest"), 1))

    assert step(signed, WHEN, authorities=authority.root).standing is Standing.FAILED
    assert step(signed, WHEN).standing is Standing.FAILED


def test_a_stamp_that_covers_signatures_which_were_taken_away_fails(signed: Path, authority: Tsa) -> None:
    made = stamped(seal_of(signed), authority)
    write(signed, made)

    assert step(signed, WHEN, authorities=authority.root).standing is Standing.FAILED


def test_a_stamp_that_is_rubbish_fails(signed: Path) -> None:
    seal.write(signed, seal.stamped_by(seal_of(signed), b"rubbish", 1))

    assert step(signed, WHEN).standing is Standing.FAILED


def test_signers_that_lie_are_not_taken(tmp_path: Path) -> None:
    honest = key("ed25519")

    class Liar:
        spki, key_id = honest.spki, honest.key_id

        def sign(self, _message: bytes) -> bytes:
            return bytes(64)

    with pytest.raises(IntegrityError, match="does not verify"):
        sealed_run(tmp_path / "run", signers=(Liar(),))
