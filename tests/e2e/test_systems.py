"""Several parts and systems in one run: each part has its own verdicts, whatever stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
