"""What the formulas of 进度计划 show, computed here: its columns for one task, and the task as the grid sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping

from collabxl.formulas import layout
from collabxl.formulas.evaluator import moment_serial
from collabxl.formulas.formula_fields import EARLIEST, LATEST
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Day
from collabxl.schema.serials import from_serial, to_serial
from collabxl.schema.sheets import Progress, Schedule, Tasks
from collabxl.text import Lang
from collabxl.workbook import timeline
from collabxl.workbook.content import Content, Row, Value
from collabxl.workbook.gantt import DIAMOND, DOT, GanttTask, bar_start, buffer_start, done_until
from collabxl.workbook.grid import CellEdit
from collabxl.workbook.timeline import BUFFER, CRITICAL, DONE, FROM, MILESTONE, Scale

LEFT: tuple[Column, ...] = (Tasks.id, Tasks.name, Tasks.owner, Tasks.start, Tasks.due, Progress.progress, Tasks.status)
"""What stands before the grid: these columns, then ◆ for milestones and ● for critical tasks."""


def schedule_values(task: Row, content: Content) -> dict[int, Value]:
    """Return what the formulas in the row of one task show, by column; nothing without a name."""
    columns = (*range(1, len(LEFT) + 1), MILESTONE, FROM, DONE, BUFFER)
    if task.get(Tasks.name.key) is None:
        return dict.fromkeys(columns)
    values = [_share(task, content) if column is Progress.progress else _cell_value(task, column) for column in LEFT]
    diamond = DIAMOND if task.get(Tasks.milestone.key) is True else None
    span = gantt_task(task, content, frozenset())
    first, done, buffer = (span.first, span.done, span.buffer) if span else (None, None, None)
    return dict(zip(columns, (*values, diamond, first, done, buffer), strict=True))


def _cell_value(task: Row, column: Column) -> Value:
    """Return a value of a task as the schedule shows it: moments by their day, days far away and numbers not at all."""
    value = task.get(column.key)
    if not isinstance(column.value_kind, Day) or isinstance(value, str | bool | None):
        return value
    number = moment_serial(value) if isinstance(value, dt.date) else value
    return from_serial(number) if to_serial(EARLIEST) <= number < to_serial(LATEST) + 1 else None


def column_of(number: int) -> Column:
    """Return the declared column whose words a column of the schedule shows; one of numbers for what is computed."""
    return LEFT[number - 1] if number <= len(LEFT) else Tasks.buffer


def scale_of(tasks: Mapping[int, Row], day: dt.date) -> Scale:
    """Return the scale on which all tasks fit into the grid; ``tasks`` by row."""
    named = [
        task for row, task in tasks.items() if row <= layout.last_row(Tasks) and task.get(Tasks.name.key) is not None
    ]
    return timeline.scale([_cell_value(task, column) for task in named for column in (Tasks.start, Tasks.due)], day)


def gantt_task(task: Row, content: Content, critical: frozenset[str]) -> GanttTask | None:
    """Return a task as the grid sees it, None if it has no name or no due date."""
    start, due, id_ = (_cell_value(task, column) for column in (Tasks.start, Tasks.due, Tasks.id))
    if task.get(Tasks.name.key) is None or not isinstance(due, dt.date):
        return None
    first, last = bar_start(start, due), to_serial(due)
    return GanttTask(
        due=last,
        first=first,
        done=done_until(first, last, _share(task, content) or 0.0),
        buffer=buffer_start(due, task.get(Tasks.buffer.key)),
        status=task.get(Tasks.status.key),
        milestone=task.get(Tasks.milestone.key) is True,
        critical=isinstance(id_, str) and id_ in critical,
    )


def critical_edits(critical: Container[int], lang: Lang) -> Iterator[CellEdit]:
    """Return the cells that mark the critical tasks, given by row, and those that mark none."""
    for row in layout.prepared_rows(Tasks):
        yield CellEdit(Schedule.meta.title.to(lang), row, CRITICAL, DOT if row in critical else None)


def _share(task: Row, content: Content) -> float | None:
    id_ = task.get(Tasks.id.key)
    return content.shares.get(str(id_).casefold(), 0.0) if id_ else None
