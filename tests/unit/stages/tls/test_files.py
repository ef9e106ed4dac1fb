"""Certificates and keys at rest: a good, a bad and an absent one for each check, and files that are none."""

from __future__ import annotations

import base64
import hashlib
import struct
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.name import _ASN1Type
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import der, issuing, key_files, sm2
from auditor.formats.issuing import ENCIPHERS, SIGNS
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.tls.checks import checks
from tests.unit.stages.tls.conftest import NOW
from tests.unit.stages.tls.test_endpoints import STAGE, findings, verdict, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stages.tls.conftest import Material


def at(folder: Path, name: str, data: bytes, mode: int = 0o600) -> str:
    path = folder / name
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def sm_only(material: Material) -> dict[str, Any]:
    return {"profile": "sm-only", "trust": (str(material.folder / "root.pem"),)}


def international(bits: int = 2048, digest: hashes.HashAlgorithm | None = None) -> tuple[bytes, bytes]:
    """Return a self-signed RSA certificate and its key, PEM."""
    key = rsa.generate_private_key(65537, bits)
    name = cx509.Name([cx509.NameAttribute(cx509.NameOID.COMMON_NAME, "rsa")])
    made = (
        cx509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=100))
        .sign(key, digest or hashes.SHA256())  # type: ignore[arg-type]
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM), pem


# --- Certificates ----------------------------------------------------------------------------------------------------


def test_good_pair_passes(material: Material, tmp_path: Path) -> None:
    pair = material.signing.certificate_pem + material.encryption.certificate_pem
    where = at(tmp_path, "pair.pem", pair + material.authority.issuer.certificate_pem)

    found = findings(where, **sm_only(material))

    for alias in ("CRT-001", "CRT-006", "CRT-007", "CRT-008", "CRT-009", "CRT-010", "CRT-011"):
        assert verdict(found, alias) == "pass", alias
    assert not [each.id for each in found if each.verdict is Verdict.FAIL]


def test_bad_pairs_fail(material: Material, tmp_path: Path) -> None:
    authority, issuer = material.authority, material.authority.issuer.certificate_pem
    both = [authority.issue("localhost", *SIGNS, *ENCIPHERS) for _each in range(2)]
    one_key = authority.issue("localhost", *ENCIPHERS, key=material.signing.key)
    late = authority.issue("localhost", *ENCIPHERS, ends=NOW - timedelta(days=2))
    no_id = authority.issue("localhost", *SIGNS, user_id=b"")
    files = {
        "CRT-006": both[0].certificate_pem + both[1].certificate_pem,
        "CRT-007": material.signing.certificate_pem + one_key.certificate_pem,
        "CRT-009": material.signing.certificate_pem + late.certificate_pem,
        "CRT-010": no_id.certificate_pem + material.encryption.certificate_pem,
    }
    for alias, data in files.items():
        found = findings(at(tmp_path, f"{alias}.pem", data + issuer), **sm_only(material))

        assert "fail" in verdicts(found, alias), alias
        others = {other for other in files if other != alias and "fail" in verdicts(found, other)}
        assert not others, (alias, others)


def test_half_a_pair_fails_where_tlcp_may_be_used(material: Material, tmp_path: Path) -> None:
    where = at(tmp_path, "half.pem", material.encryption.certificate_pem + material.authority.issuer.certificate_pem)

    assert verdict(findings(where, **sm_only(material)), "CRT-006") == "fail"


def test_usual_orders_are_all_complete(material: Material, tmp_path: Path) -> None:
    signing, encryption = material.signing.certificate_pem, material.encryption.certificate_pem
    issuer = material.authority.issuer.certificate_pem
    for number, order in enumerate(((signing, issuer, encryption), (encryption, signing, issuer))):
        found = findings(at(tmp_path, f"{number}.pem", b"".join(order)), **sm_only(material))

        assert verdict(found, "CRT-006") == "pass"


def test_missing_issuer_is_not_assessed(material: Material, tmp_path: Path) -> None:
    where = at(tmp_path, "alone.pem", material.signing.certificate_pem)

    found = findings(where, profile="mixed")

    assert verdict(found, "CRT-010") == "not_assessed"
    assert verdict(found, "CRT-009") == "pass"


