"""What leads through workbooks that wait for others or are waited for: as little of each as a plan across needs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from collabxl.calendar import Exceptions, WorkingDays
from collabxl.plan.across import NO_WAYS, Through, through
from collabxl.plan.passes import NEVER, NONE
from collabxl.read.tables import tables
from collabxl.read.workbook import Reading
from collabxl.rules.names import EXTERNAL, Name, outside_name
from collabxl.rules.outside import frames_of
from collabxl.rules.relate import Frames, rows, wbs

Named = Mapping[str, Collection[str]]
"""The tasks that others name, by project, all as names are compared."""


class Task(NamedTuple):
    """A task somewhere in the run; ``label`` is what others call it: 项目名::编号."""

    path: str
    row: int
    label: str


class Outlet(NamedTuple):
    """A task that others wait for, as the plan of its own workbook leaves it.

    Of several of one name that are the ``same``, the one of least ``rank`` is meant. ``latest`` is as in plan/across.
    """

    task: Task
    title: str
    same: str
    rank: tuple[bool, str]
    calendar: int
    status: Literal["open", "done", "cancelled"]
    due: dt.date | None
    forecast: np.datetime64
    cyclic: bool
    latest: int


class Inlet(NamedTuple):
    """A task that waits for one of another workbook: the name of that, as typed and as names are compared."""

    task: Task
    token: str
    name: Name
    calendar: int
    latest: int


class Gathered:
    """The inlets and outlets of workbooks, and the ways from the ones to the others."""

    def __init__(self, named: Named, today: dt.date) -> None:
        self._named, self._today = named, today
        self._calendars: dict[bytes, tuple[int, Exceptions]] = {}
        self._through = [NO_WAYS]
        self.books = 0
        self.projects: set[str] = set()
        self.outlets: list[Outlet] = []
        self.meant: dict[Name, list[int]] = defaultdict(list)
        """The outlets that a name may mean."""
        self.inlets: list[Inlet] = []

    def add(self, readings: Sequence[Reading]) -> None:
        """Take in workbooks, each planned as if it were alone."""
        books = _Books(readings, self._today)
        calendars = [self._calendar(books.frames["calendar"], wb) for wb in range(len(readings))]
        first = len(self.inlets), len(self.outlets)
        inlets = list(self._waiting(books, calendars))
        outlets = list(self._awaited(books, calendars))
        ends = (np.array(each, dtype=np.int64) for each in (inlets, outlets))
        ways = through(books.frames["plan"], wbs(books.frames["tasks"]), *ends)
        self._through.append(Through(ways.inlet + first[0], ways.outlet + first[1], ways.gain))
        self.books += len(readings)

    def _waiting(self, books: _Books, calendars: Sequence[int]) -> Iterator[int]:
        """Return the positions of the tasks that wait outside, each noted as an inlet."""
        plan, links = books.frames["plan"], books.frames["links"]
        latest = np.where(plan.waits, plan.latest - plan.length, NEVER)
        outside = links[links.how == "external"]
        for at, token in zip(outside.from_at.tolist(), outside.token, strict=True):
            if books.status[at] != "cancelled":
                of = token, outside_name(token), calendars[books.wb[at]], int(latest[at])
                self.inlets.append(Inlet(books.task(at), *of))
                yield at

    def _awaited(self, books: _Books, calendars: Sequence[int]) -> Iterator[int]:
        """Return the positions of the tasks that others wait for, each noted as an outlet."""
        plan, directory = books.frames["plan"], books.frames["directory"]
        for wb, name in books.projects.items():
            reading, project = books.readings[wb], outside_name(name)[0]
            self.projects.add(project)
            noted: dict[int, int] = {}
            for word in sorted(self._named.get(project, ())):
                at = directory.task(wb, word)
                if at == NONE:
                    continue
                if at not in noted:
                    noted[at] = len(self.outlets)
                    same = reading.identity.get("workbook_id") or reading.path
                    of = books.title(at), same, (reading.is_copy, reading.path), calendars[wb], books.status[at]
                    facts = books.due[at], plan.forecast[at], bool(plan.cyclic[at]), int(plan.latest[at])
                    self.outlets.append(Outlet(books.task(at), *of, *facts))
                    yield at
                self.meant[project, word].append(noted[at])

    def _calendar(self, calendar: pd.DataFrame, wb: int) -> int:
        """Return the number of a workbook's calendar; most workbooks share theirs."""
        mine = calendar[(wbs(calendar) == wb) & calendar.date.notna().to_numpy() & calendar.kind.notna().to_numpy()]
        days, worked = mine.date.to_numpy("datetime64[D]"), (mine.kind == "work").to_numpy(bool)
        number = len(self._calendars)
        found = Exceptions(np.full(len(days), number), days, worked)
        return self._calendars.setdefault(days.tobytes() + worked.tobytes(), (number, found))[0]

    @property
    def through(self) -> Through:
        """The ways through all workbooks."""
        return Through(*map(np.concatenate, zip(*self._through, strict=True)))

    @property
    def days(self) -> WorkingDays:
        """The working days of all calendars, by their numbers."""
        parts = [each for _, each in self._calendars.values()]
        return WorkingDays(Exceptions(*map(np.concatenate, zip(*parts, strict=True))) if parts else None)


class _Books:
    """A few workbooks as frames, planned, and what their tasks are called."""

    def __init__(self, readings: Sequence[Reading], today: dt.date) -> None:
        self.readings = readings
        made = tables(readings)
        self.frames = Frames({**made.frames, **made.facts, "today": today, **frames_of()})
        project, planned = self.frames["project"], self.frames["planned"]
        named = zip(wbs(project).tolist(), project["name"], strict=True)
        self.projects: dict[int, str] = {wb: name for wb, name in named if name is not None}
        self.wb, self._rows = wbs(planned).tolist(), rows(planned).tolist()
        self._ids, self._names = (planned[key].tolist() for key in ("id", "name"))
        self.due: list[dt.date | None] = planned.due.to_numpy("datetime64[D]").tolist()
        self.status = np.where(planned.done, "done", np.where(planned.is_open, "open", "cancelled")).tolist()

    def task(self, at: int) -> Task:
        """Return the task at a position."""
        wb = self.wb[at]
        label = f"{self.projects.get(wb, '')}{EXTERNAL}{self._ids[at] or self._names[at] or ''}"
        return Task(self.readings[wb].path, self._rows[at], label)

    def title(self, at: int) -> str:
        """Return its 编号 and its name."""
        return " ".join(filter(None, [self._ids[at], self._names[at]]))
