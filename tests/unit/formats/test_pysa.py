"""Pysa's output as flows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats.pysa import Step, read

METADATA: dict[str, Any] = {"stats": {"model_verification_errors": []}}
NO_ERRORS: dict[str, Any] = {"errors": []}


def issue(**changed: object) -> dict[str, Any]:
    """A value of a route that is handed to ``app.work.fetch``."""
    data: dict[str, Any] = {
        "callable": "app.routes.a",
        "code": 9004,
        "filename": "app/routes.py",
        "features": [],
        "traces": [
            {"name": "forward", "roots": [{"kinds": [{"kind": "Request"}], "origin": {"line": 3}}]},
            {
                "name": "backward",
                "roots": [
                    {
                        "kinds": [{"kind": "Address", "length": 1}],
                        "call": {"position": {"line": 4}, "resolves_to": ["app.work.fetch"], "port": "formal(address)"},
                    }
                ],
            },
        ],
    }
    return {"kind": "issue", "data": data | changed}


def model(callee: str = "app.work.fetch", **taint: object) -> dict[str, Any]:
    made = {"kinds": [{"kind": "Address", "leaves": [{"name": "requests.get"}]}], "origin": {"line": 9}} | taint
    data = {
        "callable": callee,
        "filename": "app/work.py",
        "sinks": [{"port": "formal(address)[x]", "taint": [made]}],
        "parameter_sources": [],
    }
    return {"kind": "model", "data": data}


def flows(*rows: dict[str, Any]) -> Any:  # noqa: ANN401 - a test's shorthand
    taint = b"\n".join(json.dumps(row).encode() for row in rows)
    return read(json.dumps(NO_ERRORS).encode(), json.dumps(METADATA).encode(), taint).flows


def test_way_is_followed_through_models_to_the_place_of_the_sink() -> None:
    (flow,) = flows(model(), issue())

    assert (flow.code, flow.source, flow.sink, flow.functions, flow.is_guarded) == (
        9004,
        "Request",
        "requests.get",
        2,
        False,
    )
    assert flow.steps == (
        Step(path="app/routes.py", line=3, name="Request"),
        Step(path="app/routes.py", line=4, name="app.work.fetch", enters=("address",)),
        Step(path="app/work.py", line=9, name="requests.get"),
    )


def test_ways_to_one_sink_are_one_flow_and_an_unguarded_one_is_shown() -> None:
    guarded = issue(features=[{"always-via": "guarded"}])

    (flow,) = flows(model(), guarded, issue())

    assert not flow.is_guarded


@pytest.mark.parametrize("kind", ["NotSink[File]@Request", "NotSink[File]:Request"])
def test_what_a_value_may_no_longer_be_is_no_part_of_its_source(kind: str) -> None:
    forward = {"name": "forward", "roots": [{"kinds": [{"kind": kind}], "origin": {"line": 3}}]}
    asked = issue()
    asked["data"]["traces"][0] = forward

    (flow,) = flows(model(), asked)

    assert (flow.source, flow.steps[0]) == ("Request", Step(path="app/routes.py", line=3, name="Request"))


def test_guard_on_every_path_is_told() -> None:
    (flow,) = flows(model(), issue(features=[{"always-via": "guarded"}]))

    assert flow.is_guarded


def test_trail_that_is_lost_is_no_flow() -> None:
    assert flows(issue()) == ()


def test_flow_of_which_no_beginning_is_told_costs_no_other() -> None:
    lost = issue(traces=[{"name": "forward", "roots": []}, issue()["data"]["traces"][1]], filename="app/lost.py")

    (flow,) = flows(model(), lost, issue())

    assert flow.steps[0].path == "app/routes.py"


def test_each_method_that_a_call_may_come_to_has_its_own_end() -> None:
    one, other = model(), model("app.more.fetch", origin={"line": 12})
    other["data"]["filename"] = "app/more.py"
    asked = issue()
    asked["data"]["traces"][1]["roots"][0]["call"]["resolves_to"] = ["app.work.fetch", "app.more.fetch"]

    assert {(flow.steps[-1].path, flow.steps[-1].line, flow.steps[-2].name) for flow in flows(one, other, asked)} == {
        ("app/work.py", 9, "app.work.fetch"),
        ("app/more.py", 12, "app.more.fetch"),
    }


def test_trail_that_goes_in_circles_is_no_flow() -> None:
    loop = {"position": {"line": 9}, "resolves_to": ["app.work.fetch"], "port": "formal(address)"}
    row = model()
    row["data"]["sinks"][0]["taint"] = [{"kinds": [{"kind": "Address", "length": 1}], "call": loop}]

    assert flows(row, issue()) == ()


def test_models_that_all_call_each_other_come_to_an_end() -> None:
    """Camel and Llama Stack have such ones: the search through them went on for more than ten minutes."""
    names = [f"app.m{number}" for number in range(40)]

    def call_of(callee: str) -> dict[str, Any]:
        call = {"position": {"line": 4}, "resolves_to": [callee], "port": "formal(address)"}
        return {"kinds": [{"kind": "Address", "length": 9}], "call": call}

    models = [model(name) for name in names]
    for each in models:
        each["data"]["sinks"] = [{"port": "formal(address)", "taint": [call_of(name) for name in names]}]
    roots = [{"kinds": [{"kind": "Request"}], "origin": {"line": 3}}]
    traces = [{"name": "forward", "roots": roots}, {"name": "backward", "roots": [call_of(names[0])]}]

    assert flows(*models, issue(traces=traces)) == ()
    models[-1]["data"]["sinks"] = model()["data"]["sinks"]
    (flow,) = flows(*models, issue(traces=traces))
    assert flow.sink == "requests.get"


def test_what_was_not_read_and_broken_models_are_told() -> None:
    errors = {
        "errors": [
            {"name": "parse-error", "path": "app/a.py", "description": "x"},
            {"name": "missing-import", "path": "app/b.py", "concise_description": "Failed to load `app/b.py`"},
            {"name": "missing-import", "path": "app/c.py", "concise_description": "Cannot find module `zmq.asyncio`"},
        ]
    }
    metadata = {
        "stats": {
            "model_verification_errors": [
                {"code": 41, "description": "Model Query `x` output no models."},
                {"code": 79, "description": "deprecated"},
            ]
        }
    }

    report = read(json.dumps(errors).encode(), json.dumps(metadata).encode(), b"")

    assert report.unread == (("app/a.py", "syntax error"), ("app/b.py", "cannot be read as text"))
    assert report.missing == frozenset({"zmq"})
    assert report.broken_models == ("deprecated",)


@pytest.mark.parametrize(
    "taint", [b"{}x", b'{"kind": "issue"}', b'{"kind": "model", "data": {}}', b'{"kind":"issue","data":3}']
)
def test_output_of_another_shape_is_refused(taint: bytes) -> None:
    with pytest.raises(ValueError, match=r"shape|JSON|unexpected|extra|trailing"):
        read(json.dumps(NO_ERRORS).encode(), json.dumps(METADATA).encode(), taint)


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["traces", "name", "roots", "kinds", "call"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_value_is_read_or_refused(value: object) -> None:
    row = json.dumps({"kind": "issue", "data": value}).encode()

    try:
        read(json.dumps(NO_ERRORS).encode(), json.dumps(METADATA).encode(), row)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("port", "enters"),
    [
        ("formal(address, position=0)", ("address",)),
        ("formal(self, position=0)[command]", ("self", "command")),
        ("formal(source, position=0)[*]", ("source",)),
        ("formal(body, position=1)[url][*][x]", ("body", "url")),
        ("formal(**kwargs, excluded=[history,self])[*]", ("kwargs",)),
        ("result", ()),
    ],
)
def test_a_step_tells_by_which_parameter_a_value_enters(port: str, enters: tuple[str, ...]) -> None:
    calls = [{"kinds": [{"kind": "Address"}], "call": {"position": {"line": 4}, "resolves_to": ["f"], "port": port}}]
    begun = {"kinds": [{"kind": "Request", "leaves": [{"port": "leaf:link"}]}], "origin": {"line": 3}}
    entered = {"kind": "model", "data": model("f")["data"] | {"sinks": [{"port": port, "taint": [SINK]}]}}
    traces = [{"name": "forward", "roots": [begun]}, {"name": "backward", "roots": calls}]

    (flow,) = flows(entered, issue(traces=traces))

    assert [step.enters for step in flow.steps] == [("link",), enters, ()]


SINK: dict[str, Any] = {"kinds": [{"kind": "Address", "leaves": [{"name": "requests.get"}]}], "origin": {"line": 9}}


@pytest.mark.parametrize(
    ("features", "begins"),
    [
        ([], ("body",)),
        ([{"has": "first-field"}, {"first-field": "command"}], ("body", "command")),
        ([{"first-field": "json"}, {"first-index": "command"}], ("body",)),
        ([{"first-index": "<numeric>"}], ("body",)),
    ],
)
def test_a_beginning_tells_the_one_part_that_is_used(features: list[dict[str, str]], begins: tuple[str, ...]) -> None:
    root = {
        "kinds": [{"kind": "Request", "leaves": [{"port": "leaf:body"}]}],
        "origin": {"line": 3},
        "local_features": features,
    }
    backward = issue()["data"]["traces"][1]

    (flow,) = flows(model(), issue(traces=[{"name": "forward", "roots": [root]}, backward]))

    assert flow.steps[0].enters == begins


def test_values_of_several_places_are_told_of_each() -> None:
    roots = [
        {"kinds": [{"kind": "Request", "leaves": [{"port": f"leaf:{name}"}]}], "origin": {"line": 3}}
        for name in "abcdefgh"
    ]
    backward = issue()["data"]["traces"][1]

    found = flows(model(), issue(traces=[{"name": "forward", "roots": roots}, backward]))

    assert [flow.steps[0].enters for flow in found] == [(name,) for name in "abcd"]
