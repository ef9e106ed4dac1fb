"""The real pysa with our models: flows over functions and files, and nothing of the tree is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor import reasons
from auditor.cache import ObservationCache
from auditor.content import rulesets
from auditor.formats import pysa as pysa_format
from auditor.model.digest import sha256
from auditor.stages.code.flow import FlowScanner
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.staging import copy
from auditor.stages.code.tree import Source
from auditor.tools import pysa
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from auditor.stages.code.reading import Match

pytestmark = pytest.mark.tool("pysa")

ROUTES = """
from fastapi import APIRouter
from .work import fetch, run, checked, fixed

router = APIRouter()


@router.get("/a")
def a(url: str, command: str, number: int):
    fetch(url)
    run(command)
    checked(url)
    return fixed(number)
"""
WORK = """
import subprocess

import requests

from .guard import assert_url_is_safe


def fetch(address):
    return requests.get(address, timeout=3)


def run(text):
    subprocess.run(["ls", text])
    subprocess.run(text, shell=True)


def checked(address):
    assert_url_is_safe(address)
    return requests.get(address, timeout=3, allow_redirects=False)


def fixed(number):
    return requests.get(f"https://api.example.com/{number}", timeout=3)
"""
GUARD = """
def assert_url_is_safe(address):
    if not address.startswith("https://files.example.com/"):
        raise PermissionError
"""
REGISTERED = """
from toolkit import Toolkit
from .files import store

kit = Toolkit()
kit.register_tool_function(store)
"""
FILES = """
def store(file_path: str, content: str):
    write(file_path, content)


def write(place, content):
    with open(place, "w") as out:
        out.write(content)
"""


def source(path: str, text: str) -> Source:
    data = text.encode()
    return Source(path=path, language="python", size_bytes=len(data), sha256=sha256(data), text=data)


def scan(folder: Path, files: dict[str, str], reasons_of_tree: AbstractSet[str] = frozenset()) -> list[Match]:
    scratch = folder / "scratch"
    scratch.mkdir()
    staged = copy([source(path, text) for path, text in files.items()], folder / "tree")
    scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES, ObservationCache(None))
    reading = scanner.scan(rule_pack(), staged, scratch, lambda _seconds: None)
    assert {each.reason for each in reading.general} == reasons_of_tree
    return [match for each in reading.slices.values() for match in each.matches]


def test_flows_over_files_are_found_with_their_way_and_guarded_ones_are_hints(tmp_path: Path) -> None:
    found = scan(tmp_path, {"app/__init__.py": "", "app/routes.py": ROUTES, "app/work.py": WORK, "app/guard.py": GUARD})

    assert {(match.rule, match.line, match.severity) for match in found} == {
        ("flow-urls-allow-listed", 10, ""),
        ("flow-commands-free-of-outside-text", 15, ""),
        ("flow-urls-allow-listed", 20, "info"),
    }
    way = next(match.steps for match in found if match.line == 10)
    assert [(step.file, step.line) for step in way] == [
        ("app/routes.py", 9),
        ("app/routes.py", 10),
        ("app/work.py", 10),
    ]


def test_tool_that_another_file_registers_is_a_source(tmp_path: Path) -> None:
    found = scan(tmp_path, {"app/tools.py": REGISTERED, "app/files.py": FILES})

    assert [(match.rule, match.line, match.origin) for match in found] == [("flow-paths-confined", 7, "ToolArgument")]


SHELL = "import subprocess\n\n\ndef run(text):\n    subprocess.run(text, shell=True)\n"


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": f"import sys\n{SHELL}\n\nrun(sys.argv[1])\n"},
        # of a word that sources have, too; the program itself is asked
        {"main.py": f"import sys\n{SHELL}\n\ndef tool(name):\n    run(name)\n\n\ntool(sys.argv[1])\n"},
        {
            "main.py": f"from fastapi import FastAPI\n{SHELL}\napp = FastAPI()\n\n\n"
            "@app.get('/')\ndef at():\n    run('ls')\n"
        },
    ],
)
def test_where_nothing_is_seen_to_come_in_silence_is_told(tmp_path: Path, files: dict[str, str]) -> None:
    assert scan(tmp_path, files, {reasons.NOTHING_TO_FOLLOW}) == []


@pytest.mark.parametrize(
    "text",
    [
        "from flask import request\n\n\ndef at():\n    print(request.args['x'])\n",
        "import zipfile\n\n\ndef names(file):\n    print(zipfile.ZipFile(file).namelist())\n",
        "from django.db import models\n\n\ndef at(request):\n    print(request.GET['x'])\n",
        "def at(client):\n    print(client.chat.completions.create(model='m'))\n",
        (
            "class Agent:\n    def __init__(self, llm):\n        self.llm = llm\n\n"
            "    def at(self):\n        print(self.llm.invoke('x'))\n"
        ),
    ],
)
def test_what_comes_in_and_ends_in_nothing_was_followed(tmp_path: Path, text: str) -> None:
    assert scan(tmp_path, {"main.py": SHELL, "app.py": text}) == []


def test_a_package_that_is_not_modelled_costs_its_rule_alone(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    text = "import taos\nfrom flask import request\n\n\ndef at():\n    taos.connect().cursor().execute(request.data)\n"
    staged = copy([source("main.py", text)], tmp_path / "tree")
    scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES, ObservationCache(None))

    reading = scanner.scan(rule_pack(), staged, tmp_path / "scratch", lambda _seconds: None)

    assert [(each.topic, each.reason) for each in reading.general] == [
        ("flow-statements-parameterised", reasons.PACKAGES_NOT_FOLLOWED)
    ]


ROUTE = """
from fastapi import FastAPI
from {work} import run

