"""What came of judging the stored facts of a run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from auditor.model.control import Outcome
    from auditor.model.finding import Finding
    from auditor.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of judging again.

    Attributes:
        before: The record as it was.
        after: The record as it is now.
        gone: Findings of then that are not among those of now, to the byte.
        come: Findings of now that were not among those of then.
        has_same_rules: Everything that judges is what it was.
        tools: Programs of another version that were asked now: name, version of then, of now.
    """

    before: Record
    after: Record
    gone: tuple[Finding, ...]
    come: tuple[Finding, ...]
    has_same_rules: bool
    tools: tuple[tuple[str, str, str], ...] = ()

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Outcomes of now that are not what they were."""
        then = {msgspec.json.encode(each) for each in self.before.outcomes}
        return tuple(each for each in self.after.outcomes if msgspec.json.encode(each) not in then)

    @property
    def is_same(self) -> bool:
        """Tell whether every finding, every outcome and the gate are what they were, byte for byte."""
        return not (self.gone or self.come or self.outcomes) and self.before.gate == self.after.gate
