"""Of what SQL text in TypeScript and JavaScript is made: each part of it, looked up in the syntax tree of its file.

A name of a table cannot be bound. Where a helper that checks identifiers made it, where it goes through a list of
literals or is looked up in a table of such, the text is known; what is not known may come from outside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.refine import Trust
from auditor.stages.code.script_entrances import MODEL_REPLY, TOOL_ARGUMENT, handed_to
from auditor.stages.code.script_guards import SQL
from auditor.stages.code.script_sinks import sinks
from auditor.stages.code.script_tree import FUNCTIONS, arguments, bare, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from auditor.stages.code.script_tree import Definition, Node, Script

_CHECKS: Final = re.compile(
    r"(?i)^_?(?:sanitiz|sanitis|validat|quote|escape|assert|ensure|check|safe)\w*$|^\w*ident(?:ifier)?\w*$"
)
_NUMBER: Final = re.compile(r"^(?:Number(?:\.\w+)?|parseInt|parseFloat|BigInt|Math\.\w+|Date\.now)$")
_CONSTANT: Final = re.compile(r"^(?:[\w$]+\.)*[A-Z][A-Z0-9_]+$")
_SENT: Final = re.compile(r"(?i)\breq(?:uest)?\b|\bctx\b|\bbody\b|\bquery\b|\bparams\b|\binput\b|\bargs\b|\bnodeData\b")
_KNOWN_TYPE: Final = re.compile(r"^:\s*(?:number|bigint|boolean|Date)\b|^:\s*\|?\s*(?:[\"'][^\"']*[\"']\s*\|?\s*)+$")
_PLACEHOLDER: Final = re.compile(r"[$:@?]$")
_LITERALS: Final = frozenset({"string", "number", "true", "false", "null", "undefined", "regex"})
_GIVES_ITS_OBJECT: Final = frozenset(
    {"trim", "toLowerCase", "toUpperCase", "toString", "join", "slice", "sort", "filter"}
)
_STEPS_LIMIT: Final = 300


def sql_of_script(script: Script, start: int, end: int) -> Trust:
    """Tell of what the SQL is made between two bytes of a file; OUTSIDE where none is seen.

    Args:
        script: The file.
        start: First byte.
        end: Byte behind the last.
    """
    waiting = sinks(script, start, end, SQL)
    found = Trust.FIXED if waiting else Trust.OUTSIDE
    seen: set[Node] = set()
    for _step in range(_STEPS_LIMIT):
        if not waiting:
            return found
        node = bare(waiting.pop())
        if node in seen:
            continue
        seen.add(node)
        trust, parts = _made_of(script, node)
        found = min(found, trust)
        if found is Trust.OUTSIDE:
            break
        waiting += parts
    return Trust.OUTSIDE


_Made = tuple[Trust, "Iterable[Node]"]
_KNOWN: Final[_Made] = (Trust.FIXED, ())
_UNKNOWN: Final[_Made] = (Trust.OUTSIDE, ())


def is_asked_to(script: Script, capability: str, kind: str, place: tuple[int, int]) -> bool:
    """Tell whether a model writes the statement that is run: a tool was made to run it.

    Args:
        script: The file.
        capability: What the flaw is about.
        kind: Where the value comes in.
        place: First byte of the place, and the one behind the last.
    """
    return capability == "sql-injection" and kind in _OF_MODEL and is_whole_statement(script, *place)


_OF_MODEL: Final = frozenset({MODEL_REPLY, TOOL_ARGUMENT})


def is_whole_statement(script: Script, start: int, end: int) -> bool:
    """Tell whether what is asked of a database begins with a value, so that whoever gives it writes the statement.

    A tool that runs what a model writes is there to do so; what is put into a statement of the program changes it.
    """
    return any(_begins_with_value(script, bare(each)) for each in sinks(script, start, end, SQL))


def _begins_with_value(script: Script, node: Node) -> bool:
    for _name_of in range(_NAMES_LIMIT):
        match node.kind:
            case "template_string":
                return script.said(node).startswith("`${")
            case "binary_expression" if (left := node.get("left")) is not None:
                node = bare(left)
            case "call_expression" if (
                (function := node.get("function")) is not None
                and function.kind == "member_expression"
                and script.said(function).rsplit(".", 1)[-1] in _GIVES_ITS_OBJECT
                and (holder := function.get("object")) is not None
            ):
                node = bare(holder)
            case "identifier":
                known = script.definition(script.said(node), node)
                if known is None or known.kind != "value" or known.node is None or known.path:
                    return known is not None
                node = bare(known.node)
            case "member_expression":
                return True
            case _:
                return False
    return False


_NAMES_LIMIT: Final = 6


def _made_of(script: Script, node: Node) -> _Made:
    """Return what is known of a value by itself, and the values that it is made of."""
    if node.kind in _LITERALS:
        return _KNOWN
    ask = _ASKS.get(node.kind)
    return ask(script, node) if ask is not None else _UNKNOWN


def _template(script: Script, node: Node) -> _Made:
    parts = [each for each in node.children if each.kind == "template_substitution"]
    return Trust.FIXED, [each.children[0] for each in parts if each.children and not _is_placeholder(script, each)]


def _is_placeholder(script: Script, part: Node) -> bool:
    """Tell whether what is put in is the number of a placeholder: ``$${at + 1}``."""
    before = script.text[max(0, part.start - 1) : part.start].decode("utf-8", "replace")
    return _PLACEHOLDER.search(before) is not None


def _sum(script: Script, node: Node) -> _Made:
    left, right = node.get("left"), node.get("right")
    if left is None or right is None:
        return _UNKNOWN
    operator = script.text[left.end : right.start].strip(b" \n\t()")
    if operator in {b"-", b"*", b"/", b"%", b"===", b"!==", b">", b"<"}:
        return _KNOWN
    return Trust.FIXED, ([right] if operator == b"&&" else [left, right])


def _choice(_script: Script, node: Node) -> _Made:
    branches = [node.get("consequence"), node.get("alternative")]
    return Trust.FIXED, [each for each in branches if each is not None]


def _call(script: Script, node: Node) -> _Made:
    function = node.get("function")
    said = script.said(function).replace("?.", ".") if function is not None else ""
    name = said.rsplit(".", 1)[-1]
    if _NUMBER.match(said) or _CHECKS.match(name):
        return _KNOWN
    holder = function.get("object") if function is not None else None
    given = arguments(node)
    parts: Iterable[Node] | None = None
    if holder is None:
        pass
    elif name in {"map", "flatMap"} and given and given[0].kind in FUNCTIONS:
        parts = returns(given[0])
    elif said in {"Object.keys", "Object.values"} and given:
        parts = _table(script, given[0])
    elif name == "fill" and given:  # ``Array(n).fill("?")``
        parts = given[:1]
    elif name in _GIVES_ITS_OBJECT:
        parts = [holder, *given]
    return (Trust.FIXED, parts) if parts is not None else _UNKNOWN


def _member(script: Script, node: Node) -> _Made:
    said = script.said(node).replace("?.", ".")
    if said.endswith(".length") or _CONSTANT.match(said):
        return _KNOWN
    if re.fullmatch(r"this(?:\.[A-Za-z_$][\w$]*)+", said):
        return (Trust.OUTSIDE if _SENT.search(said) else Trust.CONFIGURED), ()
    holder = node.get("object")
    table = _table(script, holder) if holder is not None else None
    return (Trust.FIXED, table) if table is not None else _UNKNOWN


def _entry(script: Script, node: Node) -> _Made:
    holder = node.get("object")
    table = _table(script, holder) if holder is not None else None
    return (Trust.FIXED, table) if table is not None else _UNKNOWN


def _table(script: Script, holder: Node) -> list[Node] | None:
    """Return the values of an object that its file writes out, whichever of them is asked for."""
    holder = bare(holder)
    if holder.kind == "identifier":
        known = script.definition(script.said(holder), holder)
        if known is None or known.kind != "value" or known.node is None or known.path:
            return [] if known is not None and known.kind == "import" and _CONSTANT.match(script.said(holder)) else None
        if script.assigned(script.said(holder)):
            return None
        holder = bare(known.node)
    if holder.kind != "object" or any(each.kind != "pair" for each in holder.children):
        return None
    return [value for each in holder.children if (value := each.get("value")) is not None]


def _list(_script: Script, node: Node) -> _Made:
    return Trust.FIXED, node.children


def _name(script: Script, node: Node) -> _Made:
    said = script.said(node)
    if _CONSTANT.match(said):
        return _KNOWN
    known = script.definition(said, node)
    if known is None:
        return _UNKNOWN
    if known.kind == "parameter":
        return _parameter(script, known)
    if known.kind not in {"value", "each"} or known.path or known.node is None:
        return _UNKNOWN
    return Trust.FIXED, [known.node, *_put_in(script, said)]


def _parameter(script: Script, known: Definition) -> _Made:
    """Tell of a parameter by its type, or by the list of which a function is handed each."""
    annotation = known.node.get("type") if known.node is not None and not known.path else None
    if annotation is not None and _KNOWN_TYPE.match(script.said(annotation)):
        return _KNOWN
    handed = handed_to(script, known.scope)
    callee = handed[0].get("function") if handed is not None else None
    holder, asked = (callee.get("object"), callee.get("property")) if callee is not None else (None, None)
    if holder is None or asked is None or script.said(asked) not in {"map", "flatMap", "forEach"}:
        return _UNKNOWN
    return _KNOWN if known.place else (Trust.FIXED, [holder])


def _put_in(script: Script, name: str) -> list[Node]:
    """Return what a name is set to later, and what its list is given."""
    found = [right for each in script.assigned(name) if (right := each.get("right")) is not None]
    for use in script.uses(name):
        member, call = use.parent, use.parent.parent if use.parent is not None else None
        asked = member.get("property") if member is not None and member.kind == "member_expression" else None
        if asked is not None and call is not None and script.said(asked) in {"push", "unshift", "concat", "add"}:
            found += arguments(call)
    return found


_ASKS: Final[Mapping[str, Callable[[Script, Node], _Made]]] = {
    "template_string": _template,
    "binary_expression": _sum,
    "ternary_expression": _choice,
    "call_expression": _call,
    "member_expression": _member,
    "subscript_expression": _entry,
    "array": _list,
    "spread_element": _list,
    "identifier": _name,
    "shorthand_property_identifier": _name,
}
