"""Hides what may be a secret in lines of code before they are shown or kept.

It hides too much rather than too little: names stay, so that a reader still sees what the code does, but of a line that
names a secret no literal behind the name is shown, nor what goes on in the next lines.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from auditor.masking.text import is_open_value, is_worded, mask_text

MASK: Final = "***"
LINE_LIMIT: Final = 400
"""Characters of a line that are shown. It bounds the time of every pattern below, too: lines may be megabytes long."""

_SENSITIVE: Final = (
    r"passw(?:or)?d|passphrase|passwd|pwd|(?<![a-z])pass(?![a-z])|(?-i:Pass(?![a-z]))|secret|token(?!i[sz])"
    r"|(?:api|access)[_-]?key|private[_-]?key|(?:sign(?:ing)?|encrypt(?:ion)?|master|aes|des|sm4|hmac|jwt|ssh|shared|account)[_-]?key"
    r"|credential|authori[sz]ation|bearer|(?<![a-z])auth(?![a-z])|cookie|salt|密码|口令|密钥"
)
_NAME: Final = re.compile(
    rf"(?i)(?<![\w.\-])(?!(?:max|min|num|n|total|prompt|completion|input|output|context|new)_(?:new_)?tokens?(?![\w]))"
    rf"(?=[\w.\-]*?(?:{_SENSITIVE}))[\w.\-]+"
)
"""A name that speaks of a secret; `max_tokens` of a language model does not."""
_LITERAL: Final = re.compile(
    r"""(?P<quote>\"\"\"|'''|["'`])(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P<end>(?P=quote)|\\?$)"""
)
_IN_COMMENT: Final = re.compile(r"(?:^|\s)(?:#|//)\s")
_GIVEN_IN_COMMENT: Final = re.compile("[\"']?\\s*[:=\uff1a]")
"""In a remark a bare word behind a colon or an equals sign is a value."""
_BEHIND_KEY: Final = re.compile(r"\s*(?::(?!=)|=>)")
_OPEN_END: Final = re.compile(r"(?:[=(\[{:+\\]|=>)\s*(?:(?:#|//).*)?$")
_STARTS_WITH_LITERAL: Final = re.compile(r"""^[\s+(\[]*[fbruFBRU]{0,2}["'`]""")
_BARE: Final = re.compile(r"""[:=]=?\s*(?!//)(?P<bare>[^\s"'`,;()\[\]{}$<=]{3,})""")
_CODE_WORD: Final = re.compile(r"^(?!.*\d)[A-Za-z_][\w.]*$")
_DENSE: Final = re.compile(r"(?<![\w/+-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}(?![\w/+-])")
_CREDENTIALS_IN_URL: Final = re.compile(r"(?P<head>(?<!\w)\w+://[^\s/:@\"'`]*:)[^\s\"'`]+(?=@)")
_KEY_BLOCK: Final = re.compile(r"""^\s*[fbruFBRU]?["'`]{0,3}[A-Za-z0-9+/=]{40,}(?:\\[nr])*["'`,;\s\\+]*$""")
_KEY_BEGINS: Final = "-----BEGIN "
_KEY_ENDS: Final = "-----END "
_REFERENCE: Final = re.compile(r"""^["']?\s*[:=]?\s*["']?(?:\$\{?\w+\}?|\$\(\w+\)|\{\{[^{}"']*\}\})["']?[\s,;]*$""")
_COMMAND: Final = re.compile(r"""["']?(?:\$\(|`)""")
_GIVEN_COMMAND: Final = re.compile(r"""^["']?\s*[:=]\s*(?P<value>["']?(?:\$\(\s*\w|`).*?)[\s;]*$""")
_ENVIRONMENT_VALUE: Final = re.compile(r"""^(?P<head>[\s-]*["']?value["']?\s*[:=]).*$""")
_BLOCK_BEGINS: Final = re.compile(r"""^["']?\s*:\s*[|>]?[-+\d]*\s*$""")
_SEPARATOR: Final = re.compile(r"""^["']?\s*[:=>]?\s*""")
_ASSIGNED: Final = re.compile(r"([:=]\s*)[\w+/.@!-]{3,}")
_NAMED_VALUE: Final = re.compile(
    r"""^(\s*(?:-\s*)?(?:export\s+|ENV\s+|ARG\s+)?["']?[\w.\-/]{1,80}["']?\s*)([:=]\s*)(.*)$"""
)
_STATEMENT: Final = re.compile(r"^\s*(?:async|def|class|if|elif|else|for|while|with|try|except|function)\b")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters and those that change the order of reading (CVE-2021-42574)."""


def mask(lines: str, *, is_code: bool = True) -> str:
    """Hide values of secret-named things, credentials in addresses, and long dense texts such as keys.

    Args:
        lines: Lines that follow one another; what a first line begins is hidden in the next ones.
        is_code: True for a programming language, where a bare word is a name; False for configuration, where it is a
            value.
    """
    masker = _Code() if is_code else _Configuration()
    masked: list[str] = []
    is_key = False
    for line in lines.split("\n"):
        is_key = is_key and _KEY_ENDS not in line
        masked.append(MASK if is_key and line.strip() else _everywhere(masker.line(shown(line))))
        is_key = (is_key or _KEY_BEGINS in line) and _KEY_ENDS not in line
    return "\n".join(masked)


def mask_all(lines: str) -> str:
    """Hide every literal, for a place that a secret rule matched: nothing there is worth the risk."""
    return "\n".join(_mask_secret_line(shown(line)) for line in lines.split("\n"))


def identity(text: str) -> str:
    """Return a digest that stands for a secret where two of them must be told apart."""
    return "secret " + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def shown(line: str) -> str:
    """Return a line as it may be shown: not longer than `LINE_LIMIT`, unseen characters spelled out."""
    cut = line[:LINE_LIMIT].rstrip("\r")
    plain = _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], cut)
    return f"{plain} …" if len(line) > LINE_LIMIT else plain


def visible(text: str) -> str:
    """Return a text with every character spelled out that a terminal would obey or a reader would not see."""
    return "\n".join(_UNSEEN.sub(lambda found: ascii(found[0])[1:-1], line) for line in text.split("\n"))


@lru_cache(maxsize=8192)
def _secret_name(line: str) -> re.Match[str] | None:
    """Return the first name in a line that speaks of a secret; remembered as `_everywhere` is."""
    return _NAME.search(line)


@lru_cache(maxsize=8192)
def _everywhere(line: str) -> str:
    """Hide what is a secret by its own shape; manifests of a cluster repeat most of their lines."""
    if _KEY_BLOCK.match(line):
        return MASK
    return _DENSE.sub(_unworded, mask_text(_CREDENTIALS_IN_URL.sub(rf"\g<head>{MASK}", line), is_code=True, mask=MASK))


def _unworded(run: re.Match[str]) -> str:
    """Return a long dense text if it is made of words (a path, a name), else the mask."""
    return run[0] if is_worded(run[0]) else MASK


@dataclass
class _Code:
    """Masks lines of a programming language one after the other.

    Attributes:
        quote: Quotation mark of a hidden literal that goes on in the next line, empty if none does.
        is_open: The next line may hold the value of a name that was seen.
    """

    quote: str = ""
    is_open: bool = False

    def line(self, line: str) -> str:
        """Return the line with the values of secret-named things hidden."""
        if self.quote:
            head, mark, rest = line.partition(self.quote)
            if not mark:
                return MASK if head.strip() else line
            self.quote = ""
            return f"{MASK}{mark}{self._from(rest, 0)}"
        if self.is_open and _STARTS_WITH_LITERAL.match(line):
            hidden = self._from(line, 0)
            self.is_open = not line.rstrip().endswith((",", ";"))
            return hidden
        self.is_open = False
        named = _secret_name(line)
        return line if named is None else self._named(line, named)

    def _named(self, line: str, named: re.Match[str]) -> str:
        """Hide what stands behind the name of a secret."""
        if comment := _IN_COMMENT.search(line, 0, named.start()):  # a remark at the end says what stands before it
            is_given = _GIVEN_IN_COMMENT.match(line, named.end()) is not None
            remark = line[comment.start() :] if is_given else ""
            return self._from(line.removesuffix(remark), 0) + _Configuration().line(remark)
        given = _GIVEN_COMMAND.match(line[named.end() :])
        if (
            given and "$(" in given["value"][:2] and not is_open_value(given["value"])
        ):  # password=$(echo hunter2 | base64)
            return f"{line[: named.end() + given.start('value')]}{MASK}"
        is_compared = line[: named.start()].rstrip().endswith(("==", "!=", " in"))
        return self._from(line, 0 if is_compared else named.end())

    def _from(self, line: str, start: int) -> str:
        """Hide every literal that reaches behind a place, but for keys and names of secrets."""
        made: list[str] = []
        at = 0
        for literal in _LITERAL.finditer(line):
            made.append(_bare_hidden(line[at : literal.start()], start - at))
            made.append(self._hidden(line, literal, start))
            at = literal.end()
        made.append(_bare_hidden(line[at:], start - at))
        self.is_open = bool(_OPEN_END.search(line)) and not _STATEMENT.match(line)
        return "".join(made)

    def _hidden(self, line: str, literal: re.Match[str], start: int) -> str:
        is_closed = literal["end"] == literal["quote"]
        if is_closed and literal["quote"] in '`"' and _COMMAND.match(literal[0]) and is_open_value(literal[0]):
            return literal[0]
        if literal.end("text") <= start or (is_closed and (not literal["text"] or _is_name(line, literal))):
            return literal[0]
        if not is_closed and (len(literal["quote"]) > 1 or literal["quote"] == "`" or literal["end"]):
            self.quote = literal["quote"]
        kept = line[literal.start("text") : max(start, literal.start("text"))]
        return f"{literal['quote']}{kept}{MASK}{literal['quote'] if is_closed else ''}"


def _is_name(line: str, literal: re.Match[str]) -> bool:
    """Tell whether a literal is a key, or an argument that only names a secret (``getenv("API_TOKEN")``)."""
    before = line[: literal.start()].rstrip()
    if _BEHIND_KEY.match(line, literal.end()) and (not before or before.endswith(("{", ","))):
        return True
    is_argument = before.endswith(("(", "[", "{", ","))
    return is_argument and bool(_CODE_WORD.match(literal["text"]) and _NAME.fullmatch(literal["text"]))


def _bare_hidden(code: str, start: int) -> str:
    """Hide what is assigned without quotes and is no name: ``password=hunter2``."""

    def hide(found: re.Match[str]) -> str:
        if found.start("bare") < start or _CODE_WORD.match(found["bare"]):
            return found[0]
        return found[0][: found.start("bare") - found.start()] + MASK

    return _BARE.sub(hide, code)


@dataclass
class _Configuration:
    """Masks lines of configuration one after the other: whatever follows the name of a secret is its value.

    Attributes:
        was_named: The line before named a secret whose value may stand in this one.
        block: Indentation of a name whose value stands in the lines below it, -1 if there is none.
    """

    was_named: bool = False
    block: int = -1

    def line(self, line: str) -> str:
        """Return the line with the values of secret-named things hidden."""
        was_named, self.was_named = self.was_named, False
        indent = len(line) - len(line.lstrip())
        if self.block >= 0 and (indent > self.block or not line.strip()):
            head, mark, _tail = _value_of(line)
            return f"{head}{mark}{MASK}" if mark else MASK if line.strip() else line
        self.block = -1
        found = _secret_name(line)
        if found is None:
            value = _ENVIRONMENT_VALUE.match(line)
            return f"{value['head']} {MASK}" if was_named and value else line
        rest = line[found.end() :]
        self.was_named = True
        if _BLOCK_BEGINS.match(rest):
            self.block = indent
            return line
        if not re.search(r"\w", rest) or _REFERENCE.match(rest):
            return line
        given = _GIVEN_COMMAND.match(rest)
        if given and is_open_value(given["value"]):
            return line
        separator = _SEPARATOR.match(rest)
        return f"{line[: found.end()]}{separator[0] if separator else ''}{MASK}"


def _mask_secret_line(line: str) -> str:
    if _KEY_BLOCK.match(line):
        return MASK
    masked = _LITERAL.sub(_emptied, line)
    if masked == line:
        head, mark, tail = _value_of(line)
        return f"{head}{mark}{MASK}" if tail.strip(" =") else MASK
    return _everywhere(_ASSIGNED.sub(rf"\g<1>{MASK}", masked))


def _emptied(literal: re.Match[str]) -> str:
    return f"{literal['quote']}{MASK}{literal['end'].rstrip(chr(92))}" if literal["text"] else literal[0]


def _value_of(line: str) -> tuple[str, str, str]:
    """Split ``NAME=value`` or ``name: value`` behind the mark."""
    found = _NAMED_VALUE.match(line)
    return (found[1], found[2], found[3]) if found else (line, "", "")
