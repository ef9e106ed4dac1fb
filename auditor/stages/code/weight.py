"""What a match weighs less for than its rule says: a flaw that needs more than a caller, or whose harm is bounded.

A hint says that it may be none; here it is one, and a small one. The reason always stands in the same file.
"""

from __future__ import annotations

import ast
import ipaddress
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.letters import names_nothing
from auditor.stages.code.own_side import (
    asks_own_machine,
    is_beside_its_secret,
    is_for_own_server,
    is_made_without_tls,
    runs_for_own_branches,
    shows_to_its_user,
)
from auditor.stages.code.purpose import function_around
from auditor.stages.code.refine import Trust
from auditor.stages.code.script_purpose import (
    NOT,
    conditions,
    is_answer,
    is_chosen,
    is_for_developers,
    is_mark,
    is_of_cache,
    is_of_old,
    is_only_read,
    is_salt_of_program,
    refused_before,
)
from auditor.stages.code.switches import is_turned_off

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.rules import Rule
    from auditor.stages.code.tree import Source

LOW: Final = "low"
_CODE: Final = frozenset({languages.PYTHON, languages.TYPESCRIPT, languages.JAVASCRIPT})
_SCRIPT: Final = frozenset({languages.TYPESCRIPT, languages.JAVASCRIPT})
_LXML: Final = re.compile(rb"(?m)^\s*(?:import|from)\s+lxml\b")
_DEBUG: Final = re.compile(r"\bdebug\s*=|use_debugger|use_evalex|\bDEBUG\b|\.debug\b|FLASK_DEBUG|werkzeug")
_RELOAD: Final = re.compile(r"\breload\s*=\s*True|--reload\b|\bPROPAGATE_EXCEPTIONS\b|\bTEMPLATES_AUTO_RELOAD\b")
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
    is_less = (
        (rule.capability in _BY_HAND and _is_tried_out(collected, source, line))
        or (source.language in _CODE and _is_asked_for(collected, source, line, end_line))
        or (rule.capability in _PRESCRIBED and _OTHER_SIDE.search(source.path) is not None)
        or (rule.capability in _WITHIN_WALLS and is_server_in_sandbox(source))
        or (rule.capability in _CHECKED and _is_turned_off(collected, source, line))
        or (source.language in _SCRIPT and _is_less_in_script(collected, source, rule, line, end_line))
    )
    if not is_less:
        weigh = _is_typed_configuration if rule.id == _MCP_COMMAND else _BY_CAPABILITY.get(rule.capability)
        is_less = weigh is not None and weigh(collected, source, line, end_line)
    return LOW if is_less else ""


def _is_less_in_script(collected: Collector, source: Source, rule: Rule, line: int, end_line: int) -> bool:
    """Tell the same of a script by its syntax tree."""
    script = collected.script(source)
    if script is None:
        return False
    place = (script, line, end_line)
    is_less = is_for_developers(*place)
    match rule.capability:
        case capability if capability in _CHECKED:
            asked = [each for each in conditions(*place) if not NOT.match(each)]
            asked += [each for each in refused_before(*place) if NOT.match(each)]
            is_asked = any(map(_UNSAFE_SWITCH.search, asked))
            is_less = is_less or is_chosen(*place) or is_asked
        case "password-hash":
            is_less = is_of_cache(*place)
        case "weak-random":
            is_less = is_mark(*place)
        case "constant-nonce":
            is_less = is_less or is_salt_of_program(*place) or is_of_old(*place) or is_only_read(*place)
        case "weak-cipher":
            is_less = is_less or is_only_read(*place)
        case "approval-disabled":
            is_less = is_answer(*place) or _OF_VERSION.search(_rows(collected, source, line, end_line)) is not None
    return is_less


_OF_VERSION: Final = re.compile(r"(?i)skip_?version_?check")
"""A check of versions, and nobody's approval."""


def _is_turned_off(collected: Collector, source: Source, line: int) -> bool:
    module = collected.module(source)
    return module is not None and is_turned_off(module, line)


