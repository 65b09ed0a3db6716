"""What the formulas of a built workbook show, computed by the rules: a file need not be opened to be up to date."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl.build import layout
from collabxl.build.auto import LOOKED_UP, auto_value
from collabxl.build.content import Content, Row, Value
from collabxl.build.live_rules import check_texts, live
from collabxl.build.schedule import SHOWN, schedule_values
from collabxl.build.sheets import shown
from collabxl.check import Checked, check, select
from collabxl.findings import Finding
from collabxl.read.days import EPOCH
from collabxl.read.page import Page
from collabxl.read.tables import tables
from collabxl.read.workbook import Reading
from collabxl.schema.column import Column
from collabxl.schema.kinds import Day, Period
from collabxl.schema.standard import STANDARD, Lists, Progress, Project, Risks, Schedule, Tasks
from collabxl.settings import Limits, Settings

Shown = str | float
Spots = dict[tuple[int, int], Shown]
LIVE = tuple(sorted({rule.code for sheet in STANDARD.read for rule, _ in live(sheet)}))
"""The rules that are formulas, too."""
CHECK = Tasks.check.key
_AUTOMATIC = (*LOOKED_UP, Risks.level)


def computed(checked: Checked, wb: int, *, today: dt.date, settings: Settings) -> dict[str, Spots]:
    """Return what the formulas of a built workbook show, by sheet title and cell, as of its 数据日期 or ``today``."""
    reading = checked.tables.readings[wb]
    pages = {page.key: page for page in reading.pages if page.header}
    made = _content(pages)
    told = made.project.get(Project.status_date.key)
    day = told if isinstance(told, dt.date) else today
    found = checked.findings[wb] if day == today and _all_live(settings) else _live(reading, day)
    texts = check_texts(found, reading.lang)
    spots = {page.title: _spots(page, made, texts, reading) for page in pages.values() if page.key in made.rows}
    spots[Lists.meta.title.to(reading.lang)] = {(1, 1): shown(day, Project.status_date, reading.lang)}
    if Tasks.meta.key in pages:
        spots[Schedule.meta.title.to(reading.lang)] = _schedule(pages[Tasks.meta.key], made, reading)
    return spots


def _all_live(settings: Settings) -> bool:
    chosen = {rule.code for rule in select(settings)}
    return chosen.issuperset(LIVE) and settings.limits == Limits()


def _live(reading: Reading, day: dt.date) -> list[Finding]:
    return check(tables([reading]), today=day, settings=Settings(select=LIVE)).findings[0]


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


def _spots(page: Page, made: Content, texts: dict[tuple[str, int], str], reading: Reading) -> Spots:
    filled = dict(zip(page.rows, made.rows[page.key], strict=True))
    spots: Spots = {}
    for column in STANDARD.sheet(page.key).meta.columns:
        place = page.places.get(column.key)
        if place is None or not (column.key == CHECK or column in _AUTOMATIC):
            continue
        for row in _prepared(page):
            known = filled.get(row, {})
            value = texts.get((page.key, row)) if column.key == CHECK else auto_value(column, known, made)
            spots[row, place.column] = shown(value, column, reading.lang)
    return spots


def _schedule(page: Page, made: Content, reading: Reading) -> Spots:
    filled = dict(zip(page.rows, made.rows[page.key], strict=True))
    spots: Spots = {}
    for row in _prepared(page):
        values = schedule_values(filled.get(row, {}), made)
        for number, (column, value) in enumerate(zip((*SHOWN, Progress.progress), values, strict=True), 1):
            spots[row, number] = shown(value, column, reading.lang)
    return spots


def _prepared(page: Page) -> range:
    assert page.header is not None
    return range(page.header.row + 1, max([layout.last(STANDARD.sheet(page.key)), *page.rows[-1:]]) + 1)
