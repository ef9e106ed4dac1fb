"""An inventory is built from manifests, events and traces, and the stage takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats import inventory_reading
from auditor.formats.inventory_making import Making
from auditor.stages.lineage.importing import of_lineage
from tests.unit.stages.lineage.events import named, run, whole, write
from tests.unit.stages.lineage.looking import SAMPLES, look

if TYPE_CHECKING:
    from pathlib import Path


def test_a_manifest_and_its_events_make_an_inventory_that_the_stage_takes(tmp_path: Path) -> None:
    making = Making()
    making.add("lineage=dbt", of_lineage(SAMPLES / "dbt", "dbt"))
    (tmp_path / "inventory.yaml").write_text(making.text(), encoding="utf-8")
    for name in ("manifest.json", "run_ol_events.json"):
        (tmp_path / name).write_bytes((SAMPLES / "dbt" / name).read_bytes())

    made = inventory_reading.load(making.text().encode())
    looked = look(tmp_path)

    assert made.problems == ()
    assert made.unknown == ()
    assert len(made.datasets) == 8
    assert len(made.edges or ()) == 8
    assert looked.value("seen") == (8, 8)
    assert looked.value("rooted") == (8, 8)


def test_traces_make_services_and_tags_make_personal_fields(tmp_path: Path) -> None:
    tags = {"tags": [{"key": "pii", "field": "phone", "value": "true"}]}
    event = run(["a"], [named("b", schema={"fields": [{"name": "phone"}, {"name": "x"}]}, tags=tags)])

    found = of_lineage(write(tmp_path, events=[event], spans=whole()), "here")

    (service,) = found.services
    assert (service.id, service.uses_retrieval, service.models) == ("assistant", True, ("m",))
    fields = {each.id: each.fields for each in found.datasets}["s3://lake|b"]
    assert fields is not None
    assert [(each.name, each.pii) for each in fields] == [("phone", True), ("x", False)]


def test_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    assert of_lineage(tmp_path, "here").problems == ("nothing of lineage in it",)
    assert of_lineage(write(tmp_path, events=['{"eventTime": ']), "here").problems
