"""Which line of a template each line of what it rendered to comes from."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Longer texts are custom resource definitions and the like; comparing them line by line costs seconds.
LINES_LIMIT: Final = 3000
_ACTION: Final = re.compile(r"\{\{.*?(\}\}|\Z)")
_CONTROL: Final = re.compile(r"\s*(\{\{-?\s*(if|else|end|range|with|define|block|/\*)\b[^}]*\}\}\s*)+\Z")
_KEY: Final = re.compile(r"(\s*(?:- )*)(\"[^\"]*\"|'[^']*'|[^\s:{}#\[\]][^:{}]*?)\s*:(?:\s|\Z)")


def source_lines(template: Sequence[str], rendered: Sequence[str]) -> list[int]:
    """Return, for each rendered line, the line (from 1) of the template that it most likely comes from.

    Lines are matched by their key or, without one, by their text, in order. What lies between two matches comes from
    the first action between them (``{{- toYaml … }}``), or from an earlier line with the same key (``range``).

    Args:
        template: Lines of the template.
        rendered: Lines of the rendered document or documents.
    """
    if not template:
        return [1] * len(rendered)
    if max(len(template), len(rendered)) > LINES_LIMIT:
        return [min(index, len(template)) for index in range(1, len(rendered) + 1)]
    wanted = [_sign(line, index) for index, line in enumerate(template)]
    given = [_sign(line, -1 - index) for index, line in enumerate(rendered)]
    lines = [0] * len(rendered)
    last_t = last_r = 0
    for block in SequenceMatcher(None, wanted, given, autojunk=False).get_matching_blocks():
        _fill(template, wanted, given, lines, (last_t, block.a), (last_r, block.b))
        lines[block.b : block.b + block.size] = range(block.a + 1, block.a + block.size + 1)
        last_t, last_r = block.a + block.size, block.b + block.size
    return lines


def _sign(line: str, index: int) -> object:
    """Return what two lines have in common that come from each other; its own index for what matches nothing."""
    found = _KEY.match(line)
    if found and "{{" not in found.group():
        return found.group(2).strip("\"'"), "-" in found.group(1)
    bare = _ACTION.sub("", line).strip()
    if "{{" in line or not bare or bare.startswith("#"):
        return index
    return bare


def _fill(
    template: Sequence[str],
    wanted: Sequence[object],
    given: Sequence[object],
    lines: list[int],
    gap_t: tuple[int, int],
    gap_r: tuple[int, int],
) -> None:
    """Settle the rendered lines between two matches."""
    start, end = gap_t
    actions = [index for index in range(start, end) if "{{" in template[index] and not _CONTROL.match(template[index])]
    for at in range(*gap_r):
        earlier = next((i for i in range(end - 1, -1, -1) if wanted[i] == given[at]), None)
        if actions:
            lines[at] = actions[0] + 1
        elif earlier is not None:
            lines[at] = earlier + 1
        else:
            lines[at] = max(start, 1)
