"""Runs semgrep over a folder with our own rules; parses nothing.

The engine of an installation of ours (``semgrep-core``) is started directly. Its command in Python reads rules, looks
for files and starts the same engine: 1.6 s of CPU before the first file is read, whose choice of files we make anyway,
and with threads, whose collector of garbage costs three times what the same work takes in processes (measured with
1.182 and two jobs on agentscope, two busy cores: 62 s of CPU against 20 s). A semgrep that is not ours is started by
its command, since nothing says where its engine lies or what it understands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process
from auditor.tools.programs import Source
from auditor.tools.wrapped import Wrapped, report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from auditor.tools.programs import Program

RULE_TIMEOUT_S: Final = 10
"""Time for one rule on one file (scan-tools.md §2.1: at 5 s long functions lose rules)."""
FILE_MEMORY_MIB: Final = 4000
FILE_SIZE_LIMIT_BYTES: Final = 1_000_000
"""Largest file that is read to its end. Semgrep looks for the words that a rule needs in the first 1,000,000 bytes only
(measured, 1.182): a flaw behind them would be missed in silence, so that no larger file is taken at all."""
_MEMORY_BYTES: Final = 16 * 1024**3
"""Address space; under 8 GiB semgrep fails at the start (scan-tools.md §1.7)."""
_REPORT_LIMIT_BYTES: Final = 2 * 1024**3

SWITCHES: Final = (
    "--metrics=off",
    "--disable-version-check",
    "--oss-only",
    "--no-rewrite-rule-ids",
    "--disable-nosem",
    "--no-git-ignore",
    "--x-ignore-semgrepignore-files",
    "--json",
    "--verbose",
    f"--timeout={RULE_TIMEOUT_S}",
    "--timeout-threshold=0",
    f"--max-memory={FILE_MEMORY_MIB}",
    f"--max-target-bytes={FILE_SIZE_LIMIT_BYTES}",
)
"""Each switch turns off a silent loss or a connection (scan-tools.md §2.1); they are part of the cache key."""
ENGINE_SWITCHES: Final = (
    "-json_nodots",
    *("-timeout", str(RULE_TIMEOUT_S)),
    *("-timeout_threshold", "0"),
    *("-max_memory", str(FILE_MEMORY_MIB)),
    "-fast",  # what its command gives, too: rules whose words do not occur in a file do not run on it
    "-use_parmap",  # processes, not threads
)
"""The same for its engine; part of the cache key, too."""


@dataclass(frozen=True, slots=True)
class Semgrep(Wrapped):
    """The semgrep of this machine."""

    name = "semgrep"

    def scan(
        self,
        rules: Path,
        root: Path,
        targets: Iterable[tuple[Path, str]],
        scratch: Path,
        *,
        jobs: int,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> bytes:
        """Return semgrep's JSON report on everything below a folder: that of its engine, or that of its command.

        Args:
            rules: One file with all rules, in JSON.
            root: Folder to scan, a copy that holds nothing else.
            targets: Each file below it with a language that rules are for (``python``, ``regex`` …).
            scratch: Empty folder for settings, logs and the report.
            jobs: Processes of the engine.
            timeout_s: Bound on the whole run.
            on_beat: Called about twice a second.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the bound.
            ToolError: It gave no report: exit codes 1 (traceback), 7 (no configuration), 8 (unknown language),
                or a report that is too large. Exit codes 0 and 2 (some rule is bad; the others ran) give one.
        """
        program = self.program()
        name = f"{program.name} {program.version}"
        if (engine := _engine(program)) is None:
            words, environment = _of_its_command(program, rules, root, scratch, jobs)
        else:
            listed = scratch / "targets.json"
            listed.write_text(_targets(root, targets), encoding="ascii")
            words = [str(engine), *ENGINE_SWITCHES, "-rules", str(rules), "-targets", str(listed), "-j", str(jobs)]
            environment = process.standard_environment(scratch, {})
        done = process.run(
            words,
            environment=environment,
            folder=scratch,
            timeout_s=timeout_s,
            output_limit_bytes=_REPORT_LIMIT_BYTES,
            memory_limit_bytes=_MEMORY_BYTES,
            file_size_limit_bytes=_REPORT_LIMIT_BYTES,
            on_beat=on_beat,
            tool=name,
        )
        if engine is not None:
            if done.exit_code != 0 or not done.stdout:
                raise ToolError(reasons.FAILED, done.complaint, name)
            return done.stdout
        return report_of(done, scratch / _REPORT, {0, 2}, name)


def _engine(program: Program) -> Path | None:
    """Return the engine of an installation of ours, all files of which were checked."""
    if program.source is not Source.CACHE:
        return None
    found = program.path.parent.parent.glob("lib/python3*/site-packages/semgrep/bin/semgrep-core")
    return next((each for each in sorted(found) if each.is_file()), None)


def _targets(root: Path, targets: Iterable[tuple[Path, str]]) -> str:
    """Return what its command tells the engine of the files: where each lies, and what rules see of its path."""
    listed = [
        {
            "path": {"fpath": str(place), "ppath": f"/{place.relative_to(root).as_posix()}"},
            "analyzer": language,
            "products": ["sast"],
        }
        for place, language in targets
    ]
    return json.dumps(["Targets", [["CodeTarget", each] for each in listed]])


_REPORT: Final = "report.json"


def _of_its_command(
    program: Program, rules: Path, root: Path, scratch: Path, jobs: int
) -> tuple[list[str], Mapping[str, str]]:
    """Return words and environment of semgrep's own command."""
    environment = process.standard_environment(
        scratch,
        {
            # its launcher looks for its Python part by name: ours comes before any other of this machine
            "PATH": f"{program.path.parent}:{process.SYSTEM_PATH}",
            "SEMGREP_SEND_METRICS": "off",
            "SEMGREP_ENABLE_VERSION_CHECK": "0",
            "SEMGREP_SETTINGS_FILE": str(scratch / "settings.yml"),
            "SEMGREP_LOG_FILE": str(scratch / "semgrep.log"),
            "SEMGREP_VERSION_CACHE_PATH": str(scratch / "version"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(_site(scratch)),
        },
    )
    words = [str(_launcher(program.path)), "scan", *SWITCHES]
    words += [f"--jobs={jobs}", f"--config={rules}", f"--output={scratch / _REPORT}", str(root)]
    return words, environment


_SITE: Final = '''\
import importlib.machinery
import socket
import sys

socket.has_ipv6 = False


class Unused:
    """Stands in for the command `semgrep mcp`, whose libraries are a third of what a scan would import."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "semgrep.commands.mcp" else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        import click

        module.semgrep_mcp = click.Command("mcp")


sys.meta_path.insert(0, Unused())
'''


def _site(scratch: Path) -> Path:
    """Return a folder whose ``sitecustomize`` tells semgrep's Python that there is no IPv6, and no command ``mcp``.

    A library that semgrep imports asks by opening a socket; a run of ours opens none, not even to loopback.
    """
    folder = scratch / "site"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITE, encoding="ascii")
    return folder


def _launcher(program: Path) -> Path:
    """Return the program that semgrep ends up starting for a scan, where it lies beside it; it saves two starts."""
    direct = program.with_name("pysemgrep")
    return direct if direct.is_file() else program
