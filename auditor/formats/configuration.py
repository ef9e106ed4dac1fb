"""Configuration files of Kubernetes programs as settings by dotted path, drop-ins merged as the kubelet does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.formats import documents
from auditor.formats.documents import escaped
from auditor.masking import MASK, mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.formats.documents import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a configuration.

    Attributes:
        value: JSON value: a scalar, a list, or an empty mapping.
        file: Path of the file that has the last word on it.
        pointer: Where it stands in that file.
    """

    value: object
    file: str
    pointer: str


def parsed(text: str) -> Json:
    """Return the first document of a file, None if it holds none that can be read."""
    first = next(iter(documents.read(text.encode("utf-8", "surrogatepass"))), None)
    return first.value if isinstance(first, documents.Document) else None


def merged(files: Iterable[tuple[str, dict[str, Json]]]) -> dict[str, Value]:
    """Merge configuration files in the order given, by JSON merge patch (RFC 7386), as the kubelet does its drop-ins.

    Source: https://github.com/kubernetes/kubernetes/blob/v1.36.3/cmd/kubelet/app/server.go, mergeKubeletConfigurations:
    mappings are merged, lists and scalars replaced, null removes.

    Args:
        files: (path, content) each.

    Returns:
        Values by dotted path; an empty mapping is a value of its own.
    """
    found: dict[str, Value] = {}
    for path, content in files:
        _merge(found, "", "", content, path)
    return found


def _merge(found: dict[str, Value], name: str, pointer: str, patch: Json, file: str) -> None:
    if not isinstance(patch, dict):
        for below in [each for each in found if each == name or each.startswith(f"{name}.")]:
            del found[below]
        if patch is not None:
            found[name] = Value(value=patch, file=file, pointer=pointer)
        return
    found.pop(name, None)  # a scalar, a list or an empty mapping gives way to a mapping
    for key, value in patch.items():
        _merge(found, f"{name}.{key}" if name else key, f"{pointer}/{escaped(key)}", value, file)
    if name and not any(each.startswith(f"{name}.") for each in found):
        found[name] = Value(value={}, file=file, pointer=pointer)


def without_keys(value: Json) -> Json:
    """Return a configuration without key material: whatever stands under ``secret``, ``password`` or ``token``."""
    match value:
        case dict():
            return {
                key: MASK if key in {"secret", "password", "token"} and isinstance(each, str) else without_keys(each)
                for key, each in value.items()
            }
        case list():
            return [without_keys(each) for each in value]
        case str():
            return mask_text(value)
        case _:
            return value


_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def certificates(text: str) -> str:
    """Return the certificates of a PEM file and nothing else of it, empty if it has none."""
    return "".join(f"{found.group()}\n" for found in _CERTIFICATE.finditer(text))
