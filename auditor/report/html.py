"""One self-contained HTML page: no network, readable with scripts off, both languages inside.

The page is made of one template, one style sheet and one script (``assets/``). A content security policy in it forbids
everything but these two by their hash, so nothing that the audited code brings along can run or be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from auditor.gate import GatePolicy, closes
from auditor.model.fact import GapClass
from auditor.model.finding import Severity, Verdict
from auditor.model.text import reason_text
from auditor.packing import place_of
from auditor.report.controls import all_named, number, standard
from auditor.report.foreign import visible
from auditor.report.frameworks import progress
from auditor.report.overview import (
    aside,
    by_severity,
    by_verdict,
    context,
    gap_groups,
    known,
    place,
    thing,
    unseen,
    waived,
    worst,
    worst_first,
)
from auditor.report.patches import as_yaml
from auditor.report.patches import shown as patch
from auditor.report.standing import SHOWN, is_blind, standings, widths
from auditor.report.texts import say
from auditor.report.trend import trend
from auditor.report.wording import (
    api_path,
    cause,
    code_lines,
    decided,
    evidence,
    gap_reason,
    gate_verdict,
    headline,
    suppression,
    waiver,
)
from auditor.rules import Known, frameworks_of, gate_of
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.fact import Gap
    from auditor.model.finding import Finding
    from auditor.model.record import Record, Tally
    from auditor.model.text import Language, Text
    from auditor.rules import CheckText

# Rows in the page itself, for readers with scripts off, and rows that the script can show.
STATIC_ROWS: Final = 500
EMBEDDED_ROWS: Final = 20_000
_MAX_LISTED: Final = 200
_MAX_PATH: Final = 40
_KEPT_TEXTS: Final = 4_096
"""Texts of which the markup is kept: many findings say the same."""

# Labels that the script writes; the template takes its own from the catalogue.
_LABELS: Final = (
    "apart.hook",
    "html.parts",
    "report.what",
    "report.subject",
    "report.api",
    "report.expected",
    "report.actual",
    "report.snippet",
    "report.patch",
    "report.yaml",
    "report.suppression",
    "report.waiver",
    "report.component",
    "report.vulnerability",
    "report.reason",
    "report.tool",
    "report.remedy",
    "report.why",
    "report.remediation",
    "report.source",
    "report.controls",
    "report.references",
    "report.rule",
    "report.evidence",
    "report.confidence",
    "report.run.target",
    "report.fingerprint",
    "report.new",
    "report.waived.title",
    "report.filter.shown",
    "report.more",
)


def load() -> None:
    """Do what takes time and needs no record."""
    _template()


@cache
def _template() -> Template:
    return _environment().from_string((files("auditor.report") / "assets" / "report.html.j2").read_text("utf-8"))


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return the page as UTF-8.

    Args:
        record: The finished record.
        language: Language in which it opens; the reader can switch.
        checks: Checks by id, for why a failure matters and where to read more; may be empty.
    """
    folder = files("auditor.report") / "assets"
    style = (folder / "report.css").read_text("utf-8")
    script = (folder / "report.js").read_text("utf-8")
    found = worst_first(record.findings)
    anchors, lost = _anchors(found), unseen(record)
    gate = gate_of(checks) if isinstance(checks, Known) else GatePolicy(fail_on=record.gate.fail_on)
    page = _template().render(
        record=record,
        language=language,
        checks=checks,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, script),
        data=Markup(_data(record, found[:EMBEDDED_ROWS], checks, gate, anchors)),  # noqa: S704 - escaped there
        anchor=lambda finding: anchors.get(id(finding), finding.fingerprint),
        rows=found[:STATIC_ROWS],
        total=len(found),
        embedded=min(len(found), EMBEDDED_ROWS),
        verdict=gate_verdict(record.gate),
        severities=by_severity(record),
        verdicts=by_verdict(record),
        trend=trend(record),
        waived_count=waived(record),
        known_count=known(record),
        aside_count=aside(record),
        worst_ones=worst(record),
        groups=gap_groups(record),
        missing=_missing(record),
        **_pictures(record),
        frameworks=progress(record),
        standings=standings(record, frameworks_of(checks)),
        failing=sum(by_severity(record).values()),
        blocking=sum(finding.verdict is Verdict.FAIL and closes(finding, gate) for finding in record.findings),
        losses={kind.value: lost[kind] for kind in GapClass},
        filters=_filters(found[:EMBEDDED_ROWS]),
        targets=sorted(Counter(visible(finding.target) for finding in found[:EMBEDDED_ROWS]).items()),
        compared=any(finding.is_new is not None for finding in found),
        listed=_MAX_LISTED,
    )
    return page.encode("utf-8")


