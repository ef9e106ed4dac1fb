"""Which of Python's own modules are known where a few files are followed anew: those they name, and what all need.

Pysa reads the stubs of every module that is imported anywhere, and ``asyncio`` alone imports a hundred others, from TLS
to shared memory: on a few files that is most of its time. What no file names gives none of its values to anything in
them, so its stubs are left out; where a stub of another module speaks of it, pysa takes the type for unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from auditor.model.digest import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_NEEDED: Final = frozenset(
    {
        "__future__", "_codecs", "_collections_abc", "_decimal", "_io", "_sitebuiltins", "_typeshed", "_warnings",
        "abc", "builtins", "codecs", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum",
        "functools", "genericpath", "io", "os", "pathlib", "posixpath", "re", "sys", "time", "types", "typing",
        "typing_extensions", "uuid", "warnings",
    }
)  # fmt: skip
"""Without ``decimal``, ``uuid`` and what describes types pyrefly ends at once; the others nearly every program has."""
_WORD: Final = re.compile(rb"[A-Za-z_]\w*")
_VERSIONS: Final = "VERSIONS"
"""A file in which typeshed says since when a module exists; an empty one leaves all of them."""


def packed(library: Mapping[str, bytes]) -> bytes:
    """Return the stubs of a library in one piece, to be kept."""
    return canonical({path: text.decode() for path, text in library.items()})


def unpack_named(data: bytes, texts: Iterable[bytes], folder: Path) -> Path | None:
    """Write the stubs that some files need into an empty folder.

    Args:
        data: A library, as `packed` gave it.
        texts: The files that are followed.
        folder: Where to.

    Returns:
        The folder as pyrefly takes it; None where the data cannot be read.

    Raises:
        OSError: It cannot be written.
    """
    try:
        stubs = msgspec.json.decode(data, type=dict[str, str])
    except msgspec.MsgspecError:
        return None
    words = frozenset[bytes]().union(*(_WORD.findall(text) for text in texts))
    names = {word.decode() for word in words} | _NEEDED
    below = folder / "stdlib"
    below.mkdir(parents=True)
    (below / _VERSIONS).touch()
    for path, text in stubs.items():
        first, *others = path.split("/")
        if first.removesuffix(".pyi") in names and ".." not in others:
            place = below / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    return folder
