"""Reads kustomizations: what kustomize builds, and which resource, patch or generator each value came from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats import documents
from auditor.formats.documents import Document
from auditor.formats.kubernetes import Entry, entries
from auditor.stages.kubernetes import files, incomplete, staging
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.rendered import objects_of
from auditor.stages.kubernetes.sources import FILE_LIMIT_BYTES, KUSTOMIZATIONS, is_remote
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from auditor.formats.documents import Json
    from auditor.stages.kubernetes.rendered import Rendered, Renderer
    from auditor.stages.kubernetes.sources import Kustomization

_DEPTH: Final = 24
_GENERATORS: Final = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
_BASES: Final = ("resources", "bases", "components")
_PATCHES: Final = ("patchesStrategicMerge", "patches", "patchesJson6902")
_BLOCK: Final = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


def kustomization(source: Kustomization, part: str, namespace: str, render: Renderer) -> Iterator[Rendered]:
    """Build a kustomization; each object is placed where the resource stands that it was made of.

    What lies on the network is never fetched, and a file may be missing: each is a gap, and the rest is built without.
    """
    if source.remote:
        detail, remedy = f"builds upon {', '.join(source.remote)}", say("kubernetes.remedy.remote")
        yield gap(part, KubeObject, reasons.REMOTE_BASE, detail, remedy, subject=source.name)
    try:
        made = _as_far_as_it_goes(source, render)
    except ToolError as problem:
        if not source.remote or problem.detail != incomplete.NOTHING_HERE:
            remedy, detail = say("kubernetes.remedy.kustomization"), staging.told(problem.detail)
            yield gap(part, KubeObject, problem.reason, detail, remedy, subject=source.name, tool=problem.tool)
        yield from files.unused(source.others, (), part, namespace)
        return
    yield made.use
    places = _Resources(source)
    for folder, name in made.missing:
        detail, remedy = f"{name} is not there; the rest was built without it", say("kubernetes.remedy.missing")
        where = places.called(folder)
        yield gap(part, KubeObject, reasons.KUSTOMIZATION_DOES_NOT_BUILD, detail, remedy, subject=where)
    built = []
    for item in objects_of(made.output, source.name, part, namespace, made.use, places.placed):
        if isinstance(item, Found):
            built.append((item.entry.kind, item.entry.name))
        yield item
    yield from files.unused(source.others, built, part, namespace)


def _as_far_as_it_goes(source: Kustomization, render: Renderer) -> incomplete.Built:
    """Build all of it, or what is there of it.

    Raises:
        ToolError: Neither builds.
    """
    if source.remote and (made := incomplete.built(source, render)):
        return made
    try:
        return incomplete.Built(*render(source.path), missing=())
    except ToolError:
        if made := incomplete.built(source, render):
            return made
        raise


class _Resources:
    """Knows the resources that a kustomization is made of."""

    def __init__(self, source: Kustomization) -> None:
        self._source = source
        self._folders = tuple(_Folder(each, self._name) for each in _in_order(source.path, set(source.folders)))
        self._patches = tuple(patch for folder in self._folders for patch in folder.patches())
        self._found: dict[tuple[str, str], list[tuple[Path, Entry]]] = {}
        taken = {each.path for each in source.others}.union(*(folder.patch_files() for folder in self._folders))
        for path in (each for each in _resource_files(source.folders) if each not in taken):
            for document in documents.read(path.read_bytes()):
                for entry in entries(document) if isinstance(document, Document) else ():
                    if isinstance(entry, Entry):
                        self._found.setdefault(_key(entry), []).append((path, entry))

    def called(self, folder: Path) -> str:
        """Return the name of a folder's kustomization."""
        return self._name(next((path for name in KUSTOMIZATIONS if (path := folder / name).is_file()), folder))

    def placed(self, entry: Entry) -> tuple[str, Entry]:
        """Return the file that an object was made of, and the object with the lines of that file.

        Prefixes, suffixes and hashes change names: the resource whose name stands in the object's name, the longest.
        """
        named = [(path, each) for path, each in self._found.get(_key(entry), ()) if each.name in entry.name]
        if not named:
            return self._generated(entry)
        path, origin = max(named, key=lambda pair: len(pair[1].name))
        entry = replace(entry, places=dict(self._changed(entry, origin)))
        moved = replace(entry, line=origin.line, end_line=origin.end_line, lines=origin.lines, repeated=origin.repeated)
        return self._name(path), moved

    def _generated(self, entry: Entry) -> tuple[str, Entry]:
        """Return the place of the generator that made an object; the kustomization's first line if none is known."""
        known = [each for folder in self._folders for each in folder.generators(entry.kind) if each[0] in entry.name]
        if not known:
            place = next((n for n in KUSTOMIZATIONS if (self._source.path / n).is_file()), KUSTOMIZATIONS[0])
            bare = replace(entry, line=1, end_line=1, lines={}, repeated={})
            return self._name(self._source.path / place), bare
        name, file, line, places = max(known, key=lambda each: len(each[0]))
        del name
        return file, replace(entry, line=line, end_line=line, lines={}, repeated={}, places=places)

    def _changed(self, entry: Entry, origin: Entry) -> Iterator[tuple[str, tuple[str, int]]]:
        """Yield file and line of each value of an object that a patch or a field brought; a later one wins."""
        for folder in self._folders:
            yield from folder.images(entry.manifest)
        for patch in self._patches:
            if patch.is_for(origin):
                yield from patch.brought(entry.manifest)

    def _name(self, path: Path) -> str:
        """Return a path relative to the root of the part; a base outside of it starts with ``..``."""
        inside = Path(self._source.name) / os.path.relpath(path, self._source.path)
        return Path(os.path.normpath(inside)).as_posix()


