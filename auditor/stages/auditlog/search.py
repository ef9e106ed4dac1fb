"""Looks for secrets and personal data in log bytes as they go by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.auditlog.tally import Example

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE: Final = (
    rb"(?:\\?[\"'])?\s{0,3}[:=]\s{0,3}(?:\\?[\"'])?"
    rb"(?!\*|<|\[|\$|hmac-|null|none|true|false|redacted|x{3,}|\\?[\"'])[^\s\"'\\,;&}]{4,}"
)
KINDS: Final = ("private key", "bearer token", "access key", "password", "identity card", "mobile number")
_EXACT: Final = (
    ("private key", b"PRIVATE KEY", re.compile(rb"PRIVATE KEY-----")),
    ("bearer token", b"eyJ", re.compile(rb"eyJ[\w-]{10,2000}\.(?:eyJ)?[\w-]{10,2000}\.")),
    ("access key", b"AKIA", re.compile(rb"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])")),
    ("access key", b"LTAI", re.compile(rb"LTAI[0-9A-Za-z]{12,30}(?![0-9A-Za-z])")),
    ("access key", b"sk-", re.compile(rb"sk-[A-Za-z0-9_-]{20,}")),
    ("access key", b"hvs.", re.compile(rb"hvs\.[\w-]{20,}")),
    ("access key", b"ghp_", re.compile(rb"ghp_[A-Za-z0-9]{30,}")),
    ("access key", b"xox", re.compile(rb"xox[baprs]-[\w-]{10,}")),
    ("mobile number", b"'1", re.compile(rb"'1[3-9]\d{9}'")),
)
_WORDS: Final = (
    ("password", b"passw", re.compile(rb"(?i)passw(?:or)?d(?:" + _VALUE + rb"|\s+'(?!\*)[^']{3,200}')")),
    ("password", b"pwd", re.compile(rb"(?i)pwd" + _VALUE)),
    ("password", b"secret", re.compile(rb"(?i)secret(?:_?key)?" + _VALUE)),
    ("password", b"api_key", re.compile(rb"(?i)api_key" + _VALUE)),
    ("password", b"apikey", re.compile(rb"(?i)apikey" + _VALUE)),
    ("mobile number", b"phone", re.compile(rb"(?i)phone[^0-9]{1,20}(?:\+?86)?1[3-9]\d{9}(?!\d)")),
    ("mobile number", b"mobile", re.compile(rb"(?i)mobile[^0-9]{1,20}(?:\+?86)?1[3-9]\d{9}(?!\d)")),
)
_ID_CARD: Final = re.compile(
    rb"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?<=[1-8]\d{13})(?<![0-9A-Za-z]\d{14})\d{3}[\dXx](?![0-9A-Za-z])"
)
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
                    if match and match.end() > overlap:
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
