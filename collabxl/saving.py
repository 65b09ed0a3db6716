"""The one road to disk: a file is whole beside its place before it takes it, or the old one stays.

Temp file in the same folder → write → flush and fsync → os.replace → fsync of the folder.
On Windows a folder cannot be synced; os.replace there is as durable as the file system makes it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from collabxl.errors import FileError, no_permission
from collabxl.text import t


def replace(path: Path, content: bytes, *, was: bytes | None = None) -> None:
    """Put ``content`` at ``path`` whole or not at all; a link's target is written, its mode is kept.

    ``was`` is what the caller read: if the file says something else by now, nothing is written (kind locked).
    Raises FileError of kind locked, permission or not-found.
    """
    target = path.resolve()
    holder = holder_of(target)
    if holder is not None:
        says = t(
            "{path} 正被 {holder} 打开，未写入。请关闭后重试",
            "{path} is open by {holder}; not written. Close it and try again",
        )
        raise FileError("locked", says, path=str(path), holder=holder)
    if target.exists() and not os.access(target, os.W_OK):
        raise no_permission(str(path))
    if not target.parent.is_dir():
        says = t("文件夹不存在：{folder}。请先建好", "No such folder: {folder}. Make it first")
        raise FileError("not-found", says, folder=str(target.parent))
    temp = target.with_name(f".cx-{secrets.token_hex(6)}.tmp")
    try:
        _write_through(temp, content)
        if target.exists():
            shutil.copymode(target, temp)
        if was is not None and target.read_bytes() != was:
            says = t("{path} 在处理期间被改动，未写入。请重新运行", "{path} changed meanwhile; not written. Run again")
            raise FileError("locked", says, path=str(path))
        temp.replace(target)
    except PermissionError as error:
        raise no_permission(str(path)) from error
    finally:
        temp.unlink(missing_ok=True)
    _sync_folder(target.parent)


def holder_of(path: Path) -> str | None:
    """Return who has a workbook open, by the owner file that Excel, WPS or LibreOffice leaves beside it."""
    excel = path.with_name("~$" + path.name)
    if excel.exists():
        return _excel_owner(excel) or excel.name
    office = path.with_name(f".~lock.{path.name}#")
    if office.exists():
        fields = office.read_text(encoding="utf-8", errors="replace").split(",")
        return next((field for field in fields if field.strip()), office.name)
    return None


def _excel_owner(owner: Path) -> str:
    try:
        raw = owner.read_bytes()
    except OSError:  # Windows keeps the owner file locked while Excel runs
        return ""
    return raw[1 : 1 + raw[0]].decode("latin-1").strip() if raw else ""


def _write_through(temp: Path, content: bytes) -> None:
    with temp.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
