"""One sheet as read: its header, its rows as plain values by column, and what did not fit. No pandas here.

This runs in the worker, so that only what a check needs travels to the main process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader import coverage
from collabxl.ooxml.reader.cells import CellMarks, Raw
from collabxl.ooxml.reader.coverage import Coverage
from collabxl.ooxml.reader.formula_cells import RowRun, computed_runs, is_within
from collabxl.reading import headers, side_tables, values
from collabxl.reading.computed_values import settle_formulas
from collabxl.reading.headers import Header, HeaderCell, SheetMatch
from collabxl.reading.misfits import COVERED, Misfit, certain_misfits, marked_misfits, quotable_cell, without_indent
from collabxl.reading.non_rows import NonRow, TableBody
from collabxl.reading.source import SheetCells
from collabxl.schema.columns import Column, Kind, Sheet
from collabxl.schema.kinds import LONGEST_CELL, Auto, Choice, Day, Note, YesNo
from collabxl.schema.serials import EPOCH
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, t

REMARKS = ("check", "found")
"""The columns in which collabxl speaks, not people."""


class CoverageGap(NamedTuple):
    """A column whose cells are not all guarded: the first row, how many there are, and if all stands as built."""

    row: int
    key: str
    cells: int
    as_built: bool


@dataclass
class SheetReading:
    """One sheet of one workbook; every list in ``columns`` is as long as ``rows``, Excel's own row numbers.

    A column without a filled cell is not in ``columns`` at all.
    """

    key: str
    title: str
    how: str
    order: int
    visible: bool
    header: Header | None = None
    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)
    blank_rows: list[int] = field(default_factory=list)
    places: dict[str, HeaderCell] = field(default_factory=dict)
    """Where each column is read from; in a form, the cell of each field's value."""
    hidden_rows: list[int] = field(default_factory=list)
    merged_cells: list[tuple[int, int, int]] = field(default_factory=list)
    remarks: dict[str, dict[int, str]] = field(default_factory=dict)
    """What the columns REMARKS say, by row, in rows that are filled in and in all others."""
    free_column: int = 0
    """The first column behind the header in which no row says anything."""
    raw_cells: dict[str, dict[int, Raw]] = field(default_factory=dict)
    """Cells of a built sheet that formulas see otherwise than their values tell, by column and row."""
    prepared_rows: dict[str, int] = field(default_factory=dict)
    """The prepared rows of a built sheet that nobody has filled in, by the 编号 printed there."""
    coverage_gaps: list[CoverageGap] = field(default_factory=list)
    """Columns of a built sheet whose validation or conditional format has holes."""
    non_rows: list[NonRow] = field(default_factory=list)
    """What stands among or beside the rows and is none."""
    max_letters: int = 0
    """Its columns have no more letters than that: what costs nothing to know."""
    computed_runs: dict[int, list[RowRun]] = field(default_factory=dict)
    """The computed cells of the columns that are read, by column number as runs of rows."""

    def is_computed(self, row: int, column: int) -> bool:
        """Return whether a formula, its own or one that fills several cells, says what a cell shows."""
        return is_within(self.computed_runs, row, column)


class ReadOptions(NamedTuple):
    """How the cells of one workbook are to be taken: its language and how it counts days."""

    lang: Lang
    date1904: bool
    is_built: bool = False
    """Whether collabxl built it: only then is what guards the cells looked at."""


def read_sheet(sheet: type[Sheet], match: SheetMatch, cells: SheetCells, form: ReadOptions) -> SheetReading:
    """Return one worksheet read as ``sheet``."""
    made = SheetReading(sheet.meta.key, match.title.name, match.how, match.title.order, match.title.visible)
    if sheet.meta.form_headers:
        _read_form(made, sheet, cells, form)
    else:
        made.header = headers.find_header(cells, sheet, form.lang)
        if made.header is not None:
            _read_rows(made, sheet, cells, form)
    if made.header is not None:
        read = {place.column for place in (*made.header.cells, *made.places.values())}
        made.computed_runs = computed_runs(cells.marks.computed, sorted(read))
    return made


