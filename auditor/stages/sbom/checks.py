# ruff: noqa: E501 - one table
"""What must hold of an SBOM: the nine questions, whose data stand in ``rulesets/sbom/checks.yaml``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import fail, fail_at, not_applicable, nothing_found, ok
from auditor.check_data import check_data, checks_of, judges
from auditor.model.fact import Read, RunStarted
from auditor.model.finding import Component as NamedComponent
from auditor.model.finding import Severity
from auditor.model.text import joined, literal
from auditor.stages.sbom.facts import (
    Component,
    SbomAnswer,
    SbomDifference,
    SbomDocument,
    SbomElement,
    SbomFault,
    VexStatement,
)
from auditor.stages.sbom.licensing import policy
from auditor.stages.sbom.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Check, Judgement
    from auditor.check_data import Judge
    from auditor.model.fact import Facts
    from auditor.model.text import Text

PART_KINDS: Final = frozenset({"sbom"})
_SHOWN: Final = 10
"""Names in one line, at most."""


def _answer(question: str) -> Read:
    return Read("SbomAnswer", frozenset({question}))


def _difference(question: str) -> Read:
    return Read("SbomDifference", frozenset({question}))


def _is_of(row: SbomFault | SbomElement | SbomDifference | VexStatement, document: SbomDocument | SbomAnswer) -> bool:
    """Tell whether a row is of a document; two parts of a system may hold documents of one name."""
    return (row.origin.part, row.document) == (document.origin.part, document.subject)


@judges("sbom-well-formed", reads=(SbomDocument, SbomFault))
def well_formed(facts: Facts) -> Iterator[Judgement]:
    """Fail a document that its own format forbids."""
    for document in facts.of(SbomDocument):
        faults = [fault for fault in facts.of(SbomFault) if _is_of(fault, document)]
        name = f"{document.format} {document.version}".strip()
        if faults:
            said = joined(
                say("sbom.fault", place=fault.place or "/", what=both(fault.what), detail=both(fault.detail))
                for fault in faults[:_SHOWN]
            )
            if len(faults) > _SHOWN:
                said = say("sbom.more", items=said, count=len(faults) - _SHOWN)
            yield fail(document, *faults[:_SHOWN], expected=literal(name), actual=said)
        else:
            yield ok(document, actual=literal(name))


@judges("sbom-elements", reads=(_answer("elements"), SbomElement))
def elements(facts: Facts) -> Iterator[Judgement]:
    """Fail a document for each element of the profile that it does not give for all that need it."""
    for answer in facts.of(SbomAnswer, "elements"):
        rows = [row for row in facts.of(SbomElement) if _is_of(row, answer)]
        lacking = [row for row in rows if row.have < row.due]
        for row in lacking:
            missing = ", ".join(row.missing[:_SHOWN])
            detail = say("sbom.element", have=row.have, due=row.due, missing=missing or "-")
            yield fail_at(
                answer.subject,
                row,
                evidence=f"{row.profile} {row.element}",
                detail=detail,
                expected=literal(f"{row.due} / {row.due}"),
                actual=literal(f"{row.have} / {row.due}"),
            )
        if not lacking:
            yield ok(answer, actual=literal(answer.compared_with))


_WHAT: Final = {
    "component-missing": "sbom.missing",
    "component-extra": "sbom.extra",
    "file-unlisted": "sbom.unlisted",
    "file-gone": "sbom.gone",
    "file-changed": "sbom.changed",
    "file-kind": "sbom.kind",
    "file-altered": "sbom.altered",
}


def _detail(each: SbomDifference) -> Text:
    key = _WHAT.get(each.kind, "sbom.changed")
    if each.kind == "file-unlisted" and each.is_executable:
        key = "sbom.unlisted_executable"
    return say("sbom.layer", what=say(key), layer=each.layer) if each.layer else say(key)


def _each_difference(facts: Facts, question: str) -> Iterator[Judgement]:
    """Fail a document at each component and file that differs."""
    for answer in facts.of(SbomAnswer, question):
        differences = [row for row in facts.of(SbomDifference, question) if _is_of(row, answer)]
        for row in differences:
            made = fail_at(
                answer.subject,
                row,
                evidence=f"{row.kind} {row.expected} {row.actual}",
                detail=_detail(row),
                expected=both(row.expected),
                actual=both(row.actual),
            )
            component = NamedComponent(
                name=row.component[0], version=row.component[1], type=row.component[2], purl=row.component[3]
            ) if row.component else None  # fmt: skip
            yield replace(made, component=component, severity=_severity(row))
        if differences:
            continue
        if answer.counted == 0 and question == "true":
            yield not_applicable(answer, reason=say("sbom.agree", agreed=0, counted=0))
        else:
            yield ok(answer, detail=say("sbom.agree", agreed=answer.agreed, counted=answer.counted))


def _severity(row: SbomDifference) -> Severity | None:
    """Return how bad one difference is where it is not as the check says: an unknown file is worse if it can run."""
    if row.kind == "file-unlisted":
        return Severity.HIGH if row.is_executable else Severity.MEDIUM
    return Severity.MEDIUM if row.kind == "file-gone" else None


@judges("sbom-complete", reads=(_answer("complete"), _difference("complete")))
def complete(facts: Facts) -> Iterator[Judgement]:
    """Fail a document for each component and file that is there and not in it, or in it and not there."""
    yield from _each_difference(facts, "complete")


@judges("sbom-true", reads=(_answer("true"), _difference("true")))
def true(facts: Facts) -> Iterator[Judgement]:
    """Fail a document for each file that is not what it, or the file's package, says."""
    yield from _each_difference(facts, "true")


