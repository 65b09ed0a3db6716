"""The one road to disk: a file is whole beside its place before it takes it, or the old one stays.

Lock → temp file in the same folder → write → owner, mode and extended attributes of the old file → fsync → is the
old file still what was read, and nobody's? → os.replace → fsync of the folder → unlock. Who only reads needs no lock:
a file is always one whole version.

Gaps, known and accepted:
- Windows: the new file has the access rights (ACL) of its folder, not those of the old file, and no alternate data
  streams; a folder cannot be synced there, os.replace is as durable as the file system makes it; names that begin with
  a dot are not hidden. Tried on Linux only.
- macOS: extended attributes are not carried over, and fsync does not empty the drive's own cache.
- Another program that takes no lock of ours can write in the instant between the last look and os.replace.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from collabxl.errors import FileError
from collabxl.storage.disk import file_stat, swap, sync_folder, synced_temp_file
from collabxl.storage.lock import write_lock
from collabxl.storage.names import backup_path, resolve_links
from collabxl.storage.os_errors import DurabilityError, write_error
from collabxl.storage.owner_files import file_owner, owner_name
from collabxl.text import t

__all__ = ["DurabilityError", "backup_path", "owner_name", "replace", "write_lock"]


def replace(path: Path, content: bytes | Iterable[bytes], *, was: bytes | None = None, backup: bool = False) -> None:
    """Put ``content`` at ``path`` whole or not at all; a link's target is written, its mode and owner are kept.

    ``content`` may come block by block: the first is asked for only once it is sure that the file may be written.
    ``was`` is what the caller read: if the file says something else by now, nothing is written (kind locked).
    ``backup`` keeps the old content beside it, as ``name.xlsx.bak``, before it is replaced; a former one makes way.
    Waits for other writers as ``write_lock`` does. Raises FileError: locked, permission, not-found, unsupported (a hard
    link or not a file), too-large (no room on the disk); DurabilityError if all is written but a power cut may undo it.
    """
    with write_lock(path):
        target = resolve_links(path)
        try:
            _write(path, target, content, was, backup=backup)
        except OSError as error:
            raise write_error(path, target, error) from error
        try:
            sync_folder(target.parent)
        except OSError as error:
            raise DurabilityError(path, error) from error


def _write(path: Path, target: Path, content: bytes | Iterable[bytes], was: bytes | None, *, backup: bool) -> None:
    _refuse_unless_writable(path, target)
    _refuse_if_changed(path, target, was)
    with synced_temp_file(target, content, like=target) as temp:
        if backup and target.exists():
            with synced_temp_file(target, target.read_bytes(), like=target) as old:
                swap(old, backup_path(target))
            sync_folder(target.parent)
        _refuse_if_changed(path, target, was)
        _refuse_if_open(path, target)
        swap(temp, target)


def _refuse_unless_writable(path: Path, target: Path) -> None:
    if not target.parent.is_dir():
        says = t("文件夹不存在：{folder}。请先建好", "No such folder: {folder}. Make it first")
        raise FileError("not-found", says, folder=str(target.parent))
    facts = file_stat(target)
    if facts is None:
        return
    if not stat.S_ISREG(facts.st_mode):
        says = t("{path} 不是普通文件，未写入。请给出文件名", "{path} is not a file; not written. Name a file")
        raise FileError("unsupported", says, path=str(path))
    _refuse_if_open(path, target)
    if not facts.st_mode & 0o222 or not os.access(target, os.W_OK):
        says = t(
            "{path} 是只读的，未写入。请先取消“只读”属性，或另存一份",
            "{path} is read-only; not written. Take the read-only mark off first, or save a copy",
        )
        raise FileError("permission", says, path=str(path))
    if facts.st_nlink > 1:
        says = t(
            "{path} 在磁盘上有 {count} 个名字（硬链接），写入会使它们不再是同一个文件，未写入。请改写一份副本",
            "{path} has {count} names on the disk (hard links) and writing would part them; not written. Use a copy",
        )
        raise FileError("unsupported", says, path=str(path), count=facts.st_nlink)


def _refuse_if_open(path: Path, target: Path) -> None:
    owner = file_owner(target)
    if owner is not None:
        says = t(
            "{path} 正被 {holder} 打开，未写入。请关闭后重试；如果没有人打开它，请删除旁边的 {owner}",
            "{path} is open by {holder}; not written. Close it and try again, or delete {owner} if nobody has it open",
        )
        raise FileError("locked", says, path=str(path), holder=owner.name, owner=owner.file)


def _refuse_if_changed(path: Path, target: Path, was: bytes | None) -> None:
    if was is not None and (file_stat(target) is None or target.read_bytes() != was):
        says = t("{path} 在处理期间被改动，未写入。请重新运行", "{path} changed meanwhile; not written. Run again")
        raise FileError("locked", says, path=str(path))
