"""What can be known of lineage: data sets and edges, seen and declared, spans as tallies, examples with places."""

from __future__ import annotations

from auditor.model.fact import Fact
from auditor.stages.lineage.texts import MEASURES


class Dataset(Fact, frozen=True, kw_only=True):
    """A data set of the inventory, or one that only events name; ``subject`` is its id, ``namespace|name``.

    Attributes:
        role: ``source``, ``derived``, ``sink`` or empty.
        kind: ``table``, ``index``, ``model`` …
        jurisdiction: Where it lies; empty if nobody says.
        grade: As in the inventory.
        fields: Number of known fields.
        personal: Fields tagged as personal data.
        is_declared: The inventory names it.
        incoming: Edges seen that end in it.
        outgoing: Edges seen that begin there.
    """

    role: str
    kind: str
    jurisdiction: str
    grade: str
    fields: int
    personal: tuple[str, ...]
    is_declared: bool
    incoming: int
    outgoing: int


class LineageEdge(Fact, frozen=True, kw_only=True):
    """Data went from one data set to another, as an event says; ``subject`` is the data set that was written.

    Attributes:
        source: The data set that was read.
        runs: How many runs say so.
        last: Of the last of them, ISO 8601 UTC; empty if it has no time.
        job: Of the last of them.
    """

    source: str
    runs: int
    last: str
    job: str


class DeclaredEdge(Fact, frozen=True, kw_only=True):
    """A file says that data goes from one data set to another; ``subject`` is the data set that is written.

    Attributes:
        source: The data set that is read.
        by: ``inventory``, ``dbt``, ``sql``, ``marquez``, ``job event``.
    """

    source: str
    by: str


class LineageFile(Fact, frozen=True, kw_only=True):
    """A file that was read; ``subject`` is its path.

    Attributes:
        digest: ``sha256:…``.
        size_bytes: Its size.
        form: ``openlineage``, ``otlp-json``, ``otlp-proto``, ``langfuse``, ``dbt``, ``sql``, ``catalogue``,
            ``marquez``, ``trace-ids`` or empty.
        records: Records in it.
        unreadable: Records that could not be read.
    """

    digest: str
    size_bytes: int
    form: str
    records: int
    unreadable: int


class ServiceTraces(Fact, frozen=True, kw_only=True):
    """What was seen of a service; ``subject`` is its name.

    Attributes:
        spans: Spans.
        traces: Distinct traces.
        answers: Answers to people.
        complete: Answers with every link that is due.
        operations: Name and number of each kind of step.
        first: Begin of the first span, ISO 8601 UTC.
        last: Of the last.
    """

    spans: int
    traces: int
    answers: int
    complete: int
    operations: tuple[tuple[str, int], ...]
    first: str
    last: str


class LineageItem(Fact, frozen=True, kw_only=True):
    """One thing that a measure counts as bad, with its place; ``subject`` is its name.

    Attributes:
        measure: The measure; also the topic.
        what: What is wrong with it, in the words of the data.
    """

    measure: str
    what: str

    @property
    def topic(self) -> str:
        """The measure."""
        return self.measure


__all__ = [
    "MEASURES",
    "Dataset",
    "DeclaredEdge",
    "LineageEdge",
    "LineageFile",
    "LineageItem",
    "ServiceTraces",
]
