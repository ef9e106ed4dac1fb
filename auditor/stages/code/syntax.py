"""Tells syntax that a tool does not know yet from syntax that is wrong: only the second is the author's to mend."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages

if TYPE_CHECKING:
    from auditor.stages.code.tree import Source

_PYTHON: Final = re.compile(
    rb"(?m)^[ \t]*type[ \t]+[A-Za-z_]\w*[ \t]*(?:\[[^\]\n]*\])?[ \t]*="  # PEP 695, 3.12
    rb"|^[ \t]*(?:async[ \t]+)?def[ \t]+\w+\[|^[ \t]*class[ \t]+\w+\["
    rb"|(?<![\w\"'])[tT][rR]?[\"']|(?<![\w\"'])[rR][tT][\"']"  # PEP 750, 3.14
    rb"|(?<!\w)[fF]\"[^\"{\n]*\{[^\"}\n]*\"[^\"}\n]*\"[^}\n]*\}"  # PEP 701, 3.12
    rb"|(?<!\w)[fF]'[^'{\n]*\{[^'}\n]*'[^'}\n]*'[^}\n]*\}"
    rb"|^[ \t]*except\*?[ \t]+[A-Z][\w.]*(?:[ \t]*,[ \t]*[A-Z][\w.]*)+[ \t]*:"  # PEP 758, 3.14
)
_SCRIPT: Final = re.compile(
    rb"\bsatisfies[ \t]+[A-Z({\[]|\b(?:await[ \t]+)?using[ \t]+\w+[ \t]*=|\baccessor[ \t]+[#\w]+\s*[;=:]"
    rb"|\bfrom[ \t]*[\"'][^\"'\n]+[\"'][ \t]+with[ \t]*\{|<const[ \t]+[A-Z]\w*|\bimport[ \t]+(?:defer|source)[ \t]"
)
_TEXT_LIMIT_BYTES: Final = 2 * 1024 * 1024


def is_right_or_newer(source: Source) -> bool:
    """Tell whether what a tool could not parse is most likely right: Python reads it, or it holds newer syntax."""
    if len(source.text) > _TEXT_LIMIT_BYTES:
        return False
    if source.language == languages.PYTHON:
        return _PYTHON.search(source.text) is not None or _is_parsed(source.text)
    if source.language in {languages.TYPESCRIPT, languages.JAVASCRIPT, languages.MARKUP}:
        return _SCRIPT.search(source.text) is not None
    return False


def _is_parsed(text: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
