"""Finds out what a folder holds: the parts that stages can look at, and what no stage of this version takes."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from auditor.errors import ConfigError
from auditor.messages import say
from auditor.model.record import Left
from auditor.model.system import Part
from auditor.stages.code.languages import SUFFIXES

KINDS: Final = ("code", "image", "sbom", "kubernetes", "node", "tls", "custody", "lineage", "auditlog")
"""Kinds of parts that an argument may name (product.md §3)."""

_FOLDER_LIMIT: Final = 20_000
_LOG_BYTES: Final = 16_384
_HEAD_BYTES: Final = 1_000_000
"""Of a file that may be a manifest: a long comment may stand before it."""
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "__pycache__", ".auditor"})
_CODE: Final = SUFFIXES - {".yaml", ".yml", ".json", ".xml", ".toml", ".ini", ".cfg", ".conf", ".properties"}
"""Suffixes that make a folder a source tree; those left out stand in other folders as well, and are read there too."""
_KUBERNETES: Final = re.compile(rb"(?s)(?=.*(?:^|[\n{,])\s*\"?apiVersion\"?\s*:)(?=.*(?:^|[\n{,])\s*\"?kind\"?\s*:)")
_NODE_FACTS: Final = re.compile(rb"\"schema\"\s*:\s*\"node-facts/")
_KEY_STORE: Final = re.compile(rb"(?m)^[ \t]*(?:listener|storage|seal)\s+\"\w+\"\s*\{")
"""Configuration of a Vault or OpenBao."""
_LINEAGE_SUFFIXES: Final = frozenset({".json", ".ndjson", ".jsonl"})
_LOG_NAME: Final = re.compile(r"\.(?:log(?:[.-]\d+)*|ndjson|jsonl|json|csv)(?:\.gz|\.zst)?$")
_LOG_MARK: Final = re.compile(
    rb"auditID|\bmsg=audit\(|AUDIT: (?:SESSION|OBJECT),|class_uid|\btype\W{1,6}(?:request|response)\b"
)
"""What a file of audit records has near its beginning, whatever envelope is around it."""
_LOG_FORMATS: Final = frozenset(
    {"k8s-audit", "vault", "auditd", "ocsf", "postgresql-stderr", "postgresql-csv", "postgresql-json"}
)
"""Formats that say by themselves that they are audit logs; access logs and applications need an inventory."""
_PACKED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_LOG_SOURCES: Final = re.compile(rb"(?m)^[\"']?log_sources[\"']?\s*:")
_INVENTORIES: Final = ("inventory.yaml", "inventory.yml")
_SBOM_NAMES: Final = (".cdx.json", ".cdx.xml", ".spdx.json")


@dataclass
class Detected:
    """What lies in a folder.

    Attributes:
        parts: Parts that can be audited.
        left: What was seen and is left out, with the reason.
    """

    parts: list[Part] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def parse(argument: str, options: dict[str, object] | None = None) -> tuple[Part, ...]:
    """Return the parts that an argument names: ``kind=where``, or two joined by ``@`` (``node=F@kubernetes=S``).

    Raises:
        ConfigError: It names no known kind.
    """
    pieces = re.split(rf"@(?=(?:{'|'.join(KINDS)})=)", argument)
    parts = []
    for piece in pieces:
        kind, mark, where = piece.partition("=")
        if not mark or kind not in KINDS or not where:
            message = f"target {argument!r} is neither a folder nor kind=where; kinds: {', '.join(KINDS)}"
            raise ConfigError(message)
        parts.append(Part(kind=kind, where=where, options=options or {}))
    return tuple(parts)


def is_bare(argument: str) -> bool:
    """Tell whether an argument is a path rather than ``kind=where``."""
    return not re.match(rf"^(?:{'|'.join(KINDS)})=", argument)


def detect(folder: str) -> Detected:
    """Search a bare folder or file for parts.

    Args:
        folder: As the user gave it.

    Raises:
        ConfigError: There is no such place.
    """
    root = Path(folder)
    try:
        root.stat()
    except FileNotFoundError as error:
        message = f"no such folder: {folder}; give a folder, or kind=where with a kind of {', '.join(KINDS)}"
        raise ConfigError(message) from error
    except OSError as error:
        message = f"{folder[:200]} cannot be searched: {error.strerror}"
        raise ConfigError(message) from error
    found = Detected()
    seen = _Search().walk(root)
    where = folder
    if seen.code:
        found.parts.append(Part(kind="code", where=where))
    found.parts.extend(Part(kind="custody", where=path) for path in sorted(seen.key_stores()))
    if seen.kubernetes:
        found.parts.append(Part(kind="kubernetes", where=where))
    found.parts.extend(Part(kind="node", where=path) for path in sorted(seen.node))
    found.parts.extend(Part(kind="image", where=f"oci:{path}") for path in sorted(seen.image))
    found.parts.extend(Part(kind="sbom", where=path) for path in sorted(seen.sbom))
    found.parts.extend(Part(kind="lineage", where=path) for path in sorted(_places(seen.lineage, root)))
    found.parts.extend(Part(kind="auditlog", where=path) for path in sorted(_places(seen.logs, root)))
    for name, count in sorted(seen.skipped.items()):
        found.left.append(Left(target=folder, what=name + "/", why=say("detect.skipped", count=count)))
    for name in seen.unread:
        found.left.append(Left(target=folder, what=name + "/", why=say("detect.unread")))
    if seen.is_cut:
        found.left.append(Left(target=folder, what="…", why=say("detect.cut", limit=_FOLDER_LIMIT)))
    if not found.parts:
        # an unknown folder is still looked at: what cannot be assessed will be said
        found.parts.append(Part(kind="code", where=where))
    return found


@dataclass
class _Search:
    code: bool = False
    kubernetes: bool = False
    node: list[str] = field(default_factory=list)
    image: list[str] = field(default_factory=list)
    sbom: list[str] = field(default_factory=list)
    custody: set[str] = field(default_factory=set)
    lineage: set[str] = field(default_factory=set)
    logs: set[str] = field(default_factory=set)
    skipped: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    is_cut: bool = False

    def walk(self, root: Path) -> _Search:
        if root.is_file():
            self._file(root)
            self.custody = {str(root)} if self.custody else set()
            self.lineage = {str(root)} if self.lineage else set()
            self.logs = {str(root)} if self.logs else set()
            found = (self.kubernetes, self.node, self.sbom, self.custody, self.lineage, self.logs)
            self.code = self.code or not any(found)
            return self
        for number, (folder, folders, files) in enumerate(os.walk(root, onerror=self._cannot)):
            if number >= _FOLDER_LIMIT:
                self.is_cut = self.code = self.kubernetes = True  # whatever comes behind may be either
                break
            for name in _SKIPPED.intersection(folders):
                self.skipped[name] += 1
            folders[:] = sorted(set(folders) - _SKIPPED)
            if "oci-layout" in files and "index.json" in files:
                self.image.append(folder)
                folders[:] = []
                continue
            if "Chart.yaml" in files or not {"kustomization.yaml", "kustomization.yml"}.isdisjoint(files):
                self.kubernetes = True
            for name in files:
                self._file(Path(folder, name))
        return self

    def key_stores(self) -> set[str]:
        """Return the folders of key stores; one inside another is read with it."""
        return {each for each in self.custody if not self.custody & {str(above) for above in Path(each).parents}}

    def _cannot(self, error: OSError) -> None:
        """Note a folder that cannot be read. It may hold code, so the code stage shall look and say what it misses."""
        self.unread.append(str(error.filename))
        self.code = True

    def _file(self, path: Path) -> None:
        suffix = path.suffix.lower()
        if _is_log(path):
            self.logs.add(str(path.parent))
        elif suffix in _CODE or path.name.startswith(("Dockerfile", "Containerfile", ".env")):
            self.code = True
        elif suffix == ".hcl":
            if _KEY_STORE.search(_head(path)):
                self.custody.add(str(path.parent))
        elif path.name.endswith(_SBOM_NAMES):
            self.sbom.append(str(path))
        elif suffix in _LINEAGE_SUFFIXES | {".yaml", ".yml"} and not (self.kubernetes and suffix in {".yaml", ".yml"}):
            head = _head(path)
            if suffix in _LINEAGE_SUFFIXES and _is_lineage(head):
                self.lineage.add(str(path.parent))
            elif suffix not in {".ndjson", ".jsonl"} and _NODE_FACTS.search(head):
                self.node.append(str(path))
            elif suffix not in {".ndjson", ".jsonl"} and _is_manifest(head):
                self.kubernetes = True


def _places(folders: set[str], root: Path) -> set[str]:
    """Return where lineage or logs lie: the folder with the inventory above them, or their own; none inside another."""
    places = set()
    for each in folders:
        above = [Path(each), *Path(each).parents]
        inside = [one for one in above if one == root or root in one.parents]
        with_inventory = (one for one in inside if any((one / name).is_file() for name in _INVENTORIES))
        places.add(str(next(with_inventory, Path(each))))
    return {each for each in places if not places & {str(one) for one in Path(each).parents}}


def _is_log(path: Path) -> bool:
    """Tell whether a file holds records of an audit log, or is an inventory that names logs."""
    if path.name in _INVENTORIES:
        return _LOG_SOURCES.search(_head(path)) is not None
    if _LOG_NAME.search(path.name.lower()) is None:
        return False
    head = _head(path, _LOG_BYTES)
    if not (head.startswith(_PACKED) or _LOG_MARK.search(head)):
        return False
    from auditor.formats.logs import lines, ocsf, reading  # noqa: PLC0415 - where a file may be a log only

    try:
        found = reading.detect(lines.head(path)[0])
    except OSError:
        return False
    if found.format == "ocsf" and found.sample is not None and not ocsf.is_action(found.sample):
        return False  # findings of a scanner
    return found.format in _LOG_FORMATS


def _is_manifest(head: bytes) -> bool:
    """Tell whether a file may hold an API object, its keys spelled out or in escapes; no template."""
    from auditor.formats import documents  # noqa: PLC0415 - YAML, where a folder is searched
    from auditor.formats.kubernetes import Entry, entries  # noqa: PLC0415

    if b"\\u" in head or b"\\x" in head or b"{{" in head:
        return any(
            isinstance(found, documents.Document) and any(isinstance(each, Entry) for each in entries(found))
            for found in documents.read(head)
        )
    return _KUBERNETES.match(head) is not None


def _is_lineage(head: bytes) -> bool:
    """Tell whether a file begins like OpenLineage events, OTLP traces, or a manifest of dbt."""
    if b'"resourceSpans"' in head or b'"dbt_schema_version"' in head:
        return True
    return b'"eventTime"' in head and b'"producer"' in head and (b'"job"' in head or b'"dataset"' in head)


def _head(path: Path, limit_bytes: int = _HEAD_BYTES) -> bytes:
    try:
        if not path.is_file() or path.is_symlink():
            return b""
        with path.open("rb") as file:
            return file.read(limit_bytes)
    except OSError:
        return b""
