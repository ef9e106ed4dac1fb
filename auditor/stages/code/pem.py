"""Private keys in PEM (RFC 7468): what a manual shows of one has an end too soon, and the key says so itself."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY: Final = re.compile(r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?P<body>.*?)-----END [A-Z0-9 ]*PRIVATE KEY-----")
_LINES_LIMIT: Final = 200
_NO_LETTER: Final = re.compile(r"[^A-Za-z0-9+/]")
_HEAD_LETTERS: Final = 8
_SEQUENCE: Final = 0x30
_LONG_FORM: Final = 0x80


def is_cut_short(lines: Sequence[str], line: int) -> bool:
    """Tell whether a key in PEM is shorter than its own first bytes say, so that nobody can use it.

    Args:
        lines: Of the file.
        line: Where it begins, from 1.
    """
    found = _KEY.search("\n".join(lines[line - 1 : line - 1 + _LINES_LIMIT]))
    letters = _NO_LETTER.sub("", found["body"]) if found is not None else ""
    said = _length_of(b64decode(letters[:_HEAD_LETTERS])) if len(letters) >= _HEAD_LETTERS else 0
    return len(letters) * 3 // 4 < said


def _length_of(head: bytes) -> int:
    """Return how long a sequence in DER is by its first bytes (X.690, 8.1.3); 0 where it is none, or a short one."""
    if head[0] != _SEQUENCE or head[1] <= _LONG_FORM:
        return 0
    count = head[1] - _LONG_FORM
    return 2 + count + int.from_bytes(head[2 : 2 + count]) if count <= len(head) - 2 else 0