def test_weak_and_foreign_algorithms_fail(material: Material, tmp_path: Path) -> None:
    short, _key = international(1024)
    sound, _key = international(2048)

    assert verdict(findings(at(tmp_path, "short.pem", short)), "CRT-008") == "fail"
    assert verdict(findings(at(tmp_path, "sound.pem", sound)), "CRT-008") == "pass"
    assert verdict(findings(at(tmp_path, "sound.pem", sound), **sm_only(material)), "CRT-008") == "fail"


def test_explicit_curve_fails(material: Material, tmp_path: Path) -> None:
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(sm2.P))
    spki = der.sequence(
        der.sequence(der.oid(sm2.OID_EC_KEY), der.sequence(der.integer(1), field)),
        der.bit_string(sm2.point_to_octets(sm2.G)),
    )
    made = material.authority.issue("odd", *SIGNS, spki=spki)

    assert verdict(findings(at(tmp_path, "explicit.pem", made.certificate_pem)), "CRT-011") == "fail"


def test_every_container_is_read(material: Material, tmp_path: Path) -> None:
    pem, key = international()
    certificate = cx509.load_pem_x509_certificate(pem)
    private = serialization.load_pem_private_key(key, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    forms = {
        "a.der": certificate.public_bytes(serialization.Encoding.DER),
        "a.p7b": pkcs7.serialize_certificates([certificate], serialization.Encoding.DER),
        "a.p7c": pkcs7.serialize_certificates([certificate], serialization.Encoding.PEM),
        "a.b64": base64.encodebytes(certificate.public_bytes(serialization.Encoding.DER)),
        "a.crt": b"-----BEGIN X509 CERTIFICATE-----" + pem.split(b"-----")[2] + b"-----END X509 CERTIFICATE-----",
    }
    for name, data in forms.items():
        found = key_files.read(data)
        assert [each.subject_text for each in found.certificates] == ["CN=rsa"], name
        assert not found.problems, name
    del material, tmp_path


# --- Keys ------------------------------------------------------------------------------------------------------------


def test_key_in_the_clear_that_all_can_read_fails(material: Material, tmp_path: Path) -> None:
    at(tmp_path, "server.pem", material.signing.certificate_pem)
    at(tmp_path, "server.key", material.signing.key_pem, 0o644)

    found = findings(str(tmp_path), **sm_only(material))

    assert (verdict(found, "CRT-002"), verdict(found, "CRT-005"), verdict(found, "CRT-012")) == ("fail", "pass", "fail")
    assert (verdict(found, "CRT-014"), verdict(found, "CRT-022")) == ("pass", "pass")


def test_key_of_another_certificate_of_an_authority_and_a_copy_fail(material: Material, tmp_path: Path) -> None:
    at(tmp_path, "server.pem", material.encryption.certificate_pem)
    at(tmp_path, "server.key", material.signing.key_pem)
    assert verdict(findings(str(tmp_path), **sm_only(material)), "CRT-005") == "fail"

    at(tmp_path, "ca.pem", material.authority.issuer.certificate_pem)
    at(tmp_path, "ca.key.bak", material.authority.issuer.key_pem)
    found = findings(str(tmp_path), **sm_only(material))

    assert "fail" in verdicts(found, "CRT-014")
    assert "fail" in verdicts(found, "CRT-022")


@pytest.mark.parametrize(
    ("algorithm", "verdict_due"),
    [
        ("PBESv2SHA256AndAES256CBC", "pass"),
        ("PBESv1SHA1And3KeyTripleDESCBC", "fail"),
    ],
)
def test_protection_of_a_key_file_is_judged(algorithm: str, verdict_due: str, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    rounds = 20_000 if verdict_due == "pass" else 2_000
    builder = serialization.PrivateFormat.PKCS12 if "PBESv1" in algorithm else None
    if builder:
        fields = der.sequence(
            der.sequence(
                der.oid("1.2.840.113549.1.5.3"), der.sequence(der.octet_string(bytes(8)), der.integer(rounds))
            ),
            der.octet_string(bytes(64)),
        )
        data = issuing.pem("ENCRYPTED PRIVATE KEY", fields)
    else:
        data = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"a good one"),
        )
        read = key_files.read(data).keys[0]
        assert "AES-256-CBC" in read.protection
        verdict_due = "fail" if read.is_weak else "pass"

    found = findings(at(tmp_path, "server.key", data))

    assert verdict(found, "CRT-012") == verdict_due
    assert verdict(found, "CRT-005") == "not_assessed"  # its public key cannot be seen


