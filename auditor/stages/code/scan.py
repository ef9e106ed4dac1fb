"""One scanner on one tree: what is kept of it, what it said as facts, and what it did not see as gaps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.content import digest_of_files
from auditor.errors import ToolError
from auditor.masking.lines import mask
from auditor.model.artefact import Capture
from auditor.model.digest import digest_of
from auditor.model.fact import Gap, GapClass, Origin
from auditor.model.finding import Suppression
from auditor.model.record import Exclusion, ToolUse
from auditor.model.text import reason_text
from auditor.stages.code.alike import flaw_of
from auditor.stages.code.context import ADMINISTRATION, EXAMPLE, GENERATED, TEST, VENDORED
from auditor.stages.code.facts import (
    CodeMatch,
    RuleRun,
    UnreadFile,
)
from auditor.stages.code.project import Project
from auditor.stages.code.reading import Seen, holds_comment
from auditor.stages.code.rules import REAL_SECRETS
from auditor.stages.code.scanners import NEWER, not_followed
from auditor.stages.code.second_look import REFUTABLE
from auditor.stages.code.severity import Ground, Needs
from auditor.stages.code.texts import say
from auditor.stages.code.tree import STAGE, Source
from auditor.stages.code.weight import LOW
from auditor.stages.code.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from auditor.model.text import Text
    from auditor.stages.code.nearby import Nearby
    from auditor.stages.code.ports import History, Observed, Scanner
    from auditor.stages.code.reading import Match, Problem, Slice
    from auditor.stages.code.rules import Rule, RulePack


@dataclass
class Scan:
    """One scanner on one tree."""

    scanner: Scanner
    pack: RulePack
    argument: str
    history: History
    wishes: Wishes = field(default_factory=Wishes)
    contexts: Mapping[str, str] = field(default_factory=dict)
    project: Project = field(default_factory=Project)
    unseen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unread: set[str] = field(default_factory=set)
    unfollowed: dict[str, str] = field(default_factory=dict)
    guessed: dict[str, bool] = field(default_factory=dict)
    tool: str = ""
    is_lost: bool = False
    nearby: Nearby | None = None
    _base: str = ""

    def open(self) -> Iterator[Observed]:
        """Find the program, once; without it every rule of it is lost, and that is all."""
        if self.tool:
            return
        self.tool = self.scanner.name
        try:
            program = self.scanner.program()
        except (OSError, ToolError) as error:
            yield self.lose(as_tool_error(error, self.tool))
            return
        self.tool = f"{program.name} {program.version}"
        self._base = digest_of(self.tool, program.digest, self.scanner.rules_digest(self.pack), _own_digest())
        yield ToolUse(name=program.name, version=program.version, digest=program.digest, is_allowed=program.is_allowed)

    def key(self, source: Source) -> str:
        """Return under which key it is kept what a file came to."""
        return digest_of(self._base, source.path, source.sha256, source.language)

    def whole_key(self, sources: Sequence[Source]) -> str:
        """Return the key of what is known of all these files together."""
        return digest_of(self._base, sorted([source.path, source.sha256] for source in sources))

    def program_key(self) -> str:
        """Return the key of what is known of the last whole run over this program."""
        return digest_of(self._base, "whole program", str(Path.cwd()), self.argument)

    def nearby_key(self, sources: Sequence[Source]) -> str:
        """Return the key of what is known of these files as far as they were followed anew."""
        return digest_of(self.whole_key(sources), self.nearby.digest if self.nearby else "")

    def followed_in_part(self, nearby: Nearby, said: Sequence[Slice]) -> Gap:
        """Say that the program as a whole was not followed anew."""
        what = f"{len(nearby.changed)} ({shortly(sorted(nearby.changed))})"
        since, near, others = nearby.whole.ended, len(nearby.sources), len(nearby.beside)
        lost = nearby.lost(said)
        detail = (
            f"since {since:%Y-%m-%dT%H:%MZ} changed: {what}; followed anew: {near}; as of then: {others}"
            if not lost
            else f"since {since:%Y-%m-%dT%H:%MZ} changed: {what}; followed anew: {near}; as of then: {others}; "
            f"known flows not found again: {len(lost)} ({shortly(lost)})"
        )
        found = self._not_run(self.scanner.name, reasons.FOLLOWED_IN_PART, detail, say("code.nearby.remedy"))
        return replace(found, gap_class=GapClass.MISSING)

    def close(self, files: Mapping[str, int]) -> Iterator[Observed]:
        """Yield every rule of this scanner as run, if it was."""
        if self.is_lost:
            return
        yield from self._not_followed()
        blind: dict[str, str] = {}
        for rule in self.pack.of(self.scanner.name):
            count = sum(number for language, number in files.items() if language in rule.languages)
            unseen = self._unseen_by(rule)
            # those that could not be opened at all are counted nowhere else
            all_files = count + len(unseen & self.unread)
            if 0 < all_files <= len(unseen):
                blind[rule.reading] = f"{len(unseen)} of {all_files} files"
                continue
            yield RuleRun(
                subject=self.argument,
                origin=Origin(part=self.argument),
                rule=rule.id,
                tool=self.scanner.name,
                files=count,
                unseen=len(unseen),
            )
        for reading, detail in blind.items():
            # a rule that saw no file has not searched
            yield self._not_run(reading, reasons.NO_FILE_WAS_READ_WHOLE, detail, say("code.remedy.unreadable"))

    def _not_followed(self) -> Iterator[Observed]:
        """Name the scripts in which the ways of other files' values ended, or went by a guess."""
        for path, language in sorted(self.unfollowed.items()):
            problem = not_followed(language)
            if path not in self.unseen[problem.topic]:
                yield self._not_seen(path, problem)
        for path, is_large in sorted(self.guessed.items()):
            reason = reasons.TOO_LARGE if is_large else reasons.SYNTAX_ERROR
            detail = "imports like @/x in files below it are guessed by the end of their paths"
            yield self.gap(path, "script modules", reason, detail)

    def _unseen_by(self, rule: Rule) -> set[str]:
        """Return the files that a rule did not see, or not all of them."""
        name = self.scanner.name
        topics = [*rule.languages, *(f"{name}:{each}" for each in rule.languages)]
        topics += [f"{name}-parse:{each}" for each in rule.parsed]
        topics += [f"{name}-way:{each}" for each in rule.parsed if rule.asks_for_a_way]
        return set().union(*(self.unseen[topic] for topic in topics if topic in self.unseen))

    def lose(self, error: ToolError) -> Gap:
        """Give up this scanner for the rest of the tree."""
        self.is_lost = True
        remedy = say("code.remedy.tool", tool=self.scanner.name)
        found = self._not_run(self.scanner.name, error.reason, mask(error.detail), remedy)
        return replace(found, tool=error.tool or self.tool)

    def _not_run(self, topic: str, reason: reasons.Reason, detail: str, remedy: Text) -> Gap:
        """Return the gap for rules that did not run on this tree, or not on all of it."""
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=RuleRun.__name__,
            subject=self.argument,
            topic=topic,
            reason=reason,
            detail=detail,
            tool=self.tool,
            remedy=remedy,
        )

    def gap(self, path: str, topic: str, reason: reasons.Reason, detail: str) -> Gap:
        """Return the gap for what was not seen, in a file or in all of them."""
        # what a rule did not see in a file costs the rule; a file that no rule saw costs the file
        is_of_file = bool(path) and topic not in self.pack.rules
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=UnreadFile.__name__ if is_of_file else CodeMatch.__name__,
            subject=path or self.argument,
            topic=topic,
            reason=reason,
            detail=detail,
            tool=self.tool,
            remedy=say(_REMEDY_OF.get(reason, "code.remedy.unreadable")),
            gap_class=GapClass.OUT_OF_REACH if reason in _NOT_TO_SEE else GapClass.LOST,
        )

    def facts(self, said: Slice) -> Iterator[Observed]:
        """Yield what a scanner said about one file, and the capture it stands in."""
        data = said.dump()
        if not data:
            return
        capture = Capture(data=data, media_type="application/json", tool=said.tool)
        yield capture
        context = "" if self.wishes.tests == "judge" else self.contexts.get(said.path, "")
        for number, match in enumerate(said.matches):
            rule = self.pack.rules.get(match.rule)
            if rule is None or (self.wishes.tests == "skip" and context in {TEST, EXAMPLE}):
                continue
            of_program = _OF_THE_PROGRAM.get(rule.capability, ())
            if any(takes_back(self.project, said.path, match.line) for takes_back in of_program):
                continue
            seen = self._seen(match, rule, said.path)
            steps = seen.steps
            if match.is_held and not steps:
                continue
            first = (steps[0].file, steps[0].line) if steps else (said.path, match.line)
            is_set = rule.id in self.wishes.severities
            if (
                not context
                and rule.capability in _REACHED
                and self._is_for_administrators(first, said.path, match.line)
            ):
                of_match = ADMINISTRATION
            else:
                of_match = "" if rule.capability in REAL_SECRETS else context
            yield CodeMatch(
                subject=said.path,
                origin=Origin(
                    part=self.argument,
                    capture=capture.digest,
                    pointer=f"/matches/{number}",
                    file=said.path,
                    line=match.line,
                    end_line=match.end_line,
                ),
                rule=match.rule,
                tool=self.scanner.name,
                capability=rule.capability,
                evidence=match.evidence,
                snippet=match.snippet,
                flaw=flaw_of(rule, match, said.path),
                ground=Ground.SETTING.value if is_set else self._ground(rule, match, said.path, seen),
                before=match.before,
                after=match.after,
                suppression=self._suppression(said.path, match.comment, match.comment_line),
                severity=self.wishes.severities.get(
                    rule.id, match.severity or self._weight(rule, said.path, match.line, seen)
                ),
                confidence=match.confidence,
                context=of_match,
                steps=tuple((step.file, step.line, step.name) for step in steps),
                source=seen.origin,
            )
        for problem in said.problems:
            yield self._not_seen(said.path, problem)

    def _is_for_administrators(self, first: tuple[str, int], path: str, line: int) -> bool:
        """Tell whether only an administrator gets to where a way begins, or to its end in the same file."""
        asked = self.project.is_for_administrators
        return asked(*first) or (first[0] == path and asked(path, line))

    def _not_seen(self, path: str, problem: Problem) -> Exclusion | Gap:
        """Say what was not seen of a file, or of the tree: a gap, unless nobody here wrote it."""
        if not path:
            return self.gap("", problem.topic, problem.reason, problem.detail)
        self.unseen[problem.topic].add(path)
        if self.contexts.get(path) in {GENERATED, VENDORED}:
            why = say("code.left.foreign", reason=reason_text(problem.reason))
            return Exclusion(target=self.argument, what=path, why=why)
        return self.gap(path, problem.topic, problem.reason, problem.detail)

    def _seen(self, match: Match, rule: Rule, path: str) -> Seen:
        """Return what a match rests on, by its file or by the whole program."""
        if any(match.asks) and match.ground == Ground.NONE.value:
            seen = self.project.flows.way_to(path, match.asks, rule.capability)
            self.unfollowed |= self.project.flows.unread
            self.guessed |= self.project.flows.modules.guessed
            if seen.steps or seen.is_refuted:
                return seen
        return Seen(ground=match.ground, steps=match.steps, origin=match.origin)

    def _ground(self, rule: Rule, match: Match, path: str, seen: Seen) -> str:
        """Return what the severity of a match rests on, by its file or by the program as a whole."""
        is_beside = _BESIDE.get(rule.capability) if rule.rests_on == Needs.CONTRAST else None
        if is_beside is not None and is_beside(self.project, path, match.line):
            return Ground.CONTRAST.value
        is_seen = _SEEN_BY_PROGRAM.get(rule.capability) if seen.ground == Ground.NONE else None
        return Ground.FLOW.value if is_seen is not None and is_seen(self.project, path, match.line) else seen.ground

    def _weight(self, rule: Rule, path: str, line: int, seen: Seen) -> str:
        """Return a severity where the program as a whole shows that a match counts for less."""
        if seen.is_refuted and rule.capability in REFUTABLE:
            return "info"
        if rule.capability == "path-traversal" and self.project.is_path_confined(path, line):
            return "info"  # seen, and nothing to mend
        if rule.capability in _SENT and any(self.project.is_signed(each.file, each.line) for each in seen.steps):
            return LOW
        takes_weight = _WEIGHED_BY_PROGRAM.get(rule.capability)
        return LOW if takes_weight is not None and takes_weight(self.project, path, line) else ""

    def _suppression(self, path: str, comment: str, line: int) -> Suppression | None:
        if not comment:
            return None
        wrote = self.history.blame(path, line)
        if wrote is None or not holds_comment(wrote.text, comment):
            # not committed, or moved since by lines that are not: whoever wrote that line did not write this one
            return Suppression(comment=comment)
        return Suppression(comment=comment, author=wrote.author, date=wrote.date)


