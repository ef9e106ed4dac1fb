"""Each promise about manifests, on products that no public bug report of the samples shows; all programs are real.

| promise | tests here |
| --- | --- |
| a kind that nobody knows is a gap of every check on pods, told once | `test_unknown_kind…`, `test_three_of_a_kind…` |
| a kind without pods, by its definition or our list, is none | `test_kind_without_pods…` |
| containers are judged wherever they are written down | `test_containers_deep…` |
| what GitOps installs from the same repository is seen there | `test_gitops…` |
| files in other languages are named; silent templates, values, switches | `test_language…`, `test_silent…` |
| a template that the chart takes in from beside its templates is no gap | `test_template_that_a_chart_takes_in…` |
| secrets that are written out are told at their line, masked | `test_secret…` |
| a namespace without pods: one failure a level, never critical | `test_namespace_without_pods…` |
| roles in files: low where nobody is bound, advice in a whole cluster | `test_loose_role…` |
| findings stand in files that exist | `test_place…` |
| texts name the field that decided, remedies the switch | `test_text…`, `test_remedy…` |
| charts as fetched are judged as far as they go | `test_chart_without…` |
| malformed is one gap; hooks are apart; overlays repeat nothing | `test_malformed…`, `test_hook…`, `test_overlays…` |
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from auditor.content import policies
from auditor.formats import snapshot
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.finding import Finding, Severity, Verdict
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stages.kubernetes import live
from auditor.stages.kubernetes.checks import checks as of_manifests
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
    from collections.abc import Iterator
    from pathlib import Path

    Stages = tuple[KubernetesStage, PolicyStage]

pytestmark = [pytest.mark.tool("opa"), pytest.mark.tool("helm"), pytest.mark.tool("kustomize")]
PRIVILEGED: Final = "k8s-pod-privileged-absent"


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    programs = Programs.here()
    seeing = KubernetesStage(
        charts=Helm(lambda: programs.find("helm")), builds=Kustomize(lambda: programs.find("kustomize")), apis=KubeApi
    )
    deciding = PolicyStage(engine=Opa(programs=programs, policies=policies()), policies=built_in)
    yield seeing, deciding
    deciding.close()


class Seen:
    """What is found in some files."""

    def __init__(self, folder: Path, texts: dict[str, str], stages: Stages, **options: object) -> None:
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self._judged(System(name="t", parts=(Part(kind="kubernetes", where=str(folder), options=options),)), stages)

    def _judged(self, target: System, stages: Stages) -> None:
        facts: list[Fact] = []
        self.gaps: list[Gap] = []
        self.left: list[Exclusion] = []
        for stage in stages:
            for item in list(stage.observe(target, Facts(facts, self.gaps))):
                if isinstance(item, Fact):
                    facts.append(item)
                elif isinstance(item, Gap):
                    self.gaps.append(item)
                elif isinstance(item, Exclusion):
                    self.left.append(item)
        asked = (*checks(built_in()), *of_manifests())
        self.findings: list[Finding] = list(judge(asked, Facts(facts, self.gaps), target))

    def of(self, check: str, *, verdict: Verdict | None = None) -> dict[str, Finding]:
        return {e.subject: e for e in self.findings if e.id == check and verdict in {None, e.verdict}}

    def failed(self, check: str) -> dict[str, Finding]:
        return self.of(check, verdict=Verdict.FAIL)

    def of_objects(self) -> dict[str, str]:
        return {e.subject: e.reason for e in self.gaps if e.kind == "KubeObject"}

    def why(self) -> str:
        return "\n".join(f"{each.what}: {each.why.en}" for each in self.left)


class Cluster(Seen):
    """The same of a snapshot of a whole cluster."""

    def __init__(self, folder: Path, objects: list[dict[str, Any]], stages: Stages) -> None:
        kinds = ("Secret", *(kind for kinds in live.READ.values() for kind in kinds))
        listed = tuple(
            snapshot.Listed(manifest=each, path=f"/o/{n}", is_namespaced=bool(each["metadata"].get("namespace")))
            for n, each in enumerate(objects)
        )
        data = snapshot.packed(
            snapshot.ClusterReading(version="v1.34.2", kinds_listed=kinds, objects=listed, refusals=(), kubelets={})
        )
        (folder / "c.snapshot").write_bytes(data)
        part = Part(kind="kubernetes", where=str(folder / "c.snapshot"))
        self._judged(System(name="t", parts=(part,)), stages)


def thing(api_version: str, kind: str, spec: dict[str, Any], name: str = "x") -> str:
    metadata = {"name": name, "namespace": "shop"}
    return json.dumps({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec})


GOOD_POD: Final = thing("v1", "Pod", {"containers": [{"name": "c", "image": "r.example/web@sha256:" + "a" * 64}]}, "ok")
UNKNOWN: Final = [
    ("dragonflydb.io/v1alpha1", "Dragonfly", {"replicas": 2}),
    ("k8s.keycloak.org/v2alpha1", "Keycloak", {"instances": 2}),
    ("nvidia.com/v1alpha1", "DynamoGraphDeployment", {"services": {"Frontend": {"replicas": 1}}}),
    ("cockroachlabs.com/v1alpha1", "CrdbCluster", {"nodes": 3}),
    ("source.toolkit.example/v1", "OpenWebUI", {"size": "small"}),
]


# -- foreign kinds


@pytest.mark.parametrize(("version", "kind", "spec"), UNKNOWN)
@pytest.mark.parametrize(
    "check",
    [
        *(PRIVILEGED, "k8s-pod-runtime-socket-absent", "k8s-gpu-plugin-unprivileged", "k8s-model-server-not-exposed"),
        *("k8s-pod-image-digest", "k8s-agent-sandbox-confined"),
    ],
)
def test_unknown_kind_is_a_gap_of_every_check_on_pods(
    version: str, kind: str, spec: dict[str, Any], check: str, stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.json": thing(version, kind, spec), "b.json": GOOD_POD}, stages)

    verdicts = {each.verdict for each in seen.of(check).values()}
    assert Verdict.NOT_ASSESSED in verdicts
    assert Verdict.FAIL not in verdicts
    assert any(f"{kind}/shop/x" in gap.detail + gap.subject for gap in seen.gaps)


@pytest.mark.parametrize(("version", "kind", "spec"), UNKNOWN[:2])
def test_three_of_a_kind_are_one_gap_that_names_them(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    texts = {f"{name}.json": thing(version, kind, spec, name) for name in ("one", "two", "three")}

    seen = Seen(tmp_path, texts, stages)

    told = [each for each in seen.gaps if kind in each.detail + each.subject]
    assert len(told) == 1
    assert all(name in told[0].detail + told[0].subject for name in ("one", "two", "three"))


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("cert-manager.io/v1", "Issuer", {"selfSigned": {}}),
        ("karpenter.sh/v1", "NodePool", {"template": {"spec": {"taints": []}}}),
        ("gateway.networking.k8s.io/v1", "HTTPRoute", {"rules": []}),
        ("kueue.x-k8s.io/v1beta1", "ClusterQueue", {"resourceGroups": []}),
        ("velero.io/v1", "Schedule", {"template": {"ttl": "24h"}}),
    ],
)
def test_kind_without_pods_by_our_list_opens_nothing(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.json": thing(version, kind, spec), "b.json": GOOD_POD}, stages)

    assert {subject: each.verdict for subject, each in seen.of("k8s-pod-host-pid-absent").items()} == {
        "Pod/shop/ok": Verdict.PASS
    }


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({"quota": {"type": "integer"}, "owner": {"type": "string"}}, False),
        ({"prompt": {"type": "string"}, "topics": {"type": "array", "items": {"type": "string"}}}, False),
        ({"model": {"type": "string"}, "image": {"type": "string"}}, True),
        ({"engine": {"type": "object", "properties": {"replicas": {"type": "integer"}}}}, True),
    ],
)
def test_kind_without_pods_by_its_definition_opens_nothing(
    fields: dict[str, Any], *, is_open: bool, stages: Stages, tmp_path: Path
) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}}
    names = {"kind": "Tenancy", "plural": "tenancies"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "tenancies.acme.example"},
        "spec": {
            "group": "acme.example",
            "names": names,
            "scope": "Namespaced",
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
    texts = {"a.json": thing("acme.example/v1", "Tenancy", {}), "b.json": GOOD_POD, "crd.json": json.dumps(definition)}

    seen = Seen(tmp_path, texts, stages)

    found = {each.verdict for each in seen.of("k8s-pod-host-pid-absent").values()}
    assert (Verdict.NOT_ASSESSED in found) is is_open


BAD: Final = {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}]}


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("keda.sh/v1alpha1", "ScaledJob", {"jobTargetRef": {"template": {"spec": BAD}}}),
        ("actions.github.com/v1alpha1", "AutoscalingRunnerSet", {"template": {"spec": BAD}}),
        ("work.open-cluster-management.io/v1", "ManifestWork", {"workload": {"manifests": [{"kind": "Pod", "spec": BAD}]}}),  # noqa: E501 - an example
        ("trainer.kubeflow.org/v1alpha1", "TrainingRuntime",
         {"template": {"spec": {"replicatedJobs": [{"template": {"spec": {"template": {"spec": BAD}}}}]}}}),
        ("kubevirt.io/v1", "Sidecarred", {"hooks": {"pod": BAD}}),
        ("tekton.dev/v1", "TaskRun", {"taskSpec": {"steps": BAD["containers"]}}),
        ("argoproj.io/v1alpha1", "Sensor", {"template": {"container": BAD["containers"][0]}}),
    ],
)  # fmt: skip
def test_containers_deep_in_a_foreign_object_are_judged(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.json": thing(version, kind, spec)}, stages)

    assert [subject.partition(":")[0] for subject in seen.failed(PRIVILEGED)] == [f"{kind}/shop/x"]


CHART: Final = "apiVersion: v2\nname: web\nversion: 1.0.0\n"
WEB: Final = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n  - name: c\n    image: i\n"  # noqa: E501 - an example
    "    securityContext: {privileged: true}\n"
)


@pytest.mark.parametrize(
    ("delivery", "texts"),
    [
        (
            thing(
                "kustomize.toolkit.fluxcd.io/v1", "Kustomization", {"path": "./apps/web", "sourceRef": {"name": "r"}}
            ),
            {"apps/web/kustomization.yaml": "resources: [web.yaml]\n", "apps/web/web.yaml": WEB},
        ),
        (
            thing(
                "argoproj.io/v1alpha1",
                "Application",
                {"source": {"repoURL": "https://r.example", "path": "charts/web"}},
            ),
            {"charts/web/Chart.yaml": CHART, "charts/web/templates/web.yaml": WEB},
        ),
        (
            thing("argoproj.io/v1alpha1", "Application", {"sources": [{"path": "plain"}, {"path": "plain"}]}),
            {"plain/web.yaml": WEB},
        ),
    ],
)
def test_gitops_object_and_what_it_installs_from_here(
    delivery: str, texts: dict[str, str], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"delivery.json": delivery, **texts}, stages)

    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/web"]
    assert Verdict.NOT_ASSESSED not in {each.verdict for each in seen.of(PRIVILEGED).values()}


# -- files


@pytest.mark.parametrize(
    "name",
    ["web.yaml.tmpl", "web.cue", "web.dhall", "web.jsonnet", "web.yml.gotmpl", "web.yaml.in", "main.tf", "web.pkl"],
)
def test_language_that_nobody_here_renders_is_a_gap(name: str, stages: Stages, tmp_path: Path) -> None:
    text = 'resource "kubernetes_manifest" "p" {}\n' if name.endswith(".tf") else WEB

    seen = Seen(tmp_path, {name: text, "ok.json": GOOD_POD}, stages)

    assert seen.of_objects() == {name: "template not rendered"}
    assert seen.of("k8s-pod-host-pid-absent")["Pod/shop/ok"].verdict is Verdict.NOT_ASSESSED


@pytest.mark.parametrize(
    ("given", "said"), [({}, "the chart's own values"), ({"values": ["v.yaml"]}, "the values given")]
)
def test_silent_templates_and_switches_are_named_with_the_values(
    given: dict[str, list[str]], said: str, stages: Stages, tmp_path: Path
) -> None:
    folder = tmp_path / "chart"
    values = {"values": [str(tmp_path / "v.yaml")]} if given else {}
    (tmp_path / "v.yaml").write_text("worker: {enabled: false}\n")
    texts = {
        "Chart.yaml": CHART,
        "values.yaml": "queue: {create: false}\nproxy: {install: false}\nworker: {enabled: true}\n",
        "templates/web.yaml": WEB,
        "templates/queue.yaml": "{{- if .Values.queue.create }}\n" + WEB + "{{- end }}\n",
        "charts/below/Chart.yaml": CHART.replace("web", "below"),
        "charts/below/templates/none.yaml": "{{- if .Values.x }}\n" + WEB + "{{- end }}\n",
    }

    seen = Seen(folder, texts, stages, **values)

    assert (
        f"2 of 3 templates made no object with {said}: templates/queue.yaml, charts/below/templates/none.yaml"
        in seen.why()
    )
    off = "proxy.install, queue.create" + (", worker.enabled" if given else "")
    assert f"switched off with {said}: {off}" in seen.why()


@pytest.mark.parametrize(
    "taking",
    [
        '{{ tpl (.Files.Get "files/pod.yaml") . }}\n',
        '{{- range $path, $_ := .Files.Glob "files/*.yaml" }}\n{{ tpl ($.Files.Get $path) $ }}\n{{- end }}\n',
    ],
)
def test_template_that_a_chart_takes_in_is_judged_where_it_is_rendered(
    taking: str, stages: Stages, tmp_path: Path
) -> None:
    pod = WEB.replace("name: web,", "name: {{ .Release.Name }},")

    seen = Seen(tmp_path, {"Chart.yaml": CHART, "files/pod.yaml": pod, "templates/all.yaml": taking}, stages)

    assert seen.of_objects() == {}
    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/release"]
    assert "files/pod.yaml" in seen.why()


def test_template_beside_a_chart_that_takes_nothing_in_stays_a_gap(stages: Stages, tmp_path: Path) -> None:
    pod = WEB.replace("name: web,", "name: {{ .Release.Name }},")

    seen = Seen(tmp_path, {"Chart.yaml": CHART, "files/pod.yaml": pod, "templates/web.yaml": WEB}, stages)

    assert list(seen.of_objects().values()) == ["template not rendered"]


# -- secrets


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        (WEB + "    env: [{name: MYSQL_ROOT_PASSWORD, value: Winter2024x}]\n", "MYSQL_ROOT_PASSWORD", 9),
        (WEB + "    args: [serve, --admin-token=Winter2024x]\n", "--admin-token", 9),
        (WEB + "    env:\n    - {name: AMQP_URL, value: 'amqp://app:Winter2024x@mq:5672/'}\n", "AMQP_URL", 10),
        (
            'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  app.toml: |\n    [db]\n    password = "Winter2024x"\n',  # noqa: E501 - an example
            "data.app.toml",
            5,
        ),
        (
            (
                "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: m}\nspec:\n  externalClusters:\n"
                "  - connectionString: postgres://app:Winter2024x@db/app\n"
            ),
            "connectionString",
            6,
        ),
    ],
)
def test_secret_that_is_written_out_is_told_at_its_line_and_masked(
    text: str, name: str, line: int, stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.yaml": text}, stages)

    (found,) = seen.failed("k8s-literal-secrets-absent").values()
    assert name in found.detail.en
    assert found.location
    assert found.location.line == line
    assert "Winter" not in found.detail.en + found.actual.en


# -- namespaces and roles


@pytest.mark.parametrize("names", [("shop",), ("bank", "shop")])
def test_namespace_without_pods_is_one_failure_a_level_and_never_critical(
    names: tuple[str, ...], stages: Stages, tmp_path: Path
) -> None:
    texts = {f"{n}.yaml": f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {n}}}\n" for n in names}

    seen = Seen(tmp_path, texts, stages)

    about = [f for f in seen.findings if f.verdict is Verdict.FAIL and "-enforced" in f.id and "security" not in f.id]
    told = sorted((f.id, f.subject) for f in about)
    levels = ("k8s-namespace-baseline-enforced", "k8s-namespace-restricted-enforced")
    assert told == [(level, f"Namespace/{n}") for level in levels for n in names]
    assert all(f.severity is not Severity.CRITICAL for f in about)
    named = {c for f in about for c in f.controls["cis-kubernetes"]}
    assert named == {f"5.2.{number}" for number in range(2, 13)}
    assert all(not seen.failed(each) for each in (PRIVILEGED, "k8s-pod-non-root", "k8s-pod-host-port-absent"))


RIGHTS: Final = [
    ("Role", {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
     "k8s-rbac-token-creation-limited"),
    ("ClusterRole", {"apiGroups": [""], "resources": ["nodes/proxy"], "verbs": ["get"]}, "k8s-rbac-node-proxy-limited"),
    ("ClusterRole", {"apiGroups": ["*"], "resources": ["jobs"], "verbs": ["get"]}, "k8s-rbac-wildcards-absent"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rule", "check"), RIGHTS)
def test_loose_role_is_low_in_files_and_advice_in_a_whole_cluster(
    kind: str, rule: dict[str, Any], check: str, stages: Stages, tmp_path: Path
) -> None:
    metadata = {"name": "r", **({"namespace": "shop"} if kind == "Role" else {})}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": [rule]}
    harmless = {**role, "metadata": {**metadata, "name": "h"}, "rules": [{**rule, "apiGroups": ["x.example"]}]}
    folder = tmp_path / "files"

    in_files = Seen(folder, {"r.json": json.dumps(role), "h.json": json.dumps(harmless)}, stages)
    in_cluster = Cluster(tmp_path, [role], stages)

    place = "shop/" if kind == "Role" else ""
    (low,) = in_files.failed(check).values()
    assert (low.subject, low.severity) == (f"{kind}/{place}r", Severity.LOW)
    assert in_files.of(check)[f"{kind}/{place}h"].verdict is Verdict.PASS
    assert {each.severity for each in in_cluster.failed(check).values()} <= {Severity.LOW}


# -- places and words


@pytest.mark.parametrize(
    ("patch", "line"),
    [
        ("spec:\n  template:\n    spec:\n      securityContext: {runAsUser: 0}\n", 9),
        ("spec:\n  template:\n    spec:\n      securityContext:\n        runAsUser: 0\n", 10),
    ],
)
def test_place_is_the_line_of_the_pod_that_decides(patch: str, line: int, stages: Stages, tmp_path: Path) -> None:
    head = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\n  namespace: shop\n"
    spec = patch + "      containers:\n      - name: c\n        image: i\n"

    seen = Seen(tmp_path, {"db.yaml": head + spec}, stages)

    (found,) = seen.failed("k8s-pod-non-root").values()
    assert found.location
    assert found.location.line == line
    assert found.actual.en == "runAsUser 0 of the pod (container c)" or "runAsUser 0" in found.actual.en


@pytest.mark.parametrize(
    ("field", "text", "file", "line"),
    [
        ("patches", "- {path: more.yaml}\n", "over/more.yaml", 10),
        ("patchesStrategicMerge", "- more.yaml\n", "over/more.yaml", 10),
        ("patches", '- {target: {kind: DaemonSet}, patch: "- {op: add, path: /spec/template/spec/hostPID, value: true}"}\n',  # noqa: E501 - an example
         "over/kustomization.yaml", 3),
    ],
)  # fmt: skip
def test_place_of_what_a_patch_brings_is_the_patch(
    field: str, text: str, file: str, line: int, stages: Stages, tmp_path: Path
) -> None:
    head = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: agent\n  namespace: shop\nspec:\n"
    base = head + "  template:\n    spec:\n      containers: [{name: c, image: i}]\n"
    more = head + "  template:\n    # told in the review\n    spec:\n      hostPID: true\n"
    texts = {
        "base/kustomization.yaml": "resources: [agent.yaml]\n",
        "base/agent.yaml": base,
        "over/kustomization.yaml": f"resources: [../base]\n{field}:\n{text}",
    }
    texts |= {"over/more.yaml": more} if file.endswith("more.yaml") else {}

    seen = Seen(tmp_path, texts, stages)

    (found,) = seen.failed("k8s-pod-host-pid-absent").values()
    assert found.location
    assert (found.location.file, found.location.line) == (file, line)


@pytest.mark.parametrize(
    ("context", "check", "actual"),
    [
        ("{privileged: true}", "k8s-pod-security-context", "privileged"),
        ("{runAsNonRoot: true, runAsUser: 0}", "k8s-pod-non-root", "runAsUser 0"),
        ("{allowPrivilegeEscalation: true}", "k8s-pod-privilege-escalation-off", "allowPrivilegeEscalation true"),
        ("{seccompProfile: {type: Unconfined}}", "k8s-pod-seccomp-runtime-default", "Unconfined"),
        ("{capabilities: {drop: [ALL], add: [NET_RAW]}}", "k8s-pod-net-raw-dropped", "NET_RAW"),
    ],
)
def test_text_names_the_field_that_decided(
    context: str, check: str, actual: str, stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"w.yaml": WEB.replace("{privileged: true}", context)}, stages)

    (found,) = seen.failed(check).values()
    assert actual in found.actual.en
    assert found.actual.en != found.expected.en


@pytest.mark.parametrize(
    ("texts", "said", "switch"),
    [
        ({"Chart.yaml": CHART + "kubeVersion: '>=1.99.0'\n", "templates/web.yaml": WEB}, "1.99.0", "--kube-version"),
        (
            {"Chart.yaml": CHART, "templates/web.yaml": '{{ required "image.tag must be set" .Values.tag }}\n' + WEB},
            "image.tag must be set",
            "--values",
        ),
        (
            {
                "Chart.yaml": CHART,
                "templates/web.yaml": WEB,
                "values.yaml": "replicas: many\n",
                "values.schema.json": '{"properties": {"replicas": {"type": "integer"}}}',
            },
            "replicas",
            "--values",
        ),
    ],
)
def test_remedy_names_the_switch_and_the_gap_its_cause(
    texts: dict[str, str], said: str, switch: str, stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, texts, stages)

    (gap,) = [each for each in seen.gaps if each.kind == "KubeObject"]
    assert said in gap.detail
    assert switch in gap.remedy.en


# -- charts as fetched


@pytest.mark.parametrize(
    ("dependency", "values", "is_gap"),
    [
        ("{name: minio, version: 5.0.0, repository: 'https://c.example', condition: minio.enabled}", "minio: {enabled: false}\n", False),  # noqa: E501 - an example
        ("{name: kafka, version: 5.0.0, repository: 'oci://c.example/x', tags: [bus]}", "tags: {bus: false}\n", False),
        ("{name: etcd, version: 5.0.0, repository: 'https://c.example'}", "{}\n", True),
        ("{name: mysql, version: 5.0.0, repository: '@bitnami', condition: mysql.enabled}", "mysql: {enabled: true}\n", True),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_chart_without_its_dependencies_is_judged_as_far_as_it_goes(
    dependency: str, values: str, *, is_gap: bool, stages: Stages, tmp_path: Path
) -> None:
    chart = f"{CHART}dependencies:\n- {dependency}\n"

    seen = Seen(tmp_path, {"Chart.yaml": chart, "values.yaml": values, "templates/web.yaml": WEB}, stages)

    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/web"]
    name = dependency.partition("name: ")[2].partition(",")[0]
    assert (f"charts/{name}" in seen.of_objects()) is is_gap
    assert (f"charts/{name}" in seen.why()) is not is_gap


# -- noise


@pytest.mark.parametrize(
    "spec",
    [
        {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": "many"}]}]},
        {"hostPID": "yes please", "containers": [{"name": "c", "image": "i"}]},
        {"containers": {"c": {"image": "i"}}},
    ],
)
def test_malformed_pod_is_one_gap(spec: dict[str, Any], stages: Stages, tmp_path: Path) -> None:
    seen = Seen(tmp_path, {"a.json": thing("v1", "Pod", spec)}, stages)

    assert len([each for each in seen.gaps if each.reason == "malformed"]) == 1
    assert {each.verdict for each in seen.of(PRIVILEGED).values()} == {Verdict.NOT_ASSESSED}


@pytest.mark.parametrize("hook", ["test", "pre-upgrade", "post-delete", "pre-install,pre-upgrade"])
def test_hook_weighs_one_less_and_stands_apart(hook: str, stages: Stages, tmp_path: Path) -> None:
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: once\n  namespace: shop\n"
        f"  annotations: {{helm.sh/hook: '{hook}'}}\nspec:\n  template:\n    spec:\n      hostPID: true\n"
        "      containers: [{name: c, image: i}]\n"
    )
    texts = {"Chart.yaml": CHART, "templates/once.yaml": job, "templates/w.yaml": WEB + "  hostPID: true\n"}

    found = Seen(tmp_path, texts, stages).failed("k8s-pod-host-pid-absent")

    assert (found["Job/shop/once"].severity, found["Job/shop/once"].apart) == (Severity.MEDIUM, "hook")
    assert (found["Pod/shop/web"].severity, found["Pod/shop/web"].apart) == (Severity.HIGH, "")


def test_overlays_and_a_build_beside_them_are_judged_once(stages: Stages, tmp_path: Path) -> None:
    texts = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": WEB,
        "one/kustomization.yaml": "resources: [../base]\n",
        "two/kustomization.yaml": "resources: [../base]\n",
        "dist/all.yaml": WEB,
    }

    seen = Seen(tmp_path, texts, stages)

    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/web"]
    assert "judged there" in seen.why()


@pytest.mark.parametrize(
    ("said", "where", "missing"),
    [
        ("resources: [web.yaml]\nsecretGenerator: [{name: s, envs: [.env]}]\n", "kustomization.yaml", ".env"),
        ("resources: [web.yaml]\nconfigMapGenerator: [{name: s, files: [a.ini=gone.ini]}]\n", "kustomization.yaml", "gone.ini"),  # noqa: E501 - an example
        ("resources: [web.yaml, gone.yaml]\n", "kustomization.yaml", "gone.yaml"),
        ("resources: [web.yaml]\npatches: [{path: gone.yaml}]\n", "kustomization.yaml", "gone.yaml"),
        ("resources: [web.yaml, below]\n", "below/kustomization.yaml", "gone.yaml"),
    ],
)  # fmt: skip
def test_kustomization_without_a_file_is_judged_as_far_as_it_goes(
    said: str, where: str, missing: str, stages: Stages, tmp_path: Path
) -> None:
    texts = {"kustomization.yaml": said, "web.yaml": WEB}
    texts |= {"below/kustomization.yaml": "resources: [gone.yaml]\n"} if "below" in said else {}

    seen = Seen(tmp_path, texts, stages)

    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/web"]
    told = [each for each in seen.gaps if each.kind == "KubeObject"]
    assert [(each.subject, each.reason) for each in told] == [(where, "kustomization does not build")]
    assert told[0].detail.startswith(f"{missing} is not there")


def test_patch_that_deletes_is_no_object(stages: Stages, tmp_path: Path) -> None:
    gone = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n$patch: delete\n"

    seen = Seen(tmp_path, {"patches/gone.yaml": gone, "web.yaml": WEB}, stages)

    assert "deletes a ClusterRoleBinding" in seen.why()
    assert not [each for each in seen.findings if each.subject.startswith("ClusterRoleBinding")]


@pytest.mark.parametrize(
    ("resource", "reason"),
    [("https://github.com/argoproj/argo-workflows/manifests/base?ref=v3.7.3", "remote base"), ("gone.yaml", "kustomization does not build")],  # noqa: E501 - an example
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "version", "patches"),
    [
        ("Deployment", "apps/v1", "patches: [{path: more.yaml}]\n"),
        ("Service", "v1", "patchesStrategicMerge: [more.yaml]\n"),
        ("ConfigMap", "v1", "patches:\n- patch: |\n    {apiVersion: v1, kind: ConfigMap, metadata: {name: their.settings}, data: {a: b}}\n"),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_patch_for_what_is_not_here_stops_nothing_else(
    resource: str, reason: str, kind: str, version: str, patches: str, stages: Stages, tmp_path: Path
) -> None:
    more = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: their-{kind.lower()}}}\nspec: {{replicas: 2}}\n"
    texts = {
        "base/kustomization.yaml": f"resources: ['{resource}', web.yaml]\n{patches}",
        "base/web.yaml": WEB,
        "base/more.yaml": more,
        "prod/kustomization.yaml": "resources: [../base]\npatches:\n- {target: {kind: Pod}, patch: '- {op: add, path: /spec/hostPID, value: true}'}\n",  # noqa: E501 - an example
    }

    seen = Seen(tmp_path, texts, stages)

    assert list(seen.failed("k8s-pod-host-pid-absent")) == ["Pod/shop/web"]
    assert [each.reason for each in seen.gaps if each.kind == "KubeObject"] == [reason]


def test_kustomization_that_still_does_not_build_says_why(stages: Stages, tmp_path: Path) -> None:
    said = "resources: ['https://github.com/a/b?ref=v1', web.yaml, again.yaml]\n"

    seen = Seen(tmp_path, {"kustomization.yaml": said, "web.yaml": WEB, "again.yaml": WEB}, stages)

    told = {str(each.reason): each.detail for each in seen.gaps if each.kind == "KubeObject"}
    assert told.keys() == {"remote base", "kustomization does not build"}
    assert "already registered" in told["kustomization does not build"]


@pytest.mark.parametrize("inside", ["upstream/web.yaml", "a/b/c/web.yaml", "./up/web.yaml"])
def test_place_of_a_resource_in_a_folder_below_is_its_file(inside: str, stages: Stages, tmp_path: Path) -> None:
    texts = {
        "base/kustomization.yaml": f"resources: [{inside}]\nnamespace: prod\n",
        f"base/{inside}": WEB,
        "all/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\n",
    }

    (found,) = Seen(tmp_path, texts, stages).failed(PRIVILEGED).values()

    assert found.location
    assert found.subject == "Pod/prod/x-web"
    assert (found.location.file, found.location.line) == (f"base/{inside}".replace("./", ""), 8)


@pytest.mark.parametrize(
    "said",
    [
        "patchesStrategicMerge: ['{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostPID: true}}']\n",
        "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {x: "
        + "a" * 60
        + ", y: "
        + "b" * 60
        + "}, annotations: {z: "
        + "c" * 300
        + "}}, spec: {hostPID: true}}'}]\n",
        "resources: [" + "d" * 300 + "/" + "e" * 300 + ".yaml]\n",
        'patches: [{path: "a\\0b.yaml"}]\n',
    ],
)
def test_whatever_a_kustomization_names_ends_in_a_gap_at_most(said: str, stages: Stages, tmp_path: Path) -> None:
    base = "resources: [web.yaml, gone.yaml]\n"
    texts = {
        "base/kustomization.yaml": base,
        "base/web.yaml": WEB,
        "top/kustomization.yaml": "bases: [../base]\n" + said,
    }

    seen = Seen(tmp_path, texts, stages)

    assert {str(each.reason) for each in seen.gaps if each.kind == "KubeObject"} == {"kustomization does not build"}
    assert seen.failed(PRIVILEGED) or "resources" not in said
