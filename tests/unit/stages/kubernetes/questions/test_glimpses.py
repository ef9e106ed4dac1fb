"""What is written in objects whose pods their controllers make, as pods of which only failures count."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.fact import Facts
from auditor.stages.kubernetes.questions.document import system_of
from auditor.stages.kubernetes.questions.glimpses import glimpses
from tests.unit.stages.kubernetes.questions.test_pods import thing


def _of(spec: dict[str, Any], api_version: str = "house.example/v1", kind: str = "Database") -> list[dict[str, Any]]:
    return list(glimpses(thing(api_version, kind, {"spec": spec, "status": {"hostNetwork": True}})))


def test_a_place_that_says_something_is_a_pod_with_the_rest_good() -> None:
    (pod,) = _of({"replicas": 3, "hostNetwork": True})

    assert (pod["subject"], pod["pointer"]) == ("Database/ml/x", "/spec")
    assert pod["spec"]["hostNetwork"] is True
    assert pod["spec"]["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert pod["containers"] == []


def test_each_of_several_places_is_a_subject_of_its_own() -> None:
    found = _of({"master": {"hostPID": True}, "worker": [{"securityContext": {"runAsUser": 0}}]})

    assert [pod["subject"] for pod in found] == ["Database/ml/x:/spec/master", "Database/ml/x:/spec/worker/0"]
    assert found[1]["context"] == "/spec/worker/0/securityContext"


@pytest.mark.parametrize("name", ["securityContext", "containerSecurityContext", "podSecurityContext"])
def test_a_field_that_only_containers_have_makes_it_the_context_of_one(name: str) -> None:
    (pod,) = _of({name: {"privileged": True}})

    (container,) = pod["containers"]
    assert container["context"] == f"/spec/{name}"
    assert container["securityContext"]["privileged"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["filled"] == ["drop"]


@pytest.mark.parametrize("name", ["volumes", "extraVolumes", "additionalVolumes", "podVolumes", "userVolumes"])
def test_paths_of_the_node_are_seen_under_whatever_name_an_operator_gives_volumes(name: str) -> None:
    volumes = [{"name": "a", "emptyDir": {}}, {"name": "s", "hostPath": {"path": "/var/run/docker.sock"}}]

    (pod,) = _of({"worker": {name: volumes, "resources": {}}})

    assert pod["spec"]["volumes"] == volumes
    assert pod["volumes_at"] == f"/spec/worker/{name}"


def test_capabilities_that_are_dropped_stay_as_they_are() -> None:
    (pod,) = _of({"sidecars": [{"name": "s", "securityContext": {"capabilities": {"drop": ["MKNOD"]}}}]})

    (container,) = pod["containers"]
    assert container["securityContext"]["capabilities"] == {"drop": ["MKNOD"]}
    assert (container["pointer"], "filled" in container) == ("/spec/sidecars/0", False)


@pytest.mark.parametrize(
    ("spec", "api_version", "kind"),
    [
        ({"replicas": 1, "volumes": [{"name": "a", "emptyDir": {}}]}, "house.example/v1", "Database"),
        (
            {"extraVolumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "a"}}]},
            "house.example/v1",
            "Database",
        ),
        ({"securityContext": {"privileged": "true"}}, "house.example/v1", "Database"),
        ({"securityContext": {}, "hostNetwork": None}, "house.example/v1", "Database"),
        ({"values": {"hostNetwork": True}}, "helm.toolkit.fluxcd.io/v2", "HelmRelease"),
        ({"source": {"helm": {"valuesObject": {"hostPID": True}}}}, "argoproj.io/v1alpha1", "Application"),
    ],
)
def test_what_says_nothing_of_a_pod_gives_none(spec: dict[str, Any], api_version: str, kind: str) -> None:
    assert _of(spec, api_version, kind) == []


def test_only_objects_whose_pods_are_unseen_are_glimpsed_at() -> None:
    seen = thing("argoproj.io/v1alpha1", "Rollout", {"spec": {"template": {"spec": {"containers": [{"name": "c"}]}}}})
    unseen = thing("house.example/v1", "Database", {"spec": {"hostNetwork": True}}, name="y")

    assert [pod["name"] for pod in system_of(Facts([seen, unseen])).glimpses] == ["y"]
