import asyncio
import os
import subprocess

import aiodocker
import docker
from kubernetes import client as k8s

client = docker.from_env()


def bad(code, image, cfg):
    # ruleid: agent-sandbox-unprivileged
    client.containers.run("python:3.12", ["python", "-c", code], privileged=True)
    # ruleid: agent-sandbox-unprivileged
    client.containers.run(image, command=code, network_mode="host", remove=True)
    # ruleid: agent-sandbox-unprivileged
    client.containers.create(image, pid_mode="host")
    # ruleid: agent-sandbox-unprivileged
    client.containers.run(image, code, cap_add=["SYS_ADMIN"])
    # ruleid: agent-sandbox-unprivileged
    client.api.create_host_config(privileged=True)
    # ruleid: agent-sandbox-unprivileged
    k8s.V1PodSpec(containers=[], host_network=True)
    # ruleid: agent-sandbox-unprivileged
    k8s.V1SecurityContext(privileged=True)
    # ruleid: agent-sandbox-unprivileged
    subprocess.run(["docker", "run", "--rm", "--privileged", image, "python", "-c", code], timeout=5)
    # ruleid: agent-sandbox-unprivileged
    subprocess.run(["docker", "run", "--network", "host", image], timeout=5)
    # ruleid: agent-sandbox-unprivileged
    os.system(f"docker run --rm --net=host {image}")
    # ruleid: agent-sandbox-unprivileged
    config = {"Image": image, "HostConfig": {"Privileged": True}}
    # ruleid: agent-sandbox-unprivileged
    pod = {"spec": {"hostPID": True, "containers": []}}
    # ruleid: agent-sandbox-unprivileged
    cfg["network_mode"] = "host"
    return config, pod


def good(code, image, cfg):
    # ok: agent-sandbox-unprivileged
    client.containers.run("python:3.12", ["python", "-c", code], network_mode="none", cap_drop=["ALL"], read_only=True)
    # ok: agent-sandbox-unprivileged
    client.containers.run(image, code, privileged=False)
    # ok: agent-sandbox-unprivileged
    client.containers.run(image, code, network_disabled=True, pids_limit=64)
    # ok: agent-sandbox-unprivileged
    k8s.V1SecurityContext(privileged=False, run_as_non_root=True)
    # ok: agent-sandbox-unprivileged
    subprocess.run(["docker", "run", "--rm", "--network", "none", image, "python", "-c", code], timeout=5)
    # ok: agent-sandbox-unprivileged
    config = {"Image": image, "HostConfig": {"Privileged": False, "NetworkMode": "none"}}
    # ok: agent-sandbox-unprivileged
    cfg["network_mode"] = "none"
    # ok: agent-sandbox-unprivileged
    connect(database="host", network="host.internal")
    return config
