"""The checks of this stage: functions from three modules, and what ``rulesets/tls/checks.yaml`` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.check_data import checks_of
from auditor.stages.tls import certificate_checks, cluster_checks, endpoint_checks

if TYPE_CHECKING:
    from auditor.check import Check

PART_KINDS: Final = frozenset({"tls"})


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    judges = (*endpoint_checks.JUDGES, *certificate_checks.JUDGES, *cluster_checks.JUDGES)
    return checks_of("tls", part_kinds=PART_KINDS, judges=judges)
