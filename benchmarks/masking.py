"""The masker's own share: 10,000 objects of a cluster against reading their YAML, and plain text by the megabyte.

Usage: ``python -m benchmarks.masking``. CPU time of this process, the least of five turns each, in turn.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from auditor.formats.kubernetes import without_secrets
from auditor.masking import mask_text
from auditor.masking.text import MEMORY
from benchmarks.kubernetes import objects
from benchmarks.measure import head, row

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 10_000
SHARE_LIMIT = 0.1
SECONDS_A_MEGABYTE_LIMIT = 1.0


def least_s(*works: Callable[[], object]) -> list[float]:
    """Return the least CPU time of each work over five turns."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(5):
        for work, seconds in zip(works, spent, strict=True):
            MEMORY.clear()
            began = time.process_time()
            work()
            seconds.append(time.process_time() - began)
    return [min(each) for each in spent]


def main() -> None:
    """Measure and print."""
    head()
    cluster = [json.loads(json.dumps(each)) for each in objects(COUNT)]
    text = yaml.dump_all(cluster[: COUNT // 10], Dumper=yaml.CSafeDumper)
    masked, read = least_s(
        lambda: [without_secrets(each) for each in cluster], lambda: list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    )
    share = masked / (10 * read)
    row(
        f"masking {COUNT:,} objects / reading their YAML by PyYAML's C loader, CPU",
        f"{share:.3f} ({masked:.2f} s)",
        f"{SHARE_LIMIT}",
        holds=share <= SHARE_LIMIT,
    )
    source = "\n".join(place.read_text(encoding="utf-8") for place in sorted(Path("auditor").rglob("*.py")))[:2_000_000]
    (spent,) = least_s(lambda: mask_text(source))
    rate = spent / (len(source) / 1e6)
    row(
        "masking source text, CPU a megabyte",
        f"{rate:.2f} s",
        f"{SECONDS_A_MEGABYTE_LIMIT} s",
        holds=rate <= SECONDS_A_MEGABYTE_LIMIT,
    )


if __name__ == "__main__":
    main()
