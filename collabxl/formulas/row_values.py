"""What every formula over people's rows shows, computed from what they filled in by the very same formulas.

A row nobody filled in shows what any other such row does, so one of them is computed for all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from collabxl.formulas import layout
from collabxl.formulas.auto_columns import auto_formula
from collabxl.formulas.evaluator import Value, Values, moment_serial, range_array
from collabxl.formulas.helper_sheet import (
    BETWEEN,
    CHECK,
    FIGURES,
    FILLED,
    LONGEST_CHECK,
    CheckPart,
    HelperColumn,
    helper_sheet,
    named_columns,
)
from collabxl.formulas.named_ranges import AS_OF, list_name
from collabxl.formulas.parser import compile_formula
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.serials import from_serial
from collabxl.schema.settings import USUAL, Limits, limit_name
from collabxl.schema.sheets import STANDARD, Project, Workings
from collabxl.text import Lang

Raw = str | float | bool | dt.date | dt.time | dt.timedelta | None
"""A cell as it stands in the file."""
FilledCells = Mapping[int, Mapping[str, Raw]]
"""What people filled in, by row and column key; empty cells may be left out."""


class FormulaResults:
    """The results of all formulas over the rows of one workbook, as of one day."""

    def __init__(
        self,
        lang: Lang,
        cells: Mapping[str, FilledCells],
        form: Mapping[str, Raw],
        as_of: dt.date,
        limits: Limits = USUAL,
    ) -> None:
        self.lang, self.limits = lang, limits
        self.plan = helper_sheet(lang)
        self.as_of = moment_serial(as_of)
        self._columns = named_columns(lang)
        self._cells = {sheet.meta.key: _filled_rows(cells.get(sheet.meta.key, {})) for sheet in STANDARD.data_sheets}
        self._form = {
            layout.field_row(field): (field.title.to(lang), _as_formula_value(form.get(field.key)))
            for field in Project.meta.columns
        }
        self._names: dict[str, Value | Values] = {AS_OF: self.as_of}
        self._names |= {limit_name(key): float(value) for key, value in limits.model_dump().items()}
        self._names |= {
            list_name(words): range_array(word.title.to(lang) for word in words.words)
            for words in STANDARD.word_lists()
        }
        self._last = {key: max(rows, default=layout.FIRST) for key, rows in self._cells.items()}
        self._known: dict[tuple[int, int | str], Value] = {}
        self._areas: dict[tuple[int | str, tuple[int, int]], Values] = {}
        self._check_parts: dict[tuple[str, int], tuple[CheckPart, ...]] = {}

    def value_of(self, column: Column, row: int) -> Value:
        """Return what the formula of an automatic column shows in one row."""
        formula = auto_formula(column, self.lang)
        assert formula is not None
        value: Value = compile_formula(formula)(self, row)
        return value

    def check_parts(self, sheet: type[Sheet], row: int) -> tuple[CheckPart, ...]:
        """Return the rules that a row's live check names."""
        where = sheet.meta.key, row
        if where not in self._check_parts:
            is_filled = self.value(row, self.plan.number(sheet, FILLED))
            parts = self.plan.parts[sheet] if is_filled else ()
            self._check_parts[where] = tuple(part for part in parts if compile_formula(part.formula)(self, row))
        return self._check_parts[where]

    def figures(self) -> list[Value]:
        """Return the results of what the hidden sheet has once a workbook."""
        return [self.value(FIGURES, at) for at in range(1, len(self.plan.figures) + 1)]

    def is_filled(self, sheet: type[Sheet], row: int) -> bool:
        """Return whether anything stands in a row."""
        return row in self._cells[sheet.meta.key]

    def column(self, place: HelperColumn, rows: Iterable[int]) -> list[Value]:
        """Return the results of one column of the hidden sheet in these rows."""
        filled, blank = self._cells[place.sheet.meta.key], self.value(layout.last_row(place.sheet) + 1, place.number)
        return [self.value(row, place.number) if row in filled else blank for row in rows]

    def value(self, row: int, column: int | str) -> Value:
        """Return what a cell shows: of the hidden sheet, or of a named column of another."""
        spot = row, column
        if spot not in self._known:
            self._known[spot] = (
                self._helper_value(row, column) if isinstance(column, int) else self._named_value(row, column)
            )
        return self._known[spot]

    def area(self, column: int | str, rows: tuple[int, int]) -> Values:
        """Return what the cells of one column show; blank rows behind the last filled have no say and are left out."""
        where = column, rows
        if where not in self._areas:
            last = (
                self._last[self.plan.columns[column - 1].sheet.meta.key] if isinstance(column, int) else max(self._form)
            )
            numbers = range(rows[0], max(rows[0], min(rows[1], last)) + 1)
            self._areas[where] = range_array(self.value(row, column) for row in numbers)
        return self._areas[where]

    def cell(self, column: Column, row: int) -> Value:
        """Return what a cell that people fill in shows: what stands there, else what its formula does."""
        if column.sheet is Project:
            return self._form.get(row, ("", None))[1]
        known = self._cells[column.sheet.meta.key].get(row, {})
        if column.key in known or auto_formula(column, self.lang) is None:
            return known.get(column.key)
        return self.value_of(column, row)

    def last_filled(self, sheet: type[Sheet]) -> int:
        """Return the last row of a sheet in which anything stands, the first prepared one if none has."""
        return self._last.get(sheet.meta.key, layout.FIRST)

    def name(self, word: str) -> Value | Values:
        """Return what a defined name stands for."""
        return self._names[word]

    def _named_value(self, row: int, column: str) -> Value:
        named = self._columns[column]
        if named.sheet is Workings:
            return self.value(row, named.column)
        if named.sheet is Project:
            return self._form.get(row, ("", None))[named.column - 1]
        return self.cell(named.sheet.meta.columns[named.column - 1], row)

    def _helper_value(self, row: int, column: int) -> Value:
        if row < layout.FIRST:
            return compile_formula(self.plan.figures[column - 1][1])(self, row) if row == FIGURES else None
        place = self.plan.columns[column - 1]
        other = self._representative_row(place.sheet, row)
        if other != row:
            return self.value(other, column)
        if place.field == CHECK:
            return BETWEEN.join(part.message for part in self.check_parts(place.sheet, row))[:LONGEST_CHECK]
        return compile_formula(place.formula)(self, row)  # type: ignore[no-any-return]

    def _representative_row(self, sheet: type[Sheet], row: int) -> int:
        """Return the row itself if it is filled in, else the one computed for all blank rows."""
        rows = self._cells[sheet.meta.key]
        return row if row in rows else max(self._last[sheet.meta.key], layout.last_row(sheet)) + 1


