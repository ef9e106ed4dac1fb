from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from auditor.report.foreign import (
    code_block,
    code_span,
    markdown_text,
    one_line,
    uri_path,
    visible,
    xml_attribute,
    xml_text,
)

ANY_TEXT = st.text(st.characters(), max_size=60)
NASTY = st.text(st.sampled_from("`|\\<>[]()@#*_ \n\t&~!ab"), max_size=40)


def test_what_is_not_seen_is_spelled_out() -> None:
    assert visible("a\x1b[31m\u202eb\udcff\u200b\tc\n") == "a\\x1b[31m\\u202eb\\udcff\\u200b\tc\n"
    assert one_line("a\tb\nc\r") == "a\\tb\\nc\\r"


@given(ANY_TEXT)
def test_visible_text_is_always_writable(text: str) -> None:
    visible(text).encode("utf-8")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c.py", "a%20b/c.py"),
        ("模型.py", "%E6%A8%A1%E5%9E%8B.py"),
        ("a\nb", "a%0Ab"),
        ("\udcff\udcfe.txt", "%FF%FE.txt"),
        ("c:d?e#f%20", "c%3Ad%3Fe%23f%2520"),
    ],
)
def test_file_names_are_percent_encoded(path: str, uri: str) -> None:
    assert uri_path(path) == uri


@given(ANY_TEXT)
def test_any_path_becomes_ascii(path: str) -> None:
    uri_path(path).encode("ascii")


@given(ANY_TEXT)
def test_any_text_is_well_formed_xml(text: str) -> None:
    root = ET.fromstring(f'<a b="{xml_attribute(text)}">{xml_text(text)}</a>')  # noqa: S314 - our own output

    assert (root.text or "") == visible(text)
    assert root.get("b") == visible(text)


@given(NASTY)
def test_code_span_is_one_span_in_a_table_cell(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(f"| a | b |\n| --- | --- |\n| {code_span(text)} | end |\n")

    assert html.count("<td>") == 2
    assert "<td>end</td>" in html
    if text.strip():
        assert html.count("<code>") == 1
        assert "<td><code>" in html


@given(NASTY)
def test_code_block_cannot_be_ended_from_within(text: str) -> None:
    html = MarkdownIt().render(f"{code_block(text)}\nafter\n")

    assert html.count("<pre>") == 1
    assert html.endswith("</code></pre>\n<p>after</p>\n")


@given(NASTY)
def test_our_own_text_carries_no_markup(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).renderInline(f"x {markdown_text(text)}")

    assert "<" not in html


def test_mentions_references_and_addresses_are_broken() -> None:
    shown = markdown_text("see @root, #12, https://x.example and www.x.example")

    for live in ("@root", "#12", "://", "www."):
        assert live not in shown
