r"""Which rule can match in which file at all, known before semgrep starts.

Many rules begin with an expression over the whole file (``(?s)\A.*?(?:pickle|dill).*\z``): where its words do not occur
the rule matches nothing. Semgrep asks that of each rule and file anew, with a backtracking engine; on agentscope that
was more than half of its processor time. Here the expression is lifted out of the rule and asked once of each file by
an engine that needs linear time, and semgrep is told by the path of a copy which rules are for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from auditor.stages.code.context import is_bundle
from auditor.stages.code.languages import GENERIC
from auditor.stages.code.staging import Copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    Search = Callable[[Sequence[str], Sequence[bytes]], list[frozenset[int]]]

_OVER_WHOLE_FILE: Final = re.compile(r"\(\?s\)\\A\.\*\??(?P<words>.*?)\.\*\\z", re.DOTALL)
_NOT_OF_RE2: Final = re.compile(r"\(\?(?:[=!>|]|<[=!])|\\[1-9zZGRXK]|[*+?}]\+")
"""Look-around, atomic groups, back references, possessive repetition: such an expression stays in its rule."""
_SIDES: Final = ("pattern-sources", "pattern-sinks")
_MARK: Final = "+"
_IN_A_NAME: Final = 40
"""Numbers in the name of one folder, which takes 255 bytes."""


def lifted(rules: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[frozenset[str]]]:
    """Return the rules without the expressions over the whole file that all of them hangs on, and these for each rule.

    A rule of data flow hangs on what each of its sources, or each of its sinks, asks for.
    """
    bare: list[dict[str, Any]] = []
    gates: list[frozenset[str]] = []
    for rule in rules:
        own = dict(rule)
        found: set[str] = set()
        # rules that choose files by name say where they run already, and a second place would add to the first
        if "include" not in rule.get("paths", {}):
            if "patterns" in own:
                asked = _asked(own["patterns"])
                found |= asked
                own["patterns"] = _without(own["patterns"], asked)
            for side in _SIDES:
                specs = own.get(side) or []
                if specs and all("patterns" in spec for spec in specs):
                    asked = frozenset.intersection(*(_asked(spec["patterns"]) for spec in specs))
                    found |= asked
                    own[side] = [{**spec, "patterns": _without(spec["patterns"], asked)} for spec in specs]
            if begins := _begins(own):
                found.add(begins)
            if own.get("mode") == "taint" and _SCRIPTS.issuperset(own["languages"]):
                found.add(_VALUES_ALONE)
        bare.append(own)
        gates.append(frozenset(found))
    return bare, gates


_SCRIPTS: Final = frozenset({"typescript", "javascript"})
_VALUES_ALONE: Final = (
    r"\A(?:[\s\p{L}\p{N}_${}\[\],:;=?&|*+-]|'(?:[^'\\\r\n]|\\(?s:.))*'|\"(?:[^\"\\\r\n]|\\(?s:.))*\"|`(?:[^`\\$]|\\(?s:.))*`"
    r"|//[^\r\n\x{2028}\x{2029}]*|/\*(?:[^*]|\*+[^*/])*\*+/|\.\.\.|[0-9]\.[0-9]|<[\w\s,|\[\]]*>)+\z"
)
"""A script without a call, a field of an object, a function, a regular expression, an element or a value in a text.

What it lets through is told token by token from the beginning to the end; what it does not know makes a file one to be
followed. A remark ends where ECMAScript ends a line (ECMA-262, 12.3), so that none hides code from us alone.
"""


def _asked(patterns: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return what a conjunction asks of the whole file; one that asks for nothing else is left as it is."""
    found = [words for each in patterns if (words := over_whole_file(each))]
    return (
        frozenset(found)
        if any(each.keys() & _POSITIVE and not over_whole_file(each) for each in patterns)
        else frozenset()
    )


_POSITIVE: Final = frozenset({"pattern", "patterns", "pattern-either", "pattern-regex"})


def _without(patterns: Sequence[Mapping[str, Any]], asked: frozenset[str]) -> list[Mapping[str, Any]]:
    return [each for each in patterns if over_whole_file(each) not in asked]


def over_whole_file(each: Mapping[str, Any]) -> str:
    """Return what occurs in each file that an expression over the whole file matches; empty where it is none."""
    if each.keys() != {"pattern-regex"}:
        return ""
    found = _OVER_WHOLE_FILE.fullmatch(str(each["pattern-regex"]))
    if found is None or _NOT_OF_RE2.search(found["words"]):
        return ""
    return f"(?s){found['words']}"


def _begins(rule: Mapping[str, Any]) -> str:
    """Return what occurs in each file in which a rule that is expressions alone finds something: how each begins.

    Empty where the rule is no such one, or where that cannot be told of one of them.
    """
    either = [each["pattern-either"] for each in rule.get("patterns", ()) if each.keys() == {"pattern-either"}]
    if rule.get("languages") != [_EXPRESSIONS] or len(either) != 1:
        return ""
    begun = [beginning(each["pattern-regex"]) for each in either[0] if each.keys() == {"pattern-regex"}]
    return "|".join(f"(?:{each})" for each in begun) if all(begun) and len(begun) == len(either[0]) else ""


