"""Every patch that the demo's chart gets is applied to what was rendered, and judged again by the real OPA."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonpatch
import pytest
from msgspec.structs import replace

import auditor.demo
from auditor.content import policies
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.stages.policy.checks import checks
from auditor.stages.policy.metadata import built_in
from auditor.stages.policy.observe import PolicyStage
from auditor.tools.helm import Helm
from auditor.tools.kube import KubeApi
from auditor.tools.kustomize import Kustomize
from auditor.tools.opa import Opa
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.model.finding import Finding

pytestmark = [pytest.mark.tool("opa"), pytest.mark.tool("helm")]
CHART: Final = Path(auditor.demo.__file__).parent / "platform" / "deploy" / "chart"
TARGET: Final = System(name="chart", parts=(Part(kind="kubernetes", where=str(CHART)),))


@pytest.fixture(scope="module")
def deciding() -> Iterator[PolicyStage]:
    stage = PolicyStage(engine=Opa(programs=Programs.here(), policies=policies()), policies=built_in)
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def observed() -> tuple[list[Fact], list[Gap]]:
    programs = Programs.here()
    seeing = KubernetesStage(
        charts=Helm(lambda: programs.find("helm")), builds=Kustomize(lambda: programs.find("kustomize")), apis=KubeApi
    )
    seen = list(seeing.observe(TARGET, Facts()))
    return [each for each in seen if isinstance(each, Fact)], [each for each in seen if isinstance(each, Gap)]


def test_each_patch_of_the_chart_makes_its_finding_pass(
    deciding: PolicyStage, observed: tuple[list[Fact], list[Gap]]
) -> None:
    facts, gaps = observed
    patched = [each for each in _findings(deciding, facts, gaps) if each.patch.startswith("[")]

    left = {(each.id, each.subject): _after(each, deciding, facts, gaps) for each in patched}

    assert len(left) > 30
    assert {key: verdict for key, verdict in left.items() if verdict != Verdict.PASS} == {}


def test_all_patches_together_leave_nothing_that_a_patch_would_mend(
    deciding: PolicyStage, observed: tuple[list[Fact], list[Gap]]
) -> None:
    facts, gaps = observed
    for _ in range(3):  # patches of one place, taken together, may leave something for the next look
        patched = [each for each in _findings(deciding, facts, gaps) if each.patch.startswith("[")]
        facts = _mended(facts, patched)

    assert [(each.id, each.subject) for each in patched] == []


def test_each_failure_stands_at_a_line_of_a_template(
    deciding: PolicyStage, observed: tuple[list[Fact], list[Gap]]
) -> None:
    failures = [each for each in _findings(deciding, *observed) if each.verdict is Verdict.FAIL]

    for each in failures:
        assert each.location is not None, each.id
        lines = (CHART / each.location.file).read_text("utf-8").splitlines()
        assert each.location.file.startswith("templates/"), each
        assert each.location.line in range(1, len(lines) + 1), each


def _findings(deciding: PolicyStage, facts: Sequence[Fact], gaps: Sequence[Gap]) -> list[Finding]:
    said = list(deciding.observe(TARGET, Facts(facts, gaps)))
    all_facts = [*facts, *(each for each in said if isinstance(each, Fact))]
    return list(judge(checks(built_in()), Facts(all_facts, [*gaps, *(g for g in said if isinstance(g, Gap))]), TARGET))


def _after(finding: Finding, deciding: PolicyStage, facts: Sequence[Fact], gaps: Sequence[Gap]) -> Verdict:
    """Return the verdict of a finding's own subject once its patch is applied."""
    again = _findings(deciding, _mended(facts, [finding]), gaps)
    (found,) = {each.verdict for each in again if (each.id, each.subject) == (finding.id, finding.subject)}
    return found


def _mended(facts: Sequence[Fact], findings: Sequence[Finding]) -> list[Fact]:
    objects = {each.subject: each for each in facts if isinstance(each, KubeObject)}
    for each in findings:
        before = objects.get(each.subject) or _account(each.subject)
        given: Any = copy.deepcopy(dict(before.manifest))
        manifest = jsonpatch.apply_patch(given, json.loads(each.patch))
        objects[each.subject] = replace(before, manifest=manifest)
    return [*objects.values(), *(each for each in facts if not isinstance(each, KubeObject))]


def _account(subject: str) -> KubeObject:
    """Return what a cluster makes by itself: no chart holds the service account that every namespace has."""
    kind, namespace, name = subject.split("/")
    assert (kind, name) == ("ServiceAccount", "default")
    return KubeObject(
        subject=subject,
        origin=Origin(part=TARGET.parts[0].argument),
        api_version="v1",
        kind=kind,
        namespace=namespace,
        name=name,
        manifest={"metadata": {"name": name, "namespace": namespace}},
    )
