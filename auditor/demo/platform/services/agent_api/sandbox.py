"""Containers in which code written by the model runs."""

from __future__ import annotations

import docker

IMAGE = "registry.bank.cn/loan/python-sandbox@sha256:9f2c1d7b84e05a36c8d1f0e7b29a4c6358e71d0b9ac24f6e83d5b7a1c09e4f62"

engine = docker.from_env()


def run_calculation(code: str) -> str:
    """Run a repayment calculation and return what it prints."""
    output = engine.containers.run(
        IMAGE,
        ["python", "-I", "-c", code],
        remove=True,
        network_mode="none",
        read_only=True,
        user="65534:65534",
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        mem_limit="256m",
        pids_limit=64,
    )
    return output.decode()


def run_report(code: str) -> str:
    """Run a report that reads the data warehouse and return what it prints."""
    output = engine.containers.run(
        IMAGE,
        ["python", "-c", code],
        remove=True,
        privileged=True,
        network_mode="host",
        volumes={"/srv/warehouse": {"bind": "/data", "mode": "ro"}},
    )
    return output.decode()
