"""Looks for secrets and personal data in log bytes as they go by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.auditlog.tally import Example

if TYPE_CHECKING:
    from collections.abc import Iterator

_APART: Final = rb"(?:\\?[\"'])?\s{0,3}(?:[:=]|\xef\xbc\x9a)\s{0,3}(?:\\?[\"'])?"
_MASKED: Final = (
    rb"(?!\*|<|\[|\$|\{|\xe2\x80\xa2|hmac-|null|none|true|false|redacted|masked|filtered|hidden|removed|x{3,}|\\?[\"'])"
    rb"(?![^\s\"']{0,16}\*{3})"
)
_VALUE: Final = _APART + _MASKED + rb"[^\s\"'\\,;&}]{4,}"
_OPAQUE: Final = _MASKED + rb"(?=[\w.~+/=-]{0,64}\d)(?=[\w.~+/=-]{0,64}[A-Za-z])[\w.~+/=-]{16,}"
"""What a random text looks like: letters and digits, sixteen and more."""
KINDS: Final = (
    *("private key", "bearer token", "access key", "password", "session cookie"),
    *("identity card", "mobile number", "bank card"),
)
_MOBILE: Final = rb"[^0-9]{1,20}(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)"
_CARD: Final = rb"[^0-9]{1,20}(\d{16,19})(?!\d)"
_EXACT: Final = (
    ("private key", b"PRIVATE KEY", re.compile(rb"PRIVATE KEY-----")),
    ("bearer token", b"eyJ", re.compile(rb"eyJ[\w-]{10,2000}\.(?:eyJ)?[\w-]{10,2000}\.")),
    ("access key", b"AKIA", re.compile(rb"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])")),
    ("access key", b"AKID", re.compile(rb"AKID[0-9A-Za-z]{32}(?![0-9A-Za-z])")),
    ("access key", b"LTAI", re.compile(rb"LTAI[0-9A-Za-z]{12,30}(?![0-9A-Za-z])")),
    ("access key", b"sk-", re.compile(rb"sk-[A-Za-z0-9_-]{20,}")),
    ("access key", b"hvs.", re.compile(rb"hvs\.[\w-]{20,}")),
    ("access key", b"s.", re.compile(rb"(?<![\w./-])s\.[A-Za-z0-9]{24}(?![A-Za-z0-9])")),
    ("access key", b"ghp_", re.compile(rb"ghp_[A-Za-z0-9]{30,}")),
    ("access key", b"glpat-", re.compile(rb"glpat-[\w-]{20,}")),
    ("access key", b"hf_", re.compile(rb"(?<![\w-])hf_[A-Za-z0-9]{30,}")),
    ("access key", b"app-", re.compile(rb"(?<![\w.-])app-(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{24}(?![\w-])")),
    ("access key", b"xox", re.compile(rb"xox[baprs]-[\w-]{10,}")),
    ("mobile number", b"'1", re.compile(rb"'1[3-9]\d{9}'")),
)
_WORDS: Final = (
    ("password", b"passw", re.compile(rb"(?i)passw(?:or)?d(?:" + _VALUE + rb"|\s+'(?!\*)[^']{3,200}')")),
    ("password", b"pwd", re.compile(rb"(?i)pwd" + _VALUE)),
    (
        "password",
        b"identified",
        re.compile(rb"(?i)identified\s{1,3}(?:with\s\S{1,60}\s)?(?:by|as)\s{1,3}\\?'(?![*<])[^']{3,200}'"),
    ),
    ("password", b"://", re.compile(rb"://[^\s/:@\"'\\]{0,64}:" + _MASKED + rb"[^\s/:@\"'\\]{4,200}@[\w.\[-]")),
    ("password", "密码".encode(), re.compile("密码(?:为|是)?".encode() + _VALUE)),
    ("password", "口令".encode(), re.compile("口令(?:为|是)?".encode() + _VALUE)),
    ("password", b"secret", re.compile(rb"(?i)secret(?:_?key)?" + _VALUE)),
    *(
        ("password", name, re.compile(re.escape(name) + _VALUE, re.IGNORECASE))
        for name in (b"api_key", b"apikey", b"api-key")
    ),
    (
        "bearer token",
        b"token",
        re.compile(
            rb"(?i)(?<!page)(?<!page[_-])(?<!next)(?<!next[_-])(?<!sync[_-])(?<!hashed[_-])token" + _APART + _OPAQUE
        ),
    ),
    ("bearer token", b"bearer ", re.compile(rb"(?i)bearer\s{1,3}" + _OPAQUE)),
    (
        "password",
        b"basic ",
        re.compile(rb"(?<=[:\"'\s=])[Bb]asic\s{1,3}(?=[a-z+/]{0,60}[A-Z0-9])[A-Za-z0-9+/]{12,}={0,2}(?![\w+/])"),
    ),
    (
        "session cookie",
        b"cookie",
        re.compile(
            rb"(?i)cookie" + _APART + rb"[^\"\n]{0,200}?(?:sess(?:ion)?(?:[_-]?id)?|sid|token|jwt|auth)=" + _OPAQUE
        ),
    ),
    *(
        ("mobile number", name, re.compile(re.escape(name) + _MOBILE))
        for name in (b"phone", b"mobile", "手机".encode(), "电话".encode())
    ),
    *(
        ("bank card", name, re.compile(re.escape(name) + _CARD))
        for name in (b"card", "卡号".encode(), "银行卡".encode())
    ),
)
_ID_CARD: Final = re.compile(
    rb"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?<=[1-8]\d{13})(?<![0-9A-Za-z]\d{14})\d{3}[\dXx](?![0-9A-Za-z])"
)
_HASHED: Final = re.compile(rb"[0-9a-f]{64}(?![0-9a-zA-Z])")
_OVERLAP: Final = 512
LISTED: Final = 1000


@dataclass
class Search:
    """Looks at bytes that go by; they are passed on as they are.

    Attributes:
        found: Places by kind.
        seen: Bytes that were looked at.
        every: Look at one chunk of so many; 1 for all.
    """

    found: dict[str, list[Example]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    seen: int = 0
    every: int = 1

    def through(self, chunks: Iterator[bytes], file: str, base: int = 0) -> Iterator[bytes]:
        """Yield the chunks of a file from a byte on, and look at them."""
        offset, rest = base, b""
        for number, chunk in enumerate(chunks):
            yield chunk
            if number % self.every == 0:
                data = rest + chunk
                self._look(data, offset - len(rest), file, len(rest))
                self.seen += len(chunk)
                rest = chunk[-_OVERLAP:]
            else:
                rest = b""
            offset += len(chunk)

    def _look(self, data: bytes, base: int, file: str, overlap: int) -> None:
        """Note what is found; words are looked for first, as nothing in Python does that faster than `bytes.find`."""
        lowered = data.lower()
        for text, words in ((data, _EXACT), (lowered, _WORDS)):
            for kind, word, pattern in words:
                at = text.find(word)
                while at >= 0:
                    match = pattern.match(data, at)
                    if match and match.end() > overlap and not _is_none(kind, word, data, match):
                        self._note(kind, data, base, at, file)
                    at = text.find(word, at + len(word))
        for match in _ID_CARD.finditer(data):
            if match.end() > overlap:
                self._note("identity card", data, base, match.start(), file)

    def _note(self, kind: str, data: bytes, base: int, at: int, file: str) -> None:
        places = self.found[kind]
        line = base + data.rfind(b"\n", 0, at) + 1
        if len(places) < LISTED and (not places or (places[-1].file, places[-1].offset) != (file, line)):
            places.append(Example(file, line, kind))


def _is_none(kind: str, word: bytes, data: bytes, match: re.Match[bytes]) -> bool:
    """Tell what only looks like a secret: a number that fails its check, the digest that a proxy logs for a key."""
    if kind == "bank card":
        return not _is_card(match[1])
    if word == b"api_key" and _HASHED.search(data, match.start(), match.end() + 1):
        line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.end() + 4096].split(b"\n", 1)[0]
        return b'"spend"' in line or b'"call_type"' in line  # LiteLLM logs the digest of a key, never the key
    return False


def _is_card(number: bytes) -> bool:
    """Tell whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = (digit - 48) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - said beside it
    return total % 10 == 0
