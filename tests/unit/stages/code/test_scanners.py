"""What the reports of semgrep and bandit mean, and what they keep silent about."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import ToolError
from auditor.stages.code import scanners
from auditor.stages.code.scanners import BanditScanner, SemgrepScanner
from auditor.tools.search import occurring
from tests.unit.stages.code.fakes import (
    BANDIT_LOAD,
    PACK,
    FakeBandit,
    FakeSemgrep,
    Json,
    bandit_match,
    bandit_report,
    rule,
    semgrep_match,
    semgrep_report,
    source,
    staged,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.stages.code.reading import Reading
    from auditor.stages.code.rules import RulePack
    from auditor.stages.code.tree import Source


def semgrep(root: Path, says: Callable[[list[str]], object], *sources: Source) -> Reading:
    copied, scratch = staged(root, *(sources or (source(),)))
    return SemgrepScanner(FakeSemgrep(says=says), (), occurring).scan(PACK, copied, scratch, lambda _seconds: None)


def bandit(root: Path, says: Callable[[list[str]], object], *sources: Source, pack: RulePack = PACK) -> Reading:
    copied, scratch = staged(root, *(sources or (source(),)))
    return BanditScanner(FakeBandit(says=says), ()).scan(pack, copied, scratch, lambda _seconds: None)


def test_match_of_semgrep_is_traced_to_its_file(tmp_path: Path) -> None:
    reading = semgrep(tmp_path, lambda files: semgrep_report(files, semgrep_match(files[0], 2)))

    (match,) = reading.of("a.py").matches
    assert (match.rule, match.line, match.snippet) == ("data-load", 2, "pickle.load(f)")
    assert reading.general == ()


def test_variant_of_a_rule_counts_as_the_rule(tmp_path: Path) -> None:
    reading = semgrep(tmp_path, lambda files: semgrep_report(files, semgrep_match(files[0], 2, "data-load--variant")))

    assert [match.rule for match in reading.of("a.py").matches] == ["data-load"]


@pytest.mark.parametrize(
    "says",
    [
        lambda _files: b"garbage",
        lambda _files: b"",
        lambda _files: [],
        lambda files: semgrep_report(files, semgrep_match("/etc/passwd", 1)),
        lambda files: semgrep_report(files, semgrep_match(files[0], 1, "not-ours")),
        lambda files: semgrep_report(files, semgrep_match(files[0], 0)),
        lambda files: semgrep_report(files, semgrep_match(files[0], 5, end_line=2)),
    ],
    ids=["text", "nothing", "list", "other file", "other rule", "line 0", "ends before it begins"],
)
def test_rubbish_from_semgrep_is_refused(tmp_path: Path, says: Json) -> None:
    with pytest.raises(ToolError, match="unreadable report"):
        semgrep(tmp_path, says)


@pytest.mark.parametrize("language", ["python", "yaml", "configuration", "generic"])
def test_file_that_semgrep_does_not_name_was_not_scanned(tmp_path: Path, language: str) -> None:
    reading = semgrep(tmp_path, lambda _files: semgrep_report([]), source(language=language))

    (problem,) = reading.of("a.py").problems
    assert (problem.topic, problem.reason, problem.is_final) == (f"semgrep:{language}", "not scanned", False)


@pytest.mark.parametrize(
    ("error", "topic", "reason", "is_final"),
    [
        ({"type": "Timeout", "rule_id": "data-load--x"}, "data-load", "time limit", False),
        ({"type": "Out of memory"}, "semgrep:python", "memory limit", False),
        ({"type": ["PartialParsing", []]}, "semgrep-parse:python", "parsed in part only", True),
        ({"type": "Syntax error", "rule_id": "data-load"}, "semgrep-parse:python", "syntax error", True),
        ({"type": "Something new"}, "semgrep:python", "something new", False),
    ],
)
def test_error_of_semgrep_costs_what_it_concerns(
    tmp_path: Path, error: dict[str, Any], topic: str, reason: str, *, is_final: bool
) -> None:
    reading = semgrep(
        tmp_path,
        lambda files: semgrep_report(files, errors=[{"path": files[0], "message": "m", **error}]),
        source(text="def f(:\n"),
    )

    (problem,) = reading.of("a.py").problems
    assert (problem.topic, problem.reason, problem.is_final) == (topic, reason, is_final)


def test_skipped_file_is_a_problem(tmp_path: Path) -> None:
    reading = semgrep(
        tmp_path,
        lambda files: semgrep_report(
            files, paths={"scanned": [], "skipped": [{"path": files[0], "reason": "exceeded_size_limit"}]}
        ),
    )

    assert "exceeded_size_limit" in [problem.detail for problem in reading.of("a.py").problems]


def test_error_without_a_file_concerns_the_whole_scan(tmp_path: Path) -> None:
    reading = semgrep(
        tmp_path, lambda files: semgrep_report(files, errors=[{"type": "Fatal error", "message": "killed"}])
    )

    assert [(problem.topic, problem.detail) for problem in reading.general] == [("semgrep", "killed")]


def test_messages_of_semgrep_show_no_secret_and_no_scratch_folder(tmp_path: Path) -> None:
    message = f'near {tmp_path}/copy/tree/a.py: password = "correct horse"'

    reading = semgrep(tmp_path, lambda files: semgrep_report(files, errors=[{"type": "Other", "message": message}]))

    (problem,) = reading.general
    assert "correct" not in problem.detail
    assert str(tmp_path) not in problem.detail


def test_semgrep_takes_any_text_and_bandit_only_python() -> None:
    both = (SemgrepScanner(FakeSemgrep(), (), occurring), BanditScanner(FakeBandit(), ()))

    assert [scanner.takes(source(language="generic")) for scanner in both] == [True, False]
    assert [scanner.takes(source(language="notebook")) for scanner in both] == [True, True]
    assert [scanner.takes(source(text=" \n")) for scanner in both] == [False, False]


def test_match_of_bandit_is_traced_to_its_file(tmp_path: Path) -> None:
    reading = bandit(tmp_path, lambda files: bandit_report(files, bandit_match(files[0], 2)))

    assert [(match.rule, match.line) for match in reading.of("a.py").matches] == [("bandit-load", 2)]


def test_match_that_bandit_ranks_lower_than_its_test_asks_for_is_left_out(tmp_path: Path) -> None:
    strict = replace(PACK, rules={**PACK.rules, "bandit-load": replace(BANDIT_LOAD, least="medium")})

    def says(files: list[str]) -> Json:
        return bandit_report(files, bandit_match(files[0], 2) | {"issue_severity": "LOW"})

    assert bandit(tmp_path, says).of("a.py").matches
    assert not bandit(tmp_path, says, pack=strict).of("a.py").matches


def test_match_that_bandit_is_not_sure_of_is_a_hint(tmp_path: Path) -> None:
    strict = replace(PACK, rules={**PACK.rules, "bandit-load": replace(BANDIT_LOAD, least="medium")})

    def says(files: list[str]) -> Json:
        return bandit_report(files, bandit_match(files[0], 2) | {"issue_confidence": "LOW"})

    (match,) = bandit(tmp_path, says, pack=strict).of("a.py").matches

    assert (match.severity, match.confidence) == ("info", "low")


def test_match_keeps_the_severity_that_bandit_gave_it(tmp_path: Path) -> None:
    loud = replace(PACK, rules={**PACK.rules, "bandit-load": replace(BANDIT_LOAD, severity="high")})

    def says(files: list[str]) -> Json:
        return bandit_report(files, bandit_match(files[0], 2) | {"issue_severity": "MEDIUM"})

    (match,) = bandit(tmp_path, says, pack=loud).of("a.py").matches

    assert match.severity == "medium"


@pytest.mark.parametrize(
    "says",
    [
        lambda _files: b"garbage",
        lambda _files: {"results": None, "errors": [], "metrics": {}},
        lambda files: bandit_report(files, bandit_match("/etc/passwd", 1)),
        lambda files: bandit_report(files, bandit_match(files[0], 1, "B999")),
        lambda files: bandit_report(files, bandit_match(files[0], 0)),
    ],
    ids=["text", "shape", "other file", "unknown test", "line 0"],
)
def test_rubbish_from_bandit_is_refused(tmp_path: Path, says: Json) -> None:
    with pytest.raises(ToolError, match="unreadable report"):
        bandit(tmp_path, says)


def test_file_that_bandit_cannot_parse_is_a_problem(tmp_path: Path) -> None:
    error = "syntax error while parsing AST from file"

    def said(*sources: Source) -> list[tuple[str, str]]:
        says = lambda files: bandit_report([], errors=[{"filename": files[0], "reason": error}])  # noqa: E731
        return [(p.topic, p.reason) for p in bandit(tmp_path, says, *sources).of("a.py").problems]

    assert said(source(text="def f(:\n")) == [("bandit:python", "syntax error")]


@pytest.mark.parametrize("kind", ["PartialParsing", "Syntax error"])
def test_syntax_that_is_right_and_unknown_to_a_tool_is_the_limit_of_the_tool(tmp_path: Path, kind: str) -> None:
    reading = semgrep(
        tmp_path,
        lambda files: semgrep_report(files, errors=[{"path": files[0], "message": "m", "type": kind}]),
        source(text="type Pair[T] = tuple[T, T]\n"),
    )

    assert [p.reason for p in reading.of("a.py").problems] == ["syntax that the tool does not know"]


def test_file_that_bandit_does_not_name_was_not_scanned(tmp_path: Path) -> None:
    reading = bandit(tmp_path, lambda _files: bandit_report([]))

    assert [(p.reason, p.is_final) for p in reading.of("a.py").problems] == [("not scanned", False)]


def test_bandit_is_called_as_often_as_its_command_line_needs(tmp_path: Path) -> None:
    paths = [f"{'d' * 150}/{number}.py" for number in range(3000)]
    copied, scratch = staged(tmp_path, *(source(path) for path in paths))
    tool = FakeBandit()

    reading = BanditScanner(tool, ()).scan(PACK, copied, scratch, lambda _seconds: None)

    sizes = [sum(len(name) + 1 for name in files) for files in tool.given]
    assert max(sizes) <= scanners._BANDIT_BATCH_BYTES
    assert sum(map(len, tool.given)) == len(paths)
    assert reading.slices == {}


def test_digest_of_rules_changes_with_what_is_hidden_as_a_secret() -> None:
    scanner = SemgrepScanner(FakeSemgrep(), (), occurring)
    changed = type(PACK)(
        {**PACK.rules, "data-load": rule("data-load", capability="private-key")}, PACK.skipped_tests, PACK.semgrep_rules
    )

    assert scanner.rules_digest(PACK) != scanner.rules_digest(changed)
    assert json.dumps(scanner.rules_digest(PACK))


def test_broken_rule_is_told_once_and_with_its_cause(tmp_path: Path) -> None:
    message = "Rule parse error in rule data-load: Invalid pattern for Python: Stdlib.Parsing.Parse_error"
    error = {"type": "Rule parse error", "rule_id": "data-load", "message": message}

    def says(files: list[str]) -> Json:
        report = semgrep_report(files, errors=[error])
        report["paths"]["skipped"] = [{"path": "", "reason": "analysis_failed_parser_or_internal_error"}]
        return report

    (problem,) = semgrep(tmp_path, says).general
    assert (problem.topic, problem.reason, problem.is_final) == ("data-load", "broken rule", False)
    assert "Invalid pattern for Python" in problem.detail


def test_skipped_without_a_path_is_not_silent_where_no_rule_is_broken(tmp_path: Path) -> None:
    def says(files: list[str]) -> Json:
        report = semgrep_report(files)
        report["paths"]["skipped"] = [{"path": "", "reason": "analysis_failed_parser_or_internal_error"}]
        return report

    assert semgrep(tmp_path, says).general != ()
