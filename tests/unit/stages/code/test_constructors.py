"""A class that a decorator gives its constructor gets one that pysa can follow, in a line of its own."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.constructors import with_constructors

HEADS = (
    "@dataclass\nclass Export:\n",
    "@dataclass(slots=True)\nclass Export(Base):\n",
    "@attrs.define\nclass Export:\n",
)
FIELDS = "    run: str\n    part: str = 'a'\n"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("rest", ["\n    def place(self):\n        return self.run\n", "\n\ndef other():\n    pass\n"])
def test_the_constructor_keeps_every_field(head: str, rest: str) -> None:
    text = head + FIELDS + rest
    made = with_constructors(text.encode()).decode()

    assert "    def __init__(self, run=None, part=None): self.run = run; self.part = part\n" in made
    assert made.count("\n") == text.count("\n")
    ast.parse(made)


@pytest.mark.parametrize(
    "text",
    [
        "class Export:\n" + FIELDS + "\n",
        "@dataclass\nclass Export:\n    run: str\n\n    def __init__(self, run):\n        self.run = run\n",
        "@dataclass\nclass Export:\n    limit: ClassVar[int] = 3\n\n",
        "@dataclass\nclass Export:\n" + FIELDS + "    def place(self):\n        a = 1\n\n        return self.run",
        "@dataclass\nclass Export:\n    run: str = field(\n        'a',\n\n    )\n    part: str",
        "class Export(BaseModel):\n" + FIELDS + "\n",
        "@dataclass\nclass Export: pass\n\n",
        "x = 'class Export(BaseModel):'\n",
    ],
)
def test_any_other_class_stays_as_it_is(text: str) -> None:
    assert with_constructors(text.encode()) == text.encode()


def test_a_text_between_three_quotes_stays_python() -> None:
    text = '@dataclass\nclass Export:\n    """What.\n\n    run: a\n    """\n\n    run: str\n\n\nx = 1\n'

    made = with_constructors(text.encode()).decode()

    assert "def __init__(self, run=None): self.run = run" in made
    assert made.splitlines()[3] == ""
    ast.parse(made)
