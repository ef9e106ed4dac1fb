"""An inventory put together from what several sources know, written as YAML; and the schema of the file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.inventory import FORMATS, RISKS
from auditor.formats.inventory_reading import SOURCE_KEYS, TOP_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.formats.inventory import Action, Dataset, Service
    from auditor.formats.inventory_imports import Imported

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_HEAD: Final = """\
# Made by `auditor inventory build`; each entry names its origin. Complete it by hand: risks, principals, personal data,
# log sources, people. Built again with `--onto` this file, what you wrote stays.
"""


@dataclasses.dataclass
class Making:
    """An inventory that grows.

    Attributes:
        before: The file that is built upon; what stands in it is never changed.
        unread: Sources that were named and not read to their end, with the reason.
    """

    before: dict[str, Any] = dataclasses.field(default_factory=dict)
    unread: dict[str, str] = dataclasses.field(default_factory=dict)
    _components: dict[str, None] = dataclasses.field(default_factory=dict)
    _datasets: dict[str, Dataset] = dataclasses.field(default_factory=dict)
    _actions: dict[tuple[str, str, str], Action] = dataclasses.field(default_factory=dict)
    _services: dict[str, Service] = dataclasses.field(default_factory=dict)
    _edges: dict[tuple[str, str], str] = dataclasses.field(default_factory=dict)

    def add(self, source: str, found: Imported) -> None:
        """Take what a source gives; the first source of a thing stays its origin."""
        self._components |= dict.fromkeys(found.components)
        for each in found.datasets:
            self._datasets.setdefault(each.id, each)
        for each_action in found.actions:
            key = (each_action.component, each_action.action, each_action.object)
            self._actions.setdefault(key, each_action)
        for each_service in found.services:
            self._services.setdefault(each_service.id, each_service)
        for edge in found.edges:
            self._edges.setdefault(edge, source)
        if found.problems:
            more = f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
            self.unread[source] = found.problems[0][:300] + more
        elif not (found.components or found.datasets or found.actions or found.services or found.edges):
            self.unread[source] = "nothing was found in it"  # which proves not that there is nothing

    def lose(self, source: str, why: str) -> None:
        """Note a source that could not be read at all."""
        self.unread[source] = why[:300]

    def value(self) -> dict[str, Any]:
        """Return the inventory as plain values, in the order of its keys."""
        made = dict(self.before)
        made["components"] = [
            *_listed(self.before, "components"),
            *(each for each in self._components if each not in _names(self.before, "components")),
        ]
        known = _names(self.before, "datasets")
        made["datasets"] = [
            *_listed(self.before, "datasets"),
            *(_dataset(each) for name, each in sorted(self._datasets.items()) if name not in known),
        ]
        present = {
            (str(each.get("component", "")), str(each.get("action", "")), str(each.get("object", "") or ""))
            for each in _listed(self.before, "actions")
            if isinstance(each, dict)
        }
        made["actions"] = [
            *_listed(self.before, "actions"),
            *(_action(each) for key, each in sorted(self._actions.items()) if key not in present),
        ]
        known = _names(self.before, "services")
        made["services"] = [
            *_listed(self.before, "services"),
            *(_service(each) for name, each in sorted(self._services.items()) if name not in known),
        ]
        there = {(each.get("from"), each.get("to")) for each in _listed(self.before, "edges") if isinstance(each, dict)}
        made["edges"] = [
            *_listed(self.before, "edges"),
            *({"from": a, "to": b, "origin": by} for (a, b), by in sorted(self._edges.items()) if (a, b) not in there),
        ]
        made["unread"] = [{"source": source, "why": why} for source, why in sorted(self.unread.items())]
        return {key: value for key, value in made.items() if value or (key in self.before and key != "unread")}

    def text(self) -> str:
        """Return the file."""
        import yaml  # noqa: PLC0415 - here alone

        body: str = yaml.dump(
            self.value(),
            Dumper=yaml.CSafeDumper,
            allow_unicode=True,
            sort_keys=False,
            width=120,
            default_flow_style=None,
        )
        return _HEAD + body


def _listed(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return list(found) if isinstance(found, list) else []


def _names(value: Mapping[str, Any], key: str) -> set[str]:
    return {
        str(each.get("id", "")) if isinstance(each, dict) else str(each) for each in _listed(value, key)
    }  # a component may be a name or have an id


def _dataset(each: Dataset) -> dict[str, Any]:
    made: dict[str, Any] = {"id": each.id, "role": each.role, "kind": each.kind, "origin": each.origin}
    if each.fields is not None:
        made["fields"] = {field.name: {"pii": True} if field.pii else {} for field in each.fields}
    return {name: value for name, value in made.items() if value}


def _service(each: Service) -> dict[str, Any]:
    return {
        "id": each.id,
        "end_users": each.end_users,
        "uses_retrieval": each.uses_retrieval,
        "uses_tools": list(each.uses_tools),
        "models": list(each.models),
    }


def _action(each: Action) -> dict[str, Any]:
    made: dict[str, Any] = {
        "component": each.component,
        "action": each.action,
        "object": each.object,
        "risk": each.risk,
    }
    made |= {"personal": True} if each.personal else {}
    made |= {"principals": list(each.principals)} if each.principals else {}
    return {name: value for name, value in {**made, "origin": each.origin}.items() if value}


# --- The schema -------------------------------------------------------------------------------------------------------

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_FLAG: Final = {"type": "boolean"}
_MAP: Final = {"type": "object"}


def _entry(required: Iterable[str] = (), **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - a schema
    return {
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        **({"required": sorted(required)} if required else {}),
    }


def _list_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(entry)}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``inventory.yaml``."""
    moment = {"description": "a day or a time, ISO 8601", "type": "string"}
    number = {"anyOf": [{"type": "number"}, _TEXT]}
    action = _entry(
        ("component", "action"),
        component=_TEXT,
        action={"type": "string", "description": "in the words of the log, or METHOD and path template"},
        object=_TEXT,
        principals=_TEXTS,
        risk={"enum": list(RISKS)},
        personal=_FLAG,
        origin=_TEXT,
    )
    dataset = _entry(
        ("id",),
        id={"type": "string", "description": "OpenLineage namespace and name, `namespace|name`"},
        role={"enum": ["source", "derived", "sink"]},
        kind=_TEXT,
        of=_TEXTS,
        jurisdiction=_TEXT,
        grade=_TEXT,
        aliases=_TEXTS,
        fields={"anyOf": [_MAP, {"type": "array"}]},
        purpose=_TEXT,
        expires=moment,
        excluded={"anyOf": [_FLAG, _TEXT]},
        retention_months=number,
        origin=_TEXT,
        owner=_TEXT,
        party=_TEXT,
        version=_TEXT,
        commit=_TEXT,
        digest=_TEXT,
        hosts=_TEXTS,
    )
    capacity = _entry(
        size_mb=number, size=number, backups=number, max_age_days=number, max_age=number, mb_per_day=number
    )
    sources: dict[str, Any] = {name: {} for name in sorted(SOURCE_KEYS)}
    sources |= {
        "id": _TEXT,
        "format": {"type": "string", "description": f"one of {', '.join(FORMATS)}; found out where it is left out"},
        "files": _TEXTS,
        "component": _TEXT,
        "timezone": {"type": "string", "description": "IANA zone of times without an offset"},
        "expect_every": number,
        "retention_months": number,
        "commissioned": moment,
        "map": _MAP,
        "anchor": _TEXT,
        "chain": _MAP,
        "host": _TEXT,
        "administrator": _TEXT,
        "capacity": {"anyOf": [capacity, {"type": "object"}]},
    }
    properties: dict[str, Any] = {name: {} for name in sorted(TOP_KEYS)}
    properties |= {
        "components": {"type": "array", "items": {"anyOf": [_TEXT, {"type": "object", "required": ["id"]}]}},
        "datasets": _list_of(dataset),
        "services": _list_of(
            _entry(
                ("id",),
                id=_TEXT,
                uses_retrieval=_FLAG,
                uses_tools=_TEXTS,
                models=_TEXTS,
                end_users=_FLAG,
                component=_TEXT,
                origin=_TEXT,
            )
        ),
        "actions": _list_of(action),
        "log_sources": _list_of(
            {"type": "object", "properties": sources, "required": ["id"], "additionalProperties": False}
        ),
        "crossings": _list_of(
            {"type": "object", "properties": {"from": _TEXT, "to": _TEXT, "approved": _TEXT, "until": moment}}
        ),
        "people": _TEXTS,
        "service_accounts": _TEXTS,
        "shared_accounts": _TEXTS,
        "unread": _list_of(_entry(("source",), source=_TEXT, why=_TEXT)),
        "edges": _list_of(_entry(("from", "to"), **{"from": _TEXT, "to": _TEXT, "masking": _FLAG, "origin": _TEXT})),
        "hosts": _list_of(_entry(("host", "jurisdiction"), host=_TEXT, jurisdiction=_TEXT)),
        "documents": _list_of(_entry(("pattern", "dataset"), pattern=_TEXT, dataset=_TEXT)),
        "sharing": _list_of(_entry(("to",), to=_TEXT, recipient=_TEXT, basis=_TEXT, retention_months=number)),
        "deletions": _list_of(_entry(("dataset",), dataset=_TEXT, record=_TEXT, at=moment, reached=_TEXTS)),
        "requests": _list_of(
            _entry(("service",), service=_TEXT, count=number, files=_TEXTS, routes=_TEXTS, methods=_TEXTS, format=_TEXT)
        ),
        "lineage": _entry(
            timezone=_TEXT,
            retention_months=number,
            commissioned=moment,
            exclude=_TEXTS,
            expect_every=number,
            sampling=_TEXTS,
            tool_results=_MAP,
            dialect=_TEXT,
            namespace=_TEXT,
        ),
    }
    return {
        "$schema": DIALECT,
        "$id": "urn:auditor:schema:inventory/1",
        "title": "inventory.yaml: what should be covered by audit logs and lineage",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
