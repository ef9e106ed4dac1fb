from __future__ import annotations

import time

import pytest

from auditor import reasons
from auditor.formats.documents import MAX_DEPTH, Document, Unreadable, read


def _one(text: str | bytes) -> Document:
    (found,) = read(text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Document), found
    return found


def _problem(text: str | bytes) -> Unreadable:
    (found,) = read(text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Unreadable), found
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("Off", False), ("y", True), ("n", False), ("True", True), ("tRue", "tRue"),
        ("0600", 384), ("0o600", 384), ("600", 600), ("08", 8.0), ("0x1F", 31), ("0b101", 5), ("-0b11", -3),
        ("1_000", 1000), ("12:30:45", "12:30:45"), ("2026-01-02", "2026-01-02"), ("1e3", 1000.0), (".5", 0.5),
        ("~", None), ("null", None), ("", None), ("-", ["x"]), ("18446744073709551615", 18446744073709551615.0),
        ("'yes'", "yes"), ('"0600"', "0600"), ("!!str 0600", "0600"), ("!!int '7'", 7), ("!Ref x", "x"),
        ("500m", "500m"), ("+1", 1), ("1.", 1.0), ("on", True), ("|-\n  yes", "yes"),
    ],
)  # fmt: skip
def test_scalars_mean_what_kubernetes_takes_them_for(text: str, value: object) -> None:
    text = "\n- x" if text == "-" else text

    found = _one(f"a: {text}\nb: c\n")

    assert found.value == {"a": value, "b": "c"}
    assert isinstance(found.value, dict)
    assert type(found.value["a"]) is type(value)


def test_keys_that_are_no_text_become_text() -> None:
    assert _one("on: 1\n0600: 2\n1.5: 3\n").value == {"true": 1, "384": 2, "1.5": 3}


def test_lines_are_those_of_the_file() -> None:
    found = list(read(b"# head\n---\nkind: A\nspec:\n  list:\n  - name: x\n    v: {p: 1}\n---\n\nkind: B\n"))

    first, second = found
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.line, second.line) == (3, 10)
    assert first.lines["/spec"] == 4
    assert first.lines["/spec/list"] == 5
    assert first.lines["/spec/list/0"] == 6
    assert first.lines["/spec/list/0/v"] == 7
    assert "/spec/list/0/v/p" not in first.lines
    assert "/spec/list/0/name" not in first.lines


def test_lines_survive_windows_line_ends_and_a_byte_order_mark() -> None:
    found = _one(b"\xef\xbb\xbfkind: A\r\nspec:\r\n  x: 1\r\n")

    assert found.value == {"kind": "A", "spec": {"x": 1}}
    assert found.lines == {"/spec": 2, "/spec/x": 3}


def test_utf16_with_a_byte_order_mark_is_read() -> None:
    assert _one("kind: A\nname: 名\n".encode("utf-16")).value == {"kind": "A", "name": "名"}


def test_a_key_given_twice_is_told_and_the_last_one_counts() -> None:
    found = _one("spec:\n  a: 1\n  b: 2\n  a: 3\n")

    assert found.value == {"spec": {"a": 3, "b": 2}}
    assert found.repeated == {"/spec/a": 4}


def test_a_key_given_twice_in_json_is_told() -> None:
    found = _one('{\n "a": 1,\n "b": {"x": [1, 2],\n  "x/y": 3,\n  "x": 4}\n}')

    assert found.repeated == {"/b/x": 5}
    assert found.lines["/b"] == 3
    assert found.lines["/b/x~1y"] == 4


def test_json_items_carry_their_lines() -> None:
    found = _one('{"items": [\n  {"a": 1},\n  {\n   "b": [\n "x",\n "y"]}\n]}\n')

    assert found.lines == {"/items/0": 2, "/items/1": 3, "/items/1/b": 4, "/items/1/b/0": 5, "/items/1/b/1": 6}


def test_json_values_one_after_another_are_documents() -> None:
    found = list(read(b'{"kind": "A"}\n{"kind": "B",\n "x": 1}\n'))

    assert [(d.value, d.line, d.lines) for d in found if isinstance(d, Document)] == [
        ({"kind": "A"}, 1, {}),
        ({"kind": "B", "x": 1}, 2, {"/x": 3}),
    ]


def test_a_broken_document_costs_only_itself() -> None:
    found = list(read(b"kind: A\n---\nkind: [\n---\nkind: C\n"))

    assert [type(each) for each in found] == [Document, Unreadable, Document]
    assert isinstance(found[1], Unreadable)
    assert found[1].reason == "not YAML"


def test_a_tab_is_told_with_its_line() -> None:
    assert _problem("a:\n\tb: 1\n").line == 2


def test_a_nul_character_is_told() -> None:
    assert _problem(b"a: 1\nb: \0\n").line == 2


def test_bytes_that_are_no_text_are_told() -> None:
    assert _problem(b"a: 1\nb: \xff\n") == Unreadable(
        line=2, reason=reasons.NOT_UTF_8, detail="byte 8: invalid start byte"
    )


def test_a_template_is_told_with_its_line() -> None:
    found = _problem("kind: A\nmetadata:\n  name: {{ .Values.name }}\n  {{- toYaml .x | nindent 2 }}\n")

    assert (found.reason, found.line) == ("template not rendered", 3)


def test_an_alias_bomb_is_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    begin = time.monotonic()
    found = _problem("\n".join(rows))

    assert found.reason == "too large"
    assert time.monotonic() - begin < 2


def test_an_anchor_inside_itself_is_refused() -> None:
    assert "contains itself" in _problem("a: &a\n  b: *a\n").detail


def test_aliases_and_merges_are_followed() -> None:
    found = _one("base: &b {p: 1, q: 2}\nother:\n  <<: *b\n  q: 3\nagain: *b\n")

    assert found.value == {"base": {"p": 1, "q": 2}, "other": {"q": 3, "p": 1}, "again": {"p": 1, "q": 2}}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 20_000 + "x", "{" + '"a":{' * 5000, '{"a":' * 500 + "1" + "}" * 500]
)
def test_depth_is_bounded(text: str) -> None:
    begin = time.monotonic()
    found = _problem(text)

    assert found.reason in {"too large", "not YAML"}
    assert time.monotonic() - begin < 10
    assert MAX_DEPTH < 1000


def test_a_hundred_thousand_documents_are_read() -> None:
    begin = time.monotonic()

    found = list(read(b"---\nkind: A\n" * 100_001))

    assert len(found) == 100_001
    assert isinstance(found[-1], Unreadable)
    assert found[-1].reason == "too many documents"
    assert time.monotonic() - begin < 60


@pytest.mark.parametrize("text", ["", "\n", "---\n", "# nothing\n", "---\n# a\n---\n---\n", "~\n"])
def test_nothing_is_no_document(text: str) -> None:
    assert list(read(text.encode())) == []


def test_a_directive_before_the_first_document_is_taken() -> None:
    assert _one("%YAML 1.1\n---\nkind: A\n").value == {"kind": "A"}


def test_a_number_without_json_spelling_is_refused() -> None:
    assert _problem("a: .nan\n").reason == "not YAML"
