"""Facts about API objects: under which subject each is known, and in which namespace it stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.formats.kubernetes import CLUSTER_SCOPED, Entry
from auditor.model.fact import Origin
from auditor.stages.kubernetes.facts import KubeObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Found(Struct, frozen=True, kw_only=True, gc=False):
    """An object and where it was found.

    Attributes:
        entry: The object.
        part: Argument of the part.
        file: Path relative to the part's root; None for an answer of an API server.
        namespace: Namespace of namespaced objects that name none.
        capture: Digest of the capture that it stands in, if there is one.
        is_namespaced: As the API server says; None where only the kind can tell.
    """

    entry: Entry
    part: str
    file: str | None
    namespace: str
    capture: str | None = None
    is_namespaced: bool | None = None


def facts(found: Sequence[Found]) -> Iterator[KubeObject]:
    """Make one fact of each object of a system; where several are called the same, their places tell them apart."""
    scopes = _declared_scopes(found)
    named = [(each, *_placed(each, scopes)) for each in found]
    count = Counter(subject for _, subject, _ in named)
    count_in_file = Counter((subject, each.file) for each, subject, _ in named if count[subject] > 1)
    used: Counter[str] = Counter()
    for each, subject, namespace in named:
        entry = each.entry
        known_as = subject
        if count[subject] > 1:
            known_as += f"@{each.file or each.part}"
            if count_in_file[subject, each.file] > 1:
                known_as += f":{entry.line}{entry.pointer}"
            used[known_as] += 1
            known_as += f"#{used[known_as]}" if used[known_as] > 1 else ""
        yield KubeObject(
            subject=known_as,
            origin=Origin(
                part=each.part,
                capture=each.capture,
                pointer=entry.pointer,
                file=each.file,
                line=entry.line if each.file is not None else None,
                end_line=entry.end_line if each.file is not None else None,
            ),
            api_version=entry.api_version,
            kind=entry.kind,
            namespace=namespace,
            name=entry.name,
            manifest=entry.manifest,
            lines=entry.lines,
            repeated=entry.repeated,
            places=entry.places,
        )


def _placed(found: Found, scopes: Mapping[str, bool]) -> tuple[str, str]:
    """Return the subject of an object and its namespace, empty if its kind has none."""
    entry = found.entry
    is_namespaced = found.is_namespaced
    if is_namespaced is None:
        is_namespaced = scopes.get(entry.kind, entry.kind not in CLUSTER_SCOPED)
    if not is_namespaced:
        return f"{entry.kind}/{entry.name}", ""
    namespace = entry.namespace or found.namespace
    return f"{entry.kind}/{namespace}/{entry.name}", namespace


def _declared_scopes(found: Sequence[Found]) -> dict[str, bool]:
    """Return, by kind, whether the custom resource definitions among the objects declare it namespaced."""
    scopes: dict[str, bool] = {}
    for each in found:
        if each.entry.kind == "CustomResourceDefinition":
            match each.entry.manifest.get("spec"):
                case {"names": {"kind": str(kind)}, "scope": str(scope)} if kind not in CLUSTER_SCOPED:
                    scopes[kind] = scope != "Cluster"
    return scopes
