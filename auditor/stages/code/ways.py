"""Pysa's ways read once more in the syntax tree, hop by hop: does the outsider's control reach the end?

Pysa says that a value is tainted; a call between two steps may have looked it up, refused it or made another of it.
From the end backwards each hop has to hand on what the next one uses, by operations that keep it (`keeps`). What is not
seen to be kept is not refuted: the finding is one to review.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.code.dependencies import is_depended_on, parameters
from auditor.stages.code.flow_ends import handed_to_sink
from auditor.stages.code.keeps import SOURCE, Begin, Keeper, Root, handed
from auditor.stages.code.kept_by import is_enumeration
from auditor.stages.code.reaching import stored
from auditor.stages.code.refusals import is_held_to_some
from auditor.stages.code.scopes import dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.formats import pysa as pysa_format
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_DEFINED: Final = re.compile(rb"(?m)^[ \t]*(?:async[ \t]+)?(def|class)[ \t]+(\w+)")
_CANDIDATES_LIMIT: Final = 4
_NUMBERS: Final = re.compile(r"^(?:Optional\[)?(?:int|float|bool|UUID|uuid\.UUID|date|datetime|Decimal)\b|\bLiteral\[")
_ONE_CLASS: Final = re.compile(r"(?:Optional\[)?[\"']?(?:\w+\.)*([A-Z]\w*)[\"']?\]?(?: \| None)?")
_FORM: Final = re.compile(r"(?i)model|schema|typeddict|enum|namedtuple|dataclass|define|struct|params|args|input|str\b")
"""Classes of which an object is made of what was sent."""
_REQUEST: Final = re.compile(r"(?i)^(?:\w+_)?(?:request|req|event|body|payload|data|websocket|ws)$")


@dataclass
class Ways:
    """Reads the ways of one program.

    Attributes:
        collected: Holds the parsed files.
        by_path: The files.
    """

    collected: Collector
    by_path: Mapping[str, Source]
    _files: dict[bytes, list[Source]] | None = None
    _classes: set[bytes] = field(default_factory=set)

    def keep(self, flow: pysa_format.Flow, *, is_address: bool, is_path: bool) -> bool:
        """Tell whether what comes in at the beginning of a way is seen to be what ends in the sink."""
        module = self._module(flow.steps[-1].path)
        first = self._module(flow.steps[0].path)
        if module is None or first is None:
            return False
        start = flow.steps[0]
        kind = start.name if start.name.startswith("Obj{") else flow.source
        keeper = Keeper(
            self._named,
            begin=Begin(first, start.line, kind),
            is_address=is_address,
            is_path=is_path,
            is_class=self._is_class_of_fields,
            is_of_tool=flow.source == "ToolArgument",
        )
        end = flow.steps[-1]
        values = list(handed_to_sink(module, end.line, end.name)) or [
            word.value for call in module.calls_at(end.line)[-1:] for word in call.keywords
        ]
        found = {each for value in values for each in keeper.of(module, value)}
        return self._reaches_begin(keeper, found, flow.steps, first)

    def _reaches_begin(
        self, keeper: Keeper, found: set[Root | str], steps: Sequence[pysa_format.Step], first: Module
    ) -> bool:
        for hop in reversed(steps[1:-1]):
            if SOURCE in found:
                return True
            module = self._module(hop.path)
            if module is None:
                return False
            anew: set[Root | str] = set()
            for root in found:
                if isinstance(root, str):
                    continue
                if _holds(root.function, module, hop.line):
                    anew.add(root)  # what is given back to this very function, or handed to a function inside of it
                    continue
                for value in _handed_at(module, hop.line, root):
                    made = set() if self._is_one_of_some(module, value) else keeper.of(module, value)
                    if root.name in {
                        "self",
                        "cls",
                    }:  # what the object holds; a dependency's object is the program's own
                        made = {each for each in made if isinstance(each, str) or not _is_dependency(each)}
                    anew |= made
            found = anew
        return SOURCE in found or any(
            isinstance(root, Root) and self._enters(first, root, steps[0], keeper) for root in found
        )

    def _enters(self, module: Module, root: Root, start: pysa_format.Step, keeper: Keeper) -> bool:
        """Tell whether a way begins with what a function is given."""
        function = root.function
        if root.name in {"self", "cls"}:
            return any(
                isinstance(each, Root)
                and each.name not in {"self", "cls"}
                and self._enters(module, each, start, keeper)
                for each in _set_before(module, root, start.line, keeper)
            )
        if not _holds(function, module, start.line):
            return False
        given = next((each for each in parameters(function) if each.arg == root.name), None)
        declared = ast.unparse(given.annotation) if given is not None and given.annotation is not None else ""
        if _NUMBERS.search(declared) or (keeper.is_of_tool and self._is_object(declared)):
            return False
        if keeper.is_path and _is_one_part(function, root.name):
            return False
        return start.line < function.body[0].lineno or bool(_REQUEST.match(root.name))

    def _is_one_of_some(self, module: Module, value: ast.expr) -> bool:
        """Tell whether a field that is handed on is one of a few words: by its class, or by a table asked before."""
        function = next(module.functions_around(value), None)
        if not (isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name)) or function is None:
            return False
        if any(_is_asked_of_table(node, value) for node in ast.walk(function)):
            return True
        given = next((each for each in parameters(function) if each.arg == value.value.id), None)
        named = last_name(given.annotation) if given is not None and given.annotation is not None else ""
        return any(is_held_to_some(klass, value.attr) for klass in self._class(named))

    def _is_object(self, declared: str) -> bool:
        """Tell whether a parameter of a tool is an object of a class of the program; a model writes no objects."""
        found = _ONE_CLASS.fullmatch(declared)
        klass = next(iter(self._class(found[1])), None) if found else None
        return (
            klass is not None
            and not any(_FORM.search(ast.unparse(each)) for each in (*klass.bases, *klass.decorator_list))
            and any(isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) for each in klass.body)
        )

    def _is_class_of_fields(self, name: str) -> bool:
        """Tell whether the program has a class of a name that holds what it is made with; one of words holds none."""
        return name.encode() in self._index()[1] and not any(map(is_enumeration, self._class(name)))

    def _class(self, name: str) -> list[ast.ClassDef]:
        """Return the class of a name, if there is one alone."""
        if not name or name.encode() not in self._index()[1]:
            return []
        word = re.compile(rf"(?m)^class[ \t]+{re.escape(name)}\b".encode())
        sources = [each for each in self.by_path.values() if word.search(each.text)]
        modules = [self.collected.module(each) for each in sources[:2]]
        found = [
            node
            for module in modules
            if module is not None
            for node in module.tree.body
            if isinstance(node, ast.ClassDef) and node.name == name
        ]
        return found if len(found) == 1 else []

    def _module(self, path: str) -> Module | None:
        return self.collected.module(self.by_path[path]) if path in self.by_path else None

    def _index(self) -> tuple[dict[bytes, list[Source]], set[bytes]]:
        """Return which files define a function of a name, and the names of all classes; read once, when asked."""
        if self._files is None:
            self._files = {}
            for source in self.by_path.values():
                for kind, name in set(_DEFINED.findall(source.text)):
                    if kind == b"class":
                        self._classes.add(name)
                    else:
                        self._files.setdefault(name, []).append(source)
        return self._files, self._classes

    def _named(self, name: str) -> list[tuple[Module, Function]]:
        """Return the functions of a name, if there are few."""
        sources = self._index()[0].get(name.encode(), [])
        if len(sources) > _CANDIDATES_LIMIT:
            return []
        modules = [module for source in sources if (module := self.collected.module(source)) is not None]
        return [(module, each) for module in modules for each in module.functions if each.name == name]


def _is_asked_of_table(node: ast.AST, value: ast.Attribute) -> bool:
    """Tell whether a constant table is asked for a field before, by what raises where it is none of its keys."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=asked):
            return name.isupper() and node.lineno < value.lineno and ast.unparse(asked) == ast.unparse(value)
    return False


