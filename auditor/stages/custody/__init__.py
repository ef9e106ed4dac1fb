"""Stage ``custody``: who can use, export, rotate and destroy keys: a live Vault or OpenBao, its files, records."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"custody"}))
