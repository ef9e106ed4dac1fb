"""Names of a Python module, function or class, and what is assigned to them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


IDENTIFIER_CHECK: Final = re.compile(
    r"(?i)^_?(?:quote|escape|validate|valid|check|ensure|assert|require|sanit\w*|safe)_?\w*(?:ident|name|table|column|schema"
    r"|field|sort|order|dir)\w*$|^(?:quote_ident\w*|(?:qualified|quoted|escaped|safe)_\w*name|\w*_?identifier|escape_string|mogrify)$"
)
_CONSTRUCTORS: Final = frozenset({"__init__", "__post_init__", "__new__", "model_post_init"})
_ENDS: Final = (ast.Raise, ast.Return, ast.Continue, ast.Break)

_SAFE_ANNOTATIONS: Final = frozenset(
    {"int", "float", "bool", "UUID", "Literal", "date", "datetime", "Decimal", "IntEnum"}
)
_AROUND_NUMBERS: Final = frozenset(
    {"Optional", "Union", "Annotated", "List", "list", "Sequence", "Iterable", "Tuple", "tuple", "Set", "set"}
)
"""What a type is written around: a list of numbers holds nothing else."""
_BOUND: Final = re.compile(r"(?i)param|args|values|bind")


@dataclass
class Scope:
    """The names of a function, or of a module.

    Attributes:
        node: The function or module.
        above: Scope around it.
        klass: Class that it is a method of.
        parameters: By name, whether a caller may give any text.
        values: Everything that is assigned, added or appended to a name.
        loops: What a loop goes over, by its variable.
        guarded: Names that are compared with a fixed collection, and refused if they are not in it.
        imported: Names that come from other files.
        is_bound: Every parameter was given something fixed.
        added: What is put behind what a name was before.
        loop_lines: First and last line of the loop that a variable belongs to.
        configured: Parameters that the program itself gives when it makes the object.
        clauses: Names that another function gave together with the values for the marks in them.
        empty_or_refused: Names of collections with which the function gives up unless they are empty.
    """

    node: ast.AST
    above: Scope | None
    klass: ast.ClassDef | None
    parameters: dict[str, bool] = field(default_factory=dict)
    values: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    loops: dict[str, ast.expr] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    is_bound: bool = False
    added: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    configured: set[str] = field(default_factory=set)
    loop_lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    clauses: set[str] = field(default_factory=set)
    empty_or_refused: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, node: ast.AST, above: Scope | None, klass: ast.ClassDef | None) -> Scope:
        """Return the names of a function or module."""
        scope = cls(node, above, klass)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            is_made_by_program = node.name in _CONSTRUCTORS
            for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                scope.parameters[each.arg] = not _is_number(each.annotation)
                if is_made_by_program and scope.parameters[each.arg]:
                    scope.configured.add(each.arg)
            for other in (node.args.vararg, node.args.kwarg):
                if other is not None:
                    scope.parameters[other.arg] = True
        for inner in own_nodes(node):
            scope._take(inner)
        for name in scope.empty_or_refused:
            scope.guarded |= {held for value in scope.values.get(name, ()) if (held := _difference(value))}
        return scope

    def _take(self, node: ast.AST) -> None:  # noqa: C901, PLR0912 - a table
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=target, value=value):
                self._assign(target, value)
                if isinstance(target, ast.Name):
                    self.added[target.id].append(value)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value)
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                self._loop(target, iterated, self.loops)
                lines = (getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0)
                self.loop_lines |= {each.id: lines for each in ast.walk(target) if isinstance(each, ast.Name)}
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, item.context_expr)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "insert" | "add")):
                self.values[name].extend(node.args[-1:])
            case ast.If(test=ast.Name(id=name), body=body) if body and ends_block(body[-1]):
                self.empty_or_refused.add(name)
            case ast.If(test=test, body=body) if body and ends_block(body[-1]):
                self.guarded |= set(_refused(test))
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.In()])):
                self.guarded |= {dotted(left)}
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                self.imported |= {(name.asname or name.name).split(".", 1)[0] for name in names}

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values[target.id].append(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            pairs = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for number, each in enumerate(target.elts):
                if len(pairs) == len(target.elts):
                    self._assign(each, pairs[number])
                elif isinstance(value, (ast.Call, ast.Await)):
                    if number == 0 and isinstance(each, ast.Name) and _holds_bound_values(target.elts[1:]):
                        self.clauses.add(each.id)
                    self._assign(each, ast.copy_location(ast.Subscript(value, ast.Constant(number), ast.Load()), value))
                else:
                    self._assign(each, value)

    @staticmethod
    def _loop(target: ast.expr, iterated: ast.expr, loops: dict[str, ast.expr]) -> None:
        """Note what the variables of a loop go over; the first one over ``enumerate`` is a number."""
        counted = (
            isinstance(iterated, ast.Call) and dotted(iterated.func) == "enumerate" and isinstance(target, ast.Tuple)
        )
        match target, iterated:
            case ast.Tuple(elts=elements), ast.Call(func=ast.Name(id="zip"), args=[_, *_] as zipped) if len(
                zipped
            ) == len(elements):
                for element, one in zip(elements, zipped, strict=True):
                    Scope._loop(element, one, loops)
                return
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                is_first = isinstance(target, ast.Tuple) and name is target.elts[0]
                loops[name.id] = ast.Constant(0) if counted and is_first else iterated
                is_call = isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute)
                if is_first and is_call and iterated.func.attr == "items":  # type: ignore[attr-defined] # only the keys
                    entries = iterated.func.value  # type: ignore[attr-defined]
                    keys = ast.copy_location(ast.Attribute(entries, "keys", ast.Load()), iterated)
                    loops[name.id] = ast.copy_location(ast.Call(keys, [], []), iterated)

    def bound(self) -> Scope:
        """Return the same scope where every parameter was given something fixed."""
        parameters = dict.fromkeys(self.parameters, False)
        return Scope(
            self.node,
            self.above,
            self.klass,
            parameters,
            self.values,
            self.loops,
            self.guarded,
            self.imported,
            is_bound=True,
        )

    def values_of(self, name: str) -> list[ast.expr]:
        """Return all that a name may be here, or in a scope around."""
        if name in self.values:
            return self.values[name]
        return self.above.values_of(name) if self.above and name not in self.parameters else []

    def within(self, generators: list[ast.comprehension]) -> Scope:
        """Return the scope inside a comprehension."""
        loops = dict(self.loops)
        for each in generators:
            self._loop(each.target, each.iter, loops)
        guarded = set(self.guarded)
        for each in generators:
            for test in each.ifs:
                if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.In):
                    guarded.add(dotted(test.left))
        return Scope(
            self.node,
            self.above,
            self.klass,
            self.parameters,
            self.values,
            loops,
            guarded,
            self.imported,
            self.is_bound,
        )

    def added_to(self, name: str) -> list[ast.expr]:
        """Return what is only put behind what a name was before."""
        return [value for scope in self._around() for value in scope.added.get(name, ())]

    def all_imported(self) -> set[str]:
        """Return the names that come from other files, here and in the scopes around."""
        return set().union(*(each.imported for each in self._around()))

    def _around(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.above

    def function(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function of this file that a call names."""
        if name.startswith(("self.", "cls.")) and self.klass is not None:
            return _first_of_each_name(self.klass.body).get(name.split(".", 1)[1])
        return next((around.functions[name] for around in self._around() if name in around.functions), None)

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """Functions that stand in it, by name."""
        return _first_of_each_name(own_nodes(self.node))


