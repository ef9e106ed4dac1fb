"""Walks the tables TLS-001 to TLS-051 and CRT-001 to CRT-022: each check has a good, a bad and an absent peer or file.

A scenario is one real observation, shared by all the checks that it is good or bad for. What is judged elsewhere (Rego,
images, source trees) is named in `ELSEWHERE` with the file that shows it.
"""

from __future__ import annotations

import contextlib
import ssl
import struct
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from auditor.demo.tlcp_server import ServerPair
from auditor.formats import der, issuing, sm2
from auditor.formats import tls_wire as wire
from auditor.formats.issuing import ENCIPHERS, SIGNS, alternative_names, extended_usage, usage
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.registry import all_checks
from auditor.stages.code.checks import KEY_IN_REPOSITORY
from auditor.stages.image.checks import KEY_ELSEWHERE, KEY_IN_LAYER
from auditor.stages.tls import intruder
from auditor.stages.tls.checks import checks
from auditor.stages.tls.observe import TlsStage
from auditor.tools import openssl4
from auditor.tools.dial import Dialler
from docs import build_tls_checks
from tests.unit.stages.tls import test_cluster as cluster
from tests.unit.stages.tls.conftest import NOW
from tests.unit.stages.tls.test_endpoints import PEERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.model.finding import Finding
    from auditor.tools.dial import SocketWire
    from auditor.tools.loopback import Listener
    from tests.unit.stages.tls.conftest import Material

Seen = dict[str, set[str]]
"""Verdicts by id of the check."""

ELSEWHERE: Final = {
    "CRT-003": "tests/unit/stages/image/test_checks.py",
    "CRT-004": "tests/unit/stages/tls/test_cluster.py",
    "CRT-017": "tests/unit/stages/tls/test_cluster.py",
    "CRT-018": "tests/unit/stages/tls/test_cluster.py",
    "CRT-019": "policies/kubernetes/apiserver_encryption_at_rest/apiserver_encryption_at_rest_test.rego",
}

GOOD: Final = {
    "tlcp": (
        *("tls-port-protected", "tls-tlcp-handshake", "tls-sm-protocol-offered", "tls-ssl-refused"),
        *("tls-old-versions-refused", "tls-international-refused", "tls-tlcp-suites-current", "tls-tlcp-gcm-offered"),
        *("tls-tlcp-forward-secrecy", "tls-tlcp-two-certificates", "tls-tlcp-certificate-order"),
        *("tls-tlcp-keys-differ", "tls-tlcp-usage-split", "tls-tlcp-pair-same-holder", "tls-tlcp-pair-same-issuer"),
        *("tls-certificate-curve", "tls-certificate-signature-algorithm", "tls-certificate-signature-valid"),
        *("tls-certificate-path", "tls-certificate-in-time", "tls-certificate-lifetime", "tls-certificate-name"),
        *("tls-certificate-extended-usage", "tls-certificate-not-revoked", "tls-tlcp-key-exchange-signed"),
        *("tls-tlcp-server-finished", "tls-randoms-fresh", "tls-compression-off", "tls-ecdhe-needs-client"),
        *("tls-renegotiation-refused", "tls-session-tickets", "tls-session-resumption", "tls-versions-unconfused"),
        *("tls-pre-master-version-checked", "tls-tlcp-alerts", "tls-certificate-with-and-without-name"),
        *("tls-certificate-as-on-disk", "tls-product-certified", "tls-certificates-as-profiled"),
        *("tls-certificate-well-formed", "tls-suites-as-profiled"),
    ),
    "rfc8998": (
        *("tls-rfc8998-handshake", "tls-sm-group-with-sm-suite", "tls-sm-certificate-with-sm-suite"),
        *("tls-sm-hybrid-offered",),
    ),
    "prefers sm": ("tls-sm-preferred",),
    "international": (
        *("tls-weak-suites-refused", "tls-downgrade-protected", "tls-early-data-off", "tls-tls12-extras"),
        *("tls-groups-as-profiled", "tls-schemes-as-profiled"),
    ),
    "mutual": ("tls-client-certificate-asked", "tls-empty-client-certificate-refused", "tls-stranger-refused"),
    "two addresses": ("tls-addresses-alike",),
    "good files": (
        *("crt-inventory", "crt-key-permissions", "crt-key-matches", "crt-pair-complete", "crt-keys-distinct"),
        *("crt-algorithms", "crt-in-time", "crt-signature-valid", "crt-named-curve", "crt-ca-key-absent"),
        *("crt-key-copies-absent", "crt-trust-store", "crt-crl-current", "crt-request-valid", "crt-envelope-apart"),
    ),
    "good containers": ("crt-key-encrypted", "crt-store-password"),
    "good cluster": ("crt-secret-sound", "crt-ingress-pair"),
    "encrypted key in a map": ("crt-key-absent-elsewhere",),
}