def _read_rows(made: SheetReading, sheet: type[Sheet], cells: SheetCells, form: ReadOptions) -> None:
    assert made.header is not None
    if not form.is_built:
        made.header = side_tables.separate_side_tables(made.header, cells, sheet)
    made.places = made.header.best_cells()
    # The order matters: formulas have to show something before a row can be called filled, rows that are none have to
    # go before columns are read, and what nobody knows is taken back at the end, when all misfits are there.
    cells, unsure = settle_formulas(cells, _places_of_people(made, sheet, form), made.header.row)
    present = [
        (column, made.places[column.key].column - cells.left)
        for column in sheet.meta.columns
        if column.key in made.places
    ]
    typed = [at for column, at in present if column.is_typed]
    if not typed:
        return
    first = made.header.row + 1
    body = cells.rows[first - cells.top :]
    filled = _filled_rows(body, typed, first)
    kept, made.non_rows = _body(made, present, cells, form).split_rows(filled)
    made.rows = [number for number, _ in kept]
    made.blank_rows = _blank_rows(made.rows, {aside.row for aside in made.non_rows})
    has_marks = any(
        (cells.marks.errors, cells.marks.valueless_formulas, cells.marks.external_formulas, cells.marks.pictures)
    )
    raw: list[Sequence[Raw]] = list(zip(*(row for _, row in kept), strict=True)) or [()] * len(cells.rows[0])
    for column, at in present:
        _read_column(made, column, raw[at], form)
        if has_marks and column.is_typed:
            made.misfits.extend(marked_misfits(column.key, at + cells.left, cells.marks, made.rows))
    _conclude_nothing(made, unsure)
    made.remarks = _remarks(made, body, first, cells.left)
    if made.header.side_cells:
        made.non_rows.append(NonRow(made.header.row, "beside", made.header.side_cells[0].text))
    made.free_column = _free_column(made.header, cells)
    if made.rows:
        _note_hidden_and_merged(made, cells.marks, [at + cells.left for _, at in present])
    if form.is_built:
        left_out = [row for row in filled if row[0] not in set(made.rows)] if made.non_rows else []
        _note_raw_cells(made, present, raw, left_out, form.lang)
        made.prepared_rows = _prepared_rows(made, sheet, body, cells.left)
        _note_gaps(made, sheet, cells.coverage, sorted({*made.rows, *made.prepared_rows.values()}))


def _places_of_people(made: SheetReading, sheet: type[Sheet], form: ReadOptions) -> dict[int, bool]:
    """Return the columns in which a formula is somebody's, not ours, and whether they have days."""
    ours = {*REMARKS, *(column.key for column in sheet.meta.columns if form.is_built and isinstance(column.kind, Auto))}
    theirs = (column for column in sheet.meta.columns if column.key in made.places and column.key not in ours)
    return {made.places[column.key].column: isinstance(column.value_kind, Day) for column in theirs}


def _conclude_nothing(made: SheetReading, unsure: Collection[Spot]) -> None:
    """Let nothing be wrong with cells whose formulas show nobody knows what, and nothing be missing there."""
    if unsure:
        at = {row: at for at, row in enumerate(made.rows)}
        keys = {place.column: key for key, place in made.places.items()}
        cells = {(row, keys[column]): at[row] for row, column in unsure if row in at}
        values = {spot: made.columns[spot[1]][at] if spot[1] in made.columns else None for spot, at in cells.items()}
        made.misfits = certain_misfits(made.misfits, values)


def _filled_rows(body: list[list[Raw]], typed: list[int], first: int) -> list[tuple[int, list[Raw]]]:
    blank: Any = ("",) * len(typed) if len(typed) > 1 else ""
    filled = itemgetter(*typed)
    lead = typed[0]
    kept = [(number, row) for number, row in enumerate(body, first) if row[lead] or filled(row) != blank]
    doubtful = {number for number, row in kept if not (cell := row[lead]) or (type(cell) is str and cell.isspace())}
    if not doubtful:
        return kept
    return [
        (number, row) for number, row in kept if number not in doubtful or any(_has_content(row[at]) for at in typed)
    ]


