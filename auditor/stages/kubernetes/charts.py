"""Reads Helm charts: what helm renders, and where in the chart each line comes from; in packed ones, too."""

from __future__ import annotations

import re
import shutil
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.errors import ToolError, ToolPartial
from auditor.formats.templates import source_lines
from auditor.model.fact import Gap
from auditor.model.place import real as real_path
from auditor.model.text import Text
from auditor.stages.kubernetes import files, staging, unpacking
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap, left
from auditor.stages.kubernetes.rendered import objects_of
from auditor.stages.kubernetes.sources import ChartFolder, PlainFile, sources, stray_links
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from auditor.formats.kubernetes import Entry
    from auditor.model.record import Exclusion, ToolUse
    from auditor.stages.kubernetes.rendered import Rendered, Renderer
    from auditor.stages.kubernetes.unpacking import Opened

_NAMED: Final = re.compile(r"namespace:\s*[\"']?[a-z0-9]")
_SOURCE: Final = "# Source: "
_KIND: Final = re.compile(rb"(?m)^kind:")
_VERSION: Final = re.compile(r"kubeVersion|incompatible with Kubernetes|no matches for kind|(?i:api version)")
_DOCUMENT: Final = re.compile(rb"(?m)^---\r?\n(?=# Source: )")
_LIBRARY: Final = "library charts are not installable"
_MOST_NAMED: Final = 20


def chart(
    source: ChartFolder,
    part: str,
    namespace: str,
    render: Renderer,
    *,
    is_assumed: bool = False,
    values: tuple[Path, ...] = (),
    version: str = "",
) -> Iterator[Rendered]:
    """Render a chart; each object is placed in the template that it comes from.

    Args:
        source: The chart.
        part: Argument of the part.
        namespace: That of the release.
        render: Renders it into this namespace.
        is_assumed: Nobody said that the release goes there: objects that its templates put there name no namespace.
        values: Files of values that it is rendered with, beside its own.
        version: That of the cluster, if somebody said it.
    """
    if links := stray_links(source.path):
        remedy = say("kubernetes.remedy.links")
        yield gap(part, KubeObject, reasons.LINK, f"{links[0]} leads out of the chart", remedy, subject=source.name)
        return
    with unpacking.opened(source.path) as opened:
        yield from _Chart(source, opened, part, namespace, render, values, version).read(is_assumed=is_assumed)


