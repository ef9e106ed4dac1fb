"""Which assignments of a function reach a place in it, and which tests of a value stand before that place."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.code.kept_by import ANY_TEXT, FUNCTIONS, METHODS
from auditor.stages.code.scopes import dotted, ends_block, is_abort, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.refine import Module

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_Block = tuple[tuple[int, str], ...]
ADDS: Final = frozenset({"append", "extend", "add", "insert", "update", "appendleft", "write", "setdefault"})


def stored(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what a node stores into, and what it stores there."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.AugAssign(target=target, value=value)
            | ast.NamedExpr(target=target, value=value)
            | ast.For(target=target, iter=value)
            | ast.AsyncFor(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
            | ast.withitem(context_expr=value, optional_vars=ast.expr() as target)
        ):
            yield target, value


@dataclass(slots=True)
class _Stored:
    """What is put into a name at a place."""

    line: int
    block: _Block
    value: ast.expr
    is_whole: bool


@dataclass
class Reach:
    """A function, asked about places in it.

    Attributes:
        function: The function.
        given: Names of its parameters.
        returned: What it gives back.
    """

    function: Function
    given: frozenset[str] = frozenset()
    returned: list[ast.expr] = field(default_factory=list)
    _stored: dict[str, list[_Stored]] = field(default_factory=dict)
    _blocks: dict[int, _Block] = field(default_factory=dict)
    _loops: dict[int, tuple[int, int]] = field(default_factory=dict)
    _tests: list[tuple[ast.If, _Block]] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note all assignments and tests with the blocks that they stand in."""
        given = self.function.args
        others = [each for each in (given.vararg, given.kwarg) if each is not None]
        self.given = frozenset(each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, *others))
        for statement in self.function.body:
            self._take(statement, ())

    def _take(self, node: ast.AST, block: _Block) -> None:  # noqa: C901, PLR0912 - a table
        self._blocks[id(node)] = block
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            self._loops[id(node)] = (node.lineno, node.end_lineno or node.lineno)
            match node:
                case ast.For(target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)])):
                    self._keys[second] = first  # a test of the key decides which values go on
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None:
            self.returned.append(node.value)
        if isinstance(node, ast.If):
            self._tests.append((node, block))
        for target, value in stored(node):
            self._store(
                target,
                value,
                getattr(node, "lineno", value.lineno),
                block,
                is_whole=not isinstance(node, ast.AugAssign),
            )
        match node:
            case ast.Call(func=ast.Attribute(value=held, attr=attr), args=arguments) if attr in ADDS and dotted(held):
                for each in arguments:
                    self._note(dotted(held), each, node.lineno, block, is_whole=False)
        for name, child in ast.iter_fields(node):
            if isinstance(child, list):
                is_block = bool(child) and isinstance(child[0], ast.stmt)
                inner = (*block, (id(node), name)) if is_block and not _goes_through(node, name) else block
                for each in child:
                    if isinstance(each, ast.AST):
                        self._take(each, inner if isinstance(each, ast.stmt) else _below(each, block))
            elif isinstance(child, ast.AST):
                self._take(child, block)

    def _store(self, target: ast.expr, value: ast.expr, line: int, block: _Block, *, is_whole: bool) -> None:
        match target, value:
            case (ast.Name(id=name), _):
                self._note(name, value, line, block, is_whole=is_whole)
            case (ast.Attribute(value=ast.Name(id="self"), attr=attr), _):
                self._note(f"self.{attr}", value, line, block, is_whole=is_whole)
            case (ast.Subscript(value=held, slice=key), _):
                self._store(held, value, line, block, is_whole=False)
                self._store(held, key, line, block, is_whole=False)
            case (ast.Attribute(value=held), _):
                self._store(held, value, line, block, is_whole=False)
            case (ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=values)) if len(targets) == len(
                values
            ):
                for one, other in zip(targets, values, strict=True):
                    self._store(one, other, line, block, is_whole=is_whole)
            case (ast.Tuple(elts=targets) | ast.List(elts=targets), _):
                for one in targets:
                    self._store(one, value, line, block, is_whole=is_whole)
            case (ast.Starred(value=held), _):
                self._store(held, value, line, block, is_whole=is_whole)

    def _note(self, name: str, value: ast.expr, line: int, block: _Block, *, is_whole: bool) -> None:
        self._stored.setdefault(name, []).append(_Stored(line, block, value, is_whole))

    def values_at(self, name: str, place: ast.AST) -> tuple[list[ast.expr], bool]:
        """Return what may have been put into a name before a place, and whether that is all it can be."""
        line = getattr(place, "lineno", 0)
        block = self._blocks.get(id(place), ())
        held = self._stored.get(name, ())
        before = [each for each in held if each.line <= line and not _holds(each.value, place)]
        found: list[ast.expr] = []
        first = 0
        for each in sorted(before, key=lambda one: one.line, reverse=True):
            found.append(each.value)
            if each.is_whole and block[: len(each.block)] == each.block:
                first = each.line
                break
        # what is put there below, and comes around again
        found += [
            each.value
            for each in held
            if each.line > line
            and any(first < start <= line <= each.line <= end for start, end in self._loops.values())
        ]
        return found, bool(first)

    def _is_found_by(self, held: str, name: str, line: int) -> bool:
        """Tell whether what a name holds was looked up under another: ``row = rows.get(name)``."""
        return held != name and any(
            _names(given, name)
            for each in self._stored.get(held, ())
            if each.line < line
            for call in ast.walk(each.value)
            if isinstance(call, ast.Call) and _looks_up(call)
            for given in (*call.args, *(word.value for word in call.keywords))
        )

    def is_refused(self, name: str, place: ast.AST, part: str = "") -> bool:
        """Tell whether a test before a place, or around it, looks into a name and decides whether it is used.

        Args:
            name: A name, or a field of the object itself.
            place: Where it is used.
            part: Which part of it is used there, where that is seen; tests of other parts say nothing.
        """
        line = getattr(place, "lineno", 0)
        block = self._blocks.get(id(place))
        if block is None:
            return False
        if name in self._keys and self.is_refused(self._keys[name], place):
            return True
        for node, at in self._tests:
            if node.lineno > line or block[: len(at)] != at:
                continue
            inside = (id(node), "body") in block
            in_other = (id(node), "orelse") in block
            ends = ends_block(node.body[-1]) and not inside and not _hands_on(node.body[-1], name)
            if ends and any(self._is_found_by(held, name, node.lineno) for held in _absent(node.test)):
                return True
            if not (ends or inside or in_other) or not {"", part} & parts_in(node.test, name):
                continue
            is_raised = is_error(node.body[-1]) if ends else inside
            if looks_into(node.test, name, is_kept=inside, is_raised=is_raised):
                return True
        return False


