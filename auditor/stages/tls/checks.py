"""The checks of this stage: functions from two modules, and what ``rulesets/tls/checks.yaml`` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.check_data import checks_of
from auditor.stages.tls import certificate_checks, endpoint_checks

if TYPE_CHECKING:
    from auditor.check import Check

PART_KINDS: Final = frozenset({"tls"})


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of("tls", part_kinds=PART_KINDS, judges=(*endpoint_checks.JUDGES, *certificate_checks.JUDGES))
