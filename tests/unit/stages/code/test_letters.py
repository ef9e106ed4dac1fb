# ruff: noqa: E501 - whole programs as literals
"""What may be evaluated because nothing can be named with its letters."""

from __future__ import annotations

import pytest

from auditor.stages.code.letters import names_nothing
from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Module
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.tree import Source
from auditor.stages.code.weight import LOW, weight_of

HEAD = 'import re, string\nALLOWED = set("0123456789+-*/(). ")\nOPEN = set(string.ascii_letters)\nSUM = re.compile(r"[\\d\\s+*/.()-]+")\n'
TAIL = "    return eval(expression)\n"


def holds(body: str) -> bool:
    text = f"{HEAD}def calculate(expression):\n{body}"
    module = Module.of(text.encode())
    assert module is not None
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "eval(" in row)
    return names_nothing(module, line)


@pytest.mark.parametrize(
    "body",
    [
        f"    if not re.match(r'^[0-9+\\-*/().^ ]+$', expression):\n        return 'no'\n{TAIL}",
        f"    if not re.fullmatch(r'[0-9eE+*/(). -]*', expression):\n        raise ValueError\n{TAIL}",
        f"    if re.fullmatch(r'[0-9+*/(). -]*', expression) is None:\n        raise ValueError\n{TAIL}",
        f"    if not SUM.fullmatch(expression):\n        raise ValueError\n{TAIL}",
        f"    if re.search(r'[^0-9+*/(). -]', expression):\n        raise ValueError\n{TAIL}",
        f"    if not all(c in '0123456789+-*/(). ' for c in expression):\n        return 'no'\n{TAIL}",
        f"    if not all(c in ALLOWED or c.isspace() for c in expression):\n        return 'no'\n{TAIL}",
        f"    if any(c not in ALLOWED for c in expression):\n        return 'no'\n{TAIL}",
        f"    if not expression or not set(expression) <= ALLOWED:\n        return 'no'\n{TAIL}",
        f"    if set(expression) - set('0123456789+-'):\n        return 'no'\n{TAIL}",
        f"    if not set(expression).issubset(ALLOWED):\n        return 'no'\n{TAIL}",
        "    if expression and all(c in ALLOWED for c in expression):\n        return eval(expression)\n",
        f"    if not set(expression) <= ALLOWED:\n        return 'no'\n    expression = expression.replace('^', '**')\n{TAIL}",
        "    if not set(expression) <= ALLOWED:\n        return 'no'\n    try:\n        made = expression.replace('^', '**').strip()\n        return eval(made, {})\n    except ValueError:\n        return 0\n",
        "    allowed = string.digits + '+-*/'\n    made = expression.replace(' ', '')\n    if not all(c in allowed for c in made):\n        return 0\n    return eval(made)\n",
    ],
)  # fmt: skip
def test_a_sum_names_nothing(body: str) -> None:
    assert holds(body)


@pytest.mark.parametrize(
    "body",
    [
        TAIL,
        f"    if not re.match(r'[0-9+*/. -]+', expression):\n        return 'no'\n{TAIL}",  # the end is open
        f"    if not re.match(r'^[\\w+*/. -]+$', expression):\n        return 'no'\n{TAIL}",
        f"    if not re.match(r'^[^;]+$', expression):\n        return 'no'\n{TAIL}",
        f"    if not re.match(r'^[0-z+]+$', expression):\n        return 'no'\n{TAIL}",
        f"    if re.match(r'^[0-9+]+$', expression):\n        return 'no'\n{TAIL}",
        f"    if re.search(r'[;]', expression):\n        return 'no'\n{TAIL}",
        f"    if not all(c in OPEN for c in expression):\n        return 'no'\n{TAIL}",
        f"    if not all(c in ALLOWED for c in other):\n        return 'no'\n{TAIL}",
        f"    if not all(c in ALLOWED for c in expression):\n        print('no')\n{TAIL}",
        f"    if careful:\n        if not set(expression) <= ALLOWED:\n            return 'no'\n{TAIL}",
        f"    if not expression and not set(expression) <= ALLOWED:\n        return 'no'\n{TAIL}",
        f"    if not set(expression) <= ALLOWED:\n        return 'no'\n    expression = load(expression)\n{TAIL}",
        "    if not set(expression) <= ALLOWED:\n        return 'no'\n    return eval(expression.replace('1', 'exit()'))\n",
        "    if not set(expression) <= ALLOWED:\n        return 'no'\n    expression = expression.replace('1', 'exit()')\n    return eval(expression)\n",
        "    if expression or all(c in ALLOWED for c in expression):\n        return eval(expression)\n",
    ],
)  # fmt: skip
def test_what_may_name_something(body: str) -> None:
    assert not holds(body)


def test_a_sum_of_the_model_is_low() -> None:
    text = f"{HEAD}def calculate(expression):\n    if not set(expression) <= ALLOWED:\n        return 0\n{TAIL}"
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())

    assert weight_of(Collector("semgrep"), source, rule_pack().rules["os-code-not-evaluated"], 8, 8) == LOW
