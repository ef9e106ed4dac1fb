"""What a match weighs less for than its rule says: a flaw that needs more than a caller, or whose harm is bounded.

A hint says that it may be none; here it is one, and a small one. The reason always stands in the same file.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.purpose import function_around

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.stages.code.reading import Collector
    from auditor.stages.code.rules import Rule
    from auditor.stages.code.tree import Source

LOW: Final = "low"
_LXML: Final = re.compile(rb"(?m)^\s*(?:import|from)\s+lxml\b")
_DEBUG: Final = re.compile(r"\bdebug\s*=|use_debugger|use_evalex|\bDEBUG\b|\.debug\b|FLASK_DEBUG|werkzeug")
_RELOAD: Final = re.compile(r"\breload\s*=\s*True|--reload\b")
_LOADED: Final = re.compile(r"\bload\w*\([^\n]*?\b((?:self\.)?\w*(?:file|path|cache|index|place|name)\w*)\b")
_PLAIN_PART: Final = re.compile(r"\{(\w+)\}|<(?:string:)?(\w+)>")
_ROUTE: Final = re.compile(r"^(?:get|post|put|patch|delete|head|route|api_route)$")
_OF_ROUTER: Final = re.compile(rb"(?m)^\s*(?:import|from)\s+(?:fastapi|starlette|flask|quart)\b")


_BY_HAND: Final = frozenset(
    {"secret-logged", "personal-data-logged", "hardcoded-password", "hardcoded-key", "literal-cipher-key",
     "secret-fallback", "sm4-mode", "clear-text", "weak-hash", "constant-nonce"}
)  # fmt: skip
"""What counts for less where a module tries itself out below ``if __name__ == "__main__"``; a server starts there."""


def weight_of(collected: Collector, source: Source, rule: Rule, line: int, end_line: int) -> str:
    """Return the severity of a match where it is less than that of its rule; nothing otherwise.

    Args:
        collected: Holds the parsed file.
        source: The file.
        rule: What matched.
        line: First line of the match, from 1.
        end_line: Last.
    """
    if rule.capability in _BY_HAND and _is_tried_out(collected, source, line):
        return LOW
    weigh = _BY_CAPABILITY.get(rule.capability)
    if weigh is None or not weigh(collected, source, line, end_line):
        return ""
    return LOW


def _rows(collected: Collector, source: Source, line: int, end_line: int) -> str:
    return "\n".join(collected.lines(source)[line - 1 : end_line])


def _is_tried_out(collected: Collector, source: Source, line: int) -> bool:
    module = collected.module(source) if b"__main__" in source.text else None
    return module is not None and any(
        isinstance(node, ast.If)
        and node.lineno < line <= (node.end_lineno or 0)
        and "__main__" in ast.unparse(node.test)
        for node in module.tree.body
    )


def _is_bounded_parser(_collected: Collector, source: Source, _line: int, _end_line: int) -> bool:
    # Python's own parsers fetch no external entity, and expat has bounded the growth of others since 2.4.1
    return not _LXML.search(source.text)


def _only_reloads(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    rows = _rows(collected, source, line, end_line)
    return bool(_RELOAD.search(rows)) and not _DEBUG.search(rows)


def _is_own_file(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    # the same file of the program writes what it loads: someone has to write into its folder first
    found = _LOADED.search(_rows(collected, source, line, end_line))
    if found is None:
        return False
    saved = rb"\b(?:dump|save)\w*\([^\n]*\b" + re.escape(found[1].encode()) + rb"\b"
    opened = rb"\bopen\(\s*" + re.escape(found[1].encode()) + rb"\s*,\s*[\"']w"
    return bool(re.search(saved, source.text) or re.search(opened, source.text))


def _is_one_part(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether all that a caller chooses of a path is a part of the address that the router keeps free of ``/``.

    Starlette, FastAPI, Flask and Quart match ``{name}`` and ``<name>`` after decoding: with a separator in it there is
    no such route. What is left is ``..`` alone, and a backslash where the program runs on Windows.
    """
    module = collected.module(source) if _OF_ROUTER.search(source.text) else None
    function = function_around(module.tree, line) if module is not None else None
    if function is None:
        return False
    plain: set[str] = set()
    for each in function.decorator_list:
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and _ROUTE.match(each.func.attr)
            and each.args
            and isinstance(each.args[0], ast.Constant)
        ):
            plain |= {found[1] or found[2] for found in _PLAIN_PART.finditer(str(each.args[0].value))}
    arguments = {each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
    used = _made_of(function, line, end_line) & arguments
    return bool(used & plain) and used <= plain | {"self", "request"} and not _reads_request(function)


def _made_of(function: ast.FunctionDef | ast.AsyncFunctionDef, line: int, end_line: int) -> set[str]:
    """Return the names that go into some lines of a function, through its own assignments."""
    nodes = [node for node in ast.walk(function) if getattr(node, "lineno", end_line + 1) <= end_line]
    used = {node.id for node in nodes if isinstance(node, ast.Name) and node.lineno >= line}
    for node in sorted(
        (each for each in nodes if isinstance(each, ast.Assign) and each.lineno <= line), key=lambda each: -each.lineno
    ):
        if used & {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}:
            used |= {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
    return used


def _reads_request(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"request", "req"}
        for node in ast.walk(function)
    )


_BY_CAPABILITY: Final[Mapping[str, Callable[[Collector, Source, int, int], bool]]] = {
    "xml-entities": _is_bounded_parser,
    "debug-server": _only_reloads,
    "deserialization": _is_own_file,
    "path-traversal": _is_one_part,
}
