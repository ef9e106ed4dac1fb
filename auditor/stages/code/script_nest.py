"""What guards of Nest leave of a part of a route's address: one that looks it up lets through what is known alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import class_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.script_tree import Node, Program, Script

_PARAM: Final = re.compile(r"^@Param\(\s*[\"'`](\w+)[\"'`]")
_GUARDS: Final = re.compile(r"^@UseGuards\(([^()]*)\)")
_OF_TREE: Final = re.compile(r"\.{1,2}/|src/|@/|~/")
_REFUSES: Final = re.compile(r"\breturn\s+false\b|\bthrow\b")
_LOOKS_UP: Final = re.compile(r"(?i)\.\s*(?:find|get|load|lookup|exists|check|has|is|verify|fetch|count)\w{0,60}\s?\(")
_TEXT_LIMIT: Final = 20_000


def is_looked_up(program: Program, script: Script, function: Node, parameter: Node) -> bool | None:
    """Tell whether a guard of a route looks up what a parameter takes of its address; None where its file is not known.

    Args:
        program: Knows what files import.
        script: The file of the route.
        function: The route.
        parameter: ``@Param("id") id: string``.
    """
    decorated = [script.said(each) for each in parameter.children if each.kind == "decorator"]
    named = next((found[1] for each in decorated if (found := _PARAM.match(each)) is not None), "")
    if not named:
        return False
    asks = re.compile(rf"\bparams\s*(?:\?\.|\.)?\s*(?:{named}\b|\[\s*[\"'`]{named}[\"'`]\s*\])")
    is_unknown = False
    for guard in _guards(script, function):
        known = script.definition(guard, script.root)
        if known is None:
            continue
        where = script
        if known.kind == "import":
            imported = program.imported(script, known)
            if imported is None:
                is_unknown |= not program.is_whole and _OF_TREE.match(script.imported(known).module) is not None
                continue
            where, known = imported
        said = where.said(known.node)[:_TEXT_LIMIT] if known.node is not None else ""
        if asks.search(said) and _LOOKS_UP.search(said) and _REFUSES.search(said):
            return True
    return None if is_unknown else False


def _guards(script: Script, function: Node) -> Iterator[str]:
    """Yield the names of the guards of a route, and of its class."""
    holder = function.parent
    own: list[Node] = []
    for each in holder.children if holder is not None else ():
        if each.start >= function.start:
            break
        own = [*own, each] if each.kind == "decorator" else []
    klass = class_around(function)
    above = [klass, klass.parent] if klass is not None else []
    own += [part for node in above if node is not None for part in node.children if part.kind == "decorator"]
    for each in own:
        found = _GUARDS.match(script.said(each))
        yield from re.findall(r"[A-Za-z_]\w*", found[1]) if found is not None else ()
