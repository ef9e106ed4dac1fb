"""The stage with the real OPA: facts in, verdicts out; and what goes wrong costs only what it must."""

from __future__ import annotations

import json
import random
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonpatch
import orjson
import pytest
import yaml
from jsonschema import Draft7Validator
from msgspec import structs

from auditor import reasons
from auditor.content import policies
from auditor.judging import Judged, judge
from auditor.messages import say
from auditor.model.artefact import Capture
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.finding import Finding, Verdict
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, KubeObject, NodeFile, Setting
from auditor.stages.kubernetes.questions import view
from auditor.stages.kubernetes.questions.view import ClusterQuestions
from auditor.stages.policy.answers import Answers
from auditor.stages.policy.checks import checks
from auditor.stages.policy.domain import Question
from auditor.stages.policy.facts import PolicyResult
from auditor.stages.policy.metadata import built_in, from_folder, sources
from auditor.stages.policy.observe import PolicyStage, UserFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.model.text import Text
    from auditor.tools.opa import Opa

    Make = Callable[..., PolicyStage]

pytestmark = pytest.mark.tool("opa")
PART = Part(kind="kubernetes", where="deploy/")
TARGET = System(name="kubernetes=deploy/", parts=(PART,))
HERE = Origin(part="kubernetes=deploy/", file="deploy/all.yaml", line=1)

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: r/web:1
          securityContext: {privileged: true}
"""
NAMESPACE = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
"""


def thing(text: str, lines: dict[str, int] | None = None) -> KubeObject:
    manifest = yaml.safe_load(text)
    meta = manifest["metadata"]
    names = (manifest["kind"], meta.get("namespace", ""), meta["name"])
    return KubeObject(
        subject="/".join(filter(None, names)),
        origin=HERE,
        api_version=manifest["apiVersion"],
        kind=names[0],
        namespace=names[1],
        name=names[2],
        manifest=manifest,
        lines=lines or {},
    )


def server(**flags: str) -> KubeComponent:
    return KubeComponent(
        subject="kube-apiserver@n1",
        origin=structs.replace(HERE, file="node.json", pointer="/processes/0"),
        component="kube-apiserver",
        node="n1",
        seen_in="process",
        flags={
            name.replace("_", "-"): (Setting(value=value, source="flag", pointer=f"argv[{index}]"),)
            for index, (name, value) in enumerate(flags.items(), 1)
        },
    )


def cluster(*, is_complete: bool = True, is_managed: bool = False) -> KubeCluster:
    return KubeCluster(
        subject="cluster",
        origin=HERE,
        version="1.34.2",
        distribution="",
        is_managed=is_managed,
        is_complete=is_complete,
        kinds_listed=(),
    )


@pytest.fixture(scope="module")
def stage(opa: Opa) -> Iterator[PolicyStage]:
    stage = PolicyStage(engine=opa, policies=built_in)
    yield stage
    stage.close()


def judged(stage: PolicyStage, *facts: Fact, gaps: tuple[Gap, ...] = ()) -> dict[tuple[str, str], Finding]:
    return {(finding.id, finding.subject): finding for finding in judgement(stage, *facts, gaps=gaps)}


def judgement(stage: PolicyStage, *facts: Fact, gaps: tuple[Gap, ...] = ()) -> Judged:
    seen = list(stage.observe(TARGET, Facts(facts, gaps)))
    results = [item for item in seen if isinstance(item, Fact)]
    found = [item for item in seen if isinstance(item, Gap)]
    users = stage.users().policies
    return judge(checks((*built_in(), *users)), Facts([*facts, *results], [*gaps, *found]), TARGET)


def test_a_privileged_pod_fails_at_its_line_with_a_patch_that_mends_it(stage: PolicyStage) -> None:
    lines = {"/spec/template/spec/containers/0/securityContext": 12}

    found = judged(stage, thing(DEPLOYMENT, lines), thing(NAMESPACE), cluster())

    finding = found["k8s-pod-privileged-absent", "Deployment/shop/web"]
    assert finding.verdict is Verdict.FAIL
    assert finding.actual.en == "container app: privileged true"
    assert finding.location
    assert (finding.location.file, finding.location.line) == ("deploy/all.yaml", 12)
    mended = patched(yaml.safe_load(DEPLOYMENT), json.loads(finding.patch))
    again = judged(stage, thing(yaml.safe_dump(mended)), thing(NAMESPACE), cluster())
    assert again["k8s-pod-privileged-absent", "Deployment/shop/web"].verdict is Verdict.PASS
    assert again["k8s-pod-privileged-absent", "Namespace/shop"].verdict is Verdict.PASS


