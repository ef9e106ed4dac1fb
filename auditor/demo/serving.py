"""Serves the demo's four ports on loopback: TLCP, RFC 8998, international, and a mixed one. ``python -m`` runs it.

    python -m auditor.demo.serving FOLDER

It writes the trust anchors into the folder, prints one line of JSON with the ports, and ends when its input does.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.demo.tlcp_server import Manners, Server, ServerPair
from auditor.formats import sm2
from auditor.formats.issuing import ENCIPHERS, SIGNS, Authority, pem
from auditor.tools import openssl4
from auditor.tools.loopback import Listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.tools.dial import SocketWire

PORTS: Final = {"sm_only": 24431, "tlcp": 24432, "mixed": 24433, "international": 24434}
"""Asked for first, so that a demonstration looks the same each time; any other port does as well."""
TRUST: Final = ("sm-root.pem", "international-root.pem")
_TLCP: Final = b"\x16\x01\x01"


def international(now: datetime) -> tuple[bytes, bytes]:
    """Return a self-signed P-256 certificate and its key, DER."""
    from cryptography import x509  # noqa: PLC0415 - here alone
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=300))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.DER), private


class _Peeked:
    """A connection whose first octets were looked at already."""

    def __init__(self, link: SocketWire, first: bytes) -> None:
        self._link = link
        self._first = first

    def send(self, octets: bytes) -> None:
        self._link.send(octets)

    def receive(self, wait_s: float) -> bytes:
        first, self._first = self._first, b""
        return first or self._link.receive(wait_s)

    def close(self) -> None:
        self._link.close()


def servers(folder: Path) -> dict[str, Callable[[SocketWire], object]]:
    """Return what serves each port, with keys made for this one time; write the anchors into the folder."""
    now = datetime.now(UTC).replace(microsecond=0)
    authority = Authority(now - timedelta(days=1), now + timedelta(days=300))
    signing, encryption = authority.issue("localhost", *SIGNS), authority.issue("localhost", *ENCIPHERS)
    pair = ServerPair(signing=signing, encryption=encryption, chain=(authority.issuer.der,))
    certificate, key = international(now)
    (folder / TRUST[0]).write_bytes(authority.root.certificate_pem)
    (folder / TRUST[1]).write_bytes(pem("CERTIFICATE", certificate))
    sm_wish = openssl4.Wish(
        suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3",
        groups="curveSM2:curveSM2MLKEM768",
        schemes="sm2sig_sm3",
        certificate=signing.der,
        key=sm2.pkcs8(signing.key),
        chain=(authority.issuer.der,),
    )
    sm_context = openssl4.context(sm_wish, is_server=True)
    modern = openssl4.context(openssl4.Wish(least=0x0303, certificate=certificate, key=key), is_server=True)
    modern.set_cipher_list(b"ECDHE+AESGCM:ECDHE+CHACHA20")
    tlcp = Server(pair, Manners())

    def mixed(link: SocketWire) -> None:
        first = link.receive(10.0)
        peeked = _Peeked(link, first)
        if first.startswith(_TLCP):
            tlcp.serve(peeked)
        else:
            openssl4.serve(peeked, modern)

    return {
        "sm_only": lambda link: openssl4.serve(link, sm_context),
        "tlcp": tlcp.serve,
        "mixed": mixed,
        "international": lambda link: openssl4.serve(link, modern),
    }


def main() -> None:
    """Serve until standard input ends."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    listening = {name: Listener(serve, port=PORTS[name]) for name, serve in servers(folder).items()}
    sys.stdout.write(json.dumps({name: each.port for name, each in listening.items()}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # threads of clients that hang are not waited for


if __name__ == "__main__":
    main()
