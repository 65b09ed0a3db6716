"""A grid as a workbook of one sheet, ready to be planted into somebody else's."""

from __future__ import annotations

import datetime as dt
import io

from collabxl.build.packed import Workbook
from collabxl.build.paint import paint, sure
from collabxl.build.theme import Styles
from collabxl.build.worksheet import Painted
from collabxl.grid import Grid

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
