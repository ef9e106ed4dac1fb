"""What keeps a value: operations behind which an outsider still chooses what comes out of them.

A list of what is allowed, not of what is forbidden: a look-up, a digest, a check, a method of an unknown object and a
function of a package of which nothing is known give another value, whatever they are called.

1. An expression is followed back to what its function is given (`Root`), through the assignments that reach it.
2. A function of the tree is entered, a bounded number of times, and keeps what its own returns keep.
3. Of an address only the beginning counts; of a path, what may hold a separator.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.code.kept_by import ANY_TEXT, FUNCTIONS, METHODS, gives_object
from auditor.stages.code.origins import kind_of
from auditor.stages.code.reaching import Reach, looks_into, part_of, parts_in
from auditor.stages.code.scopes import at_a_separator, dotted, is_last_part, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.stages.code.refine import Module

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_STEPS_LIMIT: Final = 3_000
_CALLS_LIMIT: Final = 4
"""Functions of the tree within each other."""

_OF_MODULES: Final = frozenset(
    {
        "asyncio.run",
        "shlex.split",
        "yaml.load",
        "ast.parse",
        "ast.unparse",
        "ast.Module",
        "ast.Expression",
        "ast.Interactive",
    }
)
_BUILT_IN: Final = frozenset(
    {
        "open",
        "int",
        "float",
        "bool",
        "len",
        "abs",
        "round",
        "hash",
        "id",
        "ord",
        "chr",
        "hex",
        "range",
        "print",
        "input",
    }
    | {"type", "vars", "all", "any"}
)
"""Functions of Python that give another value, whatever the tree calls so."""
_HANDS_ON: Final = {
    "to_thread": 0,
    "run_in_executor": 1,
    "run_sync": 0,
    "run_in_threadpool": 0,
    "partial": 0,
    "submit": 0,
}
"""Which argument of a call is the function that it calls with those behind it."""
_OF_PATTERNS: Final = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "subn"})
_SEARCHES: Final = frozenset(f"{module}.{name}" for module in ("re", "regex") for name in (*_OF_PATTERNS, "split"))
_TAKES_OUT: Final = re.compile(r"\[\^|\\W|\.\.|\\\.")
_PLAIN_PARTS: Final = frozenset({"name", "stem", "suffix", "suffixes", "hex"})
"""What a path has without separators."""
_OF_SERVER: Final = frozenset(
    {"app", "state", "application", "registry", "settings", "user", "client", "session", "auth"}
)
_BASE_REST: Final = frozenset({"path", "query", "fragment", "params", "port"})
"""Parts of an address behind its host."""
_SCHEME: Final = re.compile(r"^(?:https?|wss?|ftp|\w+)?(?:://)?$")


@dataclass(frozen=True, slots=True)
class Root:
    """What an expression is made of, where it is followed no further.

    Attributes:
        function: The function that is given it.
        name: A parameter of it.
        field: The field of the object itself, where the parameter is that object; else empty.
    """

    function: Function
    name: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """Where something comes in from outside in the midst of a function.

    Attributes:
        module: The file.
        line: From 1.
        kind: Of the source.
    """

    module: Module
    line: int
    kind: str

    def is_here(self, module: Module, node: ast.expr) -> bool:
        """Tell whether an expression is it."""
        if module is not self.module or not node.lineno <= self.line <= (node.end_lineno or node.lineno):
            return False
        if kind_of(module, node):
            return True
        if self.kind.startswith(_OF_OBJECT):  # ``Obj{package.Class.field}``
            return isinstance(node, ast.Attribute) and node.attr == self.kind.rstrip("}").rsplit(".", 1)[-1]
        if self.kind == _REPLY:
            return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.lineno == self.line
        return False


_OF_OBJECT: Final = "Obj{"
_REPLY: Final = "ModelReply"
SOURCE: Final = "source"

Found = Root | str


@dataclass
class Keeper:
    """One question about the values of a program.

    Attributes:
        named: Gives the functions of a name, of any file, with their files.
        begin: What counts as come in.
        is_address: Only the beginning of a text counts.
        is_path: What holds no separator counts for nothing.
        is_class: Tells whether the tree defines a class of a name: what it is made with is in it.
        is_of_tool: What came in is an argument that a model chose.
    """

    named: Callable[[str], list[tuple[Module, Function]]]
    begin: Begin | None = None
    is_address: bool = False
    is_path: bool = False
    is_class: Callable[[str], bool] = lambda _name: False
    is_of_tool: bool = False
    _steps: int = 0
    _reaches: dict[int, Reach] = field(default_factory=dict)
    _inside: list[Function] = field(default_factory=list)
    _uses: list[ast.expr] = field(default_factory=list)
    _known: dict[tuple[int, str, int, str], set[Found]] = field(default_factory=dict)

    def of(self, module: Module, value: ast.expr) -> set[Found]:
        """Return what an expression is made of and still is: parameters of the functions around it, and `SOURCE`."""
        self._known.clear()
        self._uses = [value]
        try:
            return set(self._of(module, value))
        except RecursionError:
            return set()

    def _of(self, module: Module, node: ast.expr) -> Iterator[Found]:  # noqa: C901, PLR0912 - a table
        self._steps += 1
        if self._steps > _STEPS_LIMIT:
            return
        if self.begin is not None and self.begin.is_here(module, node):
            if not self._is_tested(module, node):
                yield SOURCE
            return
        match node:
            case ast.Name(id=name):
                yield from self._name(module, name, node)
            case ast.Attribute(value=ast.Name(id="self") as own, attr=attr):
                yield from self._own_field(module, attr, own)
            case ast.Attribute(value=value, attr=attr):
                made = self._made_with(module, value)
                if made is not None:
                    yield from self._field_of(module, made, attr)
                elif not self._is_dropped(value, attr):
                    yield from self._of(module, value)
            case ast.Subscript(value=value, slice=place):
                if not (self.is_path and is_last_part(node)) and not self._is_rest(value, place):
                    yield from self._of(module, value)
            case ast.Call():
                yield from self._call(module, node)
            case ast.JoinedStr() | ast.BinOp():
                for part in self._text(node):
                    yield from self._of(module, part)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._of(module, body)
                yield from self._of(module, orelse)
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
                for each in values:
                    yield from self._of(module, each)
            case ast.Dict(keys=keys, values=values):
                for each in (*filter(None, keys), *values):
                    yield from self._of(module, each)
            case ast.FormattedValue(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                yield from self._of(module, value)
            case ast.NamedExpr(value=value) | ast.YieldFrom(value=value):
                yield from self._of(module, value)
            case ast.Yield(value=ast.expr() as value):
                yield from self._of(module, value)
            case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
                yield from self._of(module, value)
            case ast.DictComp(key=key, value=value):
                yield from self._of(module, key)
                yield from self._of(module, value)

    def _made_with(self, module: Module, value: ast.expr) -> ast.Call | None:
        """Return the call that makes an object of a class of the tree by names alone: ``Row(name=…)``."""
        if not isinstance(value, ast.Name):
            return None
        for function in module.functions_around(value):
            values, _is_whole = self._reach(function).values_at(value.id, value)
            match values:
                case [ast.Call(args=[], keywords=words) as call] if words and all(each.arg for each in words):
                    return call if self.is_class(last_name(call.func)) else None
                case []:
                    continue
            return None
        return None

    def _field_of(self, module: Module, made: ast.Call, attr: str) -> Iterator[Found]:
        """Yield what a field holds of an object that was made by names: what has its name, or what a property makes."""
        fields = {attr}
        for other, function in self.named(attr):
            if any(last_name(each) in {"property", "cached_property"} for each in function.decorator_list):
                roots = {each for value in self._reach(function).returned for each in self._of(other, value)}
                fields |= {each.field for each in roots if isinstance(each, Root) and each.function is function}
        for each in made.keywords:
            if each.arg in fields:
                yield from self._of(module, each.value)

    def _is_tested(self, module: Module, node: ast.expr) -> bool:
        """Tell whether what comes in is looked into by its own words: ``if part.filename not in NAMES``."""
        words = dotted(node)
        functions = module.functions_around(node) if "." in words else ()
        return any(self._reach(function).is_refused(words, node) for function in functions)

    def _is_dropped(self, value: ast.expr, attr: str) -> bool:
        """Tell whether a field of something is not chosen by who chose the thing."""
        if self.is_path and attr in _PLAIN_PARTS:
            return True
        if self.is_address and attr in _BASE_REST and not _is_request(value):
            return True
        return _is_request(value) and attr in _OF_SERVER

    def _is_rest(self, value: ast.expr, place: ast.expr) -> bool:
        """Tell whether a place of an address that was cut up stands behind its host."""
        is_cut = isinstance(value, ast.Call) and last_name(value.func) in {"split", "partition", "rsplit"}
        return self.is_address and is_cut and isinstance(place, ast.UnaryOp)

    def _text(self, node: ast.JoinedStr | ast.BinOp) -> Iterator[ast.expr]:
        """Yield the parts of a text that count."""
        if isinstance(node, ast.JoinedStr):
            parts: list[ast.expr] = list(node.values)
        elif isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            begins = str(node.left.value).partition("%")[0]
            if not self.is_address or _SCHEME.match(begins):
                right = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                yield from right[:1] if self.is_address else right
            return
        else:
            parts = [node.left, node.right]
        if self.is_path:
            yield from at_a_separator(parts)
            return
        if not self.is_address:
            yield from parts
            return
        for part in parts:
            if isinstance(part, ast.Constant):
                if _SCHEME.match(str(part.value)):
                    continue
                return
            yield part
            return

    def _name(self, module: Module, name: str, node: ast.expr) -> Iterator[Found]:
        for bound in self._bound(module, name, node):
            yield from self._of(module, bound)
            return
        place: ast.AST = node
        for function in module.functions_around(node):
            reach = self._reach(function)
            part = part_of(module, node) if place is node else ""
            key = (id(function), name, getattr(place, "lineno", 0), part)
            if key in self._known:
                yield from self._known[key]
                return
            self._known[key] = set()  # a name that is made of itself
            values, is_whole = reach.values_at(name, place)
            found: set[Found] = set().union(*(self._of(module, value) for value in values))
            if name in reach.given and not is_whole:
                found.add(Root(function, name))
            if not any(reach.is_refused(name, each, part) for each in (place, self._uses[-1])):
                self._known[key] = found
            yield from self._known[key]
            if values or name in reach.given:
                return
            place = function

    def _bound(self, module: Module, name: str, node: ast.expr) -> Iterator[ast.expr]:
        """Yield what a comprehension around an expression goes over by a name."""
        for around in module.around(node):
            if isinstance(around, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                for each in around.generators:
                    names = [one.id for one in ast.walk(each.target) if isinstance(one, ast.Name)]
                    if name in names:
                        part = part_of(module, node)
                        tests = [
                            test for test in each.ifs if {"", part} & set().union(*(parts_in(test, n) for n in names))
                        ]
                        if any(looks_into(test, one, is_kept=True) for test in tests for one in names):
                            yield ast.copy_location(ast.Constant(value=None), node)
                            continue
                        is_own = any(node is one for one in ast.walk(each.iter))
                        if not is_own:
                            yield each.iter
            elif isinstance(around, (ast.stmt, ast.Lambda)):
                return

    def _own_field(self, module: Module, attr: str, node: ast.expr) -> Iterator[Found]:
        """Yield what a field of the object itself is: as this function sets it, or as it was before."""
        for function in module.functions_around(node):
            reach = self._reach(function)
            if "self" not in reach.given:
                continue
            key = (id(function), f"self.{attr}", getattr(node, "lineno", 0), "")
            if key in self._known:
                yield from self._known[key]
                return
            self._known[key] = set()
            values, is_whole = reach.values_at(f"self.{attr}", node)
            found: set[Found] = set().union(*(self._of(module, value) for value in values))
            if not is_whole:
                found.add(Root(function, "self", attr))
            if not any(reach.is_refused(f"self.{attr}", each) for each in (node, self._uses[-1])):
                self._known[key] = found
            yield from self._known[key]
            return

    def _call(self, module: Module, call: ast.Call) -> Iterator[Found]:
        name = last_name(call.func)
        if name in _HANDS_ON and len(call.args) > _HANDS_ON[name]:
            number = _HANDS_ON[name]
            inner = call.args[number]
            if isinstance(inner, (ast.Name, ast.Attribute)):
                handed = ast.Call(func=inner, args=call.args[number + 1 :], keywords=call.keywords)
                yield from self._of_tree(module, ast.copy_location(handed, call), last_name(inner), call)
            return
        if isinstance(call.func, ast.Attribute) and name in METHODS and not self._is_of_module(call.func):
            yield from self._method(module, call, call.func)
            return
        if dotted(call.func) in _SEARCHES or (isinstance(call.func, ast.Attribute) and name in _OF_PATTERNS):
            yield from self._found_in(module, call, name)
            return
        if name in FUNCTIONS or dotted(call.func) in _OF_MODULES or (name[:1].isupper() and self.is_class(name)):
            for each in [*_given_to(call)][: 1 if name == "getattr" else None]:
                yield from self._of(module, each)
            return
        if name not in _BUILT_IN:
            yield from self._of_tree(module, call, name, call)

    @staticmethod
    def _is_of_module(func: ast.Attribute) -> bool:
        """Tell whether a method is a function of a module: ``os.path.join``, ``json.loads``."""
        return dotted(func).startswith(("os.", "posixpath.", "ntpath.", "json.", "shlex.", "re.", "requests.", "yaml."))

    def _method(self, module: Module, call: ast.Call, func: ast.Attribute) -> Iterator[Found]:
        name = func.attr
        if gives_object(call) or (self.is_path and name == "replace" and _takes_out_separators(call)):
            return
        if name in {"format", "join"} and isinstance(func.value, ast.Constant):
            if name == "format" and self.is_address and not _SCHEME.match(str(func.value.value).partition("{")[0]):
                return
            for each in _given_to(call):
                yield from self._of(module, each)
            return
        yield from self._of(module, func.value)
        if name in {"joinpath", "with_name", "format"} and not self.is_address:
            for each in _given_to(call):
                yield from self._of(module, each)

    def _found_in(self, module: Module, call: ast.Call, name: str) -> Iterator[Found]:
        """Yield what a pattern finds in a text, where it lets through any text, or takes out none that counts."""
        is_of_module = dotted(call.func) in _SEARCHES
        wanted = _pattern(module, call.args[0] if is_of_module and call.args else call.func)
        given = call.args[1:] if is_of_module else call.args
        if name in {"sub", "subn"}:
            is_free = bool(wanted) and not _TAKES_OUT.search(wanted) and not (self.is_path and "/" in wanted)
            given = given[1:2]
        else:
            is_free = bool(ANY_TEXT.search(wanted))
            given = given[:1]
        for each in given if is_free else ():
            yield from self._of(module, each)

    def _of_tree(self, module: Module, call: ast.Call, name: str, at: ast.AST) -> Iterator[Found]:
        """Yield what a function of the tree keeps of what it is given."""
        if len(self._inside) >= _CALLS_LIMIT:
            return
        candidates = self.candidates(module, call, name, at)
        kept = [
            self._through(module, call, other, function)
            for other, function in candidates
            if function not in self._inside
        ]
        if kept and all(kept):
            yield from set().union(*kept)

    def _through(self, module: Module, call: ast.Call, other: Module, function: Function) -> set[Found]:
        """Return what one function of the tree keeps of what a call gives it."""
        self._inside.append(function)
        inner: set[Found] = set()
        for value in self._reach(function).returned:
            self._uses.append(value)
            inner |= set(self._of(other, value))
            self._uses.pop()
        self._inside.pop()
        outer: set[Found] = {each for each in inner if isinstance(each, str)}
        for root in inner:
            if isinstance(root, Root) and root.function is function:
                for value in handed(call, function, root.name, root.field):
                    outer |= set(self._of(module, value))
        return outer

    def candidates(self, module: Module, call: ast.Call, name: str, at: ast.AST) -> list[tuple[Module, Function]]:
        """Return the functions of the tree that a call may mean, that of its own file first."""
        own = module.function(call, at)
        if own is not None:
            return [(module, own)]
        return self.named(name) if name else []

    def _reach(self, function: Function) -> Reach:
        if id(function) not in self._reaches:
            self._reaches[id(function)] = Reach(function)
        return self._reaches[id(function)]


def _pattern(module: Module, node: ast.expr) -> str:
    """Return the pattern that a call searches for, where it is written in the file; empty where it is not."""
    held = node.value if isinstance(node, ast.Attribute) else node
    for value in module.values_of(held):
        match value:
            case ast.Constant(value=str(text)):
                return text
            case ast.Call(func=func, args=[ast.Constant(value=str(text)), *_]) if last_name(func) == "compile":
                return text
    return ""


def _is_request(value: ast.expr) -> bool:
    return last_name(value) in {"request", "req", "websocket"}


def _given_to(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (word.value for word in call.keywords)


def _takes_out_separators(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=str(what)), ast.Constant(value=str(put)), *_]:
            return what in {"/", "\\", "..", "../"} and "/" not in put
    return False


def handed(call: ast.Call, function: Function, name: str, own_field: str = "") -> Iterator[ast.expr]:
    """Yield what a call gives to a parameter of a function."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if name in {"self", "cls"} and names[:1] == [name]:
        if isinstance(call.func, ast.Attribute):
            value = call.func.value
            yield ast.copy_location(ast.Attribute(value, own_field, ast.Load()), value) if own_field else value
        return
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    by_name = [word.value for word in call.keywords if word.arg == name]
    place = names.index(name) if name in names else len(call.args)
    if by_name:
        yield from by_name
    elif name in names and any(isinstance(each, ast.Starred) for each in call.args[: place + 1]):
        yield from (each for each in call.args[: place + 1] if isinstance(each, ast.Starred))
    elif place < len(call.args):
        yield call.args[place]
    elif function.args.vararg is not None and function.args.vararg.arg == name:
        yield from call.args[len(names) :]
    elif function.args.kwarg is not None and function.args.kwarg.arg == name:
        yield from (word.value for word in call.keywords if word.arg not in names)
    else:
        yield from (word.value for word in call.keywords if word.arg is None)  # by ``**words``, whatever is in them
