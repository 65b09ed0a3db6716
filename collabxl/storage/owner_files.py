"""Who has a workbook open, by the owner files that Excel, WPS and LibreOffice leave beside it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class FileOwner(NamedTuple):
    """Who has a workbook open, and the file that says so."""

    name: str
    file: str


def owner_name(path: Path) -> str | None:
    """Return the name of who has a workbook open, or None."""
    owner = file_owner(path)
    return owner.name if owner else None


def file_owner(path: Path) -> FileOwner | None:
    """Return who has a workbook open, or None; a program that says no name is called by its owner file."""
    for name, read in (
        (f"~${path.name}", _excel_owner),
        (f".~lock.{path.name}#", _office_owner),
        (f".~{path.name}", _unnamed_owner),  # WPS on Linux and macOS
    ):
        owner = path.with_name(name)
        if owner.exists():
            return FileOwner(read(owner) or name, name)
    return None


def _excel_owner(owner: Path) -> str:
    """Return the name in Excel's 165 bytes: 55 in the code page of the machine, then the same in UTF-16."""
    raw = _read(owner)
    wide = raw[57 : 57 + 2 * raw[55]].decode("utf-16-le", "ignore").strip() if len(raw) > 57 else ""
    narrow = raw[1 : 1 + raw[0]].decode("latin-1").strip() if raw else ""
    return wide if wide.isprintable() and wide else narrow


def _office_owner(owner: Path) -> str:
    fields = _read(owner).decode("utf-8", "replace").split(",")
    return next((field.strip() for field in fields if field.strip()), "")


def _unnamed_owner(_: Path) -> str:
    return ""


def _read(owner: Path) -> bytes:
    try:
        return owner.read_bytes()
    except OSError:  # Windows keeps the owner file locked while Excel runs
        return b""
