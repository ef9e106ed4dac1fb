"""An inventory put together from sources: what stood there stays, entries name their origin, what is unread is kept."""

from __future__ import annotations

import jsonschema
import yaml

from auditor.demo import logs
from auditor.formats.inventory import Action, Dataset
from auditor.formats.inventory_imports import Imported
from auditor.formats.inventory_making import Making, schema
from auditor.formats.inventory_reading import SOURCE_KEYS, TOP_KEYS, load

ONE = Imported(
    components=("app", "db"),
    datasets=(Dataset(id="p|t", kind="table", origin="one"),),
    actions=(Action(component="app", action="POST /x", origin="one"),),
)
TWO = Imported(
    components=("app",),
    actions=(Action(component="app", action="POST /x", risk="high", origin="two"),),
    problems=("line 3 cannot be read", "line 4 cannot be read"),
)


def test_first_source_of_a_thing_stays_its_origin_and_what_is_unread_is_kept() -> None:
    making = Making()
    making.add("openapi=one", ONE)
    making.add("openapi=two", TWO)
    making.lose("sql=three", "no such file")

    found = load(making.text().encode())

    assert found.problems == ()
    assert found.unknown == ()
    assert found.components == ("app", "db")
    assert [(each.action, each.origin) for each in found.actions] == [("POST /x", "one")]
    assert [(each.source, each.why) for each in found.unread] == [
        ("openapi=two", "line 3 cannot be read (and 1 more)"),
        ("sql=three", "no such file"),
    ]


def test_what_a_person_wrote_stays_as_it_is() -> None:
    before = {
        "people": ["li.wei"],
        "components": [{"id": "app"}],
        "actions": [{"component": "app", "action": "POST /x", "risk": "high", "principals": ["person"]}],
    }
    making = Making(before=before)
    making.add("openapi=one", ONE)

    value = making.value()

    assert value["actions"] == before["actions"]
    assert value["people"] == ["li.wei"]
    assert value["components"] == [{"id": "app"}, "db"]


def test_schema_is_valid_and_knows_the_keys_that_are_read() -> None:
    made = schema()

    jsonschema.Draft202012Validator.check_schema(made)
    assert set(made["properties"]) == TOP_KEYS
    assert set(made["properties"]["log_sources"]["items"]["properties"]) == SOURCE_KEYS


def test_schema_takes_the_inventory_of_the_demo_and_what_is_built(tmp_path: object) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    del tmp_path
    demo = yaml.safe_load(logs._inventory(datetime(2026, 11, 1, tzinfo=UTC), clean=True))
    making = Making()
    making.add("openapi=one", ONE)
    checked = jsonschema.Draft202012Validator(schema())

    assert [error.message for error in checked.iter_errors(_plain(demo))] == []
    assert [error.message for error in checked.iter_errors(_plain(yaml.safe_load(making.text())))] == []
    assert list(checked.iter_errors({"actions": [{"component": "x"}]}))
    assert list(checked.iter_errors({"acions": []}))


def _plain(value: object) -> object:
    """Return YAML values as JSON has them: a day is text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
