"""The libraries that reach into an open Excel; only looked up, never imported: importing is slow and may fail."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from collabxl.excel.doctor.sign import Sign
from collabxl.text import t

NEEDED = {"win32": ("xlwings", "pywin32"), "darwin": ("xlwings", "appscript")}
_THERE = t("{name} {version} 已装", "{name} {version} is installed")
_MISSING = t(
    "没有装 {name}，按钮读写不了打开的工作簿", "{name} is not installed; buttons cannot reach the open workbook"
)
_INSTALL = t("运行 pip install {name}", "Run pip install {name}")


def part_signs(system: str) -> Iterator[Sign]:
    """Return the signs of what a system needs to reach into an open workbook."""
    for name in NEEDED.get(system, ("xlwings",)):
        try:
            yield Sign("ok", _THERE, name=name, version=version(name))
        except PackageNotFoundError:
            yield Sign("fail" if system in NEEDED else "warn", _MISSING, _INSTALL, name=name)
