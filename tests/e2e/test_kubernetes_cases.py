"""Small inputs with a known answer: one control of the catalogue each, through the observer and the real OPA.

A case of ``tests/data/kubernetes_cases`` names a control, what is given, and the verdict: the worst one of its target
(product.md §4: fail, not assessed, pass, not applicable). It gives any of:

- ``flags``: command lines by program, put into node facts as processes; a text is split as a shell does, a list is
  taken as it is.
- ``files``: content of files by path; ``roles``: entries of files, as node facts have them.
- ``node``: node facts that win over the two above, or a text that is not JSON.
- ``objects``: YAML documents; ``listed: true`` gives them as a snapshot of a whole cluster instead.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from auditor.content import policies
from auditor.formats import documents, snapshot
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.kubernetes import live
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.stages.policy.checks import checks
from auditor.stages.policy.facts import PolicyResult
from auditor.stages.policy.metadata import built_in
from auditor.stages.policy.observe import PolicyStage
from auditor.tools.helm import Helm
from auditor.tools.kube import KubeApi
from auditor.tools.kustomize import Kustomize
from auditor.tools.opa import Opa
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Check

pytestmark = pytest.mark.tool("opa")
FOLDER: Final = Path(__file__).parents[1] / "data" / "kubernetes_cases"
CASES: Final = [
    {**case, "file": path.stem}
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
]
ORDER: Final = ("fail", "not_assessed", "pass", "not_applicable")
_CLUSTER_SCOPED: Final = frozenset(
    {"Namespace", "Node", "ClusterRole", "ClusterRoleBinding", "PersistentVolume", "CertificateSigningRequest"}
    | {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"}
    | {"ClusterPolicy", "GlobalNetworkPolicy", "CiliumClusterwideNetworkPolicy", "ConstraintTemplate"}
)


@pytest.fixture(scope="module")
def stages() -> Iterator[tuple[KubernetesStage, PolicyStage]]:
    programs = Programs.here()
    seeing = KubernetesStage(
        charts=Helm(lambda: programs.find("helm")), builds=Kustomize(lambda: programs.find("kustomize")), apis=KubeApi
    )
    deciding = PolicyStage(engine=Opa(programs=programs, policies=policies()), policies=built_in)
    yield seeing, deciding
    deciding.close()


@cache
def _checks() -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = defaultdict(list)
    for check in checks(built_in()):
        for control in (*check.controls.get("cis-kubernetes", ()), check.id):
            found[control].append(check)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['control']} {case['claim']}")
def test_a_case_is_judged_as_the_catalogue_has_it(
    case: dict[str, Any], stages: tuple[KubernetesStage, PolicyStage], tmp_path: Path
) -> None:
    parts = _parts(case, tmp_path)

    verdicts = _verdicts(str(case["control"]), parts, stages)

    worst = next((each for each in ORDER if each in verdicts.values()), None)
    assert worst == case["expect"], verdicts


def _verdicts(
    control: str, parts: tuple[Part, ...], stages: tuple[KubernetesStage, PolicyStage]
) -> dict[tuple[str, str], str]:
    target = System(name="case", parts=parts)
    found = judge(_checks()[control], _observed(target, stages), target)
    asked = {check.id for check in _checks()[control]}
    # a failure may say that it is about some of its check's controls only
    return {
        (each.id, each.subject): each.verdict.value
        for each in found
        if each.id in asked
        and not (each.verdict is Verdict.FAIL and control not in {each.id, *each.controls.get("cis-kubernetes", ())})
    }


def _observed(target: System, stages: tuple[KubernetesStage, PolicyStage]) -> Facts:
    seeing, deciding = stages
    seen = list(seeing.observe(target, Facts()))
    facts = [each for each in seen if isinstance(each, Fact)]
    gaps = [each for each in seen if isinstance(each, Gap)]
    said = list(deciding.observe(target, Facts(facts, gaps)))
    facts += [each for each in said if isinstance(each, Fact)]
    gaps += [each for each in said if isinstance(each, Gap)]
    return Facts(facts, gaps)


_OF_SERVER: Final = [f"1.2.{number}" for number in range(1, 31)] + ["3.2.1", "3.2.2"]
_OF_CONTROLLERS: Final = [f"1.3.{number}" for number in range(1, 8)]


@pytest.mark.parametrize(
    ("program", "control"),
    [("kube-apiserver", each) for each in _OF_SERVER] + [("kube-controller-manager", each) for each in _OF_CONTROLLERS],
)
def test_flags_in_a_file_that_was_not_collected_are_no_answer(
    program: str, control: str, stages: tuple[KubernetesStage, PolicyStage], tmp_path: Path
) -> None:
    parts = _parts({"flags": {program: "--openshift-config=/o.yaml"}}, tmp_path)

    assert set(_verdicts(control, parts, stages).values()) == {"not_assessed"}


# Two words of plain English in a row. Names of flags, fields and objects have capitals, dashes, dots or slashes, or
# stand alone between marks: two words without any of these are part of a sentence.
_PROSE: Final = re.compile(r"(?<![-/.:=\w])[a-z]{3,} [a-z]{3,}(?![-/.:=\w])")
# Names in lower case with a blank inside: what an audit policy is asked about, a verb and a resource of the API
# ("get secrets: None"); a container after its type ("init setup"); a value after its field ("privileged true").
_NAMES: Final = re.compile(
    r"\b(get|list|create|update|patch|delete) [a-z]+(/[a-z]+)?: (None|Metadata|Request\w*)"
    r"|\b(container|init|ephemeral) [\w-]+|\b(true|false)\b"
)


def test_what_a_check_says_in_chinese_is_no_english(
    stages: tuple[KubernetesStage, PolicyStage], tmp_path: Path
) -> None:
    said: dict[str, set[str]] = {policy.id: {policy.expected.zh} for policy in built_in()}
    heard = set()

    for number, case in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        for result in _observed(System(name="case", parts=_parts(case, folder)), stages).of(PolicyResult):
            heard.add(result.check)
            said[result.check] |= {result.expected.zh, result.actual.zh, result.detail.zh}

    english = sorted(text for texts in said.values() for text in texts if _PROSE.search(_NAMES.sub("", text)))
    assert heard == said.keys()
    assert english == []


def _parts(case: dict[str, Any], folder: Path) -> tuple[Part, ...]:
    parts = []
    if case.keys() & {"node", "flags", "files", "roles"}:
        path = folder / "node.json"
        path.write_text(_node(case), encoding="utf-8")
        parts.append(Part(kind="node", where=str(path)))
    if "objects" in case:
        is_listed = case.get("listed", False)
        path = folder / ("cluster.snapshot" if is_listed else "objects.yaml")
        text = str(case["objects"])
        path.write_bytes(_listing(text) if is_listed else text.encode())
        parts.append(Part(kind="kubernetes", where=str(path), options=case.get("options", {})))
    return tuple(parts)


def _node(case: dict[str, Any]) -> str:
    given = case.get("node", {})
    if isinstance(given, str):
        return given
    facts: dict[str, Any] = {"schema": "node-facts/1", "node": "n1"}
    if "flags" in case:
        facts["processes"] = [
            {"name": name, "args": words if isinstance(words, list) else [name, *shlex.split(words or "")]}
            for name, words in case["flags"].items()
        ]
    if "files" in case or "roles" in case:
        written = [{"path": path, "content": text} for path, text in case.get("files", {}).items()]
        facts["files"] = written + case.get("roles", [])
    return json.dumps(facts | given)


def _listing(text: str) -> bytes:
    """Return a snapshot of a cluster that holds these objects and no others."""
    listed = []
    for number, document in enumerate(documents.read(text.encode())):
        assert isinstance(document, documents.Document)
        manifest = document.value
        if isinstance(manifest, dict):
            is_namespaced = str(manifest["kind"]) not in _CLUSTER_SCOPED
            listed.append(snapshot.Listed(manifest=manifest, path=f"/objects/{number}", is_namespaced=is_namespaced))
    return snapshot.packed(
        snapshot.ClusterReading(
            version="v1.34.2",
            kinds_listed=("Secret", *(kind for kinds in live.READ.values() for kind in kinds)),
            objects=tuple(listed),
            refusals=(),
            kubelets={},
        )
    )
