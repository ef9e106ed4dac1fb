"""Which values at a place of a script do the harm: the address of a request, the path of a file, a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code import script_guards as guards
from auditor.stages.code.script_tree import FUNCTIONS, arguments, bare, unquoted

if TYPE_CHECKING:
    from auditor.stages.code.script_tree import Node, Script

_FIRST_ONLY: Final = re.compile(
    r"(?:^|\.)(?:exec|execSync|eval|o?fetch|\$fetch|got|ky|request|goto|sendFile|download|readFile\w*|writeFile\w*|appendFile\w*|create(?:Read|Write)Stream|unlink\w*|rm|rmSync|rmdir\w*"
    r"|mkdir\w*|readdir\w*|stat\w*|lstat\w*|access\w*|open|openSync|query|queryRaw\w*|executeRaw\w*|\$queryRawUnsafe|\$executeRawUnsafe|execute|raw|unsafe|run|all|prepare|literal"
    r"|whereRaw|orWhereRaw|havingRaw|orderByRaw|joinRaw|groupByRaw|fromRaw|selectRaw|runIn\w*Context|runInContext|evaluate|compileFunction|redirect|res\.redirect|outputFile\w*|outputJson\w*|writeJson\w*|readJson\w*"
    r"|ensureDir\w*|remove\w*|parse|load|loadAll|get|post|put|patch|delete|head|axios|openExternal|execaCommand\w*|setContent|insertAdjacentHTML)$"
)
"""Calls whose first argument decides, with the second where the first is an object of options or a verb."""
_WITH_LIST: Final = re.compile(
    r"(?:^|\.)(?:spawn|spawnSync|execFile|execFileSync|fork|execa|execaSync|spawnAsync|execFileAsync|execFilePromise)$"
)
_TWO_PLACES: Final = re.compile(
    r"(?:^|\.)(?:rename|renameSync|copyFile|copyFileSync|cp|cpSync|copy|move|link|symlink)$"
)
_OPTIONS: Final = {
    guards.ADDRESS: frozenset(
        {"url", "uri", "baseURL", "baseUrl", "host", "hostname", "href", "prefixUrl", "endpoint"}
    ),
    guards.SQL: frozenset({"text", "sql", "query", "statement"}),
    guards.PATH: frozenset({"path", "file", "filename", "filePath", "root", "dir"}),
    guards.COMMAND: frozenset({"command", "cmd", "args", "file", "executable"}),
}


def sinks(script: Script, start: int, end: int, aspect: str) -> list[Node]:  # noqa: C901, PLR0912 - one branch for each kind of node
    """Return the values that do harm between two bytes of a file."""
    node = script.at(start, end)
    while (
        node.parent is not None
        and node.parent.start >= start
        and node.parent.end <= end
        and node.parent.kind != "program"
    ):
        node = node.parent
    if _is_handed_to_own(script, node, aspect):
        return []
    found: list[Node] = []
    # semgrep leaves out the end of a template
    waiting = [node] if node.start >= start and node.end <= end + _MARKS else _within(node, start, end)
    for _step in range(_SINKS_LIMIT):
        if not waiting:
            break
        each = bare(waiting.pop())
        match each.kind:
            case "call_expression" | "new_expression":
                found += [each] if _is_value(script, each, aspect) else _of_call(script, each, aspect)
            case "assignment_expression" | "augmented_assignment_expression":
                left, right = each.get("left"), each.get("right")
                waiting += [right] if right is not None else []
                index = left.get("index") if left is not None else None
                found += [index] if index is not None and aspect == guards.TEXT else []
            case "variable_declarator" | "pair" | "public_field_definition":
                value = each.get("value")
                waiting += [value] if value is not None else []
            case "jsx_attribute":
                waiting += each.children[1:]
            case "subscript_expression" if aspect == guards.TEXT:
                found += each.children
            case "binary_expression":
                operator = script.text[(each.get("left") or each).end : (each.get("right") or each).start].strip()
                found += list(each.children) if operator[:2] in {b"==", b"!="} else [each]
            case kind if kind in _VALUES:
                found.append(each)
            case kind if (
                kind in FUNCTIONS
                or kind.startswith("type")
                or kind in {"identifier", "property_identifier", "string", "decorator"}
            ):
                continue
            case _:
                waiting += each.children
    return found[:_SINKS_LIMIT]


_SINKS_LIMIT: Final = 120
_MARKS: Final = 3
_VALUES: Final = frozenset(
    {
        "identifier",
        "member_expression",
        "subscript_expression",
        "template_string",
        "object",
        "array",
        "ternary_expression",
        "jsx_expression",
        "shorthand_property_identifier",
    }
)


def _within(node: Node, start: int, end: int) -> list[Node]:
    """Return the largest nodes that lie between two bytes."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.start >= start and each.end <= end:
            found.append(each)
        elif each.start < end and each.end > start:
            waiting += each.children
    return found


