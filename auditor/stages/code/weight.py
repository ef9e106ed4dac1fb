"""What a match weighs less for than its rule says: a flaw that needs more than a caller, or whose harm is bounded.

A hint says that it may be none; here it is one, and a small one. The reason always stands in the same file.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.purpose import function_around
from auditor.stages.code.refine import Trust
from auditor.stages.code.script_sql import only_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
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
    weigh = _is_typed_configuration if rule.id == _MCP_COMMAND else _BY_CAPABILITY.get(rule.capability)
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


_NAME_PLACE: Final = re.compile(
    r"(?i)\b(?:from|into|update|table|join|index|view|database|schema|sequence|truncate|describe|desc|keyspace|collection)"
    r"(?:\s+if\s+(?:not\s+)?exists)?\s+[`\"\[]?$"
)
"""What stands before the name of a table: names cannot be bound, and who gives them is mostly the program."""
_NAME_GOES_ON: Final = re.compile(r"^[`\"\]]?\.[`\"\[]?$")
_TOOL: Final = re.compile(r"(?i)tool|skill|handler|view|resource|endpoint|controller|component")
_OF_PROGRAM: Final = re.compile(
    r"(?i)^(?:\w+\.)*(?:staticmethod|classmethod|override|final|abstractmethod|deprecated|wraps|\w*retry\w*|\w*cache\w*|\w*lock\w*"
    r"|\w*timed?\w*|contextmanager|asynccontextmanager|synchronized|transaction\w*|atomic)\b"
)
"""Decorators that hand a function to nobody outside."""
_RUN_BY_MODEL: Final = frozenset(
    {"_run", "_arun", "run", "arun", "invoke", "ainvoke", "execute", "forward", "__call__"}
)
_SENT: Final = re.compile(r"(?i)request|^req$|body|payload|form|^data$|dto|input|^query$|arguments|params")


def _only_names(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether all that may come from outside in a statement are names of tables that a function was given.

    A value belongs into a mark; a name cannot stand in one. A function that is no route and no tool gets it from the
    program, mostly; where a request gets to it the flow over the program says so.
    """
    if source.language in {languages.TYPESCRIPT, languages.JAVASCRIPT}:
        return only_names(collected.lines(source), line, end_line)
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if module is None or function is None or function.name in _RUN_BY_MODEL:
        return False
    if not all(_OF_PROGRAM.match(ast.unparse(each)) for each in function.decorator_list):
        return False
    around = [node for node in module.nodes if isinstance(node, ast.ClassDef) and _holds(node, line)]
    if any(_TOOL.search(word) for node in around for word in (node.name, *map(ast.unparse, node.bases))):
        return False
    given = {
        each.arg
        for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if not _SENT.search(each.arg)
    }
    texts = [
        value
        for node in module.nodes
        if isinstance(node, (ast.JoinedStr, ast.Name)) and line <= node.lineno <= end_line
        for value in module.values_of(node)
        if isinstance(value, ast.JoinedStr)
    ]
    parts = [part for text in texts for part in _parts(text)]
    unknown = [(before, value) for before, value in parts if module.trust(value) is Trust.OUTSIDE]
    return bool(unknown) and all(
        before and isinstance(value, ast.Name) and _comes_of(module, value, given) for before, value in unknown
    )


def _comes_of(module: Module, name: ast.Name, given: set[str]) -> bool:
    """Tell whether a name is one of some parameters, or all that it is set to is made of nothing else."""
    if name.id in given:
        return True
    values = module.values_of(name)[1:]
    names = {each.id for value in values for each in ast.walk(value) if isinstance(each, ast.Name)}
    inner = {
        each.id
        for value in values
        for root in ast.walk(value)
        if isinstance(root, ast.Name) and root.id not in given
        for made in module.values_of(root)[1:]
        for each in ast.walk(made)
        if isinstance(each, ast.Name)
    }
    return bool(values) and bool((names | inner) & given) and not any(map(_SENT.search, names | inner))


