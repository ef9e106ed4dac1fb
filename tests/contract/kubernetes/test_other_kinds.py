"""What `test_other_products` shows of one kind, on two kinds or products more each; points are those of its table.

| promise | tests here |
| --- | --- |
| secrets that are written out, wherever a kind gives them to a program | `test_secret_in_another_kind…` |
| a namespace without pods: what an engine refuses is left out of the one failure | `test_engine…` |
| built-in roles by their content, within one namespace low | `test_built_in_role…` |
| ports of the host, Localhost profiles | `test_port…`, `test_localhost…` |
| policies of the whole cluster | `test_policy_of_cluster…` |
| pods by their name, overridden keys, tokens of Kubernetes | `test_service…`, `test_override…`, `test_token…` |
| the unseen default account, probes of operators | `test_default_account…`, `test_probes…` |
| owners that contradict themselves | `test_owner…` |
| places and remedies | `test_place…`, `test_remedy…` |
| patches that nothing takes in | `test_patch…` |
| malformed, unseen role, hooks: once, and apart | `test_malformed…`, `test_unseen_role…`, `test_test_pod…` |
| security contexts and repeated names: once | `test_container_without_context…`, `test_name…` |
| model servers behind a mesh, a login or a proxy | `test_model_server…` |
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from auditor.model.finding import Severity, Verdict
from auditor.model.system import Part, System
from tests.contract.kubernetes.test_other_products import CHART, PRIVILEGED, WEB, Cluster, Seen, stages, thing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.kubernetes.test_other_products import Stages

__all__ = ["stages"]  # the fixture
pytestmark = [pytest.mark.tool("opa"), pytest.mark.tool("helm"), pytest.mark.tool("kustomize")]
RBAC: Final = "rbac.authorization.k8s.io/v1"


def named(api_version: str, kind: str, spec: dict[str, Any], **labels: str) -> str:
    metadata = {"name": "x", "namespace": "shop", "labels": labels}
    return json.dumps({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec})


def namespace(**labels: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}})


def templated(pod: dict[str, Any], **labels: str) -> dict[str, Any]:
    return {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}


ONE: Final = {"name": "c", "image": "r.example/c:1"}


# -- secrets


@pytest.mark.parametrize(
    ("version", "kind", "spec", "name"),
    [
        ("tekton.dev/v1", "Task", {"steps": [{**ONE, "env": [{"name": "REGISTRY_PASSWORD", "value": "Winter2024x"}]}]}, "REGISTRY_PASSWORD"),  # noqa: E501 - an example
        ("ray.io/v1", "RayJob", {"rayClusterSpec": {"headGroupSpec": {"template": {"spec": {"containers": [{**ONE, "env": [{"name": "DB_PASSWORD", "value": "Winter2024x"}]}]}}}}}, "DB_PASSWORD"),  # noqa: E501 - an example
        ("batch/v1", "CronJob", {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": {"containers": [{**ONE, "args": ["backup", "--password", "Winter2024x"]}]}}}}}, "--password"),  # noqa: E501 - an example
        ("argoproj.io/v1alpha1", "Rollout", templated({"containers": [{**ONE, "command": ["sh", "-c", "run --token=Winter2024xyz"]}]}, app="x"), "--token"),  # noqa: E501 - an example
        ("serving.knative.dev/v1", "Service", {"template": {"spec": {"containers": [{**ONE, "env": [{"name": "QUEUE", "value": "redis://app:Winter2024x@q:6379/0"}]}]}}}, "QUEUE"),  # noqa: E501 - an example
        ("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {"leaderWorkerTemplate": {"workerTemplate": {"spec": {"containers": [{**ONE, "args": ["--db=postgres://app:Winter2024x@db/x"]}]}}}}, "--db"),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_secret_in_another_kind_is_told_masked(
    version: str, kind: str, spec: dict[str, Any], name: str, stages: Stages, tmp_path: Path
) -> None:
    (found,) = (
        Seen(tmp_path, {"a.json": thing(version, kind, spec)}, stages).failed("k8s-literal-secrets-absent").values()
    )

    assert name in found.detail.en
    assert "Winter" not in found.detail.en + found.actual.en


@pytest.mark.parametrize(
    ("key", "text", "is_secret"),
    [
        (".env", "DEBUG=1\nSMTP_PASSWORD=Winter2024x\n", True),
        ("application.properties", "spring.datasource.password=Winter2024x\n", True),
        ("settings.json", '{"port": 80, "clientSecret": "Winter2024x"}\n', True),
        ("README.md", "# Set up\nkubectl create secret generic s --from-literal=token=your-github-token\n", False),
        ("prompt.txt", "Ask for it:\n  curl -H 'Authorization: Bearer your-api-token' https://api.example\n", False),
        ("README.md", "# Set up\nkubectl create secret generic s --from-literal=token=Winter2024xyz\n", True),
        ("auth.yaml", "port: 80\njwt_secret: your-secret-key\n", True),
    ],
)
def test_secret_in_another_kind_of_file_of_a_map(
    key: str, text: str, *, is_secret: bool, stages: Stages, tmp_path: Path
) -> None:
    made = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {key: text}})

    found = Seen(tmp_path, {"m.json": made}, stages).failed("k8s-literal-secrets-absent")

    assert [f"data.{key}" in each.detail.en for each in found.values()] == [True] * is_secret


# -- namespaces and roles

_GATEKEEPER: Final = {
    "apiVersion": "constraints.gatekeeper.sh/v1beta1",
    "kind": "K8sPSPHostNetworkingPorts",
    "metadata": {"name": "host-network"},
    "spec": {"match": {"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}]}, "parameters": {"hostNetwork": False}},
}
_KYVERNO: Final = {
    "apiVersion": "kyverno.io/v1",
    "kind": "ClusterPolicy",
    "metadata": {"name": "p"},
    "spec": {
        "validationFailureAction": "Enforce",
        "rules": [
            {
                "name": "r",
                "match": {"any": [{"resources": {"kinds": ["Pod"]}}]},
                "validate": {"podSecurity": {"level": "baseline", "exclude": [{"controlName": "HostPath Volumes"}]}},
            }
        ],
    },
}


@pytest.mark.parametrize(("engine", "refused"), [(_GATEKEEPER, {"5.2.5"}), (_KYVERNO, {"5.2.2", "5.2.3", "5.2.4"})])
def test_engine_takes_what_it_refuses_out_of_the_one_failure(
    engine: dict[str, Any], refused: set[str], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"ns.json": namespace(), "engine.json": json.dumps(engine)}, stages)

    (found,) = seen.failed("k8s-namespace-baseline-enforced").values()
    assert found.severity is not Severity.CRITICAL
    assert "5.2.11" in found.controls["cis-kubernetes"]
    assert not refused & set(found.controls["cis-kubernetes"])


@pytest.mark.parametrize(
    ("kind", "role", "severity"),
    [
        ("ClusterRoleBinding", "admin", Severity.HIGH),
        ("RoleBinding", "admin", Severity.LOW),
        ("RoleBinding", "edit", Severity.LOW),
        ("RoleBinding", "view", None),
    ],
)
def test_built_in_role_is_judged_by_what_it_gives(
    kind: str, role: str, severity: Severity | None, stages: Stages, tmp_path: Path
) -> None:
    place = {"namespace": "shop"} if kind == "RoleBinding" else {}
    binding = {
        "apiVersion": RBAC,
        "kind": kind,
        "metadata": {"name": "b", **place},
        "roleRef": {"apiGroup": RBAC.partition("/")[0], "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "Group", "apiGroup": RBAC.partition("/")[0], "name": "buyers"}],
    }

    found = Seen(tmp_path, {"b.json": json.dumps(binding)}, stages).failed("k8s-rbac-bind-escalate-impersonate-limited")

    assert [each.severity for each in found.values()] == ([severity] if severity else [])


# -- pods


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("apps/v1", "DaemonSet", templated({"hostNetwork": True, "containers": [{**ONE, "ports": [{"containerPort": 9100, "hostPort": 9100}]}]}, app="x")),  # noqa: E501 - an example
        ("ray.io/v1", "RayCluster", {"headGroupSpec": {"template": {"spec": {"hostNetwork": True, "containers": [{**ONE, "ports": [{"containerPort": 6379, "hostPort": 6379}]}]}}}}),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_port_of_the_host_counts_where_somebody_wrote_it(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    written = Seen(tmp_path / "a", {"a.json": thing(version, kind, spec)}, stages)
    unwritten = Seen(tmp_path / "b", {"a.json": thing(version, kind, spec).replace('"hostPort"', '"x"')}, stages)

    assert len(written.failed("k8s-pod-host-port-absent")) == 1
    assert not unwritten.failed("k8s-pod-host-port-absent")


@pytest.mark.parametrize(
    ("version", "kind", "pod", "container"),
    [
        ("apps/v1", "StatefulSet", {"seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"}}, {}),
        ("argoproj.io/v1alpha1", "Rollout", {}, {"seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"}}),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_localhost_profile_passes_by_the_parameter_alone(
    version: str, kind: str, pod: dict[str, Any], container: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    spec = templated({"securityContext": pod, "containers": [{**ONE, "securityContext": container}]}, app="x")
    accepted = {"parameters": {"seccomp_localhost_accepted": True}}

    plain = Seen(tmp_path / "a", {"a.json": thing(version, kind, spec)}, stages)
    given = Seen(tmp_path / "b", {"a.json": thing(version, kind, spec)}, stages, **accepted)

    assert len(plain.failed("k8s-pod-seccomp-runtime-default")) == 1
    assert not given.failed("k8s-pod-seccomp-runtime-default")


_ADMIN: Final = {
    "apiVersion": "policy.networking.k8s.io/v1alpha1",
    "kind": "AdminNetworkPolicy",
    "metadata": {"name": "p"},
    "spec": {
        "priority": 5,
        "subject": {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}},
        "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}],
    },
}
_ANTREA: Final = {
    "apiVersion": "crd.antrea.io/v1beta1",
    "kind": "ClusterNetworkPolicy",
    "metadata": {"name": "p"},
    "spec": {"appliedTo": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ingress": [{"action": "Drop"}]},
}


@pytest.mark.parametrize("policy", [_ADMIN, _ANTREA])
def test_policy_of_cluster_counts_where_it_selects_all_pods(
    policy: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    texts = {"p.json": json.dumps(policy), "ns.json": namespace()}
    web = named("apps/v1", "Deployment", templated({"containers": [ONE]}, app="web"))
    other = named("apps/v1", "DaemonSet", templated({"containers": [ONE]}, app="db"))

    all_of_them = Seen(tmp_path / "a", {**texts, "web.json": web}, stages)
    some = Seen(tmp_path / "b", {**texts, "web.json": web, "other.json": other}, stages)

    assert not all_of_them.failed("k8s-namespace-network-policy")
    assert len(some.failed("k8s-namespace-network-policy")) == 1


@pytest.mark.parametrize(
    ("version", "extra", "pod", "is_found"),
    [
        ("apps/v1", {"replicas": 3}, "x-2", True),
        ("apps/v1", {"replicas": 3}, "x-3", False),
        ("apps/v1", {"replicas": 1, "ordinals": {"start": 5}}, "x-5", True),
        ("apps.kruise.io/v1beta1", {"replicas": 2}, "x-1", True),
    ],
)
def test_service_finds_a_pod_by_its_name(
    version: str, extra: dict[str, Any], pod: str, *, is_found: bool, stages: Stages, tmp_path: Path
) -> None:
    service = {"selector": {"statefulset.kubernetes.io/pod-name": pod}, "ports": [{"port": 80}]}
    texts = {
        "a.json": thing(version, "StatefulSet", {**templated({"containers": [ONE]}, app="x"), **extra}),
        "s.json": thing("v1", "Service", service, "first"),
    }

    found = Seen(tmp_path, texts, stages).of("k8s-service-selects-pods")["Service/shop/first"]

    assert (found.verdict is not Verdict.FAIL) is is_found


@pytest.mark.parametrize(
    "text",
    [
        ("apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: shop}\nspec:\n  template:\n    spec:\n      containers:\n"  # noqa: E501 - an example
        "      - &one {name: a, image: i, resources: &r {limits: {cpu: 1}}}\n      - {<<: *one, name: b, resources: {<<: *r, requests: {cpu: 1}}}\n"),  # noqa: E501 - an example
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: shop, labels: &l {app: a, tier: b}, annotations: {<<: *l, tier: c}}\n",  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_override_of_a_merged_key_is_no_repeated_key(text: str, stages: Stages, tmp_path: Path) -> None:
    twice = text.replace("metadata: {name:", "metadata: {name: z, name:", 1)

    assert not Seen(tmp_path / "a", {"a.yaml": text}, stages).failed("k8s-manifest-keys-unique")
    assert Seen(tmp_path / "b", {"a.yaml": twice}, stages).failed("k8s-manifest-keys-unique")


@pytest.mark.parametrize(
    ("name", "account", "is_used"), [("default-token-a1b2c", "default", False), ("robot", "ci", True)]
)
def test_token_of_the_default_account_is_of_kubernetes(
    name: str, account: str, *, is_used: bool, stages: Stages, tmp_path: Path
) -> None:
    notes = {"kubernetes.io/service-account.name": account}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": {"name": name, "namespace": "default", "annotations": notes},
    }

    found = Cluster(tmp_path, [secret], stages).failed("k8s-default-namespace-unused")

    assert list(found) == ["Namespace/default"] * is_used
    assert all(name in each.actual.en for each in found.values())


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("apps/v1", "DaemonSet", templated({"containers": [ONE]}, app="x")),
        ("batch.volcano.sh/v1alpha1", "Job", {"tasks": [{"template": {"spec": {"containers": [ONE]}}}]}),
    ],
)
def test_default_account_that_was_not_seen_is_judged_one_way(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.json": thing(version, kind, spec)}, stages)

    for check in ("k8s-service-account-default-unused", "k8s-service-account-token-needed"):
        assert Verdict.PASS not in {each.verdict for each in seen.of(check).values()}
    told = [each.reason for each in seen.gaps if "default" in each.subject and "ServiceAccount" in each.subject]
    assert len(told) <= 1


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("ray.io/v1", "RayCluster", {"headGroupSpec": {"template": {"spec": {"containers": [ONE]}}}}),
        ("agents.x-k8s.io/v1alpha1", "Sandbox", {"podTemplate": {"spec": {"containers": [ONE]}}}),
    ],
)
def test_probes_that_an_operator_may_add_are_unseen(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    found = Seen(tmp_path, {"a.json": thing(version, kind, spec)}, stages).of("k8s-pod-probes")

    assert {each.verdict for each in found.values()} == {Verdict.NOT_ASSESSED}


# -- nodes


@pytest.mark.parametrize(
    ("role", "check", "entry"),
    [
        ("scheduler_manifest", "k8s-scheduler-manifest-owner", {"uid": 1000, "gid": 0, "owner": "root", "group": "root"}),  # noqa: E501 - an example
        ("kubelet_kubeconfig", "k8s-kubelet-kubeconfig-owner", {"uid": 0, "gid": 0, "owner": "root", "group": "wheel"}),
    ],
)  # fmt: skip
def test_owner_that_contradicts_itself_is_said_so(
    role: str, check: str, entry: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    facts = {
        "schema": "node-facts/1",
        "node": "n1",
        "files": [{"path": "/f", "roles": [role], "mode": "0600", **entry}],
    }
    (tmp_path / "node.json").write_text(json.dumps(facts))
    seen = Seen.__new__(Seen)

    seen._judged(System(name="t", parts=(Part(kind="node", where=str(tmp_path / "node.json")),)), stages)

    (found,) = seen.of(check).values()
    assert found.verdict is Verdict.NOT_ASSESSED
    of_rules = [each.detail for each in seen.gaps if each.kind == "PolicyResult"]
    told = " ".join((found.detail.en, found.actual.en, *of_rules))
    assert "found root:root" not in told
    assert "root" in told


# -- places and words


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c, namespace: shop}\nspec:\n  schedule: '@daily'\n"
         "  jobTemplate:\n    spec:\n      template:\n        spec:\n          securityContext:\n            runAsUser: 0\n"  # noqa: E501 - an example
         "          containers:\n          - {name: c, image: i}\n"), 11),
        (("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: c, namespace: shop}\nspec:\n"
         "  template:\n    spec:\n      securityContext: {runAsUser: 0}\n      containers:\n      - {name: c, image: i}\n"), 7),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_place_is_the_line_of_the_pod_in_another_kind(head: str, line: int, stages: Stages, tmp_path: Path) -> None:
    (found,) = Seen(tmp_path, {"a.yaml": head}, stages).failed("k8s-pod-non-root").values()

    assert found.location
    assert found.location.line == line


@pytest.mark.parametrize(
    ("template", "switch"),
    [
        ('{{- if not (.Capabilities.APIVersions.Has "a.example/v1") }}{{ fail "API version a.example/v1 is not there" }}{{ end }}\n', "--api-versions"),  # noqa: E501 - an example
        ('{{ fail (printf "kubeVersion %s is too new" .Capabilities.KubeVersion.Version) }}\n', "--kube-version"),
    ],
)  # fmt: skip
def test_remedy_names_the_switch_of_what_is_missing(template: str, switch: str, stages: Stages, tmp_path: Path) -> None:
    seen = Seen(tmp_path, {"Chart.yaml": CHART, "templates/web.yaml": template + WEB}, stages)

    (gap,) = [each for each in seen.gaps if each.kind == "KubeObject"]
    assert switch in gap.remedy.en


@pytest.mark.parametrize(
    ("asked", "given", "is_judged"),
    [("< 1.30.0-0", "", True), (">= 1.99.0", "", True), ("< 1.30.0-0", "1.36.0", False)],
)
def test_chart_for_other_versions_is_judged_unless_ours_was_said(
    asked: str, given: str, *, is_judged: bool, stages: Stages, tmp_path: Path
) -> None:
    options = {"kube_version": given} if given else {}
    pod = WEB.replace("name: web,", "name: {{ .Release.Name }},")
    texts = {"Chart.yaml": f"{CHART}kubeVersion: '{asked}'\n", "templates/web.yaml": pod}

    seen = Seen(tmp_path, texts, stages, **options)

    (gap,) = [each for each in seen.gaps if each.kind == "KubeObject"]
    assert asked in gap.detail
    assert "--kube-version" in gap.remedy.en
    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/release"] * is_judged


@pytest.mark.parametrize("folder", ["helm/agent", "charts/deep/web"])
def test_templates_without_a_chart_are_one_gap(folder: str, stages: Stages, tmp_path: Path) -> None:
    template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n"
    texts = {f"{folder}/templates/{name}.yaml": template for name in ("a", "b", "rbac/c")}
    texts |= {f"{folder}/Chart-template.yaml": CHART, f"{folder}/values.yaml": "name: x\n", "web.yaml": WEB}

    seen = Seen(tmp_path, texts, stages)

    assert seen.of_objects() == {f"{folder}/templates/": "template not rendered"}
    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/web"]


@pytest.mark.parametrize("base", ["../gone", "../other"])
def test_kustomization_that_does_not_build_names_no_folder_of_ours(base: str, stages: Stages, tmp_path: Path) -> None:
    texts = {
        "app/kustomization.yaml": f"resources: [{base}, gone.yaml, web.yaml]\n",
        "app/web.yaml": WEB,
        "other/kustomization.yaml": "resources: [web.yaml]\nnamePrefix: [1]\n",
        "other/web.yaml": WEB.replace("name: web,", "name: more,"),
    }

    seen = Seen(tmp_path, texts, stages)

    told = [each for each in seen.gaps if each.kind == "KubeObject"]
    assert told
    assert not any("auditor-kustomization-" in each.detail for each in told)


@pytest.mark.parametrize("field", ["patches: [{path: agent_image.yaml}]", "patchesStrategicMerge: [agent_image.yaml]"])
def test_place_is_no_patch_that_says_nothing_of_it(field: str, stages: Stages, tmp_path: Path) -> None:
    agent = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  template:\n    spec:\n"
    texts = {
        "base/kustomization.yaml": f"resources: [manager.yaml]\n{field}\n",
        "base/agent_image.yaml": f"{agent}      containers: [{{name: c, image: 'r.example/c:2'}}]\n",
        "base/manager.yaml": f"{agent}      containers: [{{name: c, image: 'r.example/c:1'}}]\n      hostPID: true\n",
        **{f"{n}/kustomization.yaml": f"resources: [../base]\nnamespace: {n}\n" for n in ("one", "two")},
    }

    found = Seen(tmp_path, texts, stages).failed("k8s-pod-host-pid-absent")

    places = {subject: (each.location.file, each.location.line) for subject, each in found.items() if each.location}
    assert places == {f"DaemonSet/{n}/agent": ("base/manager.yaml", 8) for n in ("one", "two")}


# -- patches


@pytest.mark.parametrize(
    ("name", "patch"),
    [
        ("overlay/manager_image_patch.yaml", {"containers": [{"name": "manager", "image": "r.example/m:2"}]}),
        ("overlay/patches/privileged.yaml", {"containers": [{"name": "c", "securityContext": {"privileged": True}}]}),
        ("patch-volumes.yaml", {"volumes": [{"name": "v", "emptyDir": {}}]}),
    ],
)
def test_patch_that_nothing_takes_in_is_no_object(
    name: str, patch: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    partial = thing("apps/v1", "Deployment", {"template": {"spec": patch}}, "theirs")

    seen = Seen(tmp_path, {name: partial, "web.yaml": WEB, "kustomization.yaml": "resources: [web.yaml]\n"}, stages)

    assert f"{name}:1: a patch of Deployment/theirs" in seen.why()
    assert "Deployment/shop/theirs" not in {each.subject for each in seen.findings}
    assert list(seen.failed(PRIVILEGED)) == ["Pod/shop/web"]


@pytest.mark.parametrize("name", ["patches/web.yaml", "web_patch.yaml"])
def test_patch_by_name_that_is_a_whole_object_is_judged(name: str, stages: Stages, tmp_path: Path) -> None:
    whole = named("apps/v1", "Deployment", templated({"hostPID": True, "containers": [ONE]}, app="web"))

    seen = Seen(tmp_path, {name: whole}, stages)

    assert list(seen.failed("k8s-pod-host-pid-absent")) == ["Deployment/shop/x"]


# -- noise


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("batch/v1", "CronJob", {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": {"hostIPC": "no", "containers": [ONE]}}}}}),  # noqa: E501 - an example
        ("argoproj.io/v1alpha1", "Rollout", templated({"containers": [{**ONE, "securityContext": {"privileged": "true"}}]}, app="x")),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_malformed_pod_of_another_kind_is_one_gap(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.json": thing(version, kind, spec)}, stages)

    assert len([each for each in seen.gaps if each.reason == "malformed"]) == 1
    assert Verdict.PASS not in {each.verdict for each in seen.of(PRIVILEGED).values()}


@pytest.mark.parametrize(
    ("kind", "role", "topics"),
    [
        ("RoleBinding", "Role", {"roles"}),
        ("RoleBinding", "ClusterRole", {"roles"}),
        # what is bound within a namespace is no administrator of the cluster, seen or unseen: that is asked apart
        ("ClusterRoleBinding", "ClusterRole", {"roles", "k8s-rbac-cluster-admin-limited"}),
    ],
)
def test_unseen_role_is_one_gap_for_all_rights(
    kind: str, role: str, topics: set[str], stages: Stages, tmp_path: Path
) -> None:
    place = {"namespace": "shop"} if kind == "RoleBinding" else {}
    binding = {
        "apiVersion": RBAC,
        "kind": kind,
        "metadata": {"name": "b", **place},
        "roleRef": {"apiGroup": RBAC.partition("/")[0], "kind": role, "name": "elsewhere"},
        "subjects": [{"kind": "ServiceAccount", "name": "a", "namespace": "shop"}],
    }

    seen = Seen(tmp_path, {"b.json": json.dumps(binding)}, stages)

    told = [each.topic for each in seen.gaps if "elsewhere" in each.detail + each.subject]
    assert sorted(told) == sorted(topics)


@pytest.mark.parametrize(("hook", "severity"), [("test-success", Severity.MEDIUM), ("crd-install", Severity.MEDIUM)])
def test_test_pod_of_a_chart_stands_apart(hook: str, severity: Severity, stages: Stages, tmp_path: Path) -> None:
    pod = WEB.replace(
        "{name: web, namespace: shop}", "{name: t, namespace: shop, annotations: {helm.sh/hook: " + hook + "}}"
    )

    seen = Seen(tmp_path, {"Chart.yaml": CHART, "templates/tests/t.yaml": pod + "  hostIPC: true\n"}, stages)

    (found,) = seen.failed("k8s-pod-host-ipc-absent").values()
    assert (found.severity, found.apart) == (severity, "hook")


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("apps/v1", "DaemonSet", templated({"containers": [ONE]}, app="x")),
        ("batch/v1", "CronJob", {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": {"containers": [ONE]}}}}}),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_container_without_context_is_one_finding_with_its_parts(
    version: str, kind: str, spec: dict[str, Any], stages: Stages, tmp_path: Path
) -> None:
    seen = Seen(tmp_path, {"a.json": thing(version, kind, spec)}, stages)

    (whole,) = seen.failed("k8s-pod-security-context").values()
    parts = {e.id for e in seen.findings if e.part_of == "k8s-pod-security-context" and e.verdict is Verdict.FAIL}
    assert parts >= {"k8s-pod-non-root", "k8s-pod-capabilities-dropped", "k8s-pod-privilege-escalation-off"}
    assert {e.subject for e in seen.findings if e.id in parts} == {whole.subject}


@pytest.mark.parametrize(
    ("made", "check", "said"),
    [
        (
            thing("networking.k8s.io/v1", "Ingress", {"rules": [{"host": "a.example"}, {"host": "a.example"}]}),
            "k8s-ingress-tls",
            "no TLS for a.example",
        ),
        (
            thing("v1", "Pod", {"containers": [{"name": n, "image": "r.example/c:1"} for n in "ab"]}),
            "k8s-pod-image-digest",
            "r.example/c:1",
        ),
    ],
)
def test_name_is_told_once_in_a_text(made: str, check: str, said: str, stages: Stages, tmp_path: Path) -> None:
    (found,) = Seen(tmp_path, {"a.json": made}, stages).failed(check).values()

    assert found.actual.en.count(said.rpartition(" ")[2]) == 1


# -- model servers

_SERVER: Final = {"name": "s", "image": "vllm/vllm-openai:v0.11.0"}
_MESH: Final = thing(
    "security.istio.io/v1",
    "AuthorizationPolicy",
    {"rules": [{"from": [{"source": {"principals": ["cluster.local/ns/gw/sa/gateway"]}}]}]},
)
_OPEN: Final = thing("security.istio.io/v1", "AuthorizationPolicy", {"rules": [{}]})
_PROXY: Final = {"name": "login", "image": "quay.io/oauth2-proxy/oauth2-proxy:v7.12.0"}


@pytest.mark.parametrize(
    ("version", "kind", "spec", "texts", "verdict", "severity"),
    [
        ("apps/v1", "Deployment", templated({"containers": [_SERVER]}, app="x"), {"p.json": _MESH}, Verdict.PASS, None),
        ("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {"leaderWorkerTemplate": {"workerTemplate": {"spec": {"containers": [_SERVER]}}}}, {"p.json": _MESH}, Verdict.PASS, None),  # noqa: E501 - an example
        ("apps/v1", "Deployment", templated({"containers": [_SERVER]}, app="x"), {"p.json": _OPEN}, Verdict.FAIL, Severity.HIGH),  # noqa: E501 - an example
        ("apps/v1", "StatefulSet", templated({"containers": [_SERVER, _PROXY]}, app="x"), {}, Verdict.FAIL, Severity.MEDIUM),  # noqa: E501 - an example
        ("apps/v1", "StatefulSet", templated({"containers": [{**_SERVER, "args": ["--host", "127.0.0.1"]}, _PROXY]}, app="x"), {}, Verdict.PASS, None),  # noqa: E501 - an example
        ("kubeflow.org/v1", "Notebook", {"template": {"spec": {"containers": [{"name": "x", "image": "kubeflownotebookswg/jupyter-scipy:v1"}]}}}, {}, Verdict.NOT_ASSESSED, None),  # noqa: E501 - an example
    ],
)  # fmt: skip
def test_model_server_behind_what_asks_who_calls(
    version: str, kind: str, spec: dict[str, Any], texts: dict[str, str], verdict: Verdict, severity: Severity | None, stages: Stages, tmp_path: Path  # noqa: E501 - an example
) -> None:  # fmt: skip
    seen = Seen(tmp_path, {"a.json": named(version, kind, spec, app="x"), **texts}, stages)

    about = [each for each in seen.of("k8s-model-server-not-exposed").values() if each.subject.startswith(f"{kind}/")]
    assert {each.verdict for each in about} == {verdict}
    assert severity is None or {each.severity for each in about} == {severity}
