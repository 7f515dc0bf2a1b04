"""``reinstate run --every``: rounds at an interval, until the process is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from data.clock import Clock, utc_now

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """The process was told to stop in the middle of a round; what was stored stays stored."""


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second one ends the process at once."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def obey(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in SIGNALS:
        signal.signal(number, obey)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stopping(stop: threading.Event, report: Callable[[int, int, str], None]) -> Callable[[int, int, str], None]:
    """``report`` that ends a round between two of its steps: nothing is half done there."""

    def told(done: int, total: int, label: str) -> None:
        report(done, total, label)
        if stop.is_set():
            raise Stopped

    return told


def repeat(
    one_round: Callable[[datetime], None],
    every: timedelta,
    stop: threading.Event,
    failed: Callable[[Exception], None],
    clock: Clock = utc_now,
) -> None:
    """Run ``one_round`` every so often until ``stop``; it is told when the next one is due.

    A round that fails is told to ``failed`` and the next one comes all the same; one that takes longer than the
    interval is followed at once, and rounds that were missed are not made up for.
    """
    while not stop.is_set():
        due = clock() + every
        try:
            one_round(due)
        except Stopped:
            return
        except Exception as error:
            failed(error)
        stop.wait(max((due - clock()).total_seconds(), 0.0))
