"""Matches packages of distributions that grype does not know against the rows of its database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from auditor.formats import cvss, versions
from auditor.formats.grype import Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.formats.grype_database import Row
    from auditor.formats.packages import Package


@dataclass
class Matched:
    """What came of it.

    Attributes:
        matches: Matches.
        unclear: Packages of which nobody can tell, with the reason.
    """

    matches: list[Match] = field(default_factory=list)
    unclear: dict[str, str] = field(default_factory=dict)


def names_of(packages: Iterable[Package]) -> tuple[str, ...]:
    """Return the names under which advisories may speak of packages: their own, and those of their sources."""
    return tuple(sorted({name for each in packages for name in (each.name, each.upstream) if name}))


def match(packages: Iterable[Package], rows: Iterable[Row]) -> Matched:
    """Match packages of one release with the rows of that release: by the order of their world, and module stream."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.package.lower(), []).append(row)
    found = Matched()
    for package in packages:
        for row in by_name.get(package.name.lower(), ()):
            _one(package, row, package.version, found, is_indirect=False)
        if package.upstream and package.upstream.lower() != package.name.lower():
            version = _source_version(package)
            for row in by_name.get(package.upstream.lower(), ()):
                _one(package, row, version, found, is_indirect=True)
    return found


def _source_version(package: Package) -> str:
    """Return the version of the source package, with the epoch that the package itself has."""
    version = package.upstream_version or package.version
    epoch, mark, _rest = package.version.partition(":")
    return f"{epoch}:{version}" if mark and ":" not in version else version


def _one(package: Package, row: Row, version: str, found: Matched, *, is_indirect: bool) -> None:
    if not _is_stream(package, row, found):
        return
    for each in row.ranges:
        said: Any = each.get("version")
        constraint = str(said.get("constraint") or "") if isinstance(said, dict) else ""
        try:
            is_hit = versions.satisfies(package.order, version, constraint)
        except versions.UnorderedError as problem:
            found.unclear[package.subject] = str(problem)
            continue
        if is_hit:
            found.matches.append(_match(package, row, each, constraint, is_indirect=is_indirect))
            return


def _is_stream(package: Package, row: Row, found: Matched) -> bool:
    """Tell whether a row speaks of the module stream of a package."""
    if row.module is None or package.type != "rpm":
        return True
    own = package.module
    is_modular = bool(own) or (own is None and ".module" in package.version)
    if not row.module:
        return not is_modular
    if own:
        return own == row.module or own.startswith(f"{row.module}:")
    if own is None and is_modular:
        found.unclear[package.subject] = f"it belongs to a module stream and does not say to which ({row.module}?)"
    return False


def _match(package: Package, row: Row, each: Mapping[str, Any], constraint: str, *, is_indirect: bool) -> Match:
    fix: Any = each.get("fix")
    state = str(fix.get("state") or "unknown") if isinstance(fix, dict) else "unknown"
    version = str(fix.get("version") or "") if isinstance(fix, dict) else ""
    severity, scores = _severity(row.blob)
    aliases = row.blob.get("aliases")
    references = row.blob.get("refs")
    urls = (
        [str(ref["url"]) for ref in references if isinstance(ref, dict) and ref.get("url")]
        if isinstance(references, list)
        else []
    )
    return Match(
        package=package.subject,
        id=row.vulnerability,
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
        source=row.source,
        severity=severity,
        scores=scores,
        fix_state=state,
        fix_versions=(version,) if version else (),
        fixed_on="",
        suggested=version,
        is_exact=True,
        is_indirect=is_indirect,
        constraint=constraint,
        exploited="",
        due="",
        epss=None,
        url=urls[0] if urls else "",
    )


def _severity(blob: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str, float], ...]]:
    words, scores = [], []
    rows = blob.get("severities")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        value = row.get("value")
        if isinstance(value, dict) and isinstance(value.get("vector"), str):
            score = cvss.base_score(value["vector"])
            scores.append((str(value.get("version", "")), value["vector"], -1.0 if score is None else score))
        elif isinstance(value, str):
            words.append(value)
    return (words[0] if words else "unknown"), tuple(sorted(scores, reverse=True))
