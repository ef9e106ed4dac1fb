"""D, A and K of a unit of 密评: which check speaks to which of them (``rulesets/compliance/quantification.yaml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct, field

from auditor.model.control import Quantified
from auditor.model.finding import Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.model.clause import Letter
    from auditor.model.control import Control, Standing
    from auditor.model.finding import Finding

FILE: Final = "quantification.yaml"
SCHEMA: Final = "auditor-quantification/1"


class Quantification(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Checks by what they say of a unit.

    Attributes:
        schema: Which shape this is.
        effect: Cryptography is in effect (密码使用有效性).
        algorithms: Algorithms and techniques conform (密码算法/技术合规性).
        keys: Keys are managed safely (密钥管理安全).
    """

    schema: str
    effect: tuple[str, ...] = field(name="D")
    algorithms: tuple[str, ...] = field(name="A")
    keys: tuple[str, ...] = field(name="K")

    def by_letter(self, control: Control) -> Mapping[Letter, tuple[str, ...]]:
        """Return the checks behind D, A and K of a control; nothing for one that is no such unit."""
        if not control.clause or not control.clause.quantification:
            return {}
        listed: dict[Letter, frozenset[str]] = {
            "D": frozenset(self.effect),
            "A": frozenset(self.algorithms),
            "K": frozenset(self.keys),
        }
        return {letter: tuple(each for each in control.checks if each in found) for letter, found in listed.items()}


def read(said: object) -> Quantification:
    """Return what a file says.

    Raises:
        ValueError: A field is missing or unknown, or a check stands in two of the three.
    """
    found = msgspec.convert(said, Quantification)
    named = [*found.effect, *found.algorithms, *found.keys]
    if found.schema != SCHEMA or len(named) != len(set(named)):
        twins = sorted({each for each in named if named.count(each) > 1})
        message = f"check {twins[0]} stands there twice" if twins else f"schema {found.schema} is not {SCHEMA}"
        raise ValueError(message)
    return found


def quantified(control: Control, found: Iterable[Finding]) -> dict[Letter, Quantified]:
    """Return how it is with D, A and K of a unit by the findings about it; nothing for a control that is none.

    What a letter asks and no check showed is not assessed; what a check shows of a letter that needs more than checks
    stays open. K is one of these always: a product certificate has to settle it.
    """
    if not control.by_letter or not control.clause:
        return {}
    by_check: dict[str, list[Verdict]] = {}
    for finding in found:
        by_check.setdefault(finding.id, []).append(finding.verdict)
    made: dict[Letter, Quantified] = {}
    for letter, checks in control.by_letter.items():
        decides = control.clause.quantification[letter]
        verdict = worst(each for check in checks for each in by_check.get(check, ())) or Verdict.NOT_ASSESSED
        is_decided = decides == "automated" and not control.lacks and verdict is Verdict.PASS
        standing: Standing = "manual" if decides == "manual" else verdict.value
        made[letter] = Quantified(standing=standing, open=not is_decided and verdict is not Verdict.FAIL)
    return made
