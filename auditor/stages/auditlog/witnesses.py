"""Proofs that something happened, and whether a log has the record of it."""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.formats.documents import Document, read
from auditor.formats.logs import times
from auditor.formats.logs.row import Row
from auditor.stages.auditlog.coverage import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from auditor.formats.inventory import Witness

TOLERANCE: Final = 5_000_000
"""Clocks of a witness and a log may differ by so many microseconds."""
_LIMIT: Final = 1_000_000
_UPDATES: Final = {"Update": ("update", "patch", "apply"), "Apply": ("patch", "apply", "update", "create")}


class Proof(Struct, frozen=True, kw_only=True):
    """Something that happened.

    Attributes:
        at: Microseconds.
        actions: Actions that would be its record, any of them.
        object: Name that the record must have; empty if it need not.
        trace: Id that the record would share.
        name: For people.
    """

    at: int
    actions: tuple[str, ...]
    object: str = ""
    trace: str = ""
    name: str = ""


@dataclass
class Index:
    """The records of a log, to be asked."""

    by_action: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    traces: set[str] = field(default_factory=set)

    def has(self, proof: Proof) -> bool:
        """Tell whether there is a record of something within the tolerance."""
        if proof.trace and proof.trace in self.traces:
            return True
        for action, records in self.by_action.items():
            if not any(matches(wanted, action) for wanted in proof.actions):
                continue
            start = bisect_left(records, (proof.at - TOLERANCE, ""))
            for at, thing in records[start:]:
                if at > proof.at + TOLERANCE:
                    break
                if not proof.object or not thing or _same(proof.object, thing):
                    return True
        return False


def _same(wanted: str, seen: str) -> bool:
    """Tell whether two names may be one object; a record of a list of a namespace names the namespace only."""
    if wanted == seen:
        return True
    space, _, name = wanted.rpartition("/")
    return seen in {name, space} or seen.rpartition("/")[2] == name


def index(items: Iterable[object]) -> Index:
    """Return an index of the rows of a log."""
    made = Index()
    count = 0
    for item in items:
        if isinstance(item, Row) and item.is_event and item.at is not None and count < _LIMIT:
            made.by_action[item.action].append((item.at, item.object))
            done = item.at + max(item.duration or 0, 0)
            if done != item.at:
                made.by_action[item.action].append((done, item.object))
            if item.trace:
                made.traces.add(item.trace)
            count += 1
    for records in made.by_action.values():
        records.sort()
    return made


def of_rows(items: Iterable[object], mapping: Mapping[str, Any]) -> Iterator[Proof]:
    """Yield what the records of another log prove: successful requests of a kind."""
    wanted = str(mapping.get("action", "DELETE *"))
    proves = mapping.get("proves")
    for item in items:
        if isinstance(item, Row) and item.at is not None and item.outcome == "success" and matches(wanted, item.action):
            actions = (str(proves),) if proves else ("*",)
            last = item.object.rstrip("/").rpartition("/")[2]
            yield Proof(
                at=item.at,
                actions=actions,
                object=last,
                trace=item.trace,
                name=f"{item.action} {item.object} at {times.iso(item.at)}",
            )


def of_file(text: str, witness: Witness, zone: ZoneInfo | None) -> Iterator[Proof]:
    """Yield what a file of witnesses proves: Kubernetes objects, or rows with a time."""
    if witness.format in {"", "kubernetes-objects"} and ("apiVersion" in text[:100_000]):
        yield from _objects(text)
    elif text.lstrip()[:1] in {"[", "{"}:
        yield from _rows(_json_rows(text), witness.map, zone)
    else:
        yield from _rows(csv.DictReader(io.StringIO(text)), witness.map, zone)


def _json_rows(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        value = json.loads(text)
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))
    except (ValueError, RecursionError):
        for line in text.splitlines():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                yield value


def _rows(rows: Iterable[Mapping[str, Any]], mapping: Mapping[str, Any], zone: ZoneInfo | None) -> Iterator[Proof]:
    time_name = str(mapping.get("time", "created_at"))
    action = str(mapping.get("action", "*INSERT*"))
    for number, each in enumerate(rows, 1):
        at, _zoned = times.when(each.get(time_name), zone)
        if at is None:
            continue
        table = str(mapping.get("object", ""))
        name = str(each.get("id", number))
        yield Proof(at=at, actions=(action,), object=table, name=f"{action} {table or name} at {times.iso(at)}")


def _objects(text: str) -> Iterator[Proof]:
    for document in read(text.encode("utf-8", "replace")):
        if not isinstance(document, Document) or not isinstance(document.value, dict):
            continue
        items = document.value.get("items")
        for each in items if isinstance(items, list) else [document.value]:
            if isinstance(each, dict):
                yield from _object(each)


def _object(value: Mapping[str, Any]) -> Iterator[Proof]:
    metadata = value.get("metadata")
    kind, version = value.get("kind"), value.get("apiVersion")
    if not isinstance(metadata, dict) or not isinstance(kind, str) or not isinstance(version, str):
        return
    group = version.rpartition("/")[0]
    path = f"{group}/{plural(kind)}" if group else plural(kind)
    space, name = str(metadata.get("namespace") or ""), str(metadata.get("name") or "")
    label = f"{space}/{name}" if space else name
    created, _zoned = times.when(metadata.get("creationTimestamp"))
    if created is not None:
        yield Proof(
            at=created, actions=(f"create {path}",), object=label, name=f"create {path} {label} at {times.iso(created)}"
        )
    managed = metadata.get("managedFields")
    for entry in managed if isinstance(managed, list) else []:
        if not isinstance(entry, dict):
            continue
        at, _zoned = times.when(entry.get("time"))
        verbs = _UPDATES.get(str(entry.get("operation")), ("update", "patch", "apply"))
        if at is None or at == created:
            continue
        sub = entry.get("subresource")
        whole = f"{path}/{sub}" if isinstance(sub, str) and sub else path
        yield Proof(
            at=at,
            actions=tuple(f"{verb} {whole}" for verb in verbs),
            object=label,
            name=f"{verbs[0]} {whole} {label} at {times.iso(at)}",
        )


def plural(kind: str) -> str:
    """Return the resource of a kind, as the API spells it."""
    word = kind.lower()
    if word == "endpoints":
        return word
    if word.endswith(("s", "x", "ch")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
