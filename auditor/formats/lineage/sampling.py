"""Head sampling, told from trace ids alone (design page, §6)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST: Final = 30
CHANCE: Final = 1e-9
_64: Final = 1 << 64
_56: Final = 1 << 56


class Estimate(Struct, frozen=True, kw_only=True):
    """What ids tell.

    Attributes:
        count: Distinct ids.
        is_sampled: The ids were drawn by a sampler; None if they cannot tell.
        probability: Share that was kept, where they were.
        family: Samplers that decide in this way.
        why: Why nothing can be told; empty otherwise.
    """

    count: int
    is_sampled: bool | None
    probability: float = 1.0
    family: str = ""
    why: str = ""


def estimate(ids: Iterable[str]) -> Estimate:
    """Tell whether trace ids were drawn by a sampler that compares the id with a bound.

    Args:
        ids: 32 hexadecimal digits each; repeated ones count once.
    """
    values = {int(each, 16) for each in ids}
    count = len(values)
    if count < LEAST:
        return Estimate(count=count, is_sampled=None, why=f"{count} ids, {LEAST} needed")
    if not _looks_random(values):
        return Estimate(count=count, is_sampled=None, why="the ids are not random")
    low = [each % _64 for each in values]
    bounds = {
        "TraceIdRatioBased (Python, Go)": max(low) / _64,
        "TraceIdRatioBased (Java)": max(each if each < _64 // 2 else _64 - each for each in low) / (_64 // 2),
        "ConsistentProbability (ot=th)": 1 - min(each % _56 for each in low) / _56,
    }
    family, bound = min(bounds.items(), key=lambda each: each[1])
    if bound <= 0 or count * math.log(bound) < math.log(CHANCE):
        return Estimate(count=count, is_sampled=True, probability=min(1.0, bound * (count + 1) / count), family=family)
    return Estimate(count=count, is_sampled=False)


def _looks_random(values: set[int]) -> bool:
    """Tell whether bits 0 to 31 are uniform: their mean, each bit by itself, and no steps of a counter."""
    low = sorted(each & 0xFFFFFFFF for each in values)
    count = len(low)
    if len(set(low)) < count * 0.99:
        return False
    slack = 6 * math.sqrt(count) / 2
    if any(abs(sum(value >> bit & 1 for value in low) - count / 2) > slack for bit in range(32)):
        return False
    # a counter or clock fills one narrow range
    buckets = [0] * 16
    for value in low:
        buckets[value >> 28] += 1
    expected = count / 16
    return sum((found - expected) ** 2 / expected for found in buckets) < 80  # noqa: PLR2004 - χ², 15 degrees, p < 1e-10


def of_threshold(digits: str) -> float:
    """Return the probability of ``ot=th:…`` (OTEP 235): rejection threshold, padded right to 14 digits."""
    return 1 - int(digits.ljust(14, "0"), 16) / _56
