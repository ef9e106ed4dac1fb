from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import pytest

from auditor.model.fact import Gap, Origin
from auditor.model.packed import Packed
from auditor.model.text import Text
from auditor.stages.policy.facts import PolicyResult


@dataclass(frozen=True, slots=True)
class _One(Packed):
    only: object


RESULT = PolicyResult(
    subject="Pod/a/b",
    origin=Origin(part="kubernetes=x", file="b.yaml", line=3),
    check="k8s-x",
    outcome="fail",
    expected=Text("no", "无"),
    cites=(("KubeObject", "Pod/a/b"),),
)
GAP = Gap(stage="s", target="t", kind="K", subject="u", reason="no answer", detail="", remedy=Text("do", "做"))


@pytest.mark.parametrize("value", [RESULT, GAP, _One((1, 2)), _One(None)])
def test_a_value_comes_back_equal_from_another_process(value: object) -> None:
    back = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes

    assert back == value
    assert type(back) is type(value)
    assert copy.deepcopy(value) == value


def test_what_two_values_share_is_packed_once() -> None:
    many = [RESULT] + [_One(RESULT.origin) for _ in range(100)]

    back = pickle.loads(pickle.dumps(many))  # noqa: S301 - our own bytes

    assert len({id(each.only) for each in back[1:]}) == 1
    assert back[1].only is back[0].origin
