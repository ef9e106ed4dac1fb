"""What is new since an earlier run: findings told apart by what they are, never by where in a file they stand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.model.finding import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from auditor.model.finding import Finding


def mark_new(
    findings: Sequence[Finding], before: Iterable[Finding], is_gone: Callable[[Finding], bool], then: str = ""
) -> tuple[Finding, ...]:
    """Return the findings with ``is_new`` set on every failure, and on known ones since when they are known.

    1. A failure is known if the earlier run had one of the same fingerprint; each earlier one answers for one. One that
       stands in many places is known if each of its places is.
    2. Of the rest, a failure is known if an earlier one says the same of a file that is gone since: it was moved.

    Args:
        findings: Of this run.
        before: Of the earlier one.
        is_gone: Tells of an earlier finding whether its file is there no more.
        then: Clock of the earlier run; empty where that is not known.
    """
    earlier = [finding for finding in before if finding.verdict is Verdict.FAIL]
    open_answers = Counter(print_ for finding in earlier for print_ in _prints(finding))
    since = _oldest(((print_, finding) for finding in earlier for print_ in _prints(finding)), then)
    marked: list[Finding] = []
    for finding in findings:
        if finding.verdict is not Verdict.FAIL:
            marked.append(finding)
            continue
        known = [print_ for print_ in _prints(finding) if open_answers[print_] > 0]
        open_answers.subtract(known)
        is_known = len(known) == 1 + len(finding.places)  # 1
        first_seen = min(since[print_] for print_ in known) if is_known else ""
        marked.append(replace(finding, is_new=not is_known, first_seen=first_seen))
    moved = Counter(
        finding.moved_fingerprint
        for finding in earlier
        if finding.moved_fingerprint and open_answers[finding.fingerprint] > 0 and is_gone(finding)
    )
    since = _oldest(((finding.moved_fingerprint, finding) for finding in earlier), then)
    for index, finding in enumerate(marked):
        if finding.is_new and moved[finding.moved_fingerprint] > 0:  # 2
            moved[finding.moved_fingerprint] -= 1
            marked[index] = replace(finding, is_new=False, first_seen=since[finding.moved_fingerprint])
    return tuple(marked)


def _prints(finding: Finding) -> Iterator[str]:
    """Yield the fingerprint of each place of a failure."""
    yield finding.fingerprint
    yield from (place.fingerprint for place in finding.places)


def open_failures(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Count by severity the failures that are open: of the service and not waived, whether new or known."""
    count = Counter(
        finding.severity
        for finding in findings
        if finding.verdict is Verdict.FAIL and finding.waived is None and not finding.context
    )
    return {severity: count[severity] for severity in Severity}


def _oldest(earlier: Iterable[tuple[str, Finding]], then: str) -> dict[str, str]:
    """Return by fingerprint when a failure was first seen: of twins, the older one, which is due first."""
    found: dict[str, str] = {}
    for fingerprint, finding in earlier:
        seen = finding.first_seen or then
        found[fingerprint] = min(found.get(fingerprint, seen), seen)
    return found