def _in_order(folder: Path, folders: set[Path], above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Yield the folders that a build goes through, bases first."""
    if folder in above:
        return
    said = _document_of(folder)
    value = said[1].value if said else None
    for field in _BASES:
        for each in _sequence(value, field):
            below = Path(os.path.normpath(folder / each)) if isinstance(each, str) and "\0" not in each else folder
            if below in folders and below != folder:
                yield from _in_order(below, folders, above | {folder})
    yield folder


@dataclass(frozen=True, slots=True)
class _Patch:
    """A patch, in a file of its own or in a kustomization.

    Attributes:
        file: Where it stands.
        offset: Lines of the file before its text.
        line: The one line that all of it stands on; 0 if each has its own.
        document: Parts of an object, or a list of steps (RFC 6902).
        target: What it is for, if it says so.
    """

    file: str
    offset: int
    line: int
    document: Document
    target: Mapping[str, Any] | None

    def is_for(self, origin: Entry) -> bool:
        """Tell whether it changes a resource."""
        if self.target:
            wanted = {"kind": origin.kind, "name": origin.name, "group": origin.api_version.rpartition("/")[0]}
            return all(_fits(self.target.get(name), value) for name, value in wanted.items())
        value = self.document.value
        metadata = value.get("metadata") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(metadata, dict):
            return isinstance(value, list)  # steps whose target nobody saw
        return value.get("kind") == origin.kind and metadata.get("name") == origin.name

    def brought(self, built: object) -> Iterator[tuple[str, tuple[str, int]]]:
        """Yield pointer, file and line of each value that it has in common with what was built."""
        value = self.document.value
        if isinstance(value, list):
            for index, step in enumerate(value):
                at = step.get("path") if isinstance(step, dict) else None
                brought = step.get("value") if isinstance(step, dict) else None
                if isinstance(at, str) and brought is not None:
                    yield from self._step(built, at, brought, index)
        else:
            for inside, outside in _leaves(value, built, "", ""):
                yield outside, self._place(inside)

    def _step(self, built: object, at: str, brought: object, index: int) -> Iterator[tuple[str, tuple[str, int]]]:
        if at.endswith("/-"):
            listed = _value_at(built, at[:-2])
            found = [n for n, each in enumerate(listed) if each == brought] if isinstance(listed, list) else []
            at = f"{at[:-1]}{found[-1]}" if found else at
        if _value_at(built, at) != brought:
            return
        yield at, self._place(f"/{index}/value")
        for inside, outside in _leaves(brought, brought, f"/{index}/value", at):
            yield outside, self._place(inside)

    def _place(self, pointer: str) -> tuple[str, int]:
        return self.file, self.line or self.offset + _line_of(self.document.lines, pointer, self.document.line)


def _fits(pattern: object, value: str) -> bool:
    """Tell whether a selector of a patch fits: a regular expression over the whole value.

    kustomize's engine takes linear time, ours does not, and the pattern is not ours: names, ``.*`` and ``|`` are looked
    at, and whatever else stands there is taken to fit. What a patch brought is compared with what was built anyway.
    """
    if not isinstance(pattern, str) or not pattern:
        return True
    ways = pattern.strip("^$()").split("|")
    if not all(_PLAIN.fullmatch(way) for way in ways):
        return True
    return any(_matches(way.split(".*"), value) for way in ways)


_PLAIN: Final = re.compile(r"[\w.*-]{0,253}")


def _matches(pieces: Sequence[str], value: str) -> bool:
    """Tell whether the pieces stand in a value one after the other, the first and last at its ends."""
    first, *rest = pieces
    if not rest:
        return value == first
    if not value.startswith(first) or not value.endswith(rest[-1]):
        return False
    at, end = len(first), len(value) - len(rest[-1])
    for piece in rest[:-1]:
        found = value.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


class _Folder:
    """A folder with a kustomization."""

    def __init__(self, folder: Path, name: Callable[[Path], str]) -> None:
        self._folder = folder
        self._name = name
        said = _document_of(folder)
        self._path, document = said or (folder / KUSTOMIZATIONS[0], None)
        self._value = document.value if document and isinstance(document.value, dict) else {}
        self._lines: Mapping[str, int] = document.lines if document else {}
        self._first = document.line if document else 1
        self._text: list[str] = []
        if document:
            self._text = self._path.read_text("utf-8", "replace").splitlines()

    def _line(self, pointer: str) -> int:
        return _line_of(self._lines, pointer, self._first)

    def patches(self) -> Iterator[_Patch]:
        """Yield the patches that it names or holds, in their order."""
        for field in _PATCHES:
            for index, each in enumerate(_sequence(self._value, field)):
                given = each if isinstance(each, dict) else {}
                target = given.get("target")
                pointer = f"/{field}/{index}" + ("/patch" if given else "")
                text = given.get("patch") if given else each
                path = given.get("path") if given else each
                if isinstance(path, str) and (file := self._file(path)):
                    yield from self._read(self._name(file), file.read_bytes(), target, 0, 0)
                elif isinstance(text, str):
                    line = self._line(pointer)
                    is_block = 0 < line <= len(self._text) and _BLOCK.search(self._text[line - 1])
                    offset, only = (line, 0) if is_block else (0, line)
                    yield from self._read(self._name(self._path), text.encode(), target, offset, only)

    def patch_files(self) -> set[Path]:
        """Return the files of its patches that are no resources of it: no object is made of them."""
        made = {self._file(each) for each in _sequence(self._value, "resources") if isinstance(each, str)}
        named = [
            each.get("path") if isinstance(each, dict) else each
            for field in _PATCHES
            for each in _sequence(self._value, field)
        ]
        return {file for each in named if isinstance(each, str) and (file := self._file(each))} - made

    def _read(self, file: str, data: bytes, target: object, offset: int, line: int) -> Iterator[_Patch]:
        for document in documents.read(data):
            if isinstance(document, Document):
                yield _Patch(file, offset, line, document, target if isinstance(target, dict) else None)

    def _file(self, name: str) -> Path | None:
        """Return a small file of a folder, None if the name is none."""
        if "\n" in name or "\0" in name or is_remote(name):
            return None
        path = Path(os.path.normpath(self._folder / name))
        try:
            is_file = path.is_file() and not path.is_symlink() and path.stat().st_size <= FILE_LIMIT_BYTES
        except OSError:  # a name that is too long
            return None
        return path if is_file else None

    def generators(self, kind: str) -> Iterator[tuple[str, str, int, dict[str, tuple[str, int]]]]:
        """Yield name, file and line of the generators of a kind, and the places of the data that each brings."""
        for field in (each for each, made in _GENERATORS.items() if made == kind):
            for index, each in enumerate(_sequence(self._value, field)):
                name = each.get("name") if isinstance(each, dict) else None
                if isinstance(name, str) and name:
                    pointer = f"/{field}/{index}"
                    yield name, self._name(self._path), self._line(pointer), dict(self._data(each, pointer))

    def _data(self, generator: Json, pointer: str) -> Iterator[tuple[str, tuple[str, int]]]:
        for number, literal in enumerate(_sequence(generator, "literals")):
            key = str(literal).partition("=")[0]
            yield (
                f"/data/{documents.escaped(key)}",
                (
                    self._name(self._path),
                    self._line(f"{pointer}/literals/{number}"),
                ),
            )
        for number, given in enumerate(_sequence(generator, "files")):
            key, _, path = str(given).rpartition("=")
            file = self._file(path)
            place = (self._name(file), 1) if file else (self._name(self._path), self._line(f"{pointer}/files/{number}"))
            yield f"/data/{documents.escaped(key or Path(path).name)}", place
        env = generator.get("env") if isinstance(generator, dict) else None
        for given in (*_sequence(generator, "envs"), *([env] if isinstance(env, str) else [])):
            if file := self._file(str(given)):
                for line, text in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
                    key = text.partition("=")[0].strip()
                    if key and not key.startswith("#"):
                        yield f"/data/{documents.escaped(key)}", (self._name(file), line)

    def images(self, manifest: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, int]]]:
        """Yield the places of images that its field ``images`` set."""
        for index, each in enumerate(_sequence(self._value, "images")):
            name = (each.get("newName") or each.get("name")) if isinstance(each, dict) else None
            if not isinstance(name, str):
                continue
            for pointer, image in _images(manifest, "", _DEPTH):
                if re.fullmatch(rf"{re.escape(name)}(?:[:@].*)?", image):
                    yield pointer, (self._name(self._path), self._line(f"/images/{index}"))


def _images(value: object, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0:
        return
    if isinstance(value, dict):
        for key, each in value.items():
            at = f"{pointer}/{documents.escaped(str(key))}"
            if key == "image" and isinstance(each, str):
                yield at, each
            yield from _images(each, at, depth - 1)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _images(each, f"{pointer}/{index}", depth - 1)


def _document_of(folder: Path) -> tuple[Path, Document] | None:
    """Return the kustomization of a folder, None if there is none that can be read."""
    for name in KUSTOMIZATIONS:
        path = folder / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= FILE_LIMIT_BYTES:
            first = next(iter(documents.read(path.read_bytes())), None)
            return (path, first) if isinstance(first, Document) else None
    return None


def _sequence(value: object, name: str) -> Sequence[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else ()


def _leaves(patch: object, built: object, inside: str, outside: str, depth: int = _DEPTH) -> Iterator[tuple[str, str]]:
    """Yield the pointers, in a patch and in what was built, of the values that both have; elements go by their name."""
    if depth == 0:
        return
    if isinstance(patch, dict) and isinstance(built, dict):
        for key, value in patch.items():
            if key in built and key not in {"apiVersion", "kind", "name"}:
                at = documents.escaped(str(key))
                yield from _leaves(value, built[key], f"{inside}/{at}", f"{outside}/{at}", depth - 1)
    elif isinstance(patch, list) and isinstance(built, list) and all(isinstance(each, dict) for each in patch):
        for index, value in enumerate(patch):
            number = next((n for n, each in enumerate(built) if _is_same(each, value)), None)
            if number is not None:
                yield from _leaves(value, built[number], f"{inside}/{index}", f"{outside}/{number}", depth - 1)
    elif patch == built:
        yield inside, outside


def _is_same(one: object, other: object) -> bool:
    """Tell whether two elements are one: by their name, or where they have none by all that they say."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    return one == other or one.get("name") == other.get("name") is not None


def _line_of(lines: Mapping[str, int], pointer: str, line: int) -> int:
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, line)


