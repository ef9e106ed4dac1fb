from __future__ import annotations

import json
from typing import Any

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import hcl

SECOND = hcl2.SerializationOptions(strip_string_quotes=True, explicit_blocks=False, with_comments=False)

AGREED = """
ui = true  # a comment
listener "tcp" {
  address     = "0.0.0.0:8200"
  tls_disable = 1
  telemetry {
    unauthenticated_metrics_access = true
  }
}
listener "unix" {
  address = "/run/v.sock"
}
storage "raft" {
  path = "/x"
}
x = { a = 1, b = [1, 2, "c"] }
"""


def test_what_both_languages_allow_is_read_as_the_second_opinion_reads_it() -> None:
    mine = hcl.plain(hcl.read(AGREED.encode()))
    other = hcl2.loads(AGREED, serialization_options=SECOND)

    assert isinstance(mine, dict)
    assert mine["ui"] == other["ui"]
    assert mine["x"] == other["x"]
    assert [next(iter(each)) for each in mine["listener"]] == [next(iter(each)) for each in other["listener"]]
    assert mine["listener"][0]["tcp"]["address"] == other["listener"][0]["tcp"]["address"]


@pytest.mark.parametrize(
    "text",
    [
        'listener "tcp" { address = "a" }',
        'listener = { tcp = { address = "a" } }',
        '{"listener": {"tcp": {"address": "a"}}}',
        '{"listener": [{"tcp": {"address": "a"}}]}',
        '{"listener": [{"tcp": [{"address": "a"}]}]}',
        '"listener" "tcp" { "address" = "a" }',
        '\ufefflistener "tcp" {\r\n address = "a"\r\n}\r\n',
        '/* x */ listener "tcp" { // y\n address = "a" # z\n}',
        'listener "tcp" { address = <<E\na\nE\n}',
    ],
)
def test_a_block_is_the_same_in_every_form(text: str) -> None:
    found = [
        (names, inner.value("address"))
        for labels, body, item in hcl.read(text.encode()).blocks("listener")
        for names, inner, _at in hcl.nested(labels, body, item, 1)
    ]

    assert [(names, str(address).strip()) for names, address in found] == [(("tcp",), "a")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = {\nb = \n", 3),
        ("\n\na", 3),
        ('a = 1\nb = file("x")', 2),
        ("a = [1 2]", 1),
        ('x "y"', 1),
        ('"', 1),
        ("a = <<E\nx", 1),
        ('{"a":\n1', 2),
        ("a {" * 40, 1),
        ("a = " + "[" * 100, 1),
        ("/* open", 1),
        ('a = "\\q"', 1),
        ("a = 1e99999999999999999999999999999999999999999", 1),
        ("}", 1),
        ('a = "line\nbreak"', 1),
        ("{}}", 1),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(hcl.HclError) as problem:
        hcl.read(text.encode())

    assert problem.value.line == line


def test_fifty_megabytes_are_refused_at_once() -> None:
    with pytest.raises(hcl.HclError, match="MiB"):
        hcl.read(b"a = 1\n" * 9_000_000)


def test_octets_that_are_no_text_are_refused_with_their_line() -> None:
    with pytest.raises(hcl.HclError, match="line 2: not UTF-8"):
        hcl.read(b"a = 1\nb = \xff")


def test_repeated_attributes_that_differ_are_named() -> None:
    body = hcl.read(b'a = 1\nb = 2\na = 1\nb = 3\nlistener "x" {}\nlistener "y" {}')

    assert [(item.name, item.line) for item in body.repeated()] == [("b", 4)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab1"{}[]=:,\\\n $#/*<-E.\u00e9', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    line = 1
    try:
        hcl.plain(hcl.read(text.encode()))
    except hcl.HclError as problem:
        line = problem.line

    assert 1 <= line <= text.count("\n") + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=6), JSON, max_size=4))
def test_json_is_read_as_json(value: dict[str, Any]) -> None:
    text = json.dumps(value)

    assert hcl.plain(hcl.read(text.encode())) == json.loads(text)