def test_what_the_security_context_says_already_is_a_part_of_it(stage: PolicyStage) -> None:
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}}
    lacking = {**bare, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    hook = {**lacking, "metadata": {"name": "t", "namespace": "shop", "annotations": {"helm.sh/hook": "test"}}}

    found = judged(stage, thing(yaml.safe_dump(lacking)), thing(yaml.safe_dump(hook)), thing(NAMESPACE), cluster())

    head, parts = "k8s-pod-security-context", ("k8s-pod-non-root", "k8s-pod-seccomp-runtime-default")
    for subject, apart in (("Pod/shop/p", ""), ("Pod/shop/t", "hook")):
        assert (found[head, subject].part_of, found[head, subject].apart) == ("", apart)
        assert {(found[each, subject].part_of, found[each, subject].apart) for each in parts} == {(head, apart)}
    assert found["k8s-pod-image-digest", "Pod/shop/p"].part_of == ""


BOUND = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: elsewhere}
subjects: [{kind: User, name: jane}]
"""


def test_a_role_that_was_not_seen_is_one_gap_for_all_checks_of_roles(stage: PolicyStage) -> None:
    said = judgement(stage, thing(BOUND), cluster(is_complete=False))

    about = [each for each in said if each.subject == "RoleBinding/shop/b" and each.verdict is Verdict.NOT_ASSESSED]
    assert len(about) >= 8
    numbers = [each.gap.index for each in about if each.gap]
    assert len(set(numbers)) == 1
    assert said.gaps[numbers[0]].topic == "roles"
    passed = [e.id for e in said if e.subject == "RoleBinding/shop/b" and e.verdict is Verdict.PASS]
    assert set(passed) == {"k8s-rbac-cluster-admin-limited", "k8s-rbac-subject-exists"}


def node() -> KubeNode:
    return KubeNode(subject="n1", origin=HERE, runs=None, cni=None, distribution="", collected_at="")


def file(path: str, role: str, mode: int | None = None) -> NodeFile:
    return NodeFile(
        subject=f"{path}@n1", origin=HERE, node="n1", path=path, role=role, mode=mode, uid=0, gid=0, owner="", group=""
    )


@pytest.mark.parametrize(
    ("role", "ids"), [("kubelet_config", "k8s-kubelet-config"), ("etcd_manifest", "k8s-etcd-manifest")]
)
def test_a_file_that_was_not_collected_is_one_gap_for_its_mode_and_its_owner(
    stage: PolicyStage, role: str, ids: str
) -> None:
    said = judgement(stage, node(), file("/etc/other", "cni_config", 0o600), cluster(is_complete=False))

    about = {each.id: each for each in said if each.subject == f"{role}@n1"}
    assert {name: each.verdict for name, each in about.items()} == {
        f"{ids}-mode": Verdict.NOT_ASSESSED,
        f"{ids}-owner": Verdict.NOT_ASSESSED,
    }
    assert len({each.gap.index for each in about.values() if each.gap}) == 1


def test_a_mode_that_was_not_collected_costs_the_owner_nothing(stage: PolicyStage) -> None:
    found = judged(stage, node(), file("/k", "kubelet_config"), cluster(is_complete=False))

    assert found["k8s-kubelet-config-mode", "/k@n1"].verdict is Verdict.NOT_ASSESSED
    assert found["k8s-kubelet-config-owner", "/k@n1"].verdict is Verdict.PASS


def test_an_account_that_was_not_seen_is_one_gap_for_all_of_its_pods(stage: PolicyStage) -> None:
    pods = [thing(DEPLOYMENT.replace("web, namespace", f"{name}, namespace")) for name in ("web", "api", "jobs")]
    other = thing(
        DEPLOYMENT.replace("spec:\n      containers", "spec:\n      serviceAccountName: bot\n      containers")
    )

    said = judgement(stage, *pods[1:], other, cluster(is_complete=False))

    about = [each.subject for each in said if each.id == "k8s-service-account-token-needed"]
    assert sorted(about) == ["ServiceAccount/shop/bot", "ServiceAccount/shop/default"]


def patched(manifest: Any, patch: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - JSON
    """Apply a JSON patch (RFC 6902): first the tests of names that aim it, then what it adds."""
    assert [each["op"] for each in patch] == sorted((each["op"] for each in patch), reverse=True)
    assert {each["op"] for each in patch} == {"test", "add"}
    return jsonpatch.apply_patch(manifest, patch)


@pytest.mark.parametrize(
    "check",
    [
        "k8s-pod-privileged-absent",
        "k8s-pod-privilege-escalation-off",
        "k8s-pod-non-root",
        "k8s-pod-net-raw-dropped",
        "k8s-pod-capabilities-dropped",
        "k8s-pod-seccomp-runtime-default",
        "k8s-pod-security-context",
    ],
)
def test_each_patch_makes_its_finding_pass(stage: PolicyStage, check: str) -> None:
    finding = judged(stage, thing(DEPLOYMENT), cluster())[check, "Deployment/shop/web"]
    manifest = yaml.safe_load(DEPLOYMENT)
    if check == "k8s-pod-seccomp-runtime-default":  # privileged containers are never confined
        del manifest["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"]

    mended = thing(yaml.safe_dump(patched(manifest, json.loads(finding.patch))))

    assert finding.verdict is Verdict.FAIL
    assert judged(stage, mended, cluster())[check, "Deployment/shop/web"].verdict is Verdict.PASS


def test_a_flag_is_traced_to_the_word_that_set_it(stage: PolicyStage) -> None:
    found = judged(stage, server(anonymous_auth="true", profiling="false"), cluster())

    finding = found["k8s-apiserver-anonymous-auth", "kube-apiserver@n1"]
    assert (finding.verdict, finding.actual.en) == (Verdict.FAIL, "--anonymous-auth=true")
    assert finding.origins[0].pointer == "argv[1]"
    assert found["k8s-apiserver-profiling-off", "kube-apiserver@n1"].verdict is Verdict.PASS


def test_with_only_manifests_what_needs_nodes_is_not_assessed(stage: PolicyStage) -> None:
    judged = judgement(stage, thing(DEPLOYMENT), cluster(is_complete=False))

    by_check: dict[str, set[Verdict]] = {}
    for finding in judged:
        by_check.setdefault(finding.id, set()).add(finding.verdict)
    for policy in built_in():
        number = policy.controls["cis-kubernetes"][0] if "cis-kubernetes" in policy.controls else ""
        if number[:2] in {"1.", "2.", "3.", "4."}:
            assert by_check[policy.id] == {Verdict.NOT_ASSESSED}, policy.id
    (unseen,) = [finding.gap for finding in judged if finding.id == "k8s-apiserver-anonymous-auth"]
    assert unseen
    assert "auditor collect node" in judged.gaps[unseen.index].remedy.en


def test_of_nothing_nothing_passes(stage: PolicyStage) -> None:
    found = judged(stage, cluster(is_complete=False))

    assert {finding.verdict for finding in found.values()} <= {Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE}
    # what namespaces refuse does not apply where none was seen: the checks of pods keep these controls open
    levels = {"k8s-namespace-baseline-enforced", "k8s-namespace-restricted-enforced"}
    cis = {policy.id for policy in built_in() if "cis-kubernetes" in policy.controls} - levels
    assert all(f.verdict is Verdict.NOT_ASSESSED for (check, _), f in found.items() if check in cis)


def test_a_gap_of_the_observer_costs_the_pass_and_not_the_failure(stage: PolicyStage) -> None:
    secret = Gap(
        stage="kubernetes",
        target=PART.argument,
        kind="KubeObject",
        subject="",
        topic="Deployment",
        reason=reasons.NO_PERMISSION,
        detail="list deployments",
        remedy=cluster_remedy(),
    )
    good = yaml.safe_load(DEPLOYMENT)
    good["metadata"]["name"] = "good"
    good["spec"]["template"]["spec"]["containers"][0]["securityContext"] = {"privileged": False}

    found = judged(stage, thing(DEPLOYMENT), thing(yaml.safe_dump(good)), cluster(), gaps=(secret,))

    assert found["k8s-pod-privileged-absent", "Deployment/shop/web"].verdict is Verdict.FAIL
    assert found["k8s-pod-privileged-absent", "Deployment/shop/good"].verdict is Verdict.NOT_ASSESSED


def cluster_remedy() -> Text:
    return say("pipeline.remedy.collect_cluster")


def test_what_a_provider_runs_is_not_applicable_and_never_passes(stage: PolicyStage) -> None:
    found = judged(stage, thing(DEPLOYMENT), cluster(is_managed=True))

    finding = found["k8s-etcd-client-cert-auth", "cluster"]
    assert finding.verdict is Verdict.NOT_APPLICABLE
    assert "云服务商" in finding.detail.zh
    assert found["k8s-kubelet-anonymous-auth", PART.argument].verdict is Verdict.NOT_ASSESSED


def owned(name: str, kind: str, owner: str) -> dict[str, object]:
    return {"name": name, "namespace": "shop", "ownerReferences": [{"kind": kind, "name": owner}]}


def test_a_workload_and_its_pods_count_once_with_containers_added_later(stage: PolicyStage) -> None:
    replica_set = yaml.safe_load(DEPLOYMENT) | {"kind": "ReplicaSet"}
    replica_set["metadata"] = {
        "name": "web-1",
        "namespace": "shop",
        "ownerReferences": [{"kind": "Deployment", "name": "web"}],
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web-1-x",
            "namespace": "shop",
            "ownerReferences": [{"kind": "ReplicaSet", "name": "web-1"}],
        },
        "spec": {
            "containers": [{"name": "app"}],
            "ephemeralContainers": [{"name": "debug", "securityContext": {"privileged": True}}],
        },
    }
    harmless = yaml.safe_load(DEPLOYMENT)
    del harmless["spec"]["template"]["spec"]["containers"][0]["securityContext"]

    found = judged(stage, *(thing(yaml.safe_dump(each)) for each in (harmless, replica_set, pod)), cluster())

    finding = found["k8s-pod-privileged-absent", "Deployment/shop/web"]
    assert finding.verdict is Verdict.FAIL
    assert finding.actual.en == "ephemeral container debug: privileged true"
    assert ("k8s-pod-privileged-absent", "Pod/shop/web-1-x") not in found


def test_a_workload_without_containers_is_not_assessed(stage: PolicyStage) -> None:
    empty = yaml.safe_load(DEPLOYMENT)
    empty["spec"]["template"]["spec"] = {}

    found = judged(stage, thing(yaml.safe_dump(empty)), cluster())

    finding = found["k8s-pod-privileged-absent", "Deployment/shop/web"]
    assert finding.verdict is Verdict.NOT_ASSESSED
    assert finding.gap
    assert finding.gap.reason == "malformed"


def test_what_is_asked_fits_the_schema() -> None:
    schema = json.loads((policies() / "schemas" / "kubernetes.json").read_text(encoding="utf-8"))
    file = NodeFile(subject="/x@n1", origin=HERE, node="n1", path="/x", role="pki_key", mode=0o600, uid=0, gid=0)
    node = KubeNode(subject="n1", origin=HERE, runs=("kubelet",), distribution="kubeadm", cni=None, collected_at="")
    facts = Facts([thing(DEPLOYMENT), thing(NAMESPACE), server(profiling="false"), cluster(), file, node])
    view = ClusterQuestions.of(facts)
    answers = Answers(PART, facts, view, {})
    asked = built_in()

    whole = answers.document(Question(tuple(p for p in asked if not p.is_batched), None, 1))
    batch = answers.document(Question(tuple(p for p in asked if p.is_batched), view.system.pods, 1))

    for document in (whole, batch):
        assert list(Draft7Validator(schema).iter_errors(orjson.loads(orjson.dumps(document)))) == []
    assert [pod["subject"] for pod in batch["pods"]] == ["Deployment/shop/web"]
    assert [o["name"] for o in batch["objects"]["Namespace"]] == ["shop"]


RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def some_pod(draw: random.Random, number: int) -> KubeObject:
    """Return a workload with any of the fields that a rule may read, and some that none does."""

    def maybe(**fields: Any) -> dict[str, Any]:  # noqa: ANN401
        return {key: draw.choice(values) for key, values in fields.items() if draw.random() < 0.5}

    def context() -> dict[str, Any]:
        return maybe(
            runAsNonRoot=[True, False, None],
            runAsUser=[0, 1000],
            seccompProfile=[{"type": "RuntimeDefault"}, {"type": "Unconfined"}, {"type": "Localhost"}],
            windowsOptions=[{"hostProcess": True}, {}],
        )

    def container(name: str) -> dict[str, Any]:
        capabilities = [{"drop": ["ALL"]}, {"drop": ["CAP_NET_RAW"], "add": ["SYS_ADMIN"]}, {"add": ["net_raw"]}, None]
        own = context() | maybe(
            privileged=[True, False, None], allowPrivilegeEscalation=[True, False], capabilities=capabilities
        )
        secret = {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
        return {"name": name} | maybe(
            securityContext=[own, RESTRICTED, None],
            image=["r/web:1", "r/vllm-openai:1", "r/nvidia-device-plugin:2", f"r/code-sandbox@sha256:{'0' * 64}"],
            ports=[[{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}], [{"hostPort": 0}]],
            env=[
                [{"name": "A", "value": "x"}, secret],
                [{"name": "VLLM_API_KEY", "value": "x"}],
                [{"name": "A"}],
                None,
            ],
            envFrom=[[{"configMapRef": {"name": "m"}}, {"secretRef": {"name": "s"}}]],
            resources=[{"limits": {"memory": "1Gi", "cpu": 1}}, {"limits": {"cpu": 1}}, None],
            livenessProbe=[{"httpGet": {"port": 80}}],
            readinessProbe=[{"exec": {"command": ["x"]}}],
            command=[["sh"], ["serve", "--api-key", "x"]],
            volumeMounts=[[{"name": "v", "mountPath": "/v"}]],
        )

    volumes = [
        [{"name": "v", "emptyDir": {}}, {"name": "h", "hostPath": {"path": "/var/run/docker.sock"}}],
        [{"name": "h", "hostPath": {"path": "/var/lib/kubelet/device-plugins"}}],
        [{"name": "s", "secret": {"secretName": "s"}}],
        [{"name": "c", "csi": {"driver": "secrets-store.csi.k8s.io"}}],
        [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}],
    ]
    spec = {"containers": [container("app"), container("side")][: draw.choice([1, 2])]} | maybe(
        initContainers=[[container("init")]],
        securityContext=[context()],
        hostPID=[True, False],
        hostIPC=[True],
        hostNetwork=[True, False],
        os=[{"name": "windows"}, {"name": "linux"}],
        nodeSelector=[{"kubernetes.io/os": "windows"}, {"disk": "ssd"}],
        volumes=volumes,
        runtimeClassName=["gvisor", "runc"],
        resources=[{"limits": {"memory": "1Gi"}}],
        serviceAccountName=["a", "b"],
        automountServiceAccountToken=[True, False],
    )
    kind = draw.choice(["Deployment", "Job", "Pod", "DaemonSet", "StatefulSet"])
    metadata = maybe(labels=[{"app": "x"}, {"app": "y"}], annotations=[{"vault.hashicorp.com/agent-inject": "true"}])
    namespace = draw.choice(["shop", "open", "kube-system"])
    return thing(
        yaml.safe_dump(
            {
                "apiVersion": {"Job": "batch/v1", "Pod": "v1"}.get(kind, "apps/v1"),
                "kind": kind,
                "metadata": {"name": draw.choice(["web", "code-interpreter"]) + str(number), "namespace": namespace},
                "spec": spec if kind == "Pod" else {"template": {"metadata": metadata, "spec": spec}},
            }
        )
    )


PEERS = (
    """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: x}, type: NodePort, ports: [{port: 80}]}
