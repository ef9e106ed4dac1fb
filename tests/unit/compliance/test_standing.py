"""What a control comes to over all targets."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor import reasons
from auditor.compliance.standing import folded, out_of_reach, tallies
from auditor.model.control import Conformity, Outcome
from auditor.model.fact import GapClass
from auditor.model.finding import Finding, Unseen, Verdict
from auditor.model.record import Tally
from tests.unit.report.records import object_finding

NODE = object_finding("k8s-etcd", Verdict.NOT_ASSESSED)


def outcome(conformity: Conformity, standing: str, *findings: str, target: str = "a") -> Outcome:
    return Outcome(
        framework="cis",
        control="1.1",
        target=target,
        standing=standing,  # type: ignore[arg-type]
        open=False,
        findings=findings,
        reason=NODE.title,
        conformity=conformity,
    )


PASS = outcome("conforms", "pass", "p")
FAIL = outcome("does_not", "fail", "f")
OPEN = outcome("not_assessed", "pass", "p")
LOST = outcome("not_assessed", "not_assessed", "lost")
BEYOND = outcome("not_assessed", "not_assessed", "beyond")
NO_CHECK = outcome("not_assessed", "not_assessed")
NONE_HERE = outcome("not_applicable", "not_applicable", "n")
PERSON = outcome("not_assessed", "manual")


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([PASS], "conforms"),
        ([FAIL], "does_not"),
        ([FAIL, PASS], "partly"),
        ([FAIL, OPEN], "partly"),
        ([FAIL, LOST], "does_not"),
        ([outcome("partly", "fail", "f")], "partly"),
        ([PASS, BEYOND, NO_CHECK], "conforms"),
        ([PASS, LOST], "not_assessed"),
        ([PASS, OPEN], "not_assessed"),
        ([PASS, PERSON], "not_assessed"),
        ([NONE_HERE, BEYOND], "not_applicable"),
        ([NONE_HERE, PASS], "conforms"),
        ([BEYOND, NO_CHECK], "not_assessed"),
        ([NO_CHECK], "not_assessed"),
    ],
)
def test_targets_are_folded_and_silence_is_never_a_pass(outcomes: list[Outcome], verdict: Conformity) -> None:
    assert folded(outcomes, frozenset({"beyond"})) == verdict


def lost(fingerprint: str, gap_class: GapClass) -> Finding:
    return replace(
        NODE,
        fingerprint=fingerprint * 32,
        gap=Unseen(index=0, reason=reasons.Reason("x"), subject="", gap_class=gap_class),
    )


def test_only_what_no_target_can_show_is_out_of_reach() -> None:
    found = [lost("a", GapClass.OUT_OF_REACH), lost("b", GapClass.OUT_OF_REACH), lost("b", GapClass.LOST)]

    assert out_of_reach(found) == {"a" * 32}


def test_every_control_is_counted_once() -> None:
    other = replace(FAIL, control="1.2")

    assert tallies([PASS, NO_CHECK, other, replace(PASS, control="1.2")], []) == {
        "cis": Tally(conforms=1, partly=1, does_not=0, not_applicable=0, not_assessed=0)
    }
