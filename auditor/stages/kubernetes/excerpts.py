"""The text of the files that objects come from, for a reader: secrets hidden line by line."""

from __future__ import annotations

import os
import re
import stat
import tarfile
import zlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.masking import MASK
from auditor.masking.lines import mask, mask_all
from auditor.model.fact import Origin
from auditor.model.place import real as real_path
from auditor.stages.kubernetes.facts import KubeText
from auditor.stages.kubernetes.literals import may_hold_mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.stages.kubernetes.facts import KubeObject

FILE_LIMIT_BYTES: Final = 256 * 1024
"""Of one file: people write no larger manifest, and what programs write nobody mends by hand."""
TOTAL_LIMIT_BYTES: Final = 1024 * 1024
"""Of all files of a part, the smallest first: masking takes half a second of processor time a megabyte."""
ARCHIVE_LIMIT_BYTES: Final = 8 * 1024 * 1024
_IN_ARCHIVE: Final = "!/"
_SECRETS: Final = re.compile(r"""kind["']?\s*:\s*["']?Secret\b|\bstringData\b|\bsecretGenerator\b""")
_PAIR: Final = re.compile(r"""^(?P<head>\s*-\s*["']?[\w.-]+=).*$""")
"""A literal of a generator."""
_FLOW: Final = re.compile(r"""\{.*\b(?:data|stringData|binaryData|literals)\b|\bliterals["']?\s*:\s*\[""")
_OF_SECRETS: Final = re.compile(
    r"""^(?P<indent>\s*(?:-\s+)?)["']?(?:data|stringData|binaryData)["']?\s*:(?P<rest>.*)$"""
)
_DEPTH: Final = 24


def texts(root: Path, part: str, objects: Iterable[KubeObject]) -> Iterator[KubeText]:
    """Yield the text of each file that objects of a part come from, as far as it is kept for a reader.

    Args:
        root: What the part names.
        part: Argument of the part.
        objects: All that were read.
    """
    told: dict[str, set[int]] = defaultdict(set)
    for each in objects:
        if each.origin.part == part and each.origin.file:
            told[each.origin.file].update(_secret_lines(each))
            for file, _line in each.places.values():
                told.setdefault(file, set())
    if not told:
        return
    files = Files(root)
    sizes = {name: files.size(name) for name in told}
    left = TOTAL_LIMIT_BYTES
    for name in sorted(told, key=lambda each: (sizes[each], each)):
        hidden = told[name]
        if left <= 0:
            return
        if sizes[name] > min(left, FILE_LIMIT_BYTES) and _IN_ARCHIVE not in name:
            continue
        data = files.read(name)
        if data is None or len(data) > min(left, FILE_LIMIT_BYTES):
            continue
        left -= len(data)
        text = data.decode("utf-8", "replace")
        if text.lstrip()[:1] in {"{", "["} and _SECRETS.search(text):
            continue  # JSON knows no lines
        yield KubeText(subject=name, origin=Origin(part=part, file=name), text=masked(text, hidden))


def masked(text: str, hidden: Iterable[int] = ()) -> str:
    """Return a text without its secrets.

    1. What names and shapes give away, line by line.
    2. Lines at which an object was found to hold one.
    3. All values of ``data`` where the file has or makes a Secret: nothing in it says which of them are secret.

    Args:
        text: Of a manifest or template.
        hidden: Numbers of lines, from 1.
    """
    lines = mask(text, is_code=False).split("\n")  # 1
    whole = text.split("\n")
    for number in hidden:  # 2
        if number <= len(lines):
            lines[number - 1] = mask_all(whole[number - 1])
    if _SECRETS.search(text):  # 3
        depth = -1
        for index, line in enumerate(whole):
            indent = len(line) - len(line.lstrip())
            if _FLOW.search(line):
                lines[index] = MASK
            elif pair := _PAIR.match(line):
                lines[index] = f"{pair['head']}{MASK}"
            elif found := _OF_SECRETS.match(line):
                depth = len(found["indent"])
                lines[index] = f"{line[: found.start('rest')]} {MASK}" if found["rest"].strip() else lines[index]
            elif line.strip() and depth >= 0:
                if indent <= depth:
                    depth = -1
                else:
                    key, mark, _value = line.partition(":")
                    lines[index] = f"{key}: {MASK}" if mark and re.fullmatch(r"\s*[\"']?[\w.-]+[\"']?", key) else MASK
    return "\n".join(lines)


def _secret_lines(each: KubeObject) -> Iterator[int]:
    """Yield the lines of an object at which a value was hidden."""
    if not may_hold_mask(each.manifest):
        return
    waiting: list[tuple[str, object, int]] = [("", each.manifest, 0)]
    line_of: Mapping[str, int] = each.lines
    while waiting:
        pointer, value, depth = waiting.pop()
        if isinstance(value, str):
            if MASK in value:
                first = _line(line_of, pointer) or each.origin.line or 0
                count = value.count("\n")  # a block begins behind its key
                yield from range(first, first + 1 + (count + 1 if count else 0)) if first else ()
        elif depth < _DEPTH:
            waiting += [(f"{pointer}/{key}", inner, depth + 1) for key, inner in _items(value)]


def _items(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, dict):
        return ((str(key).replace("~", "~0").replace("/", "~1"), inner) for key, inner in value.items())
    return ((str(index), inner) for index, inner in enumerate(value)) if isinstance(value, list) else ()


def _line(lines: Mapping[str, int], pointer: str) -> int | None:
    while pointer:
        if pointer in lines:
            return lines[pointer]
        pointer = pointer.rpartition("/")[0]
    return lines.get("")


class Files:
    """The files below a root, or one file, that somebody may read here."""

    def __init__(self, root: Path) -> None:
        """Look at the root once; of the folders below it, each."""
        self._root = os.fspath(root)
        self._is_one = root.is_file()
        self._real = real_path(root)
        self._is_below: dict[Path, bool] = {}

    def size(self, name: str) -> int:
        """Return the size of the file, or of the archive, that a text stands in; 0 where it cannot be told."""
        try:
            return os.stat(self._place(name.partition(_IN_ARCHIVE)[0])).st_size  # noqa: PTH116 - of ten thousand files
        except (OSError, ValueError):
            return 0

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, or of a member of an archive; None if it is not to be shown."""
        outer, mark, inner = name.partition(_IN_ARCHIVE)
        try:
            path = Path(self._place(outer))
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode) or not (self._is_one or self._holds(path.parent)):
                return None
            if not mark:
                return path.read_bytes() if found.st_size <= FILE_LIMIT_BYTES else None
            if _IN_ARCHIVE in inner or found.st_size > ARCHIVE_LIMIT_BYTES:
                return None
            with tarfile.open(path, "r:gz") as archive:
                member = archive.getmember(inner)
                file = archive.extractfile(member) if member.isfile() and member.size <= FILE_LIMIT_BYTES else None
                return file.read() if file else None
        except (OSError, EOFError, KeyError, ValueError, tarfile.TarError, zlib.error):
            return None

    def _place(self, outer: str) -> str:
        return self._root if self._is_one else f"{self._root}/{outer}"

    def _holds(self, folder: Path) -> bool:
        """Tell whether a folder is the root or lies in it, links on the way followed."""
        if folder not in self._is_below:
            self._is_below[folder] = real_path(folder).is_relative_to(self._real)
        return self._is_below[folder]
