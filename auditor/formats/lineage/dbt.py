"""Manifests of dbt, v9 to v12 and what newer ones keep of them: data sets, declared edges, columns through SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.formats.lineage import sql
from auditor.formats.lineage.values import Column, Table, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NODES: Final = 100_000
_DATA: Final = frozenset({"model", "seed", "snapshot", "source"})
_SCHEMA: Final = re.compile(r"/manifest/v(\d{1,3})\.json")
KNOWN: Final = range(9, 13)


class Manifest(Struct, frozen=True, kw_only=True):
    """What a manifest declares.

    Attributes:
        version: Of its schema; 0 if it does not say.
        adapter: ``postgres``, ``duckdb`` …
        tables: Models, seeds, snapshots, sources, exposures; ids are ``adapter|database.schema.name``.
        problems: What cannot be used.
    """

    version: int
    adapter: str
    tables: tuple[Table, ...]
    problems: tuple[str, ...] = ()


def is_manifest(value: object) -> bool:
    """Tell whether a JSON value is a manifest."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("nodes"), dict)
        and isinstance(value.get("metadata"), dict)
        and ("dbt_schema_version" in value["metadata"] or "dbt_version" in value["metadata"])
    )


def manifest(value: Mapping[str, Any], known: Mapping[str, Sequence[str]] | None = None) -> Manifest:
    """Read a manifest; what is malformed in it is left out and said.

    Args:
        value: The manifest.
        known: Columns by ``database.schema.name`` that are known from elsewhere; the manifest itself need not say them.
    """
    metadata = value["metadata"]
    match = _SCHEMA.search(str(metadata.get("dbt_schema_version", "")))
    adapter = clean(metadata.get("adapter_type") or "")
    nodes = {**_dict(value.get("nodes")), **_dict(value.get("sources"))}
    problems = []
    if len(nodes) > NODES:
        problems.append(f"{len(nodes)} nodes")
    names: dict[str, str] = {}
    for key, node in list(nodes.items())[:NODES]:
        if isinstance(node, dict) and node.get("resource_type") in _DATA:
            name = relation(node)
            if name:
                names[key] = name
            elif _dict(node.get("config")).get("materialized") != "ephemeral":
                problems.append(f"{clean(key, 100)} has no relation")
    columns = {
        name: list(dict.fromkeys((*_column_names(nodes[key]), *(known or {}).get(name, ()))))
        for key, name in names.items()
    }
    tables = []
    for key, name in _in_order(names, nodes):
        tables.append(_table(key, name, nodes, names, columns, adapter))
        if tables[-1].fields:
            columns[name] = list(tables[-1].fields)
    for key, exposure in _dict(value.get("exposures")).items():
        if isinstance(exposure, dict):
            of = tuple(f"{adapter}|{names[each]}" for each in _depends(exposure, nodes) if each in names)
            tables.append(
                Table(
                    id=f"{adapter}|exposure.{clean(exposure.get('name') or key)}", of=of, role="sink", place=clean(key)
                )
            )
    return Manifest(
        version=int(match[1]) if match else 0, adapter=adapter, tables=tuple(tables), problems=tuple(problems)
    )


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def relation(node: Mapping[str, Any]) -> str:
    """Return ``database.schema.name`` of a node, empty where it makes no relation."""
    given = node.get("relation_name")
    if isinstance(given, str) and given:
        return ".".join(clean(part.strip('"`[]')) for part in _parts(given))
    if node.get("resource_type") == "source":
        return ".".join(
            clean(each)
            for each in (node.get("database"), node.get("schema"), node.get("identifier") or node.get("name"))
            if each
        )
    return ""


def _parts(given: str) -> list[str]:
    """Part a quoted name at the dots outside of quotes."""
    return [each for each in re.findall(r'"[^"]*"|`[^`]*`|\[[^\]]*\]|[^."`\[\]]+', given) if each != "."]


def _in_order(names: Mapping[str, str], nodes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield those first that others are made of, so that a star finds its columns; a cycle is taken as it comes."""
    done: set[str] = set()
    for first in names:
        stack = [(first, iter(_depends(nodes[first], nodes)))]
        open_ = {first}
        while stack:
            key, rest = stack[-1]
            after = next((each for each in rest if each in names and each not in done and each not in open_), None)
            if after is not None:
                open_.add(after)
                stack.append((after, iter(_depends(nodes[after], nodes))))
                continue
            stack.pop()
            if key not in done:
                done.add(key)
                yield key, names[key]


def _depends(node: Mapping[str, Any], nodes: Mapping[str, Any], depth: int = 0) -> list[str]:
    """Return what a node is made of; ephemeral models, which make no relation, are looked through."""
    given = _dict(node.get("depends_on")).get("nodes")
    found = []
    for each in given if isinstance(given, list) else ():
        inner = nodes.get(each) if isinstance(each, str) else None
        if isinstance(inner, dict) and _dict(inner.get("config")).get("materialized") == "ephemeral" and depth < 50:  # noqa: PLR2004 - deeper is a cycle
            found.extend(_depends(inner, nodes, depth + 1))
        elif isinstance(each, str):
            found.append(each)
    return list(dict.fromkeys(found))


def _column_names(node: Mapping[str, Any]) -> list[str]:
    return [clean(each) for each in _dict(node.get("columns"))]


def _tags(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, said in _dict(node.get("columns")).items():
        tags = _dict(said).get("tags")
        meta = {**_dict(_dict(_dict(said).get("config")).get("meta")), **_dict(_dict(said).get("meta"))}
        for tag in tags if isinstance(tags, list) else ():
            yield clean(name), clean(tag)
        for key, value in meta.items():
            if value not in (False, None, ""):
                yield clean(name), clean(key)


def _table(
    key: str,
    name: str,
    nodes: Mapping[str, Any],
    names: Mapping[str, str],
    columns: Mapping[str, list[str]],
    adapter: str,
) -> Table:
    node = nodes[key]
    own = f"{adapter}|{name}"
    of = tuple(f"{adapter}|{names[each]}" for each in _depends(node, nodes) if each in names)
    said = tuple(_column_names(node))
    kind = node.get("resource_type")
    if kind in {"seed", "source"}:
        return Table(id=own, fields=said or None, role="source", tags=tuple(_tags(node)), place=clean(key))
    text = node.get("compiled_code", node.get("compiled_sql"))
    language = node.get("language", "sql")
    if language != "sql":
        return Table(
            id=own,
            fields=said or None,
            of=of,
            role="derived",
            undetermined=f"a model in {clean(language, 40)}",
            tags=tuple(_tags(node)),
            place=clean(key),
        )
    if not isinstance(text, str) or not text.strip():
        return Table(
            id=own,
            fields=said or None,
            of=of,
            role="derived",
            undetermined="no compiled_code",
            tags=tuple(_tags(node)),
            place=clean(key),
        )
    found = list(sql.statements(text, adapter, columns))
    traced = tuple(
        Column(each.field, f"{adapter}|{each.dataset}", each.source, each.direct, each.masking)
        for one in found
        for each in one.columns
    )
    why = "; ".join(one.undetermined for one in found if one.undetermined)
    outputs = (
        tuple(dict.fromkeys((*said, *(each for one in found for each in one.outputs)))) if not why or found else said
    )
    return Table(
        id=own,
        fields=outputs or None,
        of=of,
        columns=traced,
        role="derived",
        undetermined=why,
        tags=tuple(_tags(node)),
        place=clean(key),
    )
