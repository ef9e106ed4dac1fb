"""What a schema leaves of a value: zod and its like, JSON Schema, validators of routes and tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_entrances import TOOL_ARGUMENT, UPLOAD, handed_to
from auditor.stages.code.script_keeps import GIVES_ITS_OBJECT
from auditor.stages.code.script_tree import arguments, bare, unquoted

if TYPE_CHECKING:
    from auditor.stages.code.script_tree import Node, Program, Script

_FIXED_SCHEMA: Final = re.compile(
    r"\.(?:enum|nativeEnum|literal|number|boolean|bigint|date|int|uuid|guid|cuid2?|ulid|nanoid|regex|refine|superRefine|transform|ip|datetime|email|valid|guid|isUUID|pattern)\s*\("
    r"|\bcoerce\.(?:number|boolean|date)|\b(?:Type|t|v)\.(?:Integer|Number|Boolean|Literal|Numeric|picklist|Enum|UnionEnum)\s*\(|\benum\s*:\s*\[|\btype\s*:\s*[\"'](?:number|integer|boolean)[\"']|\bpattern\s*:\s*[\"'/]|\bconst\s*:"
)
"""What a value cannot be any text by: a list, a number, a pattern, a check of the program's own."""
_PLAIN_SCHEMA: Final = re.compile(r"\.string\s*\(|\b(?:Type|t|v)\.(?:String|string)\s*\(|\btype\s*:\s*[\"']string[\"']")
"""What a value is one text by, and no object that holds operators."""
_WITHOUT_OBJECTS: Final = frozenset({"query-injection"})
"""Flaws that a text cannot do, whatever it says."""
_SENT: Final = {"query": "querystring", "params": "params", "body": "body", "headers": "headers"}
"""How Fastify calls the parts of a request in the schema of a route."""
_FIXED_FIELD: Final = re.compile(
    r"@(?:IsIn|IsEnum|IsUUID|IsInt|IsNumber|IsNumberString|IsBoolean|IsBooleanString|IsDate\w*|IsMongoId|Matches|IsAlpha\w*|IsHexadecimal|IsISO\w*|IsIP|IsPort|Equals|IsPositive)\b"
    r"|\bhost_whitelist\b|@(?:\w{1,40}\.)?\w{0,40}(?:Safe|Public|Allowed|Internal|Whitelisted|NotPrivate)\w{0,40}\("
)
"""What a field of a class for a request's data cannot be any text by, or any address."""
_PLAIN_FIELD: Final = re.compile(
    r"^\s*(?:number|boolean|bigint|Date|[\"'][^\"'\n]*[\"'])(?:\s*\|\s*(?:number|boolean|null|undefined|[\"'][^\"'\n]*[\"']))*\s*$"
)
_AROUND: Final = frozenset(
    {"properties", "inputSchema", "input_schema", "parameters", "schema", "argsSchema", "shape", "body",
     "params", "query", "args"}
)  # fmt: skip
"""Keys of an object in which a schema stands."""
_TAKES: Final = frozenset({"input", "schema", "inputSchema", "validator", "inputValidator"})
_STEPS_LIMIT: Final = 60


def is_fixed_argument(
    program: Program, script: Script, function: Node, kind: str, path: tuple[str, ...], capability: str = ""
) -> bool:
    """Tell whether the schema beside a tool, a procedure or a route leaves no free text in one of its arguments."""
    if not path or kind == UPLOAD:
        return False
    handed = handed_to(script, function)
    if handed is None:
        return False
    call = handed[0]
    names = (
        path[2:]
        if path[:2] == ("params", "arguments")
        else path[1:]
        if path[0] in {"input", "parsedInput", "context"}
        else path
    )
    places = [
        each
        for each in arguments(call)
        if bare(each).kind in {"object", "identifier", "call_expression", "member_expression"}
    ]
    callee = call.get("function")
    if kind != TOOL_ARGUMENT and callee is not None:
        places = [
            given
            for each in callee.inside()
            if each.kind == "call_expression" and _name(script, each) in _TAKES
            for given in arguments(each)
        ]
        if any(is_fixed_by(program, script, each, names, capability) for each in places):
            return True
        names = (_SENT.get(path[0], path[0]), *path[1:])
        places = _of_route(script, call) if len(names) > 1 else []
    return any(is_fixed_by(program, script, place, names, capability) for place in places)


def _of_route(script: Script, call: Node) -> list[Node]:
    """Return the schema that a route is given in its options: ``app.post("/x", { schema: { body } }, handler)``."""
    pairs = [pair for each in arguments(call) if bare(each).kind == "object" for pair in bare(each).children]
    return [
        value
        for pair in pairs
        if (key := pair.get("key")) is not None
        and unquoted(script.said(key)) == "schema"
        and (value := pair.get("value")) is not None
    ]


def is_fixed_by(program: Program, script: Script, schema: Node, path: tuple[str, ...], capability: str = "") -> bool:
    """Tell whether a schema leaves no free text at a place, or none that does harm where it is one text."""
    found = _schema(program, script, schema, path)
    if found is None:
        return False
    is_plain = capability in _WITHOUT_OBJECTS and _PLAIN_SCHEMA.search(found) is not None
    return is_plain or _FIXED_SCHEMA.search(found) is not None


