"""Builds kube-apiserver and etcd for the contract tests, once (design/test-servers.md §2).

``make test`` runs this module before pytest, so that the minutes it takes the first time are seen; a test that is run
by itself builds what is missing, too. Modules and compiled packages go where those of wrapped programs go.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from auditor.content import cache_folder

MODULE = Path(__file__).parent
FLAGS = (
    "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 "
    "-X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
)
PACKAGES = (("etcd", "go.etcd.io/etcd/server/v3"), ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"))
TIME_LIMIT_S = 3600
BEAT_S = 20


def programs() -> Path:
    """Return the folder of the two programs; build what is missing there (6 to 15 minutes in all)."""
    key = hashlib.sha256((MODULE / "go.sum").read_bytes()).hexdigest()[:16]
    folder = cache_folder() / "test-servers" / f"kubernetes-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, package in PACKAGES:
        if not (folder / name).exists():
            part = folder / f"{name}.{os.getpid()}.part"
            _build(name, package, part)
            part.rename(folder / name)
    return folder


def _build(name: str, package: str, place: Path) -> None:
    go = cache_folder() / "downloads" / "go"
    environment = {
        **os.environ,
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GOPATH": str(go),
        "GOMODCACHE": str(go / "mod"),
        "GOCACHE": str(go / "build"),
    }
    argv = ["go", "build", "-mod=readonly", "-modcacherw", "-trimpath", "-ldflags", FLAGS, "-o", str(place), package]
    begin = time.monotonic()
    with subprocess.Popen(argv, cwd=MODULE, env=environment) as process:
        while process.poll() is None:
            sys.stderr.write(f"{name}: building, {time.monotonic() - begin:.0f} s\n")
            try:
                process.wait(BEAT_S)
            except subprocess.TimeoutExpired:
                if time.monotonic() - begin > TIME_LIMIT_S:
                    process.kill()
        if process.returncode != 0:
            message = f"{name} was not built: go ended with {process.returncode}"
            raise RuntimeError(message)


if __name__ == "__main__":
    sys.stderr.write(f"test servers: {programs()}\n")
