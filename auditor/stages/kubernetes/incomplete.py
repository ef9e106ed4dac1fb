"""A kustomization as it was fetched: built without what lies on the network and without files that are not there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats import documents
from auditor.formats.documents import Document
from auditor.stages.kubernetes import staging
from auditor.stages.kubernetes.sources import FILE_LIMIT_BYTES, KUSTOMIZATIONS, is_remote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.model.record import ToolUse
    from auditor.stages.kubernetes.rendered import Renderer
    from auditor.stages.kubernetes.sources import Kustomization

_BASES: Final = ("resources", "bases", "components")
_LISTS: Final = (*_BASES, "crds", "configurations", "generators", "transformers", "validators", "patchesStrategicMerge")
_WITH_PATHS: Final = ("patches", "patchesJson6902", "replacements")
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")


NOTHING_HERE: Final = "nothing that it builds upon is here"
"""Why a kustomization does not build of which all lies elsewhere."""


@dataclass(frozen=True, slots=True)
class Built:
    """What kustomize built of what is there.

    Attributes:
        output: YAML.
        use: The program that took part.
        missing: Folder of a kustomization and name of what it takes in and is not there, in order.
    """

    output: bytes
    use: ToolUse
    missing: tuple[tuple[Path, str], ...]


def built(source: Kustomization, render: Renderer) -> Built | None:
    """Build a staged copy that takes in nothing that is not there; None where all of it is there and on this machine.

    Raises:
        ToolError: Nothing is left, or it does not build either.
    """
    above = Path(os.path.commonpath(source.folders))
    with tempfile.TemporaryDirectory(prefix="auditor-kustomization-") as scratch:
        missing: list[tuple[Path, str]] = []
        is_left = False
        try:
            for folder in source.folders:
                copy = Path(scratch) / folder.relative_to(above)
                staging.copied(folder, copy)
                for name in KUSTOMIZATIONS:
                    is_left = _take_out(folder, copy / name, missing) or is_left
        except (OSError, ValueError, shutil.Error, yaml.YAMLError) as problem:
            raise ToolError(reasons.KUSTOMIZATION_DOES_NOT_BUILD, str(problem)[:300]) from problem
        if not missing and not source.remote:
            return None
        if not is_left:
            raise ToolError(reasons.KUSTOMIZATION_DOES_NOT_BUILD, NOTHING_HERE)
        copies = [Path(scratch) / folder.relative_to(above) for folder in source.folders]
        try:
            output, use = _rendered(Path(scratch) / source.path.relative_to(above), copies, render)
        except ToolError as problem:  # the copy is gone, and has another name in every run
            raise ToolError(problem.reason, problem.detail.replace(f"{scratch}/", ""), problem.tool) from problem
    return Built(output, use, tuple(missing))


def _rendered(folder: Path, copies: Sequence[Path], render: Renderer) -> tuple[bytes, ToolUse]:
    """Build a staged copy, without the patches for objects that are missing with what was taken out.

    Raises:
        ToolError: It does not build for another reason.
    """
    for _ in range(staging.MOST_TRIES):
        try:
            return render(folder)
        except ToolError as problem:
            meant = _PATCHED.search(problem.detail)
            if not meant or not any([_without_patch(copy, meant["kind"], meant["name"]) for copy in copies]):  # noqa: C419 - each
                raise
    return render(folder)


_PATCHED: Final = re.compile(
    r"patch \"?(?P<kind>[A-Za-z]{1,100})\.\w{1,40}\.[\w.\[\]-]{1,253}?/(?P<name>[\w.:-]{1,253}?)"
    r"\.(?:\[noNs\]|[a-z0-9-]{1,63})\"?(?:[:;\s]|\Z)"
)
"""What kustomize says of a patch whose object it does not find: ``Deployment.v1.apps/web.[noNs]``."""


def _without_patch(copy: Path, kind: str, name: str) -> bool:
    """Take the patches for an object out of the kustomization of a staged folder; tell whether there was one."""
    is_changed = False
    for path in (copy / each for each in KUSTOMIZATIONS if (copy / each).is_file()):
        said = _mapping(_loaded(path.read_bytes()))
        for field in ("patches", "patchesStrategicMerge"):
            if isinstance(listed := said.get(field), list):
                said[field] = [each for each in listed if not _is_patch_for(copy, each, kind, name)]
                is_changed = is_changed or len(said[field]) < len(listed)
        path.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    return is_changed


def _is_patch_for(copy: Path, given: object, kind: str, name: str) -> bool:
    text = given if isinstance(given, str) else _mapping(given).get("path") or _mapping(given).get("patch")
    if not isinstance(text, str):
        return False
    data, path = text.encode(), copy / text.replace("\0", "")
    if "\n" not in text and os.path.isfile(path) and path.stat().st_size <= _MOST_BYTES:  # noqa: PTH113 - says no where Path raises
        data = path.read_bytes()
    return any(
        isinstance(found, Document)
        and _mapping(found.value).get("kind") == kind
        and _mapping(_mapping(found.value).get("metadata")).get("name") == name
        for found in documents.read(data)
    )


_MOST_BYTES: Final = 1 << 20


def _loaded(data: bytes) -> object:
    try:
        return yaml.load(data, Loader=yaml.CSafeLoader)
    except (ValueError, RecursionError, yaml.YAMLError):
        return None


def _take_out(folder: Path, copy: Path, missing: list[tuple[Path, str]]) -> bool:
    """Take what is not there out of a staged kustomization; tell whether it makes something beside.

    Args:
        folder: The folder itself.
        copy: The kustomization in its staged copy.
        missing: Takes what is not there, but for what lies on the network.
    """
    if not copy.is_file() or copy.is_symlink() or copy.stat().st_size > FILE_LIMIT_BYTES:
        return False
    said = yaml.load(copy.read_bytes(), Loader=yaml.CSafeLoader)
    if not isinstance(said, dict):
        return False
    gone: list[str] = []
    for field in _LISTS:
        if isinstance(listed := said.get(field), list):
            said[field] = [each for each in listed if _is_there(folder, each, gone)]
    for field in _WITH_PATHS:
        if isinstance(listed := said.get(field), list):
            said[field] = [each for each in listed if _is_there(folder, _mapping(each).get("path"), gone)]
    for generator in (each for field in _GENERATORS for each in _list(said.get(field))):
        _of_generator(folder, _mapping(generator), gone)
    copy.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    missing += [(folder, name) for name in dict.fromkeys(gone)]
    return any(said.get(field) for field in (*_BASES, *_GENERATORS))


def _of_generator(folder: Path, generator: dict[str, Any], gone: list[str]) -> None:
    for field in ("files", "envs"):
        if isinstance(listed := generator.get(field), list):
            generator[field] = [each for each in listed if _is_there(folder, _path_of(each), gone)]
    if not _is_there(folder, generator.get("env"), gone):
        del generator["env"]


def _is_there(folder: Path, named: object, gone: list[str]) -> bool:
    """Tell whether a file or folder that a kustomization names is there; what is no path is kustomize's to judge."""
    if not isinstance(named, str) or "\n" in named or "\0" in named or named.lstrip()[:1] in {"{", "["}:
        return True
    if is_remote(named):
        return False
    if os.path.lexists(folder / named):
        return True
    gone.append(named)
    return False


def _path_of(given: Any) -> object:  # noqa: ANN401 - YAML
    return given.rpartition("=")[2] if isinstance(given, str) else None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Iterator[Any]:
    return iter(value) if isinstance(value, list) else iter(())
