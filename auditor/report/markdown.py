"""Markdown for a pull request: what is new first, short enough for one GitHub comment.

Nothing from the audited code is written but inside code spans and code blocks, where GitHub makes no markup, links,
mentions or references of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.model.fact import GapClass
from auditor.model.finding import Verdict
from auditor.model.text import joined, reason_text
from auditor.report.controls import standard
from auditor.report.foreign import code_block, code_span, markdown_html, markdown_html_code, markdown_text
from auditor.report.frameworks import progress
from auditor.report.overview import by_severity, failures, folded, gap_groups, known, place, thing, unseen, waived
from auditor.report.patches import as_yaml, is_json, shown
from auditor.report.standing import SHOWN, is_blind, numbers
from auditor.report.texts import say
from auditor.report.wording import api_path, decided, evidence, gate_verdict, headline, snippet, suppression, waiver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language, Text
    from auditor.report.overview import Folded
    from auditor.rules import CheckText

# GitHub refuses a comment of more than 65,536 characters; the rest is room for what an action adds around it.
MAX_CHARACTERS: Final = 65_000
# Share of the page that one section may fill, so that the ones after it are never pushed out.
_TABLE_SHARE: Final = 0.3
_GAPS_SHARE: Final = 0.15
_MAX_ROWS: Final = 200
_OPEN_ROWS: Final = 10
_MAX_DETAILS: Final = 25
_MAX_SNIPPET: Final = 1_500
_MAX_CELL: Final = 160
_MAX_STEPS: Final = 5


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return the comment as UTF-8, 65,000 characters at most; what does not fit is counted.

    Args:
        record: The finished record.
        language: Language of all text but what comes from the audited code.
        checks: Checks by id, for why a failure matters; may be empty.
    """
    page = _Page(language)
    found = failures(record)
    whole = folded([finding for finding in found if finding.counts])
    fresh = whole.heads
    count = sum(finding.counts for finding in found)
    older = [finding for finding in found if not finding.counts]
    compared = any(finding.is_new is not None for finding in found)
    columns = _table_head(("report.severity", "report.check", "report.where", "report.what"), language)
    page.add(_head(record, language))
    page.add_rows(
        f"### {_say('report.new.title' if compared else 'report.failures.title', language)} ({count})\n",
        columns,
        [_row(finding, whole, language) for finding in fresh[:_OPEN_ROWS]],
        share=_TABLE_SHARE,
        total=min(len(fresh), _OPEN_ROWS),
    )
    page.add_rows(
        _say("report.more.folded", language, count=len(fresh) - _OPEN_ROWS),
        columns,
        [_row(finding, whole, language) for finding in fresh[_OPEN_ROWS:]],
        share=_TABLE_SHARE,
        is_folded=True,
    )
    page.add_rows(
        f"{_say('report.gaps.title', language)} ({len(record.gaps)})",
        _table_head(("report.count", "report.reason", "report.tool", "report.remedy"), language),
        list(_gap_rows(record, language)),
        share=_GAPS_SHARE,
        is_folded=True,
    )
    page.add_if_fits(_steps(record, language))
    foot = _foot(record, language)
    page.reserve(foot)
    for finding in fresh[:_MAX_DETAILS]:
        page.add_if_fits(_details(finding, language, checks.get(finding.id)))
    page.add_if_fits(_older(older, language))
    page.add(foot)
    return page.text().encode("utf-8")


@dataclass(slots=True)
class _Page:
    """A page that never grows past the limit."""

    language: Language
    _pieces: list[str] = field(default_factory=list)
    _size: int = 0
    _reserved: int = 0

    def reserve(self, text: str) -> None:
        """Keep room for a piece that comes last."""
        self._reserved = _length(text)

    def add(self, text: str) -> None:
        """Add a piece; the caller knows that there is room."""
        self._pieces.append(text)
        self._size += _length(text)

    def add_if_fits(self, text: str) -> bool:
        """Add a piece if the whole of it fits; half a piece could leave markup open."""
        fits = self._size + self._reserved + _length(text) <= MAX_CHARACTERS
        if fits and text:
            self.add(text)
        return fits

    def add_rows(
        self, title: str, head: str, rows: Sequence[str], *, share: float, total: int = 0, is_folded: bool = False
    ) -> None:
        """Add a table with as many rows as its share of the page allows, and count the rest."""
        if not rows:
            return
        room = int(MAX_CHARACTERS * share)
        kept = 0
        for row in rows[:_MAX_ROWS]:
            room -= _length(row)
            if room < 0:
                break
            kept += 1
        rest = (total or len(rows)) - kept
        more = f"\n{_say('report.more', self.language, count=rest)}\n" if rest else ""
        body = f"{head}{''.join(rows[:kept])}{more}\n"
        if is_folded:
            self.add(f"<details><summary>{title}</summary>\n\n{body}</details>\n\n")
        else:
            self.add(f"{title}\n{body}")

    def text(self) -> str:
        """Return the page."""
        return "".join(self._pieces)


