"""What a folder of Kubernetes sources holds: plain files, charts, kustomizations, and what is none of these."""

from __future__ import annotations

import os
import re
import stat
import tarfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import documents
from auditor.model.place import real as real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.formats.documents import Json

FILE_LIMIT_BYTES: Final = 64 * 1024 * 1024
FILES_LIMIT: Final = 100_000
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_CHART: Final = "Chart.yaml"
_PACKED: Final = (".tgz", ".tar.gz")
_MEMBERS_LIMIT: Final = 1000
# Templates of Jinja, Go, ERB, envsubst and others, and languages that make manifests.
_TEMPLATES: Final = (
    ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".gotmpl", ".template", ".erb", ".mustache", ".envsubst", ".in",
    ".jsonnet", ".libsonnet", ".cue", ".dhall", ".k", ".pkl", ".star",
)  # fmt: skip
_TERRAFORM: Final = (".tf", ".tf.json")
_ELSE: Final = (*_PACKED, *_TEMPLATES, *_TERRAFORM)
_HEAD_BYTES: Final = 256 * 1024
_PUT_ASIDE: Final = re.compile(r"\.(?:ya?ml|json)\.[\w-]+$|\.(?:ya?ml|json)~$", re.IGNORECASE)
"""A manifest that somebody put aside: ``web.yaml.bak``, ``web.yml.disabled``."""
# Names that kustomize takes (kustomize api/konfig, RecognizedKustomizationFileNames).
KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
# Folders of other tools: what lies there is never applied to a cluster.
_FOREIGN: Final = frozenset(
    {".git", ".hg", ".svn", ".github", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".auditor"}
)
# Fields of a kustomization that name files or folders (https://kubectl.docs.kubernetes.io/references/kustomize/).
_PATH_FIELDS: Final = (
    "resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators",
    "patchesStrategicMerge",
)  # fmt: skip
_RESOURCE_FIELDS: Final = frozenset({"resources", "bases", "components"})
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFile(Source):
    """A YAML or JSON file.

    Attributes:
        size_bytes: As its folder says; 0 where nobody asked.
    """

    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFolder(Source):
    """A Helm chart: a folder with ``Chart.yaml``, or a packed one.

    Attributes:
        inner: Files of its templates, definitions and subcharts: what helm does not render of them is read plainly.
        taken: Templates beside these, which the chart's own templates take in (``.Files``): helm alone can read them.
    """

    inner: tuple[PlainFile, ...] = ()
    taken: tuple[PlainFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kustomization(Source):
    """A folder that kustomize builds and that no other kustomization of the root builds upon.

    Attributes:
        remote: Bases on the network that it or what it builds upon names; it cannot be built then.
        folders: All folders that it builds upon, itself included.
        others: Files that it takes in otherwise than as a resource (patches): a whole object in them is read plainly.
    """

    remote: tuple[str, ...]
    folders: tuple[Path, ...]
    others: tuple[PlainFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread(Source):
    """Something that looks like a source and is not read.

    Attributes:
        reason: A few words.
        detail: Circumstances.
        is_due: True if that leaves a gap; False if it was left out on purpose.
    """

    reason: reasons.Reason
    detail: str
    is_due: bool


def sources(root: Path) -> Iterator[PlainFile | ChartFolder | Kustomization | Unread]:
    """Find what a folder or file holds, in a fixed order.

    Links are followed to files inside the root only, where they are read at their own place.

    Args:
        root: A folder, or a single file, which is read whatever its name.
    """
    if root.is_file():
        if root.name.endswith(_PACKED):
            yield ChartFolder(path=root, name=root.name)
        else:
            real = real_path(root)
            yield from _file(real.parent, real, root.name)
        return
    found = list(_walk(root))
    charts = _charts([each for each in found if isinstance(each, ChartFolder)], found)
    yield from charts.values()
    yield from (each for each in found if isinstance(each, Unread))
    held = {each.path for chart in charts.values() for each in (*chart.inner, *chart.taken)}
    plain = {each.path: each for each in found if isinstance(each, PlainFile) and each.path not in held}
    built = _kustomizations([path for path in plain if path.name in KUSTOMIZATIONS])
    consumed = set().union(*(files for files, _, _ in built.values()))
    others = {
        folder: tuple(plain[path] for path in sorted(other) if path in plain and path not in consumed)
        for folder, (_, _, other) in built.items()
    }
    real_root = os.path.realpath(root)
    # In a cycle each builds upon the other: both stay, and kustomize refuses them in its own words.
    lower = {
        below
        for folder, (_, folders, _) in built.items()
        for below in folders
        if below != folder and folder not in built.get(below, ((), (), ()))[1]
    }
    asked: set[Path] = set()
    for folder, (_, folders, _) in sorted(built.items()):
        name = _name(root, folder) or "."
        if folder in lower:
            yield Unread(
                path=folder, name=name, reason=reasons.Reason("base"), detail="built as part of another", is_due=False
            )
        elif stray := [each for each in sorted(folders) if not _is_inside(each, real_root)]:
            detail = f"builds upon {os.path.relpath(stray[0], folder)}, which is outside the audited folder"
            yield Unread(path=folder, name=name, reason=reasons.BASE_OUTSIDE, detail=detail, is_due=True)
        else:
            remote = tuple(
                sorted({each for below in folders for _field, each in _named_paths(_parsed(below)) if is_remote(each)})
            )
            inner = tuple(each for below in sorted(folders) for each in others.get(below, ()) if each.path not in asked)
            asked.update(each.path for each in inner)
            yield Kustomization(path=folder, name=name, remote=remote, folders=tuple(sorted(folders)), others=inner)
    for path, each in plain.items():
        if path.name not in KUSTOMIZATIONS and path not in consumed and path not in asked:
            yield each


_OF_CHART: Final = ("templates", "crds", "charts")
_DESCRIBING: Final = frozenset(
    {_CHART, "Chart.lock", "requirements.yaml", "requirements.lock", "values.yaml", "values.schema.json"}
)


def _charts(found: Sequence[ChartFolder], all_found: Sequence[Source]) -> dict[Path, ChartFolder]:
    """Return the charts that are no part of another, each with the files that helm reads of it."""
    if not found:
        return {}
    folders = {each.path for each in found}
    top = {
        each.path: each
        for each in found
        if not any(above.name == "charts" and above.parent in folders for above in each.path.parents)
    }
    inner: dict[Path, list[PlainFile]] = {path: [] for path in top}
    beside: dict[Path, list[PlainFile]] = {path: [] for path in top}
    chart_of: dict[Path, Path | None] = {}
    for each in all_found:
        if isinstance(each, PlainFile):
            folder = each.path.parent
            if folder not in chart_of:
                chart_of[folder] = next((above for above in (folder, *folder.parents) if above in top), None)
            chart = chart_of[folder]
            if chart is not None:
                below = each.path.relative_to(chart).parts
                if below[0] in _OF_CHART or (len(below) == 1 and below[0] in _DESCRIBING):
                    inner[chart].append(each)
                elif b"{{" in _head(each.path):
                    beside[chart].append(each)
    return {
        path: replace(
            chart,
            inner=tuple(inner[path]),
            taken=tuple(beside[path]) if beside[path] and _takes_files(path) else (),
        )
        for path, chart in top.items()
    }


def _takes_files(chart: Path) -> bool:
    """Tell whether a template of a chart, or of one in it, takes in files that lie beside the templates."""
    return any(
        b".Files." in _head(path)
        for base in (chart / "templates", chart / "charts")
        for path in base.rglob("*")
        if path.suffix in {".tpl", ".yaml", ".yml", ".txt"}
    )


def _is_inside(path: Path, real_root: str) -> bool:
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return False
    return real == real_root or real.startswith(real_root.rstrip("/") + "/")


def _walk(root: Path) -> Iterator[PlainFile | ChartFolder | Unread]:
    count = 0
    unread: list[OSError] = []
    for folder, below, files in os.walk(root, onerror=unread.append):
        here = Path(folder)
        yield from (_unreadable(root, unread.pop()) for _ in tuple(unread))
        if _CHART in files and _is_chart(here / _CHART):
            yield ChartFolder(path=here, name=_name(root, here) or ".")
        for name in sorted(below):
            path = here / name
            if path.is_symlink():
                below.remove(name)
                yield from _link(root, path)
            elif name in _FOREIGN:
                below.remove(name)
                detail = "of another tool"
                yield Unread(path=path, name=_name(root, path), reason=reasons.FOLDER, detail=detail, is_due=False)
        below.sort()
        files.sort()
        yield from (each for name in files if _may_be_other(name) for each in _other(root, here / name))
        prefix = f"{above}/" if (above := _name(root, here)) else ""
        for name in files:
            if not name.lower().endswith(_SUFFIXES) and name not in KUSTOMIZATIONS:
                continue
            count += 1
            if count > FILES_LIMIT:
                detail = f"more than {FILES_LIMIT} files"
                yield Unread(
                    path=here, name=_name(root, here), reason=reasons.TOO_MANY_FILES, detail=detail, is_due=True
                )
                return
            yield from _file(root, here / name, prefix + name)
    yield from (_unreadable(root, problem) for problem in unread)


def _may_be_other(name: str) -> bool:
    return name.lower().endswith(_ELSE) or bool(_PUT_ASIDE.search(name))


def _other(root: Path, path: Path) -> Iterator[ChartFolder | Unread]:
    """Look at what is neither YAML nor JSON: packed charts, and what makes manifests in another language."""
    if path.name.lower().endswith(_PACKED):
        yield from _packed(root, path)
    elif path.name.lower().endswith(_TEMPLATES):
        yield from _template(root, path)
    elif path.name.lower().endswith(_TERRAFORM):
        if b"kubernetes_" in (head := _head(path)) or b"helm_release" in head:
            detail = f"a program that makes manifests ({path.suffix})"
            name = _name(root, path)
            yield Unread(path=path, name=name, reason=reasons.TEMPLATE_NOT_RENDERED, detail=detail, is_due=True)
    elif _PUT_ASIDE.search(path.name) and _is_manifest(_head(path)):
        yield Unread(
            path=path, name=_name(root, path), reason=reasons.Reason("suffix"), detail=path.suffix, is_due=False
        )


def _head(path: Path) -> bytes:
    """Return the first bytes of a regular file, nothing of what is none or cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES) if stat.S_ISREG(path.stat(follow_symlinks=False).st_mode) else b""
    except OSError:
        return b""


def _is_manifest(head: bytes) -> bool:
    return b"apiVersion" in head and b"kind" in head


def _packed(root: Path, path: Path) -> Iterator[ChartFolder | Unread]:
    """A packed chart is one like any other; in a chart's own ``charts`` it is part of that one."""
    above = path.parent.parent
    if path.parent.name == "charts" and (above / _CHART).is_file() and _is_chart(above / _CHART):
        return
    name = _name(root, path)
    if path.is_symlink():
        yield from _link(root, path)
    elif _holds_chart(path):
        yield ChartFolder(path=path, name=name)
    else:
        yield Unread(path=path, name=name, reason=reasons.Reason("archive"), detail="no packed chart", is_due=False)


def _holds_chart(path: Path) -> bool:
    """Tell whether ``Chart.yaml`` is among the first members of an archive; helm packs it first."""
    try:
        with tarfile.open(path, "r:gz") as archive:  # a stream is refused for the header that helm writes
            for member, _ in zip(archive, range(_MEMBERS_LIMIT), strict=False):
                if member.name.removeprefix("./").partition("/")[2] == _CHART:
                    return True
                if member.offset_data + member.size > FILE_LIMIT_BYTES:
                    return False
            return False
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError):
        return False


def _template(root: Path, path: Path) -> Iterator[Unread]:
    """A manifest in another language, or a template of another tool, is not read: that leaves a gap.

    Templates of a chart are helm's to read.
    """
    if any((above / _CHART).is_file() for above in path.parents if above.is_relative_to(root)):
        return
    if _is_manifest(_head(path)):
        detail = f"a template or program that makes manifests ({path.suffix})"
        name = _name(root, path)
        yield Unread(path=path, name=name, reason=reasons.TEMPLATE_NOT_RENDERED, detail=detail, is_due=True)


def _unreadable(root: Path, problem: OSError) -> Unread:
    path = Path(str(problem.filename))
    return Unread(
        path=path,
        name=_name(root, path) or ".",
        reason=reasons.CANNOT_BE_READ,
        detail=str(problem.strerror),
        is_due=True,
    )


def _file(root: Path, path: Path, name: str) -> Iterator[PlainFile | Unread]:
    try:
        found = path.lstat()
    except OSError as problem:
        yield Unread(path=path, name=name, reason=reasons.CANNOT_BE_READ, detail=str(problem.strerror), is_due=True)
        return
    if stat.S_ISLNK(found.st_mode):
        yield from _link(root, path)
    elif not stat.S_ISREG(found.st_mode):
        yield Unread(
            path=path, name=name, reason=reasons.NO_REGULAR_FILE, detail="a pipe, socket or device", is_due=True
        )
    elif found.st_size > FILE_LIMIT_BYTES:
        detail = f"{found.st_size} bytes, limit {FILE_LIMIT_BYTES}"
        yield Unread(path=path, name=name, reason=reasons.TOO_LARGE, detail=detail, is_due=True)
    else:
        yield PlainFile(path=path, name=name, size_bytes=found.st_size)


def _link(root: Path, path: Path) -> Iterator[Unread]:
    """A link is never followed: inside the root its target is read at its own place; outside is not ours to read."""
    try:
        is_inside = real_path(path, strict=True).is_relative_to(real_path(root))
        detail = "its target is read at its own place" if is_inside else "it leads out of the folder"
    except (OSError, RuntimeError):
        is_inside, detail = False, "it leads nowhere"
    yield Unread(path=path, name=_name(root, path), reason=reasons.LINK, detail=detail, is_due=not is_inside)


def _name(root: Path, path: Path) -> str:
    name = path.relative_to(root).as_posix()
    return "" if name == "." else name


def stray_links(chart: Path) -> tuple[str, ...]:
    """Return the links of a chart that lead out of it: helm would follow them."""
    found = []
    for folder, below, files in os.walk(chart):
        for name in (*below, *files):
            path = Path(folder, name)
            if path.is_symlink() and not _is_held(path, chart):
                found.append(_name(chart, path))
    return tuple(sorted(found))


def _is_held(link: Path, chart: Path) -> bool:
    try:
        return real_path(link, strict=True).is_relative_to(real_path(chart))
    except (OSError, RuntimeError):  # it leads nowhere, or in a circle
        return False


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


def _named_paths(kustomization: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield every path or address that a kustomization names, behind its field."""
    for field in _PATH_FIELDS:
        entries = kustomization.get(field)
        yield from ((field, each) for each in entries if isinstance(each, str)) if isinstance(entries, list) else ()
    for field in _PATH_ENTRIES:
        entries = kustomization.get(field)
        for each in entries if isinstance(entries, list) else ():
            path = each.get("path") if isinstance(each, dict) else None
            if isinstance(path, str):
                yield field, path
    for field in _GENERATORS:
        entries = kustomization.get(field)
        for each in entries if isinstance(entries, list) else ():
            yield from ((field, path) for path in _taken_in(each))


def _taken_in(generator: Json) -> Iterator[str]:
    """Yield the files that a generator makes data of: ``KEY=PATH``, or a path."""
    for name in ("files", "envs"):
        listed = generator.get(name) if isinstance(generator, dict) else None
        yield from (str(each).rpartition("=")[2] for each in (listed if isinstance(listed, list) else ()))


def is_remote(named: str) -> bool:
    """Tell whether what a kustomization names lies on the network."""
    return any(mark in named for mark in _REMOTE)


def _kustomizations(files: list[Path]) -> dict[Path, tuple[frozenset[Path], frozenset[Path], frozenset[Path]]]:
    """Return, by folder, the files that its build takes as resources, the folders it builds upon, and other files.

    A cycle is kustomize's to refuse; here it only ends the search.
    """
    found: dict[Path, tuple[frozenset[Path], frozenset[Path], frozenset[Path]]] = {}
    for folder in sorted({path.parent for path in files}):
        if _parsed(folder).get("kind") == "Component":
            continue
        taken: set[Path] = set()
        others: set[Path] = set()
        folders: set[Path] = set()
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            if here in folders:
                continue
            folders.add(here)
            for field, each in _named_paths(_parsed(here)):
                if "\0" in each or is_remote(each):
                    continue
                path = Path(os.path.normpath(here / each))
                if os.path.isdir(path):  # noqa: PTH112 - says no where Path raises: a name may be too long
                    waiting.append(path)
                else:
                    (taken if field in _RESOURCE_FIELDS else others).add(path)
        found[folder] = (frozenset(taken), frozenset(folders), frozenset(others - taken))
    return found
