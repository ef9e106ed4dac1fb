from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats.documents import Document, Unreadable, read
from auditor.formats.flags import command
from auditor.formats.kubernetes import Entry, Stray, entries, without_secrets
from auditor.formats.node_facts import read as read_node_facts

if TYPE_CHECKING:
    from auditor.formats.documents import Json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4)
PIECES = st.sampled_from(
    ["a", ": ", "\n", "- ", "  ", "---\n", "{", "}", "[", "]", ",", "&x ", "*x", "<<: ", "!!int ", "!y ", "'", '"', "#", "|\n", "{{ .x }}", "\t",  # noqa: E501 - an example
     "0600", "yes", "~", "%YAML 1.1\n", "...\n", "kind: Pod\n", "apiVersion: v1\n", "metadata: ", "items: ", "\ufeff", "\r\n", "?"]  # noqa: E501 - an example
)  # fmt: skip


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    assert all(isinstance(each, Document | Unreadable) for each in read(data))


@given(st.lists(PIECES, max_size=30))
def test_no_text_of_yaml_raises_and_lines_stay_inside(pieces: list[str]) -> None:
    text = "".join(pieces)

    for each in read(text.encode()):
        assert 1 <= each.line <= text.count("\n") + text.count("\r") + 2
        if isinstance(each, Document):
            assert all(isinstance(found, Entry | Stray) for found in entries(each))


@given(OBJECTS)
def test_json_is_read_as_json_has_it(value: dict[str, Json]) -> None:
    (found,) = read(json.dumps(value, indent=1).encode())

    assert isinstance(found, Document)
    assert found.value == value


@given(OBJECTS)
def test_lines_of_json_are_those_of_its_keys(value: dict[str, Json]) -> None:
    text = json.dumps(value, indent=1)

    (found,) = read(text.encode())

    assert isinstance(found, Document)
    rows = text.split("\n")
    for key in value:
        pointer = "/" + key.replace("~", "~0").replace("/", "~1")
        assert rows[found.lines[pointer] - 1].startswith(f" {json.dumps(key)}:")


@given(st.dictionaries(st.text("abc", min_size=1), st.text("abc \n:#-"), max_size=4))
def test_quoted_yaml_is_read_as_written(value: dict[str, str]) -> None:
    text = yaml.safe_dump(value, default_style='"')

    found = list(read(text.encode()))

    assert [each.value for each in found if isinstance(each, Document)] == [value]


@given(OBJECTS, st.sampled_from(["Secret", "ConfigMap", "Pod"]))
def test_masking_takes_any_shape(value: dict[str, Json], kind: str) -> None:
    found = without_secrets({**value, "kind": kind, "data": value, "spec": value, "metadata": value})

    assert found["kind"] == kind


@given(st.lists(st.text(max_size=20), max_size=6))
def test_no_command_line_raises(arguments: list[str]) -> None:
    command(arguments)
    command(["sh", "-c", *arguments])
    command(["kube-apiserver", *arguments])


@given(OBJECTS, st.dictionaries(st.sampled_from(["files", "processes", "cni", "node"]), VALUES))
def test_no_node_facts_raise(value: dict[str, Json], known: dict[str, Json]) -> None:
    facts, problems = read_node_facts(json.dumps({**value, **known, "schema": "node-facts/1"}).encode())

    assert facts is not None or problems