def _length(text: str) -> int:
    """Return the length as GitHub counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _say(key: str, language: Language, **values: object) -> str:
    return markdown_text(say(key, **values).to(language))


def _head(record: Record, language: Language) -> str:
    mark = {0: "\u2705", 1: "\u274c"}.get(record.gate.exit_code, "\u26a0\ufe0f")
    verdict = markdown_text(gate_verdict(record.gate).to(language))
    code = _say("report.exit", language, code=record.gate.exit_code)
    lines = [
        f"## {mark} auditor: {verdict} ({code})",
        "",
        markdown_text(record.gate.reason.to(language)),
        "",
    ]
    ratio = record.coverage.assessed
    lines.append(f"- **{_say('report.assessed.of', language, part=ratio.part, whole=ratio.whole)}**")
    lines += _frameworks(record, language)
    counts = [
        f"{markdown_text(say(f'severity.{severity}').to(language))} **{count}**"
        for severity, count in by_severity(record).items()
        if count
    ]
    lines.append(f"- {_say('report.failures', language)}: " + (" \u00b7 ".join(counts) or "0"))
    for key, count in (("report.waived", waived(record)), ("report.known", known(record))):
        if count:
            lines.append(f"- {_say(key, language, count=count)}")
    if record.gaps:
        lines.append(f"- {markdown_text(_unseen(record).to(language))}")
    if record.run.interrupted:
        lines.append(f"- **{_say('report.interrupted', language, signal=record.run.interrupted)}**")
    return "\n".join(lines) + "\n\n"


def _unseen(record: Record) -> Text:
    count = unseen(record)
    return say(
        "terminal.unseen",
        lost=count[GapClass.LOST],
        missing=count[GapClass.MISSING],
        beyond=count[GapClass.OUT_OF_REACH],
    )


def _frameworks(record: Record, language: Language) -> Iterator[str]:
    """Yield, for each framework, how many controls have which verdict."""
    for name, count in sorted(numbers(record).items()):
        figures = " \u00b7 ".join(
            f"{markdown_text(say(f'conformity.{each}').to(language))} **{getattr(count, each)}**" for each in SHOWN
        )
        whole = markdown_text(say("standing.of", whole=count.whole).to(language))
        yield f"- {code_span(standard(name).to(language))}: {figures} ({whole})"
        if is_blind(count):
            text = say("standing.blind", name=standard(name), whole=count.whole).to(language)
            yield f"  - **{markdown_text(text)}**"


def _steps(record: Record, language: Language) -> str:
    """Return what would have more controls assessed, folded."""
    lines = []
    for each in progress(record):
        for step in each.steps[:_MAX_STEPS]:
            count = _say("report.framework.controls", language, count=len(step.controls))
            name = code_span(standard(each.id).to(language))
            lines.append(f"- {name}: {_rich(_short(step.act.to(language)))} ({count})")
    if not lines:
        return ""
    title = markdown_html(say("report.framework.raise").to(language))
    return "\n".join([f"<details><summary>{title}</summary>", "", *lines, "", "</details>", "", ""])


def _table_head(keys: Sequence[str], language: Language) -> str:
    names = " | ".join(_say(key, language) for key in keys)
    return f"| {names} |\n|{' --- |' * len(keys)}\n"


def _row(finding: Finding, whole: Folded, language: Language) -> str:
    below = "".join(f"<br>+ {markdown_text(headline(each).to(language))}" for each in whole.parts(finding))
    cells = (
        markdown_text(say(f"severity.{finding.severity}").to(language)),
        f"{markdown_text(headline(finding).to(language))}{below}",
        _where(finding),
        code_span(_short(evidence(finding).to(language))),
    )
    return f"| {' | '.join(cells)} |\n"


def _where(finding: Finding) -> str:
    """Return the place, and on a line of its own the object that it does not name."""
    about = thing(finding)
    at = code_span(_short(place(finding)))
    return f"{at}<br>{code_span(_short(about))}" if about else at


def _short(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "\u2026"


def _gap_rows(record: Record, language: Language) -> Iterator[str]:
    for group in gap_groups(record):
        remedy = joined(group.remedies[:3]).to(language)
        cells = (
            str(len(group.gaps)),
            code_span(_short(reason_text(group.reason).to(language))),
            code_span(_short(group.tool)),
            _rich(_short(remedy)) or "\u2013",
        )
        yield f"| {' | '.join(cells)} |\n"


def _rich(text: str) -> str:
    """Return one of our own sentences, in which backticks mark code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return markdown_text(text)
    return "".join(code_span(part) if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    """Return text between code, with the blanks that it begins and ends with."""
    before, after = text[:1].isspace() * " ", text[-1:].isspace() * " "
    return f"{before}{markdown_text(text)}{after}" if text.strip() else before


def _details(finding: Finding, language: Language, check: CheckText | None) -> str:
    """Return one failure in full, folded; every fence is closed in the same piece."""
    severity = markdown_html(say(f"severity.{finding.severity}").to(language))
    title = markdown_html(headline(finding).to(language))
    lines = [
        f"<details><summary>{severity}: {title} {markdown_html_code(_short(place(finding)))}</summary>",
        "",
        f"- {_say('report.where', language)}: {code_span(place(finding))}",
        f"- {_say('report.check', language)}: {code_span(finding.id)}",
    ]
    foreign = (
        ("report.subject", thing(finding)),
        ("report.api", api_path(finding)),
        ("report.what", decided(finding).to(language)),
        ("report.expected", finding.expected.to(language)),
        ("report.actual", finding.actual.to(language)),
        ("report.suppression", suppression(finding.suppression).to(language)),
    )
    lines += [f"- {_say(key, language)}: {code_span(value)}" for key, value in foreign if value]
    ours = (
        ("report.why", check.why.to(language) if check else ""),
        ("report.remediation", finding.remediation.to(language)),
    )
    lines += [f"- {_say(key, language)}: {_rich(value)}" for key, value in ours if value]
    lines.append("")
    if snippet(finding):
        lines.append(code_block(snippet(finding)[:_MAX_SNIPPET]))
    if written := as_yaml(finding.patch) if finding.patch else "":
        lines += [f"{_say('report.yaml', language)}:", "", code_block(written.rstrip("\n")[:_MAX_SNIPPET], "yaml")]
    elif finding.patch:
        words = "json" if is_json(finding.patch) else ""
        lines += [f"{_say('report.patch', language)}:", "", code_block(shown(finding.patch)[:_MAX_SNIPPET], words)]
    return "\n".join([*lines, "</details>", "", ""])


def _older(findings: Sequence[Finding], language: Language) -> str:
    """Return waived and known failures in one folded table."""
    if not findings:
        return ""
    head = _table_head(("report.severity", "report.check", "report.where", "report.waiver"), language)
    rows = []
    for finding in findings[:_MAX_ROWS]:
        other = "report.aside.title" if finding.context else "report.known.title"
        reason = waiver(finding.waived).to(language) or say(other).to(language)
        cells = (
            markdown_text(say(f"severity.{finding.severity}").to(language)),
            markdown_text(headline(finding).to(language)),
            code_span(_short(place(finding))),
            code_span(_short(reason)),
        )
        rows.append(f"| {' | '.join(cells)} |\n")
    kinds = {
        "report.known.title": any(not each.context and not each.waived for each in findings),
        "report.waived.title": any(each.waived for each in findings),
        "report.aside.title": any(each.context for each in findings),
    }
    names = (say(key).to(language) for key, is_there in kinds.items() if is_there)
    title = markdown_html(f"{' / '.join(names)} ({len(findings)})")
    rest = len(findings) - len(rows)
    more = f"\n{_say('report.more', language, count=rest)}\n" if rest else ""
    return f"<details><summary>{title}</summary>\n\n{head}{''.join(rows)}{more}\n</details>\n\n"


def _foot(record: Record, language: Language) -> str:
    not_assessed = sum(1 for finding in record.findings if finding.verdict is Verdict.NOT_ASSESSED)
    count = _say("report.gaps.count", language, findings=not_assessed, gaps=len(record.gaps))
    made = _say("report.made_by", language, version=record.run.auditor)
    return f"{count}\n\n<sub>{made}</sub>\n"
