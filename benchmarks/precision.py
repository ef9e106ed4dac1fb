"""Draws the findings that a person reads to know how many of them are true (docs/precision.md).

    python -m benchmarks.precision RUN/record.json SOURCE [--count 30] [--seed 7]

Failures of medium or worse in code of the running service, one for each rule and place, drawn by a fixed seed; each is
printed with its lines, ready to be judged: true, false, or useless.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any, Final

READ: Final = frozenset({"critical", "high", "medium"})
AROUND: Final = 6


def drawn(record: dict[str, Any], count: int, seed: int) -> list[dict[str, Any]]:
    """Return so many failures of a record, drawn by a seed; the same for the same record."""
    found = sorted(
        (row for row in record["findings"] if row["verdict"] == "fail" and row["severity"] in READ and row["location"]),
        key=lambda row: (row["id"], row["location"]["file"], row["location"]["line"] or 0, row["fingerprint"]),
    )
    return random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311 - a sample, no secret


def shown(row: dict[str, Any], source: Path) -> str:
    """Return a finding with the lines around it."""
    place = row["location"]
    line = place["line"] or 1
    file = source / place["file"]
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n") if file.is_file() else []
    first = max(1, line - AROUND)
    text = "\n".join(f"{number:6} {lines[number - 1]}" for number in range(first, min(len(lines), line + AROUND) + 1))
    return f"## {row['id']} ({row['severity']}) {place['file']}:{line}\n{row['detail']['en']}\n{text}\n"


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path, nargs="?")
    parser.add_argument("source", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    if asked.record is None or asked.source is None:
        parser.print_help()
        return
    for row in drawn(json.loads(asked.record.read_bytes()), asked.count, asked.seed):
        print(shown(row, asked.source))


if __name__ == "__main__":
    main()
