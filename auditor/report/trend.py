"""How failures went since the compared run: a picture with a table of the same content behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.compare import open_failures
from auditor.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.record import Record


@dataclass(frozen=True)
class Trend:
    """Open failures by severity in the compared run and in this one.

    Attributes:
        since: Clock of the compared run.
        then: Of that run.
        now: Of this one, those that are known included.
        new: Of this one, those that the compared run had not.
    """

    since: str
    then: Mapping[Severity, int]
    now: Mapping[Severity, int]
    new: Mapping[Severity, int]

    @property
    def most(self) -> int:
        """The larger of the two sums, which is as wide as the picture."""
        return max(sum(self.then.values()), sum(self.now.values()), 1)


def trend(record: Record) -> Trend | None:
    """Return how the failures went since the compared run; None without one whose failures are known."""
    compared = record.run.comparison
    if compared is None or not compared.failures:
        return None
    return Trend(
        since=compared.started,
        then={severity: compared.failures.get(severity, 0) for severity in Severity},
        now=open_failures(record.findings),
        new=open_failures(finding for finding in record.findings if finding.is_new),
    )
