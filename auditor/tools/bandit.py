"""Runs bandit over a list of files; parses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.tools import process
from auditor.tools.wrapped import Wrapped, report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


_MEMORY_BYTES: Final = 4 * 1024**3
_REPORT_LIMIT_BYTES: Final = 2 * 1024**3

SWITCHES: Final = ("-q", "-f", "json", "--ignore-nosec")
"""Part of the cache key; ``--ini`` and ``-c`` are always given too, or files in the target would steer it."""


@dataclass(frozen=True, slots=True)
class Bandit(Wrapped):
    """The bandit of this machine."""

    name = "bandit"

    def scan(
        self,
        files: Sequence[Path],
        skipped_tests: Sequence[str],
        scratch: Path,
        *,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> bytes:
        """Return bandit's JSON report on a list of regular files.

        Args:
            files: Full paths; never a folder, never a FIFO (scan-tools.md §2.4).
            skipped_tests: Test ids that are switched off.
            scratch: Empty folder for configuration and report.
            timeout_s: Bound on the whole run.
            on_beat: Called about twice a second.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the bound.
            ToolError: It gave no report: any exit code but 0 (nothing found) and 1 (findings).
        """
        program = self.program()
        name = f"{program.name} {program.version}"
        report = scratch / "report.json"
        (scratch / "own.ini").write_text("[bandit]\n", encoding="ascii")
        (scratch / "own.yaml").write_text(f"skips: [{', '.join(skipped_tests)}]\n", encoding="ascii")
        done = process.run(
            [
                str(program.path),
                *SWITCHES,
                f"--ini={scratch / 'own.ini'}",
                f"--configfile={scratch / 'own.yaml'}",
                f"--output={report}",
                *map(str, files),
            ],
            environment=process.standard_environment(scratch, {"PYTHONDONTWRITEBYTECODE": "1"}),
            folder=scratch,
            timeout_s=timeout_s,
            memory_limit_bytes=_MEMORY_BYTES,
            file_size_limit_bytes=_REPORT_LIMIT_BYTES,
            on_beat=on_beat,
            tool=name,
        )
        return report_of(done, report, {0, 1}, name)
