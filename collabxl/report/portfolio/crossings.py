"""What tasks wait for in other projects (项目名::编号), found over all workbooks of a run, whatever their chunk."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from collabxl.check import Checked
from collabxl.read.days import day_of
from collabxl.report.portfolio.numbers import Crossing, Link
from collabxl.report.summary.serials import serials
from collabxl.rules.names import EXTERNAL, plain
from collabxl.rules.relate import wbs

_TABLES = """
create table task (project text, word text, at integer, label text, due integer, forecast integer, status text);
create table wait (at integer, label text, due integer, token text, project text, word text);
"""
_FOUND = """
select wait.at, wait.label, wait.due, wait.token,
       task.at, task.label, task.due, task.forecast, task.status,
       exists (select 1 from task as any_task where any_task.project = wait.project)
from wait left join task on task.rowid = (
    select rowid from task as meant where meant.project = wait.project and meant.word = wait.word order by rowid
)
order by wait.rowid
"""


class Crossings:
    """The tasks of all projects by what they may be called, and what waits for them; on disk, so that memory is flat.

    SQLite removes its file by itself when it is closed, or the program ends.
    """

    def __init__(self) -> None:
        self._disk = sqlite3.connect("")
        self._disk.executescript(_TABLES)

    def add(self, checked: Checked, places: Mapping[int, tuple[int, str]]) -> None:
        """Take in one chunk; ``places`` has of each workbook its place in the portfolio and its project's name."""
        planned = checked.frames["planned"]
        ids, names, statuses = (planned[key].astype(object).tolist() for key in ("id", "name", "status"))
        dues, forecasts, books = serials(planned["due"]), serials(planned["forecast"]), wbs(planned).tolist()
        labels = [" ".join(filter(None, both)) for both in zip(ids, names, strict=True)]
        counts = [status if status in ("done", "cancelled") else "open" for status in statuses]
        counts = ["done" if done else count for done, count in zip(planned.done.tolist(), counts, strict=True)]
        known = zip(books, labels, dues, forecasts, counts, strict=True)
        rows = (
            (plain(places[wb][1]), plain(word), places[wb][0], *rest)
            for (wb, *rest), *words in zip(known, ids, names, strict=True)
            for word in words
            if word and wb in places
        )
        self._disk.executemany("insert into task values (?, ?, ?, ?, ?, ?, ?)", rows)
        outside = checked.frames["links"]
        outside = outside[outside.how == "external"]
        waits = (
            (places[books[at]][0], labels[at], dues[at], token, *_parts(token))
            for at, token in zip(outside.from_at.tolist(), outside.token.tolist(), strict=True)
            if books[at] in places and counts[at] != "cancelled"
        )
        self._disk.executemany("insert into wait values (?, ?, ?, ?, ?, ?)", waits)

    def links(self) -> Iterator[Link]:
        """Return what waits for what, in the order taken in; nothing can be taken in afterwards."""
        with closing(self._disk) as disk:
            disk.execute("create index meant on task (project, word)")
            for at, label, due, token, before_at, before, *rest in disk.execute(_FOUND):
                before_due, forecast, status, is_project = rest
                expected = max((day for day in (before_due, forecast) if day is not None), default=None)
                state = _state(due, expected, status, is_project=bool(is_project))
                days = _day(before_due), _day(forecast)
                yield Link(at, label, _day(due), token, state, before_at, before or "", *days)


def _parts(token: str) -> tuple[str, str]:
    project, _, task = plain(token).partition(EXTERNAL)
    return project, task


def _state(due: int | None, expected: int | None, status: str | None, *, is_project: bool) -> Crossing:
    """Return how a wait stands; ``expected`` is the later of what the other project promised and what is forecast."""
    match status:
        case None:
            return "no_task" if is_project else "no_project"
        case "done":
            return "done"
        case "cancelled":
            return "cancelled"
        case _:
            return "too_late" if due is not None and expected is not None and expected > due else "in_time"


def _day(number: int | None) -> dt.date | None:
    return day_of(number) if number is not None else None
