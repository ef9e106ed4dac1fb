"""Searches the history of a repository for secrets, beside the search through its files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import asdict, dataclass, field
from os.path import lexists
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from auditor import reasons
from auditor.errors import ToolError
from auditor.masking.lines import mask
from auditor.model.artefact import Capture
from auditor.model.digest import canonical
from auditor.model.fact import Gap, GapClass, Origin
from auditor.model.progress import Progress
from auditor.model.record import Exclusion, ToolUse
from auditor.stages.code.context import EXAMPLE, TEST, context_of
from auditor.stages.code.facts import (
    CommitHistory,
    CommittedSecret,
)
from auditor.stages.code.scan import as_tool_error
from auditor.stages.code.texts import say
from auditor.stages.code.tree import STAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from auditor.stages.code.commits import Searched
    from auditor.stages.code.ports import Commits, Observed
    from auditor.stages.code.wishes import Wishes


@dataclass
class HistorySearch:
    """The search through the history of a repository, beside that through its files."""

    commits: Commits
    root: Path
    argument: str
    wishes: Wishes
    _is_over: Event = field(default_factory=Event)
    _began: float = field(default_factory=monotonic)
    _pool: ThreadPoolExecutor | None = None
    _work: Future[Searched] | None = None

    def __enter__(self) -> Self:
        """Begin, if there is a history and nobody told to leave it out."""
        root, commit = self.wishes.revision or (str(self.root), "")
        if lexists(Path(root, ".git")) and not any(self.wishes.left_history(self.argument)):
            self._pool = ThreadPoolExecutor(1)
            self._work = self._pool.submit(
                self.commits.search,
                Path(root),
                commit=commit,
                is_asked=self.wishes.history is True,
                beat=beat_until(self._is_over),
            )
        return self

    def __exit__(self, *_raised: object) -> None:
        """End what is still running."""
        self._is_over.set()
        if self._pool:
            self._pool.shutdown()

    def said(self) -> Iterator[Observed]:
        """Yield the search and what it found; a gap where it was not one, and nothing where there is no history."""
        if lexists(self.root / ".git"):
            yield from self.wishes.left_history(self.argument)
        if self._work is None:
            return
        while not self._work.done():
            yield Progress(doing="gitleaks", done=0, total=0)
            wait_for([self._work], timeout=0.5)
        try:
            searched = self._work.result()
            program = self.commits.program()
        except (OSError, ToolError) as error:
            yield self._gap(as_tool_error(error, "gitleaks"))
            return
        yield ToolUse(name=program.name, version=program.version, digest=program.digest, is_allowed=program.is_allowed)
        origin = Origin(part=self.argument)
        yield CommitHistory(subject=self.argument, origin=origin, commits=searched.commits, binary=searched.binary)
        if searched.binary:
            yield Exclusion(target=self.argument, what=".git", why=say("code.left.binary", count=searched.binary))
        if searched.found:
            yield from self._secrets(searched)

    def _secrets(self, searched: Searched) -> Iterator[Observed]:
        found = [asdict(each) for each in searched.found]
        capture = Capture(data=canonical(found), media_type="application/json", tool="gitleaks")
        yield capture
        for number, each in enumerate(searched.found):
            context = context_of(each.path, b"") if each.is_named and self.wishes.tests != "judge" else ""
            if self.wishes.tests == "skip" and context in {TEST, EXAMPLE}:
                continue
            yield CommittedSecret(
                subject=each.path,
                origin=Origin(
                    part=self.argument, capture=capture.digest, pointer=f"/{number}", file=each.path, line=each.line
                ),
                rule=each.rule,
                commit=each.commit,
                date=each.date,
                places=each.places,
                evidence=each.evidence,
                snippet=each.snippet,
                is_named=each.is_named,
                context=context,
            )

    def _gap(self, problem: ToolError) -> Gap:
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=CommitHistory.__name__,
            subject=".git",
            reason=problem.reason,
            detail=mask(problem.detail, is_code=False),
            tool=problem.tool or "gitleaks",
            remedy=say(_HISTORY_REMEDY.get(problem.reason, "code.history.remedy.tool")),
            gap_class=GapClass.MISSING if problem.reason in _ELSEWHERE and not self.wishes.history else GapClass.LOST,
        )


_ELSEWHERE: Final = frozenset(
    {reasons.HISTORY_TAKES_LONG, reasons.HISTORY_CUT_OFF, reasons.HISTORY_LIES_ELSEWHERE, reasons.NO_COMMIT_YET}
)
"""What is not here or was not waited for: lost only to whoever asked. A tool that is missing or fails is lost."""
_HISTORY_REMEDY: Final = {
    reasons.HISTORY_TAKES_LONG: "code.history.remedy.long",
    reasons.HISTORY_CUT_OFF: "code.history.remedy.whole",
    reasons.HISTORY_INCOMPLETE: "code.history.remedy.whole",
    reasons.HISTORY_LIES_ELSEWHERE: "code.history.remedy.elsewhere",
    reasons.NO_COMMIT_YET: "code.history.remedy.empty",
    reasons.CANNOT_BE_READ: "code.remedy.unreadable",
    reasons.TIME_LIMIT: "code.remedy.time",
}


def beat_until(is_over: Event, is_running: Event | None = None) -> Callable[[float], None]:
    """Return what a program that runs is to call as it begins, and now and then: it raises once all is over.

    Args:
        is_over: Set once all is over.
        is_running: To be set by the first call.
    """

    def beat(seconds: float) -> None:
        if is_running is not None:
            is_running.set()
        if is_over.is_set():
            reason = reasons.INTERRUPTED
            raise ToolError(reason, f"stopped after {seconds:.0f} s")

    return beat
