"""What one reading of a Vault or OpenBao gave (``custody-snapshot/1``), to be carried out and audited elsewhere.

The file is JSON that a person can read through before it leaves the zone: ``{"schema", "integrity", "reading"}``; the
digests are those of ``reading`` in canonical form. Live and from a file, the facts are made of one and the same value.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson
from msgspec import Struct

from auditor import reasons
from auditor.errors import IntegrityError
from auditor.formats.hashes import sm3

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: Final = "custody-snapshot/1"
SIZE_LIMIT_BYTES: Final = 512 << 20


class Answer(Struct, frozen=True):
    """What the server said to one request.

    Attributes:
        status: Of HTTP; 0 where no answer came.
        data: The ``data`` of the answer, or all of it where there is none; secrets taken out.
        reason: Why it is none, in a few words; empty for a good answer.
        detail: What the server said of it, in one line.
    """

    status: int
    data: Any = None
    reason: reasons.Reason = reasons.NONE
    detail: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether data was given; an empty list is (404 to a LIST means none)."""
        return not self.reason


class Reading(Struct, frozen=True, kw_only=True):
    """All that one reading gave.

    Attributes:
        address: Of the server.
        answers: By request (``GET sys/seal-status``).
        collected_at: ISO 8601, UTC.
        collected_by: User and host; empty for a live reading.
        problem: Why there is nothing to read, empty if there is.
        detail: Circumstances of the problem.
    """

    address: str
    answers: dict[str, Answer]
    collected_at: str
    collected_by: str = ""
    problem: reasons.Reason = reasons.NONE
    detail: str = ""

    def get(self, path: str) -> Answer:
        """Return the answer to a GET; one with a problem where it was not asked."""
        return self.answers.get(f"GET {path}", UNASKED)

    def listed(self, path: str) -> Answer:
        """Return the answer to a LIST."""
        return self.answers.get(f"LIST {path}", UNASKED)

    def below(self, method: str, prefix: str) -> list[tuple[str, Answer]]:
        """Return the answers to requests below a path, as (rest of the path, answer), in order."""
        head = f"{method} {prefix}"
        return sorted((name[len(head) :], each) for name, each in self.answers.items() if name.startswith(head))


UNASKED: Final = Answer(0, None, reason=reasons.NOT_ASKED_FOR)


def packed(reading: Reading) -> bytes:
    """Return the bytes of a snapshot."""
    value = _plain(reading)
    data = _canonical(value)
    head = {"schema": SCHEMA, "integrity": _integrity(data)}
    return orjson.dumps(head)[:-1] + b',"reading":\n' + data + b"}\n"


def is_one(head: bytes) -> bool:
    """Tell whether a file wants to be a snapshot, by its beginning."""
    return b'"schema"' in head and b"custody-snapshot/" in head


def unpacked(data: bytes) -> Reading:
    """Return the reading of a snapshot.

    Raises:
        ValueError: It is none, or of another schema.
        IntegrityError: It was changed after it was written.
    """
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"more than {SIZE_LIMIT_BYTES >> 20} MiB"
        raise ValueError(message)
    value = orjson.loads(data)
    if not isinstance(value, dict) or not str(value.get("schema", "")).startswith("custody-snapshot/"):
        raise ValueError("no snapshot of a key custody")
    if value["schema"] != SCHEMA:
        message = f"schema {str(value['schema'])[:60]} is not supported (expected {SCHEMA})"
        raise ValueError(message)
    found = value.get("reading")
    if not isinstance(found, dict) or value.get("integrity") != _integrity(_canonical(found)):
        raise IntegrityError("the snapshot was changed after it was written: its digests do not fit what it says")
    answers = found.get("answers")
    if not isinstance(answers, dict):
        raise ValueError("answers are missing")  # noqa: TRY004 - a bad document, not a bad argument
    return Reading(
        address=str(found.get("address", "")),
        answers={name: _answer(each) for name, each in answers.items()},
        collected_at=str(found.get("collected_at", "")),
        collected_by=str(found.get("collected_by", "")),
        problem=reasons.Reason(str(found.get("problem", ""))),
        detail=str(found.get("detail", "")),
    )


def _answer(value: Mapping[str, Any]) -> Answer:
    if not isinstance(value, dict) or not isinstance(value.get("status"), int):
        raise ValueError("an answer without a status")  # noqa: TRY004
    return Answer(
        value["status"], value.get("data"), reasons.Reason(str(value.get("reason", ""))), str(value.get("detail", ""))
    )


def _plain(reading: Reading) -> dict[str, Any]:
    return {
        "address": reading.address,
        "answers": {
            name: {"status": each.status, "data": each.data, "reason": each.reason, "detail": each.detail}
            for name, each in reading.answers.items()
        },
        "collected_at": reading.collected_at,
        "collected_by": reading.collected_by,
        "problem": reading.problem,
        "detail": reading.detail,
    }


def _canonical(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _integrity(data: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "sm3": sm3(data)}
