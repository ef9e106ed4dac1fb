"""Sees to the system packages that only tests need: ``python3 scripts/system_packages.py tests/system-packages.txt``.

Where apt may be used (root, or sudo without a password) what is missing is installed; elsewhere this stops with the one
command to run. A missing program never becomes a skipped test.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> str:
    """Return what is wrong, empty if every package of the list is there."""
    wanted = [line.split(maxsplit=2) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    rows = [(row[0], Path(row[1]), row[2]) for row in wanted if row and not row[0].startswith("#")]
    missing = [(name, why) for name, file, why in rows if not file.exists()]
    if not missing:
        return ""
    names = [name for name, _why in missing]
    for name, why in missing:
        print(f"missing system package: {name} ({why})", file=sys.stderr)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    may = _may()
    if may is None or shutil.which("apt-get") is None:
        update = "apt-get update && " if shutil.which("apt-get") else ""
        return f"the tests need them; as root, run:\n\n    {update}{shlex.join(install)}\n"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in ([*may, "apt-get", "update"], [*may, *install]):
        print(f"+ {shlex.join(argv)}", file=sys.stderr)
        if subprocess.run(argv, check=False, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
            return f"this failed: {shlex.join(argv)}"
    left = [f"{name} did not bring {file}" for name, file, _why in rows if not file.exists()]
    return "; ".join(left)


def _may() -> list[str] | None:
    """Return what to put before a command that needs root; None where that cannot be had without asking."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


if __name__ == "__main__":
    sys.exit(main() or None)