""",
    """
apiVersion: v1
kind: Service
metadata: {name: set, namespace: open}
spec: {selector: {statefulset.kubernetes.io/pod-name: web7-0}, ports: [{port: 80}]}
""",
    """
apiVersion: v1
kind: Service
metadata: {name: nobody, namespace: shop}
spec: {selector: {app: z}, ports: [{port: 80}]}
""",
    """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {matchLabels: {app: x}}, policyTypes: [Ingress, Egress]}
""",
    """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
""",
    """
apiVersion: v1
kind: ServiceAccount
metadata: {name: a, namespace: shop}
automountServiceAccountToken: false
""",
    """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets, pods], verbs: [get, create]}]
""",
    """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: default, namespace: open}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: default, namespace: open}, {kind: ServiceAccount, name: gone, namespace: shop}]
""",
    """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: all}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, name: jane}]
""",
    """
apiVersion: v1
kind: Secret
metadata: {name: t, namespace: shop, annotations: {kubernetes.io/service-account.name: a}}
type: kubernetes.io/service-account-token
""",
    """
apiVersion: v1
kind: ConfigMap
metadata: {name: lost, namespace: default}
""",
    """
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: ray, namespace: shop}
spec: {}
""",
)


@pytest.mark.parametrize("is_complete", [True, False])
def test_a_rule_says_of_its_view_what_it_says_of_everything(
    opa: Opa,
    stage: PolicyStage,
    is_complete: bool,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw = random.Random(11)  # noqa: S311 - the same pods in every run
    pods = [some_pod(draw, number) for number in range(400)]
    namespaces = [thing(NAMESPACE), thing(NAMESPACE.replace("shop", "open").replace("restricted", "baseline"))]
    facts = Facts([*pods, *namespaces, *map(thing, PEERS), cluster(is_complete=is_complete)])

    def said(stage: PolicyStage) -> dict[tuple[str, str], tuple[object, ...]]:
        return {
            (r.check if isinstance(r, PolicyResult) else r.topic, r.subject): (
                r.outcome,
                r.expected,
                r.actual,
                r.detail,
                r.patch,
                r.cites,
                r.origin.pointer,
            )
            if isinstance(r, PolicyResult)
            else (r.reason, r.detail, r.remedy)
            for r in stage.observe(TARGET, facts)
            if isinstance(r, PolicyResult | Gap)
        }

    by_view = said(stage)
    monkeypatch.setattr(view, "shown", lambda pods, _view: list(pods))  # every rule over the cluster gets everything
    monkeypatch.setattr(view, "_view_of", lambda _policy: "all")
    monkeypatch.setattr(view, "_names_all", lambda _policy: True)
    wholly = tuple(replace(p, sees="all", is_batched=bool(p.collection)) for p in built_in())
    whole = PolicyStage(engine=opa, policies=lambda: wholly)
    with closing(whole):
        assert by_view == said(whole)
    of_pods = {p.id for p in built_in() if p.collection}
    assert of_pods <= {check for check, _ in by_view}
    over_the_cluster = {p.id for p in built_in() if not p.is_batched and p.sees in {"images", "peers"}}
    assert over_the_cluster <= {check for check, _ in by_view}
    of_networks = ("k8s-network-", "k8s-model-")  # they look at more than pods
    for policy in (p for p in built_in() if p.collection and not p.id.startswith(of_networks)):
        outcomes = {outcome[0] for (check, _), outcome in by_view.items() if check == policy.id}
        assert {"pass", "fail"} <= outcomes, policy.id


def test_a_rule_without_pods_in_its_question_reads_none(opa: Opa) -> None:
    """OPA itself says which rules of the libraries a rule rests on, and which of those read pods or all names."""
    reads = {"pods": set[str](), "names": set[str]()}
    for path in sorted((policies() / "lib").glob("*.rego")):
        if path.name.endswith("_test.rego"):
            continue
        module = json.loads(opa_says(opa, "parse", "--format=json", str(path)))
        package = ".".join(term["value"] for term in module["package"]["path"])
        for rule in module["rules"]:
            name = f"{package}.{rule['head']['ref'][0]['value'] if 'ref' in rule['head'] else rule['head']['name']}"
            for each, found in reads.items():
                if f'{{"type": "var", "value": "input"}}, {{"type": "string", "value": "{each}"}}' in json.dumps(rule):
                    found.add(name)
    assert "data.lib.pods.in_namespace" in reads["pods"]
    for policy in built_in():
        text = (policies() / policy.file).read_text(encoding="utf-8")
        of_pods = view._view_of(policy) != "none"
        assert of_pods or policy.is_batched or "input.pods" not in text, policy.id
        marked = all(word in text for word in ("each.pods_malformed", "each.pods_unseen"))
        assert "input.names" not in text or view._names_all(policy) or marked, policy.id
    without = [p for p in built_in() if not p.is_batched and view._view_of(p) == "none"]
    query = "; ".join(f"x{number} := data.{policy.package}" for number, policy in enumerate(without))
    places = ("--data", str(policies() / "lib"), "--data", str(policies() / "kubernetes"))
    rests_on = json.loads(opa_says(opa, "deps", "--format=json", *places, query))["virtual"]
    used = {".".join(term["value"] for term in each) for each in rests_on}
    assert used & {"data.lib.rbac.bindings", "data.lib.objects.is_complete"}
    assert not used & (reads["pods"] | reads["names"])


def opa_says(opa: Opa, *arguments: str) -> str:
    return subprocess.run([str(opa.program().path), *arguments], check=True, capture_output=True, text=True).stdout


def test_the_server_is_started_once_for_many_targets(stage: PolicyStage) -> None:
    judged(stage, thing(DEPLOYMENT), cluster())
    assert stage._running
    pid = stage._running.server.pid  # type: ignore[attr-defined]

    for _ in range(20):
        judged(stage, thing(DEPLOYMENT), cluster())

    assert stage._running
    assert stage._running.server.pid == pid  # type: ignore[attr-defined]


def test_the_raw_answers_are_kept(stage: PolicyStage) -> None:
    seen = list(stage.observe(TARGET, Facts([thing(DEPLOYMENT), cluster()])))

    captures = {item.digest: item for item in seen if isinstance(item, Capture)}
    results = [item for item in seen if isinstance(item, PolicyResult) and item.outcome == "fail"]
    assert results
    assert {result.answer for result in results} <= captures.keys()
    assert all(capture.tool == "opa 1.19.0" for capture in captures.values())


# -- users' own policies ---------------------------------------------------------------------------------------------

HEAD = """# METADATA
# title: Every workload has a team
# description: Label team.
# scope: package
# custom:
#   id: {id}
#   title_zh: 每个工作负载都有负责团队
#   why: {{en: Somebody must answer for it., zh: 必须有人负责。}}
#   remediation: {{en: Add the label., zh: 添加标签。}}
#   severity: low
#   source: house rule 7
#   controls: {{}}
#   judges: KubeObject
#   needs: ['KubeObject:Deployment']
#   covers: object
package {package}