_PRESCRIBED: Final = frozenset({"weak-hash", "weak-cipher", "constant-nonce"})
"""What a protocol may ask for, and its other side decides."""
_OTHER_SIDE: Final = re.compile(
    r"(?i)(?<![a-z])(?:we(?:chat|com|ixin)|wx(?:work|biz)|qy_?api|official_?account|ding_?talk|feishu|lark|qq_?(?:bot|official)|one_?bot"
    r"|kook|satori|slack|telegram|whats_?app|line_?bot|zalo|discord|edge_?tts)(?-i:(?![a-z]))|(?i:WXBizMsgCrypt|we(?:com|chat|ixin)_)"
)
"""Files that speak to a messenger, by their names: its protocol prescribes how texts are signed and encrypted."""
_CHECKED: Final = frozenset({"tls-verification", "ssh-host-key", "jwt-verification"})


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
    return source.language == languages.PYTHON and not _LXML.search(source.text)


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


_MODE: Final = re.compile(r"\b0o([0-7]{3,4})\b")
_WRITABLE: Final = 0o022


def _is_only_read(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a mode lets others read or run a file, as programs have to be, or what has it is removed next."""
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if function is not None and any(
        isinstance(node, ast.Call)
        and node.lineno > line
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"rmtree", "unlink", "remove", "rmdir"}
        for node in ast.walk(function)
    ):
        return True  # it is opened to be removed
    modes = [int(each, 8) for each in _MODE.findall(_rows(collected, source, line, end_line))]
    return bool(modes) and not any(mode & _WRITABLE for mode in modes)


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
        and node.lineno < line <= (node.body[-1].end_lineno or 0)
        and not isinstance(node.test, ast.UnaryOp)
        and _SETTING.search(ast.unparse(node.test))
        and _UNSAFE_SWITCH.search(ast.unparse(node.test))
        for node in module.nodes
    )


_SCRIPT_SWITCH: Final = re.compile(
    r"\bif\s*\((?!\s*!)[^\n]*\b(?:process\.env|env|config|settings|options)\b[^\n]*\)\s*\{?\s*$"
    r"|\b(?:process\.env|config|settings|options)\.[\w.]+[^\n?]*\?[^\n?.]"
    r"|\b(?:process\.)?env\.[A-Z_]+\s*={2,3}\s*[\"'](?:true|false|0|1)[\"']"
    r"|\b(?:process\.env|\w*[cC]onfig|\w*[sS]ettings|\w*[oO]ptions)\??\.[\w.?]+\s*[!=]==?\s*(?:true|false)\s*$"
)
_SAYS_NO_CHECK: Final = re.compile(
    r"(?i)\b(?:verif|check|validat)\w*(?:ssl|tls|cert)\w*\s*={2,3}\s*false"
    r"|(?:ssl|tls|cert)\w*_(?:verif|check|validat|reject)\w*\s*={2,3}\s*[\"'](?:false|0)[\"']"
)
_SWITCH_LINES: Final = 4


def _is_asked_for_in_script(lines: list[str], line: int) -> bool:
    row = lines[line - 1] if 0 < line <= len(lines) else ""
    indent = len(row) - len(row.lstrip())
    for number in range(line - 1, max(-1, line - 2 - _SWITCH_LINES), -1):
        above = lines[number] if number < len(lines) else ""
        is_around = number == line - 1 or (above.strip() and len(above) - len(above.lstrip()) < indent)
        says = _UNSAFE_SWITCH.search(above) or _SAYS_NO_CHECK.search(above)
        if is_around and says and _SCRIPT_SWITCH.search(above):
            return True
    return False


_ISSUER_SAYS: Final = re.compile(r"(?i)^_?(?:get_|fetch_)?(?:user_?info|token_?info|introspect\w*)$")


_SAYS_UNVERIFIED: Final = re.compile(r"(?i)unverified|without_verif|(?:^|_)peek")


def _is_accepted(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    """Tell whether whoever issued a token was asked about it before, or its function says that it checks nothing."""
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


_SALTED: Final = re.compile(r"(?i)\bsalt\w*\s*(?::[^=\n]+)?=(?!=)|[\"']salt[\"']\s*:")


def _is_of_old_or_salt(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether what is made by chance is a salt: it has to differ, and nobody keeps it secret."""
    return _is_of_old(collected, source, line, end_line) or bool(
        _SALTED.search(_rows(collected, source, line, end_line))
    )


_DEBUG_LINE: Final = re.compile(
    r"\.(?:a?debug|trace|verbose)\s*\(|\.log\(\s*(?:\w+\.)*(?:DEBUG|TRACE)\b|\.log\(\s*[\"'](?:debug|trace|DEBUG|TRACE)[\"']"
    r"|\blevel\s*=\s*[\"'](?:debug|trace|DEBUG|TRACE)[\"']|\bdebug_?log\w*\(|\blog_?debug\w*\("
)


def _is_debug_call(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in {"debug", "adebug", "trace"}


_VERBOSE: Final = re.compile(r"(?i)(?<![a-z])(?:verbose|debug)(?![a-z])")


def _is_for_debugging(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a line is written only where somebody turned the level of debugging on, or asked for more words."""
    if _DEBUG_LINE.search(_rows(collected, source, line, end_line)):
        return True
    module = collected.module(source)
    if module is not None and any(map(_is_debug_call, module.calls_at(line))):
        return True  # the match is an argument, lines below the name of the method
    return module is not None and any(
        isinstance(node, ast.If)
        and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
        and not isinstance(node.test, ast.UnaryOp)
        and _VERBOSE.search(ast.unparse(node.test))
        for node in module.nodes
    )


_KEY_OF: Final = re.compile(r"(?i)pass(?:word|wd|phrase|code)?(?![a-z])|(?<![a-z])pins?(?![a-z])|user_?input|pwd")
_SALT: Final = re.compile(r"(?i)salt")


def _is_of_no_password(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a constant salt is one of a key that is derived from a secret of the program, and of no password."""
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if module is None or function is None:
        return False
    is_derived = any(getattr(call.func, "attr", "") == "pbkdf2_hmac" for call in module.calls_at(line))
    if not is_derived and not _SALT.search(_rows(collected, source, line, end_line)):
        return False
    derived = [
        given
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        for given in (
            node.args[:1]
            if getattr(node.func, "attr", "") == "derive"
            else node.args[1:2]
            if getattr(node.func, "attr", "") == "pbkdf2_hmac"
            else []
        )
    ]
    names = [each for given in derived for each in ast.walk(given) if isinstance(each, ast.Name)]
    said = [ast.unparse(value) for each in (*derived, *names) for value in module.values_of(each)]
    return bool(said) and any(map(_OF_PROGRAM.search, said)) and not any(map(_KEY_OF.search, said))


_OF_PROGRAM: Final = re.compile(r"(?i)secret|master|api_?key|raw_?key|access_?key|(?:environ|getenv|settings|config)\b")
_IS_SALT: Final = re.compile(r"(?i)^\s*_*(?:\w+_)?salt\s*(?::[^=\n]+)?=")


def _is_salt(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether what is written out is a salt by its name: it makes digests differ, and nobody keeps it secret."""
    return bool(_IS_SALT.search(_rows(collected, source, line, end_line)))


_MAY_TELL_APART: Final = re.compile(
    r"""(?i)\b_*(?:\w+_)?(?:session|service|account|storage|subscription|auth)_?key\b["']?\s*(?::[^=\n"']{1,40})?[=:]\s*"""
    r"""["'](?-i:[a-z]+(?:[ :/._-][a-z]+)*|[A-Z]+(?:[ :/._-][A-Z]+)*)["']"""
)


def _is_salt_or_a_name(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether what is written out is a salt, or plain words under the name of a key that may tell things apart.

    ``auth_key: str = "auth:token"`` may be where something is kept; nobody can tell from the words.
    """
    rows = _rows(collected, source, line, end_line)
    return _is_salt(collected, source, line, end_line) or _MAY_TELL_APART.search(rows) is not None


_NOWHERE: Final = re.compile(
    r"(?i)\b(?:http|ws)://[\w.-]+\.(?:internal|invalid|test|example|localhost|local)(?![\w.-])"
)
_NUMBERED: Final = re.compile(r"(?i)\b(?:http|ws)://([\w.-]+)")


def is_private(host: str) -> bool:
    """Tell whether a host is named by an address that only its own network reaches (RFC 1918 and the like)."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


_INSECURE_PORT: Final = re.compile(r"\badd_insecure_port\(|\binsecure_channel\(")
_SECURE_PORT: Final = re.compile(r"(?<![a-z])(?:add_)?secure_(?:port|channel)\(")


def _is_not_in_the_open(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a host lies in no public network, or a port is secure where its function is given keys."""
    rows = _rows(collected, source, line, end_line)
    numbered = _NUMBERED.findall(rows)
    if _NOWHERE.search(rows) or (numbered and all(map(is_private, numbered))):
        return True
    module = collected.module(source) if _INSECURE_PORT.search(rows) else None
    function = module.enclosing(line) if module is not None else None
    return function is not None and bool(_SECURE_PORT.search(ast.unparse(function)))


_KNOWS_HASH: Final = re.compile(r"(?i)is_\w*(?:md5|sha1|legacy|old)\w*\(|(?:startswith|len)\(")
_KEPT: Final = re.compile(r"(?i)\b(?:legacy|backward|deprecated|existing|compat\w*|kept for|old|migrat\w*|fallback)\b")


def _is_of_known_hash(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a weak digest is compared with one that an earlier version stored, as its function says."""
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if function is None:
        return False
    said = ast.get_docstring(function) or ""
    if _is_of_old(collected, source, line, end_line) or _KEPT.search(said):
        return True
    return any(
        isinstance(node, ast.If)
        and node.lineno < line <= (node.body[-1].end_lineno or 0)
        and _KNOWS_HASH.search(ast.unparse(node.test))
        for node in ast.walk(function)
    ) and any(
        isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compare_digest" for node in ast.walk(function)
    )


_TOOLKIT: Final = re.compile(r"(?:Tools|Toolkit|ToolSpec|ToolBox|Runner)$")
_SQL_TOOL: Final = re.compile(r"(?i)sql|database|cypher")
_STATEMENT: Final = re.compile(
    r"(?i)^_?(?:sql|query|sql_query|statement|sql_statement|command|cypher)(?:_?str(?:ing)?)?$"
)
_EXECUTES: Final = re.compile(r"(?i)^_?(?:execute\w*|run\w*|read_sql\w*|sql|query|fetch\w*|text)$")


def _is_of_sql_toolkit(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    """Tell whether a line stands in a toolkit that is there to run whatever statement a model writes.

    A name of a table in another of its statements gives the model nothing that it does not have.
    """
    module = collected.module(source)
    return module is not None and (is_of_sql_toolkit(module, line) or _comes_with_values(module, line))


_CHECKED_NAME: Final = re.compile(r"(?i)valid|quot|ident|escape|safe|allowed|check")


def _comes_with_values(module: Module, line: int) -> bool:
    """Tell whether all that changes in a statement is a clause that a helper made together with the values it binds.

    ``clause, values = built(filters)``, and the values go along; names that another helper checked may stand beside it.
    """
    function = module.enclosing(line)
    if function is None:
        return False
    made: dict[str, set[str]] = {}
    checked: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=other)])], value=ast.Call()):
                made[one] = {other}
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)) if _CHECKED_NAME.search(
                ast.unparse(func)
            ):
                checked.add(name)
    names = {each.id for call in module.calls_at(line) for each in ast.walk(call) if isinstance(each, ast.Name)}
    statements = [
        value
        for call in module.calls_at(line)
        for given in call.args[:1]
        for value in module.values_of(given)
        if isinstance(value, ast.JoinedStr)
    ]
    parts = {
        each.id
        for statement in statements
        for part in statement.values
        if isinstance(part, ast.FormattedValue)
        for each in ast.walk(part.value)
        if isinstance(each, ast.Name) and each.id not in {"self", "cls"} and not each.id.isupper()
    }
    clauses = parts & made.keys()
    bound = names | {
        each.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in names for t in node.targets)
        for each in ast.walk(node.value)
        if isinstance(each, ast.Name)
    }
    return bool(clauses) and parts <= clauses | checked and all(made[each] & bound for each in clauses)


