"""The catalogue: both languages, counts, and the reasons of gaps that the code gives."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

import auditor
from auditor import reasons
from auditor.messages import Sentences
from auditor.model.text import Text, reason_text
from auditor.reasons import REASONS

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
MEMBERS = {name: text for name, text in vars(reasons).items() if name.isupper() and isinstance(text, str) and text}
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
    "lineage.retention.days",
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
        match node:  # what says the sentences of a room in the language of a run
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="telling"), args=[ast.Name(id=of)])
            ):
                names[name] = names[of]
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
    assert reason_text("time limit") == Text("time limit", "超时")


def test_an_unknown_reason_is_its_own_text() -> None:
    assert reason_text("words of a scanner") == Text("words of a scanner", "words of a scanner")


def test_every_reason_is_translated_and_none_is_said_twice_in_english() -> None:
    assert list(REASONS) == sorted(REASONS)
    assert [text for text, zh in REASONS.items() if zh.isascii()] == []


def test_a_reason_is_named_by_its_words() -> None:
    assert {name: text for name, text in MEMBERS.items() if re.sub(r"[^A-Z0-9]+", "_", text.upper()) != name} == {}
    assert set(MEMBERS.values()) == set(REASONS)


def test_no_reason_is_made_up_where_it_is_given() -> None:
    """What is no literal comes from a table, a scanner or a file that we wrote (mypy refuses any other text)."""
    made = [
        (path.name, node.args[0].value)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "Reason"
        and isinstance(node.args[0], ast.Constant)
    ]

    # why something is left out on purpose, with a sentence of its own; never the reason of a gap
    assert sorted(made) == [("reasons.py", ""), *(("sources.py", word) for word in ("archive", "base", "suffix"))]


def test_every_reason_is_given_somewhere() -> None:
    named = {
        node.attr
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "reasons"
    }

    # the rest are words of semgrep (semgrep_output_v1.atd: error_type), which reach a gap in lower case
    assert {text for name, text in MEMBERS.items() if name not in named} == {
        "ast builder error",
        "fatal error",
        "internal matching error",
        "skipped",
        "stack overflow",
        "too many matches",
    }


def test_a_reason_is_asked_for_by_its_member() -> None:
    def asks(node: ast.Compare) -> bool:
        return "reason" in (getattr(node.left, "attr", ""), getattr(node.left, "id", ""))

    literal = [
        (path.name, text.value)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and asks(node)
        for text in ast.walk(node)
        if isinstance(text, ast.Constant) and text.value in REASONS
    ]

    assert literal == []
