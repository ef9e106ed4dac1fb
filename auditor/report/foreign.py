"""Text from the audited system, made harmless and visible for the format it goes into.

File names, snippets and values are chosen by whoever wrote the audited code, so they may hold terminal escapes,
characters that turn the reading direction (CVE-2021-42574), markup, mentions, or bytes that are no UTF-8.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

# C0 without tab and line feed, DEL, C1, line and paragraph separators, the marks, embeddings, overrides and
# isolates of the Unicode bidirectional algorithm (UAX #9, §2), zero-width characters, lone surrogates,
# noncharacters (Unicode 23.7).
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
_BREAKS: Final = re.compile("[\t\n]")
_UNRESERVED: Final = re.compile(r"[^A-Za-z0-9._~/-]")
_BACKTICKS: Final = re.compile("`+")
# Characters that begin or end an inline structure in CommonMark 0.31 or GitHub Flavored Markdown 0.29.
_MARKUP: Final = re.compile(r"([\\`*_\[\]|<>~$])")
# What GitHub links by itself: mentions, issue references, addresses.
_ACTIVE: Final = re.compile(r"(@|#(?=\w)|:(?=//)|\bwww(?=\.))")


def visible(text: str) -> str:
    r"""Return text in which every character that is not seen, or moves others, is spelled out (``\x1b``, ``\u202e``).

    Tabs and line feeds stay.
    """
    # none of these characters is printable, and most texts are: asking that takes a tenth of the time
    return text if text.isprintable() else _UNSEEN.sub(_spelled, text)


def one_line(text: str) -> str:
    r"""Return `visible` text on one line: tabs and line feeds are spelled out too."""
    return text if text.isprintable() else _BREAKS.sub(_spelled, visible(text))


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    named = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")  # noqa: PLR2004 - one byte


def uri_path(path: str) -> str:
    """Return a relative path as an RFC 3986 reference, ``/`` kept, all else but unreserved characters encoded.

    Bytes of a name that is no UTF-8 (Python's surrogate escapes) come out as those bytes.
    """
    return _UNRESERVED.sub(_percent, path)


def _percent(match: re.Match[str]) -> str:
    char = match[0]
    handler = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", handler))


def xml_text(text: str) -> str:
    """Return text for XML 1.0 content; characters outside of production [2] Char are spelled out."""
    return escape(visible(text), quote=False)


def xml_attribute(text: str) -> str:
    """Return text for a quoted XML attribute; line feeds and tabs survive the normalisation of XML 1.0 §3.3.3."""
    return escape(visible(text)).replace("\n", "&#10;").replace("\t", "&#9;")


def code_span(text: str) -> str:
    r"""Return foreign text as a Markdown code span, in which nothing is markup, a link, a mention or a reference.

    It also fits a table cell: a ``|`` is escaped, and the backslashes before it doubled, because renderers differ in
    how many they take for the cell (cmark-gfm reads pairs, markdown-it only the last one).
    """
    plain = one_line(text).strip()
    if not plain:
        return "\u2013"
    plain = re.sub(r"(\\*)\|", r"\1\1\\|", plain)
    fence = "`" * _longer_than_any(plain, 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def code_block(text: str, language: str = "") -> str:
    """Return foreign text as a fenced Markdown block that it cannot end."""
    plain = visible(text)
    fence = "`" * _longer_than_any(plain, 3)
    return f"{fence}{language}\n{plain}\n{fence}\n"


def _longer_than_any(text: str, least: int) -> int:
    return max([least, *(len(run) + 1 for run in _BACKTICKS.findall(text))])


def markdown_text(text: str) -> str:
    """Return our own text for the middle of a Markdown line: no markup, and nothing that GitHub links by itself."""
    plain = re.sub(r"\s+", " ", visible(text)).strip()
    return _ACTIVE.sub("\\1\u200b", _MARKUP.sub(r"\\\1", plain).replace("&", "&amp;"))


def markdown_html(text: str) -> str:
    """Return our own text for HTML inside Markdown (a ``<summary>``), where backslashes escape nothing."""
    plain = re.sub(r"\s+", " ", visible(text)).strip()
    return _ACTIVE.sub("\\1\u200b", escape(plain))


def markdown_html_code(text: str) -> str:
    """Return foreign text as a ``<code>`` element for HTML inside Markdown."""
    return f"<code>{escape(one_line(text))}</code>"
