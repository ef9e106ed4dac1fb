"""What the METADATA of a Rego package says: OPA's annotation block, read as YAML and checked.

Reading 150 blocks as YAML takes 60 ms, which is too slow for ``auditor checks``. ``policies/index.json`` keeps what
each block says under the digest of its text: an entry can be missing, then the text is parsed, but never out of date.
``python -m auditor.stages.policy.metadata`` writes it anew.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from auditor.content import policies
from auditor.errors import ConfigError
from auditor.model.digest import sha256
from auditor.model.finding import Severity
from auditor.model.text import Text
from auditor.stages.policy import DOMAINS
from auditor.stages.policy.domain import Policy, domains

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.stages.policy.domain import Domain

INDEX: Final = "index.json"
_PACKAGE: Final = re.compile(r"^package\s+([A-Za-z_][\w.]*)\s*(?:#.*)?$", re.MULTILINE)
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_NEED: Final = re.compile(r"[A-Za-z]+(:[\w.-]+)?")


def built_in() -> tuple[Policy, ...]:
    """Return the checks that the auditor brings, by id.

    Raises:
        ConfigError: A package or the index cannot be read.
    """
    root = policies()
    try:
        index = orjson.loads((root / INDEX).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        index = {}
    return _in_order(policy_of(text, file, index) for file, text in _built_in(root))


def from_folder(folder: Path) -> tuple[Policy, ...]:
    """Return the checks of a user's folder, by id.

    Raises:
        ConfigError: The folder cannot be read, or a package has no METADATA that makes it a check.
    """
    if not folder.is_dir():
        message = f"{folder} is no folder of Rego policies"
        raise ConfigError(message)
    return _in_order(
        replace(policy_of(text, file, {}), is_users=True)
        for file, text in _sources(folder, folder)
        if "# METADATA" in text
    )


def sources(folder: Path) -> dict[str, str]:
    """Return the text of every module of a folder by its path relative to it; tests are left out.

    Raises:
        ConfigError: One cannot be read, or is no text.
    """
    return dict(_sources(folder, folder))


def texts_of(folders: Sequence[Path]) -> dict[str, str]:
    """Return the user's own policies by their path in the run that keeps them: a folder each, by its name.

    Raises:
        ConfigError: Two folders have one name, or a module cannot be read.
    """
    names = [folder.name for folder in folders]
    if twins := sorted({name for name in names if names.count(name) > 1}):
        message = f"policies: two folders are called {twins[0]!r}: rename one, their files could not be told apart"
        raise ConfigError(message)
    return {f"{folder.name}/{path}": text for folder in folders for path, text in sources(folder).items()}


def package_of(text: str) -> str:
    """Return the package of a module, empty if it has none."""
    found = _PACKAGE.search(text)
    return found[1] if found else ""


def policy_of(text: str, file: str, index: dict[str, dict[str, object]]) -> Policy:
    """Return what one module says of itself.

    Args:
        text: The module.
        file: Its path, for errors.
        index: Blocks that were parsed before, by digest.

    Raises:
        ConfigError: A field is missing or wrong.
    """
    block, package = _block(text, file)
    said = index.get(sha256(block.encode())) or _parsed(block, file)
    try:
        return _policy(said, package, file)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        message = f"METADATA of {file}: {_problem(problem)}"
        raise ConfigError(message) from problem


def index_of(root: Path) -> dict[str, object]:
    """Return what ``index.json`` holds: every METADATA block of a domain, by digest."""
    blocks = [(_block(text, file)[0], file) for file, text in _built_in(root)]
    return {sha256(block.encode()): _parsed(block, file) for block, file in blocks}


def index_text(root: Path) -> bytes:
    """Return the bytes of ``index.json``: a line per block."""
    lines = [
        orjson.dumps(digest) + b": " + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        for digest, said in sorted(index_of(root).items())
    ]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def _built_in(root: Path) -> list[tuple[str, str]]:
    return [found for name in DOMAINS for found in _sources(root / name, root)]


def _sources(folder: Path, root: Path) -> list[tuple[str, str]]:
    found = []
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".rego") and not name.endswith("_test.rego"):
                path = Path(base) / name
                try:
                    found.append((path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")))
                except (OSError, UnicodeDecodeError) as problem:
                    message = f"{path} cannot be read as UTF-8 text: {problem}"
                    raise ConfigError(message) from problem
    return found


def _block(text: str, file: str) -> tuple[str, str]:
    """Return the YAML of the annotation in front of the package, and the name of the package."""
    package = _PACKAGE.search(text)
    if package is None:
        message = f"{file} has no package"
        raise ConfigError(message)
    head = text[: package.start()].splitlines()
    try:
        begin = len(head) - 1 - head[::-1].index("# METADATA")
    except ValueError:
        message = f"{file} has no METADATA in front of its package"
        raise ConfigError(message) from None
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in head[begin + 1 :]), package[1]


def _parsed(block: str, file: str) -> dict[str, object]:
    import yaml  # noqa: PLC0415 - only for what the index does not hold

    try:
        said = yaml.load(block, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as problem:
        message = f"METADATA of {file} is no YAML: {' '.join(str(problem).split())}"
        raise ConfigError(message) from problem
    if not isinstance(said, dict):
        message = f"METADATA of {file} is no mapping"
        raise ConfigError(message)
    return said


def _policy(said: dict[str, object], package: str, file: str) -> Policy:
    custom = said["custom"]
    if not isinstance(custom, dict):
        message = "custom is no mapping"
        raise TypeError(message)
    domain = _domain(custom["judges"])
    collections = domain.collections & {str(custom.get(key)) for key in ("asked", "subjects")}
    asked = _one_of(custom.get("asked", "once"), domain.collections | {"once"}, "asked")
    return Policy(
        id=_matching(custom["id"], _ID, "id", "kebab-case"),
        package=package,
        file=file,
        title=Text(str(said["title"]), str(custom["title_zh"])),
        problem=_both(custom.get("problem", "")),
        why=Text(custom["why"]["en"], custom["why"]["zh"]),
        remediation=Text(custom["remediation"]["en"], custom["remediation"]["zh"]),
        severity=Severity(custom["severity"]),
        source=str(custom["source"]),
        controls={str(name): tuple(map(str, ids)) for name, ids in custom.get("controls", {}).items()},
        cwe=tuple(int(number) for number in custom.get("cwe", ())),
        domain=domain.name,
        judges=str(custom["judges"]),
        needs=tuple(_matching(need, _NEED, "needs", "Kind or Kind:topic") for need in custom["needs"]),
        uses=tuple(_matching(use, _NEED, "uses", "Kind or Kind:topic") for use in custom.get("uses", ())),
        collection=next(iter(collections), ""),
        is_batched=asked != "once",
        sees=_one_of(custom.get("sees", "all"), domain.views, "sees"),
        is_about_whole=_one_of(custom.get("covers", domain.whole), frozenset({domain.whole, "object"}), "covers")
        == domain.whole,
        is_partial=_one_of(custom.get("automation", "full"), frozenset({"full", "partial"}), "automation") == "partial",
        shares=str(custom.get("shares", "")),
        part_of=_matching(custom["part_of"], _ID, "part_of", "kebab-case") if "part_of" in custom else "",
        fails_by_absence=_one_of(custom.get("fails_by", "presence"), frozenset({"presence", "absence"}), "fails_by")
        == "absence",
        expected=_both(custom.get("expected", "")),
        aliases=tuple(map(str, custom.get("aliases", ()))),
        decided=_both(custom.get("decided", "")),
    )


def _domain(judges: object) -> Domain:
    """Return the domain that has facts of a kind."""
    kinds = {kind: domain for domain in domains() for kind in domain.judges}
    return kinds[_one_of(judges, frozenset(kinds), "judges")]


def _both(value: object) -> Text:
    """Return a text given in both languages, or one that both understand (``--anonymous-auth=false``)."""
    return Text(str(value["en"]), str(value["zh"])) if isinstance(value, dict) else Text(str(value), str(value))


def _matching(value: object, pattern: re.Pattern[str], name: str, form: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        message = f"{name} is {value!r}, expected {form}"
        raise ValueError(message)
    return value


def _one_of(value: object, known: frozenset[str], name: str) -> str:
    if value not in known:
        message = f"{name} is {value!r}, expected one of {', '.join(sorted(known))}"
        raise ValueError(message)
    return str(value)


def _problem(problem: Exception) -> str:
    return f"custom.{problem.args[0]} is missing" if isinstance(problem, KeyError) else str(problem)


def _in_order(found: Iterable[Policy]) -> tuple[Policy, ...]:
    return tuple(sorted(found, key=lambda policy: policy.id))


if __name__ == "__main__":
    (policies() / INDEX).write_bytes(index_text(policies()))
