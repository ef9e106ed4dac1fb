"""An inventory from source code: the routes of its Python modules are actions to log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.formats import inventory_imports as imports

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES_LIMIT: Final = 20_000


def of_modules(where: str, component: str) -> Iterator[imports.Imported]:
    """Yield the routes of each Python module below a folder; links are not followed.

    Raises:
        NotADirectoryError: It is no folder.
    """
    root = Path(where)
    component = component or root.resolve().name
    if not root.is_dir():
        raise NotADirectoryError(20, "no folder")
    problems: list[str] = []
    found: list[imports.Imported] = []
    files = sorted(_python_files(root, problems))
    if len(files) > _FILES_LIMIT:
        problems.append(f"more than {_FILES_LIMIT:,} modules")
    for each in files[:_FILES_LIMIT]:
        name = each.relative_to(root).as_posix()
        try:
            with each.open("rb") as file:
                data = file.read(imports.SOURCE_BYTES + 1)
        except OSError as error:
            problems.append(f"{name}: {error.strerror}")
            continue
        if len(data) > imports.SOURCE_BYTES:
            problems.append(f"{name}: larger than {imports.SOURCE_BYTES:,} bytes")
            continue
        made = imports.of_python(data, name, component)
        problems += made.problems
        found.append(made)
    yield imports.Imported(
        components=(component,) if any(each.components for each in found) else (),
        actions=tuple(action for each in found for action in each.actions),
        services=imports.joined(service for each in found for service in each.services),
        problems=tuple(problems),
    )


def _python_files(root: Path, problems: list[str]) -> Iterator[Path]:
    """Yield Python modules below a folder; a folder that cannot be opened is a problem."""

    def closed(error: OSError) -> None:
        problems.append(f"{Path(str(error.filename)).relative_to(root).as_posix()}: {error.strerror}")

    for folder, _folders, names in os.walk(root, onerror=closed):
        for name in names:
            place = Path(folder, name)
            if name.endswith(".py") and place.is_file() and not place.is_symlink():
                yield place
