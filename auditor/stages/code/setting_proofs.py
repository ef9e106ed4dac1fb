"""What a credential in a file of settings proves: whether it lets somebody in who reads the file.

Everybody who deploys a file with a key by which a program signs has the same key. The password of a database that only
its own network reaches lets nobody in, and what stands in a file that is there to be copied and filled in is a hint of
what belongs there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditor.stages.code.tree import Source

_TO_BE_COPIED: Final = re.compile(r"(?i)(?:^|[._-])(?:example|sample|template|dist|tmpl|tpl|defaults?)(?:[._-]|$)")
_IN_FORCE: Final = re.compile(r"(?i)defaults?\.\w+$")
"""Settings that hold where nobody sets others; ``.env.default`` is there to be copied."""
_DEVELOPED: Final = re.compile(
    r"(?i)(?:^|[._/-])(?:dev|devel|development|devcontainer|local|localhost|test|tests|testing|ci|debug|e2e|visual|isolated)(?:[._/-]|$)"
)
_NAMED_SO: Final = re.compile(
    r"(?i)^\s*(?:-\s*)?(?:export\s+)?[\"']?(?:\w{1,60}_)?(?:dev|development|debug|test)(?:_\w{1,60})?[\"']?\s*[:=]"
)
_COMPOSE: Final = re.compile(r"(?i)(?:^|/)[\w.-]*compose[\w.-]*\.ya?ml$")
_KEY: Final = re.compile(
    r"(?i)(?:jwt|session|cookie|auth|nextauth|encrypt(?:ion)?|sign(?:ing|ature)?|hmac|csrf|crypto|master|app|secret|django|flask|rails|access_token|refresh_token|admin|root|initial|default|superuser|operator)\w*"
    r"(?:secret|key|salt|password|passwd|pass|token)\w*"
)
_OF_STORE: Final = re.compile(
    r"(?i)postgres|pg_?pass|mysql|maria|mongo|redis|clickhouse|rabbit|minio|elastic|opensearch|neo4j|db_?pass|database|s3_|kibana|milvus|qdrant|weaviate|influx|grafana|mssql"
)
_SETS_OWN: Final = re.compile(
    r"POSTGRES(?:QL)?_(?:\w+_)?PASSWORD|MYSQL_(?:ROOT_)?PASSWORD|MARIADB_(?:ROOT_)?PASSWORD|MONGO_INITDB_ROOT_PASSWORD|MINIO_ROOT_PASSWORD|RABBITMQ_DEFAULT_PASS"
    r"|CLICKHOUSE_PASSWORD|NEO4J_AUTH|(?:ELASTIC|KIBANA|OPENSEARCH_INITIAL_ADMIN)_PASSWORD|GF_SECURITY_ADMIN_PASSWORD|requirepass"
)
"""How images of stores call the password that they begin with."""
_OF_CAPTCHA: Final = re.compile(r"(?i)captcha|turnstile")
"""A key by which a service tells people from machines opens nothing; those for trying it out are published."""
_PROFILES: Final = re.compile(r"(?m)^[ \t]*profiles[ \t]*:[ \t]*(?P<listed>\[[^\]\n]*\]|(?:\n[ \t]*-[ \t]+[^\n]+)+)")
_NAME: Final = re.compile(r"[\w.]+(?:[\w.-]*\w)?")
_LOOPBACK: Final = re.compile(r"^[\"']?(?:\$\{\w+:?-)?(?:127\.|localhost|\[?::1)")
_LINES_LIMIT: Final = 400


def is_for_developers(path: str) -> bool:
    """Tell whether a file by its place is for those that develop the program, on their own machines.

    Args:
        path: Of the file.
    """
    return _DEVELOPED.search(path) is not None


def is_while_developed(source: Source, line: int) -> bool:
    """Tell whether a setting counts while the program is developed: by its own name, or by that of its file.

    Args:
        source: The file.
        line: From 1.
    """
    rows = source.text.decode("utf-8", "replace").split("\n")
    row = rows[line - 1] if 0 < line <= len(rows) else ""
    return is_for_developers(source.path) or _NAMED_SO.match(row) is not None


def lets_in(source: Source, line: int) -> bool:
    """Tell whether a credential at a line of a file of settings lets in whoever reads it.

    Args:
        source: The file.
        line: From 1.
    """
    name = source.path.rsplit("/", 1)[-1]
    is_to_be_copied = _TO_BE_COPIED.search(name) is not None and _IN_FORCE.match(name) is None
    if is_to_be_copied or is_for_developers(source.path):
        return False
    rows = source.text.decode("utf-8", "replace").split("\n")
    if not 0 < line <= len(rows):
        return False
    row = rows[line - 1]
    if _OF_CAPTCHA.search(row) or _is_started_by_developers(rows, line):
        return False
    if "://" in row or (_OF_STORE.search(row) and not _is_stores_own(rows, line)):
        return False  # what opens a store from elsewhere; whether it is one that others reach, the store says
    if _OF_STORE.search(row):
        return not _COMPOSE.search(source.path) or _is_published(rows, line)
    return _KEY.search(row) is not None


def _is_started_by_developers(rows: list[str], line: int) -> bool:
    """Tell whether a service of Compose starts in profiles for developers alone: ``profiles: ["dev", "ci"]``."""
    first, last = _service(rows, line)
    found = _PROFILES.search("\n".join(rows[first:last]))
    names = _NAME.findall(found["listed"]) if found is not None else []
    return bool(names) and all(map(_DEVELOPED.search, names))


def _is_stores_own(rows: list[str], line: int) -> bool:
    """Tell whether a store is given its own password at a line: by the name of the variable, or of its image."""
    if _SETS_OWN.search(rows[line - 1]):
        return True
    first, last = _service(rows, line)
    return any(_OF_STORE.search(row) for row in rows[first:last] if row.strip().startswith("image:"))


def _is_published(rows: list[str], line: int) -> bool:
    """Tell whether the service of a line of Compose can be reached from elsewhere."""
    first, last = _service(rows, line)
    is_ports, depth = False, 0
    for row in rows[first:last]:
        said = row.strip()
        if re.match(r"(?:network_mode\s*:\s*[\"']?host)", said):
            return True
        if re.match(r"ports\s*:", said):
            is_ports, depth = True, len(row) - len(row.lstrip())
            continue
        if is_ports and said.startswith("-"):
            if not _LOOPBACK.match(said.lstrip("- ")):
                return True
        elif is_ports and said and not said.startswith("#") and len(row) - len(row.lstrip()) <= depth:
            is_ports = False
    return False


def _service(rows: list[str], line: int) -> tuple[int, int]:
    """Return the first line of the service that a line belongs to, from 0, and the one behind its last."""
    heads = [number for number, row in enumerate(rows[:line]) if re.match(r"services\s*:", row)]
    if not heads:
        return line - 1, line
    inside = rows[heads[-1] + 1 : line]
    indents = [len(row) - len(row.lstrip()) for row in inside if row.strip() and not row.strip().startswith("#")]
    depth = min(indents, default=0)
    first = next(
        (
            number
            for number in range(line - 1, heads[-1], -1)
            if rows[number].strip() and len(rows[number]) - len(rows[number].lstrip()) == depth
        ),
        line - 1,
    )
    behind = range(line, min(len(rows), line + _LINES_LIMIT))
    last = next(
        (
            number
            for number in behind
            if rows[number].strip() and len(rows[number]) - len(rows[number].lstrip()) <= depth
        ),
        len(rows),
    )
    return first, last
