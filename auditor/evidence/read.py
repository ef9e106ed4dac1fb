"""Reads back what a run observed: its facts and gaps, as typed values, from the folder of the run alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
import zstandard

from auditor.errors import ConfigError
from auditor.evidence.store import GAPS
from auditor.formats.facts import SUFFIX, from_lines
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Facts, Gap, RunStarted
from auditor.observe import Observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from auditor.model.record import Record

T = TypeVar("T")
_SIZE_LIMIT_BYTES: Final = 4 << 30
"""Of the facts of one kind, unpacked; a file that unpacks to more is refused."""


def observed(folder: Path, record: Record, kinds: Mapping[str, type[Fact]]) -> Observed:
    """Return what a run observed.

    Args:
        folder: Of the run.
        record: Its record, which names systems and circumstances.
        kinds: Every kind of fact of this version, by name.

    Raises:
        ConfigError: A file is missing, of a kind that this version does not know, or not as auditor writes it; or a
            fact belongs to no part of the run.
    """
    if not record.systems:
        message = f"{folder} is of a version before 0.2: its record names no systems, and cannot be replayed"
        raise ConfigError(message)
    place = folder / "facts"
    if not place.is_dir():
        message = f"{folder} holds no facts: give the whole folder of the run, not its record alone"
        raise ConfigError(message)
    facts: list[Fact] = []
    gaps: list[Gap] = []
    for file in sorted(place.glob(f"*{SUFFIX}.zst")):
        kind = file.name.removesuffix(f"{SUFFIX}.zst")
        if kind == GAPS:
            gaps = _values(file, Gap)
        elif kind in kinds:
            facts += _values(file, kinds[kind])
        else:
            message = f"{file} holds facts of a kind that this version of auditor does not know"
            raise ConfigError(message)
    return Observed(
        systems=record.systems,
        facts=_by_system(folder, record, facts, gaps),
        left_out=record.left_out,
        references=record.references,
        parts=record.run.parts,
        stages=record.run.stages,
        tools=record.run.tools,
        started=record.run.started,
        seconds=record.run.seconds,
        integrity=record.run.integrity,
        interrupted=record.run.interrupted,
    )


def _by_system(folder: Path, record: Record, facts: Iterable[Fact], gaps: Iterable[Gap]) -> dict[str, Facts]:
    system_of = {part.argument: system.name for system in record.systems for part in system.parts}
    facts_of: dict[str, list[Fact]] = defaultdict(list)
    gaps_of: dict[str, list[Gap]] = defaultdict(list)
    started: dict[int, RunStarted] = {}
    try:
        for fact in facts:
            if isinstance(fact, RunStarted):
                started[0] = fact
            else:
                facts_of[system_of[fact.origin.part]].append(fact)
        for gap in gaps:
            gaps_of[system_of[gap.target]].append(gap)
    except KeyError as stray:
        message = f"{folder}: a fact or gap belongs to {stray}, which is no part of the run"
        raise ConfigError(message) from stray
    artefacts = [
        Artefact(
            name=row.name,
            media_type=row.media_type,
            part=row.target,
            file=str(folder / row.name),
            digest=row.digest,
            size_bytes=row.size_bytes,
        )
        for row in record.artefacts
    ]
    return {
        system.name: Facts(
            (*started.values(), *facts_of[system.name]),
            gaps_of[system.name],
            (each for each in artefacts if system_of.get(each.part) == system.name),
        )
        for system in record.systems
    }


def _values(file: Path, kind: type[T]) -> list[T]:
    try:
        with file.open("rb") as stream:
            data = zstandard.ZstdDecompressor().stream_reader(stream).read(_SIZE_LIMIT_BYTES + 1)
    except (OSError, zstandard.ZstdError) as error:
        message = f"{file} cannot be read: {error}"
        raise ConfigError(message) from error
    if len(data) > _SIZE_LIMIT_BYTES:
        message = f"{file} unpacks to more than {_SIZE_LIMIT_BYTES:,} bytes"
        raise ConfigError(message)
    try:
        return from_lines(data, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = f"{file} is not as auditor writes it: {error}"
        raise ConfigError(message) from error
