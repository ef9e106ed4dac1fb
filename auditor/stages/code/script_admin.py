"""Whether only administrators get to a line of a script: its route asks for one, or its function turns others away.

Who runs a platform names the servers that it is to ask, and sets what is kept of it; the same lines are a flaw where
anybody who has logged in gets to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_entrances import handed_to
from auditor.stages.code.script_tree import FUNCTIONS, arguments, bare, class_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.script_tree import Node, Script

_ASKS: Final = re.compile(
    r"(?i)^_?(?:require|ensure|verify|check|assert|only|is|must|needs?|with|guard|authori[sz]e|protect|restrict)\w*(?:admin|super_?user)\w*$"
    r"|^_?(?:\w+_)?(?:admin|super_?user)\w*(?:only|required|guard|auth\w*|middleware|procedure|protected|handler)$"
)
"""What a middleware, a guard or a builder of routes is called that lets administrators in."""
_ASKS_ROLE: Final = re.compile(
    r"(?i)(?:roles?|authori[sz]e|restrict|permit)\w{0,40}\(\s?\[?\s?(?:[\"'](?:super_?|global_?)?(?:admin\w*|superuser|root)[\"']|\w+\.(?:super_?)?admin\w*)\s*\]?\s*\)"
)
"""One that is told the role, and no other: ``requireRole("admin")``."""
_IS_ONE: Final = re.compile(
    r"(?i)(?:^|[._])(?:is_?)?(?:super_?|global_?)?(?:admin(?:istrator)?|super_?user|root)(?:\(\))?$"
)
_OF_ROLE: Final = re.compile(
    r"(?i)(?:role|permission)\w*\s*!==?\s*(?:[\"'](?:super_?|global_?)?(?:admin\w*|root)[\"']|[\w.]+\.(?:super_?|global_?)?admin\w*)$"
)
_LEAVES: Final = frozenset({"return_statement", "throw_statement"})
_NODES_LIMIT: Final = 4_000


def is_for_administrators(script: Script, line: int) -> bool:
    """Tell whether only an administrator gets to a line.

    Args:
        script: The file.
        line: From 1.
    """
    _node, functions = _around(script, line)
    _start, end = script.offsets(line, line)
    return any(_turns_away(script, each, end) or _is_asked_before(script, each) for each in functions)


_SIGNED: Final = re.compile(
    r"(?i)\b(?:verif|valid|check|assert|is)\w{0,40}(?:signature|webhook|signed)\w{0,40}\s?\(|\bconstructEvent\w{0,40}\s?\(|\bwebhooks?\.verify\w{0,40}\s?\("
)


def is_signed(script: Script, line: int) -> bool:
    """Tell whether a function refuses, above a line, what is not signed: then a known service sent it, and no stranger.

    Args:
        script: The file.
        line: From 1.
    """
    node, functions = _around(script, line)
    for function in functions:
        body = function.get("body")
        before = script.text[body.start : node.start].decode("utf-8", "replace") if body is not None else ""
        found = _SIGNED.search(before)
        if found is not None and _REFUSES.search(before, found.start(), found.start() + _ANSWER_LIMIT):
            return True
    return False


_ANSWER_LIMIT: Final = 400
"""Characters from a check to the refusal that answers it; one further down answers something else."""
_REFUSES: Final = re.compile(r"\bthrow\b|\b40[013]\b|(?i:unauthori[sz]ed|forbidden)")


def _around(script: Script, line: int) -> tuple[Node, list[Node]]:
    """Return the node of a line, and the functions that it stands in, from the inside out."""
    node = script.at(*script.offsets(line, line))
    return node, [each for each in (node, *node.around()) if each.kind in FUNCTIONS]


def _turns_away(script: Script, function: Node, before: int) -> bool:
    """Tell whether a function gives up, above a place in it, where the caller is no administrator."""
    body = function.get("body")
    for each in (body.children if body is not None and body.kind == "statement_block" else ())[:_NODES_LIMIT]:
        statements = [each]
        if each.kind == "try_statement" and (tried := each.get("body")) is not None:
            statements = [*tried.children]
        for statement in statements:
            if statement.start >= before:
                return False
            if statement.kind == "if_statement" and _refuses_others(script, statement):
                return True
    return False


def _refuses_others(script: Script, statement: Node) -> bool:
    condition, then = statement.get("condition"), statement.get("consequence")
    if condition is None or then is None:
        return False
    last = then.children[-1] if then.kind == "statement_block" and then.children else then
    if last.kind not in _LEAVES:
        return False
    said = script.said(condition)
    return "&&" not in said and any(_is_of_others(each) for each in said.strip("()").split("||"))


def _is_of_others(said: str) -> bool:
    """Tell whether a part of a condition holds for whoever is no administrator."""
    plain = said.strip().replace("?.", ".")
    is_turned = plain.startswith("!")
    return (is_turned and _IS_ONE.search(plain.lstrip("!( ").removeprefix("await ").rstrip(") ")) is not None) or (
        _OF_ROLE.search(plain) is not None
    )


def _is_asked_before(script: Script, function: Node) -> bool:
    """Tell whether what a function is handed to lets administrators in alone."""
    handed = handed_to(script, function)
    words = (each[:_TEXT_LIMIT] for each in _beside(script, function, handed))
    return any((len(each) < _NAME_LIMIT and _ASKS.match(each)) or _ASKS_ROLE.search(each) for each in words)


def _beside(script: Script, function: Node, handed: tuple[Node, str] | None) -> Iterator[str]:
    if handed is not None:
        call = handed[0]
        callee = call.get("function")
        for each in arguments(call):
            inner = bare(each)
            if inner.kind in {"identifier", "call_expression"} and not (each.start <= function.start < each.end):
                yield script.said(inner)
        if callee is not None:
            yield from re.split(r"\W+", re.sub(r"\([^()]*\)", "", script.said(callee)[:_TEXT_LIMIT]))
    holder = function.parent
    own: list[Node] = []
    for each in holder.children if holder is not None and function.kind == "method_definition" else ():
        if each.start >= function.start:
            break
        own = [*own, each] if each.kind == "decorator" else []  # those of the method above are not its own
    for each in own:
        yield from _of_decorator(script.said(each))
    klass = class_around(function)
    above = [klass, klass.parent] if klass is not None else []
    for each in (part for node in above if node is not None for part in node.children if part.kind == "decorator"):
        yield from _of_decorator(script.said(each))


def _of_decorator(said: str) -> Iterator[str]:
    yield said
    yield from re.findall(r"[A-Za-z_]\w*", re.sub(r"[\"'][^\"']*[\"']", "", said[:_TEXT_LIMIT]))


_TEXT_LIMIT: Final = 2_000
_NAME_LIMIT: Final = 100
