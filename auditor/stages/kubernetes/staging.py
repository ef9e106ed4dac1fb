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
_AT: Final = re.compile(
    r"(?:template: |error at \(|YAML parse error on |parse error at \()([^\s:()]+/[^\s:()]+)(?::(\d+))?"
)
_INCLUDED: Final = re.compile(r"error calling (?:include|tpl|template): ")
_INNERMOST: Final = 2
"""One template in another is told whole."""
_DESCRIBING: Final = ("Chart.yaml", "requirements.yaml")
_LOCKS: Final = ("Chart.lock", "requirements.lock")
_FILES_LIMIT: Final = 20_000


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
    if sum(1 for _ in zip(chart.rglob("*"), range(_FILES_LIMIT + 1), strict=False)) > _FILES_LIMIT:
        message = f"more than {_FILES_LIMIT} files"
        raise OSError(message)
    with tempfile.TemporaryDirectory(prefix="auditor-chart-") as scratch:
        copy = Path(scratch) / "chart"
        shutil.copytree(chart, copy, ignore=shutil.ignore_patterns(".git", "node_modules"))
        yield copy


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


def without_template(chart: Path, inside: str) -> bool:
    """Empty a template of a staged chart, as others may take it in; tell whether there was something in it."""
    path = chart / inside
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


def aliases(chart: Path) -> dict[str, str]:
    """Return the names of a chart's dependencies by their aliases."""
    listed = [each for name in _DESCRIBING for each in _read(chart / name).get("dependencies") or ()]
    return {
        str(each["alias"]): str(each["name"])
        for each in listed
        if isinstance(each, dict) and each.get("alias") and each.get("name")
    }


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
