"""What a route of FastAPI is given by functions that it depends on: ``place: Path = Depends(chosen)``.

FastAPI fills the parameters of such a function from the request as it fills those of the route: what it gives back may
be made of them, or of nothing but what the program holds. One that is given a parameter of the route by its name may
refuse it.
"""

from __future__ import annotations

import ast
import re
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_NAMES: Final = frozenset({"Depends", "Security"})


def dependency_of(function: Function, given: ast.arg) -> str:
    """Return the last name of what makes a parameter; empty where nothing does, or it has no name.

    Args:
        function: A route, or what a route depends on.
        given: One of its parameters.
    """
    default = default_of(function, given)
    for place in filter(None, (default, given.annotation)):
        for node in ast.walk(place):
            if isinstance(node, ast.Call) and last_name(node.func) in _NAMES:
                made_by = node.args[0] if node.args else _typed(given.annotation)
                return last_name(made_by) if made_by is not None else ""
    return ""


def is_depended_on(function: Function, given: ast.arg) -> bool:
    """Tell whether a parameter is made by a dependency, whichever."""
    places = filter(None, (default_of(function, given), given.annotation))
    return any(
        isinstance(node, ast.Call) and last_name(node.func) in _NAMES for place in places for node in ast.walk(place)
    )


def is_dependency(call: ast.Call) -> bool:
    """Tell whether a call names what makes a value: ``Depends(reader)``."""
    return last_name(call.func) in _NAMES


def dependencies_beside(function: Function) -> Iterator[str]:
    """Yield the names of all that has to be gone through before a function: its decorators', its parameters'."""
    for given in parameters(function):
        if name := dependency_of(function, given):
            yield name
    for each in function.decorator_list:
        for word in each.keywords if isinstance(each, ast.Call) else ():
            if word.arg == "dependencies":
                for node in ast.walk(word.value):
                    if isinstance(node, ast.Call) and last_name(node.func) in _NAMES and node.args:
                        yield last_name(node.args[0])


def refuses(function: Function, name: str) -> bool:
    """Tell whether a function has a parameter of a name and raises on what a test finds in it."""
    if all(each.arg != name for each in parameters(function)):
        return False
    made = {name}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _uses(node.value, made):
            made |= {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return any(
        isinstance(node, ast.If)
        and _looks_into(node.test, made)
        and any(isinstance(each, ast.Raise) for each in node.body)
        for node in ast.walk(function)
    )


_LOOKS: Final = re.compile(
    r"^(?:startswith|endswith|is_relative_to|fullmatch|match|search|isalnum|isidentifier|isdigit|\w*(?:allow|valid|safe|permit)\w*)$"
)


def _looks_into(test: ast.expr, names: set[str]) -> bool:
    """Tell whether a test looks into a value; that there is such a file says nothing of it."""
    return any(
        _uses(each, names)
        and (
            (
                isinstance(each, ast.Compare)
                and any(isinstance(op, (ast.In, ast.NotIn, ast.Eq, ast.NotEq)) for op in each.ops)
            )
            or (isinstance(each, ast.Call) and _LOOKS.match(last_name(each.func)) is not None)
        )
        for each in ast.walk(test)
    )


def parameters(function: Function) -> list[ast.arg]:
    """Return the parameters of a function that have names of their own."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def default_of(function: Function, given: ast.arg) -> ast.expr | None:
    """Return the default of a parameter."""
    positional = [*function.args.posonlyargs, *function.args.args]
    for each, value in zip(reversed(positional), reversed(function.args.defaults), strict=False):
        if each is given:
            return value
    for each, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if each is given:
            return default
    return None


_OF_THE_VALUE: Final = re.compile(
    r"^(?:Path|PurePath|PosixPath|join|joinpath|resolve|absolute|expanduser|abspath|realpath|normpath|str|format|with_suffix|strip"
    r"|lstrip|rstrip|unquote|with_name|fspath)$"
)
"""Calls that give what they are given in another form."""


def gives_back(function: Function) -> bool:
    """Tell whether what a dependency gives is made of what the request fills in, as far as it is the same value."""
    made = {each.arg for each in parameters(function) if not is_depended_on(function, each) and _is_filled_in(each)}
    for _round in range(2):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _is_made_of(node.value, made):
                made |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    return any(
        isinstance(node, (ast.Return, ast.Yield)) and node.value is not None and _is_made_of(node.value, made)
        for node in ast.walk(function)
    )


_FILLED_BY_FRAMEWORK: Final = re.compile(
    r"Request|Session|Response|WebSocket|BackgroundTasks|Settings|Config|Client|\bint\b|bool|UUID|float|Literal|Enum"
)
_NOT_OF_CALLER: Final = frozenset({"self", "cls", "request", "db", "session", "settings", "user", "current_user"})


def _is_filled_in(given: ast.arg) -> bool:
    annotation = ast.unparse(given.annotation) if given.annotation is not None else ""
    return given.arg not in _NOT_OF_CALLER and not _FILLED_BY_FRAMEWORK.search(annotation)


def _is_made_of(value: ast.expr, made: set[str]) -> bool:
    parts: list[ast.expr] = []
    match value:
        case ast.Name(id=name):
            return name in made
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            parts = [left, right]
        case ast.JoinedStr(values=values):
            parts = [each.value for each in values if isinstance(each, ast.FormattedValue)]
        case ast.BoolOp(values=values):
            parts = values
        case ast.Call(func=func, args=given) if _OF_THE_VALUE.match(last_name(func)):
            parts = [*given, *([func.value] if isinstance(func, ast.Attribute) else [])]
    return any(_is_made_of(each, made) for each in parts)


def _typed(annotation: ast.expr | None) -> ast.expr | None:
    match annotation:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
            return first
    return annotation


def _uses(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))


def made_for(text: str, line: int) -> tuple[str, ...]:
    """Return the dependencies that make what a line of a route uses, where it uses no other of its parameters.

    Args:
        text: A file of Python.
        line: From 1.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not around:
        return ()
    function = max(around, key=lambda node: node.lineno)
    nodes = [node for node in ast.walk(function) if getattr(node, "lineno", line + 1) <= line]
    used = {node.id for node in nodes if isinstance(node, ast.Name) and node.lineno == line}
    for node in reversed([each for each in nodes if isinstance(each, ast.Assign)]):
        if used & {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}:
            used |= {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
    given = [each for each in parameters(function) if each.arg in used]
    if not all(is_depended_on(function, each) for each in given):
        return ()
    return tuple(filter(None, (dependency_of(function, each) for each in given)))


def functions_in(text: str) -> tuple[Function, ...]:
    """Return the functions that a definition of some lines holds at its top."""
    try:
        body = ast.parse(dedent(text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
