"""Source trees, read by semgrep with our own rules and by bandit."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"code"}), checks="checks:built_in_checks")
