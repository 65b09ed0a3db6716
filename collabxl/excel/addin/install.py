"""The add-in put where Excel loads it, taken away again, and asked what it says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from collabxl.errors import FileError, PackageError, UsageError, permission_error
from collabxl.excel.addin.locations import ADDIN, SCRIPT, Places
from collabxl.excel.addin.stamp import Stamp, read_stamp, write_stamp
from collabxl.ooxml.package import Package
from collabxl.storage.data_files import resource_path
from collabxl.storage.save import replace
from collabxl.text import t

NO_EXCEL = t(
    "这台电脑上没有 Excel 的启动文件夹（只有 Windows 和 macOS 有）。要生成一份拿到别处用，请写 addin install "
    "--to 文件名；"
    "在 LibreOffice 里请用 collabxl live",
    "Excel has no start-up folder on this system (only Windows and macOS do). To make an add-in for another computer, "
    "say addin install --to FILE; for LibreOffice there is collabxl live",
)
_IN_USE = t("{path} 正在用，没有删除。请关闭 Excel 再试", "{path} is in use and not deleted. Close Excel and try again")


class InstalledAddin(NamedTuple):
    """An add-in that is there: what it was told, and whether all else in it is what this version ships."""

    path: Path
    stamp: Stamp | None
    genuine: bool


def install(places: Places, stamp: Stamp, to: Path | None = None) -> list[Path]:
    """Write the add-in with its stamp to where Excel loads it, or to a file or folder, and return what was written.

    Raises UsageError where Excel has no start-up folder, and what ``save.replace`` does (locked if Excel runs).
    """
    if to is not None:
        target = to / ADDIN if to.is_dir() else to
        replace(target, write_stamp(bundled_addin(), stamp))
        return [target]
    if places.addin is None:
        raise UsageError(NO_EXCEL)
    files = {places.addin: write_stamp(bundled_addin(), stamp)}
    if places.script is not None:
        files[places.script] = resource_path("macros", SCRIPT).read_bytes()
    for folder in (places.jobs, *(path.parent for path in files)):
        _make(folder)
    for path, content in files.items():
        replace(path, content)
    return list(files)


def uninstall(places: Places) -> list[Path]:
    """Delete what ``install`` wrote and what is left of jobs, and return what was deleted; nothing else is touched."""
    jobs = sorted(places.jobs.glob("*")) if places.jobs.is_dir() else []
    gone = [path for path in (places.addin, places.script, *jobs) if path is not None and path.is_file()]
    for path in gone:
        try:
            path.unlink()
        except PermissionError as error:
            raise FileError("locked", _IN_USE, path=str(path)) from error
    if jobs and not any(places.jobs.iterdir()):
        places.jobs.rmdir()
    return gone


def find_addin(path: Path) -> InstalledAddin | None:
    """Return the add-in that lies there, None if there is none; what is no add-in of ours has no stamp."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    try:
        stamp = read_stamp(content)
        return InstalledAddin(path, stamp, parts_of(write_stamp(bundled_addin(), stamp)) == parts_of(content))
    except PackageError:
        return InstalledAddin(path, None, False)


def parts_of(addin: bytes) -> dict[str, bytes]:
    """Return what an add-in says, part by part: two that say the same may be packed otherwise, by another zlib."""
    package = Package(addin)
    return {part: package.read(part) for part in package.parts}


def bundled_addin() -> bytes:
    """Return the add-in as it comes with this version, nothing filled in."""
    return resource_path("macros", ADDIN).read_bytes()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise permission_error(str(folder)) from error
