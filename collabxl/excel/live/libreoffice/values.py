"""What cells hold, from LibreOffice to Python and back, as Excel hands it out and takes it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from collabxl.errors import CollabxlError
from collabxl.text import t

DAY_0 = dt.datetime(1899, 12, 30)
DATE, LOGICAL, TEXT = 2, 1024, 256
"""Kinds of number formats, of which a format may have several."""
ERROR_RESULTS = 4
_SECONDS = 86_400
_CONVERTED = re.compile(
    r"\s*(?:[=+\-@].*|[\d.,%￥¥$€()/:\- eE]*\d[\d.,%￥¥$€()/:\- eE年月日号]*|\d{1,2}[-\s]?[A-Za-z]{3,9}.*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-\s]?\d.*|true|false|#[A-Z/0!?]+)\s*",
    re.IGNORECASE | re.DOTALL,
)


class ExcelCoercion(CollabxlError):  # noqa: N818 - what Excel would do
    """A text was about to be written that Excel would take for something else."""


class CellError(str):
    """An error that a cell shows, by its name such as #REF!"""


class Area(NamedTuple):
    """A rectangle of cells, counted from 0 as LibreOffice does, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, address: Any) -> Area:
        """Return the area of a UNO address."""
        return cls(address.StartRow, address.StartColumn, address.EndRow, address.EndColumn)

    def spots(self) -> Iterator[tuple[int, int]]:
        """Return its cells, row by row."""
        return (
            (row, column) for row in range(self.top, self.bottom + 1) for column in range(self.left, self.right + 1)
        )


def is_converted(text: str) -> bool:
    """Return whether Excel takes a text for a number, a date, a truth value, an error or a formula."""
    return _CONVERTED.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def read_values(cells: Any, kind_of: Callable[[int], int]) -> list[list[Any]]:
    """Return the values of a UNO range, row by row, as COM hands them out: None for an empty cell.

    ``kind_of`` tells the kind of a number format by its key.
    """
    area = Area.of(cells.RangeAddress)
    rows = [[None if value in ("", None) else value for value in row] for row in cells.getDataArray()]
    groups = cells.getUniqueCellFormatRanges()
    for group in (groups.getByIndex(at) for at in range(groups.Count)):
        kind = kind_of(group.NumberFormat)
        if kind & (DATE | LOGICAL):
            for part in group.getRangeAddresses():
                _retype(rows, area, Area.of(part), logical=bool(kind & LOGICAL))
    for part in cells.queryFormulaCells(ERROR_RESULTS).getRangeAddresses():
        for row, column in Area.of(part).spots():
            shown = cells.getCellByPosition(column - area.left, row - area.top).getString()
            rows[row - area.top][column - area.left] = CellError(shown)
    return rows


def _retype(rows: list[list[Any]], area: Area, part: Area, *, logical: bool) -> None:
    for row in range(part.top - area.top, part.bottom - area.top + 1):
        line = rows[row]
        for column in range(part.left - area.left, part.right - area.left + 1):
            value = line[column]
            if isinstance(value, float):
                line[column] = bool(value) if logical else moment(value)


def moment(number: float) -> dt.datetime:
    """Return the moment of a day's number, to the second."""
    return DAY_0 + dt.timedelta(days=int(number), seconds=round(number % 1 * _SECONDS))


def to_uno(value: Any) -> float | str:
    """Return a value as UNO takes it; an empty text empties the cell."""
    match value:
        case None:
            return ""
        case bool() | int() | float():
            return float(value)
        case dt.datetime():
            return (value - DAY_0) / dt.timedelta(days=1)
        case dt.date():
            return float((value - DAY_0.date()).days)
        case _:
            return str(value)


def refuse_converted(values: Sequence[Sequence[Any]], is_text: Callable[[int, int], bool]) -> None:
    """Raise ExcelCoercion for the first text that Excel would convert in a cell that is not formatted as text."""
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            if isinstance(value, str) and is_converted(value) and not is_text(row, column):
                says = t(
                    "Excel 会把 {text} 当作别的内容。请先把单元格格式设为文本（@）",
                    "Excel would take {text} for something else. Format the cell as text (@) first",
                )
                raise ExcelCoercion(says, text=repr(value))
