"""Semgrep and bandit as scanners: what each is given, and what its report means."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.errors import ToolError, ToolMissing
from auditor.formats import bandit as bandit_format
from auditor.formats import semgrep as semgrep_format
from auditor.masking.lines import mask
from auditor.model.digest import canonical, digest_of
from auditor.stages.code import languages
from auditor.stages.code.gates import sorted_by_rules
from auditor.stages.code.grounds import seen_of
from auditor.stages.code.purpose import gives_secret
from auditor.stages.code.reading import NOT_OF_A_FILE, Collector, Problem, Reading
from auditor.stages.code.refine import Trust
from auditor.stages.code.rules import SECRET_CAPABILITIES, as_read_by, reads
from auditor.stages.code.script_tree import NODES_LIMIT
from auditor.stages.code.second_look import REFUTABLE, second_look
from auditor.stages.code.syntax import is_right_or_newer
from auditor.stages.code.weight import weight_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from auditor.stages.code.gates import Search
    from auditor.stages.code.rules import Rule, RulePack
    from auditor.stages.code.staging import Copy
    from auditor.stages.code.tree import Source

TIME_LIMIT_S: Final = 3 * 3600.0
"""Wall limit of one scan of one batch; the limit of the stage comes first in practice."""
_AT_LEAST: Final = {
    "low": frozenset({"low", "medium", "high", "undefined"}),
    "medium": frozenset({"medium", "high"}),
    "high": frozenset({"high"}),
}
"""Bandit's ranks from a given one upwards."""
_LINE_LIMIT: Final = 100_000
_BANDIT_LEAST_S: Final = 120.0
_BANDIT_BYTES_A_SECOND: Final = 5_000
"""A fiftieth of what it reads on one slow core."""
_BANDIT_BATCH_BYTES: Final = 512 * 1024
"""Paths on one command line; Linux takes 2 MiB of arguments and environment."""


class Program(Protocol):
    """A verified program."""

    @property
    def name(self) -> str:
        """Name in the pin file."""

    @property
    def version(self) -> str:
        """What it calls itself."""

    @property
    def digest(self) -> str:
        """SHA-256 over what is installed."""

    @property
    def is_allowed(self) -> bool:
        """False if it runs only because the user insisted."""


