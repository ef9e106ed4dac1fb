"""What a run is compared with by ``--new-since``: an earlier run, or an earlier revision of the same files."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from auditor import conclude, plan, reasons
from auditor.compare import open_failures
from auditor.errors import ConfigError, ToolError
from auditor.evidence import load, store
from auditor.masking import mask_text
from auditor.messages import say
from auditor.model.digest import sha256
from auditor.model.fact import Gap
from auditor.model.record import Comparison
from auditor.observe import observe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.system import Part
    from auditor.observe import Watcher
    from auditor.plan import Plan


_RUN: Final = "run:"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What to compare with.

    Attributes:
        name: As the user gave it.
        record: An earlier run, or None for a revision.
        digest: SHA-256 of the earlier ``record.json``, empty for a revision.
    """

    name: str
    record: Record | None
    digest: str = ""


def name(given: str) -> Earlier:
    """Tell whether the user means a run or a revision; a run is loaded at once, before anything is observed.

    ``latest``, ``run:PATH`` and a path with a slash are runs, anything else is a revision: a folder in the audited tree
    that is called like a branch is never taken for a run.

    Raises:
        ConfigError: It is a run that is not there or cannot be read.
    """
    if given == store.LATEST or given.startswith(_RUN):
        return _run(given, given.removeprefix(_RUN))
    if "/" in given and store.is_run(given):
        return _run(given, given)
    return Earlier(given, None)


def _run(given: str, place: str) -> Earlier:
    folder = store.find_run(place)
    return Earlier(given, load.load(folder), sha256((folder / "record.json").read_bytes()))


def check(earlier: Earlier, planned: Plan) -> None:
    """Make sure, before anything is observed, that there is one thing to compare with.

    Raises:
        ConfigError: It is a revision that no repository of the targets knows, or a run that one of them knows for a
            revision, too.
    """
    parts = (part for system in planned.assignment.systems for part in system.parts)
    is_spelled = earlier.name == store.LATEST or earlier.name.startswith(_RUN)
    is_known = not is_spelled and any(_commit(part, earlier.name) for part in parts)
    if earlier.record is not None and is_known:
        raise ConfigError(say("since.both", name=earlier.name).en)
    if earlier.record is None and not is_known:
        raise ConfigError(say("since.unknown", name=earlier.name).en)


def found(earlier: Earlier, planned: Plan, watcher: Watcher, stopped: Callable[[], str]) -> conclude.Earlier | None:
    """Return what a run is compared with; None where it was stopped before that was known.

    What cannot be compared costs no run: every failure counts then, and the comparison is a gap.
    """
    is_gone = _gone_from(planned)
    if earlier.record is not None:
        then, started = earlier.record.findings, earlier.record.run.started
        named = Comparison(
            kind="run",
            given=earlier.name,
            id=earlier.record.run.id,
            digest=earlier.digest,
            started=started,
            failures=open_failures(then),
        )
        return conclude.Earlier(comparison=named, findings=then, is_gone=is_gone, started=started)
    named = Comparison(kind="revision", given=earlier.name, id=_commits(earlier.name, planned))
    try:
        before = _at_revision(earlier.name, planned, watcher, stopped)
    except (ConfigError, ToolError, OSError) as error:
        return conclude.Earlier(comparison=named, gap=_uncompared(earlier.name, planned, str(error)))
    if stopped():
        # what was there before is known in part only: nothing is called new for that
        return None
    return conclude.Earlier(comparison=named, findings=before, is_gone=is_gone)


def _uncompared(given: str, planned: Plan, problem: str) -> Gap:
    return Gap(
        stage="pipeline",
        target=planned.assignment.systems[0].parts[0].argument,
        kind="Comparison",
        subject=given,
        reason=reasons.CANNOT_BE_COMPARED,
        detail=mask_text(problem)[:500],
        remedy=say("since.remedy"),
    )


def _commits(revision: str, planned: Plan) -> str:
    """Return the full ids of the commits that a revision names in the repositories of the targets."""
    found = (_commit(part, revision) for system in planned.assignment.systems for part in system.parts)
    return " ".join(dict.fromkeys(each for each in found if each))


def _at_revision(revision: str, planned: Plan, watcher: Watcher, stopped: Callable[[], str]) -> tuple[Finding, ...]:
    from auditor.tools.process import scratch_folder  # noqa: PLC0415

    with ExitStack() as stack:
        folders: dict[str, Path] = {}
        commits: dict[str, str] = {}
        for system in planned.assignment.systems:
            for part in system.parts:
                folder = stack.enter_context(scratch_folder())
                if _write_revision(part, revision, folder):
                    folders[part.argument] = folder / part.path.name if part.path.is_file() else folder
                    commits[part.argument] = _commit(part, revision)
        if not folders:
            message = say("since.unknown", name=revision).en
            raise ConfigError(message)
        before = plan.at_revision(planned, folders, commits)
        observed = observe(
            before.assignment,
            now=datetime.now(UTC),
            spool=stack.enter_context(scratch_folder()),
            watcher=watcher,
            stopped=stopped,
        )
        return conclude.conclude(observed, planned.rules, gate=planned.gate).findings


def _gone_from(planned: Plan) -> Callable[[Finding], bool]:
    """Return a test of whether the file of an earlier finding is there no more."""
    root_of = {part.argument: part.path for system in planned.assignment.systems for part in system.parts}

    def is_gone(finding: Finding) -> bool:
        root, place = root_of.get(finding.target), finding.location
        if root is None or place is None:
            return False
        return not os.path.lexists(root.parent / place.file if root.is_file() else root / place.file)

    return is_gone


def _commit(part: Part, revision: str) -> str:
    """Return the commit that a revision names in the repository of a part; empty if there is none."""
    from auditor.tools.git import Repository  # noqa: PLC0415

    place = part.path
    if not os.path.lexists(place):
        return ""
    try:
        return Repository(place if place.is_dir() else place.parent).commit(revision)
    except ToolError:
        return ""


def _write_revision(part: Part, revision: str, folder: Path) -> bool:
    """Write the files that a part had at a revision; False if it lies in no repository that knows the revision.

    Raises:
        ToolError: The repository knows the revision and does not hold its files (a clone without blobs).
        OSError: The disk is full, or a name cannot be written.
    """
    from auditor.tools.git import Repository  # noqa: PLC0415

    place, commit = part.path, _commit(part, revision)
    if not commit:
        return False
    repository = Repository(place if place.is_dir() else place.parent)
    files = list(repository.files(commit))
    for (path, _blob), data in zip(files, repository.contents([blob for _path, blob in files]), strict=True):
        inside = folder / path
        if not inside.resolve().is_relative_to(folder.resolve()):
            continue
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.write_bytes(data)
    return True