def _pictures(record: Record) -> dict[str, object]:
    """Return what stages draw of their measures, by the name in the template."""
    drawn = {name: stage.part_of(each) for stage in stages() for name, each in stage.pictures.items()}
    return {name: each(record) if callable(each) else each for name, each in drawn.items()}


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.finalize = _shown
    environment.globals.update(
        t=_told,
        rich=_rich,
        l=_label,
        badge=_badge,
        item=_item,
        item_code=_item_code,
        item_rich=_item_rich,
        item_text=_item_text,
        say=say,
        place=place,
        evidence=evidence,
        waiver=waiver,
        code_lines=code_lines,
        as_yaml=as_yaml,
        suppression=suppression,
        addresses=addresses,
        api_path=api_path,
        cause=cause,
        decided=decided,
        headline=headline,
        gap_reason=gap_reason,
        patch=patch,
        raw=lambda digest: place_of(Path(), digest).as_posix(),
        reason=reason_text,
        thing=thing,
        context=context,
        all_named=all_named,
        called=standard,
        number_of=number,
        is_blind=is_blind,
        figures_of=_figures,
        stacked=_stacked,
    )
    environment.filters["tail"] = _tail
    environment.filters["utc"] = lambda text: text.replace("T", " ").replace("+00:00", "Z").replace("Z", " UTC")
    environment.filters["count"] = _grouped
    environment.filters["ticks"] = _ticks
    return environment


def _shown(value: object) -> object:
    """Make every text that the template writes `visible`, but for finished markup."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


# What a row is made of many times over: a macro of the template does the same, and takes ten times as long.


def _told(text: Text) -> Markup:
    """Return a text in both languages, of which the page shows one."""
    return _in_both(text.en, text.zh)


@lru_cache(_KEPT_TEXTS)
def _in_both(en: str, zh: str) -> Markup:
    if en == zh:
        return escape(visible(en))
    return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(visible(en), visible(zh))


def _rich(text: Text) -> Markup:
    """Return the same with what stands between backticks as code."""
    return _rich_in_both(text.en, text.zh)


@lru_cache(_KEPT_TEXTS)
def _rich_in_both(en: str, zh: str) -> Markup:
    if en == zh:
        return _ticks(en)
    return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(_ticks(en), _ticks(zh))


@lru_cache(_KEPT_TEXTS)
def _label(key: str) -> Markup:
    """Return a sentence of the catalogue."""
    return _told(say(key))


def _badge(severity: Severity) -> Markup:
    """Return a severity as a coloured word."""
    return Markup('<span class="badge {}">{}</span>').format(severity.value, _label(f"severity.{severity.value}"))


def _item(key: str, text: str) -> Markup:
    """Return a row of a list of terms; nothing without a text."""
    return _term(key, escape(visible(text))) if text else Markup()


def _item_code(key: str, text: str) -> Markup:
    return _term(key, _CODE + visible(text) + _CODE_END) if text else Markup()


def _item_rich(key: str, text: Text) -> Markup:
    return _term(key, _rich(text)) if text.en or text.zh else Markup()


def _item_text(key: str, text: Text) -> Markup:
    return _term(key, _told(text)) if text.en or text.zh else Markup()


_DT: Final = Markup("<dt>")
_DD: Final = Markup("</dt><dd>")
_END: Final = Markup("</dd>")
_CODE: Final = Markup("<code>")
_CODE_END: Final = Markup("</code>")


def _term(key: str, what: Markup) -> Markup:
    return _DT + _label(key) + _DD + what + _END


def _ticks(text: str) -> Markup:
    """Return one of our own sentences with what stands between backticks as code."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return escape(visible(text))
    code = Markup("<code>{}</code>")
    return Markup().join(code.format(part) if index % 2 else escape(part) for index, part in enumerate(parts))


def _figures(count: Tally) -> list[tuple[str, int]]:
    return [(verdict, getattr(count, verdict)) for verdict in SHOWN]


def _stacked(numbers: Iterable[tuple[object, int]], whole: int = 0) -> list[tuple[str, int, int]]:
    """Return name, place and width of the parts of a bar that is 1,000 wide.

    Args:
        numbers: Counts by name.
        whole: What as much as 1,000 stands for; the sum of the numbers if 0.
    """
    given = [(str(name), count) for name, count in numbers]
    counts = [count for _name, count in given]
    found, at = [], 0
    wide = 1000 * sum(counts) // whole if whole else 1000
    for (name, _count), width in zip(given, widths(counts, wide), strict=True):
        if width:
            found.append((name, at, width))
        at += width
    return found


def _tail(path: str) -> str:
    """Return the end of a long path."""
    return path if len(path) <= _MAX_PATH else f"\u2026{path[-_MAX_PATH:]}"


def _grouped(number: int) -> str:
    return f"{number:,}"


