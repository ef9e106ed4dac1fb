"""What an API server can list: its discovery documents as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ApiKind:
    """A kind of object that can be listed.

    Attributes:
        group_version: ``apps/v1``, ``v1``.
        kind: ``Deployment``.
        plural: ``deployments``.
        is_namespaced: False for cluster-scoped kinds.
    """

    group_version: str
    kind: str
    plural: str
    is_namespaced: bool

    @property
    def group(self) -> str:
        """API group, empty for the core."""
        return self.group_version.rpartition("/")[0]

    @property
    def path(self) -> str:
        """Path of the list over all namespaces."""
        root = "/apis" if "/" in self.group_version else "/api"
        return f"{root}/{self.group_version}/{self.plural}"


def groups(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (group, preferred version ``group/version``) of an ``APIGroupList``."""
    for group in _dicts(document.get("groups")):
        preferred = group.get("preferredVersion")
        version = preferred.get("groupVersion") if isinstance(preferred, dict) else None
        if isinstance(group.get("name"), str) and isinstance(version, str):
            yield group["name"], version


def kinds(document: Mapping[str, Any]) -> Iterator[ApiKind]:
    """Yield the kinds of an ``APIResourceList`` that can be listed; subresources cannot."""
    version = document.get("groupVersion")
    for resource in _dicts(document.get("resources")):
        plural, kind, verbs = resource.get("name"), resource.get("kind"), resource.get("verbs")
        is_listed = isinstance(verbs, list) and "list" in verbs
        if (
            is_listed
            and isinstance(version, str)
            and isinstance(plural, str)
            and isinstance(kind, str)
            and "/" not in plural
        ):
            yield ApiKind(
                group_version=version, kind=kind, plural=plural, is_namespaced=resource.get("namespaced") is True
            )


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())
