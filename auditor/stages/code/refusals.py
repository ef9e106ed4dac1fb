"""Checks that stand behind an ``or``: ``if not name or name not in ALLOWED: raise``.

Semgrep follows each way through a condition. On the way where the first part already decides, the second is not asked,
and it takes what the second would have checked for unchecked, although the program gives up on that way, too. What the
rules accept as a check in a condition of its own is accepted here behind an ``or``.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.purpose import function_around
from auditor.stages.code.scopes import ends_block

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECK: Final = re.compile(
    r"(?i)^_?(?:\w*(?:validate|verify|sanitize|sanitise|is_safe|is_allowed|allowed|is_valid|permitted|whitelist|allow_?list|within|subpath|in_or_equal"
    r"|inside|is_relative_to)\w*|(?:check|ensure|assert|guard|reject|refuse|forbid|prevent|enforce|confine|safe)_\w+"
    r"|is_(?:public|permitted|trusted|internal|private|blocked|ssrf)\w*|fullmatch)$"
)
_LIST: Final = re.compile(
    r"(?i)^(?!.*(?:deny|block|black|forbid|danger|ban_|banned|unsafe|bad_|disallow|internal|private|reserved|scheme))"
    r"(?:(?-i:(?:\w+\.)*_?[A-Z][A-Z0-9_]*$)|[\[({]|.*(?:allow|permit|white|safe|valid|known|support|accept|trusted|registered|choices))"
)
_SCRIPT_IF: Final = re.compile(
    r"\bif\s*\(((?:[^(){};]|\((?:[^(){};]|\([^(){};]*\))*\))*?\|\|(?:[^(){};]|\((?:[^(){};]|\([^(){};]*\))*\))*)\)\s*"
    r"(?:\{[^{}]{0,200}?)?\b(?:return|throw|continue)\b"
)
_SCRIPT_CHECK: Final = re.compile(
    r"!\s*(?:await\s+)?(?:(?P<list>[\w.]+)\.(?:includes|has)\(\s*(?P<in>[\w.]+)|(?:\w+\.)*(?P<call>\w+)\(\s*(?P<of>[\w.]+)"
    r"|(?:/[^/\n]+/\w*|\w+)\.test\(\s*(?P<tested>[\w.]+)|(?P<prefixed>[\w.]+)\.startsWith\(\s*[A-Za-z_`])"
)
_SCRIPT_NAME: Final = re.compile(
    r"(?i)^_?(?:\w*(?:validate|verify|sanitiz|sanitis|isSafe|isAllowed|isValid|isWithin|isInside|permitted|whitelist|allowlist)\w*"
    r"|(?:check|ensure|assert|guard|reject|enforce|safe)[A-Z]\w+|is(?:Public|Permitted|Trusted)\w*)$"
)
_SCRIPT_LIST: Final = re.compile(
    r"^(?!(?i:.*(?:deny|block|black|forbid|danger|banned|unsafe|disallow)))(?:(?:\w+\.)*_?[A-Z][A-Z0-9_]*$"
    r"|(?i:.*(?:allow|permit|white|safe|valid|known|support|names|files)))"
)
_SCRIPT_CALL: Final = re.compile(r"\b(\w+)\(\s*([A-Za-z_$][\w$]*(?:[!?]?\.\w+)+)\s*[,)]")
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_AROUND_LINES: Final = 60


def is_refused(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether something is refused before some lines that the rules cannot see.

    By a check behind an ``or``, by one of the very expression (a rule takes ``request.json["url"]`` for a new value
    each time), or by a validator of the model that it is a field of.
    """
    return (
        _is_behind_or(tree, line, end_line)
        or _is_below_a_root(tree, line, end_line)
        or _is_validated(tree, line, end_line)
    )


