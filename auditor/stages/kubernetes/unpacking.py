"""Packed charts: their files in a folder that is gone afterwards, and the names under which they are known."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from auditor.stages.kubernetes import staging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKED: Final = staging.PACKED
BYTES_LIMIT: Final = 256 * 1024 * 1024
MEMBERS_LIMIT: Final = 20_000
_LEVELS: Final = 4
"""Packed charts within packed charts that are looked into, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A chart whose packed parts can be read.

    Attributes:
        root: Its folder.
        archives: What a file of a folder that came out of an archive is called: ``charts/redis`` to
            ``charts/redis-1.0.0.tgz!/redis``; the chart itself is the empty text.
    """

    root: Path
    archives: Mapping[str, str] = field(default_factory=dict)

    def named(self, inside: str) -> str:
        """Return the name of a file for a person: in an archive, archive and member with ``!/`` between them."""
        above = PurePosixPath(inside)
        for folder in (*above.parents, PurePosixPath()):
            key = "" if folder == PurePosixPath() else folder.as_posix()
            if key in self.archives:
                return f"{self.archives[key]}/{above.relative_to(folder).as_posix()}"
        return inside


@contextmanager
def opened(chart: Path) -> Iterator[Opened]:
    """Give a chart as a folder; one that is packed, or that has packed parts, as a copy that is gone afterwards.

    What cannot be unpacked stays packed: its files have no lines then.
    """
    if chart.is_dir() and not any(_archives(chart)):
        yield Opened(root=chart)
        return
    with tempfile.TemporaryDirectory(prefix="auditor-chart-") as scratch:
        copy = Path(scratch) / "chart"
        archives: dict[str, str] = {}
        try:
            if chart.is_dir():
                staging.copied(chart, copy)
            elif top := unpacked(chart, copy):
                archives[""] = f"!/{top}"
            else:
                copy.mkdir(exist_ok=True)
        except (OSError, shutil.Error):
            yield Opened(root=chart)
            return
        _unpack_all(copy, "", archives, _LEVELS)
        yield Opened(root=copy, archives=archives)


def _archives(chart: Path) -> Iterator[Path]:
    """Yield the packed charts in a chart's own ``charts``, and in those of the charts there."""
    waiting = [chart / "charts"]
    while waiting:
        here = waiting.pop()
        for each in sorted(here.iterdir()) if here.is_dir() and not here.is_symlink() else ():
            if each.is_dir() and not each.is_symlink():
                waiting.append(each / "charts")
            elif each.name.endswith(PACKED) and each.is_file() and not each.is_symlink():
                yield each


def _unpack_all(root: Path, inside: str, archives: dict[str, str], levels: int) -> None:
    """Unpack the packed charts of a folder, and of those that come out of them, beside the archives that they were."""
    for archive in tuple(_archives(root / inside)):
        name = archive.relative_to(root).as_posix()
        place = archive.with_name(_bare(archive.name))
        if place.exists():
            place = archive.with_name(f"{_bare(archive.name)}-unpacked")
        if place.exists() or not (top := unpacked(archive, place)):
            continue
        archive.unlink()
        at = place.relative_to(root).as_posix()
        archives[at] = f"{Opened(root=root, archives=archives).named(name)}!/{top}"
        if levels > 1:
            _unpack_all(root, at, archives, levels - 1)


def _bare(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".tar").removesuffix(".tgz")


def unpacked(archive: Path, into: Path) -> str:
    """Put the files of a packed chart into a folder; return the name of its folder in the archive, empty if it is none.

    Only regular files below one top folder count, as for helm; links, and paths that lead elsewhere, are left out.
    """
    top, count, total = "", 0, 0
    try:
        with tarfile.open(archive, "r:gz") as members:
            for member in members:
                count, total = count + 1, total + member.size
                if count > MEMBERS_LIMIT or total > BYTES_LIMIT:
                    return _nothing(into)
                parts = PurePosixPath(member.name.removeprefix("./")).parts
                if not member.isfile() or len(parts) == 1 or ".." in parts or parts[0] == "/":
                    continue
                top = top or parts[0]
                source = members.extractfile(member)
                if parts[0] == top and source is not None:
                    _written(into.joinpath(*parts[1:]), source)
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError):
        return _nothing(into)
    return top


def _written(path: Path, source: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)


def _nothing(into: Path) -> str:
    shutil.rmtree(into, ignore_errors=True)
    return ""
