"""Where policies and rulesets lie (checkout or wheel), where the cache lies, and digests of what is in them."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PACKAGE = Path(__file__).parent


@cache
def content_root() -> Path:
    """Return the folder that holds ``policies/`` and ``rulesets/``: the checkout's root, or the wheel's copy.

    Raises:
        ConfigError: Neither is there; the installation is broken.
    """
    for root in (_PACKAGE.parent, _PACKAGE / "_content"):
        if (root / "rulesets").is_dir():
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


def rules_digest() -> str:
    """Return the digest over all policies and rulesets, the identity of what judged a run."""
    root = content_root()
    suffixes = {".yaml", ".rego", ".json"}
    files = [
        Path(folder) / name
        for top in ("policies", "rulesets")
        for folder, _folders, names in os.walk(root / top)
        for name in names
        if Path(name).suffix in suffixes and not name.endswith((".test.yaml", "_test.rego"))
    ]
    return digest_of_files(root, files)
