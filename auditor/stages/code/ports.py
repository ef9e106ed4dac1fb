"""What the stage needs of others: scanners, a cache, the history of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from auditor.model.artefact import Capture
    from auditor.model.fact import Fact, Gap
    from auditor.model.progress import Progress, Tally
    from auditor.model.record import Exclusion, ToolUse
    from auditor.stages.code.commits import Searched
    from auditor.stages.code.reading import Reading
    from auditor.stages.code.rules import RulePack
    from auditor.stages.code.scanners import Program
    from auditor.stages.code.staging import Copy
    from auditor.stages.code.tree import Source

    Observed: TypeAlias = Capture | Fact | Gap | Exclusion | Progress | Tally | ToolUse


class Scanner(Protocol):
    """What this stage needs of a scanner."""

    @property
    def name(self) -> str:
        """``semgrep``, ``bandit`` or ``pysa``."""

    @property
    def is_whole(self) -> bool:
        """Tell whether what it says of one file depends on the others."""

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolError: It cannot be had.
        """

    def rules_digest(self, pack: RulePack) -> str:
        """Return a digest of all but program and file that decides what it finds."""

    def takes(self, source: Source) -> bool:
        """Tell whether it reads a file."""

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        """Scan a copy.

        Raises:
            ToolError: No usable report.
        """


class Cache(Protocol):
    """What this stage needs of the cache."""

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept."""

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep."""


class Authorship(Protocol):
    """Who wrote a line, and when."""

    @property
    def author(self) -> str:
        """Name as in the commit."""

    @property
    def date(self) -> str:
        """ISO 8601."""

    @property
    def text(self) -> str:
        """The line as it was committed."""


class History(Protocol):
    """What git knows of a folder."""

    def blame(self, path: str, line: int) -> Authorship | None:
        """Return who wrote a line last; None where that is not known."""


class Commits(Protocol):
    """What this stage needs to look for secrets in a history."""

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolError: It cannot be had.
        """

    def search(self, root: Path, *, commit: str = "", is_asked: bool, beat: Callable[[float], None]) -> Searched:
        """Search it to its end.

        Raises:
            ToolError: It was not searched, or not to its end.
        """
