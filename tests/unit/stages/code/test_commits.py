"""Secrets in a history: a find is a fact without the secret, and only a search that came to its end found nothing."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from auditor import reasons
from auditor.errors import ToolError, ToolMissing, ToolTimeout
from auditor.stages.code import commits
from auditor.stages.code.commits import CommitSearch
from tests.unit.stages.code.fakes import FakeCache, FakeProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MARK = "auditor-end-of-history-" + "0" * 32
KEY = "sk-9f31c77b20aa4be5a18d02c64e77f1b3"


def leak(secret: str = KEY, rule: str = "model-provider-key", **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    row = {
        "RuleID": rule, "File": "app/a.py", "StartLine": 3, "Secret": secret, "Match": f'key = "{secret}"',
        "Commit": "a" * 40, "Date": "2026-01-02T03:04:05Z", "Email": "li@example.cn", "Message": f"use {secret}",
    }  # fmt: skip
    return row | changed


END = leak(MARK, "auditor-end-of-history", File="end.txt")


@dataclass(frozen=True)
class Output:
    report: bytes
    log: str


@dataclass(frozen=True)
class Told:
    commits: int
    binary: int = 0


@dataclass
class FakeSearcher:
    leaks: list[dict[str, Any]] = field(default_factory=lambda: [END])
    log: str = "1:00AM INF 3 commits scanned.\n1:00AM INF no leaks found\n"
    told_commits: int = 3
    report: bytes | None = None
    problem: dict[str, ToolError] = field(default_factory=dict)
    ids: tuple[str, ...] = ("1" * 40,)
    limits: list[float] = field(default_factory=list)
    end_mark: str = MARK
    switches: tuple[str, ...] = ()

    def _may_fail(self, at: str) -> None:
        if at in self.problem:
            raise self.problem[at]

    def program(self) -> FakeProgram:
        self._may_fail("program")
        return FakeProgram("gitleaks")

    def tips(self, root: Path, commit: str) -> FakeSearcher:
        self._may_fail("tips")
        return self

    @contextmanager
    def laid_out(self) -> Iterator[FakeSearcher]:
        self._may_fail("laid_out")
        yield self

    def told(self, timeout_s: float, on_beat: Callable[[float], None]) -> Told:
        self._may_fail("told")
        return Told(self.told_commits)

    def searched(self, rules: Path, timeout_s: float, on_beat: Callable[[float], None]) -> Output:
        self.limits.append(timeout_s)
        self._may_fail("searched")
        return Output(json.dumps(self.leaks).encode() if self.report is None else self.report, self.log)


def searched(
    searcher: FakeSearcher, root: Path, cache: FakeCache | None = None, *, is_asked: bool = False
) -> commits.Searched:
    search = CommitSearch(searcher, FakeCache() if cache is None else cache)
    return search.search(root, is_asked=is_asked, beat=lambda _seconds: None)


def test_secret_is_told_with_its_commit_and_without_itself(tmp_path: Path) -> None:
    (found,) = searched(FakeSearcher([END, leak()]), tmp_path).found

    assert (found.path, found.line, found.commit, found.date) == ("app/a.py", 3, "a" * 40, "2026-01-02T03:04:05Z")
    assert KEY not in repr(found)
    assert "li@example.cn" not in repr(found)
    assert found.snippet == 'key = "***"'


def test_one_secret_in_many_places_is_one_at_its_first_commit(tmp_path: Path) -> None:
    later = leak(Commit="b" * 40, Date="2026-02-02T03:04:05Z", File="app/b.py")

    (found,) = searched(FakeSearcher([END, later, leak(), leak()]), tmp_path).found

    assert (found.path, found.places) == ("app/a.py", 2)


def test_shape_outranks_the_name(tmp_path: Path) -> None:
    (found,) = searched(FakeSearcher([END, leak(rule="named-secret"), leak()]), tmp_path).found

    assert (found.rule, found.is_named) == ("model-provider-key", False)


@pytest.mark.parametrize("value", ["${DB_PASSWORD}", "password", "settings.db.password", "enabled", "correct-horse"])
def test_what_is_no_secret_by_its_value_is_none(tmp_path: Path, value: str) -> None:
    assert searched(FakeSearcher([END, leak(value, "named-secret")]), tmp_path).found == ()


def test_match_that_does_not_hold_the_secret_in_one_piece_is_not_shown(tmp_path: Path) -> None:
    (found,) = searched(FakeSearcher([END, leak(Match="-----BEGIN KEY-----\nabc")]), tmp_path).found

    assert found.snippet == "***"


@pytest.mark.parametrize(
    "changed",
    [
        {"log": "1:00AM ERR [git] fatal: unable to read 1234\n1:00AM INF 3 commits scanned.\n"},
        {"log": "1:00AM INF 3 commits scanned.\n1:00AM WRN partial scan completed in 1s\n"},
        {"log": "1:00AM INF 2 commits scanned.\n"},
        {"log": ""},
        {"leaks": []},
        {"leaks": [leak("auditor-end-of-history-" + "f" * 32, "auditor-end-of-history")]},
        {"told_commits": 4},
        {"problem": {"told": ToolError(reasons.HISTORY_INCOMPLETE, "git log: exit code 128")}},
    ],
)
def test_search_that_may_not_have_come_to_its_end_is_none(tmp_path: Path, changed: dict[str, Any]) -> None:
    cache = FakeCache()

    with pytest.raises(ToolError) as raised:
        searched(FakeSearcher(**changed), tmp_path, cache)

    assert raised.value.reason == "history incomplete"
    assert not any(b"found" in value for value in cache.kept.values())


@pytest.mark.parametrize("report", [b"", b"{}", b"[{}]", b"[1", b"[null]"])
def test_report_that_is_none(tmp_path: Path, report: bytes) -> None:
    with pytest.raises(ToolError) as raised:
        searched(FakeSearcher(report=report), tmp_path)

    assert raised.value.reason == "failed"


def test_missing_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing):
        searched(FakeSearcher(problem={"program": ToolMissing(reasons.NOT_INSTALLED, "x", "gitleaks")}), tmp_path)


def test_history_that_took_long_is_searched_where_it_is_asked_for(tmp_path: Path) -> None:
    cache = FakeCache()
    slow = FakeSearcher(problem={"searched": ToolTimeout(reasons.TIME_LIMIT, "stopped after 10 s", "gitleaks")})

    with pytest.raises(ToolError) as first:
        searched(slow, tmp_path, cache)
    with pytest.raises(ToolError) as second:
        searched(FakeSearcher(), tmp_path, cache)
    asked = FakeSearcher()
    searched(asked, tmp_path, cache, is_asked=True)
    again = FakeSearcher(ids=("2" * 40,))
    searched(again, tmp_path, cache)

    assert (first.value.reason, second.value.reason) == ("history takes long", "history takes long")
    assert len(slow.limits) == 1
    assert asked.limits == [commits.PATIENT_S]
    assert again.limits == [commits.QUICK_S]  # the last one was quick


def test_time_limit_of_a_search_that_was_asked_for_is_told(tmp_path: Path) -> None:
    slow = FakeSearcher(problem={"searched": ToolTimeout(reasons.TIME_LIMIT, "stopped", "gitleaks")})

    with pytest.raises(ToolTimeout):
        searched(slow, tmp_path, is_asked=True)


def test_same_tips_are_searched_once(tmp_path: Path) -> None:
    cache, searcher = FakeCache(), FakeSearcher([END, leak()])

    first, second = searched(searcher, tmp_path, cache), searched(searcher, tmp_path, cache)

    assert len(searcher.limits) == 1
    assert (first.found, second.is_reused) == (second.found, True)
    assert not any(KEY.encode() in value for value in cache.kept.values())


def test_new_tips_and_spoiled_cache_are_searched_again(tmp_path: Path) -> None:
    cache, searcher = FakeCache(), FakeSearcher()
    searched(searcher, tmp_path, cache)
    searcher.ids = ("2" * 40,)
    searched(searcher, tmp_path, cache)
    for key in cache.kept:
        cache.kept[key] = b"{"
    searched(searcher, tmp_path, cache)

    assert len(searcher.limits) == 3
