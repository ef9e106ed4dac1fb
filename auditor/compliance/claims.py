"""What a supplier promises and what its documents say, held against what was observed: shown where the three part."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from auditor.compliance import entries
from auditor.compliance.texts import say
from auditor.model.decision import ClaimRow, ClaimStanding
from auditor.model.finding import Verdict, worst
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from auditor.compliance.entries import Entry
    from auditor.model.finding import Finding

FIELDS: Final = frozenset({"id", "statement", "by", "document", "checks", "target", "subject"})


class Claim(Struct, frozen=True, kw_only=True):
    """One statement.

    Attributes:
        id: Its id.
        statement: What is promised.
        by: Who promises it.
        document: Where it is written: file, and the place in it.
        is_documented: Whether that file is there, unchanged.
        checks: Checks that see whether it is so.
        target: Pattern of targets; empty for all.
        subject: Pattern of subjects; empty for all.
        line: Line in the file.
        problems: What is wrong with the entry.
    """

    id: str
    statement: Text
    by: str
    document: str
    is_documented: bool
    checks: tuple[str, ...]
    target: str
    subject: str
    line: int
    problems: tuple[Text, ...]


class Claims(Struct, frozen=True, kw_only=True):
    """A file of claims.

    Attributes:
        path: As given.
        digest: ``sha256:…`` of its bytes.
        claims: In its order.
    """

    path: str
    digest: str
    claims: tuple[Claim, ...]


def read(path: Path, checks: AbstractSet[str]) -> Claims:
    """Read claims and hold their documents against the digests.

    Args:
        path: The file.
        checks: Ids of all checks that are known.

    Raises:
        ConfigError: The file cannot be read, or is no list of claims.
    """
    listing = entries.read(path, "claims")
    made = [_claim(each, index, path.parent, checks) for index, each in enumerate(listing.entries)]
    for index in entries.twins([each.id for each in made]):
        made[index] = replace(made[index], problems=(*made[index].problems, say("waiver.twice", id=made[index].id)))
    return Claims(path=listing.path, digest=listing.digest, claims=tuple(made))


def _claim(entry: Entry, index: int, folder: Path, known: AbstractSet[str]) -> Claim:
    entry.only(FIELDS)
    name = entry.text("id", is_needed=True)
    given = entry.value.get("checks")
    named = tuple(map(str, given)) if isinstance(given, list) else ((given,) if isinstance(given, str) else ())
    if not named:
        entry.problems.append(say("waiver.missing", field="checks"))
    entry.problems.extend(say("claim.unknown_check", check=each[:100]) for each in named if each not in known)
    noted = len(entry.problems)
    found = entries.evidence(folder, entry.value.get("document"), entry, "document")
    del entry.problems[noted:]  # a document that is not as it was is what the claim is shown for, not an error in it
    place = entry.value.get("document")
    where = str(place.get("place") or "") if isinstance(place, dict) else ""
    return Claim(
        id=name or f"#{index + 1}",
        statement=_statement(entry),
        by=entry.text("by", is_needed=True),
        document=", ".join(filter(None, (found[0].file, where))) if found else "",
        is_documented=bool(found) and all(each.problem is None for each in found),
        checks=named,
        target=entry.text("target"),
        subject=entry.text("subject"),
        line=entry.line,
        problems=tuple(entry.problems),
    )


def _statement(entry: Entry) -> Text:
    given = entry.value.get("statement")
    if isinstance(given, dict) and set(given) == {"en", "zh"} and all(isinstance(each, str) for each in given.values()):
        return Text(given["en"], given["zh"])
    text = entry.text("statement", is_needed=True)
    return Text(text, text)


def weigh(claims: Claims, findings: Iterable[Finding]) -> tuple[ClaimRow, ...]:
    """Return every claim with what was observed of it, in the order of the file."""
    by_check: dict[str, list[Finding]] = {}
    wanted = {check for each in claims.claims for check in each.checks}
    for finding in findings:
        if finding.id in wanted:
            by_check.setdefault(finding.id, []).append(finding)
    return tuple(_row(each, by_check) for each in claims.claims)


def _row(claim: Claim, by_check: dict[str, list[Finding]]) -> ClaimRow:
    subject = entries.pattern(claim.subject) if claim.subject else None
    target = entries.pattern(claim.target) if claim.target else None
    found = [
        finding
        for check in claim.checks
        for finding in by_check.get(check, ())
        if (not subject or subject.fullmatch(finding.subject)) and (not target or target.fullmatch(finding.target))
    ]
    seen = {finding.id for finding in found}
    verdict = worst(finding.verdict for finding in found)
    observed = Verdict.NOT_ASSESSED if verdict is None else verdict
    if observed is not Verdict.FAIL and not seen.issuperset(claim.checks):
        observed = Verdict.NOT_ASSESSED
    standing, parts = _standing(claim, observed, sum(each.verdict is Verdict.FAIL for each in found))
    return ClaimRow(
        id=claim.id,
        claimed=claim.statement,
        by=claim.by,
        documented=claim.document if claim.is_documented else "",
        observed=observed.value,
        findings={verdict.value: number for verdict, number in Counter(each.verdict for each in found).items()},
        standing=standing,
        parts=parts,
    )


def _standing(claim: Claim, observed: Verdict, failures: int) -> tuple[ClaimStanding, tuple[Text, ...]]:
    if claim.problems:
        return "invalid", claim.problems
    undocumented = () if claim.is_documented else (say("claim.undocumented"),)
    if observed is Verdict.FAIL:
        return "contradicted", (say("claim.contradicted", count=failures), *undocumented)
    if observed is not Verdict.PASS:
        return "not_observed", (say("claim.unseen"), *undocumented)
    return ("undocumented" if undocumented else "holds"), undocumented
