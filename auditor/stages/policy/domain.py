"""What a stage gives so that rules can be asked about its facts: a `Domain`, and a `View` of the facts of one system.

The rules of a domain lie in the folder of its name below ``policies/``; the stage of that name has a package
``questions`` with one value, ``DOMAIN``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from auditor.model.fact import GapClass
from auditor.model.text import NO_TEXT, Text
from auditor.stages.policy import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor import reasons
    from auditor.model.fact import Fact, Facts, Origin, Threshold
    from auditor.model.finding import Severity
    from auditor.model.system import Part

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A Rego package that is a check.

    Attributes:
        id: Check id.
        package: Path of the package without ``data`` (``kubernetes.pod_non_root``).
        file: Where it stands, relative to the root it was loaded from.
        title: The claim.
        problem: What is wrong where it fails; empty only in policies of users.
        why: Why it matters.
        remediation: How to mend a failure.
        severity: How bad a failure is.
        source: Clause or document that asks for it.
        controls: Control ids by framework.
        cwe: CWE numbers.
        domain: Stage whose facts it is asked about.
        judges: Kind of fact that its subjects are.
        needs: Facts without which it cannot pass, as ``Kind`` or ``Kind:topic``.
        uses: Facts that it looks at where they are there.
        collection: Collection of its domain whose elements its subjects are; empty if they are none.
        is_batched: It judges each of these by itself, and is asked about some at a time.
        sees: What it sees of an element that it judges by itself: the name of a view of its domain.
        is_about_whole: It speaks of the system as a whole: what was not listed is missing, not absent.
        is_partial: Absence of a failure proves nothing by itself.
        shares: Name of what it cannot decide for the same reason as other checks: one gap says it for all of them, but
            for what the rule says with ``"own": true``.
        part_of: Check whose failure of the same subject says it, too; empty if it stands alone.
        fails_by_absence: A failure says that something was not found, so it proves nothing while something is unseen.
        expected: What it wants, in a few words, where its reasons do not say so.
        aliases: Numbers in the reference tables.
        decided: What a reader of its page must know of how it is decided; empty where the title says it.
        is_users: It comes from a user's folder.
    """

    id: str
    package: str
    file: str
    title: Text
    problem: Text
    why: Text
    remediation: Text
    severity: Severity
    source: str
    controls: dict[str, tuple[str, ...]]
    cwe: tuple[int, ...]
    domain: str
    judges: str
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    collection: str
    is_batched: bool
    sees: str
    is_about_whole: bool
    is_partial: bool
    fails_by_absence: bool
    part_of: str
    shares: str
    expected: Text
    aliases: tuple[str, ...] = ()
    decided: Text = NO_TEXT
    is_users: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at once.

    Attributes:
        policies: Checks that answer.
        items: Elements of a collection that they are asked about; None for rules over the whole system.
        limit_s: Time for the answer.
        scopes: Names of what holds such elements, beside those of the items, that it is about.
        equivalents: Subjects that an answer about one of the items holds for, by its subject; none means itself alone.
        only_failures: More than what is shown of the items is there: that a rule finds nothing bad proves nothing.
    """

    policies: tuple[Policy, ...]
    items: Sequence[Json] | None
    limit_s: float
    scopes: frozenset[str] = frozenset()
    equivalents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only_failures: bool = False

    @property
    def is_users(self) -> bool:
        """It is put to rules of a user, who may have written anything."""
        return any(policy.is_users for policy in self.policies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Something that a rule needed and that is not among the facts.

    Attributes:
        reason: In a few words, the same for the same cause.
        detail: The circumstances.
        remedy: What to do to have it seen.
        subject: What could not be seen.
        gap_class: What kind of loss it is.
        of: A fact that it is about, which says whose part it is.
    """

    reason: reasons.Reason
    detail: str
    remedy: Text
    subject: str = ""
    gap_class: GapClass = GapClass.LOST
    of: Fact | None = None


