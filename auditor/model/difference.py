"""What differs between two runs, and why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from auditor.model.text import Text


class Inputs(Struct, frozen=True, kw_only=True):
    """What a run looked at, by digest.

    Attributes:
        things: By part and by subject or file: digest of all facts about it that no rule made.
        parts: By part: digest of all of them.
        databases: By part: digest of what is known of the vulnerability database; empty where none took part.
    """

    things: Mapping[tuple[str, str], str] = {}
    parts: Mapping[str, str] = {}
    databases: Mapping[str, str] = {}


class Cause(StrEnum):
    """Why two runs say something else of the same thing."""

    CODE = "code"
    """What was looked at is another: a file, an object, a setting."""
    RULES = "rules"
    DATABASE = "database"
    WAIVERS = "waivers"
    ANSWERS = "answers"
    ENVIRONMENT = "environment"
    """Programs, our own version, the day."""
    COVERAGE = "coverage"
    """One of the two did not see it, so they cannot be compared."""
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What became of a finding."""

    NEW = "new"
    FIXED = "fixed"
    CHANGED = "changed"
    INCOMPARABLE = "incomparable"


class Change(Struct, frozen=True, kw_only=True):
    """One difference.

    Attributes:
        kind: What became of it.
        cause: Why.
        why: The same in words.
        check: Id of the check, or framework and control of an outcome.
        target: Where.
        subject: Of what.
        file: Place, empty where there is none.
        before: Verdict then, empty where there was none.
        after: Verdict now, empty where there is none.
        fingerprint: Identity of the finding.
    """

    kind: Kind
    cause: Cause
    why: Text
    check: str
    target: str
    subject: str
    file: str
    before: str
    after: str
    fingerprint: str


class Difference(Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        before: Id of the earlier run.
        after: Id of the later one.
        circumstances: What else differs between the two runs, in words.
        changes: Worst first.
    """

    before: str
    after: str
    circumstances: tuple[Text, ...]
    changes: tuple[Change, ...]
