"""Bad input and trouble: a clear gap or a count each time, never a traceback, never a pass."""

from __future__ import annotations

import json
import os
import re
import struct
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import zstandard

from auditor.formats.lineage import dbt, openlineage, otlp, sql
from tests.unit.stages.lineage.events import columns, named, run, span, whole, write
from tests.unit.stages.lineage.looking import SAMPLES, look

if TYPE_CHECKING:
    from pathlib import Path

TWO = 'datasets: [{id: "s3://lake|a", role: source}, {id: "s3://lake|b", fields: {x: {}}}]'


def test_events_of_a_future_schema_are_read_and_noted(tmp_path: Path) -> None:
    event = run(["a"], ["b"], schemaURL="https://openlineage.io/spec/9-1-0/OpenLineage.json", unheard={"of": 1})

    looked = look(write(tmp_path, inventory=TWO, events=[event]))

    assert looked.value("seen") == (2, 2)
    assert "schema version 9" in looked.measure("notes").items[0]


def test_an_event_without_a_schema_is_read(tmp_path: Path) -> None:
    event = {key: value for key, value in run(["a"], ["b"]).items() if key != "schemaURL"}

    assert look(write(tmp_path, inventory=TWO, events=[event])).value("edges") == 1


def test_two_facets_of_one_name_are_undetermined(tmp_path: Path) -> None:
    text = json.dumps(run(["a"], [named("b", **columns(x=[("a", "k")]))]))
    at = text.index('"columnLineage"')
    doubled = text[:at] + '"columnLineage": {"fields": {}}, ' + text[at:]

    looked = look(write(tmp_path, inventory=TWO, events=[doubled]))

    assert looked.measure("readable").undetermined == 1
    assert looked.verdict("events-readable") == "not_assessed"


def test_the_newer_lineage_facets_of_jobs_and_data_sets_are_read() -> None:
    source = {"namespace": "s", "name": "in", "type": "DATASET", "field": "k"}
    entry = {
        "namespace": "s",
        "name": "out",
        "type": "DATASET",
        "inputs": [source],
        "fields": {"x": {"inputs": [source]}},
    }
    event = {**run([], []), "job": {"namespace": "e", "name": "j", "facets": {"lineage": {"lineage": [entry]}}}}

    found = openlineage.event(event)

    assert not isinstance(found, str)
    assert [each.id for each in found.inputs] == ["s|in"]
    assert found.outputs[0].columns[0].field == "x"
    assert found.outputs[0].inputs == ("s|in",)


def test_an_empty_lineage_facet_declares_a_root(tmp_path: Path) -> None:
    inventory = 'datasets: [{id: "s3://lake|a"}, {id: "s3://lake|b"}]'
    events = [run([named("a", lineage={"inputs": []})], ["b"])]

    assert look(write(tmp_path, inventory=inventory, events=events)).value("rooted") == (2, 2)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda event: {"events": [event]},
        lambda event: {"body": json.dumps(event)},
        lambda event: {"request": {"method": "POST", "body": event}},
        lambda event: [event],
        lambda event: {"value": event, "partition": 3},
    ],
)
def test_events_in_wrappers_are_found(tmp_path: Path, wrap: object) -> None:
    assert callable(wrap)

    assert look(write(tmp_path, inventory=TWO, events=[wrap(run(["a"], ["b"]))])).value("edges") == 1


def test_old_column_lineage_masks() -> None:
    facet = {
        "fields": {
            "x": {"inputFields": [{"namespace": "s", "name": "a", "field": "k"}], "transformationType": "MASKED"}
        }
    }

    found = openlineage.event(run(["a"], [named("b", columnLineage=facet)]))

    assert not isinstance(found, str)
    assert found.outputs[0].columns[0].masking


