"""What dependencies of FastAPI bring to a route: functions and classes that make something of what a caller sends."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from auditor.stages.code.refine import Module

_Function = ast.FunctionDef | ast.AsyncFunctionDef

DEPENDS: Final = re.compile(rb"\b(?:Depends|Security)\(")
_DEPENDENCIES: Final = frozenset({"Depends", "Security"})
_ROUTES: Final = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "api_route", "websocket", "route"}
)
_TEXT: Final = re.compile(r"\b(?:str|Any|bytes|dict|list|List|Dict|Path)\b")
_TAKEN: Final = re.compile(r"\b(?:Query|Path|Header|Cookie|Form|Body)\(")
_CHOSEN: Final = re.compile(r"\b(?:Literal\[|pattern\s*=|regex\s*=)")
_NAMES_LIMIT: Final = 200
_MAKERS_LIMIT: Final = 6
"""Functions and classes of one name; of more nothing is known."""
Fed = tuple[_Function, str, ast.AST]
"""A route, the name of a parameter of it, and the function or class that makes the parameter of what a caller sends."""


def fed_routes(
    modules: Iterable[Module], defining: Callable[[frozenset[str]], Iterable[Module]] = lambda _names: ()
) -> Iterator[Fed]:
    """Yield the parameters of routes that a dependency makes of what a caller sends.

    Args:
        modules: Those in which routes may ask for dependencies.
        defining: Gives the others in which functions or classes of some names stand.
    """
    asked: list[tuple[_Function, str, str]] = []
    makers: dict[str, list[ast.AST]] = defaultdict(list)
    for module in modules:
        for node in module.nodes:
            if isinstance(node, _MAKERS):
                makers[node.name].append(node)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_route(node):
                asked += [(node, name, maker) for name, maker in asked_for(node)]
    names = frozenset(maker for _route, _name, maker in asked)
    for module in defining(names) if names else ():
        for node in module.nodes:
            if isinstance(node, _MAKERS):
                makers[node.name].append(node)
    for route, name, maker in asked:
        known = makers.get(maker, [])
        if len(known) <= _MAKERS_LIMIT:
            yield from ((route, name, each) for each in known if takes_text(each))


_MAKERS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def asked_for(function: _Function) -> Iterator[tuple[str, str]]:
    """Yield each parameter that a dependency makes, and the last part of its name."""
    for each, default in _parameters(function):
        for node in (default, each.annotation):
            for call in ast.walk(node) if node is not None else ():
                if isinstance(call, ast.Call) and last_name(call.func) in _DEPENDENCIES:
                    made = last_name(call.args[0]) if call.args else _annotated(each.annotation)
                    if made:
                        yield each.arg, made


def takes_text(maker: ast.AST) -> bool:
    """Tell whether a dependency takes text of the caller, and not only what other dependencies and the server give."""
    if isinstance(maker, ast.ClassDef):
        init = next((n for n in maker.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
        if init is not None:
            return takes_text(init)
        return any(
            isinstance(field, ast.AnnAssign) and _is_text(field.annotation, field.value, is_bare=True)
            for field in maker.body
        )
    return isinstance(maker, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        _is_text(each.annotation, default, is_bare=each.annotation is None and default is None)
        for each, default in _parameters(maker)
    )


def entry_model(fed: Iterable[Fed]) -> str:
    """Return a model of pysa that makes sources of the parameters that dependencies feed.

    Pysa asks every function of a program each question, so routes of the same parameters share one.
    """
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for route, name, _maker in fed:
        if route.name.isascii() and name.isascii() and (route.name in names or len(names) < _NAMES_LIMIT):
            names[route.name][name] = None
    routes: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for named, fields in names.items():
        routes[tuple(sorted(fields))].append(named)
    return "".join(
        f"""ModelQuery(
  name = "fed_{find}_{number}",
  find = "{find}",
  where = [name.matches("^({"|".join(same)})$")],
  model = Parameters(TaintSource[Request], where = [name.matches("^({"|".join(fields)})$")])
)
"""
        for number, (fields, same) in enumerate(routes.items())
        for find in ("functions", "methods")
    )


def makers_of(fed: Iterable[Fed]) -> Mapping[ast.AST, list[tuple[str, ast.AST]]]:
    """Return what feeds each route: the name of a parameter, and what makes it. Routes of one name are several."""
    found: dict[ast.AST, list[tuple[str, ast.AST]]] = defaultdict(list)
    for route, name, maker in fed:
        found[route].append((name, maker))
    return found


def _parameters(function: _Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    positional = [*function.args.posonlyargs, *function.args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(function.args.defaults))
    for each, default in zip(positional, [*defaults, *function.args.defaults], strict=True):
        if each.arg not in {"self", "cls"}:
            yield each, default
    yield from zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)


def _is_text(annotation: ast.expr | None, default: ast.expr | None, *, is_bare: bool) -> bool:
    """Tell whether a parameter of a dependency holds text of the caller: ``run: str``, ``sort: str = Query("a")``."""
    said = f"{ast.unparse(annotation) if annotation else ''} {ast.unparse(default) if default else ''}"
    if re.search(r"\b(?:Depends|Security)\(", said) or _CHOSEN.search(said):
        return False
    if annotation is None:
        return is_bare or bool(_TAKEN.search(said))
    return bool(_TEXT.search(ast.unparse(annotation)))


def _is_route(function: _Function) -> bool:
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in _ROUTES
        for each in function.decorator_list
    )


def _annotated(annotation: ast.expr | None) -> str:
    """Return the name of the type in ``Annotated[Paging, Depends()]`` or ``paging: Paging = Depends()``."""
    match annotation:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, *_])) if last_name(value) == "Annotated":
            return last_name(first)
        case None:
            return ""
    return last_name(annotation)
