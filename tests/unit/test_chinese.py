"""Whatever the command line says in Chinese is Chinese: help, click's messages, errors of every module, catalogues."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

import auditor
from auditor import config, registry
from auditor.cli import app, chinese
from auditor.reasons import REASONS
from auditor.report.details import DETAILS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

import typer

ROOT = Path(auditor.__file__).parent
GLOSSARY = ROOT.parent / "docs" / "glossary.md"
# Three words in a row that are no code, no path and no option are an English sentence.
SENTENCE = re.compile(r"(?<![\w`./=-])(?:[A-Za-z][a-z]{1,} ){2,}[a-z]{2,}\b(?![\w`/=])")
NAMES = re.compile(
    r"`[^`]*`|\{[^}]*\}|https?://\S+|--?[a-z][\w-]*|\b[\w.-]*[/=:_][\w./=:-]*|(?:auditor|helm)(?: [A-Za-z-]+)+"
)


def catalogues() -> Iterator[tuple[str, str, str, str]]:
    """Yield module, key, English and Chinese of every sentence of ours."""
    for file in (ROOT / "messages.py", *sorted(ROOT.rglob("*texts.py"))):
        name = ".".join(file.relative_to(ROOT.parent).with_suffix("").parts)
        for key, (en, zh) in importlib.import_module(name).TEXTS.items():
            yield name, key, en, zh


def of_checks() -> Iterator[tuple[str, str, str, str]]:
    """Yield the same of every text of every check."""
    for each in registry.all_checks():
        for name in ("title", "problem", "why", "remediation"):
            text = getattr(each, name)
            yield each.id, name, text.en, text.zh


def of_controls() -> Iterator[tuple[str, str, str, str]]:
    """Yield the same of the title of every control of every framework."""
    for framework in registry.all_frameworks():
        yield framework.id, "title", framework.title.en, framework.title.zh
        for control in framework.controls:
            yield framework.id, control.id, control.title.en, control.title.zh


def of_facts() -> Iterator[tuple[str, str, str, str]]:
    """Yield the same of every sentence that facts, measures and gaps are told by."""
    for file in sorted(ROOT.rglob("*texts.py")):
        name = ".".join(file.relative_to(ROOT.parent).with_suffix("").parts)
        for english, told in getattr(importlib.import_module(name), "PHRASES", {}).items():
            yield name, english, english, told
    for english, told in DETAILS.items():
        yield "details", english, english, told


def told_in_english(text: str) -> list[str]:
    return SENTENCE.findall(NAMES.sub(" ", text))


def test_no_sentence_of_a_catalogue_is_english_in_chinese() -> None:
    assert [(name, key, zh) for name, key, _en, zh in catalogues() if SENTENCE.search(NAMES.sub("·", zh))] == []


def test_no_sentence_of_a_check_is_english_in_chinese() -> None:
    assert [(name, key, zh) for name, key, _en, zh in of_checks() if SENTENCE.search(NAMES.sub("·", zh))] == []


def test_both_languages_take_the_same_values_everywhere() -> None:
    def fields(text: str) -> set[str]:
        return {name for _before, name, _spec, _conversion in Formatter().parse(text) if name}

    assert [(name, key) for name, key, en, zh in catalogues() if fields(en) != fields(zh)] == []


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auditor", *words],
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "LANG": "C.UTF-8", "AUDITOR_LANG": "zh"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def all_commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from all_commands(each, (*path, name))


def test_no_help_page_holds_an_english_sentence() -> None:
    # one process for all pages: each would start anew
    paths = list(all_commands(typer.main.get_command(app)))
    code = (
        "import sys, json, io, contextlib\n"
        "sys.argv = ['auditor']\n"
        "import typer\nfrom auditor.cli import app, chinese, _translate\n"
        "command = typer.main.get_command(app)\n_translate(command, chinese.help_page)\n"
        "pages = {}\n"
        "for path in json.loads(sys.stdin.read()):\n"
        "    out = io.StringIO()\n"
        "    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):\n"
        "        command([*path, '--help'], prog_name='auditor', standalone_mode=False)\n"
        "    pages[' '.join(path)] = out.getvalue()\n"
        "print(json.dumps(pages))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(paths),
        env={**os.environ, "AUDITOR_LANG": "zh", "COLUMNS": "200", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    pages = json.loads(done.stdout)

    assert len(pages) > 40
    assert all("用法：" in page and "选项：" in page for page in pages.values())
    english = {path: SENTENCE.findall(NAMES.sub("·", page)) for path, page in pages.items()}
    assert {path: found for path, found in english.items() if found} == {}


@pytest.mark.parametrize(
    "words",
    [
        ["nope"],
        ["run", "--nope"],
        ["run", "--ignroe", "x"],
        ["run", "--stage-limit", "x"],
        ["run", "--stage-limit", "0"],
        ["run", "--output"],
        ["explain"],
        ["explain", "a", "b"],
        ["run", "nowhere"],
        ["run", "code=nowhere"],
        ["run", "cdoe=x"],
        ["run", "--config", "/nowhere.yaml"],
        ["run", "code=.", "--framework", "cis"],
        ["run", "code=.", "--only", "nope"],
        ["run", "code=.", "--format", "nope"],
        ["report", "nope"],
        ["show", "nope"],
        ["verify", "nope"],
        ["init", "nowhere"],
        ["frameworks", "show", "nope"],
        ["tools", "install", "nope"],
        ["bundle", "nope", "--output", "x"],
    ],
    ids=" ".join,
)
def test_an_error_is_told_in_chinese(words: list[str]) -> None:
    done = run(*words)

    assert done.returncode == 2, done.stderr
    assert re.search(r"[\u4e00-\u9fff]", done.stderr)
    assert SENTENCE.findall(NAMES.sub("·", done.stderr)) == []


WRONG: tuple[Any, ...] = (
    None,
    10**20,
    -1,
    1.5,
    float("nan"),
    "",
    "x",
    "x" * 5000,
    [],
    ["a"],
    [1],
    {},
    {"x": 1},
    [["a"]],
    [[]],
)


def _under(wrap: Callable[[Any], Any], name: str, value: Any) -> Any:  # noqa: ANN401 - any value of YAML
    return wrap({name: value})


def refusals(
    schema: dict[str, Any], known: dict[str, Any], wrap: Callable[[Any], Any], depth: int = 0
) -> Iterator[str]:
    """Yield what is said of each wrong value at each place of ``auditor.yaml``."""
    for value in WRONG:
        try:
            config.Document.model_validate(wrap(value))
        except ValidationError as problem:
            yield from config._explained(Path("a.yaml"), problem, {(): 1})
    if depth > 6:
        return
    found = known[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    for each in found.get("anyOf", ()):
        yield from refusals(each, known, wrap, depth + 1)
    for name, each in found.get("properties", {}).items():
        yield from refusals(each, known, partial(_under, wrap, name), depth + 1)
    if isinstance(each := found.get("items"), dict):
        yield from refusals(each, known, lambda value: wrap([value]), depth + 1)
    if isinstance(each := found.get("additionalProperties"), dict):
        yield from refusals(each, known, lambda value: wrap({"k": value}), depth + 1)


def test_each_wrong_value_of_a_configuration_is_told_in_chinese() -> None:
    schema = config.Document.model_json_schema()

    said = set(refusals(schema, schema.get("$defs", {}), lambda value: value))

    assert len(said) > 60
    assert [each for each in said if "is not accepted" in each] == []
    assert [each for each in said if not re.search(r"[\u4e00-\u9fff]", chinese.error(each))] == []


def errors_in_the_code() -> dict[str, str]:
    """Return each English sentence that is raised as an error, ``{}`` for a value, and a module that raises it."""
    found: dict[str, str] = {}
    for path in sorted(ROOT.rglob("*.py")):
        if "demo/platform" in path.as_posix():
            continue
        for english in _raised(ast.parse(path.read_text(encoding="utf-8"))):
            if chinese.needs_words(english):
                found.setdefault(english, path.relative_to(ROOT).as_posix())
    return found


def _raised(tree: ast.AST) -> Iterator[str]:
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef | ast.Module):
            continue
        nodes = list(ast.walk(scope))
        assigned: dict[str, list[ast.expr]] = {}
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, []).append(node.value)
        for node in nodes:
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name(id="ConfigError" | "IntegrityError"), args=[given, *_])):
                    values = assigned.get(given.id, []) if isinstance(given, ast.Name) else [given]
                    yield from (text for value in values if (text := _text(value)))


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values)
    return ""


def test_every_error_of_a_module_has_its_sentence_in_chinese() -> None:
    found = errors_in_the_code()

    assert {english: name for english, name in found.items() if english not in chinese.ERRORS} == {}
    assert len(found) > 150


def test_no_sentence_of_the_table_is_english_in_chinese_and_none_loses_a_value() -> None:
    for english, said in {**chinese.ERRORS, **chinese.USAGE}.items():
        assert SENTENCE.findall(NAMES.sub("·", said)) == [], said
        numbers = {name for _before, name, _spec, _conversion in Formatter().parse(said) if name is not None}
        assert numbers == {str(number) for number in range(english.count("{}"))}, english


def test_a_reason_of_the_operating_system_is_told_in_chinese() -> None:
    assert chinese.error("nowhere.yaml cannot be read: No such file or directory") == (
        "无法读取 nowhere.yaml：文件或目录不存在"
    )


def words() -> list[tuple[str, str, str]]:
    """Return the rows of the glossary: English, Chinese, and what is not said instead."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    return [(en.strip(), zh.strip(), other.strip()) for en, zh, other in rows if set(en.strip()) != {"-"}][1:]


