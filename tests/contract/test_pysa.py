"""The real pysa with our models: flows over functions and files, and nothing of the tree is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


def scan(folder: Path, files: dict[str, str]) -> list[Match]:
    scratch = folder / "scratch"
    scratch.mkdir()
    staged = copy([source(path, text) for path, text in files.items()], folder / "tree")
    scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES)
    reading = scanner.scan(rule_pack(), staged, scratch, lambda _seconds: None)
    assert not reading.general
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
    scanner = FlowScanner(pysa.Pysa(Programs.here()), pysa.SWITCHES)

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
