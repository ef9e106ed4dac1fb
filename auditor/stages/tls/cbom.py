"""The cryptography of an endpoint or a file as a CBOM: CycloneDX 1.6 with cryptographic assets. Pure.

What is foreign where SM is due, and how far the key agreement is ready for quantum computers, stands in properties.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import __version__
from auditor.formats import tls_suites as points
from auditor.stages.code.facts import CodeMatch
from auditor.stages.image.facts import ImageFile
from auditor.stages.sbom.facts import Component
from auditor.stages.tls.facts import Answer, Certificate, Expectation
from auditor.stages.tls.judging import FORBIDDEN, level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.model.fact import Fact

SUITE_QUESTIONS: Final = {
    "tlcp suites": "TLCP 1.1",
    "tlcp retired": "TLCP 1.1",
    "rfc8998 suites": "TLS 1.3 (RFC 8998)",
    "tls13 suites": "TLS 1.3",
    "tls12 suites": "TLS 1.2",
    "tls11 suites": "TLS 1.1",
    "tls10 suites": "TLS 1.0",
    "ssl3 suites": "SSL 3.0",
}


@dataclass(frozen=True, slots=True)
class _Algorithm:
    """An algorithm by its name in the registry of CycloneDX.

    Attributes:
        name: Its name.
        primitive: What it is for.
        oid: Object identifier, empty where none is given.
        level: Security level against classical computers, in bits.
        quantum: Level against quantum computers (NIST category), 0 for none.
    """

    name: str
    primitive: str
    oid: str = ""
    level: int | None = None
    quantum: int = 0


_KNOWN: Final = (
    (r"SM4_GCM|SM4_CCM", _Algorithm("SM4", "ae", "1.2.156.10197.1.104", 128, 1)),
    (r"SM4", _Algorithm("SM4", "block-cipher", "1.2.156.10197.1.104", 128, 1)),
    (r"SM1_", _Algorithm("SM1", "block-cipher", "1.2.156.10197.1.102")),
    (r"SM3\b|_SM3", _Algorithm("SM3", "hash", "1.2.156.10197.1.401", 128, 2)),
    (r"^E?CC_|^ECDHE_SM|curveSM2|SM2", _Algorithm("SM2", "key-agree", "1.2.156.10197.1.301", 128)),
    (r"IBC_|IBSDH_", _Algorithm("SM9", "key-agree", "1.2.156.10197.1.302", 128)),
    (r"AES_128_(GCM|CCM)", _Algorithm("AES-128", "ae", "2.16.840.1.101.3.4.1", 128, 1)),
    (r"AES_256_(GCM|CCM)", _Algorithm("AES-256", "ae", "2.16.840.1.101.3.4.1", 256, 5)),
    (r"AES_128_CBC", _Algorithm("AES-128", "block-cipher", "2.16.840.1.101.3.4.1", 128, 1)),
    (r"AES_256_CBC", _Algorithm("AES-256", "block-cipher", "2.16.840.1.101.3.4.1", 256, 5)),
    (r"CHACHA20_POLY1305", _Algorithm("ChaCha20-Poly1305", "ae", "1.2.840.113549.1.9.16.3.18", 256, 5)),
    (r"CAMELLIA", _Algorithm("CAMELLIA", "block-cipher", "", 128, 1)),
    (r"ARIA", _Algorithm("ARIA", "block-cipher", "", 128, 1)),
    (r"3DES", _Algorithm("3DES", "block-cipher", "1.2.840.113549.3.7", 112)),
    (r"_DES_|_DES40_", _Algorithm("DES", "block-cipher", "1.3.14.3.2.7", 56)),
    (r"RC4", _Algorithm("RC4", "stream-cipher", "1.2.840.113549.3.4", 0)),
    (r"RC2", _Algorithm("RC2", "block-cipher", "1.2.840.113549.3.2", 40)),
    (r"IDEA", _Algorithm("IDEA", "block-cipher", "", 126)),
    (r"SEED", _Algorithm("SEED", "block-cipher", "", 128, 1)),
    (r"SHA384", _Algorithm("SHA-384", "hash", "2.16.840.1.101.3.4.2.2", 192, 4)),
    (r"SHA256", _Algorithm("SHA-256", "hash", "2.16.840.1.101.3.4.2.1", 128, 2)),
    (r"_SHA$", _Algorithm("SHA-1", "hash", "1.3.14.3.2.26", 63)),
    (r"MD5", _Algorithm("MD5", "hash", "1.2.840.113549.2.5", 0)),
    (r"TLS_ECDHE_|TLS_ECDH_", _Algorithm("ECDH", "key-agree", "1.3.132.1.12", 128)),
    (r"TLS_DHE_|TLS_DH_", _Algorithm("FFDH", "key-agree", "1.2.840.113549.1.3.1", 112)),
    (r"TLS_RSA_|^RSA_", _Algorithm("RSA", "pke", "1.2.840.113549.1.1.1", 112)),
    (r"x25519", _Algorithm("x25519", "key-agree", "1.3.101.110", 128)),
    (r"x448", _Algorithm("x448", "key-agree", "1.3.101.111", 224)),
    (r"secp|brainpool", _Algorithm("ECDH", "key-agree", "1.3.132.1.12", 128)),
    (r"ffdhe", _Algorithm("FFDH", "key-agree", "1.2.840.113549.1.3.1", 112)),
    (r"MLKEM768", _Algorithm("ML-KEM-768", "kem", "2.16.840.1.101.3.4.4.2", 192, 3)),
    (r"MLKEM1024", _Algorithm("ML-KEM-1024", "kem", "2.16.840.1.101.3.4.4.3", 256, 5)),
)
_SM: Final = frozenset({"SM1", "SM2", "SM3", "SM4", "SM9"})
_HYBRID: Final = "MLKEM"
_OCCURRENCES: Final = 1000


def algorithms(name: str) -> list[_Algorithm]:
    """Return the algorithms that the name of a suite, group or scheme stands for, each once."""
    found: dict[str, _Algorithm] = {}
    for pattern, algorithm in _KNOWN:
        if re.search(pattern, name):
            found.setdefault(algorithm.name, algorithm)
    return list(found.values())


_IN_CODE: Final = (
    (r"(?i)md5", _Algorithm("MD5", "hash", "1.2.840.113549.2.5", 0)),
    (r"(?i)sha-?_?1\b|sha1", _Algorithm("SHA-1", "hash", "1.3.14.3.2.26", 63)),
    (r"(?i)sha-?_?(?:2_)?256", _Algorithm("SHA-256", "hash", "2.16.840.1.101.3.4.2.1", 128, 2)),
    (r"(?i)sha-?_?(?:2_)?384", _Algorithm("SHA-384", "hash", "2.16.840.1.101.3.4.2.2", 192, 4)),
    (r"(?i)sha-?_?(?:2_)?512", _Algorithm("SHA-512", "hash", "2.16.840.1.101.3.4.2.3", 256, 5)),
    (r"(?i)\bsm3\b", _Algorithm("SM3", "hash", "1.2.156.10197.1.401", 128, 2)),
    (r"(?i)\bsm4\b", _Algorithm("SM4", "block-cipher", "1.2.156.10197.1.104", 128, 1)),
    (r"(?i)\bsm2\b", _Algorithm("SM2", "signature", "1.2.156.10197.1.301", 128)),
    (r"(?i)\baes", _Algorithm("AES", "block-cipher", "2.16.840.1.101.3.4.1", 128, 1)),
    (r"(?i)triple_?des|3des|des-?ede3|\bdes3\b", _Algorithm("3DES", "block-cipher", "1.2.840.113549.3.7", 112)),
    (r"(?i)\bdes\b", _Algorithm("DES", "block-cipher", "1.3.14.3.2.7", 56)),
    (r"(?i)rc4|arc4", _Algorithm("RC4", "stream-cipher", "1.2.840.113549.3.4", 0)),
    (r"(?i)blowfish", _Algorithm("Blowfish", "block-cipher", "", 64)),
    (r"(?i)chacha20", _Algorithm("ChaCha20-Poly1305", "ae", "1.2.840.113549.1.9.16.3.18", 256, 5)),
    (r"(?i)\brsa", _Algorithm("RSA", "pke", "1.2.840.113549.1.1.1", 112)),
    (r"(?i)ecdsa|\bES(?:256|384|512)\b", _Algorithm("ECDSA", "signature", "1.2.840.10045.4.3", 128)),
    (r"(?i)ed25519|eddsa", _Algorithm("Ed25519", "signature", "1.3.101.112", 128)),
)
"""Algorithms by what a rule for source code matched."""
CAPABILITIES: Final = frozenset(
    {"weak-hash", "weak-cipher", "weak-key", "non-sm-hash", "non-sm-cipher", "non-sm-signature", "sm4-mode"}
)
_LIBRARIES: Final = re.compile(
    r"(?i)^(?:(?:lib)?(?:openssl|ssl[\d.]*t?\d*|gnutls[\d]*|gcrypt\d*|mbedtls|wolfssl|sodium\d*|nss3?|gmssl|tongsuo)(?:-\w+)?"
    r"|cryptography|pyopenssl|pycryptodomex?|pynacl|gmssl|tongsuopy|bc(?:prov|pkix|tls)[-\w]*|crypto-js|sm-crypto"
    r"|node-forge|github\.com/(?:tjfoc|emmansun)/gmsm|golang\.org/x/crypto|rustls|ring)$"
)
"""Libraries of cryptography by name, as distributions and registries call them."""


def document(subject: str, known: Iterable[Fact], beside: Iterable[Fact] = ()) -> bytes:
    """Return the CBOM of one endpoint or file, the same bytes for the same facts.

    Args:
        subject: The endpoint or file.
        known: Facts about it.
        beside: Facts of other stages about the system that it belongs to: matches in code, components, files of images.
    """
    facts = list(known)
    wanted = next((each for each in facts if isinstance(each, Expectation)), None)
    is_due = wanted is not None and wanted.needs_sm
    made = _Components(is_due, wanted)
    for each in facts:
        if isinstance(each, Answer) and each.question in SUITE_QUESTIONS and each.codes:
            made.protocol(SUITE_QUESTIONS[each.question], each.codes)
    groups = [value for each in facts if isinstance(each, Answer) for value in _groups(each)]
    made.groups(groups)
    for each in facts:
        if isinstance(each, Certificate):
            made.certificate(each)
    for each in beside:
        made.beside(each)
    ready = "hybrid" if any(_HYBRID in group for group in groups) else "none"
    body = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "auditor", "version": __version__}]},
            "component": {"type": "application", "bom-ref": "subject", "name": subject},
            "properties": [
                {"name": "auditor:sm-due", "value": "true" if is_due else "false"},
                {"name": "auditor:post-quantum-key-agreement", "value": ready},
            ],
        },
        "components": made.all(),
    }
    return orjson.dumps(body, option=orjson.OPT_INDENT_2)


def _groups(each: Answer) -> Sequence[str]:
    if each.question == "groups":
        return each.values
    if each.question == "hybrid" and each.is_accepted:
        return [value for value in each.values if "curveSM2" in value]
    if each.question == "rfc8998" and each.is_accepted:
        return each.values[1:]
    return ()


class _Components:
    def __init__(self, is_due: bool, wanted: Expectation | None) -> None:  # noqa: FBT001 - built in one place
        self._is_due = is_due
        self._wanted = wanted
        self._found: dict[str, dict[str, Any]] = {}

    def all(self) -> list[dict[str, Any]]:
        """Return all components, sorted by reference."""
        return [self._found[ref] for ref in sorted(self._found)]

    def _algorithm(self, each: _Algorithm) -> str:
        ref = f"algorithm/{each.name}/{each.primitive}"
        is_foreign = self._is_due and each.name not in _SM and each.primitive != "kem"
        properties: dict[str, Any] = {"primitive": each.primitive, "nistQuantumSecurityLevel": each.quantum}
        if each.level is not None:
            properties["classicalSecurityLevel"] = each.level
        before = self._found.get(ref, {})
        self._found[ref] = {
            **({"evidence": before["evidence"]} if "evidence" in before else {}),
            "type": "cryptographic-asset",
            "bom-ref": ref,
            "name": each.name,
            "cryptoProperties": {
                "assetType": "algorithm",
                "algorithmProperties": properties,
                **({"oid": each.oid} if each.oid else {}),
            },
            "properties": [{"name": "auditor:foreign-where-sm-due", "value": "true" if is_foreign else "false"}],
        }
        return ref

    def beside(self, each: Fact) -> None:
        """Add what another stage saw: an algorithm in code, a library, a private key in an image."""
        match each:
            case CodeMatch() if each.capability in CAPABILITIES:
                for pattern, algorithm in _IN_CODE:
                    if re.search(pattern, each.evidence):
                        self._occurs(self._algorithm(algorithm), each.subject, each.origin.line)
            case Component() if _LIBRARIES.match(each.name):
                self._found[f"library/{each.subject}"] = {
                    "type": "library",
                    "bom-ref": f"library/{each.subject}",
                    "name": each.name,
                    **({"version": each.version} if each.version else {}),
                    **({"purl": each.purl} if each.purl else {}),
                }
            case ImageFile(trait="secret", what="private key"):
                ref = f"key/{each.image}/{each.subject}"
                self._found[ref] = {
                    "type": "cryptographic-asset",
                    "bom-ref": ref,
                    "name": "private key",
                    "cryptoProperties": {
                        "assetType": "related-crypto-material",
                        "relatedCryptoMaterialProperties": {"type": "private-key"},
                    },
                }
                self._occurs(ref, each.subject, None)

    def _occurs(self, ref: str, file: str, line: int | None) -> None:
        places = self._found[ref].setdefault("evidence", {}).setdefault("occurrences", [])
        place = {"location": file, **({"line": line} if line else {})}
        if place not in places and len(places) < _OCCURRENCES:
            places.append(place)

    def protocol(self, version: str, codes: Sequence[int]) -> None:
        """Add a protocol with its suites."""
        suites = []
        for code in codes:
            name = points.suite_name(code).partition(" (")[0]
            refs = [self._algorithm(each) for each in algorithms(name)]
            octets = [f"0x{code >> 8:02X}", f"0x{code & 0xFF:02X}"]
            suites.append({"name": name, "algorithms": refs, "identifiers": octets})
        ref = f"protocol/{version}"
        before = self._found.get(ref)
        if before:
            before["cryptoProperties"]["protocolProperties"]["cipherSuites"].extend(suites)
            return
        self._found[ref] = {
            "type": "cryptographic-asset",
            "bom-ref": ref,
            "name": version,
            "cryptoProperties": {
                "assetType": "protocol",
                "protocolProperties": {
                    "type": "other" if version.startswith("TLCP") else "tls",
                    "version": version.rpartition("TLS ")[2].partition(" ")[0] if "TLS" in version else version,
                    "cipherSuites": suites,
                },
            },
        }

    def groups(self, names: Sequence[str]) -> None:
        """Add the algorithms of groups."""
        for name in names:
            for each in algorithms(name.partition(" (")[0]):
                self._algorithm(each)

    def certificate(self, each: Certificate) -> None:
        """Add a certificate with its key and the algorithm of its signature."""
        levels = self._wanted.certificates if self._wanted else {}
        is_foreign = self._is_due and level(each.key_kind, levels) == FORBIDDEN
        signature = self._signature(each.signature_name)
        key = f"key/{each.spki_sha256}"
        self._found[key] = {
            "type": "cryptographic-asset",
            "bom-ref": key,
            "name": f"{each.key_kind} public key",
            "cryptoProperties": {
                "assetType": "related-crypto-material",
                "relatedCryptoMaterialProperties": {
                    "type": "public-key",
                    "id": each.spki_sha256,
                    **({"size": each.key_bits} if each.key_bits else {}),
                },
            },
        }
        ref = f"certificate/{each.sha256}"
        self._found[ref] = {
            "type": "cryptographic-asset",
            "bom-ref": ref,
            "name": each.name or each.sha256,
            "cryptoProperties": {
                "assetType": "certificate",
                "certificateProperties": {
                    "subjectName": each.name,
                    "issuerName": each.issuer,
                    **({"notValidBefore": each.not_before} if each.not_before else {}),
                    **({"notValidAfter": each.not_after} if each.not_after else {}),
                    "signatureAlgorithmRef": signature,
                    "subjectPublicKeyRef": key,
                    "certificateFormat": "X.509",
                },
            },
            "properties": [
                {"name": "auditor:role", "value": each.role},
                {"name": "auditor:sm3", "value": each.sm3},
                {"name": "auditor:foreign-where-sm-due", "value": "true" if is_foreign else "false"},
            ],
        }

    def _signature(self, name: str) -> str:
        kind = name.partition("-with-")[0]
        return self._algorithm(_Algorithm(name, "signature")) if kind not in _SM else self._sm_signature(name)

    def _sm_signature(self, name: str) -> str:
        ref = self._algorithm(_Algorithm(name, "signature", "1.2.156.10197.1.501", 128))
        self._found[ref]["properties"] = [{"name": "auditor:foreign-where-sm-due", "value": "false"}]
        return ref
