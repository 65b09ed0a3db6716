"""The plan across a run, and what it tells each of its workbooks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.reading.workbook import Reading
from collabxl.rules.cross_project.books import ExternalPredecessor, ExternalSuccessor, ProjectTask
from collabxl.rules.cross_project.collect import LinkCollector
from collabxl.rules.engine.driving_paths import LONGEST_PATH
from collabxl.rules.engine.external_frames import (
    AwaitedTask,
    ExternalCycle,
    ExternalWait,
    Step,
    WaitState,
    external_frames,
)
from collabxl.rules.matching.cycles import cycle_through, cyclic_components, shorten_path
from collabxl.scheduling.critical_path import NONE, is_known
from collabxl.scheduling.cross_project import ExternalPredecessors, ExternalSuccessors, ThroughPaths, plan_across


class CrossProjectSolution:
    """One plan across all that was gathered, whatever the order in which it was."""

    def __init__(self, gathered: LinkCollector) -> None:
        self._outlets, self._inlets, self._days = gathered.predecessors, gathered.successors, gathered.days
        meant = {name: _resolve_name(places, self._outlets) for name, places in gathered.candidates.items()}
        self._before = _int_array(
            [
                inlet.predecessor if isinstance(inlet.predecessor, int) else meant.get(inlet.predecessor, NONE)
                for inlet in self._inlets
            ]
        )
        self._several = {name for name, at in meant.items() if at == NONE}
        self._projects = gathered.projects
        by_label = sorted(range(len(self._outlets)), key=lambda at: self._outlets[at].task[::-1])
        self._rank = np.argsort(_int_array(by_label))
        self._through = self._in_order(gathered.through_paths)
        calendar, forecast, cyclic, latest = (
            [getattr(outlet, name) for outlet in self._outlets] for name in ExternalPredecessors._fields
        )
        outlets = ExternalPredecessors(
            _int_array(calendar), np.array(forecast, "datetime64[D]"), np.array(cyclic, bool), _int_array(latest)
        )
        self._calendar = _int_array([inlet.calendar for inlet in self._inlets])
        inlets = ExternalSuccessors(
            self._before, self._calendar, _int_array([inlet.late_finish for inlet in self._inlets])
        )
        self._plan = plan_across(outlets, inlets, self._through, self._days)
        self._of: dict[str, list[int]] = defaultdict(list)
        for at, inlet in enumerate(self._inlets):
            if not isinstance(inlet.predecessor, int):
                self._of[inlet.task.path].append(at)

    def _in_order(self, ways: ThroughPaths) -> ThroughPaths:
        """Return the ways that begin behind an outlet, in an order that does not depend on that of files."""
        before = self._before[ways.successor]
        kept = np.flatnonzero(before != NONE)
        order = np.lexsort((self._rank[ways.predecessor[kept]], self._rank[before[kept]]))
        return ThroughPaths(*(each[kept[order]] for each in ways))

    def frames_for(self, readings: Iterable[Reading]) -> dict[str, pd.DataFrame]:
        """Return what workbooks, numbered in their order, wait for outside, as the frames that rules ask for."""
        numbered = list(enumerate(readings))
        waits = (self._wait(wb, at) for wb, book in numbered for at in self._of.get(book.path, ()))
        knots = (
            ExternalCycle(wb, _local_steps(knot, book.path))
            for wb, book in numbered
            for knot in self._cycles.get(book.path, ())
        )
        return external_frames(waits, knots)

    def _wait(self, wb: int, at: int) -> ExternalWait:
        """Return how the wait of an inlet stands."""
        inlet, before = self._inlets[at], int(self._before[at])
        if before == NONE:
            return ExternalWait(wb, inlet.task.row, inlet.token, self._unknown(inlet))
        outlet = self._outlets[before]
        state: WaitState = "knotted" if self._plan.cyclic[before] else outlet.status
        day: dt.date | None = self._plan.forecast[before].astype(object)
        other = AwaitedTask(outlet.task.path, outlet.title, outlet.due)
        spare = self._total_float(at, day, other) if state == "open" else None
        return ExternalWait(
            wb=wb,
            row=inlet.task.row,
            token=inlet.token,
            state=state,
            other=other,
            day=day,
            path=self._path(before),
            spare=spare,
        )

    def _unknown(self, inlet: ExternalSuccessor) -> WaitState:
        assert not isinstance(inlet.predecessor, int)
        if inlet.predecessor in self._several:
            return "several"
        return "no_task" if inlet.predecessor[0] in self._projects else "no_project"

    def _total_float(self, at: int, forecast: dt.date | None, other: AwaitedTask) -> int | None:
        """Return the working days from when a task is expected, as forecast or as promised, to when it must be done."""
        latest = self._plan.late_finish[at]
        expected = max((day for day in (forecast, other.due) if day is not None), default=None)
        if expected is None or not is_known(latest):
            return None
        return int(latest - self._days.position(self._calendar[[at]], np.array([expected], "datetime64[D]"))[0])

    def _path(self, at: int) -> list[str]:
        path = [at]
        while self._plan.driver[path[-1]] != NONE and len(path) < LONGEST_PATH:
            path.append(int(self._plan.driver[path[-1]]))
        return [self._outlets[each].task.label for each in reversed(path)]

    @cached_property
    def _cycles(self) -> dict[str, list[list[tuple[ProjectTask, ProjectTask]]]]:
        """Cycles through each workbook, one a knot, as pairs of a task that waits and one, maybe the same, awaited."""
        before, after = self._before[self._through.successor], self._through.predecessor
        ways = {ends: way for way, ends in reversed(list(enumerate(zip(before.tolist(), after.tolist(), strict=True))))}
        through: dict[str, list[list[tuple[ProjectTask, ProjectTask]]]] = defaultdict(list)
        for knot in cyclic_components(before, after, self._rank):
            told: set[str] = set()
            for at in knot:
                if self._outlets[at].task.path not in told:
                    cycle = self._steps(cycle_through(knot, at), ways)
                    met = dict.fromkeys(waiting.path for waiting, _ in cycle if waiting.path not in told)
                    told.update(met)
                    for path in met:
                        through[path].append(cycle)
        return through

    def _steps(self, cycle: list[int], ways: Mapping[tuple[int, int], int]) -> list[tuple[ProjectTask, ProjectTask]]:
        taken = [ways[ends] for ends in zip([cycle[-1], *cycle], cycle, strict=False)]
        inlets = (self._inlets[at].task for at in self._through.successor[taken])
        return list(zip(inlets, (self._outlets[at].task for at in cycle), strict=True))


def _int_array(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def _resolve_name(places: list[int], outlets: list[ExternalPredecessor]) -> int:
    """Return the outlet that a name means, NONE where several workbooks that are not the same have one."""
    if len({outlets[place].origin for place in places}) > 1:
        return NONE
    return min(places, key=lambda place: outlets[place].rank)


def _local_steps(knot: list[tuple[ProjectTask, ProjectTask]], path: str) -> list[Step]:
    """Return a cycle as a workbook sees it, from its own first task on, of a long one both ends."""
    start = min(range(len(knot)), key=lambda at: (knot[at][0].path != path, knot[at][0].row))
    steps: list[Step] = []
    for step in shorten_path([*knot[start:], *knot[:start]]):
        if isinstance(step, str):
            steps.append(step)
            continue
        waiting, awaited = step
        here = waiting.path == path
        steps += [(waiting.row, awaited.row)] if here else dict.fromkeys([waiting.label, awaited.label])
    return steps
