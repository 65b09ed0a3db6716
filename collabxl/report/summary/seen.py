"""A built workbook as its own formulas see it: what is typed into the prepared cells, not what people mean by it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from collabxl.build import layout
from collabxl.read.days import SERIAL_OF_EPOCH
from collabxl.read.page import Page
from collabxl.report.summary.serials import serial
from collabxl.report.summary.view import Risk, Task, View, distinct, on_scale
from collabxl.schema.column import Column, Sheet
from collabxl.schema.kinds import Choice, Day
from collabxl.schema.standard import Contacts, Minutes, Progress, Project, Risks, Tasks
from collabxl.text import Lang

FLAGGED = (Tasks, Progress, Minutes, Risks)
"""The sheets whose rows say in 检查 what is wrong with them."""
_READ = (Project, *FLAGGED, Contacts)
_KNOWN_BY_READERS_ONLY = ("untidy-text", "not-in-list", "date-as-text", "not-a-date", "not-a-number")
_ERROR = "formula-error"


def as_formulas_see(view: View, flagged: Mapping[str, int], *, today: dt.date) -> View:
    """Return a built workbook's summary as formulas; ``flagged`` counts the rows of FLAGGED that say something."""
    pages = {sheet: _Cells(page, view.lang) for sheet in _READ if (page := view.page(sheet))}
    form = pages[Project]
    top = form.page.rows[0] if form.page.rows else 0
    told = form.page.columns.get(Project.status_date.key, [None])[0]
    is_told = told is not None and (top, Project.status_date.key) not in form.raw
    day = told + SERIAL_OF_EPOCH if is_told else serial(today)
    contacts = {row: pages[Contacts].text(row, Contacts.department) for row in pages[Contacts].page.rows}
    names = distinct(contacts.values())
    first = {name: row for row, name in reversed(contacts.items())}
    return replace(
        view,
        tasks=tuple(_tasks(pages[Tasks], pages[Progress])),
        risks=tuple(_risks(pages[Risks])),
        departments=names,
        contacts=frozenset(first[name] for name in names),
        initiator=form.text(top, Project.initiator),
        lead=form.text(top, Project.lead),
        day=day,
        live=True,
        flagged={sheet.meta.key: flagged.get(sheet.meta.key, 0) for sheet in FLAGGED},
    )


def is_as_built(view: View) -> bool:
    """Return whether every cell that formulas would read is where a new workbook has it."""
    return all((page := view.page(sheet)) and _is_as_built(page, sheet, view.lang) for sheet in _READ)


def _is_as_built(page: Page, sheet: type[Sheet], lang: Lang) -> bool:
    if page.title != sheet.meta.title.to(lang) or page.header is None or page.header.row != layout.HEADER:
        return False
    if sheet.meta.heads:
        spots = {column.key: (layout.row_of(column), layout.at(column)) for column in sheet.meta.columns}
        return all(
            key in page.places and (page.places[key].row, page.places[key].column) == spot
            for key, spot in spots.items()
        )
    return all(
        column.key in page.places and page.places[column.key].column == layout.at(column)
        for column in sheet.meta.columns
    ) and (not page.rows or page.rows[-1] <= layout.last(sheet))


class _Cells:
    """One page's cells by row and column."""

    def __init__(self, page: Page, lang: Lang) -> None:
        self.page, self.lang = page, lang
        self.at = {row: at for at, row in enumerate(page.rows)}
        known = (misfit for misfit in page.misfits if misfit.fault in (*_KNOWN_BY_READERS_ONLY, _ERROR))
        self.raw = {(misfit.row, misfit.key): "" if misfit.fault == _ERROR else misfit.raw for misfit in known}

    def value(self, row: int, column: Column) -> Any:
        """What is read from a cell."""
        values = self.page.columns.get(column.key)
        return values[self.at[row]] if values is not None and row in self.at else None

    def text(self, row: int, column: Column) -> str:
        """What a formula takes for the text of a cell."""
        if (row, column.key) in self.raw:
            return _trimmed(self.raw[row, column.key])
        value = self.value(row, column)
        if isinstance(column.value_kind, Choice) and value is not None:
            return column.value_kind.words.title_of(value).to(self.lang)
        return "" if value is None else str(value)

    def word(self, row: int, column: Column) -> str | None:
        """The key of the word of a list that a cell says, None for any other text."""
        if (row, column.key) not in self.raw:
            value: str | None = self.value(row, column)
            return value
        assert isinstance(column.value_kind, Choice)
        said = self.text(row, column).casefold()
        return next(
            (word.key for word in column.value_kind.words.words if word.title.to(self.lang).casefold() == said), None
        )

    def number(self, row: int, column: Column) -> float | None:
        """The number in a cell, a day as Excel counts it."""
        if (row, column.key) in self.raw:
            raw = self.raw[row, column.key]
            return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None
        value = self.value(row, column)
        if value is None:
            return None
        return value + SERIAL_OF_EPOCH if isinstance(column.value_kind, Day) else float(value)

    def day(self, row: int, column: Column) -> int | None:
        """The whole day in a cell."""
        number = self.number(row, column)
        return None if number is None else math.floor(number)


def _trimmed(raw: Any) -> str:
    return " ".join(filter(None, str(raw).split(" "))) if isinstance(raw, str) else str(raw)


def _tasks(cells: _Cells, progress: _Cells) -> Iterator[Task]:
    ends: dict[str, int] = {}
    for row in progress.page.rows:
        finished = progress.day(row, Progress.finished)
        if finished is not None:
            ends[progress.text(row, Progress.task).casefold()] = finished
    for row in cells.page.rows:
        task = Task(
            row,
            cells.text(row, Tasks.id),
            cells.text(row, Tasks.name),
            cells.text(row, Tasks.owner),
            cells.text(row, Tasks.department),
            cells.day(row, Tasks.due),
            cells.word(row, Tasks.status),
            said=cells.text(row, Tasks.status),
        )
        if task.status == "done":
            task = task._replace(finished=ends.get(task.id.casefold(), task.due))
        if task.name or task.owner or task.department or task.said or task.due is not None:
            yield task


def _risks(cells: _Cells) -> Iterator[Risk]:
    for row in cells.page.rows:
        description, said = cells.text(row, Risks.description), cells.text(row, Risks.status)
        if description and cells.word(row, Risks.status) != "closed":
            possibility, impact = (on_scale(cells.number(row, column)) for column in (Risks.possibility, Risks.impact))
            yield Risk(row, description, possibility, impact, said, bool(cells.text(row, Risks.response)))
