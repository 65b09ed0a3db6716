"""Workbooks wherever they lie: a path here or an address elsewhere, read whole and replaced whole."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from collabxl.errors import FileError, missing_file_error, no_regular_file, permission_error
from collabxl.storage import remote, save
from collabxl.storage.remote import is_address
from collabxl.text import t


def read_content(path: str) -> bytes:
    """Return the bytes of a workbook; FileError if it cannot be read."""
    if is_address(path):
        return remote.load(path)
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise no_regular_file(path)
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise missing_file_error(path) from error
    except PermissionError as error:
        raise permission_error(path) from error
    except OSError as error:
        says = t(
            "读不了 {path}：系统报告“{reason}”。请检查磁盘或网络后重试",
            "{path} cannot be read: the system says “{reason}”. Check the disk or the network and try again",
        )
        raise FileError("permission", says, path=path, reason=error.strerror or str(error)) from error


def replace(path: str, content: bytes, *, was: bytes, backup: bool = False) -> None:
    """Put ``content`` in the place of ``was`` whole, as far as the store can; raises what ``save.replace`` does."""
    if is_address(path):
        remote.replace(path, content, was=was, backup=backup)
    else:
        save.replace(Path(path), content, was=was, backup=backup)


def write_lock(path: str) -> AbstractContextManager[None]:
    """Return what keeps other writers away meanwhile; in other stores nothing does."""
    return nullcontext() if is_address(path) else save.write_lock(Path(path))


def base_name(path: str) -> str:
    """Return the last part of a path or an address."""
    return path.rpartition("/")[2] if is_address(path) else Path(path).name
