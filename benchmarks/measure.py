"""Measures whole processes by the operating system's own accounting, and prints ratios taken in one run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and its finished children took.

    Attributes:
        wall_s: Wall time.
        cpu_s: User and system time, children included.
        peak_mib: Largest single process.
        exit_code: Its exit code.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float
    exit_code: int


def cost(argv: Sequence[str], *, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Cost:
    """Run a command once, its output thrown away."""
    began = time.monotonic()
    child = subprocess.Popen(argv, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode)


def with_bytecode(folder: str) -> dict[str, str]:
    """Return an environment in which Python finds bytecode, as pip leaves it; a build machine may forbid to write it.

    Args:
        folder: Where it is kept, for the first run to fill.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONPYCACHEPREFIX": folder}


def median(run: Callable[[], Cost], times: int) -> Cost:
    """Return the median of each figure over several runs, after one that does not count."""
    run()
    costs = [run() for _ in range(times)]
    return Cost(
        statistics.median(each.wall_s for each in costs),
        statistics.median(each.cpu_s for each in costs),
        statistics.median(each.peak_mib for each in costs),
        costs[-1].exit_code,
    )


def row(what: str, value: str, limit: str, *, holds: bool) -> None:
    """Print a row of the table in Markdown."""
    print(f"| {what} | {value} | {limit} | {'yes' if holds else 'NO'} |", flush=True)


def head() -> None:
    """Print the machine and the head of the table."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "?")
    print(
        f"\nMachine: {os.cpu_count()} cores, {model}; Python {sys.version.split()[0]}; load {os.getloadavg()[0]:.1f}\n"
    )
    print("| what | measured | limit | holds |\n| --- | --- | --- | --- |", flush=True)
