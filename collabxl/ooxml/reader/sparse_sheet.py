"""Sheets that calamine cannot take safely, read cell by cell: a stray cell far away costs a cell, not a box.

What a cell is worth follows calamine, so that it does not matter who read it; a cell that says nothing sensible is
told by its place instead of costing the sheet.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from contextlib import suppress
from typing import NamedTuple

from collabxl.errors import FileError
from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.escapes import unescape_text
from collabxl.ooxml.number_formats import MOMENTS, NumberKind
from collabxl.ooxml.reader.cells import Raw
from collabxl.ooxml.reader.container import Container
from collabxl.ooxml.reader.preflight import damaged_file_error
from collabxl.ooxml.reader.shared_texts import BLANKS, NumberFormatReader, PartWalker, SharedTextReader, preserves_space
from collabxl.text import Text, t

MOST_FILLED = 2_000_000
MOST_LAID_OUT = 4_000_000
"""Filled cells, and cells of the rows that have any: what Python holds well below 512 MB."""
_DAY_0, _DAY_0_BEFORE_MARCH = dt.datetime(1899, 12, 30), dt.datetime(1899, 12, 31)
_MARCH_1900, _END_OF_TIME, _SHIFT_1904 = 60, 2_958_466, 1462
_LONGEST_SPAN = 999_999_999
_MILLISECONDS = 86_400_000
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*", re.ASCII)


class SparseSheet(NamedTuple):
    """One sheet as calamine would give it, and the cells that make no sense, by place, as they stand."""

    top: int
    left: int
    rows: list[list[Raw]]
    senseless: dict[Spot, str]


class SparseWorkbook:
    """The cells of a workbook's parts; texts and formats are read when first needed."""

    def __init__(self, container: Container, *, date1904: bool) -> None:
        self._container = container
        self._date1904 = date1904
        self._texts: list[str] | None = None
        self._formats: list[NumberKind] = []

    def sheet(self, part: str, xml: bytes, *, whole_rows: int) -> SparseSheet:
        """Return the cells of one worksheet part; FileError naming the reference if one is no cell.

        Where a sheet is too wide to be laid out, no text in its first ``whole_rows`` rows is left out.
        """
        if self._texts is None:
            self._texts, self._formats = self._shared_texts(), self._number_formats()
        cells = _CellCollector(part, self)
        cells.walk(xml)
        return _lay_out(part, cells, whole_rows)

    def value(self, kind: str, text: str, style: str) -> Raw | None:
        """Return what a cell says, '' for nothing; None if its content is not of the kind it claims."""
        match kind:
            case "s":
                return self._shared(text.strip())
            case "n" | "":
                return self._number(text.strip(), style)
            case "b":
                return text.strip() != "0" if text.strip() else ""
            case "e":
                return ""
            case "d":
                return _parse_iso(text.strip())
            case _:
                return text

    def _shared(self, text: str) -> str | None:
        assert self._texts is not None
        if not text:
            return ""
        at = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else len(self._texts)
        return self._texts[at] if at < len(self._texts) else None

    def _number(self, text: str, style: str) -> Raw | None:
        if not text:
            return ""
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(number):
            return None
        at = int(style) if style.isascii() and style.isdigit() and len(style) < 6 else 0
        shown = self._formats[at] if style and at < len(self._formats) else "other"
        return to_moment(number, shown, date1904=self._date1904) if shown in MOMENTS else number

    def _shared_texts(self) -> list[str]:
        name = self._container.related_part("sharedStrings", "xl/sharedStrings.xml")
        content = self._container.part(name)
        texts = SharedTextReader(name)
        if content is not None:
            texts.walk(content)
        return texts.texts

    def _number_formats(self) -> list[NumberKind]:
        name = self._container.related_part("styles", "xl/styles.xml")
        content = self._container.part(name)
        formats = NumberFormatReader(name)
        if content is not None:
            formats.walk(content)
        return formats.formats


def to_moment(number: float, shown: NumberKind, *, date1904: bool) -> Raw:
    """Return the date, time or span that a number means, to the millisecond; what lies outside the calendar stays."""
    if abs(number) >= _LONGEST_SPAN:
        return number
    if shown == "span":
        return dt.timedelta(milliseconds=_milliseconds(number))
    if number < 1:
        return (dt.datetime.min + dt.timedelta(milliseconds=_milliseconds(number % 1))).time()
    serial = number + (_SHIFT_1904 if date1904 else 0)
    if serial >= _END_OF_TIME:
        return number
    start = _DAY_0 if serial >= _MARCH_1900 else _DAY_0_BEFORE_MARCH
    found = start + dt.timedelta(milliseconds=_milliseconds(serial))
    return found.date() if number == int(number) else found


def _milliseconds(days: float) -> int:
    """Return days in milliseconds, halves rounded away from 0 as calamine rounds them."""
    exact = days * _MILLISECONDS
    return int(math.copysign(math.floor(abs(exact) + 0.5), exact))


