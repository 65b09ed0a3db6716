"""Workers under guard: each file is read in a process that may die, hang or grow without harm to the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from collabxl.errors import FileError
from collabxl.reading.workbook import Reading
from collabxl.storage.remote import is_address
from collabxl.text import Lang, t
from collabxl.workers.executor import ReadExecutor, current_executor, map_in_order, requested_language
from collabxl.workers.process import Request, receive, send
from collabxl.workers.watchdog import Watchdog

SECONDS = 60.0
"""How long one file may take before its worker is stopped, on a busy machine or a slow network, too."""
FILES_WORTH_A_WORKER = 40

_OUT_OF_TIME = int(getattr(signal, "SIGXCPU", 0)) or -1
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's threads, one a processor, would take the memory that a worker may have; it computes formulas, if at all."""
_here = threading.local()


class _WorkerDeath(Exception):  # noqa: N818 - what became of a worker
    """The worker is gone."""


class _WorkerTimeout(_WorkerDeath):
    """The worker was stopped because it took too long."""


class Worker:
    """One worker process, started anew whenever it has died."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.is_retired = False
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = Watchdog()

    def read(self, path: str, passwords: tuple[str, ...] = (), asked: Lang | None = None) -> Reading | FileError:
        """Return what a workbook says, or why not; a worker that dies or hangs is such a reason.

        A file on which the reader broke down is tried once more, carefully: without the library that may abort.
        What lies at an address is fetched here, so that stores and their libraries do not count against the worker.
        """
        deadline = time.monotonic() + self.seconds
        content = None
        if is_address(path):
            from collabxl.workers.download import download

            try:
                content = download(path, self.seconds)
            except FileError as error:
                return error
        for careful in (False, True):
            if self.is_retired:
                break
            try:
                request = Request(path, passwords, careful, content, asked)
                return self._ask(request, max(deadline - time.monotonic(), 0.0))
            except _WorkerTimeout:
                says = t(
                    "读了太久仍未读完（上限 {seconds:.0f} 秒），已放弃。请删去表外的内容后另存",
                    "Not read after {seconds:.0f} seconds; given up. Clear what is outside the table and save it anew",
                )
                return FileError("timeout", says, seconds=self.seconds)
            except _WorkerDeath:
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
        self._watchdog.arm(process, seconds)
        try:
            send(process.stdin, tuple(request))
            answer = receive(process.stdout)
        except (EOFError, OSError) as error:
            rang = self._watchdog.has_fired
            self.close()
            raise (_WorkerTimeout if rang or process.returncode == -_OUT_OF_TIME else _WorkerDeath) from error
        finally:
            self._watchdog.disarm()
        assert isinstance(answer, Reading | FileError)
        return answer

    def start(self) -> subprocess.Popen[bytes]:
        """Return the worker's process, started if it is not running."""
        if self._process is None:
            self._process = _start_process()
        return self._process

    def retire(self) -> None:
        """Stop the worker for good; a read in progress in another thread ends at once."""
        self.is_retired = True
        process = self._process
        if process is not None:
            process.kill()

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


def warm_up() -> None:
    """Start one worker now: it comes up while the caller still imports what it needs."""
    worker = Worker()
    worker.start()
    _warm_workers.append(worker)


def read_in_worker(path: str, passwords: tuple[str, ...] = (), asked: Lang | None = None) -> Reading | FileError:
    """Return what a workbook says, read by this thread's own worker; the unit of work of every executor."""
    if not hasattr(_here, "worker"):
        _assign_worker([])
    worker: Worker = _here.worker
    found = worker.read(path, passwords, asked)
    if isinstance(found, FileError):
        found.fields.setdefault("path", path)
    return found


def readings(
    paths: Iterable[str], *, jobs: int | None = None, count: int = 1, passwords: tuple[str, ...] = ()
) -> Iterator[Reading | FileError]:
    """Return what every path says, in order, read by ``jobs`` workers (default: as many as ``count`` files deserve).

    The current executor (workers/executor.py), if there is one, reads instead of this machine's workers. If the user
    wishes to stop, the rest is left out.
    """
    away = current_executor.get()
    with _remote_executor(away) if away else _local_executor(jobs, count) as crew:
        yield from map_in_order(
            crew, partial(read_in_worker, passwords=passwords, asked=requested_language.get()), paths
        )


@contextmanager
def _local_executor(jobs: int | None, count: int) -> Iterator[ReadExecutor]:
    """Return a crew of this machine's workers; what they still read when it ends is wanted by nobody."""
    workers = jobs or max(1, min(os.cpu_count() or 1, count // FILES_WORTH_A_WORKER))
    seated: list[Worker] = []
    executor = ThreadPoolExecutor(workers, "collabxl-read", _assign_worker, (seated,))
    try:
        yield ReadExecutor(executor, workers)
    finally:
        for worker in seated:
            worker.retire()
        executor.shutdown(wait=True, cancel_futures=True)
        for worker in [*seated, *_warm_workers]:
            worker.close()
        _warm_workers.clear()


@contextmanager
def _remote_executor(away: ReadExecutor) -> Iterator[ReadExecutor]:
    """Return a crew that is away; the worker of this thread, which reads what that loses, ends with it."""
    try:
        yield away
    finally:
        if hasattr(_here, "worker"):
            _here.worker.close()


def _assign_worker(seated: list[Worker]) -> None:
    """Give this thread a worker of its own."""
    _here.worker = _warm_workers.pop() if _warm_workers else Worker()
    seated.append(_here.worker)


_warm_workers: list[Worker] = []


def _start_process() -> subprocess.Popen[bytes]:
    package = Path(__file__).parents[2]
    paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "collabxl.workers.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", **_ONE_THREAD},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