def _is_value(script: Script, call: Node, aspect: str) -> bool:
    """Tell whether what a call gives is the value, and not the call itself the place."""
    parent = call.parent
    while parent is not None and parent.kind in {"await_expression", "parenthesized_expression", "as_expression"}:
        parent = parent.parent
    if parent is None:
        return False
    if parent.kind == "arguments":
        return not _does_harm(script, call)
    if aspect != guards.HTML:
        return False
    if parent.kind in {"assignment_expression", "augmented_assignment_expression"}:
        left = parent.get("left")
        return left is not None and _PAGE_PROPERTY.search(script.said(left)) is not None
    key = parent.get("key") if parent.kind == "pair" else None
    return key is not None and unquoted(script.said(key)) == "__html"


_PAGE_PROPERTY: Final = re.compile(r"\.(?:innerHTML|outerHTML|srcdoc)$")


def _of_call(script: Script, call: Node, aspect: str) -> list[Node]:
    """Return what decides what a call does."""
    function = call.get("function") or call.get("constructor")
    tagged = call.get("arguments")
    if tagged is not None and tagged.kind == "template_string":
        return [call]  # what the tag makes of it is asked as of any other function
    given = [each.children[0] if each.kind == "spread_element" and each.children else each for each in arguments(call)]
    name = script.said(function).replace("?.", ".") if function is not None else ""
    if aspect == guards.PATH and function is not None and _is_of_tree(script, function):
        return []  # called like one that opens a file; what it opens is looked at there
    if function is not None and function.kind == "call_expression":  # ``run(…)(code)``
        return [*_of_call(script, function, aspect), *given]
    if _WITH_LIST.search(name) or _TWO_PLACES.search(name):
        given = given[:2]
    elif _FIRST_ONLY.search(name) and given:
        is_verb = given[0].kind == "string" and len(given) > 1 and aspect == guards.ADDRESS
        is_second = is_verb or name.endswith("insertAdjacentHTML")
        given = given[1:2] if is_second else given[:1]
    found: list[Node] = []
    for each in given:
        if each.kind in FUNCTIONS:
            continue
        if each.kind == "object" and aspect in _OPTIONS:
            found += [pair.get("value") or pair for pair in deciding(script, each, aspect)]
            found += [pair.children[0] for pair in each.children if pair.kind == "spread_element" and pair.children]
        else:
            found.append(each)
    # ``createHash("md5").update(text)``: what the chain that a call begins is given, too
    above = call.parent
    if (
        aspect == guards.TEXT
        and above is not None
        and above.kind == "member_expression"
        and above.parent is not None
        and above.parent.kind == "call_expression"
    ):
        found += [each for each in arguments(above.parent) if each.kind not in FUNCTIONS]
    return found


def deciding(script: Script, options: Node, aspect: str) -> list[Node]:
    """Return those of some options that decide what a call does; none where it is no object of options."""
    wanted = _OPTIONS.get(aspect, frozenset())
    return [each for each in options.children if unquoted(script.said(each.get("key") or each)) in wanted]


def _does_harm(script: Script, call: Node) -> bool:
    """Tell by its name whether a call that is given to another one is the place itself."""
    function = call.get("function") or call.get("constructor")
    name = script.said(function).replace("?.", ".") if function is not None else ""
    return any(pattern.search(name) for pattern in (_FIRST_ONLY, _WITH_LIST, _TWO_PLACES))


def _is_handed_to_own(script: Script, node: Node, aspect: str) -> bool:
    """Tell whether a value is given to a function that is only called like one that does harm.

    It comes from another file of the tree, or was handed to the function around it: ``(fetch) => fetch(request)``.
    """
    call = node.parent.parent if node.parent is not None and node.parent.kind == "arguments" else None
    function = call.get("function") if call is not None else None
    if function is None or function.kind != "identifier":
        return False
    known = script.definition(script.said(function), function)
    is_given = known is not None and known.kind == "parameter" and not known.path
    return (aspect == guards.PATH and _is_of_tree(script, function)) or (aspect == guards.ADDRESS and is_given)


def _is_of_tree(script: Script, function: Node) -> bool:
    """Tell whether a function by its plain name comes from another file of the same tree."""
    known = script.definition(script.said(function), function) if function.kind == "identifier" else None
    return known is not None and known.kind == "import" and script.imported(known).module.startswith(".")