def part_of(module: Module, node: ast.AST) -> str:
    """Return which part of a value is asked for where it stands: ``type`` of ``part["type"]``; empty for all of it."""
    around = module.around(node)
    return _part(node, next(around, None), next(around, None))


def _part(node: ast.AST, parent: ast.AST | None, grand: ast.AST | None) -> str:
    match parent, grand:
        case ast.Subscript(value=value, slice=ast.Constant(value=key)), _ if value is node:
            return str(key)
        case ast.Attribute(value=value, attr="get"), ast.Call(args=[ast.Constant(value=key), *_]) if value is node:
            return str(key)
        case ast.Attribute(value=value), ast.Call(func=func) if value is node and func is parent:
            return ""  # a method of it
        case ast.Attribute(value=value, attr=attr), _ if value is node:
            return attr
    return ""


def parts_in(test: ast.AST, name: str) -> set[str]:
    """Return which parts of a name a test looks at; the empty one for all of it."""
    found: set[str] = set()
    waiting: list[tuple[ast.AST, ast.AST | None, ast.AST | None]] = [(test, None, None)]
    while waiting:
        node, parent, grand = waiting.pop()
        if (isinstance(node, ast.Name) and node.id == name) or (
            "." in name and isinstance(node, ast.Attribute) and dotted(node) == name
        ):
            found.add(_part(node, parent, grand))
        waiting += [(child, node, parent) for child in ast.iter_child_nodes(node)]
    return found


def is_error(last: ast.stmt) -> bool:
    """Tell whether a block ends with an error: one that is raised, or an answer of HTTP that says so."""
    if isinstance(last, ast.Raise) or is_abort(last):
        return True
    match last:
        case ast.Return(value=ast.Tuple(elts=[_, ast.Constant(value=int(status)), *_])):
            return status >= _FIRST_ERROR
        case ast.Return(value=ast.Call(func=func, keywords=words)):
            said = [each.value for each in words if each.arg in {"status", "status_code"}]
            is_said = any(isinstance(each, ast.Constant) and _is_status_of_error(each.value) for each in said)
            return is_said or _BAD_ANSWER.match(last_name(func)) is not None
    return False


_FIRST_ERROR: Final = 400
_BAD_ANSWER: Final = re.compile(r"^HttpResponse(?:BadRequest|Forbidden|NotFound|NotAllowed|ServerError)$")


def _is_status_of_error(value: object) -> bool:
    return isinstance(value, int) and value >= _FIRST_ERROR


def _hands_on(end: ast.stmt, name: str) -> bool:
    """Tell whether a branch ends by giving the same value to another function: another way, and no refusal."""
    value = end.value if isinstance(end, ast.Return) else None
    call = value.value if isinstance(value, ast.Await) else value
    return isinstance(call, ast.Call) and any(isinstance(each, ast.Name) and each.id == name for each in call.args)


