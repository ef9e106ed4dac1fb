"""Applies statements on exploitability after the search: a finding stays, and says who calls it harmless and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.formats import exploitability
from auditor.formats.exploitability import SILENCING, Meant, Statement, Vex
from auditor.model.fact import Origin
from auditor.stages.vulnerabilities.facts import Exploitability, KnownVulnerability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from auditor.formats.packages import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of statements.

    Attributes:
        name: Of its file.
        vex: What it says.
        is_trusted: It is not signed, or by a key that is trusted.
    """

    name: str
    vex: Vex
    is_trusted: bool


@dataclass(slots=True)
class Applied:
    """What became of vulnerabilities and statements.

    Attributes:
        vulnerabilities: All of them, in order.
        statements: One for each statement.
    """

    vulnerabilities: list[KnownVulnerability] = field(default_factory=list)
    statements: list[Exploitability] = field(default_factory=list)


SBOM_VEX: Final = "sbom-vex"
_OF_ITSELF: Final = frozenset(
    {
        "no vulnerability",
        "no product",
        "unknown status",
        "no justification",
        "unknown justification",
        "no date",
        "no author",
    }
)
"""What is wrong with a statement wherever it is applied: of a statement about an SBOM, `SBOM_VEX` says it."""


def apply(
    documents: Sequence[Document],
    found: Sequence[KnownVulnerability],
    packages: Mapping[str, Package],
    products: tuple[str, ...],
    part: str,
    now: datetime,
    *,
    is_sbom_seen: bool = False,
) -> Applied:
    """Apply statements in the order of their dates: the last one that fits counts.

    Args:
        documents: As given.
        found: What was found.
        packages: Packages by subject.
        products: Ids of the thing that the SBOM describes.
        part: Argument of the part.
        now: The clock of the run.
        is_sbom_seen: The stage of SBOMs looks at the statements, too.
    """
    result = Applied(vulnerabilities=list(found))
    by_id: dict[str, list[int]] = {}
    for number, each in enumerate(found):
        for name in {name.casefold() for name in (each.id, *each.aliases)}:
            by_id.setdefault(name, []).append(number)
    named = {each.subject for each in found} if documents else set[str]()
    meant = {subject: exploitability.meant(subject) for subject in named}
    every: dict[str, Meant | None] = {}

    def here(statement: Statement) -> bool:
        """Tell whether a statement is about anything in the SBOM, found vulnerable or not."""
        every.update({subject: exploitability.meant(subject) for subject in packages.keys() - every.keys()})
        return any(
            _is_about(statement, subject, every[subject], package, products) for subject, package in packages.items()
        )

    numbered = [(document, statement) for document in documents for statement in document.vex.statements]
    for document, statement in sorted(numbered, key=_when):
        fault = statement.fault
        if not document.is_trusted:
            fault = "stranger"
        elif not fault and exploitability.is_future(statement, now):
            fault = "future"
        fitting = [] if fault else _fitting(statement, by_id, found, meant, packages, products)
        for number in fitting:
            result.vulnerabilities[number] = replace(
                result.vulnerabilities[number],
                vex_status=statement.status,
                vex_reason=statement.justification,
                vex_author=statement.author,
                vex_date=statement.date,
                vex_place=f"{document.name}#{statement.place}",
            )
        is_strange = is_sbom_seen and not fitting and (fault in _OF_ITSELF or not (fault or here(statement)))
        result.statements.append(
            Exploitability(
                subject=f"{document.name}#{statement.place}",
                origin=Origin(part=part, file=document.name, pointer=statement.place),
                vulnerabilities=statement.vulnerabilities,
                products=tuple(f"{each.id} {' '.join(each.parts)}".strip()[:300] for each in statement.products[:20]),
                status=statement.status,
                author=statement.author,
                date=statement.date,
                matched=len(fitting),
                versions=len({(found[number].subject) for number in fitting}),
                is_broad=_is_broad(statement) and statement.status in SILENCING,
                fault=fault,
                answered_by=SBOM_VEX if is_strange else "",
            )
        )
    result.statements.sort(key=lambda one: one.subject)
    return result


def _when(pair: tuple[Document, Statement]) -> tuple[datetime, str, str]:
    """Return the moment of a statement, whatever zone it is told in; one without a date comes first."""
    document, statement = pair
    moment = exploitability.moment(statement.date) or datetime.min.replace(tzinfo=UTC)
    return moment, document.name, statement.place


def _fitting(
    statement: Statement,
    by_id: Mapping[str, list[int]],
    found: Sequence[KnownVulnerability],
    meant: Mapping[str, Meant | None],
    packages: Mapping[str, Package],
    products: tuple[str, ...],
) -> list[int]:
    numbers = sorted({number for name in statement.vulnerabilities for number in by_id.get(name.casefold(), ())})
    fitting = []
    for number in numbers:
        subject = found[number].subject
        if _is_about(statement, subject, meant[subject], packages.get(subject), products):
            fitting.append(number)
    return fitting


def _is_about(
    statement: Statement, subject: str, own: Meant | None, package: Package | None, products: tuple[str, ...]
) -> bool:
    refs = {subject, package.ref} if package else {subject}
    for product in statement.products:
        is_whole = exploitability.is_product(product.id, products)
        names = product.parts if product.parts and is_whole else () if product.parts else (product.id,)
        if not ((is_whole and not product.parts) or any(_names(name, own, refs, products) for name in names)):
            continue
        if package is None or exploitability.holds(product.versions, package.version, package.order):
            return True
    return False


def _names(text: str, own: Meant | None, refs: set[str], products: tuple[str, ...]) -> bool:
    name = exploitability.linked(text, products)
    if name in refs:
        return True
    said = exploitability.meant(name)
    return said is not None and own is not None and exploitability.covers(said, own)


def _is_broad(statement: Statement) -> bool:
    """Tell whether a statement names a package without its version."""
    names = [
        name for product in statement.products if not product.versions for name in (product.parts or (product.id,))
    ]
    return any((said := exploitability.meant(name)) is not None and not said.version for name in names)
