"""Looks again at what a scanner matched in Python: what its patterns cannot tell, the syntax tree can.

1. SQL text whose every part is a constant, a placeholder, a number, or an entry of a fixed table is no injection.
2. A key that is derived from something else than constants is no literal.
3. A literal that is the name of a setting, a mark or prose is no secret, whatever its variable is called.

Nothing here says that code is good; it only takes back a match, or weakens it, where the reason is in the same file.
"""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEPTH_LIMIT: Final = 40
"""Steps from name to value; deeper than that nothing is known."""
STEPS_LIMIT: Final = 3_000
"""Values looked at for one question: a name may be many things, each of them made of many names."""
SOURCE_LIMIT_BYTES: Final = 1_000_000


class Trust(IntEnum):
    """How much is known of a value; of several parts the least counts."""

    OUTSIDE = 0
    """It may come from a caller."""
    CONFIGURED = 1
    """An attribute or an import that this file does not set from a caller."""
    FIXED = 2
    """Constants, placeholders, numbers, entries of a fixed table."""


_SQL: Final = re.compile(
    r"(?is)\b(?:select\b.*\bfrom|insert\s+(?:or\s+\w+\s+)?into|update\b.*\bset|delete\s+from|replace\s+into|merge\s+into|create\s+"
    r"|drop\s+|alter\s+|truncate\s|where\b|order\s+by|from\s|with\s|explain\s|show\s|grant\s|set\s|pragma\b|copy\s|call\s)"
)
_STATEMENT_WORDS: Final = frozenset({"query", "sql", "statement", "stmt", "cypher", "operation"})
_IDENTIFIER_CHECK: Final = re.compile(
    r"(?i)^_?(?:quote|escape|validate|valid|check|ensure|assert|require|sanit\w*|safe)_?\w*(?:ident|name|table|column|schema"
    r"|field|sort|order|dir)\w*$|^(?:quote_ident\w*|(?:qualified|quoted|escaped|safe)_\w*name|\w*_?identifier|escape_string|mogrify)$"
)
_NUMBERS: Final = frozenset(
    {"int", "float", "bool", "len", "abs", "round", "sum", "id", "hash", "ord", "range"}
    | {"uuid1", "uuid3", "uuid4", "uuid5", "uuid6", "uuid7", "uuid8"}
)
_EMBEDS: Final = re.compile(r"^_?a?embed(?:_query|_documents|_text|_texts)?$")
"""Functions that give vectors: numbers, whatever they are given."""
_PASSING: Final = frozenset(
    {"str", "sorted", "list", "tuple", "set", "frozenset", "dict", "reversed", "enumerate", "zip", "min", "max", "repr"}
    | {"cast", "dedent", "textwrap.dedent", "next", "iter", "filter", "json.dumps"}
)
"""Functions whose result is made of their arguments only."""
_TEXT_METHODS: Final = frozenset(
    {"upper", "lower", "strip", "lstrip", "rstrip", "format", "replace", "join", "title", "split", "keys", "values"}
    | {"items", "get", "copy", "removeprefix", "removesuffix", "pop", "capitalize"}
)
_SAFE_METHODS: Final = frozenset({"strftime", "isoformat", "hexdigest", "timestamp", "total_seconds"})
_SAFE_ATTRIBUTES: Final = frozenset(
    {"__tablename__", "__name__", "hex", "tablename", "db_table", "__table__", "quoted_name"}
)
_SAFE_ANNOTATIONS: Final = frozenset(
    {"int", "float", "bool", "UUID", "Literal", "date", "datetime", "Decimal", "IntEnum"}
)
_AROUND_NUMBERS: Final = frozenset(
    {"Optional", "Union", "Annotated", "List", "list", "Sequence", "Iterable", "Tuple", "tuple", "Set", "set"}
)
"""What a type is written around: a list of numbers holds nothing else."""
_REPR: Final = ord("r")
"""``{value!r}``: a literal in code, whatever it holds."""
_CODE_FLAGS: Final = frozenset({"-c", "-e", "--eval", "-lc", "-ic", "-p", "--print", "-Command"})
_STARTS: Final = re.compile(
    r"(?:^|\.)(?:system|popen|run|call|check_call|check_output|Popen|getoutput|getstatusoutput|create_subprocess_shell|spawn)$"
)
_CALLERS: Final = re.compile(r"(?i)request|req$|body|payload|form|param|^args$|^data$|dto|input|^item$|^query$")
_REQUEST: Final = re.compile(r"(?i)^_?(?:request|req)$")
_OF_SERVER: Final = frozenset({"app", "state", "application", "registry", "settings", "__name__", "hex"})
"""Attributes of a request object that the server itself put there."""
_SENT: Final = re.compile(
    r"(?i)^(?:request|cleaned_data|validated_data|data|payload|body|form|params|kwargs|args|query|GET|POST)$"
)
"""Attributes of a view that hold what was sent."""
_CONSTRUCTORS: Final = frozenset({"__init__", "__post_init__", "__new__", "model_post_init"})
_ROW_ID: Final = re.compile(r"(?:^|_)(?:id|pk|oid|loid|uuid)$")
"""Attributes that hold the key of a row: numbers and UUIDs that the database made."""
_MAKES_SQL: Final = re.compile(r"(?i)sql|statement|stmt|compile|subquery|where_?clause|(?:to|as)_string")
_MODEL_SQL: Final = re.compile(
    r"(?i)llm|model|gpt|nl_?2|text_?(?:2|to)|ask|predict|chat|answer|question|^_?generate_sql(?:_query)?$|execute|run"
)
_KEEPING_METHODS: Final = frozenset(
    {"rstrip", "strip", "lstrip", "format", "removesuffix", "lower", "replace", "join", "decode"}
)
_LOOKS_UP: Final = re.compile(
    r"(?i)^_?a?(?:get|find|fetch|load|select|query|resolve|lookup|read)_\w*(?:by_(?:\w*_)?(?:id|ids|key|name|idx|index|user|url)"
    r"|connection|config|settings?|base_?urls?|api_?base|endpoint|credentials?|provider)$"
    r"|^(?:fetchone|fetchall|fetchmany|fetchval|fetchrow|scalar\w*|one_or_none|lastrowid)$|^get_current_\w+$"
)
"""Functions that give what was stored under a key."""
_NAMES_TABLES: Final = re.compile(r"(?i)(?:^|_)(?:table|collection|schema)_?names?(?:_for\w*)?$")
"""Functions that give the name of a table."""
_BRINGS_IN: Final = re.compile(
    r"(?i)(?<![a-z])(?:llm|model|chat|complet|openai|anthropic|client|request|input|recv|receive|read|query_params|json|form|cookies"
    r"|headers|get_\w*arguments?|getlist|raw_input|body|payload|prompt|agent|predict|invoke|generate|ask|scan|environ|getenv|argv|fetch|download|pop$)"
)
"""Calls that bring in something new from outside, whatever they are given."""
_FETCHES: Final = re.compile(
    r"(?:^|\.)(?:get|post|put|patch|delete|head|options|request|stream|urlopen|urlretrieve|Request|fetch|goto|ws_connect"
    r"|fetch_url|parse|open|connect)$"
)
_OPENS: Final = re.compile(
    r"(?:^|\.)(?:open|FileResponse|send_file|send_from_directory|read_text|read_bytes|write_text|write_bytes|unlink|remove|rmdir"
    r"|iterdir|listdir|makedirs|mkdir|rmtree|copy|copyfile|move|walk|scandir|exists|rename|replace|Path|join|file|file_stream)$"
)
_QUOTES: Final = frozenset({"quote", "join"})
_UPPER: Final = re.compile(r"^_*[A-Z][A-Z0-9_]*$")
_ENDS: Final = (ast.Raise, ast.Return, ast.Continue, ast.Break)


