"""Reads charts and kustomizations: what the real tools render, and where in the sources each line comes from."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from auditor.errors import ToolError
from auditor.formats import documents
from auditor.formats.documents import Document, Unreadable
from auditor.formats.kubernetes import Entry, entries
from auditor.formats.templates import source_lines
from auditor.model.artefact import Capture
from auditor.model.fact import Gap
from auditor.model.place import real as real_path
from auditor.model.text import Text
from auditor.stages.kubernetes import files, staging
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap, left
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.sources import FILE_LIMIT_BYTES, KUSTOMIZATIONS, stray_links
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from auditor.model.record import Left, ToolUse
    from auditor.stages.kubernetes.sources import ChartFolder, Kustomization, PlainFile

    Rendered = Found | Gap | Capture | ToolUse | Left | files.Input

_NAMED: Final = re.compile(r"namespace:\s*[\"']?[a-z0-9]")
_SOURCE: Final = "# Source: "


class Renderer(Protocol):
    """What turns a chart or a kustomization into YAML."""

    def __call__(self, folder: Path) -> tuple[bytes, ToolUse]:
        """Return YAML, and the program that took part.

        Raises:
            ToolError: There is none.
        """


def chart(
    source: ChartFolder,
    part: str,
    namespace: str,
    render: Renderer,
    *,
    is_assumed: bool = False,
    values: tuple[Path, ...] = (),
) -> Iterator[Rendered]:
    """Render a chart; each object is placed in the template that it comes from.

    Args:
        source: The chart.
        part: Argument of the part.
        namespace: That of the release.
        render: Renders it into this namespace.
        is_assumed: Nobody said that the release goes there: objects that its templates put there name no namespace.
        values: Files of values that it is rendered with, beside its own.
    """
    if links := stray_links(source.path):
        remedy = say("kubernetes.remedy.links")
        yield gap(part, KubeObject, "link", f"{links[0]} leads out of the chart", remedy, subject=source.name)
        return
    try:
        output, use = render(source.path)
    except ToolError as problem:
        rest: list[Gap | Left] = []
        made = _as_far_as_it_goes(source, part, render, problem, values, rest)
        if made is None:
            remedy = _remedy(problem)
            yield gap(
                part,
                KubeObject,
                problem.reason,
                staging.told(problem.detail),
                remedy,
                subject=source.name,
                tool=problem.tool,
            )
            if not _is_refused_by_schema(problem):  # no values, no release: nothing of it is ever applied
                yield from files.unrendered(source.inner, lambda _name: False, part, namespace)
            return
        output, use = made
        yield from rest
    yield use
    places = _Templates(source, output, namespace if is_assumed else None)
    yield from _made_nothing(source, part, places, values)
    yield from _objects(output, source.name, part, namespace, use, places.placed, places.place_of)
    yield from files.unrendered(source.inner, places.is_rendered, part, namespace)


def _as_far_as_it_goes(
    source: ChartFolder,
    part: str,
    render: Renderer,
    problem: ToolError,
    values: tuple[Path, ...],
    rest: list[Gap | Left],
) -> tuple[bytes, ToolUse] | None:
    """Render a staged copy without what stops it; None if nothing is left then.

    1. Dependencies that are not there are taken out: those that are switched off are left out, others are missing.
    2. Templates that fail are taken out one after the other; each is a gap.

    Args:
        source: The chart, a folder.
        part: Argument of the part.
        render: Renders a folder.
        problem: Why it does not render as it stands.
        values: Files of values given.
        rest: Takes what is to be said of all that was taken out.
    """
    if not source.path.is_dir() or _is_refused_by_schema(problem):
        return None
    try:
        with staging.staged(source.path) as copy:
            return _tried(source, copy, part, render, problem, values, rest)
    except (OSError, shutil.Error):
        return None


def _is_refused_by_schema(problem: ToolError) -> bool:
    return "specifications of the schema" in problem.detail


_VERSION: Final = re.compile(r"kubeVersion|incompatible with Kubernetes|no matches for kind|(?i:api version)")


def _remedy(problem: ToolError) -> Text:
    """Return what to do about a chart that does not render, by what helm says of it."""
    if _VERSION.search(problem.detail):
        return say("kubernetes.remedy.version")
    if _is_refused_by_schema(problem) or staging.failing_template(problem.detail):
        return say("kubernetes.remedy.template")
    if staging.missing_dependencies(problem.detail):
        return say("kubernetes.remedy.dependency")
    return say("kubernetes.remedy.chart")


def _tried(
    source: ChartFolder,
    copy: Path,
    part: str,
    render: Renderer,
    problem: ToolError,
    values: tuple[Path, ...],
    rest: list[Gap | Left],
) -> tuple[bytes, ToolUse] | None:
    for _ in range(staging.MOST_TRIES):
        if names := staging.missing_dependencies(problem.detail):  # 1
            off = staging.conditions(source.path, names, values)
            staging.without_dependencies(copy, names)
            rest += [_dependency(source, part, name, off, problem) for name in names]
        elif (at := staging.failing_template(problem.detail)) and staging.without_template(copy, at[0]):  # 2
            where = (f"{source.name}/" if source.name != "." else "") + at[0] + (f":{at[1]}" if at[1] else "")
            remedy = say("kubernetes.remedy.template")
            rest.append(
                gap(
                    part,
                    KubeObject,
                    problem.reason,
                    staging.told(problem.detail),
                    remedy,
                    subject=where,
                    tool=problem.tool,
                )
            )
        else:
            break
        try:
            made = render(copy)
        except ToolError as another:
            problem = another
            continue
        is_empty = _KIND.search(made[0]) is None and any(isinstance(each, Gap) for each in rest)
        return None if is_empty else made
    return None


def _dependency(source: ChartFolder, part: str, name: str, off: Mapping[str, str], problem: ToolError) -> Gap | Left:
    where = (f"{source.name}/" if source.name != "." else "") + f"charts/{name}"
    if name in off:
        return left(part, where, say("kubernetes.left.switched_off", condition=off[name]))
    detail = f"{name} is a dependency of the chart and is not in charts/; the rest was rendered without it"
    remedy = say("kubernetes.remedy.dependency")
    return gap(part, KubeObject, "chart dependency missing", detail, remedy, subject=where, tool=problem.tool)


def _made_nothing(source: ChartFolder, part: str, places: _Templates, values: tuple[Path, ...]) -> Iterator[Left]:
    """Say which templates made no object, with which values, and what those switch off."""
    due = [
        each
        for each in source.inner
        if "/templates/" in f"/{each.name}" and not Path(each.name).name.startswith("_") and each.path.suffix != ".json"
    ]
    empty = [each.name for each in due if not places.is_rendered(each.name)]
    given = say("kubernetes.left.given_values" if values else "kubernetes.left.own_values")

    def both(key: str, **told: object) -> Text:
        return Text(*(say(key, values=given.to(to), **told).to(to) for to in ("en", "zh")))

    if empty:
        names = _first(empty)
        yield left(part, source.name, both("kubernetes.left.empty", empty=len(empty), all=len(due), names=names))
    if source.path.is_dir() and (off := staging.switches(source.path, values)):
        yield left(part, source.name, both("kubernetes.left.switches", names=_first(off)))


def _first(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" (+{more})" if more > 0 else "")


_MOST_NAMED: Final = 20
_KIND: Final = re.compile(rb"(?m)^kind:")


def kustomization(source: Kustomization, part: str, namespace: str, render: Renderer) -> Iterator[Rendered]:
    """Build a kustomization; each object is placed where the resource stands that it was made of."""
    if source.remote:
        detail = f"builds upon {source.remote[0]}"
        yield gap(part, KubeObject, "remote base", detail, say("kubernetes.remedy.remote"), subject=source.name)
        return
    try:
        output, use = render(source.path)
    except ToolError as problem:
        remedy = say("kubernetes.remedy.kustomization")
        yield gap(
            part,
            KubeObject,
            problem.reason,
            staging.told(problem.detail),
            remedy,
            subject=source.name,
            tool=problem.tool,
        )
        yield from files.unused(source.others, (), part, namespace)
        return
    yield use
    places = _Resources(source)
    built = []
    for item in _objects(output, source.name, part, namespace, use, places.placed):
        if isinstance(item, Found):
            built.append((item.entry.kind, item.entry.name))
        yield item
    yield from files.unused(source.others, built, part, namespace)


def _objects(
    output: bytes,
    name: str,
    part: str,
    namespace: str,
    use: ToolUse,
    placed: Callable[[Entry], tuple[str, Entry]],
    place_of: Callable[[int], str] | None = None,
) -> Iterator[Found | Gap | Capture]:
    found: list[Found] = []
    tool = f"{use.name} {use.version}"
    for document in documents.read(output):
        if isinstance(document, Unreadable):
            where = place_of(document.line) if place_of else f"{name}:{document.line}"
            remedy = say("kubernetes.remedy.rendered")
            yield gap(part, KubeObject, document.reason, document.detail, remedy, subject=where, tool=tool)
            continue
        for entry in entries(document):
            if isinstance(entry, Entry):
                file, moved = placed(entry)
                found.append(Found(entry=moved, part=part, file=file, namespace=namespace))
            elif entry.is_broken:
                reason, remedy = "not a Kubernetes object", say("kubernetes.remedy.rendered")
                where = place_of(entry.line) if place_of else f"{name}:{entry.line}"
                yield gap(part, KubeObject, reason, entry.detail, remedy, subject=where, tool=tool)
    data = json.dumps([each.entry.manifest for each in found], sort_keys=True).encode()
    capture = Capture(data=data, media_type="application/json", tool=tool)
    yield capture
    for index, each in enumerate(found):
        entry = replace(each.entry, pointer=f"/{index}")
        yield replace(each, entry=entry, capture=capture.digest)


class _Templates:
    """Knows the templates of a chart, and which of them each line of the output comes from."""

    def __init__(self, source: ChartFolder, output: bytes, assumed: str | None) -> None:
        self._chart = source
        self._assumed = assumed
        self._output = output.decode("utf-8", "replace").splitlines()
        self._sources = [
            (number, line.removeprefix(_SOURCE).strip())
            for number, line in enumerate(self._output, 1)
            if line.startswith(_SOURCE)
        ]
        self._texts: dict[str, list[str]] = {}
        named = {source.partition("/")[2] for _line, source in self._sources}
        self._rendered = named | {self._real(each) for each in named}

    def placed(self, entry: Entry) -> tuple[str, Entry]:
        """Return the file that an object comes from, and the object with lines of that file."""
        template = self._template(entry.line)
        # The first part is the chart's own name, whatever its folder is called.
        inside = template.partition("/")[2]
        if self._chart.path.is_file():
            return self._chart.name, self._settled(_moved(entry, self._output, []), [])
        inside = self._real(inside)
        file = inside if self._chart.name == "." else f"{self._chart.name}/{inside}".rstrip("/")
        text = self._text(inside)
        return file, self._settled(_moved(entry, self._output, text), text)

    def place_of(self, line: int) -> str:
        """Return file and line of the template that a line of the output comes from."""
        inside = self._real(self._template(line).partition("/")[2])
        name = inside if self._chart.name == "." else f"{self._chart.name}/{inside}".rstrip("/")
        text = [each.strip() for each in self._text(inside)]
        said = self._output[line - 1].strip() if 0 < line <= len(self._output) else ""
        return f"{name}:{text.index(said) + 1 if said and said in text else 1}"

    def _settled(self, entry: Entry, text: Sequence[str]) -> Entry:
        """Return an object without the assumed namespace, unless its template says it in so many words."""
        metadata = entry.manifest.get("metadata")
        if not self._assumed or entry.namespace != self._assumed or not isinstance(metadata, dict):
            return entry
        line = entry.lines.get("/metadata/namespace", 0)
        if 0 < line <= len(text) and _NAMED.search(text[line - 1]):
            return entry
        bare = {key: value for key, value in metadata.items() if key != "namespace"}
        return replace(entry, namespace="", manifest={**entry.manifest, "metadata": bare})

    def is_rendered(self, name: str) -> bool:
        """Tell whether something in the output came from a file of the chart."""
        inside = name if self._chart.name == "." else name.removeprefix(f"{self._chart.name}/")
        return inside in self._rendered

    def _real(self, inside: str) -> str:
        """Return the file of the chart that a template is: an alias is a name, no folder."""
        here, path = self._chart.path, Path()
        parts = inside.split("/")
        while len(parts) > 2 and parts[0] == "charts":  # noqa: PLR2004 - charts/NAME/…
            name = parts[1]
            if not (here / "charts" / name).is_dir():
                name = staging.aliases(here).get(name, name)
            here, path, parts = here / "charts" / name, path / "charts" / name, parts[2:]
        return (path / "/".join(parts)).as_posix()

    def _template(self, line: int) -> str:
        name = ""
        for number, source in self._sources:
            if number > line:
                break
            name = source
        return name

    def _text(self, inside: str) -> list[str]:
        if inside not in self._texts:
            self._texts[inside] = _lines(self._chart.path / inside, self._chart.path)
        return self._texts[inside]


class _Resources:
    """Knows the resources that a kustomization is made of."""

    def __init__(self, source: Kustomization) -> None:
        self._source = source
        self._patches = tuple(_patches(source.others))
        self._found: dict[tuple[str, str], list[tuple[Path, Entry]]] = {}
        taken = {each.path for each in source.others}
        for path in (each for each in _resource_files(source.folders) if each not in taken):
            for document in documents.read(path.read_bytes()):
                for entry in entries(document) if isinstance(document, Document) else ():
                    if isinstance(entry, Entry):
                        self._found.setdefault(_key(entry), []).append((path, entry))

    def placed(self, entry: Entry) -> tuple[str, Entry]:
        """Return the file that an object was made of, and the object with the lines of that file.

        Prefixes, suffixes and hashes change names: the resource whose name stands in the object's name, the longest.
        """
        named = [(path, each) for path, each in self._found.get(_key(entry), ()) if each.name in entry.name]
        if not named:
            place = next((n for n in KUSTOMIZATIONS if (self._source.path / n).is_file()), KUSTOMIZATIONS[0])
            return self._name(self._source.path / place), replace(entry, line=1, end_line=1, lines={}, repeated={})
        path, origin = max(named, key=lambda pair: len(pair[1].name))
        entry = replace(entry, places=dict(self._patched(entry, origin)))
        moved = replace(entry, line=origin.line, end_line=origin.end_line, lines=origin.lines, repeated=origin.repeated)
        return self._name(path), moved

    def _patched(self, entry: Entry, origin: Entry) -> Iterator[tuple[str, tuple[str, int]]]:
        """Yield file and line of each value of an object that a patch brought; a later patch wins."""
        for name, patch in self._patches:
            if isinstance(patch, Entry):
                if patch.kind == entry.kind and patch.name == origin.name:
                    for pointer in _leaves(patch.manifest, entry.manifest, "", ""):
                        yield pointer[1], (name, _line_of(patch.lines, pointer[0], patch.line))
                continue
            for index, step in enumerate(patch.value if isinstance(patch.value, list) else ()):
                at = step.get("path") if isinstance(step, dict) else None
                brought = step.get("value") if isinstance(step, dict) else None
                if isinstance(at, str) and brought is not None and _value_at(entry.manifest, at) == brought:
                    yield at, (name, _line_of(patch.lines, f"/{index}/value", patch.line))

    def _name(self, path: Path) -> str:
        """Return a path relative to the root of the part; a base outside of it starts with ``..``."""
        inside = Path(self._source.name) / os.path.relpath(path, self._source.path)
        return Path(os.path.normpath(inside)).as_posix()


def _patches(others: Iterable[PlainFile]) -> Iterator[tuple[str, Entry | Document]]:
    """Yield the patches of a kustomization with their files: parts of objects, and lists of steps (RFC 6902)."""
    for each in others:
        try:
            data = each.path.read_bytes()
        except OSError:
            continue
        for document in documents.read(data):
            if not isinstance(document, Document):
                continue
            if isinstance(document.value, list):
                yield each.name, document
            else:
                yield from ((each.name, entry) for entry in entries(document) if isinstance(entry, Entry))


def _leaves(patch: object, built: object, inside: str, outside: str, depth: int = 24) -> Iterator[tuple[str, str]]:
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
    return isinstance(one, dict) and isinstance(other, dict) and one.get("name") == other.get("name") is not None


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
    """Yield the YAML files of some folders that are small enough to look into."""
    for folder in folders:
        for path in sorted(folder.iterdir()) if os.access(folder, os.R_OK | os.X_OK) else ():
            is_yaml = path.suffix.lower() in {".yaml", ".yml", ".json"} and path.name not in KUSTOMIZATIONS
            is_file = is_yaml and path.is_file() and not path.is_symlink() and os.access(path, os.R_OK)
            if is_file and path.stat().st_size <= FILE_LIMIT_BYTES:
                yield path


def _lines(path: Path, root: Path) -> list[str]:
    """Return the lines of a template, none if it is not a file of the chart (it came out of a packed subchart)."""
    if not path.is_file() or not real_path(path).is_relative_to(real_path(root)):
        return []
    return path.read_text("utf-8", "replace").splitlines()


def _moved(entry: Entry, output: Sequence[str], template: Sequence[str]) -> Entry:
    """Return an object with the lines of its template instead of those of the output."""
    if not template:
        return replace(entry, line=1, end_line=1, lines={}, repeated={})
    rendered = output[entry.line - 1 : entry.end_line]
    offset, chunk = _chunk(template, entry.kind, rendered)
    lines = [offset + line for line in source_lines(chunk, rendered)]

    def of(line: int) -> int:
        return lines[min(max(line - entry.line, 0), len(lines) - 1)]

    return replace(
        entry,
        line=min(lines),
        end_line=max(lines),
        lines={pointer: of(line) for pointer, line in entry.lines.items()},
        repeated={pointer: of(line) for pointer, line in entry.repeated.items()},
    )


def _chunk(template: Sequence[str], kind: str, rendered: Sequence[str]) -> tuple[int, Sequence[str]]:
    """Return the document of a template that an object was rendered from, and how many lines stand before it."""
    starts = [0, *(index + 1 for index, line in enumerate(template) if line.startswith("---"))]
    chunks = [
        (start, template[start:end])
        for start, end in zip(starts, [*starts[1:], len(template)], strict=True)
        if any(line.strip() for line in template[start:end])
    ]
    told = [each for each in chunks if any(line.strip() == f"kind: {kind}" for line in each[1])]
    wanted = Counter(line.strip() for line in rendered)
    return max(
        told or chunks or [(0, template)], key=lambda each: (Counter(x.strip() for x in each[1]) & wanted).total()
    )
