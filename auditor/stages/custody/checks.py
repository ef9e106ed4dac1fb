"""What must hold of the custody of keys; their words and thresholds stand in ``rulesets/custody/checks.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.check_data import checks_of
from auditor.stages.custody import checks_access, checks_records, checks_server

if TYPE_CHECKING:
    from auditor.check import Check

PART_KINDS: Final = frozenset({"custody"})


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage, in the order of its reference table."""
    judges = (*checks_server.JUDGES, *checks_access.JUDGES, *checks_records.JUDGES)
    return tuple(sorted(checks_of("custody", part_kinds=PART_KINDS, judges=judges), key=lambda each: each.aliases))
