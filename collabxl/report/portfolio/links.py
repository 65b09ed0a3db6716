"""Where links lead: from a report that lies somewhere to the workbooks it tells of."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from collabxl import address

_SPECIAL = re.compile(r'[%#?"<>\[\]^`{}\\|\x00-\x20]')
_ELSEWHERE = "://"
"""What stands in the address of a workbook that is no file here."""


class Target(NamedTuple):
    """A workbook as a link of another one leads to it, and the cell it opens at, if any."""

    address: str
    cell: str = ""


def href(path: str, report: Path) -> str | None:
    """Return the link a page at ``report`` bears to a workbook: always one to a file, none to one in another store."""
    if _ELSEWHERE in path:
        return None
    way = _way(path, report)
    return Path(way).as_uri() if Path(way).is_absolute() else "./" + quote(way, safe="/", errors="surrogateescape")


def target(path: str, report: Path, sheet: str | None = None, cell: str | None = None) -> Target | None:
    """Return the same for a workbook at ``report``; names keep their letters, as Excel writes them."""
    if _ELSEWHERE in path:
        return None
    way = _SPECIAL.sub(lambda found: quote(found[0]), _way(path, report))
    way = way.encode("utf-8", "replace").decode()
    place = f"{address.quoted(sheet)}!{cell}" if sheet and cell else ""
    if Path(way).is_absolute():
        way = f"file:{way}" if way.startswith("//") else f"file:///{way.lstrip('/')}"
    return Target(way, place)


def _way(path: str, report: Path) -> str:
    """Return the way from a report to a workbook with forward slashes; the whole path if they share no drive."""
    whole = Path(path).absolute()
    try:
        return Path(os.path.relpath(whole, report.absolute().parent)).as_posix()
    except ValueError:
        return whole.as_posix()
