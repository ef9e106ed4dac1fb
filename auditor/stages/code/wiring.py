"""Puts the stage together with the programs that look at source code."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from auditor.cache import ObservationCache
from auditor.content import cache_folder
from auditor.stages.code.commits import CommitSearch
from auditor.stages.code.flow import FlowScanner
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.scanners import BanditScanner, SemgrepScanner
from auditor.tools import bandit, git_history, gitleaks, pysa, semgrep
from auditor.tools.git import Repository
from auditor.tools.process import quick_scratch_folder, scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.search import occurring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.stage import Choice
    from auditor.tools.git_history import Layout, Tips, Told
    from auditor.tools.gitleaks import Gitleaks, GitleaksOutput
    from auditor.tools.programs import Program


def make(choice: Choice) -> CodeStage:
    """Return the stage with semgrep, bandit, Pysa and gitleaks."""
    programs = Programs.here(choice.allowed_tools)
    cache = ObservationCache(cache_folder() / "observations.db" if choice.is_cached else None)
    return CodeStage(
        scanners=(
            SemgrepScanner(semgrep.Semgrep(programs), (*semgrep.SWITCHES, *semgrep.ENGINE_SWITCHES), occurring),
            BanditScanner(bandit.Bandit(programs), bandit.SWITCHES),
            FlowScanner(pysa.Pysa(programs), pysa.SWITCHES, cache),
        ),
        pack=rule_pack,
        cache=cache,
        history=Repository,
        commits=CommitSearch(HistorySearcher(gitleaks.Gitleaks(programs)), cache),
        scratch=partial(scratch_folder, is_removed_later=True),
        copies=quick_scratch_folder,
        profiles=choice.profiles,
        is_whole=choice.is_whole,
    )


@dataclass(frozen=True, slots=True)
class _Laid:
    """A history of ours, and the gitleaks that searches it."""

    layout: Layout
    tool: Gitleaks

    @property
    def end_mark(self) -> str:
        return self.layout.end_mark

    def told(self, timeout_s: float, on_beat: Callable[[float], None]) -> Told:
        with scratch_folder() as scratch:
            return git_history.told(self.layout, scratch, timeout_s, on_beat)

    def searched(self, rules: Path, timeout_s: float, on_beat: Callable[[float], None]) -> GitleaksOutput:
        with scratch_folder() as scratch:
            return self.tool.search(
                self.layout.folder,
                rules=rules,
                options=git_history.LOG_OPTIONS,
                environment=git_history.log_environment(scratch),
                scratch=scratch,
                timeout_s=timeout_s,
                on_beat=on_beat,
            )


@dataclass(frozen=True, slots=True)
class _Tips:
    """The tips of a repository, and the gitleaks that searches its history."""

    tips: Tips
    tool: Gitleaks

    @property
    def ids(self) -> tuple[str, ...]:
        return self.tips.ids

    @contextmanager
    def laid_out(self) -> Iterator[_Laid]:
        with scratch_folder() as scratch:
            yield _Laid(git_history.lay_out(self.tips, scratch / "history.git"), self.tool)


@dataclass(frozen=True, slots=True)
class HistorySearcher:
    """git and gitleaks together."""

    tool: Gitleaks
    switches: tuple[str, ...] = (*gitleaks.SWITCHES, *git_history.LOG_OPTIONS)

    def program(self) -> Program:
        """Return the verified gitleaks.

        Raises:
            ToolError: It cannot be had.
        """
        return self.tool.program()

    def tips(self, root: Path, commit: str) -> _Tips:
        """Return the tips of the repository of a work tree, or the one that is given.

        Raises:
            ToolError: It has none that can be read here.
        """
        return _Tips(git_history.tips(root, commit), self.tool)