def _parse_iso(text: str) -> Raw:
    """Return the moment that an ISO 8601 text names, as the clock where it was written showed it; else the text."""
    local = _ZONE.sub("", text)
    for read in (dt.date.fromisoformat, dt.time.fromisoformat, dt.datetime.fromisoformat):
        with suppress(ValueError):
            return read(local)
    return text


class _CellCollector(PartWalker):
    """Gathers the filled cells of one worksheet by row."""

    def __init__(self, name: str, book: SparseWorkbook) -> None:
        super().__init__(name)
        self.rows: dict[int, dict[int, Raw]] = {}
        self.senseless: dict[Spot, str] = {}
        self._book = book
        self._inside = False
        self._row, self._column, self._count = 0, 0, 0
        self._cell: dict[str, str] = {}
        self._hints = 0
        self._taking = self._as_is = False
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell, or what a cell says."""
        if tag == "sheetData":
            self._inside = True
        elif not self._inside:
            return
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._row = self._row_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif tag == "rPh":
            self._hints += 1
        elif tag in ("v", "t"):
            inline = self._cell.get("t") == "inlineStr"
            self._taking = not self._hints and inline == (tag == "t")
            self._as_is = tag == "v" or preserves_space(attributes)

    def end(self, tag: str) -> None:
        """End a cell, or what it says."""
        if tag == "c" and self._inside:
            self._end_cell()
        elif tag in ("v", "t"):
            self._taking = False
        elif tag == "rPh":
            self._hints -= 1
        elif tag == "sheetData":
            self._inside = False

    def text(self, text: str) -> None:
        """Take what a cell says."""
        if self._taking:
            self._pieces.append(text if self._as_is else text.strip(BLANKS))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._pieces.clear()
        self._row = max(self._row, 1)
        if "r" not in attributes:
            self._column += 1
            return
        try:
            self._row, self._column = a1.parse_cell(attributes["r"])
        except ValueError as error:
            raise no_such_cell_error(attributes["r"], self._name) from error

    def _end_cell(self) -> None:
        if not self._pieces:
            return
        spot = (self._row, self._column)
        if self._row > a1.LAST_ROW or self._column > a1.LAST_COLUMN:
            raise no_such_cell_error(f"R{self._row}C{self._column}", self._name)
        text = "".join(self._pieces)
        kind = self._cell.get("t", "")
        if kind in ("str", "inlineStr"):
            text = unescape_text(text)
        value = self._book.value(kind, text, self._cell.get("s", ""))
        if value is None:
            self.senseless[spot] = text[:40]
        if value is not None and value != "":
            self._count += spot[1] not in self.rows.setdefault(spot[0], {})
            self.rows[spot[0]][spot[1]] = value
        if self._count > MOST_FILLED:
            raise _too_many_cells_error(self._name)

    def _row_number(self, text: str) -> int:
        row = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= row <= a1.LAST_ROW:
            raise no_such_cell_error(text, self._name)
        return row


def _lay_out(part: str, cells: _CellCollector, whole_rows: int) -> SparseSheet:
    """Rows share one empty row; columns past the texts of the first rows are left out where all would not fit."""
    if not cells.rows:
        return SparseSheet(1, 1, [], cells.senseless)
    top, bottom = min(cells.rows), max(cells.rows)
    left = min(min(row) for row in cells.rows.values())
    right = max(max(row) for row in cells.rows.values())
    width = min(right - left + 1, MOST_LAID_OUT // len(cells.rows))
    for number in range(top, top + whole_rows):
        headed = max((at for at, cell in cells.rows.get(number, {}).items() if isinstance(cell, str)), default=left)
        width = max(width, headed - left + 1)
    if width * len(cells.rows) > MOST_LAID_OUT:
        raise _too_many_cells_error(part)
    empty: list[Raw] = [""] * width
    rows = [empty] * (bottom - top + 1)
    for number, row in cells.rows.items():
        laid = empty.copy()
        for column, value in row.items():
            if column - left < width:
                laid[column - left] = value
        rows[number - top] = laid
    return SparseSheet(top, left, rows, cells.senseless)


def no_such_cell_error(ref: str, part: str) -> FileError:
    """Return the error for a reference to a cell that no worksheet has."""
    shown = ref if len(ref) <= 40 else ref[:40] + "…"
    return damaged_file_error(
        t(f"{part} 中的位置 {shown} 不存在", f"{part} names the cell {shown}, which no sheet has")
    )


def _too_many_cells_error(part: str) -> FileError:
    says: Text = t(
        "其中的 {part} 填了太多单元格（上限 {limit}）。请删去表外的内容后另存",
        "Its part {part} has too many filled cells (the limit is {limit}). Clear what is outside the table and save it",
    )
    return FileError("too-large", says, part=part, limit=MOST_FILLED)
