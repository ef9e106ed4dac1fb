"""Asks a PostgreSQL server for its catalogue, by ``psql``: which tables and columns there are, nothing of their rows.

The password comes from where ``psql`` looks itself (``PGPASSWORD``, ``~/.pgpass``, a service file), never from an
argument.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ConfigError, ToolError
from auditor.tools import process

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S: Final = 60.0
_QUERY: Final = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema NOT LIKE 'pg_toast%' "
    "ORDER BY table_schema, table_name, ordinal_position"
)
_PASSWORD: Final = re.compile(r"(?i)^[a-z]+://[^/@]*:[^/@]*@|(?:^|\s)password\s*=")


def columns(where: str, folder: Path) -> str:
    """Return schema, table and column of every column that the account sees, as CSV without a header.

    Args:
        where: Connection as ``psql`` takes it: ``service=audit``, ``postgresql://audit@host:5432/agentdb``.
        folder: Scratch.

    Raises:
        ConfigError: The connection holds a password, which any user of this machine could read off the process list.
        ToolError: There is no ``psql``, the server cannot be reached, or it refuses.
    """
    if _PASSWORD.search(where):
        raise ConfigError("a password stands in the connection: give it as PGPASSWORD or in ~/.pgpass")
    environment = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    environment |= {"PATH": process.SYSTEM_PATH, "HOME": os.environ.get("HOME", str(folder)), "PGCONNECT_TIMEOUT": "10"}
    # read-only whatever the account may do
    environment["PGOPTIONS"] = f"{environment.get('PGOPTIONS', '')} -c default_transaction_read_only=on".strip()
    argv = ["psql", "--no-psqlrc", "--no-password", "--csv", "--tuples-only", "--command", _QUERY, "--dbname", where]
    done = process.run(
        argv,
        environment=environment,
        folder=folder,
        timeout_s=TIMEOUT_S,
        output_limit_bytes=64 * process.MIB,
        network=True,
        tool="psql",
    )
    if done.exit_code:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise ToolError(reasons.CANNOT_BE_REACHED, said or f"exit code {done.exit_code}", "psql")
    return done.stdout.decode("utf-8", "replace")
