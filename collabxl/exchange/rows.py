"""A workbook's rows by 编号, as a merge compares them: what people typed, right or wrong, nothing that is computed.

A text that is beyond doubt a number or a date counts as that.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from collabxl.exchange.three_way import Row, Rows, Spot, Value
from collabxl.exchange.untaken_values import Reason
from collabxl.reading.misfits import COVERED, Misfit
from collabxl.reading.sheet import SheetReading
from collabxl.reading.workbook import Reading
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Day, Id, Number, Percent, Period
from collabxl.schema.serials import EPOCH
from collabxl.schema.sheets import STANDARD

_DIGITS = 9
"""Decimals of a day that a time of day has: it was read in milliseconds."""
SHARED: tuple[type[Sheet], ...] = tuple(sheet for sheet in STANDARD.required_sheets if sheet.meta.id)
"""The sheets whose rows travel: those that bear a 编号 in every row."""


_SILENT: dict[str, Reason] = {
    "formula-error": "formula-error",
    "formula-without-value": "formula-without-value",
    COVERED: "covered",
}
"""The faults of cells that say nothing."""


class WorkbookRows(NamedTuple):
    """The rows of a workbook by sheet and 编号, and what it does not tell for certain."""

    rows: Rows
    repeated: dict[str, list[str]]
    """By sheet the 编号 that several rows bear; none of them is in ``rows``."""
    rows_without_id: dict[str, list[Row]]
    """By sheet the rows without a 编号."""
    unreadable: dict[str, UnreadableCells]
    """By sheet the cells that say nothing: nobody knows whether they were emptied."""
    unsure: Mapping[str, Collection[str]] = {}
    """By sheet the 编号 of rows whose contents may be those of others."""
    computed_cells: frozenset[Spot] = frozenset()
    """The cells that a formula says, which is not taken with its value."""
    shifted: frozenset[Spot] = frozenset()
    """The cells that may have been pasted one row too low."""
    printed: Mapping[str, Collection[str]] = {}
    """By sheet the 编号 of rows that are otherwise empty."""
    refused: Mapping[Spot, Sequence[Row]] = {}
    """Rows of which nothing is taken, as they stand: several that bear one 编号, or the contents of others."""

    def is_silent(self, spot: Spot) -> bool:
        """Return whether nobody knows what a cell or row of the workbook says."""
        if spot.sheet not in self.rows:
            return True
        if spot.id in self.repeated[spot.sheet] or spot.id in self.unsure.get(spot.sheet, ()):
            return True
        untold = self.unreadable[spot.sheet]
        return spot.key is not None and (spot.key in untold.keys or (spot.id, spot.key) in untold.cells)


class UnreadableCells(NamedTuple):
    """What a sheet does not tell: columns that are gone, and cells by 编号 and column, why, and what is there."""

    keys: frozenset[str]
    cells: Mapping[tuple[str, str], tuple[Reason, Value]] = {}
    headers: tuple[str, ...] = ()
    """The headers that name no column: one may be that of a column that is gone."""


def rows_of(reading: Reading) -> WorkbookRows:
    """Return the rows of a workbook by sheet and 编号; a sheet that is gone, or has no header, is not among them."""
    found = WorkbookRows({}, {}, {}, {})
    rows: dict[str, dict[str, Row]] = {}
    refused: dict[Spot, Sequence[Row]] = {}
    for page in reading.sheets:
        if STANDARD.sheet(page.key) not in SHARED or page.header is None:
            continue
        ids, values = ids_of(page), list(typed_rows(page))
        counted = Counter(id for id in ids if id)
        named = zip(ids, values, strict=True)
        rows[page.key] = {id: row for id, row in named if id and counted[id] == 1 and row}
        found.repeated[page.key] = [id for id, count in counted.items() if count > 1]
        for id in found.repeated[page.key]:
            refused[Spot(page.key, id)] = [row for each, row in zip(ids, values, strict=True) if each == id and row]
        found.rows_without_id[page.key] = [row for id, row in zip(ids, values, strict=True) if not id and row]
        found.unreadable[page.key] = _unreadable_cells(page, ids)
    computed = (_computed_cells(page) for page in reading.sheets if page.key in rows)
    printed = {
        page.key: {normalize_name(id).upper() for id in page.prepared_rows}
        for page in reading.sheets
        if page.key in rows
    }
    return found._replace(
        rows=rows, computed_cells=frozenset(chain.from_iterable(computed)), printed=printed, refused=refused
    )


def _computed_cells(page: SheetReading) -> Iterator[Spot]:
    for id, row in zip(ids_of(page), page.rows, strict=True) if page.computed_runs else ():
        for key, place in page.places.items():
            if page.is_computed(row, place.column):
                yield Spot(page.key, id, key)


def _unreadable_cells(page: SheetReading, ids: list[str]) -> UnreadableCells:
    columns = (each for each in STANDARD.sheet(page.key).meta.columns if is_shared(each) or isinstance(each.kind, Id))
    gone = frozenset(column.key for column in columns if column.key not in page.places)
    places = dict(zip(page.rows, ids, strict=True))
    cells: dict[tuple[str, str], tuple[Reason, Value]] = {}
    for misfit in page.misfits:
        reason = _SILENT.get(misfit.fault, "formula-without-value" if misfit.raw is None else None)
        if reason and misfit.row in places:
            cells[places[misfit.row], misfit.key] = (reason, misfit.raw)
    headers = page.header.cells if page.header else ()
    return UnreadableCells(gone, cells, tuple(header.text for header in headers if header.key is None))


def ids_of(page: SheetReading) -> list[str]:
    """Return the 编号 of every row as it is compared, empty where there is none."""
    column = STANDARD.sheet(page.key).meta.id
    assert column is not None
    told = page.columns.get(column.key) or [None] * len(page.rows)
    return [normalize_name(str(id)).upper() if id else "" for id in told]


def typed_rows(page: SheetReading | None) -> Iterator[Row]:
    """Return what people typed into each row of a sheet, by column key; empty cells are left out."""
    if page is None:
        return
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns if is_shared(column)}
    rows: list[dict[str, Value]] = [
        {key: _plain(values[at], columns[key]) for key, values in page.columns.items() if key in columns}
        for at in range(len(page.rows))
    ]
    places = {row: at for at, row in enumerate(page.rows)}
    for misfit in page.misfits:
        is_typed = misfit.row in places and misfit.key in columns and misfit.raw is not None
        if is_typed and not _is_certain(misfit, columns[misfit.key]):
            rows[places[misfit.row]][misfit.key] = _misfit_value(misfit.raw)
    yield from map(_without_blanks, rows)


def is_shared(column: Column) -> bool:
    """Return whether a column travels: people fill it in, and it is not the row's own name."""
    return column.is_typed and not isinstance(column.kind, Id)


def _is_certain(misfit: Misfit, column: Column) -> bool:
    """Return whether a text is beyond doubt the number or date that it was read as: ``30%``, ``2024年8月9日``."""
    return misfit.is_certain and isinstance(column.value_kind, Day | Percent | Number)


def _without_blanks(row: dict[str, Value]) -> Row:
    return {key: value for key, value in row.items() if value is not None and value != ""}


def _plain(value: Any, column: Column) -> Value:
    if value is not None and isinstance(column.value_kind, Day):
        return dt.date.fromordinal(value + EPOCH)
    assert not isinstance(column.value_kind, Period)
    return value  # type: ignore[no-any-return]


def _misfit_value(raw: Any) -> Value:
    """Return what was typed where it does not fit its column; a time of day, which no column holds, is its number."""
    if isinstance(raw, dt.datetime):
        return raw.date() if raw.time() == dt.time() else raw.isoformat(" ")
    if isinstance(raw, dt.time):
        raw = dt.datetime.combine(dt.date.min, raw) - dt.datetime.min
    if isinstance(raw, dt.timedelta):
        return round(raw / dt.timedelta(days=1), _DIGITS)
    return raw if isinstance(raw, str | int | float | bool | dt.date) else str(raw)
