"""What ``auditor.yaml`` may say of a source tree."""

from __future__ import annotations

from typing import Literal

from auditor.target import Name, SeverityName, Target


class CodeTarget(Target):
    """A source tree and how it is read; all of it is listed in the report."""

    where: Name
    tests: Literal["judge", "lower", "skip"] | None = None
    """What is found in tests and examples: judged like the rest, lowered (the default), or left out."""
    exclude: tuple[Name, ...] = ()
    severities: dict[Name, SeverityName] | None = None
    history: bool | None = None
    """The history of the repository: nothing searches it for secrets yet, so true is a gap that closes the gate; false
    says that somebody else does so, and the report lists it."""
