"""The process in which workbooks are opened: what kills it costs one file, never the run.

Started as ``python -m collabxl.workers.process``; takes pickled requests on stdin, answers on stdout. It imports
neither pandas nor the command line, so that it starts in a blink, and needs no ``__main__`` of the caller.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
from typing import IO, NamedTuple

from collabxl.errors import FileError
from collabxl.reading.workbook import Reading
from collabxl.text import Lang, t

MEMORY = 512 * 2**20
"""Bytes of address space a worker may use; Windows and macOS do not enforce it, there only the time limit holds."""
SECONDS = 20
"""Of processor time for one file: thrice what 20 MB of cells take. Without such a count the caller's patience holds."""
FILES_A_COLLECTION = 100
"""Reading makes no cycles worth a search after every few hundred cells, so garbage is collected now and then only."""
_LENGTH = struct.Struct(">Q")


def send(pipe: IO[bytes], thing: object) -> None:
    """Write one message to a pipe."""
    content = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> object:
    """Return the next message of a pipe; EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content)


class Request(NamedTuple):
    """One file to read; ``careful`` is the second try at a file on which the reader broke down.

    It travels as a plain tuple: this module is ``__main__`` in the worker, and a class of another name there.
    """

    path: str
    passwords: tuple[str, ...] = ()
    careful: bool = False
    content: bytes | None = None
    """The file's bytes if its path is an address."""
    language: Lang | None = None
    """The language of a workbook that does not tell its own."""


def read_request(request: Request) -> Reading | FileError:
    """Return what a workbook says, or why it cannot be read."""
    from collabxl.reading.file import read_file

    careful = request.careful
    while True:
        try:
            return read_file(
                request.path,
                content=request.content,
                passwords=request.passwords,
                careful=careful,
                asked=request.language,
            )
        except FileError as error:
            return error
        except MemoryError:
            if careful:
                says = t("读取它需要超过 {limit} MB 内存", "Reading it takes more than {limit} MB of memory")
                return FileError("too-large", says, limit=MEMORY // 2**20)
            careful = True


def serve() -> None:
    """Answer requests until the caller closes the pipe; Ctrl-C is the caller's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    gc.disable()
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    taken = 0
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        assert isinstance(request, tuple)
        _limit_time()
        send(answers, read_request(Request(*request)))
        taken += 1
        if taken % FILES_A_COLLECTION == 0:
            gc.collect()


def _limit_time() -> None:
    """Let the system end this process if the next file takes too much of the processor's time."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    serve()
