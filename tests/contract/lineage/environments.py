"""Python environments of their own for programs whose packages do not fit beside ours: dbt, agentscope, Spark."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from auditor.content import cache_folder

LOCKS = Path(__file__).parents[2] / "environments"
ROOT = Path(__file__).parents[3]


def environment(name: str) -> Path:
    """Return the folder of programs of an environment, made once from its lock, every package by digest."""
    lock = LOCKS / f"{name}.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    place = cache_folder() / "test-environments" / f"{name}-{digest}"
    if not (place / "ready").is_file():
        uv = str(Path(sys.executable).with_name("uv"))
        shutil.rmtree(place, ignore_errors=True)
        given = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(place)], check=True, env=given)
        python = str(place / "bin" / "python")
        command = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(lock)]
        subprocess.run(command, check=True, env=given)
        (place / "ready").touch()
    return place / "bin"
