"""An older workbook as a template: its plan is kept and moved to a new start, what came of it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from collabxl.errors import UsageError
from collabxl.formulas import layout
from collabxl.pipeline.batch import read_workbooks
from collabxl.pipeline.templates.draft import ProjectDraft, blank_progress, join_names, workdays
from collabxl.rules.engine.frames import wbs, working_days
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling.calendar import COUNTRY, WorkdayIndex
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Id
from collabxl.schema.serials import EPOCH
from collabxl.schema.sheets import Calendar, Contacts, Project, Risks, Tasks
from collabxl.text import Lang, t
from collabxl.workbook.content import Row, Value, period_text

_ANEW = {Project.name, Project.period, Project.status_date, Project.version, Contacts.confirmed}
"""What is not taken over: it belongs to the old project."""


def reuse_plan(path: Path, start: dt.date, lang: Lang | None = None) -> ProjectDraft:
    """Return the plan of a workbook, begun anew on the first working day on or after ``start``.

    Its earliest planned day moves there, every other keeps its distance in working days. Kept are the form but for its
    name, tasks with their 编号, risks and contacts; nothing has been done yet. Raises FileError for a file that cannot
    be read, UsageError if no task has a date.
    """
    read = read_workbooks([path])
    frames = read.frames
    tasks = frames[Tasks.meta.key]
    begun = tasks.start.where(tasks.start.notna(), tasks.due).min()
    if pd.isna(begun):
        says = t("{path} 里的任务都没有日期，不能作模板", "No task of {path} has a date, so it cannot be a template")
        raise UsageError(says, path=str(path))
    form = next(iter(_values(frames[Project.meta.key], Project.meta.columns)), {})
    moving = _DateShift(
        WorkdayIndex(working_days(frames[Calendar.meta.key]), begun.date()),
        workdays(str(form.get(Project.calendar.key) or COUNTRY), start),
    )
    spoken = lang or read.readings[0].lang
    named = _TaskIndex(tasks, spoken)
    rows = [_shift_task(row, moving) for row in named.rows(tasks, Tasks.after)]
    placed = named.place_rows(rows)
    begin = moving.new.day(1)
    old_end = next((found[1] for found in frames[Project.meta.key].period if found), None)
    kept = {
        Tasks.meta.key: placed,
        "progress": blank_progress(rows, named.ids, begin),
        Risks.meta.key: [_reset_risk(row, begin) for row in named.rows(frames[Risks.meta.key], Risks.tasks)],
        Contacts.meta.key: _values(frames[Contacts.meta.key], Contacts.meta.columns),
    }
    form = {**form, Project.period.key: period_text(begin, _shifted_end(rows, old_end, moving))}
    return ProjectDraft(form, {key: rows for key, rows in kept.items() if rows}, spoken)


class _DateShift:
    """From the old calendar to the new one: the same number of working days after the first."""

    def __init__(self, old: WorkdayIndex, new: WorkdayIndex) -> None:
        self._old = old
        self.new = new

    def start(self, day: dt.date) -> dt.date:
        """Return the new day of a beginning; on a day off the next working day was meant."""
        return self.new.day(self._old.number(day - dt.timedelta(days=1)) + 1)

    def end(self, day: dt.date) -> dt.date:
        """Return the new day of an end; on a day off the working day before it was meant."""
        return self.new.day(self._old.number(day))


class _TaskIndex:
    """The old tasks by name, and the 编号 each has in the new workbook."""

    def __init__(self, tasks: pd.DataFrame, lang: Lang) -> None:
        self._names = TaskNames(tasks)
        self._lang = lang
        assert isinstance(Tasks.id.kind, Id)
        printed = [Tasks.id.kind.pattern.format(number) for number in range(1, layout.row_count(Tasks) + 1)]
        known = {key: place for place, key in enumerate(printed)}
        own = [known.get(key) for key in tasks[Tasks.id.key]]
        is_ours = None not in own and len(set(own)) == len(own)
        self._places = [place for place in own if place is not None] if is_ours else list(range(len(own)))
        self.ids = [Tasks.id.kind.pattern.format(place + 1) for place in self._places]

    def rows(self, frame: pd.DataFrame, naming: Column) -> list[Row]:
        """Return the rows of a sheet whose column ``naming`` names tasks: each by its 编号 in the new workbook."""
        found = self._names.mentions(wbs(frame), frame[naming.key], by_themselves=naming.sheet is Tasks)
        words: dict[int, list[str]] = {}
        for at, token, to in zip(found.at.tolist(), found.token, found.to.tolist(), strict=True):
            words.setdefault(at, []).append(self.ids[to] if to >= 0 else token)
        rows = _values(frame, naming.sheet.meta.columns)
        return [
            {**row, naming.key: join_names(words[at], self._lang)} if at in words else row
            for at, row in enumerate(rows)
        ]

    def place_rows(self, rows: list[Row]) -> list[Row]:
        """Return the tasks where their 编号 are printed, nothing in between."""
        by_place = dict(zip(self._places, rows, strict=True))
        return [by_place.get(place, {}) for place in range(max(by_place) + 1)]


def _shift_task(task: Row, moving: _DateShift) -> Row:
    start, due = task.get(Tasks.start.key), task.get(Tasks.due.key)
    first = moving.start(start) if isinstance(start, dt.date) else None
    last = moving.end(due) if isinstance(due, dt.date) else None
    if first and last and isinstance(start, dt.date) and isinstance(due, dt.date) and start <= due:
        last = max(first, last)
    return {**task, Tasks.start.key: first, Tasks.due.key: last, Tasks.status.key: "not_started"}


def _reset_risk(risk: Row, begin: dt.date) -> Row:
    return {**risk, Risks.status.key: "watching", Risks.identified.key: begin, Risks.reviewed.key: begin}


def _shifted_end(rows: Iterable[Row], old_end: int | None, moving: _DateShift) -> dt.date:
    ends = [
        day for row in rows for day in (row.get(Tasks.due.key), row.get(Tasks.start.key)) if isinstance(day, dt.date)
    ]
    if old_end is not None:
        ends.append(moving.end(dt.date.fromordinal(old_end + EPOCH)))
    return max(ends)


def _values(frame: pd.DataFrame, columns: Collection[Column]) -> list[Row]:
    """Return the rows of a frame with what people typed, as plain values; empty cells are left out."""
    keys = [column.key for column in columns if column.is_typed and column not in _ANEW]
    rows = zip(*(frame[key] for key in keys), strict=True)
    return [
        {key: _plain(value) for key, value in zip(keys, row, strict=True) if value is not False and not pd.isna(value)}
        for row in rows
    ]


def _plain(value: Any) -> Value:
    found: Value = value.date() if isinstance(value, pd.Timestamp) else value
    return found
