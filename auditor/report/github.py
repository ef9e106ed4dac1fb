"""Annotations of GitHub Actions: a workflow command for each failure, which GitHub shows at its line.

Source: GitHub, "Workflow commands for GitHub Actions" (docs.github.com, read 2026-11): ``::error file=…::message`` with
``%``, CR and LF as ``%25``, ``%0D``, ``%0A``, and ``:`` and ``,`` in properties as ``%3A`` and ``%2C``. A step
shows 10 annotations of each level at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.finding import Severity
from auditor.model.text import Text
from auditor.report.foreign import one_line
from auditor.report.overview import counting, file_below, folded, place
from auditor.report.texts import say
from auditor.report.wording import gate_verdict, headline, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.rules import CheckText

LIMIT: Final = 10
_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return the commands, a line each: the worst failures of each level, and the verdict last.

    Args:
        record: The finished record.
        language: Of all text.
        checks: As for other reports; an annotation has no room for more than the finding.
    """
    del checks
    return "".join(f"{line}\n" for line in _commands(record, language)).encode("utf-8", "backslashreplace")


def _commands(record: Record, language: Language) -> Iterator[str]:
    shown = dict.fromkeys(_LEVELS.values(), 0)
    rest = 0
    whole = folded(counting(record))
    for finding in whole.heads:
        level = _LEVELS[finding.severity]
        shown[level] += 1
        if shown[level] < LIMIT:  # one place is kept for the verdict
            yield _command(finding, whole.parts(finding), level, language)
        else:
            rest += 1
    gate = record.gate
    code = say("report.exit", code=gate.exit_code)
    verdict = _in_brackets(gate_verdict(gate).to(language), code, language)
    told = [labelled(Text(verdict, verdict), language) + gate.reason.to(language)]
    if rest:
        told.append(say("annotations.more", count=rest).to(language))
    text = "auditor: " + ("\uff1b" if language == "zh" else "; ").join(told)
    level = {0: "notice", 3: "warning"}.get(gate.exit_code, "error")
    yield f"::{level} title=auditor::{_data(text)}"


def _command(finding: Finding, parts: Sequence[Finding], level: str, language: Language) -> str:
    properties = {"title": _in_brackets(finding.id, say(f"severity.{finding.severity}"), language)}
    at = finding.location
    if at:
        properties["file"] = file_below(finding.target, at.file) or at.file
        if at.line:
            properties["line"] = str(at.line)
        if at.line and at.end_line:
            properties["endLine"] = str(at.end_line)
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    where = "" if at else f"{place(finding)}: "
    fix = finding.remediation.to(language)
    more = "".join(f"\n+ {one_line(headline(each).to(language))}" for each in parts)
    more += f"\n{labelled(say('report.fix'), language)}{fix}" if fix else ""
    return f"::{level} {named}::{_data(f'{one_line(where + headline(finding).to(language))}{more}')}"


def _in_brackets(name: str, word: Text, language: Language) -> str:
    return f"{name}\uff08{word.zh}\uff09" if language == "zh" else f"{name} ({word.en})"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