def test_old_encrypted_pem_is_weak(tmp_path: Path) -> None:
    data = (
        b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,0011223344556677\n\n"
        + base64.encodebytes(bytes(64))
        + b"-----END RSA PRIVATE KEY-----\n"
    )

    assert verdict(findings(at(tmp_path, "old.key", data)), "CRT-012") == "fail"


# --- Containers ------------------------------------------------------------------------------------------------------


def java_store(password: str) -> bytes:
    data = struct.pack(">III", 0xFEEDFEED, 2, 0)
    return data + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()  # noqa: S324


def test_store_that_opens_with_a_stock_password_fails_where_they_may_be_tried(tmp_path: Path) -> None:
    stock, own = at(tmp_path, "stock.jks", java_store("changeit")), at(tmp_path, "own.jks", java_store("e7b6-long"))

    assert verdict(findings(stock, try_passwords=True), "CRT-013") == "fail"
    assert verdict(findings(own, try_passwords=True), "CRT-013") == "pass"
    assert verdict(findings(stock), "CRT-013") == "not_applicable"


def test_pkcs12_with_a_stock_password_fails(tmp_path: Path) -> None:
    pem, key = international()
    private = serialization.load_pem_private_key(key, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    data = pkcs12.serialize_key_and_certificates(
        b"a", private, cx509.load_pem_x509_certificate(pem), None, serialization.BestAvailableEncryption(b"123456")
    )

    found = findings(at(tmp_path, "a.p12", data), try_passwords=True)

    assert verdict(found, "CRT-013") == "fail"


def test_envelope_beside_its_key_fails(material: Material, tmp_path: Path) -> None:
    private = sm2.generate_private_key()
    wrapped = sm2.encrypt(sm2.public_key(material.signing.key), bytes(16)).to_der()
    envelope = der.sequence(
        der.sequence(der.oid("1.2.156.10197.1.104.1"), b"\x05\x00"),
        wrapped,
        der.bit_string(sm2.point_to_octets(sm2.public_key(private))),
        der.bit_string(bytes(32)),
    )
    at(tmp_path, "enc.key", envelope)
    assert verdict(findings(str(tmp_path)), "CRT-021") == "pass"

    at(tmp_path, "sign.key", material.signing.key_pem)
    assert verdict(findings(str(tmp_path)), "CRT-021") == "fail"


def test_cfca_file_is_recognised(material: Material, tmp_path: Path) -> None:
    data_oid = der.oid("1.2.156.10197.6.1.4.2.1")
    key = der.sequence(data_oid, der.oid("1.2.156.10197.1.104"), der.octet_string(bytes(48)))
    certificate = der.sequence(data_oid, der.octet_string(material.signing.der))
    data = base64.b64encode(der.sequence(der.integer(1), key, certificate))

    found = key_files.read(data)

    assert [each.form for each in found.stores] == ["CFCA SM2"]
    assert [each.subject_text for each in found.certificates] == ["CN=localhost"]
    assert verdict(findings(at(tmp_path, "user.sm2", data)), "CRT-001") == "pass"


def test_trust_store_with_a_stranger_fails(material: Material, tmp_path: Path) -> None:
    other = issuing.Authority(NOW - timedelta(days=1), NOW + timedelta(days=99), "Other")
    store = at(tmp_path, "roots.pem", material.authority.root.certificate_pem + other.root.certificate_pem)

    assert verdict(findings(store, allowed_anchors=("CN=Test SM2 Root",)), "CRT-015") == "fail"
    assert verdict(findings(store, allowed_anchors=("CN=Test SM2 Root", "CN=Other Root")), "CRT-015") == "pass"
    assert verdict(findings(store), "CRT-015") == "not_applicable"


def test_lists_are_judged_by_date_and_signature(material: Material, tmp_path: Path) -> None:
    authority = material.authority
    day = timedelta(days=1)
    name, key = authority.issuer_name, authority.issuer.key
    good = issuing.revocation_list(name, key, (5,), NOW - day, NOW + day)
    old = issuing.revocation_list(name, key, (5,), NOW - 9 * day, NOW - day)
    no_id = issuing.revocation_list(name, key, (), NOW - day, NOW + day, user_id=b"")
    wanted = {"trust": (str(material.folder / "ca.pem"),)}

    assert verdict(findings(at(tmp_path, "good.crl", good), **wanted), "CRT-016") == "pass"
    assert verdict(findings(at(tmp_path, "old.crl", old), **wanted), "CRT-016") == "fail"
    assert verdict(findings(at(tmp_path, "noid.crl", no_id), **wanted), "CRT-016") == "fail"
    assert verdict(findings(at(tmp_path, "good.crl", good)), "CRT-016") == "not_assessed"


def test_requests_are_judged_under_their_own_key(material: Material, tmp_path: Path) -> None:
    del material
    name, key = issuing.name("new.bank.cn"), sm2.generate_private_key()
    good, bad = issuing.request(name, key), issuing.request(name, key, user_id=b"")

    assert verdict(findings(at(tmp_path, "good.csr", good)), "CRT-020") == "pass"
    assert verdict(findings(at(tmp_path, "bad.csr", bad)), "CRT-020") == "fail"


# --- Files that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing of the trade",
        b"-----BEGIN CERTIFICATE-----\nnot base64 at all!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n",
        b"\x30\x80\x02\x01\x01\x00\x00",
        bytes.fromhex("feedfeed00000002ffffffff"),
        bytes(10_000_000),
    ],
)
def test_no_check_passes_on_a_file_that_is_none(data: bytes, tmp_path: Path) -> None:
    found = findings(at(tmp_path, "odd.pem", data))

    assert not [each.id for each in found if each.verdict is Verdict.PASS]
    assert verdict(found, "CRT-009") == "not_assessed"


