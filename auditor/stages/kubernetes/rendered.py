"""Reads charts and kustomizations: what the real tools render, and where in the sources each line comes from."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from auditor.errors import ToolError
from auditor.formats import documents
from auditor.formats.documents import Document, Unreadable
from auditor.formats.kubernetes import Entry, entries
from auditor.formats.templates import source_lines
from auditor.messages import say
from auditor.model.artefact import Capture
from auditor.stages.kubernetes import files
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.sources import FILE_LIMIT_BYTES, KUSTOMIZATIONS, stray_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from auditor.model.fact import Gap
    from auditor.model.record import Left, ToolUse
    from auditor.stages.kubernetes.sources import ChartFolder, Kustomization

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
    source: ChartFolder, part: str, namespace: str, render: Renderer, *, is_assumed: bool = False
) -> Iterator[Rendered]:
    """Render a chart; each object is placed in the template that it comes from.

    Args:
        source: The chart.
        part: Argument of the part.
        namespace: That of the release.
        render: Renders it into this namespace.
        is_assumed: Nobody said that the release goes there: objects that its templates put there name no namespace.
    """
    if links := stray_links(source.path):
        remedy = say("kubernetes.remedy.links")
        yield gap(part, KubeObject, "link", f"{links[0]} leads out of the chart", remedy, subject=source.name)
        return
    try:
        output, use = render(source.path)
    except ToolError as problem:
        remedy = say("kubernetes.remedy.chart")
        yield gap(part, KubeObject, problem.reason, problem.detail, remedy, subject=source.name, tool=problem.tool)
        yield from files.unrendered(source.inner, lambda _name: False, part, namespace)
        return
    yield use
    places = _Templates(source, output, namespace if is_assumed else None)
    yield from _objects(output, source.name, part, namespace, use, places.placed)
    yield from files.unrendered(source.inner, places.is_rendered, part, namespace)


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
        yield gap(part, KubeObject, problem.reason, problem.detail, remedy, subject=source.name, tool=problem.tool)
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
    output: bytes, name: str, part: str, namespace: str, use: ToolUse, placed: Callable[[Entry], tuple[str, Entry]]
) -> Iterator[Found | Gap | Capture]:
    found: list[Found] = []
    tool = f"{use.name} {use.version}"
    for document in documents.read(output):
        if isinstance(document, Unreadable):
            where, remedy = f"{name}:{document.line}", say("kubernetes.remedy.rendered")
            yield gap(part, KubeObject, document.reason, document.detail, remedy, subject=where, tool=tool)
            continue
        for entry in entries(document):
            if isinstance(entry, Entry):
                file, moved = placed(entry)
                found.append(Found(entry=moved, part=part, file=file, namespace=namespace))
            elif entry.is_broken:
                reason, remedy = "not a Kubernetes object", say("kubernetes.remedy.rendered")
                where = f"{name}:{entry.line}"
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

    def placed(self, entry: Entry) -> tuple[str, Entry]:
        """Return the file that an object comes from, and the object with lines of that file."""
        template = self._template(entry.line)
        # The first part is the chart's own name, whatever its folder is called.
        inside = template.partition("/")[2]
        if self._chart.path.is_file():
            return self._chart.name, self._settled(_moved(entry, self._output, []), [])
        file = inside if self._chart.name == "." else f"{self._chart.name}/{inside}".rstrip("/")
        text = self._text(inside)
        return file, self._settled(_moved(entry, self._output, text), text)

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
        return any(source.partition("/")[2] == inside for _line, source in self._sources)

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
        self._found: dict[tuple[str, str], list[tuple[Path, Entry]]] = {}
        for path in _resource_files(source.folders):
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
        moved = replace(entry, line=origin.line, end_line=origin.end_line, lines=origin.lines, repeated=origin.repeated)
        return self._name(path), moved

    def _name(self, path: Path) -> str:
        """Return a path relative to the root of the part; a base outside of it starts with ``..``."""
        inside = Path(self._source.name) / os.path.relpath(path, self._source.path)
        return Path(os.path.normpath(inside)).as_posix()


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
    if not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
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
