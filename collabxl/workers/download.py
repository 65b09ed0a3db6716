"""The bytes of a workbook in another store, got by who reads it, in time or not at all."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue

from collabxl.errors import CollabxlError, FileError
from collabxl.ooxml.reader.container import LARGEST_FILE, too_large_error
from collabxl.storage import remote
from collabxl.text import t
from collabxl.workers.interrupt import is_interrupted

TICK = 0.5
"""Seconds between two looks whether the user wishes to stop."""
_LATE = t(
    "{seconds:.0f} 秒内没有取到 {path}。请检查网络后重试",
    "{path} did not arrive within {seconds:.0f} seconds. Check the network and try again",
)


def download(address: str, seconds: float) -> bytes:
    """Return the bytes of a workbook; FileError if they cannot be had or take longer than ``seconds``."""
    arrived: SimpleQueue[bytes | CollabxlError] = SimpleQueue()
    threading.Thread(target=_fetch_into_queue, args=(address, arrived), name="collabxl-fetch", daemon=True).start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not is_interrupted():
        try:
            content = arrived.get(timeout=min(TICK, seconds))
        except Empty:
            continue
        if isinstance(content, CollabxlError):
            raise content
        return content
    raise FileError("timeout", _LATE, seconds=seconds, path=address)


def _fetch_into_queue(address: str, arrived: SimpleQueue[bytes | CollabxlError]) -> None:
    try:
        size = remote.size(address)
        arrived.put(too_large_error(address, size) if size > LARGEST_FILE else remote.load(address))
    except CollabxlError as error:
        arrived.put(error)
