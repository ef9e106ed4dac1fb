"""Checks of code: good, bad, not seen; what two tools say of one flaw; what asks for silence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from auditor import reasons
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.finding import Confidence, Severity, Suppression, Verdict
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.stages.code.checks import checks
from auditor.stages.code.facts import CodeMatch, CommitHistory, CommittedSecret, RuleRun, UncoveredLanguage
from auditor.stages.code.precision import Evidence, Giver, Row, Shown, Side, flaw_of, precision_of
from auditor.stages.code.rules import RulePack
from auditor.stages.code.severity import Ground
from tests.unit.stages.code.fakes import PACK, Json, rule

if TYPE_CHECKING:
    from auditor.model.finding import Finding

PART = "code=src"


def run(rule: str, files: int = 1, tool: str = "semgrep") -> RuleRun:
    return RuleRun(subject=PART, origin=Origin(part=PART), rule=rule, tool=tool, files=files)


RUNS = (run("data-load"), run("secret-absent"), run("bandit-load", tool="bandit"))


def match(rule: str = "data-load", line: int = 2, end_line: int = 0, file: str = "a.py", **changed: Json) -> CodeMatch:
    tool = "bandit" if rule.startswith("bandit") else "semgrep"
    values: dict[str, Json] = {
        "tool": tool,
        "capability": "unsafe-load",
        "ground": Ground.TEXT.value,
        "evidence": "pickle.load(f)",
        "snippet": "pickle.load(f)",
    }
    origin = Origin(
        part=PART, file=file, line=line, end_line=end_line or line, capture="sha256:0", pointer="/matches/0"
    )
    return CodeMatch(subject=file, origin=origin, rule=rule, **(values | changed))


def gap(kind: str, topic: str = "", subject: str = "a.py") -> Gap:
    return Gap(
        stage="code",
        target=PART,
        kind=kind,
        subject=subject,
        topic=topic,
        reason=reasons.Reason("r"),
        detail="",
        remedy=Text("", ""),
    )


def verdicts(*facts: Fact, gaps: tuple[Gap, ...] = (), pack: RulePack = PACK) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    target = System(name="t", parts=(Part(kind="code", where="src"),))
    for finding in judge(checks(pack), Facts(facts, gaps), target):
        found.setdefault(finding.id, []).append(finding)
    return found


def told(findings: list[Finding]) -> list[Verdict]:
    return [finding.verdict for finding in findings]


def test_rule_that_ran_and_matched_nothing_found_nothing() -> None:
    found = verdicts(*RUNS)

    assert told(found["data-load"]) == [Verdict.NOTHING_FOUND]
    assert told(found["bandit-load"]) == [Verdict.NOTHING_FOUND]


def test_every_place_is_a_failure_of_its_own() -> None:
    found = verdicts(*RUNS, match(), match(line=7), match(file="b.py"))["data-load"]

    assert told(found) == [Verdict.FAIL] * 3
    assert [(f.subject, f.location.line) for f in found if f.location] == [("a.py", 2), ("a.py", 7), ("b.py", 2)]
    assert len({finding.fingerprint for finding in found}) == 3


def test_one_default_password_is_one_failure_that_names_its_places() -> None:
    places = [match("secret-absent", file=file, line=line, flaw="password 1", evidence=file) for file, line in PLACES]
    other = match("secret-absent", file="b.env", line=9, flaw="password 2")
    plain = match("secret-absent", file="b.env", line=12)

    found = verdicts(*RUNS, *places, other, plain)["secret-absent"]

    assert [(each.location and each.location.file, each.location and each.location.line) for each in found] == [
        ("a.env", 4),
        ("b.env", 9),
        ("b.env", 12),
    ]
    assert found[0].detail.en.endswith("the same default password stands in 3 places: a.env:4, b.env:2, c.yaml:7")
    assert {each.detail.en for each in found[1:]} == {"high: the lines prove it by themselves"}


def test_a_default_password_stands_at_the_password_and_not_at_the_user() -> None:
    user = match("secret-absent", file="c.yaml", line=34, flaw="password 1", evidence="u")
    password = match("secret-absent", file="c.yaml", line=35, flaw="password 1", evidence="p")
    user = structs.replace(user, snippet="MINIO_ROOT_USER: minioadmin")
    password = structs.replace(password, snippet="MINIO_ROOT_PASSWORD: ***")

    (found,) = verdicts(*RUNS, user, password)["secret-absent"]

    assert found.location
    assert found.location.line == 35
    assert "c.yaml:34" in found.detail.en


def test_a_default_password_of_a_test_stands_apart() -> None:
    places = [match("secret-absent", file=file, flaw="password 1", context=context) for file, context in CONTEXTS_OF]

    found = verdicts(*RUNS, *places)["secret-absent"]

    assert len(found) == 2
    assert len({each.severity for each in found}) == 2


def test_one_flaw_in_many_places_is_one_failure_with_all_of_its_places() -> None:
    places = [match(file=file, line=line, flaw="loader L", evidence=file) for file, line in PLACES]

    (found,) = verdicts(*RUNS, *places)["data-load"]

    assert found.location
    assert (found.location.file, found.location.line) == ("a.env", 4)
    assert [(each.file, each.line) for each in found.places] == [("b.env", 2), ("c.yaml", 7)]
    assert "the same flaw stands in 3 places: a.env:4, b.env:2, c.yaml:7" in found.detail.en


def test_a_flaw_in_many_places_has_the_fingerprints_of_each_alone() -> None:
    apart = verdicts(*RUNS, *(match(file=file, line=line) for file, line in PLACES))["data-load"]
    (found,) = verdicts(*RUNS, *(match(file=file, line=line, flaw="loader L") for file, line in PLACES))["data-load"]

    assert {found.fingerprint, *(each.fingerprint for each in found.places)} == {each.fingerprint for each in apart}
    assert found.severity == apart[0].severity


def test_what_one_call_hands_to_a_function_is_one_failure_with_its_places() -> None:
    steps = (("r.py", 3, "Request"), ("r.py", 4, "load"), ("a.py", 2, "open"))
    first = match(steps=steps, source="Request", ground=Ground.FLOW.value)
    other = match(line=5, steps=(*steps[:2], ("a.py", 5, "open")), source="Request", ground=Ground.FLOW.value)
    another = match(line=9, steps=(("q.py", 3, "Request"), *steps[1:]), source="Request", ground=Ground.FLOW.value)

    found = verdicts(*RUNS, first, other, another)["data-load"]

    assert [(each.location and each.location.line, [place.line for place in each.places]) for each in found] == [
        (2, [5]),
        (9, []),
    ]


def test_places_of_another_ground_are_another_failure() -> None:
    seen = match(flaw="loader L", ground=Ground.FLOW.value)
    unseen = match(file="b.py", flaw="loader L", ground=Ground.NONE.value)

    found = verdicts(*RUNS, seen, unseen)["data-load"]

    assert [(each.subject, each.severity) for each in found] == [("a.py", Severity.HIGH), ("b.py", Severity.LOW)]


PLACES = (("b.env", 2), ("a.env", 4), ("c.yaml", 7))
CONTEXTS_OF = (("a.env", ""), ("b.env", ""), ("tests/a.env", "test"))


def test_rule_without_a_file_of_its_languages_says_nothing() -> None:
    found = verdicts(run("data-load", 0), *RUNS[1:])

    assert told(found["data-load"]) == [Verdict.NOT_APPLICABLE]


def test_rule_that_did_not_run_is_not_assessed() -> None:
    found = verdicts(*RUNS[2:], gaps=(gap("RuleRun", "semgrep", PART),))

    assert told(found["data-load"]) == [Verdict.NOT_ASSESSED]
    assert told(found["bandit-load"]) == [Verdict.NOTHING_FOUND]


def test_file_that_was_not_seen_costs_the_rules_that_read_it() -> None:
    by_topic = {
        topic: {
            name
            for name, found in verdicts(*RUNS, gaps=(gap("CodeMatch", topic),)).items()
            if told(found)[0] == Verdict.NOT_ASSESSED
        }
        for topic in ("", "python", "yaml", "semgrep:python", "semgrep-parse:python", "bandit:python", "data-load")
    }

    everything = {"data-load", "secret-absent", "bandit-load"}
    assert by_topic == {
        "": everything,
        "python": everything,
        "yaml": {"secret-absent"},
        "semgrep:python": {"data-load", "secret-absent"},
        "semgrep-parse:python": {"data-load"},
        "bandit:python": {"bandit-load"},
        "data-load": {"data-load"},
    }


def test_failure_stands_beside_what_was_not_seen() -> None:
    found = verdicts(*RUNS, match(), gaps=(gap("CodeMatch", "python", "b.py"),))["data-load"]

    assert sorted(told(found)) == [Verdict.FAIL, Verdict.NOT_ASSESSED]


def test_flaw_that_both_tools_see_is_one_failure_with_two_sources() -> None:
    found = verdicts(*RUNS, match(line=2, end_line=4), match("bandit-load", line=3))

    (failure,) = found["data-load"]
    assert len(failure.origins) == 2
    assert failure.detail.en.endswith("bandit-load")
    assert told(found["bandit-load"]) == [Verdict.NOT_APPLICABLE]


RANKED = RulePack(
    {
        each.id: each
        for each in (
            rule("key-of-a-provider", capability="provider-key", tag=46, outranks=("literal-key", "fallback")),
            rule("fallback", capability="secret-fallback", tag=49, outranks=("literal-key",)),
            rule("literal-key", capability="hardcoded-key", tag=45),
            rule("bandit-key", "bandit", capability="hardcoded-key"),
        )
    },
    {},
    {},
)


def ranked(*names: str) -> dict[str, list[Finding]]:
    runs = [run(name, tool=each.tool) for name, each in RANKED.rules.items()]
    matches = [match(name, capability=RANKED.rules[name].capability) for name in names]
    found: dict[str, list[Finding]] = {}
    target = System(name="t", parts=(Part(kind="code", where="src"),))
    for finding in judge(checks(RANKED), Facts((*runs, *matches), ()), target):
        found.setdefault(finding.id, []).append(finding)
    return found


def test_flaw_that_two_rules_see_is_told_by_the_one_that_outranks() -> None:
    found = ranked("literal-key", "key-of-a-provider")

    (failure,) = found["key-of-a-provider"]
    assert failure.verdict is Verdict.FAIL
    assert failure.detail.en.endswith(": literal-key")
    assert told(found["literal-key"]) == [Verdict.NOT_APPLICABLE]
    assert told(found["fallback"]) == [Verdict.NOTHING_FOUND]


def test_flaw_that_many_rules_see_is_told_once_with_all_of_them() -> None:
    found = ranked("bandit-key", "literal-key", "fallback", "key-of-a-provider")

    assert [name for name, each in found.items() if told(each) == [Verdict.FAIL]] == ["key-of-a-provider"]
    assert found["key-of-a-provider"][0].detail.en.endswith("bandit-key, fallback, literal-key")
    assert found["key-of-a-provider"][0].aliases == ("46", "B301", "49", "45")


def test_rule_that_is_outranked_speaks_where_it_stands_alone() -> None:
    found = ranked("literal-key")

    assert told(found["literal-key"]) == [Verdict.FAIL]
    assert told(found["key-of-a-provider"]) == [Verdict.NOTHING_FOUND]


def test_flaws_apart_are_failures_apart() -> None:
    for other in (
        match("bandit-load", line=9),
        match("bandit-load", file="b.py"),
        match("bandit-load", capability="weak-hash"),
    ):
        found = verdicts(*RUNS, match(), other)

        assert told(found["data-load"]) == [Verdict.FAIL]
        assert told(found["bandit-load"]) == [Verdict.FAIL]


def test_comment_that_asks_for_silence_changes_no_verdict() -> None:
    wanted = Suppression(comment="nosec", author="Li", date="2026-01-02")

    (finding,) = verdicts(*RUNS, match(suppression=wanted))["data-load"]

    assert finding.verdict is Verdict.FAIL
    assert finding.suppression == wanted


def test_language_without_rules_is_not_assessed() -> None:
    assert told(verdicts(*RUNS)["code-languages-covered"]) == [Verdict.NOT_APPLICABLE]
    found = verdicts(*RUNS, gaps=(gap(UncoveredLanguage.__name__, subject="Go"),))["code-languages-covered"]
    assert [(f.verdict, f.subject) for f in found] == [(Verdict.NOT_ASSESSED, "Go")]


def test_line_numbers_are_no_part_of_a_fingerprint() -> None:
    before = verdicts(*RUNS, match(line=2), match(line=5))["data-load"]
    after = verdicts(*RUNS, match(line=12), match(line=15))["data-load"]

    assert [finding.fingerprint for finding in before] == [finding.fingerprint for finding in after]


def test_flaw_in_a_test_counts_for_two_severities_less_and_says_why() -> None:
    (production,) = verdicts(*RUNS, match())["data-load"]
    (lowered,) = verdicts(*RUNS, match(context="test"))["data-load"]

    assert (production.severity, lowered.severity) == (Severity.HIGH, Severity.LOW)
    assert lowered.detail.en == "stands in a test, where it counts for less"


def test_severity_of_a_match_is_that_of_the_finding() -> None:
    (found,) = verdicts(*RUNS, match(severity="info", confidence="low"))["data-load"]

    assert (found.severity, found.confidence) == (Severity.INFO, Confidence.LOW)


def test_file_that_was_not_read_costs_itself_and_not_every_rule() -> None:
    seen_in_part = RuleRun(subject=PART, origin=Origin(part=PART), rule="data-load", tool="semgrep", files=3, unseen=1)
    found = verdicts(seen_in_part, *RUNS[1:], gaps=(gap("UnreadFile", "python", "big.py"),))

    assert told(found["data-load"]) == [Verdict.NOTHING_FOUND]
    assert "not seen, or not all of them: 1" in found["data-load"][0].detail.en
    assert [(each.subject, each.verdict) for each in found["code-files-read"]] == [("big.py", Verdict.NOT_ASSESSED)]


def test_a_match_in_a_test_is_aside_and_one_for_administrators_only_is_not() -> None:
    (aside,) = verdicts(*RUNS, match(context="test"))["data-load"]
    (shown,) = verdicts(*RUNS, match(context="administration"))["data-load"]

    assert aside.context == "test"
    assert not aside.counts
    assert shown.context == ""
    assert shown.counts
    assert aside.severity == shown.severity
    assert "administrators" in shown.detail.en


def test_a_match_whose_ways_all_begin_with_administrators_counts_for_less() -> None:
    way: dict[str, Json] = {
        "steps": (("r.py", 3, "Request"), ("a.py", 2, "load")),
        "source": "Request",
        "ground": Ground.FLOW.value,
    }
    by_them = match("bandit-load", context="administration", **way)
    by_others = match("bandit-load", **way)
    plain = match(ground=Ground.NONE.value)

    (less,) = verdicts(*RUNS, plain, by_them)["data-load"]
    (whole,) = verdicts(*RUNS, plain, by_others)["data-load"]
    (proved,) = verdicts(*RUNS, match(), by_them)["data-load"]

    assert (less.severity, whole.severity, proved.severity) == (Severity.LOW, Severity.HIGH, Severity.HIGH)
    assert "administrators" in less.detail.en
    assert less.counts


HISTORY = CommitHistory(subject=PART, origin=Origin(part=PART), commits=12)


def committed(**changed: Json) -> CommittedSecret:
    values: dict[str, Json] = {
        "rule": "github-pat",
        "commit": "0123456789abcdef" * 2 + "01234567",
        "date": "2026-01-02T03:04:05Z",
        "places": 2,
        "evidence": "secret 01",
        "snippet": "token = ***",
    }
    origin = Origin(part=PART, file="app/a.py", line=3, capture="sha256:0", pointer="/0")
    return CommittedSecret(subject="app/a.py", origin=origin, **(values | changed))


def test_secret_in_a_history_fails_with_its_commit_and_date() -> None:
    (finding,) = verdicts(HISTORY, committed())["secret-absent-from-history"]

    assert (finding.verdict, finding.severity) == (Verdict.FAIL, Severity.HIGH)
    assert finding.location is not None
    assert (finding.location.file, finding.location.line, finding.location.snippet) == ("app/a.py", 3, "token = ***")
    assert "0123456789ab on 2026-01-02; places in all: 2" in finding.detail.en
    assert "2026-01-02（0123456789ab）" in finding.detail.zh


def test_secret_known_by_its_name_counts_for_less_and_in_a_test_for_still_less() -> None:
    one, two = verdicts(
        HISTORY,
        committed(is_named=True),
        committed(is_named=True, evidence="secret 02", context="test"),
    )["secret-absent-from-history"]

    assert {(each.severity, each.confidence, each.context) for each in (one, two)} == {
        (Severity.MEDIUM, Confidence.LOW, ""),
        (Severity.INFO, Confidence.LOW, "test"),
    }


def test_history_without_a_secret_is_nothing_found_and_says_how_far_it_was_seen() -> None:
    (finding,) = verdicts(HISTORY)["secret-absent-from-history"]

    assert finding.verdict is Verdict.NOTHING_FOUND
    assert "commits searched: 12" in finding.detail.en
    assert "not what a merge adds by itself" in finding.detail.en


def test_history_that_was_not_searched_is_not_assessed() -> None:
    assert told(verdicts(gaps=(gap("CommitHistory", subject=".git"),))["secret-absent-from-history"]) == [
        Verdict.NOT_ASSESSED
    ]


def test_tree_without_a_history_is_not_spoken_of() -> None:
    assert Verdict.NOTHING_FOUND not in told(verdicts(*RUNS).get("secret-absent-from-history", []))


def test_a_pattern_alone_is_low_and_says_what_it_lacks() -> None:
    (found,) = verdicts(*RUNS, match(ground="none"))["data-load"]

    assert (found.verdict, found.severity) == (Verdict.FAIL, Severity.LOW)
    assert found.detail.en.startswith("to review: a pattern was seen")
    assert found.detail.en.endswith("with that it would be high")
    assert "待审查" in found.detail.zh


def test_another_engine_that_followed_a_value_to_the_place_earns_the_severity() -> None:
    (found,) = verdicts(*RUNS, match(ground="none"), match("bandit-load", ground="flow"))["data-load"]

    assert found.severity is Severity.HIGH


def test_a_hint_stays_a_hint_whatever_it_rests_on() -> None:
    for ground in ("none", "flow", "text"):
        (found,) = verdicts(*RUNS, match(ground=ground, severity="info"))["data-load"]
        assert found.severity is Severity.INFO


def test_a_check_says_what_its_severity_rests_on() -> None:
    assert {check.rests_on.en for check in checks(PACK)[:3]} == {
        "what an outsider controls is seen to get there (route, tool, model's answer); without that a finding is low"
    }


def test_one_rule_that_matches_inside_of_its_own_match_tells_one_flaw() -> None:
    found = verdicts(*RUNS, match(line=2, end_line=9), match(line=3, end_line=8), match(line=9, end_line=12))[
        "data-load"
    ]

    assert [(each.location.line, each.location.end_line) for each in found if each.location] == [(2, 9), (9, 12)]


def test_of_two_ways_to_one_place_the_longer_one_is_shown() -> None:
    short = (("a.py", 1, "Request"), ("a.py", 2, "load"))
    long = (("b.py", 5, "Request"), ("b.py", 7, "read"), ("a.py", 2, "load"))

    (found,) = verdicts(
        *RUNS,
        match(ground="flow", steps=short, source="Request"),
        match("bandit-load", ground="flow", steps=long, source="Upload"),
    )["data-load"]

    assert [(each.file, each.line) for each in found.steps] == [("b.py", 5), ("b.py", 7), ("a.py", 2)]
    assert "an upload" in found.detail.en


def pack_read(
    are_true: int, *, check: str = "data-load", read: int = 10, shown: Shown = Shown.TEXT, giver: Giver = Giver.NOBODY
) -> RulePack:
    """Return the pack with so many findings of a check read, of which so many were true."""
    evidence = Evidence(Side.PYTHON, shown, giver)
    rows = [Row("d", platform, check, evidence, read // 2, are_true // 2) for platform in ("p", "q")]
    flaws = {rule.id: flaw_of(rule.capability, rule.cwe) for rule in PACK.rules.values()}
    return replace(PACK, precision=precision_of(rows, flaws, least_read=read, least_platforms=2))


def test_a_finding_whose_like_was_true_too_seldom_is_low_and_says_so() -> None:
    (found,) = verdicts(*RUNS, match(), pack=pack_read(4))["data-load"]

    assert (found.verdict, found.severity) == (Verdict.FAIL, Severity.LOW)
    assert "to review: on real platforms 4 of 10 such findings of this check were true" in found.detail.en
    assert "by the evidence alone it would be high" in found.detail.en
    assert "10 个发现中有 4 个属实" in found.detail.zh


def test_a_finding_whose_like_was_mostly_true_stays() -> None:
    (found,) = verdicts(*RUNS, match(), pack=pack_read(8))["data-load"]

    assert found.severity is Severity.HIGH
    assert "were true" not in found.detail.en


def test_what_was_read_of_a_way_says_nothing_of_what_the_lines_prove() -> None:
    pack = pack_read(0, shown=Shown.FILES, giver=Giver.CALLER)
    way = (("b.py", 1, "Request"), ("b.py", 3, "read"), ("a.py", 2, "load"))

    (by_lines,) = verdicts(*RUNS, match(), pack=pack)["data-load"]
    (by_way,) = verdicts(*RUNS, match(ground="flow", steps=way, source="Request"), pack=pack)["data-load"]

    assert (by_lines.severity, by_way.severity) == (Severity.HIGH, Severity.LOW)
    assert "b.py:1 Request" in by_way.detail.en
    assert "0 of 10" in by_way.detail.en


def test_of_two_engines_the_way_that_is_shown_is_held_against_its_like() -> None:
    way = (("b.py", 1, "Request"), ("b.py", 3, "read"), ("a.py", 2, "load"))
    by_other = match("bandit-load", ground="flow", steps=way, source="Request")

    (found,) = verdicts(
        *RUNS, match(ground="none"), by_other, pack=pack_read(0, shown=Shown.FILES, giver=Giver.CALLER)
    )["data-load"]

    assert found.severity is Severity.LOW


def test_a_severity_that_a_person_set_stands_whatever_was_read() -> None:
    (found,) = verdicts(*RUNS, match(ground="setting", severity="critical"), pack=pack_read(0))["data-load"]

    assert found.severity is Severity.CRITICAL


def test_a_check_says_what_was_read_of_it() -> None:
    def said(pack: RulePack) -> str:
        return next(check.was_read.en for check in checks(pack) if check.id == "data-load")

    assert said(PACK) == ""
    assert said(pack_read(8)) == "Python, proven by the lines: 8 of 10 true"
    assert said(pack_read(4)) == "Python, proven by the lines: 4 of 10 true, therefore low"
    assert said(pack_read(4, check="bandit-load")) == ""
    way = said(pack_read(8, shown=Shown.FILES, giver=Giver.MODEL))
    assert way == "Python, followed through files from a model: 8 of 10 true"


def test_a_check_of_which_little_was_read_says_what_it_is_held_against() -> None:
    evidence = Evidence(Side.PYTHON, Shown.TEXT)
    rows = [Row("d", "p", "data-load", evidence, 2, 1), Row("d", "q", "bandit-load", evidence, 8, 1)]
    flaws = {rule.id: flaw_of(rule.capability, rule.cwe) for rule in PACK.rules.values()}
    pack = replace(PACK, precision=precision_of(rows, flaws, least_read=10, least_platforms=2))

    (check,) = (each for each in checks(pack) if each.id == "data-load")

    like = "of rare ones of this kind 2 of 10"
    assert check.was_read.en == f"Python, proven by the lines: 1 of 2 true, low by its like ({like})"
    assert "按同类降为低" in check.was_read.zh


def test_a_place_that_is_only_reached_by_what_was_checked_is_a_hint() -> None:
    way = (("b.py", 1, "Request"), ("b.py", 3, "read"), ("a.py", 2, "load"))
    checked = match("bandit-load", ground="none", severity="info", steps=way, source="Request")
    other = match("bandit-load", ground="none", severity="low", steps=(("c.py", 1, "Request"), *way[1:]))

    (found,) = verdicts(*RUNS, match(ground="none"), checked)["data-load"]
    (also,) = verdicts(*RUNS, match(ground="none"), checked, other)["data-load"]
    (proven,) = verdicts(*RUNS, match(), checked)["data-load"]

    assert (found.severity, also.severity, proven.severity) == (Severity.INFO, Severity.LOW, Severity.HIGH)
    assert "something that looks like a check stands on the way" in found.detail.en
    assert "looks like a check" not in proven.detail.en
