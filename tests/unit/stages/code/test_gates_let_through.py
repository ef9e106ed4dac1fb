"""No rule is kept from a file that one of its own patterns would match.

The expressions over the whole file that rules begin with are written by hand, and what they do not name is not looked
at, in silence. So each pattern is written out as lines of code, with every name that its conditions allow, and held
against the expression that is about it. What needs something else of the file stands in ``code_gates.yaml``, and why.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from pathlib import Path
from re import _constants as kinds
from re import _parser as parser
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest
import yaml

from auditor.stages.code.gates import over_whole_file
from auditor.stages.code.rules import rule_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_TEXTS_LIMIT: Final = 400
_LINES_LIMIT: Final = 3_000
_SIDES: Final = ("pattern-sources", "pattern-sinks")
Leaf = tuple[str, "Mapping[str, str]"]
"""A pattern, and the expressions that its names have to match."""
Piece: TypeAlias = "tuple[object, Any]"
"""A piece of an expression, as the parser of the standard library gives it: its kind, and what belongs to that."""
Tree: TypeAlias = "Iterable[Piece]"


def texts_of(expression: str) -> list[str]:
    """Return texts that an expression matches: each of its alternatives once; none where Python does not read it."""
    try:
        tree = parser.parse(expression)
    except re.error:
        return []
    return [text for text in _texts(tree) if text and re.search(expression, text)]


def _texts(tree: Tree) -> list[str]:
    found = [""]
    for piece in tree:
        found = [text + more for text in found for more in _piece(piece)][:_TEXTS_LIMIT]
    return found


def _piece(piece: Piece) -> list[str]:
    kind, value = piece
    if kind in _INSIDE:
        return _texts(_INSIDE[kind](value))
    if kind is kinds.LITERAL:
        return [chr(value)]
    if kind is kinds.BRANCH:
        return [text for branch in value[1] for text in _texts(branch)]
    if kind in _REPEATS:
        least, _most, inner = value
        once = _texts(inner)
        is_letter = len(once) == 1 and once[0].isalnum() and len(once[0]) == 1
        return [text * least for text in once] if least else ["", *([] if is_letter else once)]
    if kind is kinds.IN:
        return [next(filter(re.compile(_class(value)).match, f"x1{string.printable}"), "x")]
    return ["q" if kind in {kinds.ANY, kinds.NOT_LITERAL} else ""]


_INSIDE: Final[Mapping[object, Callable[[Any], Tree]]] = {
    kinds.SUBPATTERN: lambda value: value[3],
    kinds.ASSERT: lambda value: value[1],
    kinds.ATOMIC_GROUP: lambda value: value,
}
_REPEATS: Final = frozenset({kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT})


def _class(value: Tree) -> str:
    classes = {kinds.CATEGORY_WORD: r"\w", kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_SPACE: r"\s"}
    made = ""
    for kind, each in value:
        if kind is kinds.NEGATE:
            made += "^"
        elif kind is kinds.LITERAL:
            made += re.escape(chr(each))
        elif kind is kinds.RANGE:
            made += f"{re.escape(chr(each[0]))}-{re.escape(chr(each[1]))}"
        else:
            made += classes.get(each, r"\S")
    return f"[{made}]"


def leaves(node: object, names: Mapping[str, str]) -> Iterator[Leaf]:
    """Yield the patterns below a node of a rule that a match has to have."""
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "pattern":
            yield value, names
        elif key == "pattern-either":
            for each in value:
                yield from leaves(each, names)
        elif key == "patterns":
            inner = {**names, **conditions(value)}
            for each in value:
                yield from leaves(each, inner)


def conditions(patterns: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what names have to match."""
    asked = [each["metavariable-regex"] for each in patterns if "metavariable-regex" in each]
    return {each["metavariable"]: each["regex"] for each in asked}


def written_out(leaf: Leaf) -> Iterator[str]:
    """Yield a pattern as lines of code."""
    pattern, names = leaf
    lines = [re.sub(r"<\.\.\.|\.\.\.>", "", pattern)]
    for name, expression in names.items():
        if name in pattern:
            given = texts_of(expression) or ["zzz"]
            lines = [line.replace(name, text) for line in lines for text in given][:_LINES_LIMIT]
    for line in lines:
        yield re.sub(r"\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*", "qqq", line).replace("...", "")


def kept_out(rule: Mapping[str, Any]) -> set[str]:
    """Return the patterns of a rule of which a line does not pass an expression that is about them."""
    sides: dict[str, list[Leaf]] = defaultdict(list)
    asked: list[str] = []
    if "patterns" in rule:
        asked += map(over_whole_file, rule["patterns"])
        for number, each in enumerate(rule["patterns"]):
            sides[str(number)] += leaves(each, conditions(rule["patterns"]))
    for side in _SIDES:
        for spec in rule.get(side) or ():
            asked += map(over_whole_file, spec.get("patterns", ()))
            sides[side] += leaves(spec, {})
    found: set[str] = set()
    for expression in filter(None, asked):
        passes = re.compile(expression).search
        by_side = {
            side: {leaf[0]: all(map(passes, written_out(leaf))) for leaf in some}
            for side, some in sides.items()
            if some
        }
        # an expression is about the side of which most passes it
        about = max(by_side.values(), key=lambda some: sum(some.values()) / len(some), default={})
        if any(about.values()):
            found |= {pattern for pattern, does_pass in about.items() if not does_pass}
    return found


KNOWN: Final = yaml.safe_load(Path("tests/data/code_gates.yaml").read_text())
RULES: Final = {str(rule["id"]): rule for rules in rule_pack().semgrep_rules.values() for rule in rules}


def test_each_reason_is_about_a_rule() -> None:
    assert not KNOWN.keys() - RULES.keys()


@pytest.mark.parametrize("name", RULES)
def test_every_pattern_passes_what_the_rule_asks_of_a_file(name: str) -> None:
    known = KNOWN.get(name, {"patterns": []})

    assert sorted(kept_out(RULES[name])) == sorted(known["patterns"])


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("^(?:a|bc)d$", ["ad", "bcd"]),
        (r"(?i)^auto_?run\d$", ["autorun1", "auto_run1"]),
        (r"^(?!x)\w+\.get$", []),
        ("^(?=.*key).*$", ["key"]),
    ],
)
def test_alternatives_are_written_out(expression: str, texts: list[str]) -> None:
    assert texts_of(expression) == texts
