"""A grid as a workbook of one sheet, ready to be planted into somebody else's."""

from __future__ import annotations

import datetime as dt
import io

from collabxl.workbook.grid import Grid
from collabxl.workbook.paint import paint, sure
from collabxl.workbook.theme import Styles
from collabxl.workbook.xlsxwriter_workbook import Workbook
from collabxl.workbook.xlsxwriter_worksheet import Painted

MADE_ON = dt.datetime(1980, 1, 1)
"""The date every painted package bears inside, so that the same grid makes the same bytes."""


def donor(grid: Grid) -> bytes:
    """Return a workbook of one sheet, painted from ``grid``."""
    content = io.BytesIO()
    book = Workbook(content)
    book.set_properties({"created": MADE_ON})
    paint(grid, book, sure(book.add_worksheet(grid.title, Painted)), Styles(book))
    book.close()
    return content.getvalue()
