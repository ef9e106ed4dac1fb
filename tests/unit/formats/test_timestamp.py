"""Time stamps by an authority of openssl's, started here: good ones, and each way in which one is not."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import der
from auditor.formats.timestamp import Authority, StampError, load_authorities, request, token_of, verify

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or "openssl"
CONFIG = """
[tsa]
default_tsa = tsa1
[tsa1]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:TRUE
[stamps]
extendedKeyUsage = critical, timeStamping
basicConstraints = CA:FALSE
[loose]
extendedKeyUsage = timeStamping, serverAuth
basicConstraints = CA:FALSE
"""


class Tsa:
    """An authority in a folder: a root, a certificate for time stamps below it."""

    def __init__(self, folder: Path, *, algorithm: str = "EC", usage: str = "stamps", ess: str = "sha256") -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIG.format(ess=ess), encoding="utf-8")
        (folder / "serial").write_text("01\n", encoding="utf-8")
        kind = ("rsa:2048",) if algorithm == "RSA" else ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        self._openssl(
            "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
            "-subj", "/CN=Test root", "-config", "tsa.cnf", "-extensions", "ca",
        )  # fmt: skip
        self._openssl(
            "req", "-newkey", *kind, "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test TSA",
            "-config", "tsa.cnf",
        )  # fmt: skip
        self._openssl(
            "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "20",
            "-out", "tsa.pem", "-extfile", "tsa.cnf", "-extensions", usage,
        )  # fmt: skip

    def _openssl(self, *arguments: str) -> None:
        subprocess.run([OPENSSL, *arguments], cwd=self.folder, check=True, capture_output=True)

    def reply(self, query: bytes) -> bytes:
        (self.folder / "q.tsq").write_bytes(query)
        self._openssl(
            "ts", "-reply", "-queryfile", "q.tsq", "-inkey", "tsa.key", "-signer", "tsa.pem", "-config", "tsa.cnf",
            "-out", "r.tsr", "-chain", "ca.pem",
        )  # fmt: skip
        return (self.folder / "r.tsr").read_bytes()

    def token(self, message: bytes) -> bytes:
        query, nonce = request(message)
        return token_of(self.reply(query), message, nonce)

    @property
    def root(self) -> tuple[Authority, ...]:
        return load_authorities((self.folder / "ca.pem").read_bytes(), "ca.pem")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return Tsa(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def token(tsa: Tsa) -> bytes:
    return tsa.token(b"manifest")


def test_a_stamp_over_the_message_by_a_trusted_authority_verifies(tsa: Tsa, token: bytes) -> None:
    found = verify(token, b"manifest", tsa.root)

    assert found.is_trusted
    assert found.authority == "CN=Test TSA"


def test_an_authority_with_rsa_and_the_older_attribute_verifies(tmp_path: Path) -> None:
    tsa = Tsa(tmp_path / "rsa", algorithm="RSA", ess="sha1")

    assert verify(tsa.token(b"manifest"), b"manifest", tsa.root).is_trusted


def test_without_authorities_it_is_whole_and_untrusted(token: bytes) -> None:
    assert not verify(token, b"manifest", ()).is_trusted


def test_a_stamp_over_something_else_is_refused(tsa: Tsa, token: bytes) -> None:
    with pytest.raises(StampError, match="over something else"):
        verify(token, b"another", tsa.root)


def test_a_stamp_of_another_authority_is_refused(tmp_path: Path, token: bytes) -> None:
    with pytest.raises(StampError, match="not trusted here"):
        verify(token, b"manifest", Tsa(tmp_path / "other").root)


def test_a_certificate_that_is_not_for_stamps_alone_is_refused(tmp_path: Path) -> None:
    tsa = Tsa(tmp_path / "loose", usage="loose")
    query, nonce = request(b"manifest")
    try:
        reply = tsa.reply(query)
    except subprocess.CalledProcessError:
        return  # openssl itself refuses to stamp with it

    with pytest.raises(StampError, match="not for time stamps alone"):
        token_of(reply, b"manifest", nonce)


def test_a_reply_for_another_request_is_refused(tsa: Tsa) -> None:
    query, nonce = request(b"manifest")

    with pytest.raises(StampError, match="another request"):
        token_of(tsa.reply(query), b"manifest", nonce + 2)


def test_a_refusal_is_told_with_its_status() -> None:
    refusal = der.sequence(der.sequence(der.integer(2)))

    with pytest.raises(StampError, match="status 2"):
        token_of(refusal, b"manifest", 1)


@settings(max_examples=300, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_a_changed_byte_never_makes_another_time(tsa: Tsa, token: bytes, where: float, mask: int) -> None:
    good = verify(token, b"manifest", tsa.root)
    data = bytearray(token)
    data[int(where * len(data))] ^= mask

    try:
        found = verify(bytes(data), b"manifest", tsa.root)
    except StampError:
        return

    assert found == good  # a byte that nothing rests on


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(StampError):
        verify(data, b"manifest", ())
    with pytest.raises(StampError):
        token_of(data, b"manifest", 1)
