"""What a folder of Kubernetes sources holds: plain files, charts, kustomizations, and what is none of these."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.formats import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.documents import Json

FILE_LIMIT_BYTES: Final = 64 * 1024 * 1024
FILES_LIMIT: Final = 100_000
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_CHART: Final = "Chart.yaml"
# Names that kustomize takes (kustomize api/konfig, RecognizedKustomizationFileNames).
KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
# Folders of other tools: what lies there is never applied to a cluster.
_FOREIGN: Final = frozenset({".git", ".hg", ".svn", ".github", "node_modules", ".venv", "venv", "__pycache__", ".tox"})
# Fields of a kustomization that name files or folders (https://kubectl.docs.kubernetes.io/references/kustomize/).
_PATH_FIELDS: Final = (
    "resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators",
    "patchesStrategicMerge",
)  # fmt: skip
_PATH_ENTRIES: Final = ("patches", "patchesJson6902", "replacements")
_REMOTE: Final = ("://", "git@", "github.com/", "gitlab.com/", "bitbucket.org/", "?ref=", "git::")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something to read.

    Attributes:
        path: Where it lies.
        name: Its path relative to the root, with ``/``.
    """

    path: Path
    name: str


class PlainFile(Source):
    """A YAML or JSON file."""


class ChartFolder(Source):
    """A Helm chart: a folder with ``Chart.yaml``, or a packed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kustomization(Source):
    """A folder that kustomize builds and that no other kustomization of the root builds upon.

    Attributes:
        remote: Bases on the network that it or what it builds upon names; it cannot be built then.
        folders: All folders that it builds upon, itself included.
    """

    remote: tuple[str, ...]
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread(Source):
    """Something that looks like a source and is not read.

    Attributes:
        reason: A few words.
        detail: Circumstances.
        is_due: True if that leaves a gap; False if it was left out on purpose.
    """

    reason: str
    detail: str
    is_due: bool


def sources(root: Path) -> Iterator[PlainFile | ChartFolder | Kustomization | Unread]:
    """Find what a folder or file holds, in a fixed order.

    Links are followed to files inside the root only, where they are read at their own place.

    Args:
        root: A folder, or a single file, which is read whatever its name.
    """
    if root.is_file():
        if root.name.endswith((".tgz", ".tar.gz")):
            yield ChartFolder(path=root, name=root.name)
        else:
            real = root.resolve()
            yield from (replace(each, name=root.name) for each in _file(real.parent, real))
        return
    found = list(_walk(root))
    yield from (each for each in found if isinstance(each, ChartFolder | Unread))
    built = _kustomizations([each.path for each in found if each.name.rpartition("/")[2] in KUSTOMIZATIONS])
    consumed = set().union(*(files for files, _ in built.values()))
    # In a cycle each builds upon the other: both stay, and kustomize refuses them in its own words.
    lower = {
        below
        for folder, (_, folders) in built.items()
        for below in folders
        if below != folder and folder not in built.get(below, ((), ()))[1]
    }
    for folder, (_, folders) in sorted(built.items()):
        name = _name(root, folder) or "."
        if folder in lower:
            yield Unread(path=folder, name=name, reason="base", detail="built as part of another", is_due=False)
        else:
            remote = tuple(sorted({each for below in folders for each in _remote(_parsed(below))}))
            yield Kustomization(path=folder, name=name, remote=remote, folders=tuple(sorted(folders)))
    for each in found:
        if isinstance(each, PlainFile) and each.path.name not in KUSTOMIZATIONS and each.path not in consumed:
            yield each


def _walk(root: Path) -> Iterator[PlainFile | ChartFolder | Unread]:
    count = 0
    unread: list[OSError] = []
    for folder, below, files in os.walk(root, onerror=unread.append):
        here = Path(folder)
        yield from (_unreadable(root, unread.pop()) for _ in tuple(unread))
        if _CHART in files and _is_chart(here / _CHART):
            below.clear()
            yield ChartFolder(path=here, name=_name(root, here) or ".")
            continue
        for name in sorted(below):
            path = here / name
            if name in _FOREIGN or path.is_symlink():
                below.remove(name)
                yield from _link(root, path) if path.is_symlink() else ()
        below.sort()
        for name in sorted(files):
            if not name.lower().endswith(_SUFFIXES) and name not in KUSTOMIZATIONS:
                continue
            count += 1
            if count > FILES_LIMIT:
                detail = f"more than {FILES_LIMIT} files"
                yield Unread(path=here, name=_name(root, here), reason="too many files", detail=detail, is_due=True)
                return
            yield from _file(root, here / name)
    yield from (_unreadable(root, problem) for problem in unread)


def _unreadable(root: Path, problem: OSError) -> Unread:
    path = Path(str(problem.filename))
    return Unread(
        path=path, name=_name(root, path) or ".", reason="cannot be read", detail=str(problem.strerror), is_due=True
    )


def _file(root: Path, path: Path) -> Iterator[PlainFile | Unread]:
    name = _name(root, path)
    if path.is_symlink():
        yield from _link(root, path)
        return
    try:
        found = path.stat(follow_symlinks=False)
    except OSError as problem:
        yield Unread(path=path, name=name, reason="cannot be read", detail=str(problem.strerror), is_due=True)
        return
    if not stat.S_ISREG(found.st_mode):
        yield Unread(path=path, name=name, reason="no regular file", detail="a pipe, socket or device", is_due=True)
    elif found.st_size > FILE_LIMIT_BYTES:
        detail = f"{found.st_size} bytes, limit {FILE_LIMIT_BYTES}"
        yield Unread(path=path, name=name, reason="too large", detail=detail, is_due=True)
    else:
        yield PlainFile(path=path, name=name)


def _link(root: Path, path: Path) -> Iterator[Unread]:
    """A link is never followed: inside the root its target is read at its own place; outside is not ours to read."""
    try:
        is_inside = path.resolve(strict=True).is_relative_to(root.resolve())
        detail = "its target is read at its own place" if is_inside else "it leads out of the folder"
    except (OSError, RuntimeError):
        is_inside, detail = False, "it leads nowhere"
    yield Unread(path=path, name=_name(root, path), reason="link", detail=detail, is_due=not is_inside)


def _name(root: Path, path: Path) -> str:
    name = path.relative_to(root).as_posix()
    return "" if name == "." else name


def stray_links(chart: Path) -> tuple[str, ...]:
    """Return the links of a chart that lead out of it: helm would follow them."""
    found = []
    for folder, below, files in os.walk(chart):
        for name in (*below, *files):
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(chart.resolve()):
                found.append(_name(chart, path))
    return tuple(sorted(found))


def _is_chart(path: Path) -> bool:
    """A chart's file names an API version and a chart, and is no API object (https://helm.sh/docs/topics/charts/)."""
    value = _document(path)
    return isinstance(value, dict) and "apiVersion" in value and "name" in value and "kind" not in value


