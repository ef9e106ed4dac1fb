"""SARIF 2.1.0 for code-scanning services: failures as results, gaps as notifications.

Sources: OASIS SARIF 2.1.0 with Errata 01 (clauses named below); GitHub, "SARIF support for code scanning" and "SARIF
results exceed one or more limits" (docs.github.com, read 2026-11).
"""

from __future__ import annotations

import gzip
import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.gate import INTEGRITY
from auditor.model.fact import GapClass
from auditor.model.finding import Confidence, Location, Severity
from auditor.report.foreign import markdown_text, uri_path, visible
from auditor.report.overview import ON_DISK, REMOTE, counting, failures, file_below, folded, thing, worst_first
from auditor.report.texts import say
from auditor.report.wording import gap_notice, headline, labelled, message, suppression, values, waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.fact import Gap
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.report.overview import Folded
    from auditor.rules import CheckText

SCHEMA_URI: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a service takes in one upload.

    Attributes:
        results: Results in a run.
        tags: Tags of a rule.
        extensions: Tool extensions of a run.
        packed_bytes: Size of the file after gzip.
        notifications: Gaps told one by one; ours, so that they cannot crowd out results.
    """

    results: int
    tags: int
    extensions: int
    packed_bytes: int
    notifications: int


# GitHub refuses more (hard limits); of the results it shows the worst 5,000 and of the tags the first 10.
GITHUB: Final = Limits(results=25_000, tags=20, extensions=100, packed_bytes=10 * 1024 * 1024, notifications=1_000)
MAX_SNIPPET: Final = 4_000

_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low; info has no security severity.
_SCORES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
_PRECISIONS: Final[Mapping[Confidence, str]] = {
    Confidence.HIGH: "high",
    Confidence.MEDIUM: "medium",
    Confidence.LOW: "low",
}
_ROOT: Final = "%SRCROOT%"


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What stays the same for the whole document."""

    language: Language
    checks: Mapping[str, CheckText]
    limits: Limits


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}, limits: Limits = GITHUB) -> bytes:
    """Return one SARIF run within GitHub's upload limits; the worst failures are kept and the rest is counted.

    Args:
        record: The finished record.
        language: Language of messages and help.
        checks: Checks by id, for why a failure matters and where to read more; may be empty.
        limits: What the service takes.
    """
    view = _View(language=language, checks=checks, limits=limits)
    # what counts nowhere stays by itself: nothing that counts may hide under it
    whole = folded(counting(record))
    found = worst_first((*whole.heads, *(each for each in failures(record) if not each.counts)))
    keep = min(len(found), limits.results)
    while True:
        data = _encoded(_log(record, found[:keep], whole, len(found) - keep, view))
        if keep == 0 or len(data) <= limits.packed_bytes or len(gzip.compress(data, 6)) <= limits.packed_bytes:
            return data
        keep //= 2


def _encoded(log: object) -> bytes:
    return json.dumps(log, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _log(record: Record, found: Sequence[Finding], whole: Folded, dropped: int, view: _View) -> dict[str, object]:
    language = view.language
    rules = _rules(found, view)
    number = {rule_id: index for index, rule_id in enumerate(rules)}
    bases = _Bases(record.targets)
    results = [
        _result(finding, whole.parts(finding) if finding.counts else (), number[finding.id], bases, language)
        for finding in found
    ]
    run = {
        "tool": {
            "driver": {
                "name": "auditor",
                "version": record.run.auditor,
                "language": _locale(language),
                "rules": list(rules.values()),
                "notifications": [
                    _descriptor("not-assessed", "report.gaps.title", language),
                    _descriptor("results-left-out", "report.sarif.left", language),
                    _descriptor("stage-broken", "report.run.problem", language),
                ],
            },
            "extensions": [
                {
                    "name": tool.name,
                    "version": tool.version,
                    "properties": {"digest": tool.digest, "allowed": tool.is_allowed},
                }
                for tool in record.run.tools[: view.limits.extensions]
            ],
        },
        "automationDetails": {"id": f"auditor/{uri_path(record.run.system)}/"},
        "invocations": [_invocation(record, dropped, dropped + len(found), view)],
        "originalUriBaseIds": bases.table(language),
        "language": _locale(language),
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "assessed": [record.coverage.assessed.part, record.coverage.assessed.whole],
            "policyCoverage": {name: [r.part, r.whole] for name, r in sorted(record.coverage.policy.items())},
            "rules": record.run.rules,
        },
    }
    return {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}


