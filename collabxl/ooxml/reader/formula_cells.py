"""Which cells of a worksheet are computed, by a formula of their own or as part of one, straight from its XML."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from collabxl.ooxml import a1
from collabxl.ooxml.reader.cells import ComputedCells, Range

RowRun = tuple[int, int]
"""First and last row of cells below each other."""

_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*><f([^<>]*)>')
"""A formula as most programs write its cell: twice as fast as the general pattern."""
_OPENS = (b"<f>", b"<f ", b"<f/", b"<f\n", b"<f\t", b"<f\r")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?=[^<>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'])[^<>]*>\s*<(?:\w+:)?f\b([^<>]*)>"
)
_AREA = re.compile(rb"\bref\s*=\s*[\"']([^\"':]+:[^\"']+)[\"']")
_AS_ONE = (b"array", b"dataTable")
"""Formulas whose one result fills an area: arrays, what spills out of a cell, and data tables."""


def computed_cells(xml: bytes) -> ComputedCells:
    """Return the computed cells of one worksheet part."""
    found = _PLAIN.findall(xml)
    if len(found) != sum(map(xml.count, _OPENS)) or b":c " in xml:  # a formula in a cell written otherwise
        found = _FORMULA.findall(xml)
    rows: dict[bytes, list[bytes]] = defaultdict(list)
    areas: list[Range] = []
    for column, row, attributes in found:
        rows[column].append(row)
        if attributes and any(word in attributes for word in _AS_ONE):
            areas += _ranges(attributes)
    return ComputedCells(
        {a1.column_number(column.decode()): tuple(map(int, each)) for column, each in rows.items()}, tuple(areas)
    )


def computed_runs(found: ComputedCells, columns: Iterable[int]) -> dict[int, list[RowRun]]:
    """Return the computed cells of some columns as runs of rows, in order; columns without any are left out."""
    by_column = {column: list(_join_runs(found, column)) for column in columns}
    return {column: rows for column, rows in by_column.items() if rows}


def is_within(runs: Mapping[int, list[RowRun]], row: int, column: int) -> bool:
    """Return whether a cell lies in one of the runs."""
    return any(first <= row <= last for first, last in runs.get(column, ()))


def _join_runs(found: ComputedCells, column: int) -> list[RowRun]:
    rows = sorted(
        chain(
            ((row, row) for row in found.spots.get(column, ())),
            ((top, bottom) for (top, left), (bottom, right) in found.areas if left <= column <= right),
        )
    )
    joined: list[RowRun] = []
    for first, last in rows:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def _ranges(attributes: bytes) -> Iterable[Range]:
    area = _AREA.search(attributes)
    first, _, last = area[1].decode("ascii", "replace").partition(":") if area else ("", "", "")
    try:
        yield a1.parse_cell(first), a1.parse_cell(last)
    except ValueError:  # an area no worksheet has
        return
