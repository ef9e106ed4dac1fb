"""Lines that run only where somebody turned a check off that is on by default, or chose a mode by its name.

A check that is off unless somebody turns it on is no such line: ``if not settings.verify`` alone does not say which.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.refine import Module

_CHECKS: Final = re.compile(
    r"(?i)^_?(?:(?!(?:no|not|skip|disable|ignore|without|un|in|insecure|non)_)[a-z]+_)*(?:(?:verify|validate|check)(?:_?(?:ssl|tls|certs?|certificates?|host(?:name)?|peer))*"
    r"|(?:ssl|tls|certs?|certificates?|host(?:name)?|peer)_?(?:verify|validate|check|validation|verification))$"
)
_MODE: Final = re.compile(r"(?i)^_?(?:ssl|tls|verify|verification|cert)_?(?:mode|reqs|policy|level)$")
_COMMAND_LINE: Final = re.compile(r"^(?:self\.)?(?:args|cli_args|parsed_args|namespace)\.\w+$")
"""What a person types to start a program: who says nothing there has checks, or is told so by its help."""
_ON: Final = frozenset({"true", "1", "yes", "on"})


def is_turned_off(module: Module, line: int) -> bool:
    """Tell whether a line runs only where a check was turned off that is on by default.

    ``if self.validate_certs: … else: <line>`` with ``validate_certs: bool = True`` in the same file, and any branch of
    ``if sslmode == "verify-full": …``.
    """
    for node in module.nodes:
        if not isinstance(node, (ast.If, ast.IfExp)):
            continue
        is_in_body, is_in_else = _is_in(node.body, line), _is_in(node.orelse, line)
        if not (is_in_body or is_in_else):
            continue
        if _compares_mode(node.test):
            return True
        is_negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
        tested = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
        name = last_name(tested)
        is_known = name in _on_by_default(module) or _COMMAND_LINE.match(ast.unparse(tested)) is not None
        if is_in_body == is_negated and _CHECKS.match(name) and is_known:
            return True
    return False


def _is_in(branch: list[ast.stmt] | ast.expr, line: int) -> bool:
    nodes = branch if isinstance(branch, list) else [branch]
    return bool(nodes) and nodes[0].lineno <= line <= (nodes[-1].end_lineno or 0)


def _compares_mode(test: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Compare)
        and _MODE.match(last_name(each.left))
        and all(_is_said(other) for other in each.comparators)
        for each in ast.walk(test)
    )


def _is_said(node: ast.expr) -> bool:
    """Tell whether an expression is a word, or a collection of words."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(map(_is_said, node.elts))
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _on_by_default(module: Module) -> frozenset[str]:
    """Return the names that this file gives the value True where nobody says otherwise."""
    return frozenset(name for node in module.nodes for name in _on(node))


def _on(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.arguments(args=given, kwonlyargs=named, defaults=defaults, kw_defaults=named_defaults):
            values = [*zip(reversed(given), reversed(defaults), strict=False), *zip(named, named_defaults, strict=True)]
            yield from (each.arg for each, value in values if value is not None and _is_on(value))
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.Assign(targets=[target], value=value):
            if _is_on(value):
                yield last_name(target)


def _is_on(value: ast.expr) -> bool:
    """Tell whether a default is True: by itself, in a field, in what a mapping or the environment is asked for."""
    if isinstance(value, ast.Constant):
        return value.value is True
    if not isinstance(value, ast.Call):
        return False
    given = [*value.args, *(word.value for word in value.keywords if word.arg == "default")]
    return any(
        isinstance(each, ast.Constant) and (each.value is True or str(each.value).lower() in _ON) for each in given[-1:]
    )