app = FastAPI()


@app.get("/")
def at(c: str):
    run(c)
"""


def test_programs_whose_modules_have_one_name_are_each_followed(tmp_path: Path) -> None:
    files = {f"{root}/main.py": ROUTE.format(work="work") for root in "ab"} | {
        f"{root}/work.py": SHELL for root in "ab"
    }
    for root in "cd":
        files |= {f"{root}/serve.py": "from app.main import app\n", f"{root}/app/__init__.py": ""}
        files |= {f"{root}/app/main.py": ROUTE.format(work=".work"), f"{root}/app/work.py": SHELL}
    # a folder that no import can name, beside one that has the name it is given
    files |= {"services/user-store/main.py": ROUTE.format(work="work"), "services/user-store/work.py": SHELL}
    files |= {"services/user_store/main.py": ROUTE.format(work="work"), "services/user_store/work.py": SHELL}

    found = scan(tmp_path, files)

    assert sorted(match.steps[-1].file for match in found) == [
        "a/work.py",
        "b/work.py",
        "c/app/work.py",
        "d/app/work.py",
        "services/user-store/work.py",
        "services/user_store/work.py",
    ]


def test_a_module_that_another_one_hides_is_named(tmp_path: Path) -> None:
    files = {f"{root}/work.py": SHELL for root in "ab"} | {"a/main.py": ROUTE.format(work="work")}
    files["b/main.py"] = ROUTE.format(work="work").replace("from work import", "import os, work\nfrom nowhere import")

    found = scan(tmp_path, files, {reasons.PACKAGE_CLASH})

    assert [match.steps[-1].file for match in found] == ["a/work.py"]


def test_no_python_of_the_tree_is_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    files = {
        "app/routes.py": ROUTES,
        "app/work.py": WORK,
        "pyproject.toml": '[tool.pyrefly]\npython-interpreter-path = "run.sh"\nproject-includes = ["nothing/**"]\n',
    }
    staged = copy([source(path, text) for path, text in files.items()], tmp_path / "tree")
    bait = staged.root / "tree" / ".venv" / "bin"
    bait.mkdir(parents=True)
    for place in (bait / "python", bait / "python3", staged.root / "tree" / "run.sh"):
        place.write_text(f"#!/bin/sh\ntouch {canary}\n")
        place.chmod(0o755)
    (tmp_path / "scratch").mkdir()
    scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES, ObservationCache(None))

    scanner.scan(rule_pack(), staged, tmp_path / "scratch", lambda _seconds: None)

    assert not canary.exists()


def test_every_model_of_ours_is_taken(tmp_path: Path) -> None:
    folder = rulesets() / "pysa"
    names = sorted(each.name for each in (folder / "stubs").iterdir())
    text = "".join(f"import {name}\n" for name in names) + "import os, subprocess, pickle, sqlite3\n" + ROUTES
    staged = copy([source("app.py", text)], tmp_path / "tree")
    (tmp_path / "scratch").mkdir()

    output = pysa.Pysa(Programs.here()).analyse(
        staged.root,
        (staged.root / "tree",),
        models=lambda: (folder / "models",),
        stubs=folder / "stubs",
        scratch=tmp_path / "scratch",
        jobs=1,
        timeout_s=300.0,
    )

    report = pysa_format.read(output.type_errors, output.metadata, output.taint)
    assert report.broken_models == ()
    assert report.unread == ()


class Kept:
    """A cache in memory."""

    def __init__(self) -> None:
        self.items: dict[str, bytes] = {}

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: self.items[key] for key in keys if key in self.items}

    def put_many(self, items: Mapping[str, bytes]) -> None:
        self.items.update(items)


STARTS = """
import asyncio
import uuid


