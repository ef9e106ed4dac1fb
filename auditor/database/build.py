"""Builds the database that grype reads from files of advisories: the same files and time give the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

import orjson

from auditor.database.sources import Read, read
from auditor.errors import ConfigError
from auditor.formats import grype_database
from auditor.formats.grype_database import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from auditor.formats.advisories import Advisory, Losses, Release

NAME: Final = "vulnerability.db"
REPORT: Final = "build.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A database that was built.

    Attributes:
        path: Where it lies.
        advisories: How many it holds.
        affected: How many affected packages.
        losses: What of the sources could not be used.
        sha256: Its digest.
        newest: Day of the last change in each feed, ISO 8601; empty where it tells none.
    """

    path: Path
    advisories: int
    affected: int
    losses: Losses
    sha256: str
    newest: Mapping[str, str]


def build(
    places: tuple[Path, ...],
    folder: Path,
    *,
    built: datetime,
    release: Release | None = None,
    fetched: datetime | None = None,
    is_said: bool = True,
) -> Built:
    """Build ``vulnerability.db`` in a folder, and ``build.json`` beside it: its digest, sources and losses.

    Args:
        places: Files and folders of advisories.
        folder: Made if it is not there.
        built: Time of the build.
        release: Release of a distribution, for feeds that do not name it.
        fetched: When the feeds were fetched, for those that lay about before they were built in; the time of the build
            if it is not given. How old a feed is, is counted from here.
        is_said: Somebody says that the feeds are as of the build, or of `fetched`. Else the last change in each feed is
            its date: a feed that lay about for a year and is packed today is no fresh one.

    Raises:
        ConfigError: A feed tells no time and nobody says one, the feeds are said to be fetched after the build, a
            source cannot be used, nothing of it can, or the folder cannot be written.
    """
    captured = (fetched or built).astimezone(UTC).isoformat()
    if fetched is not None and fetched > built:
        message = f"the feeds cannot have been fetched ({fetched:%Y-%m-%d}) after the build ({built:%Y-%m-%d})"
        raise ConfigError(message)
    found = read(places, release)
    advisories = _sorted(found)
    if not advisories:
        reasons = "; ".join(f"{reason}: {count}" for reason, count in sorted(found.losses.counts.items()))
        message = f"no advisory in {', '.join(map(str, places))} can be used" + (f" ({reasons})" if reasons else "")
        raise ConfigError(message)
    newest = _newest(advisories)
    dates = dict.fromkeys(newest, captured) if is_said else _dated(newest, built)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half = folder / f".{NAME}.part"
        half.unlink(missing_ok=True)
        digest = hashlib.sha256("\n".join(sorted(each for _name, each in found.sources)).encode()).hexdigest()
        counts = grype_database.write(
            half,
            advisories,
            built=built,
            providers=[
                Provider(
                    name=name,
                    captured=when,
                    digest=f"sha256:{digest}",
                    changed=(newest[name] or "unknown") if is_said else "",
                )
                for name, when in dates.items()
            ],
            exploited=list({row.cve: row for row in found.exploited}.values()),
            probabilities=list({row.cve: row for row in found.probabilities}.values()),
            scored=found.scored,
        )
        path = folder / NAME
        half.replace(path)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        (folder / REPORT).write_bytes(
            _report(found, sha256, path.stat().st_size, (built, dates, is_said), counts, newest)
        )
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise ConfigError(message) from error
    return Built(path=path, advisories=counts[0], affected=counts[1], losses=found.losses, sha256=sha256, newest=newest)


def _newest(advisories: list[Advisory]) -> dict[str, str]:
    """Return the day of the last change in each feed: a feed without changes is old, whenever it was fetched."""
    found: dict[str, str] = {}
    for each in advisories:
        found[each.source] = max(found.get(each.source, ""), each.modified[:10], each.published[:10])
    return dict(sorted(found.items()))


def _dated(newest: Mapping[str, str], built: datetime) -> dict[str, str]:
    """Return the last change in each feed as the time at which it was fetched: earlier it cannot have been.

    Raises:
        ConfigError: A feed tells no time.
    """
    found: dict[str, str] = {}
    for name, day in newest.items():
        try:
            when = datetime.fromisoformat(day).replace(tzinfo=UTC)
        except ValueError as error:
            message = f"the feed {name} does not tell when it was changed: say when it was fetched (--fetched TIME)"
            raise ConfigError(message) from error
        found[name] = min(when, built.astimezone(UTC)).isoformat()
    return found


def _sorted(found: Read) -> list[Advisory]:
    """Return the advisories in order, each id of a source once: the one that was changed last counts.

    Rows of one CVE that stand in several notices of a distribution are all kept: they speak of different packages.
    """
    rows = sorted(found.advisories, key=_place)
    rows = [each for _place_of, group in groupby(rows, key=_place) for each in _by_content(list(group))]
    chosen: dict[tuple[object, ...], Advisory] = {}
    for each in rows:
        is_notice = any(row.release for row in each.affected)
        place = (each.id, each.source, each.aliases if is_notice else ())
        earlier = chosen.get(place)
        if earlier is not None and earlier != each:
            found.losses.add("an id given twice with different content: the one changed last counts", each.id)
        chosen[place] = each
    return list(chosen.values())


def _by_content(same: list[Advisory]) -> list[Advisory]:
    """Sort what differs in nothing else; spelling all of them out would take long."""
    return sorted(same, key=repr) if len(same) > 1 else same


def _place(one: Advisory) -> tuple[str, str, str, bool]:
    return one.id, one.source, one.modified, bool(one.withdrawn)


def _report(
    found: Read,
    sha256: str,
    size: int,
    times: tuple[datetime, Mapping[str, str], bool],
    counts: tuple[int, int],
    newest: Mapping[str, str],
) -> bytes:
    built, dates, is_said = times
    value = {
        "schema": "auditor-database-build/1",
        "database": {"name": NAME, "sha256": sha256, "size": size},
        "built": built.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fetched": dates,
        "fetched_is_said": is_said,
        "newest": newest,
        "advisories": counts[0],
        "affected_packages": counts[1],
        "sources": [{"name": name, "sha256": digest} for name, digest in found.sources],
        "not_used": {
            reason: {"count": count, "examples": found.losses.examples[reason]}
            for reason, count in sorted(found.losses.counts.items())
        },
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"
