"""What the system refuses, in the contract's words: which file, that the old one is whole, what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from collabxl.errors import ErrorKind, FileError
from collabxl.text import Text, t

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_USE = {errno.EBUSY, getattr(errno, "ETXTBSY", errno.EBUSY)}
_SHARING = {5, 32, 33}
"""What Windows says of a file that another program has open: access denied, sharing violation, lock violation."""


class DurabilityError(FileError):
    """The new content is in its place and whole, but the system did not confirm that it survives a power cut."""

    def __init__(self, path: Path, error: OSError) -> None:
        says = t(
            "{path} 已保存，但系统没有确认写到磁盘（“{reason}”），断电可能使它回到旧内容。请检查磁盘后重新运行",
            "{path} is saved, but the system did not confirm that it is on the disk (“{reason}”): a power cut "
            "may bring the old content back. Check the disk and run again",
        )
        super().__init__("permission", says, path=str(path), reason=_reason(error))


def write_error(path: Path, target: Path, error: OSError) -> FileError:
    """Return what an error of the system means for a file that was to be written; the old one is as it was.

    The contract has no word for a sick disk: it is kind permission, the system did not let us write.
    """
    kind, says = _kind_and_text(target, error)
    return FileError(kind, says, path=str(path), folder=str(target.parent), reason=_reason(error))


def _kind_and_text(target: Path, error: OSError) -> tuple[ErrorKind, Text]:
    if error.errno in _NO_ROOM:
        return "too-large", t(
            "磁盘空间或配额不足，写不下 {path}；原文件保持原样。请腾出空间后重试",
            "No room on the disk (or in the quota) for {path}; the old file is as it was. Make room and try again",
        )
    if error.errno in _IN_USE or is_sharing_violation(error):
        return "locked", t(
            "{path} 正被另一个程序使用，未写入。请关闭后重试",
            "{path} is in use by another program; not written. Close it and try again",
        )
    if error.errno in _FORBIDDEN:
        return "permission", t(
            "没有权限写入 {path}，原文件保持原样。请检查文件和文件夹 {folder} 的权限",
            "No permission to write {path}; the old file is as it was. Check the permissions of it and of {folder}",
        )
    if isinstance(error, FileNotFoundError) and target.parent.is_dir():
        return "locked", t(
            "{path} 旁边的临时文件被别的程序删除，未写入。请重新运行",
            "Another program removed the temporary file beside {path}; not written. Run again",
        )
    if isinstance(error, FileNotFoundError):
        return "not-found", t("文件夹 {folder} 不见了，未写入", "The folder {folder} has gone; nothing was written")
    return "permission", t(
        "{path} 未能写入，原文件保持原样：系统报告“{reason}”。请检查磁盘或网络后重试",
        "{path} could not be written, the old file is as it was: the system says “{reason}”. Check the disk or the "
        "network and try again",
    )


def is_sharing_violation(error: OSError) -> bool:
    """Return whether Windows says that another program has the file open."""
    return getattr(error, "winerror", None) in _SHARING


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
