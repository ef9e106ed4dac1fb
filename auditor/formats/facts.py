"""Facts as JSON lines, the form in which a run keeps them."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.fact import Fact


def fact_lines(system: str, facts: Iterable[Fact]) -> Iterator[bytes]:
    """Yield one line of UTF-8 JSON for each fact: its fields, and the system it belongs to.

    Args:
        system: Name of the system.
        facts: Facts of one kind.
    """
    head = b'{"system":' + orjson.dumps(system) + b","
    for fact in facts:
        try:
            body = orjson.dumps(fact, default=_listed, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)
            yield head + body[1:]
        except orjson.JSONEncodeError:  # half a surrogate pair, a number of more than 64 bits
            data = {"system": system, **_plain(fact)}
            line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            yield line.encode("utf-8", "backslashreplace") + b"\n"


def _listed(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError


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
