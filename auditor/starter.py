"""Writes a first ``auditor.yaml`` for what lies in a folder."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Final

import yaml

from auditor.detect import detect
from auditor.errors import ConfigError
from auditor.stages import target_kinds
from auditor.systems import CONFIG_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from auditor.model.system import Part


CHOICES: Final = ("head", "system", "targets", "frameworks", "gate")
"""What is explained above its line."""


def write(folder: Path, *, force: bool, words: Mapping[str, str]) -> tuple[Path, list[str]]:
    """Write the file.

    Args:
        folder: Folder to search; the file is written into it.
        force: Replace a file that is there.
        words: What is said of each of `CHOICES`, lines of it.

    Returns:
        The file, and the arguments of what was found.

    Raises:
        ConfigError: There is no such folder, or a file is there already.
    """
    if not folder.is_dir():
        message = f"{folder} is no folder: auditor init needs one to search"
        raise ConfigError(message)
    place = folder / CONFIG_NAME
    if place.exists() and not force:
        message = f"{place} is there already; --force replaces it"
        raise ConfigError(message)
    found = detect(str(folder)).parts
    by_kind: dict[str, list[str]] = {}
    for part in found:
        by_kind.setdefault(part.kind, []).append(_inside(part, folder))
    name = re.sub(r"[^\w-]+", "-", folder.resolve().name).strip("-") or "system"
    said = {choice: [f"# {line}" for line in words[choice].splitlines()] for choice in CHOICES}
    lines = [
        *(*said["head"], ""),
        *(*said["system"], f"system: {_yaml({'name': name})}", ""),
        *(*said["targets"], "targets:"),
        *(*(f"  {kind}: {_yaml(places)}" for kind, places in by_kind.items()), ""),
        *(*said["frameworks"], "frameworks: []", ""),
        *(*said["gate"], "gate: {fail_on: high, max_not_assessed: 0}", ""),
    ]
    try:
        place.write_text("\n".join(lines), encoding="utf-8")
    except OSError as error:
        message = f"{place} cannot be written: {error.strerror}"
        raise ConfigError(message) from error
    return place, [part.argument for part in found]


def _inside(part: Part, folder: Path) -> str:
    """Return where a part lies, seen from the folder: paths of a configuration start there.

    Raises:
        ConfigError: Its name is no UTF-8, which no YAML can hold.
    """
    schemes = (scheme for scheme in target_kinds()[part.kind].schemes if part.where.startswith(scheme))
    scheme = next(schemes, "")
    path = part.where.removeprefix(scheme)
    inside = os.path.relpath(path, folder)
    if any("\ud800" <= letter <= "\udfff" for letter in inside):
        message = f"a configuration cannot name a place whose name is no UTF-8: {inside[:200]!a}; rename it"
        raise ConfigError(message)
    return f"{scheme}{inside}"


def _yaml(value: object) -> str:
    """Return a value on one line of YAML."""
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=sys.maxsize).strip()
