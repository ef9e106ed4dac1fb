"""Advisories in the Open Source Vulnerability format (OSV schema 1.x)."""

from __future__ import annotations

import re
from typing import Any, Final

from auditor.formats import versions
from auditor.formats.advisories import (
    LONGEST_TEXT,
    MAX_AFFECTED,
    Advisory,
    AdvisoryError,
    Affected,
    Losses,
    Range,
    Release,
    cves,
    is_id,
    python_name,
    release_of,
)
from auditor.formats.foreign import list_of, rows_of, text_of

ECOSYSTEMS: Final = {
    "pypi": ("python", "python"),
    "npm": ("npm", "semver"),
    "crates.io": ("rust-crate", "semver"),
    "go": ("go-module", "go"),
    "maven": ("java-archive", "maven"),
    "rubygems": ("gem", "gem"),
    "nuget": ("dotnet", "semver"),
    "packagist": ("php-composer", "semver"),
    "hex": ("hex", "semver"),
    "pub": ("dart-pub", "semver"),
    "swifturl": ("swift", "semver"),
    "github actions": ("github-action", "semver"),
    "conancenter": ("conan", "semver"),
    "hackage": ("hackage", "semver"),
    "cran": ("R-package", "semver"),
    "bitnami": ("bitnami", "semver"),
}
"""Type of package and order of versions, by ecosystem."""
_DISTRIBUTIONS: Final = {
    "debian": ("deb", "dpkg"),
    "ubuntu": ("deb", "dpkg"),
    "uos": ("deb", "dpkg"),
    "deepin": ("deb", "dpkg"),
    "openkylin": ("deb", "dpkg"),
    "alpine": ("apk", "apk"),
    "wolfi": ("apk", "apk"),
    "chainguard": ("apk", "apk"),
}
"""The others are made of rpm."""
_ROLLING: Final = frozenset({"wolfi", "chainguard"})
_MAX_EVENTS: Final = 10_000
_WORDS: Final = {"moderate": "medium", "important": "high"}


def advisories(record: object, losses: Losses) -> list[Advisory]:
    """Return what a record says: one advisory, or one for each CVE where a notice of a distribution names several.

    Raises:
        AdvisoryError: It is no OSV record.
    """
    if not isinstance(record, dict) or not is_id(record.get("id")):
        raise AdvisoryError("no OSV record: it has no id")
    name = str(record["id"])
    rows = record.get("affected") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AdvisoryError("no OSV record: affected is no list of objects")
    if len(rows) > MAX_AFFECTED:
        message = f"{name} names more than {MAX_AFFECTED:,} packages"
        raise AdvisoryError(message)
    affected = _joined([found for row in rows if (found := _affected(row, name, losses))])
    if not affected:
        losses.add("no package that can be matched", name)
        return []
    severities = _severities(record)
    for row in rows:
        severities.extend(pair for pair in _severities(row) if pair not in severities)
    common: dict[str, Any] = {
        "source": _source(name, affected),
        "published": text_of(record.get("published")),
        "modified": text_of(record.get("modified")),
        "withdrawn": text_of(record.get("withdrawn")),
        "description": text_of(record.get("summary") or record.get("details"))[:LONGEST_TEXT],
        "urls": tuple(
            str(row["url"])[:500] for row in rows_of(record.get("references"))[:50] if isinstance(row.get("url"), str)
        ),
        "severities": tuple(severities),
        "cwes": _cwes(record),
        "affected": tuple(affected),
    }
    aliases = {alias for alias in list_of(record.get("aliases")) if is_id(alias)}
    upstream = {alias for alias in list_of(record.get("upstream")) if is_id(alias)}
    if any(each.release for each in affected):
        named = cves(*upstream) or (cves(*map(str, list_of(record.get("related")))) if not cves(name, *aliases) else ())
        if named and not cves(*aliases):
            return [Advisory(id=cve, aliases=tuple(sorted({name, *aliases} - {cve})), **common) for cve in named]
        aliases |= {*upstream, *named}
    return [Advisory(id=name, aliases=tuple(sorted(aliases - {name})), **common)]


def _affected(row: dict[str, Any], name: str, losses: Losses) -> Affected | None:
    package = row.get("package")
    if not isinstance(package, dict):
        return None
    ecosystem, called = text_of(package.get("ecosystem")), text_of(package.get("name"))
    if not ecosystem or not called or len(called) > 300:  # noqa: PLR2004 - no name is so long
        return None
    kind, order, release = _world(ecosystem)
    if not kind:
        losses.add(f"ecosystem {ecosystem[:40]} is not known", name)
        return None
    ranges = _ranges(row, order, name, losses)
    if not ranges:
        losses.add("no range of versions that can be used", name)
        return None
    if kind == "python":
        called = python_name(called)
    elif kind == "java-archive":
        called = called.replace("/", ":")
    return Affected(ecosystem=kind, name=called, order=order, ranges=ranges, release=release)


def _world(ecosystem: str) -> tuple[str, str, Release | None]:
    """Return type of package, order of versions and release of an OSV ecosystem; empty texts for an unknown one."""
    first, _mark, rest = ecosystem.partition(":")
    if (found := ECOSYSTEMS.get(first.lower())) and "euler" not in first.lower():
        return *found, None
    if first.lower() in _ROLLING:
        return *_DISTRIBUTIONS[first.lower()], Release(id=first.lower(), version="")
    if first.lower() == "ubuntu":
        rest = re.sub(r"(?i)pro:|fips[^:]*:", "", rest)
    release = release_of(f"{first} {rest.replace(':', ' ')}" if first.lower() != "red hat" else _red_hat(rest))
    if release is None:
        return "", "", None
    return *_DISTRIBUTIONS.get(release.id, ("rpm", "rpm")), release


