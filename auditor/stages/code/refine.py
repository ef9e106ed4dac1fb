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
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.stages.code.hosts import behind_scheme
from auditor.stages.code.scopes import IDENTIFIER_CHECK, Scope, dotted, is_bound_pair, last_name, own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEPTH_LIMIT: Final = 40
"""Steps from name to value; deeper than that nothing is known."""
STEPS_LIMIT: Final = 3_000
"""Values looked at for one question: a name may be many things, each of them made of many names."""
SOURCE_LIMIT_BYTES: Final = 1_000_000


_METHOD_FIRST: Final = (".request", ".stream", ".build_request", "requests.Request", "httpx.Request")
"""Calls that are given the method before the address."""


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
    | {"rsplit", "partition", "rpartition", "ljust", "rjust", "zfill"}
)
_FORMS_OF_TEXT: Final = frozenset({"encode", "decode"})
"""With what they are told, ``raw.decode("utf-8")`` holds what ``raw`` does; ``token.decode()`` may be another's."""
_SAFE_METHODS: Final = frozenset({"strftime", "isoformat", "hexdigest", "timestamp", "total_seconds"})
_SAFE_ATTRIBUTES: Final = frozenset(
    {"__tablename__", "__name__", "hex", "tablename", "db_table", "__table__", "quoted_name"}
)
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


