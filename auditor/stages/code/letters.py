"""What is evaluated after a test that lets only some letters through: a sum of digits names nothing, and runs nothing.

``if not re.match(r"^[0-9+*/(). -]+$", text): return`` and ``if not all(each in "0123456789+-" for each in text): …``
before ``eval(text)``: what is left may take long (``9**9**9``), and that is why it stays low and is not gone.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.scopes import dotted, ends_block, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.refine import Module

_RUN: Final = re.compile(r"^(?:(?:builtins|pd|pandas)\.)?(?:eval|exec|compile)$|(?:^|\.)sympify$")
_OPEN: Final = re.compile(r"[^\W\deE]|[_\"'`\\]")
"""What names are written with, and texts; of ``1e5`` one letter alone is no name of anything."""
_CLASS: Final = re.compile(r"\^?\[(?P<first>\^?)(?P<inside>(?:[^\]\\]|\\.)+)\](?P<many>[+*]?)(?P<end>\$|\\Z)?")
_ESCAPED: Final = {"d": "0123456789", "s": " \t\n"}
_FORMS: Final = frozenset({"strip", "lstrip", "rstrip", "lower", "replace", "removeprefix", "removesuffix"})
_KINDS: Final = frozenset({"isdigit", "isspace", "isnumeric", "isdecimal"})
_STEPS: Final = 4


def names_nothing(module: Module, line: int) -> bool:
    """Tell whether what a line evaluates was let through by a test that leaves no letter to name something with."""
    calls = [each for each in module.calls_at(line) if _RUN.search(dotted(each.func)) and each.args]
    return bool(calls) and all(_is_held(module, each) for each in calls)


def _is_held(module: Module, call: ast.Call) -> bool:
    """Tell the same of what one call runs."""
    function = next(module.functions_around(call), None)
    if function is None:
        return False
    around = list(module.around(call))
    for test in ast.walk(function):
        if not isinstance(test, ast.If) or test.lineno >= call.lineno or next(module.around(test)) not in around:
            continue
        is_inside = test in around and any(each in around for each in test.body)
        ends = test not in around and ends_block(test.body[-1])
        names = _same(module, call, test.lineno)
        if (is_inside and _holds(module, test.test, names)) or (ends and _refuses(module, test.test, names)):
            return True
    return False


def _same(module: Module, call: ast.Call, tested: int) -> frozenset[str]:
    """Return the names of which a test in a line says something of what a call runs.

    What was stored after the test may have another form (``text.replace("^", "**")``), and may be nothing else.
    """
    function = next(module.functions_around(call))
    given = call.args[0]
    found: set[str] = set()
    until = call.lineno
    for _step in range(_STEPS):
        held = _form_of(given)
        if held is None:
            break
        later = [
            each
            for each in ast.walk(function)
            if isinstance(each, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr))
            and tested < each.lineno < until
            and held in {getattr(target, "id", "") for target in _targets(each)}
        ]
        if not later:
            found.add(held)
            break
        if len(later) > 1 or isinstance(later[0], ast.AugAssign) or later[0].value is None:
            break
        given, until = later[0].value, later[0].lineno
    return frozenset(found)


def _targets(node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _form_of(value: ast.expr) -> str | None:
    """Return the name of which an expression is another form without new letters; nothing where it is none."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _FORMS:
        if value.keywords or any(not isinstance(each, ast.Constant) for each in value.args):
            return None
        put = value.args[1:] if value.func.attr == "replace" else []
        if any(isinstance(each, ast.Constant) and _OPEN.search(str(each.value)) for each in put):
            return None
        value = value.func.value
    return value.id if isinstance(value, ast.Name) else None


def _holds(module: Module, test: ast.expr, names: frozenset[str]) -> bool:
    """Tell whether a test that holds leaves a text without letters to name something with."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_holds(module, each, names) for each in values)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _refuses(module, inner, names)
        case (
            ast.Compare(left=ast.Call() as inner, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)])
            | ast.Call(func=ast.Name(id="bool"), args=[inner])
        ):
            return _holds(module, inner, names)
        case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as each]):
            return _is_each(module, each, names, is_kept=True)
    return _is_within(module, test, names) or _fits(module, test, names)


def _refuses(module: Module, test: ast.expr, names: frozenset[str]) -> bool:
    """Tell whether a test that does not hold leaves a text without letters to name something with."""
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_refuses(module, each, names) for each in values)
        case (
            ast.UnaryOp(op=ast.Not(), operand=inner)
            | ast.Compare(left=ast.Call() as inner, ops=[ast.Is()], comparators=[ast.Constant(value=None)])
        ):
            return _holds(module, inner, names)
        case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp() | ast.ListComp() as each]):
            return _is_each(module, each, names, is_kept=False)
        case ast.Call(func=ast.Attribute(attr="search")):
            return any(found["first"] and _is_without(found["inside"]) for found in _patterns(module, test, names))
        case ast.BinOp(left=ast.Call(func=ast.Name(id="set"), args=[ast.Name(id=name)]), op=ast.Sub(), right=allowed):
            return name in names and _is_bare(module, allowed)
    return False


def _is_within(module: Module, test: ast.expr, names: frozenset[str]) -> bool:
    """Tell whether a test asks that the set of a text's letters lies within another one: ``set(text) <= ALLOWED``."""
    match test:
        case (
            ast.Compare(left=ast.Call() as letters, ops=[ast.LtE()], comparators=[allowed])
            | ast.Call(func=ast.Attribute(value=ast.Call() as letters, attr="issubset"), args=[allowed])
        ):
            match letters:
                case ast.Call(func=ast.Name(id="set"), args=[ast.Name(id=name)]):
                    return name in names and _is_bare(module, allowed)
    return False


