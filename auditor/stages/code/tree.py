"""Reads a source tree: every file once, nothing followed out of it, everything unread named."""

from __future__ import annotations

import codecs
import errno
import fnmatch
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.model.digest import sha256
from auditor.model.fact import Gap
from auditor.model.record import Exclusion
from auditor.stages.code.context import GENERATED, VENDORED, context_of
from auditor.stages.code.facts import CodeMatch, UncoveredLanguage, UnreadFile
from auditor.stages.code.languages import (
    CONFIGURATION,
    GENERIC,
    MARKUP,
    NOTEBOOK,
    PYTHON,
    SHELL,
    TEMPLATE,
    YAML,
    is_chart_template,
    is_named,
    language_of,
)
from auditor.stages.code.notebook import to_module
from auditor.stages.code.texts import say
from auditor.tools.semgrep import FILE_SIZE_LIMIT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from auditor.model.text import Text

STAGE: Final = "code"
SIZE_LIMIT_BYTES: Final = FILE_SIZE_LIMIT_BYTES
"""Largest file that is read, and largest text that is scanned: what semgrep reads to its end."""
NOTEBOOK_SIZE_LIMIT_BYTES: Final = 32_000_000
"""Notebooks carry pictures; only their cells are scanned."""
DEPTH_LIMIT: Final = 128

EXCLUDED_FOLDERS: Final = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "node_modules",
        "__pycache__",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".auditor",
    }
)
"""Folders that hold no source of the audited system; each one found is reported as left out."""

