from __future__ import annotations

from typing import Any

from auditor.model.fact import Facts, Origin
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeObject, Setting
from auditor.stages.kubernetes.questions.document import system_of
from auditor.stages.kubernetes.questions.slim import slim

HERE = Origin(part="kubernetes=x")


def thing(kind: str, name: str, body: dict[str, Any], *, namespace: str = "shop", group: str = "v1") -> KubeObject:
    return KubeObject(
        subject=f"{kind}/{namespace}/{name}",
        origin=HERE,
        api_version=group,
        kind=kind,
        namespace=namespace,
        name=name,
        manifest={"metadata": {"name": name, "namespace": namespace}, **body},
    )


def component(seen_in: str, **fields: Any) -> KubeComponent:  # noqa: ANN401
    return KubeComponent(
        subject="etcd@n1",
        origin=Origin(part="kubernetes=x", file=seen_in),
        component="etcd",
        node="n1",
        seen_in=seen_in,
        **{"flags": {}, **fields},
    )


def test_all_kinds_of_containers_come_in_one_list_with_their_pointers() -> None:
    spec = {
        "hostPID": True,
        "containers": [{"name": "a", "image": "x"}],
        "initContainers": [{"name": "b"}],
        "ephemeralContainers": [{"name": "c"}],
    }

    pod = system_of(Facts([thing("Pod", "p", {"spec": spec})])).pods[0]

    assert [(c["type"], c["name"], c["pointer"]) for c in pod["containers"]] == [
        ("container", "a", "/spec/containers/0"),
        ("init", "b", "/spec/initContainers/0"),
        ("ephemeral", "c", "/spec/ephemeralContainers/0"),
    ]
    assert pod["spec"] == {"hostPID": True}


def test_a_template_of_a_cron_job_is_found() -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c"}]}}
    job = thing("CronJob", "j", {"spec": {"jobTemplate": {"spec": {"template": template}}}}, group="batch/v1")

    pod = system_of(Facts([job])).pods[0]

    assert pod["pointer"] == "/spec/jobTemplate/spec/template/spec"
    assert pod["labels"] == {"a": "b"}


def test_a_job_of_another_api_group_is_no_workload() -> None:
    job = thing("Job", "j", {"spec": {"tasks": []}}, group="batch.volcano.sh/v1alpha1")

    system = system_of(Facts([job]))

    assert system.pods == []
    assert system.malformed == {}


def test_owners_that_go_round_in_circles_end() -> None:
    def owned(name: str, owner: str) -> KubeObject:
        fact = thing("Pod", name, {"spec": {"containers": [{"name": "c"}]}})
        manifest: dict[str, Any] = dict(fact.manifest)
        manifest["metadata"] = {"ownerReferences": [{"kind": "Pod", "name": owner}, "rubbish"]}
        return thing("Pod", name, manifest)

    system = system_of(Facts([owned("a", "b"), owned("b", "a")]))

    assert len(system.pods) <= 2


def test_values_of_a_wrong_type_do_no_harm() -> None:
    pods = [
        thing("Pod", "a", {"spec": "text"}),
        thing("Pod", "b", {"spec": {"containers": {"name": "x"}}}),
        thing("Pod", "c", {"spec": {"containers": ["text", {"name": None}]}}),
        thing("Pod", "d", {"metadata": None}),
    ]

    system = system_of(Facts(pods))

    assert system.pods == []
    assert len(system.malformed) == 4


def test_what_runs_wins_over_what_is_written() -> None:
    written = component("static-pod", flags={"a": (Setting(value="1", source="flag"),)}, files={"trusted_ca": "PEM"})
    running = component("process", flags={"a": (Setting(value="2", source="flag"),)})

    found = system_of(Facts([written, running])).components

    assert [c["flags"] for c in found] == [{"a": ["2"]}]
    assert found[0]["files"] == {"trusted_ca": "PEM"}


def test_a_flag_wins_over_a_variable_of_the_environment() -> None:
    settings = (Setting(value="flag", source="flag"), Setting(value="variable", source="environment"))

    found = system_of(Facts([component("process", flags={"a": settings})])).components[0]

    assert found["flags"]["a"] == ["variable", "flag"]


def test_objects_of_admission_engines_are_always_asked_about() -> None:
    constraint = thing("K8sPSPPrivilegedContainer", "c", {}, namespace="", group="constraints.gatekeeper.sh/v1beta1")
    system = system_of(Facts([constraint, thing("ConfigMap", "m", {})]))

    chosen = system.chosen({"Secret"})

    assert list(chosen) == ["K8sPSPPrivilegedContainer"]


def test_only_namespaces_that_are_asked_about_are_sent() -> None:
    system = system_of(Facts([thing("Namespace", name, {}, namespace="") for name in ("a", "b")]))

    assert [o["name"] for o in system.chosen({"Namespace"}, frozenset({"b"}))["Namespace"]] == ["b"]


def test_an_unknown_cluster_is_not_complete() -> None:
    assert system_of(Facts()).cluster["is_complete"] is False


def test_a_known_cluster_is_taken_over() -> None:
    fact = KubeCluster(
        subject="cluster", origin=HERE, version="1.34.1", distribution="k3s", is_managed=False, is_complete=True,
        kinds_listed=("Pod",),
    )  # fmt: skip

    assert system_of(Facts([fact])).cluster["distribution"] == "k3s"


def test_a_slim_pod_keeps_what_rules_over_the_cluster_look_at() -> None:
    container = {"name": "a", "image": "x", "ports": [], "securityContext": {"privileged": True}, "livenessProbe": {}}
    pod = system_of(Facts([thing("Pod", "p", {"spec": {"containers": [container], "volumes": []}})])).pods[0]

    assert slim(pod)["containers"] == [
        {
            "type": "container",
            "name": "a",
            "image": "x",
            "ports": [],
            "securityContext": {"privileged": True},
            "pointer": "/spec/containers/0",
        }
    ]


def test_of_the_environment_only_secrets_and_keys_are_shown_each_with_its_number() -> None:
    secret = {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    key = {"name": "VLLM_API_KEY", "value": "(masked)"}
    container = {
        "name": "a",
        "env": [{"name": "A", "value": "x"}, secret, key],
        "envFrom": [{"configMapRef": {}}, {"secretRef": {"name": "s"}}],
    }
    pod = system_of(Facts([thing("Pod", "p", {"spec": {"containers": [container]}})])).pods[0]

    shown = slim(pod)["containers"][0]

    assert shown["env"] == [{}, secret, key]
    assert shown["envFrom"] == [{}, {"secretRef": {"name": "s"}}]
