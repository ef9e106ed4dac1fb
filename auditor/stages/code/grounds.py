"""Looks in the file of a match for what its severity may rest on (see `severity`)."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.origins import origin_of
from auditor.stages.code.proofs import is_of_a_loader, is_unpacked_by_members, is_used_as_secret
from auditor.stages.code.proofs import lets_in as compares_to_let_in
from auditor.stages.code.reading import Place, Seen, in_file
from auditor.stages.code.rules import REAL_SECRETS
from auditor.stages.code.script_flows import ScriptFlows
from auditor.stages.code.script_guards import TEXT
from auditor.stages.code.script_proofs import proves
from auditor.stages.code.script_sides import does_harm, runs_in_page
from auditor.stages.code.script_sinks import sinks
from auditor.stages.code.script_sql import is_asked_to
from auditor.stages.code.script_tree import bare
from auditor.stages.code.script_values import Search
from auditor.stages.code.setting_proofs import is_for_developers, is_while_developed, lets_in
from auditor.stages.code.severity import Ground, Needs, brought_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.rules import Rule
    from auditor.stages.code.script_tree import Script
    from auditor.stages.code.tree import Source

_PYTHON: Final = frozenset({languages.PYTHON, languages.NOTEBOOK})
_SETTINGS: Final = frozenset(
    {languages.YAML, languages.CONFIGURATION, languages.GENERIC, languages.TEMPLATE, languages.DOCKERFILE}
)
_SET_UP: Final = frozenset({languages.DOCKERFILE, languages.SHELL})
_OF_SETTINGS: Final = frozenset({"default-credential", "hardcoded-key"})
_SCRIPT: Final = frozenset({languages.TYPESCRIPT, languages.JAVASCRIPT, languages.MARKUP})
_WHOSE: Final = re.compile(
    r"(?i)^(?:current_|request_|owner_)?(?:user|tenant|org|organi[sz]ation|account|owner|workspace|team)(?:_?id)?$"
)


def seen_of(  # noqa: PLR0911 - one answer for each kind
    collected: Collector,
    source: Source,
    rule: Rule,
    variant: str,
    line: int,
    end_line: int,
    offsets: tuple[int, int] | None = None,
) -> Seen:
    """Return what the severity of a match rests on, with the way of a value from outside that it is seen to use.

    Args:
        collected: Holds the parsed file.
        source: The file.
        rule: What matched.
        variant: Which of its variants.
        line: First line of the match, from 1.
        end_line: Last.
        offsets: Bytes of the match, where the scanner tells.
    """
    needs = rule.needs(variant)
    brought = brought_by(needs)
    if source.language in _SCRIPT and needs != Needs.CONTRAST:
        seen = _seen_in_script(collected, source, rule, brought, offsets, (line, end_line))
        return replace(seen, is_held=needs == Needs.WAY and not seen.steps)
    if _is_setting_in_doubt(source, rule.capability, line):
        return Seen()
    module = collected.module(source) if source.language in _PYTHON else None
    if brought is not Ground.NONE:
        return Seen(ground=_of_lines(module, line, brought, rule.capability))
    if rule.capability == "secret-logged" and module is not None:
        if _names_secret(module, line, end_line):
            return Seen(ground=_of_lines(module, line, Ground.TEXT, rule.capability))
        if _names_hidden(module, line, end_line) or _only_tells_apart(module, line, end_line):
            return Seen()
    if needs == Needs.CONTRAST:
        knows = module is not None and rule.capability == "missing-tenant-filter" and _knows_whose(module, line)
        return Seen(ground=Ground.CONTRAST.value if knows else Ground.NONE.value)
    found = origin_of(module, line, end_line, rule.capability) if module is not None else None
    if module is not None and rule.capability == "archive-extraction" and not is_unpacked_by_members(module, line):
        return Seen()
    if found is None:
        return Seen()
    way = ((found.line, found.kind), (line, rule.capability))
    steps = tuple(Place(file=source.path, line=in_file(source, number), name=name) for number, name in way)
    return Seen(ground=Ground.FLOW.value, steps=steps, origin=found.kind)


def _is_setting_in_doubt(source: Source, capability: str, line: int) -> bool:
    """Tell whether a line of settings, of an image or of a shell does not prove itself after all."""
    if source.language in _SETTINGS and capability in _OF_SETTINGS:
        return not lets_in(source, line)
    if source.language in _SETTINGS and capability == "clear-text":
        return is_while_developed(source, line)
    return source.language in _SET_UP and capability == "remote-code" and is_for_developers(source.path)


def _seen_in_script(
    collected: Collector,
    source: Source,
    rule: Rule,
    brought: Ground,
    offsets: tuple[int, int] | None,
    lines: tuple[int, int],
) -> Seen:
    """Look in the syntax tree; that a pattern of a rule joined a source and a place, or saw a name, is nothing yet."""
    script = collected.script(source)
    if script is None:
        return Seen()
    is_told = offsets is not None and script.line_at(offsets[0]) == lines[0]
    place = offsets if offsets is not None and is_told else script.offsets(*lines)
    if brought is Ground.TEXT:
        return Seen(ground=brought.value) if proves(script, rule.capability, *place) else Seen()
    search = Search(ScriptFlows.alone(script), rule.capability)
    found = search.of_place(script, *place)
    if found is None and rule.capability == "secret-logged" and _names_secret_in_script(script, place):
        return Seen(ground=Ground.TEXT.value)
    if found is None:
        return Seen(asks=place if search.is_open else (0, 0), is_refuted=search.is_refuted)
    way = ((found.line, found.kind), *((each.line, each.name) for each in found.steps), (lines[0], rule.capability))
    steps = tuple(Place(file=source.path, line=in_file(source, number), name=name) for number, name in way)
    is_flow = does_harm(script, rule.capability, *place) and not is_asked_to(script, rule.capability, found.kind, place)
    return Seen(ground=(Ground.FLOW if is_flow else Ground.NONE).value, steps=steps, origin=found.kind)


def _of_lines(module: Module | None, line: int, brought: Ground, capability: str) -> str:
    """Return what lines that prove themselves rest on after all; of Python alone more is seen than their text."""
    if module is None:
        return brought.value
    doubts = _IN_DOUBT.get(capability)
    is_sample = capability not in REAL_SECRETS and _is_of_sample(module, line)
    if is_sample or (doubts is not None and doubts(module, line)):
        return Ground.NONE.value
    is_branch = brought is Ground.TEXT and _is_in_branch(module, line)
    return (Ground.BRANCH if is_branch else brought).value


def _is_in_branch(module: Module, line: int) -> bool:
    """Tell whether a line runs only where a condition holds; that a file is started itself is none.

    Nor does one of a function or a class of the file that is named under conditions alone.
    """
    if _is_under_condition(module, line):
        return True
    around = [
        node
        for node in module.tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and node.lineno < line <= (node.end_lineno or 0)
        and not node.decorator_list
    ]
    return any(_is_named_under_conditions(module, each) for each in around)


def _is_under_condition(module: Module, line: int) -> bool:
    return any(
        isinstance(node, ast.If)
        and node.lineno < line <= (node.end_lineno or 0)
        and all(getattr(each, "id", "") != "__name__" for each in ast.walk(node.test))
        for node in module.nodes
    )


def _is_named_under_conditions(module: Module, defined: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Tell whether a file uses what it defines, and each time only where a condition holds."""
    uses = [
        node.lineno
        for node in module.nodes
        if isinstance(node, ast.Name)
        and node.id == defined.name
        and not defined.lineno <= node.lineno <= (defined.end_lineno or 0)
    ]
    return bool(uses) and all(_is_under_condition(module, each) for each in uses)


