"""Reads plain files: every object in them, and every document that is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import documents
from auditor.formats.documents import Document, Unreadable
from auditor.formats.kubernetes import Entry, Stray, entries
from auditor.model.digest import sha256
from auditor.model.record import Exclusion
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap, left
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from auditor.model.fact import Gap
    from auditor.stages.kubernetes.sources import PlainFile


_DEPTH: Final = 12
"""Levels between an object and its containers, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file that was read.

    Attributes:
        name: Path relative to the root of the part.
        digest: SHA-256 of its bytes.
    """

    name: str
    digest: str


def plain(source: PlainFile, part: str, namespace: str, *, is_only: bool) -> Iterator[Found | Gap | Exclusion | Input]:
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
        yield gap(part, KubeObject, reasons.CANNOT_BE_READ, str(problem.strerror), remedy, subject=source.name)
        return
    yield Input(name=source.name, digest=sha256(data))
    # Without the word, spelled out or in escapes, no document in it can be an object.
    is_escaped = any(mark in data for mark in (b"\\u", b"\\U", b"\\x"))
    may_hold = is_only or is_escaped or b"apiVersion" in data or data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    is_patch = not is_only and bool(_PATCH.search(source.name))
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
                        found_one = Found(entry=entry, part=part, file=source.name, namespace=namespace)
                        count += 1
                        yield _patch_of(found_one) if is_patch and not _is_whole(entry.manifest) else found_one
                    elif entry.is_broken:
                        yield _no_object(part, source, entry)
                    else:
                        strays.append(entry)
    if not may_hold:
        yield left(part, source.name, say("kubernetes.left.foreign", what=both("no apiVersion")))
    elif strays:
        is_nothing_else = is_only and not count
        foreign = say("kubernetes.left.foreign", what=both(strays[0].detail))
        yield _no_object(part, source, strays[0]) if is_nothing_else else left(part, source.name, foreign)


def _patch_of(found: Found) -> Exclusion:
    """Say of a part of an object that no kustomization takes it in."""
    entry = found.entry
    why = say("kubernetes.left.patch", what=f"{entry.kind}/{entry.name}")
    return left(found.part, f"{found.file}:{entry.line}", why)


def unrendered(
    inner: Sequence[PlainFile], rendered: Callable[[PlainFile], bool], part: str, namespace: str
) -> Iterator[Found | Gap | Exclusion | Input]:
    """Read the files of a chart that helm took in and rendered nothing of, and that are no templates.

    Args:
        inner: Files of its templates, definitions and subcharts.
        rendered: Tells whether something in the output came from a file.
        part: Argument of the part.
        namespace: Namespace of objects that name none.
    """
    for each in inner:
        if rendered(each) or b"{{" in _head(each.path):
            continue
        yield from (item for item in plain(each, part, namespace, is_only=False) if not isinstance(item, Exclusion))


def unused(
    others: Sequence[PlainFile], built: Iterable[tuple[str, str]], part: str, namespace: str
) -> Iterator[Found | Gap | Exclusion | Input]:
    """Read the files that a kustomization takes in otherwise than as a resource: patches, transformers.

    A patch says little of an object that is built; a whole object that is not built would be seen by nobody.

    Args:
        others: The files.
        built: Kind and name of each object that was built.
        part: Argument of the part.
        namespace: Namespace of objects that name none.
    """
    known = tuple(built)
    for each in others:
        for item in plain(each, part, namespace, is_only=False):
            if not isinstance(item, Found):
                if isinstance(item, Input):
                    yield item
                continue
            kind, name = item.entry.kind, item.entry.name
            if not any(kind == k and name in n for k, n in known) and _is_whole(item.entry.manifest):
                yield item


def _is_whole(manifest: Mapping[str, object]) -> bool:
    """Tell whether an object could be applied as it stands: of a workload each container needs its image.

    An image that a template fills in is none yet, and the workloads of ``apps`` have to say which pods are theirs.
    """
    containers = [each for key, value in _walked(manifest) if key == "containers" for each in _list(value)]
    images = [each.get("image") if isinstance(each, dict) else None for each in containers]
    if not all(isinstance(image, str) and image and "{{" not in image for image in images):
        return False
    spec, kind = manifest.get("spec"), manifest.get("kind")
    if kind in _SELECTING and str(manifest.get("apiVersion")).startswith("apps/"):
        return bool(containers) and isinstance(spec, dict) and isinstance(spec.get("selector"), dict)
    return bool(containers) or kind not in _WORKLOADS


_SELECTING: Final = frozenset({"Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"})
_WORKLOADS: Final = _SELECTING | {"Pod", "Job", "CronJob", "ReplicationController"}
_PATCH: Final = re.compile(r"(?i)(?:^|[-_./])(?:patch(?:es)?)(?:[-_.\d][^/]*|/.*)$")
"""A file that is called a patch, or lies in a folder of them."""


def _walked(value: object, depth: int = 0) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and depth < _DEPTH:
        for key, each in value.items():
            yield str(key), each
            yield from _walked(each, depth + 1)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _head(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _no_object(part: str, source: PlainFile, stray: Stray) -> Gap:
    where, remedy = f"{source.name}:{stray.line}", say("kubernetes.remedy.file")
    return gap(part, KubeObject, reasons.NOT_A_KUBERNETES_OBJECT, stray.detail, remedy, subject=where)
