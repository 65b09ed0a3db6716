"""The steps that reach the disk: a temp file that is whole and synced, the swap, the folder's own entry."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from collabxl.storage.names import temp_path
from collabxl.storage.os_errors import is_sharing_violation

_PAUSES = (0.05, 0.1, 0.2, 0.4)
"""Seconds between tries on Windows, where a virus scanner or the indexer opens every new file for a moment."""
_ACL = "system.posix_acl_access"
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM}
"""What file systems say that do not sync folders (SMB, FUSE); the entry is as durable there as they make it."""


@contextmanager
def synced_temp_file(target: Path, content: bytes | Iterable[bytes], *, like: Path) -> Iterator[Path]:
    """Give a synced temp file beside ``target`` that holds ``content`` and belongs to whom ``like`` does.

    It is gone afterwards, unless it took another name. Raises OSError.
    """
    temp = temp_path(target)
    try:
        _write_through(temp, content, like)
        yield temp
    finally:
        with suppress(OSError):
            temp.unlink(missing_ok=True)


def swap(temp: Path, target: Path) -> None:
    """Put ``temp`` in the place of ``target`` in one step; raises OSError."""
    for pause in _PAUSES:
        try:
            temp.replace(target)
        except PermissionError as error:
            if not is_sharing_violation(error):
                raise
            time.sleep(pause)
        else:
            return
    temp.replace(target)


def sync_folder(folder: Path) -> None:
    """See a new name on disk; raises OSError where the system could have done it and failed."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def file_stat(path: Path) -> os.stat_result | None:
    """Return what is known of a file, or None if there is none; raises OSError."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write_through(temp: Path, content: bytes | Iterable[bytes], like: Path) -> None:
    facts = file_stat(like)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temp, flags, 0o666 if facts is None else 0o600)
    try:
        for block in [content] if isinstance(content, bytes) else content:
            rest = memoryview(block)
            while rest:
                rest = rest[os.write(handle, rest) :]
        if facts is not None:
            _copy_ownership(temp, like, facts)
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_ownership(temp: Path, like: Path, facts: os.stat_result) -> None:
    """Give ``temp`` the owner, group, mode and attributes of ``like``, as far as the system lets us.

    Where the group cannot be kept, the members of the new one get what everybody has.
    """
    same = _try_chown(temp, facts.st_uid, facts.st_gid) or _try_chown(temp, -1, facts.st_gid)
    mode = stat.S_IMODE(facts.st_mode)
    temp.chmod(mode if same else mode & ~0o070 | (mode & 0o007) << 3)
    if not hasattr(os, "listxattr"):
        return
    with suppress(OSError):
        for name in os.listxattr(like):
            if same or name != _ACL:
                with suppress(OSError):
                    os.setxattr(temp, name, os.getxattr(like, name))


def _try_chown(path: Path, owner: int, group: int) -> bool:
    if not hasattr(os, "chown"):
        return True
    try:
        os.chown(path, owner, group)
    except OSError:
        return False
    return True
