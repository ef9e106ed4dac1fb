#!/bin/sh
# ruleid: agent-sandbox-unprivileged--shell
docker run -d --privileged registry.corp.cn/sandbox:1.4
# ruleid: agent-sandbox-unprivileged--shell
podman run --rm -v /var/run/docker.sock:/var/run/docker.sock registry.corp.cn/sandbox:1.4
# ok: agent-sandbox-unprivileged--shell
docker run -d --cap-drop=ALL --network=none registry.corp.cn/sandbox:1.4
