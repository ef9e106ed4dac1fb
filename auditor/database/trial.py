"""The self-test after an import: packages for which the database itself says what must and must not be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.formats import versions
from auditor.formats.grype_database import opened
from auditor.formats.packages import NOWHERE, Package, syft_json

if TYPE_CHECKING:
    from pathlib import Path

_KINDS: Final = {
    "python": ("pypi", "python"),
    "npm": ("npm", "semver"),
    "rust-crate": ("cargo", "semver"),
    "go-module": ("golang", "go"),
}
_EACH: Final = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """A small SBOM, and what grype must find in it.

    Attributes:
        sbom: As syft-json.
        expected: Pairs of package and advisory that must be found.
        forbidden: Pairs that must not.
        vulnerable: The packages of the expected pairs, each with its advisory.
    """

    sbom: bytes
    expected: tuple[tuple[str, str], ...]
    forbidden: tuple[tuple[str, str], ...]
    vulnerable: tuple[tuple[Package, str], ...] = ()


def trial(path: Path) -> Trial:
    """Return the self-test of a database: of each kind of package that it has, some vulnerable and some mended.

    Raises:
        DatabaseError: It cannot be read.
    """
    packages: dict[str, Package] = {}
    expected: list[tuple[str, str]] = []
    forbidden: list[tuple[str, str]] = []
    with opened(path) as database:
        for kind, (scheme, order) in _KINDS.items():
            rows = database.execute(
                "SELECT v.name, p.name, b.value FROM affected_package_handles a"
                " JOIN packages p ON p.id = a.package_id JOIN vulnerability_handles v ON v.id = a.vulnerability_id"
                " JOIN blobs b ON b.id = a.blob_id"
                " WHERE p.ecosystem = ? AND a.operating_system_id IS NULL AND v.status = 'active'"
                " ORDER BY a.id LIMIT 200",
                (kind,),
            )
            taken = 0
            for advisory, name, blob in rows:
                pair = _versions(blob, order)
                if pair is None or taken == _EACH:
                    continue
                taken += 1
                for version, places in zip(pair, (expected, forbidden), strict=True):
                    package = _package(str(name), version, kind, scheme)
                    packages[package.subject] = package
                    places.append((package.subject, str(advisory)))
    return Trial(
        sbom=syft_json(tuple(packages.values()), NOWHERE),
        expected=tuple(expected),
        forbidden=tuple(forbidden),
        vulnerable=tuple((packages[subject], advisory) for subject, advisory in expected),
    )


def _versions(blob: object, order: str) -> tuple[str, str] | None:
    """Return a version that is affected and one that is mended, where a row has one simple range."""
    value: Any = orjson.loads(str(blob))
    rows = value.get("ranges") if isinstance(value, dict) else None
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict) or value.get("qualifiers"):
        return None
    fixed = str((rows[0].get("fix") or {}).get("version") or "")
    constraint = str((rows[0].get("version") or {}).get("constraint") or "")
    low = next((piece[2:] for piece in constraint.split(",") if piece.startswith(">=")), "0.0.1")
    try:
        is_good = bool(fixed) and versions.satisfies(order, low, constraint)
        is_good = is_good and not versions.satisfies(order, fixed, constraint)
    except versions.UnorderedError:
        return None
    return (low, fixed) if is_good else None


def _package(name: str, version: str, kind: str, scheme: str) -> Package:
    purl = f"pkg:{scheme}/{name.replace('@', '%40')}@{version}"
    return Package(ref=purl, subject=purl, name=name, shown=name, version=version, type=kind, purl=purl)
