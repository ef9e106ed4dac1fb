"""What a severity rests on: a finding of medium or worse is one whose evidence is seen in the code, and is shown.

A pattern alone says that something may be wrong. Who mends findings needs to know which of them an outsider can use; so
each match is told what it rests on, and where that is nothing, it is one to review: low, and still a failure.

1. Each rule says in its data (``rests_on``) what its matches bring along, or what they lack (`Needs`).
2. What they lack is looked for where they stand (`origins`, `Project`), and in the other engines' findings of the same
   place (`checks`).
3. `severity_of` decides, and nothing else does (docs/adr/0025).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from auditor.model.finding import Severity


class Ground(StrEnum):
    """What the severity of a match rests on; of several the first one counts."""

    FLOW = "flow"
    """A value that an outsider controls was followed to the place."""
    TEXT = "text"
    """The lines prove it by themselves: a secret of a known shape, a check that is switched off."""
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
        "literal-cipher-key",
        "password-hash",
        "path-prefix",
        "secret-fallback",
        "ssh-host-key",
        "tls-verification",
        "weak-random",
    }
)
"""Flaws whose lines prove themselves only where the value and its use are seen (`script_proofs`, `setting_proofs`)."""
_BROUGHT: Final = {Needs.FLOW: Ground.FLOW, Needs.TEXT: Ground.TEXT}
_EARNED: Final = frozenset({Ground.FLOW, Ground.TEXT, Ground.CONTRAST, Ground.SETTING})
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


def severity_of(wanted: Severity, ground: str) -> Severity:
    """Return the severity of a match: as its rule wants it where it is earned, no more than low where it is not.

    Args:
        wanted: By the rule, or less where something weakens the match.
        ground: What it rests on, a value of `Ground`.
    """
    if Ground(ground) in _EARNED:
        return wanted
    return max(wanted, _WITHOUT, key=_SEVERITIES.index)
