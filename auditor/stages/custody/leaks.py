"""What opens a Vault or OpenBao and lies about in a file: shares, root tokens, tokens (KEY-033)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES: Final = (
    *(
        ".json",
        ".txt",
        ".sh",
        ".bash",
        ".ps1",
        ".bat",
        ".env",
        ".yaml",
        ".yml",
        ".tf",
        ".tfvars",
        ".md",
        ".conf",
        ".ini",
    ),
    *(".toml", ".cfg", ".py", ".bak", ".out", ".properties", ".keys", ".token"),
)
NAMES: Final = frozenset({".vault-token", "vault-token", "root-token", "root_token", "unseal-keys", "token", ".env"})
SIZE_LIMIT_BYTES: Final = 1 << 20
_VALUE: Final = r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
_PATTERNS: Final = (
    (
        "unseal key",
        re.compile(r"(?i)\b(?:unseal|recovery) key(?: \d{1,2})?(?: \((?:hex|base64)\))?\s*:\s*[A-Za-z0-9+/]{40,}=*"),
    ),
    (
        "unseal key",
        re.compile(
            r"\"(?:unseal_keys_(?:b64|hex)|recovery_keys_(?:b64|hex)|keys|keys_base64|recovery_keys)\"\s*:\s*\[\s*\"[A-Za-z0-9+/]{40,}"
        ),
    ),
    (
        "unseal key",
        re.compile(r"\boperator (?:unseal|generate-root)(?:\s+-[\w=-]+)*\s+[A-Za-z0-9+/]{40,}={0,2}(?:\s|$)"),
    ),
    (
        "root token",
        re.compile(rf"(?i)\broot[_ ]token{_VALUE}(?:hvs|s|b|r)\.[\w-]{{20,}}|\"root_token\"\s*:\s*\"[\w.-]{{20,}}\""),
    ),
    ("token", re.compile(r"(?<![\w.-])(?:hvs|hvb|hvr)\.[\w-]{24,}")),
    ("token", re.compile(rf"(?i)\b(?:vault|bao)_token{_VALUE}[sbr]\.[A-Za-z0-9]{{24}}(?![\w])")),
)


def text_of(data: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16 where its mark says so."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def found_in(text: str) -> Iterator[tuple[str, int]]:
    """Yield what opens a server and stands in a text, with its line; one a line."""
    places: dict[int, str] = {}
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            places.setdefault(text.count("\n", 0, match.start()) + 1, what)
    yield from ((what, line) for line, what in sorted(places.items())[:200])
