"""A small rule pack, and stand-ins for the two scanners, the cache and the history."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from auditor.model.text import Text
from auditor.stages.code import languages
from auditor.stages.code.commits import Committed, Searched
from auditor.stages.code.rules import Rule, RulePack
from auditor.stages.code.staging import copy
from auditor.stages.code.tree import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from auditor.errors import ToolError
    from auditor.stages.code.staging import Copy

Json: TypeAlias = Any
"""Whatever may stand in a document, or for a field."""

ANY = frozenset({languages.PYTHON, languages.NOTEBOOK, languages.YAML, languages.CONFIGURATION, languages.GENERIC})
PYTHON = frozenset({languages.PYTHON, languages.NOTEBOOK})


def rule(name: str, tool: str = "semgrep", capability: str = "unsafe-load", **changed: Json) -> Rule:
    values: dict[str, Any] = {
        "test": "B301" if tool == "bandit" else "",
        "title": Text("Pickle is never loaded", "从不加载 pickle"),
        "why": Text("", ""),
        "remediation": Text("Use JSON.", "使用 JSON。"),
        "severity": "high",
        "confidence": "high",
        "cwe": (502,),
        "controls": {"gbt22239-2019-l3": ("8.1.4.4.d",)},
        "is_partial": False,
        "profile": "",
        "references": (),
        "tag": 0,
        "languages": PYTHON,
        "parsed": PYTHON,
        "defined_in": "rulesets/x.yaml",
    }
    return Rule(id=name, tool=tool, capability=capability, **(values | changed))


LOAD = rule("data-load")
SECRET = rule("secret-absent", capability="hardcoded-password", languages=ANY, parsed=frozenset())
BANDIT_LOAD = rule("bandit-load", "bandit")
PACK = RulePack(
    {each.id: each for each in (LOAD, SECRET, BANDIT_LOAD)},
    {"B101": "asserts"},
    {each.id: ({"id": each.id, "languages": ["python"]},) for each in (LOAD, SECRET)},
)


def source(path: str = "a.py", text: str = "import pickle\npickle.load(f)\n", language: str = "python") -> Source:
    data = text.encode()
    return Source(path=path, language=language, size_bytes=len(data), sha256=str(hash(text)), text=data)


@dataclass(frozen=True)
class FakeProgram:
    name: str
    version: str = "1.0"
    digest: str = "sha256:0"
    is_allowed: bool = True


@dataclass
class FakeTool:
    """Either program: it says what it is told to say, of the files it is given."""

    name: str = ""
    says: Callable[[list[str]], object] = list
    missing: Exception | None = None
    fails: Exception | None = None
    given: list[list[str]] = field(default_factory=list)
    version: str = "1.0"

    def program(self) -> FakeProgram:
        if self.missing:
            raise self.missing
        return FakeProgram(self.name, self.version)

    def answer(self, files: list[str], scratch: Path) -> bytes:
        assert scratch.is_dir()
        self.given.append(files)
        if self.fails:
            raise self.fails
        said = self.says(files)
        return said if isinstance(said, bytes) else json.dumps(said).encode()


def semgrep_report(files: Sequence[str], *results: object, errors: Sequence[object] = (), **changed: Json) -> Json:
    paths = {"scanned": list(files), "skipped": []}
    return {"version": "1", "results": list(results), "errors": list(errors), "paths": paths, **changed}


def semgrep_match(path: str, line: int, check: str = "data-load", end_line: int = 0) -> dict[str, Any]:
    return {
        "check_id": check,
        "path": path,
        "start": {"line": line, "col": 1, "offset": 0},
        "end": {"line": end_line or line, "col": 2, "offset": 1},
        "extra": {"lines": "requires login"},
    }


def bandit_report(files: Sequence[str], *results: object, errors: Sequence[object] = ()) -> Json:
    return {"results": list(results), "errors": list(errors), "metrics": {"_totals": {}, **{f: {} for f in files}}}


def bandit_match(path: str, line: int, test: str = "B301") -> dict[str, Any]:
    return {
        "test_id": test,
        "filename": path,
        "line_number": line,
        "line_range": [line],
        "issue_severity": "MEDIUM",
        "issue_confidence": "HIGH",
        "code": "pickle.load(f)",
    }


@dataclass
class FakeSemgrep(FakeTool):
    name: str = "semgrep"
    says: Callable[[list[str]], object] = field(default=semgrep_report)

    def scan(
        self,
        rules: Path,
        root: Path,
        targets: Iterable[tuple[Path, str]],
        scratch: Path,
        *,
        jobs: int,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> bytes:
        assert rules.is_file()
        assert {place for place, _language in targets} <= {path for path in root.rglob("*") if path.is_file()}
        assert min(jobs, timeout_s) > 0
        if on_beat:
            on_beat(0.0)
        return self.answer(sorted(str(path) for path in root.rglob("*") if path.is_file()), scratch)


@dataclass
class FakeBandit(FakeTool):
    name: str = "bandit"
    says: Callable[[list[str]], object] = field(default=bandit_report)

    def scan(
        self,
        files: Sequence[Path],
        skipped_tests: Sequence[str],
        scratch: Path,
        *,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> bytes:
        assert list(skipped_tests) == ["B101"]
        assert timeout_s > 0
        if on_beat:
            on_beat(0.0)
        return self.answer([str(path) for path in files], scratch)


def staged(root: Path, *sources: Source) -> tuple[Copy, Path]:
    """A copy of sources and a scratch folder."""
    scratch = root / "scratch"
    scratch.mkdir(exist_ok=True)
    return copy(sources, root / "copy"), scratch


@dataclass
class FakeCache:
    kept: dict[str, bytes] = field(default_factory=dict)

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put_many(self, items: Mapping[str, bytes]) -> None:
        self.kept.update(items)


@dataclass(frozen=True)
class Author:
    author: str
    date: str
    text: str


@dataclass(frozen=True)
class FakeHistory:
    known: Mapping[tuple[str, int], Author] = field(default_factory=dict)

    def blame(self, path: str, line: int) -> Author | None:
        return self.known.get((path, line))


COMMITTED = Committed(
    rule="github-pat",
    path="app/a.py",
    line=3,
    commit="a" * 40,
    date="2026-01-02T03:04:05Z",
    places=1,
    evidence="secret 0123",
    snippet="token = ***",
    is_named=False,
)


@dataclass
class FakeCommits:
    found: tuple[Committed, ...] = ()
    problem: ToolError | None = None
    asked: list[bool] = field(default_factory=list)
    places: list[tuple[Path, str]] = field(default_factory=list)

    def program(self) -> FakeProgram:
        return FakeProgram("gitleaks")

    def search(self, root: Path, *, commit: str = "", is_asked: bool, beat: Callable[[float], None]) -> Searched:
        self.places.append((root, commit))
        self.asked.append(is_asked)
        if self.problem:
            raise self.problem
        return Searched(7, 0, self.found)


@contextmanager
def scratch_below(root: Path) -> Iterator[Path]:
    folder = root / f"scratch-{len(list(root.iterdir()))}"
    folder.mkdir(parents=True)
    yield folder