@dataclass
class Module:
    """A parsed file, asked about places in it.

    Attributes:
        tree: Its syntax tree.
        nodes: All of its nodes, the outer ones first.
    """

    tree: ast.Module
    nodes: list[ast.AST] = field(default_factory=list)
    _scopes: dict[ast.AST, _Scope] = field(default_factory=dict)
    _parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _entered: set[ast.AST] = field(default_factory=set)
    _asked: set[tuple[int, str]] = field(default_factory=set)
    _steps: int = 0
    _is_code: bool = False

    @classmethod
    def of(cls, text: bytes) -> Module | None:
        """Return it; None where the text is no Python that this interpreter reads, or too long."""
        if len(text) > SOURCE_LIMIT_BYTES:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module = cls(ast.parse(text))
            module._index()
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return module

    def _index(self) -> None:
        """Keep all nodes in the order of `ast.walk`, and what each stands in: a file is asked about many places."""
        self.nodes.append(self.tree)
        for node in self.nodes:  # grows meanwhile
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
                self.nodes.append(child)

    def sql(self, line: int, end_line: int) -> Trust:
        """Tell of what the SQL text is made that is built or used in some lines; OUTSIDE where none is seen."""
        self._steps = 0
        nodes = [node for node in self.nodes if _touches(node, line, end_line)]
        built = [node for node in nodes if _is_built(node) and _SQL.search(_text(node))]
        outer = [node for node in built if not any(other is not node and _within(node, other) for other in built)]
        found: list[ast.expr] = [node for node in outer if isinstance(node, ast.expr)]
        if not found:
            calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
            found = [call.args[0] for call in calls if isinstance(call.args[0], ast.Name) or _is_built(call.args[0])]
        if not found:
            words = [word for node in nodes if isinstance(node, ast.Call) for word in node.keywords]
            found = [word.value for word in words if word.arg in _STATEMENT_WORDS]
        if not found:
            names = [n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
            found.extend(names[-1:])
        if not found:
            return Trust.OUTSIDE
        try:
            return min(self._trust(node, self._scope_at(node), 0) for node in found)
        except RecursionError:
            return Trust.OUTSIDE

    def code(self, line: int, end_line: int) -> Trust:
        """Tell of what the code is made that some lines hand to an interpreter, behind its ``-c`` or ``-e``."""
        self._steps = 0
        found: list[Trust] = []
        for node in self.nodes:
            if not (isinstance(node, (ast.List, ast.Tuple, ast.Call)) and _touches(node, line, end_line)):
                continue
            words = node.args if isinstance(node, ast.Call) else node.elts
            for flag, value in itertools.pairwise(words):
                if isinstance(flag, ast.Constant) and flag.value in _CODE_FLAGS:
                    try:
                        found.append(self._trust(value, self._scope_of(value), 0))
                    except RecursionError:
                        found.append(Trust.OUTSIDE)
        return min(found, default=Trust.OUTSIDE)

    def evaluated(self, line: int, end_line: int) -> Trust:
        """Tell of what the text is built that some lines evaluate: names that were made safe, values as literals.

        A text that is not built here may be anything: OUTSIDE.
        """
        self._steps = 0
        self._is_code = True
        try:
            texts = [
                text
                for node in self.nodes
                if isinstance(node, ast.Call)
                and _dotted(node.func) in {"exec", "eval", "compile"}
                and node.args
                and _touches(node, line, end_line)
                for value in self.values_of(node.args[0])
                for made in [value.args[0] if isinstance(value, ast.Call) and _is_compiled(value) else value]
                for text in self.values_of(made)
                if not isinstance(text, ast.Name) and not _is_compiled(text)
            ]
            if not texts or not all(isinstance(text, ast.JoinedStr) for text in texts):
                return Trust.OUTSIDE
            return min(self._trust(text, self._scope_at(text), 0) for text in texts)
        except RecursionError:
            return Trust.OUTSIDE
        finally:
            self._is_code = False

    def command(self, line: int, end_line: int) -> Trust:
        """Tell of what the command is made that the calls in some lines hand to a shell."""
        self._steps = 0
        calls = [
            node
            for node in self.nodes
            if isinstance(node, ast.Call)
            and node.args
            and _touches(node, line, end_line)
            and _STARTS.search(_dotted(node.func))
        ]
        try:
            return min((self._trust(call.args[0], self._scope_of(call), 0) for call in calls), default=Trust.OUTSIDE)
        except RecursionError:
            return Trust.OUTSIDE

    def address(self, line: int, end_line: int) -> Trust:
        """Tell who chooses the host of what the calls in some lines fetch: the beginning of the address decides."""
        self._steps = 0
        found: list[Trust] = []
        for node in self.nodes:
            if not (
                isinstance(node, ast.Call) and _touches(node, line, end_line) and _FETCHES.search(_dotted(node.func))
            ):
                continue
            given = [word.value for word in node.keywords if word.arg in {"url", "fullurl", "uri", "endpoint"}]
            is_second = _dotted(node.func).endswith((".request", ".stream")) and len(node.args) > 1
            given = given or ([node.args[1]] if is_second else node.args[:1])
            try:
                found += [self._head(value, self._scope_of(node), 0) for value in given]
            except RecursionError:
                return Trust.OUTSIDE
        return min(found, default=Trust.OUTSIDE)

    def path(self, line: int, end_line: int) -> Trust:
        """Tell of what the paths are made that the calls in some lines open."""
        self._steps = 0
        calls = [
            node
            for node in self.nodes
            if isinstance(node, ast.Call)
            and _touches(node, line, end_line)
            and _OPENS.search(_dotted(node.func) or _last(node))
        ]
        given = [
            # a path that is put together is made of all its parts
            *(call if _last(call) == "join" else call.args[0] for call in calls if call.args),
            *(
                word.value
                for call in calls
                for word in call.keywords
                if word.arg in {"path", "path_or_file", "file", "filename"}
            ),
            *(call.func.value for call in calls if isinstance(call.func, ast.Attribute) and not call.args),
        ]
        try:
            return min((self._trust(value, self._scope_of(value), 0) for value in given), default=Trust.OUTSIDE)
        except RecursionError:
            return Trust.OUTSIDE

    def _head(self, node: ast.expr, scope: _Scope, depth: int) -> Trust:  # noqa: C901, PLR0911, PLR0912 - a table
        """Tell of what the beginning of a text is made."""
        self._steps += 1
        if depth > DEPTH_LIMIT or self._steps > STEPS_LIMIT:
            return Trust.OUTSIDE
        deeper = depth + 1
        match node:
            case ast.Constant(value=str(text)):
                return Trust.FIXED if text.strip() else Trust.OUTSIDE
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if _HOST.match(text):
                return Trust.FIXED
            case ast.JoinedStr(values=[ast.Constant(), ast.FormattedValue(value=value), *_]):
                return self._head(value, scope, deeper)
            case ast.JoinedStr(values=[ast.FormattedValue(value=value), *_]):
                return self._head(value, scope, deeper)
            case ast.BinOp(op=ast.Add() | ast.Mod() | ast.Div(), left=left):
                return self._head(left, scope, deeper)
            case ast.IfExp(body=body, orelse=orelse):
                return min(self._head(body, scope, deeper), self._head(orelse, scope, deeper))
            case ast.BoolOp(values=values):
                return min(
                    (self._head(value, scope, deeper) for value in values if not _is_empty(value)), default=Trust.FIXED
                )
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self._head(value, scope, deeper)
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _KEEPING_METHODS:
                return self._head(value, scope, deeper)
            case ast.Call(args=[first, *_]) if _dotted(node.func).rsplit(".", 1)[-1] in {
                "urljoin",
                "str",
                "URL",
                "join",
            }:
                return self._head(first, scope, deeper)
            case ast.Name(id=name) if (
                name not in scope.guarded and name not in scope.loops and name not in scope.parameters
            ):
                added = scope.added_to(name)
                values = [each for each in scope.values_of(name) if each not in added and not _is_empty(each)]
                if values and (id(scope.node), name) not in self._asked:
                    self._asked.add((id(scope.node), name))
                    try:
                        return min(self._head(value, scope, deeper) for value in values)
                    finally:
                        self._asked.discard((id(scope.node), name))
            case ast.Subscript(value=ast.Call() as made, slice=ast.Constant(value=int(part))) if self._is_own(
                made, scope
            ):
                return self._head_of_own(made, scope, deeper, part)
            case ast.Call() if self._is_own(node, scope):
                return self._head_of_own(node, scope, deeper, None)
            case ast.Subscript(value=ast.Call(args=[first, *_]) as made, slice=ast.Constant(value=0)) if _keeps_head(
                made
            ):
                return self._head(first, scope, deeper)  # the first part of what a function made of it
            case ast.Attribute() if _dotted(node).startswith(("request.app.", "req.app.")):
                return Trust.CONFIGURED
        return self._trust(node, scope, deeper)

    @staticmethod
    def _is_own(call: ast.Call, scope: _Scope) -> bool:
        return scope.function(_dotted(call.func)) is not None

    def _head_of_own(self, call: ast.Call, scope: _Scope, depth: int, part: int | None) -> Trust:
        """Tell of what the beginning is made of what a function of this file returns, given what this call gives it."""
        made = scope.function(_dotted(call.func))
        if made is None or made in self._entered:
            return Trust.FIXED  # it calls itself; the other ways out decide
        returned = [node.value for node in _own(made) if isinstance(node, ast.Return) and node.value is not None]
        if part is not None:
            returned = [
                value.elts[part] if isinstance(value, ast.Tuple) and part < len(value.elts) else value
                for value in returned
            ]
        self._entered.add(made)
        try:
            inner = self._scope_of(made.body[0])
            return min(
                (self._head_given(value, inner, call, scope, depth + 5) for value in returned), default=Trust.OUTSIDE
            )
        finally:
            self._entered.discard(made)

    def _head_given(self, value: ast.expr, inner: _Scope, call: ast.Call, scope: _Scope, depth: int) -> Trust:
        """Tell the same of one of its results; a parameter is what the call gives."""
        begins = _beginning(value)
        if not (isinstance(begins, ast.Name) and begins.id in inner.parameters):
            return self._head(value, inner, depth)
        given = _argument(call, inner.node, begins.id)  # type: ignore[arg-type] # of a function
        anew = [
            each
            for each in inner.values.get(begins.id, ())
            if not (isinstance(start := _beginning(each), ast.Name) and start.id == begins.id)
        ]
        known = [self._head(each, inner, depth) for each in anew]
        return min(Trust.OUTSIDE if given is None else self._head(given, scope, depth), *known, Trust.FIXED)

    def key(self, line: int, end_line: int) -> Trust:
        """Tell whether the arguments of the calls in some lines are constants (FIXED) or are made of anything else."""
        self._steps = 0
        calls = [node for node in self.calls if _touches(node, line, end_line)]
        outer = [node for node in calls if not any(other is not node and _within(node, other) for other in calls)]
        values = [argument for call in outer for argument in (*call.args, *(word.value for word in call.keywords))]
        # a token is encoded with the key that follows
        signed = [
            c
            for c in outer
            if isinstance(c.func, ast.Attribute) and c.func.attr in {"encode", "decode"} and len(c.args) > 1
        ]
        values = [call.args[1] for call in signed] or values
        if not values:
            return Trust.FIXED
        try:
            return min(self._literal(value, self._scope_of(value), 0) for value in values[:1])
        except RecursionError:
            return Trust.FIXED

    def enclosing(self, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the innermost function around a line."""
        around = [node for node in self.functions if node.lineno <= line <= (node.end_lineno or 0)]
        return max(around, key=lambda node: node.lineno, default=None)

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
        """All functions and methods, the outer ones first."""
        return tuple(node for node in self.nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))

    def functions_around(self, node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield the functions that a node stands in, the innermost first."""
        place = self._parents.get(node)
        while place is not None:
            if isinstance(place, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield place
            place = self._parents.get(place)

    def attribute_of(self, node: ast.AST) -> str:
        """Return the attribute that a node is asked for; empty where it is asked for none."""
        place = self._parents.get(node)
        return place.attr if isinstance(place, ast.Attribute) else ""

    def class_around(self, function: ast.AST) -> ast.ClassDef | None:
        """Return the class that a method belongs to."""
        place = self._parents.get(function)
        return place if isinstance(place, ast.ClassDef) else None

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """All calls, the outer ones first."""
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    def calls_at(self, line: int) -> list[ast.Call]:
        """Return the calls that a line belongs to, the outer ones first."""
        return [node for node in self.calls if node.lineno <= line <= (node.end_lineno or node.lineno)]

    def parameters_in(self, value: ast.expr, *, is_address: bool) -> tuple[Trust, frozenset[str]]:
        """Tell what is known of a value, and which parameters of the function around it go into it.

        Args:
            value: An expression of this file.
            is_address: Only its beginning counts.
        """
        self._steps = 0
        scope = self._scope_at(value)
        try:
            trust = (self._head if is_address else self._trust)(value, scope, 0)
        except RecursionError:
            return Trust.OUTSIDE, frozenset()
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [value]
        while waiting:
            node = waiting.pop()
            begins = _beginning(node) if is_address else node
            for inner in ast.walk(begins):
                if isinstance(inner, ast.Name) and inner.id not in seen:
                    seen.add(inner.id)
                    if inner.id in scope.parameters:
                        found.add(inner.id)
                    waiting += [each for each in scope.values_of(inner.id) if each not in scope.added_to(inner.id)]
        return trust, frozenset(found)

    def trust(self, value: ast.expr) -> Trust:
        """Tell what is known of an expression of this file."""
        self._steps = 0
        try:
            return self._trust(value, self._scope_at(value), 0)
        except RecursionError:
            return Trust.OUTSIDE

    def function(self, call: ast.Call) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function of this file that a call names."""
        return self._scope_of(call).function(_dotted(call.func))

    def values_of(self, value: ast.expr) -> list[ast.expr]:
        """Return an expression, and what is assigned to it where it is a name."""
        if not isinstance(value, ast.Name):
            return [value]
        return [value, *self._scope_of(value).values_of(value.id)]

    def _literal(self, node: ast.expr, scope: _Scope, depth: int) -> Trust:
        """Return OUTSIDE where something else than constants goes into a value."""
        self._steps += 1
        if depth > DEPTH_LIMIT or self._steps > STEPS_LIMIT:
            return Trust.FIXED
        for inner in ast.walk(node):
            if isinstance(inner, ast.Subscript) and _dotted(inner.value).endswith("environ"):
                return Trust.OUTSIDE
            if isinstance(inner, ast.Call) and _dotted(inner.func).rsplit(".", 1)[-1] in {
                "getenv",
                "derive",
                "urandom",
            }:
                if _dotted(inner.func).endswith("derive") and not any(
                    self._literal(argument, scope, depth + 1) is Trust.OUTSIDE for argument in inner.args
                ):
                    continue
                return Trust.OUTSIDE
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                if inner.id in scope.parameters or inner.id in scope.all_imported():
                    return Trust.OUTSIDE
                for value in scope.values_of(inner.id):
                    if value is not node and self._literal(value, scope, depth + 1) is Trust.OUTSIDE:
                        return Trust.OUTSIDE
        return Trust.FIXED

    def _scope_at(self, node: ast.AST) -> _Scope:
        """Return the scope of a node, inside the comprehensions that it stands in."""
        scope, place = self._scope_of(node), node
        inside: list[list[ast.comprehension]] = []
        while place in self._parents and not isinstance(place, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            place = self._parents[place]
            if isinstance(place, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                inside.append(place.generators)
        for generators in reversed(inside):
            scope = scope.within(generators)
        return scope

    def _scope_of(self, node: ast.AST) -> _Scope:
        place: ast.AST = node
        while place in self._parents and not isinstance(place, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            place = self._parents[place]
        if isinstance(place, ast.Lambda) and place in self._parents:
            return self._scope_of(self._parents[place])
        if place not in self._scopes:
            above = None
            klass = None
            parent = self._parents.get(place)
            while parent is not None:
                if isinstance(parent, ast.ClassDef) and klass is None:
                    klass = parent
                if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)):
                    above = self._scope_of(parent) if parent is not place else None
                    break
                parent = self._parents.get(parent)
            if klass is None and above is not None:
                klass = above.klass  # a function inside of a method
            self._scopes[place] = _Scope.of(place, above, klass)
        return self._scopes[place]

    def _trust(self, node: ast.expr, scope: _Scope, depth: int) -> Trust:  # noqa: C901, PLR0911, PLR0912 - a table
        self._steps += 1
        if depth > DEPTH_LIMIT or self._steps > STEPS_LIMIT:
            return Trust.OUTSIDE
        deeper = depth + 1
        match node:
            case ast.Constant():
                return Trust.FIXED
            case ast.JoinedStr(values=values):
                parts = [
                    v.value if isinstance(v, ast.FormattedValue) else v
                    for v in values
                    if not (self._is_code and isinstance(v, ast.FormattedValue) and v.conversion == _REPR)
                ]
                return self._least(parts, scope, deeper)
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return max(self._trust(left, scope, deeper), self._trust(right, scope, deeper))
            case ast.BinOp(left=left, right=right):
                return self._least((left, right), scope, deeper)
            case ast.BoolOp(values=values):
                return self._least(values, scope, deeper)
            case ast.IfExp(body=body, orelse=orelse):
                return self._least((body, orelse), scope, deeper)
            case ast.UnaryOp() | ast.Compare():
                return Trust.FIXED
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return self._least(elements, scope, deeper)
            case ast.Dict(keys=keys, values=values):
                return self._least((*(key for key in keys if key), *values), scope, deeper)
            case ast.Starred(value=value) | ast.Await(value=value) | ast.NamedExpr(value=value):
                return self._trust(value, scope, deeper)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
                return self._trust(element, scope.within(node.generators), deeper)
            case ast.Subscript(value=ast.Call() as made, slice=ast.Constant(value=int(part))):
                return self._call(made, scope, deeper, part)
            case ast.Subscript(value=ast.Await(value=ast.Call() as made), slice=ast.Constant(value=int(part))):
                return self._call(made, scope, deeper, part)
            case ast.Subscript(value=value):
                return self._trust(value, scope, deeper)
            case ast.Attribute():
                return self._attribute(node, scope, deeper)
            case ast.Name(id=name):
                return self._name(name, scope, deeper, node.lineno)
            case ast.Call():
                return self._call(node, scope, deeper)
        return Trust.OUTSIDE

    def _least(self, nodes: Iterable[ast.expr], scope: _Scope, depth: int) -> Trust:
        return min((self._trust(node, scope, depth) for node in nodes), default=Trust.FIXED)

    def _attribute(self, node: ast.Attribute, scope: _Scope, depth: int) -> Trust:  # noqa: PLR0911 - a table
        base = _dotted(node.value)
        if _is_of_request(base, node.attr) or (base == "self" and _holds_request(scope.klass, node.attr)):
            return Trust.OUTSIDE
        if node.attr in _SAFE_ATTRIBUTES or _UPPER.match(node.attr):
            return Trust.FIXED
        if base in {"self", "cls"} and scope.klass is not None:
            values = list(_set_on(scope.klass, node.attr))
            asked = (id(scope.klass), f"self.{node.attr}")
            if values and asked not in self._asked:
                self._asked.add(asked)
                try:
                    known = min(self._trust(value, self._scope_of(value), depth + 1) for value in values)
                finally:
                    self._asked.discard(asked)
                return max(known, Trust.CONFIGURED)
            return Trust.CONFIGURED
        if base and _UPPER.match(base.rsplit(".", 1)[-1]):
            return Trust.FIXED
        if node.attr in {"value", "name"} and isinstance(node.value, ast.Attribute):
            return self._attribute(node.value, scope, depth + 1)
        if base.startswith(("request.app", "req.app", "app.state", "current_app")):
            return Trust.CONFIGURED
        if base and base.split(".", 1)[0] in {"settings", "config", "cfg", "conf"}:
            return Trust.CONFIGURED
        if _ROW_ID.search(node.attr) and not _CALLERS.search(base.split(".", 1)[0]):
            return Trust.CONFIGURED
        # what hangs on something that was stored was stored, too
        return min(self._trust(node.value, scope, depth + 1), Trust.CONFIGURED)

    def _name(self, name: str, scope: _Scope, depth: int, line: int = 0) -> Trust:
        if name in scope.guarded:
            return Trust.FIXED
        # two comprehensions may have a variable of the same name each
        loop = scope.loops.get(name)
        place = "" if loop is None else f"@{getattr(loop, 'lineno', 0)}:{getattr(loop, 'col_offset', 0)}"
        asked = (id(scope.node), f"{name}{place}")
        if asked in self._asked:
            return Trust.FIXED  # it is made of itself; what else it is made of decides
        self._asked.add(asked)
        try:
            return self._value_of(name, scope, depth, line)
        finally:
            self._asked.discard(asked)

    def _value_of(self, name: str, scope: _Scope, depth: int, line: int) -> Trust:  # noqa: PLR0911 - a table
        first, last = scope.loop_lines.get(name, (0, line))
        is_before = bool(line) and not first <= line <= last and name in scope.values
        if name in scope.loops and not is_before:
            return self._trust(scope.loops[name], scope, depth)
        values = scope.values_of(name)
        if any(
            isinstance(v, ast.Attribute)
            and self._attribute(v, scope, depth + 1) >= Trust.CONFIGURED
            and _ROW_ID.search(v.attr)
            for v in values
        ):
            return Trust.CONFIGURED  # it holds the key of a row, wherever else it may come from
        if name in scope.configured and not scope.is_bound:
            return Trust.CONFIGURED
        if name in scope.clauses:
            return Trust.CONFIGURED
        if name in scope.parameters:
            return self._given(name, scope, depth) if scope.parameters[name] else Trust.FIXED
        if values:
            return self._least(values, scope, depth)
        if scope.above is not None:
            return self._name(name, scope.above, depth + 1)
        if _UPPER.match(name):
            return Trust.FIXED
        return Trust.CONFIGURED if name in scope.imported and not _CALLERS.search(name) else Trust.OUTSIDE

    def _given(self, name: str, scope: _Scope, depth: int) -> Trust:
        """Tell what the callers of a private function give to a parameter, where all of them stand in this file."""
        function = scope.node
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _PRIVATE.match(function.name):
            return Trust.OUTSIDE
        if function in self._entered:
            return Trust.FIXED  # it calls itself; who calls it from outside decides
        calls = [call for call in self.calls if _last(call) == function.name]
        called = {id(call.func) for call in calls}
        is_handed_on = any(
            id(node) not in called and getattr(node, "attr", getattr(node, "id", "")) == function.name
            for node in self.nodes
            if isinstance(node, (ast.Name, ast.Attribute))
        )
        if not calls or is_handed_on or function.decorator_list:
            return Trust.OUTSIDE
        self._entered.add(function)
        try:
            given = [_argument(call, function, name) for call in calls]
            known = [
                Trust.OUTSIDE if value is None else self._trust(value, self._scope_at(value), depth + 5)
                for value in given
            ]
        finally:
            self._entered.discard(function)
        return min(*known, Trust.CONFIGURED)

    def _call(self, node: ast.Call, scope: _Scope, depth: int, part: int | None = None) -> Trust:  # noqa: C901, PLR0911 - a table
        name = _dotted(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name
        arguments = (*node.args, *(word.value for word in node.keywords))
        is_least = name in {"min", "max"} and len(node.args) > 1  # of numbers
        if (
            is_least
            or last in _NUMBERS
            or _EMBEDS.match(last)
            or _IDENTIFIER_CHECK.match(last)
            or last in _SAFE_METHODS
        ):
            return Trust.FIXED
        if name in {f"shlex.{each}" for each in _QUOTES} | {"quote"}:
            return Trust.FIXED
        if name in _PASSING:
            return self._least(arguments, scope, depth)
        if _MAKES_SQL.search(last) and not _MODEL_SQL.search(last) and scope.function(name) is None:
            return Trust.CONFIGURED  # SQL that another part of the program makes is judged there
        if isinstance(node.func, ast.Attribute) and last in _TEXT_METHODS:
            if last == "keys":
                return self._keys(node.func.value, scope, depth)
            if last in {"get", "pop", "keys", "values", "items", "copy"}:
                return self._least((node.func.value, *node.args[1:]), scope, depth)
            return self._least((node.func.value, *arguments), scope, depth)
        made = scope.function(name)
        if made is not None:
            return self._made(made, node, scope, depth, part)
        if _NAMES_TABLES.search(last) and not any(map(_is_sent, arguments)):
            return Trust.CONFIGURED  # a function of another file chooses among the tables that there are
        if _LOOKS_UP.search(last):
            return Trust.CONFIGURED  # what is stored is not what this caller sends
        if arguments and not _BRINGS_IN.search(name or last):
            if last in {"to_thread", "run_in_threadpool", "partial", "run_sync"}:
                arguments = arguments[1:]
            return min(self._least(arguments, scope, depth + 1), Trust.CONFIGURED) if arguments else Trust.OUTSIDE
        return Trust.OUTSIDE

    def _keys(self, node: ast.expr, scope: _Scope, depth: int) -> Trust:
        """Tell who chooses the keys of a dictionary; what is stored under them does not matter."""
        match node:
            case ast.Dict(keys=keys) if all(key is not None for key in keys):
                return self._least([key for key in keys if key is not None], scope, depth + 1)
            case ast.DictComp(key=key, generators=generators):
                return self._trust(key, scope.within(generators), depth + 1)
            case ast.Name(id=name) if name not in scope.parameters and scope.values_of(name):
                asked = (id(scope.node), f"{name}.keys")
                if asked in self._asked or depth > DEPTH_LIMIT:
                    return Trust.FIXED
                self._asked.add(asked)
                try:
                    return min(self._keys(value, scope, depth + 1) for value in scope.values_of(name))
                finally:
                    self._asked.discard(asked)
        return self._trust(node, scope, depth + 1)

    def _made(
        self,
        made: ast.FunctionDef | ast.AsyncFunctionDef,
        call: ast.Call,
        scope: _Scope,
        depth: int,
        part: int | None,
    ) -> Trust:
        """Tell of what a function of this file makes its result, or one part of the tuple that it returns."""
        if made in self._entered:
            return Trust.FIXED  # it calls itself; the other ways out decide
        returned = [r.value for r in _own(made) if isinstance(r, ast.Return) and r.value is not None]
        if not returned:
            return Trust.OUTSIDE
        self._entered.add(made)
        try:
            inner = self._scope_of(returned[0])
            if not inner.is_bound and call.args and self._least(call.args, scope, depth + 1) is Trust.FIXED:
                inner = inner.bound()
            chosen = [
                value.elts[part]
                if part is not None and isinstance(value, ast.Tuple) and part < len(value.elts)
                else value
                for value in returned
            ]
            known = min(self._trust(value, inner, depth + 5) for value in chosen)
            is_bound = part == 0 and all(map(_is_bound_pair, returned))
            return max(known, Trust.CONFIGURED) if is_bound else known
        finally:
            self._entered.discard(made)


@dataclass
class _Scope:
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
    above: _Scope | None
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
    def of(cls, node: ast.AST, above: _Scope | None, klass: ast.ClassDef | None) -> _Scope:
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
        for inner in _own(node):
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
            case ast.If(test=ast.Name(id=name), body=body) if body and isinstance(body[-1], _ENDS):
                self.empty_or_refused.add(name)
            case ast.If(test=test, body=body) if body and isinstance(body[-1], _ENDS):
                self.guarded |= set(_refused(test))
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.In()])):
                self.guarded |= {_dotted(left)}
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
            isinstance(iterated, ast.Call) and _dotted(iterated.func) == "enumerate" and isinstance(target, ast.Tuple)
        )
        match target, iterated:
            case ast.Tuple(elts=elements), ast.Call(func=ast.Name(id="zip"), args=[_, *_] as zipped) if len(
                zipped
            ) == len(elements):
                for element, one in zip(elements, zipped, strict=True):
                    _Scope._loop(element, one, loops)
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

    def bound(self) -> _Scope:
        """Return the same scope where every parameter was given something fixed."""
        parameters = dict.fromkeys(self.parameters, False)
        return _Scope(
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

    def within(self, generators: list[ast.comprehension]) -> _Scope:
        """Return the scope inside a comprehension."""
        loops = dict(self.loops)
        for each in generators:
            self._loop(each.target, each.iter, loops)
        guarded = set(self.guarded)
        for each in generators:
            for test in each.ifs:
                if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.In):
                    guarded.add(_dotted(test.left))
        return _Scope(
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

    def _around(self) -> Iterator[_Scope]:
        scope: _Scope | None = self
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
        return _first_of_each_name(_own(self.node))


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
            yield _dotted(left)
        case ast.BoolOp(op=ast.Or(), values=values):
            for value in values:
                yield from _refused(value)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.In()])):
            yield _dotted(left)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=func, args=args)) if args:
            name = _dotted(func).rsplit(".", 1)[-1]
            if name in {"isidentifier", "fullmatch", "isalnum", "isdigit"} or _IDENTIFIER_CHECK.match(name):
                yield _dotted(args[-1])
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(value=value, attr=attr))):
            if attr in {"isidentifier", "isalnum", "isdigit"}:
                yield _dotted(value)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, but not in the functions and classes inside it."""
    stack = list(ast.iter_child_nodes(node))
    while stack:
        each = stack.pop()
        yield each
        if not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(each))


def _set_on(klass: ast.ClassDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(klass):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if _dotted(target) in {f"self.{name}", f"cls.{name}", name}:
                    yield node.value


def _is_sent(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and _CALLERS.search(each.id) for each in ast.walk(node))


_PRIVATE: Final = re.compile(r"^_(?!_\w*__$)")


def _argument(call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> ast.expr | None:
    """Return what a call gives to a parameter of a function; its default; None where that cannot be told."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(word.arg is None for word in call.keywords):
        return None
    for word in call.keywords:
        if word.arg == name:
            return word.value
    positional = [*function.args.posonlyargs, *function.args.args]
    names = [each.arg for each in positional]
    if names[:1] in (["self"], ["cls"]):
        positional, names = positional[1:], names[1:]
    if name in names and names.index(name) < len(call.args):
        return call.args[names.index(name)]
    defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
    defaults |= {
        each.arg: value
        for each, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if value is not None
    }
    return defaults.get(name)


def _difference(node: ast.expr) -> str:
    """Return what is held against a collection: ``set(names) - known``, ``set(names).difference(known)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="set"), args=[held]), attr="difference")):
            return _dotted(held)
        case ast.BinOp(op=ast.Sub(), left=ast.Call(func=ast.Name(id="set"), args=[held])):
            return _dotted(held)
        case ast.ListComp(
            elt=ast.Name(id=one), generators=[ast.comprehension(target=ast.Name(id=each), iter=held, ifs=ifs)]
        ):
            is_held = one == each and any(each in _refused(test) for test in ifs)
            return _dotted(held) if is_held else ""
    return ""


