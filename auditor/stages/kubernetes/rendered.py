"""What charts and kustomizations come to: YAML of the real tools as objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from auditor import reasons
from auditor.formats import documents
from auditor.formats.documents import Unreadable
from auditor.formats.kubernetes import Entry, entries
from auditor.model.artefact import Capture
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.model.fact import Gap
    from auditor.model.record import Exclusion, ToolUse
    from auditor.stages.kubernetes.files import Input

    Rendered = Found | Gap | Capture | ToolUse | Exclusion | Input


class Renderer(Protocol):
    """What turns a chart or a kustomization into YAML."""

    def __call__(self, folder: Path) -> tuple[bytes, ToolUse]:
        """Return YAML, and the program that took part.

        Raises:
            ToolPartial: There is some, and something is wrong with it.
            ToolError: There is none.
        """


def objects_of(
    output: bytes,
    name: str,
    part: str,
    namespace: str,
    use: ToolUse,
    placed: Callable[[Entry], tuple[str, Entry]],
    place_of: Callable[[int], str] | None = None,
) -> Iterator[Found | Gap | Capture]:
    """Read what a tool rendered.

    Args:
        output: YAML.
        name: Of the chart or kustomization.
        part: Argument of the part.
        namespace: Namespace of objects that name none.
        use: The tool.
        placed: Returns the file that an object comes from, and the object with lines of that file.
        place_of: Returns file and line that a line of the output comes from; without it the line is told as it is.
    """
    found: list[Found] = []
    tool = f"{use.name} {use.version}"
    for document in documents.read(output):
        if isinstance(document, Unreadable):
            where = place_of(document.line) if place_of else f"{name}:{document.line}"
            remedy = say("kubernetes.remedy.rendered")
            yield gap(part, KubeObject, document.reason, document.detail, remedy, subject=where, tool=tool)
            continue
        for entry in entries(document):
            if isinstance(entry, Entry):
                file, moved = placed(entry)
                found.append(Found(entry=moved, part=part, file=file, namespace=namespace))
            elif entry.is_broken:
                reason, remedy = reasons.NOT_A_KUBERNETES_OBJECT, say("kubernetes.remedy.rendered")
                where = place_of(entry.line) if place_of else f"{name}:{entry.line}"
                yield gap(part, KubeObject, reason, entry.detail, remedy, subject=where, tool=tool)
    data = json.dumps([each.entry.manifest for each in found], sort_keys=True).encode()
    capture = Capture(data=data, media_type="application/json", tool=tool)
    yield capture
    for index, each in enumerate(found):
        entry = replace(each.entry, pointer=f"/{index}")
        yield replace(each, entry=entry, capture=capture.digest)
