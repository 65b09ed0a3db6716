"""What the folder of jobs tells: can it be written, does somebody watch it, what was never taken or never finished."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from collabxl.excel.doctor.sign import Sign
from collabxl.excel.ribbon.jobs import ASKED, BEAT, DONE, TAKEN
from collabxl.text import t

FRESH = 5.0
"""Seconds for which a watcher's beat counts, here as in the add-in's VBA."""
OLD = 60.0
"""Seconds after which a job that nobody took, or that nobody finished, is a bad sign."""

_FOLDER = t("任务文件夹可以写：{folder}", "The folder of jobs can be written: {folder}")
_NOT_YET = t(
    "还没有任务文件夹，第一次点按钮时会建：{folder}", "No folder of jobs yet; the first click makes it: {folder}"
)
_CLOSED = t("任务文件夹写不进去：{folder}", "The folder of jobs cannot be written: {folder}")
_OPEN_IT = t("检查这个文件夹的权限和磁盘空间", "Check the folder's permissions and the disk's space")
_WATCHED = t("collabxl watch 正开着，由它接任务", "collabxl watch is running and takes the jobs")
_NOT_TAKEN = t(
    "{count} 个任务没有人接：Excel 没能启动 collabxl",
    "{count} {count:job was|jobs were} never taken: Excel could not start collabxl",
)
_WATCH = t(
    "多半是安全软件或公司策略不让 Excel 启动程序：让 collabxl watch 开着，或请 IT 放行",
    "Most likely security software or a policy keeps Excel from starting programs: leave collabxl watch running, "
    "or ask IT",
)
_NOT_DONE = t("{count} 个任务接了但没有做完", "{count} {count:job was|jobs were} taken and never finished")
_LOOK = t("看日志文件夹 {logs}", "See the folder of logs {logs}")


def job_signs(folder: Path) -> Iterator[Sign]:
    """Return the signs of a folder of jobs."""
    if not folder.is_dir():
        yield Sign("ok", _NOT_YET, folder=str(folder))
        return
    if not os.access(folder, os.W_OK):
        yield Sign("fail", _CLOSED, _OPEN_IT, folder=str(folder))
        return
    yield Sign("ok", _FOLDER, folder=str(folder))
    if _age(folder / BEAT) < FRESH:
        yield Sign("ok", _WATCHED)
    if waiting := _count_stale(folder, ASKED):
        yield Sign("warn", _NOT_TAKEN, _WATCH, count=waiting)
    if broken := _count_stale(folder, TAKEN):
        yield Sign("warn", _NOT_DONE, _LOOK, count=broken, logs=str(folder.with_name("logs")))


def _count_stale(folder: Path, kind: str) -> int:
    stale = [path for path in folder.glob(f"*{kind}") if _age(path) > OLD]
    return sum(not path.with_suffix(DONE).exists() for path in stale)


def _age(path: Path) -> float:
    """Return the seconds since a file was written, endless for none."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")