def _schema(program: Program, script: Script, schema: Node, path: tuple[str, ...]) -> str | None:  # noqa: C901, PLR0912 - one branch for each kind of node
    waiting: list[tuple[Script, Node, tuple[str, ...]]] = [(script, schema, path)]
    for _step in range(_STEPS_LIMIT):
        if not waiting:
            return None
        where, node, names = waiting.pop()
        node = bare(node)
        if not names:
            return _whole(program, where, node)
        if node.kind == "identifier":
            known = where.definition(where.said(node), node)
            if known is not None and known.kind == "import":
                found = program.imported(where, known)
                if found is None:
                    continue
                where, known = found
            if known is not None and known.kind == "value" and known.node is not None:
                waiting.append((where, known.node, names))
        elif node.kind == "member_expression" and (inner := node.get("object")) is not None:
            waiting.append((where, inner, names))
        elif node.kind == "call_expression":
            function = node.get("function")
            if (
                function is not None
                and function.kind == "member_expression"
                and (holder := function.get("object")) is not None
            ):
                waiting.append((where, holder, names))
            waiting.extend(
                (where, each, names)
                for each in reversed(arguments(node))
                if bare(each).kind in {"object", "identifier", "call_expression", "member_expression"}
            )
        elif node.kind == "object":
            for each in node.children:
                key, value = each.get("key"), each.get("value")
                if key is None or value is None:
                    if each.kind == "spread_element" and each.children:
                        waiting.append((where, each.children[0], names))
                    continue
                named = unquoted(where.said(key))
                if named == names[0]:
                    waiting.append((where, value, names[1:]))
                elif named in _AROUND:
                    waiting.append((where, value, names))
    return None


def is_fixed_by_class(program: Program, script: Script, parameter: Node, path: tuple[str, ...]) -> bool | None:
    """Tell whether the class of a parameter leaves no free text in a field; None where its file is not known.

    Args:
        program: Knows what files import.
        script: The file of the parameter.
        parameter: ``@Body() input: WebhookInput``.
        path: What is asked of it, the outermost property first.
    """
    is_decorated = any(each.kind == "decorator" for each in parameter.children)
    name = script.class_name(parameter.get("pattern") or parameter) if path and is_decorated else ""
    known = script.definition(name, script.root) if name else None
    where = script
    if known is not None and known.kind == "import":
        found = program.imported(script, known)
        if found is None:
            return None if not program.is_whole else False
        where, known = found
    if known is None or known.kind != "class" or known.node is None:
        return False
    body = known.node.get("body")
    before: list[str] = []
    for each in body.children if body is not None else ():
        said = [where.said(part) for part in each.children if part.kind == "decorator"]
        if each.kind == "decorator":
            before.append(where.said(each))
            continue
        named = each.get("name")
        if named is not None and where.said(named) == path[0]:
            return any(map(_FIXED_FIELD.search, (*before, *said)))
        before = []
    return False


def is_plain_field(script: Script, parameter: Node, path: tuple[str, ...]) -> bool:
    """Tell whether a field of a parameter is by its type a number, or one of some words; of types of the same file."""
    annotation = parameter.get("type")
    is_field = bool(path) and all(each in GIVES_ITS_OBJECT for each in path[1:])  # ``options.order.toUpperCase()``
    name = script.said(annotation).lstrip(": ").split("<", 1)[0] if annotation is not None and is_field else ""
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        return False
    text = script.text.decode("utf-8", "replace")
    typed = re.search(rf"\b(?:interface|type)\s+{name}\b[^{{;]{{0,200}}\{{([^{{}}]{{0,4000}})\}}", text)
    asked = re.search(rf"(?m)^\s*(?:readonly\s+)?{re.escape(path[0])}\??\s*:\s*([^;,\n]+)", typed[1]) if typed else None
    return asked is not None and _PLAIN_FIELD.match(asked[1]) is not None


def _whole(program: Program, script: Script, schema: Node) -> str:
    """Return the text of a schema, with those of the schemas that it is made of by their names."""
    said: list[str] = []
    waiting = [(script, schema)]
    while waiting and len(said) < _NAMES_LIMIT:
        where, node = waiting.pop()
        said.append(where.said(node))
        for each in (part for part in (node, *node.inside()) if part.kind == "identifier"):
            known = where.definition(where.said(each), each)
            found = program.imported(where, known) if known is not None and known.kind == "import" else None
            other, known = found if found is not None else (where, known)
            if known is not None and known.kind == "value" and known.node is not None and not known.path:
                waiting.append((other, known.node))
    return " ".join(said)


_NAMES_LIMIT: Final = 6


def _name(script: Script, call: Node) -> str:
    """Return the last name of what a call calls."""
    function = call.get("function")
    asked = function.get("property") if function is not None else None
    return script.said(asked if asked is not None else function) if function is not None else ""
