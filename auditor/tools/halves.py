"""Does a piece of work in two processes, where it is large enough to be worth a second one."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")


def in_two(work: Callable[[Sequence[T]], list[R]], first: Sequence[T], second: Sequence[T]) -> Iterator[R]:
    """Yield what the work makes of both halves, in order; the second is done by a process of its own meanwhile.

    If that process ends before it is done, its half is done here.

    Args:
        work: Pure but for reading; what it returns can be pickled.
        first: Done here.
        second: Done there.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, work, second))
    process.start()
    theirs.close()
    try:
        yield from work(first)
        try:
            done: list[R] = pickle.loads(ours.recv_bytes())  # noqa: S301 - from our own process
        except (EOFError, OSError):
            done = work(second)
        yield from done
    finally:
        ours.close()
        process.kill()
        process.join()


def _work(pipe: Connection, work: Callable[[Sequence[T]], list[R]], half: Sequence[T]) -> None:
    try:
        pipe.send_bytes(pickle.dumps(work(half), pickle.HIGHEST_PROTOCOL))
    except BaseException:  # noqa: BLE001 - whatever it is, it will show where the half is done again
        os._exit(1)
