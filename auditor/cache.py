"""Observations kept by content, so that nothing is observed twice; safe with several runs at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import zstandard

from auditor.installation import TAG_BYTES, is_ours, is_private, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SIZE_LIMIT_BYTES: Final = 512 * 1024 * 1024
AGE_LIMIT_S: Final = 60 * 24 * 3600
_BATCH: Final = 500
_PURPOSE: Final = "observation"
_AGAIN_S: Final = 0.02
_BUSY_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class ObservationCache:
    """A table from a key (digest of tool, arguments, rules and input) to what the tool said.

    Rows are authenticated by the key of this installation, and a cache that others can write to is none: whoever fills
    it says what a scanner found. A cache is never evidence: where it cannot be read or written, everything is observed
    anew, and nothing else changes.

    Attributes:
        path: Database file, or None for no cache at all.
    """

    path: Path | None

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept under these keys; absent keys are absent from the answer."""
        found: dict[str, bytes] = {}
        if not keys:
            return found
        unpack = zstandard.ZstdDecompressor()
        with self._open() as database:
            if database is None:
                return found
            for start in range(0, len(keys), _BATCH):
                part = keys[start : start + _BATCH]
                marks = ",".join("?" * len(part))
                rows = database.execute(
                    f"SELECT key, value FROM observation WHERE key IN ({marks})",  # noqa: S608 - only question marks
                    part,
                )
                for key, kept in rows:
                    if not isinstance(key, str) or not isinstance(kept, bytes) or len(kept) < TAG_BYTES:
                        continue  # nobody's of ours
                    value = kept[TAG_BYTES:]
                    if is_ours(kept[:TAG_BYTES], _PURPOSE, key.encode("utf-8", "surrogateescape"), value):
                        found[key] = unpack.decompress(value) if value else b""
        return found

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values under keys; all or nothing."""
        if not items:
            return
        pack = zstandard.ZstdCompressor()
        now = int(time.time())
        packed = [(key, pack.compress(value) if value else b"") for key, value in items.items()]
        rows = [
            (key, tag(_PURPOSE, key.encode("utf-8", "surrogateescape"), value) + value, now) for key, value in packed
        ]
        with self._open() as database:
            if database is not None:
                database.executemany("INSERT OR REPLACE INTO observation VALUES (?, ?, ?)", rows)

    def clean(self, *, size_limit_bytes: int = SIZE_LIMIT_BYTES, age_limit_s: int = AGE_LIMIT_S) -> None:
        """Drop what is too old, then the oldest until the rest fits."""
        if self.path is None or not os.path.exists(self.path):  # noqa: PTH110 - False also where nobody may look
            return
        with self._open() as database:
            if database is None:
                return
            database.execute("DELETE FROM observation WHERE made < ?", (int(time.time()) - age_limit_s,))
            (size,) = database.execute("SELECT coalesce(sum(length(value) + 100), 0) FROM observation").fetchone()
            if size > size_limit_bytes:
                (count,) = database.execute("SELECT count(*) FROM observation").fetchone()
                surplus = int(count * (1 - size_limit_bytes / size)) + 1
                database.execute(
                    "DELETE FROM observation WHERE key IN (SELECT key FROM observation ORDER BY made LIMIT ?)",
                    (surplus,),
                )

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """Open the database for one transaction; None where it cannot be had. Errors on the way end the transaction."""
        database = self._connect()
        if database is None:
            yield None
            return
        try:
            with contextlib.suppress(sqlite3.OperationalError), database:
                yield database
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._drop()
        except zstandard.ZstdError:
            self._drop()
        finally:
            database.close()

    def _drop(self) -> None:
        """Remove a database that is damaged: it holds nothing that cannot be observed again."""
        if self.path is not None:
            for name in (self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"):
                with contextlib.suppress(OSError):
                    self.path.with_name(name).unlink()

    def _connect(self) -> sqlite3.Connection | None:
        if self.path is None:
            return None
        for attempt in (1, 2):
            database = None
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not is_private(self.path.parent) or (os.path.lexists(self.path) and not is_private(self.path)):
                    return None
                database = sqlite3.connect(self.path, timeout=_BUSY_S)
                _keep_readers_apart(database)
                database.execute("PRAGMA synchronous = NORMAL")
                database.execute(
                    "CREATE TABLE IF NOT EXISTS observation"
                    " (key TEXT PRIMARY KEY, value BLOB NOT NULL, made INTEGER NOT NULL) WITHOUT ROWID"
                )
            except sqlite3.DatabaseError as error:
                if database is not None:
                    database.close()
                if isinstance(error, sqlite3.OperationalError) or attempt == 2:  # noqa: PLR2004 - the last try
                    return None
                self._drop()
            except (OSError, ValueError):
                return None
            else:
                return database
        return None


def _keep_readers_apart(database: sqlite3.Connection) -> None:
    """Set the journal that lets others read while we write.

    Raises:
        sqlite3.OperationalError: It cannot be set: SQLite does not wait for others here, as it does everywhere else
            (sqlite.org/wal.html, "busy"), so that we do.
    """
    until = time.monotonic() + _BUSY_S
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)
        else:
            return
