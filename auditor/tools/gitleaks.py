"""Runs gitleaks over a repository that `auditor.tools.git_history` laid out; parses nothing.

It is never given the audited repository itself: it would run ``git log`` with that one's configuration, and take rules
and exceptions from files of the tree (taint.md §7, traps c and d).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.tools import process
from auditor.tools.wrapped import Wrapped, report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


SWITCHES: Final = (
    "--ignore-gitleaks-allow",  # a remark in the audited code silences nothing
    "--gitleaks-ignore-path=/nonexistent",
    "--max-decode-depth=0",  # half of its time for a find in a hundred
    "--platform=none",
    "--no-banner",
    "--no-color",
    "--report-format=json",
    "--exit-code=7",
)
"""Part of the cache key."""
_FOUND: Final = 7
_REPORT_LIMIT_BYTES: Final = 256 * process.MIB
_MEMORY_LIMIT_BYTES: Final = 16 * process.GIB
"""Address space; how much of it is used is bounded by GOMEMLIMIT and by the size of the files that git shows."""


@dataclass(frozen=True, slots=True)
class GitleaksOutput:
    """What a run left.

    Attributes:
        report: Its JSON report; it holds the secrets.
        log: The tail of what it said meanwhile.
    """

    report: bytes
    log: str


@dataclass(frozen=True, slots=True)
class Gitleaks(Wrapped):
    """The gitleaks of this machine."""

    name = "gitleaks"

    def search(
        self,
        repository: Path,
        *,
        rules: Path,
        options: Sequence[str],
        environment: dict[str, str],
        scratch: Path,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> GitleaksOutput:
        """Search all commits of a repository.

        Args:
            repository: Bare, and laid out by us.
            rules: File of rules.
            options: Further ones for ``git log``; none with a blank in it.
            environment: That git needs.
            scratch: Empty folder.
            timeout_s: Bound on the run.
            on_beat: Called about twice a second.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the bound.
            ToolError: It gave no report. An exit code of 0 or 7 says nothing about whether it came to the end.
        """
        program = self.program()
        name = f"{program.name} {program.version}"
        report = scratch / "report.json"
        done = process.run(
            [
                str(program.path),
                "git",
                *SWITCHES,
                f"--config={rules}",
                f"--report-path={report}",
                f"--log-opts={' '.join(options)}",
                "--",
                str(repository),
            ],
            environment={**environment, "GOMEMLIMIT": "2GiB"},
            folder=scratch,
            timeout_s=timeout_s,
            memory_limit_bytes=_MEMORY_LIMIT_BYTES,
            file_size_limit_bytes=_REPORT_LIMIT_BYTES,
            on_beat=on_beat,
            tool=name,
        )
        return GitleaksOutput(report_of(done, report, {0, _FOUND}, name), done.stderr.decode("utf-8", "replace"))
