"""Which language a file is in, and which files no rule reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

PYTHON: Final = "python"
TYPESCRIPT: Final = "typescript"
JAVASCRIPT: Final = "javascript"
YAML: Final = "yaml"
DOCKERFILE: Final = "dockerfile"
NOTEBOOK: Final = "notebook"
CONFIGURATION: Final = "configuration"
GENERIC: Final = "generic"
TEMPLATE: Final = "template"
"""A template of a Helm chart: no YAML before it is rendered, which is the work of stage ``kubernetes``."""

_BY_SUFFIX: Final = {
    ".py": PYTHON,
    ".pyw": PYTHON,
    ".pyi": PYTHON,
    ".ts": TYPESCRIPT,
    ".tsx": TYPESCRIPT,
    ".mts": TYPESCRIPT,
    ".cts": TYPESCRIPT,
    ".js": JAVASCRIPT,
    ".jsx": JAVASCRIPT,
    ".mjs": JAVASCRIPT,
    ".cjs": JAVASCRIPT,
    ".yaml": YAML,
    ".yml": YAML,
    ".dockerfile": DOCKERFILE,
    ".ipynb": NOTEBOOK,
    **dict.fromkeys(
        (".env", ".ini", ".toml", ".cfg", ".conf", ".properties", ".json", ".xml", ".tf", ".tfvars", ".sh", ".bash"),
        CONFIGURATION,
    ),
}
"""Language by file name suffix, lower case. Configuration is read by the generic rules."""

_UNCOVERED: Final = {
    ".go": "Go",
    ".java": "Java",
    ".kt": "Kotlin",
    ".scala": "Scala",
    ".rs": "Rust",
    ".c": "C",
    ".h": "C",
    ".cc": "C++",
    ".cpp": "C++",
    ".hpp": "C++",
    ".cs": "C#",
    ".rb": "Ruby",
    ".php": "PHP",
    ".swift": "Swift",
    ".lua": "Lua",
    ".pl": "Perl",
    ".ps1": "PowerShell",
    ".dart": "Dart",
    ".ex": "Elixir",
    ".vue": "Vue",
    ".svelte": "Svelte",
    ".sol": "Solidity",
}
"""Programming languages that only the rules for any text (secrets, defaults) read."""

_DOCKERFILE_NAME: Final = re.compile(r"^(docker|container)file([.-].*)?$", re.IGNORECASE)
_PYTHON_SHEBANG: Final = re.compile(rb"^#!.*\bpython[0-9.]*\b")


def language_of(path: str, head: bytes = b"") -> str:
    """Return the language of a file by its name, and by its first line where the name says nothing.

    Args:
        path: Path or name.
        head: First bytes of the file.
    """
    pure = PurePosixPath(path)
    if _DOCKERFILE_NAME.match(pure.name):
        return DOCKERFILE
    if pure.name == ".env" or pure.name.startswith(".env."):
        return CONFIGURATION
    known = _BY_SUFFIX.get(pure.suffix.lower())
    if known:
        return known
    if not pure.suffix and _PYTHON_SHEBANG.match(head.split(b"\n", 1)[0]):
        return PYTHON
    return GENERIC


def is_chart_template(path: str, data: bytes) -> bool:
    """Tell whether a YAML file is a template of a Helm chart."""
    return "templates" in PurePosixPath(path).parts[:-1] and b"{{" in data


def uncovered_language_of(path: str) -> str:
    """Return the name of the programming language that no code rule reads; empty if it is none."""
    return _UNCOVERED.get(PurePosixPath(path).suffix.lower(), "")
