"""Processes whose program the code names, however the list that they are started with comes about.

The list is read from the call backwards: what is written there, put together, made by a function of the tree or handed
over by the functions of the way. Its first word decides, and whatever that runs (`command_lists`).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from auditor.stages.code.command_lists import IN_TURN, hands_over_code, made_elsewhere
from auditor.stages.code.handed import functions_named, handed_at, held_at
from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from auditor.formats import pysa as pysa_format
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_SHELLS: Final = re.compile(r"os\.(?:system|popen)|getoutput|getstatusoutput|create_subprocess_shell|pty\.spawn")
_HOPS: Final = 6
_DEPTH_LIMIT: Final = 6
_LISTS_LIMIT: Final = 16
_COPIES: Final = frozenset({"list", "tuple", "copy", "sorted"})


@dataclass(frozen=True, slots=True)
class _List:
    """One list that a process may be started with.

    Attributes:
        words: From the program on; empty where nothing is known of them.
        is_chosen: Tells whether a word holds what comes from outside.
    """

    words: Sequence[ast.expr]
    is_chosen: Callable[[ast.expr], bool]

    @property
    def is_fixed(self) -> bool:
        """Tell whether the code names all that is run."""
        return (
            bool(self.words)
            and not self.is_chosen(self.words[0])
            and not hands_over_code(self.words, is_chosen=self.is_chosen)
        )


def starts_fixed_program(collected: Collector, by_path: Mapping[str, Source], flow: pysa_format.Flow) -> bool:
    """Tell whether the list that a process is started with begins with a program that the code names.

    ``execute(("du", "-sh", folder))`` and ``execute("du", "-sh", folder)`` run no text, wherever ``execute`` stands.
    """
    steps = flow.steps
    module = collected.module(by_path[steps[-1].path]) if steps[-1].path in by_path else None
    call = _call_of(module, steps[-1].line, flow.sink) if module is not None else None
    if module is None or call is None or _is_shell(call, flow.sink):
        return False
    lists = _Lists(collected, by_path)
    values = _given_to(call)
    for number in range(len(steps) - 1, max(-1, len(steps) - 1 - _HOPS), -1):
        held = held_at(module, steps[: number + 1])
        is_chosen = held.is_in if held.places else _is_no_constant
        found = [each for value in values for each in lists.of(module, value, is_chosen, 0)]
        if found and all(each.words for each in found):
            return all(each.is_fixed for each in found)
        before = steps[number - 1] if number else None
        function = module.enclosing(steps[number].line)
        source = by_path.get(before.path) if before is not None else None
        outer = collected.module(source) if source is not None else None
        if before is None or function is None or outer is None:
            return False
        values = list(_handed_over(outer, before.line, function, values))
        module = outer
    return False


def _call_of(module: Module, line: int, sink: str) -> ast.Call | None:
    """Return the call in a line that starts a process, the innermost one where none has its name."""
    word = next((part for part in reversed(sink.split(".")) if not part.startswith("__")), "")
    calls = [made_elsewhere(each) for each in module.calls_at(line)]
    named = [each for each in calls if last_name(each.func) == word]
    return next(reversed(named or calls), None)


def _is_no_constant(word: ast.expr) -> bool:
    return not isinstance(word, ast.Constant)


def _given_to(call: ast.Call) -> list[ast.expr]:
    """Return the list that a call starts a process with."""
    if last_name(call.func) in IN_TURN:
        return [ast.Tuple(call.args, ast.Load())]
    named = [word.value for word in call.keywords if word.arg in {"args", "command", "cmd"}]
    return call.args[:1] or named


def _handed_over(module: Module, line: int, function: Function, values: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Yield what the calls in a line give to the parameters of a function that some of its values are made of."""
    words = {each.id for value in values for each in ast.walk(value) if isinstance(each, ast.Name)}
    if function.args.vararg is not None and function.args.vararg.arg in words:
        for call in module.calls_at(line):
            if last_name(call.func) == function.name:
                yield ast.Tuple(call.args, ast.Load())
        return
    for given in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        if given.arg in words:
            yield from handed_at(module, line, function, given.arg)


