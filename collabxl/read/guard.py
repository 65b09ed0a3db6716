"""Workers under guard: each file is read in a process that may die, hang or grow without harm to the others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from collabxl.errors import FileError
from collabxl.read.workbook import Reading
from collabxl.read.worker import receive, send
from collabxl.text import t

SECONDS = 60.0
"""How long one file may take before its worker is stopped."""
AHEAD = 4
"""Files read ahead of the caller per worker: enough to keep all busy, few enough to keep memory flat."""
FILES_WORTH_A_WORKER = 40

_here = threading.local()


class Guarded:
    """One worker process, started anew whenever it has died."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, path: str) -> Reading | FileError:
        """Return what a workbook says, or why not; a worker that dies or hangs is such a reason."""
        process = self.start()
        assert process.stdin is not None
        assert process.stdout is not None
        alarm = threading.Timer(self.seconds, process.kill)
        alarm.start()
        try:
            send(process.stdin, path)
            answer = receive(process.stdout)
        except (EOFError, OSError):
            self.close()
            return _why_it_died(alarm.finished.is_set(), self.seconds)
        finally:
            alarm.cancel()
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


def get_ready() -> None:
    """Start one worker now: it comes up while the caller still imports what it needs."""
    worker = Guarded()
    worker.start()
    _ready.append(worker)


def read_guarded(path: str) -> Reading | FileError:
    """Return what a workbook says, read by this thread's own worker; the unit of work of every executor."""
    if not hasattr(_here, "worker"):
        _here.worker = _ready.pop() if _ready else Guarded()
        _open.append(_here.worker)
    worker: Guarded = _here.worker
    return worker.read(path)


def readings(paths: Iterable[str], *, jobs: int | None = None, count: int = 1) -> Iterator[Reading | FileError]:
    """Return what every path says, in order, read by ``jobs`` workers (default: as many as ``count`` files deserve)."""
    workers = jobs or max(1, min(os.cpu_count() or 1, count // FILES_WORTH_A_WORKER))
    executor = ThreadPoolExecutor(workers, thread_name_prefix="collabxl-read")
    try:
        yield from in_order(executor, read_guarded, paths, ahead=AHEAD * workers)
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


def _why_it_died(late: bool, seconds: float) -> FileError:
    if late:
        says = t("读了 {seconds:.0f} 秒仍未读完，已放弃", "Not read after {seconds:.0f} seconds; given up")
        return FileError("timeout", says, seconds=seconds)
    says = t(
        "读取程序在这个文件上中断，其中可能有远在表外的单元格或损坏的内容。请用 Excel 打开后另存",
        "The reader broke down on this file: a stray cell far outside, or damaged parts. Save it anew in Excel",
    )
    return FileError("too-large", says)
