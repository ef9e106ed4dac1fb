"""What a run is compared with by ``--new-since``: an earlier run, or an earlier revision of the same files."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor import conclude, plan
from auditor.errors import ConfigError, ToolError
from auditor.evidence import load, store
from auditor.messages import say
from auditor.observe import observe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.system import Part
    from auditor.observe import Watcher
    from auditor.plan import Plan


@dataclass(frozen=True, slots=True)
class Earlier:
    """What to compare with.

    Attributes:
        name: As the user gave it.
        record: An earlier run, or None for a revision.
    """

    name: str
    record: Record | None


def name(given: str) -> Earlier:
    """Tell whether the user means a run or a revision; a run is loaded at once, before anything is observed.

    Raises:
        ConfigError: It is a run that cannot be read.
    """
    try:
        folder = store.find_run(given)
    except ConfigError:
        return Earlier(given, None)
    return Earlier(given, load.load(folder))


def check(earlier: Earlier, planned: Plan) -> None:
    """Make sure, before anything is observed, that there is something to compare with.

    Raises:
        ConfigError: It is a revision, and no repository of the targets knows it.
    """
    parts = (part for system in planned.assignment.systems for part in system.parts)
    if earlier.record is None and not any(_commit(part, earlier.name) for part in parts):
        raise ConfigError(say("since.unknown", name=earlier.name).en)


def found(earlier: Earlier, planned: Plan, watcher: Watcher, stopped: Callable[[], str]) -> conclude.Earlier | None:
    """Return what a run is compared with; None where it was stopped before that was known.

    Raises:
        ConfigError: The revision cannot be read in any of the targets' repositories.
    """
    if earlier.record is not None:
        before = earlier.record.findings
    else:
        before = _at_revision(earlier.name, planned, watcher, stopped)
        if stopped():
            # what was there before is known in part only: nothing is called new for that
            return None
    return conclude.Earlier(name=earlier.name, findings=before, is_gone=_gone_from(planned))


def _at_revision(revision: str, planned: Plan, watcher: Watcher, stopped: Callable[[], str]) -> tuple[Finding, ...]:
    from auditor.tools.process import scratch_folder  # noqa: PLC0415

    with ExitStack() as lent:
        folders: dict[str, Path] = {}
        for system in planned.assignment.systems:
            for part in system.parts:
                folder = lent.enter_context(scratch_folder())
                if _write_revision(part, revision, folder):
                    folders[part.argument] = folder / part.path.name if part.path.is_file() else folder
        if not folders:
            message = say("since.unknown", name=revision).en
            raise ConfigError(message)
        before = plan.at_revision(planned, folders)
        observed = observe(
            before.assignment,
            now=datetime.now(UTC),
            spool=lent.enter_context(scratch_folder()),
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
    """Write the files that a part had at a revision; False if it lies in no repository that knows the revision."""
    from auditor.tools.git import Repository  # noqa: PLC0415

    place, commit = part.path, _commit(part, revision)
    if not commit:
        return False
    repository = Repository(place if place.is_dir() else place.parent)
    try:
        files = list(repository.files(commit))
        for (path, _blob), data in zip(files, repository.contents([blob for _path, blob in files]), strict=True):
            inside = folder / path
            if not inside.resolve().is_relative_to(folder.resolve()):
                continue
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.write_bytes(data)
    except (ToolError, OSError):
        return False
    return True