def _locale(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en"


def _descriptor(name: str, key: str, language: Language) -> dict[str, object]:
    return {"id": name, "shortDescription": {"text": say(key, count="").to(language).rstrip(": \uff1a")}}


def _rules(found: Iterable[Finding], view: _View) -> dict[str, dict[str, object]]:
    """Return a reporting descriptor (§3.49) for each check with a result, in the order of the results."""
    rules: dict[str, dict[str, object]] = {}
    for finding in found:
        if finding.id not in rules:
            rules[finding.id] = _rule(finding, view)
    return rules


def _rule(finding: Finding, view: _View) -> dict[str, object]:
    language, check = view.language, view.checks.get(finding.id)
    severity = check.severity if check else finding.severity
    confidence = check.confidence if check else finding.confidence
    title = finding.title.to(language)
    why = check.why.to(language) if check else ""
    rule: dict[str, object] = {
        "id": finding.id,
        "name": "".join(word.capitalize() for word in finding.id.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": why or title},
        "help": _help(finding, language, check),
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": _tags(finding)[: view.limits.tags],
            "precision": _PRECISIONS[confidence],
            "problem.severity": {"error": "error", "warning": "warning", "note": "recommendation"}[_LEVELS[severity]],
            **({"security-severity": _SCORES[severity]} if severity in _SCORES else {}),
        },
    }
    references = _addresses(check)
    if references:
        rule["helpUri"] = references[0]
    return rule


def _addresses(check: CheckText | None) -> list[str]:
    return [url for url in (check.references if check else ()) if url.startswith(("https://", "http://"))]


def _tags(finding: Finding) -> list[str]:
    """Return tags: ``security`` (GitHub asks for it), the stage, CWE in CodeQL's spelling, controls."""
    tags = ["security", f"stage/{finding.stage}", *(f"external/cwe/cwe-{number:03d}" for number in finding.cwe)]
    tags += [f"{name}/{control}" for name, ids in sorted(finding.controls.items()) for control in ids]
    return list(dict.fromkeys(tags))


def _help(finding: Finding, language: Language, check: CheckText | None) -> dict[str, str]:
    why = check.why.to(language) if check else ""
    sections = [
        ("report.why", why),
        ("report.remediation", finding.remediation.to(language)),
        ("report.source", check.source if check else ""),
    ]
    named = [(say(key).to(language), value) for key, value in sections if value]
    references = _addresses(check)
    plain = [f"{name}: {value}" for name, value in named] + references
    rich = [f"**{name}**\n\n{markdown_text(value)}" for name, value in named]
    if references:
        links = "\n".join(f"- <{url}>" for url in references)
        rich.append(f"**{say('report.references').to(language)}**\n\n{links}")
    title = finding.title.to(language)
    return {"text": "\n".join(plain) or title, "markdown": "\n\n".join(rich) or markdown_text(title)}


def _result(
    finding: Finding, parts: Sequence[Finding], rule: int, bases: _Bases, language: Language
) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "kind": "fail",
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(_sentence(finding, parts, language))},
        "locations": [_location(finding, bases)],
        # GitHub reads only primaryLocationLineHash; the other name is ours (§3.27.17: versioned).
        "partialFingerprints": {
            "auditorFingerprint/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "stage": finding.stage,
            "target": visible(finding.target),
            **({"parts": [{"ruleId": each.id, "fingerprint": each.fingerprint} for each in parts]} if parts else {}),
            **({"apart": finding.apart} if finding.apart else {}),
            **({"patch": visible(finding.patch)} if finding.patch else {}),
            **({"context": finding.context} if finding.context else {}),
        },
    }
    if finding.steps:
        result["codeFlows"] = [_flow(finding, bases)]
    if finding.places:
        result["relatedLocations"] = [_also_at(finding, number, bases) for number in range(len(finding.places))]
    suppressions = _suppressions(finding, language)
    if suppressions:
        result["suppressions"] = suppressions
    if finding.is_new is not None:
        result["baselineState"] = "new" if finding.is_new else "unchanged"
    return result


