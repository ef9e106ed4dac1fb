"""Start-up: CPU time and memory of the commands that a person types most; limits of the project's first issue."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from auditor.tools.programs import Programs
from benchmarks.measure import cost, head, median, row, with_bytecode

PEER_LIMIT = 0.2 / 0.18
"""0.2 s of CPU where `bandit --help` takes 0.18 s, as on the machine that the issue was measured on."""
MEMORY_LIMIT_MIB = 60
_BANDIT = str(Programs.here().find("bandit").path)
_AUDITOR = str(Path(sys.executable).with_name("auditor"))


def main() -> None:
    """Print the table."""
    head()
    with tempfile.TemporaryDirectory() as compiled:
        environment = with_bytecode(compiled)
        peer = median(lambda: cost([_BANDIT, "--help"], environment=environment), 7).cpu_s
        for words in (["--help"], ["checks"], ["frameworks"]):
            argv = [_AUDITOR, *words]
            taken = median(lambda argv=argv: cost(argv, environment=environment), 7)  # type: ignore[misc]
            row(
                f"`auditor {' '.join(words)}`, CPU and peak memory",
                f"{taken.cpu_s:.3f} s = {taken.cpu_s / peer:.2f} x `bandit --help`, {taken.peak_mib:.0f} MiB",
                f"{PEER_LIMIT:.2f} x, {MEMORY_LIMIT_MIB} MiB",
                holds=taken.cpu_s <= PEER_LIMIT * peer and taken.peak_mib <= MEMORY_LIMIT_MIB,
            )


if __name__ == "__main__":
    main()
