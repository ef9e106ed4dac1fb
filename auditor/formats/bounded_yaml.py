"""YAML that people write for us, within bounds: every value with its line, no key twice, nothing but plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NODE_LIMIT: Final = 20_000
"""Values after aliases are written out; a file that needs more is a bomb."""
DEPTH_LIMIT: Final = 32
_LARGE: Final = 2**63
"""Python refuses to spell much larger numbers, and none is meant here."""


def read_yaml(path: Path, data: bytes, limit: int = NODE_LIMIT) -> tuple[object, Mapping[tuple[object, ...], int]]:
    """Return the value of a document, None of an empty one, and the line of each place in it.

    Args:
        path: Named in errors.
        data: All of it; the caller bounds its size.
        limit: Values at most, once aliases are written out.

    Raises:
        ConfigError: It is no YAML, too deep, too large, or has a key twice.
    """
    return _Reader(path, limit).read(data)


class _Reader:
    """Builds values from YAML nodes within bounds, and remembers the line of each."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._count = 0
        self._lines: dict[tuple[object, ...], int] = {}

    def read(self, data: bytes) -> tuple[object, Mapping[tuple[object, ...], int]]:
        """Return the value, and the line of each place in it."""
        try:
            self._check_depth(data)
            node = yaml.compose(data, Loader=yaml.CSafeLoader)
            value = self._value(node, (), 0) if node is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            message = f"{self._path}:{line}: not YAML: {error.problem or error.context}"
            raise ConfigError(message) from error
        except (yaml.YAMLError, RecursionError, UnicodeError) as error:
            message = f"{self._path}: not YAML: {str(error).splitlines()[0]}"
            raise ConfigError(message) from error
        return value, self._lines

    def _check_depth(self, data: bytes) -> None:
        """Refuse deep nesting before anything recurses: libyaml's composer would overflow the stack of the process."""
        depth = 0
        for event in yaml.parse(data, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEPTH_LIMIT:
                    line = event.start_mark.line + 1 if event.start_mark else 1
                    message = f"{self._path}:{line}: nested more than {DEPTH_LIMIT} deep"
                    raise ConfigError(message)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1

    def _value(self, node: yaml.Node, place: tuple[object, ...], depth: int) -> object:
        line = node.start_mark.line + 1
        self._lines[place] = line
        self._count += 1
        if self._count > self._limit:
            message = f"{self._path}:{line}: more than {self._limit:,} values once aliases are written out"
            raise ConfigError(message)
        if depth > DEPTH_LIMIT:
            message = f"{self._path}:{line}: nested more than {DEPTH_LIMIT} deep (an alias that holds itself?)"
            raise ConfigError(message)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(inner, (*place, index), depth + 1) for index, inner in enumerate(node.value)]
        return _scalar(node, self._path)

    def _mapping(self, node: yaml.MappingNode, place: tuple[object, ...], depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                message = f"{self._path}:{line}: keys are plain words here"
                raise ConfigError(message)
            if key in found:
                message = f"{self._path}:{line}: key {key!r} stands here twice"
                raise ConfigError(message)
            found[key] = self._value(value_node, (*place, key), depth + 1)
            self._lines[(*place, key)] = line
        return found


def _scalar(node: yaml.Node, path: Path) -> object:
    constructor = yaml.constructor.SafeConstructor()
    try:
        value = constructor.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        if node.tag == "tag:yaml.org,2002:timestamp":
            return str(node.value)  # 2026-02-30 is no day: whoever wants one says so, with what it is for
        message = f"{path}:{node.start_mark.line + 1}: {node.value!r} cannot be read: {str(error).splitlines()[0]}"
        raise ConfigError(message) from error
    is_plain = isinstance(value, str | int | float | bool | None)
    is_small = not isinstance(value, int) or abs(value) < _LARGE
    return value if is_plain and is_small else str(node.value)
