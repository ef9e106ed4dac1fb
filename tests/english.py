"""Tells English in a text that is to be read in Chinese."""

from __future__ import annotations

import re
from typing import Final

# Words of plain English one behind the other. Names of flags, fields and objects have capitals, dashes, dots or
# slashes, or stand alone: two words without any of these are part of a sentence.
_PROSE: Final = re.compile(r"(?<![-/.:=\w@$])[A-Za-z]?[a-z]{2,} [a-z]{2,}(?![-/.:=\w@(])")
_QUOTED: Final = re.compile(r"`[^`]*`|\"[^\"]*\"|'[^']*'|“[^”]*”|\{[^{}]*\}")
# Names in lower case with a blank inside: what an audit policy is asked about, a verb and a resource of the API
# ("get secrets: None"); a container or an audit device after its type ("init setup"); a value after its field
# ("privileged true").
_NAMES: Final = re.compile(
    r"\b(get|list|watch|create|update|patch|delete|exec|read|write) [a-z]+(/[a-z]+)?"
    r"|\b(container|init|ephemeral|file|socket|syslog) [\w-]+|\b(true|false)\b"
    r"|\b(?:openbao|vault|auditor|git|sudo|docker)(?: [a-z-]+)+"
)


def prose(chinese: str) -> list[str]:
    """Return what is English prose in a text; nothing where it is Chinese, or a value that needs no language."""
    return [found[0] for found in _PROSE.finditer(_NAMES.sub("·", _QUOTED.sub("·", chinese)))]
