"""A chart as it was fetched: rendered as far as it goes, without the dependencies and templates that stop it."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor.model.place import real as real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_TRIES: Final = 24
"""Templates that are taken out one after the other before a chart is given up."""
_MISSING: Final = re.compile(r"missing in charts/ directory: (.+)")
_VERSION_ASKED_FOR: Final = re.compile(r"chart requires kubeVersion: (.+?) which is incompatible with Kubernetes")
_AT: Final = re.compile(
    r"(?:template: |error at \(|YAML parse error on |parse error at \()([^\s:()]+/[^\s:()]+)(?::(\d+))?"
)
_INCLUDED: Final = re.compile(r"error calling (?:include|tpl|template): ")
_INNERMOST: Final = 2
"""One template in another is told whole."""
_DESCRIBING: Final = ("Chart.yaml", "requirements.yaml")
_LOCKS: Final = ("Chart.lock", "requirements.lock")
_FILES_LIMIT: Final = 20_000
PACKED: Final = (".tgz", ".tar.gz")


def missing_dependencies(said: str) -> tuple[str, ...]:
    """Return the names of the dependencies that helm does not find, empty if that is not what it says."""
    found = _MISSING.search(said)
    return tuple(name.strip() for name in found[1].split(",") if name.strip()) if found else ()


def failing_template(said: str) -> tuple[str, int] | None:
    """Return the template that helm stopped at, behind the chart's name, and its line (0 if it tells none)."""
    found = [
        (inside, int(at[2] or 0))
        for at in _AT.finditer(said)
        if (inside := at[1].partition("/")[2]).startswith(("templates/", "charts/"))
    ]
    # a manifest that takes in another one, for the digest of it, fails with it
    return next((at for at in reversed(found) if at[0].endswith((".yaml", ".yml"))), found[0] if found else None)


def told(said: str, limit: int = 500) -> str:
    """Return what helm says, for a person: the template that it stopped in, and the cause at the inner end."""
    parts = _INCLUDED.split(said)
    if len(parts) > _INNERMOST:
        said = f"{parts[0].strip()} … {parts[-1].strip()}"
    return said if len(said) <= limit else f"{said[: limit // 2]} … {said[-(limit // 2) :]}"


@contextmanager
def staged(chart: Path) -> Iterator[Path]:
    """Give a copy of a chart's folder that may be changed; it is gone afterwards.

    Raises:
        OSError: It cannot be copied, or has too many files.
    """
    with tempfile.TemporaryDirectory(prefix="auditor-chart-") as scratch:
        copy = Path(scratch) / "chart"
        copied(chart, copy)
        yield copy


def copied(folder: Path, copy: Path) -> None:
    """Copy a folder with all that lies in it; links are copied as links.

    Raises:
        OSError: It cannot be copied, or has too many files.
        shutil.Error: Some of its files cannot.
    """
    if sum(1 for _ in zip(folder.rglob("*"), range(_FILES_LIMIT + 1), strict=False)) > _FILES_LIMIT:
        message = f"more than {_FILES_LIMIT} files"
        raise OSError(message)
    aside = shutil.ignore_patterns(".git", "node_modules")
    shutil.copytree(folder, copy, ignore=aside, symlinks=True, dirs_exist_ok=True)


def real_file(chart: Path, inside: str) -> str:
    """Return the file of a chart that a template is, both relative to it.

    helm names a chart within a chart by its own name or its alias, whatever its folder is called.
    """
    here, path = chart, Path()
    parts = inside.split("/")
    while len(parts) > 2 and parts[0] == "charts":  # noqa: PLR2004 - charts/NAME/…
        folder = _folder_of(here, parts[1])
        here, path, parts = here / "charts" / folder, path / "charts" / folder, parts[2:]
    return (path / "/".join(parts)).as_posix()


def _folder_of(chart: Path, name: str) -> str:
    """Return the folder in a chart's ``charts`` that holds the chart with this name or alias; the name if none does."""
    if (chart / "charts" / name / "Chart.yaml").is_file():
        return name
    listed = [each for file in _DESCRIBING for each in _read(chart / file).get("dependencies") or ()]
    meant = next((each for each in listed if isinstance(each, dict) and each.get("alias") == name), {})
    real = str(meant.get("name") or name)
    below = chart / "charts"
    held = [each for each in sorted(below.iterdir()) if each.is_dir()] if below.is_dir() else []
    named = [(each.name, said) for each in held if (said := _read(each / "Chart.yaml")).get("name") == real]
    exact = [folder for folder, said in named if str(said.get("version")) == str(meant.get("version"))]
    return exact[0] if exact else named[0][0] if named else name


