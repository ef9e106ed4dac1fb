"""TypeScript and JavaScript as a syntax tree, and what its names mean.

Read by tree-sitter with the grammar of TSX, which takes plain JavaScript as well; files that may hold type assertions
in angle brackets (``.ts``) have their own. The tree is copied once into plain nodes, by a walk that does not call
itself: a million brackets cost no more than a long file. Broken text gives the tree of what could be read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Parser

SIZE_LIMIT_BYTES: Final = 2_000_000
NODES_LIMIT: Final = 600_000
"""Of a file that has more nobody wrote the text."""
FUNCTIONS: Final = frozenset(
    {
        "function_declaration",
        "function_expression",
        "generator_function_declaration",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
_NAMED_FUNCTIONS: Final = frozenset({"function_declaration", "generator_function_declaration"})
_BLOCKS: Final = frozenset(
    {"statement_block", "for_statement", "for_in_statement", "catch_clause", "switch_body", "program"}
)
_IDENTIFIERS: Final = frozenset({"identifier", "shorthand_property_identifier"})
_AROUND_A_VALUE: Final = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "await_expression",
        "type_assertion",
    }
)
"""What stands around a value without making another of it."""
WRAPPERS: Final = re.compile(
    r"(?:^|\.)(?:useCallback|memo|memoize|cache|once|asyncHandler|wrap|debounce|throttle|forwardRef|withAuth|action|traceable|observe)$"
)
"""Functions that give back the function they are given, with something around it."""
_TYPE_NAME: Final = re.compile(r"^:\s*(?:Readonly<)?([A-Z][\w$]*)")
_PARAMETERS: Final = frozenset({"required_parameter", "optional_parameter"})


_NONE: Final[list[Node]] = []
"""Of all nodes that hold none: most of them."""


class Node:
    """A piece of a script.

    Attributes:
        kind: As the grammar names it.
        field: What it is to the node around it (``left``, ``body``); empty where the grammar has no word for it.
        start: First byte.
        end: Byte behind the last.
        parent: The node around it.
        children: Nodes in it; operators and brackets are none.
    """

    __slots__ = ("children", "end", "field", "kind", "parent", "start")

    def __init__(self, kind: str, role: str, start: int, end: int, parent: Node | None) -> None:
        """Make a node without children."""
        self.kind = kind
        self.field = role
        self.start = start
        self.end = end
        self.parent = parent
        self.children: list[Node] = _NONE

    def get(self, role: str) -> Node | None:
        """Return the child that is something to this node."""
        for each in self.children:
            if each.field == role:
                return each
        return None

    def around(self) -> Iterator[Node]:
        """Yield the nodes around this one, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def inside(self) -> Iterator[Node]:
        """Yield this node and all in it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name stands for.

    Attributes:
        kind: ``value``, ``parameter``, ``each`` (one of many), ``function``, ``class``, ``import`` or ``caught``.
        node: The value; the parameter; the function or class; what is imported, as the statement says it.
        path: Properties on the way from there to the name, where it is taken apart.
        default: What it is where nothing is given.
        scope: Where the name is known.
        place: Number of the parameter.
    """

    kind: str
    node: Node | None
    path: tuple[str, ...]
    default: Node | None
    scope: Node
    place: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """What a file takes from another.

    Attributes:
        module: As it is written.
        name: What it is called there; ``default``, or ``*`` for all of it.
    """

    module: str
    name: str


