"""The catalogue: both languages, counts, and the reasons of gaps that the code gives."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

import auditor
from auditor.messages import Sentences
from auditor.model.reason import REASONS, reason
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(auditor.__file__).parent
# The example platform is no part of the program.
MODULES = sorted(path for path in ROOT.rglob("*.py") if "demo/platform" not in path.as_posix())
CATALOGUES: dict[str, dict[str, tuple[str, str]]] = {
    name: importlib.import_module(name).TEXTS
    for name in (
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for path in (ROOT / "messages.py", *sorted(ROOT.rglob("*texts.py")))
    )
}
CATALOGUE = {key: said for texts in CATALOGUES.values() for key, said in texts.items()}
say = Sentences(CATALOGUE)
# Sentences with a number of another name than `count`, which none has needed for one of a thing so far.
COUNTED_OTHERWISE = {
    "answer.aged",
    "auditlog.clock.skew",
    "auditlog.export.expected",
    "auditlog.export.old",
    "auditlog.retention.actual",
    "html.whole",
    "image.files",
    "image.files.one",
    "step.chain.bad",
    "step.chain.open",
    "lineage.retention.actual",
    "page.counts",
    "paper.results.intro",
    "returned.done",
    "standing.blind",
    "standing.of",
    "step.record.shared",
    "tls.expired",
    "tls.expiring",
    "tls.not_yet",
    "waiver.long",
}
# Why something is left out on purpose, with a sentence of its own; never the reason of a gap.
NO_GAP = {"base", "archive", "suffix"}
# Words behind a count that are singular already: "{count} more are" has a sentence of its own.
PLURAL = re.compile(r"\{count\} (?!of )(?:more )?(?:\w+s|are)\b")


def fields(text: str) -> set[str]:
    return {name for _before, name, _spec, _conversion in Formatter().parse(text) if name}


def test_no_room_says_a_shared_sentence_in_its_own_way() -> None:
    shared = CATALOGUES["auditor.messages"]

    assert [key for name, texts in CATALOGUES.items() if texts is not shared for key in texts if key in shared] == []


def keys_said(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the catalogue and the key of each sentence that a module says by a literal; ``key*`` for a beginning."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {"told": "auditor.cli.texts"} if path.parent.name == "cli" else {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in CATALOGUES:
            names |= {each.asname or each.name: node.module for each in node.names if each.name == "say"}
    for scope, node in [(each, node) for each in _scopes(tree) for node in ast.walk(each)]:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.expr() as first, *_]) if name in names:
                for key in _may_be(first, scope):
                    match key:
                        case ast.Constant(value=str(text)):
                            yield names[name], text
                        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
                            yield names[name], f"{text}*"


def _scopes(tree: ast.Module) -> list[ast.AST]:
    """Return the functions of a module, and the module itself where it has none around a node."""
    return [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]


def _may_be(given: ast.expr, scope: ast.AST) -> list[ast.expr]:
    """Return what an argument may be: each side of a choice, and what its function assigns to a name."""
    if isinstance(given, ast.IfExp):
        return [given.body, given.orelse]
    if not isinstance(given, ast.Name) or isinstance(scope, ast.Module):
        return [given]
    assigned = [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == [given.id]
    ]
    return [each for value in assigned for each in _may_be(value, ast.Module(body=[], type_ignores=[]))]


def test_a_room_says_its_own_sentences_and_those_that_all_share() -> None:
    shared = CATALOGUES["auditor.messages"]
    wrong: list[tuple[str, str]] = []
    count = 0
    for path in MODULES:
        for name, key in keys_said(path):
            own = importlib.import_module(name).say.texts
            known = {**shared, **own}
            if not (key in known or (key.endswith("*") and any(each.startswith(key[:-1]) for each in known))):
                wrong.append((path.relative_to(ROOT).as_posix(), key))
            count += 1

    assert wrong == []
    assert count > 900


def test_both_languages_of_a_sentence_take_the_same_values() -> None:
    assert [key for key, (en, zh) in CATALOGUE.items() if fields(en) != fields(zh)] == []


def test_a_text_among_the_values_is_filled_in_by_language() -> None:
    said = say("gate.failed", count=2, severity=Text("high", "高"))

    assert said.en == "2 findings fail at or above severity high"
    assert said.zh == "2 项不符合，严重程度为“高”及以上"


@pytest.mark.parametrize(
    ("key", "one", "two"),
    [
        ("outcome.fail", "1 finding fails", "2 findings fail"),
        ("outcome.pass", "1 finding passes", "2 findings pass"),
        ("outcome.not_assessed", "1 finding could not be assessed", "2 findings could not be assessed"),
        ("explain.hits", "md5: 1 check", "md5: 2 checks"),
        ("report.gap.rest", "1 more gap, listed in record.json", "2 more gaps, listed in record.json"),
    ],
)
def test_one_is_singular(key: str, one: str, two: str) -> None:
    assert (say(key, count=1, name="md5").en, say(key, count=2, name="md5").en) == (one, two)


def test_no_count_is_no_one() -> None:
    assert say("report.gap.rest", count="").en == " more gaps, listed in record.json"


def test_every_count_before_a_plural_has_a_sentence_for_one() -> None:
    plural = [key for key, (en, _zh) in CATALOGUE.items() if PLURAL.search(en) and not key.endswith(".one")]

    assert [key for key in plural if f"{key}.one" not in CATALOGUE] == []
    assert len(plural) >= 15


def test_only_a_count_stands_before_a_plural() -> None:
    # `say` chooses by `count`; another name before a plural would read "1 files"
    wrong = re.compile(r"\{(?!count\}|limit\}|all\})\w+\} (?!(has|is|holds|says|names|stands|does|requires)\b)\w+s\b")

    assert {key for key, (en, _zh) in CATALOGUE.items() if wrong.search(en)} <= COUNTED_OTHERWISE


def test_a_sentence_for_one_takes_the_values_of_its_other() -> None:
    ones = [key for key in CATALOGUE if key.endswith(".one")]

    assert [key for key in ones if fields(CATALOGUE[key][0]) - fields(CATALOGUE[key.removesuffix(".one")][0])] == []


def test_a_known_reason_is_told_in_both_languages() -> None:
    assert reason("time limit") == Text("time limit", "超时")


def test_an_unknown_reason_is_its_own_text() -> None:
    assert reason("words of a scanner") == Text("words of a scanner", "words of a scanner")


def test_every_reason_is_translated_and_none_is_said_twice_in_english() -> None:
    assert list(REASONS) == sorted(REASONS)
    assert [text for text, zh in REASONS.items() if zh.isascii()] == []


class Module:
    """What can be told from a module's source about the texts that it gives as reasons."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT).as_posix()
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.functions: dict[str, list[ast.FunctionDef]] = {}
        self.positions: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, []).append(node)
                self._note(node.name, [each.arg for each in node.args.args if each.arg != "self"])
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                made = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
                fields_of = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
                names = [each.id for each in fields_of if isinstance(each, ast.Name)]
                self._note(node.name, [each.arg for each in made[0].args.args[1:]] if made else names)

    def _note(self, name: str, parameters: list[str]) -> None:
        if "reason" in parameters:
            self.positions[name] = parameters.index("reason")

    def given(self, positions: dict[str, int]) -> Iterator[str]:
        """Yield each text that a parameter or variable called ``reason`` may get."""
        for scope in (self.tree, *(each for found in self.functions.values() for each in found)):
            for node in ast.walk(scope):
                match node:
                    case ast.Call():
                        yield from self._passed(node, scope, positions | self.positions)
                    case ast.Assign(targets=[ast.Name(id="reason")], value=value):
                        yield from self._texts(value, scope)
                    case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                        for name, value in zip(names, values, strict=True):
                            if isinstance(name, ast.Name) and name.id == "reason":
                                yield from self._texts(value, scope)

    def _passed(self, call: ast.Call, scope: ast.AST, positions: dict[str, int]) -> Iterator[str]:
        for keyword in call.keywords:
            if keyword.arg == "reason":
                yield from self._texts(keyword.value, scope)
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if positions.get(name, len(call.args)) < len(call.args):
            yield from self._texts(call.args[positions[name]], scope)

    def _texts(self, value: ast.AST, scope: ast.AST) -> Iterator[str]:
        """Yield the texts that an expression may come to, as far as this module alone tells."""
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        for part in self._parts(value, scope):
            yield from self._texts(part, scope)

    def _parts(self, value: ast.AST, scope: ast.AST) -> list[ast.expr]:
        """Return the expressions whose values an expression may have."""
        match value:
            case ast.IfExp(body=one, orelse=other):
                return [one, other]
            case ast.Dict(values=values):
                return values
            case ast.Name(id=name) if name != "reason":
                return self._assigned(name, scope)
            case ast.Call(func=ast.Attribute(attr="get", value=table), args=[_key, default]):
                return [table, default]
            case ast.Call(func=ast.Name(id=name)):
                nodes = [node for function in self.functions.get(name, ()) for node in ast.walk(function)]
                return [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
        return []

    def _assigned(self, name: str, scope: ast.AST) -> list[ast.expr]:
        """Return what a name of a function or of the module is set to."""
        found: list[ast.expr] = []
        for node in (*ast.walk(scope), *self.tree.body):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=target)], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
                ) if target == name:
                    found.append(value)
        return found