def test_folder_without_anything_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing", encoding="utf-8")

    assert verdict(findings(str(tmp_path)), "CRT-009") == "not_assessed"


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=500))
def test_any_file_is_read(data: bytes) -> None:
    key_files.read(data)
    key_files.read(issuing.pem("CERTIFICATE", data) + issuing.pem("PRIVATE KEY", data) + issuing.pem("PKCS7", data))


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_java_store_is_read(data: bytes) -> None:
    found = key_files.read(b"\xfe\xed\xfe\xed\x00\x00\x00\x02" + data)

    assert found.stores


# --- What other tools get wrong --------------------------------------------------------------------------------------


def named(common_name: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> cx509.Name:
    return cx509.Name([cx509.NameAttribute(cx509.NameOID.COMMON_NAME, common_name, _type=kind)])


RSA = {name: rsa.generate_private_key(65537, 2048) for name in ("root", "issuer", "leaf")}


def issued(
    subject: cx509.Name, key: str, issuer: cx509.Name, by: str, *names: str, is_ca: bool = False
) -> cx509.Certificate:
    made = (
        cx509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(RSA[key].public_key())
        .serial_number(cx509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=100))
        .add_extension(cx509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if names:
        made = made.add_extension(cx509.SubjectAlternativeName([cx509.DNSName(each) for each in names]), critical=False)
    return made.sign(RSA[by], hashes.SHA256())


def text(*certificates: cx509.Certificate) -> bytes:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def by_hand(
    issuer: bytes,
    signer: str,
    digest: hashes.HashAlgorithm,
    *,
    inside: bytes,
    outside: bytes = b"",
    spki: bytes = b"",
    subject: bytes = b"",
    is_ca: bool = False,
    has_names: bool = False,
    pss: bool = False,
) -> bytes:
    """Return a certificate signed by RSA whose algorithm identifiers say what they are told to; PEM."""
    own = spki or RSA["leaf"].public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    validity = der.sequence(*(issuing.time(NOW + timedelta(days=days)) for days in (-1, 100)))
    extensions = [issuing.authority()] if is_ca else []
    extensions += [issuing.alternative_names()] if has_names or not is_ca else []
    more = der.tagged(0xA3, der.sequence(*extensions))
    version = der.tagged(0xA0, der.integer(2))
    tbs = der.sequence(version, der.integer(9), inside, issuer, validity, subject or issuing.name("by hand"), own, more)
    way: padding.AsymmetricPadding = padding.PKCS1v15()
    if pss:
        way = padding.PSS(padding.MGF1(digest), digest.digest_size)
    signature = RSA[signer].sign(tbs, way, digest)
    octets = der.sequence(tbs, outside or inside, der.bit_string(signature))
    return issuing.pem("CERTIFICATE", octets)


def algorithm(oid: str, parameters: bytes = b"\x05\x00") -> bytes:
    return der.sequence(der.oid(oid), parameters)


WEAK = hashes.SHA1()  # noqa: S303 - what certificates of old bear
SHA1, SHA256, PSS = "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.10"


def test_issuer_is_found_whatever_its_name_is_written_in(tmp_path: Path) -> None:
    root = issued(named("Root"), "root", named("Root"), "root", is_ca=True)
    issuer = issued(named("Issuer One", _ASN1Type.PrintableString), "issuer", named("Root"), "root", is_ca=True)
    leaf = issued(named("leaf"), "leaf", named("ISSUER  one"), "issuer")

    found = findings(at(tmp_path, "chain.pem", text(leaf, issuer, root)))

    assert verdict(found, "CRT-010") == "pass"


def test_hash_of_pss_is_read_from_its_parameters(tmp_path: Path) -> None:
    root = named("Root").public_bytes()
    ca = text(issued(named("Root"), "root", named("Root"), "root", is_ca=True))
    silent = by_hand(root, "root", WEAK, inside=algorithm(PSS, der.sequence()), pss=True)
    sha256 = der.sequence(der.tagged(0xA0, algorithm("2.16.840.1.101.3.4.2.1")))
    loud = by_hand(root, "root", hashes.SHA256(), inside=algorithm(PSS, sha256), pss=True)
    lying = by_hand(root, "root", hashes.SHA384(), inside=algorithm(PSS, sha256), pss=True)

    assert "fail" in verdicts(findings(at(tmp_path, "silent.pem", silent + ca)), "CRT-008")
    found = findings(at(tmp_path, "loud.pem", loud + ca))
    assert (verdict(found, "CRT-008"), verdict(found, "CRT-010")) == ("pass", "pass")
    assert "fail" in verdicts(findings(at(tmp_path, "lying.pem", lying + ca)), "CRT-010")


def test_own_signature_of_a_root_may_be_weak_and_that_of_a_leaf_may_not(tmp_path: Path) -> None:
    name, weak = named("Old").public_bytes(), algorithm(SHA1)
    spki = (
        RSA["root"]
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    root = by_hand(name, "root", WEAK, inside=weak, spki=spki, subject=name, is_ca=True)
    good = text(issued(named("leaf"), "leaf", named("Old"), "root"))
    bad = by_hand(name, "root", WEAK, inside=weak)

    assert verdict(findings(at(tmp_path, "good.pem", good + root)), "CRT-008") == "pass"
    failed = [
        each.subject
        for each in findings(at(tmp_path, "bad.pem", bad + root))
        if "CRT-008" in each.aliases and each.verdict is Verdict.FAIL
    ]
    assert failed == ["bad.pem: leaf certificate CN=by hand"]


def test_server_that_signs_itself_is_no_root_though_it_says_so(tmp_path: Path) -> None:
    name, weak = named("gw.bank.cn").public_bytes(), algorithm(SHA1)
    spki = (
        RSA["root"]
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    own = by_hand(name, "root", WEAK, inside=weak, spki=spki, subject=name, is_ca=True, has_names=True)

    assert verdict(findings(at(tmp_path, "own.pem", own)), "CRT-008") == "fail"


def test_two_algorithms_in_one_certificate_fail(tmp_path: Path) -> None:
    root = issued(named("Root"), "root", named("Root"), "root", is_ca=True)
    mixed = by_hand(
        named("Root").public_bytes(),
        "root",
        hashes.SHA384(),
        inside=algorithm(SHA256),
        outside=algorithm("1.2.840.113549.1.1.12"),
    )

    assert "fail" in verdicts(findings(at(tmp_path, "mixed.pem", mixed + text(root))), "CRT-010")


@pytest.mark.parametrize("oid", ["1.2.840.10045.4.3.2", "1.2.156.10197.1.503"], ids=["ECDSA", "SM2 with SHA-256"])
def test_sm2_key_under_another_signature_fails(oid: str, material: Material, tmp_path: Path) -> None:
    issuer = material.authority.issuer
    validity = der.sequence(*(issuing.time(NOW + timedelta(days=days)) for days in (-1, 100)))
    other = der.sequence(der.oid(oid))
    spki, usage = sm2.spki(sm2.public_key(material.signing.key)), der.tagged(0xA3, der.sequence(issuing.usage(*SIGNS)))
    version, name = der.tagged(0xA0, der.integer(2)), issuing.name("other")
    tbs = der.sequence(version, der.integer(9), other, issuing.name("Test SM2 Issuer"), validity, name, spki, usage)
    made = issuing.pem("CERTIFICATE", der.sequence(tbs, other, der.bit_string(sm2.sign(issuer.key, tbs))))

    for options in (sm_only(material), {"profile": "mixed"}):
        assert "fail" in verdicts(findings(at(tmp_path, "o.pem", made), **options), "CRT-008")


@pytest.mark.parametrize("form", ["PSS", "compressed"])
def test_key_belongs_to_its_certificate_whatever_it_is_written_as(form: str, tmp_path: Path) -> None:
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = RSA["leaf"]
    plain = serialization.PublicFormat.SubjectPublicKeyInfo
    if form == "PSS":
        inner = der.read(private.public_key().public_bytes(serialization.Encoding.DER, plain)).sequence(2)[1]
        spki = der.sequence(der.sequence(der.oid(PSS)), inner.raw)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        curve = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7"))
        spki = der.sequence(curve, der.bit_string(point))
    key = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    root = named("Root").public_bytes()
    data = by_hand(root, "root", hashes.SHA256(), inside=algorithm(SHA256), spki=spki)

    assert verdict(findings(at(tmp_path, "both.pem", data + key)), "CRT-005") == "pass"


def test_halves_of_a_pair_in_two_files_are_a_pair(material: Material, tmp_path: Path) -> None:
    at(tmp_path, "server_sign.crt", material.signing.certificate_pem)
    at(tmp_path, "server_enc.crt", material.encryption.certificate_pem)

    found = findings(str(tmp_path), **sm_only(material))

    (said,) = [each for each in found if "CRT-006" in each.aliases]
    assert (said.verdict.value, said.subject) == ("pass", "server_sign.crt + server_enc.crt")


def test_halves_of_two_holders_are_no_pair(material: Material, tmp_path: Path) -> None:
    at(tmp_path, "server_sign.crt", material.signing.certificate_pem)
    at(tmp_path, "other_enc.crt", material.authority.issue("other", *ENCIPHERS).certificate_pem)

    found = [each for each in findings(str(tmp_path), **sm_only(material)) if "CRT-006" in each.aliases]

    assert {each.subject: each.verdict.value for each in found} == {"server_sign.crt": "fail", "other_enc.crt": "fail"}


def test_pkcs12_that_is_not_opened_leaves_its_certificates_open(tmp_path: Path) -> None:
    leaf = issued(named("leaf"), "leaf", named("leaf"), "leaf")
    encryption = serialization.BestAvailableEncryption(b"nobody knows")
    store = pkcs12.serialize_key_and_certificates(b"n", RSA["leaf"], leaf, None, encryption)

    found = findings(at(tmp_path, "store.p12", store))

    assert {verdict(found, alias) for alias in ("CRT-005", "CRT-008", "CRT-009", "CRT-010")} == {"not_assessed"}


def test_list_of_revoked_certificates_counts_for_files(tmp_path: Path) -> None:
    root = issued(named("Root"), "root", named("Root"), "root", is_ca=True)
    bad, good = (issued(named(name), "leaf", named("Root"), "root") for name in ("bad", "good"))
    entry = cx509.RevokedCertificateBuilder().serial_number(bad.serial_number).revocation_date(NOW).build()
    made = (
        cx509.CertificateRevocationListBuilder()
        .issuer_name(named("Root"))
        .last_update(NOW - timedelta(days=1))
        .next_update(NOW + timedelta(days=10))
        .add_revoked_certificate(entry)
        .sign(RSA["root"], hashes.SHA256())
    )
    revoked = at(tmp_path, "root.crl", made.public_bytes(serialization.Encoding.PEM))
    folder = tmp_path / "served"
    folder.mkdir()
    for name, each in (("bad", bad), ("good", good)):
        where = at(folder, f"{name}.pem", text(each, root))
        assert verdict(findings(where, crl=(revoked,)), "TLS-027") == {"bad": "fail", "good": "pass"}[name]
        assert verdict(findings(where), "TLS-027") == "not_applicable"


@pytest.mark.parametrize(
    ("names", "due"),
    [
        (("*.b.example.cn",), "pass"),
        (("*.example.cn",), "fail"),
        ((), "fail"),
        (("a*.b.example.cn",), "fail"),
        (("A.B.Example.CN",), "pass"),
    ],
)
def test_file_covers_the_name_that_is_given(names: tuple[str, ...], due: str, tmp_path: Path) -> None:
    where = at(tmp_path, "leaf.pem", text(issued(named("a.b.example.cn"), "leaf", named("Root"), "root", *names)))

    assert verdict(findings(where, server_name="a.b.example.cn"), "TLS-025") == due
    assert verdict(findings(where), "TLS-025") == "not_applicable"


def test_key_in_one_line_of_an_environment_file_is_found(tmp_path: Path) -> None:
    _certificate, key = international()
    line = key.decode().strip().replace("\n", "\\n")
    at(tmp_path, "app.env", f'TLS_KEY="{line}"\n'.encode())
    at(tmp_path, "cut.env", f'TLS_KEY="{line[:200]}!-----END PRIVATE KEY-----"\n'.encode())

    found = {each.subject: each.verdict.value for each in findings(str(tmp_path)) if "CRT-012" in each.aliases}

    assert found == {"app.env": "fail", "cut.env": "not_assessed"}


def test_public_keys_and_parameters_beside_certificates_cost_nothing(material: Material, tmp_path: Path) -> None:
    at(tmp_path, "pair.pem", material.signing.certificate_pem + material.encryption.certificate_pem)
    public = RSA["leaf"].public_key()
    for name, form in (
        ("pub.pem", serialization.PublicFormat.SubjectPublicKeyInfo),
        ("rsa.pem", serialization.PublicFormat.PKCS1),
    ):
        at(tmp_path, name, public.public_bytes(serialization.Encoding.PEM, form))
        at(tmp_path, f"{name}.der", public.public_bytes(serialization.Encoding.DER, form))
    at(tmp_path, "sm2.pem", issuing.pem("PUBLIC KEY", sm2.spki(sm2.public_key(7))))
    at(
        tmp_path,
        "dhparam.pem",
        issuing.pem("DH PARAMETERS", der.sequence(der.integer((1 << 2048) - 1), der.integer(2))),
    )

    found = findings(str(tmp_path), **sm_only(material))

    assert {verdict(found, alias) for alias in ("CRT-006", "CRT-008", "CRT-009")} == {"pass"}


def test_links_are_followed_inside_the_folder_and_told_outside(material: Material, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "served", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    at(folder, "pair.pem", material.signing.certificate_pem + material.encryption.certificate_pem)
    (folder / "current.pem").symlink_to("pair.pem")
    assert verdict(findings(str(folder), **sm_only(material)), "CRT-009") == "pass"

    (folder / "server.key").symlink_to(at(elsewhere, "server.key", material.signing.key_pem))
    found = findings(str(folder), **sm_only(material))

    assert "not_assessed" in verdicts(found, "CRT-005")
    assert not [each for each in found if "server.key" in each.subject and each.verdict is Verdict.PASS]


def test_halves_that_are_parts_of_one_system_are_a_pair(material: Material, tmp_path: Path) -> None:
    parts = tuple(
        Part(kind="tls", where=at(tmp_path, name, each.certificate_pem), options={"profile": "sm-only"})
        for name, each in (("sign.pem", material.signing), ("enc.pem", material.encryption))
    )
    target = System(name="gate", parts=parts)
    items = list(STAGE.observe(target, Facts()))
    known = Facts((each for each in items if isinstance(each, Fact)), (each for each in items if isinstance(each, Gap)))

    found = [each for each in judge(checks(), known, target) if "CRT-006" in each.aliases]

    assert {each.subject: each.verdict.value for each in found} == {"sign.pem": "pass", "enc.pem": "pass"}


# --- Files of other names and encodings ------------------------------------------------------------------------------


def expired() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = cx509.Name([cx509.NameAttribute(cx509.NameOID.COMMON_NAME, "old")])
    made = cx509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(9)
    made = made.not_valid_before(NOW - timedelta(days=300)).not_valid_after(NOW - timedelta(days=2))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    "name", ["server.cert", "fullchain.txt", "ca-bundle", "haproxy.conf", "web.pem.1", "list.yaml"]
)
def test_certificates_in_files_of_other_names_are_seen(tmp_path: Path, name: str) -> None:
    at(tmp_path, "good.pem", international()[0])
    at(tmp_path, name, b"# bundle\n" + expired())

    assert "fail" in verdicts(findings(str(tmp_path)), "CRT-009")


@pytest.mark.parametrize("name", ["example.py", "README.md"])
def test_examples_in_programs_and_papers_are_not(tmp_path: Path, name: str) -> None:
    at(tmp_path, "good.pem", international()[0])
    at(tmp_path, name, expired())

    assert "fail" not in verdicts(findings(str(tmp_path)), "CRT-009")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_text_of_windows_editors_is_read(tmp_path: Path, encoding: str) -> None:
    at(tmp_path, "old.pem", expired().decode().encode(encoding))
    at(tmp_path, "k.key", international()[1].decode().encode(encoding))

    found = findings(str(tmp_path))

    assert "fail" in verdicts(found, "CRT-009")
    assert "fail" in verdicts(found, "CRT-012")


def test_short_primes_of_diffie_hellman_are_a_gap() -> None:
    def parameters(bits: int) -> bytes:
        body = der.sequence(der.integer((1 << bits) - 1), der.integer(2))
        return b"-----BEGIN DH PARAMETERS-----\n" + base64.encodebytes(body) + b"-----END DH PARAMETERS-----\n"

    assert key_files.read(parameters(1024)).problems == [
        "DH parameters of 1024 bits: servers that use them are to be asked"
    ]
    assert not key_files.read(parameters(2048)).problems


def test_two_halves_of_different_holders_are_no_pair(material: Material, tmp_path: Path) -> None:
    other = material.authority.issue("somebody else", *ENCIPHERS)
    issuer = material.authority.issuer.certificate_pem
    good = at(tmp_path, "good.pem", material.signing.certificate_pem + material.encryption.certificate_pem + issuer)
    bad = at(tmp_path, "bad.pem", material.signing.certificate_pem + other.certificate_pem + issuer)

    assert verdict(findings(good, **sm_only(material)), "CRT-006") == "pass"
    assert verdict(findings(bad, **sm_only(material)), "CRT-006") == "fail"
