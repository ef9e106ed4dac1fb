"""Whatever a rule for code was given, it never says "pass": a search that found nothing proves nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import reasons
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.stages.code.checks import checks
from auditor.stages.code.facts import CodeMatch, RuleRun
from auditor.stages.code.rules import rule_pack

PART = "code=src"
PACK = rule_pack()
CHECKS = checks(PACK)
TARGET = System(name=PART, parts=(Part(kind="code", where="src"),))

_LINES = st.integers(min_value=1, max_value=4)
_FILES = st.sampled_from(["a.py", "b.ts"])


@st.composite
def seen(draw: st.DrawFn) -> tuple[list[Fact], list[Gap]]:
    """Rules that ran over any number of files, places that they matched, and files that nobody read."""
    facts: list[Fact] = []
    gaps: list[Gap] = []
    names = draw(st.lists(st.sampled_from(sorted(PACK.rules)), min_size=1, max_size=6, unique=True))
    for name in names:
        rule = PACK.rules[name]
        count = draw(st.integers(min_value=0, max_value=3))
        facts.append(RuleRun(subject=PART, origin=Origin(part=PART), rule=name, tool=rule.tool, files=count))
        for line in draw(st.sets(_LINES, max_size=2)):
            file = draw(_FILES)
            origin = Origin(part=PART, file=file, line=line, end_line=line, capture="sha256:0", pointer="/matches/0")
            facts.append(
                CodeMatch(
                    subject=file,
                    origin=origin,
                    rule=name,
                    tool=rule.tool,
                    capability=rule.capability,
                    evidence="x",
                    snippet="x",
                )
            )
        if draw(st.booleans()):
            topic = draw(st.sampled_from(["", "python", "typescript", name, rule.tool]))
            gaps.append(
                Gap(
                    stage="code",
                    target=PART,
                    kind=draw(st.sampled_from(["CodeMatch", "RuleRun"])),
                    subject=draw(_FILES),
                    topic=topic,
                    reason=reasons.CANNOT_BE_READ,
                    detail="",
                    remedy=Text("", ""),
                )
            )
    return facts, gaps


@settings(max_examples=60, deadline=None)
@given(seen())
def test_no_rule_ever_says_pass(given: tuple[list[Fact], list[Gap]]) -> None:
    facts, gaps = given

    verdicts = {finding.verdict for finding in judge(CHECKS, Facts(facts, gaps), TARGET)}

    assert Verdict.PASS not in verdicts


def test_every_rule_that_ran_to_its_end_and_matched_nothing_says_so() -> None:
    runs = [
        RuleRun(subject=PART, origin=Origin(part=PART), rule=rule.id, tool=rule.tool, files=1)
        for rule in PACK.rules.values()
    ]

    found = {finding.id: finding.verdict for finding in judge(CHECKS, Facts(runs), TARGET)}

    assert {found[name] for name in PACK.rules} == {Verdict.NOTHING_FOUND}
