"""Looks in the file of a match for what its severity may rest on (see `severity`)."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.origins import origin_in_script, origin_of
from auditor.stages.code.reading import Place, Seen, in_file
from auditor.stages.code.severity import Ground, Needs, brought_by

if TYPE_CHECKING:
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.rules import Rule
    from auditor.stages.code.tree import Source

_PYTHON: Final = frozenset({languages.PYTHON, languages.NOTEBOOK})
_SCRIPT: Final = frozenset({languages.TYPESCRIPT, languages.JAVASCRIPT, languages.MARKUP})
_RUN_BY_DATA: Final = frozenset(
    {"deserialization", "archive-extraction", "code-execution", "unsafe-load", "xml-entities"}
)
"""Flaws by which whoever wrote the data acts, wherever the program got it."""
_WHOSE: Final = re.compile(
    r"(?i)^(?:current_|request_|owner_)?(?:user|tenant|org|organi[sz]ation|account|owner|workspace|team)(?:_?id)?$"
)


def seen_of(collected: Collector, source: Source, rule: Rule, variant: str, line: int, end_line: int) -> Seen:
    """Return what the severity of a match rests on, with the way of a value from outside that it is seen to use.

    Args:
        collected: Holds the parsed file.
        source: The file.
        rule: What matched.
        variant: Which of its variants.
        line: First line of the match, from 1.
        end_line: Last.
    """
    needs = rule.needs(variant)
    brought = brought_by(needs)
    if brought is not Ground.NONE:
        return Seen(ground=brought.value)
    module = collected.module(source) if source.language in _PYTHON else None
    if needs == Needs.CONTRAST:
        knows = module is not None and rule.capability == "missing-tenant-filter" and _knows_whose(module, line)
        return Seen(ground=Ground.CONTRAST.value if knows else Ground.NONE.value)
    if module is not None:
        found = origin_of(module, line, end_line, with_downloads=rule.capability in _RUN_BY_DATA)
    elif source.language in _SCRIPT:
        found = origin_in_script(collected.lines(source), line, end_line)
    else:
        found = None
    if found is None:
        return Seen()
    way = ((found.line, found.kind), (line, rule.capability))
    steps = tuple(Place(file=source.path, line=in_file(source, number), name=name) for number, name in way)
    return Seen(ground=Ground.FLOW.value, steps=steps, origin=found.kind)


def _knows_whose(module: Module, line: int) -> bool:
    """Tell whether the function around a line knows for whom it works."""
    function = module.enclosing(line)
    return function is not None and any(
        isinstance(node, ast.arg) and _WHOSE.match(node.arg) for node in ast.walk(function.args)
    )