def is_of_sql_toolkit(module: Module, line: int) -> bool:
    """Tell the same of a module that was read."""
    for klass in module.nodes:
        if (
            isinstance(klass, ast.ClassDef)
            and klass.lineno <= line <= (klass.end_lineno or 0)
            and any(_TOOLKIT.search(name) for name in (klass.name, *map(ast.unparse, klass.bases)))
        ):
            methods = (each for each in klass.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))
            return any(map(_runs_statement, methods))
    return False


def takes_statement(module: Module, line: int, parameter: str) -> bool:
    """Tell whether a tool that is there for statements is called with one in a parameter.

    Args:
        module: The file of the tool.
        line: A line of it, from 1.
        parameter: By its name.
    """
    return _STATEMENT.match(parameter) is not None and any(
        isinstance(klass, ast.ClassDef)
        and klass.lineno <= line <= (klass.end_lineno or 0)
        and any(_SQL_TOOL.search(name) for name in (klass.name, *map(ast.unparse, klass.bases)))
        for klass in module.nodes
    )


def _runs_statement(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    def is_given(value: ast.expr) -> bool:
        match value:
            case ast.Name(id=name):
                return name in given
            case ast.Attribute(value=ast.Name(), attr=attr):  # args.sql, of what the tool is called with
                return _STATEMENT.match(attr) is not None
            # cut at its ends, it is the same
            case (
                ast.Call(func=ast.Attribute(value=inner, attr="strip" | "lstrip" | "rstrip" | "removesuffix"))
                | ast.Subscript(value=inner, slice=ast.Slice())
            ):
                return is_given(inner)
        return False

    given = {each.arg for each in (*method.args.args, *method.args.kwonlyargs) if _STATEMENT.match(each.arg)}
    given |= {
        target.id
        for node in ast.walk(method)
        if isinstance(node, ast.Assign) and is_given(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return any(
        isinstance(node, ast.Call)
        and _EXECUTES.match(str(getattr(node.func, "attr", getattr(node.func, "id", ""))))
        and any(map(is_given, (*node.args, *(word.value for word in node.keywords))))
        for node in ast.walk(method)
    )


_IN_SANDBOX: Final = re.compile(
    rb"(?i)\b(?:runs?|running|executed?|executes|inside|within|in)\b[^.\n]{0,60}\bsandbox(?:ed)?\b"
    rb"|\b(?:runs?|running|executed|inside|within)\b[^.\n]{0,40}\b(?:docker|container)\b"
)
_OF_SANDBOX: Final = re.compile(r"(?i)(?:^|/)[\w-]*(?:sandbox|runtime|action_execution)[\w-]*(?:/|\.py$)")
_RUNS_COMMANDS: Final = re.compile(
    rb"\bsubprocess\b|\bpexpect\b|\bpty\.|\bos\.system\(|(?<![\w.])exec\(|\blibtmux\b|\bjupyter"
)


def is_server_in_sandbox(source: Source) -> bool:
    """Tell whether a file is a server inside a sandbox that runs commands for whoever calls it.

    Who may have it run a command needs no path that leads out: the walls around it are the check.
    """
    return bool(
        _OF_SANDBOX.search(source.path)
        and _ANY_ROUTE.search(source.text)
        and _RUNS_COMMANDS.search(source.text)
        and _IN_SANDBOX.search(source.text)
    )


_WITHIN_WALLS: Final = frozenset(
    {
        "command-execution",
        "code-execution",
        "path-traversal",
        "path-through-helper",
        "upload-name",
        "archive-extraction",
    }
)


_INSIDE: Final = re.compile(r"commonpath\(|is_relative_to\(|\.relative_to\(")


def _is_bounded_path(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    return any(
        bounds(collected, source, line, end_line)
        for bounds in (_is_one_part, _is_confined_by_a_setting, _is_held_by_its_beginning)
    )


_OF_EVERYTHING: Final = frozenset({"request", "req", "self", "cls", "os", "Path", "str"})
_RESOLVES: Final = re.compile(r"\b(?:realpath|resolve|abspath|normpath)\(")


def _is_held_by_its_beginning(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a resolved path that does not begin with its folder is refused before.

    That ``/srv/files-of-others`` begins with ``/srv/files`` is a flaw of its own, and is told as that.
    """
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if module is None or function is None:
        return False
    used = _made_of(function, line, end_line)
    for node in ast.walk(function):
        match node:
            case ast.If(
                test=ast.UnaryOp(
                    op=ast.Not(), operand=ast.Call(func=ast.Attribute(value=held, attr="startswith"), args=[_, *_])
                ),
                body=[*_, ast.Return() | ast.Raise() | ast.Continue()],
                end_lineno=int(last),
            ) if last < line:
                named = [each for each in ast.walk(held) if isinstance(each, ast.Name)]
                made = [ast.unparse(value) for each in (held, *named) for value in module.values_of(each)]
                behind = {each.id for each in named} | _made_of(function, node.lineno, node.lineno)
                if any(map(_RESOLVES.search, made)) and (used & behind) - _OF_EVERYTHING:
                    return True
    return False


def _is_confined_by_a_setting(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether a path that leads out is refused where a setting asks for it: ``if self.safe_mode:``."""
    module = collected.module(source)
    function = module.enclosing(line) if module is not None else None
    if function is None:
        return False
    used = _made_of(function, line, end_line)
    return any(
        isinstance(node, ast.If)
        and (node.end_lineno or 0) < line
        and isinstance(node.test, ast.Attribute)
        and ast.unparse(node.test).startswith("self.")
        and _INSIDE.search(ast.unparse(node))
        and used & {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        and any(isinstance(each, (ast.Return, ast.Raise)) for each in ast.walk(node))
        for node in ast.walk(function)
    )


_EVALUATED: Final = re.compile(r"\beval[ \t]+(?:echo[ \t]+)?\"?\$\{?([A-Za-z_]\w*)\}?\"?[ \t]*\)?\"?[ \t]*$")


_OF_A_COMMAND: Final = re.compile(r"\beval[ \t]+([\"']?)\$\((?![^)]*\$\{?[1-9@*])[^()]+\)\1[ \t]*$")
"""What a command writes that is given nothing of the caller: ``eval "$($CONDA shell.bash hook)"``."""
_SETS_BY_NAME: Final = re.compile(r"""\beval[ \t]+"\$\{?[A-Za-z_]\w*\}?=\\"\\\$\{?[A-Za-z_]\w*\}?\\\"\"""")


def _is_told_by_a_command(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether all that a script evaluates is what commands of its own wrote: ``setup="$(conda hook)"``."""
    if source.language == languages.SHELL and (
        _SETS_BY_NAME.search(_rows(collected, source, line, end_line))
        or _OF_A_COMMAND.search(_rows(collected, source, line, end_line))
    ):
        return True  # the value is not looked at a second time; the name is the script's
    found = _EVALUATED.search(_rows(collected, source, line, end_line)) if source.language == languages.SHELL else None
    if found is None:
        return False
    given = re.findall(
        rf"(?m)^[ \t]*(?:local[ \t]+|declare[ \t]+|export[ \t]+|readonly[ \t]+)*{found[1]}=(.*)$",
        "\n".join(collected.lines(source)),
    )
    return bool(given) and all(
        re.match(r"\"?(?:\$\(|`)", each) and not re.search(r"\$[{]?[1-9@*]", each) for each in given
    )


_SAFE_ROOM: Final = re.compile(r"(?i)(?<!un)(?:safe|guarded|ssrf|restricted|protected|confined)_?\w*\(")


def _is_in_safe_room(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    """Tell whether a request is made inside of what refuses unsafe hosts, by its name: ``with safe_connect():``."""
    module = collected.module(source)
    return module is not None and any(
        isinstance(node, (ast.With, ast.AsyncWith))
        and node.lineno < line <= (node.end_lineno or 0)
        and any(_SAFE_ROOM.search(ast.unparse(each.context_expr)) for each in node.items)
        for node in module.nodes
    )


_PLAIN_HOST: Final = re.compile(r"=\s*f?[\"']http://")
_BRANCH_LINES: Final = 8


def _speaks_no_tls(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether what is not to check certificates speaks to an address without TLS, or to its own machine."""
    rows = collected.lines(source)
    if _PLAIN_HOST.search("\n".join(rows[line - 1 : end_line + _BRANCH_LINES])):
        return True
    module = collected.module(source)
    return is_made_without_tls(module, line) if module is not None else asks_own_machine(source, rows[line - 1])


_DECIDES: Final = re.compile(r"(?i)^(?:permission|policy|decision|verdict|effect|risk(?:_level)?)$")
_DECIDES_IN_TEXT: Final = re.compile(
    r"""(?i)["']?\b(?:permission|policy|decision|verdict|effect|risk(?:_level)?)["']?\s*[:=]\s*["']?\w"""
)
_OBJECT_LINES: Final = 6


def _is_one_of_a_policy(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    """Tell whether an entry that needs no approval says beside it what is permitted: each entry is decided by itself.

    ``{"permission": "deny", "requires_approval": false}``: which of a table's entries ought to wait, a person judges.
    """
    module = collected.module(source)
    if module is not None:
        return any(_DECIDES.match(word.arg or "") for call in module.calls_at(line) for word in call.keywords) or any(
            isinstance(node, ast.Dict)
            and node.lineno <= line <= (node.end_lineno or 0)
            and any(isinstance(key, ast.Constant) and _DECIDES.match(str(key.value)) for key in node.keys)
            for node in module.nodes
        )
    rows = collected.lines(source)
    above, below = rows[max(0, line - 1 - _OBJECT_LINES) : line - 1], rows[end_line : end_line + _OBJECT_LINES]
    opened = next((number for number in range(len(above) - 1, -1, -1) if above[number].rstrip().endswith("{")), None)
    closed = next((number for number, row in enumerate(below) if row.strip().startswith("}")), None)
    if opened is None or closed is None:
        return False
    return any(map(_DECIDES_IN_TEXT.search, (*above[opened + 1 :], *below[:closed])))


_ASKS_ORIGIN: Final = re.compile(rb"headers(?:\.get\(|\[)\s*[\"'][oO]rigin[\"']")
_OF_EVERY_REQUEST: Final = re.compile(r"middleware|before_request|dispatch")
_TURNS_AWAY: Final = re.compile(r"\b403\b|[Ff]orbidden")


def _is_refused_by_origin(collected: Collector, source: Source, _line: int, _end_line: int) -> bool:
    """Tell whether something before every route of the file refuses what comes from elsewhere, by its origin."""
    module = collected.module(source) if _ASKS_ORIGIN.search(source.text) else None
    return module is not None and any(
        (function.name == "dispatch" or any(map(_OF_EVERY_REQUEST.search, map(ast.unparse, function.decorator_list))))
        and _ASKS_ORIGIN.search(ast.unparse(function).encode())
        and _TURNS_AWAY.search(ast.unparse(function))
        for function in module.functions
    )


_INDEX_WORDS: Final = frozenset({"folder_path", "persist_directory", "path", "folder"})


def _is_own_index(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    """Tell whether an index is loaded from a folder that a setting or the program itself names, and no caller."""
    module = collected.module(source)
    calls = module.calls_at(line) if module is not None else []
    folders = [
        given
        for call in calls
        if any(word.arg == "allow_dangerous_deserialization" for word in call.keywords)
        for given in ([word.value for word in call.keywords if word.arg in _INDEX_WORDS] or call.args[:1])
    ]
    return module is not None and bool(folders) and all(module.trust(each) is not Trust.OUTSIDE for each in folders)


def _is_salt_or_for_own_server(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    module = collected.module(source)
    is_less = module is not None and (is_for_own_server(module, line) or is_beside_its_secret(module, line))
    return is_less or _is_salt(collected, source, line, end_line)


def _is_shown_to_its_user(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    module = collected.module(source)
    return module is not None and shows_to_its_user(module, line)


def _is_for_own_branches(_collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    return runs_for_own_branches(source, line)


def _is_a_sum(collected: Collector, source: Source, line: int, _end_line: int) -> bool:
    module = collected.module(source)
    return module is not None and names_nothing(module, line)


_BY_CAPABILITY: Final[Mapping[str, Callable[[Collector, Source, int, int], bool]]] = {
    "xml-entities": _is_bounded_parser,
    "debug-server": _only_reloads,
    "deserialization": _is_own_file,
    "path-traversal": _is_bounded_path,
    "code-execution": _is_a_sum,
    "command-execution": _is_told_by_a_command,
    "jwt-verification": _is_accepted,
    "weak-random": _is_of_old_or_salt,
    "password-hash": _is_of_known_hash,
    "file-permissions": _is_only_read,
    "sql-injection": _is_of_sql_toolkit,
    "server-side-request": _is_in_safe_room,
    "tls-verification": _speaks_no_tls,
    "personal-data-logged": _is_for_debugging,
    "constant-nonce": _is_of_no_password,
    "hardcoded-key": _is_salt_or_a_name,
    "secret-fallback": _is_salt_or_for_own_server,
    "secret-logged": _is_shown_to_its_user,
    "workflow-injection": _is_for_own_branches,
    "clear-text": _is_not_in_the_open,
    "approval-disabled": _is_one_of_a_policy,
    "cors": _is_refused_by_origin,
    "unsafe-load": _is_own_index,
}