"""
TEAM = """subject contains pod.subject if some pod in input.pods

compliant contains pod.subject if {
	some pod in input.pods
	pod.labels.team
}
"""
ENDLESS = """subject contains pod.subject if some pod in input.pods

compliant contains pod.subject if {
	some pod in input.pods
	count([x | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x == -y]) > 0
}
"""


@pytest.fixture
def with_users(opa: Opa, tmp_path: Path) -> Iterator[Make]:
    stages = []

    def make(**modules: str) -> PolicyStage:
        for name, text in modules.items():
            (tmp_path / f"{name}.rego").write_text(text, encoding="utf-8")
        users = UserFolder(modules=sources(tmp_path), policies=from_folder(tmp_path))
        stages.append(PolicyStage(engine=opa, policies=built_in, users=lambda: users, user_query_limit_s=1.5))
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()


def test_a_users_rule_gives_the_same_verdicts(with_users: Make) -> None:
    stage = with_users(team=HEAD.format(id="house-team", package="house.team") + TEAM)

    found = judged(stage, thing(DEPLOYMENT), cluster())

    assert found["house-team", "Deployment/shop/web"].verdict is Verdict.FAIL


def test_a_users_syntax_error_costs_that_rule_only(with_users: Make) -> None:
    stage = with_users(
        team=HEAD.format(id="house-team", package="house.team") + TEAM,
        broken=HEAD.format(id="house-broken", package="house.broken") + "subject contains x if [\n",
    )

    all_of_it = judgement(stage, thing(DEPLOYMENT), cluster())

    found = {(finding.id, finding.subject): finding for finding in all_of_it}
    finding = found["house-broken", PART.argument]
    assert finding.verdict is Verdict.NOT_ASSESSED
    assert finding.gap
    assert "broken.rego:" in all_of_it.gaps[finding.gap.index].detail
    assert found["house-team", "Deployment/shop/web"].verdict is Verdict.FAIL


def test_a_broken_module_of_a_user_that_is_no_check_is_a_gap(with_users: Make) -> None:
    stage = with_users(helper="package house.helper\n\nx := [\n")

    all_of_it = judgement(stage, thing(DEPLOYMENT), cluster())

    (gap,) = (each for each in all_of_it.gaps if each.kind == "PolicyModule")
    assert gap.detail.startswith("helper.rego: ")
    assert any(each.verdict is Verdict.FAIL for each in all_of_it)


def test_a_users_endless_rule_costs_that_rule_only(with_users: Make) -> None:
    stage = with_users(
        team=HEAD.format(id="house-team", package="house.team") + TEAM,
        endless=HEAD.format(id="house-endless", package="house.endless") + ENDLESS,
    )

    found = judged(stage, thing(DEPLOYMENT), cluster())

    finding = found["house-endless", PART.argument]
    assert finding.verdict is Verdict.NOT_ASSESSED
    assert finding.gap
    assert finding.gap.reason == "time limit"
    assert found["house-team", "Deployment/shop/web"].verdict is Verdict.FAIL
    assert found["k8s-pod-privileged-absent", "Deployment/shop/web"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("check", "package"),
    [("house-clash", "kubernetes.pod_privileged_absent"), ("house-clash", "lib.pods"), ("k8s-pod-non-root", "house.x")],
)
def test_a_users_package_that_is_taken_is_refused(with_users: Make, check: str, package: str) -> None:
    stage = with_users(clash=HEAD.format(id=check, package=package) + TEAM)

    seen = list(stage.observe(TARGET, Facts([thing(DEPLOYMENT), cluster()])))

    clash = [item for item in seen if isinstance(item, Gap) and item.reason == "package clash"]
    assert [gap.topic for gap in clash] == [check]
    assert "clash.rego" in clash[0].detail
    privileged = [i for i in seen if isinstance(i, PolicyResult) and i.check == "k8s-pod-privileged-absent"]
    assert [result.outcome for result in privileged] == ["fail"]


def test_a_users_rule_that_answers_nothing_is_not_assessed(with_users: Make) -> None:
    stage = with_users(silent=HEAD.format(id="house-silent", package="house.silent") + "other := 1\n")

    finding = judged(stage, thing(DEPLOYMENT), cluster())["house-silent", PART.argument]

    assert finding.verdict is Verdict.NOT_ASSESSED
    assert finding.gap
    assert finding.gap.reason == "rule answers nothing"


def test_a_users_rule_that_contradicts_itself_costs_that_rule_only(with_users: Make) -> None:
    twice = (
        TEAM
        + '\nreason[s] := {"actual": "a"} if some s in subject\n\nreason[s] := {"actual": "b"} if some s in subject\n'
    )
    stage = with_users(
        team=HEAD.format(id="house-team", package="house.team") + TEAM,
        twice=HEAD.format(id="house-twice", package="house.twice") + twice,
    )

    found = judged(stage, thing(DEPLOYMENT), cluster())

    assert found["house-twice", PART.argument].verdict is Verdict.NOT_ASSESSED
    assert found["house-team", "Deployment/shop/web"].verdict is Verdict.FAIL


# -- cost ------------------------------------------------------------------------------------------------------------


def many(number: int) -> Iterator[KubeObject]:
    for index in range(number):
        namespace = f"ns{index % 50}"
        kind = ("Deployment", "Role", "RoleBinding", "ServiceAccount")[index % 4]
        group = {"Deployment": "apps/v1", "ServiceAccount": "v1"}.get(kind, "rbac.authorization.k8s.io/v1")
        bodies: dict[str, dict[str, object]] = {
            "Deployment": {
                "spec": {
                    "template": {
                        "metadata": {"labels": {"app": f"a{index}"}},
                        "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
                    }
                }
            },
            "Role": {"rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]},
            "RoleBinding": {
                "roleRef": {"kind": "Role", "name": f"o{index - 1}"},
                "subjects": [{"kind": "User", "name": "jane"}],
            },
            "ServiceAccount": {},
        }
        yield KubeObject(
            subject=f"{kind}/{namespace}/o{index}",
            origin=HERE,
            api_version=group,
            kind=kind,
            namespace=namespace,
            name=f"o{index}",
            manifest={"metadata": {"name": f"o{index}", "namespace": namespace}, **bodies[kind]},
        )


def test_the_cost_grows_in_step_with_the_objects(stage: PolicyStage) -> None:
    """A rule that walks all objects for each object would take a hundred times as long for ten times as many."""
    seconds = []
    for number in (400, 4000):
        facts = Facts([*many(number), cluster()])
        begin = time.monotonic()
        list(stage.observe(TARGET, facts))
        seconds.append(time.monotonic() - begin)

    assert seconds[1] < 30 * max(seconds[0], 0.1)
