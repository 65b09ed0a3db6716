"""A few workbooks of a run, each planned as if it were alone, and what their tasks are to others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.external_frames import external_frames
from collabxl.rules.engine.frames import Frames, row_numbers, wbs
from collabxl.rules.matching.names import EXTERNAL, ExternalName, TaskNames, external_name
from collabxl.scheduling.arrays import Days
from collabxl.scheduling.critical_path import NEVER, Plan


class ProjectTask(NamedTuple):
    """A task somewhere in the run; ``label`` is what others call it: 项目名::编号."""

    path: str
    row: int
    label: str


class ExternalPredecessor(NamedTuple):
    """A task that others wait for, as the plan of its own workbook leaves it.

    Of several of one name that are the ``origin``, the one of least ``rank`` is meant. ``late_finish`` is as in
    scheduling/cross_project.
    """

    task: ProjectTask
    title: str
    origin: str
    rank: tuple[bool, str]
    calendar: int
    status: Literal["open", "done", "cancelled"]
    due: dt.date | None
    forecast: np.datetime64
    cyclic: bool
    late_finish: int


class ExternalSuccessor(NamedTuple):
    """A task that waits for another one: for that of a name in another workbook, or for an outlet in its own.

    The name is told as typed in ``token`` and as names are compared; an outlet by its place among all.
    """

    task: ProjectTask
    token: str
    predecessor: ExternalName | int
    calendar: int
    late_finish: int


class PlannedWorkbooks:
    """The workbooks as frames; a task is told by its position."""

    def __init__(self, readings: Sequence[Reading], today: dt.date) -> None:
        self._readings = readings
        made = build_tables(readings)
        self.frames = Frames({**made.frames, **made.facts, "today": today, **external_frames()})
        project, planned = self.frames["project"], self.frames["planned_tasks"]
        self.plan: Plan = self.frames["plan"]
        self.directory: TaskNames = self.frames["task_names"]
        named = zip(wbs(project).tolist(), project["name"], strict=True)
        self.projects: dict[int, str] = {wb: name for wb, name in named if name is not None}
        self.wb, self._rows = wbs(planned), row_numbers(planned).tolist()
        self._ids, self._names = (planned[key].tolist() for key in ("id", "name"))
        self._due: list[dt.date | None] = planned.due.to_numpy("datetime64[D]").tolist()
        self._status = np.where(planned.done, "done", np.where(planned.is_open, "open", "cancelled")).tolist()
        self._latest = np.where(self.plan.is_waiting, self.plan.late_finish - self.plan.working_days, NEVER)

    def waiting_tasks(self) -> Iterator[tuple[int, str]]:
        """Return the tasks that wait outside, each with what it names there; cancelled ones wait for nothing."""
        links = self.frames["links"]
        outside = links[links.how == "external"]
        for at, token in zip(outside.from_at.tolist(), outside.token, strict=True):
            if self._status[at] != "cancelled":
                yield at, token

    def calendar(self, wb: int) -> tuple[Days, np.ndarray]:
        """Return the days that a workbook's calendar tells of, and whether each is worked."""
        calendar = self.frames["calendar"]
        mine = calendar[(wbs(calendar) == wb) & calendar.date.notna().to_numpy() & calendar.kind.notna().to_numpy()]
        return mine.date.to_numpy("datetime64[D]"), (mine.kind == "work").to_numpy(bool)

    def predecessor(self, at: int, calendar: int) -> ExternalPredecessor:
        """Return a task as one that others wait for."""
        reading, plan = self._readings[self.wb[at]], self.plan
        title = " ".join(filter(None, [self._ids[at], self._names[at]]))
        same, rank = reading.identity.get("workbook_id") or reading.path, (reading.is_copy, reading.path)
        facts = self._due[at], plan.forecast[at], bool(plan.cyclic[at]), int(plan.late_finish[at])
        return ExternalPredecessor(self._task(at), title, same, rank, calendar, self._status[at], *facts)

    def successor(self, at: int, calendar: int, token: str, before: int | None = None) -> ExternalSuccessor:
        """Return a task as one that waits for what ``token`` names, or for the outlet ``before``."""
        meant = external_name(token) if before is None else before
        return ExternalSuccessor(self._task(at), token, meant, calendar, int(self._latest[at]))

    def _task(self, at: int) -> ProjectTask:
        wb = int(self.wb[at])
        label = f"{self.projects.get(wb, '')}{EXTERNAL}{self._ids[at] or self._names[at] or ''}"
        return ProjectTask(self._readings[wb].path, self._rows[at], label)
