"""An alarm that kills a process which is not done in time."""

from __future__ import annotations

import subprocess
import threading
import time

TICK = 1.0
"""Seconds between two looks at the clock while a process works."""


class Watchdog:
    """Kills a process that is not done in time; one sleeping thread a worker instead of one a file."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0
        self._thread: threading.Thread | None = None
        self.has_fired = False

    def arm(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Watch a process from now on."""
        with self._changed:
            self._process, self._deadline, self.has_fired = process, time.monotonic() + seconds, False
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="collabxl-alarm", daemon=True)
                self._thread.start()
            elif seconds < TICK:
                self._changed.notify()

    def disarm(self) -> None:
        """Stop watching."""
        with self._changed:
            self._process = None

    def _watch(self) -> None:
        with self._changed:
            while self._process is not None:
                left = self._deadline - time.monotonic()
                if left <= 0:
                    self.has_fired = True
                    self._process.kill()
                    self._process = None
                self._changed.wait(min(max(left, 0.0), TICK))
            self._thread = None
