from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from auditor.report.json import render
from auditor.report.schema import record_schema
from tests.unit.report.records import empty, example, many

if TYPE_CHECKING:
    from auditor.model.record import Record

VALIDATOR = Draft202012Validator(record_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def written(record: Record) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(render(record))
    return data


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(record_schema())


@pytest.mark.parametrize("record", [example(), empty(), many(50)], ids=["everything", "empty", "many"])
def test_records_validate(record: Record) -> None:
    VALIDATOR.validate(written(record))


def objects(node: object) -> list[dict[str, Any]]:
    """Return every schema of an object within a schema."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node] if isinstance(node, dict) and node.get("type") == "object" else []
    return own + [found for each in inner for found in objects(each)]


def test_every_object_is_closed() -> None:
    open_ones = [each for each in objects(record_schema()) if each.get("additionalProperties", True) in (True, {})]

    # settings of a part are as its stage has them
    assert open_ones == [record_schema()["$defs"]["Part"]["properties"]["options"]]  # type: ignore[index]


@pytest.mark.parametrize("path", [(), ("run",), ("findings", 0), ("gaps", 0), ("coverage",), ("gate",)])
def test_an_unknown_key_is_refused(path: tuple[str | int, ...]) -> None:
    data = deepcopy(written(example()))
    place: Any = data
    for step in path:
        place = place[step]
    place["surprise"] = 1

    with pytest.raises(ValidationError):
        VALIDATOR.validate(data)


def test_every_key_that_is_ever_written_is_needed_or_optional_by_intent() -> None:
    finding = record_schema()["$defs"]["Finding"]  # type: ignore[index]

    optional = set(finding["properties"]) - set(finding["required"])
    assert optional == {
        "aliases",
        "apart",
        "component",
        "context",
        "first_seen",
        "gap",
        "moved_fingerprint",
        "new",
        "part_of",
        "patch",
        "places",
        "problem",
        "steps",
        "suppressed_in_code",
        "vulnerability",
    }
