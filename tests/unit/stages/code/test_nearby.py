"""What is followed anew after a change, what stands as of the whole run, and that it is told."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from auditor import plan, reasons
from auditor.model.fact import Facts, Gap, GapClass
from auditor.model.system import Part, System
from auditor.report.details import detail
from auditor.request import Request
from auditor.stages.code import nearby
from auditor.stages.code.facts import CodeMatch, SourceFile
from auditor.stages.code.nearby import Nearby, WholeRun
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.reading import Match, Place, Problem, Reading, Slice
from auditor.stages.code.rules import RulePack
from tests.unit.stages.code.fakes import (
    FakeCache,
    FakeCommits,
    FakeHistory,
    FakeProgram,
    rule,
    scratch_below,
    source,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from auditor.stages.code.staging import Copy
    from auditor.stages.code.tree import Source

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PROGRAM = {
    "app/__init__.py": "",
    "app/web.py": "from app.service import make\n",
    "app/service.py": "from .tools import Shell as Runner, Other\n",
    "app/tools/__init__.py": "from ._shell import (\n    Shell,  # of us\n    Other,\n)\n",
    "app/tools/_shell.py": "import subprocess\nimport app.deep.one\n",
    "app/deep/one.py": "from app.deep import two\n",
    "app/deep/two.py": "import os\n",
    "app/far.py": "x = 1\n",
}


def files(changed: Mapping[str, str | None] | None = None) -> list[Source]:
    texts = {**PROGRAM, **(changed or {})}
    return [source(path, text) for path, text in texts.items() if text is not None]


def match(line: int, *ways: str, what: str = "flow") -> Match:
    steps = tuple(Place(file=path, line=1, name="f") for path in ways)
    return Match(
        rule=what, line=line, end_line=line, evidence=f"e{line}", snippet="", comment="", comment_line=0, steps=steps
    )


def whole(*slices: Slice) -> WholeRun:
    return WholeRun.of(files(), slices, NOW)


def said(path: str, *matches: Match, problems: tuple[Problem, ...] = ()) -> Slice:
    return Slice(tool="pysa 1", path=path, matches=matches, problems=problems)


def near(changed: Mapping[str, str | None], *slices: Slice, later: timedelta = timedelta(hours=1)) -> Nearby | None:
    return Nearby.of(whole(*slices), files(changed), NOW + later)


def test_a_whole_run_is_kept_as_it_was() -> None:
    run = whole(said("app/web.py", match(3, "app/far.py")))

    assert WholeRun.load(run.dump(), "pysa 1") == run


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"ended": "x", "files": {}, "slices": []}'])
def test_what_is_no_whole_run_is_none(data: bytes) -> None:
    assert WholeRun.load(data, "pysa 1") is None


def test_what_imports_a_changed_file_and_what_it_imports_is_near() -> None:
    found = near({"app/service.py": "from .tools import Shell\n"})

    assert found is not None
    assert found.changed == {"app/service.py"}
    assert {each.path for each in found.sources} == {
        "app/service.py",
        "app/web.py",
        # by the package that hands its names on, and one step further
        "app/tools/__init__.py",
        "app/tools/_shell.py",
        "app/deep/one.py",
    }
    assert {each.path for each in found.beside} == PROGRAM.keys() - {each.path for each in found.sources}


def test_files_on_the_way_of_a_flow_through_a_changed_file_are_followed_however_far_they_are() -> None:
    flow = said("app/deep/two.py", match(1, "app/web.py", "app/far.py"))

    found = near({"app/web.py": "x = 2\n"}, flow)

    assert found is not None
    assert {"app/deep/two.py", "app/far.py"} <= {each.path for each in found.sources}


def test_a_file_that_is_gone_counts_as_changed() -> None:
    found = near({"app/far.py": None, "app/new.py": "from app import web\n"})

    assert found is not None
    assert found.changed == {"app/far.py", "app/new.py"}
    assert {"app/new.py", "app/web.py"} <= {each.path for each in found.sources}


@pytest.mark.parametrize(
    ("changed", "later"),
    [
        ({}, timedelta(hours=1)),
        ({f"n{number}.py": "x\n" for number in range(nearby.CHANGES_LIMIT + 1)}, timedelta(hours=1)),
        ({"app/far.py": "x = 2\n"}, nearby.AGE_LIMIT + timedelta(seconds=1)),
        ({"app/far.py": "x = 2\n"}, timedelta(seconds=-1)),
        ({"app/far.py": "x = 2\n" * 200_000}, timedelta(hours=1)),
    ],
    ids=["nothing changed", "too many files", "too long ago", "in the future", "too much text"],
)
def test_the_whole_is_due(changed: Mapping[str, str | None], later: timedelta) -> None:
    assert near(changed, later=later) is None


def test_no_more_than_a_bound_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "NEAR_BYTES", 10)
    monkeypatch.setattr(nearby, "LEAST_NEAR_BYTES", len(PROGRAM["app/web.py"]))

    found = near({"app/service.py": "from .tools import Shell\n"})

    assert found is not None
    assert {each.path for each in found.sources} == {"app/service.py", "app/web.py"}


def test_what_touches_a_changed_file_is_taken_from_the_new_run_alone() -> None:
    lost = Problem(topic="pysa:python", reason=nearby_reason(), detail="")
    found = near(
        {"app/service.py": "x = 2\n"},
        said("app/far.py", match(1), match(2, "app/service.py"), problems=(lost,)),
        said("app/service.py", match(5), problems=(lost,)),
    )

    assert found is not None
    merged = found.merged(Reading("pysa 1", {"app/web.py": said("app/web.py", match(7, "app/service.py"))}))

    assert [(each.path, [m.line for m in each.matches], len(each.problems)) for each in merged] == [
        ("app/far.py", [1], 1),
        ("app/web.py", [7], 0),
    ]


BEFORE = """class A:
    def one(self, x):
        return call(x)

    def two(self, y):
        # a remark
        return call(y)