_SAMPLE: Final = re.compile(r"(?i)(?:^|_)(?:example|sample|demo|dummy|smoke)s?(?:_|$)")


def _is_of_sample(module: Module, line: int) -> bool:
    """Tell whether a line stands in a function that shows how something is used, by its name."""
    function = module.enclosing(line)
    return function is not None and _SAMPLE.search(function.name) is not None


def _is_of_a_log(module: Module, line: int) -> bool:
    """Tell whether a line is a log of the program's own that writes what it is given: what that is, its callers say."""
    function = module.enclosing(line)
    return function is not None and function.name in _LEVELS


def _guards_nothing(module: Module, line: int) -> bool:
    """Tell whether a comparison of paths lets nobody in."""
    return not compares_to_let_in(module, line)


_LEVELS: Final = frozenset({"debug", "info", "warn", "warning", "error", "critical", "exception", "log"})


def _knows_whose(module: Module, line: int) -> bool:
    """Tell whether the function around a line knows for whom it works."""
    function = module.enclosing(line)
    return function is not None and any(
        isinstance(node, ast.arg) and _WHOSE.match(node.arg) for node in ast.walk(function.args)
    )


_SECRET: Final = re.compile(
    r"(?i)^_*(?:\w+_)?(?:password|passwd|passphrase|api_?keys?|secret_?keys?|client_?secret|access_?key_?secret|private_?key|admin_?key"
    r"|(?:access|auth|refresh|bearer|session|jwt|reset|bot|api|hf|github)_?token|connection_?string|get_secret_value"
    r"|encryption_?key|signing_?key|master_?key)$"
)
"""Names that leave no doubt; a token, a key or a header may be many things."""