@cache
def reasons_in_the_code() -> dict[str, str]:
    """Return each reason that the code gives as a literal, and a module that gives it."""
    modules = [Module(path) for path in MODULES]
    # helpers that other modules call; one that a module defines itself goes before these
    shared = {name: place for module in modules for name, place in module.positions.items() if name[0] != "_"}
    shared |= dict.fromkeys(("ToolMissing", "ToolTimeout", "RuleError"), shared["ToolError"])
    found = {text: module.name for module in modules for text in module.given(shared) if text}
    return {text: name for text, name in found.items() if text not in NO_GAP}


def test_every_reason_in_the_code_is_in_the_table() -> None:
    assert {text: name for text, name in reasons_in_the_code().items() if text not in REASONS} == {}


def test_the_scan_of_the_code_sees_every_way_in_which_a_reason_is_given() -> None:
    seen = set(reasons_in_the_code())

    by_keyword, by_position, by_error, by_variable = "language without rules", "stage killed", "failed", "not installed"
    by_table, by_default, by_function, by_constant = "no permission", "server error", "cannot be read", "not let in"
    assert {by_keyword, by_position, by_error, by_variable, by_table, by_default, by_function, by_constant} <= seen
    # the rest are words of semgrep (semgrep_output_v1.atd: error_type), which reach a gap in lower case
    assert set(REASONS) - seen == {
        "ast builder error",
        "fatal error",
        "internal matching error",
        "skipped",
        "stack overflow",
        "too many matches",
    }
