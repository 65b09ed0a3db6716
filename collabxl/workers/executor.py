"""Who reads: an executor – threads here, a cluster elsewhere – and results in the order asked for, whoever is lost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice

from collabxl.errors import FileError
from collabxl.reading.workbook import Reading
from collabxl.text import Lang
from collabxl.workers.interrupt import is_interrupted

AHEAD = 64
"""Files read ahead of the caller per hand: enough to keep all busy while a chunk is checked, and memory flat."""
TICK = 0.5
"""Seconds between two looks whether the user wishes to stop."""
PATIENCE = 180.0
"""Seconds without an answer after which an away crew is given up: thrice what a guard gives to one file."""
ELSEWHERE = ("not-found", "permission", "timeout")
"""The kinds of errors that may be another machine's alone: it lacks the folder, the right, or the time."""
Answer = Reading | FileError
Work = Callable[[str], Answer]


@dataclass
class ReadExecutor:
    """An executor that reads as many files at once as it has ``max_workers``; ``is_remote`` if on other machines."""

    executor: Executor
    max_workers: int
    is_remote: bool = False
    is_abandoned: bool = False
    """Whether it has not answered for PATIENCE; from then on everything is read here."""

    def submit(self, work: Work, path: str) -> Future[Answer] | None:
        """Return the future of a piece of work, None if the crew takes no more."""
        if self.is_abandoned:
            return None
        try:
            return self.executor.submit(work, path)
        except Exception:  # a cluster that is gone raises what its library pleases
            if not self.is_remote:
                raise
            self.is_abandoned = True
            return None


requested_language: ContextVar[Lang | None] = ContextVar("asked", default=None)
"""The language that the user asked for: that of a workbook which does not tell its own."""
current_executor: ContextVar[ReadExecutor | None] = ContextVar("hired", default=None)
"""The crew that reads instead of this machine's own workers."""


def map_in_order(crew: ReadExecutor, work: Work, paths: Iterable[str]) -> Iterator[Answer]:
    """Return the results of ``work`` in the order of ``paths``, few of them waiting; fewer if the user wishes to stop.

    What an away crew loses or cannot get at is done once more, alone and here: whatever becomes of the crew, the
    results are those of this machine.
    """
    waiting: deque[tuple[str, Future[Answer] | None]] = deque()
    more = iter(paths)
    try:
        while True:
            for path in islice(more, 0 if is_interrupted() else AHEAD * crew.max_workers - len(waiting)):
                waiting.append((path, crew.submit(work, path)))
            if not waiting:
                return
            path, future = waiting.popleft()
            _wait_for(future, crew)
            if is_interrupted() and not (future and future.done()):
                return
            answer = _result_of(future, crew) or work(path)
            if is_interrupted() and isinstance(answer, FileError) and answer.kind == "timeout":  # it was cut off
                return
            yield answer
    finally:
        for _, future in waiting:
            if future is not None:
                future.cancel()


def _wait_for(future: Future[Answer] | None, crew: ReadExecutor) -> None:
    """Wait until a future is done, the user wishes to stop, or the crew has to be given up."""
    since = time.monotonic()
    while future is not None and not future.done() and not is_interrupted() and not crew.is_abandoned:
        wait([future], timeout=TICK)
        crew.is_abandoned = crew.is_remote and not future.done() and time.monotonic() - since > PATIENCE


def _result_of(future: Future[Answer] | None, crew: ReadExecutor) -> Answer | None:
    """Return what a crew found out; None if it is to be found out here."""
    if future is None or not future.done():
        return None
    if not crew.is_remote:
        return future.result()
    if future.cancelled() or future.exception() is not None:
        return None
    answer = future.result()
    return None if isinstance(answer, FileError) and answer.kind in ELSEWHERE else answer
