"""Reads the JSON report of gitleaks (8.30; ``report/finding.go``)."""

from __future__ import annotations

import msgspec

from auditor import reasons
from auditor.errors import ToolError


class Leak(msgspec.Struct, frozen=True, gc=False):
    """A secret that gitleaks found in a commit; it holds the secret itself and must not be kept.

    Attributes:
        rule: Id of the rule.
        file: Path in the commit.
        line: Line in the file of that commit, from 1.
        secret: The secret.
        match: What the rule matched, with the secret in it.
        commit: Full id; empty where gitleaks could not read the header of the commit.
        date: When it was authored, ISO 8601, UTC; empty where that was not read.
    """

    rule: str = msgspec.field(name="RuleID")
    file: str = msgspec.field(name="File")
    line: int = msgspec.field(name="StartLine")
    secret: str = msgspec.field(name="Secret")
    match: str = msgspec.field(name="Match")
    commit: str = msgspec.field(name="Commit")
    date: str = msgspec.field(name="Date")


_DECODER = msgspec.json.Decoder(list[Leak])


def parse(report: bytes, tool: str) -> list[Leak]:
    """Return what a report tells, in its order.

    Raises:
        ToolError: It is no report of gitleaks.
    """
    try:
        return _DECODER.decode(report)
    except msgspec.DecodeError as problem:  # what it says may hold a piece of the report
        raise ToolError(reasons.FAILED, "its report cannot be read", tool) from problem
