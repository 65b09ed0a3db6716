"""Tables that stand beside the one that is read: their headers share its row, their columns are not its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from collabxl.reading.headers import Header, HeaderCell
from collabxl.reading.source import SheetCells
from collabxl.schema.columns import Sheet

Segment = tuple[HeaderCell, ...]


def separate_side_tables(header: Header, cells: SheetCells, sheet: type[Sheet]) -> Header:
    """Return a header without the columns of other tables behind blank columns; those are kept as ``beside``."""
    segments = list(_segments(header, cells))
    if len(segments) == 1:
        return header
    main = max(segments, key=lambda segment: len(_keys(segment)))
    others = [
        segment for segment in segments if segment is not main and _is_side_table(segment, main, header, cells, sheet)
    ]
    return Header(
        header.row,
        tuple(place for segment in segments if segment not in others for place in segment),
        tuple(place for segment in others for place in segment),
    )


def _segments(header: Header, cells: SheetCells) -> Iterator[Segment]:
    """Yield the header cells that are not parted by columns in which nothing stands from the header down."""
    segment = [header.cells[0]]
    for before, place in pairwise(header.cells):
        gap = range(before.column + 1 - cells.left, place.column - cells.left)
        if gap and not any(row[at] != "" for row in cells.rows[header.row - cells.top :] for at in gap):
            yield tuple(segment)
            segment = []
        segment.append(place)
    yield tuple(segment)


def _keys(segment: Segment) -> set[str]:
    return {place.key for place in segment if place.key is not None}


def _is_side_table(segment: Segment, main: Segment, header: Header, cells: SheetCells, sheet: type[Sheet]) -> bool:
    """Return whether columns are another table's: they number their rows, say one thing twice, or end elsewhere."""
    own = sheet.meta.id
    if _keys(segment) & _keys(main) or (own is not None and own.key in _keys(segment) and len(segment) > 1):
        return True
    return len(segment) > 1 and _filled_length(segment, header, cells) != _filled_length(main, header, cells)


def _filled_length(segment: Segment, header: Header, cells: SheetCells) -> int:
    """Return how many rows below the header are filled without a gap."""
    body = cells.rows[header.row + 1 - cells.top :]
    places = [place.column - cells.left for place in segment]
    return next((at for at, row in enumerate(body) if all(row[place] == "" for place in places)), len(body))
