from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor import reasons
from auditor.judging import judge
from auditor.model.fact import Fact, Facts
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.kubernetes.checks import checks
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.record import ToolUse
    from auditor.stages.kubernetes.live import Api


class _NoTool:
    def render(self, *_: object, **__: object) -> tuple[bytes, ToolUse]:
        raise AssertionError

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        raise AssertionError(folder)


def _no_api(context: str) -> Api:
    raise AssertionError(context)


def _findings(folder: Path, text: str) -> list[Finding]:
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    target = System(name="t", parts=(Part(kind="kubernetes", where=str(folder)),))
    stage = KubernetesStage(charts=_NoTool(), builds=_NoTool(), apis=_no_api)
    seen = stage.observe(target, Facts())
    return list(judge(checks()[:1], Facts(each for each in seen if isinstance(each, Fact)), target))


def test_a_key_given_twice_is_a_finding_at_its_line(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\nspec:\n  hostPID: true\n  hostPID: false\n"

    (found,) = _findings(tmp_path, text)

    assert (found.verdict, found.subject) == (Verdict.FAIL, "Pod/a/p")
    assert found.location is not None
    assert (found.location.file, found.location.line) == ("p.yaml", 6)
    assert "/spec/hostPID" in found.detail.en


def test_without_such_a_key_there_is_nothing_to_say(tmp_path: Path) -> None:
    (found,) = _findings(tmp_path, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n")

    assert found.verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(("topic", "verdict"), [("", Verdict.NOT_ASSESSED), ("Pod", Verdict.NOT_APPLICABLE)])
def test_what_could_not_be_read_at_all_is_not_assessed_and_one_refused_list_is_no_matter(
    topic: str, verdict: Verdict
) -> None:
    target = System(name="t", parts=(Part(kind="kubernetes", where="context:c"),))
    seen = gap("kubernetes=context:c", KubeObject, reasons.NO_ANSWER, "", say("kubernetes.remedy.access"), topic=topic)

    found = [each for each in judge(checks()[:1], Facts((), [seen]), target) if each.id == "k8s-manifest-keys-unique"]

    assert {each.verdict for each in found} == {verdict}
