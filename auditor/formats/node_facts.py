"""Reads ``node-facts/1`` (product.md §7): what was collected on one node, and what in it cannot be true."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import documents
from auditor.masking import mask_arguments, mask_text, mask_tree, mask_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.documents import Json

SCHEMA: Final = "node-facts/1"
SIZE_LIMIT_BYTES: Final = 64 * 1024 * 1024
# Permission bits; before them there may be the type of the file, as in st_mode: 100600 of a file, 40700 of a folder.
_MODE: Final = re.compile(r"(?:0o)?0?(?:(?:10|0?4)(?=[0-7]{4}\Z))?([0-7]{3,4})\Z")
_MAX_ID: Final = 2**32 - 2  # POSIX keeps (uid_t)-1 for "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file or folder of the node.

    Attributes:
        path: Absolute path, empty if it is not told.
        roles: What it is for.
        mode: Permission bits, None if not told.
        uid: Numeric owner, None if not told.
        gid: Numeric group, None if not told.
        owner: Name of the owner, empty if not told.
        group: Name of the group, empty if not told.
        content: Its text with secrets masked, None if not collected.
        pointer: Where it stands in the facts.
    """

    path: str
    roles: tuple[str, ...]
    mode: int | None
    uid: int | None
    gid: int | None
    owner: str
    group: str
    content: str | None
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A running program.

    Attributes:
        name: Name of the program, empty if not told.
        arguments: Program and arguments.
        environment: Variables that were collected.
        pointer: Where it stands in the facts.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the facts that cannot be true.

    Attributes:
        section: ``files``, ``processes``, ``cni``, or empty for all of it.
        subject: Path or name of what it is about, empty for all of the section.
        roles: Roles of the file that it is about.
        reason: A few words.
        detail: Circumstances.
    """

    section: str
    subject: str = ""
    roles: tuple[str, ...] = ()
    reason: reasons.Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """What was collected on one node.

    Attributes:
        node: Name of the node, empty if not told.
        collected_at: ISO 8601, empty if not told.
        distribution: What the collector took the node for, empty if not told.
        files: None if files were not collected.
        processes: None if processes were not collected.
        cni: Names of CNI plug-ins, None if not collected.
        lines: Line of each JSON pointer in the document.
    """

    node: str
    collected_at: str
    distribution: str
    files: tuple[File, ...] | None
    processes: tuple[Process, ...] | None
    cni: tuple[str, ...] | None
    lines: Mapping[str, int] = field(default_factory=dict)


def read(data: bytes) -> tuple[NodeFacts | None, tuple[Problem, ...]]:
    """Read one document.

    Returns:
        What it says, None if it is no such document; and what in it was not taken over.
    """
    first = next(iter(documents.read(data)), None)
    if first is None or isinstance(first, documents.Unreadable):
        detail = "it is empty" if first is None else f"line {first.line}: {first.reason}: {first.detail}"
        return None, (Problem(section="", reason=reasons.NOT_JSON, detail=detail),)
    value = first.value
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        said = value.get("schema") if isinstance(value, dict) else None
        detail = f"schema is {str(said)[:60]!r} (expected {SCHEMA!r})"
        return None, (Problem(section="", reason=reasons.UNKNOWN_SCHEMA, detail=detail),)
    problems: list[Problem] = list(_repeated(first.repeated))
    facts = NodeFacts(
        node=_text(value.get("node")),
        collected_at=_text(value.get("collected_at")),
        distribution=_text(value.get("distribution")),
        files=_files(value, problems),
        processes=_processes(value, problems),
        cni=_cni(value, problems),
        lines=first.lines,
    )
    return facts, tuple(problems)


def _repeated(repeated: Mapping[str, int]) -> Iterator[Problem]:
    for pointer, line in repeated.items():
        section = pointer.split("/")[1]
        known = section if section in {"files", "processes", "cni"} else ""
        yield Problem(section=known, reason=reasons.KEY_GIVEN_TWICE, detail=f"{pointer} at line {line}")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _section(value: dict[str, Json], name: str, problems: list[Problem]) -> list[Json] | None:
    """Return a list of the document, None if it is absent or no list."""
    section = value.get(name)
    if section is None or isinstance(section, list):
        return section
    problems.append(Problem(section=name, reason=reasons.NOT_AS_THE_SCHEMA_HAS_IT, detail=f"{name} is no list"))
    return None


def _files(value: dict[str, Json], problems: list[Problem]) -> tuple[File, ...] | None:
    section = _section(value, "files", problems)
    if section is None:
        return None
    found: dict[str, File] = {}
    twice: set[str] = set()
    for index, each in enumerate(section):
        file = _file(each, f"/files/{index}")
        if isinstance(file, Problem):
            problems.append(file)
            continue
        key = file.path or file.pointer
        if key in found and found[key] != _at(file, found[key].pointer):
            twice.add(key)
            detail = "it is listed twice, with different values"
            problems.append(
                Problem(section="files", subject=key, roles=file.roles, reason=reasons.CONTRADICTION, detail=detail)
            )
        found.setdefault(key, file)
    return tuple(file for key, file in found.items() if key not in twice)


def _at(file: File, pointer: str) -> File:
    return File(**{name: getattr(file, name) for name in File.__slots__ if name != "pointer"}, pointer=pointer)


def _file(value: Json, pointer: str) -> File | Problem:
    if not isinstance(value, dict):
        return Problem(section="files", reason=reasons.NOT_AS_THE_SCHEMA_HAS_IT, detail=f"{pointer} is no object")
    path = _text(value.get("path"))
    roles = value.get("roles")
    names = tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else ()
    wrong = [
        f"{name} is {str(value[name])[:40]!r}"
        for name, test in (("mode", _mode), ("uid", _id), ("gid", _id))
        if value.get(name) is not None and test(value[name]) is None
    ]
    wrong += [
        f"{name} is no text"
        for name in ("path", "owner", "group", "content")
        if not isinstance(value.get(name), str | None)
    ]
    if wrong or (roles is not None and not isinstance(roles, list)):
        detail = "; ".join(wrong) or "roles is no list"
        return Problem(section="files", subject=path, roles=names, reason=reasons.IMPOSSIBLE_VALUE, detail=detail)
    content = value.get("content")
    return File(
        path=path,
        roles=names,
        mode=_mode(value.get("mode")),
        uid=_id(value.get("uid")),
        gid=_id(value.get("gid")),
        owner=_text(value.get("owner")),
        group=_text(value.get("group")),
        content=mask_text(content) if isinstance(content, str) else None,
        pointer=pointer,
    )


def _mode(value: Json) -> int | None:
    """Return permission bits out of octal digits as text; a JSON number is ambiguous and is none."""
    digits = _MODE.match(value) if isinstance(value, str) else None
    return int(digits.group(1), 8) if digits else None


def _id(value: Json) -> int | None:
    is_id = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_ID
    return value if is_id and isinstance(value, int) else None


def _processes(value: dict[str, Json], problems: list[Problem]) -> tuple[Process, ...] | None:
    section = _section(value, "processes", problems)
    if section is None:
        return None
    found: list[Process] = []
    for index, each in enumerate(section):
        arguments = each.get("args") if isinstance(each, dict) else None
        name = _text(each.get("name")) if isinstance(each, dict) else ""
        if not isinstance(arguments, list) or not all(isinstance(word, str) for word in arguments):
            detail = f"/processes/{index}/args is no list of texts"
            problems.append(
                Problem(section="processes", subject=name, reason=reasons.NOT_AS_THE_SCHEMA_HAS_IT, detail=detail)
            )
            continue
        variables = each.get("environment") if isinstance(each, dict) else None
        found.append(
            Process(
                name=name,
                arguments=tuple(mask_arguments([word for word in arguments if isinstance(word, str)])),
                environment={k: mask_value(k, v) for k, v in variables.items() if isinstance(v, str)}
                if isinstance(variables, dict)
                else {},
                pointer=f"/processes/{index}",
            )
        )
    return tuple(found)


def _cni(value: dict[str, Json], problems: list[Problem]) -> tuple[str, ...] | None:
    cni = mask_tree(value.get("cni"))
    plugins = cni.get("plugins") if isinstance(cni, dict) else None
    if plugins is None:
        return None
    names = (
        [each.get("name") if isinstance(each, dict) else None for each in plugins]
        if isinstance(plugins, list)
        else [None]
    )
    if not all(isinstance(name, str) for name in names):
        detail = "cni.plugins is no list of objects with a name"
        problems.append(Problem(section="cni", reason=reasons.NOT_AS_THE_SCHEMA_HAS_IT, detail=detail))
        return None
    return tuple(sorted(name for name in names if isinstance(name, str)))
