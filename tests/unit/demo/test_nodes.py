"""The recorded node facts keep to ``node-facts/1`` and hold no secret."""

from __future__ import annotations

import json
import re
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from auditor import demo

if TYPE_CHECKING:
    from pathlib import Path

NODES = sorted(demo.nodes().glob("*.json"))
ROLES = {  # check.role of the CIS catalogue, and two more of product.md §7
    "admin_kubeconfig",
    "apiserver_manifest",
    "audit_policy",
    "cni_config",
    "controller_manager_kubeconfig",
    "controller_manager_manifest",
    "encryption_config",
    "etcd_data_dir",
    "etcd_manifest",
    "kubelet_client_ca",
    "kubelet_config",
    "kubelet_kubeconfig",
    "kubelet_service",
    "pki_all",
    "pki_cert",
    "pki_key",
    "proxy_kubeconfig",
    "scheduler_kubeconfig",
    "scheduler_manifest",
}


def facts(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_four_distributions_are_recorded() -> None:
    assert [path.stem for path in NODES] == ["k3s-server", "kubeadm-control-plane", "kubeadm-worker", "rke2-server"]


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_document_has_the_published_shape(path: Path) -> None:
    node = facts(path)

    assert set(node) == {"schema", "node", "collected_at", "files", "processes", "cni"}
    assert node["schema"] == "node-facts/1"
    assert all(set(plugin) == {"name"} for plugin in node["cni"]["plugins"])
    assert all(set(process) == {"name", "args"} for process in node["processes"])
    for file in node["files"]:
        assert set(file) - {"content"} == {"path", "roles", "mode", "owner", "group", "uid", "gid"}
        assert file["path"].startswith("/")
        assert re.fullmatch(r"0[0-7]{3}", file["mode"])
        assert (file["uid"] == 0) == (file["owner"] == "root")
        assert set(file["roles"]) <= ROLES


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_no_path_is_recorded_twice(path: Path) -> None:
    paths = [file["path"] for file in facts(path)["files"]]

    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_recorded_configuration_parses(path: Path) -> None:
    for file in facts(path)["files"]:
        content = file.get("content", "")
        if content.startswith("-----BEGIN"):
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=content)
        elif file["path"].endswith((".yaml", ".conf", ".conflist", ".json")) and "systemd" not in file["path"]:
            assert content == "" or isinstance(yaml.safe_load(content), dict)


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_no_private_key_is_recorded(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "PRIVATE KEY" not in text
    assert "LS0tLS1CRUdJTiBS" not in text  # "-----BEGIN R" of an RSA key in base64
    assert not [f for f in facts(path)["files"] if f["path"].endswith(".key") and "content" in f]


def test_arguments_of_processes_equal_those_of_their_static_pods() -> None:
    for path in NODES:
        node = facts(path)
        manifests = {
            pod["metadata"]["name"]: pod["spec"]["containers"][0]["command"]
            for file in node["files"]
            if "/manifests/" in file["path"] or "/pod-manifests/" in file["path"]
            for pod in [yaml.safe_load(file["content"])]
        }

        running = {process["name"]: process["args"] for process in node["processes"]}

        assert {name: running[name] for name in manifests} == manifests
