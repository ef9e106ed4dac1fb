"""Answers the questions to one SBOM without a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.judging import judge
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stage import Choice
from auditor.stages.image import IMAGE
from auditor.stages.sbom import SBOM, STAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.finding import Finding


def system_of(sbom: str, image: str, options: Mapping[str, object]) -> System:
    """Return the system of an SBOM, with or without the image that it is about (``image=`` or a bare place)."""
    parts = [Part(kind=SBOM.name, where=sbom, options=dict(options))]
    if image:
        where = image.removeprefix(f"{IMAGE.name}=")
        parts.append(Part(kind=IMAGE.name, where=where, options=dict(options)))
    return System(name=SBOM.name, parts=tuple(parts))


def verified(system: System) -> tuple[Finding, ...]:
    """Return what is found of it, unordered."""
    seen = [
        each for each in STAGE.make(Choice(is_cached=True)).observe(system, Facts()) if not isinstance(each, Artefact)
    ]
    origin = Origin(part=system.parts[0].argument)
    now = RunStarted(subject="run", origin=origin, at=datetime.now(UTC).isoformat(timespec="seconds"))
    facts = Facts([now, *(each for each in seen if isinstance(each, Fact))], [g for g in seen if isinstance(g, Gap)])
    return judge(STAGE.all_checks(), facts, system).findings