def _holds(node: ast.ClassDef, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or 0)


def _parts(text: ast.JoinedStr) -> Iterator[tuple[bool, ast.expr]]:
    """Yield each value of a text, and whether it stands where the name of a table stands."""
    before, is_name = "", False
    for part in text.values:
        if isinstance(part, ast.Constant):
            before = str(part.value)
        elif isinstance(part, ast.FormattedValue):
            is_name = bool(_NAME_PLACE.search(before)) or (is_name and bool(_NAME_GOES_ON.match(before)))
            yield is_name, part.value
            before = ""


_MODE: Final = re.compile(r"\b0o([0-7]{3,4})\b")
_WRITABLE: Final = 0o022


def _is_only_read(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a mode lets others read or run a file, as programs have to be, and not write it."""
    modes = [int(each, 8) for each in _MODE.findall(_rows(collected, source, line, end_line))]
    return bool(modes) and not any(mode & _WRITABLE for mode in modes)


_FIELD: Final = re.compile(r"(?i)field|column|space_type|metric|similarity|distance|algo")


def _only_fields(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether all that may come from outside in a script are names of fields and measures of distance.

    They are what a program was set up with, as names of tables are; a search gets them along with its text.
    """
    module = collected.module(source) if source.language == languages.PYTHON else None
    if module is None:
        return False
    scripts = [
        value
        for node in module.nodes
        if isinstance(node, ast.Dict) and node.lineno <= end_line and (node.end_lineno or 0) >= line
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value in {"source", "inline"}
    ]
    made = [each for script in scripts for each in module.values_of(script) if not isinstance(each, ast.Name)]
    calls = [each for each in made if isinstance(each, ast.Call)]
    called = [function for each in calls if (function := module.function(each)) is not None]
    texts: list[ast.AST] = [each for each in made if isinstance(each, (ast.JoinedStr, ast.BinOp))]
    is_plain = all(isinstance(each, (ast.JoinedStr, ast.BinOp, ast.Call, ast.Constant)) for each in made)
    if not (texts or called) or not is_plain or len(called) < len(calls):
        return False
    texts += [
        inner for function in called for inner in ast.walk(function) if isinstance(inner, (ast.JoinedStr, ast.BinOp))
    ]
    parts = [part for text in texts for part in _leaves(text)]
    # what a name is made of is among the texts of its function
    given = [part for part in parts if not (isinstance(part, ast.Name) and len(module.values_of(part)) > 1)]
    unknown = [part for part in given if module.trust(part) is Trust.OUTSIDE]
    return all(isinstance(part, ast.Name) and _FIELD.search(part.id) for part in unknown)


def _leaves(text: ast.AST) -> Iterator[ast.expr]:
    """Yield what a text is put together of."""
    match text:
        case ast.JoinedStr(values=values):
            yield from (part.value for part in values if isinstance(part, ast.FormattedValue))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            yield from _leaves(left)
            yield from _leaves(right)
        case ast.Constant():
            return
        case ast.expr():
            yield text


_MCP_COMMAND: Final = "agent-mcp-command-fixed"
_CONFIGURATION: Final = re.compile(r"(?:Config|Configuration|Stdio|Settings|Params|Parameters|Spec)\b")
_ANY_ROUTE: Final = re.compile(rb"(?m)^\s*@\w+\.(?:get|post|put|patch|delete|route|api_route|websocket)\(")


def _is_typed_configuration(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a command is a field of a configuration by its type, in a file that no request gets to.

    Who writes such a configuration writes the program; a route that takes one stands in a file with routes.
    """
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if module is None or function is None or _ANY_ROUTE.search(source.text):
        return False
    typed = {
        each.arg
        for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if each.annotation is not None and _CONFIGURATION.search(ast.unparse(each.annotation))
    }
    used = {
        node.value.id
        for node in module.nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and line <= node.lineno <= end_line
        and node.attr in {"command", "args", "cmd"}
    }
    return bool(used) and used <= typed


_UNSAFE_SWITCH: Final = re.compile(
    r"(?i)insecure|unsafe|unverified|self_?signed|trusted_|dangerous|reject_?unauthori[sz]ed|no_?verify"
    r"|(?:skip|ignore|disable|allow|without)_?\w*(?:ssl|tls|cert|verif|check|valid|signature|auth|untrusted)"
)
"""What a setting is called that takes a check away."""
_SETTING: Final = re.compile(r"(?:environ|getenv|settings?|config|cfg|options|conf|args)\b")


def _is_asked_for(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    """Tell whether a line runs only where whoever runs the program asked for it by a setting that says so."""
    if source.language in {languages.TYPESCRIPT, languages.JAVASCRIPT}:
        return _is_asked_for_in_script(collected.lines(source), line)
    module = collected.module(source)
    return module is not None and any(
        isinstance(node, ast.If)
        and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
        and not isinstance(node.test, ast.UnaryOp)
        and _SETTING.search(ast.unparse(node.test))
        and _UNSAFE_SWITCH.search(ast.unparse(node.test))
        for node in module.nodes
    )


_SCRIPT_SWITCH: Final = re.compile(
    r"\bif\s*\((?!\s*!)[^\n]*\b(?:process\.env|env|config|settings|options)\b[^\n]*\)\s*\{?\s*$"
    r"|\b(?:process\.env|config|settings|options)\.[\w.]+[^\n?]*\?[^\n?.]"
)
_SWITCH_LINES: Final = 4


def _is_asked_for_in_script(lines: list[str], line: int) -> bool:
    row = lines[line - 1] if 0 < line <= len(lines) else ""
    indent = len(row) - len(row.lstrip())
    for number in range(line - 1, max(-1, line - 2 - _SWITCH_LINES), -1):
        above = lines[number] if number < len(lines) else ""
        is_around = number == line - 1 or (above.strip() and len(above) - len(above.lstrip()) < indent)
        if is_around and _SCRIPT_SWITCH.search(above) and _UNSAFE_SWITCH.search(above):
            return True
    return False


_ISSUER_SAYS: Final = re.compile(r"(?i)^_?(?:get_|fetch_)?(?:user_?info|token_?info|introspect\w*)$")


_SAYS_UNVERIFIED: Final = re.compile(r"(?i)unverified|without_verif|(?:^|_)peek")


def _is_accepted(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether whoever issued a token was asked about it before, or a setting switches the check off."""
    if _is_asked_for(collected, source, line, end_line):
        return True
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if module is None or function is None:
        return False
    if _SAYS_UNVERIFIED.search(function.name):
        return True  # who calls it is told, and decides
    tokens = {ast.unparse(each.args[0]) for each in module.calls_at(line) if each.args}
    asked = [
        node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and _ISSUER_SAYS.match(str(getattr(node.func, "attr", getattr(node.func, "id", ""))))
        and node.lineno < line
        and any(
            token in ast.unparse(each)
            for token in tokens
            for given in (*node.args, *(word.value for word in node.keywords))
            for each in module.values_of(given)
        )
    ]
    return bool(asked) and any(
        isinstance(node, ast.Raise) and min(asked) < node.lineno < line for node in ast.walk(function)
    )


_OF_OLD: Final = re.compile(r"(?i)legacy|backward|deprecated|(?:^|_)compat")


def _is_of_old(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    """Tell whether a function is there, by its name, for what an earlier version left."""
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    return function is not None and bool(_OF_OLD.search(function.name))


_BY_CAPABILITY: Final[Mapping[str, Callable[[Collector, Source, int, int], bool]]] = {
    "xml-entities": _is_bounded_parser,
    "debug-server": _only_reloads,
    "deserialization": _is_own_file,
    "path-traversal": _is_one_part,
    "sql-injection": _only_names,
    "jwt-verification": _is_accepted,
    "tls-verification": _is_asked_for,
    "weak-random": _is_of_old,
    "query-injection": _only_fields,
    "file-permissions": _is_only_read,
}
