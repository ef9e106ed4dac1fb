"""What lines of a script are for, where no value is followed: what runs only while it is developed, marks of pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import FUNCTIONS, arguments, bare, function_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.script_tree import Node, Script

_DEVELOPED: Final = re.compile(
    r"(?i)import\.meta\.env\.DEV\b|\b__DEV__\b|\bIS_?TEST(?:_?(?:BUILD|ENV\w*|MODE|RUN))?\b|(?:NODE_ENV|ENVIRONMENT|APP_ENV|RUNTIME_ENV|STAGE)\b[^&|]{0,20}={2,3}\s*[\"'`](?:dev|development|test|local)[\"'`]|^\(?\s*(?:\w+\.)*_?is_?(?:dev|development|local|debug)\w*(?:\(\))?\s*\)?$"
)
NOT: Final = re.compile(r"\(?\s*!(?!=)")
"""How a condition begins that is turned round."""
_STANDS_IN: Final = re.compile(
    r"(?i)mail_?(?:pit|hog|dev|catcher|trap)|local_?stack|emulator|^(?:get|make|create|build)?_?mock"
)
"""Services that stand in for others while a program is developed."""
_CHOSEN: Final = re.compile(
    r"(?i)(?:ssl|tls|secur|encrypt|mode)\w*\s*={2,3}\s*[\"'`](?:prefer\w*|none|disabled?|insecure|skip\w*|off|allow|no-?verify|unverified|self-?signed)[\"'`]"
)
_LEAVES: Final = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})
_OF_LOG: Final = re.compile(
    r"(?i)(?:^|/)[\w.-]*(?:logger|logging|telemetry|analytics|tracking|tracker|metrics)[\w.-]*\.\w+$"
)
_MARKS: Final = frozenset({"setAttribute", "querySelector", "querySelectorAll", "getElementById", "removeAttribute"})
_MARK_PROPERTIES: Final = re.compile(r"\.(?:id|className|htmlFor|dataset\.\w+)$")
_NAMES_LIMIT: Final = 400


def _at(script: Script, line: int, end_line: int) -> Node:
    """Return what some lines say: the smallest node around them, or the first that begins in them."""
    start, end = script.offsets(line, end_line)
    node = script.at(start, end)
    if node.start >= start:
        return node
    inside = (each for each in node.inside() if each.start >= start)
    return next((each for each in inside if each.end <= end), node)


def _conditions(node: Node) -> Iterator[Node]:
    """Yield the conditions that hold where a node runs."""
    child = node
    for around in node.around():
        if around.kind in {"if_statement", "ternary_expression"} and child is around.get("consequence"):
            condition = around.get("condition")
            if condition is not None:
                yield condition
        child = around


def conditions(script: Script, line: int, end_line: int) -> list[str]:
    """Return the conditions that hold where some lines run."""
    return [script.said(each) for each in _conditions(_at(script, line, end_line))]


def is_for_developers(script: Script, line: int, end_line: int) -> bool:
    """Tell whether lines run only while the program is developed: ``if (import.meta.env.DEV)``, ``makeMailhog()``."""
    node = _at(script, line, end_line)
    names = (script.name_of(each) for each in (node, *node.around()) if each.kind in FUNCTIONS)
    asked = [each for each in conditions(script, line, end_line) if not NOT.match(each)]
    asked += [each for each in refused_before(script, line, end_line) if NOT.match(each)]
    return any(map(_DEVELOPED.search, asked)) or any(map(_STANDS_IN.search, names))


def is_chosen(script: Script, line: int, end_line: int) -> bool:
    """Tell whether lines run only where a mode without checks is chosen: ``if (c.ssl === "prefer")``."""
    return any(map(_CHOSEN.search, conditions(script, line, end_line)))


_OF_CACHE: Final = re.compile(r"(?i)cache|fingerprint|partition|dedup|etag")


def is_of_cache(script: Script, line: int, end_line: int) -> bool:
    """Tell whether a digest is made with a key of the program, for a cache by the name of its function."""
    node = _at(script, line, end_line)
    function = node if node.kind in FUNCTIONS else function_around(node)
    is_keyed = "createHmac" in script.said(function or node)
    return function is not None and is_keyed and _OF_CACHE.search(script.name_of(function)) is not None


def refused_before(script: Script, line: int, end_line: int) -> Iterator[str]:
    """Yield the conditions by which a function is left before some lines: ``if (!options.insecure) return``."""
    child = _at(script, line, end_line)
    for around in child.around():
        for each in around.children if around.kind == "statement_block" else ():
            if each.start >= child.start:
                break
            condition, then = each.get("condition"), each.get("consequence")
            if each.kind == "if_statement" and condition is not None and then is not None:
                last = then.children[-1] if then.kind == "statement_block" and then.children else then
                if last.kind in _LEAVES:
                    yield script.said(condition)
        child = around


def is_mark(script: Script, line: int, end_line: int) -> bool:
    """Tell whether what lines make by chance only tells things apart: elements of a page, lines of a log."""
    node = _at(script, line, end_line)
    if _OF_LOG.search(script.path) or _is_of_component(script, node):
        return True
    known = [script.definition(script.said(each), each) for each in node.inside() if each.kind in _IDENTIFIERS]
    if any(each is not None and each.node is not None and _is_kept(script, bare(each.node)) for each in known):
        return True
    names = {script.said(each) for each in _named(node)}
    names |= {script.said(each) for each in node.inside() if each.kind in _IDENTIFIERS and _is_by_chance(script, each)}
    uses = [use for name in names for use in script.uses(name)[:_NAMES_LIMIT]]
    return any(_marks(script, use) for use in uses) or _names_file(script, uses)


_OF_TEXT: Final = frozenset({"template_substitution", "template_string", "binary_expression"})
_JOINS: Final = re.compile(r"^(?:path(?:\.(?:posix|win32))?\.)?(?:join|resolve)$")


def _names_file(script: Script, uses: list[Node]) -> bool:
    """Tell whether all that a value is used for is to make the name of a file: ``join(root, `a-${nonce}.json`)``."""
    calls = [_call_of_part(use) for use in uses if use.field not in {"name", "left"}]
    callees = [each.get("function") if each is not None else None for each in calls]
    return bool(callees) and all(each is not None and _JOINS.match(script.said(each)) for each in callees)


def _call_of_part(use: Node) -> Node | None:
    """Return the call that a value, or a text that it is a part of, is given to."""
    given = use.parent
    while given is not None and given.kind in _OF_TEXT:
        given = given.parent
    return given.parent if given is not None and given.kind == "arguments" else None


_HOOK: Final = re.compile(r"^(?:React\.)?use(?:Ref|Memo|State|Id|Callback)$")


def _is_kept(script: Script, value: Node) -> bool:
    function = value.get("function") if value.kind == "call_expression" else None
    is_kept = function is not None and _HOOK.match(script.said(function)) is not None
    return is_kept and "Math.random" in script.said(value)[:_TEXT_LIMIT]


def _is_of_component(script: Script, node: Node) -> bool:
    """Tell whether a value is what a component of a page keeps for itself: ``useRef(Math.random())``."""
    for each in (node, *node.around()):
        function = each.get("function") if each.kind == "call_expression" else None
        if function is not None and _HOOK.match(script.said(function)):
            return True
        if each.kind in {"statement_block", "program"}:
            return False
    return False


_IDENTIFIERS: Final = frozenset({"identifier", "shorthand_property_identifier"})


def _is_by_chance(script: Script, name: Node) -> bool:
    known = script.definition(script.said(name), name)
    made = [known.node] if known is not None and known.node is not None and known.kind == "value" else []
    made += [right for each in script.assigned(script.said(name)) if (right := each.get("right")) is not None]
    return any("Math.random" in script.said(each) for each in made if each.end - each.start < _TEXT_LIMIT)


_TEXT_LIMIT: Final = 2_000


def _named(node: Node) -> Iterator[Node]:
    """Yield the names that a node gives to what it makes, or that stand around it."""
    for each in (*node.inside(), *node.around()):
        named = each.get("name") if each.kind == "variable_declarator" else None
        named = each.get("left") if each.kind == "assignment_expression" else named
        if named is not None and named.kind == "identifier":
            yield named
        if each.kind in {"statement_block", "program"}:
            return


def _marks(script: Script, use: Node) -> bool:
    call = _call_of_part(use)
    function = call.get("function") if call is not None else None
    if function is not None:
        return script.said(function).rsplit(".", 1)[-1] in _MARKS
    given = use.parent
    while given is not None and given.kind in _OF_TEXT:
        given = given.parent
    left = given.get("left") if given is not None and given.kind == "assignment_expression" else None
    return left is not None and _MARK_PROPERTIES.search(script.said(left)) is not None


_DERIVES: Final = re.compile(r"(?:^|\.)(?:scrypt|scryptSync|pbkdf2|pbkdf2Sync|hkdf|hkdfSync)$")
_OF_PROGRAM: Final = re.compile(r"(?i)secret|master|api_?key|raw_?key|access_?key|process\.env|config|settings")
_OF_PERSON: Final = re.compile(r"(?i)pass(?:word|wd|phrase|code)?(?![a-z])|(?<![a-z])pins?(?![a-z])|pwd")


_OF_OLD: Final = re.compile(r"(?i)legacy|compat|migrat")


def is_of_old(script: Script, line: int, end_line: int) -> bool:
    """Tell whether a function is there, by its name, for what another version or program wrote."""
    node = _at(script, line, end_line)
    names = (script.name_of(each) for each in (node, *node.around()) if each.kind in FUNCTIONS)
    return any(map(_OF_OLD.search, names))


_DECIPHERS: Final = re.compile(r"(?:^|\.)(?:createDecipheriv|createDecipher|decrypt\w*)$")
_ENCIPHERS: Final = re.compile(r"(?i)(?:^|\.)(?:create)?(?:cipheriv|cipher|encrypt\w*)$")


def is_only_read(script: Script, line: int, end_line: int) -> bool:
    """Tell whether a file only deciphers: whoever wrote that chose its cipher, and how the key is derived.

    What is handed to other files may encipher there.
    """
    calls = [function for each in script.root.inside() if (function := each.get("function")) is not None]
    names = [script.said(each).replace("?.", ".") for each in calls if each.end - each.start < _TEXT_LIMIT]
    if not any(map(_DECIPHERS.search, names)) or any(map(_ENCIPHERS.search, names)):
        return False
    kept = {script.said(each) for each in _named(_at(script, line, end_line))}
    return not any(
        around.kind == "export_statement" for name in kept for use in script.uses(name) for around in use.around()
    )


def is_salt_of_program(script: Script, line: int, end_line: int) -> bool:
    """Tell whether a key is derived from a secret of the program, and of no password: its salt may be known."""
    node = _at(script, line, end_line)
    calls = [each for each in (*node.inside(), *node.around()) if each.kind == "call_expression"]
    said: list[str] = []
    for call in calls:
        function, given = call.get("function"), arguments(call)
        if function is None or not given or not _DERIVES.search(script.said(function)):
            continue
        first = bare(given[0])
        known = script.definition(script.said(first), first) if first.kind == "identifier" else None
        made = known.node if known is not None and known.kind == "value" else None
        said.append(f"{script.said(first)} {script.said(made) if made is not None else ''}")
    return bool(said) and all(_OF_PROGRAM.search(each) and not _OF_PERSON.search(each) for each in said)


_OF_TOOL: Final = frozenset({"name", "description", "execute", "handler", "parameters", "inputSchema"})


def is_answer(script: Script, line: int, end_line: int) -> bool:
    """Tell whether an object is what a function answers of one case, and describes no tool."""
    node = _at(script, line, end_line)
    for each in (*node.inside(), *node.around()):
        if each.kind == "object":
            keys = {script.said(key) for pair in each.children if (key := pair.get("key") or pair) is not None}
            return each.parent is not None and each.parent.kind == "return_statement" and keys.isdisjoint(_OF_TOOL)
    return False
