"""The self-assessment report as blocks: headings, paragraphs, tables; DOCX and PDF set the same ones.

Scope and objects, method and tools, results by layer with high risks first, what was not assessed and why, plan of
remediation, evidence index, signatures: the order in which assessors read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.compliance.coverage import needs, risk
from auditor.compliance.texts import say as tell
from auditor.model.fact import GapClass
from auditor.model.finding import Verdict
from auditor.model.text import joined, listed, reason_text
from auditor.report import clauses
from auditor.report.controls import number, standard
from auditor.report.foreign import one_line, visible
from auditor.report.overview import gap_groups, place, worst_first
from auditor.report.tables import Tables
from auditor.report.texts import say
from auditor.report.wording import gate_verdict, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.control import Conformity, Framework
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language, Text
    from auditor.rules import CheckText

_PLACES: Final = 3
_SHORT: Final = 16
"""Digits of a digest where the whole of it stands in the index."""
_LONGEST: Final = 400
"""Characters of a cell; the workbook and the record hold the rest."""
_NARROW: Final = 120
"""The same of a narrow column: no row may be higher than a page."""
_PLAN: Final = 300
_EVIDENCE: Final = 400
_ORDER: Final[tuple[Conformity, ...]] = ("does_not", "partly", "not_assessed", "conforms", "not_applicable")
_CLASSES: Final = (GapClass.LOST, GapClass.MISSING, GapClass.OUT_OF_REACH)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, numbered by whoever sets it; level 1 begins a chapter."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of our own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        titles: Of the columns.
        shares: How much of the width each column takes.
        rows: From top to bottom.
        code: Columns of digests.
        height: Least height of a row in millimetres; 0 for what it takes.
    """

    titles: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    code: frozenset[int] = frozenset()
    height: int = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: what it is, and of what."""

    title: str
    subtitle: str
    rows: tuple[tuple[str, str], ...]


Block = Cover | Heading | Paragraph | Grid


def blocks(
    record: Record,
    language: Language,
    checks: Mapping[str, CheckText] = {},
    frameworks: Iterable[Framework] = (),
) -> tuple[Block, ...]:
    """Return the report, from the cover to the signatures.

    Args:
        record: The finished record.
        language: Of all text.
        checks: Checks by id; may be empty.
        frameworks: As they were saved with the run.
    """
    return tuple(_Paper(record, language, checks, tuple(frameworks)).blocks())


class _Paper:
    def __init__(
        self,
        record: Record,
        language: Language,
        checks: Mapping[str, CheckText],
        frameworks: Sequence[Framework],
    ) -> None:
        self._record = record
        self._language: Language = language
        self._tables = Tables(record, language, checks, frameworks)

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in order."""
        yield self._cover()
        yield from self._scope()
        yield from self._method()
        yield from self._summary()
        for framework, rows in self._tables.by_clause:
            yield from self._results(framework, rows)
        yield from self._open()
        yield from self._plan()
        yield from self._evidence()
        yield from self._signatures()

    # -- small things ------------------------------------------------------------------------------------------

    def _say(self, key: str, **values: object) -> str:
        return say(f"paper.{key}", **values).to(self._language)

    def _column(self, key: str) -> str:
        return say(f"column.{key}").to(self._language)

    def _to(self, text: Text) -> str:
        return _cut(" ".join(visible(text.to(self._language)).split("\n")))

    def _grid(self, titles: Sequence[str], shares: Sequence[int], rows: Iterable[Sequence[str]], *code: int) -> Grid:
        return Grid(tuple(titles), tuple(shares), tuple(tuple(row) for row in rows), frozenset(code))

    # -- chapters ----------------------------------------------------------------------------------------------

    def _cover(self) -> Cover:
        run = self._record.run
        about = run.configuration
        names = "\n".join(self._to(framework.title) for framework, _rows in self._tables.by_clause)
        return Cover(
            title=say("title").to(self._language),
            subtitle=self._say("subtitle"),
            rows=(
                (self._say("system"), one_line(run.system)),
                *(((self._say("level"), str(about.level)),) if about and about.level else ()),
                *(((self._say("owner"), one_line(about.owner)),) if about and about.owner else ()),
                (self._say("frameworks"), names or "-"),
                (self._say("date"), run.started[:10]),
                (self._say("run"), run.id),
                (self._say("made"), f"auditor {run.auditor}"),
            ),
        )

    def _scope(self) -> Iterator[Block]:
        record = self._record
        yield Heading(1, self._say("scope"))
        yield Paragraph(self._say("scope.intro"))
        yield Heading(2, self._say("objects"))
        counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for finding in record.findings:
            counted[finding.target][0] += 1
            counted[finding.target][1] += finding.gap is None
        yield self._grid(
            (
                self._say("number"),
                self._column("object"),
                self._say("count"),
                say("report.assessed").to(self._language),
            ),
            (6, 60, 17, 17),
            (
                (str(index), _cut(one_line(target)), str(counted[target][0]), str(counted[target][1]))
                for index, target in enumerate(_systems(record.targets, counted), 1)
            ),
        )
        if record.left_out:
            yield Heading(2, self._say("left"))
            yield self._grid(
                (self._column("object"), self._column("subject"), self._column("reason")),
                (34, 33, 33),
                (
                    (_cut(one_line(each.target)), _cut(one_line(each.what)), self._to(each.why))
                    for each in record.left_out[:_PLAN]
                ),
            )

    def _method(self) -> Iterator[Block]:
        record, run = self._record, self._record.run
        yield Heading(1, self._say("method"))
        yield Paragraph(self._say("method.intro"))
        yield Heading(2, self._say("tools"))
        rows = [("auditor", run.auditor, run.rules, self._tables.said("yes"))]
        rows += [
            (tool.name, tool.version, tool.digest, self._tables.said("yes" if tool.is_allowed else "no"))
            for tool in run.tools
        ]
        titles = (self._column("tool"), self._column("version"), self._column("sha256"), self._column("allowed"))
        yield self._grid(titles, (18, 18, 54, 10), rows, 2)
        decided: list[tuple[str, str, str]] = [
            (each.kind, one_line(each.path), each.digest) for each in record.decided_by
        ]
        if run.configuration:
            decided.append(("auditor.yaml", one_line(run.configuration.path), run.configuration.digest))
        if decided:
            yield Heading(2, self._say("rules"))
            columns = [self._column(key) for key in ("kind", "file", "sha256")]
            yield self._grid(columns, (18, 32, 50), decided, 2)

    def _summary(self) -> Iterator[Block]:
        record = self._record
        yield Heading(1, self._say("summary"))
        assessed = record.coverage.assessed
        verdict = gate_verdict(record.gate)
        yield Paragraph(
            self._say(
                "summary.intro", verdict=verdict, reason=record.gate.reason, part=assessed.part, whole=assessed.whole
            )
        )
        words = [tell(f"conformity.{name}").to(self._language) for name in _ORDER]
        rows = []
        for framework, made in self._tables.by_clause:
            counted = clauses.counts(made)
            rows.append((self._to(framework.title), str(len(made)), *(str(counted[name]) for name in _ORDER)))
        if rows:
            yield self._grid((self._say("standard"), self._say("total"), *words), (28, 10, 12, 12, 13, 12, 13), rows)
        for name in self._tables.strangers:
            yield Paragraph(self._tables.said("overview.stranger", framework=name))
        yield Heading(2, self._say("high_risk"))
        risks = [
            (framework, row) for framework, made in self._tables.by_clause for row in made if row.together.high_risk
        ]
        if not risks:
            yield Paragraph(self._say("high_risk.none"))
            return
        titles = (self._column("clause"), self._column("requirement"), self._column("actual"), self._say("case"))
        yield self._grid(titles, (14, 26, 34, 26), (self._risk(framework, row) for framework, row in risks))

    def _risk(self, framework: Framework, row: clauses.Row) -> tuple[str, ...]:
        cases = row.control.clause.high_risk if row.control.clause else ()
        return (
            f"{self._to(standard(framework.id))} {number(row.number)}",
            self._to(row.control.title),
            self._to(clauses.actual(row.together)),
            _cut("\n".join(self._to(risk(case)) for case in cases)),
        )

    def _results(self, framework: Framework, rows: Sequence[clauses.Row]) -> Iterator[Block]:
        """Yield a framework layer by layer; in each what fails stands first, high risks before the rest."""
        yield Heading(1, self._say("results", framework=framework.title))
        counted = clauses.counts(rows)
        yield Paragraph(
            self._say("results.intro", whole=len(rows), **{str(name): count for name, count in counted.items()})
        )
        titles = tuple(self._column(key) for key in ("clause", "requirement", "result", "actual", "digest"))
        by_section: dict[str, list[clauses.Row]] = defaultdict(list)
        for row in rows:
            by_section[row.control.section].append(row)
        for section, found in by_section.items():
            title = framework.sections.get(section)
            yield Heading(2, self._say("layer", title=title, section=section) if title else section)
            found.sort(key=lambda row: (not row.together.high_risk, _ORDER.index(row.together.conformity)))
            yield self._grid(titles, (11, 26, 12, 34, 17), (self._result(row) for row in found), 4)

    def _result(self, row: clauses.Row) -> tuple[str, ...]:
        spoken = row.together
        word = self._to(clauses.conformity(spoken))
        if spoken.high_risk:
            word += f"\n{tell('high_risk').to(self._language)}"
        digests = [digest.removeprefix("sha256:")[:_SHORT] for digest in spoken.digests[:2]]
        if len(spoken.digests) > len(digests):
            digests.append(f"+{len(spoken.digests) - len(digests)}")
        seen = clauses.actual(spoken)
        if spoken.is_open and spoken.worst is not None and spoken.worst.verdict is Verdict.PASS:
            seen = joined((seen, spoken.reason))  # what passes stands under "not assessed": here is why
        return (
            number(row.number),
            self._to(row.control.title),
            word,
            self._to(seen),
            "\n".join(digests),
        )

    def _open(self) -> Iterator[Block]:
        yield Heading(1, self._say("open"))
        yield Heading(2, self._say("open.gaps"))
        rows = [row for kind in _CLASSES for row in self._unseen(kind)]
        if rows:
            named = self._say("count"), self._say("places")
            titles = (self._column("class"), self._column("reason"), *named, self._column("do"))
            yield self._grid(titles, (11, 17, 8, 30, 34), rows)
        else:
            yield Paragraph(self._say("open.none"))
        for framework, made in self._tables.by_clause:
            waiting = [row for row in made if row.together.conformity == "not_assessed"]
            if waiting:
                counted = f"{len(waiting)} / {len(made)}"
                yield Heading(2, f"{self._say('open.clauses')} {self._to(framework.title)} ({counted})")
                columns = (*(self._column(key) for key in ("clause", "requirement", "reason")), self._say("needs"))
                yield self._grid(columns, (12, 30, 32, 26), (self._waiting(row) for row in waiting))

    def _unseen(self, kind: GapClass) -> Iterator[tuple[str, ...]]:
        """Yield a row for each cause of the gaps of one class."""
        for group in gap_groups(self._record):
            gaps = [gap for gap in group.gaps if gap.gap_class is kind]
            if gaps:
                remedies = dict.fromkeys(self._to(gap.remedy) for gap in gaps if gap.remedy.en)
                yield (
                    self._tables.said(f"class.{kind.value}"),
                    self._to(reason_text(group.reason)),
                    str(len(gaps)),
                    _some(dict.fromkeys(one_line(gap.subject or gap.target) for gap in gaps)),
                    _cut("\n".join(list(remedies)[:2])),
                )

    def _waiting(self, row: clauses.Row) -> tuple[str, ...]:
        spoken = row.together
        reason = spoken.reason if spoken.worst is None or spoken.is_open else clauses.actual(spoken)
        return number(row.number), self._to(row.control.title), self._to(reason), self._to(listed(needs(row.control)))

    def _plan(self) -> Iterator[Block]:
        yield Heading(1, self._say("plan"))
        grouped: dict[str, list[Finding]] = defaultdict(list)
        for finding in worst_first(self._record.findings):
            if finding.counts:
                grouped[finding.id].append(finding)
        if not grouped:
            yield Paragraph(self._say("plan.none"))
        else:
            yield Paragraph(self._say("plan.intro"))
            titles = (
                self._say("number"),
                self._column("severity"),
                self._column("problem"),
                self._say("places"),
                self._column("remedy"),
                self._column("owner"),
                self._column("due"),
            )
            rows = (
                (
                    str(index),
                    self._tables.severity(found[0]),
                    self._to(headline(found[0])),
                    _some(dict.fromkeys(one_line(place(each)) for each in found)),
                    self._to(found[0].remediation),
                    "",
                    "",
                )
                for index, found in enumerate(list(grouped.values())[:_PLAN], 1)
            )
            yield self._grid(titles, (6, 11, 19, 21, 25, 9, 9), rows)
            if len(grouped) > _PLAN:
                yield Paragraph(self._say("rest", count=len(grouped) - _PLAN))
        waivers = list(self._tables.waivers().rows())
        if waivers:
            yield Heading(2, self._say("waivers"))
            keys = ("waiver", "problem", "place", "owner", "approver", "reason", "until")
            shown = ([_cut(one_line(str(row[at])), _NARROW) for at in (0, 2, 3, 5, 6, 7, 8)] for row in waivers[:_PLAN])
            yield self._grid([self._column(key) for key in keys], (9, 22, 20, 11, 11, 16, 11), shown)

    def _evidence(self) -> Iterator[Block]:
        yield Heading(1, self._say("evidence"))
        yield Paragraph(self._say("evidence.intro"))
        rows = list(self._tables.evidence().rows())
        titles = tuple(self._column(key) for key in ("kind", "file", "target", "sha256"))
        shown = [(str(row[0]), _file(str(row[1])), _cut(str(row[2])), str(row[5])) for row in rows[:_EVIDENCE]]
        yield self._grid(titles, (12, 22, 26, 40), shown, 3)
        if len(rows) > _EVIDENCE:
            yield Paragraph(self._say("rest", count=len(rows) - _EVIDENCE))

    def _signatures(self) -> Iterator[Block]:
        yield Heading(1, self._say("signatures"))
        titles = tuple(self._say(f"signature.{key}") for key in ("who", "name", "sign", "day"))
        rows = tuple((self._say(f"signature.{key}"), "", "", "") for key in ("author", "reviewer", "approver"))
        yield Grid(titles, (20, 25, 30, 25), rows, height=16)


def _file(name: str) -> str:
    """Return the name of a file; that of a capture is its digest, which stands beside it."""
    return "captures/" if name.startswith("captures/") else _cut(name)


def _some(names: Iterable[str]) -> str:
    found = list(names)
    shown = [_cut(name, 120) for name in found[:_PLACES]]
    return "\n".join([*shown, *([f"+ {len(found) - _PLACES}"] if len(found) > _PLACES else [])])


def _systems(targets: Iterable[str], judged: Iterable[str]) -> tuple[str, ...]:
    """Return what was judged by itself, in the order of the arguments: parts that are one system are one object."""
    names = tuple(judged)
    whole = {part: name for name in names for part in name.split("@")} | {name: name for name in names}
    return tuple(dict.fromkeys(whole.get(target, target) for target in targets))


def _cut(text: str, limit: int = _LONGEST) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}\u2026"
