"""What a run is to look at has to be there: a place that is not is told before anything runs, in one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError, ToolError
from auditor.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.system import Part, System

CONTEXT: Final = "context:"
"""What a cluster that is asked itself is named by."""
_PATHS: Final = frozenset({"code", "kubernetes", "node", "custody", "lineage", "auditlog"})
"""Kinds whose ``where`` is a path; endpoints, images and SBOMs are looked after where they are taken apart."""
_OPTIONS: Final = ("inventory", "events", "trace_ids", "dbt", "sql", "catalogue", "logs", "anchor", "records", "file")
"""Options of ``auditor.yaml`` that are paths, too."""


def ensure(systems: Iterable[System]) -> None:
    """Refuse a place that is not there.

    What is there and cannot be read is a matter of its stage, which leaves a gap.

    Raises:
        ConfigError: A path, or a context of the kubeconfig, is not there.
    """
    for system in systems:
        for part in system.parts:
            if part.kind == "kubernetes" and part.where.startswith(CONTEXT):
                _ensure_context(part)
            elif part.kind in _PATHS:
                for path in _named(part):
                    if _is_absent(path):
                        raise ConfigError(say("plan.no_path", path=path, target=part.argument))


def _named(part: Part) -> Iterator[Path]:
    if "://" not in part.where:
        yield part.path
    for name in _OPTIONS:
        value = part.options.get(name)
        if isinstance(value, str) and "://" not in value:
            yield Path(part.base, value)


def _is_absent(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _ensure_context(part: Part) -> None:
    from auditor.tools.kube import KubeApi  # noqa: PLC0415 - slow to import, and for a live audit only

    try:
        KubeApi(part.where.removeprefix(CONTEXT)).find_context()
    except ToolError as problem:
        raise ConfigError(say("plan.no_context", target=part.argument, detail=problem.detail)) from problem