def _flow(finding: Finding, bases: _Bases) -> dict[str, object]:
    """Return a code flow (§3.36): one thread, its steps in the order in which the value passes them."""
    steps = [
        {
            "location": {
                **_location(replace(finding, location=Location(file=step.file, line=step.line)), bases),
                "message": {"text": visible(step.name)},
            }
        }
        for step in finding.steps
    ]
    return {"threadFlows": [{"locations": steps}]}


def _also_at(finding: Finding, number: int, bases: _Bases) -> dict[str, object]:
    """Return another place of the same flaw (§3.27.22), numbered from 1 as viewers show it."""
    place = finding.places[number]
    at = Location(file=place.file, line=place.line, end_line=place.end_line, snippet=place.snippet)
    located = _location(replace(finding, location=at, subject=place.file), bases)
    return {"id": number + 1, **located, "message": {"text": f"{visible(place.file)}:{place.line or 1}"}}


def _sentence(finding: Finding, below: Sequence[Finding], language: Language) -> str:
    about = thing(finding)
    parts = [f"{about}: {message(finding).to(language)}" if about else message(finding).to(language)]
    if finding.detail.en != values(finding).en:
        rows = (("report.expected", finding.expected.to(language)), ("report.actual", finding.actual.to(language)))
        parts += [f"{labelled(say(key), language)}{value}" for key, value in rows if value]
    parts += [f"+ {headline(each).to(language)} ({each.id})" for each in below]
    if finding.remediation.to(language):
        parts.append(f"{labelled(say('report.fix'), language)}{finding.remediation.to(language)}")
    return "\n".join(parts)


_PLACEHOLDER: Final = re.compile(r"\{(\d+)\}")


def _plain(text: str) -> str:
    """Return text for a plain message: no embedded link (§3.11.6), no placeholder (§3.11.5) out of foreign text."""
    return _PLACEHOLDER.sub(r"{{\1}}", visible(text)).replace("](", "]\u200b(")


def _location(finding: Finding, bases: _Bases) -> dict[str, object]:
    """Return the place; GitHub asks for a file and a first line, so a finding without them names its target, line 1."""
    at = finding.location
    region: dict[str, object] = {"startLine": (at.line if at else None) or 1}
    if at and at.line and at.end_line:
        region["endLine"] = max(at.line, at.end_line)
    if at and at.line and at.snippet:
        region["snippet"] = {"text": visible(at.snippet[:MAX_SNIPPET])}
    return {
        "physicalLocation": {
            "artifactLocation": bases.location(finding.target, at.file if at else ""),
            "region": region,
        },
        "logicalLocations": [{"fullyQualifiedName": visible(finding.subject or finding.target)}],
    }


def _suppressions(finding: Finding, language: Language) -> list[dict[str, str]]:
    """Return §3.35 objects: a comment in the code only asks (``underReview``), a waiver decides (``accepted``)."""
    found = []
    if finding.suppression:
        status = "accepted" if finding.waived else "underReview"
        text = visible(suppression(finding.suppression).to(language))
        found.append({"kind": "inSource", "status": status, "justification": text})
    if finding.waived:
        text = visible(waiver(finding.waived).to(language))
        found.append({"kind": "external", "status": "accepted", "justification": text})
    return found