def _red_hat(rest: str) -> str:
    found = re.search(r"enterprise_linux:(\d+)", rest)
    return f"rhel {found[1]}" if found else rest


def _joined(found: list[Affected]) -> list[Affected]:
    """Join the rows of one package: an advisory may name it once for each line of releases."""
    by_key: dict[tuple[object, ...], list[Range]] = {}
    first: dict[tuple[object, ...], Affected] = {}
    for each in found:
        place = (each.ecosystem, each.name, each.release, each.module)
        first.setdefault(place, each)
        known = by_key.setdefault(place, [])
        known.extend(one for one in each.ranges if one not in known)
    return [
        Affected(
            ecosystem=each.ecosystem,
            name=each.name,
            order=each.order,
            ranges=tuple(by_key[place]),
            release=each.release,
            module=each.module,
        )
        for place, each in first.items()
    ]


def _ranges(row: dict[str, Any], order: str, name: str, losses: Losses) -> tuple[Range, ...]:
    found: list[Range] = []
    for each in rows_of(row.get("ranges")):
        if each.get("type") not in {"ECOSYSTEM", "SEMVER"}:
            continue
        try:
            found.extend(one for one in _of_events(rows_of(each.get("events")), order) if one not in found)
        except versions.UnorderedError:
            losses.add("a range whose versions cannot be ordered", name)
    listed = [text for text in list_of(row.get("versions")) if isinstance(text, str)][:_MAX_EVENTS]
    alone = sorted({text.strip() for text in listed if _is_alone(text, found, order, name, losses)})
    if alone:
        found.append(Range(constraint=" || ".join(f"={text}" for text in alone), state="unknown"))
    return tuple(found)


def _is_alone(text: str, found: list[Range], order: str, name: str, losses: Losses) -> bool:
    """Tell whether a listed version has to be named by itself: no range covers it."""
    try:
        return not any(versions.satisfies(order, text, one.constraint) for one in found)
    except versions.UnorderedError:
        losses.add("a listed version that cannot be ordered", name)
        return False


_BEGIN: Final = frozenset({"0", "0.0.0-0", "0.0.0", ""})


def _of_events(events: list[dict[str, Any]], order: str) -> list[Range]:
    """Return the ranges of a list of events: sorted by version, as OSV's own evaluation has it.

    Raises:
        UnorderedError: A version is none.
    """
    pairs: list[tuple[str, str]] = [
        (kind, text_of(version))
        for event in events[:_MAX_EVENTS]
        for kind, version in event.items()
        if kind in {"introduced", "fixed", "last_affected", "limit"}
    ]
    if not pairs:
        return []
    if not any(kind == "introduced" for kind, _version in pairs):
        pairs.insert(0, ("introduced", "0"))
    pairs.sort(
        key=lambda pair: (0, ()) if pair[0] == "introduced" and pair[1] in _BEGIN else (1, _sortable(order, *pair))
    )
    found: list[Range] = []
    start: str | None = None
    for kind, version in pairs:
        if kind == "introduced":
            start = version if start is None else start
        elif start is not None:
            low = "" if start in _BEGIN else f">={start},"
            if kind == "last_affected":
                found.append(Range(constraint=f"{low}<={version}", state="unknown"))
            else:
                is_fix = kind == "fixed"
                found.append(
                    Range(
                        constraint=f"{low}<{version}",
                        fixed=version if is_fix else "",
                        state="fixed" if is_fix else "unknown",
                    )
                )
            start = None
    if start is not None:
        found.append(Range(constraint="" if start in _BEGIN else f">={start}", state="not-fixed"))
    return found


def _sortable(order: str, kind: str, version: str) -> tuple[Any, int]:
    if version == "*" and kind == "limit":
        version = "999999999"
    return versions.key(order, version), 1 if kind == "last_affected" else 0


def _severities(record: dict[str, Any]) -> list[tuple[str, str]]:
    found = [
        (str(row["type"]), str(row["score"]).strip()[:200])
        for row in rows_of(record.get("severity"))[:20]
        if row.get("type") in {"CVSS_V2", "CVSS_V3", "CVSS_V4"} and isinstance(row.get("score"), str)
    ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    for place in ("database_specific", "ecosystem_specific"):
        inner = record.get(place)
        word = text_of(inner.get("severity")).lower() if isinstance(inner, dict) else ""
        word = _WORDS.get(word, word)
        if word in {"critical", "high", "medium", "low", "negligible"} and ("word", word) not in found:
            found.append(("word", word))
    return found


def _cwes(record: dict[str, Any]) -> tuple[str, ...]:
    inner = record.get("database_specific")
    named = list_of(inner.get("cwe_ids")) if isinstance(inner, dict) else []
    return tuple(sorted({text for text in named if isinstance(text, str) and re.fullmatch(r"CWE-\d{1,6}", text)}))


def _source(name: str, affected: list[Affected]) -> str:
    release = next((each.release for each in affected if each.release), None)
    if release:
        return release.id
    prefix = name.partition("-")[0].lower()
    return {"ghsa": "github", "pysec": "pypa", "cve": "cve"}.get(prefix, re.sub(r"[^a-z0-9]", "", prefix) or "osv")
