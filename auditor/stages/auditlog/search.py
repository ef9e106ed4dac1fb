"""Looks for secrets and personal data in log bytes as they go by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from auditor.stages.auditlog.tally import Example

PATTERNS: Final = {
    "private key": re.compile(rb"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY"),
    "bearer token": re.compile(rb"[Bb]earer eyJ[\w-]{10,}\.[\w-]{10,}\.|[\"'= ]eyJhbGci[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "access key": re.compile(rb"(?<![A-Za-z0-9])(?:AKIA[0-9A-Z]{16}|LTAI[0-9A-Za-z]{12,30}|sk-[A-Za-z0-9_-]{20,}|hvs\.[\w-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|xox[baprs]-[\w-]{10,})"),
    "password": re.compile(
        rb"(?i)(?:passw(?:or)?d|pwd|secret|api_?key)(?:\\?[\"'])?\s*[:=]\s*(?:\\?[\"'])?(?!\*|<|\[|\$|hmac-|null|none|true|false|redacted|x{3,}|\\?[\"'])[^\s\"'\\,;&}]{4,}"
        rb"|(?i:password\s+'(?!\*)[^']{3,}')"
    ),
    "identity card": re.compile(
        rb"(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
    ),
    "mobile number": re.compile(rb"(?i:phone|mobile|tel|msisdn)[^0-9]{1,20}(?:\+?86)?1[3-9]\d{9}(?!\d)|'1[3-9]\d{9}'"),
}
_HINT: Final = re.compile(rb"(?i)passw|pwd|secret|api_?key|eyJ|AKIA|LTAI|sk-|hvs\.|gh[pousr]_|xox|-----BEGIN|phone|mobile|tel|msisdn|'1[3-9]\d{9}'|(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d")
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

    found: dict[str, list[Example]] = field(default_factory=lambda: {kind: [] for kind in PATTERNS})
    seen: int = 0
    every: int = 1

    def through(self, chunks: Iterator[bytes], file: str) -> Iterator[bytes]:
        """Yield the chunks of a file, and look at them."""
        offset, rest = 0, b""
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
        if not _HINT.search(data):
            return
        for kind, pattern in PATTERNS.items():
            places = self.found[kind]
            for match in pattern.finditer(data):
                if match.end() <= overlap or len(places) >= LISTED:
                    continue
                begin = data.rfind(b"\n", 0, match.start()) + 1
                at = base + begin
                if not places or (places[-1].file, places[-1].offset) != (file, at):
                    places.append(Example(file, at, kind))
