"""The pages of controls say what the rules say."""

from __future__ import annotations

from docs.build_controls import HERE, pages


def test_every_page_is_what_the_rules_give_and_none_is_left_over() -> None:
    made = dict(pages())
    there = {path.relative_to(HERE).as_posix(): path.read_text(encoding="utf-8") for path in HERE.rglob("*.md")}

    assert there == made, "run: python -m docs.build_controls"


def test_each_of_the_131_controls_has_a_page_in_both_languages() -> None:
    names = [path for path, _text in pages() if path.startswith("cis-kubernetes/") and "README" not in path]

    assert len(names) == 2 * 131