def test_cyclic_lineage_comes_to_an_end(tmp_path: Path) -> None:
    facet = columns(x=[("b", "x")])
    inventory = 'datasets: [{id: "s3://lake|a", fields: {x: {pii: true}}}, {id: "s3://lake|b", fields: {x: {}}}]'
    events = [run(["a"], [named("b", **columns(x=[("a", "x")]))]), run(["b"], [named("a", **facet)], job="back")]

    looked = look(write(tmp_path, inventory=inventory, events=events))

    assert looked.value("rooted") == (0, 2)
    assert looked.value("pii-spread") == 1


def test_ten_thousand_aliases_come_to_one_data_set(tmp_path: Path) -> None:
    links = [{"namespace": "h", "name": f"n{number}", "type": "TABLE"} for number in range(10_000)]
    ring = [
        named(f"n{number}", symlinks={"identifiers": [{"namespace": "s3://lake", "name": f"n{number + 1}"}]})
        for number in range(50)
    ]
    events = [run([named("a", symlinks={"identifiers": links})], ["b"]), run(ring, ["b"], job="ring")]

    looked = look(write(tmp_path, inventory=TWO, events=events))

    assert looked.value("seen") == (2, 2)
    assert looked.value("edges") == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CALL refresh_all();", "not understood"),
        ("select x from", "not understood"),
        ("insert into t select * from u;", "star"),
        ("insert into t select " + "(" * 3000 + "1" + ")" * 3000 + " from u", ""),
    ],
)
def test_sql_that_is_refused_is_undetermined(text: str, why: str) -> None:
    found = list(sql.statements(text, "postgres"))

    assert any(each.undetermined for each in found)
    assert why in found[0].undetermined


def test_sql_that_is_refused_is_never_missing(tmp_path: Path) -> None:
    folder = write(tmp_path, inventory=TWO, events=[run(["a"], ["b"])])
    (folder / "jobs.sql").write_text("CALL fill_b();\n", encoding="utf-8")

    looked = look(folder)

    assert looked.value("statements") == (0, 1)
    assert looked.measure("statements").undetermined == 1
    assert looked.verdict("declared-equals-seen") == "not_assessed"


def test_a_dialect_that_nobody_knows_is_undetermined() -> None:
    (found,) = sql.statements("select 1 from t", "cobol-db")

    assert "cobol-db is not known" in found.undetermined


@pytest.mark.parametrize(
    ("engine", "dialect"),
    [
        ("达梦", "oracle"),
        ("kingbase", "postgres"),
        ("openGauss", "postgres"),
        ("OceanBase", "mysql"),
        ("goldendb", "mysql"),
    ],
)
def test_domestic_engines_have_a_dialect(engine: str, dialect: str) -> None:
    from auditor.formats.lineage.words import words  # noqa: PLC0415

    assert words().dialect(engine) == dialect
    assert [each.reads for each in sql.statements("insert into t (a) select u.a from u", engine)] == [("u",)]


def test_a_megabyte_of_sql_is_read_within_bounds() -> None:
    text = "insert into t (x) select a from s where b in (" + ",".join(map(str, range(160_000))) + ")"  # noqa: S608 - no database

    (found,) = sql.statements(text, "postgres")

    assert len(text) > 900_000
    assert found.reads == ("s",)
    assert "not traced" in found.undetermined


def test_ways_that_double_at_each_step_end() -> None:
    parts = ["a0 as (select x from t)"]
    parts += [f"a{n} as (select p.x + q.x as x from a{n - 1} p join a{n - 1} q on p.x = q.x)" for n in range(1, 30)]  # noqa: S608 - no database

    (found,) = sql.statements(f"insert into o with {', '.join(parts)} select x from a29", "postgres")  # noqa: S608 - no database

    assert found.reads == ("t",)
    assert found.undetermined or [(each.source, each.masking) for each in found.columns if each.direct] == [
        ("x", False)
    ]


def test_a_value_is_masked_only_where_it_stands_inside_of_the_function() -> None:
    text = "insert into o (one, two) with c as (select md5(a) as h, b from t) select h || b, h from c"

    (found,) = sql.statements(text, "postgres")

    assert {(each.field, each.source, each.masking) for each in found.columns} == {
        ("one", "a", True),
        ("one", "b", False),
        ("two", "a", True),
    }


