"""What a severity rests on: a finding of medium or worse is one whose evidence is seen in the code, and is shown.

A pattern alone says that something may be wrong. Who mends findings needs to know which of them an outsider can use; so
each match is told what it rests on, and where that is nothing, it is one to review: low, and still a failure.

1. Each rule says in its data (``rests_on``) what its matches bring along, or what they lack (`Needs`).
2. What they lack is looked for where they stand (`origins`, `Project`), and in the other engines' findings of the same
   place (`checks`).
3. It is held against what was read of its like on real platforms (`precision`): what was true too seldom is low, too.
4. `severity_of` decides, and nothing else does (docs/adr/0025).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from auditor.model.finding import Severity
from auditor.stages.code.precision import Giver, Shown, giver_of, reach_of_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.stages.code.precision import Reading


class Ground(StrEnum):
    """What the severity of a match rests on; of several the first one counts."""

    FLOW = "flow"
    """A value that an outsider controls was followed to the place."""
    TEXT = "text"
    """The lines prove it by themselves: a secret of a known shape, a check that is switched off."""
    BRANCH = "branch"
    """The same of lines that run only where a condition of the program holds."""
    CONTRAST = "contrast"
    """The program does beside it what is missing here: the other routes of the file ask who calls."""
    SETTING = "setting"
    """Whoever runs the audit set it (``auditor.yaml``)."""
    NONE = "none"
    """A pattern or a name, and nothing that shows how an outsider gets there."""


class Needs(StrEnum):
    """What a rule says of its matches (``rests_on`` in its data)."""

    FLOW = "flow"
    """They are values that were followed from outside."""
    TEXT = "text"
    """They prove themselves."""
    CONTRAST = "contrast"
    """They need to be seen beside others of the same program."""
    SOURCE = "source"
    """They need to be seen to use what an outsider controls."""
    WAY = "way"
    """They are any use of something; those that an outsider is not seen to get to are none (scripts alone)."""


SHOWN: Final = frozenset(
    {
        "approval-disabled",
        "clear-text",
        "constant-nonce",
        "cookie-protection",
        "cors",
        "default-credential",
        "hardcoded-key",
        "hardcoded-password",
        "log-in-bypass",
        "literal-cipher-key",
        "password-hash",
        "path-prefix",
        "public-bucket",
        "secret-fallback",
        "ssh-host-key",
        "tls-verification",
        "weak-random",
    }
)
"""Flaws whose lines prove themselves only where the value and its use are seen (`script_proofs`, `setting_proofs`)."""
_BROUGHT: Final = {Needs.FLOW: Ground.FLOW, Needs.TEXT: Ground.TEXT}
_EARNED: Final = frozenset({Ground.FLOW, Ground.TEXT, Ground.BRANCH, Ground.CONTRAST, Ground.SETTING})
_WITHOUT: Final = Severity.LOW
_ORDER: Final = tuple(Ground)
_SEVERITIES: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


def brought_by(needs: str) -> Ground:
    """Return what a match rests on before anything was looked for beside it.

    Args:
        needs: What its rule says of its matches, a value of `Needs`.
    """
    return _BROUGHT.get(Needs(needs), Ground.NONE)


def strongest(*grounds: str) -> Ground:
    """Return the first of some grounds in the order of `Ground`; that of a match by itself where none is named."""
    return min(map(Ground, grounds), key=_ORDER.index, default=Ground.NONE)


LEAST_SHARE: Final = 0.60
"""What was true less often is no more than low.

It is the highest twentieth that holds nothing back which an outsider uses at once: commands, code, queries of a model,
addresses that a request names (ADR 25 says what 85 % would cost).
"""


def shown_of(ground: str, steps: Sequence[tuple[str, int, str]], source: str) -> tuple[Shown, Giver] | None:
    """Return what a match shows, as readings are told apart; none where it shows nothing, or where a person set it.

    Args:
        ground: What it rests on, a value of `Ground`.
        steps: The places of its way.
        source: Kind of what its way begins with.
    """
    if Ground(ground) == Ground.FLOW:
        return reach_of_way(steps), giver_of(source)
    return (Shown(ground), Giver.NOBODY) if ground in _SHOWN_AS_THEY_ARE else None


_SHOWN_AS_THEY_ARE: Final = frozenset({Ground.TEXT, Ground.BRANCH, Ground.CONTRAST})


def is_believed(readings: Sequence[Reading]) -> bool:
    """Tell whether what was read lets the ground of a match earn a severity; of what nobody read nothing is known.

    Args:
        readings: How many of its like were true (`Precision.held_against`); one that was true often enough will do.
    """
    return not readings or any(reading.share >= LEAST_SHARE for reading in readings)


def severity_of(wanted: Severity, ground: str, readings: Sequence[Reading] = ()) -> Severity:
    """Return the severity of a match: as its rule wants it where it is earned, no more than low where it is not.

    Args:
        wanted: By the rule, or less where something weakens the match.
        ground: What it rests on, a value of `Ground`.
        readings: How many of its like were true on real platforms.
    """
    if Ground(ground) == Ground.SETTING or (Ground(ground) in _EARNED and is_believed(readings)):
        return wanted
    return max(wanted, _WITHOUT, key=_SEVERITIES.index)
