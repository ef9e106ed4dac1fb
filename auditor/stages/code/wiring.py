"""Puts the stage together with the programs that look at source code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cache import ObservationCache
from auditor.content import cache_folder
from auditor.stages.code.flow import FlowScanner
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.scanners import BanditScanner, SemgrepScanner
from auditor.tools import bandit, pysa, semgrep
from auditor.tools.git import Repository
from auditor.tools.process import scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.search import occurring

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> CodeStage:
    """Return the stage with semgrep, bandit and Pysa."""
    programs = Programs.here(choice.allowed_tools)
    return CodeStage(
        scanners=(
            SemgrepScanner(semgrep.Semgrep(programs), semgrep.SWITCHES, occurring),
            BanditScanner(bandit.Bandit(programs), bandit.SWITCHES),
            FlowScanner(pysa.Pysa(programs), pysa.SWITCHES),
        ),
        pack=rule_pack,
        cache=ObservationCache(cache_folder() / "observations.db" if choice.is_cached else None),
        history=Repository,
        scratch=scratch_folder,
        profiles=choice.profiles,
    )
