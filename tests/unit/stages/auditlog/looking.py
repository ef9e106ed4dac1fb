"""Runs the stage on a folder and judges what it saw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Measure, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stages.auditlog.checks import checks
from auditor.stages.auditlog.observe import AuditlogStage

if TYPE_CHECKING:
    from auditor.model.finding import Finding

DATA = Path(__file__).parents[3] / "data" / "auditlog"
NOW = "2026-11-28T12:00:00Z"


@dataclass
class Looked:
    items: list[object]
    facts: Facts
    findings: tuple[Finding, ...]

    def measure(self, name: str, subject: str = "") -> Measure:
        found = [each for each in self.facts.of(Measure, f"auditlog.{name}") if not subject or each.subject == subject]
        assert len(found) == 1, (name, found)
        return found[0]

    def value(self, name: str, subject: str = "") -> object:
        return self.measure(name, subject).value

    def verdict(self, check: str, subject: str = "") -> str:
        found = {
            each.verdict.value
            for each in self.findings
            if each.id == f"auditlog-{check}" and (not subject or each.subject == subject)
        }
        assert len(found) == 1, (check, found)
        return found.pop()

    def gaps(self, reason: str = "") -> list[Gap]:
        return [each for each in self.facts.gaps if not reason or each.reason == reason]


def look(where: Path, stage: AuditlogStage | None = None, now: str = NOW, **options: object) -> Looked:
    part = Part(kind="auditlog", where=str(where), options=options)
    system = System(name=part.argument, parts=(part,))
    started = RunStarted(subject="run", origin=Origin(part=""), at=now)
    items = list((stage or AuditlogStage()).observe(system, Facts([started])))
    facts = Facts(
        [started, *(each for each in items if isinstance(each, Fact))],
        [each for each in items if isinstance(each, Gap)],
    )
    return Looked(items, facts, tuple(judge(checks(), facts, system).findings))
