"""Which tasks slipped: done late, overdue, forecast late, or with a due date that the ledger saw move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from collabxl.reports.documents.material import Material, TaskRow
from collabxl.reports.documents.words import by_due_date
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.sheets import Tasks


class Slip(NamedTuple):
    """A task that slipped, by so many calendar days from its due date to its end."""

    task: TaskRow
    days: int
    former: tuple[dt.date, ...]
    """Earlier due dates, each before the one that followed it."""


def slipped_tasks(made_of: Material) -> Iterator[Slip]:
    """Return the tasks that slipped, by their due dates; cancelled ones are none."""
    moved = _former_due_dates(made_of)
    for task in by_due_date(made_of.tasks):
        if task.state == "cancelled":
            continue
        days = max(0, (task.end - task.due).days) if task.end and task.due else 0
        former = moved.get(normalize_name(task.id), ()) if task.id else ()
        if days or former or task.state == "overdue":
            yield Slip(task, days, former)


def _former_due_dates(made_of: Material) -> dict[str, tuple[dt.date, ...]]:
    """Return by 编号 the due dates that were put off."""
    found: dict[str, tuple[dt.date, ...]] = {}
    for change in made_of.changes:
        ends = [end for end in (change.was, change.now) if isinstance(end, dt.date)]
        is_due = (change.sheet, change.key) == (Tasks.meta.key, Tasks.due.key)
        if is_due and len(ends) == 2 and ends[0] < ends[1]:
            found[normalize_name(change.id)] = (*found.get(normalize_name(change.id), ()), change.was)
    return found
