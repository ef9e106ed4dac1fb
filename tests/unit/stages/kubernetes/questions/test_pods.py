"""Which objects make pods, where their pods stand, and which of them nobody shows."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model.fact import Facts, Origin
from auditor.stages.kubernetes.facts import KubeCluster, KubeObject
from auditor.stages.kubernetes.questions.document import ClusterView, system_of
from auditor.stages.kubernetes.questions.templates import MAKERS, makes_pods, object_of

SPEC: dict[str, Any] = {"containers": [{"name": "c", "image": "r/a:1"}]}


def thing(
    api_version: str, kind: str, body: dict[str, Any], name: str = "x", owner: tuple[str, str] | None = None
) -> KubeObject:
    metadata: dict[str, Any] = {"name": name, "namespace": "ml"}
    if owner:
        metadata["ownerReferences"] = [{"kind": owner[0], "name": owner[1]}]
    return KubeObject(
        subject=f"{kind}/ml/{name}",
        origin=Origin(part="kubernetes=x"),
        api_version=api_version,
        kind=kind,
        namespace="ml",
        name=name,
        manifest={"metadata": metadata, **body},
    )


def system(*things: KubeObject, is_complete: bool = False) -> ClusterView:
    cluster = KubeCluster(
        subject="cluster",
        origin=Origin(part="kubernetes=x"),
        version="1.34",
        distribution="",
        is_managed=False,
        is_complete=is_complete,
        kinds_listed=(),
    )
    return system_of(Facts([*things, cluster]))


def nested(path: tuple[str | int, ...], value: object) -> Any:  # noqa: ANN401
    for key in reversed(path):
        value = [value] if key == "*" else {key: value}
    return value


@pytest.mark.parametrize(("group", "kind"), sorted(each for each, maker in MAKERS.items() if maker.paths))
def test_the_pods_of_a_maker_are_judged_where_they_stand(group: str, kind: str) -> None:
    maker = MAKERS[group, kind]
    api_version = f"{group}/v1" if group else "v1"

    for path in maker.paths:
        found = system(thing(api_version, kind, nested(path, SPEC)))

        place = "".join(f"/{0 if key == '*' else key}" for key in path)
        assert [(p["subject"], p["kind"], p["pointer"]) for p in found.pods] == [(f"{kind}/ml/x", maker.acts_as, place)]
        assert [c["pointer"] for c in found.pods[0]["containers"]] == [f"{place}/containers/0"]
        assert found.unseen == {}


def test_each_of_several_templates_is_a_subject_of_its_own() -> None:
    groups = {"headGroupSpec": {"template": {"spec": SPEC}}, "workerGroupSpecs": [{"template": {"spec": SPEC}}] * 2}

    found = system(thing("ray.io/v1", "RayCluster", {"spec": groups}))

    assert [pod["subject"] for pod in found.pods] == [
        "RayCluster/ml/x:/spec/headGroupSpec/template/spec",
        "RayCluster/ml/x:/spec/workerGroupSpecs/0/template/spec",
        "RayCluster/ml/x:/spec/workerGroupSpecs/1/template/spec",
    ]
    assert {object_of(pod["subject"]) for pod in found.pods} == {"RayCluster/ml/x"}


@pytest.mark.parametrize(
    ("api_version", "kind", "body"),
    [
        ("serving.kserve.io/v1beta1", "InferenceService", {"spec": {"predictor": {"model": {"storageUri": "s3://m"}}}}),
        ("kafka.strimzi.io/v1beta2", "Kafka", {"spec": {"kafka": {"replicas": 3}}}),
        ("house.example/v1", "Agent", {"spec": {"model": "qwen", "replicas": 2}}),
        ("house.example/v1", "Note", {"spec": {"containers": ["a", "b"]}}),
        ("house.example/v1", "Deep", nested(("spec",) * 40, {"containers": [{"image": "x"}]})),
        ("nvidia.com/v1", "ClusterPolicy", {"spec": {"driver": {"enabled": True}}}),
        ("production-stack.vllm.ai/v1alpha1", "VLLMRuntime", {"spec": {"model": {"modelURL": "x"}}}),
        ("clickhouse.com/v1alpha1", "KeeperCluster", {"spec": {"replicas": 3}}),
        ("helm.cattle.io/v1", "HelmChart", {"spec": {"chart": "rancher", "repo": "https://r.example"}}),
        ("argoproj.io/v1alpha1", "ApplicationSet", {"spec": {"template": {"spec": {"source": {"chart": "dify"}}}}}),
        ("argoproj.io/v1alpha1", "Rollout", {"spec": {"workloadRef": {"kind": "Deployment"}}}),
    ],
)
def test_pods_that_a_controller_writes_are_unseen_unless_the_cluster_was_listed(
    api_version: str, kind: str, body: dict[str, Any]
) -> None:
    maker = thing(api_version, kind, body)

    assert list(system(maker).unseen) == [maker.subject]
    assert [name for name in system(maker).names if name.get("pods_unseen")] == [system(maker).names[0]]
    assert system(maker, is_complete=True).unseen == {}


@pytest.mark.parametrize(
    ("api_version", "kind", "body"),
    [
        ("v1", "Service", {"spec": {"ports": [{"port": 80}]}}),
        ("v1", "ConfigMap", {"data": {"containers": "x"}}),
        ("kyverno.io/v1", "ClusterPolicy", {"spec": {"rules": [{"containers": [{"image": "*:latest"}]}]}}),
        ("cert-manager.io/v1", "Certificate", {"spec": {"secretName": "tls"}}),
        ("monitoring.coreos.com/v1", "ServiceMonitor", {"spec": {"endpoints": []}}),
        ("external-secrets.io/v1", "ExternalSecret", {"spec": {"target": {"template": {"type": "Opaque"}}}}),
        ("source.toolkit.fluxcd.io/v1", "HelmRepository", {"spec": {"url": "https://r.example"}}),
        ("networking.k8s.io/v1", "Ingress", {"spec": {}}),
        ("tekton.dev/v1", "Pipeline", {"spec": {"tasks": [{"taskRef": {"name": "build"}}]}}),
    ],
)
def test_an_object_that_makes_no_pods_is_none_of_a_pod_rules_business(
    api_version: str, kind: str, body: dict[str, Any]
) -> None:
    assert not makes_pods(thing(api_version, kind, body))


STEP: dict[str, Any] = {"name": "s", "image": "r/a:1"}


@pytest.mark.parametrize(
    ("api_version", "kind", "body", "pointers"),
    [
        ("house.example/v1", "Agent", {"spec": {"pod": SPEC}}, {"/spec/pod/containers/0"}),
        ("apps.kruise.io/v1alpha1", "CloneSet", {"spec": {"template": {"spec": SPEC}}},
         {"/spec/template/spec/containers/0"}),
        ("apps.openshift.io/v1", "DeploymentConfig", {"spec": {"template": {"spec": SPEC}}},
         {"/spec/template/spec/containers/0"}),
        ("v1", "DeploymentConfig", {"spec": {"template": {"spec": SPEC}}}, {"/spec/template/spec/containers/0"}),
        ("v1", "Template", {"objects": [{"kind": "Pod", "spec": SPEC}]}, {"/objects/0/spec/containers/0"}),
        ("argoproj.io/v1alpha1", "WorkflowTemplate",
         {"spec": {"templates": [{"name": "a", "script": STEP, "sidecars": [STEP], "initContainers": [STEP]}]}},
         {"/spec/templates/0/script", "/spec/templates/0/sidecars/0", "/spec/templates/0/initContainers/0"}),
        ("argoproj.io/v1alpha1", "Workflow", {"spec": {"templates": [{"containerSet": {"containers": [STEP]}}]}},
         {"/spec/templates/0/containerSet/containers/0"}),
        ("argoproj.io/v1alpha1", "EventSource", {"spec": {"template": {"container": STEP}}},
         {"/spec/template/container"}),
        ("tekton.dev/v1", "Task", {"spec": {"steps": [STEP, {"ref": {"name": "x"}}], "sidecars": [STEP]}},
         {"/spec/steps/0", "/spec/steps/1", "/spec/sidecars/0"}),
        ("tekton.dev/v1", "Pipeline", {"spec": {"tasks": [{"taskSpec": {"steps": [STEP]}}]}},
         {"/spec/tasks/0/taskSpec/steps/0"}),
        ("tekton.dev/v1", "PipelineRun", {"spec": {"pipelineSpec": {"tasks": [{"taskSpec": {"steps": [STEP]}}]}}},
         {"/spec/pipelineSpec/tasks/0/taskSpec/steps/0"}),
    ],
)  # fmt: skip
def test_containers_are_judged_wherever_they_are_written_down(
    api_version: str, kind: str, body: dict[str, Any], pointers: set[str]
) -> None:
    found = system(thing(api_version, kind, body))

    assert {container["pointer"] for pod in found.pods for container in pod["containers"]} == pointers


def test_what_a_workflow_says_for_all_of_its_pods_holds_for_each() -> None:
    above = {"hostNetwork": True, "serviceAccountName": "w", "volumes": [{"name": "a"}]}
    templates = [{"name": "a", "container": STEP, "volumes": [{"name": "b"}], "serviceAccountName": "own"}]

    (pod,) = system(
        thing("argoproj.io/v1alpha1", "CronWorkflow", {"spec": {"workflowSpec": {**above, "templates": templates}}})
    ).pods

    assert pod["kind"] == "Job"
    assert pod["spec"]["hostNetwork"] is True
    assert pod["spec"]["serviceAccountName"] == "own"
    assert [each["name"] for each in pod["spec"]["volumes"]] == ["a", "b"]


def test_the_step_template_of_a_task_holds_for_each_step() -> None:
    context = {"securityContext": {"privileged": True}}

    (pod,) = system(thing("tekton.dev/v1", "Task", {"spec": {"stepTemplate": context, "steps": [STEP]}})).pods

    assert pod["containers"][0]["securityContext"] == {"privileged": True}


@pytest.mark.parametrize(
    ("schema", "is_unseen"),
    [
        ({"type": "object", "properties": {"model": {"type": "string"}}}, False),
        ({"type": "object", "properties": {"nodes": {"items": {"properties": {"image": {}}}}}}, True),
        ({"type": "object", "properties": {"x": {"x-kubernetes-preserve-unknown-fields": True}}}, True),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, True),
    ],
)
def test_a_definition_tells_whether_a_kind_speaks_of_pods(schema: dict[str, Any], *, is_unseen: bool) -> None:
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": schema}}}}]
    spec = {"group": "house.example", "names": {"kind": "Agent"}, "versions": versions}
    definition = thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", {"spec": spec}, "agents.house.example")

    found = system(definition, thing("house.example/v1", "Agent", {"spec": {}}))

    assert bool(found.unseen) is is_unseen


def in_file(each: KubeObject, file: str) -> KubeObject:
    return replace(each, origin=Origin(part="kubernetes=x", file=file))


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "is_unseen"),
    [
        ("argoproj.io/v1alpha1", "Application", {"source": {"path": "charts/app"}}, False),
        ("argoproj.io/v1alpha1", "Application", {"source": {"path": "charts/other"}}, True),
        ("argoproj.io/v1alpha1", "Application", {"source": {"path": "charts/app", "helm": {"values": "a: b"}}}, True),
        ("argoproj.io/v1alpha1", "Application", {"sources": [{"path": "charts/app"}, {"chart": "redis"}]}, True),
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", {"path": "./charts"}, False),
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", {"path": "./charts", "patches": [{}]}, True),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", {"chart": {"spec": {"chart": "./charts/app"}}}, False),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", {"chart": {"spec": {"chart": "app"}}}, True),
    ],
)
def test_what_an_object_of_gitops_installs_from_the_same_repository_is_seen_there(
    api_version: str, kind: str, spec: dict[str, Any], *, is_unseen: bool
) -> None:
    pod = in_file(thing("v1", "Pod", {"spec": SPEC}, "p"), "charts/app/templates/pod.yaml")

    found = system(in_file(thing(api_version, kind, {"spec": spec}), "apps/x.yaml"), pod)

    assert bool(found.unseen) is is_unseen


def test_a_pod_of_a_listed_rollout_counts_with_it() -> None:
    template = {"spec": {"template": {"spec": SPEC}}}
    rollout = thing("argoproj.io/v1alpha1", "Rollout", template)
    replica_set = thing("apps/v1", "ReplicaSet", template, "x-1", owner=("Rollout", "x"))
    pod = thing("v1", "Pod", {"spec": SPEC}, "x-1-a", owner=("ReplicaSet", "x-1"))

    assert [each["subject"] for each in system(rollout, replica_set, pod, is_complete=True).pods] == ["Rollout/ml/x"]


def test_a_pod_of_a_ray_cluster_stands_for_itself() -> None:
    groups = {"headGroupSpec": {"template": {"spec": SPEC}}, "workerGroupSpecs": [{"template": {"spec": SPEC}}]}
    pod = thing("v1", "Pod", {"spec": SPEC}, "x-head", owner=("RayCluster", "x"))

    found = system(thing("ray.io/v1", "RayCluster", {"spec": groups}), pod, is_complete=True)

    assert "Pod/ml/x-head" in [each["subject"] for each in found.pods]


def test_a_container_that_a_webhook_injected_is_judged_with_the_owner_and_once_for_all_replicas() -> None:
    deployment = thing("apps/v1", "Deployment", {"spec": {"template": {"spec": SPEC}}})
    running = {"containers": [*SPEC["containers"], {"name": "proxy", "image": "istio/proxy:1"}]}
    pods = [thing("v1", "Pod", {"spec": running}, f"x-{n}", owner=("Deployment", "x")) for n in range(3)]

    found = system(deployment, *pods, is_complete=True).pods

    assert [each["subject"] for each in found] == ["Deployment/ml/x"]
    assert [(c["name"], c.get("from")) for c in found[0]["containers"]] == [("c", None), ("proxy", "Pod/ml/x-0")]