def out_of_reach(scanner: Scanner, argument: str) -> Gap:
    """Return what is said of a scanner that reads whole programs, where only some files were to be read."""
    return Gap(
        stage=STAGE,
        target=argument,
        kind=RuleRun.__name__,
        subject=argument,
        topic=scanner.name,
        reason=reasons.SOME_FILES_ONLY,
        detail="the flow through the whole program was not followed",
        tool=scanner.name,
        remedy=say("code.files.remedy"),
        gap_class=GapClass.OUT_OF_REACH,
    )


_OF_THE_PROGRAM: Final[Mapping[str, tuple[Callable[[Project, str, int], bool], ...]]] = {
    "missing-authentication": (Project.is_told_above, Project.is_guarded),
    "missing-audit": (Project.is_told_above, Project.is_audited),
    "path-traversal": (Project.is_path_of_program,),
    "deserialization": (Project.loads_safely,),
}
"""What one file cannot tell: matches that something elsewhere in the program takes back."""
_WEIGHED_BY_PROGRAM: Final[Mapping[str, Callable[[Project, str, int], bool]]] = {
    # nothing in the program asks it: nobody is let in by it
    "jwt-verification": Project.is_uncalled,
    "missing-authentication": Project.only_reads,
    "hardcoded-password": Project.is_only_compared,
    "open-redirect": Project.redirects_inside,
    "path-traversal": Project.is_path_checked,
    "remote-code-loading": Project.is_own_flag,
}
"""What the whole program shows to count for less."""
_BESIDE: Final[Mapping[str, Callable[[Project, str, int], bool]]] = {
    "missing-authentication": Project.is_asked_beside,
}
"""What a match lacks, and the program has beside it."""
_SEEN_BY_PROGRAM: Final[Mapping[str, Callable[[Project, str, int], bool]]] = {
    "path-traversal": Project.is_path_made_of_request,
    "missing-authentication": Project.says_for_whom,
}
"""What a match uses, and another file makes of what a caller sent."""
_REACHED: Final = frozenset(
    {
        "server-side-request",
        "address-through-helper",
        "mass-assignment",
        "path-traversal",
        "path-through-helper",
        "code-execution",
        "command-execution",
        "sql-injection",
        "template-injection",
    }
)
"""Flaws that count for less where only an administrator gets to them."""
_SENT: Final = frozenset({"server-side-request", "address-through-helper"})
"""Flaws that count for less where a known service signs what it sends."""
_REMEDY_OF: Final = {
    reasons.TIME_LIMIT: "code.remedy.time",
    reasons.TOO_LARGE: "code.remedy.too_large",
    reasons.TIME_LIMIT_OF_THE_DATA_FLOW_ANALYSIS: "code.remedy.time",
    reasons.MEMORY_LIMIT: "code.remedy.memory",
    reasons.SYNTAX_ERROR: "code.remedy.syntax",
    reasons.PARSED_IN_PART_ONLY: "code.remedy.parsed",
    NEWER: "code.remedy.newer",
    reasons.NOTHING_TO_FOLLOW: "code.remedy.nothing_to_follow",
    reasons.PACKAGE_CLASH: "code.remedy.package_clash",
    reasons.PACKAGES_NOT_FOLLOWED: "code.remedy.packages_not_followed",
}
_NOT_TO_SEE: Final = frozenset({reasons.NOTHING_TO_FOLLOW, reasons.PACKAGE_CLASH, reasons.PACKAGES_NOT_FOLLOWED})
"""What an engine cannot see in this tree however often it is asked."""


@cache
def _own_digest() -> str:
    """Return a digest of the code that decides what is kept of a scanner's report, and what of it is hidden."""
    stage = Path(__file__).parent
    formats = stage.parents[1] / "formats"
    return digest_of_files(
        stage.parents[1], [*stage.glob("*.py"), formats / "semgrep.py", formats / "bandit.py", formats / "pysa.py"]
    )


_NAMED: Final = 3


def shortly(names: Sequence[str]) -> str:
    """Return the first of some names, and whether there are more."""
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def as_tool_error(error: OSError | ToolError, tool: str) -> ToolError:
    """Return an error as that of a program: without room to work none can run."""
    if isinstance(error, ToolError):
        return error
    return ToolError(reasons.NO_ROOM_TO_WORK, error.strerror or str(error), tool)
