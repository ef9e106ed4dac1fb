"""How far the scanners are, and when they should be done."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from auditor.model.progress import Progress
from auditor.stages.code import pace as code_pace
from auditor.stages.code.pace import Pace
from tests.unit.stages.code.fakes import FakeCache, Json, source

if TYPE_CHECKING:
    import pytest


def test_a_scanner_of_all_files_together_is_a_step_of_its_own_once_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(code_pace, "monotonic", lambda: now[0])
    sources = [source(f"{number}.py") for number in range(30)]

    def scan(name: str, *, is_whole: bool) -> Json:
        scanner = type("Scanner", (), {"is_whole": is_whole, "name": name})()
        return type("Scan", (), {"scanner": scanner, "argument": "code=.", "tool": f"{name} 1"})()

    semgrep, pysa = scan("semgrep", is_whole=False), scan("pysa", is_whole=True)
    cache, due = FakeCache(), [(semgrep, sources), (pysa, sources[:20])]
    works: list[Future[Any]] = [Future(), Future()]

    def begun() -> Json:
        pace = Pace.of(cache, due, {})
        pace.began = now[0]
        for work, opened in zip(works, (30, 7), strict=True):
            pace.readers[work] = type("Opened", (), {"count": lambda _self, opened=opened: opened})()
        return pace

    first = begun()
    both = first.progress({works[0]: (semgrep, sources), works[1]: (pysa, sources[:20])})
    now[0] = 10.0
    alone = first.progress({works[1]: (pysa, sources[:20])})
    now[0] = 40.0
    first.ended(pysa, 20)
    first.keep(cache)
    now[0] = 100.0
    second = begun()
    now[0] = 115.0

    assert both == Progress(doing="pysa+semgrep", done=30, total=30)
    assert alone == Progress(doing="pysa", done=7, total=20)  # nothing is known of a last time
    again = second.progress({works[1]: (pysa, sources[:20])})
    assert again == Progress(doing="pysa", done=7, total=20, left_s=25.0)  # 40 s the last time, 15 s of them are over


def test_how_long_it_goes_on_follows_how_fast_it_is_this_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(code_pace, "monotonic", lambda: now[0])
    pace = Pace("key", files=100, expected_s=100.0, shares=(0.1, 0.4), began=0.0)
    work: Future[Any] = Future()
    pace.readers[work] = type("Opened", (), {"count": lambda _self: round(now[0]) // 2})()
    pending = {work: (type("Scan", (), {"scanner": type("Scanner", (), {"is_whole": False})()})(), ())}

    now[0] = 10.0
    pace.done(pending)
    early = pace.left_s()
    now[0] = 20.0
    pace.done(pending)

    assert early == 90.0  # no tenth of the files is open yet: as the last time
    assert pace.left_s() == 180.0  # a tenth after 20 s, which was a tenth of the whole the last time