_EXPRESSIONS: Final = "regex"
_READ: Final = {
    "id": "read",
    "languages": [_EXPRESSIONS],
    "severity": "INFO",
    "message": "a file was read",
    "pattern-regex": "(?!)",
}
"""Matches nothing anywhere: semgrep counts a file that no rule is for among those that it did not scan."""
_TOKEN: Final = re.compile(
    r"(?s)(?P<around>\(\?<?[=!])|(?P<opens>\()|(?P<closes>\))|(?P<either>\|)|\{(?P<least>\d+)(?:,\d*)?\}[?+]?"
    r"|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|."
)
_BLANK: Final = r"[\s\x0b]"
"""RE2 does not count the vertical tab among blanks, the engine of semgrep does."""
_ENOUGH: Final = 32
"""So much of a long run of characters tells files apart, and keeps an engine without backtracking small."""


def beginning(expression: str) -> str:
    """Return an expression without look-around that occurs wherever this one matches; empty where none can be told.

    What stands around a place is left out, and all that follows the first long run of characters.
    """
    made, depth, around = "", 0, 0
    for token in _TOKEN.finditer(expression):
        if around:
            around += bool(token["around"] or token["opens"]) - bool(token["closes"])
            continue
        if token["around"]:
            around = 1
            continue
        depth += bool(token["opens"]) - bool(token["closes"])
        if depth == 0 and token["either"]:
            return ""
        if depth == 0 and token["least"] and int(token["least"]) > _ENOUGH:
            made += f"{{{_ENOUGH}}}"
            break
        made += token[0] if token[0] != r"\s" else _BLANK
    return "" if _NOT_OF_RE2.search(made) else made


def sorted_by_rules(
    copy: Copy,
    rules: Sequence[Mapping[str, Any]],
    search: Search,
    reads: Callable[[Mapping[str, Any], str], bool] = lambda _rule, _language: True,
) -> tuple[Copy, list[dict[str, Any]]]:
    """Move each file of a copy to a folder that says which rules are for it, and return these rules.

    Rules that are for no file are left out.

    Args:
        copy: What is scanned.
        rules: Of semgrep.
        search: Tells which patterns occur in which texts.
        reads: Tells whether a rule reads files of one of our languages: nothing is searched for one that does not.

    Raises:
        OSError: A file cannot be moved.
        ToolError: The files could not be searched.
    """
    bare, gates = lifted(rules)
    groups = {group: number for number, group in enumerate(sorted({each for each in gates if each}, key=sorted))}
    is_open: dict[Path, list[int]] = {}
    by_language: dict[str, list[Path]] = defaultdict(list)
    for place, source in copy.sources.items():
        by_language[GENERIC if is_bundle(source.path, source.text) else source.language].append(place)
    for language, places in by_language.items():
        here = {group for rule, group in zip(rules, gates, strict=True) if group and reads(rule, language)}
        patterns = sorted(frozenset().union(*here))
        number_of = {pattern: number for number, pattern in enumerate(patterns)}
        needed = {groups[group]: {number_of[pattern] for pattern in group} for group in here}
        found = search(patterns, [copy.sources[place].text for place in places])
        # of this one, a file is to hold more
        more = {number_of[_VALUES_ALONE]} if _VALUES_ALONE in number_of else set()
        for place, occurs in zip(places, found, strict=True):
            there = occurs ^ more
            is_open[place] = sorted(number for number, wanted in needed.items() if wanted <= there)
    open_somewhere = {number for numbers in is_open.values() for number in numbers}
    placed = {_moved(place, copy.root, is_open[place]): source for place, source in copy.sources.items()}
    wanted = []
    for rule, group in zip(bare, gates, strict=True):
        if not group:
            wanted.append(rule)
        elif (number := groups[group]) in open_somewhere:
            inside = [f"**/*{_MARK}{number}{_MARK}*/**"]
            wanted.append({**rule, "paths": {**rule.get("paths", {}), "include": inside}})
    if any(group and rule.get("languages") == [_EXPRESSIONS] for rule, group in zip(bare, gates, strict=True)):
        wanted.append(_READ)
    return Copy(copy.root, placed), wanted


def _moved(place: Path, root: Path, numbers: Sequence[int]) -> Path:
    """Put a file below folders of the numbers of the rules that are for it."""
    parts = [numbers[start : start + _IN_A_NAME] for start in range(0, len(numbers), _IN_A_NAME)]
    folders = [_MARK + "".join(f"{number}{_MARK}" for number in some) for some in parts]
    target = root.joinpath(*folders or [_MARK], place.relative_to(root))
    target.parent.mkdir(parents=True, exist_ok=True)
    place.rename(target)
    return target
