"""What can be known of a source tree."""

from __future__ import annotations

from auditor.model.fact import Fact
from auditor.model.finding import Suppression
from auditor.stages.code.severity import Ground


class SourceFile(Fact, frozen=True, kw_only=True):
    """A file that was read; ``subject`` is its path relative to the root of the tree.

    Attributes:
        language: ``python``, ``typescript``, ``javascript``, ``yaml``, ``dockerfile``, ``notebook`` or ``generic``;
            also the topic.
        size_bytes: Its size.
        sha256: Digest of its bytes, ``sha256:…``.
        context: What it is for (see `auditor.stages.code.context`); empty for production.
    """

    language: str
    size_bytes: int
    sha256: str
    context: str = ""

    @property
    def topic(self) -> str:
        """The language."""
        return self.language


class UncoveredLanguage(Fact, frozen=True, kw_only=True):
    """A programming language in the tree that no rule reads: known by its gaps only, whose subject is its name."""


class CommitHistory(Fact, frozen=True, kw_only=True):
    """The history of a repository, searched for secrets to its end; ``subject`` is the argument of the part.

    Attributes:
        commits: Commits that add or change a line; what merges change beside their parents is not among them.
        binary: Versions of files in them that have no lines, and were not searched.
    """

    commits: int
    binary: int = 0


class CommittedSecret(Fact, frozen=True, kw_only=True):
    """A secret in the history of a repository; ``subject`` is the file that it was committed in first.

    Attributes:
        rule: Id of the rule of gitleaks.
        commit: The earliest commit that holds it.
        date: Of that commit, ISO 8601, UTC.
        places: In how many files of how many commits it stands, together.
        evidence: Stands for the secret, and does not tell it.
        snippet: What the rule matched, with the secret hidden.
        is_named: True where only its name says that it is one.
        context: What its file is for, where that is not production and only its name says that it is a secret.
    """

    rule: str
    commit: str
    date: str
    places: int
    evidence: str
    snippet: str
    is_named: bool = False
    context: str = ""


class UnreadFile(Fact, frozen=True, kw_only=True):
    """A file that a tool did not read, or not all of it: known by its gaps only, whose subject is its path.

    It costs that file a verdict, not every rule of its language: a rule says of how many files it knows nothing.
    """


class RuleRun(Fact, frozen=True, kw_only=True):
    """A rule that was run over a tree to its end; ``subject`` is the argument of the part.

    Attributes:
        rule: Check id; also the topic.
        tool: ``semgrep`` or ``bandit``.
        files: How many files of its languages it was given.
        unseen: How many files of its languages it did not see, or not all of them; each is named by a gap of its own.
    """

    rule: str
    tool: str
    files: int
    unseen: int = 0

    @property
    def topic(self) -> str:
        """The rule."""
        return self.rule


class CodeMatch(Fact, frozen=True, kw_only=True):
    """A place that a rule matched; ``subject`` is the path of the file.

    Attributes:
        rule: Check id; also the topic.
        tool: ``semgrep`` or ``bandit``.
        capability: What the flaw is about; the same word in both tools for the same flaw.
        evidence: The matched text, blanks folded; a digest in its place where it holds a secret.
        snippet: The lines themselves, secrets masked.
        before: The lines just in front of them, for a reader.
        after: The lines just behind them.
        suppression: Comment in the code that asks for silence.
        severity: Severity of this one match where it differs from the rule's; empty otherwise.
        confidence: The same for the confidence.
        context: What its file is for, where that is not production and the flaw counts for less there.
        steps: Way of a value from outside to here, as (file, line, function it is handed to).
        source: Kind of what it comes from; empty where no engine followed it.
        flaw: Which flaw it is a place of, where one stands in many places (see `auditor.stages.code.alike`); empty if
            it stands for itself.
        ground: What its severity rests on (see `auditor.stages.code.severity.Ground`).
    """

    rule: str
    tool: str
    capability: str
    evidence: str
    snippet: str
    before: str = ""
    after: str = ""
    suppression: Suppression | None = None
    severity: str = ""
    confidence: str = ""
    context: str = ""
    steps: tuple[tuple[str, int, str], ...] = ()
    source: str = ""
    flaw: str = ""
    ground: str = Ground.NONE.value

    @property
    def topic(self) -> str:
        """The rule."""
        return self.rule


class FlowStep(Fact, frozen=True, kw_only=True):
    """A place that a value passes on its way to a flaw; ``subject`` is the path of the file."""

    name: str
