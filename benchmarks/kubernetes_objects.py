"""Stage ``kubernetes`` on 1,000, 10,000 and 50,000 objects: reading YAML, the first cost of the whole audit.

Usage: ``python -m benchmarks.kubernetes_objects``. The objects are deployments of two containers, 2 KB of YAML each,
twenty to a file. The reference is PyYAML's C loader on the same files, which keeps no line of anything and reads
``0600`` as text.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.tools.helm import Helm
from auditor.tools.kube import KubeApi
from auditor.tools.kustomize import Kustomize
from auditor.tools.programs import Programs
from benchmarks.measure import head, row

PER_FILE = 20
CPU_LIMIT_S = 5.0
GROWTH_LIMIT = 1.3
MEMORY_LIMIT_MIB = 512


def write(folder: Path, count: int) -> None:
    """Write objects into files."""
    for start in range(0, count, PER_FILE):
        documents = [_deployment(number) for number in range(start, min(start + PER_FILE, count))]
        text = yaml.dump_all(documents, Dumper=yaml.CSafeDumper)
        (folder / f"f{start:06}.yaml").write_text(text)


def _deployment(number: int) -> dict[str, object]:
    labels = {"app": f"app-{number}", "tier": "backend", "version": "1.2.3"}
    containers = [
        {
            "name": f"c{index}",
            "image": f"registry.example.com/team/app-{number}:1.{index}.0",
            "ports": [{"containerPort": 8080, "name": "http"}],
            "env": [{"name": f"VAR_{key}", "value": f"value-{key}"} for key in range(4)],
            "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
            "securityContext": {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}},
            "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "initialDelaySeconds": 3},
        }
        for index in range(2)
    ]
    pod = {"serviceAccountName": "x", "containers": containers, "volumes": [{"name": "data", "emptyDir": {}}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"app-{number}", "namespace": f"ns-{number % 50}", "labels": labels},
        "spec": {
            "replicas": number % 5,
            "selector": {"matchLabels": {"app": f"app-{number}"}},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def observe(folder: Path) -> None:
    """Observe a folder and print CPU seconds and peak memory; runs in a process of its own."""
    import resource  # noqa: PLC0415 - of this process only

    programs = Programs.here()
    stage = KubernetesStage(
        charts=Helm(lambda: programs.find("helm")), builds=Kustomize(lambda: programs.find("kustomize")), apis=KubeApi
    )
    target = System(name="b", parts=(Part(kind="kubernetes", where=str(folder)),))
    begin = time.process_time()
    count = sum(isinstance(each, KubeObject) for each in stage.observe(target, Facts()))
    used_s = time.process_time() - begin
    print(count, used_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _measured(folder: Path) -> tuple[int, float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kubernetes_objects", str(folder)], check=True, capture_output=True, text=True
    )
    count, used_s, memory_mib = done.stdout.split()
    return int(count), float(used_s), float(memory_mib)


def main() -> None:
    """Print the table."""
    head()
    per_object: dict[int, float] = {}
    for count in (1_000, 10_000, 50_000):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            write(folder, count)
            size_mb = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
            found, used_s, memory_mib = _measured(folder)
            per_object[count] = used_s / found
            row(f"{found} objects, {size_mb:.0f} MB: CPU", f"{used_s:.2f} s", "", holds=found == count)
            if count == 10_000:  # noqa: PLR2004
                begin = time.process_time()
                for path in sorted(folder.iterdir()):
                    list(yaml.load_all(path.read_bytes(), yaml.CSafeLoader))
                bare_s = time.process_time() - begin
                row("the same / PyYAML's C loader", f"{used_s / bare_s:.2f}", "1.0", holds=used_s <= bare_s)
                row(
                    "13 MB of it",
                    f"{used_s * 13 / size_mb:.2f} s",
                    f"{CPU_LIMIT_S} s",
                    holds=used_s * 13 / size_mb <= CPU_LIMIT_S,
                )
                row(
                    "peak memory",
                    f"{memory_mib:.0f} MiB",
                    f"{MEMORY_LIMIT_MIB} MiB",
                    holds=memory_mib <= MEMORY_LIMIT_MIB,
                )
    growth = per_object[50_000] / per_object[1_000]
    row("CPU an object, 50,000 / 1,000", f"{growth:.2f}", f"{GROWTH_LIMIT}", holds=growth <= GROWTH_LIMIT)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        observe(Path(sys.argv[1]))
    else:
        main()
