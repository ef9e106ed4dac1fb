"""Ceremony records as facts: read, verified, chained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.formats import ceremony
from auditor.formats.signers import SignerError, certificates
from auditor.model.fact import Origin
from auditor.stages.custody.facts import CeremonyRecord, CustodySetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cryptography.x509 import Certificate

RECORD_LIMIT_BYTES: Final = 1 << 20
RECORDS_LIMIT: Final = 5000


def roots_of(texts: Iterable[bytes]) -> tuple[tuple[Certificate, ...], tuple[Certificate, ...]]:
    """Return the roots (they name themselves as issuer) and the other certificates of some files."""
    roots: list[Certificate] = []
    others: list[Certificate] = []
    for text in texts:
        try:
            found = certificates(text)
        except SignerError:
            continue
        for each in found:
            (roots if each.issuer == each.subject else others).append(each)
    return tuple(roots), tuple(others)


def facts(
    records: Sequence[ceremony.Record], part: str, policy: ceremony.Policy, files: Mapping[str, str]
) -> Iterator[CeremonyRecord | CustodySetting]:
    """Yield a fact for each record, verified and in its place in the chain, and what they show together.

    Args:
        records: All of one folder.
        part: Argument of the part.
        policy: What signatures have to come to.
        files: File by name of the record.
    """
    for record in records:
        if not any(each.code == "schema" for each in record.problems):
            ceremony.check_signatures(record, policy)
    ordered = ceremony.check_chain(records)
    names: dict[str, int] = {}
    for record in ordered:
        name = f"{record.sequence} {record.kind}"[:120]
        names[name] = names.get(name, 0) + 1
        subject = name if names[name] == 1 else f"{name} ({record.name})"
        yield CeremonyRecord(
            subject=subject,
            origin=Origin(part=part, file=files.get(record.name, record.name), line=1),
            kind=record.kind,
            sequence=record.sequence,
            record={name: _bounded(value) for name, value in record.value.items() if name != "signatures"},
            signed_by=record.signed_by,
            problems=tuple((each.code, each.detail) for each in record.problems),
            digest=record.digests[0],
        )
    for record in ordered[::-1]:
        n, t = record.value.get("shares"), record.value.get("threshold")
        if record.kind in {"init", "rekey"} and isinstance(n, int) and isinstance(t, int):
            yield CustodySetting(
                subject=f"shares of {record.sequence} {record.kind}",
                origin=Origin(part=part, file=files.get(record.name, record.name), line=1),
                area="shares",
                source="record",
                values={"n": n, "t": t},
            )
            break
    yield CustodySetting(
        subject="ceremony records",
        origin=Origin(part=part),
        area="records",
        source="record",
        values={
            "count": len(ordered),
            "kinds": sorted({record.kind for record in ordered}),
            "proven": [r.sequence for r in ordered if not r.problems],
        },
    )


def _bounded(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON of a record with texts cut, so that a fact stays small."""
    if isinstance(value, str):
        return value[:1000]
    if isinstance(value, dict):
        return {str(name)[:100]: _bounded(each) for name, each in list(value.items())[:200]}
    if isinstance(value, list):
        return [_bounded(each) for each in value[:500]]
    return value
