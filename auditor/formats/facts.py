"""Facts as JSON lines, the form in which a run keeps them."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.fact import Fact


def fact_lines(system: str, facts: Iterable[Fact]) -> Iterator[bytes]:
    """Yield one line of UTF-8 JSON for each fact: its fields, and the system it belongs to.

    Args:
        system: Name of the system.
        facts: Facts of one kind.
    """
    for fact in facts:
        data = {"system": system, **_plain(fact)}
        yield json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _plain(value: object) -> dict[str, object]:
    """Return a dataclass as a mapping; not `dataclasses.asdict`, which copies every leaf."""
    return {
        each.name: _value(getattr(value, each.name))
        for each in dataclasses.fields(value)  # type: ignore[arg-type]
    }


def _value(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return _plain(value)
    if isinstance(value, tuple | list | frozenset | set):
        items = sorted(value) if isinstance(value, frozenset | set) else value
        return [_value(item) for item in items]
    if isinstance(value, dict):
        return {str(key): _value(inner) for key, inner in value.items()}
    return value
