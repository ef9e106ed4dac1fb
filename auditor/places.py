"""What a run is to look at has to be there: a place that is not is told before anything runs, in one line."""

from __future__ import annotations

from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from auditor.errors import ConfigError
from auditor.messages import say
from auditor.stages import target_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.system import Part, System
    from auditor.stage import TargetKind


def ensure(systems: Iterable[System]) -> None:
    """Refuse a place that is not there.

    What is there and cannot be read is a matter of its stage, which leaves a gap.

    Raises:
        ConfigError: A path is not there, or what else its stage asks for.
    """
    for part in (part for system in systems for part in system.parts if part.kind in target_kinds()):
        kind = target_kinds()[part.kind]
        for path in _named(part, kind):
            if _is_absent(path):
                raise ConfigError(say("plan.no_path", path=path, target=part.argument))
        if kind.ensure:
            resolve_name(kind.ensure)(part)


def _named(part: Part, kind: TargetKind) -> Iterator[Path]:
    """Yield the paths that a target names."""
    if not kind.is_elsewhere(part.where):
        yield part.path
    for name in kind.paths:
        value = part.options.get(name)
        listed = value if isinstance(value, list | tuple) else (value,)
        for each in (one.get("path") if isinstance(one, dict) else one for one in listed):
            if isinstance(each, str) and "://" not in each:
                yield Path(part.base, each)


def _is_absent(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
