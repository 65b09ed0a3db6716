"""What the formulas of a built workbook show, computed anew: a file need not be opened to be up to date."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl.build import layout
from collabxl.build.auto import auto_formula
from collabxl.build.content import Content, Row, Value
from collabxl.build.counts import Figures, results
from collabxl.build.frame import STRIP
from collabxl.build.guide import guide_values
from collabxl.build.sheets import shown as as_shown
from collabxl.build.shown import Raw, Shown
from collabxl.build.spans import column_of, header_values, schedule_values
from collabxl.build.workings import FIGURES
from collabxl.read.days import EPOCH, day_of
from collabxl.read.page import Page, spoken
from collabxl.read.workbook import Reading
from collabxl.report.summary import View, counted_by_formulas
from collabxl.schema.column import Column
from collabxl.schema.kinds import Day, Period
from collabxl.schema.standard import STANDARD, Conflicts, Guide, Lists, Project, Schedule, Tasks, Workings

Spots = dict[tuple[int, int], str | float]
_NOT_ROWS = (Project.meta.key, Conflicts.meta.key)
"""Sheets without formulas of their own: the form, and what merge writes."""


def shown(reading: Reading, today: dt.date) -> Shown:
    """Return what the formulas of a workbook show, as of its 数据日期 or ``today``."""
    pages = _pages(reading)
    cells = {key: _cells(page, reading) for key, page in pages.items() if not STANDARD.sheet(key).meta.heads}
    form = pages.get(Project.meta.key)
    fields = {key: next(iter(seen.values())) for key, seen in form.seen.items()} if form else {}
    told = fields.get(Project.status_date.key)
    return Shown(reading.lang, cells, fields, told if isinstance(told, dt.date) else today)


def has_workings(reading: Reading) -> bool:
    """Return whether the hidden sheet is there that formulas read."""
    return Workings.meta.title.to(reading.lang) in reading.titles


def as_summed_up(view: View) -> View:
    """Return a view as the workbook's 汇总 sees it: where that is made of formulas, as those do."""
    reading = view.outcome.reading
    assert reading is not None
    live = reading.built and has_workings(reading)
    return counted_by_formulas(view, shown(reading, view.synced)) if live else view


def computed(reading: Reading, live: Shown) -> dict[str, Spots]:
    """Return the results of all formulas of a built workbook, by sheet title and cell."""
    pages = _pages(reading)
    figures = Figures(_content(pages), live, day_of(live.as_of))
    spots = {page.title: _automatic(page, figures) for page in pages.values() if page.key not in _NOT_ROWS}
    spots[Guide.meta.title.to(reading.lang)] = {**guide_values(figures.content, reading.lang)}
    spots[Lists.meta.title.to(reading.lang)] = {(1, 1): float(live.as_of)}
    spots[Workings.meta.title.to(reading.lang)] = _workings(live)
    if Tasks.meta.key in pages:
        spots[Schedule.meta.title.to(reading.lang)] = _schedule(pages[Tasks.meta.key], figures, reading)
    return spots


def _pages(reading: Reading) -> dict[str, Page]:
    return {page.key: page for page in reading.pages if page.header}


def _cells(page: Page, reading: Reading) -> dict[int, dict[str, Raw]]:
    assert page.header is not None
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns}
    cells: dict[int, dict[str, Raw]] = {row: {} for row in page.rows}
    for key, values in page.columns.items():
        if auto_formula(columns[key], reading.lang) is None:
            for row, value in zip(page.rows, values, strict=True):
                cells[row][key] = spoken(value, columns[key].value_kind, reading.lang)
    for key, seen in page.seen.items():
        if auto_formula(columns[key], reading.lang) is None:
            for row, raw in seen.items():
                cells.setdefault(row, {})[key] = raw
    if page.header.row >= layout.FIRST:  # somebody inserted rows above: formulas take the header for a row
        cells[page.header.row] = {key: place.text for key, place in page.places.items()}
    return cells


def _automatic(page: Page, figures: Figures) -> Spots:
    sheet, live = STANDARD.sheet(page.key), figures.shown
    spots: Spots = {}
    if _is_as_built(page):
        filled = dict(zip(page.rows, figures.content.rows[page.key], strict=True))
        said = results(sheet, filled, figures, live.lang)
        spots.update({(STRIP, column): text for column, text in said.items()})
    for column in sheet.meta.columns:
        place = page.places.get(column.key)
        if place is not None and auto_formula(column, live.lang) is not None:
            spots |= {(row, place.column): _result(live.of(column, row)) for row in _prepared(page)}
    return spots


def _is_as_built(page: Page) -> bool:
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns}
    moved = (key for key, place in page.places.items() if place.column != layout.at(columns[key]))
    return page.header is not None and page.header.row == layout.HEADER and not any(moved)


def _workings(live: Shown) -> Spots:
    spots = {(FIGURES, at): _result(value) for at, value in enumerate(live.figures(), 1)}
    for place in live.plan.places:
        rows = layout.prepared(place.sheet)
        values = map(_result, live.column(place, rows))
        spots |= {(row, place.number): value for row, value in zip(rows, values, strict=True)}
    return spots


def _result(value: Any) -> str | float:
    """Return a result as a file has it: a whole number is a float there like any other."""
    return value if isinstance(value, str) else float(value or 0)


def _schedule(page: Page, figures: Figures, reading: Reading) -> Spots:
    made = figures.content
    filled = dict(zip(page.rows, made.rows[page.key], strict=True))
    header = header_values(filled, made, figures.day, reading.lang)
    spots: Spots = {spot: _result(value) for spot, value in header.items()}
    for row in _prepared(page):
        for number, value in schedule_values(filled.get(row, {}), made).items():
            spots[row, number] = _result(as_shown(value, column_of(number), reading.lang))
    return spots


def _content(pages: dict[str, Page]) -> Content:
    """Return a workbook's rows as they stand in its cells, so that they show what formulas show."""
    form = pages.get(Project.meta.key)
    rows = {key: _rows(page) for key, page in pages.items() if not STANDARD.sheet(key).meta.heads}
    project = _rows(form)[0] if form and form.rows else {}
    return Content(project, rows)


def _rows(page: Page) -> list[Row]:
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns}
    rows: list[dict[str, Value]] = [
        {key: _plain(values[at], columns[key]) for key, values in page.columns.items()} for at in range(len(page.rows))
    ]
    places = {row: at for at, row in enumerate(page.rows)}
    for misfit in page.misfits:
        if misfit.row in places and misfit.raw is not None:
            rows[places[misfit.row]][misfit.key] = misfit.raw
    return list(rows)


def _plain(value: Any, column: Column) -> Value:
    if value is not None and isinstance(column.value_kind, Day):
        return dt.date.fromordinal(value + EPOCH)
    return None if isinstance(column.value_kind, Period) else value


def _prepared(page: Page) -> range:
    assert page.header is not None
    return range(page.header.row + 1, max([layout.last(STANDARD.sheet(page.key)), *page.rows[-1:]]) + 1)
