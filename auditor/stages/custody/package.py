"""The offline package: what an air-gapped site carries in, listed in a signed manifest (``offline-package/1``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.formats import ceremony_making, signers
from auditor.formats.canonical_json import CanonicalError, canonical
from auditor.formats.hashes import of_file
from auditor.model.fact import Fact, Origin
from auditor.model.place import real as real_path
from auditor.stages.custody.facts import CustodySetting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from cryptography.x509 import Certificate

SCHEMA: Final = "offline-package/1"
MANIFEST: Final = "offline-package.json"
FILES_LIMIT: Final = 1000
ROLES: Final = ("binary", "signature", "sbom", "licence", "document", "other")


def facts(
    root: Path, name: str, manifest: Mapping[str, Any], part: str, roots: tuple[Certificate, ...]
) -> Iterator[Fact]:
    """Yield what a manifest says and what of it holds.

    Args:
        root: Folder that paths start from, with the manifest in it or below.
        name: Of the manifest, relative to the root.
        manifest: As read.
        part: Argument of the part.
        roots: Trusted, as the release key; empty where none was given.
    """
    problems = list(verify((root / name).parent, manifest, roots))
    values = {
        "product": str(manifest.get("product", "")),
        "version": str(manifest.get("version", "")),
        "problems": problems,
        "trusted": bool(roots),
        "size_bytes": sum(e.get("size", 0) for e in _files(manifest) if isinstance(e.get("size"), int)),
    }
    yield CustodySetting(
        subject=f"package {name}",
        origin=Origin(part=part, file=name, line=1),
        area="package",
        source="file",
        values=values,
    )


def manifest_of(folder: Path, product: str, version: str) -> dict[str, Any]:
    """Return the manifest of what lies in a folder, not signed yet; roles are told by the names of the files."""
    files = []
    for where in sorted(folder.rglob("*"))[:FILES_LIMIT]:
        if where.is_file() and not where.is_symlink() and where.name != MANIFEST:
            digests = of_file(where, "sha256", "sm3")
            path = where.relative_to(folder).as_posix()
            size = where.stat().st_size
            files.append({"path": path, "role": _role(where), "size": size, "sha256": digests[0], "sm3": digests[1]})
    return {"schema": SCHEMA, "product": product, "version": version, "files": files}


def _role(path: Path) -> str:
    name = path.name.lower()
    if name.endswith((".cdx.json", ".spdx.json")) or "sbom" in name:
        return "sbom"
    if name.startswith(("license", "licence", "copying", "notice")):
        return "licence"
    if name.endswith((".sig", ".asc", ".p7s")):
        return "signature"
    if name.endswith((".md", ".txt", ".pdf")):
        return "document"
    return "binary" if path.stat().st_mode & 0o111 or name in {"bao", "vault"} else "other"


def signature(manifest: Mapping[str, Any], key: bytes, certificate: Certificate) -> dict[str, str]:
    """Return the signature of a manifest by a key that lies in a file.

    Raises:
        SignerError: It is no such key, or not that of the certificate.
    """
    bare = {name: each for name, each in manifest.items() if name not in {"signature", "signatures"}}
    entry = ceremony_making.signature(bare, "release", certificate, ceremony_making.signed_with_key(bare, key))
    return {"certificate": entry["certificate"], "algorithm": entry["algorithm"], "value": entry["value"]}


def _files(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = manifest.get("files")
    return [each for each in said[:FILES_LIMIT] if isinstance(each, dict)] if isinstance(said, list) else []


def verify(folder: Path, manifest: Mapping[str, Any], roots: tuple[Certificate, ...]) -> Iterator[str]:
    """Yield what is wrong with a package.

    1. The schema is known, and every file of the manifest is there with its size and both digests.
    2. Nothing else lies beside them.
    3. A binary, an SBOM and a licence are among them.
    4. The manifest is signed, by a key that the caller trusts.
    """
    if manifest.get("schema") != SCHEMA:
        yield f"schema {str(manifest.get('schema'))[:60]} is not supported (expected {SCHEMA})"
        return
    listed = set()
    for each in _files(manifest):  # 1
        path = str(each.get("path", ""))
        listed.add(path)
        where = folder / path
        if not path or not real_path(where).is_relative_to(real_path(folder)):
            yield f"{path!r} lies outside the package"
            continue
        try:
            size = where.stat().st_size
            found = of_file(where, "sha256", "sm3")
        except OSError:
            yield f"{path} is missing"
            continue
        if (
            each.get("size") not in (None, size)
            or each.get("sha256") != found[0]
            or each.get("sm3") not in (None, found[1])
        ):
            yield f"{path} is not what the manifest says"
    for where in sorted(folder.rglob("*"))[: FILES_LIMIT * 2]:  # 2
        path = where.relative_to(folder).as_posix()
        if where.is_file() and path not in listed and where.name != MANIFEST:
            yield f"{path} is not in the manifest"
    roles = {str(each.get("role")) for each in _files(manifest)}
    yield from (f"no {role} is in the package" for role in ("binary", "sbom", "licence") if role not in roles)  # 3
    yield from _signature(manifest, roots)  # 4


def _signature(manifest: Mapping[str, Any], roots: tuple[Certificate, ...]) -> Iterator[str]:
    said = manifest.get("signature")
    if not isinstance(said, dict):
        yield "the manifest is not signed"
        return
    try:
        octets = canonical({name: each for name, each in manifest.items() if name != "signature"})
        certificate = signers.certificate(str(said.get("certificate", "")))
        value = signers.octets(str(said.get("value", "")))
        key_info = signers.spki(certificate)
    except (CanonicalError, signers.SignerError) as error:
        yield f"the signature of the manifest cannot be read: {error}"
        return
    if not signers.verifies(key_info, octets, value):
        yield "the signature of the manifest does not verify"
    elif roots and not signers.chains(certificate, roots, (), certificate.not_valid_before_utc):
        yield "the manifest is not signed by the release key"
