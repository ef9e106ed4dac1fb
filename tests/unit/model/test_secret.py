"""A secret is in no text, no bytes and no comparison."""

from __future__ import annotations

import copy
import json
import pickle

import msgspec
import pytest

from auditor.model.secret import Secret

SECRET = Secret("hunter2")


def test_the_value_comes_out_of_the_one_call_that_asks_for_it() -> None:
    assert SECRET.reveal() == "hunter2"
    assert SECRET
    assert not Secret("")


@pytest.mark.parametrize("shown", [repr(SECRET), str(SECRET), f"{SECRET}", f"{SECRET!r:>20}", [SECRET]])
def test_no_text_shows_it(shown: object) -> None:
    assert "hunter2" not in str(shown)
    assert "***" in str(shown)


@pytest.mark.parametrize(
    "write", [pickle.dumps, json.dumps, msgspec.json.encode, msgspec.msgpack.encode, copy.deepcopy]
)
def test_nothing_writes_or_copies_it(write: object) -> None:
    with pytest.raises(TypeError):
        write(SECRET)  # type: ignore[operator]


def test_it_is_neither_compared_nor_a_key() -> None:
    with pytest.raises(TypeError):
        _ = SECRET == "hunter2"
    with pytest.raises(TypeError):
        hash(SECRET)
    assert not hasattr(SECRET, "__dict__")
