"""Many files are read in two processes, and nothing depends on which of them read what."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from auditor import reasons
from auditor.errors import ToolError
from auditor.model.fact import Gap
from auditor.model.record import Exclusion
from auditor.stages.kubernetes import halving
from auditor.stages.kubernetes.files import Input
from auditor.stages.kubernetes.halving import Reading, read
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.sources import PlainFile
from auditor.stages.kubernetes.wiring import _apart

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING = msgspec.msgpack.encode(Reading(found=[], gaps=[], left=[], inputs=[]))
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}\ndata: {{text: {text}}}\n"


@pytest.fixture
def files(tmp_path: Path) -> list[PlainFile]:
    """Nine files: objects, one that is no YAML, one of another trade, one with an object that is broken."""
    for number in range(9):
        text = CONFIG.format(number=number, text="x" * 100)
        if number == 6:
            text = "apiVersion: v1\nkind: [\n"
        if number == 7:
            text = "title: apiVersion\n"
        if number == 8:
            text += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: 7\n"
        (tmp_path / f"f{number}.yaml").write_text(text)
    return [PlainFile(path=path, name=path.name, size_bytes=path.stat().st_size) for path in sorted(tmp_path.iterdir())]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes are worth it from the first byte."""
    monkeypatch.setattr(halving, "FEWEST_BYTES", 1)


def held(files: list[PlainFile], call: Callable[[str, bytes], bytes] | None) -> dict[type, list[object]]:
    found: dict[type, list[object]] = {kind: [] for kind in (Found, Gap, Exclusion, Input)}
    for source, item in read(files, "kubernetes=x", "default", call):
        found[type(item)].append((source.name, item) if isinstance(item, Found) else item)
    return found


@pytest.mark.usefixtures("few")
def test_a_real_process_reads_what_we_would(files: list[PlainFile]) -> None:
    alone = held(files, None)

    assert held(files, _apart) == alone
    assert [len(alone[kind]) for kind in (Found, Gap, Exclusion, Input)] == [7, 2, 1, 9]


@pytest.mark.usefixtures("few")
def test_a_folder_named_from_where_the_run_began_is_found_by_the_other_process(
    files: list[PlainFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    relative = [PlainFile(path=Path(each.name), name=each.name, size_bytes=each.size_bytes) for each in files]

    assert held(relative, _apart) == held(relative, None)


@pytest.mark.usefixtures("few")
def test_half_of_the_bytes_go_there(files: list[PlainFile]) -> None:
    asked: list[bytes] = []

    def call(module: str, given: bytes) -> bytes:
        assert module == halving.MODULE
        asked.append(given)
        return _apart(module, given)

    held(files, call)

    assert b"f0.yaml" not in asked[0]
    assert b"f5.yaml" in asked[0]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("answer", [b"", b"\x80", NOTHING, None])
def test_without_an_answer_everything_is_read_here(files: list[PlainFile], answer: bytes | None) -> None:
    def call(_module: str, _given: bytes) -> bytes:
        if answer is None:
            raise ToolError(reasons.OUT_OF_MEMORY, "", "halving")
        return answer

    assert held(files, call) == held(files, None)


def test_few_files_are_read_here(files: list[PlainFile]) -> None:
    def call(_module: str, _given: bytes) -> bytes:
        raise AssertionError

    assert held(files, call) == held(files, None)


@pytest.mark.usefixtures("few")
def test_a_name_that_is_no_utf_8_is_read_here(tmp_path: Path) -> None:
    names = ["a.yaml", "b\udcff.yaml"]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(CONFIG.format(number=number, text="y"))
    files = [PlainFile(path=tmp_path / name, name=name, size_bytes=(tmp_path / name).stat().st_size) for name in names]

    assert held(files, _apart) == held(files, None)


def test_the_module_takes_a_half_and_says_what_it_holds(
    files: list[PlainFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.BytesIO()
    monkeypatch.setattr(halving, "FEWEST_BYTES", 1)

    def call(_module: str, given: bytes) -> bytes:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(said))
        halving.main()
        sys.stdout.flush()
        return said.getvalue()

    assert held(files, call) == held(files, None)
