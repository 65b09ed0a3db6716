"""Rectangles of cells and lists of them, as ``ref`` and ``sqref`` write them: parsed, cut, joined and written back.

Knows A1 notation; must not know XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collabxl.ooxml import a1
from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW

_LETTERS = "[A-Za-z]{1,3}"
Spot = tuple[int, int]
"""A cell as (row, column), counted from 1."""
Area = tuple[int, int, int, int]
"""A rectangle as (top, left, bottom, right), counted from 1, all inside; a ``CellRange`` of anybody's is one."""


class CellRange(NamedTuple):
    """A rectangle of cells, both ends included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def corner(self) -> Spot:
        """The upper left cell."""
        return self.top, self.left

    def contains(self, spot: Spot) -> bool:
        """Return whether the cell lies inside."""
        return self.top <= spot[0] <= self.bottom and self.left <= spot[1] <= self.right

    def intersection(self, other: Area) -> CellRange | None:
        """Return what both cover, None if they do not touch."""
        top, left, bottom, right = other
        both = CellRange(max(self.top, top), max(self.left, left), min(self.bottom, bottom), min(self.right, right))
        return both if both.top <= both.bottom and both.left <= both.right else None

    def difference(self, hole: Area) -> list[CellRange]:
        """Return what is left of it beside a hole, in reading order."""
        cut = self.intersection(hole)
        if cut is None:
            return [self]
        around = (
            CellRange(self.top, self.left, cut.top - 1, self.right),
            CellRange(cut.top, self.left, cut.bottom, cut.left - 1),
            CellRange(cut.top, cut.right + 1, cut.bottom, self.right),
            CellRange(cut.bottom + 1, self.left, self.bottom, self.right),
        )
        return [box for box in around if box.top <= box.bottom and box.left <= box.right]

    def __str__(self) -> str:
        if self.corner == (self.bottom, self.right):
            return a1.cell_address(*self.corner)
        return a1.range_address(self.corner, (self.bottom, self.right))


def parse_range(ref: str) -> CellRange:
    """Return the rectangle of a ``ref`` such as ``A1``, ``A1:B2``, ``A:B`` or ``1:2``; ValueError if it is none."""
    first, colon, last = ref.strip().replace("$", "").partition(":")
    last = last if colon else first
    if colon and first.isdecimal() and last.isdecimal():
        made = CellRange(int(first), 1, int(last), LAST_COLUMN)
    elif colon and re.fullmatch(_LETTERS, first) and re.fullmatch(_LETTERS, last):
        made = CellRange(1, a1.column_number(first), LAST_ROW, a1.column_number(last))
    else:
        ends = a1.parse_cell(first), a1.parse_cell(last)
        made = CellRange(
            *(min(pair) for pair in zip(*ends, strict=True)), *(max(pair) for pair in zip(*ends, strict=True))
        )
    if not 1 <= made.top <= made.bottom <= LAST_ROW or not 1 <= made.left <= made.right <= LAST_COLUMN:
        raise ValueError(f"{ref!r} is no area of a worksheet")
    return made


def parse_sqref(sqref: str) -> list[CellRange]:
    """Return the rectangles of an ``sqref``; those that are none are left out."""
    found = []
    for ref in sqref.split():
        try:
            found.append(parse_range(ref))
        except ValueError:
            continue
    return found


def format_sqref(areas: Iterable[CellRange]) -> str:
    """Return rectangles as an ``sqref``."""
    return " ".join(map(str, areas))


def subtract(areas: Iterable[CellRange], holes: Iterable[Area]) -> list[CellRange]:
    """Return what is left of the areas beside the holes."""
    left = list(areas)
    for hole in holes:
        left = [piece for area in left for piece in area.difference(hole)]
    return left


def intersect(areas: Iterable[CellRange], others: Sequence[Area]) -> list[CellRange]:
    """Return what areas and others both cover, no cell twice."""
    return normalize_ranges(both for area in areas for other in others if (both := area.intersection(other)))


def covers(areas: Iterable[CellRange], others: Iterable[CellRange]) -> bool:
    """Return whether every cell of the others lies in one of the areas."""
    return not subtract(others, list(areas))


def is_same_area(areas: Sequence[CellRange], others: Sequence[CellRange]) -> bool:
    """Return whether both cover the same cells, however they are cut."""
    return covers(areas, others) and covers(others, areas)


def normalize_ranges(areas: Iterable[CellRange]) -> list[CellRange]:
    """Return rectangles that cover the same cells, none twice, joined edge to edge, the topmost first."""
    apart: list[CellRange] = []
    for area in areas:
        apart += subtract([area], apart)
    while True:
        joined = _join_adjacent(
            _join_adjacent(sorted(apart, key=lambda each: (each.left, each.right, each.top)), down=True), down=False
        )
        if len(joined) == len(apart):
            return sorted(joined)
        apart = joined


def _join_adjacent(areas: Iterable[CellRange], *, down: bool) -> list[CellRange]:
    """Return rectangles joined with the one before: below it, or to its right."""
    made: list[CellRange] = []
    key = (
        (lambda each: (each.left, each.right, each.top)) if down else (lambda each: (each.top, each.bottom, each.left))
    )
    for area in sorted(areas, key=key):
        last = made[-1] if made else None
        if last and down and last[1::2] == area[1::2] and last.bottom + 1 == area.top:
            made[-1] = last._replace(bottom=area.bottom)
        elif last and not down and last[::2] == area[::2] and last.right + 1 == area.left:
            made[-1] = last._replace(right=area.right)
        else:
            made.append(area)
    return made


def bounding_range(areas: Sequence[CellRange]) -> CellRange:
    """Return the smallest rectangle around all areas."""
    tops, lefts, bottoms, rights = zip(*areas, strict=True)
    return CellRange(min(tops), min(lefts), max(bottoms), max(rights))
