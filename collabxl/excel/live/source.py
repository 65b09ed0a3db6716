"""An open workbook as a source: what stands in its cells now, saved or not, as a reader of its file would tell it.

Values come in a few large blocks. How drop-downs and conditional formats reach is not asked – no program tells it
quickly –, so that holes in them are found only in the saved file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from collabxl.errors import FileError
from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.dangerous_text import has_external_reference
from collabxl.ooxml.number_formats import MOMENTS, format_kind
from collabxl.ooxml.reader.cells import CellMarks, ComputedCells, Raw
from collabxl.ooxml.reader.coverage import Coverage
from collabxl.ooxml.reader.sparse_sheet import MOST_FILLED, to_moment
from collabxl.reading.source import SheetCells, Title
from collabxl.text import t

A_BLOCK = 200_000
"""Cells that are asked for at once."""
_ALL = ((1, 1), (LAST_ROW, LAST_COLUMN))
_GUARDED = Coverage((("", (_ALL,)),), (_ALL,))
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})
_OTHER_BOOK = re.compile(r"\[[^\[\]]+\.\w{2,4}\]")
"""Another workbook as open programs spell it, by its file's name; files say a number."""
_NO_DAY = dt.date(1899, 12, 30)
_VISIBLE = (True, -1)
"""Excel says -1 for a sheet that shows, 0 and 2 for one that does not."""
_TOO_MUCH = t(
    "工作表 {sheet} 填了太多单元格（上限 {limit}）。请删去表外的内容",
    "Sheet {sheet} has too many filled cells (the limit is {limit}). Clear what is outside the table",
)


class LiveSource:
    """One open workbook."""

    date1904: bool
    properties: Mapping[str, str]

    def __init__(self, opened: OpenWorkbook) -> None:
        self._opened = opened
        self.date1904 = opened.host.date1904(opened.book)
        self.properties = opened.host.properties(opened.book)

    def titles(self) -> list[Title]:
        """Return the worksheets in their order."""
        sheets = enumerate(self._opened.book.sheets)
        return [Title(sheet.name, order, sheet.visible in _VISIBLE) for order, sheet in sheets]

    def formulas(self, title: Title) -> Iterator[tuple[Spot | None, str]]:
        """Return none: what formulas look up matters to who mends cells, and that is done to files only."""
        return iter(())

    def cells(self, title: Title) -> SheetCells:
        """Return the filled part of one worksheet with its marks."""
        used = self._opened.book.sheets[title.name].used_range
        rows: dict[int, list[Any]] = {}
        formulas: dict[Spot, str] = {}
        for first, part in _blocks(used):
            self._opened.heartbeat.beat()
            values = part.options(ndim=2, err_to_str=True, empty="").value
            rows.update((row, line) for row, line in enumerate(values, first) if any(cell != "" for cell in line))
            formulas.update(_formulas(part, values))
            if len(rows) * used.shape[1] > MOST_FILLED:
                raise FileError("too-large", _TOO_MUCH, sheet=title.name, limit=MOST_FILLED)
        if not rows:
            return SheetCells(1, 1, [])
        errors = _take_errors(rows, used.column)
        _retype(rows, used, self.date1904)
        hidden_rows = self._opened.host.hidden_rows(used)
        self._opened.heartbeat.beat()
        reaching = {
            spot: text for spot, text in formulas.items() if _OTHER_BOOK.search(text) or has_external_reference(text)
        }
        marks = CellMarks(
            errors,
            external_formulas=reaching,
            merged=tuple(_merged_ranges(used)),
            hidden_rows=hidden_rows,
            computed=_computed_cells(formulas),
        )
        return _lay_out(rows, used.column, marks)


