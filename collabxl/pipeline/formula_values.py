"""What the formulas of a built workbook show, and which of them are ours to be computed anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from collabxl.formulas import layout
from collabxl.formulas.auto_columns import auto_formula
from collabxl.formulas.helper_sheet import CHECK, fingerprint
from collabxl.formulas.row_values import FormulaResults, LiveChecks, Raw
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.reading.sheet import SheetReading, to_cell
from collabxl.reading.workbook import Reading
from collabxl.recalculation.engine import RecalculationEngine, RecalculationScope
from collabxl.rules.engine.run import stored_limits
from collabxl.schema.kinds import Auto
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import STANDARD, Guide, Lists, Project, Schedule, Workings
from collabxl.summary import View, view_by_formulas_without_checks
from collabxl.workbook.grid import CellEdit


def formula_results(reading: Reading, today: dt.date, limits: Limits | None = None) -> FormulaResults:
    """Return what the formulas of a workbook show as of its 数据日期 or ``today``, by the limits it keeps or others."""
    pages = _pages(reading)
    cells = {key: _cells(page, reading) for key, page in pages.items() if not STANDARD.sheet(key).meta.form_headers}
    form = pages.get(Project.meta.key)
    fields = {key: next(iter(seen.values())) for key, seen in form.raw_cells.items()} if form else {}
    told = fields.get(Project.status_date.key)
    return FormulaResults(
        reading.lang, cells, fields, told if isinstance(told, dt.date) else today, limits or stored_limits(reading)
    )


def _has_helper_sheet(reading: Reading) -> bool:
    """Return whether the hidden sheet is there that formulas read."""
    return Workings.meta.title.to(reading.lang) in reading.titles


def is_current(reading: Reading) -> bool:
    """Return whether the hidden sheet that formulas read is there, and as this version builds it."""
    return _has_helper_sheet(reading) and reading.identity.get("formulas") == fingerprint(reading.lang)


def is_live(reading: Reading) -> bool:
    """Return whether 汇总 can be made of formulas: those of this version, which see every row."""
    return is_current(reading) and not any(layout.below(page.key, page.rows) for page in reading.sheets)


def limit_edits(reading: Reading, limits: Limits) -> Iterator[CellEdit]:
    """Return the cells of a built workbook that keep other limits than those it is to go by."""
    title = Lists.meta.title.to(reading.lang)
    wanted = limits.model_dump()
    for key, (value, (row, column)) in reading.stored_limits.items():
        if key in wanted and wanted[key] != value:
            yield CellEdit(title, row, column, wanted[key])


def compute_live_checks(content: bytes, reading: Reading, renewal: RecalculationScope) -> LiveChecks:
    """Return what the live checks of rows say, as the formulas of the file show it once they are computed."""
    engine = RecalculationEngine(WorkbookPart(Package(content)), renewal, {})
    texts = {
        (page.key, row): str(engine.value_at(page.title, (row, page.places[CHECK].column)) or "")
        for page in reading.sheets
        if CHECK in page.places
        for row in page.rows
    }
    return LiveChecks(reading.lang, texts)


def stored_live_checks(reading: Reading) -> LiveChecks:
    """Return what the live checks of rows say in the cells, as a program has computed them that is open."""
    return LiveChecks(
        reading.lang,
        {(page.key, row): text for page in reading.sheets for row, text in page.remarks.get(CHECK, {}).items()},
    )


def summary_view(view: View) -> View:
    """Return a view as the workbook's 汇总 sees it: where that is made of formulas, as those do."""
    reading = view.outcome.reading
    assert reading is not None
    return (
        view_by_formulas_without_checks(view, formula_results(reading, view.sync_day, view.limits))
        if is_live(reading)
        else view
    )


def renewal(reading: Reading, today: dt.date) -> RecalculationScope:
    """Return which formulas of a workbook are ours to be computed anew as of a day: none of one typed by hand."""
    read = frozenset(page.title for page in reading.sheets if page.header)
    if not reading.is_built:
        return RecalculationScope(today, read=read)
    whole = {sheet.meta.title.to(reading.lang) for sheet in (Guide, Schedule, Lists, Workings)}
    parts = {page.title: (page.header.row, _automatic(page)) for page in reading.sheets if page.header}
    return RecalculationScope(today, frozenset(whole), parts, read)


def _automatic(page: SheetReading) -> frozenset[int]:
    """Return the columns of a sheet that compute themselves."""
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns}
    return frozenset(place.column for key, place in page.places.items() if isinstance(columns[key].kind, Auto))


def _pages(reading: Reading) -> dict[str, SheetReading]:
    return {page.key: page for page in reading.sheets if page.header}


def _cells(page: SheetReading, reading: Reading) -> dict[int, dict[str, Raw]]:
    assert page.header is not None
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns}
    cells: dict[int, dict[str, Raw]] = {row: {} for row in page.rows}
    for key, values in page.columns.items():
        if auto_formula(columns[key], reading.lang) is None:
            for row, value in zip(page.rows, values, strict=True):
                cells[row][key] = to_cell(value, columns[key].value_kind, reading.lang)
    for key, seen in page.raw_cells.items():
        if auto_formula(columns[key], reading.lang) is None:
            for row, raw in seen.items():
                cells.setdefault(row, {})[key] = raw
    if page.header.row >= layout.FIRST:  # somebody inserted rows above: formulas take the header for a row
        cells[page.header.row] = {key: place.text for key, place in page.places.items()}
    return cells