class Semgrep(Protocol):
    """What is needed of semgrep; `auditor.tools.semgrep.Semgrep` fits."""

    def program(self) -> Program:
        """Return the verified program."""

    def scan(
        self,
        rules: Path,
        root: Path,
        targets: Iterable[tuple[Path, str]],
        scratch: Path,
        *,
        jobs: int,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> bytes:
        """Return its JSON report."""


class Bandit(Protocol):
    """What is needed of bandit; `auditor.tools.bandit.Bandit` fits."""

    def program(self) -> Program:
        """Return the verified program."""

    def scan(
        self,
        files: Sequence[Path],
        skipped_tests: Sequence[str],
        scratch: Path,
        *,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> bytes:
        """Return its JSON report."""


@dataclass(frozen=True, slots=True)
class SemgrepScanner:
    """Semgrep with our rules.

    Attributes:
        tool: The program.
        switches: Its fixed switches; part of the cache key.
        search: Tells which patterns occur in which texts.
        jobs: Processes of its engine.
    """

    tool: Semgrep
    switches: tuple[str, ...]
    search: Search
    jobs: int = max(1, os.cpu_count() or 2)
    name: str = "semgrep"
    is_whole: bool = False

    def program(self) -> Program:
        """Return the verified program."""
        return self.tool.program()

    def rules_digest(self, pack: RulePack) -> str:
        """Return a digest of all that decides what it finds in a file."""
        capabilities = [
            [rule.id, rule.capability, rule.rests_on, sorted(rule.variants.items())] for rule in pack.of("semgrep")
        ]
        return digest_of(self.switches, pack.semgrep_file().decode("ascii"), capabilities, sorted(SECRET_CAPABILITIES))

    def takes(self, source: Source) -> bool:
        """Take every text: the rules for secrets and defaults read any."""
        return bool(source.text.strip())

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        """Scan a copy.

        Raises:
            ToolError: No usable report.
        """
        program = self.program()
        tool = f"{program.name} {program.version}"
        rules = scratch / "rules.json"
        present = frozenset(source.language for source in copy.sources.values())
        copy, wanted = sorted_by_rules(copy, pack.semgrep_for(present), self.search, reads)
        rules.write_bytes(canonical({"rules": wanted}))
        data = self.tool.scan(
            rules,
            copy.root,
            as_read_by(wanted, copy.sources),
            scratch,
            jobs=self.jobs if len(copy.sources) > _FEW_FILES else 1,
            timeout_s=TIME_LIMIT_S,
            on_beat=beat,
        )
        try:
            report = semgrep_format.read(data)
        except ValueError as error:
            raise ToolError(reasons.UNREADABLE_REPORT, str(error), tool) from error
        collected = Collector(tool, knows_secrets=True)
        by_place = {str(place): source for place, source in copy.sources.items()}
        for result in report.results:
            rule = result.rule.split("--", 1)[0]
            source = by_place.get(result.path)
            if source is None or rule not in pack.rules:
                detail = f"a match of {result.rule}, which is none of our rules, or in a file that was not given"
                raise ToolError(reasons.UNREADABLE_REPORT, detail, tool)
            _take_over(
                collected,
                source,
                pack.rules[rule],
                result.line,
                result.end_line,
                (result.start, result.end),
                variant=result.rule,
            )
        broken = any(problem.rule and not problem.path for problem in report.problems)
        for problem in report.problems:
            if broken and not problem.path and not problem.rule and problem.type == "skipped":
                continue  # of no file: semgrep says once more that it passed over a rule, and which one is said already
            source = by_place.get(problem.path)
            collected.problem(source.path if source else "", _semgrep_problem(problem, source, str(copy.root)))
        self._unscanned(pack, report.scanned, by_place, collected)
        return collected.reading()

    def _unscanned(
        self, pack: RulePack, scanned: frozenset[str], by_place: dict[str, Source], collected: Collector
    ) -> None:
        """Name each file of a language with rules that the report does not count among the scanned ones."""
        read = frozenset().union(*(rule.languages for rule in pack.of("semgrep")))
        for place, source in by_place.items():
            if place not in scanned and source.language in read and self.takes(source):
                problem = _missing("semgrep", source)
                collected.problem(source.path, problem)


_FEW_FILES: Final = 8
"""So few are read by one process: to part them costs more than it gains."""
_RANK: Final = {"undefined": 1, "info": 0, "low": 1, "medium": 2, "high": 3, "critical": 4}


def _take_over(
    collected: Collector,
    source: Source,
    rule: Rule,
    line: int,
    end_line: int,
    offsets: tuple[int, int] | None,
    weak: tuple[str, str] = ("", ""),
    *,
    variant: str = "",
) -> None:
    """Add a match, unless the syntax tree or the value itself shows that it is none; weaken what stays unsure."""
    severity, confidence = weak
    trust = second_look(collected, source, rule, line, end_line, offsets)
    if trust is Trust.FIXED:
        return
    if trust is Trust.CONFIGURED and severity != "info":
        severity, confidence = "info", "low"
    severity = severity or weight_of(collected, source, rule, line, end_line)
    seen = seen_of(collected, source, rule, variant, line, end_line, offsets)
    if seen.is_held and not any(seen.asks):
        if collected.script(source) is None:  # held for want of a tree: that is no answer
            collected.problem(source.path, not_followed(source.language))
        return
    if seen.is_refuted and rule.capability in REFUTABLE:
        severity, confidence = "info", "low"  # something takes the harm away, in the same file
    is_secret = rule.capability in SECRET_CAPABILITIES
    collected.match(
        source,
        rule.id,
        line,
        end_line,
        is_secret=is_secret,
        severity=severity,
        confidence=confidence,
        seen=seen,
    )


NEWER: Final = reasons.SYNTAX_THAT_THE_TOOL_DOES_NOT_KNOW
_PARSE: Final = frozenset({"PartialParsing", "Syntax error", "Other syntax error", "Lexical error"})
_REASONS: Final = {
    "Timeout": reasons.TIME_LIMIT,
    "Out of memory": reasons.MEMORY_LIMIT,
    "Fixpoint timeout": reasons.TIME_LIMIT_OF_THE_DATA_FLOW_ANALYSIS,
    "PartialParsing": reasons.PARSED_IN_PART_ONLY,
    "Syntax error": reasons.SYNTAX_ERROR,
    "Other syntax error": reasons.SYNTAX_ERROR,
    "Lexical error": reasons.SYNTAX_ERROR,
    "Rule parse error": reasons.BROKEN_RULE,
}


def _semgrep_problem(problem: semgrep_format.Problem, source: Source | None, root: str) -> Problem:
    """Say whose verdict a problem costs: the rule's, the parsed rules' of the language, or all of the language."""
    language = source.language if source else ""
    is_parse = problem.type in _PARSE or "analysis_failed_parser" in problem.message
    if problem.rule and not is_parse:
        topic = problem.rule.split("--", 1)[0]
    elif is_parse:
        topic = f"semgrep-parse:{language}"
    else:
        topic = f"semgrep:{language}" if language else "semgrep"
    reason = (
        reasons.SYNTAX_ERROR
        if is_parse and problem.type == "skipped"
        else _REASONS.get(problem.type, reasons.Reason(problem.type.lower()))
    )
    if is_parse and source is not None and is_right_or_newer(source):
        reason = NEWER
    shown = source.path if source else ""
    message = (problem.message.replace(problem.path, shown) if problem.path else problem.message).replace(root, "")
    detail = "" if is_parse else message
    return Problem(
        topic=topic,
        reason=reason,
        detail=mask(detail) or f"{problem.type} in {shown}",
        # time-outs, crashes and whatever is not known here may not happen again
        is_final=is_parse or problem.type == "skipped",
    )


def not_followed(language: str) -> Problem:
    """Say that no value is followed in a script, as it has no syntax tree: whose verdict needs a way loses it."""
    detail = f"more than {NODES_LIMIT:,} pieces of syntax"
    return Problem(topic=f"semgrep-way:{language}", reason=reasons.TOO_LARGE, detail=detail)


def _missing(tool: str, source: Source) -> Problem:
    """Say that a report is silent about a file."""
    detail = "missing in the report"
    return Problem(topic=f"{tool}:{source.language}", reason=reasons.NOT_SCANNED, detail=detail, is_final=False)


def _has_long_line(text: bytes) -> bool:
    return len(text) > _LINE_LIMIT and max(map(len, text.split(b"\n"))) > _LINE_LIMIT


def _command_lines(places: Sequence[Path]) -> Iterator[list[Path]]:
    """Group paths so that each group fits on one command line."""
    group: list[Path] = []
    size_bytes = 0
    for place in places:
        size_bytes += len(bytes(place)) + 1
        if group and size_bytes > _BANDIT_BATCH_BYTES:
            yield group
            group, size_bytes = [], len(bytes(place)) + 1
        group.append(place)
    if group:
        yield group


_RANDOM: Final = "weak-random"


def _gives_secret(collected: Collector, source: Source, line: int) -> bool:
    """Tell whether what is made by chance in a line is a secret where its function is called."""
    module = collected.module(source)
    return module is not None and gives_secret(module.tree, line)


def _quotes_outside(collected: Collector, source: Source, rule: Rule, result: bandit_format.Result) -> bool:
    """Tell whether a statement of which bandit is not sure puts what callers give between quotes."""
    module = collected.module(source) if rule.capability == "sql-injection" else None
    return module is not None and module.quotes_outside(result.line, result.end_line)


@dataclass(frozen=True, slots=True)
class BanditScanner:
    """Bandit with its own tests.

    Attributes:
        tool: The program.
        switches: Its fixed switches; part of the cache key.
    """

    tool: Bandit
    switches: tuple[str, ...]
    name: str = "bandit"
    is_whole: bool = False

    def program(self) -> Program:
        """Return the verified program."""
        return self.tool.program()

    def rules_digest(self, pack: RulePack) -> str:
        """Return a digest of all that decides what it finds in a file."""
        return digest_of(
            self.switches,
            sorted(pack.skipped_tests),
            [[r.test, r.id, r.capability, r.least, r.severity, r.rests_on] for r in pack.of("bandit")],
        )

    def takes(self, source: Source) -> bool:
        """Take Python, in notebooks too."""
        return source.language in {languages.PYTHON, languages.NOTEBOOK} and bool(source.text.strip())

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        """Scan a copy.

        Raises:
            ToolError: No usable report.
        """
        program = self.program()
        collected = Collector(f"{program.name} {program.version}")
        places = [place for place, source in copy.sources.items() if self.takes(source)]
        for place in [each for each in places if _has_long_line(copy.sources[each].text)]:
            places.remove(place)
            source = copy.sources[place]
            detail = f"a line of more than {_LINE_LIMIT:,} bytes"
            problem = Problem(topic=f"bandit:{source.language}", reason=reasons.LINE_TOO_LONG, detail=detail)
            collected.problem(source.path, problem)
        waiting = list(_command_lines(places))[::-1]
        while waiting:
            part = waiting.pop()
            try:
                report = self._report(pack, part, copy, scratch, beat, collected.tool)
            except ToolMissing:
                raise
            except ToolError as error:
                if len(part) > 1 and error.reason not in NOT_OF_A_FILE:  # until the culprit is alone
                    waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
                    continue
                if len(places) == 1 or error.reason in NOT_OF_A_FILE:
                    raise
                source = copy.sources[part[0]]
                problem = Problem(
                    topic=f"bandit:{source.language}", reason=error.reason, detail=mask(error.detail), is_final=False
                )
                collected.problem(source.path, problem)
            else:
                self._take(pack, report, {str(place): copy.sources[place] for place in part}, collected)
        return collected.reading()

    def _report(
        self,
        pack: RulePack,
        part: Sequence[Path],
        copy: Copy,
        scratch: Path,
        beat: Callable[[float], None],
        tool: str,
    ) -> bandit_format.Report:
        """Return what bandit says of some files; one that keeps it longer than its size can explain is given up.

        Raises:
            ToolError: No usable report.
        """
        size_bytes = sum(len(copy.sources[place].text) for place in part)
        timeout_s = min(TIME_LIMIT_S, _BANDIT_LEAST_S + size_bytes / _BANDIT_BYTES_A_SECOND)
        data = self.tool.scan(part, sorted(pack.skipped_tests), scratch, timeout_s=timeout_s, on_beat=beat)
        try:
            return bandit_format.read(data)
        except ValueError as error:
            raise ToolError(reasons.UNREADABLE_REPORT, str(error), tool) from error

    def _take(
        self, pack: RulePack, report: bandit_format.Report, by_place: dict[str, Source], collected: Collector
    ) -> None:
        rules = {rule.test: rule for rule in pack.of("bandit")}
        for result in report.results:
            source, rule = by_place.get(result.path), rules.get(result.test)
            if source is None or rule is None:
                detail = f"a match of {result.test}, which rulesets/bandit.yaml lacks, or in a file that was not given"
                raise ToolError(reasons.UNREADABLE_REPORT, detail, collected.tool)
            if result.severity not in _AT_LEAST[rule.least]:
                continue
            if result.confidence not in _AT_LEAST[rule.least]:
                # bandit itself is not sure: a hint for the reader, not lost
                weak = ("low" if _quotes_outside(collected, source, rule, result) else "info", "low")
            else:
                is_secret = rule.capability == _RANDOM and _gives_secret(collected, source, result.line)
                known = "" if _RANK[result.severity] >= _RANK[rule.severity] else result.severity
                weak = ("low" if is_secret else known, result.confidence)
            _take_over(collected, source, rule, result.line, result.end_line, None, weak)
        for path, reason in report.errors:
            source = by_place.get(path)
            topic = f"bandit:{source.language}" if source else "bandit"
            what = reasons.SYNTAX_ERROR if "syntax error" in reason else reasons.NOT_SCANNED
            if what == reasons.SYNTAX_ERROR and source is not None and is_right_or_newer(source):
                what = NEWER
            collected.problem(source.path if source else "", Problem(topic=topic, reason=what, detail=mask(reason)))
        broken = {path for path, _reason in report.errors}
        for place, source in by_place.items():
            if place not in report.scanned and place not in broken:
                problem = _missing("bandit", source)
                collected.problem(source.path, problem)
