"""What an installation fills in: the add-in's sheet ``cx``, a key and a value a row."""

from __future__ import annotations

from typing import NamedTuple

from collabxl.ooxml.cells import CellCodec
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.workbook_part import WorkbookPart

SHEET = "cx"


class Stamp(NamedTuple):
    """What the VBA has to know of the place it is in; names like %LOCALAPPDATA% are filled in by it."""

    exe: str = ""
    """The program that takes jobs."""
    jobs: str = ""
    """The folder of jobs."""
    version: str = ""
    """The collabxl that installed the add-in."""
    lang: str = "auto"
    """zh, en, or auto: what Excel speaks."""


def write_stamp(addin: bytes, stamp: Stamp) -> bytes:
    """Return an add-in with a stamp in it; all else keeps its bytes."""
    package = Package(addin)
    set_cells(WorkbookPart(package), SHEET, {(row, 2): text for row, text in enumerate(stamp, 1)})
    return package.save()


def read_stamp(addin: bytes) -> Stamp:
    """Return the stamp of an add-in; PackageError if it has none."""
    book = WorkbookPart(Package(addin))
    sheet = worksheet_part(book, SHEET)
    cells = CellCodec(book, sheet)
    nodes = [sheet.cell((row, 2)) for row in range(1, len(Stamp._fields) + 1)]
    return Stamp(*(str(cells.value(node) or "") if node else "" for node in nodes))
