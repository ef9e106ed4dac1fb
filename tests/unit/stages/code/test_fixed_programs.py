"""Processes whose program the code names, however the list that they are started with comes about."""

from __future__ import annotations

import pytest

from auditor.formats import pysa as pysa_format
from auditor.stages.code.fixed_programs import starts_fixed_program
from auditor.stages.code.reading import Collector
from auditor.stages.code.tree import Source

HEAD = """import asyncio, shutil, subprocess, sys
GIT = "/usr/bin/git"
BASE = ("rg", "--json")

def build(value):
    return ["rg", "--json", value]

def chosen(value):
    return [value, "--json"]

class Runner:
    program = "rg"
    def work(self, value, program):
"""


def is_fixed(body: str, sink: str = "subprocess.run", enters: tuple[str, ...] = ("value",)) -> bool:
    text = HEAD + "".join(f"        {row}\n" for row in body.split("\n"))
    files = {
        "app.py": Source(
            path="app.py", language="python", size_bytes=1, sha256="", text=b"def route(value):\n    work(value)\n"
        ),
        "work.py": Source(path="work.py", language="python", size_bytes=1, sha256="", text=text.encode()),
    }
    steps = (
        pysa_format.Step(path="app.py", line=1, name="Request", enters=("value",)),
        pysa_format.Step(path="app.py", line=2, name="work.Runner.work", enters=enters),
        pysa_format.Step(path="work.py", line=len(text.splitlines()), name=sink),
    )
    flow = pysa_format.Flow(code=9001, source="Request", sink=sink, steps=steps, is_guarded=False, functions=2)
    return starts_fixed_program(Collector("pysa"), files, flow)


@pytest.mark.parametrize(
    "body",
    [
        "subprocess.run(['rg', value])",
        "subprocess.run(args=['rg', value], shell=False)",
        "subprocess.run(('rg', *value.split()))",
        "subprocess.run([GIT, 'log', value])",
        "subprocess.run([self.program, value])",
        "subprocess.run([program, value])",
        "subprocess.run([shutil.which(NAME), value])",
        "subprocess.run([str(ROOT / 'tool'), value])",
        "subprocess.run(['rg'] + [value])",
        "subprocess.run([*BASE, value])",
        "subprocess.run(list(BASE) + value.split())",
        "subprocess.run(build(value))",
        "command: list[str] = ['rg', value]\nsubprocess.run(command)",
        "command = ['git']\ncommand += ['log', value]\nsubprocess.run(command)",
        "command = ['git']\ncommand.append(value)\nsubprocess.run(command)",
        "command = []\ncommand.extend(['git', 'log'])\ncommand.append(value)\nsubprocess.run(command)",
        "command = [value]\ncommand.insert(0, 'rg')\nsubprocess.run(command)",
        "command = ['rg', value] if value else ['rg']\nsubprocess.run(command)",
        "command = ['rg']\nif value:\n    command = ['rg', value]\nsubprocess.run(command)",
        "asyncio.run(asyncio.to_thread(subprocess.run, ['rg', value]))",
        "Thread(target=subprocess.run, args=(['rg', value],)).start()",
    ],
)
def test_a_program_that_the_code_names_runs_no_text(body: str) -> None:
    assert is_fixed(body)


@pytest.mark.parametrize(
    "body",
    [
        "subprocess.run(value)",
        "subprocess.run(value.split())",
        "subprocess.run([value, '--version'])",
        "subprocess.run(['rg', value], shell=True)",
        "subprocess.run(['rg', value], shell=self.shell)",
        "subprocess.run([*value.split(), 'rg'])",
        "subprocess.run([f'{value}/tool'])",
        "subprocess.run(chosen(value))",
        "subprocess.run(unknown(value))",
        "command = [value]\ncommand.append('log')\nsubprocess.run(command)",
        "command = []\ncommand.append(value)\nsubprocess.run(command)",
        "command = ['rg']\ncommand.insert(0, value)\nsubprocess.run(command)",
        "command = ['rg', value] if value else [value]\nsubprocess.run(command)",
        "command = ['rg']\nif value:\n    command = [value]\nsubprocess.run(command)",
        "subprocess.run(['bash', '-c', value])",
        "subprocess.run([sys.executable, value])",
        "shell = 'bash'\nsubprocess.run([shell, '-c', value])",
        "Thread(target=subprocess.run, args=([value],)).start()",
    ],
)
def test_a_program_that_comes_from_outside_is_none(body: str) -> None:
    assert not is_fixed(body)


@pytest.mark.parametrize(
    ("body", "fixed"),
    [
        ("asyncio.create_subprocess_exec('rg', value)", True),
        ("command = ['rg', value]\nasyncio.create_subprocess_exec(*command)", True),
        ("asyncio.create_subprocess_exec(value, 'rg')", False),
        ("asyncio.create_subprocess_exec('sh', '-c', value)", False),
    ],
)
def test_words_that_are_given_one_by_one(body: str, *, fixed: bool) -> None:
    assert is_fixed(body, "asyncio.subprocess.create_subprocess_exec") is fixed


def test_which_parameter_comes_from_outside_decides() -> None:
    assert is_fixed("subprocess.run([program, value])", enters=("value",))
    assert not is_fixed("subprocess.run([program, value])", enters=("program",))


@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("run(['rg', value])", True),
        ("run([value, 'rg'])", False),
        ("several('rg', value)", True),
        ("several(value, 'rg')", False),
        ("run(command=['rg', value])", True),
    ],
)
def test_a_list_that_is_handed_over_was_made_before(call: str, *, fixed: bool) -> None:
    runner = "def run(command):\n    return subprocess.run(command)\n\n"
    runner += "def several(*words):\n    return subprocess.run(words)\n"
    texts = {"app.py": f"def route(value):\n    return {call}\n", "work.py": runner}
    files = {
        path: Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())
        for path, text in texts.items()
    }
    name = "words" if call.startswith("several") else "command"
    steps = (
        pysa_format.Step(path="app.py", line=1, name="Request", enters=("value",)),
        pysa_format.Step(path="app.py", line=2, name="work.run", enters=(name,)),
        pysa_format.Step(path="work.py", line=5 if name == "words" else 2, name="subprocess.run"),
    )
    flow = pysa_format.Flow(
        code=9001, source="Request", sink="subprocess.run", steps=steps, is_guarded=False, functions=2
    )

    assert starts_fixed_program(Collector("pysa"), files, flow) is fixed


def test_lists_that_are_made_of_each_other_come_to_an_end() -> None:
    assert not is_fixed("one = two\ntwo = one\none = two + [value]\nsubprocess.run(one)")