BAD: Final = {
    "http": ("tls-port-protected",),
    "international where sm is due": (
        *("tls-tlcp-handshake", "tls-rfc8998-handshake", "tls-sm-protocol-offered", "tls-international-refused"),
        *("tls-groups-as-profiled", "tls-schemes-as-profiled", "tls-suites-as-profiled"),
        *("tls-certificates-as-profiled", "tls-certificate-with-and-without-name"),
    ),
    "yes to everything": (
        *("tls-ssl-refused", "tls-old-versions-refused", "tls-weak-suites-refused", "tls-compression-off"),
        *("tls-downgrade-protected", "tls-tls12-extras"),
    ),
    "prefers international": ("tls-sm-preferred",),
    "lax tlcp": (
        *("tls-tlcp-suites-current", "tls-randoms-fresh", "tls-renegotiation-refused", "tls-session-tickets"),
        *("tls-pre-master-version-checked", "tls-ecdhe-needs-client", "tls-compression-off"),
    ),
    "old tlcp": ("tls-tlcp-gcm-offered", "tls-tlcp-forward-secrecy", "tls-product-certified"),
    "silent refusals": ("tls-tlcp-alerts",),
    "bad pair": (
        *("tls-tlcp-usage-split", "tls-tlcp-pair-same-holder", "tls-tlcp-pair-same-issuer"),
        *("tls-certificate-signature-valid", "tls-certificate-path", "tls-certificate-in-time"),
        *("tls-certificate-lifetime", "tls-certificate-name", "tls-certificate-extended-usage"),
        *("tls-certificate-not-revoked", "tls-certificate-well-formed", "tls-certificate-as-on-disk"),
    ),
    "one key": ("tls-tlcp-keys-differ",),
    "another curve": ("tls-certificate-curve",),
    "one certificate": ("tls-tlcp-two-certificates",),
    "swapped pair": ("tls-tlcp-certificate-order",),
    "forged key exchange": ("tls-tlcp-key-exchange-signed",),
    "bad finished": ("tls-tlcp-server-finished",),
    "answers tls": ("tls-versions-unconfused",),
    "resumes anyone": ("tls-session-resumption",),
    "lax client": ("tls-client-certificate-asked",),
    "lets anybody in": ("tls-empty-client-certificate-refused", "tls-stranger-refused"),
    "rfc8998 with all": (
        "tls-sm-group-with-sm-suite",
        "tls-sm-certificate-with-sm-suite",
        "tls-sm-hybrid-offered",
    ),
    "weak certificate": ("tls-certificate-signature-algorithm",),
    "early data": ("tls-early-data-off",),
    "unlike addresses": ("tls-addresses-alike",),
    "bad files": (
        *("crt-key-permissions", "crt-key-matches", "crt-pair-complete", "crt-keys-distinct", "crt-algorithms"),
        *("crt-in-time", "crt-signature-valid", "crt-named-curve", "crt-key-encrypted", "crt-store-password"),
        *("crt-ca-key-absent", "crt-key-copies-absent", "crt-trust-store", "crt-crl-current", "crt-request-valid"),
        *("crt-envelope-apart",),
    ),
    "bad cluster": ("crt-secret-sound", "crt-ingress-pair", "crt-key-absent-elsewhere"),
}
NEVER_BAD: Final = frozenset({"crt-inventory"})
"""It lists; the table names nothing for which it fails, and what cannot be listed is not assessed."""
ABSENT: Final = ("closed port", "silent port", "empty folder", "empty cluster")


# --- Peers ------------------------------------------------------------------------------------------------------------


def yes_man(link: SocketWire) -> None:
    """Say yes and nothing else; a hello that is none ends the conversation."""
    with contextlib.suppress(wire.WireError):
        _yes(link)


