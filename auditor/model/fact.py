"""What was seen (facts) and what could not be seen (gaps)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from msgspec import Struct, field

from auditor.model.bounds import Count, Digest, GapReason, Line, Name
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.model.artefact import Artefact


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where a fact was read.

    Attributes:
        part: Id of the part (``code=src/``).
        capture: Digest of the capture it stands in, if one was kept.
        pointer: JSON pointer (RFC 6901) into the capture, or into the object read.
        file: Path relative to the root of the part, or None where there is no file.
        line: First line in that file, counted from 1.
        end_line: Last line, counted from 1.
        offset: First byte in that file, counted from 0, where lines are too many to count.
    """

    part: str
    capture: Digest | None = None
    pointer: str = ""
    file: str | None = None
    line: Line | None = None
    end_line: Line | None = None
    offset: Count | None = None


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """One thing known about one subject. Each kind is a subclass in its stage's ``facts.py``.

    ``folded`` names the large mappings of a kind that no check looks into: the main process keeps them as bytes.
    """

    folded: ClassVar[tuple[str, ...]] = ()
    subject: str
    origin: Origin

    @property
    def topic(self) -> str:
        """What within its kind the fact is about (a rule, a resource); empty if the kind has no topics."""
        return ""


class RunStarted(Fact, frozen=True, kw_only=True):
    """When the run began: the one clock of ages, terms and expiry; every system has it, with the subject ``run``.

    Attributes:
        at: ISO 8601, UTC.
    """

    at: str


class Threshold(Fact, frozen=True, kw_only=True):
    """What a check judges by, where whoever is audited or runs the audit chose it; ``subject`` is what it is for.

    Attributes:
        check: The check that judges by it.
        name: As clauses name it (``min_retention_months``): what begins with ``min`` must not fall, ``max`` not rise.
        value: What was chosen, in words or digits.
        due: What the benchmark of the check says, where it was loosened against that; empty where the clauses say it.
    """

    check: str
    name: str
    value: int | float | str
    due: str = ""


