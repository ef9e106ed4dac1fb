"""OpenVEX 0.2.0: what this run says of each known vulnerability of each component.

Only our own verdicts: a failure is ``affected``, whether somebody decided to live with it or not (a waiver never
changes a verdict, it is told beside it); what could not be assessed is ``under_investigation``. Nothing here is ever
``not_affected``: that a vulnerability does no harm is a person's word, and comes in by ``--vex``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from auditor.model.finding import Verdict
from auditor.report.foreign import uri_path, visible
from auditor.report.texts import say
from auditor.report.wording import waiver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.rules import CheckText

CONTEXT: Final = "https://openvex.dev/ns/v0.2.0"
_STATES: Final[Mapping[Verdict, str]] = {Verdict.FAIL: "affected", Verdict.NOT_ASSESSED: "under_investigation"}


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return the document as UTF-8 JSON; empty where no vulnerability was judged: it must have a statement.

    Args:
        record: The finished record.
        language: Of what to do.
        checks: Checks by id; may be empty.
    """
    del checks
    grouped: dict[tuple[str, str, str, str], list[Finding]] = defaultdict(list)
    for finding in record.findings:
        if finding.vulnerability and finding.verdict in _STATES:
            action, notes = _words(finding, language)
            grouped[finding.vulnerability.id, _STATES[finding.verdict], action, notes].append(finding)
    if not grouped:
        return b""
    run = record.run
    document = {
        "@context": CONTEXT,
        "@id": f"urn:auditor:vex:{uri_path(run.id)}",
        "author": "auditor",
        "role": "automated audit",
        "timestamp": run.started,
        "version": 1,
        "tooling": f"auditor {run.auditor}, rules {run.rules}",
        "statements": [_statement(key, found) for key, found in sorted(grouped.items(), key=lambda pair: pair[0])],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _words(finding: Finding, language: Language) -> tuple[str, str]:
    """Return what to do, which an ``affected`` statement must say, and notes."""
    versions = finding.vulnerability.fix.versions if finding.vulnerability else ()
    if finding.verdict is not Verdict.FAIL:
        return "", visible(finding.detail.to(language))
    if versions:
        action = say("vex.fixed", versions=", ".join(map(visible, versions))).to(language)
    else:
        action = visible(finding.remediation.to(language)) or say("vex.none").to(language)
    return action, visible(waiver(finding.waived).to(language))


def _statement(key: tuple[str, str, str, str], found: list[Finding]) -> dict[str, object]:
    name, status, action, notes = key
    first = found[0].vulnerability
    products = dict.fromkeys(_product(each) for each in found)
    statement: dict[str, object] = {
        "vulnerability": {
            "name": visible(name),
            **({"aliases": list(first.aliases)} if first and first.aliases else {}),
        },
        "products": [
            {"@id": identity, **({"identifiers": {"purl": identity}} if identity.startswith("pkg:") else {})}
            for identity in products
        ],
        "status": status,
    }
    if action:
        statement["action_statement"] = action
    if notes:
        statement["status_notes"] = notes
    return statement


def _product(finding: Finding) -> str:
    """Return the package URL of the component, or a name of our own where it has none."""
    if finding.component and finding.component.purl:
        return visible(finding.component.purl)
    return f"urn:auditor:component:{uri_path(finding.subject or finding.target)}"
