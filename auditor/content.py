"""Where policies and rulesets lie (checkout or wheel), where the cache lies, and digests of what is in them."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PACKAGE = Path(__file__).parent


@cache
def content_root() -> Path:
    """Return the folder that holds ``policies/`` and ``rulesets/``: the wheel's copy, or the checkout's root.

    What lies beside the package is ours only in a checkout; in ``site-packages`` it is another distribution's.

    Raises:
        ConfigError: Neither is there; the installation is broken.
    """
    if (_PACKAGE / "_content" / "rulesets").is_dir():
        return _PACKAGE / "_content"
    root = _PACKAGE.parent
    if (root / "rulesets").is_dir() and (root / "pyproject.toml").is_file():
        return root
    message = f"no rulesets beside {_PACKAGE}: the installation is incomplete, install auditor again"
    raise ConfigError(message)


def rulesets() -> Path:
    """Return the folder of rulesets."""
    return content_root() / "rulesets"


def policies() -> Path:
    """Return the folder of Rego policies, the root of the OPA bundle."""
    return content_root() / "policies"


def cache_folder() -> Path:
    """Return the one folder outside the repository that we write to: ``$AUDITOR_CACHE`` or ``~/.cache/auditor``."""
    given = os.environ.get("AUDITOR_CACHE")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "auditor"


def digest_of_files(root: Path, files: Iterable[Path]) -> str:
    """Return a SHA-256 over the names (relative to a root) and bytes of files."""
    total = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(root).as_posix().encode()
        total.update(len(name).to_bytes(4) + name + hashlib.sha256(file.read_bytes()).digest())
    return "sha256:" + total.hexdigest()


_JUDGES: Final = ("check.py", "judging.py", "check_data.py", "conclude.py", "gate.py", "compliance", "stages")
"""What of the package judges: checks in Python, and how verdicts are folded."""


def rules_digest() -> str:
    """Return the digest over everything that judges a run: policies, rulesets with their data, checks in Python."""
    root = content_root()
    data = (
        Path(folder) / name
        for top in ("policies", "rulesets")
        for folder, _folders, names in os.walk(root / top)
        for name in names
        if is_shipped(top, name)
    )
    code = (
        file
        for each in _JUDGES
        for file in ([_PACKAGE / each] if each.endswith(".py") else (_PACKAGE / each).rglob("*.py"))
    )
    both = digest_of_files(root, data) + digest_of_files(_PACKAGE, code)
    return "sha256:" + hashlib.sha256(both.encode()).hexdigest()


def is_shipped(top: str, name: str) -> bool:
    """Tell whether a file of ``policies/`` or ``rulesets/`` judges, and so belongs to an installation.

    Tests of policies, and the examples of rules with their planted faults and fake secrets, do not.

    Args:
        top: ``policies`` or ``rulesets``.
        name: Name of the file.
    """
    suffixes = {".rego", ".json", ".yaml"} if top == "policies" else {".yaml", ".json", ".pysa", ".pyi", ".config"}
    is_test = name.endswith((".test.yaml", "_test.rego"))
    return Path(name).suffix in suffixes and not is_test
