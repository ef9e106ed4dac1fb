"""Runs the tour (``docs/tour.md``, in both languages) and writes its true output into it, shortened; `make tour`.

What stands between ``<!-- tour: NAME -->`` and ``<!-- /tour -->`` is replaced. Each command is run for real, in a
folder that holds the audited release, with no observations of earlier runs, so that the first run is a cold one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from auditor import demo
from auditor.content import cache_folder
from auditor.tools.peers import running

ROOT = Path(__file__).parents[1]
RELEASE = "agentscope-2.0.11"
CHANGED = f"{RELEASE}/src/agentscope/_utils/_common.py"
FAULT = "\n\ndef load_state(text: str) -> object:\n    import yaml\n\n    return yaml.unsafe_load(text)\n"
COLUMNS = 100
ELLIPSIS = "…"
CHECK = "crypto-md5-not-used"


@dataclass(frozen=True)
class Step:
    """One command of the tour.

    Attributes:
        name: Of its place in the pages.
        shown: As the reader types it.
        cuts: What is left out: from the n-th line that matches the first expression up to one that matches the second.
        speaks: Language on every page; that of the page where empty.
    """

    name: str
    shown: str
    cuts: tuple[tuple[int, str, str], ...] = ()
    speaks: str = ""


FAILURE = r"^\S.*: (critical|high|medium|low|info|严重|高|中|低|提示): "
UNSEEN = r"^(not assessed|未评估|assessed|已评估)"
FILE = r"^\.auditor/runs/"
CLOSING = r"^(assessed|已评估)"
STEPS = (
    Step(
        "run",
        f"auditor run code={RELEASE}",
        (
            (1, r"^code.*[0-9] (s|秒)\W.* …", r"^code(?!.*[0-9] (s|秒)\W.* …)"),
            (4, FAILURE, UNSEEN),
            (3, FILE, CLOSING),
        ),
    ),
    Step("warm", f"auditor run code={RELEASE} -q"),
    Step("explain-en", f"auditor explain {CHECK}", speaks="en"),
    Step("explain-zh", f"auditor explain {CHECK} --lang zh", speaks="zh"),
    Step(
        "new",
        f"auditor run code={RELEASE} --new-since latest",
        ((1, r"^code.*[0-9] (s|秒)\W.* …", r"^code(?!.*[0-9] (s|秒)\W.* …)"), (2, FILE, CLOSING)),
    ),
    Step("kubernetes", "auditor run kubernetes=platform/deploy/chart", ((4, FAILURE, UNSEEN), (2, FILE, CLOSING))),
    Step(
        "tls",
        "auditor run tls=localhost:24432 tls=localhost:24434"
        " --tls-trust tls/sm-root.pem --tls-trust tls/international-root.pem",
        ((4, FAILURE, UNSEEN), (2, FILE, CLOSING)),
    ),
    Step("framework", "auditor frameworks show cis-kubernetes", ((4, r"^[0-9]+\.", r"^$^"),)),
    Step("doctor", "auditor tools doctor"),
)


def main() -> str:
    """Walk the tour once in each language; return what went wrong, empty if nothing did."""
    release = cache_folder() / "demo" / RELEASE
    if not release.is_dir():
        return "run `make demo` first: it fetches the release"
    for page, language in (("docs/tour.md", "en"), ("docs/tour.zh.md", "zh")):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            shutil.copytree(release, folder / RELEASE)
            demo.unpack(folder / "platform")
            (folder / "cache").mkdir()
            (folder / "cache" / "tools").symlink_to(cache_folder() / "tools")
            (folder / "tls").mkdir()
            with running("auditor.demo.serving", folder / "tls"):
                outputs = {step.name: _walk(step, folder, language) for step in STEPS}
        _fill(ROOT / page, outputs)
    return ""


def _walk(step: Step, folder: Path, language: str) -> str:
    """Return what the reader sees: the command and its shortened output."""
    if step.name == "new":
        with (folder / CHANGED).open("a", encoding="utf-8") as file:
            file.write(FAULT)
    spoken = step.speaks or language
    shown = step.shown if spoken == "en" or "--lang" in step.shown else f"{step.shown} --lang {spoken}"
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1", "CI": "true", "LANG": "C.UTF-8"}
    environment["AUDITOR_CACHE"] = str(folder / "cache")
    argv = [str(Path(sys.executable).with_name("auditor")), *shown.split()[1:]]
    print("+", *argv, file=sys.stderr)
    done = subprocess.run(
        argv, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    lines = [line.rstrip() for line in done.stdout.replace(f"{folder}/", "").splitlines()]
    return "\n".join([f"$ {shown}", *_shortened(lines, step.cuts)])


def _shortened(lines: list[str], cuts: tuple[tuple[int, str, str], ...]) -> list[str]:
    for count, first, after in cuts:
        begins = [number for number, line in enumerate(lines) if re.search(first, line)]
        if len(begins) >= count:
            begin = begins[count - 1]
            end = next((n for n in range(begin + 1, len(lines)) if re.search(after, lines[n])), len(lines))
            lines = [*lines[:begin], ELLIPSIS, *lines[end:]]
    return lines


def _fill(page: Path, outputs: dict[str, str]) -> None:
    text = page.read_text(encoding="utf-8")
    for name, output in outputs.items():
        place = re.compile(rf"(<!-- tour: {name} -->\n).*?(<!-- /tour -->)", re.DOTALL)
        block = f"```console\n{output}\n```\n"
        text = place.sub(lambda found, block=block: found[1] + block + found[2], text)  # type: ignore[misc]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main() or None)
