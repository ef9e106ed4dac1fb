"""Reads ``inventory.yaml``: what is written wrongly is a problem with its line, what is not known is listed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from auditor.formats.documents import Document, read
from auditor.formats.inventory import (
    FORMATS,
    RISKS,
    Action,
    Capacity,
    Copy,
    Crossing,
    DataField,
    Dataset,
    Deletion,
    DocumentPattern,
    Edge,
    Export,
    Host,
    Inventory,
    LineageSettings,
    LogSource,
    Problem,
    Requests,
    Service,
    Sharing,
    Unread,
    Witness,
)
from auditor.formats.logs.times import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE_LIMIT_BYTES: Final = 32_000_000
_ALIASES: Final = {
    "kubernetes": "k8s-audit",
    "kubernetes-audit": "k8s-audit",
    "k8s": "k8s-audit",
    "openbao": "vault",
    "pgaudit": "postgresql-stderr",
    "postgresql": "postgresql-stderr",
    "postgresql-csvlog": "postgresql-csv",
    "postgresql-jsonlog": "postgresql-json",
    "postgresql-log": "postgresql-stderr",
    "nginx": "nginx-combined",
    "nginx-ingress": "nginx-combined",
    "audit": "auditd",
    "ndjson": "json",
    "jsonl": "json",
    "app": "json",
}
_SPELLED: Final = frozenset({"true", "false"})
_TRUE: Final = (True, "true", "True", "yes", "y", "on")
"""As YAML 1.1 has it."""
_DURATION: Final = re.compile(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|min|h|d|w)?\s*")
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800, None: 1}
_SIZE: Final = re.compile(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([KMGT]?)(i?)B?\s*", re.IGNORECASE)


def load(data: bytes) -> Inventory:
    """Read an inventory from bytes; never raises, what is wrong stands in `Inventory.problems`."""
    if len(data) > SIZE_LIMIT_BYTES:
        return Inventory(problems=(Problem(line=1, detail=f"larger than {SIZE_LIMIT_BYTES:,} bytes"),))
    found = list(read(data))
    bad = next((each for each in found if not isinstance(each, Document)), None)
    if bad is not None:
        return Inventory(problems=(Problem(line=getattr(bad, "line", 1) or 1, detail=f"{bad.reason}: {bad.detail}"),))
    documents = [each for each in found if isinstance(each, Document) and each.value is not None]
    if not documents:
        return Inventory(problems=(Problem(line=1, detail="empty"),))
    if len(documents) > 1 or not isinstance(documents[0].value, dict):
        return Inventory(problems=(Problem(line=documents[-1].line, detail="expected one mapping"),))
    return _Reader(documents[0], data).inventory()


def _as_written(data: bytes, where: str, index: int, member: str) -> dict[str, Any]:
    """Return a mapping of an entry with its scalars as they are written: ``seq: n`` names a field, and says not "no".

    The bounds were held by `read` before; composing does not follow aliases.
    """
    import yaml  # noqa: PLC0415 - loaded where it is needed

    def plain(node: yaml.Node, depth: int) -> Any:  # noqa: ANN401 - any value
        if isinstance(node, yaml.MappingNode) and depth < 8:  # noqa: PLR2004 - said beside it
            return {key.value: plain(value, depth + 1) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode) and depth < 8:  # noqa: PLR2004 - said beside it
            return [plain(each, depth + 1) for each in node.value]
        if node.tag == "tag:yaml.org,2002:int" and str(node.value).isdecimal():
            return int(node.value)
        return node.value

    try:
        top: Any = yaml.compose(data, Loader=yaml.CSafeLoader)
        entries = next(value for key, value in top.value if key.value == where)
        found = next(value for key, value in entries.value[index].value if key.value == member)
        made = plain(found, 0)
    except (yaml.YAMLError, StopIteration, AttributeError, IndexError, TypeError, ValueError):
        return {}
    return made if isinstance(made, dict) else {}


TOP_KEYS: Final = frozenset(
    {
        "components",
        "datasets",
        "services",
        "actions",
        "log_sources",
        "crossings",
        "people",
        "service_accounts",
        "shared_accounts",
        "witnesses",
        "exports",
        "window",
        "system",
        "version",
        "unread",
        "edges",
        "hosts",
        "documents",
        "sharing",
        "deletions",
        "requests",
        "lineage",
    }
)
SOURCE_KEYS: Final = frozenset(
    [
        "id",
        "format",
        "files",
        "path",
        "component",
        "timezone",
        "expect_every",
        "retention_months",
        "commissioned",
        "map",
        "anchor",
        "chain",
        "policy",
        "flags",
        "apiserver",
        "served",
        "settings",
        "rules",
        "host",
        "administrator",
        "copies",
        "capacity",
        "downtime",
        "silent",
        "heartbeat",
        "worm",
        "access",
        "proxies",
        "long_records",
        "devices",
        "stoppable_by",
        "origin",
    ]
)


@dataclass
class _Reader:
    document: Document
    data: bytes
    problems: list[Problem] = field(default_factory=list)
    unknown: list[Problem] = field(default_factory=list)

    def inventory(self) -> Inventory:
        top = self.document.value
        assert isinstance(top, dict)  # noqa: S101 - for the type checker
        for pointer, line in sorted(self.document.repeated.items(), key=lambda each: each[1]):
            if re.fullmatch(r"/datasets/\d+/fields/(?:true|false)", pointer):
                continue  # n and no, y and on: two fields
            self.problems.append(Problem(line=line, detail=f"{pointer} stands there twice", pointer=pointer))
        self._keys(
            top,
            "",
            TOP_KEYS,
        )
        sources = [self._source(each, at) for each, at in self._entries(top, "log_sources")]
        names = [each.id for each in sources]
        for index, name in enumerate(names):
            if name in names[:index]:
                self._wrong(f"/log_sources/{index}/id", f"log source {name!r} is there twice")
        window = top.get("window")
        end = window.get("end") if isinstance(window, dict) else None
        made = Inventory(
            components=tuple(
                name
                for each, at in self._entries(top, "components", plain=True)
                if (name := each if isinstance(each, str) else self._text(each, "id", at, needed=True))
            ),
            datasets=tuple(self._dataset(each, at) for each, at in self._entries(top, "datasets")),
            services=tuple(self._service(each, at) for each, at in self._entries(top, "services")),
            actions=tuple(self._action(each, at) for each, at in self._entries(top, "actions")),
            log_sources=tuple(each for index, each in enumerate(sources) if each.id and each.id not in names[:index]),
            crossings=tuple(
                Crossing(
                    source=self._text(each, "from", at, needed=True),
                    destination=self._text(each, "to", at, needed=True),
                    approved=self._text(each, "approved", at),
                    until=self._text(each, "until", at),
                )
                for each, at in self._entries(top, "crossings")
            ),
            people=self._names(top, "people") if "people" in top else None,
            service_accounts=self._names(top, "service_accounts"),
            shared_accounts=self._names(top, "shared_accounts"),
            witnesses=tuple(
                Witness(
                    source=self._text(each, "source", at, needed=True),
                    files=self._list(each, "files", at),
                    format=self._text(each, "format", at),
                    from_source=self._text(each, "from_source", at),
                    map=each.get("map") if isinstance(each.get("map"), dict) else {},
                )
                for each, at in self._entries(top, "witnesses")
            ),
            exports=tuple(self._export(each, at) for each, at in self._entries(top, "exports")),
            window_end=str(end) if end else "",
            unread=tuple(
                Unread(source=self._text(each, "source", at, needed=True), why=self._text(each, "why", at))
                for each, at in self._entries(top, "unread")
            ),
            edges=tuple(self._edge(each, at) for each, at in self._entries(top, "edges")) if "edges" in top else None,
            hosts=tuple(
                Host(
                    host=self._text(each, "host", at, needed=True),
                    jurisdiction=self._text(each, "jurisdiction", at, needed=True),
                )
                for each, at in self._entries(top, "hosts")
            ),
            documents=tuple(
                DocumentPattern(
                    pattern=self._text(each, "pattern", at, needed=True),
                    dataset=self._text(each, "dataset", at, needed=True),
                )
                for each, at in self._entries(top, "documents")
            ),
            sharing=tuple(
                Sharing(
                    to=self._text(each, "to", at, needed=True),
                    recipient=self._text(each, "recipient", at),
                    basis=self._text(each, "basis", at),
                    retention_months=self._number(each, "retention_months", at),
                )
                for each, at in self._entries(top, "sharing")
            )
            if "sharing" in top
            else None,
            deletions=tuple(
                Deletion(
                    dataset=self._text(each, "dataset", at, needed=True),
                    record=self._text(each, "record", at),
                    at=self._text(each, "at", at),
                    reached=self._list(each, "reached", at),
                )
                for each, at in self._entries(top, "deletions")
            )
            if "deletions" in top
            else None,
            requests=tuple(self._requests(each, at) for each, at in self._entries(top, "requests")),
            lineage=self._lineage(top.get("lineage")),
        )
        # the problems are known only now that everything was read
        return Inventory(
            **{
                name: getattr(made, name)
                for name in made.__struct_fields__
                if name not in {"problems", "unknown", "lines"}
            },
            problems=tuple(self.problems),
            unknown=tuple(self.unknown),
            lines={
                pointer: line
                for pointer, line in self.document.lines.items()
                if pointer.count("/") == 2  # noqa: PLR2004 - said beside it
            },
        )

    def _line(self, pointer: str) -> int:
        while pointer and pointer not in self.document.lines:
            pointer = pointer.rpartition("/")[0]
        return self.document.lines.get(pointer, self.document.line)

    def _wrong(self, pointer: str, detail: str) -> None:
        self.problems.append(Problem(line=self._line(pointer), detail=detail[:300], pointer=pointer))

    def _keys(self, value: Mapping[str, Any], at: str, known: list[str] | frozenset[str]) -> None:
        for key in value:
            if key not in known:
                self.unknown.append(Problem(line=self._line(f"{at}/{key}"), detail=key[:100], pointer=f"{at}/{key}"))

    def _entries(self, top: Mapping[str, Any], key: str, *, plain: bool = False) -> list[tuple[Any, str]]:
        value = top.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong(f"/{key}", f"{key} is no list")
            return []
        found = []
        for index, each in enumerate(value):
            if isinstance(each, dict) or (plain and isinstance(each, str)):
                found.append((each, f"/{key}/{index}"))
            else:
                self._wrong(f"/{key}/{index}", f"an entry of {key} is no mapping")
        return found

    def _text(self, value: Mapping[str, Any], key: str, at: str, *, needed: bool = False) -> str:
        found = value.get(key)
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            if found is not None or needed:
                self._wrong(f"{at}/{key}", f"{key} is missing" if found is None else f"{key} is no text")
            return ""
        return str(found)

    def _flag(self, value: Mapping[str, Any], key: str, at: str) -> bool:
        found = value.get(key, False)
        if not isinstance(found, bool):
            self._wrong(f"{at}/{key}", f"{key} is neither true nor false")
            return False
        return found

    def _list(self, value: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
        found = value.get(key)
        if found is None:
            return ()
        if isinstance(found, str):
            return (found,)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self._wrong(f"{at}/{key}", f"{key} is no list of texts")
            return ()
        return tuple(found)

    def _names(self, top: Mapping[str, Any], key: str) -> tuple[str, ...]:
        names: list[str] = []
        for each, at in self._entries(top, key, plain=True):
            if isinstance(each, str):
                names.append(each)
                continue
            own = [str(each[name]) for name in ("id", "account", "name") if isinstance(each.get(name), str | int)]
            names.extend(own[:1])
            names.extend(self._list(each, "accounts", at))
        return tuple(dict.fromkeys(names))

    def _number(self, value: Mapping[str, Any], key: str, at: str) -> float | None:
        found = value.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
            self._wrong(f"{at}/{key}", f"{key} is no number")
            return None
        return float(found)

    def _duration(self, value: Mapping[str, Any], key: str, at: str) -> float | None:
        found = value.get(key)
        if found is None:
            return None
        match = _DURATION.fullmatch(str(found))
        if not match or isinstance(found, bool):
            self._wrong(f"{at}/{key}", f"{key} is no duration such as 10m")
            return None
        return float(match[1]) * _UNITS[match[2]] or None

    def _action(self, value: Mapping[str, Any], at: str) -> Action:
        self._keys(value, at, frozenset({"component", "action", "object", "principals", "risk", "personal", "origin"}))
        risk = self._text(value, "risk", at) or "medium"
        if risk not in RISKS:
            self._wrong(f"{at}/risk", f"risk is none of {', '.join(RISKS)}")
            risk = "high"
        return Action(
            component=self._text(value, "component", at, needed=True),
            action=self._text(value, "action", at, needed=True),
            object=self._text(value, "object", at),
            principals=self._list(value, "principals", at),
            risk=risk,
            personal=self._flag(value, "personal", at),
            origin=self._text(value, "origin", at),
        )

    def _service(self, value: Mapping[str, Any], at: str) -> Service:
        self._keys(
            value, at, frozenset({"id", "uses_retrieval", "uses_tools", "models", "end_users", "component", "origin"})
        )
        return Service(
            id=self._text(value, "id", at, needed=True),
            uses_retrieval=self._flag(value, "uses_retrieval", at),
            uses_tools=self._list(value, "uses_tools", at),
            models=self._list(value, "models", at),
            end_users=self._flag(value, "end_users", at),
            component=self._text(value, "component", at),
        )

    def _dataset(self, value: Mapping[str, Any], at: str) -> Dataset:
        self._keys(
            value,
            at,
            frozenset(
                [
                    "id",
                    "role",
                    "kind",
                    "of",
                    "jurisdiction",
                    "grade",
                    "aliases",
                    "fields",
                    "purpose",
                    "expires",
                    "excluded",
                    "origin",
                    "retention_months",
                    "owner",
                    "party",
                    "version",
                    "commit",
                    "digest",
                    "hosts",
                ]
            ),
        )
        given = value.get("fields")
        fields: tuple[DataField, ...] | None = None
        if isinstance(given, dict):
            if not given.keys().isdisjoint(_SPELLED):  # a field called n, y or on
                given = _as_written(self.data, "datasets", int(at.rpartition("/")[2]), "fields") or given
            fields = tuple(
                DataField(
                    name=str(name),
                    pii=isinstance(tags, dict) and tags.get("pii") in _TRUE,
                    sensitive=isinstance(tags, dict) and tags.get("sensitive") in _TRUE,
                )
                for name, tags in given.items()
            )
        elif isinstance(given, list) and all(isinstance(each, str) for each in given):
            fields = tuple(DataField(name=each) for each in given)
        elif given is not None:
            self._wrong(f"{at}/fields", "fields is no mapping")
        return Dataset(
            id=self._text(value, "id", at, needed=True),
            role=self._text(value, "role", at),
            kind=self._text(value, "kind", at),
            of=self._list(value, "of", at),
            jurisdiction=self._text(value, "jurisdiction", at),
            grade=self._text(value, "grade", at),
            aliases=self._list(value, "aliases", at),
            fields=fields,
            purpose=self._text(value, "purpose", at),
            expires=self._text(value, "expires", at),
            excluded=self._flag(value, "excluded", at),
            origin=self._text(value, "origin", at),
            owner=self._text(value, "owner", at),
            party=self._text(value, "party", at),
            version=self._text(value, "version", at),
            commit=self._text(value, "commit", at),
            digest=self._text(value, "digest", at),
            hosts=self._list(value, "hosts", at),
        )

    def _edge(self, value: Mapping[str, Any], at: str) -> Edge:
        self._keys(value, at, frozenset({"from", "to", "masking", "origin"}))
        return Edge(
            source=self._text(value, "from", at, needed=True),
            destination=self._text(value, "to", at, needed=True),
            masking=self._flag(value, "masking", at),
        )

    def _requests(self, value: Mapping[str, Any], at: str) -> Requests:
        self._keys(value, at, frozenset({"service", "count", "files", "routes", "methods", "format"}))
        count = self._number(value, "count", at)
        return Requests(
            service=self._text(value, "service", at, needed=True),
            count=None if count is None else int(count),
            files=self._list(value, "files", at),
            routes=self._list(value, "routes", at),
            methods=self._list(value, "methods", at),
            format=self._text(value, "format", at),
        )

    def _lineage(self, value: object) -> LineageSettings:
        if value is None:
            return LineageSettings()
        if not isinstance(value, dict):
            self._wrong("/lineage", "lineage is no mapping")
            return LineageSettings()
        at = "/lineage"
        known = [*LineageSettings.__struct_fields__, "exclude", "expect_every"]
        self._keys(value, at, frozenset(known) - {"excluded", "expect_every_s"})
        zone = self._text(value, "timezone", at)
        if zone and not _is_zone(zone):
            self._wrong(f"{at}/timezone", f"{zone!r} is no time zone such as Asia/Shanghai")
            zone = ""
        commissioned = self._text(value, "commissioned", at)
        if commissioned and instant(commissioned) is None:
            self._wrong(f"{at}/commissioned", f"{commissioned!r} is no date such as 2026-01-31")
            commissioned = ""
        months = self._number(value, "retention_months", at)
        paths = value.get("tool_results")
        if paths is not None and not isinstance(paths, dict):
            self._wrong(f"{at}/tool_results", "tool_results is no mapping")
        return LineageSettings(
            timezone=zone,
            retention_months=int(months) if months else 6,
            commissioned=commissioned,
            excluded=self._list(value, "exclude", at),
            expect_every_s=self._duration(value, "expect_every", at),
            sampling=self._list(value, "sampling", at),
            tool_results={str(k): str(v) for k, v in paths.items()} if isinstance(paths, dict) else {},
            dialect=self._text(value, "dialect", at),
            namespace=self._text(value, "namespace", at),
        )

    def _source(self, value: Mapping[str, Any], at: str) -> LogSource:
        self._keys(value, at, SOURCE_KEYS)
        name = self._text(value, "id", at, needed=True)
        spelled = self._text(value, "format", at)
        spelled = _ALIASES.get(spelled, spelled)
        if spelled and spelled not in FORMATS:
            self._wrong(f"{at}/format", f"format {spelled!r} of log source {name!r} is none of {', '.join(FORMATS)}")
        zone = self._text(value, "timezone", at)
        if zone and not _is_zone(zone):
            self._wrong(f"{at}/timezone", f"{zone!r} is no time zone such as Asia/Shanghai")
            zone = ""
        commissioned = self._text(value, "commissioned", at)
        if commissioned and instant(commissioned) is None:
            self._wrong(f"{at}/commissioned", f"{commissioned!r} is no date such as 2026-01-31")
            commissioned = ""
        months = self._number(value, "retention_months", at)
        access = value.get("access") if isinstance(value.get("access"), dict) else {}
        assert isinstance(access, dict)  # noqa: S101 - for the type checker
        mapping = value.get("map")
        if mapping is not None and not isinstance(mapping, dict):
            self._wrong(f"{at}/map", "map is no mapping")
        flags = value.get("flags", value.get("apiserver"))
        settings = value.get("settings")
        long_records = value.get("long_records")
        devices = self._number(value, "devices", at)
        return LogSource(
            id=name,
            format=spelled if spelled in FORMATS else ("?" if spelled else ""),
            files=self._list(value, "files" if "files" in value else "path", at),
            component=self._text(value, "component", at),
            timezone=zone,
            expect_every_s=self._duration(value, "expect_every", at),
            retention_months=int(months) if months else 6,
            commissioned=commissioned,
            map=self._map(mapping, at),
            anchor=self._text(value, "anchor", at),
            chain=value["chain"] if isinstance(value.get("chain"), dict) else {},
            policy=self._text(value, "policy", at),
            flags=self._flags(flags, at),
            served=self._list(value, "served", at),
            settings={str(k): str(v) for k, v in settings.items()} if isinstance(settings, dict) else {},
            rules=self._text(value, "rules", at),
            host=self._text(value, "host", at),
            administrator=self._text(value, "administrator", at),
            copies=tuple(
                Copy(
                    files=self._list(each, "files", f"{at}/copies/{i}"),
                    host=self._text(each, "host", f"{at}/copies/{i}"),
                    administrator=self._text(each, "administrator", f"{at}/copies/{i}"),
                )
                for i, each in enumerate(value["copies"] if isinstance(value.get("copies"), list) else [])
                if isinstance(each, dict)
            ),
            capacity=self._capacity(value.get("capacity"), f"{at}/capacity"),
            downtime=tuple(
                (str(each.get("from", "")), str(each.get("to", "")))
                for each in (value["downtime"] if isinstance(value.get("downtime"), list) else [])
                if isinstance(each, dict)
            ),
            silent=self._flag(value, "silent", at),
            heartbeat=self._text(value, "heartbeat", at),
            worm=self._text(value, "worm", at),
            readers=self._list(access, "read", f"{at}/access") if "read" in access else None,
            deleters=self._list(access, "delete", f"{at}/access") if "delete" in access else None,
            auditors=self._list(access, "auditors", f"{at}/access"),
            stoppable_by=self._list(value, "stoppable_by", at) if "stoppable_by" in value else None,
            proxies=self._list(value, "proxies", at),
            long_records={str(k): int(v) for k, v in long_records.items() if isinstance(v, int)}
            if isinstance(long_records, dict)
            else None,
            devices=None if devices is None else int(devices),
        )

    def _map(self, given: object, at: str) -> Mapping[str, Any]:
        if not isinstance(given, dict):
            return {}
        if any(isinstance(each, bool) for each in given.values()):
            return _as_written(self.data, "log_sources", int(at.rpartition("/")[2]), "map") or given
        return given

    def _flags(self, given: object, at: str) -> tuple[tuple[str, ...], ...]:
        if given is None:
            return ()
        if isinstance(given, list) and all(isinstance(each, str) for each in given):
            return (tuple(given),)
        if isinstance(given, list) and all(isinstance(each, list) for each in given):
            return tuple(tuple(str(flag) for flag in each) for each in given)
        self._wrong(f"{at}/flags", "flags is no list of command-line flags")
        return ()

    def _capacity(self, value: object, at: str) -> Capacity | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(at, "capacity is no mapping")
            return None
        self._keys(value, at, frozenset({"size_mb", "backups", "max_age_days", "mb_per_day"}))
        backups = self._number(value, "backups", at)
        return Capacity(
            size_mb=self._number(value, "size_mb", at),
            backups=None if backups is None else int(backups),
            max_age_days=self._number(value, "max_age_days", at),
            mb_per_day=self._number(value, "mb_per_day", at),
        )

    def _export(self, value: Mapping[str, Any], at: str) -> Export:
        rows, digests = value.get("rows"), value.get("digests")
        when = self._text(value, "at", at, needed=True)
        if when and instant(when) is None:
            self._wrong(f"{at}/at", f"{when!r} is no date such as 2026-01-31")
        opened = value.get("opened_elsewhere")
        return Export(
            at=when,
            source=self._text(value, "source", at),
            rows=(int(rows[0]), int(rows[1]))
            if isinstance(rows, list) and len(rows) == 2 and all(isinstance(e, int) for e in rows)  # noqa: PLR2004 - said beside it
            else None,
            digests=(str(digests[0]), str(digests[1]))
            if isinstance(digests, list) and len(digests) == 2  # noqa: PLR2004 - said beside it
            else None,
            opened_elsewhere=opened if isinstance(opened, bool) else None,
            evidence=self._text(value, "evidence", at),
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def size_mb(text: str) -> float | None:
    """Return megabytes of a size such as ``100`` (already megabytes), ``10 GiB``; None if it is none."""
    match = _SIZE.fullmatch(text)
    if not match:
        return None
    factor = {"": 1.0, "K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}[match[2].upper()]
    return float(match[1]) * factor
