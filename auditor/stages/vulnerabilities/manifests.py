"""Files of a source tree that declare or pin dependencies, and what those declare that nothing pins."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LOCKS: Final = {
    "uv.lock": "python",
    "poetry.lock": "python",
    "pdm.lock": "python",
    "Pipfile.lock": "python",
    "requirements.txt": "python",
    "pylock.toml": "python",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "npm",
    "pnpm-lock.yaml": "npm",
    "go.mod": "go-module",
    "Cargo.lock": "rust-crate",
    "Gemfile.lock": "gem",
    "composer.lock": "php-composer",
    "pom.xml": "java-archive",
    "gradle.lockfile": "java-archive",
    "packages.lock.json": "dotnet",
    "mix.lock": "hex",
    "pubspec.lock": "dart-pub",
}
"""Files that pin versions, and the type of the packages."""
MANIFESTS: Final = {"pyproject.toml": "python", "setup.cfg": "python", "Pipfile": "python", "package.json": "npm"}
"""Files that declare dependencies without pinning all of them."""
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".auditor", ".tox"})
_FOLDERS: Final = 20_000
_BYTES: Final = 4_000_000
_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def found_in(root: Path) -> tuple[str, ...]:
    """Return the paths of all files that declare or pin, relative to the root, sorted."""
    found = []
    for number, (folder, folders, files) in enumerate(os.walk(root)):
        if number >= _FOLDERS:
            break
        folders[:] = sorted(set(folders) - _SKIPPED)
        at = Path(folder)
        found += [
            (at / name).relative_to(root).as_posix()
            for name in files
            if (name in LOCKS or name in MANIFESTS or _is_requirements(name)) and (at / name).is_file()
        ]
    return tuple(sorted(found))


def _is_requirements(name: str) -> bool:
    return name.startswith("requirements") and name.endswith(".txt")


def kind_of(path: str) -> str:
    """Return the type of the packages that a file declares or pins."""
    name = path.rpartition("/")[2]
    return LOCKS.get(name) or MANIFESTS.get(name) or "python"


def unpinned(root: Path, paths: Iterable[str], given: frozenset[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (file, type, names) for each file that declares dependencies of which no package came.

    Args:
        root: The tree.
        paths: Files as of `found_in`.
        given: Paths of files from which packages came.
    """
    every = tuple(paths)
    locked = {
        (path.rpartition("/")[0], kind_of(path))
        for path in every
        if path in given and (path.rpartition("/")[2] in LOCKS or _is_requirements(path.rpartition("/")[2]))
    }
    for path in every:
        if path in given and not _is_requirements(path.rpartition("/")[2]):
            continue
        above = path.rpartition("/")[0]
        folders = {above[: len(above) - len(rest)] for rest in _tails(above)}
        if path not in given and any((folder.rstrip("/"), kind_of(path)) in locked for folder in folders):
            continue
        names = _declared(root / path, only_open=path in given)
        if names:
            yield path, kind_of(path), names


def _tails(folder: str) -> Iterator[str]:
    """Yield what is left out of a folder to come to each folder above it, itself first."""
    yield ""
    for match in re.finditer(r"/", folder):
        yield folder[match.start() :]
    yield folder


def _declared(path: Path, *, only_open: bool) -> tuple[str, ...]:
    """Return the names of the dependencies that a file declares; only those without a version where asked."""
    try:
        if path.stat().st_size > _BYTES:
            return ("…",)
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ("…",)
    name = path.name
    try:
        if name == "pyproject.toml":
            rows = _pyproject(tomllib.loads(text))
        elif name == "package.json":
            rows = _package_json(json.loads(text))
        elif name.startswith("requirements"):
            rows = [line for line in text.splitlines() if not re.match(r"\s*(#|-|$)", line)]
            rows = [line for line in rows if not (only_open and "==" in line)]
        else:
            rows = ["…"] if text.strip() else []
    except (ValueError, RecursionError):
        rows = ["…"]
    found = {match[1] if (match := _REQUIREMENT.match(row)) else row for row in rows}
    return tuple(sorted(found))


def _pyproject(value: dict[str, Any]) -> list[str]:
    project = value.get("project")
    rows: list[Any] = []
    if isinstance(project, dict):
        rows += project.get("dependencies") or []
        extras = project.get("optional-dependencies")
        rows += [row for group in (extras.values() if isinstance(extras, dict) else ()) for row in group]
    tool = value.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    if isinstance(poetry, dict) and isinstance(poetry.get("dependencies"), dict):
        rows += [name for name in poetry["dependencies"] if name != "python"]
    return [row for row in rows if isinstance(row, str)]


def _package_json(value: object) -> list[str]:
    if not isinstance(value, dict):
        return ["…"]
    found: list[str] = []
    for key in ("dependencies", "devDependencies", "optionalDependencies"):
        inner = value.get(key)
        found += list(inner) if isinstance(inner, dict) else []
    return [name.replace("@", "").replace("/", "-") if name.startswith("@") else name for name in found]


def line_of(root: Path, path: str, name: str) -> int | None:
    """Return the line of a file on which a package is first named; None if it is not."""
    try:
        if (root / path).stat().st_size > _BYTES:
            return None
        lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    spelled = "[-_.]+".join(re.escape(piece) for piece in re.split(r"[-_.]+", name))
    wanted = re.compile(rf"(?<![A-Za-z0-9._-]){spelled}(?![A-Za-z0-9_-])", re.IGNORECASE)
    return next((number for number, line in enumerate(lines, 1) if wanted.search(line)), None)
