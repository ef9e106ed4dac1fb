"""Hash chains of application logs, checked to their anchor."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ALGORITHMS: Final = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_512", "sm3", "blake2b"})
_HASHES: Final = ("hash", "record_hash", "entry_hash", "digest", "event_hash")
_PREVIOUS: Final = ("prev_hash", "previous_hash", "prevHash", "prev", "previous", "parent_hash")
_SEQ: Final = ("seq", "sequence", "index", "n")
_LISTED: Final = 50


@dataclass
class Chain:
    """What the check of a chain came to.

    Attributes:
        records: Records with a hash.
        verified: Records from the first on up to the first fault.
        mismatches: Sequence numbers whose content does not give their hash.
        broken: Those whose predecessor's hash is another one.
        missing: Sequence numbers that are not there.
        head: Hash of the last record.
        anchored: Records that the anchor counts; None without an anchor.
        tail: Records that the anchor counts and that are missing at the end; None without an anchor.
        anchor_differs: The record that the anchor names is not the one that it names.
        problem: Why nothing could be checked.
    """

    records: int = 0
    verified: int = 0
    mismatches: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    head: str = ""
    anchored: int | None = None
    tail: int | None = None
    anchor_differs: bool = False
    problem: str = ""

    @property
    def faults(self) -> list[str]:
        """What is wrong, sorted."""
        return sorted(
            [
                *(f"content {each}" for each in self.mismatches),
                *(f"link {each}" for each in self.broken),
                *(f"missing {each}" for each in self.missing),
                *([f"missing tail of {self.tail}"] if self.tail else []),
                *(["anchor names another record"] if self.anchor_differs else []),
            ]
        )


def is_chained(sample: Mapping[str, Any]) -> bool:
    """Tell whether a record has a hash and that of the record before it."""
    return any(name in sample for name in _HASHES) and any(name in sample for name in _PREVIOUS)


def verify(lines: Iterable[bytes], anchor: Mapping[str, Any] | None, names: Mapping[str, Any] = {}) -> Chain:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Check a chain.

    Args:
        lines: Records, JSON, in the order of the file.
        anchor: ``count``, ``first_seq``, ``last_seq``, ``head_hash``, ``algorithm``; None if there is none.
        names: Names of the fields (``hash``, ``previous``, ``seq``), of the algorithm, and of fields left out of it.
    """
    made = Chain()
    said = str(names.get("algorithm") or (anchor or {}).get("algorithm") or "sha256").lower().replace("-", "")
    algorithm = {"sha3256": "sha3_256"}.get(said, said)
    if algorithm not in ALGORITHMS:
        made.problem = f"algorithm {algorithm[:40]}"
        return made
    digest: Callable[[bytes], str] = lambda data: hashlib.new(algorithm, data).hexdigest()  # noqa: E731 - one step for each thing that is looked at
    hash_name = previous_name = seq_name = ""
    before_hash: str | None = None
    before_seq: int | None = None
    hashes: dict[int, str] = {}
    clean = True
    for line in lines:
        try:
            record = orjson.loads(line)
        except ValueError:
            clean = False
            continue
        if not isinstance(record, dict):
            clean = False
            continue
        if not hash_name:
            hash_name = _named(names, "hash", _HASHES, record)
            previous_name = _named(names, "previous", _PREVIOUS, record)
            seq_name = _named(names, "seq", _SEQ, record)
            if not hash_name:
                made.problem = "no field with a hash"
                return made
        made.records += 1
        seq = record.get(seq_name) if seq_name else None
        number = seq if isinstance(seq, int) and not isinstance(seq, bool) else None
        label = str(number) if number is not None else f"record {made.records}"
        held = record.get(hash_name)
        held = held if isinstance(held, str) else ""
        good = any(
            hmac.compare_digest(digest(form).encode(), held.lower().encode("utf-8", "replace"))
            for form in _forms(record, hash_name)
        )
        if not good:
            _note(made.mismatches, label)
        previous = record.get(previous_name)
        linked = before_hash is None or previous == before_hash
        if before_hash is None and made.records == 1:
            first = anchor.get("first_seq") if anchor else None
            if isinstance(first, int) and number is not None and number > first:
                for lost in range(first, min(number, first + _LISTED)):
                    _note(made.missing, str(lost))
                clean = False
        if not linked:
            _note(made.broken, label)
        if number is not None and before_seq is not None and number > before_seq + 1:
            for lost in range(before_seq + 1, min(number, before_seq + 1 + _LISTED)):
                _note(made.missing, str(lost))
            clean = False
        if number is not None and before_seq is not None and number <= before_seq:
            clean = False
            _note(made.broken, label)
        clean = clean and good and linked
        made.verified += clean
        before_hash, before_seq = held, number if number is not None else before_seq
        if number is not None:
            hashes[number] = held
        made.head = held
    if anchor is not None:
        _against(made, anchor, hashes, before_seq)
    return made


def _against(made: Chain, anchor: Mapping[str, Any], hashes: Mapping[int, str], last: int | None) -> None:
    count, end = anchor.get("count"), anchor.get("last_seq")
    made.anchored = count if isinstance(count, int) and count > 0 else None
    if made.anchored is None:
        made.problem = "anchor without a count"
        return
    head = anchor.get("head_hash")
    if isinstance(end, int) and last is not None:
        made.tail = max(0, end - last)
        named = hashes.get(end)
    else:
        made.tail = max(0, made.anchored - made.records)
        named = made.head
    if not made.tail and isinstance(head, str) and (named or "").lower() != head.lower():
        made.anchor_differs = True
        made.verified = min(made.verified, made.anchored - 1)
    made.verified = min(made.verified, made.anchored)


def _named(names: Mapping[str, Any], key: str, usual: tuple[str, ...], record: Mapping[str, Any]) -> str:
    given = names.get(key)
    if isinstance(given, str):
        return given
    return next((name for name in usual if name in record), "")


def _forms(record: Mapping[str, Any], hash_name: str) -> Iterable[bytes]:
    """Yield the forms that a hash is taken over: sorted names, with and without spaces, as Unicode and as ASCII."""
    rest = {name: value for name, value in record.items() if name != hash_name}
    yield json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    yield json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()
    yield json.dumps(rest, sort_keys=True).encode()
    yield json.dumps(rest, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _note(found: list[str], label: str) -> None:
    if len(found) < _LISTED and label not in found:
        found.append(label)
