"""Which files a target holds: those that its options name, or all of a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor import reasons
from auditor.model.place import real as real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILES_LIMIT: Final = 20_000
INVENTORY_NAMES: Final = ("inventory.yaml", "inventory.yml")
ROLES: Final = ("events", "traces", "trace_ids", "dbt", "sql", "catalogue")
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "__pycache__", ".auditor"})
_PLAIN: Final = (
    ".json",
    ".ndjson",
    ".jsonl",
    ".log",
    ".txt",
    ".csv",
    ".pb",
    ".proto",
    ".bin",
    ".otlp",
    ".sql",
    ".ddl",
    ".gz",
    ".zst",
    ".zstd",
    ".xz",
    ".bz2",
    ".parquet",
)
_CLOSED: Final = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".7z", ".rar", ".avro", ".orc", ".lz4", ".snappy")
"""Archives and forms of tables: what lies inside is not seen."""
_DOCUMENTS: Final = (
    ".md",
    ".rst",
    ".html",
    ".pdf",
    ".png",
    ".svg",
    ".yaml",
    ".yml",
    ".toml",
    ".py",
    ".sh",
    ".cfg",
    ".ini",
)


class Input(Struct, frozen=True, kw_only=True):
    """A file to read.

    Attributes:
        path: Where it lies.
        name: As it is called in facts, relative to the root.
        role: Option that names it; empty for a file of a folder.
        problem: Why it cannot be read; empty if it may be.
    """

    path: Path
    name: str
    role: str = ""
    problem: reasons.Reason = reasons.NONE


def inventory_of(where: Path, options: Mapping[str, Any], base: str) -> Path | None:
    """Return the inventory of a target, None if it has none."""
    if options.get("inventory"):
        return Path(base, str(options["inventory"]))
    if where.is_dir():
        return next((where / name for name in INVENTORY_NAMES if (where / name).is_file()), None)
    return where if where.suffix in {".yaml", ".yml"} else None


def inputs(where: Path, options: Mapping[str, Any], base: str) -> Iterator[Input]:
    """Yield the files of a target, those of each option in order."""
    named = [(role, _place(options[role])) for role in ROLES if options.get(role)]
    if named:
        for role, place in named:
            yield from _files(Path(base, place), role)
    elif where.suffix in {".yaml", ".yml"} and not where.is_dir():
        yield from (each for each in _files(where.parent, "") if each.path != where)
    else:
        yield from _files(where, "")


def _place(option: object) -> str:
    if isinstance(option, dict):
        return str(option.get("path") or "")
    return str(option)


def _files(place: Path, role: str) -> Iterator[Input]:
    try:
        is_folder = place.is_dir()
        place.stat()
    except OSError as error:
        reason = reasons.NO_SUCH_FILE if isinstance(error, FileNotFoundError) else reasons.CANNOT_BE_READ
        yield Input(path=place, name=place.name, role=role, problem=reason)
        return
    if not is_folder:
        yield Input(path=place, name=place.name, role=role)
        return
    yield from _walk(place, role)


def _walk(root: Path, role: str) -> Iterator[Input]:
    home = real_path(root)
    lost: list[Input] = []
    count = 0

    def cannot(error: OSError) -> None:
        path = Path(str(error.filename))
        lost.append(Input(path=path, name=_relative(path, root), role=role, problem=reasons.NO_PERMISSION))

    for folder, folders, files in os.walk(root, onerror=cannot):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix.lower() in _DOCUMENTS or name.startswith("."):
                continue
            shown = _relative(path, root)
            if path.is_symlink() and not real_path(path).is_relative_to(home):
                yield Input(path=path, name=shown, role=role, problem=reasons.LINK_OUT_OF_THE_TREE)
                continue
            count += 1
            if count > FILES_LIMIT:
                yield Input(path=path, name="…", role=role, problem=reasons.TOO_MANY_FILES)
                return
            if path.suffix.lower() in _CLOSED:
                yield Input(path=path, name=shown, role=role, problem=reasons.FORMAT_NOT_READ)
            elif path.suffix.lower() in _PLAIN or role or not path.suffix or path.suffix[1:].isdecimal():
                yield Input(path=path, name=shown, role=role)
    yield from lost


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