def _blocks(used: Any) -> Iterator[tuple[int, Any]]:
    """Return the row each part of a range begins in, and the part."""
    height, width = used.shape
    step = max(1, A_BLOCK // width)
    for start in range(0, height, step):
        yield used.row + start, used[start : min(start + step, height), :]


def _computed_cells(formulas: Iterable[Spot]) -> ComputedCells:
    spots: dict[int, list[int]] = {}
    for row, column in formulas:
        spots.setdefault(column, []).append(row)
    return ComputedCells(spots)


def _formulas(part: Any, values: list[list[Any]]) -> Iterator[tuple[Spot, str]]:
    """Return the formulas of a range; what looks like one and is all that its cell says, is a text."""
    formulas = part.formula
    block = formulas if isinstance(formulas, list | tuple) else ((formulas,),)
    for row, (line, shown_there) in enumerate(zip(block, values, strict=True), part.row):
        for column, (formula, value) in enumerate(zip(line, shown_there, strict=True), part.column):
            if formula != value and str(formula).startswith("="):
                yield (row, column), formula[1:]


def _take_errors(rows: dict[int, list[Any]], left: int) -> dict[Spot, str]:
    """Return the errors that cells show, and leave those cells empty, as readers of files do."""
    found = {}
    for row, line in rows.items():
        for at, cell in enumerate(line):
            if type(cell) is str and cell in _ERRORS:
                found[row, left + at] = cell
                line[at] = ""
    return found


def _retype(rows: dict[int, list[Any]], used: Any, date1904: bool) -> None:
    """Turn days, times and spans into what readers of files make of them: COM hands some out as bare numbers."""
    for at in range(used.shape[1]):
        numbers = [row for row, line in rows.items() if type(line[at]) is float]
        if numbers:
            column = used[numbers[0] - used.row : numbers[-1] - used.row + 1, at]
            for first, count, code in _formats(column):
                if format_kind(code) in MOMENTS:
                    for row in range(first, first + count):
                        cell = rows.get(row, [""] * (at + 1))[at]
                        if type(cell) is float:
                            rows[row][at] = to_moment(cell, format_kind(code), date1904=date1904)
    for line in rows.values():
        line[:] = map(_plain, line)


def _formats(column: Any) -> Iterator[tuple[int, int, str]]:
    """Return (first row, how many, number format) of the stretches of a column; a mixed one is halved."""
    code, height = column.number_format, column.shape[0]
    if code is not None or height == 1:
        yield column.row, height, code or ""
        return
    yield from _formats(column[: height // 2, 0])
    yield from _formats(column[height // 2 :, 0])


def _plain(cell: Any) -> Raw:
    match cell:
        case bool() | str() | float():
            return cell
        case dt.datetime() if cell.date() == _NO_DAY:
            return cell.time()
        case dt.datetime():
            return cell.date() if cell.time() == dt.time() else cell.replace(tzinfo=None)
        case dt.date() | dt.time() | dt.timedelta():
            return cell
        case _:  # whole numbers, and the Decimal of a currency
            return float(cell)


def _merged_ranges(part: Any) -> Iterator[tuple[Spot, Spot]]:
    """Return the merged ranges that begin in a range, first and last cell; a part without any is not looked into."""
    if part.merge_cells is False:
        return
    height, width = part.shape
    if height > 1:
        yield from chain(_merged_ranges(part[: height // 2, :]), _merged_ranges(part[height // 2 :, :]))
        return
    at = 0
    while at < width:
        area = part[0, at].merge_area
        rows, columns = area.shape
        if rows * columns > 1 and area.row == part.row:
            yield (area.row, area.column), (area.row + rows - 1, area.column + columns - 1)
        at = area.column + columns - part.column


def _lay_out(rows: dict[int, list[Any]], left: int, marks: CellMarks) -> SheetCells:
    filled = [at for line in rows.values() for at, cell in enumerate(line) if cell != ""]
    if not filled:
        return SheetCells(1, 1, [], marks, _GUARDED)
    first, last = min(filled), max(filled)
    top, bottom = min(rows), max(rows)
    empty: list[Raw] = [""] * (last - first + 1)
    lines = [rows[row][first : last + 1] if row in rows else empty for row in range(top, bottom + 1)]
    return SheetCells(top, left + first, lines, marks, _GUARDED)
