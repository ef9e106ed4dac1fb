"""A record with two frameworks, every kind of outcome, and a framework to show it by."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.model.clause import Clause, HighRisk
from auditor.model.control import Assessment, Control, Framework, Outcome
from auditor.model.decision import Answered
from auditor.model.finding import Verdict
from auditor.model.record import Ratio, Record
from auditor.model.system import Part, System
from auditor.model.text import Text
from tests.unit.report.records import example

FRAMEWORK = Framework(
    id="gbt22239-2019-l3",
    version="2019",
    title=Text("GB/T 22239-2019 level 3", "GB/T 22239-2019 第三级"),
    sections={"8.1.4": Text("Computing environment", "安全计算环境"), "8.1.9": Text("Building", "安全建设管理")},
    controls=(
        Control(
            id="8.1.4.4.d",
            section="8.1.4",
            title=Text("Input is checked", "校验输入数据"),
            assessment=Assessment.PARTIAL,
            checks=("os-shell-not-used",),
            clause=Clause(
                point=Text("Intrusion prevention", "入侵防范"),
                modality="shall",
                confidence="high",
                verification="looked_up",
                number="8.1.4.4 d)",
                human_evidence=("interview",),
                high_risk=(HighRisk(source="guideline_2025", item="6.3.1", title="=HYPERLINK(1)"),),
            ),
        ),
        Control(
            id="8.1.9.1.a",
            section="8.1.9",
            title=Text("Rooms are guarded", "机房有人值守"),
            assessment=Assessment.MANUAL,
            clause=Clause(
                point=Text("Physical", "物理访问控制"),
                modality="shall",
                confidence="high",
                verification="looked_up",
                human_evidence=("record", "interview"),
            ),
        ),
        Control(
            id="8.1.9.2.a",
            section="8.1.9",
            title=Text("Nobody spoke of this", "无人提及"),
            assessment=Assessment.AUTOMATED,
        ),
    ),
)
ANSWER = Answered(
    verdict="pass",
    who="Li Wei",
    when="2026-11-01",
    until="2027-11-01",
    evidence=(("scans/room.pdf", "sha256:" + "1" * 64),),
    reason="见门禁记录",
)


def with_clauses(*, is_answered: bool = False, record: Record | None = None) -> Record:
    """Return the example with outcomes of all clauses on two systems."""
    base = record or example()
    failing = tuple(dict.fromkeys(f.fingerprint for f in base.findings if f.verdict is Verdict.FAIL))
    passing = tuple(dict.fromkeys(f.fingerprint for f in base.findings if f.verdict is Verdict.PASS))
    loan = System(name="loan", parts=(Part(kind="code", where="src/"),))
    other = System(name="other", parts=(Part(kind="code", where="src/", named="code=src/"),))

    def outcome(control: str, target: str, **values: object) -> Outcome:
        given: dict[str, object] = {
            "framework": FRAMEWORK.id,
            "control": control,
            "target": target,
            "open": False,
            "findings": (),
            "reason": Text("reason", "原因"),
            **values,
        }
        return Outcome(**given)  # type: ignore[arg-type]

    answered = {"answer": ANSWER, "conformity": "conforms", "standing": "pass"} if is_answered else {}
    return replace(
        base,
        systems=(loan, other),
        outcomes=(
            outcome("8.1.4.4.d", "loan", standing="fail", findings=failing, conformity="does_not", high_risk=True),
            outcome("8.1.4.4.d", "other", standing="pass", findings=passing, conformity="conforms"),
            outcome("8.1.9.1.a", "loan", **{"standing": "manual", "open": True, **answered}),
            outcome("8.1.9.1.a", "other", **{"standing": "manual", "open": True, **answered}),
            outcome("8.1.9.2.a", "loan", standing="not_assessed"),
        ),
        coverage=replace(base.coverage, policy={FRAMEWORK.id: Ratio(part=1, whole=3)}),
    )
