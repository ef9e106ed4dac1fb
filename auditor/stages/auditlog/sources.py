"""Which files belong to which log source: by the inventory, or by what lies in a folder."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from auditor import reasons
from auditor.formats import inventory as declared
from auditor.formats.logs import application, lines
from auditor.formats.logs.reading import Detected, detect
from auditor.model.place import real as real_path

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES_LIMIT: Final = 20_000
INVENTORY_NAMES: Final = ("inventory.yaml", "inventory.yml")
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "__pycache__", ".auditor"})
_LOG_SUFFIXES: Final = (
    *(".log", ".ndjson", ".jsonl", ".csv", ".gz", ".zst", ".xz", ".bz2", ".json", ".txt", ".out", ".parquet"),
    *(".cef", ".leef", ".syslog"),
)


class Found(Struct, frozen=True, kw_only=True):
    """A file of a source.

    Attributes:
        path: Where it lies.
        name: Relative to the root.
    """

    path: Path
    name: str


class Refused(Struct, frozen=True, kw_only=True):
    """A file or pattern that is not read, and why.

    Attributes:
        name: Relative to the root.
        reason: Why.
        is_log: It is one by its name or by what stands in it: what it holds is missing.
    """

    name: str
    reason: reasons.Reason
    is_log: bool = False


def root_and_inventory(where: Path, named: str | None, logs: str | None) -> tuple[Path, Path | None]:
    """Return the folder that patterns start from, and the inventory if there is one.

    Args:
        where: Place of the part: a folder, an inventory, or a log file.
        named: Inventory that the configuration names, relative to the folder of ``where``.
        logs: Folder of logs that it names.
    """
    if named:
        folder = where.parent if where.is_file() or where.suffix in {".yaml", ".yml"} else where
        return (folder / logs if logs else folder), where if where.suffix in {".yaml", ".yml"} else folder / named
    if where.is_dir():
        found = next((where / name for name in INVENTORY_NAMES if (where / name).is_file()), None)
        return where, found
    if where.suffix in {".yaml", ".yml"}:
        return where.parent, where
    return where.parent, None


def matching(root: Path, pattern: str) -> Iterator[Found | Refused]:  # noqa: C901 - one step for each thing that is looked at
    """Yield the files that a pattern of the inventory takes; none may lie outside the root."""
    text = pattern.removeprefix("./")
    if not text or Path(text).is_absolute() or ".." in Path(text).parts or "\0" in text:
        yield Refused(name=pattern, reason=reasons.OUTSIDE_THE_FOLDER)
        return
    home = real_path(root)
    try:
        found = sorted(root.glob(text)) if any(char in text for char in "*?[") else [root / text]
    except (ValueError, OSError, NotImplementedError):
        yield Refused(name=pattern, reason=reasons.CANNOT_BE_READ)
        return
    for path in found[:FILES_LIMIT]:
        name = path.relative_to(root).as_posix()
        try:
            real = real_path(path, strict=True)
        except (OSError, RuntimeError):
            if path.is_symlink():
                yield Refused(name=name, reason=reasons.BROKEN_LINK)
            elif path.exists() or not os.access(path.parent, os.X_OK):
                yield Refused(name=name, reason=reasons.NO_PERMISSION)
            continue
        if not real.is_relative_to(home):
            yield Refused(name=name, reason=reasons.LINK_OUT_OF_THE_TREE)
        elif real.is_dir():
            for inner in sorted(real.rglob("*")):
                if inner.is_file() and real_path(inner).is_relative_to(home):
                    yield Found(path=inner, name=f"{name}/{inner.relative_to(real).as_posix()}")
        else:
            yield Found(path=path, name=name)


def in_folder(  # noqa: C901 - one step for each thing that is looked at
    root: Path, only: Path | None = None
) -> tuple[dict[str, tuple[str, list[Found]]], list[Path], list[Refused]]:
    """Return the logs in a folder without an inventory.

    Returns:
        By source id its format and files; the YAML files that may be an audit policy; what was left out.
    """
    groups: dict[tuple[str, str], list[Found]] = defaultdict(list)
    yamls: list[Path] = []
    refused: list[Refused] = []
    for path in [only] if only else _walk(root, refused):
        name = path.relative_to(root).as_posix()
        if path.suffix in {".yaml", ".yml"}:
            yamls.append(path)
            continue
        if not only and not (path.name.endswith(_LOG_SUFFIXES) or _NAMED_LOG.search(path.name)):
            if path.name.endswith(_CLOSED):
                refused.append(Refused(name=name, reason=reasons.FORMAT_NOT_READ, is_log=True))
            continue
        try:
            head, problem = lines.head(path)
        except OSError:
            groups[_base(name), "?"].append(Found(path=path, name=name))
            continue
        if problem and not head:  # packed, and broken from the start
            groups[_base(name), "?"].append(Found(path=path, name=name))
            continue
        found = detect(head)
        if found.format and not (found.format == "json" and not _is_log(found, path, head)):
            groups[_base(name), found.format].append(Found(path=path, name=name))
        elif only:
            groups[name, found.format].append(Found(path=path, name=name))
        elif found.encoding:
            refused.append(Refused(name=name, reason=reasons.UTF_16, is_log=True))
        elif found.format == "json" or found.why == "empty":
            refused.append(Refused(name=name, reason=reasons.Reason(found.why)))
        else:
            is_log = _NAMED_LOG.search(path.name) is not None or _is_dated(head)
            refused.append(Refused(name=name, reason=reasons.UNKNOWN_FORMAT, is_log=is_log))
    made = {}
    names = [base for base, _format in groups]
    for (base, form), files in sorted(groups.items()):
        key = base if names.count(base) == 1 else f"{base} ({form})"
        made[key] = ("" if form == "?" else form, sorted(files, key=lambda each: _rotation(each.name)))
    return made, yamls, refused


_NAMED_LOG: Final = re.compile(
    r"\.log(?:[.-]|$)|^(?:messages|secure|syslog|auth|maillog|audit|server_audit)(?:$|[.-]\d)|audit[\w-]*(?:$|\.(?:txt|csv|out|xml)$)"
)
_CLOSED: Final = (
    *(".zip", ".tar", ".tgz", ".7z", ".rar", ".lz4", ".br", ".sz", ".snappy", ".lzo", ".Z", ".tbz2", ".txz"),
    *(".evtx", ".evt", ".journal", ".avro", ".orc"),
)
"""Archives, and logs of systems in forms of their own: what lies inside is not seen."""
_STAMP: Final = re.compile(
    rb"\d{4}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    rb"|\d{8} \d\d:\d\d:\d\d|(?<!\d)1[5-9]\d{8}(?:\d{3})?(?!\d)|(?:^|\s)(?:CEF|LEEF):\d"
)


def _is_dated(head: bytes) -> bool:
    """Tell whether most lines bear a time, as those of a log do."""
    shown = [line for line in head.split(b"\n") if line.strip()][:20]
    return sum(_STAMP.search(line[:2000]) is not None for line in shown) * 2 > len(shown)


def _is_log(found: Detected, path: Path, head: bytes) -> bool:
    """Tell records of an application from any other JSON: they lie in a log, or have a time and say who did what."""
    says = application.guess(found.sample or {}).keys()
    if _NAMED_LOG.search(path.name) and found.layout == "lines":
        return True
    if "time" not in says:
        return False
    if b'"resourceLogs"' in head[:200]:  # an export of OpenTelemetry
        return True
    is_named_so = path.suffix in {".log", ".ndjson", ".jsonl"} or (found.layout == "lines" and path.suffix == ".gz")
    return is_named_so or len(says & {"user", "event_type", "source_address"}) > 1


def _walk(root: Path, refused: list[Refused]) -> Iterator[Path]:
    count = 0

    def cannot(error: OSError) -> None:
        path = Path(str(error.filename))
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        refused.append(Refused(name=name, reason=reasons.NO_PERMISSION))

    for folder, folders, files in os.walk(root, onerror=cannot):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_symlink() and not real_path(path).is_relative_to(real_path(root)):
                refused.append(Refused(name=path.relative_to(root).as_posix(), reason=reasons.LINK_OUT_OF_THE_TREE))
                continue
            if not path.is_file():
                continue
            count += 1
            if count > FILES_LIMIT:
                refused.append(Refused(name="…", reason=reasons.TOO_MANY_FILES))
                return
            yield path


_DATE: Final = r"\d{4}([-_.]?)(?:0[1-9]|1[0-2])\1[0-3]\d(?:[T_.-]?\d{2}(?:[-_:.]?\d{2}){0,2}(?:[.,]\d{1,6})?Z?)?"
_DATED: Final = re.compile(rf"[-._]{_DATE}(?:[-._]\d{{1,4}})?(?=$|[-._])")
_COUNTED: Final = re.compile(
    r"(?<=[a-z])[-._]\d{1,4}$"  # audit.log.1
    r"|\.\d{1,4}(?=\.(?:log|ndjson|jsonl|json|csv|parquet)$)"  # audit.1.log; after a hyphen it may be a host's
    r"|(?<=part)-\d{5}[-\w]*?(?=\.)|[-_.]\d{5,8}(?=\.|$)"  # what an export or an engine writes in parts
    r"|[-_.](?:mon|tue|wed|thu|fri|sat|sun)(?=\.|$)",  # PostgreSQL, by the day of the week
    re.IGNORECASE,
)
_DATED_FOLDERS: Final = re.compile(
    rf"(?:^|/)(?:(?:dt|date|ds|year|month|day|hour|y|m|d|h)=[^/]+|(?:19|20)\d\d/[01]\d/[0-3]\d(?:/[0-2]\d)?|{_DATE})(?=/|$)"
)


def _base(name: str) -> str:
    """Return the name of a log without what rotation, an export by days or an engine adds."""
    folder, _, last = name.rpartition("/")
    stem = re.sub(r"\.(?:gz|zst|zstd|xz|bz2)$", "", last)
    stem = _COUNTED.sub("", _DATED.sub("", stem))
    folder = _DATED_FOLDERS.sub("", folder).strip("/")
    stem = stem or last
    return f"{folder}/{stem}" if folder else stem


def _rotation(name: str) -> tuple[int, str]:
    """Order the older files of a log first: ``audit.log.2``, ``audit.log.1``, ``audit.log``."""
    stem = re.sub(r"\.(?:gz|zst|zstd|xz|bz2)$", "", name)
    match = re.search(r"\.(\d{1,4})$", stem)
    return (-int(match[1]) if match else 0, name)


def ordered(files: list[Found]) -> list[Found]:
    """Return files of one source, older ones first as far as their names tell."""
    return sorted(files, key=lambda each: _rotation(each.name))


def found_source(name: str, form: str, given: str = "") -> declared.LogSource:
    """Return a source that nobody declared."""
    return declared.LogSource(id=name, format=given or form)
