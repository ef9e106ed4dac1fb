"""The measures of lineage, each defined once (design page, §6): from what was seen and declared to numbers and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats.logs import times
from auditor.stages.lineage.measures.answers import Answers
from auditor.stages.lineage.measures.borders import Borders
from auditor.stages.lineage.measures.declarations import Declarations
from auditor.stages.lineage.measures.fields import Fields
from auditor.stages.lineage.measures.graph import Graph
from auditor.stages.lineage.measures.making import STAGE, Given
from auditor.stages.lineage.measures.models import Models
from auditor.stages.lineage.measures.personal import Personal
from auditor.stages.lineage.measures.reading import Reading
from auditor.stages.lineage.measures.sampled import Sampled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap

__all__ = ["STAGE", "Given", "iso", "measures"]


def measures(given: Given) -> Iterator[Fact | Gap]:
    """Yield every measure of a target, a gap for each that cannot be told, and the things that show them."""
    for room in (Reading, Graph, Fields, Personal, Borders, Declarations, Models, Answers, Sampled):
        yield from room(given).every()


def iso(at: int | None) -> str:
    """Return a time for a fact; empty if there is none."""
    return times.iso(at) if at is not None else ""
