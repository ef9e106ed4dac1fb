"""Where a function holds the value of a flow: what a call is given, what that was made of, and what was made of it.

A check counts for a flow where it looks at one of these. That a caller is signed in, or what role a user has, says
nothing of the command that he sends.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.stages.code.reaching import ADDS, stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.stages.code.refine import Module

    Function = ast.FunctionDef | ast.AsyncFunctionDef

Place = tuple[str, ...]
"""A name, and the fields and keys that are asked for below it: ``("body", "command")``."""
_WHOLES: Final = frozenset({"self", "cls", "request", "req"})
"""Names that hold much else besides the value: who looks at one of them as a whole has not looked at the value."""
_KEYED: Final = frozenset({"get", "getlist", "pop", "getfirst", "setdefault"})
_ROUNDS: Final = 6
_PLACES_LIMIT: Final = 200


def places_in(node: ast.AST) -> Iterator[Place]:
    """Yield the names, fields and keys that some code asks for, each as far as it goes."""
    waiting: list[ast.AST] = [node]
    while waiting:
        each = waiting.pop()
        inner: list[ast.AST] = []
        place = _place_of(each, inner)
        if place:
            yield place
        waiting += inner if place else list(ast.iter_child_nodes(each))


def _place_of(node: ast.AST, inner: list[ast.AST]) -> Place:  # noqa: PLR0911 - a table
    """Return the place that an expression asks for, empty for none; what else stands in it is put into ``inner``."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Await(value=value) | ast.Starred(value=value):
            return _place_of(value, inner)
        case ast.Attribute(value=value, attr=attr):
            place = _place_of(value, inner)
            return (*place, attr) if place else ()
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
            place = _place_of(value, inner)
            return (*place, key) if place else ()
        case ast.Subscript(value=value, slice=key):
            inner.append(key)
            return _place_of(value, inner)
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[ast.Constant(value=str(key)), *others]) if (
            attr in _KEYED
        ):
            inner += others
            place = _place_of(value, inner)
            return (*place, key) if place else ()
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=others, keywords=words):
            inner += [*others, *(word.value for word in words)]
            place = _place_of(value, inner)
            # what a method of a text gives is made of the text; of a request it is one part of many
            return (*place, attr) if len(place) == 1 and place[0] in _WHOLES else place
    return ()


@dataclass(frozen=True, slots=True)
class Held:
    """The places in which a function holds a value.

    Attributes:
        places: None is known where it is empty.
    """

    places: frozenset[Place]

    def is_in(self, node: ast.AST) -> bool:
        """Tell whether some code looks at the value, at a part of it or at what it is a part of."""
        return any(_is_same(place, held) for place in places_in(node) for held in self.places)


def _is_same(place: Place, held: Place) -> bool:
    shared = min(len(place), len(held))
    if place[:shared] != held[:shared]:
        return False
    return not (shared == 1 and place[0] in _WHOLES and len(place) != len(held))


def held_by(function: Function, nodes: Sequence[ast.AST], given: Iterable[ast.expr], entered: Place, line: int) -> Held:
    """Return the places in which a function holds what it hands on.

    Args:
        function: The function.
        nodes: All that is run before it is handed on, see `nodes_before`.
        given: What is handed on.
        entered: The parameter by which the value comes in, where that is known.
        line: At which the value comes in otherwise; 0 where that is not known.
    """
    last = max((getattr(node, "lineno", 0) for node in nodes), default=0)
    pairs = [
        (list(places_in(target)), value) for node in nodes for target, value in _stored(node) if value.lineno <= last
    ]
    behind = {place for each in given for place in places_in(each)}
    _grow(behind, [(targets, list(places_in(value))) for targets, value in pairs])
    begun = {
        place
        for targets, value in pairs
        if line and value.lineno <= line <= (value.end_lineno or value.lineno)
        for place in targets
    }
    if entered:
        roots = {place for place in behind if _is_same(place, entered)} or {entered}
    elif line:
        roots = {each for each in behind if any(_is_same(each, place) for place in begun)} or behind or begun
    else:
        names = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)} - _WHOLES
        roots = {place for place in behind if place[0] in names} or behind
    made = set(roots)
    _grow(made, [(list(places_in(value)), targets) for targets, value in pairs])
    return Held(frozenset(made))


def _grow(places: set[Place], pairs: Sequence[tuple[Sequence[Place], Sequence[Place]]]) -> None:
    """Add the second of each pair of which the first holds one of some places, until nothing is new."""
    for _round in range(_ROUNDS):
        new = {
            place
            for first, second in pairs
            if any(_is_same(each, held) for each in first for held in places)
            for place in second
        } - places
        if not new or len(places) > _PLACES_LIMIT:
            return
        places |= new


def _stored(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    yield from stored(node)
    match node:
        case ast.Call(func=ast.Attribute(value=held, attr=attr), args=arguments) if attr in ADDS:
            yield from ((held, each) for each in arguments)


def nodes_before(module: Module, function: Function, line: int) -> list[ast.AST]:
    """Return all nodes that stand in a function before a line or on it; of functions around it their own alone."""
    nodes = [node for node in ast.walk(function) if getattr(node, "lineno", 0) <= line]
    for outer in module.functions_around(function):
        waiting: list[ast.AST] = list(outer.body)
        while waiting:
            each = waiting.pop()
            if getattr(each, "lineno", 0) > line or isinstance(
                each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                continue
            nodes.append(each)
            waiting += ast.iter_child_nodes(each)
    return nodes