def _names_secret(module: Module, line: int, end_line: int) -> bool:
    """Tell whether what some lines log has a name of a secret, or is put together of such, beyond doubt."""
    names = [each for each in module.nodes if line <= getattr(each, "lineno", 0) <= end_line]
    made = [value for each in names if isinstance(each, ast.Name) for value in module.values_of(each)[1:]]
    return any(
        _SECRET.match(getattr(each, "attr", "") or getattr(each, "id", ""))
        for root in (*names, *made)
        for each in ast.walk(root)
        if isinstance(each, (ast.Name, ast.Attribute)) and not (isinstance(each, ast.Name) and _is_id(module, each))
    )


_IDENTIFIES: Final = re.compile(r"(?i)^(?:\w+_)?(?:call|session|run|job|task|request|message|thread)_?s?id$")


def _is_id(module: Module, name: ast.Name) -> bool:
    """Tell whether a token by its name is an id elsewhere in its function: ``Started(call_id=session_token)``."""
    function = next(module.functions_around(name), None)
    if function is None or not _TOKEN.search(name.id):
        return False
    for node in ast.walk(function):
        match node:
            case ast.keyword(arg=str(word), value=ast.Name(id=held)) if held == name.id and _IDENTIFIES.match(word):
                return True
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                said = [key for key, value in pairs if isinstance(value, ast.Name) and value.id == name.id]
                if any(isinstance(key, ast.Constant) and _IDENTIFIES.match(str(key.value)) for key in said):
                    return True
            case ast.Assign(targets=[ast.Name(id=held)], value=ast.Attribute(attr=attr)) if held == name.id:
                return _IDENTIFIES.match(attr) is not None
    return False


_TOKEN: Final = re.compile(r"(?i)session_?token$")


def _names_secret_in_script(script: Script, place: tuple[int, int]) -> bool:
    """Tell the same of a script: what is logged is named so, or put into the text that is, where others read it.

    What a page writes to its console is read by its user, as is what a command prints that a person starts (it begins
    with ``#!``), and lines for debugging are written where somebody asked.
    """
    if (
        runs_in_page(script)
        or script.text.startswith(b"#!")
        or _DEBUG.search(script.text[max(0, place[0] - _BEFORE) : place[1]].decode("utf-8", "replace"))
    ):
        return False
    values = [bare(each) for each in sinks(script, *place, TEXT)]
    values += [
        bare(part.children[0]) for each in values for part in each.children if part.kind == "template_substitution"
    ]
    return any(
        _SECRET.match(script.said(each).rsplit(".", 1)[-1])
        for each in values
        if each.kind in {"identifier", "member_expression", "shorthand_property_identifier"}
    )


_DEBUG: Final = re.compile(r"\.(?:debug|trace|verbose|silly)\s*\(")
_BEFORE: Final = 40
_HIDDEN: Final = re.compile(r"(?i)^_*(?:redacted|masked|hashed|obfuscated|truncated|sanitized|hidden)_")


_TELLS_APART: Final = re.compile(r"(?i)^_*(?:\w+_)?session_?keys?$")
_MAY_BE_SECRET: Final = re.compile(
    r"(?i)passw|passwd|passphrase|pwd|secret|token|(?:api|access|private|encrypt\w*|sign\w*|master|fernet|aes|hmac)_?key|credential|authori[sz]ation"
    r"|auth_?header|^auth$|cookie|otp|_code$|jwt|dsn|connection_?string|environ|headers|^dek$|^kek$|^sm[24]_"
)


def _only_tells_apart(module: Module, line: int, end_line: int) -> bool:
    """Tell whether all that some lines name like a secret is the key of a session, which tells conversations apart.

    That a caller sent it shows no secret; one that the framework made (``request.session.session_key``) is one.
    """
    names = [
        ast.unparse(each)
        for each in module.nodes
        if isinstance(each, (ast.Name, ast.Attribute)) and line <= each.lineno <= end_line
    ]
    ends = [each.rsplit(".", 1)[-1] for each in names]
    keys = [each for each, end in zip(names, ends, strict=True) if _TELLS_APART.match(end)]
    return (
        bool(keys)
        and not any(map(_MAY_BE_SECRET.search, ends))
        and not any("request.session" in each or each.endswith("session.session_key") for each in keys)
    )