def _is_below_a_root(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether a function gives up before some lines unless a path that they use lies below one of some roots."""
    function = function_around(tree, line)
    nodes = list(ast.walk(function)) if function is not None else []
    used = {node.id for node in nodes if isinstance(node, ast.Name) and line <= node.lineno <= end_line}
    for node in nodes:
        match node:
            case ast.If(
                test=ast.UnaryOp(
                    op=ast.Not(), operand=ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp(elt=asked)])
                ),
                body=[*_, ast.Raise() | ast.Return()],
            ) if node.lineno < line and any(
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr in {"startswith", "is_relative_to"}
                and used & set(_names(each.func.value))
                for each in ast.walk(asked)
            ):
                return True
    return False


def _is_behind_or(tree: ast.Module, line: int, end_line: int) -> bool:
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not around:
        return False
    function = max(around, key=lambda node: node.lineno)
    nodes = [node for node in ast.walk(function) if getattr(node, "lineno", end_line + 1) <= end_line]
    used = {node.id for node in nodes if isinstance(node, ast.Name) and node.lineno >= line}
    made = [node for node in nodes if isinstance(node, ast.Assign) and node.lineno < line]
    for node in reversed(made):
        if used & {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}:
            used |= {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
    # what a check looks at may be made of what is used: ``host = urlparse(url).hostname``
    for node in made:
        if used & {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}:
            used |= {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    rows = " ".join(ast.unparse(node) for node in nodes if isinstance(node, ast.Call) and node.lineno >= line)
    if any(_is_of_expression(node, rows) for node in nodes if isinstance(node, ast.Call) and node.lineno < line):
        return True
    return any(
        _is_check(each, used)
        for node in nodes
        if isinstance(node, ast.If) and node.lineno < line and ends_block(node.body[-1])
        for test in [node.test]
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or)
        for operand in test.values[1:]
        for each in ast.walk(operand)
    )


def _is_of_expression(node: ast.Call, rows: str) -> bool:
    """Tell whether a call checks an expression, no name, that some text holds as well."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else str(getattr(node.func, "id", ""))
    return bool(_CHECK.match(name)) and any(
        isinstance(each, (ast.Attribute, ast.Subscript)) and ast.unparse(each) in rows for each in node.args
    )


def refuses_separators(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether a function gives up where a name that some lines use holds ``/`` and where it holds ``..``."""
    function = function_around(tree, line)
    nodes = list(ast.walk(function)) if function is not None else []
    used = {n.id for n in nodes if isinstance(n, ast.Name) and line <= n.lineno <= end_line}
    for node in nodes:
        if isinstance(node, ast.Assign) and node.lineno < line and used & set(_names(ast.Tuple(node.targets))):
            used |= set(_names(node.value))
    refused: set[object] = set()
    for node in nodes:
        if isinstance(node, ast.If) and node.lineno < line and isinstance(node.body[-1], (ast.Raise, ast.Return)):
            for each in ast.walk(node.test):
                match each:
                    case ast.Compare(left=ast.Constant(value=value), ops=[ast.In()], comparators=[right]):
                        refused |= {value} if used & set(_names(right)) else set()
    return {"/", ".."} <= refused


def _is_validated(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether the field of a model that some lines use has a validator that refuses by a list or a check."""
    function = function_around(tree, line)
    if function is None:
        return False
    models = {
        each.arg: ast.unparse(each.annotation).rsplit(".", 1)[-1]
        for each in ast.walk(function.args)
        if isinstance(each, ast.arg) and each.annotation is not None
    }
    fields = {
        (models[node.value.id], node.attr)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in models
        and line <= node.lineno <= end_line
    }
    return any(
        isinstance(klass, ast.ClassDef) and klass.name == name and _validates(klass, field)
        for name, field in fields
        for klass in tree.body
    )


def is_held_to_some(klass: ast.ClassDef, field: str) -> bool:
    """Tell whether a field of a class is one of some words: by its type, or by a validator that refuses others."""
    declared = [
        ast.unparse(each.annotation)
        for each in klass.body
        if isinstance(each, ast.AnnAssign) and getattr(each.target, "id", "") == field
    ]
    return any(map(_SOME_WORDS.search, declared)) or _validates(klass, field)


_SOME_WORDS: Final = re.compile(r"^(?:Optional\[|Annotated\[)?(?:typing\.)?Literal\[")


def _validates(klass: ast.ClassDef, field: str) -> bool:
    for method in klass.body:
        if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        is_of_field = any(
            isinstance(each, ast.Call)
            and "validator" in ast.unparse(each.func)
            and any(isinstance(word, ast.Constant) and word.value == field for word in each.args)
            for each in method.decorator_list
        )
        names = {each.arg for each in method.args.args}
        for node in ast.walk(method) if is_of_field else ():
            if isinstance(node, ast.Assign) and names & set(_names(node.value)):
                names |= {n for target in node.targets for n in _names(target)}
            if isinstance(node, ast.Call) and _is_check(node, names):
                return True
            tests = ast.walk(node.test) if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise) else ()
            if any(_is_check(each, names) or _is_of_network(each) for each in tests):
                return True
    return False


def _is_of_network(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"is_private", "is_global", "is_loopback", "is_link_local"}


def _is_check(node: ast.AST, used: set[str]) -> bool:
    match node:
        case ast.Call(func=function, args=[first, *_]):
            name = function.attr if isinstance(function, ast.Attribute) else str(getattr(function, "id", ""))
            return bool(_CHECK.match(name)) and bool(used & set(_names(first)))
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
            return bool(_LIST.match(ast.unparse(right))) and bool(used & set(_names(left)))
    return False


def _names(node: ast.AST) -> Iterator[str]:
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def is_refused_in_script(lines: list[str], line: int, end_line: int) -> bool:
    """Tell the same of TypeScript or JavaScript, by the text of the lines before."""
    used = set(_WORD.findall("\n".join(lines[line - 1 : end_line])))
    before = "\n".join(lines[max(0, line - 1 - _AROUND_LINES) : line - 1])
    rows = "\n".join(lines[line - 1 : end_line])
    for found in _SCRIPT_CALL.finditer(before):
        if _SCRIPT_NAME.match(found[1]) and "." in found[2] and found[2] in rows:
            return True
    if _has_host_checked(lines, line, used):
        return True
    for found in _SCRIPT_IF.finditer(before):
        for part in found[1].split("||")[1:]:
            for check in _SCRIPT_CHECK.finditer(part):
                name = check["in"] or check["of"] or check["tested"] or check["prefixed"]
                is_known = (
                    _SCRIPT_LIST.match(check["list"])
                    if check["list"]
                    else _SCRIPT_NAME.match(check["call"])
                    if check["call"]
                    else True
                )
                if is_known and name.split(".")[0] in used:
                    return True
    return False


_SCRIPT_HOST: Final = re.compile(r"\bif\s*\(\s*!\s*(\w+)\s*\|\|\s*!([\s\S]{1,900}?)\)\s*\{\s*(?:return|throw)\b")
_HOST_HELD: Final = re.compile(
    r"\bhost(?:name)?\.endsWith\(\s*[\"'`]\.|\bhost(?:name)?\s*===|===\s*[\w.?]*\bhost(?:name)?\b"
)
_HOST_LINES: Final = 150
_HOST_STEPS: Final = 3


def _has_host_checked(lines: list[str], line: int, used: set[str]) -> bool:
    """Tell whether a script gives up unless the host of what some lines use is one that it knows."""
    before = "\n".join(lines[max(0, line - 1 - _HOST_LINES) : line - 1])
    made = set(used)
    for _step in range(_HOST_STEPS):
        made |= {
            word
            for name in made
            for found in re.finditer(
                rf"\b(?:const|let|var)\s+{re.escape(name)}\s*(?::[^=\n]+)?=([^;]{{1,300}})", before
            )
            for word in _WORD.findall(found[1])
        }
    return any(
        found[1] in made and found[1] in found[2] and _HOST_HELD.search(found[2])
        for found in _SCRIPT_HOST.finditer(before)
    )
