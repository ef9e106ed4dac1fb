"""What the data flow over the whole program does not see: packages that are not modelled."""

from __future__ import annotations

import pytest

from auditor import reasons
from auditor.stages.code.flow_reach import is_left_to_patterns, not_followed
from tests.unit.stages.code.fakes import rule

SHELL = rule("shell", "pysa", "command-execution", not_followed=frozenset({"sh", "docker", "fabric"}))
SQL = rule("sql", "pysa", "sql-injection", not_followed=frozenset({"trino"}))


def told(texts: dict[str, str], roots: tuple[str, ...] = ("",)) -> dict[str, str]:
    found = not_followed([SHELL, SQL], {path: text.encode() for path, text in texts.items()}, roots)
    assert {each.reason for each in found} <= {reasons.PACKAGES_NOT_FOLLOWED}
    assert all(each.is_final for each in found)
    return {each.topic: each.detail for each in found}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"a.py": "import os\n"}, {}),
        ({"a.py": "import trino\n"}, {"sql": "what is handed to trino (a.py)"}),
        ({"a.py": "def f():\n    from docker.errors import APIError\n"}, {"shell": "what is handed to docker (a.py)"}),
        (
            {"b.py": "import sh\n", "a.py": "from sh import ls\nimport trino.dbapi\n"},
            {"shell": "what is handed to sh (a.py …)", "sql": "what is handed to trino (a.py)"},
        ),
        ({"a.py": "import sh\nimport docker\n"}, {"shell": "what is handed to docker (a.py), sh (a.py)"}),
        ({"a.py": "# import sh\nsh = docker = 1\nfrom .sh import run\n"}, {}),
    ],
)
def test_a_rule_names_what_it_does_not_see(texts: dict[str, str], expected: dict[str, str]) -> None:
    assert told(texts) == expected


@pytest.mark.parametrize("own", ["docker.py", "docker/__init__.py", "back/docker.py"])
def test_a_module_of_the_program_is_no_package(own: str) -> None:
    assert told({"back/a.py": "import docker\n", own: ""}, ("back", "")) == {}


def test_a_folder_of_that_name_is_no_module() -> None:
    assert told({"a.py": "import docker\n", "docker/build.py": ""}) == {"shell": "what is handed to docker (a.py)"}


def test_many_packages_are_counted() -> None:
    names = [f"p{number}" for number in range(10)]
    one = rule("one", "pysa", not_followed=frozenset(names))

    (found,) = not_followed([one], {"a.py": "\n".join(f"import {name}" for name in names).encode()}, [""])

    assert found.detail.endswith("p7 (a.py) …")


@pytest.mark.parametrize(
    ("sink", "is_left"),
    [
        ("open", True),
        ("subprocess.run", True),
        ("sqlalchemy.text", True),
        ("trino.dbapi.Cursor.execute", False),
        ("git.Repo.clone_from", False),
        ("playwright.async_api.Frame.goto", False),
    ],
)
def test_only_what_the_patterns_look_for_is_left_to_them(sink: str, *, is_left: bool) -> None:
    assert is_left_to_patterns(sink) is is_left


def test_what_a_package_brings_in_is_not_followed() -> None:
    one = rule("one", "pysa", not_followed=frozenset({"sh"}), not_brought_in=frozenset({"celery", "kafka"}))
    texts = {"worker.py": b"import sh\nfrom celery import Celery\n", "app.py": b"import fastapi\n"}

    found = not_followed([one], texts, [""])

    assert [each.detail for each in found] == [
        "what is handed to sh (worker.py)",
        "what comes in by celery (worker.py)",
    ]