def _is_number(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)} - _AROUND_NUMBERS
    return bool(names) and names <= _SAFE_ANNOTATIONS


def _touches(node: ast.AST, line: int, end_line: int) -> bool:
    first = getattr(node, "lineno", None)
    last = getattr(node, "end_lineno", None) or first
    return first is not None and last is not None and first <= end_line and last >= line


def _within(node: ast.AST, other: ast.AST) -> bool:
    def place(each: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
        first = (getattr(each, "lineno", 0), getattr(each, "col_offset", 0))
        return first, (getattr(each, "end_lineno", 0) or 0, getattr(each, "end_col_offset", 0) or 0)

    (first, last), (outer_first, outer_last) = place(node), place(other)
    return outer_first <= first and last <= outer_last and (outer_first, outer_last) != (first, last)


_HOST: Final = re.compile(r"^\w+://[^/{}\s]+/")


_BOUND: Final = re.compile(r"(?i)param|args|values|bind")


def _holds_bound_values(targets: list[ast.expr]) -> bool:
    """Tell whether what is assigned beside a text holds the values for it: ``where, params = self._where(x)``."""
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and bool(_BOUND.search(targets[0].id))


def _is_bound_pair(node: ast.expr) -> bool:
    """Tell whether a function gives a text together with the values for its marks."""
    match node:
        case ast.Tuple(elts=[_, ast.Name(id=name)]) | ast.Tuple(elts=[_, ast.Call(args=[ast.Name(id=name)])]):
            return bool(_BOUND.search(name))
        case ast.Tuple(elts=[ast.Constant(), _]):
            return True
    return False


def _beginning(node: ast.AST) -> ast.AST:  # noqa: PLR0911 - a table
    """Return the innermost expression that the text of a value begins with."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(), ast.FormattedValue(value=value), *_]):
            return _beginning(value)
        case (
            ast.JoinedStr(values=[ast.FormattedValue(value=value), *_]) | ast.BinOp(left=value) | ast.Await(value=value)
        ):
            return _beginning(value)
        case ast.Subscript(value=value):
            return _beginning(value)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _KEEPING_METHODS | {"get", "pop"}:
            return _beginning(value)
        case ast.Call(args=[first, *_]) if _keeps_head(node):
            return _beginning(first)
        case ast.BoolOp(values=[first, *_]) | ast.IfExp(orelse=first):
            return _beginning(first)
    return node


def _keeps_head(call: ast.Call) -> bool:
    """Tell whether the result of a call may begin as its first argument does."""
    name = _dotted(call.func)
    last = name.rsplit(".", 1)[-1]
    if last in {"urljoin", "str", "URL", "join"}:
        return True
    return isinstance(call.func, ast.Name) and not (
        _LOOKS_UP.search(last) or _BRINGS_IN.search(name) or last in _NUMBERS
    )


def _holds_request(klass: ast.ClassDef | None, name: str) -> bool:
    """Tell whether a field of an object is what a caller sent: a handler's path, a serializer's data."""
    if klass is None:
        return False
    bases = [_dotted(base).rsplit(".", 1)[-1] for base in klass.bases]
    if name in {"path", "headers", "rfile", "requestline"}:
        return any(base.endswith("HTTPRequestHandler") for base in bases)
    return name in {"data", "initial_data", "validated_data"} and any(base.endswith("Serializer") for base in bases)


def _is_of_request(base: str, attr: str) -> bool:
    """Tell whether an attribute is a part of what was sent: ``request.GET``, ``self.cleaned_data``."""
    parts = base.split(".")
    for number, part in enumerate(parts):
        if _REQUEST.match(part):
            after = [*parts[number + 1 :], attr]
            return after[0] not in _OF_SERVER
    return parts == ["self"] and _SENT.match(attr) is not None


def _is_compiled(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _dotted(node.func) == "compile" and bool(node.args)


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _last(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else _dotted(call.func)


def _is_built(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return True
    return False


def _text(node: ast.AST) -> str:
    return " ".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` of names and attributes, empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = _dotted(value)
            return f"{base}.{attr}" if base else ""
    return ""


_LITERAL: Final = re.compile(r"""(?P<q>\"\"\"|'''|["'`])(?P<text>(?:\\.|(?!(?P=q))[^\\])*)(?P=q)""", re.DOTALL)
_NO_SECRET: Final = re.compile(
    r"""(?x)^(?:
      (?:[a-z][a-z0-9_]*[./])+[a-z][a-z0-9_]*           # image_generation.openai.api_key: a setting, a path of words
    | [A-Z]+(?:[+_:.\ -][A-Z]+)*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+   # READ+API_KEY: names of permissions
    | .*\\(?:0?33|x1[bB]|u00?1[bB]|e)\[.*               # marks for a terminal
    | [^\x00-\x7f]+                                     # marks and words of other scripts
    | [\w.-]*\{.*                                       # a template
    | [A-Za-z]+(?:[ ,]+[A-Za-z'-]+){2,}[.!?:…]*        # prose
    | (?:sk|pk|rk|hf|ghp|gho|xoxb|xoxp)[-_](?:[a-z]{2,8}[-_])?    # how a key begins, and no more of it
    | \$\{?\w+\}?|%\(?\w+\)?s?|<[^>]*>
    )$"""
)


def may_be_secret(literal: str) -> bool:
    """Tell whether a literal may be a secret by its value: names of settings, marks and prose are none."""
    return not _NO_SECRET.match(literal)


_KEY_MARK: Final = re.compile(r"\s*:(?!:)")


def literals(text: str) -> list[str]:
    """Return the texts of the literals in a piece of code, without those that are keys or arguments by name."""
    return [found["text"] for found in _LITERAL.finditer(text) if not _KEY_MARK.match(text, found.end())]