class LiveChecks:
    """What the live checks of rows say, whoever computed them, as the parts of this version that say the same."""

    def __init__(self, lang: Lang, texts: Mapping[tuple[str, int], str]) -> None:
        self._lang, self._texts = lang, texts

    def check_parts(self, sheet: type[Sheet], row: int) -> tuple[CheckPart, ...]:
        """Return the rules that a row's live check names."""
        words = self._texts.get((sheet.meta.key, row), "").split(BETWEEN)
        return tuple(part for part in helper_sheet(self._lang).parts[sheet] if part.message in words)


def _filled_rows(cells: FilledCells) -> dict[int, dict[str, Value]]:
    rows: dict[int, dict[str, Value]] = {}
    for row, known in cells.items():
        seen: dict[str, Value] = {
            key: value for key, raw in known.items() if (value := _as_formula_value(raw)) is not None
        }
        if seen:
            rows[row] = seen
    return rows


def _as_formula_value(raw: Raw) -> Value:
    """Return a cell as a formula sees it: days and times as numbers, nothing for an empty text."""
    match raw:
        case "":
            return None
        case dt.date():
            return moment_serial(raw)
        case dt.time():
            return moment_serial(dt.datetime.combine(from_serial(0), raw))
        case dt.timedelta():
            return raw / dt.timedelta(days=1)
        case _:
            return raw
