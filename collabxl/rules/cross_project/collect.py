"""What leads through workbooks that wait for others or are waited for: as little of each as a plan across needs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from collabxl.reading.workbook import Reading
from collabxl.rules.cross_project.books import ExternalPredecessor, ExternalSuccessor, PlannedWorkbooks
from collabxl.rules.matching.names import ExternalName, external_name
from collabxl.scheduling.calendar import CalendarExceptions, WorkingDays
from collabxl.scheduling.critical_path import NEVER, NONE
from collabxl.scheduling.cross_project import NO_THROUGH_PATHS, ThroughPaths, through_paths

AwaitedNames = Mapping[str, Collection[str]]
"""The tasks that others name, by project, all as names are compared."""
CROWDED = 100
"""With more inlets and more outlets than that, all of a workbook's tasks and links are fewer than the ways through."""


class LinkCollector:
    """The inlets and outlets of workbooks, and the ways from the ones to the others."""

    def __init__(self, named: AwaitedNames, today: dt.date) -> None:
        self._named, self._today = named, today
        self._calendars: dict[bytes, tuple[int, CalendarExceptions]] = {}
        self._through = [NO_THROUGH_PATHS]
        self.books = 0
        self.projects: set[str] = set()
        self.predecessors: list[ExternalPredecessor] = []
        self.candidates: dict[ExternalName, list[int]] = defaultdict(list)
        """The outlets that a name may mean."""
        self.successors: list[ExternalSuccessor] = []

    def add(self, readings: Sequence[Reading]) -> None:
        """Take in workbooks, each planned as if it were alone."""
        books = PlannedWorkbooks(readings, self._today)
        calendars = [self._calendar(books, wb) for wb in range(len(readings))]
        first_inlet, first_outlet = len(self.successors), len(self.predecessors)
        inlets, outlets = self._add_successors(books, calendars), self._add_predecessors(books, calendars)
        # A workbook is kept as the longest path between every task that waits outside and every one awaited there, so
        # that thousands of them are one small network. Where both are many, that is their product: then link by link.
        crowded = _crowded_workbooks(books.wb[inlets], books.wb[outlets])
        doors, gates = (np.flatnonzero(~np.isin(books.wb[each], crowded)) for each in (inlets, outlets))
        ways = through_paths(books.plan, books.wb, inlets[doors], outlets[gates])
        self._through.append(
            ThroughPaths(doors[ways.successor] + first_inlet, gates[ways.predecessor] + first_outlet, ways.lag)
        )
        for wb in crowded.tolist():
            ends = [
                [(at, place) for place, at in enumerate(each.tolist(), first) if books.wb[at] == wb]
                for each, first in ((inlets, first_inlet), (outlets, first_outlet))
            ]
            self._through.append(self._link_by_link(books, wb, calendars[wb], ends))
        self.books += len(readings)

    def _add_successors(self, books: PlannedWorkbooks, calendars: Sequence[int]) -> NDArray[np.int64]:
        """Return the positions of the tasks that wait outside, each noted as an inlet."""
        found = list(books.waiting_tasks())
        self.successors += [books.successor(at, calendars[books.wb[at]], token) for at, token in found]
        return np.array([at for at, _ in found], dtype=np.int64)

    def _add_predecessors(self, books: PlannedWorkbooks, calendars: Sequence[int]) -> NDArray[np.int64]:
        """Return the positions of the tasks that others wait for, each noted as an outlet."""
        noted: dict[int, int] = {}
        for wb, name in books.projects.items():
            project = external_name(name)[0]
            self.projects.add(project)
            for word in sorted(self._named.get(project, ())):
                at = books.directory.find_task(wb, word)
                if at == NONE:
                    continue
                if at not in noted:
                    noted[at] = len(self.predecessors)
                    self.predecessors.append(books.predecessor(at, calendars[wb]))
                self.candidates[project, word].append(noted[at])
        return np.array([*noted], dtype=np.int64)

    def _link_by_link(
        self, books: PlannedWorkbooks, wb: int, calendar: int, ends: list[list[tuple[int, int]]]
    ) -> ThroughPaths:
        """Return the ways through a crowded workbook, link by link: every task of it becomes an outlet.

        ``ends`` are its inlets, of which one task may have several, and its outlets: positions of tasks and places.
        """
        inlets, outlets = ends[0], dict(ends[1])
        plan, along = books.plan, books.plan.network
        for at in np.flatnonzero(books.wb == wb).tolist():
            if at not in outlets:
                outlets[at] = len(self.predecessors)
                self.predecessors.append(books.predecessor(at, calendar))
        ways = [(place, outlets[at], plan.working_days[at] if plan.is_waiting[at] else NEVER) for at, place in inlets]
        for link in np.flatnonzero(books.wb[along.target] == wb).tolist():
            before, after = int(along.source[link]), int(along.target[link])
            ways.append(
                (len(self.successors), outlets[after], plan.working_days[after] if plan.is_binding[link] else NEVER)
            )
            self.successors.append(books.successor(after, calendar, "", outlets[before]))
        return ThroughPaths(*np.array(ways, dtype=np.int64).T)

    def _calendar(self, books: PlannedWorkbooks, wb: int) -> int:
        """Return the number of a workbook's calendar; most workbooks share theirs."""
        days, worked = books.calendar(wb)
        number = len(self._calendars)
        found = CalendarExceptions(np.full(len(days), number), days, worked)
        return self._calendars.setdefault(days.tobytes() + worked.tobytes(), (number, found))[0]

    @property
    def through_paths(self) -> ThroughPaths:
        """The ways through all workbooks."""
        return ThroughPaths(*map(np.concatenate, zip(*self._through, strict=True)))

    @property
    def days(self) -> WorkingDays:
        """The working days of all calendars, by their numbers."""
        parts = [each for _, each in self._calendars.values()]
        return WorkingDays(CalendarExceptions(*map(np.concatenate, zip(*parts, strict=True))) if parts else None)


def _crowded_workbooks(inlets: NDArray[np.int64], outlets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the workbooks with more than CROWDED of both, of which each entry is one."""
    (some, many), (others, more) = (np.unique(each, return_counts=True) for each in (inlets, outlets))
    return np.intersect1d(some[many > CROWDED], others[more > CROWDED])
