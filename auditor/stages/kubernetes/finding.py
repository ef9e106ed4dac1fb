"""Finds manifests, charts, kustomizations, and facts of nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.formats.head import head
from auditor.stage import Finder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_OBJECT: Final = re.compile(rb"(?s)(?=.*(?:^|[\n{,])\s*\"?apiVersion\"?\s*:)(?=.*(?:^|[\n{,])\s*\"?kind\"?\s*:)")
_NODE_FACTS: Final = re.compile(rb"\"schema\"\s*:\s*\"node-facts/")
_YAML: Final = frozenset({".yaml", ".yml"})
_SUFFIXES: Final = _YAML | {".json"}
_BUILT: Final = frozenset({"Chart.yaml", "kustomization.yaml", "kustomization.yml"})


class ManifestFinder(Finder):
    """The folder that is searched holds manifests as soon as one file is one, or a chart lies in it."""

    precedence = 60

    def __init__(self) -> None:
        """Begin a search."""
        self.found = False

    def folder(self, folder: str, files: Collection[str]) -> bool:  # noqa: ARG002
        """Note charts and kustomizations."""
        self.found = self.found or not _BUILT.isdisjoint(files)
        return False

    def file(self, path: Path) -> bool:
        """Take a manifest; of many the first is enough."""
        suffix = path.suffix.lower()
        if suffix not in _SUFFIXES or (self.found and suffix in _YAML):
            return False
        is_manifest = _is_manifest(head(path))
        self.found = self.found or is_manifest
        return is_manifest

    def missed(self, *, is_cut: bool) -> None:
        """Where the search was cut off, manifests may come behind."""
        self.found = self.found or is_cut

    def places(self, root: Path) -> Iterator[str]:
        """Yield the folder that was searched."""
        if self.found:
            yield str(root)


class NodeFactsFinder(Finder):
    """Files of ``auditor collect node``."""

    precedence = 55

    def __init__(self) -> None:
        """Begin a search."""
        self.found: list[str] = []

    def file(self, path: Path) -> bool:
        """Take facts of a node."""
        is_facts = path.suffix.lower() in _SUFFIXES and _NODE_FACTS.search(head(path)) is not None
        if is_facts:
            self.found.append(str(path))
        return is_facts

    def places(self, root: Path) -> list[str]:  # noqa: ARG002
        """Return the files."""
        return sorted(self.found)


def _is_manifest(start: bytes) -> bool:
    """Tell whether a file may hold an API object, its keys spelled out or in escapes; no template."""
    from auditor.formats import documents  # noqa: PLC0415 - YAML, where a folder is searched
    from auditor.formats.kubernetes import Entry, entries  # noqa: PLC0415

    if b"\\u" in start or b"\\x" in start or b"{{" in start:
        return any(
            isinstance(found, documents.Document) and any(isinstance(each, Entry) for each in entries(found))
            for found in documents.read(start)
        )
    return _OBJECT.match(start) is not None
