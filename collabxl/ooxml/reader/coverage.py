"""How far a sheet's data validations and conditional formats reach, from its XML.

Only the stretch behind the cells is searched. Pasting over cells cuts holes into these areas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collabxl.ooxml import a1
from collabxl.ooxml.reader.cells import Range


class Coverage(NamedTuple):
    """The areas under validations, by what is accepted there, and those under conditional formats."""

    validated: tuple[tuple[str, tuple[Range, ...]], ...] = ()
    formatted: tuple[Range, ...] = ()


_ACCEPTED = re.compile(rb"<(?:\w+:)?dataValidation\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?dataValidation\s*>)", re.DOTALL)
_COLOURED = re.compile(rb"<(?:\w+:)?conditionalFormatting\b([^>]*)>(.*?)</(?:\w+:)?conditionalFormatting", re.DOTALL)
_WHERE = re.compile(rb"""\bsqref\s*=\s*["']([^"']*)["']""")
_WHERE_BELOW = re.compile(rb"<xm:sqref\s*>([^<]*)<")
_KIND = re.compile(rb"""\btype\s*=\s*["'](\w+)["']""")
_FIRST = re.compile(rb"<(?:\w+:)?formula1\s*>(?:<xm:f\s*>)?([^<]*)<")


def read_coverage(xml: bytes) -> Coverage:
    """Return where a sheet's validations and conditional formats are."""
    tail = xml[max(xml.rfind(b"sheetData"), 0) :]
    accepted: dict[str, list[Range]] = {}
    for attributes, inside in _ACCEPTED.findall(tail):
        kind, first = _KIND.search(attributes), _FIRST.search(inside)
        says = b" ".join(found[1] for found in (kind, first) if found)
        accepted.setdefault(says.decode("utf-8", "replace"), []).extend(_areas(attributes, inside))
    coloured = [area for attributes, inside in _COLOURED.findall(tail) for area in _areas(attributes, inside)]
    return Coverage(tuple((says, tuple(areas)) for says, areas in accepted.items()), tuple(coloured))


def _areas(attributes: bytes, inside: bytes) -> Iterable[Range]:
    where = _WHERE.search(attributes) or _WHERE_BELOW.search(inside)
    for ref in where[1].decode("ascii", "replace").split() if where else ():
        first, _, last = ref.partition(":")
        try:
            yield a1.parse_cell(first), a1.parse_cell(last or first)
        except ValueError:  # whole columns and what no sheet has: nothing we wrote
            continue


def rows_without_validation(found: Coverage, column: int, rows: Sequence[int]) -> list[int]:
    """Return the rows, in order, in which a column does not accept what most of it accepts."""
    bare = [_rows_outside(areas, column, rows) for _, areas in found.validated]
    return min(bare, key=len, default=list(rows))


def rows_without_format(found: Coverage, column: int, rows: Sequence[int]) -> list[int]:
    """Return the rows, in order, in which no conditional format looks at a column."""
    return _rows_outside(found.formatted, column, rows)


def _rows_outside(areas: Iterable[Range], column: int, rows: Sequence[int]) -> list[int]:
    mine = [(top, bottom) for (top, left), (bottom, right) in areas if left <= column <= right]
    if not rows or any(top <= rows[0] and rows[-1] <= bottom for top, bottom in mine):
        return []
    return [row for row in rows if not any(top <= row <= bottom for top, bottom in mine)]
