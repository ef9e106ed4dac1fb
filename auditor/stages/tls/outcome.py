"""How a question to a server ended, and what a connection has to offer for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol


class Outcome(StrEnum):
    """How a question ended. Only ``accepted`` and ``refused`` decide anything (design §1.12)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CLOSED = "closed"
    TIMEOUT = "timeout"
    GARBAGE = "garbage"
    PARTIAL = "partial"

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it."""
        return self in {Outcome.ACCEPTED, Outcome.REFUSED}


class Wire(Protocol):
    """One connection; a tool dials it."""

    def send(self, octets: bytes) -> None:
        """Send all octets.

        Raises:
            OSError: The other side is gone, or takes nothing.
        """

    def receive(self, wait_s: float) -> bytes:
        """Return what came, empty at the end of the stream.

        Raises:
            TimeoutError: Nothing came in time.
            OSError: The connection broke.
        """

    def close(self) -> None:
        """Hang up."""


class Deadline:
    """A moment after which nothing is waited for."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        """Begin now."""
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds that are left, at least 0."""
        return max(self._end - time.monotonic(), 0.0)

    def pause(self, seconds: float) -> None:
        """Wait, no longer than there is time."""
        time.sleep(min(seconds, self.left_s))

    def within(self, seconds: float) -> Deadline:
        """Return a deadline in so many seconds that is not later than this one."""
        return Deadline(min(seconds, self.left_s))


TRACE_OCTETS: Final = 1 << 16
"""Octets of one connection that are kept as evidence, each way."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Octets that crossed the wire.

    Attributes:
        is_ours: Whether the client sent them.
        octets: The octets.
    """

    is_ours: bool
    octets: bytes


@dataclass
class Traced:
    """A connection that remembers what crossed it; it stops waiting at a deadline.

    Attributes:
        wire: The connection.
        deadline: Of the whole connection.
        trace: What crossed it, in order, within bounds.
    """

    wire: Wire
    deadline: Deadline
    trace: list[Sent] = field(default_factory=list)
    _kept: int = 0

    def send(self, octets: bytes) -> None:
        """Send all octets; raises as `Wire.send`."""
        self._keep(octets, is_ours=True)
        self.wire.send(octets)

    def receive(self, wait_s: float | None = None) -> bytes:
        """Return what came, empty at the end; raises as `Wire.receive`."""
        left_s = self.deadline.left_s if wait_s is None else min(wait_s, self.deadline.left_s)
        if left_s <= 0:
            raise TimeoutError
        octets = self.wire.receive(left_s)
        self._keep(octets, is_ours=False)
        return octets

    def close(self) -> None:
        """Hang up."""
        self.wire.close()

    def _keep(self, octets: bytes, *, is_ours: bool) -> None:
        octets = octets[: max(TRACE_OCTETS - self._kept, 0)]
        self._kept += len(octets)
        if octets:
            self.trace.append(Sent(is_ours, octets))

    @property
    def has_answer(self) -> bool:
        """Whether the server sent anything."""
        return any(not each.is_ours for each in self.trace)