def _first_of_each_name(nodes: Iterable[ast.AST]) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.setdefault(node.name, node)
    return found


def _refused(test: ast.expr) -> Iterator[str]:
    """Yield the names that a condition refuses unless they are in a collection."""
    match test:
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[_]):
            yield dotted(left)
        case ast.BoolOp(op=ast.Or(), values=values):
            for value in values:
                yield from _refused(value)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.In()])):
            yield dotted(left)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=func, args=args)) if args:
            name = dotted(func).rsplit(".", 1)[-1]
            if name in {"isidentifier", "fullmatch", "isalnum", "isdigit"} or IDENTIFIER_CHECK.match(name):
                yield dotted(args[-1])
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(value=value, attr=attr))):
            if attr in {"isidentifier", "isalnum", "isdigit"}:
                yield dotted(value)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, but not in the functions and classes inside it."""
    stack = list(ast.iter_child_nodes(node))
    while stack:
        each = stack.pop()
        yield each
        if not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(each))


def _difference(node: ast.expr) -> str:
    """Return what is held against a collection: ``set(names) - known``, ``set(names).difference(known)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="set"), args=[held]), attr="difference")):
            return dotted(held)
        case ast.BinOp(op=ast.Sub(), left=ast.Call(func=ast.Name(id="set"), args=[held])):
            return dotted(held)
        case ast.ListComp(
            elt=ast.Name(id=one), generators=[ast.comprehension(target=ast.Name(id=each), iter=held, ifs=ifs)]
        ):
            is_held = one == each and any(each in _refused(test) for test in ifs)
            return dotted(held) if is_held else ""
    return ""


def _is_number(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)} - _AROUND_NUMBERS
    return bool(names) and names <= _SAFE_ANNOTATIONS


def _holds_bound_values(targets: list[ast.expr]) -> bool:
    """Tell whether what is assigned beside a text holds the values for it: ``where, params = self._where(x)``."""
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and bool(_BOUND.search(targets[0].id))


def is_bound_pair(node: ast.expr) -> bool:
    """Tell whether a function gives a text together with the values for its marks."""
    match node:
        case ast.Tuple(elts=[_, ast.Name(id=name)]) | ast.Tuple(elts=[_, ast.Call(args=[ast.Name(id=name)])]):
            return bool(_BOUND.search(name))
        case ast.Tuple(elts=[ast.Constant(), _]):
            return True
    return False


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` of names and attributes, empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = dotted(value)
            return f"{base}.{attr}" if base else ""
    return ""


def ends_block(last: ast.stmt) -> bool:
    """Tell whether a block is left with its last statement: Flask's ``abort(404)`` raises, too."""
    return isinstance(last, _ENDS) or is_abort(last)


def is_abort(last: ast.stmt) -> bool:
    """Tell whether a statement answers a request with an error: ``abort(403)``."""
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and last_name(last.value.func) == "abort"


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name, whatever it hangs on (``c`` of ``a().b.c``); empty where there is none."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def is_last_part(node: ast.AST) -> bool:
    """Tell whether an expression is what stands behind the last separator of a path: ``url.split("/")[-1]``."""
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(attr="split" | "rsplit"), args=[ast.Constant(value="/"), *_]),
            slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
        ):
            return True
    return False


def at_a_separator(parts: list[ast.expr]) -> Iterator[ast.expr]:
    """Yield the parts of a path with which a part of it may begin: ``{root}/{name}``, and not ``report_{name}``.

    Behind other letters ``../`` leads out of a folder that is not there.
    """
    is_behind_letters = False
    for part in parts:
        if isinstance(part, ast.Constant):
            is_behind_letters = bool(str(part.value)) and not str(part.value).endswith(("/", "\\"))
        elif not is_behind_letters:
            yield part