async def start(line):
    await asyncio.create_subprocess_shell(line, env={"RUN": str(uuid.uuid4())})
"""
ASKED = """
from fastapi import APIRouter

from app.starts import start

router = APIRouter()


@router.post("/run")
async def run(line: str):
    await start(line)
"""


def test_few_files_are_followed_as_well_without_the_modules_that_they_do_not_name(tmp_path: Path) -> None:
    kept = Kept()

    def scan_of(name: str, *beside: Source) -> list[Match]:
        folder = tmp_path / name
        (folder / "scratch").mkdir(parents=True)
        files = {"app/__init__.py": "", "app/starts.py": STARTS, "app/routes.py": ASKED}
        staged = copy([source(path, text) for path, text in files.items()], folder / "tree", beside)
        scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES, kept)
        reading = scanner.scan(rule_pack(), staged, folder / "scratch", lambda _seconds: None)
        assert not reading.general
        return [match for each in reading.slices.values() for match in each.matches]

    whole, near = scan_of("whole"), scan_of("near", source("app/other.py", "import ssl\n"))

    assert [(match.rule, match.line) for match in whole] == [("flow-commands-free-of-outside-text", 7)]
    assert near == whole
    assert not (tmp_path / "whole" / "scratch" / "library").exists()
    given = {file.stem for file in (tmp_path / "near" / "scratch" / "library").rglob("*.pyi")}
    assert {"builtins", "subprocess", "uuid"} <= given
    assert not {"ssl", "ctypes", "multiprocessing"} & given


def test_the_smallest_program_needs_no_more_of_python(tmp_path: Path) -> None:
    kept = Kept()
    for name, beside in (("whole", ()), ("near", (source("other.py", "x = 1\n"),))):
        (tmp_path / name / "scratch").mkdir(parents=True)
        text = "from flask import request\n\n\ndef shown():\n    return open(request.args['name']).read()\n"
        staged = copy([source("app.py", text)], tmp_path / name / "tree", beside)
        scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES, kept)

        reading = scanner.scan(rule_pack(), staged, tmp_path / name / "scratch", lambda _seconds: None)

        assert not reading.general
    assert kept.items


@pytest.mark.parametrize("name", ["builtins.py", "builtins/__init__.py"])
def test_a_file_with_the_name_of_the_builtins_costs_itself_alone(tmp_path: Path, name: str) -> None:
    text = "from flask import request\nfrom work import read\n\n\ndef shown():\n    return read(request.args['name'])\n"
    work = "def read(name):\n    return open(name).read()\n"
    files = {"app.py": text, "work.py": work, name: "X = 1\n", "builtins/more.py": "", "deep/builtins.py": "Y = 1\n"}
    (tmp_path / "scratch").mkdir()
    staged = copy([source(path, text) for path, text in files.items()], tmp_path / "tree")

    scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES, ObservationCache(None))
    reading = scanner.scan(rule_pack(), staged, tmp_path / "scratch", lambda _seconds: None)

    assert not reading.general
    assert {path for path, each in reading.slices.items() if each.problems} == {name}
    assert [match.rule for each in reading.slices.values() for match in each.matches] == ["flow-paths-confined"]
