"""The clean image of the demo and its SBOM, by the real syft: real Debian packages and wheels, and nothing to find."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.demo import images
from auditor.detect import parse
from auditor.judging import judge
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.image.keys import keys_of
from auditor.stages.sbom.checks import checks
from auditor.stages.sbom.facts import Component
from auditor.stages.sbom.observe import SbomStage
from auditor.tools.process import scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.syft import Syft

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.tool("syft")
def test_sbom_of_the_clean_image_passes_every_question(tmp_path: Path) -> None:
    made = images.fresh(tmp_path, NOW)
    (target,) = [each for each in made.targets if each.startswith("sbom=")]
    parts = tuple(Part(kind=each.kind, where=each.where, options=made.options) for each in parse(target))
    system = System(name="demo", parts=parts)
    stage = SbomStage(cataloguer=Syft(Programs.here()), scratch=scratch_folder, keys=keys_of)

    seen = [each for each in stage.observe(system, Facts()) if not isinstance(each, Artefact)]
    started = RunStarted(subject="run", origin=Origin(part=parts[0].argument), at=NOW.isoformat())
    facts = Facts([started, *(x for x in seen if isinstance(x, Fact))], [x for x in seen if isinstance(x, Gap)])
    found = list(judge(checks(), facts, system).findings)

    assert {each.id: (each.subject, each.detail.en) for each in found if each.verdict is Verdict.FAIL} == {}
    passed = {each.id for each in found if each.verdict is Verdict.PASS}
    assert passed == {check.id for check in checks()} - {"sbom-vex"}
    declared = {each.type for each in facts.of(Component)}
    assert declared == {"deb", "python"}
