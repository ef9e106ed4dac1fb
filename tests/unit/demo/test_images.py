"""The images of the demo: the planted one fails every check of images by name, its twin none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.demo import images
from auditor.detect import parse
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Finding, Verdict
from auditor.model.system import Part, System
from auditor.stages.image.checks import checks
from auditor.stages.image.keys import keys_of
from auditor.stages.image.observe import ImageStage

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SEARCHES = {"image-config-secret-absent", "image-history-secret-absent", "image-files-secret-absent"}


def judged(argument: str, options: object) -> list[Finding]:
    (given, *_others) = [part for part in parse(argument) if part.kind == "image"]
    part = Part(kind="image", where=given.where, options=dict(options))  # type: ignore[call-overload]
    system = System(name=part.argument, parts=(part,))
    seen = list(ImageStage(keys=keys_of).observe(system, Facts()))
    started = RunStarted(subject="run", origin=Origin(part=part.argument), at=NOW.isoformat())
    facts = Facts([started, *(x for x in seen if isinstance(x, Fact))], [x for x in seen if isinstance(x, Gap)])
    return list(judge(checks(), facts, system).findings)


def test_planted_image_fails_every_check_and_its_twin_none(tmp_path: Path) -> None:
    made = images.fresh(tmp_path, NOW)

    planted, clean = (judged(target, made.options) for target in made.targets)

    ids = {check.id for check in checks()}
    assert {each.id for each in planted if each.verdict is Verdict.FAIL} == ids
    assert {each.id: each.detail.en for each in clean if each.verdict is Verdict.FAIL} == {}
    assert {each.id for each in clean if each.verdict is Verdict.PASS} == ids - SEARCHES
    assert {each.id for each in clean if each.verdict is Verdict.NOTHING_FOUND} == SEARCHES