def test_statement_after_a_broken_one_is_read() -> None:
    found = list(sql.statements("selec ((; insert into t (a) select u.a from u", "postgres"))

    assert [each.writes for each in found if each.writes] == ["t"]


@pytest.mark.parametrize("trace", ["0" * 32, "xyz", "", "1234"])
def test_invalid_trace_ids_are_counted_and_belong_to_no_answer(tmp_path: Path, trace: str) -> None:
    spans = [*whole(), span(9, trace=trace, gen_ai__operation__name="chat", gen_ai__request__model="m")]

    looked = look(write(tmp_path, spans=spans))

    assert looked.value("trace-ids-invalid") == 1
    assert looked.value("answers") == 1
    assert looked.verdict("trace-ids-valid") == "fail"


def test_ids_in_base64_and_upper_case_are_valid(tmp_path: Path) -> None:
    spans = [
        span(1, trace="Xh8A0MD/7gAAABAApaUA8Q==", gen_ai__operation__name="chat"),
        span(2, trace="5E1F00D0C0FFEE0000001000A5A500F2", gen_ai__operation__name="chat"),
    ]

    looked = look(write(tmp_path, spans=spans))

    assert looked.value("trace-ids-invalid") == 0
    assert looked.value("traces") == 2


def test_a_span_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    looked = look(write(tmp_path, spans=[*whole(), *whole()]))

    assert looked.value("answers") == 1
    assert looked.value("spans-repeated") == 3


def test_spans_in_a_ring_and_without_parents_end(tmp_path: Path) -> None:
    ring = [span(1, parent=2, gen_ai__operation__name="chat"), span(2, parent=1, gen_ai__operation__name="chat")]
    lone = span(7, parent=99, gen_ai__operation__name="chat", trace="6" * 32)

    looked = look(write(tmp_path, spans=[*ring, lone]))

    assert looked.value("parents-missing") == 1
    assert looked.value("link-user") == (0, looked.value("answers"))


def test_clocks_that_step_are_counted(tmp_path: Path) -> None:
    early = run(["a"], ["b"], kind="COMPLETE", at="2026-11-29T09:00:00Z", run_id="1")
    events = [run(["a"], [], kind="START", at="2026-11-29T10:00:00Z", run_id="1"), early]

    looked = look(write(tmp_path, inventory=TWO, events=events))

    assert looked.value("steps-back") == 1
    assert looked.value("edges") == 1


