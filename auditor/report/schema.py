"""JSON Schema (2020-12) of ``record.json``, schema ``auditor-record/1``: made from the values themselves."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from auditor.model.record import SCHEMA, Record

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def record_schema() -> dict[str, object]:
    """Return the schema as plain values; every object in it is closed, so an unknown key is an error."""
    (made,), definitions = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    closed = {name: _closed(definition) for name, definition in definitions.items()}
    top = closed.pop(made["$ref"].rpartition("/")[2])
    return {
        "$schema": DIALECT,
        "$id": f"urn:auditor:schema:{SCHEMA}",
        **top,
        "title": f"{SCHEMA}: everything that one run of auditor saw and concluded",
        "$defs": closed,
    }


def _closed(definition: dict[str, Any]) -> dict[str, Any]:
    if definition.get("type") == "object" and "properties" in definition:
        return {**definition, "additionalProperties": False}
    return definition
