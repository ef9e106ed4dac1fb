"""Certificates and peers on loopback for the tests of this stage; everything is made when it is asked for."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from OpenSSL import SSL, crypto

from auditor.demo.tlcp_server import Manners, Server, ServerPair
from auditor.formats import sm2
from auditor.formats.issuing import ENCIPHERS, SIGNS, Authority, Issued
from auditor.stages.tls.tlcp.client import ClientPair
from auditor.tools import openssl4
from auditor.tools.loopback import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.tools.dial import SocketWire

NOW = datetime.now(UTC).replace(microsecond=0)
ALL_SUITES = "ECC-SM2-SM4-GCM-SM3:ECC-SM2-SM4-CBC-SM3:ECDHE-SM2-SM4-GCM-SM3:ECDHE-SM2-SM4-CBC-SM3"


@dataclass(frozen=True)
class Material:
    """An authority, a server's pair, a client's pair, and the same as files."""

    authority: Authority
    signing: Issued
    encryption: Issued
    client: ClientPair
    folder: Path

    @property
    def pair(self) -> ServerPair:
        return ServerPair(signing=self.signing, encryption=self.encryption, chain=(self.authority.issuer.der,))


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    authority = Authority(NOW - timedelta(days=1), NOW + timedelta(days=300), "Test SM2")
    signing, encryption = authority.issue("localhost", *SIGNS), authority.issue("localhost", *ENCIPHERS)
    one, two = authority.issue("client", *SIGNS), authority.issue("client", *ENCIPHERS)
    folder = tmp_path_factory.mktemp("sm")
    files = {
        "sign.pem": signing.certificate_pem,
        "sign.key": signing.key_pem,
        "enc.pem": encryption.certificate_pem,
        "enc.key": encryption.key_pem,
        "root.pem": authority.root.certificate_pem,
        "ca.pem": authority.root.certificate_pem + authority.issuer.certificate_pem,
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(folder / "rsa.key"), "-out", str(folder / "rsa.pem")),
        ],
        check=True,
        capture_output=True,
    )
    client = ClientPair(
        sign_certificate=one.der,
        sign_key=one.key,
        enc_certificate=two.der,
        enc_key=two.key,
        chain=(authority.issuer.der,),
    )
    return Material(authority, signing, encryption, client, folder)


@pytest.fixture
def listening() -> Iterator[Callable[..., Listener]]:
    """Give a function that listens on a port of its own until the end of the test."""
    opened: list[Listener] = []

    def listen(serve: Callable[[SocketWire], object], host: str = "127.0.0.1", port: int = 0) -> Listener:
        opened.append(Listener(serve, host, port))
        return opened[-1]

    yield listen
    for each in opened:
        each.close()


@pytest.fixture
def tlcp(material: Material, listening: Callable[..., Listener]) -> Callable[..., Listener]:
    """Give a function that starts our own TLCP server, with faults by name."""

    def start(
        *faults: str, pair: ServerPair | None = None, host: str = "127.0.0.1", port: int = 0, **manners: object
    ) -> Listener:
        server = Server(pair or material.pair, Manners(faults=frozenset(faults), **manners))  # type: ignore[arg-type]
        return listening(server.serve, host, port)

    return start


@pytest.fixture
def rfc8998(
    material: Material, listening: Callable[[Callable[[SocketWire], object]], Listener]
) -> Callable[..., Listener]:
    """Give a function that starts an RFC 8998 server by pyOpenSSL."""

    def start(
        *,
        suites: str = "TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3",
        groups: str = "curveSM2:curveSM2MLKEM768",
        schemes: str = "sm2sig_sm3",
        certificate: Issued | None = None,
        also_rsa: bool = False,
        own_order: bool = False,
    ) -> Listener:
        shown = certificate or material.signing
        wish = openssl4.Wish(
            suites=suites, groups=groups, schemes=schemes, certificate=shown.der, key=sm2.pkcs8(shown.key)
        )
        context = openssl4.context(wish, is_server=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as in openssl4: cryptography's loaders refuse SM2
            issuer = crypto.load_certificate(crypto.FILETYPE_ASN1, material.authority.issuer.der)
            context.add_extra_chain_cert(issuer)
        if own_order:
            context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE)
        if also_rsa:
            context.use_certificate_file(str(material.folder / "rsa.pem"))
            context.use_privatekey_file(str(material.folder / "rsa.key"))

        def serve(link: SocketWire) -> None:
            connection = SSL.Connection(context, None)
            connection.set_accept_state()
            pump = openssl4._Pump(link, connection, lambda: 5.0)
            try:
                pump.until(connection.do_handshake)
                pump.until(lambda: connection.recv(100))
            except (SSL.Error, OSError):
                return

        return listening(serve)

    return start


@pytest.fixture
def international(
    material: Material, listening: Callable[[Callable[[SocketWire], object]], Listener]
) -> Callable[..., Listener]:
    """Give a function that starts a server by the interpreter's ssl; ``old`` takes everything that it can do."""

    def start(*, old: bool = False, name: str = "rsa") -> Listener:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if old:
            context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it is deprecated is the point
                context.minimum_version = ssl.TLSVersion.TLSv1
        context.load_cert_chain(material.folder / f"{name}.pem", material.folder / f"{name}.key")

        def serve(link: SocketWire) -> None:
            link.socket.settimeout(5)
            try:
                with context.wrap_socket(link.socket, server_side=True) as wrapped:
                    wrapped.recv(100)
            except (OSError, ValueError):
                return

        return listening(serve)

    return start


@pytest.fixture
def tongsuo(material: Material) -> Iterator[Callable[..., int]]:
    """Give a function that starts Tongsuo's libssl in a process of its own and returns its port."""
    pytest.importorskip("tongsuopy", reason="tongsuopy has no wheel for this machine (x86_64 only)")
    started: list[subprocess.Popen[bytes]] = []

    def start(mode: str = "tlcp", suites: str = ALL_SUITES) -> int:
        script = Path(__file__).parents[3] / "peers" / "tongsuo.py"
        command = [sys.executable, str(script), str(material.folder), "ALL" if mode == "mixed" else suites, mode]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "HOME": str(material.folder)}
        )
        started.append(process)
        assert process.stdout is not None
        return int(process.stdout.readline())

    yield start
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.stdout is not None
        process.stdout.close()
