"""Views of pods: what is equal in one is asked once, and nothing that a rule reads is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stages.kubernetes.questions.equivalence import VIEWS, grouped
from auditor.stages.policy.metadata import built_in


def pod(name: str, spec: dict[str, Any] | None = None, **container: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "subject": f"Deployment/shop/{name}",
        "kind": "Deployment",
        "namespace": "shop",
        "namespace_given": True,
        "name": name,
        "labels": {"app": name},
        "annotations": {},
        "owner": "",
        "pointer": "/spec/template/spec",
        "spec": spec or {},
        "containers": [{"type": "container", "name": "c", "pointer": "/spec/template/spec/containers/0", **container}],
    }


def test_pods_that_differ_only_in_what_is_not_seen_are_asked_about_once() -> None:
    two = [pod("a", {"nodeName": "n1"}, image="x:1"), pod("b", {"serviceAccountName": "s"}, image="y:2")]

    alike = grouped(two, "security")

    assert [each["subject"] for each in alike.pods] == ["Deployment/shop/a"]
    assert alike.subjects == {"Deployment/shop/a": ["Deployment/shop/a", "Deployment/shop/b"]}
    assert alike.pods[0]["labels"] == {}
    assert "image" not in alike.pods[0]["containers"][0]


@pytest.mark.parametrize(
    ("view", "other"),
    [
        ("security", pod("b", {"hostPID": True})),
        ("security", pod("b", {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]})),
        ("security", pod("b", {"nodeSelector": {"kubernetes.io/os": "windows"}})),
        ("security", pod("b", securityContext={"privileged": True})),
        ("security", pod("b", ports=[{"containerPort": 80, "hostPort": 80}])),
        ("security", pod("b") | {"namespace": "kube-system"}),
        ("supplies", pod("b", resources={"limits": {"memory": "1Gi"}})),
        ("supplies", pod("b", livenessProbe={"httpGet": {"port": 80}})),
        ("supplies", pod("b") | {"kind": "Job"}),
        ("all", pod("b")),
    ],
)
def test_pods_that_differ_in_what_is_seen_are_asked_about_each(view: str, other: dict[str, Any]) -> None:
    alike = grouped([pod("a"), other], view)

    assert [each["subject"] for each in alike.pods] == ["Deployment/shop/a", other["subject"]]


def test_an_element_of_a_list_keeps_its_number() -> None:
    volumes = [{"name": "data", "emptyDir": {}}, {"name": "host", "hostPath": {"path": "/run"}}]

    seen = grouped([pod("a", {"volumes": volumes})], "security").pods[0]

    assert seen["spec"]["volumes"] == [{}, {"hostPath": {"path": "/run"}}]


def test_a_name_that_is_no_utf_8_and_a_number_of_100_bits_are_no_trouble() -> None:
    odd = {"securityContext": {"runAsUser": 1 << 100, "seLinuxOptions": {"user": "\udc80"}}}

    alike = grouped([pod("a", odd), pod("b", odd), pod("c")], "security")

    assert list(alike.subjects.values()) == [["Deployment/shop/a", "Deployment/shop/b"], ["Deployment/shop/c"]]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=3), below, max_size=2),
    max_leaves=5,
)
FIELDS = st.sampled_from(["securityContext", "volumes", "nodeSelector", "resources", "hostPID", "os"])
OF_CONTAINER = st.sampled_from(["securityContext", "ports", "env", "envFrom", "livenessProbe", "resources", "from"])


@given(st.sampled_from(sorted(VIEWS)), st.dictionaries(FIELDS, JSON), st.dictionaries(OF_CONTAINER, JSON))
def test_no_value_of_any_type_breaks_a_view(view: str, spec: dict[str, Any], container: dict[str, Any]) -> None:
    alike = grouped([pod("a", spec, **container), pod("b", spec, **container)], view)

    assert {name for names in alike.subjects.values() for name in names} | {each["subject"] for each in alike.pods} == {
        "Deployment/shop/a",
        "Deployment/shop/b",
    }


def test_every_rule_on_pods_says_what_it_sees() -> None:
    assert {policy.sees for policy in built_in() if policy.is_batched} == VIEWS.keys() - {"all", "images", "none"}
    assert {policy.sees for policy in built_in() if not policy.is_batched} == {"all", "images", "peers"}
