"""Signals: the first is noted, the second ends the process."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from auditor.interrupt import STOPPED_AT_ONCE, Interrupt


def test_nothing_is_noted_at_first() -> None:
    with Interrupt() as interrupt:
        assert interrupt() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_signal_is_noted_by_its_name(number: signal.Signals) -> None:
    with Interrupt() as interrupt:
        signal.raise_signal(number)

        assert interrupt() == number.name


def test_signals_are_given_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    with Interrupt():
        pass

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_second_signal_ends_the_process() -> None:
    code = (
        "import signal; from auditor.interrupt import Interrupt\n"
        "with Interrupt():\n"
        "    signal.raise_signal(signal.SIGINT); print('once', flush=True); signal.raise_signal(signal.SIGTERM)\n"
        "    print('twice', flush=True)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (STOPPED_AT_ONCE, "once\n", "")
