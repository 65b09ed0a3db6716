"""What the formulas of a built workbook show, and which of them are ours to be computed anew."""

from __future__ import annotations

import datetime as dt

from collabxl.build import layout
from collabxl.build.auto import auto_formula
from collabxl.build.shown import Raw, Shown
from collabxl.read.page import Page, spoken
from collabxl.read.workbook import Reading
from collabxl.recalc.engine import Renewal
from collabxl.report.summary import View, counted_by_formulas
from collabxl.schema.kinds import Auto
from collabxl.schema.standard import STANDARD, Guide, Lists, Project, Schedule, Workings


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


def renewal(reading: Reading, today: dt.date) -> Renewal:
    """Return which formulas of a workbook are ours to be computed anew as of a day: none of one typed by hand."""
    if not reading.built:
        return Renewal(today)
    whole = {sheet.meta.title.to(reading.lang) for sheet in (Guide, Schedule, Lists, Workings)}
    parts = {page.title: (page.header.row, _automatic(page)) for page in reading.pages if page.header}
    return Renewal(today, frozenset(whole), parts)


def _automatic(page: Page) -> frozenset[int]:
    """Return the columns of a sheet that compute themselves."""
    columns = {column.key: column for column in STANDARD.sheet(page.key).meta.columns}
    return frozenset(place.column for key, place in page.places.items() if isinstance(columns[key].kind, Auto))


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
