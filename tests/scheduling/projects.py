"""Random projects, and their forecast worked out day by day, from the words of rules.md alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

import numpy as np
from hypothesis import strategies as st

from collabxl.scheduling.calendar import CalendarExceptions, WorkingDays
from collabxl.scheduling.critical_path import Links, Plan, TaskArrays, TaskState, plan

TODAY = dt.date(2024, 8, 1)
DAY = dt.timedelta(1)


@dataclass(frozen=True)
class Task:
    """One task as a person plans it; ``before`` are the places of its predecessors."""

    start: dt.date | None = None
    due: dt.date | None = None
    state: TaskState = TaskState.WAITING
    share: float = 0.0
    finished: dt.date | None = None
    expected: dt.date | None = None
    before: tuple[int, ...] = ()


@dataclass(frozen=True)
class Project:
    """Tasks and the days on which work is not as on other weeks."""

    tasks: tuple[Task, ...]
    odd: tuple[tuple[dt.date, bool], ...] = ()

    def changed(self, at: int, **fields: object) -> Project:
        """Return the project with one task changed."""
        tasks = list(self.tasks)
        tasks[at] = replace(tasks[at], **fields)  # type: ignore[arg-type]
        return replace(self, tasks=tuple(tasks))


def planned(*projects: Project, today: dt.date = TODAY) -> Plan:
    """Return the plan of projects as one batch."""
    tasks, links = arrays(*projects)
    return plan(tasks, links, np.datetime64(today, "D"), calendar(*projects))


def arrays(*projects: Project) -> tuple[TaskArrays, Links]:
    """Return projects the way the engine takes them; a task's rank is its place."""
    offsets = np.cumsum([0, *(len(project.tasks) for project in projects)])
    tasks = [(book, task) for book, project in enumerate(projects) for task in project.tasks]
    pairs = [
        (offset + before, offset + at)
        for offset, project in zip(offsets.tolist(), projects, strict=False)
        for at, task in enumerate(project.tasks)
        for before in task.before
    ]
    links = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return TaskArrays(
        np.array([book for book, _ in tasks], dtype=np.int64),
        np.arange(len(tasks)),
        _days([task.start for _, task in tasks]),
        _days([task.due for _, task in tasks]),
        np.array([task.state for _, task in tasks], dtype=np.int64),
        np.array([task.share for _, task in tasks]),
        _days([task.finished for _, task in tasks]),
        _days([task.expected for _, task in tasks]),
    ), Links(links[:, 0], links[:, 1])


def _days(days: Sequence[dt.date | None]) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]")


def calendar(*projects: Project) -> WorkingDays:
    """Return the calendar of the projects."""
    odd = [(book, day, worked) for book, project in enumerate(projects) for day, worked in project.odd]
    return WorkingDays(
        CalendarExceptions(
            np.array([book for book, *_ in odd], dtype=np.int64),
            np.array([day for _, day, _ in odd], dtype="datetime64[D]"),
            np.array([worked for *_, worked in odd], dtype=bool),
        )
    )


class ByHand:
    """A project's forecast as somebody with a wall calendar works it out."""

    def __init__(self, project: Project, today: dt.date = TODAY, *, at_once: bool = False) -> None:
        self.project, self.today, self.at_once = project, today, at_once
        self.odd = dict(project.odd)
        self.live = [task.state != TaskState.OUT for task in project.tasks]
        self.before = [
            {place for place in task.before if place != at and self.live[place]} if self.live[at] else set()
            for at, task in enumerate(project.tasks)
        ]
        self._finish: dict[int, dt.date | None] = {}

    def works(self, day: dt.date) -> bool:
        return self.odd.get(day, day.weekday() < 5)

    def on_or_after(self, day: dt.date) -> dt.date:
        while not self.works(day):
            day += DAY
        return day

    def on_or_before(self, day: dt.date) -> dt.date:
        while not self.works(day):
            day -= DAY
        return day

    def last_of(self, first: dt.date, count: int) -> dt.date:
        """The last of so many working days, the first of which is on or after ``first``."""
        day = self.on_or_after(first)
        for _ in range(count - 1):
            day = self.on_or_after(day + DAY)
        return day

    def count(self, first: dt.date, last: dt.date) -> int:
        """Working days from first to last, both included; those in between, negative, if they are turned round."""
        ahead, back = (last - first).days + 1, (first - last).days - 1
        passed = sum(self.works(first + DAY * step) for step in range(ahead))
        return passed - sum(self.works(last + DAY * step) for step in range(1, back + 1))

    def duration(self, at: int) -> int:
        task = self.project.tasks[at]
        return max(self.count(task.start, task.due), 1) if task.start and task.due else 1

    @cached_property
    def lost(self) -> set[int]:
        """Tasks on a cycle and those after one."""
        reach = [set(before) for before in self.before]
        for _ in reach:
            for before in reach:
                before |= {further for at in list(before) for further in reach[at]}
        on = {at for at, before in enumerate(reach) if at in before}
        return on | {at for at, before in enumerate(reach) if before & on}

    def begin(self, at: int) -> dt.date:
        """When a waiting task begins; its planned start is left out of account if all begins ``at_once``."""
        ends = [day for before in self.before[at] if (day := self.finish(before))]
        start = None if self.at_once else self.project.tasks[at].start
        return max(self.on_or_after(day) for day in [self.today, *([start] if start else []), *(e + DAY for e in ends)])

    def finish(self, at: int) -> dt.date | None:
        """The forecast of a task."""
        if at not in self._finish:
            self._finish[at] = self._work_out(at)
        return self._finish[at]

    def _work_out(self, at: int) -> dt.date | None:
        task = self.project.tasks[at]
        if not self.live[at] or at in self.lost:
            return None
        if task.state == TaskState.DONE:
            return task.finished or task.due
        if task.state == TaskState.WAITING:
            return self.last_of(self.begin(at), self.duration(at))
        if task.expected and task.expected >= self.today:
            return task.expected
        return self.last_of(self.today, max(ceil(round(self.duration(at) * (1 - task.share), 9)), 1))

    def latest(self, at: int) -> dt.date | None:
        """The latest finish by the due dates of the task and of those that wait for it."""
        due = self.project.tasks[at].due
        wanted = [self.on_or_before(due)] if due else []
        for after, task in enumerate(self.project.tasks):
            if at in self.before[after] and task.state == TaskState.WAITING and after not in self.lost:
                end = self.latest(after)
                for _ in range(self.duration(after) if end else 0):
                    assert end
                    end = self.on_or_before(end - DAY)
                wanted += [end] if end else []
        return min(wanted, default=None)


days = st.integers(-15, 15).map(lambda step: TODAY + DAY * step)
maybe = st.none() | days


@st.composite
def projects(draw: st.DrawFn, most: int = 7, *, links: bool = True) -> Project:
    """Projects of a few tasks, cycles, loops and useless days included."""
    count = draw(st.integers(1, most))
    states = st.sampled_from(
        [TaskState.WAITING, TaskState.WAITING, TaskState.WAITING, TaskState.RUNNING, TaskState.DONE, TaskState.OUT]
    )
    tasks = [
        Task(
            start=draw(maybe),
            due=draw(maybe),
            state=draw(states),
            share=draw(st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])),
            finished=draw(maybe),
            expected=draw(maybe),
            before=tuple(draw(st.lists(st.integers(0, count - 1), max_size=2))) if links else (),
        )
        for _ in range(count)
    ]
    odd = draw(st.dictionaries(days, st.booleans(), max_size=6))
    return Project(tuple(tasks), tuple(odd.items()))