def _invocation(record: Record, dropped: int, due: int, view: _View) -> dict[str, object]:
    language, limits = view.language, view.limits
    run = record.run
    notifications = [
        _notification(
            "stage-broken",
            "error",
            say("report.broken.notice", stage=stage.stage, target=stage.target, problem=stage.problem).to(language),
        )
        for stage in run.stages
        if stage.problem
    ]
    if dropped:
        text = say("report.sarif.dropped", count=dropped, all=due).to(language)
        notifications.append(_notification("results-left-out", "error", text))
    notifications += [
        _notification("not-assessed", _gap_level(gap), gap_notice(gap).to(language), gap, language)
        for gap in record.gaps[: limits.notifications]
    ]
    rest = len(record.gaps) - limits.notifications
    if rest > 0:
        lost = any(gap.gap_class is GapClass.LOST for gap in record.gaps[limits.notifications :])
        text = say("report.gap.rest", count=rest).to(language)
        notifications.append(_notification("not-assessed", "error" if lost else "note", text))
    is_whole = not any(gap.gap_class is GapClass.LOST for gap in record.gaps)
    return {
        "executionSuccessful": is_whole
        and all(note["level"] != "error" for note in notifications)
        and record.gate.exit_code != INTEGRITY
        and not run.interrupted,
        "exitCode": record.gate.exit_code,
        "exitCodeDescription": record.gate.reason.to(language),
        "startTimeUtc": run.started.replace("+00:00", "Z"),  # §3.9: UTC is spelled Z
        "arguments": [visible(argument) for argument in run.arguments],
        "toolExecutionNotifications": notifications,
    }


def _gap_level(gap: Gap) -> str:
    """Say how much was lost: a whole kind is an error, a single subject a warning; what nobody lost is a note."""
    if gap.gap_class is not GapClass.LOST:
        return "note"
    return "warning" if gap.subject else "error"


def _notification(
    name: str, level: str, text: str, gap: Gap | None = None, language: Language = "en"
) -> dict[str, object]:
    note: dict[str, object] = {"descriptor": {"id": name}, "level": level, "message": {"text": _plain(text)}}
    if gap:
        note["properties"] = {
            "stage": gap.stage,
            "target": visible(gap.target),
            "kind": gap.kind,
            "subject": visible(gap.subject),
            "reason": gap.reason,
            "tool": gap.tool,
            "remedy": gap.remedy.to(language),
        }
    return note


class _Bases:
    """Where relative file names start: the folder of the run, or a target that lies outside of it."""

    def __init__(self, targets: Iterable[str]) -> None:
        self._names = {target: f"TARGET{index}" for index, target in enumerate(targets)}
        self._used: dict[str, str] = {}

    def location(self, target: str, file: str) -> dict[str, str]:
        """Return an artifact location (§3.4) for a file of a target, or for the target itself."""
        kind, _, where = target.partition("=")
        if kind not in ON_DISK or REMOTE.match(where):
            self._used[target] = ""
            return {"uri": uri_path(file or where) or ".", "uriBaseId": self._name(target)}
        path = posixpath.normpath(where)
        if posixpath.isabs(path) or path.split("/")[0] == "..":
            self._used[target] = ("file://" if posixpath.isabs(path) else "") + uri_path(path) + "/"
            return {"uri": uri_path(file) or ".", "uriBaseId": self._name(target)}
        return {"uri": uri_path(file_below(target, file) or file or path), "uriBaseId": _ROOT}

    def table(self, language: Language) -> dict[str, object]:
        """Return ``originalUriBaseIds`` (§3.14.14) for the bases that `location` gave out."""
        root = {"description": {"text": say("report.sarif.root").to(language)}}
        table: dict[str, object] = {_ROOT: root}
        for target, uri in sorted(self._used.items()):
            about = {"description": {"text": visible(target)}}
            table[self._name(target)] = {"uri": uri, **about} if uri else about
        return table

    def _name(self, target: str) -> str:
        return self._names.setdefault(target, f"TARGET{len(self._names)}")
