"""Hides what may be a secret in lines of code before they are shown or kept."""

from __future__ import annotations

import hashlib
import re
from typing import Final

MASK: Final = "***"

_SECRET_NAME: Final = r"""[\w.\-]*(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|\bauth\b|cookie|salt)[\w.\-]*"""
_ASSIGNED: Final = re.compile(
    rf"""(?ix) (?P<name> ["']? {_SECRET_NAME} ["']? \s* (?: [:=]\s* | =>\s* | :\s*[\w\[\]| .]+=\s* ) [fbru]{{0,2}} )
    (?: (?P<quote>["'`]) (?P<text>(?:\\.|(?!(?P=quote)).)*) (?P=quote)  |  (?P<bare>[^\s"'`,;()\[\]{{}}$<]{{3,}}) )"""
)
_LITERAL: Final = re.compile(r"""(?P<quote>["'`])(?P<text>(?:\\.|(?!(?P=quote)).)+)(?P=quote)""")
_DENSE: Final = re.compile(r"(?<![\w/+.-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}(?![\w/+-])")
_CREDENTIALS_IN_URL: Final = re.compile(r"(?P<head>\w+://[^\s/:@\"']*:)(?P<secret>[^\s/@\"']+)(?=@)")
_KEY_BLOCK: Final = re.compile(r"^[A-Za-z0-9+/=\\n\s\"',]{40,}$")
_NAME_ONLY: Final = re.compile(r"^[A-Za-z_][\w.]*$")


def mask(lines: str) -> str:
    """Hide values of secret-named things, credentials in addresses, and long dense texts such as keys.

    Names stay, so that a reader still sees what the code does.
    """
    return "\n".join(_mask_line(line) for line in lines.split("\n"))


def mask_all(lines: str) -> str:
    """Hide every literal, for a place that a secret rule matched: nothing there is worth the risk."""
    return "\n".join(_mask_secret_line(line) for line in lines.split("\n"))


def identity(text: str) -> str:
    """Return a digest that stands for a secret where two of them must be told apart."""
    return "secret " + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _mask_line(line: str) -> str:
    if _KEY_BLOCK.match(line):
        return MASK
    line = _CREDENTIALS_IN_URL.sub(rf"\g<head>{MASK}", line)
    line = _ASSIGNED.sub(_assigned, line)
    return _DENSE.sub(MASK, line)


def _assigned(match: re.Match[str]) -> str:
    if match["quote"]:
        return f"{match['name']}{match['quote']}{MASK}{match['quote']}" if match["text"] else match[0]
    bare = match["bare"]
    is_code = _NAME_ONLY.match(bare) and not re.search(r"\d", bare)
    return match[0] if is_code else f"{match['name']}{MASK}"


def _mask_secret_line(line: str) -> str:
    masked = _LITERAL.sub(rf"\g<quote>{MASK}\g<quote>", line)
    if masked == line:
        head, mark, tail = _value_of(line)
        return f"{head}{mark}{MASK}" if mark and tail.strip() else MASK
    return _mask_line(masked)


def _value_of(line: str) -> tuple[str, str, str]:
    """Split ``NAME=value`` or ``name: value`` behind the mark."""
    found = re.match(r"^(\s*(?:-\s*)?(?:export\s+|ENV\s+|ARG\s+)?[\w.\-/]{1,80}\s*)([:=]\s*)(.*)$", line)
    return (found[1], found[2], found[3]) if found else (line, "", "")
