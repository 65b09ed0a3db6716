"""What formulas compute with where they refer to cells: places instead of values, arguments that may be in error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from collabxl.recalculation.functions import is_number, row_numbers
from collabxl.recalculation.values import FormulaError, UnsupportedFormula, Value, Values, as_number


class Reference(NamedTuple):
    """Cells of one sheet, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.top == self.bottom and self.left == self.right


class ReferenceLookup(Protocol):
    """Where a formula finds what it refers to."""

    def value(self, sheet: str, row: int, column: int) -> Value:
        """Return what a cell shows; FormulaError if that is an error."""

    def near(self, sheet: str, row: int, down: int, column: int) -> Value:
        """Return what a cell shows that stands so many rows below the formula's own."""

    def beside(self, area: Reference, row: int) -> Any:
        """Return what a range shows in the place that is numbered as the formula's own row."""

    def placed(self, moving: Any) -> Any:
        """Return what is another thing in every row: the formula follows from where it stands."""

    def area(self, reference: Reference) -> Values:
        """Return what the cells of a range show, row by row."""

    def name(self, word: str, sheet: str) -> Any:
        """Return what a defined name stands for where ``sheet`` is the formula's own: a Reference or a value."""

    def today(self) -> float:
        """Return the day that counts as today."""


def dereference(cells: ReferenceLookup, found: Any) -> Any:
    """Return what a reference shows, and any value as it is."""
    if not isinstance(found, Reference):
        return found
    return cells.value(found.sheet, found.top, found.left) if found.single else cells.area(found)


def as_reference(found: Any) -> Reference:
    """Return the place that a name stands for."""
    if not isinstance(found, Reference):
        raise UnsupportedFormula("a name that is no place")
    return found


def join_references(first: Reference, last: Reference) -> Reference:
    """Return the range from one place to another."""
    if first.sheet != last.sheet:
        raise FormulaError
    top, left = min(first.top, last.top), min(first.left, last.left)
    return Reference(first.sheet, top, left, max(first.bottom, last.bottom), max(first.right, last.right))


def index_reference(area: Reference, row: Any, column: Any = None) -> Reference:
    """Return one cell of a range by its place there."""
    high, wide = area.bottom - area.top + 1, area.right - area.left + 1
    down, across = int(as_number(row)), int(as_number(column)) if column is not None else 1
    if column is None and high == 1 and wide > 1:
        down, across = 1, down
    if down < 0 or across < 0 or down > high or across > wide:
        raise FormulaError("#REF!" if down >= 0 and across >= 0 else "#VALUE!")
    if not down or not across:
        raise UnsupportedFormula("a whole row or column of a range")
    at = area.top + down - 1, area.left + across - 1
    return Reference(area.sheet, *at, *at)


def row_of(cells: ReferenceLookup, area: Reference) -> Any:
    """Return the row of a cell, or those of a range."""
    return area.top if area.single else row_numbers(area.top, cells.area(area))


def column_of(cells: ReferenceLookup, area: Reference) -> Any:
    """Return the column of a cell."""
    if not area.single:
        raise UnsupportedFormula("the columns of a range")
    return area.left


def raise_error(code: str) -> Any:
    """Raise the error that a formula names."""
    raise FormulaError(code)


def if_error(wanted: Callable[[], Any], instead: Callable[[], Any]) -> Any:
    """Return a value, or another one where it is an error: IFERROR."""
    try:
        found = wanted()
    except FormulaError:
        return instead()
    if isinstance(found, np.ndarray):
        raise UnsupportedFormula("errors in a range")
    return found


def is_numeric(argument: Callable[[], Any]) -> Any:
    """Return whether a value is a number, which an error is not: ISNUMBER."""
    try:
        return is_number(argument())
    except FormulaError:
        return False


def is_error(argument: Callable[[], Any]) -> Any:
    """Return whether a value is an error: ISERROR."""
    try:
        found = argument()
    except FormulaError:
        return True
    if isinstance(found, np.ndarray):
        raise UnsupportedFormula("errors in a range")
    return False