def _yes(link: SocketWire) -> None:
    """Answer any hello with its own version, the worst suite, and the first compression; know no extension."""
    records = wire.Records()
    for each in records.feed(link.receive(5.0)):
        if each.kind != wire.HANDSHAKE or each.fragment[:1] != b"\x01":
            return
        octets = wire.Octets(each.fragment[4:])
        version = octets.take(2)
        octets.take(32)
        octets.vector(1)
        if version == b"\x03\x03" and b"\x00\x2b\x00\x03\x02\x03\x04" in each.fragment:  # TLS 1.3 takes more
            link.send(bytes.fromhex("15030300020246"))
            return
        suites, compressions = octets.vector(2), octets.vector(1)
        if version < b"\x03\x00":
            return
        offered = {suites[at : at + 2] for at in range(0, len(suites), 2)}
        chosen = next((each for each in (b"\x00\x01", b"\x00\x04", b"\x00\x2f") if each in offered), b"")
        if not chosen:
            link.send(bytes.fromhex("15030100020228"))
            return
        body = version + bytes(range(32)) + b"\x00" + chosen + compressions[:1]
        link.send(wire.record(wire.HANDSHAKE, int.from_bytes(version, "big"), wire.message(wire.SERVER_HELLO, body)))


class TwoAddresses:
    """A dialler for a name with two addresses."""

    def __init__(self) -> None:
        self._inner = Dialler()

    def addresses(self, host: str, port: int, wait_s: float) -> tuple[str, ...]:
        del host, port, wait_s
        return ("127.0.0.1", "127.0.0.2")

    def open(self, address: str, port: int, wait_s: float) -> SocketWire:
        return self._inner.open(address, port, wait_s)


class Walk:
    """Runs scenarios, each once."""

    def __init__(self, request: pytest.FixtureRequest, material: Material, folder: Path) -> None:
        self._request = request
        self.material = material
        self.folder = folder
        self.tlcp: Callable[..., Listener] = request.getfixturevalue("tlcp")
        self.rfc8998: Callable[..., Listener] = request.getfixturevalue("rfc8998")
        self.international: Callable[..., Listener] = request.getfixturevalue("international")
        self.listening: Callable[..., Listener] = request.getfixturevalue("listening")
        self.trust = {"trust": (str(material.folder / "root.pem"),), "profile": "sm-only"}

    def profile(self, name: str, text: str) -> str:
        path = self.folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def see(self, where: str, *, dial: Any = None, **options: object) -> Seen:  # noqa: ANN401 - any dialler
        stage = TlsStage(
            dial=lambda proxy, starttls: dial or Dialler(proxy=proxy, starttls=starttls),
            openssl=openssl4,
            self_test=lambda: ("test", ""),
            intruder=intruder.pair,
        )
        part = Part(kind="tls", where=where, options=options)
        system = System(name=part.argument, parts=(part,))
        items = list(stage.observe(system, Facts()))
        started = RunStarted(subject="run", origin=Origin(part=""), at=NOW.isoformat())
        facts = Facts(
            (started, *(each for each in items if isinstance(each, Fact))),
            (each for each in items if isinstance(each, Gap)),
        )
        return by_id(list(judge(checks(), facts, system)))

    def port(self, listener: Listener, **options: object) -> Seen:
        return self.see(f"localhost:{listener.port}", **{**self.trust, **options})


def by_id(found: list[Finding]) -> Seen:
    seen: Seen = {}
    for each in found:
        seen.setdefault(each.id, set()).add(str(each.verdict))
    return seen


# --- Scenarios --------------------------------------------------------------------------------------------------------


def good_tlcp(walk: Walk) -> Seen:
    material = walk.material
    signing = material.authority.issue(
        "localhost",
        extensions=(
            alternative_names(),
            usage(*SIGNS),
            extended_usage("1.3.6.1.5.5.7.3.1"),
            issuing.revocation_list_at("http://crl.invalid/ca.crl"),
        ),
    )
    (walk.folder / "deployed.pem").write_bytes(signing.certificate_pem + material.encryption.certificate_pem)
    pair = ServerPair(signing=signing, encryption=material.encryption, chain=(material.authority.issuer.der,))
    products = ({"name": "gateway", "expires": (NOW + timedelta(days=90)).date().isoformat()},)
    return walk.port(
        walk.tlcp(pair=pair),
        intrusive=True,
        on_disk=(str(walk.folder / "deployed.pem"),),
        product_certificates=products,
    )


