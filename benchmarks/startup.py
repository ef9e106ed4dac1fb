"""Start-up: CPU time and memory of the commands that a person types most; limits of the project's first issue."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import cost, head, median, row

CPU_LIMIT_S = 0.2
MEMORY_LIMIT_MIB = 60
_AUDITOR = str(Path(sys.executable).with_name("auditor"))


def main() -> None:
    """Print the table."""
    head()
    for words in (["--help"], ["checks"], ["frameworks"]):
        taken = median(lambda words=words: cost([_AUDITOR, *words]), 7)  # type: ignore[misc]
        row(
            f"`auditor {' '.join(words)}`, CPU and peak memory",
            f"{taken.cpu_s:.3f} s, {taken.peak_mib:.0f} MiB",
            f"{CPU_LIMIT_S} s, {MEMORY_LIMIT_MIB} MiB",
            holds=taken.cpu_s <= CPU_LIMIT_S and taken.peak_mib <= MEMORY_LIMIT_MIB,
        )


if __name__ == "__main__":
    main()
