"""Makes the virtual environment of a checkout with nothing but a bare Python: ``python3 scripts/environment.py .venv``.

Debian splits ``ensurepip`` off into the package python3-venv; where it is missing, pip itself is fetched by its digest,
so that nobody has to be root.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

LOWEST = (3, 11)
PIP = (
    "https://files.pythonhosted.org/packages/44/3c/d717024885424591d5376220b5e836c2d5293ce2011523c9de23ff7bf068/"
    "pip-25.3-py3-none-any.whl"
)
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


def main() -> str:
    """Make or mend the environment named by the first argument; return what went wrong, empty if nothing did."""
    folder = Path(sys.argv[1])
    if sys.version_info < LOWEST:
        here = ".".join(map(str, sys.version_info[:3]))
        return f"Python {here} is too old (3.11 or newer is needed); name another one: make PYTHON=python3.12 …"
    python = folder / "bin" / "python"
    if _works(python, "import pip"):
        return ""
    has_pip = importlib.util.find_spec("ensurepip") is not None
    venv.create(folder, clear=True, symlinks=True, with_pip=has_pip)
    return "" if has_pip else _bring_pip(python)


def _works(python: Path, code: str) -> bool:
    try:
        return subprocess.run([python, "-I", "-c", code], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _bring_pip(python: Path) -> str:
    print("this Python has no ensurepip: pip is fetched by its digest", file=sys.stderr)
    try:
        with urllib.request.urlopen(PIP, timeout=60) as answer:
            data = answer.read()
    except OSError as error:
        return f"{PIP} cannot be fetched ({error}); with root, this does as well: apt-get install -y python3-venv"
    found = hashlib.sha256(data).hexdigest()
    if found != PIP_SHA256:
        return f"{PIP} has SHA-256 {found} (expected {PIP_SHA256})"
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder, PIP.rpartition("/")[2])
        wheel.write_bytes(data)
        # a wheel is a zip archive, and Python runs what lies in one
        argv = [str(python), "-I", f"{wheel}/pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
        return "" if subprocess.run(argv, check=False).returncode == 0 else "pip did not install itself"


if __name__ == "__main__":
    sys.exit(main() or None)