def mutual(walk: Walk, *faults: str, **manners: object) -> Seen:
    wanted = walk.profile("mutual", "needs_sm: true\nclient: required\n")
    return walk.port(walk.tlcp(*faults, **manners), profile=wanted, intrusive=True)


def good_mutual(walk: Walk) -> Seen:
    """Tongsuo verifies its clients; our own server, for machines without it, knows its client by the certificate."""
    material = walk.material
    known = material.client.sign_certificate
    return mutual(walk, asks_client=True, needs_client=True, known_clients=frozenset({known}))


def prefers(walk: Walk, suites: str) -> Seen:
    listener = walk.rfc8998(
        suites=suites, groups="curveSM2:X25519", schemes="sm2sig_sm3:RSA-PSS+SHA256", also_rsa=True, own_order=True
    )
    return walk.port(listener, profile="sm-preferred")


def self_signed(walk: Walk, name: str, *more: str) -> None:
    """Make a certificate of OpenSSL's and its key."""
    folder = walk.material.folder
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", f"/CN={name}", *more),
            *("-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")),
        ],
        check=True,
        capture_output=True,
    )


def rfc8998_with_all(walk: Walk) -> Seen:
    listener = walk.rfc8998(
        suites="TLS_SM4_GCM_SM3:TLS_AES_128_GCM_SHA256",
        groups="curveSM2:X25519",
        schemes="sm2sig_sm3:RSA-PSS+SHA256",
        also_rsa=True,
    )
    return walk.port(listener)


def weak_certificate(walk: Walk) -> Seen:
    self_signed(walk, "weak", "-sha1")
    return walk.port(walk.international(old=True, name="weak"), profile="international-modern")


def international_where_sm_is_due(walk: Walk) -> Seen:
    """A port for others, which shows another certificate to whoever sends no name."""
    folder = walk.material.folder
    self_signed(walk, "default")
    named, nameless = (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _each in range(2))
    named.load_cert_chain(folder / "rsa.pem", folder / "rsa.key")
    nameless.load_cert_chain(folder / "default.pem", folder / "default.key")

    def choose(link: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        if name:
            link.context = named

    nameless.sni_callback = choose

    def serve(link: SocketWire) -> None:
        link.socket.settimeout(5)
        try:
            with nameless.wrap_socket(link.socket, server_side=True) as wrapped:
                wrapped.recv(100)
        except (OSError, ValueError):
            return

    wanted = walk.profile(
        "strict",
        "needs_sm: true\nversions: {tlcp: required, rfc8998: required, tls12: forbidden}\n"
        'suites: {"TLS_AES_*": forbidden}\ngroups: {"x25519*": forbidden}\n'
        'schemes: {"rsa*": forbidden}\ncertificates: {RSA: forbidden}\n',
    )
    return walk.port(walk.listening(serve), profile=wanted)


def lax_tlcp(walk: Walk) -> Seen:
    listener = walk.tlcp(
        *("fixed random", "renegotiates", "tickets", "lax pre-master", "no certificate request", "compression"),
        suites=(0xE053, 0xE051, 0xE019),
    )
    return walk.port(listener, intrusive=True)


def old_tlcp(walk: Walk) -> Seen:
    products = ({"name": "gateway", "expires": (NOW - timedelta(days=9)).date().isoformat()},)
    return walk.port(walk.tlcp(suites=(0xE013,)), product_certificates=products)


def bad_pair(walk: Walk) -> Seen:
    authority = walk.material.authority
    other = issuing.Authority(NOW - timedelta(days=1), NOW + timedelta(days=99), "Other")
    wrong = (
        alternative_names(("elsewhere.example",), ()),
        usage(*SIGNS, *ENCIPHERS),
        extended_usage("1.3.6.1.5.5.7.3.2"),
    )
    order = other.order(
        issuing.name("elsewhere"), other.issuer_name, sm2.spki(sm2.public_key(7)), (usage(*ENCIPHERS),), serial=-5
    )
    pair = ServerPair(
        signing=authority.issue("localhost", extensions=wrong, user_id=b"", ends=NOW + timedelta(days=4000)),
        encryption=issuing.Issued(der=issuing.certificate(order, other.issuer.key), key=7),
        chain=(authority.issuer.der, other.issuer.der),
    )
    late = authority.issue("localhost", *SIGNS, ends=NOW - timedelta(days=1))
    (walk.folder / "other.pem").write_bytes(late.certificate_pem)
    seen = walk.port(walk.tlcp(pair=pair), server_name="gw.bank.cn", on_disk=(str(walk.folder / "other.pem"),))
    expired = walk.port(walk.tlcp(pair=ServerPair(signing=late, encryption=walk.material.encryption)))
    seen["tls-certificate-in-time"] = expired["tls-certificate-in-time"]
    return seen


def one_key(walk: Walk) -> Seen:
    authority, signing = walk.material.authority, walk.material.signing
    encryption = authority.issue("localhost", *ENCIPHERS, key=signing.key)
    return walk.port(walk.tlcp(pair=ServerPair(signing=signing, encryption=encryption)))


def explicit_key() -> bytes:
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(sm2.P))
    return der.sequence(
        der.sequence(der.oid(sm2.OID_EC_KEY), der.sequence(der.integer(1), field)),
        der.bit_string(sm2.point_to_octets(sm2.G)),
    )


