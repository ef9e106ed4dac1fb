"""Ctrl-C and SIGTERM: the first asks the run to end early with a record, the second ends it at once."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import FrameType

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
STOPPED_AT_ONCE: Final = 130
"""Exit code after a second signal: 128 + SIGINT, as shells have it."""


class Interrupt:
    """While entered, notes the first signal; a second one ends the process.

    The workers it leaves behind end by themselves: the kernel tells them that their parent is gone.
    """

    def __init__(self) -> None:
        """Note nothing yet."""
        self._name = ""
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        """Take over the signals."""
        for each in _SIGNALS:
            self._before[each] = signal.signal(each, self._note)
        return self

    def __exit__(self, *_raised: object) -> None:
        """Give the signals back."""
        for each, handler in self._before.items():
            signal.signal(each, handler)  # type: ignore[arg-type]

    def __call__(self) -> str:
        """Return the name of the signal that came, empty if none did."""
        return self._name

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self._name:
            os._exit(STOPPED_AT_ONCE)
        self._name = signal.Signals(number).name
