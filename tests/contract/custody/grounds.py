"""On what the cases of each of the 71 checks rest: the real server wherever it can be brought into the state.

`tests/contract/custody/test_live.py` holds the real ones to these sets, `tests/unit/stages/custody/test_grounds.py`
walks over the whole table.
"""

from __future__ import annotations

from typing import Final


def _keys(*numbers: int) -> frozenset[str]:
    return frozenset(f"KEY-{number:03}" for number in numbers)


WEAK: Final = _keys(
    5, 7, 9, 12, 13, 16, 21, 22, *range(34, 37), *range(39, 45), *range(46, 56), 57, 70, 71
)  # fmt: skip
"""Fail on the weak server: in memory, no TLS, one share, everything allowed."""
LOOSE: Final = _keys(4, 5, 7, 9, 10, 11, 12, 13, 14, 17, 19, 20, 23, 24, 39, 45, 57, 60, 71)
"""Fail on the loose server: raft and TLS, and each set wrongly."""
OLD: Final = _keys(1, 7, 9, 12, 13, 21, 39, 40, 57)
"""Fail on OpenBao 2.6.2 with file storage."""
SHUT: Final = _keys(2, 3)
"""Fail on a server before its initialisation, and on one that is sealed."""
DRIFT: Final = _keys(69)
"""Fails on the strong cluster against a file that says otherwise."""
REAL_BAD: Final = WEAK | LOOSE | OLD | SHUT | DRIFT

REAL_GOOD: Final = _keys(1, 2, 4, 5, *range(10, 15), 16, 17, *range(19, 25), *range(34, 58), 70, 71) - DRIFT
"""Pass on the strong cluster."""

RECORDED: Final = {
    "KEY-008": "a root token that a record names and that is still there: records of the test, tokens as recorded",
    "KEY-037": "OpenBao sends the header by itself, and no setting takes it away: a recorded answer without it",
    "KEY-038": "a plugin without a digest cannot be registered: recorded catalog in the shape of the documentation",
    "KEY-056": "irrevocable leases come of a broken database behind the server: recorded count",
    "KEY-058": "licences are Vault Enterprise's: recorded answer in the shape of the documentation",
    "KEY-059": "reporting is Vault's: its configuration as documented",
}
"""Bad cases that no OpenBao can be brought into; HashiCorp Vault cannot be had here."""

FILES: Final = _keys(25, 30, 33, 66)
"""What only configuration files show."""
HOST: Final = _keys(15, 31, 32)
"""What only facts of the host show: unit files, modes, how logs are kept."""
SNAPSHOTS: Final = _keys(26, 27)
"""What snapshot files of raft show."""
RECORDS: Final = _keys(6, 28, 29, 62, 63, 64, 65, 67, 68)
"""What signed ceremony records show; the test signs them."""
PEER: Final = _keys(18)
"""Our own TLCP peer on loopback."""
PACKAGE: Final = _keys(61)
"""The offline package and its manifest, made by the test."""