def _has_content(raw: Raw) -> bool:
    return raw != "" and not (isinstance(raw, str) and not raw.strip())


def _body(made: SheetReading, present: list[tuple[Column, int]], cells: SheetCells, form: ReadOptions) -> TableBody:
    assert made.header is not None
    columns = {at + cells.left for _, at in present}
    return TableBody(
        present,
        {place.column - cells.left: place.text for place in made.header.cells},
        lambda column, raw: _reader(column.value_kind, form)[raw],
        made.header.row + 1,
        {top for (top, left), (_, right) in cells.marks.totals if columns & {*range(left, right + 1)}},
        form.is_built,
    )


def _blank_rows(rows: list[int], asides: set[int]) -> list[int]:
    if not rows or rows[-1] - rows[0] + 1 == len(rows):
        return []
    present = asides.union(rows)
    return [row for row in range(rows[0], rows[-1]) if row not in present][:1000]


def _read_column(made: SheetReading, column: Column, raw: Sequence[Raw], form: ReadOptions) -> None:
    if not raw or (raw[0] == "" and raw.count("") == len(raw)):
        return
    reader = _reader(column.value_kind, form)
    found, wrong = reader.column(raw)
    made.columns[column.key] = found
    made.max_letters += reader.max_letters(len(raw))
    if wrong and column.is_typed:
        misfits = (
            Misfit(made.rows[place], column.key, fault.name, quotable_cell(cell), fault.replacement, fault.is_certain)
            for place, cell, fault in wrong
        )
        is_list = isinstance(column.value_kind, Note)  # where people write lists and outlines by hand
        outlined = is_list or (column.unique and values.is_outline(raw))
        made.misfits.extend(filter(None, map(without_indent, misfits)) if outlined else misfits)


def _note_hidden_and_merged(made: SheetReading, marks: CellMarks, columns: list[int]) -> None:
    inside = set(made.rows)
    made.hidden_rows = sorted(inside & marks.hidden_rows)
    left, right = min(columns), max(columns)
    for (top, first), (bottom, last) in marks.merged:
        if bottom > top and bottom >= made.rows[0] and top <= made.rows[-1] and first <= right and last >= left:
            made.merged_cells.append((top, first, bottom))
            covered = {key for key, place in made.places.items() if first <= place.column <= last}
            made.misfits.extend(
                Misfit(row, key, COVERED, None) for row in made.rows if top < row <= bottom for key in sorted(covered)
            )


def _remarks(made: SheetReading, body: list[list[Raw]], first: int, left: int) -> dict[str, dict[int, str]]:
    at = {key: made.places[key].column - left for key in REMARKS if key in made.places}
    return {
        key: {number: str(row[place]) for number, row in enumerate(body, first) if row[place] != ""}
        for key, place in at.items()
    }


def _free_column(header: Header, cells: SheetCells) -> int:
    at = max(place.column for place in (*header.cells, *header.side_cells)) - cells.left + 1
    while at < len(cells.rows[0]) and any(row[at] != "" for row in cells.rows):
        at += 1
    return at + cells.left


def _note_raw_cells(
    made: SheetReading,
    present: list[tuple[Column, int]],
    raw: list[Sequence[Raw]],
    left_out: list[tuple[int, list[Raw]]],
    lang: Lang,
) -> None:
    """Keep the cells whose value is not simply what was typed; nearly always there are none."""
    for column, at in present:
        told = [
            to_cell(value, column.value_kind, lang) for value in made.columns.get(column.key, [None] * len(raw[at]))
        ]
        if list(raw[at]) != told:
            odd = zip(made.rows, raw[at], told, strict=True)
            made.raw_cells[column.key] = {
                row: cell[:LONGEST_CELL] if type(cell) is str else cell
                for row, cell, word in odd
                if type(cell) is not type(word) or cell != word
            }
        for row, cells in left_out:
            made.raw_cells.setdefault(column.key, {})[row] = cells[at]