def _is_dependency(root: Root) -> bool:
    """Tell whether a parameter is an object that a dependency of a route gives."""
    return any(each.arg == root.name and is_depended_on(root.function, each) for each in parameters(root.function))


def _set_before(module: Module, root: Root, line: int, keeper: Keeper) -> set[Root | str]:
    """Return what the method that a way begins in sets a field of the object to."""
    klass = module.class_around(root.function)
    method = module.enclosing(line)
    if klass is None or method is None or module.class_around(method) is not klass or not root.field:
        return set()
    return {
        found
        for node in ast.walk(method)
        for target, value in stored(node)
        if isinstance(target, ast.Attribute) and dotted(target) == f"self.{root.field}"
        for found in keeper.of(module, value)
    }


def _holds(function: Function, module: Module, line: int) -> bool:
    """Tell whether a line stands in a function, or in its head."""
    head = min((function.lineno, *(each.lineno for each in function.decorator_list)))
    return head <= line <= (function.end_lineno or 0) and function in module.functions


def _handed_at(module: Module, line: int, root: Root) -> Iterator[ast.expr]:
    """Yield what the calls in a line give to a function: called, handed over, or as the class that it sets up."""
    function = root.function
    for call in module.calls_at(line):
        name = last_name(call.func)
        if name == function.name or (function.name == "__init__" and name[:1].isupper()):
            yield from handed(call, function, root.name, root.field)
            continue
        for number, value in enumerate(call.args):
            if last_name(value) == function.name:
                made = ast.Call(func=value, args=call.args[number + 1 :], keywords=call.keywords)
                yield from handed(ast.copy_location(made, call), function, root.name, root.field)
        target = next((word.value for word in call.keywords if word.arg in {"target", "func", "fn"}), None)
        if target is not None and last_name(target) == function.name:
            given = next((word.value for word in call.keywords if word.arg == "args"), None)
            elements = given.elts if isinstance(given, (ast.Tuple, ast.List)) else []
            words = [word for word in call.keywords if word.arg not in {"target", "func", "fn", "args"}]
            made = ast.Call(func=target, args=elements, keywords=words)
            yield from handed(ast.copy_location(made, call), function, root.name, root.field)


def _is_one_part(function: Function, name: str) -> bool:
    """Tell whether a parameter is a part of the route's address that its router keeps free of separators."""
    texts = [
        each.value
        for decorator in function.decorator_list
        for each in ast.walk(decorator)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return any(re.search(rf"[{{<](?:string:|str:)?{re.escape(name)}(?::str)?[}}>]", text) for text in texts)
