"""A program that does not answer: whoever waits for it too long says so and ends, for the call itself never would.

Excel refuses every call while somebody edits a cell or a dialog is open, and xlwings then asks again for ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 30.0
"""Seconds without progress after which the program counts as busy."""
TICK = 0.5
BUSY = 11
"""The exit code that says so."""


class Heartbeat:
    """When something went forward last."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._is_paused = False

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Never count as still meanwhile."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False
            self.beat()

    def beat(self) -> None:
        """Note that something went forward."""
        self._last = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """For how many seconds nothing has."""
        return 0.0 if self._is_paused else time.monotonic() - self._last


@contextmanager
def watch_heartbeat(pulse: Heartbeat, give_up: Callable[[], None]) -> Iterator[None]:
    """Call ``give_up``, from a thread of its own, once ``pulse`` has been still for too long."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(TICK):
            if pulse.idle_seconds > PATIENCE:
                give_up()
                return

    pulse.beat()
    thread = threading.Thread(target=look, name="collabxl-busy", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
