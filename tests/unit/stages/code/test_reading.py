"""What is kept of a scanner's report: no secret, one entry for a place, and the comments that ask for silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import reasons
from auditor.masking.lines import LINE_LIMIT
from auditor.stages.code.reading import Collector, Match, Problem, Reading, Slice, load
from auditor.stages.code.tree import Source
from tests.unit.stages.code.fakes import source


def collected(text: str, line: int, end_line: int = 0, *, is_secret: bool = False, language: str = "python") -> Match:
    collector = Collector("semgrep 1.0")
    collector.match(source(text=text, language=language), "data-load", line, end_line or line, is_secret=is_secret)
    (match,) = collector.reading().of("a.py").matches
    return match


def test_match_holds_its_lines_and_folded_text() -> None:
    match = collected("a\nf(\n  x,\n  y)\nb\n", 2, 4)

    assert (match.line, match.end_line) == (2, 4)
    assert match.snippet == "f(\n  x,\n  y)"
    assert match.evidence == "f( x, y)"


def test_secret_that_a_line_before_names_is_hidden() -> None:
    match = collected('connect(\n    password=(\n        "correct horse"\n    ),\n)\n', 3)

    assert "correct" not in match.snippet + match.evidence


def test_bare_word_is_a_value_in_configuration() -> None:
    match = collected("API_TOKEN=correcthorse\n", 1, language="configuration")

    assert "correct" not in match.snippet + match.evidence


def test_match_of_a_secret_rule_is_known_by_a_digest() -> None:
    one = collected('password = "correct horse"\n', 1, is_secret=True)
    other = collected('password = "battery staple"\n', 1, is_secret=True)

    assert "correct" not in one.snippet + one.evidence
    assert one.evidence != other.evidence


def test_long_lines_are_cut_and_still_told_apart() -> None:
    one = collected("x" * 1_000_000 + "a", 1)
    other = collected("x" * 1_000_000 + "b", 1)

    assert len(one.snippet) < 2 * LINE_LIMIT
    assert one.snippet == other.snippet
    assert one.evidence != other.evidence


def test_rule_that_matches_a_place_twice_counts_once() -> None:
    collector = Collector("semgrep 1.0")
    for rule in ("a", "a", "b"):
        collector.match(source(), rule, 2, 2, is_secret=False)

    assert [match.rule for match in collector.reading().of("a.py").matches] == ["a", "b"]


def test_match_in_a_notebook_stands_at_its_line_in_the_file() -> None:
    collector = Collector("semgrep 1.0")
    notebook = Source(
        path="a.ipynb", language="notebook", size_bytes=1, sha256="", text=b"x = 1\nf(x)  # nosec\n", lines=(10, 12)
    )

    collector.match(notebook, "data-load", 2, 2, is_secret=False)

    (match,) = collector.reading().of("a.ipynb").matches
    assert (match.line, match.end_line, match.comment_line) == (12, 12, 12)


@pytest.mark.parametrize(
    ("text", "line", "comment", "at"),
    [
        ("f(x)  # nosec B301\n", 1, "nosec B301", 1),
        ("f(x)  # nosemgrep: data-load\n", 1, "nosemgrep: data-load", 1),
        ("f(x);  // nosemgrep\n", 1, "nosemgrep", 1),
        ("<a> <!-- nosemgrep -->\n", 1, "nosemgrep --", 1),
        ("# nosemgrep\nf(x)\n", 2, "nosemgrep", 1),
        ("g()  # nosemgrep\nf(x)\n", 2, "", 0),
        ("f(x)  # not a second\n", 1, "", 0),
        ("f(x)  # nosecret\n", 1, "", 0),
        ('f(x)  # nosec password="correct horse"\n', 1, "nosec password=***", 1),
    ],
)
def test_comment_that_asks_for_silence_is_kept(text: str, line: int, comment: str, at: int) -> None:
    match = collected(text, line)

    assert (match.comment, match.comment_line) == (comment, at)


PLAIN = "a = 1\nb = 2\nf(x)\nc = 3\nd = 4\ne = 5\n"


def around(text: str, line: int, *, secret_at: int = 0, knows: bool = True, path: str = "a.py") -> tuple[str, str]:
    collector = Collector("semgrep 1.0", knows_secrets=knows)
    of_file = source(path, text)
    collector.match(of_file, "data-load", line, line, is_secret=False)
    if secret_at:
        collector.match(of_file, "secret-literal", secret_at, secret_at, is_secret=True)
    (found,) = (each for each in collector.reading().of(path).matches if each.rule == "data-load")
    return found.before, found.after


def test_a_match_stands_among_five_lines() -> None:
    assert around(PLAIN, 3) == ("a = 1\nb = 2", "c = 3\nd = 4")
    assert around(PLAIN, 1) == ("", "b = 2\nf(x)")
    assert around(PLAIN, 6) == ("c = 3\nd = 4", "")


@pytest.mark.parametrize(
    ("text", "line", "secret_at", "knows"),
    [
        ('f(x)\nlogin("correct horse")\n', 1, 2, True),
        ('login("correct horse")\nf(x)\n', 2, 1, True),
        ('login("correct horse")\nf(x)\n', 2, 0, False),
        ('password = "correct horse"\nf(x)\n', 2, 0, True),
        ('f(x)\nk = """-----BEGIN RSA PRIVATE KEY-----\ncorrect horse\n"""\n', 1, 0, True),
        ('k = """-----BEGIN KEY-----\n' + "x\n" * 30 + 'correct horse\n-----END KEY-----"""\nf(x)\n', 34, 0, True),
    ],
)
def test_no_line_beside_a_match_shows_a_secret(text: str, line: int, secret_at: int, knows: bool) -> None:  # noqa: FBT001
    before, after = around(text, line, secret_at=secret_at, knows=knows)

    assert "correct" not in before + after


def test_where_a_file_was_read_in_part_no_literal_beside_a_match_is_shown() -> None:
    collector = Collector("semgrep 1.0", knows_secrets=True)
    collector.match(source(text='f(x)\nlogin("correct horse")\n'), "data-load", 1, 1, is_secret=False)
    collector.problem("a.py", Problem(topic="secret-literal", reason=reasons.TIME_LIMIT, detail="", is_final=False))

    (match,) = collector.reading().of("a.py").matches

    assert match.after.startswith("login(")
    assert "correct" not in match.after


def test_cells_of_a_notebook_are_no_neighbours() -> None:
    collector = Collector("semgrep 1.0", knows_secrets=True)
    notebook = Source(
        path="a.ipynb", language="notebook", size_bytes=1, sha256="", text=b"x = 1\nf(x)\ny = 2\n", lines=(10, 12, 13)
    )

    collector.match(notebook, "data-load", 2, 2, is_secret=False)

    (match,) = collector.reading().of("a.ipynb").matches
    assert (match.before, match.after) == ("", "y = 2")


def test_lines_around_survive_the_cache() -> None:
    collector = Collector("semgrep 1.0", knows_secrets=True)
    collector.match(source(text=PLAIN), "data-load", 3, 3, is_secret=False)
    said = collector.reading().of("a.py")

    assert load(said.dump(), "", "a.py") == said


def test_problem_is_named_once_and_makes_a_slice_unfinished() -> None:
    collector = Collector("semgrep 1.0")
    for _ in range(2):
        collector.problem("a.py", Problem(topic="t", reason=reasons.TIME_LIMIT, detail="", is_final=False))
        collector.problem("", Problem(topic="t", reason=reasons.Reason("r"), detail=""))

    reading = collector.reading()

    assert len(reading.of("a.py").problems) == len(reading.general) == 1
    assert not reading.of("a.py").is_final
    assert reading.of("b.py") == Slice(tool="semgrep 1.0", path="b.py")


TEXT = st.text(max_size=20)
MATCHES = st.builds(
    Match,
    rule=TEXT,
    line=st.integers(1, 9),
    end_line=st.integers(1, 9),
    evidence=TEXT,
    snippet=TEXT,
    comment=TEXT,
    comment_line=st.integers(0, 9),
)
PROBLEMS = st.builds(Problem, topic=TEXT, reason=TEXT, detail=TEXT, is_final=st.booleans())


@given(st.lists(MATCHES, max_size=3), st.lists(PROBLEMS, max_size=3))
def test_slice_comes_back_from_the_cache_as_it_was(matches: list[Match], problems: list[Problem]) -> None:
    whole = Slice(tool="t", path="a.py", matches=tuple(matches), problems=tuple(problems))

    assert load(whole.dump(), "t", "a.py") == whole


def test_slice_of_a_file_whose_name_is_no_utf_8_comes_back() -> None:
    whole = Slice(
        tool="t", path="\udcff.py", problems=(Problem(topic="t", reason=reasons.Reason("r"), detail="\udcff"),)
    )

    assert load(whole.dump(), "t", "\udcff.py") == whole


@pytest.mark.parametrize("data", [b"rubbish", b"[]", b"{}", b'{"tool": "t", "matches": [{"x": 1}], "problems": []}'])
def test_what_no_slice_was_dumped_as_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        load(data, "t", "a.py")


@given(st.text(), st.integers(1, 30), st.integers(0, 30))
def test_any_place_in_any_text_is_taken(text: str, line: int, more: int) -> None:
    collector = Collector("t")

    collector.match(source(text=text), "r", line, line + more, is_secret=False)

    assert isinstance(collector.reading(), Reading)
