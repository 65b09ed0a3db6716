"""The one painter: a grid onto an XlsxWriter worksheet, whatever workbook that is in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl.errors import SchemaError
from collabxl.ooxml import a1
from collabxl.text import t
from collabxl.workbook.charts import draw
from collabxl.workbook.grid import Cell, Grid, GridRange, Value
from collabxl.workbook.theme import ThemeFormats, colour, properties

ROW_HEIGHT = 18
LONGEST_TEXT = 32_767


def paint(grid: Grid, book: Any, sheet: Any, styles: ThemeFormats) -> None:
    """Paint a grid onto an empty worksheet, as wide as one landscape A4 page."""
    _measure(grid, sheet)
    for box in grid.merged_ranges:
        cell = grid.cells[box.top, box.left]
        ensure(sheet.merge_range(box.top - 1, box.left - 1, box.bottom - 1, box.right - 1, "", styles(cell.style)))
    for (row, column), cell in sorted(grid.cells.items()):
        _write(sheet, row, column, cell, styles)
    for condition in grid.conditions:
        look = {
            "type": "formula",
            "criteria": f"={condition.formula}",
            "format": styles.mark(**properties(condition.style)),
        }
        ensure(sheet.conditional_format(*_area(condition.box), {**look, "stop_if_true": True}))
    for box in grid.bars:
        ensure(sheet.conditional_format(*_area(box), BAR))
    for chart in grid.charts:
        draw(grid, chart, book, sheet)
    if grid.locked:
        sheet.protect("", {"format_columns": True, "format_rows": True})
    _print(grid, book, sheet)


def _measure(grid: Grid, sheet: Any) -> None:
    sheet.hide_gridlines(2)
    sheet.set_default_row(ROW_HEIGHT)
    for column, width in grid.widths.items():
        sheet.set_column(column - 1, column - 1, width)
    if grid.hidden_columns:
        first, last = grid.hidden_columns
        sheet.set_column(first - 1, last - 1, None, None, {"hidden": True})
    for row, height in grid.heights.items():
        sheet.set_row(row - 1, height)


def _print(grid: Grid, book: Any, sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, grid.pages_tall)
    sheet.set_margins(*grid.margins)
    if len(grid.print_areas) > 1:
        title = a1.quote_sheet(grid.title)
        areas = (a1.range_address((box.top, box.left), (box.bottom, box.right), fixed=True) for box in grid.print_areas)
        ensure(book.define_name(f"{title}!_xlnm.Print_Area", "=" + ",".join(f"{title}!{area}" for area in areas)))
        return
    sheet.print_area(*_area(grid.print_areas[0] if grid.print_areas else GridRange(1, 1, *grid.last)))


def _area(box: GridRange) -> tuple[int, int, int, int]:
    return box.top - 1, box.left - 1, box.bottom - 1, box.right - 1


def _write(sheet: Any, row: int, column: int, cell: Cell, styles: ThemeFormats) -> None:
    if cell.formula is None:
        write(sheet, row, column, cell.value, styles(cell.style), cell.link)
        return
    value = clip_text(cell.value) if isinstance(cell.value, str) else cell.value
    result = "" if value is None else value
    ensure(sheet.write_formula(row - 1, column - 1, cell.formula, styles(cell.style), result))


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
        case bool():
            ensure(sheet.write_boolean(row - 1, column - 1, value, style))
        case str() if link:
            ensure(sheet.write_url(row - 1, column - 1, f"internal:{link}", style, clip_text(value)))
        case str():
            ensure(sheet.write_string(row - 1, column - 1, clip_text(value), style))
        case dt.date():
            ensure(sheet.write_datetime(row - 1, column - 1, value, style))
        case _:
            ensure(sheet.write_number(row - 1, column - 1, value, style))


def clip_text(text: str) -> str:
    """Return a text as a cell can hold it, cut at LONGEST_TEXT units of UTF-16."""
    if len(text) * 2 <= LONGEST_TEXT:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def ensure(result: Any) -> Any:
    """Return what XlsxWriter returned, or raise: a refusal there means a cell or a list is missing from the file."""
    if isinstance(result, int) and result < 0:
        raise SchemaError(t("XlsxWriter 拒绝写入（{code}）", "XlsxWriter refused ({code})"), code=result)
    return result
