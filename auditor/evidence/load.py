"""Reads a run back: its record, its facts, its rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from auditor.errors import ConfigError
from auditor.model.record import SCHEMA, Record

if TYPE_CHECKING:
    from pathlib import Path

_RECORD: Final = msgspec.json.Decoder(Record)


def load(folder: Path) -> Record:
    """Return the record of a run; its facts and captures stay on the disk.

    Raises:
        ConfigError: It cannot be read, or is of a schema that this version does not know.
    """
    place = folder / "record.json"
    try:
        data = place.read_bytes()
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    return record_of(data, str(place))


def record_of(data: bytes, place: str) -> Record:
    """Return a record out of the bytes of ``record.json``.

    Args:
        data: What was read.
        place: Where, for errors.

    Raises:
        ConfigError: It is no record, or of a schema that this version does not know.
    """
    try:
        return _checked(_RECORD.decode(data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        try:
            return _checked(msgspec.convert(_upgraded(json.loads(data)), Record))
        except ConfigError:
            raise
        except (msgspec.MsgspecError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
            message = f"{place} is no record of a run (schema {SCHEMA}): {error}"
            raise ConfigError(message) from error


def _checked(record: Record) -> Record:
    """Return the record, if what its parts say of each other is there.

    Raises:
        ConfigError: A finding names a gap that is not there.
    """
    for finding in record.findings:
        if finding.gap and not 0 <= finding.gap.index < len(record.gaps):
            message = f"finding {finding.fingerprint} names gap {finding.gap.index}, there are {len(record.gaps)}"
            raise ConfigError(message)
    return record


def _upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """Return a record as it was written before 2026-11-29 in the shape of today.

    Then expected and actual were plain text, an origin had no part, and the gap of a broken check no number.
    """
    if data["schema"] != SCHEMA:
        message = f"a record of schema {data['schema']!r} is not supported (expected {SCHEMA})"
        raise ConfigError(message)
    gaps = list(data["gaps"])
    findings = []
    for finding in data["findings"]:
        new = dict(finding)
        for name in ("expected", "actual"):
            if isinstance(new[name], str):
                new[name] = {"en": new[name], "zh": new[name]}
        new["evidence"] = [{"part": new["target"], **origin} for origin in new["evidence"]]
        gap = new.get("gap")
        if gap and gap["index"] is None:
            new["gap"] = {**gap, "index": len(gaps)}
            gaps.append(_told(new, gap))
        findings.append(new)
    return {**data, "findings": findings, "gaps": gaps}


def _told(finding: dict[str, Any], gap: dict[str, Any]) -> dict[str, Any]:
    return {
        "stage": finding["stage"],
        "target": finding["target"],
        "kind": "",
        "subject": gap["subject"],
        "reason": gap["reason"],
        "detail": finding["detail"]["en"],
        "remedy": finding["remediation"],
    }
