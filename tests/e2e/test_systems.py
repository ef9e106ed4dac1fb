"""Several parts and systems in one run: each part has its own verdicts, whatever stands beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

from auditor.demo import lineage, logs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bench

PICKLE = "import pickle\npickle.load(f)\n"
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: p, namespace: shop}}
spec:
  containers:
  - {{name: c, image: "r/x:1.2.3", securityContext: {{privileged: {privileged}}}}}
"""


def _certificate(*, days: int) -> bytes:
    """Return a certificate that ends so many days from now."""
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, None)
    )
    return made.public_bytes(serialization.Encoding.PEM)


def verdicts(record: dict[str, list[dict[str, str]]], check: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in record["findings"]:
        if row["id"] == check:
            found.setdefault(row["target"], set()).add(row["verdict"])
    return found


def test_two_trees_in_one_argument_have_their_own_verdicts(bench: Bench) -> None:
    bench.write("a/load.py", PICKLE)
    bench.write("b/fine.py", "x = 1\n")

    done = bench.auditor("run", "--only", "code", "code=tree/a@code=tree/b")

    assert "check broken" not in {reason for _subject, reason in done.gaps}
    found = verdicts(done.record, "data-pickle-not-loaded")
    assert found == {"code=tree/a": {"fail"}, "code=tree/b": {"nothing_found"}}
    assert done.record["targets"] == ["code=tree/a", "code=tree/b"]
    assert [system["name"] for system in done.record["systems"]] == ["code=tree/a@code=tree/b"]


def test_two_clusters_of_one_configuration_are_two_systems_and_joined_parts_are_one(bench: Bench) -> None:
    for name, privileged in (("one", "true"), ("two", "false")):
        bench.write(f"{name}/pod.yaml", POD.format(privileged=privileged))
    bench.write("three/service.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    (bench.root / "auditor.yaml").write_text(
        "system: {name: bank}\n"
        "targets: {kubernetes: [tree/one, tree/two, tree/three]}\n"
        "join: [[kubernetes=tree/two, kubernetes=tree/three]]\n"
    )

    done = bench.auditor("run", "--config", "auditor.yaml", "--skip", "code")

    found = verdicts(done.record, "k8s-pod-privileged-absent")
    assert found["kubernetes=tree/one"] == {"fail"}
    assert "fail" not in found["kubernetes=tree/two"]
    assert [(system["name"], len(system["parts"])) for system in done.record["systems"]] == [
        ("bank", 2),
        ("kubernetes=tree/one", 1),
    ]


def test_a_join_of_what_is_no_target_is_an_error_that_names_it(bench: Bench) -> None:
    bench.write("a.py", "x = 1\n")
    (bench.root / "auditor.yaml").write_text(
        "system: {name: bank}\ntargets: {code: [tree]}\njoin: [[code=tree, node=n.json]]\n"
    )

    done = bench.auditor("run", "--config", "auditor.yaml")

    assert done.exit_code == 2
    assert "unknown target of join 'node=n.json'" in done.stderr


def test_a_run_is_replayed_to_the_same_bytes(bench: Bench) -> None:
    bench.write("a.py", PICKLE)
    bench.auditor("run", "--only", "code", "code=tree", "--output", "first")

    done = bench.auditor("replay", "first", "--output", "second")

    assert done.exit_code == 0, done.stderr
    assert (bench.root / "first/record.json").read_bytes() == (bench.root / "second/record.json").read_bytes()


def test_a_readme_alone_passes_nothing(bench: Bench) -> None:
    bench.write("README.md", "# Hello\n")

    done = bench.auditor("run", "--only", "code", "code=tree")

    assert "pass" not in {row["verdict"] for row in done.record["findings"]}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two places of each kind, ``a`` with a fault and ``b`` without it."""
    root = tmp_path_factory.mktemp("pairs")
    for name, is_clean in (("a", False), ("b", True)):
        place = root / name
        (place / "tree").mkdir(parents=True)
        (place / "tree/app.py").write_text("x = 1\n" if is_clean else PICKLE)
        (place / "deploy").mkdir()
        (place / "deploy/pod.yaml").write_text(POD.format(privileged="false" if is_clean else "true"))
        words = ["/usr/bin/kubelet", f"--anonymous-auth={'false' if is_clean else 'true'}"]
        node = {"schema": "node-facts/1", "node": name, "processes": [{"name": "kubelet", "args": words}]}
        (place / "node.json").write_text(json.dumps(node))
        (place / "rootfs/etc").mkdir(parents=True)
        (place / "rootfs/etc/os-release").write_text('ID=debian\nVERSION_ID="13"\n')
        key = place / "rootfs/etc/server.key"
        key.write_text(
            "nothing\n"
            if is_clean
            else "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n"
        )
        package = {"type": "library", "name": "x", "version": "1", "bom-ref": "x", "purl": "pkg:pypi/x@1"}
        bom = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "components": [package] if is_clean else [package, package],
        }
        (place / "app.cdx.json").write_text(json.dumps(bom))
        tls = "" if is_clean else "tls_disable = true"
        (place / "vault.hcl").write_text(f'listener "tcp" {{\n  address = "0.0.0.0:8200"\n  {tls}\n}}\n')
        (place / "server.pem").write_bytes(_certificate(days=300 if is_clean else -3))
        logs.write(place / "logs", NOW, clean=is_clean)
        lineage.write(place / "lineage", NOW, clean=is_clean)
    return root


NOW = datetime.now(UTC)
OF_STAGES = [
    ("code", "code={}/tree", "data-pickle-not-loaded"),
    ("image", "image={}/rootfs", "image-files-secret-absent"),
    ("sbom", "sbom={}/app.cdx.json", "sbom-well-formed"),
    ("policy", "kubernetes={}/deploy", "k8s-pod-privileged-absent"),
    ("policy", "node={}/node.json", "k8s-kubelet-anonymous-auth"),
    ("tls", "tls={}/server.pem", "crt-in-time"),
    ("custody", "custody={}/vault.hcl", "custody-listener-encrypted"),
    ("auditlog", "auditlog={}/logs", "auditlog-actions-covered"),
    ("lineage", "lineage={}/lineage", "lineage-answers-name-user"),
]


@pytest.mark.parametrize(
    ("stage", "argument", "check"), OF_STAGES, ids=[each[1].partition("=")[0] for each in OF_STAGES]
)
def test_two_parts_of_one_argument_have_their_own_verdicts_in_every_stage(
    bench: Bench, pairs: Path, stage: str, argument: str, check: str
) -> None:
    a, b = (argument.format(pairs / name) for name in ("a", "b"))
    only = ("--only", "kubernetes,policy") if stage == "policy" else ("--only", stage)

    done = bench.auditor("run", *only, f"{a}@{b}")

    assert "check broken" not in {reason for _subject, reason in done.gaps}
    found = verdicts(done.record, check)
    assert "fail" in found[a]
    assert "fail" not in found[b]
