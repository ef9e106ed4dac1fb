"""What an API server would refuse of a pod, found by msgspec, and its place by ourselves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stages.kubernetes.questions.shapes import CONTAINER, POD, _first_misfit, misfit

NAMES = st.sampled_from(sorted({*CONTAINER, *POD, "type", "add", "path", "sources", "limits", "other"}))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"name": "a", "ports": [{"hostPort": "80"}]}, "/ports/0/hostPort"),
        ({"securityContext": {"privileged": "true"}}, "/securityContext/privileged"),
        ({"securityContext": {"runAsUser": True}}, "/securityContext/runAsUser"),
        ({"securityContext": {"runAsUser": 1000.0}}, "/securityContext/runAsUser"),
        ({"securityContext": {"capabilities": {"add": ["A", None, 3]}}}, "/securityContext/capabilities/add/2"),
        ({"env": {}}, "/env"),
        ({"resources": {"limits": []}}, "/resources/limits"),
        ([], ""),
    ],
)
def test_the_first_value_of_another_type_is_named(value: object, place: str) -> None:
    assert misfit(value, CONTAINER) == place


@pytest.mark.parametrize(
    "value", [None, {}, {"other": 3}, {"env": None, "ports": [None]}, {"image": "", "resources": {}}]
)
def test_what_is_absent_or_of_no_interest_fits(value: object) -> None:
    assert misfit(value, CONTAINER) is None


@given(JSON, st.sampled_from([CONTAINER, POD]))
def test_it_says_what_a_walk_over_all_of_it_says(value: Any, shape: object) -> None:  # noqa: ANN401
    assert misfit(value, shape) == _first_misfit(value, shape)


@given(st.dictionaries(st.sampled_from(sorted(POD)), JSON, max_size=5), st.just(POD))
def test_so_it_does_of_pods(value: Any, shape: object) -> None:  # noqa: ANN401
    assert misfit(value, shape) == _first_misfit(value, shape)
