"""The scripts in HTML, Vue and Svelte as one module of TypeScript whose lines can be traced back.

What a template puts in as raw HTML (``v-html``, ``{@html …}``, ``[innerHTML]``) stands at the end of the module as
calls of `RAW_HTML`: there the rules for scripts follow it to where it was made.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

RAW_HTML: Final = "__raw_html__"
_SCRIPT: Final = re.compile(r"(?is)<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script\s*>")
_TYPE: Final = re.compile(r"""(?i)\btype\s*=\s*["']?(?P<type>[\w/+.-]*)""")
_SCRIPT_TYPES: Final = frozenset(
    {"", "text/javascript", "application/javascript", "module", "text/ecmascript", "text/typescript", "text/babel"}
    | {"application/x-javascript", "ts", "text/jsx"}
)
_RAW: Final = (
    re.compile(r"""\bv-html\s*=\s*(?P<q>["'])(?P<text>[^\n]{1,400}?)(?P=q)"""),
    re.compile(r"""\[(?:innerHTML|innerHtml|outerHTML)\]\s*=\s*(?P<q>["'])(?P<text>[^\n]{1,400}?)(?P=q)"""),
    re.compile(r"\{@html\s+(?P<text>[^\n{}]{1,400})\}"),
    re.compile(r"\{@html\s+(?P<text>[^\n]{1,400}?)\}(?=\s*(?:<|\n|$))"),
)
_COMMENT: Final = re.compile(r"(?s)<!--.*?-->")
_VALUE_OF_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>", re.DOTALL)
_RAW_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts of a page or component.

    Attributes:
        text: TypeScript.
        lines: For each line of it, the line (from 1) of the file it came from.
    """

    text: str
    lines: tuple[int, ...]


def scripts_of(text: str) -> Scripts | None:
    """Return the scripts; None where there are none."""
    rows: list[str] = []
    lines: list[int] = []
    without = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in _SCRIPT.finditer(without):
        kind = _TYPE.search(found["attributes"])
        if kind and kind["type"].lower() not in _SCRIPT_TYPES:
            continue
        first = without.count("\n", 0, found.start("text")) + 1
        # what a server's template puts in is a value to the script; its control lines are nothing
        body = _VALUE_OF_TEMPLATE.sub(_filled, found["text"])
        for number, row in enumerate(body.split("\n")):
            rows.append(row)
            lines.append(first + number)
    outside = _SCRIPT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), without)
    for line, expression in _raw(outside):
        rows.append(f"{RAW_HTML}({expression});")
        lines.append(line)
    return Scripts("\n".join(rows) + "\n", (*lines, lines[-1])) if any(row.strip() for row in rows) else None


def _filled(found: re.Match[str]) -> str:
    rest = "\n" * found[0].count("\n")
    return ("0" if found[0].startswith("{{") or found[0].startswith(("<%=", "<%-")) else " ") + rest


def _raw(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and expression of what is put in as raw HTML."""
    seen: dict[int, str] = {}
    for pattern in _RAW:
        for found in pattern.finditer(text):
            seen.setdefault(found.start(), html.unescape(found["text"]).strip())
    for start, expression in sorted(seen.items())[:_RAW_LIMIT]:
        yield text.count("\n", 0, start) + 1, expression