def _policy(style: str, script: str) -> str:
    """Return the content security policy (CSP Level 3): nothing but this style and this script, by hash."""
    ours = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    return f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def addresses(check: CheckText | None) -> list[str]:
    """Return the references of a check that are web addresses, so that no other scheme can be clicked."""
    return [url for url in (check.references if check else ()) if url.startswith(("https://", "http://"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missing:
    """Findings of one check that have no verdict."""

    title: Text
    id: str
    findings: tuple[Finding, ...]


def _missing(record: Record) -> tuple[_Missing, ...]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in record.findings:
        if finding.verdict is Verdict.NOT_ASSESSED:
            grouped[finding.id].append(finding)
    return tuple(
        _Missing(title=found[0].title, id=check_id, findings=tuple(found)) for check_id, found in grouped.items()
    )


def _filters(found: Sequence[Finding]) -> dict[str, list[tuple[str, str, int]]]:
    """Return the chips of each filter: (value, key of its name or empty, number of findings)."""
    stages: dict[str, int] = defaultdict(int)
    severities: dict[Severity, int] = defaultdict(int)
    verdicts: dict[Verdict, int] = defaultdict(int)
    for finding in found:
        stages[finding.stage] += 1
        severities[finding.severity] += 1
        verdicts[finding.verdict] += 1
    return {
        "verdict": [(v.value, f"verdict.{v}", verdicts[v]) for v in Verdict if verdicts[v]],
        "severity": [(s.value, f"severity.{s}", severities[s]) for s in Severity if severities[s]],
        "stage": [(name, "", count) for name, count in sorted(stages.items())],
    }


def _anchors(findings: Iterable[Finding]) -> dict[int, str]:
    """Return the name of each finding on the page: a fingerprint names one of each target."""
    seen: Counter[str] = Counter()
    names: dict[int, str] = {}
    for finding in findings:
        seen[finding.fingerprint] += 1
        number = seen[finding.fingerprint]
        names[id(finding)] = f"{finding.fingerprint}-{number}" if number > 1 else finding.fingerprint
    return names


def _data(
    record: Record,
    found: Sequence[Finding],
    checks: Mapping[str, CheckText],
    gate: GatePolicy,
    anchors: Mapping[int, str],
) -> str:
    """Return what the script shows, as JSON that is safe inside of a script element."""
    titles: dict[str, int] = {}
    abouts: list[dict[str, object]] = []
    rows = []
    for finding in found:
        if finding.id not in titles:
            titles[finding.id] = len(abouts)
            abouts.append(_about(finding, checks.get(finding.id)))
        row = _row(finding, record.gap_of(finding), titles[finding.id])
        if anchors.get(id(finding), finding.fingerprint) != finding.fingerprint:
            row["k"] = anchors[id(finding)]
        rows.append(row | {"b": 1} if closes(finding, gate) else row)
    names = {f"verdict.{verdict}" for verdict in Verdict} | {f"severity.{severity}" for severity in Severity}
    names |= {f"confidence.{level}" for level in ("high", "medium", "low")}
    data = {
        "labels": {key: _pair(say(key, **_SLOTS)) for key in (*_LABELS, *sorted(names))},
        "checks": abouts,
        "findings": rows,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


# The script fills these in itself.
_SLOTS: Final = {name: f"{{{name}}}" for name in ("shown", "all", "count", "what")}


def _pair(text: Text) -> list[str]:
    return [visible(text.en), visible(text.zh)]


def _about(finding: Finding, check: CheckText | None) -> dict[str, object]:
    about: dict[str, object] = {
        "id": finding.id,
        "title": _pair(finding.title),
        "problem": _pair(finding.problem) if finding.problem else None,
        "fix": _pair(finding.remediation),
        "cwe": list(finding.cwe),
        "controls": [_pair(name) for name in all_named(finding.controls)],
        "ids": [f"{name}:{each}" for name, ids in sorted(finding.controls.items()) for each in ids],
    }
    if check:
        about |= {
            "why": _pair(check.why),
            "source": check.source,
            "refs": addresses(check),
            "rule": check.defined_in,
        }
    return about


def _row(finding: Finding, gap: Gap | None, about: int) -> dict[str, object]:
    """Return one finding under short names; what is empty is left out."""
    row: dict[str, object] = {
        "c": about,
        "v": finding.verdict.value,
        "s": finding.severity.value,
        "cf": finding.confidence.value,
        "st": finding.stage,
        "t": visible(finding.target),
        "p": visible(place(finding)),
        "fp": finding.fingerprint,
    }
    optional: dict[str, object] = {
        "m": _pair(decided(finding)),
        "po": finding.part_of,
        "ap": finding.apart,
        "ev": _pair(evidence(finding)),
        "u": visible(finding.subject),
        "th": visible(thing(finding)),
        "in": visible(context(finding)),
        "api": visible(api_path(finding)),
        "e": _pair(finding.expected),
        "a": _pair(finding.actual),
        "n": [[line.number or 0, visible(line.text), int(line.is_marked)] for line in code_lines(finding)],
        "w": _pair(waiver(finding.waived)),
        "sup": _pair(suppression(finding.suppression)),
        "patch": visible(patch(finding.patch)),
        "y": visible(as_yaml(finding.patch)) if finding.patch else "",
        "new": finding.is_new,
        "pkg": visible(finding.component.purl) if finding.component else "",
        "vul": " ".join((finding.vulnerability.id, *finding.vulnerability.aliases)) if finding.vulnerability else "",
        "o": [f"{origin.capture or ''}{origin.pointer}" for origin in finding.origins if origin.capture],
    }
    if gap:
        optional |= {
            "gr": _pair(gap_reason(gap)),
            "gt": visible(gap.tool),
            "gf": _pair(gap.remedy),
        }
    return row | {key: value for key, value in optional.items() if value not in (None, "", [], ["", ""])}