def _document(path: Path) -> Json:
    """Return the first document of a small file, None if there is none that can be read."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > documents.MAX_DOCUMENTS * 10:
            return None
        first = next(iter(documents.read(path.read_bytes())), None)
    except OSError:
        return None
    return first.value if isinstance(first, documents.Document) else None


def _parsed(folder: Path) -> dict[str, Json]:
    for name in KUSTOMIZATIONS:
        if (folder / name).is_file():
            value = _document(folder / name)
            return value if isinstance(value, dict) else {}
    return {}


def _named_paths(kustomization: dict[str, Json]) -> Iterator[str]:
    """Yield every path or address that a kustomization names."""
    for field in _PATH_FIELDS:
        entries = kustomization.get(field)
        yield from (each for each in entries if isinstance(each, str)) if isinstance(entries, list) else ()
    for field in _PATH_ENTRIES:
        entries = kustomization.get(field)
        for each in entries if isinstance(entries, list) else ():
            path = each.get("path") if isinstance(each, dict) else None
            if isinstance(path, str):
                yield path


def _remote(kustomization: dict[str, Json]) -> Iterator[str]:
    return (each for each in _named_paths(kustomization) if any(mark in each for mark in _REMOTE))


def _kustomizations(files: list[Path]) -> dict[Path, tuple[frozenset[Path], frozenset[Path]]]:
    """Return, by folder, the files of the root that its build takes in, and the folders it builds upon.

    A cycle is kustomize's to refuse; here it only ends the search.
    """
    found: dict[Path, tuple[frozenset[Path], frozenset[Path]]] = {}
    for folder in sorted({path.parent for path in files}):
        if _parsed(folder).get("kind") == "Component":
            continue
        taken: set[Path] = set()
        folders: set[Path] = set()
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            if here in folders:
                continue
            folders.add(here)
            for each in _named_paths(_parsed(here)):
                if "\0" in each or any(mark in each for mark in _REMOTE):
                    continue
                path = Path(os.path.normpath(here / each))
                if path.is_dir():
                    waiting.append(path)
                else:
                    taken.add(path)
        found[folder] = (frozenset(taken), frozenset(folders))
    return found
