"""Which default password of the public lists stands in a text: the same one in many places is one flaw.

Only values that everybody knows are told apart, by a digest; of any other value nothing is kept.
"""

from __future__ import annotations

import re
from typing import Final

from auditor.masking.lines import identity

_PUBLIC: Final = frozenset(
    [
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "root",
        "toor",
        "admin",
        "admin123",
        "changeme",
        "change-me",
        "secret",
        "guest",
        "1234",
        "123456",
        "12345678",
        "123456789",
        "password",
        "passw0rd",
        "password123",
        "pass123",
        "mypassword",
        "mysecretpassword",
        "mysecret",
        "minioadmin",
        "minio123",
        "miniosecret",
        "redis",
        "redis123",
        "test",
        "example",
        "infini_rag_flow",
        "rag_flow",
        "difyai123456",
        "langfuse",
        "clickhouse",
        "neo4j",
        "rustfsadmin",
        "myredissecret",
        "sk-1234",
        "sk-123456",
    ]
)
_VALUE: Final = re.compile(
    r"""(?::-|[:=/]|\s-p|\s)\s*["']?([A-Za-z0-9_][\w-]{3,39})(?![\w-]|["']?\s*[:=])(?=["'}\s@,;]|$)"""
)


def default_in(text: str) -> str:
    """Return a digest of the public default password in a text; empty where there is none, or there are several."""
    found = {value.lower() for value in _VALUE.findall(text) if value.lower() in _PUBLIC}
    return identity(next(iter(found))) if len(found) == 1 else ""
