"""A copy of the files to be scanned, so that a scanner sees exactly what we read, and nothing that steers it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.context import is_bundle
from auditor.stages.code.markup import scripts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from auditor.stages.code.tree import Source

_PLAIN: Final = re.compile(r"(?!-)[^\x00-\x1f\x7f\\]+")
_NAME_LIMIT_BYTES: Final = 200
_PATH_LIMIT_BYTES: Final = 2000
"""The kernel takes paths of 4,096 bytes, and the folder of the copies is part of them."""
_STEERING: Final = frozenset({".semgrepignore", ".bandit", ".semgrep.yml", ".gitignore"})
"""Files that a scanner would read as orders to itself; they are scanned under another name."""
BUNDLE: Final = "bundle"
"""A script that no person wrote: parsing it costs minutes and tells of other people's code; secrets in it count."""
_LOOK_EVERY_S: Final = 1.0
_LOOK_SHARE: Final = 100
"""Times as long as a look took, until the next one."""
_NOT_OF_BANDIT: Final = re.compile(r"\.svn|CVS|\.bzr|\.hg|\.git|__pycache__|\.tox|\.eggs")
"""Letters by which bandit 1.9 passes over a file wherever they stand in its path: ``.git`` of ``.github/scripts``."""
_TYPE: Final = rb"(?:[A-Za-z_$][\w$.]*(?:<[\w$.,|\[\] ]{1,200}>)?|\{[^{}()=]{0,500}\})(?:\[\]){0,2}"
_TYPES_OF_CALL: Final = re.compile(
    rb"(?<=[\w$])<" + _TYPE + rb"(?:[ ]?[,|][ ]?" + _TYPE + rb"){0,4}>(?=[(`])",
)
"""``axios.get<Page>(address, options)``: semgrep 1.182 reads a call with plain types as two comparisons."""
_PLAIN_FOLDER: Final = "tree"
_ODD_FOLDER: Final = "odd"
_SCRIPTS_FOLDER: Final = "scripts"

_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    languages.PYTHON: (".py", ".pyi"),
    languages.NOTEBOOK: (".py",),
    languages.TYPESCRIPT: (".ts", ".tsx"),
    languages.JAVASCRIPT: (".js", ".jsx", ".mjs", ".cjs"),
    languages.YAML: (".yaml", ".yml"),
    languages.DOCKERFILE: (".dockerfile", "Dockerfile", "/dockerfile"),
    languages.TEMPLATE: (".template",),
    languages.SHELL: (".sh", ".bash"),
    languages.MARKUP: (".html", ".vue", ".svelte"),
}
"""Endings by which semgrep 1.182 knows a language, the first to be added where there is none of them.

It does not know ``.pyw``, ``.mts``, ``.PY`` or ``Dockerfile.prod``: no rule would read such a file, in silence."""
_TYPES_OF_VALUE: Final = re.compile(
    rb"(?<=[\w)\]!])[ \t\r\n]{1,20}(?:as|satisfies)[ \t\r\n]{1,20}(?:(?:unknown|any)[ \t]+as[ \t]+)?"
    rb"(?:Record|Partial|Array|Promise)?<?\{[^{}()]{0,2000}(?:\{[^{}()]{0,1000}\}[^{}()]{0,1000}){0,20}\}>?(?:\[\])?"
)
"""``as { token: string }`` behind a value."""
_NO_ENDINGS: Final = (".min.js",)
"""Endings that semgrep passes over."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A folder with a copy of each source.

    Attributes:
        root: The folder.
        sources: Source by the path of its copy.
        beside: Further sources of the tree, which are not copied: known, and not scanned.
    """

    root: Path
    sources: Mapping[Path, Source]
    beside: tuple[Source, ...] = ()


@dataclass
class Readers:
    """Counts the copies that a scanner has opened, since none says how far it is.

    The kernel notes when a file was read first after it was written (``relatime``, the default of Linux); where it does
    not (``noatime``), the count stays 0.

    Attributes:
        root: Folder with the copies.
    """

    root: Path
    _found: int = 0
    _next: float = 0.0

    def count(self) -> int:
        """Return how many copies were opened, looked up so seldom that it costs next to nothing."""
        began = monotonic()
        if began >= self._next:
            found = 0
            for folder, _folders, names in os.walk(self.root):
                for name in names:
                    with suppress(OSError):  # moved meanwhile
                        state = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - thousands of files
                        found += state.st_atime_ns > state.st_mtime_ns
            self._found = max(self._found, found)
            self._next = began + max(_LOOK_EVERY_S, _LOOK_SHARE * (monotonic() - began))
        return self._found


_BLOCK_BYTES: Final = 4096