class View(Protocol):
    """The facts of one system, ready to be asked about."""

    @property
    def size(self) -> int:
        """How many things rules can be asked about."""

    def idle(self, policies: Sequence[Policy]) -> frozenset[str]:
        """Return the ids of checks of ours that can have no subject here; they are not asked."""

    def questions(self, policies: Sequence[Policy], limit_s: float, batch: int) -> Iterator[Question]:
        """Yield what is asked of some checks, the longest question first; a batch has so many items."""

    def document(self, question: Question) -> Json:
        """Return the input of a question: what its rules need and use, and no more."""

    def unseen(self) -> Iterator[tuple[str, Unseen]]:
        """Yield what costs every check of a collection its verdict, with the collection's name."""

    def absent(self, policy: Policy) -> Text | Unseen | None:
        """Return what it means that a check found no subject: why it does not apply, what was not seen, or nothing."""

    def undecided(self, policy: Policy, *, is_value: bool) -> tuple[Text, GapClass]:
        """Return what to do where a rule could not decide, and whose loss it is; ``is_value``: the value is wrong."""

    def deciding(self, policy: Policy, subject: str) -> Fact | None:
        """Return the fact that a subject of a check is."""

    def cited(self, name: str) -> Fact | None:
        """Return the fact that a rule names."""

    def place(self, fact: Fact, pointer: str, digest: str | None) -> Origin:
        """Return where something of a fact stands."""

    def aimed(self, patch: Sequence[Json], fact: Fact | None) -> Sequence[Json]:
        """Return a patch (RFC 6902) with the tests that it meets what it is for, not another item at that place."""

    def excerpt(self, origin: Origin) -> tuple[str, str, str]:
        """Return the line of a place, those before and those behind it, secrets hidden; empty where none is kept."""

    def whole(self) -> Fact | None:
        """Return the fact about the system as a whole, if there is one."""

    def told(self, actual: Text, fact: Fact | None) -> Text:
        """Return what was seen, with what a reader must know of the fact."""

    def apart(self, fact: Fact | None) -> str:
        """Return the word that sets failures of a fact apart from others of a check, empty if nothing does."""

    def weighed(self, severity: Severity, fact: Fact | None) -> Severity:
        """Return how bad a failure of this fact is where its check says ``severity``."""


class Domain(Protocol):
    """What the rules of one folder are asked about.

    Attributes:
        name: Of the stage, and of the folder below ``policies/``.
        reads: Kinds of facts.
        part_kinds: Kinds of parts that a rule about the whole (``covers``) speaks of.
        item_part_kinds: Kinds of parts that a rule about single things speaks of.
        whole: Word of METADATA for the whole.
        judges: Kinds of facts that subjects may be.
        seldom: Those of them that most targets have none of.
        collections: Collections that rules may be asked about in batches, or whose elements they judge.
        views: What METADATA may say that a rule sees of an element.
        benchmark: Framework whose controls a failure may name.
    """

    name: str
    reads: tuple[type[Fact], ...]
    part_kinds: frozenset[str]
    item_part_kinds: frozenset[str]
    whole: str
    judges: frozenset[str]
    seldom: frozenset[str]
    collections: frozenset[str]
    views: frozenset[str]
    benchmark: str

    def view(self, facts: Facts) -> View:
        """Put facts into the shape that rules read."""

    def loosened(self, part: Part) -> Iterator[Threshold]:
        """Yield each parameter that a part gives and that is looser than the benchmark's, for each check of it."""


@cache
def domains() -> tuple[Domain, ...]:
    """Return all domains."""
    return tuple(import_module(f"auditor.stages.{name}.questions").DOMAIN for name in DOMAINS)


@cache
def domain_named(name: str) -> Domain:
    """Return the domain of this name."""
    return next(domain for domain in domains() if domain.name == name)


def domain_of(kinds: AbstractSet[str]) -> Domain:
    """Return the domain of parts of these kinds.

    Raises:
        LookupError: There is none.
    """
    for domain in domains():
        if domain.part_kinds & kinds:
            return domain
    message = f"no rules speak of {', '.join(sorted(kinds))}"
    raise LookupError(message)