"""


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ("# new\n\n" + BEFORE, 9),
        (BEFORE.replace("        # a remark\n", ""), 6),
        (BEFORE.replace("call(x)", "call(quote(x))\n"), 8),
        (BEFORE + "\ndef more():\n    pass\n", 7),
        (BEFORE.replace("call(y)", "call(quote(y))"), 0),
        (BEFORE.replace("def two(self, y)", "def two(self, y, z)"), 0),
        ("x = 1\n", 0),
    ],
    ids=["lines above", "remark gone", "other method", "function below", "the call", "its head", "all gone"],
)
def test_what_passes_a_function_that_did_not_change_stands_where_it_is_now(after: str, line: int) -> None:
    def program(text: str) -> list[Source]:
        return [*files(), source("app/a.py", text)]

    flow = said("app/far.py", match(1, "app/web.py", "app/a.py"))
    flow = replace(flow, matches=(replace(flow.matches[0], steps=(Place(file="app/a.py", line=7, name="call"),)),))
    run = WholeRun.load(WholeRun.of(program(BEFORE), [flow], NOW).dump(), "pysa 1")
    assert run is not None
    found = Nearby.of(run, program(after), NOW)
    assert found is not None

    merged = found.merged(Reading("pysa 1", {}))

    assert [step.line for each in merged for m in each.matches for step in m.steps] == ([line] if line else [])
    assert found.lost(merged) == ([] if line else ["app/far.py:1"])


def nearby_reason() -> Any:  # noqa: ANN401 - whatever reasons are
    from auditor import reasons  # noqa: PLC0415 - for this alone

    return reasons.SYNTAX_ERROR


FLOW = rule("flow", "pysa", capability="command-execution", test="9001")
PACK = RulePack({"flow": FLOW}, {}, {})


@dataclass
class FakeFlow:
    """A scanner of whole programs that finds a flow from ``web.py`` where ``service.py`` calls, if it sees both."""

    name: str = "pysa"
    is_whole: bool = True
    given: list[set[str]] = field(default_factory=list)
    says: Callable[[Copy], dict[str, Slice]] = field(default=lambda _copy: {})

    def program(self) -> FakeProgram:
        return FakeProgram("pysa")

    def rules_digest(self, pack: RulePack) -> str:
        return str(len(pack.rules))

    def takes(self, each: Source) -> bool:
        return each.path.endswith(".py") and bool(each.text)

    def scan(self, _pack: RulePack, copy: Copy, _scratch: Path, beat: Callable[[float], None]) -> Reading:
        beat(0.0)
        given = {each.path: each.text for each in copy.sources.values()}
        self.given.append(set(given))
        found = (
            {"app/service.py": said("app/service.py", match(1, "app/web.py", "app/service.py"))}
            if "app/web.py" in given and b"call()" in given.get("app/service.py", b"")
            else {}
        )
        return Reading("pysa 1.0", found)


@dataclass
class Bench:
    root: Path
    flow: FakeFlow = field(default_factory=FakeFlow)
    cache: FakeCache = field(default_factory=FakeCache)
    is_whole: bool = False

    def write(self, name: str, text: str) -> None:
        place = self.root / "tree" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def part(self, **options: object) -> Part:
        return Part(kind="code", where=str(self.root / "tree"), options=options)

    def run(self, **options: object) -> list[Any]:
        return list(self.stage().observe(System(name="t", parts=(self.part(**options),)), Facts()))

    def stage(self) -> CodeStage:
        (self.root / "work").mkdir(exist_ok=True)
        return CodeStage(
            scanners=(self.flow,),
            pack=lambda: PACK,
            cache=self.cache,
            history=lambda _folder: FakeHistory(),
            commits=FakeCommits(),
            scratch=partial(scratch_below, self.root / "work"),
            copies=lambda _room_bytes: scratch_below(self.root / "work"),
            is_whole=self.is_whole,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    for name, text in PROGRAM.items():
        made.write(name, text)
    return made


def in_part(items: list[Any]) -> list[Gap]:
    return [each for each in items if isinstance(each, Gap) and each.reason == "followed in part"]


def test_after_a_change_only_what_is_near_is_followed_and_a_gap_says_so(bench: Bench) -> None:
    first = bench.run()
    bench.write("app/service.py", "from .tools import Shell\ncall()\n")
    second = bench.run()
    third = bench.run()

    assert in_part(first) == []
    assert bench.flow.given[0] == {path for path, text in PROGRAM.items() if text}
    assert bench.flow.given[1:] == [
        {"app/service.py", "app/web.py", "app/tools/__init__.py", "app/tools/_shell.py", "app/deep/one.py"}
    ]
    assert [each.subject for each in second if isinstance(each, CodeMatch)] == ["app/service.py"]
    (gap,) = in_part(second)
    assert (gap.topic, gap.gap_class) == ("pysa", GapClass.MISSING)
    assert gap.detail.startswith("since 20")
    assert gap.detail.endswith(" changed: 1 (app/service.py); followed anew: 5; as of then: 2")
    assert detail(gap.detail).zh.endswith("：1 (app/service.py)；重新跟踪的文件数：5；沿用当时结果的文件数：2")
    assert in_part(third) == [gap]
    assert [each for each in third if isinstance(each, CodeMatch)] == [
        each for each in second if isinstance(each, CodeMatch)
    ]


def test_where_everything_is_near_the_whole_is_followed_and_nothing_is_missing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("app/service.py", "x = 1\n")
    bench.write("app/web.py", "from .service import x\n")
    bench.run()
    bench.write("app/service.py", "x = 2\n")

    assert in_part(bench.run()) == []
    assert bench.flow.given[1] == {"app/service.py", "app/web.py"}


def test_back_at_the_files_of_the_whole_run_nothing_is_missing(bench: Bench) -> None:
    bench.run()
    bench.write("app/service.py", "call()\n")
    bench.run()
    bench.write("app/service.py", PROGRAM["app/service.py"])

    assert in_part(bench.run()) == []
    assert len(bench.flow.given) == 2


class SlowToStart(FakeFlow):
    """Takes a while until its program runs."""

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        time.sleep(0.3)
        return super().scan(pack, copy, scratch, beat)


def test_what_follows_a_few_files_runs_before_others_take_time_from_it(bench: Bench) -> None:
    bench.flow = SlowToStart()
    bench.run()
    bench.write("app/service.py", "from .tools import Shell\ncall()\n")

    items = bench.stage().observe(System(name="t", parts=(bench.part(),)), Facts())
    runs = [len(bench.flow.given) > 1 for item in items if isinstance(item, SourceFile)]

    assert runs
    assert all(runs), "files were told of before the program ran"


@pytest.mark.parametrize("how", ["wished", "framework"])
def test_the_whole_is_followed_where_it_is_wished(bench: Bench, how: str) -> None:
    bench.is_whole = how == "framework"
    options = {"flow": "whole"} if how == "wished" else {}
    bench.run(**options)
    bench.write("app/service.py", "call()\n")

    assert in_part(bench.run(**options)) == []
    assert bench.flow.given[0] == bench.flow.given[1]


def test_a_flow_that_a_change_mended_is_gone_and_one_elsewhere_stays(bench: Bench) -> None:
    bench.write("app/service.py", "call()\n")
    first = bench.run()
    bench.write("app/far.py", "x = 2\n")
    elsewhere = bench.run()
    bench.write("app/service.py", "safe()\n")
    mended = bench.run()

    def flows(items: list[Any]) -> list[str]:
        return [each.subject for each in items if isinstance(each, CodeMatch)]

    assert flows(first) == flows(elsewhere) == ["app/service.py"]
    assert flows(mended) == []
    (gap,) = in_part(mended)
    assert gap.detail.endswith("; known flows not found again: 1 (app/service.py:1)")
    assert detail(gap.detail).zh.endswith("未再找到的已知数据流：1 条（app/service.py:1）")
    assert "found again" not in in_part(elsewhere)[0].detail


def test_files_that_are_gone_with_nothing_near_them_cost_no_scan(bench: Bench) -> None:
    bench.run()
    (bench.root / "tree" / "app" / "far.py").unlink()

    (gap,) = in_part(bench.run())

    assert "app/far.py" in gap.detail
    assert len(bench.flow.given) == 1


NOTHING = Problem(topic="pysa:python", reason=reasons.NOTHING_TO_FOLLOW, detail="files: 8")
PACKAGES = Problem(topic="flow", reason=reasons.PACKAGES_NOT_FOLLOWED, detail="sh (app/far.py)")


@pytest.mark.parametrize(
    ("before", "now", "stands"),
    [
        ((NOTHING,), (NOTHING,), (NOTHING,)),
        ((NOTHING,), (), ()),  # a source came
        ((), (NOTHING,), ()),  # the part that is followed anew has none; the program has
        ((PACKAGES,), (), ()),  # imported no more
        ((), (PACKAGES,), (PACKAGES,)),
    ],
)
def test_what_is_not_seen_of_the_whole_program_is_told_anew(
    before: tuple[Problem, ...], now: tuple[Problem, ...], stands: tuple[Problem, ...]
) -> None:
    found = near({"app/service.py": "x = 1\n"}, said("", problems=before))
    assert found is not None

    merged = found.merged(Reading("pysa 1.0", {}, now))

    assert [problem for each in merged if not each.path for problem in each.problems] == list(stands)


class NothingToFollow(FakeFlow):
    """Says of the tree that nothing comes in."""

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        return replace(super().scan(pack, copy, scratch, beat), general=(NOTHING, PACKAGES))


def test_what_is_said_of_the_whole_program_is_kept_and_told_again(bench: Bench) -> None:
    bench.flow = NothingToFollow()
    first, second = bench.run(), bench.run()
    bench.write("app/far.py", "")
    third = bench.run()

    assert len(bench.flow.given) == 1
    for items in (first, second, third):
        told = [each for each in items if isinstance(each, Gap) and each.reason in {NOTHING.reason, PACKAGES.reason}]
        assert [(each.topic, each.subject, each.kind, each.gap_class) for each in told] == [
            (each.topic, f"code={bench.root / 'tree'}", "CodeMatch", GapClass.OUT_OF_REACH)
            for each in (NOTHING, PACKAGES)
        ]


def test_slices_are_replaced_not_changed() -> None:
    flow = said("app/far.py", match(1))
    found = near({"app/service.py": "x = 2\n"}, flow)

    assert found is not None
    assert found.merged(Reading("pysa 1", {})) == [replace(flow)]


@pytest.mark.parametrize(
    ("gate", "ci", "frameworks", "is_whole"),
    [
        ("", "", (), False),
        ("fail_on: high\n", "", (), True),
        ("", "true", (), True),
        ("", "", ("cis-kubernetes",), True),
    ],
    ids=["nobody", "gate", "ci", "framework"],
)
def test_where_somebody_decides_by_a_run_the_whole_program_is_followed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    gate: str,
    ci: str,
    frameworks: tuple[str, ...],
    is_whole: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    monkeypatch.setenv("CI", ci)
    (tmp_path / "a.py").write_text("x = 1\n")
    file = tmp_path / "gate.yaml"
    file.write_text(gate)

    made = plan.make(
        Request(
            targets=(f"code={tmp_path}",), only=frozenset({"code"}), gate=file if gate else None, frameworks=frameworks
        )
    )

    assert [stage.is_whole for stage in made.assignment.stages if isinstance(stage, CodeStage)] == [is_whole]