def room_bytes(sources: Iterable[Source]) -> int:
    """Return how much the copies of some sources take, each in blocks of its own, with its folder."""
    return sum(len(source.text) + 2 * _BLOCK_BYTES for source in sources)


def copy(sources: Iterable[Source], root: Path, beside: tuple[Source, ...] = ()) -> Copy:
    """Write the text of each source below an empty folder, under its own path wherever a scanner can take it.

    Raises:
        OSError: The disk is full, or the folder cannot be written.
    """
    placed: dict[Path, Source] = {}
    for number, source in enumerate(sources):
        place = root / _name(source, number)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_without_types(source.text) if _is_typed(source) else source.text)
        placed[place] = source
        if source.language == languages.MARKUP and (found := scripts_of(source.text.decode("utf-8", "replace"))):
            # the page itself is for the rules that read any text; its scripts are parsed
            place = root / _SCRIPTS_FOLDER / str(number) / f"{_ascii(source.path.rsplit('/', 1)[-1])}.ts"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_without_types(found.text.encode()))
            placed[place] = replace(source, text=found.text.encode(), lines=found.lines)
        if source.language == languages.NOTEBOOK and (shell := shell_of(source)) is not None:
            place = root / _SCRIPTS_FOLDER / str(number) / f"{_ascii(source.path.rsplit('/', 1)[-1])}.sh"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(shell.text)
            placed[place] = shell
    return Copy(root, placed, beside)


_SHELL_LINE: Final = re.compile(r"^\s*pass  # !!?(?P<text>.*)$")
_SHELL_CELL: Final = re.compile(r"^# %%(?:bash|sh|script\s+(?:--\S+\s+)*(?:ba|z)?sh)\b")


def shell_of(source: Source) -> Source | None:
    """Return the shell lines of a notebook, which stand in its Python as comments; None where it has none."""
    rows: list[str] = []
    in_cell = False
    for row in source.text.decode("utf-8", "replace").split("\n"):
        line = _SHELL_LINE.match(row)
        if _SHELL_CELL.match(row):
            in_cell = True
            rows.append("")
        elif in_cell and row.startswith("# ") and not row.startswith("# %%"):
            rows.append(row[2:])
        else:
            in_cell = False
            rows.append(line["text"] if line else "")
    if not any(row.strip() for row in rows):
        return None
    return replace(source, text="\n".join(rows).encode(), language=languages.SHELL)


def _is_typed(source: Source) -> bool:
    return source.language == languages.TYPESCRIPT


def _without_types(text: bytes) -> bytes:
    """Return TypeScript of the same length in which calls have no types of their own, and no value is said to be one.

    Of ``request.body as {token: string}`` semgrep does not see that it is what came of the request.
    """
    return _TYPES_OF_VALUE.sub(_blank, _TYPES_OF_CALL.sub(_blank, text))


def _blank(found: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^\r\n]", b" ", found[0])


def _name(source: Source, number: int) -> str:
    """Return the path of the copy; no two sources share one, and its ending tells the scanner the language."""
    path = f"{_PLAIN_FOLDER}/{source.path}"
    language = BUNDLE if is_bundle(source.path, source.text) else source.language
    ended = _ended(path, language)
    is_taken = _is_plain(source.path) and not (
        language in {languages.PYTHON, languages.NOTEBOOK} and _NOT_OF_BANDIT.search(source.path)
    )
    if ended == path and is_taken:
        return path
    # another ending could be another file's name
    name = source.path if is_taken else _ascii(source.path.rsplit("/", 1)[-1])
    return f"{_ODD_FOLDER}/{number}/{_ended(name, language)}"


def _ended(path: str, language: str) -> str:
    if language == BUNDLE:
        return f"{path}.txt"
    endings = _ENDINGS.get(language, ())
    if not endings and language == languages.CONFIGURATION and path.lower().endswith(".json"):
        endings = (".json",)
    if not endings or (f"/{path}".endswith(endings) and not path.endswith(_NO_ENDINGS)):
        return path
    lower = path.lower()
    return path + next((ending for ending in endings if ending[0] == "." and lower.endswith(ending)), endings[0])


def _is_plain(path: str) -> bool:
    """Tell whether a scanner can take a path as it is."""
    parts = path.split("/")
    try:
        sizes = [len(part.encode("utf-8")) for part in parts]
    except UnicodeEncodeError:
        return False
    return (
        all(map(_PLAIN.fullmatch, parts))
        and max(sizes) < _NAME_LIMIT_BYTES
        and sum(sizes) + len(parts) < _PATH_LIMIT_BYTES
        and parts[-1] not in _STEERING
    )


def _ascii(name: str) -> str:
    plain = re.sub(r"[^\w.]+", "_", name, flags=re.ASCII)[-80:] or "_"
    return f"_{plain}" if name in _STEERING else plain
