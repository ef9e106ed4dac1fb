"""Whole runs with the real programs: what a tree full of traps gives, what a second run costs, what is new."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from jsonschema import Draft4Validator, Draft202012Validator

from auditor.installation import TAG_BYTES
from tests.e2e.conftest import Bench, programs_of_this_machine

if TYPE_CHECKING:
    from tests.e2e.conftest import Done

pytestmark = [pytest.mark.tool("semgrep"), pytest.mark.tool("bandit")]

SARIF = Path(__file__).parents[1] / "data/schemas/sarif-schema-2.1.0.json"
FAILED = 1
CANARIES = [
    "Kestrel-41-alpha",
    "Kestrel-42-bravo",
    "Kestrel-43-delta",
    "Kestrel-44-gamma",
    "Kestrel45omega",
    "Kestrel-46-sigma",
]
LOAD = "import pickle\nthing = pickle.load(open('x', 'rb'))\n"
NOTEBOOK: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": [],
            "source": ["%matplotlib inline\n", "import pickle\n", "x = pickle.load(f)\n", "x = pickle.load(f)"],
        },
    ],
    "metadata": {"kernelspec": {"language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def fill(bench: Bench) -> None:
    """A small tree with faults, secrets, files that cannot be read, and files that want to steer the scanners."""
    bench.write("app/load.py", LOAD)
    bench.write("app/quiet.py", "import pickle\nthing = pickle.load(open('x', 'rb'))  # nosec  # nosemgrep\n")
    bench.write("app/模型 一.py", LOAD)
    bench.write("app/WINDOW.PYW", LOAD)
    bench.write("app/gbk.py", ("# 口令\n" + LOAD).encode("gbk"))
    bench.write("bin/serve", "#!/usr/bin/env python3\n" + LOAD)
    bench.write("book.ipynb", json.dumps(NOTEBOOK, indent=1))
    bench.write("tests/test_load.py", LOAD)
    bench.write("app/two.py", 'print "Python 2"\nexec code in space\n')
    bench.write("app/nul.py", b"x = '\0'\n")
    bench.write("app/broken.py", "def f(:\n")
    bench.write("line.txt", "a" * 900_000)
    bench.write("web/page.ts", "export const run = (s: string) => eval(s);\n")
    bench.write("main.go", "package main\n")
    # secrets
    bench.write("app/settings.py", f'password = "{CANARIES[0]}"\nlogin(user, password="{CANARIES[1]}")\n')
    bench.write(".env", f"DB_PASSWORD={CANARIES[2]}\nDATABASE_URL=postgresql://loan:{CANARIES[3]}@db/loan\n")
    over_lines = f'pickle.load(\n    f, secret=(\n        "{CANARIES[5]}"\n    )\n)\n'
    bench.write("app/both.py", f'import pickle\npickle.load(f, token="{CANARIES[4]}")\n{over_lines}')
    # files that a scanner would take for orders
    bench.write(".semgrepignore", "*\n")
    bench.write("app/.semgrepignore", "*\n")
    bench.write(".bandit", "[bandit]\nskips: B301,B403\nexclude: /app\n")
    bench.write(".semgrep.yml", "rules: []\n")
    bench.write("semgrep.yml", "rules: [{id: own, languages: [python], message: m, severity: ERROR, pattern: x}]\n")
    bench.write("pyproject.toml", "[tool.bandit]\nskips = ['B301']\nexclude_dirs = ['app']\n[tool.semgrep]\n")
    bench.write("setup.cfg", "[bandit]\nskips = B301\n")
    bench.write(".gitignore", "app/\n")


def git(bench: Bench, *words: str) -> None:
    subprocess.run(
        ["/usr/bin/git", "-c", "user.name=Li Wei", "-c", "user.email=li@example.com", *words],
        cwd=bench.tree,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        check=True,
    )


@dataclass(frozen=True, slots=True)
class Story:
    """One run after the other over one tree."""

    bench: Bench
    cold: Done
    warm: Done
    anew: Done
    added: Done
    added_since_commit: Done
    moved: Done


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    bench = Bench(tmp_path_factory.mktemp("story"))
    programs_of_this_machine(bench)
    scratch = bench.root / "scratch"
    scratch.mkdir()
    bench.environment["TMPDIR"] = str(scratch)
    fill(bench)
    git(bench, "init", "-q", "-b", "main")
    git(bench, "add", "--force", ".")
    git(bench, "commit", "-q", "-m", "one")
    every = ("run", "--only", "code", "code=tree")

    cold = bench.auditor(*every, "--output", "cold")
    warm = bench.auditor(*every, "--format", "json", "--output", "warm")
    anew = bench.auditor(*every, "--format", "json", "--output", "anew", "--no-cache")
    bench.write("app/load.py", "# a line above\n" + LOAD + "\n\nother = pickle.load(open('y', 'rb'))\n")
    added = bench.auditor(*every, "--format", "json", "--output", "added", "--new-since", "run:cold")
    since = bench.auditor(*every, "--format", "json", "--output", "since", "--new-since", "HEAD")
    git(bench, "mv", "app/load.py", "app/loading.py")
    bench.write("app/loading.py", "# one\n\n# two\n" + LOAD)
    moved = bench.auditor(*every, "--format", "json", "--output", "moved", "--new-since", "HEAD")
    runs = (cold, warm, anew, added, since, moved)
    names = ("cold", "warm", "anew", "added", "since", "moved")
    with_records = (
        replace(done, record=json.loads((bench.root / name / "record.json").read_bytes()))
        for done, name in zip(runs, names, strict=True)
    )
    return Story(bench, *with_records)


def failures(done: Done, rule: str = "data-pickle-not-loaded") -> list[str]:
    return sorted(
        f"{row['location']['file']}:{row['location']['line']}"
        for row in done.record["findings"]
        if row["verdict"] == "fail" and row["id"] == rule
    )


def new(done: Done) -> list[str]:
    return [
        f"{row['id']} {row['location']['file']}:{row['location']['line']}"
        for row in done.record["findings"]
        if row.get("new")
    ]


def test_every_fault_is_found_whatever_the_tree_says_to_the_scanners(story: Story) -> None:
    lines = json.dumps(NOTEBOOK, indent=1).split("\n")
    in_notebook = [number for number, line in enumerate(lines, 1) if "pickle.load" in line]

    assert failures(story.cold) == sorted(
        [
            "app/both.py:2",
            "app/both.py:3",
            "app/gbk.py:3",
            "app/load.py:2",
            "app/quiet.py:2",
            "app/WINDOW.PYW:2",
            "app/模型 一.py:2",
            "bin/serve:3",
            "tests/test_load.py:2",
            *(f"book.ipynb:{line}" for line in in_notebook),
        ]
    )
    assert story.cold.exit_code == FAILED


def test_comment_that_asks_for_silence_shows_with_its_author(story: Story) -> None:
    (finding,) = [
        row
        for row in story.cold.record["findings"]
        if row["subject"] == "app/quiet.py" and row["id"].startswith("data-")
    ]

    assert finding["verdict"] == "fail"
    assert finding["suppressed_in_code"]["author"] == "Li Wei"
    assert finding["suppressed_in_code"]["comment"].startswith("nosec")


def test_whatever_could_not_be_seen_is_a_gap(story: Story) -> None:
    gaps = set(story.cold.gaps)

    assert gaps == {
        ("Go", "language without rules"),
        ("app/broken.py", "syntax error"),
        ("app/nul.py", "cannot be read as text"),
        ("app/two.py", "syntax error"),
    }


def test_no_rule_passes_where_a_file_was_not_read(story: Story) -> None:
    assert "pass" not in {row["verdict"] for row in story.cold.record["findings"]}


def test_planted_secret_is_in_no_byte_that_a_run_leaves_behind(story: Story) -> None:
    root = story.bench.root
    written = {
        str(path): path.read_bytes()
        for name in ("cold", "warm", "anew", "added", "since", "moved", "cache/observations.db", "scratch")
        for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
        if path.is_file()
    }
    for path in list(written):
        if path.endswith(".zst"):
            written[path + " unpacked"] = zstandard.ZstdDecompressor().stream_reader(written[path]).read()
    with sqlite3.connect(root / "cache/observations.db") as database:
        kept = [value for (value,) in database.execute("SELECT value FROM observation") if len(value) > TAG_BYTES]
    database.close()
    for number, value in enumerate(kept):
        written[f"observation {number}"] = zstandard.ZstdDecompressor().decompress(value[TAG_BYTES:])
    for name in ("cold", "warm", "anew", "added", "added_since_commit", "moved"):
        done: Done = getattr(story, name)
        written[f"stdout {name}"], written[f"stderr {name}"] = done.stdout, done.stderr.encode()

    leaks = [(path, canary) for path, data in written.items() for canary in CANARIES if canary.encode() in data]

    assert leaks == []
    assert len(written) > 30
    assert kept
    assert failures(story.cold, "secret-password-not-hardcoded") == ["app/settings.py:1", "app/settings.py:2"]
    assert failures(story.cold, "secret-default-credential-absent") == [".env:1"]


def test_nothing_is_left_in_the_folder_for_temporary_files(story: Story) -> None:
    assert list((story.bench.root / "scratch").iterdir()) == []


def test_tree_and_repository_are_left_as_they_were(story: Story) -> None:
    state = subprocess.run(
        ["/usr/bin/git", "status", "--porcelain", "--ignored"], cwd=story.bench.tree, capture_output=True, check=True
    )

    assert state.stdout.split() == [b"RM", b"app/load.py", b"->", b"app/loading.py"]


def test_second_run_scans_nothing(story: Story) -> None:
    assert story.cold.tallies[0] == 0
    assert story.warm.tallies == (story.cold.tallies[1], 0)


def test_record_is_the_same_byte_for_byte_but_for_the_circumstances(story: Story) -> None:
    records = []
    for name in ("cold", "warm", "anew"):
        text = (story.bench.root / name / "record.json").read_text(encoding="utf-8")
        head, _run, rest = text.partition('"run": {')
        records.append(head + rest.partition("\n },")[2])

    assert records[0] == records[1]
    assert records[0] == records[2]


def test_record_fits_the_published_schema(story: Story) -> None:
    schema = json.loads(story.bench.auditor("schema").stdout)

    for done in (story.cold, story.added, story.moved):
        assert [error.message for error in Draft202012Validator(schema).iter_errors(done.record)] == []


def test_sarif_fits_its_schema_and_names_every_failure(story: Story) -> None:
    log = json.loads((story.bench.root / "cold" / "findings.sarif").read_bytes())

    assert [error.message for error in Draft4Validator(json.loads(SARIF.read_bytes())).iter_errors(log)] == []
    fails = [row for row in story.cold.record["findings"] if row["verdict"] == "fail"]
    assert sum(result.get("kind", "fail") == "fail" for result in log["runs"][0]["results"]) == len(fails)


def test_only_the_changed_file_is_scanned(story: Story) -> None:
    reused, observed = story.added.tallies

    assert observed == 2  # by semgrep, and by bandit
    assert reused == story.cold.tallies[1] - 2


def test_one_added_fault_is_exactly_what_is_new_since_a_run(story: Story) -> None:
    assert [line for line in new(story.added) if line.startswith("data-")] == ["data-pickle-not-loaded app/load.py:6"]
    assert {line.split()[1] for line in new(story.added)} == {"app/load.py:6"}
    assert story.added.exit_code == FAILED


def test_one_added_fault_is_exactly_what_is_new_since_a_commit(story: Story) -> None:
    assert new(story.added_since_commit) == new(story.added)
    assert story.added_since_commit.record["run"]["compared_with"] == "HEAD"


def test_file_that_was_moved_and_lines_above_make_nothing_new(story: Story) -> None:
    assert new(story.moved) == []
    assert "app/loading.py:5" in failures(story.moved)
    assert story.moved.exit_code != FAILED