@dataclass
class Script:
    """A parsed file.

    Attributes:
        path: Relative to the root of the tree.
        text: UTF-8.
        root: All of it.
    """

    path: str
    text: bytes
    root: Node
    _scopes: dict[Node, dict[str, Definition]] = field(default_factory=lambda: defaultdict(dict))
    _uses: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    _assigned: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, path: str, text: bytes) -> Script | None:
        """Return a file as a tree; None where it is too large for one that somebody wrote."""
        if len(text) > SIZE_LIMIT_BYTES:
            return None
        root = _copied(_parser("typescript" if path.endswith((".ts", ".mts", ".cts")) else "tsx"), text)
        if root is None:
            return None
        script = cls(path, text, root)
        script._index()
        return script

    def said(self, node: Node) -> str:
        """Return the text of a node."""
        return self.text[node.start : node.end].decode("utf-8", "replace")

    def line(self, node: Node) -> int:
        """Return the line that a node begins in, from 1."""
        return self.line_at(node.start)

    def line_at(self, offset: int) -> int:
        """Return the line that a byte stands in, from 1."""
        return bisect_right(self._lines, offset)

    @cached_property
    def _lines(self) -> list[int]:
        starts = [0]
        at = self.text.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find(b"\n", at + 1)
        return starts

    def offsets(self, line: int, end_line: int) -> tuple[int, int]:
        """Return the bytes that some lines span, without the blanks around them."""
        starts = self._lines
        first = starts[min(line, len(starts)) - 1]
        last = starts[end_line] if end_line < len(starts) else len(self.text)
        rows = self.text[first:last]
        return first + len(rows) - len(rows.lstrip()), first + len(rows.rstrip())

    def at(self, start: int, end: int) -> Node:
        """Return the smallest node around some bytes."""
        node = self.root
        while True:
            inner = next((each for each in node.children if each.start <= start and end <= each.end), None)
            if inner is None:
                return node
            node = inner

    def uses(self, name: str) -> list[Node]:
        """Return where a name is written as one, declarations and properties left out."""
        return self._uses.get(name, [])

    def properties(self, name: str) -> list[Node]:
        """Return where a property of a name is asked for (``files.remove``)."""
        return self._uses.get(f".{name}", [])

    def definition(self, name: str, at: Node) -> Definition | None:
        """Return what a name means at a place."""
        for scope in (at, *at.around()):
            found = self._scopes.get(scope)
            if found is not None and name in found:
                return found[name]
        return None

    def assigned(self, name: str) -> list[Node]:
        """Return the assignments to a name, or to something that is reached through it (``this`` is one)."""
        return self._assigned.get(name, [])

    @cached_property
    def functions(self) -> list[Node]:
        """All functions, in the order of the text."""
        return [node for node in self.root.inside() if node.kind in FUNCTIONS]

    def name_of(self, function: Node) -> str:
        """Return by what name a function is called, whether it declares it or is given to it; empty where by none."""
        name = function.get("name")
        parent = function.parent
        if name is not None or parent is None:
            return self.said(name) if name is not None else ""
        if parent.kind in {"variable_declarator", "public_field_definition"}:
            name = parent.get("name")
        elif parent.kind == "pair":
            name = parent.get("key")
        elif parent.kind == "assignment_expression":
            left = parent.get("left")
            name = left.get("property") if left is not None else None
        elif parent.kind == "arguments" and parent.parent is not None:
            callee = parent.parent.get("function")
            if callee is not None and WRAPPERS.search(self.said(callee)) and parent.parent.parent is not None:
                name = parent.parent.parent.get("name")
        return self.said(name) if name is not None else ""

    @cached_property
    def exports(self) -> dict[str, Definition | Import]:
        """What other files can take, by name; ``*`` for what comes with all of another module."""
        found: dict[str, Definition | Import] = {}
        for statement in self.root.children:
            if statement.kind == "export_statement":
                found |= dict(self._exported(statement))
            elif statement.kind == "expression_statement" and statement.children:
                found |= dict(self._assigned_exports(statement.children[0]))
        return found

    def _exported(self, statement: Node) -> Iterator[tuple[str, Definition | Import]]:  # noqa: C901 - one branch for each kind of node
        source = statement.get("source")
        module = unquoted(self.said(source)) if source is not None else ""
        clause = next((each for each in statement.children if each.kind == "export_clause"), None)
        for each in clause.children if clause is not None else ():
            name, alias = each.get("name"), each.get("alias")
            if name is None:
                continue
            outside = self.said(alias) if alias is not None else self.said(name)
            inside = self.said(name)
            here = Import(module, inside) if module else self.definition(inside, self.root)
            if here is not None:
                yield outside, here
        if module and clause is None:
            yield f"*{module}", Import(module, "*")
        declaration, value = statement.get("declaration"), statement.get("value")
        is_default = self.text[statement.start : statement.start + 40].split()[1:2] == [b"default"]
        if value is not None:
            yield "default", Definition("value", value, (), None, self.root)
        if declaration is None:
            return
        name = declaration.get("name")
        if is_default:
            kind = "class" if declaration.kind.endswith("class_declaration") else "function"
            yield "default", Definition(kind, declaration, (), None, self.root)
        elif name is not None and (known := self.definition(self.said(name), self.root)) is not None:
            yield self.said(name), known
        else:
            for declarator in declaration.children:
                pattern = declarator.get("name")
                for inner, _path, _default in self.names_in(pattern) if pattern is not None else ():
                    if (known := self.definition(inner, self.root)) is not None:
                        yield inner, known

    def _assigned_exports(self, node: Node) -> Iterator[tuple[str, Definition | Import]]:
        """Yield what ``module.exports = …`` and ``exports.name = …`` give."""
        left, right = node.get("left"), node.get("right")
        if node.kind != "assignment_expression" or left is None or right is None:
            return
        place = self.said(left)
        if place == "module.exports" and right.kind == "object":
            for each in right.children:
                key = each.get("key") or each.get("name") or each
                value = each.get("value") or (each if each.kind in _IDENTIFIERS | FUNCTIONS else None)
                if value is not None:
                    yield self.said(key), Definition("value", value, (), None, self.root)
        elif place in {"module.exports", "exports.default"}:
            yield "default", Definition("value", right, (), None, self.root)
        elif place.startswith(("exports.", "module.exports.")):
            yield place.rsplit(".", 1)[1], Definition("value", right, (), None, self.root)

    def _index(self) -> None:  # noqa: C901 - one branch for each kind of node
        """Note what each name means, and where it is used."""
        for node in self.root.inside():
            kind = node.kind
            if kind in _IDENTIFIERS:
                self._uses[self.said(node)].append(node)
                if node.field == "parameter":  # ``each => …``
                    self._parameter(node)
            elif kind == "property_identifier" and node.field == "property":
                self._uses[f".{self.said(node)}"].append(node)
            elif kind == "variable_declarator":
                is_taken = self._required(node) is not None
                value = node if is_taken else node.get("value")
                self._declare(node.get("name"), "import" if is_taken else "value", value, _scope_of(node))
            elif kind in _PARAMETERS:
                self._parameter(node)
            elif kind == "for_in_statement":
                self._declare(node.get("left"), "each", node.get("right"), node)
            elif kind == "catch_clause":
                self._declare(node.get("parameter"), "caught", None, node)
            elif kind in _NAMED_FUNCTIONS or kind.endswith("class_declaration"):
                what = "function" if kind in _NAMED_FUNCTIONS else "class"
                self._declare(node.get("name"), what, node, _scope_of(node))
            elif kind == "import_statement":
                self._import(node)
            elif kind in {"assignment_expression", "augmented_assignment_expression"}:
                left = node.get("left")
                for name in self._roots(left) if left is not None else ():
                    self._assigned[name].append(node)

    def _roots(self, left: Node) -> Iterator[str]:
        if left.kind in {"object_pattern", "array_pattern"}:
            yield from (name for name, _path, _default in self.names_in(left))
            return
        while left.kind in {
            "member_expression",
            "subscript_expression",
            "non_null_expression",
            "parenthesized_expression",
        }:
            inner = left.get("object") or (left.children[0] if left.children else None)
            if inner is None:
                return
            left = inner
        yield self.said(left)

    def _declare(self, pattern: Node | None, kind: str, value: Node | None, scope: Node, place: int = 0) -> None:
        if pattern is None:
            return
        for name, path, default in self.names_in(pattern):
            self._scopes[scope][name] = Definition(kind, value, path, default, scope, place)

    def _parameter(self, node: Node) -> None:
        listed = node.parent
        function = listed.parent if listed is not None and node.kind in _PARAMETERS else listed
        if function is None or function.kind not in FUNCTIONS:  # of the type of a function
            return
        pattern = node.get("pattern") if node.kind in _PARAMETERS else node
        self._declare(pattern, "parameter", node, function, self.parameters(function).index(node))

    def parameters(self, function: Node) -> list[Node]:
        """Return the parameters of a function."""
        single = function.get("parameter")
        listed = function.get("parameters")
        if single is not None:
            return [single]
        return [each for each in listed.children if each.kind in _PARAMETERS] if listed is not None else []

    def _import(self, node: Node) -> None:
        source = node.get("source")
        if source is None:
            return
        for each in node.inside():
            if each.kind == "import_specifier":
                name = each.get("alias") or each.get("name")
            elif (
                each.kind == "identifier"
                and each.parent is not None
                and each.parent.kind in {"import_clause", "namespace_import"}
            ):
                name = each
            else:
                continue
            if name is not None:
                self._scopes[self.root][self.said(name)] = Definition("import", each, (), None, self.root)

    @cached_property
    def imports(self) -> list[tuple[str, Import]]:
        """What the file takes from others, by the names it gives to it."""
        names = self._scopes.get(self.root, {})
        return [(name, self.imported(each)) for name, each in names.items() if each.kind == "import"]

    def imported(self, definition: Definition) -> Import:
        """Return where something comes from that a file imports."""
        node = definition.node
        if node is None:
            return Import("", "")
        if node.kind == "variable_declarator":
            module, asked = self._required(node) or ("", "")
            return Import(module, asked or (definition.path or ("default",))[0])
        statement = next((each for each in node.around() if each.kind == "import_statement"), None)
        source = statement.get("source") if statement is not None else None
        module = unquoted(self.said(source)) if source is not None else ""
        if node.kind == "import_specifier":
            name = node.get("name")
            return Import(module, self.said(name) if name is not None else "")
        is_all = node.parent is not None and node.parent.kind == "namespace_import"
        return Import(module, "*" if is_all else "default")

    def class_name(self, holder: Node) -> str:
        """Return the name of the class of an object, by ``new``, by its type, or as a field; empty where none shows."""
        if holder.kind == "member_expression" and (inner := holder.get("object")) is not None and inner.kind == "this":
            asked, klass = holder.get("property"), class_around(holder)
            return self._type_of_field(klass, self.said(asked)) if klass is not None and asked is not None else ""
        if holder.kind == "new_expression":
            made = holder.get("constructor")
            return self.said(made) if made is not None else ""
        known = self.definition(self.said(holder), holder) if holder.kind == "identifier" else None
        value = bare(known.node) if known is not None and known.node is not None and not known.path else None
        if value is None or known is None:
            return ""
        if known.kind == "parameter":
            return self._type_name(value)
        return self.class_name(value) if known.kind == "value" and value.kind == "new_expression" else ""

    def _type_of_field(self, klass: Node, name: str) -> str:
        """Return the class that a field of an object has by its declaration, or by what its constructor is given."""
        body = klass.get("body")
        for each in body.children if body is not None else ():
            named = each.get("name")
            if named is None:
                continue
            if each.kind == "public_field_definition" and self.said(named) == name:
                value = each.get("value")
                made = bare(value).get("constructor") if value is not None else None
                return self._type_name(each) or (self.said(made) if made is not None else "")
            if each.kind == "method_definition" and self.said(named) == "constructor":
                for given in self.parameters(each):
                    pattern = given.get("pattern")
                    if pattern is not None and given.get("type") is not None and self.said(pattern) == name:
                        return self._type_name(given)
        return ""

    def _type_name(self, typed: Node) -> str:
        annotation = typed.get("type")
        found = _TYPE_NAME.match(self.said(annotation)) if annotation is not None else None
        return found[1] if found else ""

    def _required(self, declarator: Node) -> tuple[str, str] | None:
        """Return the module that a name is set to, and what is asked of it: ``require("./x").y``, ``import("./x")``."""
        value, pattern = declarator.get("value"), declarator.get("name")
        if value is None or pattern is None or any(len(path) > 1 for _name, path, _default in self.names_in(pattern)):
            return None
        value, asked = bare(value), ""
        if value.kind == "member_expression" and pattern.kind == "identifier":
            named, holder = value.get("property"), value.get("object")
            if named is None or holder is None:
                return None
            value, asked = bare(holder), self.said(named)
        function = value.get("function")
        given = arguments(value) if value.kind == "call_expression" else []
        if function is None or len(given) != 1 or given[0].kind != "string":
            return None
        is_known = self.said(function) in {"require", "import"}
        return (unquoted(self.said(given[0])), asked) if is_known else None

    def names_in(self, pattern: Node) -> Iterator[tuple[str, tuple[str, ...], Node | None]]:
        """Yield each name that a pattern binds, the properties on the way to it, and its default."""
        waiting: list[tuple[Node, tuple[str, ...], Node | None]] = [(pattern, (), None)]
        while waiting:
            node, path, default = waiting.pop()
            match node.kind:
                case "identifier" | "type_identifier":
                    yield self.said(node), path, default
                case "shorthand_property_identifier_pattern":
                    yield self.said(node), (*path, self.said(node)), default
                case "pair_pattern":
                    key, value = node.get("key"), node.get("value")
                    if key is not None and value is not None:
                        waiting.append((value, (*path, unquoted(self.said(key))), None))
                case "object_assignment_pattern" | "assignment_pattern":
                    left, right = node.get("left"), node.get("right")
                    if left is not None:
                        waiting.append((left, path, right))
                case "object_pattern" | "array_pattern" | "rest_pattern" | "non_null_expression":
                    waiting.extend((each, path, None) for each in node.children)


