"""Reads many plain files in two processes: one half here, the other in a process of its own meanwhile.

``python -m auditor.stages.kubernetes.halving`` takes a `Half` as MessagePack and answers a `Reading`. What that process
does not answer is read here: it can cost time, and no object.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from auditor.errors import ToolError
from auditor.model.fact import Gap
from auditor.model.record import Exclusion
from auditor.stages.kubernetes.files import Input, plain
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.sources import PlainFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Item = Found | Gap | Exclusion | Input

MODULE: Final = "auditor.stages.kubernetes.halving"
FEWEST_BYTES: Final = 4 * 1024 * 1024
"""Below this a second process gains less than it costs: it is half a second old when it has loaded its modules."""


SHARE_HERE: Final = 0.64
"""Of the bytes, measured on two cores: the other process has to load its modules first, beside OPA, which starts then,
too; and what it says is read once more."""


class Half(Struct, kw_only=True):
    """Files that a process reads.

    Attributes:
        files: Name and path of each, the bytes of the path in hexadecimal digits.
        part: Argument of the part.
        namespace: Namespace of objects that name none.
    """

    files: list[tuple[str, str]]
    part: str
    namespace: str


class Reading(Struct, kw_only=True):
    """What the files hold, each kind in the order of the files."""

    found: list[Found]
    gaps: list[Gap]
    left: list[Exclusion]
    inputs: list[Input]

    def items(self) -> Iterator[Item]:
        """Yield all of it."""
        yield from self.found
        yield from self.gaps
        yield from self.left
        yield from self.inputs


def read(
    files: Sequence[PlainFile], part: str, namespace: str, call: Callable[[str, bytes], bytes] | None
) -> Iterator[tuple[PlainFile, Item]]:
    """Read plain files, none of which the user named by itself; yield each thing with its file.

    Args:
        files: In order.
        part: Argument of the part.
        namespace: Namespace of objects that name none.
        call: Runs a module with some input in a process of its own, and raises `ToolError` where it gives no answer;
            None to read everything here.
    """
    middle = _middle(files) if call else len(files)
    here, there = files[:middle], files[middle:]
    with ThreadPoolExecutor(1) as pool:  # it waits for the other process, no more
        asked = pool.submit(_asked, call, there, part, namespace) if call and there else None
        for each in here:
            for item in plain(each, part, namespace, is_only=False):
                yield each, item
        answer = asked.result() if asked else None
    if answer is None:
        for each in there:
            for item in plain(each, part, namespace, is_only=False):
                yield each, item
        return
    by_name = {each.name: each for each in there}
    for item in answer.items():
        # only twins look at the file, and at that of an object only
        yield by_name[item.file or ""] if isinstance(item, Found) else there[0], item


def _middle(files: Sequence[PlainFile]) -> int:
    """Return how many files are read here; all of them where they are few."""
    sizes = [each.size_bytes for each in files]
    if sum(sizes) < FEWEST_BYTES:
        return len(files)
    sought, so_far = sum(sizes) * SHARE_HERE, 0
    for index, size in enumerate(sizes):
        if so_far >= sought:
            return index
        so_far += size
    return len(files)


def _asked(
    call: Callable[[str, bytes], bytes], files: Sequence[PlainFile], part: str, namespace: str
) -> Reading | None:
    """Return what another process read; nothing where it did not come to an end, or left out a file."""
    try:
        # that process runs in a folder of its own, where a relative path leads elsewhere
        paths = [(each.name, os.fsencode(each.path.absolute()).hex()) for each in files]
        half = Half(files=paths, part=part, namespace=namespace)
        answer = msgspec.msgpack.decode(call(MODULE, msgspec.msgpack.encode(half)), type=Reading)
    except (ToolError, msgspec.MsgspecError, UnicodeEncodeError):
        return None
    seen = {each.name for each in answer.inputs} | {each.subject for each in answer.gaps}
    return answer if seen.issuperset(each.name for each in files) else None


def main() -> None:
    """Take a half from the input, and say what it holds."""
    half = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Half)
    reading = Reading(found=[], gaps=[], left=[], inputs=[])
    for name, path in half.files:
        source = PlainFile(path=Path(os.fsdecode(bytes.fromhex(path))), name=name)
        for item in plain(source, half.part, half.namespace, is_only=False):
            match item:
                case Found():
                    reading.found.append(item)
                case Gap():
                    reading.gaps.append(item)
                case Exclusion():
                    reading.left.append(item)
                case _:
                    reading.inputs.append(item)
    sys.stdout.buffer.write(msgspec.msgpack.encode(reading))


if __name__ == "__main__":
    main()
