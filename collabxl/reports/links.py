"""Where links lead: from a report that lies somewhere to the workbooks it tells of.

They are relative where they can be, so that they work as long as both are moved together.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from collabxl.storage.remote import is_address
from collabxl.text.printable import clean

LONGEST_LINK = 2_000
"""Excel takes a few letters more."""
_OUTSIDE = '%# "<>[]^`{}'
"""What stands for something else in a link of Excel."""


def href(path: str, report: Path) -> str | None:
    """Return the link a page at ``report`` bears to a workbook: always one to a file, none to one in another store."""
    if is_address(path):
        return None
    way = _relative_path(path, report)
    return Path(way).as_uri() if Path(way).is_absolute() else "./" + quote(way, safe="/", errors="surrogateescape")


def link(path: str, report: Path | None, place: str = "") -> str | None:
    """Return the same for a workbook, or for a ``place`` in it such as ``表!G4``; None if Excel takes none."""
    if report is None or is_address(path):
        return None
    way = "".join(f"%{ord(letter):02X}" if letter in _OUTSIDE else letter for letter in _relative_path(path, report))
    found = f"external:{way}" + (f"#{place}" if place else "")
    return found if len(found) <= LONGEST_LINK and clean(found) == found else None


def _relative_path(path: str, report: Path) -> str:
    """Return the way from a report to a workbook with forward slashes; the whole path if they share no drive."""
    whole = Path(path).absolute()
    try:
        return Path(os.path.relpath(whole, report.absolute().parent)).as_posix()
    except ValueError:
        return whole.as_posix()