@dataclass(frozen=True, slots=True)
class _Chart:
    """A chart that is being read.

    Attributes:
        source: The chart.
        opened: Its files.
        part: Argument of the part.
        namespace: That of the release.
        render: Renders a folder or packed chart.
        values: Files of values given.
        version: That of the cluster, empty if nobody said it.
    """

    source: ChartFolder
    opened: Opened
    part: str
    namespace: str
    render: Renderer
    values: tuple[Path, ...]
    version: str

    def read(self, *, is_assumed: bool) -> Iterator[Rendered]:
        """Yield its objects, and what is to be said of the rest."""
        inner, beside, taken = self._files()
        rest: list[Gap | Exclusion] = []
        refusal: ToolPartial | None = None
        try:
            output, use = self.render(self.source.path)
        except ToolError as problem:
            if isinstance(problem, ToolPartial):
                made: _Made | None = _Made(_in_order(problem.output), problem.use, problem)
            else:
                made = self._as_far_as_it_goes(problem, rest)
            if made is None and _LIBRARY in problem.detail:
                yield left(self.part, self.source.name, say("kubernetes.left.library"))
                return
            if made is None:
                yield self._refused(problem, self.source.name, _remedy(problem))
                if not _is_refused_by_schema(problem):  # no values, no release: nothing of it is ever applied
                    yield from files.unrendered(inner, lambda _file: False, self.part, self.namespace)
                    yield from beside
                return
            output, use, refusal = made.output, made.use, made.refusal
            yield from rest
        yield use
        places = _Templates(self, output, self.namespace if is_assumed else None)
        yield from self._made_nothing(places)
        told = []
        for each in objects_of(
            output, self.source.name, self.part, self.namespace, use, places.placed, places.place_of
        ):
            if isinstance(each, Gap):
                told.append(each.subject)
            yield each
        if refusal and (at := staging.failing_template(refusal.detail)):
            where = self.called(at[0])  # what helm cannot read, we may: it is never applied all the same
            if not any(each.startswith(where) for each in told):
                yield self._refused(refusal, where, say("kubernetes.remedy.rendered"))
        yield from files.unrendered(inner, places.is_rendered, self.part, self.namespace)
        yield from beside
        yield from self._taken(taken)

    def _taken(self, taken: Sequence[PlainFile]) -> Iterator[Exclusion]:
        """Say which templates the chart's own templates take in."""
        if taken:
            names = _first([each.name for each in taken])
            yield left(self.part, self.source.name, say("kubernetes.left.taken", count=len(taken), names=names))

    def called(self, inside: str) -> str:
        """Return the name, relative to the part's root, of a file that helm names behind the chart's own name."""
        name = self.opened.named(staging.real_file(self.opened.root, inside))
        if name.startswith("!/"):
            return f"{self.source.name}{name}"
        return name if self.source.name == "." else f"{self.source.name}/{name}".rstrip("/")

    def _refused(self, problem: ToolError, where: str, remedy: Text) -> Gap:
        detail = staging.told(problem.detail)
        return gap(self.part, KubeObject, problem.reason, detail, remedy, subject=where, tool=problem.tool)

    def _files(self) -> tuple[Sequence[PlainFile], Iterator[Rendered], Sequence[PlainFile]]:
        """Return the files that helm reads, what stands in a packed chart beside them, and what templates take in.

        What stands beside the templates of a chart that is a folder is read apart.
        """
        if "" not in self.opened.archives:
            return self.source.inner, iter(()), self.source.taken
        inner: list[PlainFile] = []
        beside: list[PlainFile] = []
        taken: list[PlainFile] = []
        for each in sources(self.opened.root):
            if isinstance(each, ChartFolder) and each.path == self.opened.root:
                inner += each.inner
                taken += each.taken
            elif isinstance(each, PlainFile):
                beside.append(each)
        named = [self._renamed(each) for each in beside]
        read = (
            item
            for each in named
            for item in files.plain(each, self.part, self.namespace, is_only=False)
            if not isinstance(item, files.Input)  # the archive is the input
        )
        return [self._renamed(each) for each in inner], read, [self._renamed(each) for each in taken]

    def _renamed(self, file: PlainFile) -> PlainFile:
        inside = file.path.relative_to(self.opened.root).as_posix()
        return PlainFile(path=file.path, name=f"{self.source.name}{self.opened.named(inside)}")

    def _as_far_as_it_goes(self, problem: ToolError, rest: list[Gap | Exclusion]) -> _Made | None:
        """Render a staged copy without what stops it; None if nothing is left then.

        0. Packed dependencies that cannot be unpacked are taken out; each is a gap.
        1. Dependencies that are not there are taken out: those that are switched off are left out, others are missing.
        2. Templates that fail are taken out one after the other; each is a gap.
        3. A version that the chart asks for is none of ours to know, unless somebody said that of the cluster: a gap.

        Args:
            problem: Why it does not render as it stands.
            rest: Takes what is to be said of all that was taken out.
        """
        if not self.opened.root.is_dir() or _is_refused_by_schema(problem):
            return None
        try:
            with staging.staged(self.opened.root) as copy:
                return self._tried(copy, problem, rest)
        except (OSError, shutil.Error):
            return None

    def _tried(self, copy: Path, problem: ToolError, rest: list[Gap | Exclusion]) -> _Made | None:
        taken = [self._packed(inside, problem) for inside in staging.without_archives(copy)]
        rest += taken
        for number in range(staging.MOST_TRIES):
            if taken and not number:
                pass  # that may be all that stopped it
            elif names := staging.missing_dependencies(problem.detail):  # 1
                off = staging.conditions(self.opened.root, names, self.values)
                staging.without_dependencies(copy, names)
                rest += [self._dependency(name, off, problem) for name in names]
            elif (at := staging.failing_template(problem.detail)) and staging.without_template(copy, at[0]):  # 2
                where = self.called(at[0]) + (f":{at[1]}" if at[1] else "")
                rest.append(self._refused(problem, where, say("kubernetes.remedy.template")))
            elif not self.version and (asked := staging.version_asked_for(problem.detail)):  # 3
                if not staging.without_version(copy):
                    break
                rest.append(self._other_version(asked, problem))
            else:
                break
            try:
                output, use = self.render(copy)
            except ToolPartial as partial:
                return _Made(_in_order(partial.output), partial.use, partial)
            except ToolError as another:
                problem = another
                continue
            is_empty = _KIND.search(output) is None and any(isinstance(each, Gap) for each in rest)
            return None if is_empty else _Made(output, use)
        return None

    def _other_version(self, asked: str, problem: ToolError) -> Gap:
        taken = problem.detail.rpartition("Kubernetes ")[2]
        detail = f"the chart asks for Kubernetes {asked}; it was rendered for {taken}, as no version was given"
        remedy = say("kubernetes.remedy.version")
        return gap(self.part, KubeObject, problem.reason, detail, remedy, subject=self.source.name, tool=problem.tool)

    def _packed(self, inside: str, problem: ToolError) -> Gap:
        detail = f"{inside} is no packed chart that can be read; the rest was rendered without it"
        remedy = say("kubernetes.remedy.dependency")
        where = self.called(inside)
        return gap(self.part, KubeObject, reasons.CANNOT_BE_READ, detail, remedy, subject=where, tool=problem.tool)

    def _dependency(self, name: str, off: Mapping[str, str], problem: ToolError) -> Gap | Exclusion:
        where = (f"{self.source.name}/" if self.source.name != "." else "") + f"charts/{name}"
        if name in off:
            return left(self.part, where, say("kubernetes.left.switched_off", condition=off[name]))
        detail = f"{name} is a dependency of the chart and is not in charts/; the rest was rendered without it"
        remedy = say("kubernetes.remedy.dependency")
        return gap(
            self.part, KubeObject, reasons.CHART_DEPENDENCY_MISSING, detail, remedy, subject=where, tool=problem.tool
        )

    def _made_nothing(self, places: _Templates) -> Iterator[Exclusion]:
        """Say which templates made no object, with which values, and what those switch off."""
        due = tuple(_templates(self.opened.root))
        empty = [self.called(each) for each in due if not places.has_rendered(each)]
        given = say("kubernetes.left.given_values" if self.values else "kubernetes.left.own_values")

        def both(key: str, **told: object) -> Text:
            return Text(*(say(key, values=given.to(to), **told).to(to) for to in ("en", "zh")))

        if empty:
            names = _first(empty)
            text = both("kubernetes.left.empty", empty=len(empty), all=len(due), names=names)
            yield left(self.part, self.source.name, text)
        if self.opened.root.is_dir() and (off := staging.switches(self.opened.root, self.values)):
            yield left(self.part, self.source.name, both("kubernetes.left.switches", names=_first(off)))


