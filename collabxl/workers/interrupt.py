"""Ctrl-C as a wish: what is begun is finished and told, nothing more is begun; pressed again, it ends at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_interrupt = threading.Event()


def is_interrupted() -> bool:
    """Return whether Ctrl-C was pressed while ``graceful_interrupt`` lasts."""
    return _interrupt.is_set()


@contextmanager
def graceful_interrupt() -> Iterator[None]:
    """Take the first Ctrl-C for a wish while this lasts; only the main thread can."""
    before = signal.signal(signal.SIGINT, _on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        _interrupt.clear()


def _on_signal(number: int, frame: FrameType | None) -> None:
    if _interrupt.is_set():
        raise KeyboardInterrupt
    _interrupt.set()
