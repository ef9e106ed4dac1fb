"""YAML of our own rulesets, read plainly."""

from __future__ import annotations

from typing import Any

import yaml


def read(data: bytes) -> Any:  # noqa: ANN401 - what YAML gives
    """Return what a file of our own says.

    Raises:
        ValueError: It is no YAML, or a mapping names a key twice.
    """
    try:
        return yaml.load(data, Loader=PlainLoader)  # noqa: S506 - a CSafeLoader
    except yaml.YAMLError as problem:
        message = " ".join(str(problem).split())
        raise ValueError(message) from problem


class PlainLoader(yaml.CSafeLoader):
    """YAML in which nothing is a date, and no key of a mapping is silently lost to its twin."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Return a mapping whose keys stand there once."""
        keys = [key.value for key, _value in node.value]
        if twins := sorted({str(key) for key in keys if keys.count(key) > 1}):
            message = f"key {twins[0]} stands there twice"
            raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
        return super().construct_mapping(node, deep)


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
