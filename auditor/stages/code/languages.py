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
    ".r": "R",
    ".jl": "Julia",
    ".groovy": "Groovy",
    ".clj": "Clojure",
    ".erl": "Erlang",
    ".hs": "Haskell",
    ".fs": "F#",
    ".vb": "Visual Basic",
    ".cbl": "COBOL",
    ".f90": "Fortran",
    ".zig": "Zig",
    ".mm": "Objective-C++",
    ".kts": "Kotlin",
    ".cxx": "C++",
    ".pyx": "Cython",
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

SUFFIXES: Final = frozenset(_BY_SUFFIX) | frozenset(_UNCOVERED)
"""Suffixes, lower case, of files whose language is known."""

_DOCKERFILE_NAME: Final = re.compile(r"^(docker|container)file([.-].*)?$", re.IGNORECASE)
_SHEBANGS: Final = (
    (re.compile(rb"^#!.*\bpython[0-9.]*\b"), PYTHON),
    (re.compile(rb"^#!.*\b(?:node|nodejs|bun)\b"), JAVASCRIPT),
    (re.compile(rb"^#!.*\b(?:ts-node|tsx|deno)\b"), TYPESCRIPT),
)


def language_of(path: str, head: bytes = b"") -> str:
    """Return the language of a file by its name, and by its first line (``#!``) where the name says nothing.

    ``dockerfile.py`` is Python, ``Dockerfile.prod`` is not.

    Args:
        path: Path or name.
        head: First bytes of the file.
    """
    pure = PurePosixPath(path)
    known = _BY_SUFFIX.get(pure.suffix.lower())
    if known and known != CONFIGURATION:
        return known
    if _DOCKERFILE_NAME.match(pure.name):
        return DOCKERFILE
    if known or pure.name == ".env" or pure.name.startswith(".env."):
        return CONFIGURATION
    if uncovered_language_of(path):
        return GENERIC
    first = head.split(b"\n", 1)[0]
    return next((language for shebang, language in _SHEBANGS if shebang.match(first)), GENERIC)


def is_chart_template(path: str, data: bytes) -> bool:
    """Tell whether a YAML file is a template of a Helm chart."""
    return "templates" in PurePosixPath(path).parts[:-1] and b"{{" in data


def uncovered_language_of(path: str) -> str:
    """Return the name of the programming language that no code rule reads; empty if it is none."""
    return _UNCOVERED.get(PurePosixPath(path).suffix.lower(), "")