def test_a_langfuse_export_cut_in_half_is_a_gap(tmp_path: Path) -> None:
    whole_export = (SAMPLES / "langfuse-export" / "llamaindex-2025-06-05.trace.json").read_bytes()
    (tmp_path / "trace.json").write_bytes(whole_export[: len(whole_export) // 2])

    looked = look(tmp_path)

    assert looked.verdict("events-readable") == "fail"
    assert looked.verdict("chains-complete") == "not_assessed"


def test_hostile_names_in_a_manifest_do_no_harm() -> None:
    node = {
        "resource_type": "model",
        "relation_name": '"db"."s"."../../etc/passwd\x00\u202e<script>"',
        "columns": {"\ud800": {}, "x" * 10_000: {}},
        "depends_on": {"nodes": ["model.self", 7, None]},
        "compiled_code": "select 1",
    }
    found = dbt.manifest(
        {"metadata": {"dbt_schema_version": "/manifest/v12.json"}, "nodes": {"model.self": node, "odd": 3}}
    )

    (table,) = found.tables
    assert "\x00" not in table.id
    assert table.id.isprintable()
    assert all(len(each) <= 500 for each in table.fields or ())


def test_a_manifest_without_compiled_code_is_undetermined(tmp_path: Path) -> None:
    manifest = orjson.loads((SAMPLES / "dbt" / "manifest.json").read_bytes())
    for node in manifest["nodes"].values():
        node.pop("compiled_code", None)
    (tmp_path / "manifest.json").write_bytes(orjson.dumps(manifest))

    looked = look(tmp_path)

    assert looked.value("dbt-compiled") == (0, 5)
    assert looked.value("undetermined") == 5


@pytest.mark.parametrize("version", [9, 10, 11, 12, 13])
def test_manifests_of_several_versions_are_read(version: int) -> None:
    manifest = orjson.loads((SAMPLES / "dbt" / "manifest.json").read_bytes())
    manifest["metadata"]["dbt_schema_version"] = f"https://schemas.getdbt.com/dbt/manifest/v{version}.json"

    assert len(dbt.manifest(manifest).tables) == 8


def test_a_file_that_cannot_be_read_is_a_gap_and_ratios_become_ranges(tmp_path: Path) -> None:
    folder = write(tmp_path, inventory=TWO)
    events = folder / "events"
    events.mkdir()
    (events / "a.ndjson").write_text(json.dumps(run(["x"], ["b"])) + "\n")
    os.mkfifo(events / "b.ndjson")

    looked = look("inventory.yaml", base=str(folder), inventory="inventory.yaml", events="events")

    assert looked.measure("seen").value == (1, 2)
    assert looked.measure("seen").undetermined == 1
    assert looked.verdict("datasets-seen") == "not_assessed"
    assert looked.verdict("no-orphan-datasets") == "not_assessed"


def test_a_broken_line_among_good_ones_makes_ranges_and_keeps_what_is_proven(tmp_path: Path) -> None:
    events = [run(["x"], ["b"]), '{"eventTime": "2026-11-29T10:0']

    looked = look(write(tmp_path, inventory=TWO, events=events))

    assert looked.measure("seen").undetermined == 1
    assert looked.verdict("datasets-seen") == "not_assessed"
    assert looked.bad("ghosts") == ["s3://lake|x"]
    assert looked.verdict("no-ghost-datasets") == "fail"
    assert looked.gaps("undetermined")


def test_protobuf_records_plain_zstd_and_cut(tmp_path: Path) -> None:
    plain = (SAMPLES / "otlp" / "agentscope-2.0.10.otlp.pb").read_bytes()
    packed = zstandard.ZstdCompressor().compress(plain[4:])
    for name, data in (
        ("plain", plain),
        ("each", struct.pack(">I", len(packed)) + packed),
        ("stream", zstandard.ZstdCompressor().compress(plain)),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "traces.pb").write_bytes(data)
        assert look(tmp_path / name).value("spans") == 8, name
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "traces.pb").write_bytes(plain + plain[:500])

    cut = look(tmp_path / "cut")

    assert cut.value("spans") == 8
    assert cut.value("unreadable") == 1


def test_old_scopes_and_odd_attributes_are_read(tmp_path: Path) -> None:
    message = span(1, gen_ai__operation__name="chat")
    scopes = message["resourceSpans"][0].pop("scopeSpans")
    message["resourceSpans"][0]["instrumentationLibrarySpans"] = scopes
    scopes[0]["spans"][0]["attributes"] += [
        {"key": "deep", "value": {"arrayValue": {"values": [{"intValue": "7"}]}}},
        {"odd": 1},
    ]

    assert look(write(tmp_path, spans=[message])).value("spans") == 1


def test_an_inventory_with_a_wrong_line_is_a_gap(tmp_path: Path) -> None:
    looked = look(write(tmp_path, inventory="datasets: [3]\n", events=[run(["a"], ["b"])]))

    assert looked.gaps("malformed")
    assert looked.verdict("datasets-seen") == "not_assessed"


def test_nothing_at_all_is_never_a_pass(tmp_path: Path) -> None:
    looked = look(tmp_path)

    assert {each.verdict.value for each in looked.findings} == {"not_assessed"}
    assert len(looked.findings) >= 38


def test_a_place_that_is_not_there_is_a_gap(tmp_path: Path) -> None:
    looked = look(tmp_path / "gone")

    assert [gap.remedy.en for gap in looked.gaps("no such file")] == ["check the path: nothing is there"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", events=[run(["a"], ["b"])])
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "events.ndjson").symlink_to(outside / "events.ndjson")

    looked = look(inside)

    assert looked.gaps("link out of the tree")
    assert not looked.has("edges")


def test_personal_data_in_a_prompt_is_found_and_stands_nowhere(tmp_path: Path) -> None:
    spans = whole()
    spans[2]["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"].append(
        {"key": "gen_ai.input.messages", "value": {"stringValue": '[{"content": "my card 11010519491231002X"}]'}}
    )
    inventory = f"{TWO}\nservices: [{{id: assistant, end_users: true, uses_retrieval: true}}]"

    looked = look(write(tmp_path, inventory=inventory, events=[run(["a"], ["b"])], spans=spans))

    assert looked.bad("pii-to-model") == ["assistant: identity card"]
    assert "11010519491231002X" not in repr(looked.items)


def test_a_manifest_in_one_line_is_no_catalogue(tmp_path: Path) -> None:
    manifest = orjson.loads((SAMPLES / "dbt" / "manifest.json").read_bytes())
    manifest["macros"] = {"m": {"macro_sql": "select table_name, column_name from x"}}
    (tmp_path / "manifest.json").write_bytes(orjson.dumps(manifest))

    assert look(tmp_path).value("dbt-models") == 5


def test_document_ids_in_json_inside_of_json_are_found(tmp_path: Path) -> None:
    result = json.dumps({"content": [{"type": "text", "text": '[{"doc_id": "d-7"}]'}], "state": "success"})
    tool: dict[str, Any] = {
        "gen_ai__operation__name": "execute_tool",
        "gen_ai__tool__name": "find",
        "gen_ai__tool__call__result": result,
    }
    inventory = """
datasets: [{id: "s3://lake|kb", role: source}]
services: [{id: assistant, end_users: true, uses_retrieval: true}]
lineage: {tool_results: {find: "$[*].doc_id"}}
documents: [{pattern: "d-*", dataset: "s3://lake|kb"}]
"""
    spans = [span(1, gen_ai__operation__name="invoke_agent"), span(2, parent=1, **tool)]

    assert look(write(tmp_path, inventory=inventory, spans=spans)).value("link-source") == (1, 1)


def test_six_months_are_not_kept_on_the_word_of_what_was_lost(tmp_path: Path) -> None:
    whole_event, cut = run(["a"], ["b"]), json.dumps(run(["a"], ["b"]))[:-40]

    short = look(write(tmp_path / "short", inventory=TWO, events=[whole_event]))
    lost = look(write(tmp_path / "lost", inventory=TWO, events=[whole_event, cut]))

    assert short.verdict("kept-six-months") == "fail"
    assert lost.verdict("kept-six-months") == "not_assessed"


@pytest.mark.parametrize("spelling", ["snake", "go"])
def test_other_spellings_of_otlp_give_the_same_spans(spelling: str) -> None:
    def other(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, list):
            return [other(each) for each in value]
        if not isinstance(value, dict):
            return value
        if spelling == "go" and len(value) == 1 and next(iter(value)).endswith("Value"):
            ((name, inner),) = value.items()
            return {"Value": {name[0].upper() + name[1:]: other(inner)}}
        return {re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name): other(of) for name, of in value.items()}

    values = [
        {"key": "gen_ai.retrieval.documents", "value": {"arrayValue": {"values": [{"stringValue": '{"id": "d-1"}'}]}}},
        {"key": "user.id", "value": {"stringValue": "u-1"}},
        {"key": "gen_ai.request.top_k", "value": {"intValue": "3"}},
    ]
    (usual,) = whole()[:1]
    usual["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"] += values

    assert list(otlp.steps(other(usual))) == list(otlp.steps(usual))
