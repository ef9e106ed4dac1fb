"""``record.json``, schema ``auditor-record/1``: the record as data, the source of every other report."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from auditor.model.control import Outcome
    from auditor.model.fact import Gap, Origin
    from auditor.model.finding import Finding, Location, Waiver
    from auditor.model.record import Comparison, Configuration, Measure, Ratio, Record, Run
    from auditor.model.text import Text

SCHEMA: Final = "auditor-record/1"
T = TypeVar("T")


def render(record: Record) -> bytes:
    """Return the record as UTF-8 JSON; byte-identical for the same input but for the ``run`` object.

    A line for each gap, finding, outcome and measure, so that `grep` finds whole ones and `diff` compares runs.
    """
    number = {gap: index for index, gap in enumerate(record.gaps)}
    shared = _Shared()
    findings = (_finding_line(finding, number, shared) for finding in record.findings)
    members: dict[str, Iterable[bytes]] = {
        "schema": (_bytes(SCHEMA),),
        "run": (_bytes(_run(record.run)),),
        "targets": _listed(_bytes(argument) for argument in record.targets),
        "left_out": _listed(
            _bytes({"target": left.target, "what": left.what, "why": _text(left.why)}) for left in record.left_out
        ),
        "gaps": _listed(_bytes(gap_to_data(gap)) for gap in record.gaps),
        "findings": _listed(findings),
        "outcomes": _listed(_bytes(_outcome(outcome)) for outcome in record.outcomes),
        "coverage": (
            _bytes(
                {
                    "assessed": _ratio(record.coverage.assessed),
                    "policy": {name: _ratio(r) for name, r in sorted(record.coverage.policy.items())},
                }
            ),
        ),
        "measures": _listed(_bytes(_measure(measure)) for measure in record.measures),
        "gate": (
            _bytes(
                {
                    "fail_on": record.gate.fail_on.value,
                    "exit_code": record.gate.exit_code,
                    "reason": _text(record.gate.reason),
                }
            ),
        ),
    }
    buffer = io.BytesIO()  # a record can have hundreds of megabytes: this holds each of them once
    buffer.writelines(_document(members))
    return buffer.getvalue()


def _document(members: Mapping[str, Iterable[bytes]]) -> Iterator[bytes]:
    before = b"{\n"
    for name, pieces in members.items():
        yield before + _bytes(name) + b": "
        yield from pieces
        before = b",\n"
    yield b"\n}\n"


def _listed(lines: Iterable[bytes]) -> Iterator[bytes]:
    before = b"[\n"
    for line in lines:
        yield before
        yield line
        before = b",\n"
    yield b"[]" if before == b"[\n" else b"\n]"


def _bytes(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # a name that is no UTF-8 stands in it as lone surrogates, which only the standard library can spell
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _finding_line(finding: Finding, number: Mapping[Gap, int], shared: _Shared) -> bytes:
    try:
        return orjson.dumps(_finding(finding, number, shared.spelled))
    except TypeError:
        return _bytes(_finding(finding, number, lambda value, data_of: data_of(value)))


class _Shared:
    """What the findings of a check share, spelled once: its title, remedy and controls stand in each of them.

    Known by identity, which holds as long as the record lives.
    """

    __slots__ = ("_spelled",)

    def __init__(self) -> None:
        self._spelled: dict[int, object] = {}

    def spelled(self, value: T, data_of: Callable[[T], object]) -> object:
        """Return what a function makes of a value, as JSON already; as data where that cannot be spelled."""
        key = id(value)
        if key not in self._spelled:
            data = data_of(value)
            try:
                self._spelled[key] = orjson.Fragment(orjson.dumps(data))
            except TypeError:
                self._spelled[key] = data
        return self._spelled[key]


def gap_to_data(gap: Gap) -> dict[str, object]:
    """Return one gap in the shape of the published schema."""
    return {
        "stage": gap.stage,
        "target": gap.target,
        "kind": gap.kind,
        "subject": gap.subject,
        "topic": gap.topic,
        "reason": gap.reason,
        "detail": gap.detail,
        "tool": gap.tool,
        "remedy": _text(gap.remedy),
    }


class _Spell(Protocol):
    """Returns what a function makes of a value."""

    def __call__(self, value: T, data_of: Callable[[T], object], /) -> object: ...


def _finding(finding: Finding, gap_number: Mapping[Gap, int], spelled: _Spell) -> dict[str, object]:
    """Return one finding in the shape of the published schema; optional fields only where they say something.

    Args:
        finding: The finding.
        gap_number: Index of each gap in ``gaps``.
        spelled: Gives the values that all findings of a check share.
    """
    return {
        "id": finding.id,
        "stage": finding.stage,
        "target": finding.target,
        "subject": finding.subject,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "title": spelled(finding.title, _text),
        "detail": _text(finding.detail),
        "expected": finding.expected,
        "actual": finding.actual,
        "evidence": _evidence(finding.origins),
        "location": _location(finding.location) if finding.location else None,
        "controls": spelled(finding.controls, _controls),
        "cwe": finding.cwe,
        "confidence": finding.confidence.value,
        "fingerprint": finding.fingerprint,
        "remediation": spelled(finding.remediation, _text),
        "waived": _waived(finding.waived) if finding.waived else None,
        **_optional(finding, gap_number),
    }


def _evidence(origins: tuple[Origin, ...]) -> list[dict[str, str | None]]:
    return [
        {"capture": origin.capture, "pointer": origin.pointer} for origin in origins if origin.capture or origin.pointer
    ]


def _location(place: Location) -> dict[str, object]:
    return {"file": place.file, "line": place.line, "end_line": place.end_line, "snippet": place.snippet}


def _controls(controls: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(ids) for name, ids in sorted(controls.items())}


def _waived(waiver: Waiver) -> dict[str, object]:
    return {
        "id": waiver.id,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "reason": waiver.reason,
        "expires": waiver.expires,
    }


def _optional(finding: Finding, gap_number: Mapping[Gap, int]) -> dict[str, object]:
    data: dict[str, object] = {}
    if finding.aliases:
        data["aliases"] = list(finding.aliases)
    if finding.moved_fingerprint:
        data["moved_fingerprint"] = finding.moved_fingerprint
    if finding.gap:
        data["gap"] = {
            "index": gap_number.get(finding.gap),
            "reason": finding.gap.reason,
            "subject": finding.gap.subject,
            "count": finding.gaps,
        }
    if finding.suppression:
        comment = finding.suppression
        data["suppressed_in_code"] = {
            "comment": comment.comment,
            "author": comment.author,
            "date": comment.date,
        }
    if finding.is_new is not None:
        data["new"] = finding.is_new
    if finding.patch:
        data["patch"] = finding.patch
    if finding.component:
        part = finding.component
        data["component"] = {
            "name": part.name,
            "version": part.version,
            "type": part.type,
            "purl": part.purl,
        }
    if finding.vulnerability:
        flaw = finding.vulnerability
        data["vulnerability"] = {
            "id": flaw.id,
            "aliases": list(flaw.aliases),
            "fix": {"state": flaw.fix_state, "versions": list(flaw.fix_versions)},
        }
    return data


def _run(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "started": run.started,
        "seconds": run.seconds,
        "auditor": run.auditor,
        "rules": run.rules,
        "system": run.system,
        "arguments": list(run.arguments),
        "targets": [{"kind": part.kind, "where": part.where, "seconds": part.seconds} for part in run.parts],
        "stages": [
            {
                "stage": stage.stage,
                "target": stage.target,
                "seconds": stage.seconds,
                "reused": stage.reused,
                "observed": stage.observed,
                "problem": stage.problem,
            }
            for stage in run.stages
        ],
        "tools": [
            {
                "name": tool.name,
                "version": tool.version,
                "digest": tool.digest,
                "allowed": tool.is_allowed,
            }
            for tool in run.tools
        ],
        "interrupted": run.interrupted,
        "compared_with": run.compared_with,
        "comparison": _fields_of(run.comparison),
        "configuration": _fields_of(run.configuration),
    }


def _fields_of(value: Comparison | Configuration | None) -> dict[str, object] | None:
    """Return the fields of a small value, None for none."""
    if value is None:
        return None
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: list(each) if isinstance(each, tuple) else each for name, each in found.items()}


def _outcome(outcome: Outcome) -> dict[str, object]:
    return {
        "framework": outcome.framework,
        "control": outcome.control,
        "target": outcome.target,
        "verdict": outcome.verdict.value if outcome.verdict else "manual",
        "open": outcome.open,
        "findings": list(outcome.findings),
        "reason": _text(outcome.reason),
        "edition": outcome.edition,
        "number": outcome.number,
    }


def _measure(measure: Measure) -> dict[str, object]:
    value = measure.value
    return {
        "id": measure.id,
        "stage": measure.stage,
        "target": measure.target,
        "subject": measure.subject,
        "value": list(value) if isinstance(value, tuple) else value,
        "undetermined": measure.undetermined,
        "items": list(measure.items),
    }


def _ratio(ratio: Ratio) -> dict[str, int]:
    return {"part": ratio.part, "whole": ratio.whole}


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
