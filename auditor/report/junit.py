"""JUnit XML: one suite a stage, one test case a finding, in the dialect that Jenkins and GitLab read.

Source: the schema of Jenkins' xUnit plugin (``junit-10.xsd``): ``testsuites/testsuite/testcase`` with ``failure``,
``error`` and ``skipped``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from auditor.gate import counts_as_unseen
from auditor.model.fact import GapClass
from auditor.model.finding import Verdict
from auditor.model.text import reason_text
from auditor.report.foreign import xml_attribute, xml_text
from auditor.report.overview import place, thing
from auditor.report.patches import shown
from auditor.report.texts import say
from auditor.report.wording import act, api_path, cause, headline, labelled, message, waiver
from auditor.rules import gate_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.model.fact import Gap
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.rules import CheckText


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return the findings as test cases: pass, failure, skipped (not applicable) or error (not assessed).

    A waived failure stays a failure: a waiver never changes a verdict. What was not assessed is an error where it
    closes the gate; what this kind of target can never show, or no framework asked for, is skipped with its remedy.

    Args:
        record: The finished record.
        language: Language of titles and remedies.
        checks: Checks by id, for why a failure matters; may be empty.
    """
    return b"".join(pieces(record, language, checks))


def pieces(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> Iterator[bytes]:
    """Yield what `render` returns, a test case at a time."""
    return (text.encode("utf-8") for text in _document(record, language, checks))


def _document(record: Record, language: Language, checks: Mapping[str, CheckText]) -> Iterator[str]:
    asked_for = gate_of(checks).asked_for
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    counts = _counts(record.findings, asked_for)
    del counts["skipped"]  # the schema has it for single suites alone
    head = _attributes(name="auditor", **counts)
    yield f'<testsuites{head} time="{record.run.seconds:.3f}">\n'
    seconds: dict[str, float] = defaultdict(float)
    for done in record.run.stages:
        seconds[done.stage] += done.seconds
    for stage, found in groupby(sorted(record.findings, key=_stage), key=_stage):
        findings = tuple(found)
        head = _attributes(
            name=stage,
            timestamp=record.run.started.removesuffix("Z").removesuffix("+00:00"),
            **_counts(findings, asked_for),
        )
        yield f'<testsuite{head} time="{seconds[stage]:.3f}">\n'
        for finding in findings:
            yield from _case(finding, record.gap_of(finding), language, checks)
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _stage(finding: Finding) -> str:
    return finding.stage


def _counts(findings: tuple[Finding, ...], asked_for: frozenset[str]) -> dict[str, str]:
    verdicts = Counter(finding.verdict for finding in findings)
    errors = sum(counts_as_unseen(finding, asked_for) for finding in findings)
    unseen = verdicts[Verdict.NOT_ASSESSED] - errors
    return {
        "tests": str(len(findings)),
        "failures": str(verdicts[Verdict.FAIL]),
        "errors": str(errors),
        "skipped": str(verdicts[Verdict.NOT_APPLICABLE] + verdicts[Verdict.NOTHING_FOUND] + unseen),
    }


def _case(finding: Finding, gap: Gap | None, language: Language, checks: Mapping[str, CheckText]) -> Iterator[str]:
    check = checks.get(finding.id)
    where = place(finding)
    attributes = {"classname": f"{finding.stage}.{finding.id}", "name": f"{headline(finding).to(language)} [{where}]"}
    head = f'<testcase{_attributes(**attributes)} time="0"'
    detail = finding.detail.to(language)
    match finding.verdict:
        case Verdict.PASS:
            yield f"{head}/>\n"
        case Verdict.NOTHING_FOUND:  # JUnit knows no word for it, and "passed" would be one that nobody proved
            word = say("verdict.nothing_found").to(language)
            yield f"{head}><skipped{_attributes(message=f'{word}: {detail}' if detail else word)}/></testcase>\n"
        case Verdict.NOT_APPLICABLE:
            yield f"{head}><skipped{_attributes(message=detail)}/></testcase>\n"
        case Verdict.NOT_ASSESSED:
            why = reason_text(gap.reason).to(language) if gap else detail
            if counts_as_unseen(finding, gate_of(checks).asked_for):
                kind = _attributes(message=why, type=say("verdict.not_assessed").en)
                yield f"{head}><error{kind}>{xml_text(_unseen(finding, gap, language))}</error></testcase>\n"
            else:  # nobody asked for it, or this kind of target can never show it: no error of this run
                lost = gap.gap_class if gap else GapClass.LOST
                told = f"{labelled(say(f'class.{lost}'), language)}{why}\n{_unseen(finding, gap, language)}"
                yield f"{head}><skipped{_attributes(message=told)}/></testcase>\n"
        case Verdict.FAIL:
            kind = _attributes(message=message(finding).to(language), type=finding.severity.value)
            yield f"{head}><failure{kind}>{xml_text(_failure(finding, language, check))}</failure></testcase>\n"


def _failure(finding: Finding, language: Language, check: CheckText | None) -> str:
    """Return what a person needs to mend it, one ``label: value`` a line."""
    rows = [
        ("report.where", place(finding)),
        ("report.run.target", finding.target),
        ("report.subject", thing(finding)),
        ("report.api", api_path(finding)),
        ("report.severity", say(f"severity.{finding.severity}").to(language)),
        ("report.confidence", say(f"confidence.{finding.confidence}").to(language)),
        ("report.expected", finding.expected.to(language)),
        ("report.actual", finding.actual.to(language)),
        ("report.snippet", finding.location.snippet if finding.location else ""),
        ("report.why", check.why.to(language) if check else ""),
        ("report.remediation", finding.remediation.to(language)),
        ("report.patch", shown(finding.patch)),
        ("report.waiver", waiver(finding.waived).to(language)),
        ("report.fingerprint", finding.fingerprint),
    ]
    return "\n".join(f"{labelled(say(key), language)}{value}" for key, value in rows if value)


def _unseen(finding: Finding, gap: Gap | None, language: Language) -> str:
    detail = finding.detail.to(language)
    if gap is None:
        return detail
    remedy = labelled(say("report.remedy"), language)
    return (
        f"{detail}\n{f'{gap.tool} {cause(gap).to(language)}'.strip()}".rstrip() + f"\n{remedy}{act(gap).to(language)}"
    )


def _attributes(**values: str) -> str:
    return "".join(f' {name}="{xml_attribute(value)}"' for name, value in values.items())