_CODING: Final = re.compile(rb"^([ \t\f]*#.*?coding[:=][ \t]*)([-\w.]+)")
"""Declaration of an encoding (PEP 263)."""
_ANY_TEXT: Final = frozenset({GENERIC, CONFIGURATION, SHELL, MARKUP})
_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")
_ENCODINGS: Final = frozenset(
    {
        "ascii", "utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "cp949", "euc_kr",
        "euc_jp", "shift_jis", "cp932", "koi8-r", "koi8-u",
        *(f"iso8859-{part}" for part in range(1, 17)),
        *(f"cp{page}" for page in range(1250, 1259)),
    }
)  # fmt: skip
"""Encodings in which a file may be declared. The others (``utf-7``, ``unicode_escape`` …) make code of what stands in a
comment, which no scanner would see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of the tree, ready to be scanned.

    Attributes:
        path: Relative to the root, ``/`` between the parts; bytes that are no UTF-8 as lone surrogates.
        language: See `auditor.stages.code.languages`.
        size_bytes: Its size.
        sha256: Digest of its bytes.
        text: Its text as UTF-8, same lines; a notebook's cells as Python.
        lines: For a notebook, the line in the file of each line of ``text``; empty otherwise.
    """

    path: str
    language: str
    size_bytes: int
    sha256: str
    text: bytes
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A source tree to be read once.

    Attributes:
        root: Its folder, or a single file.
        argument: Argument of the part, for gaps.
        exclude: Patterns of paths that the user does not want read: ``legacy/``, ``*.sql``, ``docs/**``.
        files: Only these are read, relative to the root; everything where empty.
    """

    root: Path
    argument: str
    exclude: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def read(self) -> Iterator[Source | Exclusion | Gap]:
        """Yield every file, every gap, and what was left out on purpose, in the order of their names."""
        try:
            mode = self.root.stat().st_mode
            if stat.S_ISREG(mode):
                yield from self._told(self._file(self.root.name, os.path.realpath(self.root)))
            elif stat.S_ISDIR(mode) and self.files:
                yield from self._told(self._named())
            elif stat.S_ISDIR(mode):
                yield from self._told(self._folder("", 0))
            else:
                yield self._gap("", "", reasons.SPECIAL_FILE, "neither a folder nor a regular file")
        except FileNotFoundError:
            yield self._gap(self.argument, "", reasons.NO_SUCH_PATH, str(self.root))
        except OSError as error:
            yield self._gap("", "", _reason(error), error.strerror or str(error))
        except ValueError as error:  # a name with a NUL, which no system call takes
            yield self._gap("", "", reasons.CANNOT_BE_READ, str(error))

    def _told(self, found: Iterator[Source | Exclusion | Gap | _Unread]) -> Iterator[Source | Exclusion | Gap]:
        """Pass on what was found; of files without text, only how many there are of each pattern."""
        unread: dict[str, int] = {}
        for item in found:
            if isinstance(item, _Unread):
                unread[item.what] = unread.get(item.what, 0) + 1
            else:
                yield item
        for what, count in sorted(unread.items()):
            yield Exclusion(target=self.argument, what=what, why=say("code.left.no_text", count=count))

    def _named(self) -> Iterator[Source | Exclusion | Gap | _Unread]:
        """Read the files that were named, and no other; what one was excluded or led out of the tree is said of it."""
        root = os.path.realpath(self.root)
        for path in sorted(self.files):
            if self._is_excluded(path):
                continue
            try:
                real = os.path.realpath(self.root / path, strict=True)
                if os.path.commonpath((root, real)) != root:
                    yield self._gap(path, _topic(path), reasons.LINK_OUT_OF_THE_TREE, "not followed")
                elif os.path.isdir(real):  # noqa: PTH112 - os.path throughout: names may be no UTF-8
                    yield self._gap(path, "", reasons.SPECIAL_FILE, "a folder among the files")
                else:
                    yield from self._file(path, real)
            except OSError as error:
                yield self._gap(path, _topic(path), _reason(error), error.strerror or str(error))

    def _folder(self, path: str, depth: int) -> Iterator[Source | Exclusion | Gap | _Unread]:
        if depth > DEPTH_LIMIT:
            yield self._gap(path, "", reasons.NESTED_TOO_DEEP, f"more than {DEPTH_LIMIT} folders deep")
            return
        try:
            with os.scandir(self.root / path) as found:
                entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield self._gap(path, "", _reason(error), error.strerror or str(error))
            return
        if any(entry.name == _SUBMODULES for entry in entries):
            yield from self._submodules(path)
        for entry in entries:
            inner = f"{path}/{entry.name}" if path else entry.name
            if not self._is_excluded(inner):
                yield from self._entry(entry, inner, depth)

    def _submodules(self, path: str) -> Iterator[Gap]:
        """Name what other repositories belong to the tree and were not fetched: their folders are empty, or missing."""
        try:
            data = _bytes_of(os.path.join(self.root, path, _SUBMODULES), SIZE_LIMIT_BYTES) or b""  # noqa: PTH118 - names may be no UTF-8
        except OSError:
            return  # it is told where the file itself is read
        for number, found in enumerate(_SUBMODULE.finditer(data)):
            if number == _SUBMODULES_LIMIT:
                detail = f"more than {_SUBMODULES_LIMIT:,} submodules; the rest was not read"
                yield self._gap(os.path.join(path, _SUBMODULES), "", reasons.TOO_MANY_FILES, detail)  # noqa: PTH118 - as above
                return
            parts = [part for part in found[1].strip(b'" \t\r').split(b"/") if part not in {b"", b"."}]
            if not parts or found[1].startswith(b"/") or b".." in parts:
                continue  # git takes no such path either
            inner = os.fsdecode(b"/".join(filter(None, (os.fsencode(path), *parts))))
            if _is_empty(self.root / inner) and not self._is_excluded(inner):
                yield self._gap(inner, "", reasons.SUBMODULE_MISSING, "named in .gitmodules, and not fetched")

    def _is_excluded(self, path: str) -> bool:
        """Tell whether the user left a path out: by a pattern of it, of its folder, or of its last part."""
        return any(
            fnmatch.fnmatchcase(path, pattern.rstrip("/"))
            or fnmatch.fnmatchcase(path.rsplit("/", 1)[-1], pattern.rstrip("/"))
            or (pattern.endswith("/**") and fnmatch.fnmatchcase(path, pattern.removesuffix("/**")))
            for pattern in self.exclude
        )

    def _entry(self, entry: os.DirEntry[str], path: str, depth: int) -> Iterator[Source | Exclusion | Gap | _Unread]:
        try:
            if entry.is_symlink():
                yield from self._link(entry, path)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name in EXCLUDED_FOLDERS:
                    yield Exclusion(target=self.argument, what=path + "/", why=say("code.left.folder"))
                else:
                    yield from self._folder(path, depth + 1)
            elif entry.is_file(follow_symlinks=False):
                yield from self._file(path, entry.path)
            else:
                yield self._gap(path, _topic(path), reasons.SPECIAL_FILE, "a FIFO, socket or device is not read")
        except OSError as error:
            yield self._gap(path, _topic(path), _reason(error), error.strerror or str(error))

    def _link(self, entry: os.DirEntry[str], path: str) -> Iterator[Gap]:
        """Say nothing of a link to a place inside the tree, which is read there; any other link is a gap.

        Nothing is missed either by not reading a link that leads nowhere, unless it is named like a file with code.
        """
        root = os.path.realpath(self.root)
        try:
            real = os.path.realpath(entry.path, strict=True)
        except OSError as error:
            if _topic(path) != GENERIC or error.errno != errno.ENOENT:
                yield self._gap(path, _topic(path), reasons.BROKEN_LINK, error.strerror or str(error))
            return
        inside = os.path.commonpath((root, real)) == root
        excluded = inside and not EXCLUDED_FOLDERS.isdisjoint(os.path.relpath(real, root).split("/"))
        is_folder = os.path.isdir(real)  # noqa: PTH112 - os.path throughout: names may be no UTF-8
        if not inside or excluded:
            yield self._gap(path, "" if is_folder else _topic(path), reasons.LINK_OUT_OF_THE_TREE, "not followed")
        elif not is_folder and _topic(path) not in {GENERIC, _topic(real)}:
            yield self._gap(path, _topic(path), reasons.LINK_TO_ANOTHER_KIND_OF_FILE, "read under its own name only")

    def _file(self, path: str, place: str) -> Iterator[Source | Exclusion | Gap | _Unread]:
        language = language_of(path)
        limit = NOTEBOOK_SIZE_LIMIT_BYTES if language == NOTEBOOK else SIZE_LIMIT_BYTES
        data = _bytes_of(place, limit)
        if data is None:
            yield self._gap(path, _topic(path), reasons.SPECIAL_FILE, "it is no regular file any more")
            return
        if len(data) > limit:
            if language == GENERIC and not is_named(path) and not _holds_text(data):
                yield _Unread(_pattern(path))
            elif _is_data(path, language) or context_of(path, data) in _FOREIGN:
                # nobody's own code: the report lists it, and no verdict is lost
                yield Exclusion(target=self.argument, what=path, why=say("code.left.too_large", limit=f"{limit:,}"))
            else:
                yield self._gap(path, language, reasons.TOO_LARGE, f"more than {limit:,} bytes")
            return
        language = language_of(path, data[:200])
        if language == YAML and is_chart_template(path, data):
            language = TEMPLATE
        if language == GENERIC and not is_named(path) and not _holds_text(data):
            yield _Unread(_pattern(path))
            return
        yield from self._source(path, language, data)

    def _source(self, path: str, language: str, data: bytes) -> Iterator[Source | Gap | _Unread]:
        digest = sha256(data)
        try:
            text, lines = _text_of(data, language)
        except ValueError as error:
            yield self._gap(path, language, reasons.CANNOT_BE_READ_AS_TEXT, str(error))
            return
        if len(text) > SIZE_LIMIT_BYTES:  # cells of a notebook, or another encoding
            yield self._gap(path, language, reasons.TOO_LARGE, f"more than {SIZE_LIMIT_BYTES:,} bytes of text")
            return
        yield Source(path=path, language=language, size_bytes=len(data), sha256=digest, text=text, lines=lines)

    def _gap(self, path: str, topic: str, reason: reasons.Reason, detail: str) -> Gap:
        return Gap(
            stage=STAGE,
            target=self.argument,
            # one file costs itself; a tree that cannot be read costs every rule
            kind=UnreadFile.__name__ if path and path != self.argument else CodeMatch.__name__,
            subject=path or ".",
            topic=topic,
            reason=reason,
            detail=detail,
            remedy=_REMEDIES.get(reason) or say("code.remedy.unreadable"),
        )


_SUBMODULES: Final = ".gitmodules"
_SUBMODULES_LIMIT: Final = 1_000
_SUBMODULE: Final = re.compile(rb"(?m)^[ \t]*path[ \t]*=[ \t]*(\S[^\n]*)$")
_FOREIGN: Final = frozenset({GENERATED, VENDORED})


def _is_data(path: str, language: str) -> bool:
    """Tell whether a file holds data by its name: no program, no template, no notebook."""
    return language in {CONFIGURATION, YAML} or (language == GENERIC and not is_named(path))


@dataclass(frozen=True, slots=True)
class _Unread:
    """A file that holds no text, by its pattern (``*.png``)."""

    what: str


_REMEDIES: Final[dict[str, Text]] = {
    reasons.NO_SUCH_PATH: say("remedy.path"),
    reasons.TOO_LARGE: say("code.remedy.too_large"),
    reasons.LINK_OUT_OF_THE_TREE: say("code.remedy.link"),
    reasons.LINK_TO_ANOTHER_KIND_OF_FILE: say("code.remedy.link"),
    reasons.CANNOT_BE_READ_AS_TEXT: say("code.remedy.encoding"),
    reasons.SUBMODULE_MISSING: say("code.remedy.submodule"),
}


_NAMED: Final = 3


def uncovered(sources: Mapping[str, list[tuple[str, int]]], argument: str) -> Iterator[Gap]:
    """Yield a gap for each programming language that no rule reads.

    Args:
        sources: Paths and numbers of lines by name of language.
        argument: Argument of the part.
    """
    for language, paths in sorted(sources.items()):
        yield Gap(
            stage=STAGE,
            target=argument,
            kind=UncoveredLanguage.__name__,
            subject=language,
            reason=reasons.LANGUAGE_WITHOUT_RULES,
            detail=(
                f"files: {len(paths)}, lines: {sum(lines for _path, lines in paths)}; "
                + ", ".join(path for path, _lines in paths[:_NAMED])
                + (" …" if len(paths) > _NAMED else "")
            ),
            remedy=say("code.languages.remedy"),
        )


def _is_empty(folder: Path) -> bool:
    """Tell whether a folder holds nothing but what git keeps in one, or is none."""
    try:
        return not set(os.listdir(folder)) - {".git"}  # noqa: PTH208 - names may be no UTF-8
    except (OSError, ValueError):  # a name with a NUL
        return True


def _bytes_of(place: str, limit: int) -> bytes | None:
    """Return at most one byte over the limit, or None if the place is no regular file when opened."""
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            # asked for the limit, Python takes that much memory from the kernel for each file, and a process may hold
            # 65,530 such pieces only
            data = file.read(min(state.st_size, limit) + 1)
            return data if len(data) <= state.st_size else data + file.read(limit + 1 - len(data))
    finally:
        os.close(descriptor)


_HEAD: Final = 65_536
_CONTROLS: Final = bytes(code for code in range(1, 32) if chr(code) not in "\t\n\r\f\x1b")
_PLAIN: Final = bytes((*range(32, 127), *b"\t\n\r\f\x1b"))
_TAR_MAGIC: Final = b"ustar"
_TAR_MAGIC_AT: Final = 257


def _holds_text(data: bytes) -> bool:
    """Tell whether a file of no known kind holds text, if only one that cannot be read (UTF-16 without mark, a NUL)."""
    if _has_bom(data) or b"\0" not in data:
        return True
    if data.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        return False
    head = data[:_HEAD]
    written = head.replace(b"\0", b"")
    is_clean = len(written.translate(None, _CONTROLS)) == len(written)
    is_mostly_plain = len(written.translate(None, _PLAIN)) * 10 <= len(written)
    return is_clean and is_mostly_plain and len(written) * 3 > len(head)


def _has_bom(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _text_of(data: bytes, language: str) -> tuple[bytes, tuple[int, ...]]:
    """Return text as UTF-8 with the same lines, and the line map of a notebook.

    Raises:
        ValueError: The encoding is none that can be told, or a NUL byte stands in it.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    elif _has_bom(data):
        data = _of_utf16(data)
    if b"\0" in data:
        message = "it holds a NUL byte"
        raise ValueError(message)
    # Python ends a line, and so a comment, at a lone carriage return; semgrep does not
    data = _LONE_RETURN.sub(b"\n", data)
    if language == PYTHON:
        return _python(data), ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data = _from_chinese(data, is_any_text=language in _ANY_TEXT)
    if language == NOTEBOOK:
        module = to_module(data.decode("utf-8"))
        return module.text.encode("utf-8"), module.lines
    return data, ()


_WRITTEN: Final = re.compile(rb"[\t\n\r\x20-\x7e]{16,}")
_HIGH_BYTES: Final = bytes((0x30, *range(0x4E, 0x7F)))
"""Bytes of ASCII that are the upper half of a Chinese or Japanese character, which stand at every second place."""


def _of_utf16(data: bytes) -> bytes:
    """Return what stands after a mark of UTF-16 as UTF-8.

    The mark alone makes no UTF-16: where not one character of ASCII follows as UTF-16 writes it, the bytes are read,
    which is what other tools see.

    Raises:
        ValueError: It is both, or neither.
    """
    rest = data[len(codecs.BOM_UTF16_LE) :]
    if b"\0" not in rest:
        return rest
    if any(_is_of_bytes(found[0]) for found in _WRITTEN.finditer(rest)):
        message = "it begins with the mark of UTF-16, and holds text that is none"
        raise ValueError(message)
    return data.decode("utf-16").encode("utf-8")


def _is_of_bytes(run: bytes) -> bool:
    """Tell whether a run of ASCII is a text of bytes, and none of characters of two bytes each."""
    return all(half.translate(None, _HIGH_BYTES) for half in (run[::2], run[1::2]))


def _python(data: bytes) -> bytes:
    """Return Python source as UTF-8, and make its declaration of an encoding say so.

    Raises:
        ValueError: It declares an encoding that we do not read, or is not in it.
    """
    lines = data.split(b"\n", 2)
    declared = next(((index, found) for index, line in enumerate(lines[:2]) if (found := _CODING.match(line))), None)
    if declared is None:
        return _utf8(data)
    index, found = declared
    try:
        # the tokenizer of Python takes "utf-8-unix" for utf-8, and emacs writes it
        encoding = codecs.lookup(re.sub(rb"(?i)^(utf-8|latin-1)-(?!sig).*", rb"\1", found[2]).decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        encoding = ""
    if encoding not in _ENCODINGS:
        message = f"it declares the encoding {found[2][:40].decode('ascii', 'replace')}"
        raise ValueError(message)
    lines[index] = found[1] + b"utf-8" + lines[index][found.end() :]
    text = b"\n".join(lines)
    return _utf8(text) if encoding in {"utf-8", "utf-8-sig", "ascii"} else text.decode(encoding).encode("utf-8")


def _utf8(data: bytes) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _from_chinese(data)
    return data


def _from_chinese(data: bytes, *, is_any_text: bool = False) -> bytes:
    """Return GB 18030 as UTF-8; where only ASCII matters, text in any encoding that has ASCII in it."""
    try:
        return data.decode("gb18030").encode("utf-8")
    except UnicodeDecodeError as error:
        if is_any_text:
            return data.decode("latin-1").encode("utf-8")
        message = "neither UTF-8 nor GB 18030"
        raise ValueError(message) from error


def _topic(path: str) -> str:
    return language_of(path)


def _pattern(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    return f"*{name[dot:].lower()}" if dot > 0 else name


def _reason(error: OSError) -> reasons.Reason:
    return reasons.NO_PERMISSION if isinstance(error, PermissionError) else reasons.CANNOT_BE_READ
