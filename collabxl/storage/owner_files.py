"""Who has a workbook open, by the owner files that Excel, WPS and LibreOffice leave beside it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

LONGEST_NAME = 54
"""So many letters of a name Excel's owner files have room for."""
ENOUGH = 4_096
"""Bytes of an owner file that are looked at: many times what a program writes."""


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
            return FileOwner(_readable(read(owner)) or name, name)
    return None


def _readable(words: str) -> str:
    """Return what may be somebody's name; nothing for junk, which files of that name hold, too."""
    name = words.strip()
    return name if name.isprintable() and len(name) <= LONGEST_NAME and any(map(str.isalnum, name)) else ""


def _excel_owner(owner: Path) -> str:
    """Return the name in Excel's 165 bytes: 55 in the code page of the machine, then the same in UTF-16."""
    raw = _read(owner)
    letters = int.from_bytes(raw[55:57], "little")
    wide = raw[57 : 57 + 2 * letters].decode("utf-16-le", "ignore") if letters <= LONGEST_NAME else ""
    narrow = raw[1 : 1 + raw[0]].decode("latin-1") if raw else ""
    return _readable(wide) or narrow


def _office_owner(owner: Path) -> str:
    fields = _read(owner).decode("utf-8", "replace").split(",")
    return next((field.strip() for field in fields if field.strip()), "")


def _unnamed_owner(_: Path) -> str:
    return ""


def _read(owner: Path) -> bytes:
    """Return how an owner file begins; nothing of a pipe, which might never end."""
    try:
        if not owner.is_file():
            return b""
        with owner.open("rb") as file:
            return file.read(ENOUGH)
    except OSError:  # Windows keeps the owner file locked while Excel runs
        return b""
