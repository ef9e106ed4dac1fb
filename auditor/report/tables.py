"""A record as tables, in one language: what the workbook, the CSV, the document and the PDF all are made of."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from auditor import registry
from auditor.compliance.texts import say as tell
from auditor.model.finding import Verdict
from auditor.model.table import Column, Table
from auditor.model.text import reason_text
from auditor.report import clauses
from auditor.report.foreign import one_line, visible
from auditor.report.overview import by_severity, place, waived, worst_first
from auditor.report.texts import say
from auditor.report.wording import act, cause, decided, gate_verdict, headline
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from auditor.model.control import Framework
    from auditor.model.decision import Answered
    from auditor.model.finding import Finding
    from auditor.model.record import MeasureRow, Record
    from auditor.model.table import Cell, Role
    from auditor.model.text import Language, Text
    from auditor.rules import CheckText

MAX_FINDINGS: Final = 100_000
"""Findings that a table shows, the worst ones; Excel takes a million rows and nobody reads them."""
MAX_CELL: Final = 32_767
"""Characters of a cell in Excel (ECMA-376 leaves it open; Microsoft: "Excel specifications and limits")."""
_MAX_DIGESTS: Final = 3
_MAX_ITEMS: Final = 20
_MAX_NAMED: Final = 12

ANSWERS: Final = ("verdict", "who", "when", "days", "target", "evidence", "reason")
"""Columns that a person fills in, in this order."""
VERDICT_WORDS: Final[Mapping[str, str]] = {"pass": "conforms", "fail": "does_not", "not_applicable": "not_applicable"}


class Tables:
    """All tables of a record; clauses are put together once."""

    def __init__(
        self,
        record: Record,
        language: Language,
        checks: Mapping[str, CheckText] = {},
        frameworks: Iterable[Framework] = (),
    ) -> None:
        """Take a record.

        Args:
            record: The finished record.
            language: Of all text.
            checks: Checks by id; may be empty.
            frameworks: As they were saved with the run.
        """
        self.record = record
        self.language: Language = language
        self.checks = checks
        given = tuple(frameworks)
        self.by_clause = tuple(clauses.rows(record, given))
        self.strangers = clauses.strangers(record, given)
        self._findings = worst_first(record.findings)

    # -- what a table is made of -------------------------------------------------------------------------------

    def said(self, key: str, **values: object) -> str:
        """Return a sentence of the reports in the language of the tables."""
        return say(key, **values).to(self.language)

    def to(self, text: Text) -> str:
        """Return a text in the language of the tables, harmless."""
        return visible(text.to(self.language))

    def shown(self, text: str | Text) -> str:
        """Return a text in the language of the tables, harmless whatever it holds."""
        return visible(text) if isinstance(text, str) else self.to(text)

    def column(self, title: str | Text, width: int, role: Role = "text") -> Column:
        """Return a column by its title; a `str` is the key of a usual one."""
        return Column(self.said(f"column.{title}") if isinstance(title, str) else self.to(title), width, role)

    def all(self) -> Iterator[Table]:
        """Yield every table, in the order in which people read them."""
        yield self.overview()
        for framework, rows in self.by_clause:
            yield self.clause_table(framework, rows)
        yield self.objects()
        yield self.findings()
        yield self.gaps()
        yield self.waivers()
        own = [stage.part_of(stage.table)(self) for stage in stages() if stage.table]
        yield from own
        yield self.coverage({each for table in own for each in table.measures})
        yield self.evidence()

    def _table(self, name: str, columns: Sequence[Column], rows: Callable[[], Iterator[tuple[Cell, ...]]]) -> Table:
        return Table(id=name, title=self.said(f"table.{name}"), columns=tuple(columns), rows=rows)

    # -- overview ----------------------------------------------------------------------------------------------

    def overview(self) -> Table:
        """Return the figures that every report opens with, each with both of its integers."""
        return self._table("overview", (self.column("item", 44), self.column("value", 90)), self._overview)

    def _overview(self) -> Iterator[tuple[Cell, ...]]:
        record, run = self.record, self.record.run
        assessed = record.coverage.assessed
        yield self.said("overview.system"), visible(run.system)
        if run.configuration and run.configuration.level:
            yield self.said("overview.level"), str(run.configuration.level)
        if run.configuration and run.configuration.owner:
            yield self.said("overview.owner"), visible(run.configuration.owner)
        yield self.said("overview.run"), run.id
        yield self.said("overview.started"), run.started
        yield self.said("overview.gate"), self.to(gate_verdict(record.gate))
        yield self.said("overview.reason"), self.to(record.gate.reason)
        yield self.said("overview.assessed"), self.said("overview.of", part=assessed.part, whole=assessed.whole)
        for framework, rows in self.by_clause:
            yield from self._of_framework(framework, rows)
        for name in self.strangers:
            yield name, self.said("overview.stranger", framework=name)
        for severity, count in by_severity(record).items():
            yield self.said("overview.failures", severity=say(f"severity.{severity.value}")), str(count)
        yield self.said("overview.waived"), str(waived(record))
        if len(self._findings) > MAX_FINDINGS:
            shown = self.said("overview.of", part=MAX_FINDINGS, whole=len(self._findings))
            yield self.said("overview.cut"), shown
        for target in record.targets:
            yield self.said("overview.target"), visible(target)
        for tool in run.tools:
            yield self.said("overview.tool", name=tool.name), f"{tool.version} {tool.digest}"
        yield self.said("overview.rules"), run.rules
        yield self.said("overview.auditor"), run.auditor

    def _of_framework(self, framework: Framework, rows: Sequence[clauses.Row]) -> Iterator[tuple[Cell, ...]]:
        """Yield how a framework stands: high risks first, each result, and what was looked at by a program at all."""
        title, whole = self.to(framework.title), len(rows)
        risks = [row.number for row in rows if row.together.high_risk]
        named = f"{len(risks)}" + (f" ({', '.join(risks)})" if risks else "")
        yield self.said("overview.high_risk", framework=title), named
        for name, count in clauses.counts(rows).items():
            result = tell(f"conformity.{name}")
            counted = self.said("overview.of", part=count, whole=whole)
            yield self.said("overview.result", framework=title, result=result), counted
        covered = self.record.coverage.policy.get(framework.id)
        if covered:
            counted = self.said("overview.of", part=covered.part, whole=covered.whole)
            yield self.said("overview.policy", framework=title), counted

    # -- clauses -----------------------------------------------------------------------------------------------

    def clause_table(self, framework: Framework, rows: Sequence[clauses.Row]) -> Table:
        """Return a framework, one row for every clause, with columns for answers."""
        columns = (
            self.column("clause", 10),
            self.column("point", 14),
            self.column("requirement", 34),
            self.column("objects", 26),
            self.column("method", 14),
            self.column("expected", 30),
            self.column("actual", 38),
            self.column("result", 10),
            self.column("risk", 8),
            self.column("digest", 42, "digest"),
            self.column("remark", 28),
            self.column("key", 30, "digest"),
            self.column("row", 24, "digest"),
            *(
                self.column(f"answer.{name}", width, "day" if name == "when" else "answer")
                for name, width in zip(ANSWERS, (12, 14, 14, 10, 20, 30, 30), strict=True)
            ),
        )
        return Table(
            id="clauses",
            title=self.to(framework.title),
            columns=columns,
            rows=lambda: self._clauses(rows),
            framework=framework.id,
            has_answers=True,
        )

    def _clauses(self, rows: Sequence[clauses.Row]) -> Iterator[tuple[Cell, ...]]:
        for row in rows:
            control, found = row.control, row.together
            fixed = (
                row.number,
                self.to(control.clause.point) if control.clause else control.section,
                self.to(control.title),
                self._named(found.objects),
                self.to(clauses.method(control)),
                self.to(clauses.expected(row, found)),
                self.to(clauses.actual(found)),
                self.to(clauses.conformity(found)),
                self.said("yes") if found.high_risk else "",
                self._digests(found),
                self.to(clauses.remark(row, found)),
                row.key,
            )
            cells = tuple(self.cut(cell) for cell in fixed)
            yield (*cells, row_digest(cells), *self._answer(found.answers))

    def _answer(self, answers: Sequence[Answered]) -> tuple[Cell, ...]:
        """Return what people confirmed, where it is one and the same for all objects; else it stands in the remark."""
        if len(answers) != 1:
            return ("",) * len(ANSWERS)
        (answer,) = answers
        files = "\n".join(name for name, _digest in answer.evidence)
        word = tell(f"conformity.{VERDICT_WORDS[answer.verdict]}").to(self.language)
        return word, visible(answer.who), answer.when, "", "", visible(files), visible(answer.reason)

    def _named(self, names: Sequence[str]) -> str:
        shown = "\n".join(visible(name) for name in names[:_MAX_NAMED])
        return f"{shown}\n+ {len(names) - _MAX_NAMED}" if len(names) > _MAX_NAMED else shown

    def _digests(self, found: clauses.Spoken) -> str:
        """Return the digests of the raw evidence, then of the files that people gave; what has none says so."""
        digests = [*found.digests, *dict.fromkeys(digest for each in found.answers for _name, digest in each.evidence)]
        shown = "\n".join(digests[:_MAX_DIGESTS])
        if len(digests) > _MAX_DIGESTS:
            return f"{shown}\n+ {len(digests) - _MAX_DIGESTS}"
        if shown:
            return shown
        return f"record.json {found.worst.fingerprint}" if found.worst is not None else self.said("digest.none")

    def objects(self) -> Table:
        """Return what is said of each clause for each object that shows something of it."""
        columns = (
            self.column("clause", 12),
            self.column("requirement", 40),
            self.column("object", 36),
            self.column("expected", 36),
            self.column("actual", 44),
            self.column("result", 10),
            self.column("risk", 8),
            self.column("digest", 40, "digest"),
            self.column("key", 30, "digest"),
        )
        return self._table("objects", columns, self._objects)

    def _objects(self) -> Iterator[tuple[Cell, ...]]:
        for _framework, rows in self.by_clause:
            for row in rows:
                for found in row.by_object:
                    yield (
                        row.number,
                        self.to(row.control.title),
                        self._named(found.objects),
                        self.to(clauses.expected(row, found)),
                        self.to(clauses.actual(found)),
                        self.to(clauses.conformity(found)),
                        self.said("yes") if found.high_risk else "",
                        self._digests(found),
                        row.key,
                    )

    # -- findings and gaps -------------------------------------------------------------------------------------

    def findings(self) -> Table:
        """Return every finding, the worst first."""
        columns = (
            self.column("verdict", 10),
            self.column("severity", 10),
            self.column("check", 34),
            self.column("problem", 44),
            self.column("part_of", 20),
            self.column("place", 36),
            self.column("target", 28),
            self.column("subject", 28),
            self.column("expected", 30),
            self.column("actual", 36),
            self.column("detail", 36),
            self.column("controls", 26),
            self.column("remedy", 44),
            self.column("new", 8),
            self.column("waiver", 14),
            self.column("stage", 14),
            self.column("digest", 40, "digest"),
            self.column("fingerprint", 34, "digest"),
        )
        return self._table("findings", columns, self._of_findings)

    def _of_findings(self) -> Iterator[tuple[Cell, ...]]:
        words = {verdict: self.to(clauses.tell_verdict(verdict)) for verdict in Verdict}
        for finding in self._findings[:MAX_FINDINGS]:
            digests = dict.fromkeys(origin.capture for origin in finding.origins if origin.capture)
            yield (
                words[finding.verdict],
                self.severity(finding),
                finding.id,
                self.to(headline(finding) if finding.verdict is Verdict.FAIL else finding.title),
                finding.part_of,
                one_line(place(finding)),
                visible(finding.target),
                visible(finding.subject),
                self.to(finding.expected),
                self.to(finding.actual),
                self.to(decided(finding)),
                "\n".join(f"{name} {', '.join(ids)}" for name, ids in sorted(finding.controls.items())),
                self.to(finding.remediation) if finding.verdict is Verdict.FAIL else "",
                "" if finding.is_new is None else self.said("yes" if finding.is_new else "no"),
                visible(finding.waived.id) if finding.waived else "",
                finding.stage,
                "\n".join(list(digests)[:_MAX_DIGESTS]),
                finding.fingerprint,
            )

    def findings_of(self, stage: str) -> tuple[Finding, ...]:
        """Return the findings of a stage, the worst first."""
        return tuple(each for each in self._findings if each.stage == stage)

    def verdict(self, finding: Finding) -> str:
        """Return the word for a verdict."""
        return self.to(clauses.tell_verdict(finding.verdict))

    def headline(self, finding: Finding) -> str:
        """Return the title of the problem of a failure, of what was wanted otherwise."""
        return self.to(headline(finding))

    def decided(self, finding: Finding) -> str:
        """Return what decided, in one sentence."""
        return self.to(decided(finding))

    def severity(self, finding: Finding) -> str:
        """Return the word for how bad a failure is."""
        return say(f"severity.{finding.severity.value}").to(self.language)

    def gaps(self) -> Table:
        """Return what could not be seen, what was lost first, then what was not given, then what is out of reach."""
        columns = (
            self.column("class", 14),
            self.column("stage", 14),
            self.column("target", 36),
            self.column("kind", 24),
            self.column("subject", 30),
            self.column("reason", 26),
            self.column("detail", 44),
            self.column("tool", 20),
            self.column("do", 50),
        )
        return self._table("gaps", columns, self._gaps)

    def _gaps(self) -> Iterator[tuple[Cell, ...]]:
        order = ("lost", "missing", "out_of_reach")
        for gap in sorted(self.record.gaps, key=lambda each: order.index(each.gap_class.value)):
            yield (
                self.said(f"class.{gap.gap_class.value}"),
                gap.stage,
                visible(gap.target),
                f"{gap.kind} {gap.topic}".rstrip(),
                visible(gap.subject),
                self.to(reason_text(gap.reason)),
                visible(self.to(cause(gap))),
                visible(gap.tool),
                self.to(act(gap)),
            )

    def waivers(self) -> Table:
        """Return the failures that somebody decided to live with."""
        columns = (
            self.column("waiver", 16),
            self.column("severity", 10),
            self.column("problem", 44),
            self.column("place", 36),
            self.column("target", 28),
            self.column("owner", 18),
            self.column("approver", 18),
            self.column("reason", 40),
            self.column("until", 14),
            self.column("fingerprint", 34, "digest"),
        )
        return self._table("waivers", columns, self._waivers)

    def _waivers(self) -> Iterator[tuple[Cell, ...]]:
        for finding in self._findings:
            given = finding.waived
            if given is not None:
                yield (
                    visible(given.id),
                    self.severity(finding),
                    self.to(headline(finding)),
                    one_line(place(finding)),
                    visible(finding.target),
                    visible(given.owner),
                    visible(given.approver),
                    visible(given.reason),
                    given.expires,
                    finding.fingerprint,
                )

    # -- what stages measured ----------------------------------------------------------------------------------

    def coverage(self, shown: Collection[str] = ()) -> Table:
        """Return every measure but those shown elsewhere, as its integers and what is missing."""
        columns = (
            self.column("measure", 32),
            self.column("what", 50),
            self.column("target", 36),
            self.column("subject", 20),
            self.column("part", 14, "number"),
            self.column("whole", 12, "number"),
            self.column("undetermined", 10, "number"),
            self.column("missing", 70),
        )
        return self._table("coverage", columns, lambda: self._coverage(shown))

    def _coverage(self, shown: Collection[str]) -> Iterator[tuple[Cell, ...]]:
        titles = registry.measures()
        for each in self.record.measures:
            if each.id in shown:
                continue
            part, whole = _both(each)
            more = len(each.items) - _MAX_ITEMS
            items = "\n".join(each.items[:_MAX_ITEMS]) + (f"\n+ {more}" if more > 0 else "")
            title = titles.get(each.id)
            yield (
                each.id,
                self.to(title) if title else "",
                visible(each.target),
                visible(each.subject),
                part,
                whole,
                each.undetermined,
                visible(items),
            )

    # -- evidence ----------------------------------------------------------------------------------------------

    def evidence(self) -> Table:
        """Return everything that verdicts rest on, by digest."""
        columns = (
            self.column("kind", 18),
            self.column("file", 60),
            self.column("target", 36),
            self.column("used", 12, "number"),
            self.column("size", 14, "number"),
            self.column("sha256", 74, "digest"),
        )
        return self._table("evidence", columns, self._evidence)

    def _evidence(self) -> Iterator[tuple[Cell, ...]]:
        record, kind = self.record, "evidence.rules"
        yield self.said(kind), "rules.json", "", "", "", record.run.rules
        used: Counter[tuple[str, str]] = Counter()
        for finding in record.findings:
            used.update({(finding.target, each.capture) for each in finding.origins if each.capture})
        for (target, digest), count in sorted(used.items()):
            name = digest.removeprefix("sha256:")
            file = f"captures/sha256/{name[:2]}/{name}"
            yield self.said("evidence.capture"), file, visible(target), count, "", digest
        for artefact in record.artefacts:
            named = visible(artefact.name)
            target = visible(artefact.target)
            yield self.said("evidence.artefact"), named, target, "", artefact.size_bytes, artefact.digest
        for reference in record.references:
            part, path = visible(reference.part), visible(reference.path)
            yield self.said("evidence.reference"), path, part, "", reference.size_bytes, reference.digest
        for decision in record.decided_by:
            yield self.said("evidence.decision"), visible(decision.path), decision.kind, "", "", decision.digest
        for tool in record.run.tools:
            allowed = self.said("yes" if tool.is_allowed else "no")
            title = f"{tool.name} {tool.version} ({self.said('column.allowed')}: {allowed})"
            yield self.said("evidence.tool"), title, "", "", "", tool.digest

    def cut(self, text: str) -> str:
        """Return a text that fits into a cell; what is missing is told."""
        return cut(text, self.language)


def cut(text: str, language: Language) -> str:
    """Return a text that fits into a cell of Excel; how much is missing is told."""
    if len(text) <= MAX_CELL:
        return text
    keep = MAX_CELL - 200
    return say("cut", text=text[:keep], count=len(text) - keep).to(language)


def row_digest(cells: Iterable[Cell]) -> str:
    """Return what shows whether one of the locked cells of a row was changed; blanks count as one."""
    plain = [" ".join(str(cell).split()) for cell in cells]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _both(measure: MeasureRow) -> tuple[Cell, Cell]:
    value = measure.value
    if isinstance(value, tuple):
        return value
    return ("" if value is None else value if isinstance(value, int) else str(value)), ""
