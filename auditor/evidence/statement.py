"""The verdict as an in-toto statement that an admission controller checks: what was judged, by digest, and the answer.

The predicate is the verification summary of SLSA v1.1 (https://slsa.dev/spec/v1.1/verification_summary).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import __version__
from auditor.formats import dsse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.evidence.seal import Signer
    from auditor.model.record import Record
    from auditor.observe import Observed

FILE: Final = "verdict.intoto.json"
PREDICATE: Final = "https://slsa.dev/verification_summary/v1"
VERIFIER: Final = "urn:auditor"


def signed(
    record: Record, observed: Observed, commits: Mapping[str, str], signers: Sequence[Signer]
) -> dict[str, bytes]:
    """Return the signed statement by its file name; nothing where nobody signs, or nothing has a digest.

    Args:
        record: The run.
        observed: Its facts.
        commits: Commit of each source tree that is what was looked at, by id of the part.
        signers: At least one, for there to be a statement.
    """
    subjects = list(_subjects(observed, commits))
    if not signers or not subjects:
        return {}
    payload = orjson.dumps(
        {"_type": dsse.STATEMENTS[0], "subject": subjects, "predicateType": PREDICATE, **_said(record)}
    )
    message = dsse.pae(dsse.IN_TOTO, payload)
    signatures = [dsse.Signature(each.key_id, each.sign(message)) for each in signers]
    return {FILE: dsse.envelope(dsse.IN_TOTO, payload, signatures) + b"\n"}


def _said(record: Record) -> dict[str, Any]:
    is_good = record.gate.exit_code == 0
    return {
        "predicate": {
            "verifier": {"id": VERIFIER, "version": {"auditor": __version__}},
            "timeVerified": record.run.started.replace("+00:00", "Z"),
            "resourceUri": record.run.system or "urn:auditor:unnamed",
            "policy": {"uri": "urn:auditor:rules", "digest": {"sha256": record.run.rules.removeprefix("sha256:")}},
            "verificationResult": "PASSED" if is_good else "FAILED",
            "verifiedLevels": ["AUDITOR_GATE"] if is_good else ["FAILED"],
            "auditor": {
                "run": record.run.id,
                "exitCode": record.gate.exit_code,
                "assessed": [record.coverage.assessed.part, record.coverage.assessed.whole],
            },
        },
    }


def _subjects(observed: Observed, commits: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield images by the digest of their manifest, source trees by that of their files and by their commit."""
    trees: dict[str, list[str]] = {}
    for facts in observed.facts.values():
        for image in facts.named("ImageConfig"):
            for digest in {getattr(image, "manifest", ""), getattr(image, "config", "")} - {""}:
                algorithm, _colon, value = digest.partition(":")
                yield {"name": image.origin.part, "digest": {algorithm: value}}
        for file in facts.named("SourceFile"):
            trees.setdefault(file.origin.part, []).append(f"{getattr(file, 'sha256', '')}  {file.subject}\n")
    for part, lines in sorted(trees.items()):
        whole = hashlib.sha256("".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()
        commit = {"gitCommit": commits[part]} if part in commits else {}
        yield {"name": part, "digest": {"sha256": whole, **commit}}
