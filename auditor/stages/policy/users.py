"""Rego checks of the user's own, in folders that he names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.stages.policy.checks import checks
from auditor.stages.policy.metadata import from_folder, texts_of

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.check import Check

__all__ = ["checks_of", "texts_of"]


def checks_of(folder: Path) -> tuple[Check, ...]:
    """Return the checks of a folder.

    Raises:
        ConfigError: It cannot be read, or a package has no METADATA that makes it a check.
    """
    return checks(from_folder(folder))