@dataclass(frozen=True, slots=True)
class _Made:
    """What helm rendered; ``refusal`` says what is wrong with it."""

    output: bytes
    use: ToolUse
    refusal: ToolPartial | None = None


def _in_order(output: bytes) -> bytes:
    """Return what helm prints of a chart that it refuses in an order that does not change from run to run."""
    return b"---\n" + b"---\n".join(sorted(each for each in _DOCUMENT.split(output) if each.strip()))


def _templates(root: Path) -> Iterator[str]:
    """Yield the templates of a chart and of the charts in it that may make objects, relative to it."""
    for base in (root / "templates", root / "charts"):
        for path in sorted(base.rglob("*")):
            inside = path.relative_to(root)
            is_template = path.suffix in {".yaml", ".yml"} and "templates" in inside.parts[:-1]
            if is_template and not path.name.startswith("_") and path.is_file() and not path.is_symlink():
                yield inside.as_posix()


def _first(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" (+{more})" if more > 0 else "")


def _is_refused_by_schema(problem: ToolError) -> bool:
    return "specifications of the schema" in problem.detail


def _remedy(problem: ToolError) -> Text:
    """Return what to do about a chart that does not render, by what helm says of it."""
    if _VERSION.search(problem.detail):
        return say("kubernetes.remedy.version")
    if _is_refused_by_schema(problem) or staging.failing_template(problem.detail):
        return say("kubernetes.remedy.template")
    if staging.missing_dependencies(problem.detail):
        return say("kubernetes.remedy.dependency")
    return say("kubernetes.remedy.chart")


