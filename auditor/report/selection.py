"""Which findings a person asked to see: by severity, check, control, file, verdict, and whether they close the gate."""

from __future__ import annotations

import difflib
import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import ConfigError
from auditor.gate import closes
from auditor.report.controls import answers
from auditor.report.overview import place, worst_first
from auditor.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.gate import GatePolicy
    from auditor.model.finding import Finding, Severity, Verdict
    from auditor.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to show; several values of one field are alternatives, several fields all have to fit.

    Attributes:
        least: Least severity; None for every one.
        checks: Ids of checks, or what ids begin with.
        controls: Numbers of controls, alone or with their standard (`auditor.report.controls.answers`).
        files: Files, folders or patterns of files, as reports name them.
        verdicts: Empty for failures.
        only_new: Failures that the compared run did not have.
        only_blocks: What closes the gate.
        everything: Every verdict, and failures that do not count as well.
    """

    least: Severity | None = None
    checks: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    only_new: bool = False
    only_blocks: bool = False
    everything: bool = False


def pick(record: Record, selection: Selection, policy: GatePolicy) -> list[Finding]:
    """Return the findings that fit, worst first."""
    return worst_first(finding for finding in record.findings if _fits(finding, selection, policy))


def ensure(selection: Selection, known: Iterable[str], *, is_compared: bool) -> None:
    """Refuse what can never fit, before anything runs.

    Args:
        selection: What was asked for.
        known: Ids of the checks of the run.
        is_compared: The run is compared with another one.

    Raises:
        ConfigError: New ones are asked for and nothing is compared, or no check has an id that begins so.
    """
    if selection.only_new and not is_compared:
        raise ConfigError(say("select.not_compared"))
    ids = sorted(set(known))
    for name in selection.checks:
        if not any(each.startswith(name) for each in ids):
            near = difflib.get_close_matches(name, ids, n=1, cutoff=0.4)
            raise ConfigError(say("select.no_check", name=name, near=near[0] if near else "auditor checks"))


def _fits(finding: Finding, selection: Selection, policy: GatePolicy) -> bool:
    if not _has_verdict(finding, selection, policy):
        return False
    if selection.least and not finding.severity.reaches(selection.least):
        return False
    if selection.checks and not finding.id.startswith(selection.checks):
        return False
    if selection.controls and not any(answers(finding.controls, name) for name in selection.controls):
        return False
    return not selection.files or any(_lies_in(place(finding), name) for name in selection.files)


def _has_verdict(finding: Finding, selection: Selection, policy: GatePolicy) -> bool:
    if selection.only_new and finding.is_new is not True:
        return False
    if selection.only_blocks and not closes(finding, policy):
        return False
    if selection.verdicts:
        return finding.verdict in selection.verdicts
    if selection.everything or selection.only_blocks:
        return True
    return finding.counts


def _lies_in(where: str, name: str) -> bool:
    """Tell whether a place (``file:line``) is in a file, below a folder, or in a file of a pattern."""
    head, mark, line = where.rpartition(":")
    file = head if mark and line.isdigit() else where
    return file == name or file.startswith(f"{name.rstrip('/')}/") or fnmatch.fnmatchcase(file, name)