@dataclass
class Module:
    """A parsed file, asked about places in it.

    Attributes:
        tree: Its syntax tree.
        nodes: All of its nodes, the outer ones first.
    """

    tree: ast.Module
    nodes: list[ast.AST] = field(default_factory=list)
    _scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    _parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _entered: set[ast.AST] = field(default_factory=set)
    _fields: dict[ast.ClassDef, Mapping[str, list[ast.expr]]] = field(default_factory=dict)
    _given_to: set[tuple[ast.AST, str]] = field(default_factory=set)
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
                and dotted(node.func) in {"exec", "eval", "compile"}
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
            and _STARTS.search(dotted(node.func))
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
                isinstance(node, ast.Call) and _touches(node, line, end_line) and _FETCHES.search(dotted(node.func))
            ):
                continue
            given = [word.value for word in node.keywords if word.arg in {"url", "fullurl", "uri", "endpoint"}]
            is_second = dotted(node.func).endswith(_METHOD_FIRST) and len(node.args) > 1
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
            and _OPENS.search(dotted(node.func) or last_name(node.func))
        ]
        given = [
            # a path that is put together is made of all its parts
            *(call if last_name(call.func) == "join" else call.args[0] for call in calls if call.args),
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

    def _head(self, node: ast.expr, scope: Scope, depth: int) -> Trust:  # noqa: C901, PLR0911, PLR0912 - a table
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
            case ast.BinOp() | ast.Call() if (host := behind_scheme(node)) is not None:
                return self._head(host, scope, deeper)
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
            case ast.Call(args=[first, *_]) if dotted(node.func).rsplit(".", 1)[-1] in {
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
            case ast.Attribute() if dotted(node).startswith(("request.app.", "req.app.")):
                return Trust.CONFIGURED
        return self._trust(node, scope, deeper)

    @staticmethod
    def _is_own(call: ast.Call, scope: Scope) -> bool:
        return scope.function(dotted(call.func)) is not None

    def _head_of_own(self, call: ast.Call, scope: Scope, depth: int, part: int | None) -> Trust:
        """Tell of what the beginning is made of what a function of this file returns, given what this call gives it."""
        made = scope.function(dotted(call.func))
        if made is None or made in self._entered:
            return Trust.FIXED  # it calls itself; the other ways out decide
        returned = [node.value for node in own_nodes(made) if isinstance(node, ast.Return) and node.value is not None]
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

    def _head_given(self, value: ast.expr, inner: Scope, call: ast.Call, scope: Scope, depth: int) -> Trust:
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
        return (each for each in self.around(node) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, the innermost first."""
        place = self._parents.get(node)
        while place is not None:
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

    def function(self, call: ast.Call, at: ast.AST | None = None) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function of this file that a call names, where it stands or elsewhere."""
        return self._scope_of(at or call).function(dotted(call.func))

    def values_of(self, value: ast.expr) -> list[ast.expr]:
        """Return an expression, and what is assigned to it where it is a name."""
        if not isinstance(value, ast.Name):
            return [value]
        return [value, *self._scope_of(value).values_of(value.id)]

    def _set_on(self, klass: ast.ClassDef) -> Mapping[str, list[ast.expr]]:
        """Return what each field of a class, or of its object, is set to anywhere in it."""
        if klass not in self._fields:
            found: dict[str, list[ast.expr]] = {}
            for node in ast.walk(klass):
                if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                        owner, _, name = dotted(target).rpartition(".")
                        if name and owner in {"", "self", "cls"}:
                            found.setdefault(name, []).append(node.value)
            self._fields[klass] = found
        return self._fields[klass]

    def set_on_object(self, value: ast.expr) -> list[ast.expr]:
        """Return what the methods of a class set a field of the object to, where an expression is one."""
        klass = self._scope_of(value).klass
        if not isinstance(value, ast.Attribute) or dotted(value.value) != "self" or klass is None:
            return []
        return list(self._set_on(klass).get(value.attr, ()))

    def _literal(self, node: ast.expr, scope: Scope, depth: int) -> Trust:
        """Return OUTSIDE where something else than constants goes into a value."""
        self._steps += 1
        if depth > DEPTH_LIMIT or self._steps > STEPS_LIMIT:
            return Trust.FIXED
        formed = _formed(node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Subscript) and dotted(inner.value).endswith("environ"):
                return Trust.OUTSIDE
            if isinstance(inner, ast.Call) and dotted(inner.func).rsplit(".", 1)[-1] in {
                "getenv",
                "derive",
                "urandom",
            }:
                if dotted(inner.func).endswith("derive") and not any(
                    self._literal(argument, scope, depth + 1) is Trust.OUTSIDE for argument in inner.args
                ):
                    continue
                return Trust.OUTSIDE
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner not in formed:
                if inner.id in scope.parameters or inner.id in scope.all_imported():
                    return Trust.OUTSIDE
                for value in scope.values_of(inner.id):
                    if value is not node and self._literal(value, scope, depth + 1) is Trust.OUTSIDE:
                        return Trust.OUTSIDE
        return Trust.FIXED

    def _scope_at(self, node: ast.AST) -> Scope:
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

    def _scope_of(self, node: ast.AST) -> Scope:
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
            self._scopes[place] = Scope.of(place, above, klass)
        return self._scopes[place]

    def _trust(self, node: ast.expr, scope: Scope, depth: int) -> Trust:  # noqa: C901, PLR0911, PLR0912 - a table
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

    def _least(self, nodes: Iterable[ast.expr], scope: Scope, depth: int) -> Trust:
        return min((self._trust(node, scope, depth) for node in nodes), default=Trust.FIXED)

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Trust:  # noqa: PLR0911 - a table
        base = dotted(node.value)
        if _is_of_request(base, node.attr) or (base == "self" and _holds_request(scope.klass, node.attr)):
            return Trust.OUTSIDE
        if node.attr in _SAFE_ATTRIBUTES or _UPPER.match(node.attr):
            return Trust.FIXED
        if base in {"self", "cls"} and scope.klass is not None:
            values = list(self._set_on(scope.klass).get(node.attr, ()))
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

    def _name(self, name: str, scope: Scope, depth: int, line: int = 0) -> Trust:
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

    def _value_of(self, name: str, scope: Scope, depth: int, line: int) -> Trust:  # noqa: PLR0911 - a table
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
        if name in scope.clauses and not self._quotes_outside(values, scope, depth):
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

    def _given(self, name: str, scope: Scope, depth: int) -> Trust:
        """Tell what the callers of a private function give to a parameter, where all of them stand in this file."""
        function = scope.node
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _PRIVATE.match(function.name):
            return Trust.OUTSIDE
        if (function, name) in self._given_to:
            return Trust.FIXED  # it calls itself; who calls it from outside decides
        calls = [call for call in self.calls if last_name(call.func) == function.name]
        called = {id(call.func) for call in calls}
        is_handed_on = any(
            id(node) not in called and getattr(node, "attr", getattr(node, "id", "")) == function.name
            for node in self.nodes
            if isinstance(node, (ast.Name, ast.Attribute))
        )
        if not calls or is_handed_on or function.decorator_list:
            return Trust.OUTSIDE
        self._given_to.add((function, name))
        try:
            given = [_argument(call, function, name) for call in calls]
            known = [
                Trust.OUTSIDE if value is None else self._trust(value, self._scope_at(value), depth + 5)
                for value in given
            ]
        finally:
            self._given_to.discard((function, name))
        return min(*known, Trust.CONFIGURED)

    def _call(self, node: ast.Call, scope: Scope, depth: int, part: int | None = None) -> Trust:  # noqa: C901, PLR0911 - a table
        name = dotted(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name
        arguments = (*node.args, *(word.value for word in node.keywords))
        is_least = name in {"min", "max"} and len(node.args) > 1  # of numbers
        if is_least or last in _NUMBERS or _EMBEDS.match(last) or IDENTIFIER_CHECK.match(last) or last in _SAFE_METHODS:
            return Trust.FIXED
        if name in {f"shlex.{each}" for each in _QUOTES} | {"quote"}:
            return Trust.FIXED
        if name in _PASSING:
            return self._least(arguments, scope, depth)
        if _MAKES_SQL.search(last) and not _MODEL_SQL.search(last) and scope.function(name) is None:
            return Trust.CONFIGURED  # SQL that another part of the program makes is judged there
        if isinstance(node.func, ast.Attribute) and last in _TEXT_METHODS | (_FORMS_OF_TEXT if arguments else set()):
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
        held = [] if arguments else [each for each in scope.values_of(name) if scope.function(dotted(each)) is None]
        return (
            self._least(held, scope, depth) if held else Trust.OUTSIDE
        )  # ``chosen = request.app.state.host; chosen()``

    def quotes_outside(self, line: int, end_line: int) -> bool:
        """Tell whether a text that some lines build puts what callers give between quotes: ``WHERE key = '{key}'``."""
        self._steps = 0
        try:
            return any(
                self._trust(value, self._scope_at(value), 0) is Trust.OUTSIDE
                for node in self.nodes
                if _touches(node, line, end_line)
                for value in _between_quotes(node)
            )
        except RecursionError:
            return False

    def _quotes_outside(self, values: list[ast.expr], scope: Scope, depth: int) -> bool:
        """Tell whether a function of this file that makes a clause puts something of a caller between quotes in it."""
        for value in values:
            made = value.value if isinstance(value, ast.Subscript) else value
            call = made.value if isinstance(made, ast.Await) else made
            function = scope.function(dotted(call.func)) if isinstance(call, ast.Call) else None
            if function is not None and self._is_open(function, depth):
                return True
        return False

    def _is_open(self, made: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> bool:
        """Tell whether a function writes a text of a caller between the quotes of its SQL: ``'$.{key}' = ?``."""
        return any(
            self._trust(value, self._scope_of(value), depth + 5) is Trust.OUTSIDE
            for node in own_nodes(made)
            for value in _between_quotes(node)
        )

    def _keys(self, node: ast.expr, scope: Scope, depth: int) -> Trust:
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
        scope: Scope,
        depth: int,
        part: int | None,
    ) -> Trust:
        """Tell of what a function of this file makes its result, or one part of the tuple that it returns."""
        if made in self._entered:
            return Trust.FIXED  # it calls itself; the other ways out decide
        returned = [r.value for r in own_nodes(made) if isinstance(r, ast.Return) and r.value is not None]
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
            is_bound = part == 0 and all(map(is_bound_pair, returned)) and not self._is_open(made, depth)
            return max(known, Trust.CONFIGURED) if is_bound else known
        finally:
            self._entered.discard(made)


def _between_quotes(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a text puts between two single quotes: of an f-string, and of texts that are added."""
    match node:
        case ast.JoinedStr(values=values):
            open_quotes = 0
            for value in values:
                if isinstance(value, ast.Constant):
                    open_quotes += str(value.value).count("'")
                elif isinstance(value, ast.FormattedValue) and open_quotes % 2:
                    yield value.value
        case ast.BinOp(op=ast.Add(), left=ast.BinOp(op=ast.Add(), left=before, right=value)) if _text(before).count(
            "'"
        ) % 2 and not isinstance(value, ast.Constant):
            yield value


_FORMS: Final = frozenset(
    {"base64", "hashlib", "binascii", "codecs", "bytes", "b64encode", "urlsafe_b64encode", "sha256"}
)
"""What a literal only takes another form by."""


def _formed(node: ast.expr) -> frozenset[ast.AST]:
    """Return the names in an expression by which its parts only take another form: ``base64.b64encode(b"…")``."""
    roots = []
    for call in ast.walk(node):
        root = call.func if isinstance(call, ast.Call) else None
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id in _FORMS:
            roots.append(root)
    return frozenset(roots)


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


def _beginning(node: ast.AST) -> ast.AST:  # noqa: PLR0911 - a table
    """Return the innermost expression that the text of a value begins with."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(), ast.FormattedValue(value=value), *_]):
            return _beginning(value)
        case ast.BinOp() | ast.Call() if (host := behind_scheme(node)) is not None:
            return _beginning(host)
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
    name = dotted(call.func)
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
    bases = [dotted(base).rsplit(".", 1)[-1] for base in klass.bases]
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
    return isinstance(node, ast.Call) and dotted(node.func) == "compile" and bool(node.args)


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _is_built(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return True
    return False


def _text(node: ast.AST) -> str:
    return " ".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


_LITERAL: Final = re.compile(r"""(?P<q>\"\"\"|'''|["'`])(?P<text>(?:\\.|(?!(?P=q))[^\\])*)(?P=q)""", re.DOTALL)
_NO_SECRET: Final = re.compile(
    r"""(?x)^(?:
      (?:[a-z][a-z0-9_]*[./])+[a-z][a-z0-9_]*           # image_generation.openai.api_key: a setting, a path of words
    | [A-Z]+(?:[+_:.\ -][A-Z]+)*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+   # READ+API_KEY: names of permissions
    | .*\\(?:0?33|x1[bB]|u00?1[bB]|e)\[.*               # marks for a terminal
    | [^\x00-\x7f]+                                     # marks and words of other scripts
    | __[A-Za-z]+(?:_[A-Za-z]+)*__                      # a mark between underscores
    | .*(?:\u586b\u5199|\u586b\u5165|\u8bf7\u8f93\u5165|\u66ff\u6362|[\u4f60\u60a8]\u7684).*  # "fill this in"
    | [0xX*]{4,}(?:-[0xX*]{4,}){2,}                     # an identifier of zeros
    | [\w.-]*\{.*                                       # a template
    | [A-Za-z]+(?:[ ,]+[A-Za-z'-]+){2,}[.!?:…]*        # prose
    | (?:sk|pk|rk|hf|ghp|gho|xoxb|xoxp)[-_](?:[a-z]{2,8}[-_])?    # how a key begins, and no more of it
    | (?:phc_|pk_(?:live|test)_)\w{10,}                 # keys that pages publish: PostHog's, Stripe's
    | x-oauth-basic|x-access-token|x-token-auth|oauth2           # what hosts of git want beside a token
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
