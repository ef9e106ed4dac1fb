"""grype's JSON report (0.116) as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A package that an advisory speaks of.

    Attributes:
        package: Id of the package in the SBOM that grype was given.
        id: Id of the advisory.
        aliases: Other ids of it.
        source: Who says so: provider and namespace.
        severity: ``critical``, ``high``, ``medium``, ``low``, ``negligible`` or ``unknown``.
        scores: Pairs of CVSS version and vector with base score.
        fix_state: ``fixed``, ``not-fixed``, ``wont-fix`` or ``unknown``.
        fix_versions: First versions without it, those of other lines of releases, too.
        fixed_on: Earliest day on which a fix was to be had, empty if not known.
        suggested: The version to go to from the one that is there; may be empty.
        is_exact: Matched by package name; False where by CPE only.
        is_indirect: Matched through the source package.
        constraint: Versions that are affected.
        exploited: Day on which it came to the catalogue of exploited vulnerabilities, empty if it did not.
        due: Day by which the catalogue wants it mended; may be empty.
        epss: Probability that it is exploited in 30 days, None if not known.
        url: Where to read on.
    """

    package: str
    id: str
    aliases: tuple[str, ...]
    source: str
    severity: str
    scores: tuple[tuple[str, str, float], ...]
    fix_state: str
    fix_versions: tuple[str, ...]
    fixed_on: str
    suggested: str
    is_exact: bool
    is_indirect: bool
    constraint: str
    exploited: str
    due: str
    epss: float | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of grype says.

    Attributes:
        matches: Matches, and those that it leaves out by rules of its own.
        version: Version of grype that wrote it.
        schema: Schema of the database that it read.
        built: When that was built, as it stands there.
    """

    matches: tuple[Match, ...]
    version: str
    schema: str
    built: str


def read(data: bytes) -> Report:
    """Read a report.

    Raises:
        ValueError: It is no JSON, or lacks what such a report has.
    """
    try:
        report: dict[str, Any] = orjson.loads(data)
        descriptor = report["descriptor"]
        if descriptor["name"] != "grype":
            message = f"written by {str(descriptor['name'])[:40]!r}"
            raise ValueError(message)
        database = descriptor["db"]
        status = database.get("status") or database
        return Report(
            matches=tuple(_match(row) for row in (*report["matches"], *(report.get("ignoredMatches") or ()))),
            version=str(descriptor["version"]),
            schema=str(status["schemaVersion"]),
            built=str(status["built"]),
        )
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        message = f"the report is not of the expected shape: {error!r}"
        raise ValueError(message) from error


def _match(row: dict[str, Any]) -> Match:
    about, details = row["vulnerability"], row["matchDetails"]
    fix = about.get("fix") or {}
    kinds = {str(each["type"]) for each in details}
    found = details[0].get("found") or {}
    exploited = about.get("knownExploited") or []
    epss = about.get("epss") or []
    available = sorted(str(each["date"])[:10] for each in fix.get("available") or () if each.get("date"))
    suggested = next((v for each in details if (v := (each.get("fix") or {}).get("suggestedVersion"))), "")
    return Match(
        package=str(row["artifact"]["id"]),
        id=str(about["id"]),
        aliases=tuple(
            sorted(
                {str(each["id"]) for each in row.get("relatedVulnerabilities") or ()}
                | {str(each["id"]) for each in about.get("advisories") or () if each.get("id")}
            )
        ),
        source=str(about.get("namespace", "")),
        severity=str(about.get("severity", "")).lower() or "unknown",
        scores=tuple(
            sorted(
                (
                    (str(each["version"]), str(each["vector"]), float((each.get("metrics") or {}).get("baseScore", -1)))
                    for each in about.get("cvss") or ()
                ),
                reverse=True,
            )
        ),
        fix_state=str(fix.get("state") or "unknown"),
        fix_versions=tuple(map(str, fix.get("versions") or ())),
        fixed_on=available[0] if available else "",
        suggested=str(suggested),
        is_exact=bool(kinds - {"cpe-match"}),
        is_indirect="exact-indirect-match" in kinds and "exact-direct-match" not in kinds,
        constraint=str(found.get("versionConstraint", "")),
        exploited=min((str(each.get("dateAdded", "")) or "unknown" for each in exploited), default=""),
        due=min((str(each["dueDate"]) for each in exploited if each.get("dueDate")), default=""),
        epss=max((float(each["epss"]) for each in epss), default=None),
        url=str(about.get("dataSource", "")),
    )


def with_threats(match: Match, *, exploited: str, due: str, epss: float | None) -> Match:
    """Return a match with what is known of its exploitation."""
    return replace(match, exploited=exploited, due=due, epss=epss)
