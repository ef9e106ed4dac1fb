"""How many requests people made, as something else than the traces counted them: a number, or access logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats.lineage.words import matches
from auditor.formats.logs import lines
from auditor.formats.logs.reading import Reading, detect
from auditor.formats.logs.row import Row
from auditor.model.place import real as real_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from auditor.formats.inventory import Requests

_FILES = 1000


def counted(root: Path, given: Iterable[Requests]) -> Iterator[tuple[str, int | str]]:
    """Yield each service with its number of requests, or with why it cannot be told.

    Args:
        root: Folder that patterns of access logs start from; none may lead out of it.
        given: As the inventory declares them.
    """
    for each in given:
        if each.count is not None:
            yield each.service, each.count
            continue
        try:
            yield each.service, sum(_in_file(path, each) for path in _files(root, each))
        except OSError as error:
            yield each.service, f"{each.service}: {error.strerror or error}"
        except ValueError as error:
            yield each.service, f"{each.service}: {error}"


def _files(root: Path, each: Requests) -> list[Path]:
    home = real_path(root)
    found: list[Path] = []
    for pattern in each.files:
        if pattern.startswith("/") or ".." in pattern.split("/"):
            message = f"{pattern} lies outside of the folder"
            raise ValueError(message)
        found.extend(
            path
            for path in sorted(root.glob(pattern))[:_FILES]
            if path.is_file() and real_path(path).is_relative_to(home)
        )
    if not found:
        message = f"no access log {', '.join(each.files)}"
        raise ValueError(message)
    return found


def _in_file(path: Path, each: Requests) -> int:
    head, _problem = lines.head(path)
    found = detect(head)
    reading = Reading(found, each.format, {}, None)
    if reading.format not in {"nginx-combined", "nginx-json", "json"}:
        message = f"{path.name} is no access log"
        raise ValueError(message)
    count = 0
    log = lines.LogBytes(path)
    for row in reading.rows(log.chunks()):
        if not isinstance(row, Row):
            message = f"{path.name} holds lines that cannot be read"
            raise ValueError(message)  # noqa: TRY004 - the file is wrong, not the program
        method = row.action.partition(" ")[0]
        route = row.object.partition("?")[0]
        if (not each.methods or method in each.methods) and (not each.routes or matches(route, each.routes)):
            count += 1
    return count
