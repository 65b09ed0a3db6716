"""A grid as a workbook of one sheet, ready to be planted into somebody else's."""

from __future__ import annotations

import datetime as dt
import io

from collabxl.workbook.grid import Grid
from collabxl.workbook.paint import ensure, paint
from collabxl.workbook.theme import ThemeFormats
from collabxl.workbook.xlsxwriter_workbook import PlainWorkbook
from collabxl.workbook.xlsxwriter_worksheet import FormulaWorksheet

MADE_ON = dt.datetime(1980, 1, 1)
"""The date every painted package bears inside, so that the same grid makes the same bytes."""


def single_sheet_workbook(grid: Grid) -> bytes:
    """Return a workbook of one sheet, painted from ``grid``."""
    content = io.BytesIO()
    book = PlainWorkbook(content)
    book.set_properties({"created": MADE_ON})
    paint(grid, book, ensure(book.add_worksheet(grid.title, FormulaWorksheet)), ThemeFormats(book))
    book.close()
    return content.getvalue()
