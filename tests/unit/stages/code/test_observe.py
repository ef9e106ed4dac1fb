"""The stage: two scanners side by side, a gap for whatever one of them did not see, nothing scanned twice."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from auditor import reasons
from auditor.errors import IntegrityError, ToolError, ToolMissing, ToolTimeout
from auditor.model.artefact import Capture
from auditor.model.fact import Fact, Facts, Gap, GapClass
from auditor.model.progress import Progress, Tally
from auditor.model.record import Exclusion, ToolUse
from auditor.model.system import Part, System
from auditor.stages.code import observe
from auditor.stages.code.facts import CodeMatch, CommitHistory, CommittedSecret, RuleRun, SourceFile
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.scanners import BanditScanner, SemgrepScanner
from auditor.stages.code.script_tree import NODES_LIMIT
from auditor.stages.code.texts import say
from auditor.tools.search import occurring
from tests.unit.stages.code.fakes import (
    COMMITTED,
    PACK,
    Author,
    FakeBandit,
    FakeCache,
    FakeCommits,
    FakeHistory,
    FakeSemgrep,
    bandit_match,
    bandit_report,
    scratch_below,
    semgrep_match,
    semgrep_report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from auditor.stages.code.rules import RulePack


@dataclass
class Bench:
    """A stage over a tree, with both scanners faked."""

    root: Path
    semgrep: FakeSemgrep = field(default_factory=FakeSemgrep)
    bandit: FakeBandit = field(default_factory=FakeBandit)
    cache: FakeCache = field(default_factory=FakeCache)
    history: FakeHistory = field(default_factory=FakeHistory)
    commits: FakeCommits = field(default_factory=FakeCommits)

    @property
    def tree(self) -> Path:
        return self.root / "tree"

    def write(self, name: str, text: str = "import pickle\npickle.load(f)\n") -> None:
        place = self.tree / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def stage(self) -> CodeStage:
        (self.root / "work").mkdir(exist_ok=True)
        return CodeStage(
            scanners=(SemgrepScanner(self.semgrep, (), occurring), BanditScanner(self.bandit, ())),
            pack=lambda: PACK,
            cache=self.cache,
            history=lambda _folder: self.history,
            commits=self.commits,
            scratch=partial(scratch_below, self.root / "work"),
            copies=lambda _room_bytes: scratch_below(self.root / "work"),
        )

    def observe(self) -> list[Any]:
        part = Part(kind="code", where=str(self.tree))
        return list(self.stage().observe(System(name="t", parts=(part,)), Facts()))

    def facts(self, kind: type[Fact]) -> list[Any]:
        return [item for item in self.observe() if isinstance(item, kind)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "tree").mkdir()
    return Bench(tmp_path)


def with_capability(pack: RulePack, rule: str, capability: str) -> RulePack:
    return replace(pack, rules={**pack.rules, rule: replace(pack.rules[rule], capability=capability)})


def gaps(items: Sequence[Any]) -> list[tuple[str, str, str]]:
    return [(gap.kind, gap.topic, gap.reason) for gap in items if isinstance(gap, Gap)]


def ran(items: Sequence[Any]) -> list[str]:
    return [item.rule for item in items if isinstance(item, RuleRun)]


def matched(line: int) -> Callable[[list[str]], object]:
    return lambda files: semgrep_report(files, *(semgrep_match(file, line) for file in files))


def test_clean_tree_gives_its_files_and_every_rule_that_ran(bench: Bench) -> None:
    bench.write("a.py", "x = 1\n")

    items = bench.observe()

    assert [item.subject for item in items if isinstance(item, SourceFile)] == ["a.py"]
    assert ran(items) == ["data-load", "secret-absent", "bandit-load"]
    assert [item.name for item in items if isinstance(item, ToolUse)] == ["semgrep", "bandit"]
    assert gaps(items) == []


def test_match_is_a_fact_with_its_place_in_a_capture(bench: Bench) -> None:
    bench.write("a.py")
    bench.semgrep.says = matched(2)

    items = bench.observe()

    (match,) = [item for item in items if isinstance(item, CodeMatch)]
    (capture,) = [item for item in items if isinstance(item, Capture)]
    assert (match.subject, match.origin.line, match.rule, match.capability) == ("a.py", 2, "data-load", "unsafe-load")
    assert (match.origin.capture, match.origin.pointer) == (capture.digest, "/matches/0")


def test_rule_counts_the_files_of_its_languages(bench: Bench) -> None:
    bench.write("a.py")
    bench.write("b.md", "text\n")

    files = {run.rule: run.files for run in bench.facts(RuleRun)}

    assert files == {"data-load": 1, "secret-absent": 2, "bandit-load": 1}


def test_comment_shows_who_wrote_it(bench: Bench) -> None:
    bench.write("a.py", "pickle.load(f)  # nosec\n")
    bench.semgrep.says = matched(1)
    bench.history = FakeHistory({("a.py", 1): Author("Li", "2026-01-02T00:00:00+00:00", "pickle.load(f)  # nosec")})

    (match,) = bench.facts(CodeMatch)

    assert match.suppression.author == "Li"
    assert match.suppression.comment == "nosec"


@pytest.mark.parametrize("text", ["x = 1", "x = 1  # nosemgrep", ""])
def test_comment_that_was_not_committed_at_its_line_has_no_author(bench: Bench, text: str) -> None:
    bench.write("a.py", "pickle.load(f)  # nosec\n")
    bench.semgrep.says = matched(1)
    bench.history = FakeHistory({("a.py", 1): Author("Li", "2026-01-02T00:00:00+00:00", text)})

    (match,) = bench.facts(CodeMatch)

    assert (match.suppression.comment, match.suppression.author) == ("nosec", "")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"missing": ToolMissing(reasons.NOT_INSTALLED, "auditor tools install semgrep", "semgrep")}, "not installed"),
        ({"missing": PermissionError(13, "Permission denied")}, "no room to work"),
        ({"fails": ToolTimeout(reasons.TIME_LIMIT, "stopped after 1 s", "semgrep")}, "time limit"),
        ({"fails": ToolError(reasons.FAILED, "exit code 1", "semgrep")}, "failed"),
        ({"fails": PermissionError(13, "Permission denied")}, "no room to work"),
        ({"says": lambda _files: b"\x00rubbish"}, "unreadable report"),
        ({"says": lambda _files: b""}, "unreadable report"),
    ],
    ids=["missing", "not readable", "timed out", "failed", "denied", "rubbish", "nothing"],
)
def test_scanner_in_trouble_costs_its_own_rules_and_nothing_else(
    bench: Bench, changed: dict[str, Any], reason: str
) -> None:
    bench.write("a.py")
    for name, value in changed.items():
        setattr(bench.semgrep, name, value)
    bench.bandit.says = lambda files: bandit_report(files, bandit_match(files[0], 2))

    items = bench.observe()

    assert gaps(items) == [("RuleRun", "semgrep", reason)]
    assert ran(items) == ["bandit-load"]
    assert [item.rule for item in items if isinstance(item, CodeMatch)] == ["bandit-load"]


def test_report_about_nothing_where_something_is_due_is_a_gap(bench: Bench) -> None:
    bench.write("a.py")
    bench.semgrep.says = lambda _files: semgrep_report([])
    bench.bandit.says = lambda _files: bandit_report([])

    items = bench.observe()

    assert [gap for gap in sorted(gaps(items)) if gap[0] == "UnreadFile"] == [
        ("UnreadFile", "bandit:python", "not scanned"),
        ("UnreadFile", "semgrep:python", "not scanned"),
    ]
    assert {gap[2] for gap in gaps(items) if gap[0] == "RuleRun"} == {"no file was read whole"}


def test_detail_of_a_failed_scanner_shows_no_secret(bench: Bench) -> None:
    bench.write("a.py")
    bench.semgrep.fails = ToolError(reasons.FAILED, 'password = "correct horse"', "semgrep")

    assert [gap.detail for gap in bench.observe() if isinstance(gap, Gap)] == ['password = "***"']


def test_program_that_was_changed_is_not_a_gap_but_fatal(bench: Bench) -> None:
    bench.write("a.py")
    bench.semgrep.missing = IntegrityError("semgrep was changed")

    with pytest.raises(IntegrityError):
        bench.observe()


def test_second_run_scans_nothing_and_sees_the_same(bench: Bench) -> None:
    bench.write("a.py")
    bench.write("é\udcff.py")
    bench.semgrep.says = matched(2)
    first = bench.observe()

    second = bench.observe()

    assert [item for item in first if isinstance(item, Fact)] == [item for item in second if isinstance(item, Fact)]
    assert len(bench.semgrep.given) == len(bench.bandit.given) == 1
    assert [item for item in second if isinstance(item, Tally)] == [Tally(reused=4, observed=0)]


def test_only_a_changed_file_is_scanned_again(bench: Bench) -> None:
    bench.write("a.py")
    bench.write("b.py")
    bench.observe()
    bench.write("b.py", "x = 2\n")

    items = bench.observe()

    assert [[Path(name).name for name in files] for files in bench.semgrep.given[1:]] == [["b.py"]]
    assert [item for item in items if isinstance(item, Tally)] == [Tally(reused=2, observed=2)]


def test_other_version_of_a_program_scans_again(bench: Bench) -> None:
    bench.write("a.py")
    bench.observe()
    bench.semgrep.version = "2.0"

    bench.observe()

    assert len(bench.semgrep.given) == 2
    assert len(bench.bandit.given) == 1


def test_file_that_timed_out_is_scanned_again(bench: Bench) -> None:
    bench.write("a.py")
    error = {"type": "Timeout", "rule_id": "data-load", "message": "m"}
    bench.semgrep.says = lambda files: semgrep_report(files, errors=[{**error, "path": files[0]}])

    first, second = gaps(bench.observe()), gaps(bench.observe())

    assert first == second == [("CodeMatch", "data-load", "time limit")]
    assert len(bench.semgrep.given) == 2


def test_file_with_a_syntax_error_is_a_gap_every_time_and_is_not_scanned_again(bench: Bench) -> None:
    bench.write("a.py", "def f(:\n")
    bench.semgrep.says = lambda files: semgrep_report(
        files, errors=[{"type": "Syntax error", "message": "m", "path": files[0]}]
    )

    first, second = gaps(bench.observe()), gaps(bench.observe())

    parsed = ("RuleRun", "semgrep reads notebook python, parses notebook python", "no file was read whole")
    assert first == second == [("UnreadFile", "semgrep-parse:python", "syntax error"), parsed]
    assert len(bench.semgrep.given) == 1


def test_scan_with_a_general_problem_is_never_reused_as_a_clean_one(bench: Bench) -> None:
    bench.write("a.py")
    bench.semgrep.says = lambda files: semgrep_report(files, errors=[{"type": "Fatal error", "message": "killed"}])

    first, second = gaps(bench.observe()), gaps(bench.observe())

    assert first == second == [("CodeMatch", "semgrep", "fatal error")]


def test_observation_that_cannot_be_read_any_more_is_made_anew(bench: Bench) -> None:
    bench.write("a.py")
    bench.semgrep.says = matched(2)
    bench.observe()
    bench.cache.kept = dict.fromkeys(bench.cache.kept, b"{}")

    items = bench.observe()

    assert [item.rule for item in items if isinstance(item, CodeMatch)] == ["data-load"]


def test_empty_folder_is_not_a_pass(bench: Bench) -> None:
    items = bench.observe()

    assert gaps(items) == [("RuleRun", "", "nothing to look at")]
    assert ran(items) == []


def test_missing_folder_is_not_a_pass(bench: Bench) -> None:
    bench.tree.rmdir()

    items = bench.observe()

    assert gaps(items) == [("CodeMatch", "", "no such path"), ("RuleRun", "", "nothing to look at")]


def test_files_that_cannot_be_opened_cost_no_rule_that_read_another(bench: Bench) -> None:
    bench.write("a.py")
    (bench.tree / "b.txt").write_bytes(b"key = 1\0\n")
    (bench.tree / "c.py").write_bytes(b"x = 1\0\n")

    items = bench.observe()

    assert sorted(gaps(items)) == [
        ("UnreadFile", "generic", "cannot be read as text"),
        ("UnreadFile", "python", "cannot be read as text"),
    ]
    assert {item.rule: (item.files, item.unseen) for item in items if isinstance(item, RuleRun)} == {
        "data-load": (1, 1),
        "secret-absent": (1, 2),
        "bandit-load": (1, 1),
    }


def test_a_rule_whose_only_file_cannot_be_opened_did_not_search(bench: Bench) -> None:
    bench.write("a.md", "words\n")
    (bench.tree / "c.py").write_bytes(b"x = 1\0\n")

    items = bench.observe()

    assert ("RuleRun", "data-load", "no file was read whole") in gaps(items) or any(
        reason == "no file was read whole" for _kind, _topic, reason in gaps(items)
    )
    assert "data-load" not in ran(items)


def test_language_without_rules_is_a_gap(bench: Bench) -> None:
    bench.write("main.go", "package main\n")

    assert gaps(bench.observe()) == [("UncoveredLanguage", "", "language without rules")]


def test_disk_without_room_is_a_gap(bench: Bench) -> None:
    bench.write("a.py")

    @contextmanager
    def full() -> Iterator[Path]:
        reason = "no scratch folder"
        raise ToolError(reasons.Reason(reason), "No space left on device")
        yield

    stage = bench.stage()
    stage.scratch = full

    items = list(stage.observe(System(name="t", parts=(Part(kind="code", where=str(bench.tree)),)), Facts()))

    assert gaps(items) == [("RuleRun", "semgrep", "no scratch folder"), ("RuleRun", "bandit", "no scratch folder")]


def test_large_tree_is_scanned_in_batches(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "BATCH_BYTES", 10)
    for number in range(3):
        bench.write(f"{number}.py", "x = 1234567\n")

    items = bench.observe()

    assert len(bench.semgrep.given) == 3
    assert ran(items) == ["data-load", "secret-absent", "bandit-load"]


def test_scanner_that_fails_in_a_later_batch_keeps_what_it_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "BATCH_BYTES", 10)
    for name in ("a.py", "b.py"):
        bench.write(name)

    def says(files: list[str]) -> object:
        return semgrep_report(files, semgrep_match(files[0], 2)) if files[0].endswith("a.py") else b"garbage"

    bench.semgrep.says = says

    items = bench.observe()

    assert [item.subject for item in items if isinstance(item, CodeMatch)] == ["a.py"]
    assert gaps(items) == [("RuleRun", "semgrep", "unreadable report")]
    assert ran(items) == ["bandit-load"]


def test_leaving_early_ends_the_programs(bench: Bench) -> None:
    bench.write("a.py")

    class Slow(FakeSemgrep):
        def scan(self, *_: object, on_beat: Callable[[float], None] | None = None, **__: object) -> bytes:
            assert on_beat
            while time.monotonic() - began < 30:
                on_beat(time.monotonic() - began)
                time.sleep(0.01)
            return b""

    began = time.monotonic()
    bench.semgrep = Slow()
    running = bench.stage().observe(System(name="t", parts=(Part(kind="code", where=str(bench.tree)),)), Facts())

    for item in running:
        if type(item).__name__ == "Progress":
            break
    running.close()  # type: ignore[attr-defined]

    assert time.monotonic() - began < 10


def test_stage_takes_every_code_part_of_a_target(bench: Bench) -> None:
    bench.write("one/a.py")
    bench.write("two/b.py")
    parts = tuple(Part(kind="code", where=name, base=str(bench.tree)) for name in ("one", "two"))

    items = list(bench.stage().observe(System(name="t", parts=(*parts, Part(kind="node", where="x"))), Facts()))

    files = [item for item in items if isinstance(item, SourceFile)]
    assert [(item.origin.part, item.subject) for item in files] == [("code=one", "a.py"), ("code=two", "b.py")]


def with_history(bench: Bench, history: bool | None = None, **options: Any) -> list[Any]:  # noqa: ANN401, FBT001
    bench.write("a.py", "x = 1\n")
    (bench.tree / ".git").mkdir()
    options |= {} if history is None else {"history": history}
    part = Part(kind="code", where=str(bench.tree), options=options)
    return list(bench.stage().observe(System(name="t", parts=(part,)), Facts()))


@pytest.mark.parametrize(
    ("history", "classes"),
    [(None, [GapClass.MISSING]), (True, [GapClass.LOST]), (False, [])],
)
def test_a_history_that_was_not_searched_is_a_gap(
    bench: Bench, *, history: bool | None, classes: list[GapClass]
) -> None:
    bench.commits.problem = ToolError(reasons.HISTORY_CUT_OFF, "shallow", "git")

    items = with_history(bench, history)

    found = [item for item in items if isinstance(item, Gap) and item.kind == CommitHistory.__name__]
    assert [(gap.reason, gap.gap_class) for gap in found] == [("history cut off", each) for each in classes]
    assert not [item for item in items if isinstance(item, CommitHistory)]


@pytest.mark.parametrize("reason", ["stage killed", "failed", "time limit", "history incomplete", "cannot be read"])
def test_a_search_of_the_history_that_failed_is_lost_whoever_asked_for_it(bench: Bench, reason: str) -> None:
    bench.commits.problem = ToolError(reasons.Reason(reason), "it ended", "gitleaks")

    (found,) = [item for item in with_history(bench) if isinstance(item, Gap)]

    assert (found.reason, found.gap_class) == (reason, GapClass.LOST)


def test_missing_gitleaks_is_lost_as_any_tool(bench: Bench) -> None:
    bench.commits.problem = ToolMissing(reasons.NOT_INSTALLED, "auditor tools install gitleaks", "gitleaks")

    (found,) = [item for item in with_history(bench) if isinstance(item, Gap)]

    assert (found.kind, found.reason, found.gap_class) == ("CommitHistory", "not installed", GapClass.LOST)


def test_secrets_of_a_history_are_facts_in_a_capture(bench: Bench) -> None:
    bench.commits.found = (COMMITTED, replace(COMMITTED, path="tests/b.py", is_named=True))

    items = with_history(bench)

    (history,) = [item for item in items if isinstance(item, CommitHistory)]
    one, two = [item for item in items if isinstance(item, CommittedSecret)]
    assert (history.subject, history.commits) == (f"code={bench.tree}", 7)
    assert (one.subject, one.origin.line, one.commit, one.context) == ("app/a.py", 3, "a" * 40, "")
    assert two.context == "test"
    assert one.origin.capture in {item.digest for item in items if isinstance(item, Capture)}
    assert "gitleaks" in [item.name for item in items if isinstance(item, ToolUse)]


def test_history_is_asked_for_as_it_was_wished(bench: Bench) -> None:
    with_history(bench, history=True)

    assert bench.commits.asked == [True]


def test_history_of_an_earlier_revision_is_that_of_its_commit(bench: Bench) -> None:
    bench.write("a.py", "x = 1\n")
    (bench.root / "now" / ".git").mkdir(parents=True)
    options = {"revision": (str(bench.root / "now"), "1" * 40)}
    part = Part(kind="code", where=str(bench.tree), options=options, named="code=now")

    items = list(bench.stage().observe(System(name="t", parts=(part,)), Facts()))

    assert bench.commits.places == [(bench.root / "now", "1" * 40)]
    assert [item.subject for item in items if isinstance(item, CommitHistory)] == ["code=now"]


def test_lines_of_a_language_without_rules_are_those_that_wc_counts(bench: Bench) -> None:
    bench.write("main.go", "package main\nfunc main() {}\n")
    bench.write("more.go", "package main\nvar x = 1")
    bench.write("main.tf", 'resource "aws_s3_bucket" "b" {}\n')

    found = {gap.subject: gap.detail for gap in bench.observe() if isinstance(gap, Gap)}

    assert found == {"Go": "files: 2, lines: 4; main.go, more.go", "Terraform": "files: 1, lines: 1; main.tf"}


def test_severity_of_a_rule_that_there_is_not_is_said_to_change_nothing(bench: Bench) -> None:
    bench.write("a.py", "x = 1\n")
    part = Part(kind="code", where=str(bench.tree), options={"severities": {"data-load": "low", "data-laod": "low"}})

    items = list(bench.stage().observe(System(name="t", parts=(part,)), Facts()))

    told = {item.what: item.why.en for item in items if isinstance(item, Exclusion)}
    assert "changes nothing" in told["data-laod: low"]
    assert "was changed" in told["data-load: low"]


def test_history_of_no_repository_is_not_spoken_of(bench: Bench) -> None:
    bench.write("a.py", "x = 1\n")

    items = bench.observe()

    assert bench.commits.asked == []
    assert not [item for item in items if isinstance(item, CommitHistory)]


def test_history_is_left_out_where_only_some_files_are_read(bench: Bench) -> None:
    items = with_history(bench, files=("a.py",))

    assert bench.commits.asked == []
    assert ".git" in [item.what for item in items if isinstance(item, Exclusion)]


def test_a_route_that_another_file_guards_is_no_finding(bench: Bench) -> None:
    bench.write(
        "app/routes.py", '@router.post("/pin")\nasync def pin(service=Depends(get_service)):\n    service.pin()\n'
    )
    bench.write("app/wiring.py", "def get_service(user=Depends(get_current_user)):\n    return Service(user)\n")
    stage = bench.stage()
    stage.pack = lambda: with_capability(PACK, "data-load", "missing-authentication")
    bench.semgrep.says = lambda files: semgrep_report(
        files, *(semgrep_match(file, 1) for file in files if file.endswith("routes.py"))
    )
    part = Part(kind="code", where=str(bench.tree))

    def found() -> list[CodeMatch]:
        items = stage.observe(System(name="t", parts=(part,)), Facts())
        return [item for item in items if isinstance(item, CodeMatch) and item.tool == "semgrep"]

    assert found() == []

    (bench.tree / "app/wiring.py").write_text("def get_service():\n    return Service()\n")

    assert [match.subject for match in found()] == ["app/routes.py"]


def test_a_flow_through_a_helper_of_a_script_says_where_it_begins(bench: Bench) -> None:
    bench.write("src/store.ts", "export function remove(name: string) {\n  fs.unlinkSync(name)\n}\n")
    bench.write(
        "src/routes.ts",
        "import { remove } from './store'\nrouter.delete('/f', (req) => {\n  remove(req.body.name)\n})\n",
    )
    stage = bench.stage()
    stage.pack = lambda: with_capability(PACK, "data-load", "path-through-helper")
    bench.semgrep.says = lambda files: semgrep_report(
        files, *(semgrep_match(file, 2) for file in files if file.endswith("store.ts"))
    )
    items = stage.observe(System(name="t", parts=(Part(kind="code", where=str(bench.tree)),)), Facts())

    (found,) = [item for item in items if isinstance(item, CodeMatch) and item.tool == "semgrep"]

    assert [step[:2] for step in found.steps] == [("src/routes.ts", 3), ("src/store.ts", 2)]
    assert say(f"code.source.{found.source}").en == "text of a request"


HELPER = "export function remove(name: string) {\n  fs.unlinkSync(name)\n}\n"
CALLER = "import { remove } from './store'\nrouter.delete('/f', (req) => {\n  remove(req.body.name)\n})\n"
HUGE = "a;" * (NODES_LIMIT // 2)
"""So many statements of one name, each of them two nodes of the tree."""


def with_ways(bench: Bench) -> list[Any]:
    """Observe with a rule that holds what no way is seen to, and `data-load`, which does not."""
    scripts = frozenset({"typescript", "javascript"})
    held = replace(PACK.rules["secret-absent"], rests_on="way", capability="path-through-helper")
    rules = {
        **PACK.rules,
        "secret-absent": replace(held, languages=scripts, parsed=scripts),
        "data-load": replace(PACK.rules["data-load"], languages=scripts, parsed=scripts),
    }
    stage = bench.stage()
    stage.pack = lambda: replace(PACK, rules=rules)
    bench.semgrep.says = lambda files: semgrep_report(
        files, *(semgrep_match(file, 2, "secret-absent") for file in files if file.endswith("store.ts"))
    )
    return list(stage.observe(System(name="t", parts=(Part(kind="code", where=str(bench.tree)),)), Facts()))


def unfollowed(items: list[Any]) -> list[tuple[str, str, str]]:
    return [(each.subject, each.topic, each.detail) for each in items if isinstance(each, Gap)]


def unseen(items: list[Any]) -> dict[str, int]:
    return {run.rule: run.unseen for run in items if isinstance(run, RuleRun) and run.tool == "semgrep"}


def matches(items: list[Any]) -> list[str]:
    return [each.subject for each in items if isinstance(each, CodeMatch)]


def test_a_place_in_a_script_without_a_tree_is_a_gap_for_the_rules_that_need_a_way(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER + HUGE)
    bench.write("src/routes.ts", CALLER)

    for items in (with_ways(bench), with_ways(bench)):  # kept, too
        assert matches(items) == []
        assert unfollowed(items) == [("src/store.ts", "semgrep-way:typescript", "more than 600,000 pieces of syntax")]
        assert unseen(items) == {"data-load": 0, "secret-absent": 1}


def test_settings_that_cannot_be_read_are_a_gap_where_a_way_goes_by_them(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER)
    bench.write("src/routes.ts", CALLER.replace("./store", "@/store"))
    bench.write("tsconfig.json", "{ no: json")

    for items in (with_ways(bench), with_ways(bench)):  # kept, too
        assert matches(items) == ["src/store.ts"]
        assert [each[:2] for each in unfollowed(items)] == [("tsconfig.json", "script modules")]

    bench.write("tsconfig.json", '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}')
    assert unfollowed(with_ways(bench)) == []


def test_a_way_from_a_component_is_told_in_its_own_lines(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER)
    script = "import { remove } from './store'\nwindow.addEventListener('message', (e) => {\n  remove(e.data.name)\n})"
    component = f"<p>text</p>\n<script>\n{script}\n</script>\n"
    bench.write("src/Files.vue", component)

    (found,) = [each for each in with_ways(bench) if isinstance(each, CodeMatch)]

    assert [step[:2] for step in found.steps] == [("src/Files.vue", 5), ("src/store.ts", 2)]


def test_a_caller_in_a_script_without_a_tree_is_a_gap_for_the_rules_that_need_a_way(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER)
    bench.write("src/routes.ts", CALLER + HUGE)

    items = with_ways(bench)

    assert matches(items) == []
    assert unfollowed(items) == [("src/routes.ts", "semgrep-way:typescript", "more than 600,000 pieces of syntax")]
    assert unseen(items) == {"data-load": 0, "secret-absent": 1}


def test_a_rule_that_needs_a_way_did_not_search_where_no_script_has_a_tree(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER + HUGE)

    items = with_ways(bench)

    assert unseen(items) == {"data-load": 0}
    assert [gap.detail for gap in items if isinstance(gap, Gap)] == [
        "more than 600,000 pieces of syntax",
        "1 of 1 files",
    ]


def test_scripts_with_a_tree_and_those_that_nobody_asked_about_are_no_gaps(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER)
    bench.write("src/routes.ts", CALLER)
    bench.write("src/huge.ts", HUGE)

    items = with_ways(bench)

    assert matches(items) == ["src/store.ts"]
    assert unfollowed(items) == []
    assert unseen(items) == {"data-load": 0, "secret-absent": 0}


def test_a_generated_script_without_a_tree_is_listed(bench: Bench) -> None:
    bench.write("src/store.ts", HELPER)
    bench.write("src/routes.ts", "// @generated by a tool, do not edit\n" + CALLER + HUGE)

    items = with_ways(bench)

    assert unfollowed(items) == []
    assert [left.what for left in items if isinstance(left, Exclusion)] == ["src/routes.ts"]


def test_bundles_are_listed_together(bench: Bench) -> None:
    bench.write("ui/a.min.js", "var a=1;" * 10_000)
    bench.write("ui/b.min.js", "var b=1;" * 10_000)

    listed = [item for item in bench.observe() if isinstance(item, Exclusion)]

    assert [left.what for left in listed] == ["ui/a.min.js, ui/b.min.js"]
    assert listed[0].why.en.startswith("2 scripts")


def test_a_tree_of_bundles_alone_is_a_language_that_no_rule_reads(bench: Bench) -> None:
    def unread() -> list[tuple[str, str]]:
        gaps = [item for item in bench.observe() if isinstance(item, Gap)]
        return [(gap.subject, gap.detail) for gap in gaps if gap.reason == "language without rules"]

    bench.write("ui/a.min.js", "var a=1;" * 10_000)

    assert unread() == [("JavaScript of a bundler", "files: 1, lines: 1; ui/a.min.js")]

    bench.write("ui/a.min.css", "b{c:d}" * 10_000)

    assert unread() == [("JavaScript of a bundler", "files: 1, lines: 1; ui/a.min.js")]

    bench.write("src/b.ts", "export const b = 1;\n")

    assert unread() == []


def test_the_last_time_on_the_same_place_says_how_long_it_should_take(bench: Bench) -> None:
    for number in range(25):
        bench.write(f"{number}.py")
    first = [item for item in bench.observe() if isinstance(item, Progress)]
    (key,) = [key for key, kept in bench.cache.kept.items() if re.fullmatch(rb"\d+\.\d{6}( \d\.\d{6}){10}", kept)]
    bench.cache.kept[key] = b"100.000000"
    for number in range(10):
        bench.write(f"{number}.py", "import pickle\npickle.load(g)\n")

    second = [item for item in bench.observe() if isinstance(item, Progress)]

    assert {item.left_s for item in first} == {0.0}
    assert {item.total for item in second} == {10}
    assert all(900 < item.left_s <= 1000 for item in second)
