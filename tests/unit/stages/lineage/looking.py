"""Runs the stage on a target and judges what it saw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Measure, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stages.lineage.checks import checks
from auditor.stages.lineage.facts import LineageItem
from auditor.stages.lineage.observe import LineageStage

if TYPE_CHECKING:
    from auditor.model.finding import Finding

DATA = Path(__file__).parents[3] / "data" / "lineage"
SAMPLES = DATA / "samples"
NOW = "2026-11-29T12:00:00Z"


@dataclass
class Looked:
    items: list[object]
    facts: Facts
    findings: tuple[Finding, ...]

    def measure(self, name: str, subject: str = "") -> Measure:
        found = [each for each in self.facts.of(Measure, f"lineage.{name}") if not subject or each.subject == subject]
        assert len(found) == 1, (name, found)
        return found[0]

    def value(self, name: str, subject: str = "") -> object:
        return self.measure(name, subject).value

    def has(self, name: str) -> bool:
        return bool(self.facts.of(Measure, f"lineage.{name}"))

    def bad(self, name: str) -> list[str]:
        return [each.subject for each in self.facts.of(LineageItem, f"lineage.{name}")]

    def verdicts(self, check: str) -> set[str]:
        return {each.verdict.value for each in self.findings if each.id == f"lineage-{check}"}

    def verdict(self, check: str, subject: str = "") -> str:
        found = {
            each.verdict.value
            for each in self.findings
            if each.id == f"lineage-{check}" and (not subject or subject in each.subject)
        }
        assert len(found) == 1, (check, found)
        return found.pop()

    def gaps(self, reason: str = "") -> list[Gap]:
        return [each for each in self.facts.gaps if not reason or each.reason == reason]


def look(where: Path | str, now: str = NOW, base: str = "", known: tuple[Fact, ...] = (), **options: object) -> Looked:
    part = Part(kind="lineage", where=str(where), options=options, base=base)
    system = System(name=part.argument, parts=(part,))
    started = RunStarted(subject="run", origin=Origin(part=""), at=now)
    items = list(LineageStage().observe(system, Facts([started, *known])))
    facts = Facts(
        [started, *(each for each in items if isinstance(each, Fact))],
        [each for each in items if isinstance(each, Gap)],
    )
    return Looked(items, facts, tuple(judge(checks(), facts, system).findings))
