import docker

client = docker.from_env()


def run(folder):
    return client.containers.run(
        "python:3.12-slim",
        ["python", "/work/main.py"],
        # ruleid: agent-sandbox-unprivileged
        volumes={str(folder): {"bind": "/work"}, "/var/run/docker.sock": {"bind": "/var/run/docker.sock"}},
    )


def run_apart(folder):
    return client.containers.run(
        "python:3.12-slim",
        ["python", "/work/main.py"],
        # ok: agent-sandbox-unprivileged
        volumes={str(folder): {"bind": "/work", "mode": "ro"}},
    )
