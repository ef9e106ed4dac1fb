from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats.documents import Document, read
from auditor.formats.kubernetes import Entry, Stray, entries, without_secrets

if TYPE_CHECKING:
    from auditor.formats.documents import Json


def _entries(text: str) -> list[Entry | Stray]:
    return [entry for found in read(text.encode()) if isinstance(found, Document) for entry in entries(found)]


def test_the_items_of_a_list_are_objects_with_their_own_lines() -> None:
    text = """apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
- apiVersion: v1
  kind: Service
  metadata:
    name: b
    namespace: ns
"""

    pod, service = _entries(text)

    assert isinstance(pod, Entry)
    assert isinstance(service, Entry)
    assert (pod.kind, pod.name, pod.pointer, pod.line, pod.end_line) == ("Pod", "a", "/items/0", 4, 7)
    assert pod.lines == {"/kind": 5, "/metadata": 6, "/metadata/name": 7}
    assert (service.namespace, service.line, service.end_line) == ("ns", 8, 12)


def test_the_items_of_a_typed_list_take_its_kind() -> None:
    (pod,) = _entries('{"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "a"}}]}')

    assert isinstance(pod, Entry)
    assert (pod.api_version, pod.kind) == ("v1", "Pod")


def test_a_generated_name_ends_with_a_star() -> None:
    (pod,) = _entries("apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}")

    assert isinstance(pod, Entry)
    assert pod.name == "job-*"


def test_what_was_meant_to_be_an_object_is_told_apart_from_other_files() -> None:
    broken = [
        "kind: Pod\nmetadata: {name: a}",
        "apiVersion: v1\nkind: Pod\nmetadata: {}",
        "apiVersion: v1\nkind: Pod",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: 5}",
        "apiVersion: 1.0\nkind: Pod\nmetadata: {name: a}",
        "apiVersion: v1\nkind: List\nitems: [{x: 1}]",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: 7}",
    ]
    foreign = [
        "services: {web: {image: x}}",
        "- a\n- b",
        "text",
        "apiVersion: v2\nname: chart",
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration",
        "apiVersion: v1\nkind: Config\nusers: []",
    ]

    assert [isinstance(e, Stray) and e.is_broken for text in broken for e in _entries(text)] == [True] * len(broken)
    assert [isinstance(e, Stray) and not e.is_broken for text in foreign for e in _entries(text)] == [True] * len(
        foreign
    )


def test_no_secret_value_stays() -> None:
    value: dict[str, Json] = {
        "kind": "Secret",
        "metadata": {
            "name": "s",
            "managedFields": [1],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "CANARY", "a": "b"},
        },
        "data": {"password": "CANARY", "key.without.dot": "CANARY", "nodot": "CANARY"},
        "stringData": {"x": "CANARY"},
    }

    found = without_secrets(value)

    assert "CANARY" not in str(found)
    assert found["data"] == {"password": "", "key.without.dot": "", "nodot": ""}
    assert found["metadata"] == {"name": "s", "annotations": {"a": "b"}}


def test_a_bootstrap_token_keeps_its_purpose_and_expiry() -> None:
    value: dict[str, Json] = {
        "kind": "Secret",
        "type": "bootstrap.kubernetes.io/token",
        "data": {"token-secret": "CANARY", "expiration": "MjAyNg==", "usage-bootstrap-authentication": "dHJ1ZQ=="},
    }

    assert without_secrets(value)["data"] == {
        "token-secret": "",
        "expiration": "MjAyNg==",
        "usage-bootstrap-authentication": "dHJ1ZQ==",
    }


def test_literal_secrets_of_containers_are_masked_and_the_rest_is_left() -> None:
    env: list[Json] = [
        {"name": "DB_PASSWORD", "value": "CANARY"},
        {"name": "TOKEN_FILE", "value": "/run/token"},
        {"name": "URL", "value": "postgres://me:CANARY@db/x"},
        {"name": "A", "value": "b"},
    ]

    found = str(without_secrets({"kind": "Pod", "spec": {"containers": [{"env": env}]}}))

    assert "CANARY" not in found
    assert "/run/token" in found
    assert "postgres://me:(masked)@db/x" in found


def test_data_of_config_maps_is_masked_where_it_is_secret() -> None:
    found = without_secrets(
        {"kind": "ConfigMap", "data": {"a": "b", "db_password": "CANARY"}, "binaryData": {"x": "CANARY"}}
    )

    assert found["data"] == {"a": "b", "db_password": "(masked)"}
    assert "CANARY" not in str(found)
