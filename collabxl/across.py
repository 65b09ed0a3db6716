"""One plan across the workbooks of a run: what leads through each is gathered, and each is told what it waits for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from collabxl.calendar import Exceptions, WorkingDays
from collabxl.plan import across
from collabxl.plan.across import NO_WAYS, Outlets, Through, Ways, through
from collabxl.plan.passes import NONE
from collabxl.read.tables import tables
from collabxl.read.workbook import Reading
from collabxl.rules.graph import cycles
from collabxl.rules.names import EXTERNAL, plain
from collabxl.rules.outlook import LONGEST_PATH
from collabxl.rules.outside import Knot, Step, Wait, frames_of
from collabxl.rules.relate import Frames, wbs

Name = tuple[str, str]
"""A project and a task of it, both as names are compared."""
Named = Mapping[str, Collection[str]]
"""The tasks that others name, by project, all as names are compared."""


class Task(NamedTuple):
    """A task somewhere in the run; ``label`` is what others call it: 项目名::编号."""

    path: str
    row: int
    label: str


class Outlet(NamedTuple):
    """A task that others wait for. Of several of one name that are the ``same``, the one of least ``rank`` is meant."""

    task: Task
    same: str
    rank: tuple[bool, str]
    calendar: int
    forecast: np.datetime64
    cyclic: bool


class Inlet(NamedTuple):
    """A task that waits for one of another workbook, and the name of that."""

    task: Task
    name: Name


class Gathered:
    """What leads through the workbooks that wait for others or are waited for; as little as a plan across needs."""

    def __init__(self, named: Named, today: dt.date) -> None:
        self._named, self._today = named, today
        self._calendars: dict[bytes, tuple[int, Exceptions]] = {}
        self.outlets: list[Outlet] = []
        self.meant: dict[Name, list[int]] = defaultdict(list)
        """The outlets that a name may mean."""
        self.inlets: list[Inlet] = []
        self._through = [NO_WAYS]
        self.books = 0

    def add(self, readings: Sequence[Reading]) -> None:
        """Take in workbooks, each planned as if it were alone."""
        self.books += len(readings)
        made = tables(readings)
        frames = Frames({**made.frames, **made.facts, "today": self._today, **frames_of()})
        names = dict(zip(wbs(frames["project"]).tolist(), frames["project"]["name"], strict=True))
        first = len(self.inlets), len(self.outlets)
        inlets = list(self._waiting(readings, frames, names))
        outlets = list(self._awaited(readings, frames, names))
        ends = (np.array(each, dtype=np.int64) for each in (inlets, outlets))
        ways = through(frames["plan"], wbs(frames["tasks"]), *ends)
        self._through.append(Through(ways.inlet + first[0], ways.outlet + first[1], ways.gain))

    def _waiting(self, readings: Sequence[Reading], frames: Frames, names: Mapping[int, str | None]) -> Iterator[int]:
        """Return the positions of the tasks that wait outside, each noted as an inlet."""
        planned, links, directory = frames["planned"], frames["links"], frames["directory"]
        live = (planned.is_open | planned.done).to_numpy(bool)
        books = wbs(planned)
        rows = planned.index.get_level_values("row")
        outside = links[(links.how == "external").to_numpy(bool) & live[links.from_at]]
        for at, token in zip(outside.from_at.tolist(), outside.token, strict=True):
            wb = int(books[at])
            project, _, task = plain(token).partition(EXTERNAL)
            label = f"{names.get(wb)}{EXTERNAL}{directory.label(at)}"
            self.inlets.append(Inlet(Task(readings[wb].path, int(rows[at]), label), (project, task)))
            yield at

    def _awaited(self, readings: Sequence[Reading], frames: Frames, names: Mapping[int, str | None]) -> Iterator[int]:
        """Return the positions of the tasks that others wait for, each noted as an outlet."""
        directory, found, rows = frames["directory"], frames["plan"], frames["tasks"].index.get_level_values("row")
        for wb, name in names.items():
            reading, project = readings[wb], plain(name or "")
            noted: dict[int, int] = {}
            for word in sorted(self._named.get(project, ())):
                at = directory.task(wb, word)
                if at == NONE:
                    continue
                if at not in noted:
                    noted[at] = len(self.outlets)
                    task = Task(reading.path, int(rows[at]), f"{name}{EXTERNAL}{directory.label(at)}")
                    same = reading.identity.get("workbook_id") or reading.path
                    of = (task, same, (reading.is_copy, reading.path), self._calendar(frames["calendar"], wb))
                    self.outlets.append(Outlet(*of, found.forecast[at], bool(found.cyclic[at])))
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


class Across:
    """The plan across a run, and what it tells each of its workbooks."""

    def __init__(self, gathered: Gathered) -> None:
        self._outlets, self._inlets = gathered.outlets, gathered.inlets
        meant = {name: _meant(places, gathered.outlets) for name, places in gathered.meant.items()}
        self._before = [meant.get(inlet.name, NONE) for inlet in gathered.inlets]
        self._waits: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for inlet, before in zip(self._inlets, self._before, strict=True):
            if before != NONE:
                self._waits[inlet.task.path][inlet.task.row].append(before)
        self._through, self._ways = self._woven(gathered.through)
        given = Outlets(
            np.array([outlet.calendar for outlet in self._outlets], dtype=np.int64),
            np.array([outlet.forecast for outlet in self._outlets], dtype="datetime64[D]"),
            np.array([outlet.cyclic for outlet in self._outlets], dtype=bool),
        )
        self._found = across.across(given, self._ways, gathered.days)

    def _woven(self, ways: Through) -> tuple[Through, Ways]:
        """Return the ways that begin behind an outlet, by inlet and by that outlet, in an order that files have not."""
        before = np.array(self._before, dtype=np.int64)[ways.inlet]
        kept = sorted(np.flatnonzero(before != NONE).tolist(), key=lambda way: self._outlets[before[way]].task[::-1])
        inlet, outlet, gain = (each[kept] for each in ways)
        return Through(inlet, outlet, gain), Ways(before[kept], outlet, gain)

    def told(self, readings: Iterable[Reading]) -> dict[str, pd.DataFrame]:
        """Return what workbooks, numbered in their order, wait for outside, as the frames that rules ask for."""
        numbered = list(enumerate(readings))
        waits = [self._wait(wb, *wait) for wb, book in numbered for wait in self._waits.get(book.path, {}).items()]
        knots = [Knot(wb, _seen(knot, book.path)) for wb, book in numbered for knot in self._knots.get(book.path, ())]
        return frames_of(waits, knots)

    def _wait(self, wb: int, row: int, befores: list[int]) -> Wait:
        days = self._found.forecast
        known = sorted(
            (before for before in befores if not np.isnat(days[before])),
            key=lambda before: (-days[before].astype(int), self._outlets[before].task.label),
        )
        knotted = bool(self._found.cyclic[befores].any())
        return Wait(wb, row, days[known[0]].astype(object) if known else None, knotted, self._path(known[:1]))

    def _path(self, ends: list[int]) -> list[str]:
        path = ends
        while path and self._found.driver[path[0]] != NONE and len(path) < LONGEST_PATH:
            path = [int(self._found.driver[path[0]]), *path]
        return [self._outlets[at].task.label for at in path]

    @cached_property
    def _knots(self) -> dict[str, list[list[tuple[Task, Task]]]]:
        """The cycles through each workbook, as pairs of a task that waits and of one, maybe the same, waited for."""
        by_ends: dict[tuple[int, int], int] = {}
        for way, ends in enumerate(zip(self._ways.before.tolist(), self._ways.after.tolist(), strict=True)):
            by_ends.setdefault(ends, way)
        order = sorted(range(len(self._outlets)), key=lambda at: self._outlets[at].task[::-1])
        rank = np.argsort(np.array(order, dtype=np.int64))
        through: dict[str, list[list[tuple[Task, Task]]]] = defaultdict(list)
        for cycle in cycles(self._ways.before, self._ways.after, rank):
            ways = [by_ends[ends] for ends in zip([cycle[-1], *cycle], cycle, strict=False)]
            inlets = (self._inlets[at].task for at in self._through.inlet[ways])
            outlets = (self._outlets[at].task for at in self._ways.after[ways])
            knot = list(zip(inlets, outlets, strict=True))
            for path in {waiting.path for waiting, _ in knot}:
                through[path].append(knot)
        return through


def _meant(places: list[int], outlets: list[Outlet]) -> int:
    """Return the outlet that a name means, NONE where several workbooks that are not the same have one."""
    if len({outlets[place].same for place in places}) > 1:
        return NONE
    return min(places, key=lambda place: outlets[place].rank)


def _seen(knot: list[tuple[Task, Task]], path: str) -> list[Step]:
    """Return a cycle as a workbook sees it, from its own first task on."""
    start = min(range(len(knot)), key=lambda at: (knot[at][0].path != path, knot[at][0].row))
    steps: list[Step] = []
    for waiting, awaited in [*knot[start:], *knot[:start]]:
        here = waiting.path == path
        steps += [(waiting.row, awaited.row)] if here else dict.fromkeys([waiting.label, awaited.label])
    return steps
