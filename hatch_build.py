"""Puts policies and rulesets into the wheel: what judges, and neither tests nor the examples with planted faults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Content(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Adds ``auditor/_content`` to a wheel; an editable installation reads the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name each file that belongs to an installation, and where it goes."""
        if version == "editable":
            return
        root = Path(self.root)
        is_shipped = _rule_of(root)
        for top in ("policies", "rulesets"):
            for folder, folders, names in os.walk(root / top):
                folders.sort()
                for name in sorted(names):
                    if is_shipped(top, name):
                        file = Path(folder, name)
                        build_data["force_include"][str(file)] = f"auditor/_content/{file.relative_to(root).as_posix()}"


def _rule_of(root: Path) -> Any:  # noqa: ANN401 - a function of a module that is not installed yet
    """Return `auditor.content.is_shipped` out of the source tree, which cannot be imported while it is built."""
    source = (root / "auditor" / "content.py").read_text(encoding="utf-8")
    start = source.index("def is_shipped(")
    names: dict[str, Any] = {"Path": Path}
    exec(source[start:], names)  # noqa: S102 - our own source
    return names["is_shipped"]
