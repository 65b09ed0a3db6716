"""What formulas compute with where they refer to cells: places instead of values, arguments that may be in error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from collabxl.recalculation.functions import is_number, rows
from collabxl.recalculation.values import Fault, Unsupported, Value, Values, number


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


class Cells(Protocol):
    """Where a formula finds what it refers to."""

    def value(self, sheet: str, row: int, column: int) -> Value:
        """Return what a cell shows; Fault if that is an error."""

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


def shown(cells: Cells, found: Any) -> Any:
    """Return what a reference shows, and any value as it is."""
    if not isinstance(found, Reference):
        return found
    return cells.value(found.sheet, found.top, found.left) if found.single else cells.area(found)


def reference(found: Any) -> Reference:
    """Return the place that a name stands for."""
    if not isinstance(found, Reference):
        raise Unsupported("a name that is no place")
    return found


def joined(first: Reference, last: Reference) -> Reference:
    """Return the range from one place to another."""
    if first.sheet != last.sheet:
        raise Fault
    top, left = min(first.top, last.top), min(first.left, last.left)
    return Reference(first.sheet, top, left, max(first.bottom, last.bottom), max(first.right, last.right))


def indexed(area: Reference, row: Any, column: Any = None) -> Reference:
    """Return one cell of a range by its place there."""
    high, wide = area.bottom - area.top + 1, area.right - area.left + 1
    down, across = int(number(row)), int(number(column)) if column is not None else 1
    if column is None and high == 1 and wide > 1:
        down, across = 1, down
    if down < 0 or across < 0 or down > high or across > wide:
        raise Fault("#REF!" if down >= 0 and across >= 0 else "#VALUE!")
    if not down or not across:
        raise Unsupported("a whole row or column of a range")
    at = area.top + down - 1, area.left + across - 1
    return Reference(area.sheet, *at, *at)


def row_of(cells: Cells, area: Reference) -> Any:
    """Return the row of a cell, or those of a range."""
    return area.top if area.single else rows(area.top, cells.area(area))


def column_of(cells: Cells, area: Reference) -> Any:
    """Return the column of a cell."""
    if not area.single:
        raise Unsupported("the columns of a range")
    return area.left


def failed(code: str) -> Any:
    """Raise the error that a formula names."""
    raise Fault(code)


def tried(wanted: Callable[[], Any], instead: Callable[[], Any]) -> Any:
    """Return a value, or another one where it is an error: IFERROR."""
    try:
        found = wanted()
    except Fault:
        return instead()
    if isinstance(found, np.ndarray):
        raise Unsupported("errors in a range")
    return found


def numeric(argument: Callable[[], Any]) -> Any:
    """Return whether a value is a number, which an error is not: ISNUMBER."""
    try:
        return is_number(argument())
    except Fault:
        return False


def faulty(argument: Callable[[], Any]) -> Any:
    """Return whether a value is an error: ISERROR."""
    try:
        found = argument()
    except Fault:
        return True
    if isinstance(found, np.ndarray):
        raise Unsupported("errors in a range")
    return False