def _fits(module: Module, test: ast.expr, names: frozenset[str]) -> bool:
    """Tell whether a test holds the whole of a text against an expression of such letters alone."""
    match test:
        case ast.Call(func=ast.Attribute(attr="match" | "fullmatch" as asked)):
            return any(
                not found["first"]
                and bool(found["many"])
                and (asked == "fullmatch" or bool(found["end"]))
                and _is_without(found["inside"])
                for found in _patterns(module, test, names)
            )
    return False


def _is_each(module: Module, each: ast.GeneratorExp | ast.ListComp, names: frozenset[str], *, is_kept: bool) -> bool:
    """Tell whether every letter of a text is looked up among some that name nothing."""
    match each.generators:
        case [ast.comprehension(target=ast.Name(id=letter), iter=ast.Name(id=name), ifs=[])] if name in names:
            asked = each.elt
        case _:
            return False
    parts = asked.values if isinstance(asked, ast.BoolOp) and isinstance(asked.op, ast.Or) and is_kept else [asked]
    return all(_is_one(module, part, letter, is_kept=is_kept) for part in parts)


def _is_one(module: Module, part: ast.expr, letter: str, *, is_kept: bool) -> bool:
    match part:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.In() | ast.NotIn() as op], comparators=[allowed]):
            return name == letter and isinstance(op, ast.In) == is_kept and _is_bare(module, allowed)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=kind), args=[]):
            return is_kept and name == letter and kind in _KINDS
    return False


def _is_bare(module: Module, allowed: ast.expr) -> bool:
    """Tell whether some letters are known, and none of them is one that names are written with."""
    letters = _letters(module, allowed, 0)
    return letters is not None and not _OPEN.search(letters)


def _letters(module: Module, node: ast.expr, depth: int) -> str | None:
    """Return the letters that an expression holds; nothing where they are not known."""
    parts: list[ast.expr] = []
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Attribute(value=ast.Name(id="string"), attr="digits"):
            return _ESCAPED["d"]
        case ast.Call(func=ast.Name(id="set" | "frozenset" | "list" | "tuple"), args=[inner]):
            parts = [inner]
        case ast.BinOp(left=left, op=ast.Add() | ast.BitOr(), right=right):
            parts = [left, right]
        case ast.Set(elts=elements) | ast.List(elts=elements) | ast.Tuple(elts=elements):
            parts = elements
        case ast.Name():
            parts = module.values_of(node)[1:]
    found = [_letters(module, each, depth + 1) for each in parts] if depth < _STEPS else []
    return None if None in found or not found else "".join(each or "" for each in found)


def _patterns(module: Module, call: ast.Call, names: frozenset[str]) -> Iterator[re.Match[str]]:
    """Yield the pattern that a call holds a text against, where it is one class of letters and nothing else."""
    if not isinstance(call.func, ast.Attribute):
        return
    asked = call.func.value
    match call.args:
        case [pattern, ast.Name(id=name)] if dotted(asked) in {"re", "regex"} and name in names:
            given = module.values_of(pattern)
        case [ast.Name(id=name)] if name in names:
            made = [each for each in module.values_of(asked) if isinstance(each, ast.Call) and each.args]
            given = [each.args[0] for each in made if last_name(each.func) == "compile"]
        case _:
            return
    texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    for text in texts if len(texts) == 1 else ():
        if found := _CLASS.fullmatch(text):
            yield found


def _is_without(inside: str) -> bool:
    """Tell whether a class of letters, as an expression writes it, holds none that names are written with."""
    letters, place = "", 0
    tokens = re.findall(r"\\.|[^\\]", inside)
    while place < len(tokens):
        token = tokens[place]
        if len(token) > 1 and token[1].isalpha():
            if token[1] not in _ESCAPED:
                return False
            letters += _ESCAPED[token[1]]
        elif place + 2 < len(tokens) and tokens[place + 1] == "-":
            letters += "".join(map(chr, range(ord(token[-1]), ord(tokens[place + 2][-1]) + 1)))
            place += 2
        else:
            letters += token[-1]
        place += 1
    return not _OPEN.search(letters.replace("\\", ""))
