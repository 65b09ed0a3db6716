"""Sheets and the names that belong to them, as xlwings asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from collabxl.excel.live.libreoffice.crossing import copy_sheet
from collabxl.excel.live.libreoffice.names import Names
from collabxl.excel.live.libreoffice.office import call_uno
from collabxl.excel.live.libreoffice.ranges import Range
from collabxl.excel.live.libreoffice.values import Area
from collabxl.ooxml import a1

if TYPE_CHECKING:
    from collabxl.excel.live.libreoffice.books import Book


class Sheet:
    """One sheet, known by its name."""

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self._name = name
        self.uno = book.uno.Sheets.getByName(name)

    @property
    def api(self) -> Sheet:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sheet) and (self.book, self._name) == (other.book, other._name)

    __hash__ = None  # type: ignore[assignment]

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self.uno.setName(name)
        self._name = name

    @property
    def names(self) -> Names:
        return Names(self.uno.NamedRanges)

    @property
    def index(self) -> int:
        """Its place, from 1."""
        return self.book.titles().index(self._name) + 1

    @property
    def visible(self) -> bool:
        return bool(self.uno.IsVisible)

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """Return a range by its address, by (row, column, rows, columns), or by its first and last cell."""
        if isinstance(arg1, tuple) and len(arg1) == 4:
            row, column, height, width = arg1
            spots = (row, column), (row + height - 1, column + width - 1)
        elif isinstance(arg1, str):
            first, _, last = arg1.partition(":")
            spots = a1.parse_cell(first), a1.parse_cell(last or first)
        else:
            spots = _spot(arg1), _spot(arg1 if arg2 is None else arg2)
        (top, left), (bottom, right) = spots
        return Range(self, Area(top - 1, left - 1, bottom - 1, right - 1))

    @property
    def cells(self) -> Range:
        return Range(self, Area.of(self.uno.RangeAddress))

    @property
    def used_range(self) -> Range:
        """From the first cell to the last that is in use; Excel starts at the first in use."""
        cursor = self.uno.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return Range(self, Area(0, 0, end.EndRow, end.EndColumn))

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        """Copy the sheet into its own or another book, formats, charts and all."""
        target = before or after
        assert target is not None
        at = target.index - 1 if before else target.index
        if target.book == self.book:
            self.book.uno.Sheets.copyByName(self._name, target.book.free_name(self._name), at)
        else:
            copy_sheet(self.book.uno, self._name, target.book.uno, at)

    def delete(self) -> None:
        call_uno(self.book.uno.Sheets.removeByName, self._name)

    def activate(self) -> None:
        self.book.uno.CurrentController.setActiveSheet(self.uno)


class Sheets:
    """The sheets of a book, in their order."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Sheets:
        return self

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.uno.CurrentController.ActiveSheet.Name)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """Insert an empty sheet, by default before the one in front."""
        at = after.index if after else (before or self.active).index - 1
        title = name or self.book.free_name("Sheet")
        self.book.uno.Sheets.insertNewByName(title, at)
        return Sheet(self.book, title)

    def __len__(self) -> int:
        return len(self.book.titles())

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, title) for title in self.book.titles())

    def __call__(self, name_or_index: str | int) -> Sheet:
        """Return a sheet by its name, whatever its case, or its place from 1; KeyError if there is none."""
        titles = self.book.titles()
        if isinstance(name_or_index, int):
            return Sheet(self.book, titles[name_or_index - 1])
        found = next((title for title in titles if title.casefold() == name_or_index.casefold()), None)
        if found is None:
            raise KeyError(name_or_index)
        return Sheet(self.book, found)


def _spot(given: Any) -> tuple[int, int]:
    if isinstance(given, Range):
        return given.row, given.column
    row, column = given
    return row, column