class Measure(Fact, frozen=True, kw_only=True):
    """A number that a check compares, with what is missing.

    Attributes:
        id: Published id (``lineage.fields``); also the topic.
        stage: Stage that counted.
        value: A number, a time, a ratio as its two integers, or None (then a gap says why).
        undetermined: Items that are neither in nor out.
        items: What is missing or was found, sorted.
    """

    id: str
    stage: str
    value: tuple[int, int] | int | float | str | None
    undetermined: int = 0
    items: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The measure."""
        return self.id


class GapClass(StrEnum):
    """Why something was not seen, in the one respect that a gate asks about."""

    OUT_OF_REACH = "out_of_reach"
    """This kind of target can never show it."""
    MISSING = "missing"
    """It could have been given or collected."""
    LOST = "lost"
    """A tool failed, or something could not be read."""


class Gap(Struct, frozen=True, kw_only=True, gc=False):
    """Something looked for and not seen.

    Attributes:
        stage: Stage that looked.
        target: Id of the part it looked at.
        kind: Name of the kind of fact that is missing.
        subject: What could not be seen; empty for everything of that kind in the part.
        topic: Narrows the gap to checks that read this topic of the kind; empty for all of them.
        reason: A few words, the same for the same cause (``time limit``, ``no permission``).
        detail: The circumstances, in one line.
        tool: Name and version of the program that was to see it, if any.
        remedy: What to do to have it seen.
        gap_class: What kind of loss it is.
    """

    stage: Name
    target: str
    kind: str
    subject: str
    topic: str = ""
    reason: GapReason
    detail: str
    tool: str = ""
    remedy: Text
    gap_class: GapClass = field(default=GapClass.LOST, name="class")


@dataclass(frozen=True, slots=True)
class Read:
    """A kind of fact that a check or stage reads, or some topics of it.

    Attributes:
        kind: Name of the kind.
        topics: Only these topics; empty for all of them.
        is_own: What is missing of it in another part of the same kind costs nothing: the subject's own part is enough.
    """

    kind: str
    topics: frozenset[str] = frozenset()
    is_own: bool = False

    def takes(self, kind: str, topic: str) -> bool:
        """Tell whether a fact or gap of this kind and topic is meant."""
        return kind == self.kind and (not self.topics or not topic or topic in self.topics)


F = TypeVar("F", bound=Fact)
T = TypeVar("T")


class Facts:
    """All facts and gaps about one system, indexed once; iteration order never depends on arrival order."""

    __slots__ = ("_by_kind", "_by_topic", "_derived", "_gaps_by_kind", "artefacts", "gaps")

    _nothing: ClassVar[tuple[Fact, ...]] = ()

    def __init__(
        self, facts: Iterable[Fact] = (), gaps: Iterable[Gap] = (), artefacts: Iterable[Artefact] = ()
    ) -> None:
        """Index facts by kind and topic, each list sorted by subject and origin; artefacts by name."""
        by_kind: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_kind[type(fact).__name__].append(fact)
        self._by_kind: dict[str, tuple[Fact, ...]] = {
            kind: tuple(_in_order(found)) for kind, found in sorted(by_kind.items())
        }
        self._by_topic: dict[str, dict[str, tuple[Fact, ...]]] = {}
        self._derived: dict[Callable[[Facts], object], object] = {}
        self.artefacts = tuple(sorted(artefacts, key=lambda each: (each.part, each.name)))
        self.gaps = tuple(sorted(gaps, key=_gap_order))
        self._gaps_by_kind: dict[str, dict[str, list[Gap]]] = {}
        for gap in self.gaps:
            self._gaps_by_kind.setdefault(gap.kind, {}).setdefault(gap.topic, []).append(gap)

    def kinds(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Iterate over (name of kind, its facts)."""
        return iter(self._by_kind.items())

    def of(self, kind: type[F], topic: str = "") -> tuple[F, ...]:
        """Return the facts of a kind, or of one topic of it; empty if nothing was seen."""
        return cast("tuple[F, ...]", self.named(kind.__name__, topic))

    def named(self, kind: str, topic: str = "") -> tuple[Fact, ...]:
        """Return the facts of a kind given by its name."""
        if not topic:
            return self._by_kind.get(kind, self._nothing)
        if kind not in self._by_topic:
            grouped: dict[str, list[Fact]] = defaultdict(list)
            for fact in self._by_kind.get(kind, self._nothing):
                grouped[fact.topic].append(fact)
            self._by_topic[kind] = {name: tuple(found) for name, found in grouped.items()}
        return self._by_topic[kind].get(topic, self._nothing)

    def read(self, read: Read) -> Iterator[Fact]:
        """Iterate over the facts that a `Read` means."""
        if not read.topics:
            yield from self.named(read.kind)
        for topic in sorted(read.topics):
            yield from self.named(read.kind, topic)

    def by_subject(self, kind: type[F], topic: str = "") -> Iterator[tuple[str, tuple[F, ...]]]:
        """Iterate over (subject, its facts of this kind), sorted by subject; one of each part of that name."""
        grouped: dict[tuple[str, str], list[F]] = defaultdict(list)
        for fact in self.of(kind, topic):
            grouped[fact.subject, fact.origin.part].append(fact)
        for (subject, _part), found in grouped.items():
            yield subject, tuple(found)

    def missing(self, read: Read) -> tuple[Gap, ...]:
        """Return the gaps that a reader of this kind (and these topics) suffers from."""
        by_topic = self._gaps_by_kind.get(read.kind, {})
        topics = read.topics | {""} if read.topics else by_topic.keys()
        return tuple(sorted((gap for topic in topics for gap in by_topic.get(topic, ())), key=_gap_order))

    def derive(self, rule: Callable[[Facts], T]) -> T:
        """Return what a pure function makes of these facts, computed once for all checks that ask."""
        if rule not in self._derived:
            self._derived[rule] = rule(self)
        return cast("T", self._derived[rule])


def _order(fact: Fact) -> tuple[object, ...]:
    at = fact.origin
    return (fact.subject, at.part, at.file or "", at.line or 0, at.pointer, fact.topic)


def _in_order(found: list[Fact]) -> Iterator[Fact]:
    """Sort by place; only facts of one and the same place are spelled out, which is slow, to order them."""
    places = list(map(_order, found))
    by_place = dict(zip(places, found, strict=True))
    if len(by_place) == len(found):  # as nearly always
        yield from map(by_place.__getitem__, sorted(by_place))
        return
    for _place, same in groupby(sorted(range(len(found)), key=places.__getitem__), key=places.__getitem__):
        alike = [found[number] for number in same]
        yield from sorted(alike, key=repr) if len(alike) > 1 else alike


def _gap_order(gap: Gap) -> tuple[str, ...]:
    return (gap.target, gap.stage, gap.kind, gap.subject, gap.topic, gap.reason, gap.detail)
