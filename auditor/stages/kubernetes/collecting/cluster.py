"""Collects a cluster into one file that can be carried out of its zone; and says what rights that takes."""

from __future__ import annotations

import getpass
import json
import os
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING

from auditor.formats import snapshot
from auditor.stages.kubernetes import live

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from auditor.formats.snapshot import ClusterReading


def collect(api: live.Api, output: Path, now: datetime, *, with_certificates: bool = True) -> ClusterReading:
    """Read a cluster and write its snapshot, for the owner's eyes only; of nothing no snapshot is written.

    Args:
        api: Of the cluster.
        output: File to write.
        now: The one clock of the run, UTC.
        with_certificates: Read the certificates of TLS Secrets.

    Returns:
        What was written; its refusals say what is missing.

    Raises:
        OSError: The file cannot be written.
    """
    by = f"{getpass.getuser()}@{os.uname().nodename}"
    reading = live.read(api, with_certificates=with_certificates)
    reading = replace(reading, collected_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"), collected_by=by)
    if not reading.objects:
        return reading
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(snapshot.packed(reading))
    return reading


def role() -> str:
    """Return the read-only role that an audit of a live cluster takes, as YAML."""
    return resources.files(__package__).joinpath("cluster_role.yaml").read_text("utf-8")


def node_manifest(node: str = "") -> str:
    """Return what runs the node collector, as YAML; the collector itself is in it, in a ConfigMap.

    Args:
        node: Name of the node that a Job runs on; without it a DaemonSet runs on every node.
    """
    here = resources.files(__package__)
    script = here.joinpath("node_collector.py").read_text("utf-8")
    indented = "".join(f"    {line}\n" if line else "\n" for line in script.splitlines())
    template = here.joinpath("node_job.yaml" if node else "node_daemonset.yaml").read_text("utf-8")
    return template.replace("{{node}}", json.dumps(node)).replace("    {{script}}\n", indented)
