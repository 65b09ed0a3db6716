"""Workers under guard: each file is read in a process that may die, hang or grow without harm to the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from collabxl.errors import FileError
from collabxl.read.workbook import Reading
from collabxl.read.worker import Request, receive, send
from collabxl.text import t

SECONDS = 60.0
"""How long one file may take before its worker is stopped, on a busy machine or a slow network, too."""
TICK = 1.0
"""Seconds between two looks at the clock while a worker reads."""
AHEAD = 4
"""Files read ahead of the caller per worker: enough to keep all busy, few enough to keep memory flat."""
FILES_WORTH_A_WORKER = 40

_OUT_OF_TIME = int(getattr(signal, "SIGXCPU", 0)) or -1
_here = threading.local()


class _Died(Exception):  # noqa: N818 - what became of a worker
    """The worker is gone."""


class _Late(_Died):
    """The worker was stopped because it took too long."""


class Guarded:
    """One worker process, started anew whenever it has died."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._alarm = _Alarm()

    def read(self, path: str, passwords: tuple[str, ...] = ()) -> Reading | FileError:
        """Return what a workbook says, or why not; a worker that dies or hangs is such a reason.

        A file on which the reader broke down is tried once more, carefully: without the library that may abort.
        """
        deadline = time.monotonic() + self.seconds
        for careful in (False, True):
            try:
                return self._ask(Request(path, passwords, careful), max(deadline - time.monotonic(), 0.0))
            except _Late:
                says = t(
                    "读了太久仍未读完（上限 {seconds:.0f} 秒），已放弃。请删去表外的内容后另存",
                    "Not read after {seconds:.0f} seconds; given up. Clear what is outside the table and save it anew",
                )
                return FileError("timeout", says, seconds=self.seconds)
            except _Died:
                continue
        says = t(
            "读取程序在这个文件上中断，其中可能有远在表外的单元格或损坏的内容。请用 Excel 打开后另存",
            "The reader broke down on this file: a stray cell far outside, or damaged parts. Save it anew in Excel",
        )
        return FileError("too-large", says)

    def _ask(self, request: Request, seconds: float) -> Reading | FileError:
        process = self.start()
        assert process.stdin is not None
        assert process.stdout is not None
        self._alarm.set(process, seconds)
        try:
            send(process.stdin, tuple(request))
            answer = receive(process.stdout)
        except (EOFError, OSError) as error:
            rang = self._alarm.rang
            self.close()
            raise (_Late if rang or process.returncode == -_OUT_OF_TIME else _Died) from error
        finally:
            self._alarm.unset()
        assert isinstance(answer, Reading | FileError)
        return answer

    def start(self) -> subprocess.Popen[bytes]:
        """Return the worker's process, started if it is not running."""
        if self._process is None:
            self._process = _started()
        return self._process

    def close(self) -> None:
        """Stop the worker."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # what was not sent yet has nobody to go to
                if pipe is not None:
                    pipe.close()


class _Alarm:
    """Kills a process that is not done in time; one sleeping thread a worker instead of one a file."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0
        self._thread: threading.Thread | None = None
        self.rang = False

    def set(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Watch a process from now on."""
        with self._changed:
            self._process, self._deadline, self.rang = process, time.monotonic() + seconds, False
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="collabxl-alarm", daemon=True)
                self._thread.start()
            elif seconds < TICK:
                self._changed.notify()

    def unset(self) -> None:
        """Stop watching."""
        with self._changed:
            self._process = None

    def _watch(self) -> None:
        with self._changed:
            while self._process is not None:
                left = self._deadline - time.monotonic()
                if left <= 0:
                    self.rang = True
                    self._process.kill()
                    self._process = None
                self._changed.wait(min(max(left, 0.0), TICK))
            self._thread = None


def get_ready() -> None:
    """Start one worker now: it comes up while the caller still imports what it needs."""
    worker = Guarded()
    worker.start()
    _ready.append(worker)


def read_guarded(path: str, passwords: tuple[str, ...] = ()) -> Reading | FileError:
    """Return what a workbook says, read by this thread's own worker; the unit of work of every executor."""
    if not hasattr(_here, "worker"):
        _here.worker = _ready.pop() if _ready else Guarded()
        _open.append(_here.worker)
    worker: Guarded = _here.worker
    return worker.read(path, passwords)


def readings(
    paths: Iterable[str], *, jobs: int | None = None, count: int = 1, passwords: tuple[str, ...] = ()
) -> Iterator[Reading | FileError]:
    """Return what every path says, in order, read by ``jobs`` workers (default: as many as ``count`` files deserve)."""
    workers = jobs or max(1, min(os.cpu_count() or 1, count // FILES_WORTH_A_WORKER))
    executor = ThreadPoolExecutor(workers, thread_name_prefix="collabxl-read")
    try:
        yield from in_order(executor, partial(read_guarded, passwords=passwords), paths, ahead=AHEAD * workers)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        for started in (_open, _ready):
            while started:
                started.pop().close()


def in_order(
    executor: Executor, work: Callable[[str], Reading | FileError], paths: Iterable[str], *, ahead: int
) -> Iterator[Reading | FileError]:
    """Return the results of ``work`` in the order of ``paths``, never more than ``ahead`` of them waiting."""
    waiting: deque[Future[Reading | FileError]] = deque()
    for path in paths:
        waiting.append(executor.submit(work, path))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_ready: list[Guarded] = []
_open: list[Guarded] = []


def _started() -> subprocess.Popen[bytes]:
    package = Path(__file__).parents[2]
    paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "collabxl.read.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
