"""Base score of a CVSS 3.0 or 3.1 vector (FIRST, CVSS v3.1 specification, §7.1) and the word for a score (§5)."""

from __future__ import annotations

import math
import re
from typing import Final

_WEIGHTS: Final = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES: Final = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
_WORDS: Final = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))


def base_score(vector: str) -> float | None:
    """Return the base score of a vector of CVSS 3.0 or 3.1; None of anything else."""
    if not re.match(r"CVSS:3\.[01]/", vector):
        return None
    said = dict(piece.split(":", 1) for piece in vector.split("/")[1:] if ":" in piece)
    try:
        weights = {name: table[said[name]] for name, table in _WEIGHTS.items()}
        scope = said["S"]
        privileges = _PRIVILEGES[scope][said["PR"]]
    except KeyError:
        return None
    inner = 1 - (1 - weights["C"]) * (1 - weights["I"]) * (1 - weights["A"])
    impact = 6.42 * inner if scope == "U" else 7.52 * (inner - 0.029) - 3.25 * (inner - 0.02) ** 15
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weights["AV"] * weights["AC"] * privileges * weights["UI"]
    total = impact + exploitability if scope == "U" else 1.08 * (impact + exploitability)
    return _up(min(total, 10.0))


def _up(value: float) -> float:
    """Round up to one digit, as appendix A of the specification does it."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (math.floor(whole / 10_000) + 1) / 10


def word(score: float) -> str:
    """Return the qualitative rating of a score."""
    return next((name for least, name in _WORDS if score >= least), "low")