class Program(Protocol):
    """What is known beside a file; a single file knows itself."""

    def callers(self, script: Script, function: Node) -> Iterable[tuple[Script, Node, bool]]:
        """Yield each call (or ``new``) that may mean a function, and whether it is seen to mean it."""

    def users(self, script: Script, function: Node) -> Iterable[tuple[Script, Node]]:
        """Yield where other files use a function that they import."""

    def meant(self, script: Script, call: Node) -> tuple[Script, Node] | None:
        """Return the function that a call means, where one is certain."""

    def imported(self, script: Script, definition: Definition) -> tuple[Script, Definition] | None:
        """Return what an imported name is in its own file."""

    @property
    def is_whole(self) -> bool:
        """Tell whether all files are known."""


def bare(node: Node) -> Node:
    """Return a value without brackets, types and ``await`` around it."""
    while node.kind in _AROUND_A_VALUE and node.children:
        node = node.children[0 if node.kind != "type_assertion" else -1]
    return node


def arguments(call: Node) -> list[Node]:
    """Return what a call gives."""
    given = call.get("arguments")
    if given is None:
        return []
    return [each for each in given.children if each.kind != "comment"] if given.kind == "arguments" else [given]


def returns(function: Node) -> Iterator[Node]:
    """Yield what a function gives; what functions inside of it give is theirs."""
    body = function.get("body")
    if body is None:
        return
    if body.kind != "statement_block":
        yield body
        return
    waiting = list(body.children)
    count = 0
    while waiting and count < _BODY_LIMIT:
        node = waiting.pop()
        count += 1
        if node.kind == "return_statement":
            yield from node.children[:1]
        elif node.kind not in FUNCTIONS and node.kind not in {"class_declaration", "class"}:
            waiting += node.children


