"""What OPA said of one subject."""

from __future__ import annotations

from typing import Literal

from auditor.model.fact import Fact
from auditor.model.text import NO_TEXT, Text

Outcome = Literal["pass", "fail", "not_applicable"]


class PolicyResult(Fact, frozen=True, kw_only=True):
    """One check's answer about one subject; where data was missing to decide there is a gap instead.

    Attributes:
        check: Id of the check; also the topic.
        outcome: The answer.
        expected: Value that the rule wants, empty if it compares none.
        actual: Value that was seen, empty likewise.
        detail: Why it does not apply; both empty otherwise.
        patch: Smallest change that mends it: a JSON patch (RFC 6902) on one line, or a command; empty if there is none.
        cites: Kinds and subjects of the facts that decided.
        answer: Digest of the capture that holds OPA's raw answer.
        severity: Severity of this failure where it differs from the check's.
        controls: Controls of the benchmark that this failure answers, where they are fewer than the check's.
        apart: What sets this failure apart among those of its check, a word; empty where nothing does.
        excerpt: The line of its place, those before and those behind it; empty where they are not kept.
        asked_as: Subject under which it stands there: one alike in all that the check sees; empty for this one.
    """

    check: str
    outcome: Outcome
    expected: Text = NO_TEXT
    actual: Text = NO_TEXT
    detail: Text = NO_TEXT
    patch: str = ""
    cites: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    asked_as: str = ""
    severity: str = ""
    controls: tuple[str, ...] = ()
    apart: str = ""
    excerpt: tuple[str, str, str] = ("", "", "")

    @property
    def topic(self) -> str:
        """The check."""
        return self.check
