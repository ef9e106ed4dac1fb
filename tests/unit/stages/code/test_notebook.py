"""Notebooks as modules: every line of code can be traced back to its line in the file, and nothing is left out."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stages.code.notebook import Module, to_module


def notebook(*cells: list[str] | str, indent: int | None = 1, **metadata: object) -> str:
    """A notebook with code cells, spelled as Jupyter spells it."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
                for cell in cells
            ],
            "metadata": metadata,
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=indent,
    )


def line_in(text: str, piece: str, nth: int = 0) -> int:
    return [number for number, line in enumerate(text.split("\n"), 1) if piece in line][nth]


def test_each_line_is_traced_to_its_line_in_the_file() -> None:
    text = notebook(["import pickle\n", "x = pickle.load(f)"], ["y = 2"])

    module = to_module(text)

    assert module.text == "import pickle\nx = pickle.load(f)\ny = 2\n"
    assert module.lines == (line_in(text, "import"), line_in(text, "load"), line_in(text, "y ="))


def test_equal_lines_are_traced_to_different_lines() -> None:
    text = notebook(["x = load(f)\n", "x = load(f)"], ["x = load(f)"])

    module = to_module(text)

    assert module.lines == tuple(line_in(text, "load", nth) for nth in range(3))


def test_line_that_an_output_repeats_is_traced_to_the_source() -> None:
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [{"output_type": "stream", "text": ["x = 1\n"]}],
        "source": ["x = 1"],
    }
    text = json.dumps({"cells": [cell]}, indent=1)

    module = to_module(text)

    assert module.lines == (line_in(text, "x = 1", nth=1),)


def test_spelling_of_the_strings_does_not_matter() -> None:
    text = '{"cells": [\n{"cell_type": "code", "source": [\n"x = \\u0022\\/\\u0022\\n",\n"y = 1"]}]}'

    module = to_module(text)

    assert module == Module('x = "/"\ny = 1\n', (3, 4))


def test_source_in_one_string_stands_on_one_line() -> None:
    text = notebook("x = 1\ny = 2\n")

    module = to_module(text)

    assert module.text == "x = 1\ny = 2\n"
    assert set(module.lines) == {line_in(text, "x = 1")}


def test_pieces_that_do_not_end_with_their_lines_are_joined() -> None:
    module = to_module(notebook(["x = ", "1\n", "y = 2"]))

    assert module.text == "x = 1\ny = 2\n"


@pytest.mark.parametrize("separator", ["\u2028", "\x0c", "\x1c", "\x85"])
def test_only_line_feeds_end_a_line(separator: str) -> None:
    module = to_module(notebook([f"x = 'a{separator}b'\n", "y = 1"]))

    assert module.text.split("\n") == [f"x = 'a{separator}b'", "y = 1", ""]


def test_carriage_returns_end_lines_as_in_python() -> None:
    module = to_module(notebook("x = 1\r\ny = 2\rz = 3"))

    assert module.text == "x = 1\ny = 2\nz = 3\n"


@pytest.mark.parametrize(
    "line",
    ["%matplotlib inline", "!pip install x", "files = !ls", "  %time f()", "?print", "frame.head?", "x = %env A"],
)
def test_magic_line_is_a_comment_in_valid_python(line: str) -> None:
    source = f"if True:\n    1\n{line}\n" if not line.startswith(" ") else f"if True:\n{line}\n"

    module = to_module(notebook(source))

    ast.parse(module.text)
    assert line.strip() in module.text


@pytest.mark.parametrize("source", ["x = ('%s'\n     % name)\n", "ok = (a\n  != b)\n"])
def test_continuation_line_is_no_magic(source: str) -> None:
    module = to_module(notebook(source))

    assert module.text == source


def test_cell_of_another_language_stays_as_comments() -> None:
    module = to_module(notebook("%%bash\ncurl -u me:secret http://x\n", "x = 1"))

    assert module.text == "# %%bash\n# curl -u me:secret http://x\nx = 1\n"


def test_timed_cell_is_python() -> None:
    module = to_module(notebook("%%time\nx = 1"))

    assert module.text == "pass  # %%time\nx = 1\n"


def test_markdown_is_no_code() -> None:
    text = json.dumps({"cells": [{"cell_type": "markdown", "source": ["# Title"]}]})

    assert to_module(text).lines == ()


def test_worksheets_of_format_3_are_read() -> None:
    cell = {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": []}
    text = json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}, indent=1)

    module = to_module(text)

    assert module == Module("x = 1\ny = 2\n", (line_in(text, "x = 1"), line_in(text, "y = 2")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"cells": {}}',
        '{"worksheets": [1]}',
        "{" * 100_000,
        "[" * 100_000,
        notebook("x", kernelspec={"language": "R"}),
        notebook("x", language_info={"name": "julia"}),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_python_notebook_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        to_module(text)


@given(st.lists(st.lists(st.text()), max_size=4), st.sampled_from([None, 0, 1, 4]))
def test_every_line_is_traced_to_a_line_that_holds_it(cells: list[list[str]], indent: int | None) -> None:
    text = notebook(*cells, indent=indent)
    rows = text.split("\n")

    module = to_module(text)

    assert len(module.text.split("\n")) - 1 == max(1, len(module.lines))
    assert all(1 <= number <= len(rows) for number in module.lines)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["code", "python"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cells", "worksheets", "cell_type", "source", "input", "metadata", "x"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(JSON | st.builds(lambda cells: {"cells": cells}, st.lists(JSON)))
def test_any_document_is_read_or_refused(document: object) -> None:
    try:
        module = to_module(json.dumps(document))
    except ValueError:
        return

    assert isinstance(module, Module)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        to_module(text)
    except ValueError:
        return