def _is_shell(call: ast.Call, sink: str) -> bool:
    asked = (word for word in call.keywords if word.arg == "shell")
    return bool(_SHELLS.search(sink)) or any(getattr(word.value, "value", True) for word in asked)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Reads the lists of one program.

    Attributes:
        collected: Holds the parsed files.
        by_path: The files.
    """

    collected: Collector
    by_path: Mapping[str, Source]

    def of(  # noqa: C901 - a table
        self, module: Module, value: ast.expr, is_chosen: Callable[[ast.expr], bool], depth: int
    ) -> list[_List]:
        """Return the lists that a value may be, one without words for each that is not known."""
        unknown = [_List((), is_chosen)]
        if depth > _DEPTH_LIMIT:
            return unknown
        deeper = depth + 1
        found: list[_List] = []
        match value:
            case ast.List(elts=[ast.Starred(value=front), *rest]) | ast.Tuple(elts=[ast.Starred(value=front), *rest]):
                found = _behind(self.of(module, front, is_chosen, deeper), rest)
            case ast.List(elts=words) | ast.Tuple(elts=words):
                found = [_List([*map(partial(_as_set, module), words[:1]), *words[1:]], is_chosen)]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                rest = right.elts if isinstance(right, (ast.List, ast.Tuple)) else [ast.Starred(right, ast.Load())]
                found = _behind(self.of(module, left, is_chosen, deeper), rest)
            case ast.IfExp(body=one, orelse=other):
                found = [each for part in (one, other) for each in self.of(module, part, is_chosen, deeper)]
            case ast.BoolOp(values=parts):
                found = [each for part in parts for each in self.of(module, part, is_chosen, deeper)]
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                found = self.of(module, inner, is_chosen, deeper)
            case ast.Call(func=func, args=[first]) if last_name(func) in _COPIES:
                found = self.of(module, first, is_chosen, deeper)
            case ast.Call():
                own = module.function(value)
                found = self._of_functions(value, [own] if own is not None else None, deeper)
            case ast.Name():
                found = self._of_name(module, value, is_chosen, deeper)
        return found if 0 < len(found) <= _LISTS_LIMIT else unknown

    def _of_name(
        self, module: Module, name: ast.Name, is_chosen: Callable[[ast.expr], bool], depth: int
    ) -> list[_List]:
        """Return the lists that a name may hold, with what is put behind them and in front."""
        function = next(module.functions_around(name), None)
        nodes = list(ast.walk(function)) if function is not None else []
        set_to = [value for node in nodes for value in _set_to(node, name.id)]
        found = [
            part for each in set_to or module.values_of(name)[1:] for part in self.of(module, each, is_chosen, depth)
        ]
        added = [call for node in nodes if (call := _put(node, name.id)) is not None]
        front = [words[0] for is_first, words in added if is_first and words]
        behind = [word for is_first, words in added if not is_first for word in words]
        is_empty = bool(set_to) and all(isinstance(each, (ast.List, ast.Tuple)) and not each.elts for each in set_to)
        return [
            _List((*front, *each.words, *behind), each.is_chosen) if each.words or is_empty else each for each in found
        ]

    def _of_functions(self, call: ast.Call, own: list[Function] | None, depth: int) -> list[_List]:
        """Return what a function of the same file gives back, or all of the tree that have the name of a call."""
        found: list[_List] = []
        for function in own or functions_named(self.collected, self.by_path, last_name(call.func)):
            module = self._module_of(function)
            given = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)} - {"self", "cls"}

            def is_chosen(word: ast.expr, given: set[str] = given) -> bool:
                return any(isinstance(each, ast.Name) and each.id in given for each in ast.walk(word))

            for node in ast.walk(function):
                if module is not None and isinstance(node, ast.Return) and node.value is not None:
                    found += self.of(module, node.value, is_chosen, depth)
        return found

    def _module_of(self, function: Function) -> Module | None:
        modules = (self.collected.module(source) for source in self.by_path.values())
        return next((each for each in modules if each is not None and function in each.functions), None)


def _as_set(module: Module, word: ast.expr) -> ast.expr:
    """Return what a name is set to, where that is one constant or ``sys.executable``."""
    values = module.values_of(word)[1:]
    return values[0] if len(values) == 1 and isinstance(values[0], (ast.Constant, ast.Attribute)) else word


def _behind(lists: Iterable[_List], rest: Sequence[ast.expr]) -> list[_List]:
    return [_List((*each.words, *rest) if each.words else (), each.is_chosen) for each in lists]


def _set_to(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield what a node sets a name to, as a whole."""
    match node:
        case ast.Assign(targets=[ast.Name(id=held)], value=value) if held == name:
            yield value
        case ast.AnnAssign(target=ast.Name(id=held), value=ast.expr() as value) if held == name:
            yield value


def _put(node: ast.AST, name: str) -> tuple[bool, Sequence[ast.expr]] | None:
    """Return what a node puts into a list, and whether in front; None where it puts nothing.

    ``command += ["log"]``, ``command.append(name)``, ``command.extend(others)``, ``command.insert(0, "nice")``.
    """
    match node:
        case ast.AugAssign(target=ast.Name(id=held), op=ast.Add(), value=value) if held == name:
            return False, _several(value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr="append"), args=[value]) if held == name:
            return False, [value]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr="extend"), args=[value]) if held == name:
            return False, _several(value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr="insert"), args=[number, value]) if held == name:
            return getattr(number, "value", 0) == 0, [value]
    return None


def _several(value: ast.expr) -> Sequence[ast.expr]:
    return value.elts if isinstance(value, (ast.List, ast.Tuple)) else [ast.Starred(value, ast.Load())]