def to_cell(value: Any, kind: Kind, lang: Lang) -> Raw:
    """Return the cell that people who follow the template type for a value."""
    match kind:
        case _ if value is None:
            return ""
        case Choice(words):
            return words.title_of(value).to(lang)
        case Day():
            return dt.date.fromordinal(value + EPOCH)
        case YesNo():
            return t("是" if value else "否", "Yes" if value else "No").to(lang)
        case _:
            return value  # type: ignore[no-any-return]


def _prepared_rows(made: SheetReading, sheet: type[Sheet], body: list[list[Raw]], left: int) -> dict[str, int]:
    assert made.header is not None
    printed = sheet.meta.id and made.places.get(sheet.meta.id.key)
    if not printed:
        return {}
    filled = {*made.rows, *(aside.row for aside in made.non_rows)}
    first, at = made.header.row + 1, printed.column - left
    numbered = ((row[at], number) for number, row in enumerate(body, first) if number not in filled)
    return {str(id): number for id, number in numbered if id != ""}


def _note_gaps(made: SheetReading, sheet: type[Sheet], found: Coverage, rows: list[int]) -> None:
    assert made.header is not None
    order = {column.key: number for number, column in enumerate(sheet.meta.columns, 1)}
    as_built = made.header.row == STANDARD.header_row and all(
        place.column == order[key] for key, place in made.places.items()
    )
    for column in sheet.meta.typed_columns:
        place = made.places.get(column.key)
        if place is None:
            continue
        holes = {*(coverage.rows_without_validation(found, place.column, rows) if column.is_validated else ())}
        holes.update(coverage.rows_without_format(found, place.column, rows) if column.is_highlighted else ())
        if holes:
            made.coverage_gaps.append(CoverageGap(min(holes), column.key, len(holes), as_built))


def _read_form(made: SheetReading, sheet: type[Sheet], cells: SheetCells, form: ReadOptions) -> None:
    made.header = headers.find_form_header(cells, sheet)
    if made.header is None:
        return
    places = made.header.best_cells()
    value = places.get("value") or places.get("example")
    names = places["field"].column
    cells, unsure = settle_formulas(cells, {value.column if value else names + 1: False}, made.header.row)
    made.rows = [made.header.row]
    for number, row in enumerate(cells.rows[made.header.row - cells.top + 1 :], made.header.row + 1):
        words = row[names - cells.left]
        if not isinstance(words, str) or not words.strip():
            continue
        key, how = headers.match_field(words, sheet, form.lang)
        column = value.column if value else names + 1
        if key is None or key in made.places:
            continue
        made.places[key] = HeaderCell(number, column, words.strip(), key, how)
        at = column - cells.left
        raw: list[Raw] = [row[at] if 0 <= at < len(row) else ""]
        _read_field(made, sheet.meta.column(key), raw, cells.marks, form)
        if (number, column) in unsure:
            known = made.columns.get(key, [None])[0]
            made.misfits = certain_misfits(made.misfits, {(made.rows[0], key): known})
    if form.is_built:
        _note_field_gaps(made, sheet, cells.coverage)


def _note_field_gaps(made: SheetReading, sheet: type[Sheet], found: Coverage) -> None:
    for number, column in enumerate(sheet.meta.columns, STANDARD.header_row + 1):
        place = made.places.get(column.key)
        if place and column.is_validated and coverage.rows_without_validation(found, place.column, [place.row]):
            as_built = (place.row, place.column) == (number, STANDARD.value_column)
            made.coverage_gaps.append(CoverageGap(place.row, column.key, 1, as_built))


def _read_field(made: SheetReading, column: Column, raw: list[Raw], marks: CellMarks, form: ReadOptions) -> None:
    place = made.places[column.key]
    _read_column(made, column, raw, form)
    made.raw_cells[column.key] = {made.rows[0]: raw[0]}
    made.misfits.extend(
        misfit._replace(row=made.rows[0]) for misfit in marked_misfits(column.key, place.column, marks, [place.row])
    )


@cache
def _reader(kind: Kind, form: ReadOptions) -> values.ValueReader:
    return values.value_reader(kind, form.lang, date1904=form.date1904)
