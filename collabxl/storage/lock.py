"""One writer at a time: a lock file beside the workbook, so two machines on one share see the same one.

The system holds the lock and drops it when its holder dies; the file's being there means nothing. It is removed while
it is held, and who gets a lock makes sure that its file still has its name. Where a file system has no locks, the
file's being there is the lock: what a killed run leaves is then swept by the next one on the same machine only.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from collabxl.errors import FileError
from collabxl.storage.names import TEMP, lock_path, resolve_links, soft_lock_path, tag_in, tag_of
from collabxl.storage.os_errors import write_error
from collabxl.text import t

if TYPE_CHECKING:
    from filelock import BaseFileLock

WAIT = 10.0
_POLL = 0.02
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL}


class _ThreadLocks(threading.local):
    """The lock files that this thread holds: who edits may replace."""

    def __init__(self) -> None:
        self.locks: set[Path] = set()


_thread_locks = _ThreadLocks()


@contextmanager
def write_lock(path: Path, *, wait: float = WAIT) -> Iterator[None]:
    """Keep every other collabxl from writing the file that ``path`` means until the block ends; nests in one thread.

    What killed runs left in the folder is swept. A folder that we may not write is not locked: nobody writes there
    with our rights. Raises FileError: locked after ``wait`` seconds, naming the holder, permission, or too-large.
    """
    target = resolve_links(path)
    lock = lock_path(target.parent, tag_of(target))
    if lock in _thread_locks.locks or not _is_folder(target.parent):
        yield
        return
    held = _acquire_or_explain(path, target, lock, wait)
    _thread_locks.locks.add(lock)
    try:
        if held is not None:
            _sweep(target.parent, tag_of(target))
        yield
    finally:
        _thread_locks.locks.discard(lock)
        if held is not None:
            _release(held, lock)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _acquire_or_explain(path: Path, target: Path, lock: Path, wait: float) -> BaseFileLock | None:
    from filelock import Timeout

    try:
        return _acquire(lock, wait)
    except Timeout as error:
        raise _locked_error(path, Path(error.lock_file), wait) from error
    except OSError as error:
        if lock.exists() and isinstance(error, PermissionError):
            raise _locked_error(path, lock, 0) from error
        if error.errno in _NOT_OURS and not os.access(target.parent, os.W_OK):
            return None
        raise write_error(path, target, error) from error


def _acquire(lock: Path, wait: float) -> BaseFileLock:
    """Return a held lock whose file has its name; raises filelock.Timeout or OSError."""
    from filelock import FileLock, SoftFileLock, Timeout

    until = time.monotonic() + wait
    while True:
        signature = _LockSignature(lock)
        left = max(until - time.monotonic(), 0)
        held: BaseFileLock = FileLock(lock, timeout=left, mode=0o666, poll_interval=_POLL, on_acquired=signature)
        try:
            held.acquire()
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            lock.unlink(missing_ok=True)
            held = SoftFileLock(soft_lock_path(lock), timeout=left, mode=0o666, poll_interval=_POLL)
            held.acquire()
            return held
        if signature.is_valid:
            return held
        held.release()
        if not left:
            raise Timeout(str(lock))


class _LockSignature:
    """Signs a lock file when it is got; ``is_valid`` says whether the file still had its name then."""

    def __init__(self, lock: Path) -> None:
        self._lock = lock
        self.is_valid = False

    def __call__(self, handle: int) -> None:
        """Write process and machine behind a blank: the first byte is what Windows locks, and nobody reads that."""
        with suppress(OSError):
            os.ftruncate(handle, 0)
            os.write(handle, f"\n{os.getpid()}\n{socket.gethostname()}\n".encode())
        with suppress(OSError):
            self.is_valid = os.path.samestat(os.fstat(handle), self._lock.stat())


def _locked_error(path: Path, lock: Path, waited: float) -> FileError:
    says = t(
        "{path} 正被另一个 collabxl 写入（{holder}），等了 {waited} 秒，未写入。请等它结束后重试",
        "{path} is being written by another collabxl ({holder}); not written in {waited} s. Try again when it is done",
    )
    return FileError("locked", says, path=str(path), holder=_holder(lock), waited=waited)


def _holder(lock: Path) -> str:
    """Return process and machine of who signed a lock file."""
    try:
        with lock.open("rb", buffering=0) as file:
            file.seek(os.name == "nt")
            pid, host, *_ = (file.read(400) or b"").decode("utf-8", "replace").split()
    except (OSError, ValueError):
        return lock.name
    return f"pid {pid} @ {host}"


def _release(held: BaseFileLock, lock: Path) -> None:
    from filelock import SoftFileLock

    with suppress(OSError):
        if os.name != "nt" and not isinstance(held, SoftFileLock):  # those two remove it themselves
            lock.unlink()
    with suppress(OSError):
        held.release()


def _sweep(folder: Path, tag: str) -> None:
    """Remove what killed runs left: temp files whose workbook we hold or nobody holds, and locks that nobody holds."""
    from filelock import Timeout

    left = _leftovers(folder)
    _remove_temps(left.pop(tag, []))
    for other, files in left.items():
        lock = lock_path(folder, other)
        if lock in _thread_locks.locks:
            continue
        with suppress(OSError, Timeout):
            held = _acquire(lock, 0)
            _remove_temps(files)
            _release(held, lock)


def _leftovers(folder: Path) -> dict[str, list[Path]]:
    """Return the lock and temp files in a folder by the tag of their workbook."""
    left: dict[str, list[Path]] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            tag = tag_in(entry.name)
            if tag is not None:
                left.setdefault(tag, []).append(folder / entry.name)
    return left


def _remove_temps(files: list[Path]) -> None:
    for file in files:
        if file.suffix == TEMP:
            with suppress(OSError):
                file.unlink()
