"""Ranges of cells, as xlwings asks for them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from collabxl.excel.live.libreoffice import values
from collabxl.excel.live.libreoffice.formulas import from_calc, to_calc
from collabxl.excel.live.libreoffice.office import call_uno
from collabxl.excel.live.libreoffice.values import DATE, TEXT, Area
from collabxl.ooxml import a1

if TYPE_CHECKING:
    from collabxl.excel.live.libreoffice.sheets import Sheet

Block = list[list[Any]] | tuple[tuple[Any, ...], ...]


class Range:
    """A rectangle of cells of one sheet; rows and columns are counted from 1 outside, from 0 by UNO."""

    max_cells_per_read = max_cells_per_write = 4_000_000

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet = sheet
        self.area = area

    @cached_property
    def uno(self) -> Any:
        """The range as LibreOffice knows it, asked for when it is first needed."""
        area = self.area
        return self.sheet.uno.getCellRangeByPosition(area.left, area.top, area.right, area.bottom)

    @property
    def api(self) -> Range:
        """The range itself: objects of UNO may be false, which xlwings takes for none."""
        return self

    @property
    def row(self) -> int:
        return self.area.top + 1

    @property
    def column(self) -> int:
        return self.area.left + 1

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.bottom - self.area.top + 1, self.area.right - self.area.left + 1

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return self.sheet.name, self.row, self.column, *self.shape

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        """Return where it is, fixed or not as a whole."""
        first, last = (self.row, self.column), (self.area.bottom + 1, self.area.right + 1)
        found = a1.range_address(first, last, fixed=row_absolute and col_absolute)
        found = found.split(":")[0] if first == last else found
        return f"{a1.quote_sheet(self.sheet.name)}!{found}" if external else found

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    def __call__(self, arg1: int, arg2: int | None = None) -> Range:
        """Return one of its cells: by row and column, or counted row by row."""
        row, column = (arg1 - 1, arg2 - 1) if arg2 is not None else divmod(arg1 - 1, self.shape[1])
        return self._part(row, column)

    def _part(self, row: int, column: int) -> Range:
        top, left = self.area.top + row, self.area.left + column
        return Range(self.sheet, Area(top, left, top, left))

    @property
    def raw_value(self) -> Any:
        """The values as COM hands them out: one alone, else rows."""
        found = values.read_values(self.uno, self.sheet.book.kind_of)
        return found[0][0] if len(self) == 1 else found

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        block = value if isinstance(value, list | tuple) else [[value] * self.shape[1]] * self.shape[0]
        block = block if isinstance(block[0], list | tuple) else [block]
        values.refuse_converted(block, lambda row, column: bool(self._part(row, column)._kind() & TEXT))
        call_uno(self.uno.setDataArray, tuple(tuple(values.to_uno(cell) for cell in row) for row in block))
        for row, line in enumerate(block):
            for column, cell in enumerate(line):
                if hasattr(cell, "year") and not self._part(row, column)._kind() & DATE:
                    self._part(row, column).number_format = "yyyy-mm-dd"

    def clear_contents(self) -> None:
        self.uno.clearContents(1 | 2 | 4 | 16)  # numbers, dates, texts, formulas

    @property
    def formula(self) -> Any:
        """The formulas, or what was typed, as Excel spells them."""
        rows = tuple(tuple(map(_excel_content, row)) for row in self.uno.getFormulaArray())
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        block = value if isinstance(value, list | tuple) else [[value]]
        call_uno(self.uno.setFormulaArray, tuple(tuple(to_calc(cell) for cell in row) for row in block))

    @property
    def number_format(self) -> str | None:
        """The number format in Excel's codes, None if the cells have several."""
        if len(self) > 1 and self.uno.getUniqueCellFormatRanges().Count > 1:
            groups = self.uno.getUniqueCellFormatRanges()
            keys = {groups.getByIndex(at).NumberFormat for at in range(groups.Count)}
            if len(keys) > 1:
                return None
        return self.sheet.book.format_of(self._key())

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.uno.NumberFormat = self.sheet.book.format_key(code)

    def _key(self) -> int:
        key: int = self.uno.getCellByPosition(0, 0).NumberFormat
        return key

    def _kind(self) -> int:
        return self.sheet.book.kind_of(self._key())

    @property
    def merge_cells(self) -> bool | None:
        """Whether all cells are merged; None if only some are."""
        if not self.uno.getIsMerged():
            return self._merged().shape != (1, 1) if len(self) == 1 else False
        merged = self._merged()
        return True if Area.of(self.uno.RangeAddress) == merged.area or len(self) == 1 else None

    @property
    def merge_area(self) -> Range:
        return self._merged()

    def _merged(self) -> Range:
        cursor = self.sheet.uno.createCursorByRange(self.uno.getCellByPosition(0, 0))
        cursor.collapseToMergedArea()
        return Range(self.sheet, Area.of(cursor.RangeAddress))

    @property
    def note(self) -> Note | None:
        """The note at its first cell."""
        return next((Note(self, at) for at, note in enumerate(self._notes()) if self._holds(note.Position)), None)

    def _notes(self) -> list[Any]:
        notes = self.sheet.uno.Annotations
        return [notes.getByIndex(at) for at in range(notes.Count)]

    def _holds(self, spot: Any) -> bool:
        return (spot.Row, spot.Column) == (self.area.top, self.area.left)


class Note:
    """A note at a cell."""

    def __init__(self, cell: Range, at: int) -> None:
        self._notes = cell.sheet.uno.Annotations
        self._at = at

    @property
    def api(self) -> Note:
        return self

    @property
    def text(self) -> str:
        said: str = self._notes.getByIndex(self._at).getString()
        return said

    @text.setter
    def text(self, text: str) -> None:
        self._notes.getByIndex(self._at).setString(text)


def _excel_content(content: str) -> str:
    return from_calc(content) if content.startswith("=") else content
