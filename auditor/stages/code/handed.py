"""What one function of a way hands to the next, and where it holds what it was handed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.held import Held, held_by, nodes_before
from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.formats import pysa as pysa_format
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

_FUNCTION: Final = re.compile(rb"\bdef\s+([^\s(]+)\s*\(")
HELPERS_LIMIT: Final = 6
"""Files with a function of one name; of more nothing is known."""


def functions_named(
    collected: Collector, by_path: Mapping[str, Source], name: str
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a name, of any file, if there are few."""
    files = collected.named(by_path.values(), _FUNCTION).get(name.encode("utf-8", "replace"), ())
    if len(files) > HELPERS_LIMIT:
        return
    for source in files:
        module = collected.module(source)
        yield from (node for node in (module.functions if module else ()) if node.name == name)


def handed_at(
    module: Module, line: int, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str
) -> Iterator[ast.expr]:
    """Yield what the calls in a line give to a parameter of a function, called or handed over."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    for call in module.calls_at(line):
        given: list[ast.expr] | None = list(call.args) if last_name(call.func) == function.name else None
        for number, value in enumerate(call.args):
            if given is None and str(getattr(value, "attr", getattr(value, "id", ""))) == function.name:
                given = call.args[number + 1 :]
        if given is None:
            continue
        yield from (word.value for word in call.keywords if word.arg == parameter)
        if parameter in names and names.index(parameter) < len(given):
            yield given[names.index(parameter)]


def held_at(module: Module, steps: Sequence[pysa_format.Step]) -> Held:
    """Return the places in which the function with the sink holds what a flow brings; nothing outside of a function."""
    end = steps[-1]
    before = steps[-2] if len(steps) > 1 else None
    function = module.enclosing(end.line)
    if function is None:
        return Held(frozenset())
    calls = module.calls_at(end.line)
    given = [each for call in calls for each in (*call.args, *(word.value for word in call.keywords))]
    entered = before.enters if before is not None else ()
    begins = before.line if before is not None and not entered and before.path == end.path else 0
    return held_by(function, nodes_before(module, function, end.line), given, entered, begins)
