"""Scripts of pages and components: where they stand, what the template puts in as raw HTML."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stages.code.markup import RAW_HTML, scripts_of


def rows(text: str) -> list[tuple[int, str]]:
    found = scripts_of(text)
    if found is None:
        return []
    return [(line, row) for line, row in zip(found.lines, found.text.split("\n"), strict=True) if row.strip()]


def test_script_keeps_its_lines() -> None:
    assert rows("<html>\n<script>\nlet a = 1;\n</script>\n<p>x</p><script>let b;</script>") == [
        (3, "let a = 1;"),
        (5, "let b;"),
    ]


def test_raw_html_of_each_kind_of_template_is_a_call_behind_the_script() -> None:
    text = '<div v-html="answer"></div>\n<p>{@html made}</p>\n<i [innerHTML]="text &amp;&amp; x"></i>\n'
    text += "<script>let a</script>"

    assert rows(text) == [
        (4, "let a"),
        (1, f"{RAW_HTML}(answer);"),
        (2, f"{RAW_HTML}(made);"),
        (3, f"{RAW_HTML}(text && x);"),
    ]


def test_data_comments_and_templates_in_a_script_are_no_code() -> None:
    assert rows('<script type="application/json">{"a": 1}</script><!-- <script>let x</script> -->') == []
    assert rows("<script>let a = {{ value }};{% if b %}\nlet c;{% endif %}</script>") == [
        (1, "let a = 0; "),
        (2, "let c; "),
    ]


def test_page_without_script_has_none() -> None:
    assert scripts_of("<p>text</p>") is None


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<script>/ v-htm=\"'{@}\n!%a", max_size=120))
def test_any_text_is_survived_and_every_line_is_traced(text: str) -> None:
    found = scripts_of(text)

    if found is not None:
        assert len(found.lines) == len(found.text.split("\n"))
        assert all(1 <= line <= text.count("\n") + 1 for line in found.lines)