def _absent(test: ast.expr) -> Iterator[str]:
    """Yield the names that a test finds empty: ``if not row``, ``if row is None``."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            yield name
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            yield name
        case ast.BoolOp(op=ast.Or(), values=values):
            for each in values:
                yield from _absent(each)


def _below(each: ast.AST, block: _Block) -> _Block:
    return (*block, (id(each), "body")) if isinstance(each, ast.ExceptHandler) else block


def _goes_through(node: ast.AST, name: str) -> bool:
    """Tell whether a block is gone through before what follows: that of ``with``, and what is tried."""
    return isinstance(node, (ast.With, ast.AsyncWith)) or (isinstance(node, ast.Try) and name == "body")


def _holds(value: ast.expr, place: ast.AST) -> bool:
    """Tell whether a place stands in the value that is stored there: ``name = name.strip()``."""
    line, end = getattr(place, "lineno", 0), getattr(place, "end_lineno", 0)
    if not value.lineno <= line <= (value.end_lineno or 0):
        return False
    return any(each is place for each in ast.walk(value)) or not end


_SAYS_NOTHING: Final = frozenset(
    {"isinstance", "issubclass", "hasattr", "callable", "type", "len", "bool", "str", "get", "strip", "lower", "upper"}
    | {
        "exists",
        "lexists",
        "isfile",
        "isdir",
        "is_file",
        "is_dir",
        "isabs",
        "is_absolute",
        "access",
        "stat",
        "endswith",
    }
)
"""What a test may ask of a value without choosing which ones pass: whether there is one, what kind, where it is."""
_OPEN_HOST: Final = re.compile(r"^(?:https?|file|[a-z][a-z0-9+.-]*:(?://[^/]*)?|~|\.|/|\\)$")


def looks_into(test: ast.expr, name: str, *, is_kept: bool, is_raised: bool = True) -> bool:
    """Tell whether a test decides by what a name holds; that there is something, or that it is there, decides nothing.

    Args:
        test: The condition.
        name: A name, or a field of the object itself.
        is_kept: What passes the test goes on; else what fails it does.
        is_raised: What does not go on is an error.
    """
    match test:
        case ast.BoolOp(values=values):
            return any(looks_into(each, name, is_kept=is_kept, is_raised=is_raised) for each in values)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return looks_into(inner, name, is_kept=not is_kept, is_raised=is_raised)
        case ast.NamedExpr(value=value):
            return looks_into(value, name, is_kept=is_kept, is_raised=is_raised)
    return _names(test, name) and not _is_of_kind(test) and _decides(test, name, is_kept=is_kept, is_raised=is_raised)


def _decides(test: ast.expr, name: str, *, is_kept: bool, is_raised: bool) -> bool:
    """Tell whether one condition decides by what a name holds; what is asked is that of `looks_into`."""
    match test:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return False
        case ast.Compare():
            return _compares(test, name, is_kept=is_kept, is_raised=is_raised)
        case ast.Call(func=func, args=args) if last_name(func) == "startswith":
            texts = args[0].elts if args and isinstance(args[0], ast.Tuple) else args[:1]
            is_kind = all(isinstance(each, ast.Constant) and _OPEN_HOST.match(str(each.value)) for each in texts)
            return not is_kind and (is_kept or is_raised)
        case ast.Call(func=func):
            return last_name(func) not in _SAYS_NOTHING
    return True


def _compares(test: ast.Compare, name: str, *, is_kept: bool, is_raised: bool) -> bool:
    """Tell whether a comparison decides by what a name holds; what is asked is that of `looks_into`."""
    match test:
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return False
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() as op]):
            return isinstance(op, ast.Eq) == is_kept
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
            if _names(right, name):  # a part of it is looked for
                return isinstance(left, ast.Constant) and (is_raised or is_kept) and str(left.value) not in _KINDS
            return isinstance(op, ast.In) == is_kept or is_raised
        case ast.Compare(left=left, comparators=[right]):
            return not (_is_size(left) or _is_size(right))
    return True


_KINDS: Final = frozenset({"://", "http", "*", "?", "\n", " ", "="})
"""Parts that tell one kind of a value from another."""


def _looks_up(call: ast.Call) -> bool:
    """Tell whether a call gives something else than what it is given, and not whether that is there."""
    match call.args:
        case [ast.Constant(value=str(pattern)), _, *_] if ANY_TEXT.search(pattern):
            return False  # a part of a text is found in it, whatever it is
    word = last_name(call.func)
    return word == "get" or word not in FUNCTIONS | METHODS | _SAYS_NOTHING


def _is_of_kind(test: ast.expr) -> bool:
    """Tell whether a test compares what kind of thing a value names: the scheme of an address, the ending of a file."""
    return isinstance(test, ast.Compare) and any(
        (isinstance(each, ast.Attribute) and each.attr in {"scheme", "suffix", "suffixes"})
        or (isinstance(each, ast.Call) and last_name(each.func) == "splitext")
        for each in ast.walk(test.left)
    )


def _is_size(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in {"len", "type", "getsize"}


def _names(node: ast.AST, name: str) -> bool:
    return any(
        (isinstance(each, ast.Name) and each.id == name)
        or ("." in name and isinstance(each, ast.Attribute) and dotted(each) == name)
        for each in ast.walk(node)
    )
