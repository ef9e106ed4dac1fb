"""Reads plain files: every object in them, and every document that is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.formats import documents
from auditor.formats.documents import Document, Unreadable
from auditor.formats.kubernetes import Entry, Stray, entries
from auditor.messages import say
from auditor.model.digest import sha256
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap, left
from auditor.stages.kubernetes.objects import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Gap
    from auditor.model.record import Left
    from auditor.stages.kubernetes.sources import PlainFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file that was read.

    Attributes:
        name: Path relative to the root of the part.
        digest: SHA-256 of its bytes.
    """

    name: str
    digest: str


def plain(source: PlainFile, part: str, namespace: str, *, is_only: bool) -> Iterator[Found | Gap | Left | Input]:
    """Read one plain file.

    Args:
        source: The file.
        part: Argument of the part.
        namespace: Namespace of objects that name none.
        is_only: The user named this very file: then whatever is no object in it is a gap.
    """
    try:
        data = source.path.read_bytes()
    except OSError as problem:
        remedy = say("kubernetes.remedy.access")
        yield gap(part, KubeObject, "cannot be read", str(problem.strerror), remedy, subject=source.name)
        return
    yield Input(name=source.name, digest=sha256(data))
    # Without the word no document in it can be an object, whatever its escapes: JSON and YAML escapes of plain
    # letters do not occur in practice, and the file is listed as left out.
    may_hold = is_only or b"apiVersion" in data or data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    count = 0
    strays: list[Stray] = []
    for found in documents.read(data) if may_hold else ():
        match found:
            case Unreadable(line=line, reason=reason, detail=detail):
                where = f"{source.name}:{line}"
                yield gap(part, KubeObject, reason, detail, say("kubernetes.remedy.file"), subject=where)
            case Document():
                for entry in entries(found):
                    if isinstance(entry, Entry):
                        count += 1
                        yield Found(entry=entry, part=part, file=source.name, namespace=namespace)
                    elif entry.is_broken:
                        yield _no_object(part, source, entry)
                    else:
                        strays.append(entry)
    if not may_hold:
        yield left(part, source.name, say("kubernetes.left.foreign", what="no apiVersion"))
    elif strays:
        is_nothing_else = is_only and not count
        foreign = say("kubernetes.left.foreign", what=strays[0].detail)
        yield _no_object(part, source, strays[0]) if is_nothing_else else left(part, source.name, foreign)


def _no_object(part: str, source: PlainFile, stray: Stray) -> Gap:
    where, remedy = f"{source.name}:{stray.line}", say("kubernetes.remedy.file")
    return gap(part, KubeObject, "not a Kubernetes object", stray.detail, remedy, subject=where)