class _Templates:
    """Knows the templates of a chart, and which of them each line of the output comes from."""

    def __init__(self, chart: _Chart, output: bytes, assumed: str | None) -> None:
        self._chart = chart
        self._root = chart.opened.root
        self._assumed = assumed
        self._output = output.decode("utf-8", "replace").splitlines()
        named = [
            # The first part is the chart's own name, whatever its folder is called.
            (number, line.removeprefix(_SOURCE).strip().partition("/")[2])
            for number, line in enumerate(self._output, 1)
            if line.startswith(_SOURCE)
        ]
        self._starts = [number for number, _ in named]
        self._sources = [inside for _, inside in named]
        self._texts: dict[str, list[str]] = {}
        self._rendered = {staging.real_file(self._root, each) for each in set(self._sources)}

    def placed(self, entry: Entry) -> tuple[str, Entry]:
        """Return the file that an object comes from, and the object with lines of that file."""
        inside = self._template(entry.line)
        text = self._text(inside)
        file = self._chart.called(inside) if text or self._root.is_dir() else self._chart.source.name
        return file, self._settled(_moved(entry, self._output, text), text)

    def place_of(self, line: int) -> str:
        """Return file and line of the template that a line of the output comes from."""
        inside = self._template(line)
        end = next((start for start in self._starts if start > line), len(self._output) + 1)
        begin = max((start for start in self._starts if start <= line), default=0)
        text, rendered = self._text(inside), self._output[begin : end - 1]
        if not text or not 0 < line - begin <= len(rendered):
            return f"{self._chart.called(inside)}:1"
        offset, chunk, first = _chunk_of_line(text, rendered, line - begin - 1)
        return f"{self._chart.called(inside)}:{offset + source_lines(chunk, first[0])[first[1]]}"

    def is_rendered(self, file: PlainFile) -> bool:
        """Tell whether something in the output came from a file of the chart."""
        for root in (self._root, self._chart.source.path):
            if file.path.is_relative_to(root):
                return self.has_rendered(file.path.relative_to(root).as_posix())
        return False

    def has_rendered(self, inside: str) -> bool:
        """Tell the same of a file by its place in the chart."""
        return inside in self._rendered

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

    def _template(self, line: int) -> str:
        index = bisect_right(self._starts, line) - 1
        return self._sources[index] if index >= 0 else ""

    def _text(self, inside: str) -> list[str]:
        real = staging.real_file(self._root, inside)
        if real not in self._texts:
            self._texts[real] = _lines(self._root / real, self._root)
        return self._texts[real]


def _lines(path: Path, root: Path) -> list[str]:
    """Return the lines of a template, none if it is not a file of the chart."""
    if not path.is_file() or not real_path(path).is_relative_to(real_path(root)):
        return []
    return path.read_text("utf-8", "replace").splitlines()


def _moved(entry: Entry, output: Sequence[str], template: Sequence[str]) -> Entry:
    """Return an object with the lines of its template instead of those of the output."""
    if not template:
        return replace(entry, line=1, end_line=1, lines={}, repeated={})
    rendered = output[entry.line - 1 : entry.end_line]
    offset, chunk = _chunk(template, f"kind: {entry.kind}", rendered)
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


def _chunk_of_line(
    template: Sequence[str], rendered: Sequence[str], index: int
) -> tuple[int, Sequence[str], tuple[Sequence[str], int]]:
    """Return what a line came from: lines before its document in the template, the document, and it as rendered.

    Args:
        template: Lines of the template.
        rendered: Lines of what it was rendered to.
        index: Of the line, among these.
    """
    begin = max((at + 1 for at in range(index) if rendered[at].startswith("---")), default=0)
    end = next((at for at in range(max(index, begin), len(rendered)) if rendered[at].startswith("---")), len(rendered))
    document = rendered[begin:end] or rendered[index : index + 1]
    kind = next((line.strip() for line in document if line.startswith("kind:")), "")
    offset, chunk = _chunk(template, kind, document)
    return offset, chunk, (document, min(max(index - begin, 0), len(document) - 1))


def _chunk(template: Sequence[str], kind: str, rendered: Sequence[str]) -> tuple[int, Sequence[str]]:
    """Return the document of a template that an object was rendered from, and how many lines stand before it."""
    starts = [0, *(index + 1 for index, line in enumerate(template) if line.startswith("---"))]
    chunks = [
        (start, template[start:end])
        for start, end in zip(starts, [*starts[1:], len(template)], strict=True)
        if any(line.strip() for line in template[start:end])
    ]
    told = [each for each in chunks if any(line.strip() == kind for line in each[1])]
    wanted = Counter(line.strip() for line in rendered)
    return max(
        told or chunks or [(0, template)], key=lambda each: (Counter(x.strip() for x in each[1]) & wanted).total()
    )