def _names_hidden(module: Module, line: int, end_line: int) -> bool:
    """Tell whether what some lines log was hidden before, by its name."""
    return any(
        isinstance(each, ast.Name) and line <= each.lineno <= end_line and _HIDDEN.match(each.id)
        for each in module.nodes
    )


def _is_state(module: Module, line: int) -> bool:
    """Tell whether a function notes something down in a variable of its own, and hands it to nobody at this line."""
    return any(
        isinstance(node, (ast.Assign, ast.AnnAssign))
        and node.lineno == line
        and all(
            isinstance(each, ast.Name) for each in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
        and isinstance(node.value, ast.Constant)
        and any(module.functions_around(node))
        for node in module.nodes
    )


_SWITCH: Final = re.compile(r"(?i)trust_?remote_?code")


def _is_switched_on(module: Module, line: int) -> bool:
    """Tell whether a line runs only where somebody switched on what it does: ``if args.trust_remote_code:``."""
    return any(
        isinstance(node, ast.If)
        and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
        and _SWITCH.search(ast.unparse(node.test))
        for node in module.nodes
    )


def _is_not_used(module: Module, line: int) -> bool:
    """Tell whether a default or a table at a line is handed to nobody by the function it stands in.

    A parameter that is on by default proves something where its function hands it on; a table of options where it is
    unpacked into a call.
    """
    for node in module.nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _starts(node) <= line < node.body[0].lineno:
            return not any(
                _SWITCH.fullmatch(word.arg or "") for word in _words(node) if isinstance(word.value, ast.Name)
            )
        if isinstance(node, ast.Assign) and node.lineno == line and _is_table(node.value):
            around = next(module.functions_around(node), module.tree)
            names = {each.id for each in node.targets if isinstance(each, ast.Name)}
            return bool(names) and not any(
                word.arg is None and isinstance(word.value, ast.Name) and word.value.id in names
                for word in _words(around)
            )
    return False


def _starts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min((function.lineno, *(each.lineno for each in function.decorator_list)))


def _is_table(value: ast.expr) -> bool:
    return isinstance(value, ast.Dict) or (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict"
    )


def _words(node: ast.AST) -> list[ast.keyword]:
    return [word for each in ast.walk(node) if isinstance(each, ast.Call) for word in each.keywords]


def _remote_code_in_doubt(module: Module, line: int) -> bool:
    return _is_switched_on(module, line) or _is_not_used(module, line) or not is_of_a_loader(module, line)


_ASKED_FIRST: Final = re.compile(r"(?i)approv|confirm|human|ask_|review")


def _is_offered(module: Module, line: int) -> bool:
    """Tell whether a line only says that nobody is asked unless somebody wants it: a field or a parameter that is off.

    What is off by default may be on wherever the thing is used; what lets tools run by default (``auto_approve=True``)
    is on until somebody thinks of it.
    """
    for node in module.nodes:
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.AnnAssign) and each.lineno <= line <= (each.end_lineno or 0):
                    return _is_off(each.value) and _ASKED_FIRST.search(ast.unparse(each.target)) is not None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _starts(node) <= line < node.body[0].lineno:
            given = [*node.args.posonlyargs, *node.args.args]
            values = [
                *zip(reversed(given), reversed(node.args.defaults), strict=False),
                *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
            ]
            said = [each.arg for each, value in values if _ASKED_FIRST.search(each.arg) and _is_off(value)]
            on = [each.arg for each, value in values if isinstance(value, ast.Constant) and value.value is True]
            return bool(said) and not any(map(_LETS_RUN.search, on))
    return False


_LETS_RUN: Final = re.compile(r"(?i)auto|skip|bypass|dangerous|yolo|trust|unsafe|always")


def _is_off(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def _nobody_asked_in_doubt(module: Module, line: int) -> bool:
    return _is_state(module, line) or _is_offered(module, line)


def _is_no_secret_seen(module: Module, line: int) -> bool:
    return not is_used_as_secret(module, line)


_IN_DOUBT: Final[Mapping[str, Callable[[Module, int], bool]]] = {
    "approval-disabled": _nobody_asked_in_doubt,
    "remote-code-loading": _remote_code_in_doubt,
    "hardcoded-key": _is_no_secret_seen,
    "hardcoded-password": _is_no_secret_seen,
    "path-prefix": _guards_nothing,
    "personal-data-logged": _is_of_a_log,
}
"""Lines that do not prove themselves after all."""