def _value_at(value: object, pointer: str) -> object:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(key)] if key.isdigit() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _key(entry: Entry) -> tuple[str, str]:
    return entry.api_version.rpartition("/")[0], entry.kind


def _resource_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the YAML files of some folders, and those below that they name, that are small enough to look into."""
    seen: set[Path] = set()
    for folder in folders:
        here = sorted(folder.iterdir()) if os.access(folder, os.R_OK | os.X_OK) else []
        for path in (*here, *_named_below(folder)):
            is_yaml = path.suffix.lower() in {".yaml", ".yml", ".json"} and path.name not in KUSTOMIZATIONS
            is_file = is_yaml and os.path.isfile(path) and not os.path.islink(path) and os.access(path, os.R_OK)  # noqa: PTH113, PTH114 - say no where Path raises
            if is_file and path not in seen and path.stat().st_size <= FILE_LIMIT_BYTES:
                seen.add(path)
                yield path


def _named_below(folder: Path) -> Iterator[Path]:
    """Yield the resources of a kustomization that lie in folders without one of their own."""
    said = _document_of(folder)
    for each in _sequence(said[1].value, "resources") if said else ():
        if isinstance(each, str) and "/" in each and "\0" not in each and not is_remote(each):
            path = Path(os.path.normpath(folder / each))
            if path.is_relative_to(folder):
                yield path
