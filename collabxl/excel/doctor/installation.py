"""The add-in as it stands: is it there, is it ours, does it know this version and a program that exists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from collabxl import __version__
from collabxl.excel.addin.install import InstalledAddin, find_addin
from collabxl.excel.addin.locations import Places, program
from collabxl.excel.doctor.sign import Sign
from collabxl.text import t

_NO_EXCEL = t(
    "这个系统没有 Excel；文件命令都能用，LibreOffice 里打开的工作簿用 collabxl live --engine libreoffice",
    "No Excel on this system; all commands for files work, a workbook open in LibreOffice has "
    "collabxl live --engine libreoffice",
)
_THERE = t("加载项在 {path}", "The add-in is at {path}")
_MISSING = t("没有装加载项：{path} 不在", "The add-in is not installed: {path} is not there")
_INSTALL = t("运行 collabxl addin install，再重新打开 Excel", "Run collabxl addin install, then open Excel again")
_OLD = t("加载项是 {old} 装的，collabxl 是 {new}", "The add-in was installed by {old}, collabxl is {new}")
_CURRENT = t("加载项和 collabxl 同为 {new}", "Add-in and collabxl are both {new}")
_CHANGED = t("加载项的内容和这个版本带来的不同", "The add-in differs from what this version ships")
_PROGRAM = t("按钮启动的程序在 {exe}", "The program that buttons start is at {exe}")
_NO_PROGRAM = t("按钮要启动的程序不在：{exe}", "The program that buttons start is not there: {exe}")
_NONE = t("collabxlw 不在这次安装里", "This installation has no collabxlw")
_REINSTALL = t(
    "请重新安装 collabxl：在它的文件夹里运行 pip install --force-reinstall .",
    "Install collabxl again: run pip install --force-reinstall . in its folder",
)
_MARKED = t(
    "加载项带有“来自网络”的标记，Excel 不会运行它",
    "The add-in is marked as coming from the internet; Excel will not run it",
)
_UNMARK = t(
    "运行 collabxl addin install 重新写一份，或在文件属性里勾选“解除锁定”",
    "Write it anew with collabxl addin install, or tick “Unblock” in its properties",
)


def installation_signs(places: Places) -> Iterator[Sign]:
    """Return the signs of the installed add-in; without an Excel, those of the program alone."""
    if places.addin is None:
        yield Sign("ok", _NO_EXCEL)
        yield _program(button_program(places))
        return
    found = find_addin(places.addin)
    if found is None:
        yield Sign("fail", _MISSING, _INSTALL, path=str(places.addin))
        return
    yield Sign("ok", _THERE, path=str(found.path))
    yield _version(found)
    yield _program(button_program(places))
    if is_from_internet(found.path):
        yield Sign("fail", _MARKED, _UNMARK)


def button_program(places: Places) -> str:
    """Return the program that buttons start: what the add-in was told, else this installation's; empty for none."""
    found = find_addin(places.addin) if places.addin else None
    return os.path.expandvars(found.stamp.exe) if found and found.stamp else str(program() or "")


def is_from_internet(path: Path) -> bool:
    """Return whether Windows keeps a note with a file that it came from the internet; others keep none."""
    return Path(f"{path}:Zone.Identifier").exists()


def _version(found: InstalledAddin) -> Sign:
    if found.stamp and found.stamp.version != __version__:
        return Sign("warn", _OLD, _INSTALL, old=found.stamp.version, new=__version__)
    if not found.genuine:
        return Sign("warn", _CHANGED, _INSTALL)
    return Sign("ok", _CURRENT, new=__version__)


def _program(exe: str) -> Sign:
    if not exe:
        return Sign("fail", _NONE, _REINSTALL)
    if not Path(exe).is_file():
        return Sign("fail", _NO_PROGRAM, _INSTALL, exe=exe)
    return Sign("ok", _PROGRAM, exe=exe)
