import docker
import subprocess
from docker.types import HostConfig
import aiodocker

client = docker.from_env()


def run_code(code):
    # ruleid: agent-sandbox-unprivileged
    return client.containers.run("python:3.12", ["python", "-c", code], privileged=True, remove=True)


def run_code_ok(code):
    # ok: agent-sandbox-unprivileged
    return client.containers.run("python:3.12", ["python", "-c", code], network_mode="none", cap_drop=["ALL"], read_only=True)


def run_host(code):
    # ruleid: agent-sandbox-unprivileged
    c = client.containers.create(image="sandbox", command=code, network_mode="host")
    c.start()


def run_pid(code):
    # ruleid: agent-sandbox-unprivileged
    client.containers.run("sandbox", code, pid_mode="host", detach=True)


def cli(code):
    # ruleid: agent-sandbox-unprivileged
    subprocess.run(["docker", "run", "--rm", "--privileged", "sandbox", "python", "-c", code], timeout=30)


def cli_ok(code):
    # ok: agent-sandbox-unprivileged
    subprocess.run(["docker", "run", "--rm", "--network=none", "--cap-drop=ALL", "sandbox", "python", "-c", code], timeout=30)


def cli_net(code):
    # ruleid: agent-sandbox-unprivileged
    subprocess.run(["docker", "run", "--network", "host", "sandbox", code], timeout=30)


def bridge(code):
    # ok: agent-sandbox-unprivileged
    client.containers.run("sandbox", code, network_mode="bridge", privileged=False)


def options(code):
    config = {"image": "sandbox", "command": code, "privileged": False, "network_mode": "none"}
    # ok: agent-sandbox-unprivileged
    return client.containers.run(**config)

