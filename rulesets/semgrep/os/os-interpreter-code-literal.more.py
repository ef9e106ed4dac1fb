import subprocess
import sys
import tempfile
from pathlib import Path

PROBE = "print(1)"


def run(state):
    code = state["messages"][-1].content
    # ruleid: os-interpreter-code-literal--file
    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as handle:
        handle.write(code)
    return subprocess.run([sys.executable, handle.name], capture_output=True, check=False)


def run_script(text, folder: Path):
    place = folder / "script.sh"
    # ruleid: os-interpreter-code-literal--file
    place.write_text(text)
    subprocess.run(["bash", str(place)], check=True)


def probe(folder: Path):
    place = folder / "probe.py"
    # ok: os-interpreter-code-literal--file
    place.write_text(PROBE)
    subprocess.run([sys.executable, str(place)], check=True)


def keep(text, folder: Path):
    place = folder / "note.txt"
    # ok: os-interpreter-code-literal--file
    place.write_text(text)
    subprocess.run(["wc", str(place)], check=True)
