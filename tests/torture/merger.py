"""Merges one return into a master and dies at a chosen step: before a statement of the ledger or a call that saves.

python -m tests.torture.merger MASTER RETURN STEP    prints how many steps there were, if it lives to tell
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from tests.exchange.masters import TODAY

CALLS = ("open", "write", "fsync", "replace", "unlink", "rename")


class Steps:
    """Counts steps, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.taken = 0

    def step(self, *_: object) -> None:
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, call: Any) -> Any:
        def counting(*given: Any, **named: Any) -> Any:
            self.step()
            return call(*given, **named)

        return counting


def main(master: Path, back: Path, last: int) -> None:
    from collabxl import merge_copies

    steps = Steps(last)
    connect = sqlite3.connect

    def watched(*given: Any, **named: Any) -> sqlite3.Connection:
        base = connect(*given, **named)
        base.set_trace_callback(steps.step)
        return base

    sqlite3.connect = watched  # type: ignore[assignment]
    for name in CALLS:
        setattr(os, name, steps.counted(getattr(os, name)))
    merge_copies(master, [back], today=TODAY)
    print(steps.taken)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
