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
    """Secrets in the history of the repository: true searches it however long it takes, and closes the gate where that
    is not possible; false says that somebody else does so, and the report lists it. Left out, it is searched where that
    is quick."""
    flow: Literal["near", "whole"] | None = None
    """What is done after a few files of a Python program changed: the data flow near them is followed anew and the rest
    stands as of the last whole run, at most a day ago, which is told as a gap (``near``, the default); or the whole
    program is followed anew (``whole``). Where a framework is asked for it always is."""