_BODY_LIMIT: Final = 8_000
"""Nodes of a function that are looked at."""


def unquoted(text: str) -> str:
    """Return a literal's text without its marks."""
    return text[1:-1] if len(text) > 1 and text[0] in "\"'`" and text[-1] == text[0] else text


def function_around(node: Node) -> Node | None:
    """Return the function that a node stands in."""
    return next((each for each in node.around() if each.kind in FUNCTIONS), None)


def class_around(node: Node) -> Node | None:
    """Return the class that a node stands in."""
    return next(
        (each for each in node.around() if each.kind in {"class_declaration", "class", "abstract_class_declaration"}),
        None,
    )


def _scope_of(node: Node) -> Node:
    """Return where the name is known that a node declares: its block; its function for ``var``."""
    is_hoisted = node.parent is not None and node.parent.kind == "variable_declaration"
    last = node
    for each in node.around():
        last = each
        if each.kind in FUNCTIONS or (each.kind in _BLOCKS and not (is_hoisted and each.kind != "program")):
            return each
    return last


@cache
def _parser(grammar: str) -> Parser:
    import tree_sitter  # noqa: PLC0415 - loaded where a script is read
    import tree_sitter_typescript  # noqa: PLC0415 - loaded where a script is read

    spoken = tree_sitter_typescript.language_tsx() if grammar == "tsx" else tree_sitter_typescript.language_typescript()
    return tree_sitter.Parser(tree_sitter.Language(spoken))


def _copied(parser: Parser, text: bytes) -> Node | None:
    """Return a tree as plain nodes; None where it has too many."""
    cursor = parser.parse(text).walk()
    parent: Node | None = None
    root: Node | None = None
    count = 0
    while True:
        found = cursor.node
        if found is not None and found.is_named and found.type != "comment":
            count += 1
            if count > NODES_LIMIT:
                return None
            node = Node(found.type, cursor.field_name or "", found.start_byte, found.end_byte, parent)
            if parent is not None:
                if parent.children is _NONE:
                    parent.children = []
                parent.children.append(node)
            root = root or node
            if cursor.goto_first_child():
                parent = node
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent() or parent is None:
                return root
            parent = parent.parent