def another_curve(walk: Walk) -> Seen:
    signing = walk.material.authority.issue("localhost", *SIGNS, spki=explicit_key())
    return walk.port(walk.tlcp(pair=ServerPair(signing=signing, encryption=walk.material.encryption)))


def early_data(walk: Walk) -> Seen:
    """OpenSSL's own server, told to take early data."""
    process = subprocess.Popen(
        [
            *("openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", str(walk.material.folder / "rsa.pem")),
            *(
                "-key",
                str(walk.material.folder / "rsa.key"),
                "-early_data",
                "-no_anti_replay",
                "-quiet",
                "-naccept",
                "60",
            ),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        try:
            return walk.see(f"localhost:{listening_port(process.pid)}", profile="international-modern")
        finally:
            process.kill()


def listening_port(pid: int) -> int:
    """Return the port that a process listens at, once it does."""
    import re  # noqa: PLC0415 - here alone
    import time  # noqa: PLC0415

    until = time.monotonic() + 10
    while time.monotonic() < until:
        inodes = set()
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                inodes.update(re.findall(r"socket:\[(\d+)\]", str(link.readlink())))
            except OSError:
                continue
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                return int(fields[1].rpartition(":")[2], 16)
        time.sleep(0.05)
    pytest.fail("the server does not listen")


def two_addresses(walk: Walk, *, alike: bool) -> Seen:
    first = walk.tlcp()
    authority = walk.material.authority
    other = ServerPair(signing=authority.issue("localhost", *SIGNS), encryption=walk.material.encryption)
    second = walk.tlcp(pair=None if alike else other, host="127.0.0.2", port=first.port)
    assert second.port == first.port
    return walk.see(f"localhost:{first.port}", dial=TwoAddresses(), **walk.trust)


def put(folder: Path, files: dict[str, bytes], mode: int = 0o600) -> str:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        (folder / name).chmod(mode)
    return str(folder)


def envelope_for(key: int) -> bytes:
    wrapped = sm2.encrypt(sm2.public_key(key), bytes(16)).to_der()
    return der.sequence(
        der.sequence(der.oid("1.2.156.10197.1.104.1"), b"\x05\x00"),
        wrapped,
        der.bit_string(sm2.point_to_octets(sm2.public_key(9))),
        der.bit_string(bytes(32)),
    )


def good_files(walk: Walk) -> Seen:
    material, day = walk.material, timedelta(days=1)
    authority = material.authority
    pair = material.signing.certificate_pem + material.encryption.certificate_pem + authority.issuer.certificate_pem
    other = issuing.Authority(NOW - day, NOW + timedelta(days=99), "Other")
    where = put(
        walk.folder / "good",
        {
            "pair.pem": pair,
            "sign.key": material.signing.key_pem,
            "roots.pem": authority.root.certificate_pem + other.root.certificate_pem,
            "ca.crl": issuing.revocation_list(authority.issuer_name, authority.issuer.key, (5,), NOW - day, NOW + day),
            "new.csr": issuing.request(issuing.name("new.bank.cn"), sm2.generate_private_key()),
            "enveloped.key": envelope_for(sm2.generate_private_key()),
        },
    )
    return walk.see(where, allowed_anchors=("CN=Test SM2 Root", "CN=Other Root"), **walk.trust)


def java_store(password: str) -> bytes:
    import hashlib  # noqa: PLC0415 - here alone

    data = struct.pack(">III", 0xFEEDFEED, 2, 0)
    return data + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()  # noqa: S324


def encrypted_key(rounds: int) -> bytes:
    algorithm = der.sequence(
        der.oid("1.2.840.113549.1.5.13"),
        der.sequence(
            der.sequence(
                der.oid("1.2.840.113549.1.5.12"),
                der.sequence(
                    der.octet_string(bytes(16)),
                    der.integer(rounds),
                    der.sequence(der.oid("1.2.156.10197.1.401.2"), b"\x05\x00"),
                ),
            ),
            der.sequence(der.oid("1.2.156.10197.1.104.2"), der.octet_string(bytes(16))),
        ),
    )
    return issuing.pem("ENCRYPTED PRIVATE KEY", der.sequence(algorithm, der.octet_string(bytes(160))))


def good_containers(walk: Walk) -> Seen:
    files = {"enc.key": encrypted_key(65_536), "own.jks": java_store("e7b6-long")}
    return walk.see(put(walk.folder / "containers", files), try_passwords=True)


def bad_files(walk: Walk) -> Seen:
    material, day = walk.material, timedelta(days=1)
    authority = material.authority
    other = issuing.Authority(NOW - day, NOW + timedelta(days=99), "Other")
    late = authority.issue("late", *SIGNS, ends=NOW - day, user_id=b"")
    twin = authority.issue("twin", *SIGNS, key=late.key)
    dual = authority.issue("dual", *SIGNS, spki=explicit_key())
    half = authority.issue("half", *ENCIPHERS)
    where = put(
        walk.folder / "bad",
        {
            "late.pem": late.certificate_pem + authority.issuer.certificate_pem,
            "twin.pem": twin.certificate_pem,
            "explicit.pem": dual.certificate_pem,
            "half.pem": half.certificate_pem,
            "rsa.pem": (material.folder / "rsa.pem").read_bytes(),
            "stray.key": issuing.pem("PRIVATE KEY", sm2.pkcs8(sm2.generate_private_key())),
            "ca.key.bak": authority.issuer.key_pem,
            "roots.pem": authority.root.certificate_pem + other.root.certificate_pem,
            "old.crl": issuing.revocation_list(
                authority.issuer_name, authority.issuer.key, (), NOW - 9 * day, NOW - day
            ),
            "bad.csr": issuing.request(issuing.name("new.bank.cn"), sm2.generate_private_key(), user_id=b""),
            "enveloped.key": envelope_for(authority.issuer.key),
            "stock.jks": java_store("changeit"),
        },
        0o644,
    )
    return walk.see(where, allowed_anchors=("CN=Test SM2 Root",), try_passwords=True, **walk.trust)


def good_cluster(walk: Walk) -> Seen:
    material = walk.material
    objects = (cluster.of("sign", material.signing), cluster.of("enc", material.encryption))
    return by_id(cluster.judged(walk.folder / "good-cluster", *objects, cluster.ingress("sign", "enc")))


def bad_cluster(walk: Walk) -> Seen:
    material = walk.material
    sign = cluster.secret("sign", material.signing.certificate_pem, material.encryption.key_pem)
    stray = cluster.config_map(tls=material.signing.key_pem.decode())
    return by_id(cluster.judged(walk.folder / "bad-cluster", sign, stray, cluster.ingress("sign")))


def encrypted_in_a_map(walk: Walk) -> Seen:
    stray = cluster.config_map(tls=encrypted_key(65_536).decode())
    return by_id(cluster.judged(walk.folder / "map", stray))


def fault(name: str) -> Callable[[Walk], Seen]:
    return lambda walk: walk.port(walk.tlcp(name))


def closed(walk: Walk) -> Seen:
    listener = walk.listening(lambda link: link.close())
    listener.close()
    return walk.port(listener)


SCENARIOS: dict[str, Callable[[Walk], Seen]] = {
    "tlcp": good_tlcp,
    "rfc8998": lambda walk: walk.port(walk.rfc8998()),
    "prefers sm": lambda walk: prefers(walk, "TLS_SM4_GCM_SM3:TLS_AES_128_GCM_SHA256"),
    "international": lambda walk: walk.port(walk.international(), profile="international-modern"),
    "mutual": good_mutual,
    "two addresses": lambda walk: two_addresses(walk, alike=True),
    "good files": good_files,
    "good containers": good_containers,
    "good cluster": good_cluster,
    "encrypted key in a map": encrypted_in_a_map,
    "http": lambda walk: walk.port(walk.listening(PEERS["http"]), deadline_s=3.0),
    "international where sm is due": international_where_sm_is_due,
    "yes to everything": lambda walk: walk.port(walk.listening(yes_man), deadline_s=8.0),
    "prefers international": lambda walk: prefers(walk, "TLS_AES_128_GCM_SHA256:TLS_SM4_GCM_SM3"),
    "lax tlcp": lax_tlcp,
    "old tlcp": old_tlcp,
    "bad pair": bad_pair,
    "one key": one_key,
    "another curve": another_curve,
    **{
        name: fault(name)
        for name in ("one certificate", "swapped pair", "forged key exchange", "bad finished", "answers tls")
    },
    "resumes anyone": fault("resumes anyone"),
    "silent refusals": fault("silent refusals"),
    "weak certificate": weak_certificate,
    "lax client": mutual,
    "lets anybody in": lambda walk: mutual(walk, asks_client=True),
    "rfc8998 with all": rfc8998_with_all,
    "early data": early_data,
    "unlike addresses": lambda walk: two_addresses(walk, alike=False),
    "bad files": bad_files,
    "bad cluster": bad_cluster,
    "closed port": closed,
    "silent port": lambda walk: walk.port(walk.listening(PEERS["silent"]), deadline_s=1.0),
    "empty folder": lambda walk: walk.see(put(walk.folder / "none", {})),
    "empty cluster": lambda walk: by_id(cluster.judged(walk.folder / "empty")),
}


@pytest.fixture
def walk(request: pytest.FixtureRequest, material: Material, tmp_path: Path) -> Walk:
    return Walk(request, material, tmp_path)


@pytest.mark.parametrize("scenario", GOOD)
def test_what_is_good_passes(scenario: str, walk: Walk) -> None:
    seen = SCENARIOS[scenario](walk)

    said = {each: seen[each] - {"not_applicable"} for each in GOOD[scenario]}
    assert said == {each: {"pass"} for each in GOOD[scenario]}


@pytest.mark.parametrize("scenario", BAD)
def test_what_is_bad_fails(scenario: str, walk: Walk) -> None:
    seen = SCENARIOS[scenario](walk)

    assert [each for each in BAD[scenario] if "fail" not in seen[each]] == []


@pytest.mark.parametrize("scenario", ABSENT)
def test_what_is_absent_passes_nothing_and_goes_in_no_silence(scenario: str, walk: Walk) -> None:
    seen = SCENARIOS[scenario](walk)

    assert {each for each, said in seen.items() if "pass" in said} == set()
    assert set().union(*seen.values()) <= {"not_assessed", "not_applicable"}
    if scenario != "empty cluster":
        assert "not_assessed" in set().union(*seen.values())


def test_every_check_has_a_good_and_a_bad_scenario() -> None:
    ids = {each.id for each in checks()}

    good = {each for names in GOOD.values() for each in names}
    bad = {each for names in BAD.values() for each in names}
    assert ids - good == set()
    assert ids - bad == NEVER_BAD
    assert (good | bad) - ids == set()
    assert set(SCENARIOS) == {*GOOD, *BAD, *ABSENT}


def test_every_row_of_both_tables_has_a_check() -> None:
    rows = {f"TLS-{number:03}" for number in range(1, 52)} | {f"CRT-{number:03}" for number in range(1, 23)}
    known = {alias for each in all_checks() for alias in each.aliases} | {
        KEY_IN_LAYER,
        KEY_ELSEWHERE,
        KEY_IN_REPOSITORY,
    }

    assert rows - known == set()
    assert any(each.stage == "code" and KEY_IN_REPOSITORY in each.aliases for each in all_checks())
    own = {alias for each in checks() for alias in each.aliases}
    assert rows - own <= ELSEWHERE.keys()
    assert all(Path(file).is_file() for file in ELSEWHERE.values())


def test_every_check_is_described_in_both_languages() -> None:
    for name, text in build_tls_checks.pages().items():
        assert (build_tls_checks.HERE / name).read_text("utf-8") == text, "run: python -m docs.build_tls_checks"
        assert all(f"`{each.id}`" in text for each in checks())