def without_dependencies(chart: Path, names: tuple[str, ...]) -> None:
    """Take dependencies out of the files of a staged chart."""
    for name in _DESCRIBING:
        path = chart / name
        said = _read(path)
        listed = said.get("dependencies")
        if isinstance(listed, list):
            kept = [each for each in listed if not (isinstance(each, dict) and each.get("name") in names)]
            path.write_text(yaml.safe_dump({**said, "dependencies": kept}, allow_unicode=True), "utf-8")
    for name in _LOCKS:
        (chart / name).unlink(missing_ok=True)


def version_asked_for(said: str) -> str:
    """Return the versions of Kubernetes that a chart asks for and helm did not take; empty if it says another thing."""
    found = _VERSION_ASKED_FOR.search(said)
    return found[1].strip() if found else ""


def without_version(chart: Path) -> bool:
    """Take what a staged chart asks of the version of Kubernetes out of its file; tell whether it asked for any."""
    path = chart / "Chart.yaml"
    said = _read(path)
    if "kubeVersion" not in said:
        return False
    path.write_text(yaml.safe_dump({k: v for k, v in said.items() if k != "kubeVersion"}, allow_unicode=True), "utf-8")
    return True


def without_archives(chart: Path) -> Iterator[str]:
    """Take packed charts out of a staged chart, and the dependencies that they are; yield their places in it.

    What can be unpacked is a folder there: one that is still packed is none that helm could read.
    """
    for archive in sorted(path for path in chart.rglob("charts/*") if path.name.endswith(PACKED) and path.is_file()):
        above = archive.parent.parent
        listed = [each for name in _DESCRIBING for each in _read(above / name).get("dependencies") or ()]
        names = [str(each.get("name")) for each in listed if isinstance(each, dict)]
        without_dependencies(above, tuple(name for name in names if archive.name.startswith(f"{name}-")))
        archive.unlink()
        yield archive.relative_to(chart).as_posix()


def without_template(chart: Path, inside: str) -> bool:
    """Empty a template of a staged chart, as others may take it in; tell whether there was something in it."""
    path = chart / real_file(chart, inside)
    if not real_path(path).is_relative_to(real_path(chart)) or not path.is_file() or not path.stat().st_size:
        return False
    path.write_bytes(b"")
    return True


def conditions(chart: Path, names: tuple[str, ...], given: tuple[Path, ...] = ()) -> dict[str, str]:
    """Return the dependencies that are switched off, with the condition or tag that does it.

    Args:
        chart: The chart's folder.
        names: Dependencies to look at.
        given: Files of values that win over the chart's own, later ones over earlier ones.
    """
    values: Mapping[str, Any] = {}
    for path in (chart / "values.yaml", *given):
        values = _over(values, _read(path))
    found: dict[str, str] = {}
    for name in _DESCRIBING:
        listed = _read(chart / name).get("dependencies")
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("name") in names and (switch := _off(each, values)):
                found[str(each["name"])] = switch
    return found


def _off(dependency: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return what switches a dependency off, empty if nothing does: its first condition that is given, or its tags."""
    for path in str(dependency.get("condition") or "").split(","):
        value: Any = values
        for key in path.strip().split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, bool):
            return "" if value else f"{path.strip()}: false"
    tags, said = dependency.get("tags"), values.get("tags")
    switches = (
        [said.get(tag) for tag in tags if tag in said] if isinstance(tags, list) and isinstance(said, dict) else []
    )
    return f"tags {', '.join(map(str, tags))}: false" if switches and not any(switches) and tags else ""


def switches(chart: Path, given: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Return the paths of values that switch something off (``enabled: false``), sorted."""
    values: Mapping[str, Any] = {}
    for path in (chart / "values.yaml", *given):
        values = _over(values, _read(path))
    return tuple(sorted(_switches(values, "", 8)))


def _switches(values: object, above: str, depth: int) -> Iterator[str]:
    if isinstance(values, dict) and depth:
        for key, value in values.items():
            if value is False and key in {"enabled", "create", "install", "deploy"}:
                yield f"{above}{key}"
            yield from _switches(value, f"{above}{key}.", depth - 1)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        is_both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if is_both else value
    return merged


def _read(path: Path) -> dict[str, Any]:
    """Return the mapping that a small YAML file holds, empty if it holds none."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 4 * 1024 * 1024:
            return {}
        value = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return value if isinstance(value, dict) else {}
