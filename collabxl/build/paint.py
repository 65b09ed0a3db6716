"""The one painter: a grid onto an XlsxWriter worksheet, in a new workbook or in a one-sheet donor."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter

from collabxl.build.theme import Styles, colour
from collabxl.errors import SchemaError
from collabxl.grid import Grid, Value
from collabxl.text import t

ROW_HEIGHT = 18
LONGEST_TEXT = 32_767
MADE_ON = dt.datetime(1980, 1, 1)
"""The date every painted package bears inside, so that the same grid makes the same bytes."""


def donor(grid: Grid) -> bytes:
    """Return a workbook of one sheet, painted from ``grid``."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE_ON})
    paint(grid, sure(book.add_worksheet(grid.title)), Styles(book))
    book.close()
    return content.getvalue()


def paint(grid: Grid, sheet: Any, styles: Styles) -> None:
    """Paint a grid onto an empty worksheet, on one landscape A4 page across."""
    sheet.hide_gridlines(2)
    sheet.set_default_row(ROW_HEIGHT)
    for column, width in grid.widths.items():
        sheet.set_column(column - 1, column - 1, width)
    for row, height in grid.heights.items():
        sheet.set_row(row - 1, height)
    for box in grid.merged:
        cell = grid.cells[box.top, box.left]
        sure(sheet.merge_range(box.top - 1, box.left - 1, box.bottom - 1, box.right - 1, "", styles(cell.style)))
    for (row, column), cell in sorted(grid.cells.items()):
        write(sheet, row, column, cell.value, styles(cell.style), cell.link)
    for box in grid.bars:
        area = (box.top - 1, box.left - 1, box.bottom - 1, box.right - 1)
        sure(sheet.conditional_format(*area, BAR))
    rows, columns = grid.last
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.35, 0.35, 0.45, 0.5)
    sheet.print_area(0, 0, rows - 1, columns - 1)


BAR = {
    "type": "data_bar",
    "bar_color": colour("bar"),
    "bar_solid": True,
    "min_type": "num",
    "max_type": "num",
    "min_value": 0,
    "max_value": 1,
}
"""A share from 0 to 1 as a bar in its cell."""


def write(sheet: Any, row: int, column: int, value: Value, style: Any, link: str | None = None) -> None:
    """Write one cell as what it is: text stays text, whatever it begins with."""
    match value:
        case None | "":
            sheet.write_blank(row - 1, column - 1, None, style)
        case str() if link:
            sure(sheet.write_url(row - 1, column - 1, f"internal:{link}", style, clipped(value)))
        case str():
            sure(sheet.write_string(row - 1, column - 1, clipped(value), style))
        case dt.date():
            sure(sheet.write_datetime(row - 1, column - 1, value, style))
        case _:
            sure(sheet.write_number(row - 1, column - 1, value, style))


def clipped(text: str) -> str:
    """Return a text as a cell can hold it, cut at LONGEST_TEXT units of UTF-16."""
    if len(text) * 2 <= LONGEST_TEXT:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def sure(result: Any) -> Any:
    """Return what XlsxWriter returned, or raise: a refusal there means a cell or a list is missing from the file."""
    if isinstance(result, int) and result < 0:
        raise SchemaError(t("XlsxWriter 拒绝写入（{code}）", "XlsxWriter refused ({code})"), code=result)
    return result
