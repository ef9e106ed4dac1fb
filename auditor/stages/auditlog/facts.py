"""What can be known of audit logs: tallies with a place in the original, never copies of lines."""

from __future__ import annotations

from auditor.model.fact import Fact
from auditor.stages.auditlog.texts import MEASURES


class LogSource(Fact, frozen=True, kw_only=True):
    """One log source; ``subject`` is its id in the inventory, or its path.

    Attributes:
        format: What it is written in.
        component: Who writes it.
        files: How many files were read.
        records: Records in them.
        first: Time of the first record, ISO 8601 UTC; empty if none has a time.
        last: Of the last.
        expect_every_s: It is never silent for longer; None if nobody said.
        retention_months: Months that it must reach back.
        commissioned: First day of its component; empty if nobody said.
        silent: Silent by nature.
        declared: It stands in an inventory.
        why: What decided on the format.
    """

    format: str
    component: str
    files: int
    records: int
    first: str
    last: str
    expect_every_s: float | None
    retention_months: int
    commissioned: str
    silent: bool
    declared: bool
    why: str


class LogFile(Fact, frozen=True, kw_only=True):
    """One file of a source; ``subject`` is the id of the source, the file stands in the origin.

    Attributes:
        digest: ``sha256:…`` of the bytes that were read.
        size_bytes: How many.
        packing: ``gzip``, ``zstd``, ``xz``, ``bzip2``, ``parquet``, or empty.
        lines: Lines, or JSON values.
        format: As in `LogSource`.
        layout: ``lines`` or ``values``.
        why: What decided on the format.
        changed: What happened to it while it was read; empty for nothing.
    """

    digest: str
    size_bytes: int
    packing: str
    lines: int
    format: str
    layout: str
    why: str
    changed: str


class LoggedEvent(Fact, frozen=True, kw_only=True):
    """What was seen of one action; ``subject`` is the id of the source, the origin an example.

    Attributes:
        action: In the words of the log.
        principal: Class of those who did it.
        outcome: ``success``, ``failure``, ``denied``, ``unknown``.
        authenticated: The names were checked by what wrote the log.
        count: Requests.
        first: ISO 8601 UTC; empty if no record has a time.
        last: ISO 8601 UTC.
        present: How many have each of the six fields, in their order.
        topics: What it is about.
    """

    action: str
    principal: str
    outcome: str
    authenticated: bool
    count: int
    first: str
    last: str
    present: tuple[int, ...]
    topics: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The action."""
        return self.action


class RequiredEvent(Fact, frozen=True, kw_only=True):
    """An action that must be logged; ``subject`` is ``component: action (principal)``.

    Attributes:
        component: Who does it.
        action: In the words of the component's log.
        object: Class of object.
        principal: Class of principal; empty for any.
        risk: ``high``, ``medium``, ``low``.
        seen: A record was seen.
        configured: The settings in force would record it; None if nobody knows.
        missed: It happened without a record.
        undetermined: The log cannot tell.
    """

    component: str
    action: str
    object: str
    principal: str
    risk: str
    seen: bool
    configured: bool | None
    missed: bool
    undetermined: bool


class LogDays(Fact, frozen=True, kw_only=True):
    """Records of each day of a source; ``subject`` is its id.

    Attributes:
        days: Day (ISO 8601) and count, only days with records.
        gaps: Silences, ``from/to``.
    """

    days: tuple[tuple[str, int], ...]
    gaps: tuple[str, ...]


class LogExample(Fact, frozen=True, kw_only=True):
    """A place in a log that shows what a measure counts; ``subject`` is the id of the source.

    Attributes:
        measure: The measure; also the topic.
        what: Which of its items.
    """

    measure: str
    what: str

    @property
    def topic(self) -> str:
        """The measure."""
        return self.measure


__all__ = [
    "MEASURES",
    "LogDays",
    "LogExample",
    "LogFile",
    "LogSource",
    "LoggedEvent",
    "RequiredEvent",
]
