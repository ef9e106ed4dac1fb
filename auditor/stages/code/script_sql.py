"""Of what SQL text in TypeScript and JavaScript is made: the parts of its templates, looked up in the same file.

A name of a table cannot be bound. Where a helper that checks identifiers made it, or where it goes through a list of
literals, the text is known.
"""

from __future__ import annotations

import re
from typing import Final

from auditor.stages.code.refine import Trust

_PART: Final = re.compile(r"\$\{([^{}]{1,300})\}")
_CHECKS: Final = re.compile(
    r"(?i)^\s*(?:await\s+)?(?:[\w$]+\.)*_?(?:sanitiz|sanitis|validat|quote|escape|assert|ensure|check|safe)\w*\s*\("
    r"|^\s*(?:[\w$]+\.)*\w*ident(?:ifier)?\w*\s*\("
)
_LITERAL: Final = re.compile(r"""^\s*(?:"[^"\n]*"|'[^'\n]*'|`[^`$\n]*`|[\d.]+|Number\(|parseInt\(|[\w$.]+\.length\b)""")
_LITERALS: Final = re.compile(r"""^\s*\[\s*(?:(?:"[^"\n]*"|'[^'\n]*'|`[^`$\n]*`)\s*,?\s*)+\]""")
_CONSTANT: Final = re.compile(r"^\s*(?:[\w$]+\.)*[A-Z][A-Z0-9_]+\s*$")
_NAME: Final = re.compile(r"^\s*([A-Za-z_$][\w$]*)\s*$")
_OWN: Final = re.compile(r"^\s*this(?:\.[A-Za-z_$][\w$]*)+\s*$")
_SENT: Final = re.compile(
    r"(?i)\breq(?:uest)?\b|\bctx\b|\bbody\b|\bquery\b(?!\s*[(<])|\bparams\b|\binput\b|\bargs\b|\bnodeData\b"
)
_JOINED: Final = re.compile(r"^\s*([A-Za-z_$][\w$]*)\.join\(\s*[\"'`][^\"'`$]*[\"'`]\s*\)\s*$")
_AROUND_LINES: Final = 80


def sql_of_script(lines: list[str], line: int, end_line: int) -> Trust:
    """Tell of what the SQL is made that some lines build; OUTSIDE where no template is seen.

    Args:
        lines: All lines of the file.
        line: First line of the match, from 1.
        end_line: Last.
    """
    parts = _PART.findall("\n".join(lines[line - 1 : end_line]))
    return min((_trust(lines, line, part) for part in parts), default=Trust.OUTSIDE)


def _holds_placeholders(rows: list[str], name: str) -> bool:
    """Tell whether all that is put into a list are placeholders (``$1``) by their numbers, or literals."""
    text = "\n".join(rows)
    if not re.search(rf"\b(?:const|let)\s+{re.escape(name)}\s*(?::[^=\n]+)?=\s*\[\s*\]", text):
        return False
    put = re.findall(rf"\b{re.escape(name)}\.push\(\s*(`[^`]*`|\"[^\"\n]*\"|'[^'\n]*'|[^`\"'\s])", text)
    return bool(put) and all(each[0] in "`\"'" and not re.search(r"(?<!\$)\$\{", each) for each in put)


def _trust(lines: list[str], line: int, expression: str, *, depth: int = 0) -> Trust:
    if _CHECKS.match(expression) or _LITERAL.match(expression) or _CONSTANT.match(expression):
        return Trust.FIXED
    if _LITERALS.match(expression):
        return Trust.FIXED
    joined = _JOINED.match(expression)
    if joined is not None:
        return (
            Trust.FIXED
            if _holds_placeholders(lines[max(0, line - 1 - _AROUND_LINES) : line], joined[1])
            else Trust.OUTSIDE
        )
    if _OWN.match(expression):
        return Trust.OUTSIDE if _SENT.search(expression) else Trust.CONFIGURED
    found = _NAME.match(expression)
    if found is None or depth > 3:  # noqa: PLR2004 - names of names
        return Trust.OUTSIDE
    set_to = re.compile(
        rf"\b(?:const|let|var)\s+{re.escape(found[1])}\s*(?::[^=\n]{{1,80}})?=(?![=>])\s*(.+)"
        rf"|\bfor\s*\(\s*(?:const|let|var)\s+{re.escape(found[1])}\s+of\s+([\w$.]+|\[[^\]\n]*\])"
        rf"|^\s*{re.escape(found[1])}\s*=(?![=>])\s*(.+)"
    )
    values: list[str] = []
    for row in reversed(lines[max(0, line - 1 - 2 * _AROUND_LINES) : line - 1]):
        match = set_to.search(row)
        if match is not None:
            values.append(next(value for value in match.groups() if value))
            if not match[3]:
                break  # declared here; above is another one of the name
    return min(
        (_trust(lines, line, value.rstrip().rstrip(";"), depth=depth + 1) for value in values), default=Trust.OUTSIDE
    )