@judges("sbom-subject", reads=(_answer("subject"),))
def subject(facts: Facts) -> Iterator[Judgement]:
    """Fail a document that is about another image, or does not say by digest which it is about."""
    for answer in facts.of(SbomAnswer, "subject"):
        state, _blank, digests = answer.detail.partition(" ")
        if state == "equal":
            yield ok(answer, expected=literal(answer.compared_with), actual=literal(answer.compared_with))
        elif state == "configuration":
            detail = say("sbom.config_digest")
            yield fail(answer, detail=detail, expected=literal(answer.compared_with), actual=literal(digests))
        elif state == "none":
            yield fail(answer, detail=say("sbom.no_digest"), expected=literal(answer.compared_with))
        else:
            yield fail(answer, expected=literal(answer.compared_with), actual=literal(digests))


@judges("sbom-signed", reads=(_answer("signed"), RunStarted))
def signed(facts: Facts) -> Iterator[Judgement]:
    """Fail a document that no trusted key has signed, where that is asked for or keys are given."""
    for answer in facts.of(SbomAnswer, "signed"):
        state, _blank, by = answer.detail.partition(" ")
        if state == "verified":
            yield ok(answer, actual=literal(by))
        elif state == "certificate":
            _name, begins, ends = by.rsplit(" ", 2)
            now = datetime.fromisoformat(facts.of(RunStarted)[0].at)
            is_valid = datetime.fromisoformat(begins) <= now <= datetime.fromisoformat(ends)
            yield (
                ok(answer, actual=literal(by))
                if is_valid
                else fail(answer, detail=say("sbom.signature_expired"), actual=literal(by))
            )
        elif state == "unsigned":
            yield fail(answer, detail=say("sbom.unsigned"), expected=literal(answer.compared_with))
        else:
            yield fail(
                answer, detail=say("sbom.signature_bad"), expected=literal(answer.compared_with), actual=literal(by)
            )


_LICENCE_SEVERITY: Final = {"deny": Severity.HIGH, "review": Severity.MEDIUM, "unknown": Severity.LOW}


