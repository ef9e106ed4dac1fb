"""Observed against expected: which of the actions that must be logged are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from auditor.formats.inventory import Action
from auditor.stages.auditlog.people import LISTED_MACHINE, PERSON, UNLISTED_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.stages.auditlog.tally import Tally

WEIGHTS: Final = {"high": 3, "medium": 2, "low": 1}
_CLASSES: Final[Mapping[str, frozenset[str]]] = {
    "person": frozenset({PERSON, UNLISTED_PERSON}),
    "user": frozenset({PERSON, UNLISTED_PERSON}),
    "service": frozenset({"service", LISTED_MACHINE, "node"}),
    "service-account": frozenset({"service", LISTED_MACHINE}),
    "machine": frozenset({"service", LISTED_MACHINE, "node"}),
    "agent": frozenset({"service", LISTED_MACHINE}),
    "node": frozenset({"node", LISTED_MACHINE}),
    "shared": frozenset({"shared"}),
    "admin": frozenset({"shared", PERSON, UNLISTED_PERSON}),
    "anonymous": frozenset({"anonymous", "none"}),
}


class Item(Struct, frozen=True, kw_only=True):
    """One auditable action for one class of principal.

    Attributes:
        action: From the inventory.
        principal: Class; empty for any.
        seen: A record was seen in the window.
        configured: The settings in force record it; None if nobody knows.
        missed: It is proven to have happened without a record.
        undetermined: The log cannot tell.
    """

    action: Action
    principal: str = ""
    seen: bool = False
    configured: bool | None = None
    missed: bool = False
    undetermined: bool = False

    @property
    def name(self) -> str:
        """``component: action (principal)``."""
        thing = f" {self.action.object}" if self.action.object else ""
        who = f" ({self.principal})" if self.principal else ""
        return f"{self.action.component}: {self.action.action}{thing}{who}"

    @property
    def weight(self) -> int:
        """By risk."""
        return WEIGHTS[self.action.risk]

    @property
    def state(self) -> str:
        """``covered``, ``missed`` (proven), ``undetermined`` or ``missing``."""
        if self.missed:
            return "missed"
        return "covered" if self.covered else "undetermined" if self.undetermined else "missing"

    @property
    def covered(self) -> bool:
        """It is seen or configured, and nothing proves otherwise."""
        return (self.seen or self.configured is True) and not self.missed


class Coverage(Struct, frozen=True, kw_only=True):
    """Sums over items.

    Attributes:
        weighted: Σw of covered items, and of all.
        plain: Their numbers.
        high: The same for those of high risk.
        undetermined: Σw of items that nobody can tell; the same in numbers, and for those of high risk.
        missing: Names of items that are not covered, sorted.
        seen: Number of items seen, configured, missed.
        stale: SourceReading, but the settings in force would not record them.
        unseen: Configured, never seen.
    """

    weighted: tuple[int, int]
    plain: tuple[int, int]
    high: tuple[int, int]
    undetermined: tuple[int, int, int]
    missing: tuple[str, ...]
    seen: int
    configured: int
    missed: int
    stale: tuple[str, ...]
    unseen: tuple[str, ...]


def sums(items: Iterable[Item]) -> Coverage:
    """Return the sums; an item that is proven missed is never covered."""
    given = tuple(items)
    covered = [each for each in given if each.covered]
    open_ = [each for each in given if not each.covered and each.undetermined and not each.missed]
    high = [each for each in given if each.action.risk == "high"]
    return Coverage(
        weighted=(sum(each.weight for each in covered), sum(each.weight for each in given)),
        plain=(len(covered), len(given)),
        high=(sum(each.covered for each in high), len(high)),
        undetermined=(
            sum(each.weight for each in open_),
            len(open_),
            sum(each.action.risk == "high" for each in open_),
        ),
        missing=tuple(sorted(each.name for each in given if not each.covered)),
        seen=sum(each.seen for each in given),
        configured=sum(each.configured is True for each in given),
        missed=sum(each.missed for each in given),
        stale=tuple(sorted(each.name for each in given if each.seen and each.configured is False)),
        unseen=tuple(sorted(each.name for each in given if each.configured is True and not each.seen)),
    )


@lru_cache(maxsize=8192)
def _pattern(action: str) -> re.Pattern[str]:
    """Return a pattern for an action's name; ``{x}`` is one segment of a path, ``*`` anything."""
    text = " ".join(action.strip().lower().split())
    made = re.sub(r"\\\{[^{}]*\\\}", "[^/ ]+", re.escape(text)).replace(r"\*", ".*").replace(r"\ ", " ")
    return re.compile(made)


def matches(action: str, logged: str) -> bool:
    """Tell whether a logged action is the one that must be logged."""
    return bool(_pattern(action).fullmatch(" ".join(logged.lower().split())))


def was_seen(action: Action, principal: str, tally: Tally) -> bool:
    """Tell whether a source holds a record of an action by a class of principal."""
    classes = _CLASSES.get(principal.strip().lower())
    for (logged, who, _outcome, _authenticated), group in tally.groups.items():
        if principal and classes is not None and who not in classes:
            continue
        if principal and classes is None and who != principal:
            continue
        if not _same_action(action, logged, group.topics):
            continue
        if action.object and not any(
            name == logged and _same_object(action.object, thing) for name, thing in tally.objects
        ):
            continue
        return True
    return False


def _same_action(action: Action, logged: str, topics: frozenset[str]) -> bool:
    if matches(action.action, logged):
        return True
    words = action.action.lower().replace("_", "-")
    if words in topics:
        return True
    # a database logs the class before the command, an auditd record the type before the operation
    return (
        any(matches(action.action, part) for part in logged.split(" ", 1))
        if " " in logged and "/" not in logged
        else False
    )


def _same_object(wanted: str, seen: str) -> bool:
    left, right = wanted.lower().rpartition("|")[2], seen.lower()
    return left == right or left.rpartition(".")[2] == right.rpartition(".")[2] or bool(_pattern(left).fullmatch(right))