def test_the_catalogues_use_the_words_of_the_glossary() -> None:
    rows = words()
    assert len(rows) >= 25
    wrong = [
        (name, key, bad)
        for _en, _zh, others in rows
        for bad in filter(None, (each.strip() for each in others.split("、")))
        for name, key, en, zh in (*catalogues(), *of_checks())
        if bad in (zh if re.search(r"[\u4e00-\u9fff]", bad) else en)
    ]
    assert wrong == []


def test_each_word_of_the_glossary_is_in_use() -> None:
    said = (f"{en}\n{zh}" for _name, _key, en, zh in (*catalogues(), *of_checks()))
    everything = "\n".join([*said, *REASONS.values()])

    assert [zh for _en, zh, _other in words() if zh not in everything] == []


def test_marks_are_full_width_and_latin_words_stand_apart() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]|[，。；：、！？] ")
    tight = re.compile(r"[\u4e00-\u9fff][A-Za-z]{2,}|[A-Za-z]{2,}[\u4e00-\u9fff]")

    told = (*catalogues(), *of_checks(), *of_controls(), *of_facts())
    said = [(name, key, re.sub(r"`[^`]*`|\{\{.*?\}\}", "·", zh)) for name, key, _en, zh in told]

    assert [(name, key, zh) for name, key, zh in said if half.search(zh)] == []
    assert [(name, key, zh) for name, key, zh in said if tight.search(zh)] == []


PAGES = (ROOT.parent / "README.zh.md", *sorted((ROOT.parent / "docs").glob("*.zh.md")))


def prose_of(page: Path) -> str:
    """Return what of a page is read: without code, outputs and addresses."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`]*`|\]\([^)]*\)|<!--.*?-->", "\u00b7", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_in_chinese_keeps_to_the_glossary_and_to_full_width_marks(page: Path) -> None:
    text = prose_of(page)
    others = [each.strip() for _en, _zh, said in words() for each in said.split("、")]

    assert [bad for bad in others if re.search(r"[\u4e00-\u9fff]", bad) and bad in text] == []
    assert re.findall(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]", text) == []
    assert re.findall(r"[\u4e00-\u9fff][A-Za-z]{2,}|[A-Za-z]{2,}[\u4e00-\u9fff]", text) == []