@judges("sbom-licences", reads=(_answer("licences"), Component))
def licences(facts: Facts) -> Iterator[Judgement]:
    """Fail a document for each component whose licence the policy does not allow: unknown is not allowed."""
    for answer in facts.of(SbomAnswer, "licences"):
        rules = policy(answer.compared_with)
        found = False
        components = [each for each in facts.of(Component) if each.is_declared and each.origin == answer.origin]
        for each in components:
            verdict, licence = rules.judge(each.licences, each.usage)
            if verdict == "allow":
                continue
            found = True
            key = "none" if verdict == "unknown" and not each.licences else verdict
            detail = say(f"sbom.licence_{key}", licence=licence, policy=rules.name)
            made = fail_at(
                answer.subject,
                each,
                evidence=f"{verdict} {licence}",
                detail=detail,
                actual=literal(" AND ".join(each.licences)),
            )
            yield replace(
                made,
                severity=_LICENCE_SEVERITY[verdict],
                component=NamedComponent(name=each.name, version=each.version, type=each.type, purl=each.purl),
            )
        if not found and components:
            yield ok(answer, actual=say("sbom.components", count=len(components)))
        elif not found:
            yield not_applicable(answer, reason=say("sbom.no_components"))


@judges("sbom-drift", reads=(_answer("drift"), _difference("drift")))
def drift(facts: Facts) -> Iterator[Judgement]:
    """Fail a document of a build whose image is no longer the same, with what has changed."""
    for answer in facts.of(SbomAnswer, "drift"):
        rows = [row for row in facts.of(SbomDifference, "drift") if _is_of(row, answer)]
        added = [row for row in rows if row.kind in {"component-missing", "file-unlisted"}]
        removed = [row for row in rows if row.kind in {"component-extra", "file-gone"}]
        changed = [row for row in rows if row not in added and row not in removed]
        if not rows:
            yield ok(answer, actual=literal(answer.compared_with))
            continue
        said = [f"{mark}{row.subject}" + (f" ({row.layer})" if row.layer else "") for mark, side in (("+", added), ("-", removed), ("~", changed)) for row in side[:_SHOWN]]  # fmt: skip
        detail = say("sbom.drift", added=len(added), removed=len(removed), changed=len(changed))
        yield fail(answer, detail=detail, expected=literal(answer.compared_with), actual=literal("; ".join(said)))


@judges("sbom-vex", reads=(_answer("vex"), VexStatement, RunStarted))
def vex(facts: Facts) -> Iterator[Judgement]:
    """Fail a document for each statement about a vulnerability that is worthless."""
    oldest = int(check_data("sbom").parameters("sbom-vex")["maximum_days"])
    for answer in facts.of(SbomAnswer, "vex"):
        statements = [each for each in facts.of(VexStatement) if _is_of(each, answer)]
        bad = False
        for each in statements:
            faults = [both(fault) for fault in each.faults]
            if not faults and _age(facts, each.timestamp) > oldest:
                faults.append(say("sbom.vex.old", count=oldest))
            if faults:
                bad = True
                yield fail_at(
                    answer.subject,
                    each,
                    evidence=f"{each.vulnerability} {each.status}",
                    actual=say(
                        "sbom.vex.wrong", name=f'{each.vulnerability} "{each.status}"'.strip(), what=joined(faults)
                    ),
                )
        if statements and not bad:
            yield ok(answer, actual=say("sbom.statements", count=len(statements)))
        elif not statements:
            yield nothing_found(answer, detail=say("sbom.no_vex"))


def _age(facts: Facts, timestamp: str) -> int:
    now = datetime.fromisoformat(facts.of(RunStarted)[0].at)
    try:
        made = datetime.fromisoformat(timestamp)
    except ValueError:
        return 1_000_000
    return (now - (made if made.tzinfo else made.replace(tzinfo=now.tzinfo))).days


JUDGES: Final[tuple[Judge, ...]] = (
    well_formed,
    elements,
    complete,
    true,
    subject,
    signed,
    licences,
    drift,
    vex,
)


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of("sbom", part_kinds=PART_KINDS, judges=JUDGES)
