"""Ctrl-C as a wish: what is begun is finished and told, nothing more is begun; pressed again, it ends at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_wish = threading.Event()


def wished() -> bool:
    """Return whether Ctrl-C was pressed while ``heeded`` lasts."""
    return _wish.is_set()


@contextmanager
def heeded() -> Iterator[None]:
    """Take the first Ctrl-C for a wish while this lasts; only the main thread can."""
    before = signal.signal(signal.SIGINT, _note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        _wish.clear()


def _note(number: int, frame: FrameType | None) -> None:
    if _wish.is_set():
        raise KeyboardInterrupt
    _wish.set()
