"""What enters a function of which its own file does not tell."""

from __future__ import annotations

import pytest

from auditor.stages.code.flow import _Entries
from auditor.stages.code.refine import Module
from auditor.stages.code.registered import registered_in
from auditor.stages.code.tree import Source


def parsed(text: str) -> Module:
    made = Module.of(text.encode())
    assert made is not None
    return made


def source_of(path: str, text: str) -> Source:
    return Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())


def test_a_tool_that_another_file_registers_is_followed_in_one_function() -> None:
    tool = source_of("write.py", "def write(path):\n    open(path)\n")
    kit = source_of("kit.py", "toolkit.register_tool_function(write, group='files')\n")
    module = Module.of(tool.text)
    assert module is not None
    function = module.enclosing(2)

    assert _Entries(frozenset(), registered_in([tool, kit]), {}).reach("write.py", function)
    assert not _Entries(frozenset(), registered_in([tool]), {}).reach("write.py", function)
    same = source_of("write.py", "toolkit.register_tool_function(write)\n")
    assert not _Entries(frozenset(), registered_in([same]), {}).reach("write.py", function)


@pytest.mark.parametrize(
    ("maker", "is_refused"),
    [
        ("def made(run):\n    if not (ROOT / run).resolve().is_relative_to(ROOT):\n        raise Bad\n", True),
        ("def made(run):\n    check_name(run)\n", True),
        ("def made(run):\n    return ROOT / run\n", False),
    ],
)
def test_a_dependency_that_refuses_makes_a_hint(maker: str, is_refused: bool) -> None:  # noqa: FBT001 - a row
    route, made = parsed("def logs(file):\n    open(file)\n"), parsed(maker)
    entries = _Entries(frozenset(), {}, {"logs": [made.tree.body[0]]})
    function = route.enclosing(2)

    assert entries.is_fed(function)
    assert entries.is_refused(function) is is_refused
