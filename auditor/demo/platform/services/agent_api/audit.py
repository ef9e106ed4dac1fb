"""The audit log: who did what to which application, one JSON line each, chained by SM3."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class AuditLog:
    """Appends records; each carries the digest of the one before it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._previous = "0" * 64

    def record(self, actor: str, action: str, subject: str, **detail: Any) -> str:
        """Append one record and return its digest in hex."""
        entry = {
            "time": datetime.now(UTC).isoformat(),
            "actor": actor,
            "action": action,
            "subject": subject,
            "detail": detail,
        }
        with self._lock:
            entry["previous"] = self._previous
            line = json.dumps(entry, ensure_ascii=False, sort_keys=True)
            self._previous = hashlib.new("sm3", line.encode()).hexdigest()
            with self._path.open("a", encoding="utf-8") as log:
                log.write(line + "\n")
            return self._previous


audit_log = AuditLog(Path("/var/log/loan-assistant/audit.ndjson"))


def content_digest(data: bytes) -> str:
    """Return the digest under which an uploaded document is filed."""
    return hashlib.sha256(data).hexdigest()
