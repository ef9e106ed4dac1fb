"""Counts, for each element of a profile, how many of those that need it have it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.stages.sbom.compare import name_of, packages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.formats.sbom import Bom, Item

SHOWN: Final = 100
"""Names of those that lack an element, at most."""
_NO: Final = frozenset({"", "noassertion", "none", "unknown"})


def _is_said(text: str) -> bool:
    return text.strip().lower() not in _NO


def _has_hash(item: Item, wanted: str) -> bool:
    return any(name == wanted for name, _digits in item.hashes)


def _properties(item: Item) -> str:
    return " ".join(name.lower() for name, _value in item.properties)


_OF_COMPONENTS: Final[Mapping[str, Callable[[Item], bool]]] = {
    "supplier": lambda item: _is_said(item.supplier),
    "name": lambda item: _is_said(item.name),
    "version": lambda item: _is_said(item.version),
    "identifier": lambda item: bool(item.purl or item.cpes),
    "hash": lambda item: bool(item.hashes),
    "licence": lambda item: any(_is_said(each) for each in item.licences),
    "component-creator": lambda item: _is_said(item.supplier) or _is_said(item.author),
    "filename": lambda item: bool(item.locations) or "filename" in _properties(item),
    "sha512": lambda item: _has_hash(item, "SHA-512"),
    "kind-flags": lambda item: all(word in _properties(item) for word in ("executable", "archive", "structured")),
}
_OF_DOCUMENT: Final[Mapping[str, Callable[[Bom], bool]]] = {
    "author": lambda bom: any(_is_said(each) for each in bom.authors) or _is_said(bom.supplier),
    "creator": lambda bom: any("@" in each or "://" in each for each in bom.authors),
    "timestamp": lambda bom: _is_said(bom.created),
    "tool": lambda bom: any(_is_said(each) for each in bom.tools),
    "phase": lambda bom: _is_said(bom.phase),
    "no-vulnerabilities": lambda bom: not bom.vulnerabilities,
}


@cache
def profiles() -> Mapping[str, Any]:
    """Return the profiles by id, and under ``default`` those that count where none is asked for.

    Raises:
        ConfigError: The file cannot be read.
    """
    file = rulesets() / "sbom" / "profiles.yaml"
    try:
        said: dict[str, Any] = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
        return {**said["profiles"], "default": said["default"]}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as problem:
        message = f"{file} is not as it should be: {problem}"
        raise ConfigError(message) from problem


def elements(bom: Bom, profile: str) -> Iterator[tuple[str, int, int, tuple[str, ...]]]:
    """Yield each element with how many have it, how many need it, and who lacks it.

    Raises:
        ConfigError: There is no such profile.
    """
    known = profiles()
    if profile not in known or profile == "default":
        names = ", ".join(sorted(set(known) - {"default"}))
        message = f"unknown SBOM profile {profile!r} (known: {names})"
        raise ConfigError(message)
    items = packages_of(bom)
    for element in known[profile]["elements"]:
        if element in _OF_DOCUMENT:
            has = _OF_DOCUMENT[element](bom)
            yield element, int(has), 1, () if has else ("document",)
        elif element == "dependencies":
            yield element, *_dependencies(bom, items)
        else:
            test = _OF_COMPONENTS[element]
            due = [*items, *_described(bom, element)]
            lacking = sorted(name_of(item) for item in due if not test(item))
            yield element, len(due) - len(lacking), len(due), tuple(lacking[:SHOWN])


_OF_DESCRIBED: Final = frozenset({"supplier", "name", "version", "component-creator"})
"""Elements that what is described needs as each component does: it is the primary component (NTIA 2021, section IV)."""


def _described(bom: Bom, element: str) -> tuple[Item, ...]:
    """Return what a document describes, where it needs an element; its supplier may stand in the head."""
    if bom.subject is None or element not in _OF_DESCRIBED:
        return ()
    return (replace(bom.subject, supplier=bom.subject.supplier or bom.supplier),)


def _dependencies(bom: Bom, items: list[Item]) -> tuple[int, int, tuple[str, ...]]:
    """Count the components that stand in a relation to another: a document that only lists says nothing of them."""
    related = set(bom.dependencies)
    related.update(target for targets in bom.dependencies.values() for target in targets)
    lacking = sorted(name_of(item) for item in items if item.ref not in related)
    if items and bom.dependencies and bom.subject and bom.subject.ref in bom.dependencies:
        # at least what is described says what it includes: the primary relation that the NTIA asks for
        return len(items) - len(lacking), len(items), tuple(lacking[:SHOWN])
    return len(items) - len(lacking), max(1, len(items)), tuple(lacking[:SHOWN]) or (() if related else ("document",))
