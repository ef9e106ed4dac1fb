from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from auditor.model.fact import Gap, Origin
from auditor.model.packed import Packed, quick
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


def test_a_class_made_quickly_takes_and_refuses_what_its_dataclass_does() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Plain(Packed):
        name: str
        number: int = 3
        more: tuple[str, ...] = ()

    fast = quick(Plain)

    assert fast(name="a") == fast(name="a", number=3, more=())
    assert repr(fast(name="a", more=("b",))).endswith("Plain(name='a', number=3, more=('b',))")
    assert hash(fast(name="a")) == hash(fast(name="a"))
    for wrong in ({}, {"name": "a", "other": 1}):
        with pytest.raises(TypeError):
            fast(**wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        fast("a")  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        fast(name="a").name = "b"  # type: ignore[misc]


def test_a_class_with_a_default_factory_is_not_made_quickly() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Other:
        parts: dict[str, str] = field(default_factory=dict)

    with pytest.raises(TypeError, match=r"Other\.parts"):
        quick(Other)
