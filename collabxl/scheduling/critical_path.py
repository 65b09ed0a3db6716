"""The forward and the backward pass: when every task will be finished, when it must be, and what drives it.

The forecast is the one that rules.md defines, so that anybody can recompute it. Days are counted as positions among the
working days of a task's own workbook (``WorkingDays.position``); a task's finish is the position up to and including
its last day. The critical path method: Kelley and Walker, Critical-Path Planning and Scheduling, 1959.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabxl.scheduling.arrays import Days
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.graph import UNREACHED, Flags, Ints, Network, build_network, node_levels, propagate

NEVER = -(1 << 40)
"""The position of a day that is not known; far below any other, also after working days are added to it."""
NONE = -1
"""The place of a task that is not there."""
_DAY = np.timedelta64(1, "D")
_EXACT = 9
"""Decimals of a number of working days; what a computer's fractions add beyond them is no day more."""


class TaskState(IntEnum):
    """Where a task stands: a task that is out binds nothing and has no forecast."""

    WAITING = 0
    RUNNING = 1
    DONE = 2
    OUT = 3


class TaskArrays(NamedTuple):
    """The tasks of many projects, one place each; days are NaT where they are not known.

    ``rank`` decides between predecessors that finish on one day, the least first; ``share`` is the part done, 0 to 1.
    """

    wb: Ints
    rank: Ints
    start: Days
    due: Days
    state: NDArray[np.integer]
    share: NDArray[np.float64]
    finished: Days
    expected: Days


class Links(NamedTuple):
    """Who waits for whom, by the places of the tasks; one task may be named twice, or name itself."""

    before: Ints
    after: Ints


class ExternalForecasts(NamedTuple):
    """What tasks wait for in other workbooks, by the place of the task; one may wait for several.

    ``day`` is the forecast of the one waited for, NaT where it binds nothing; ``in_cycle`` whether that one lies on a
    cycle or behind one, so that nobody can say when it will be done.
    """

    at: Ints
    day: Days
    in_cycle: Flags


NO_EXTERNAL_FORECASTS = ExternalForecasts(np.empty(0, np.int64), np.empty(0, "datetime64[D]"), np.empty(0, bool))


class Plan(NamedTuple):
    """What the passes found, by task; positions are NEVER, and ``forecast`` is NaT, where nothing can be known.

    ``working_days`` is the working days that a waiting task will take, ``ready`` when it could begin by itself and by
    what it waits for outside, ``early_start`` when it will; of all others ``early_start`` is ``early_finish``.
    ``late_finish`` is the latest finish by the due dates of the task and of all that wait for it, NEVER without any;
    ``total_float`` the working days by which an open task may slip before its project ends later. ``earliest_finish``
    is the finish if no task kept to its planned start, nor waited for anything outside. ``last_predecessor`` is the
    predecessor that finishes last, ``driver`` the same where the task's begin follows from it; ``is_driven_externally``
    says where it follows from a task of another workbook instead. ``has_fixed_finish`` says whose finish is a day that
    somebody gave, an actual or an expected one.
    """

    duration: Ints
    working_days: Ints
    today: Ints
    ready: Ints
    early_start: Ints
    early_finish: Ints
    due: Ints
    late_finish: Ints
    total_float: Ints
    earliest_finish: Ints
    forecast: Days
    last_predecessor: Ints
    driver: Ints
    is_driven_externally: Flags
    cyclic: Flags
    is_open: Flags
    is_waiting: Flags
    has_fixed_finish: Flags
    network: Network
    is_binding: Flags
    """Which links of ``network`` hold back a waiting task; what has begun or ended is held back by nothing."""

    @property
    def is_critical(self) -> Flags:
        """Whether one working day more in the task is one more for its whole project."""
        return np.asarray(self.is_open & (self.total_float == 0))

    @property
    def slack(self) -> NDArray[np.float64]:
        """The float of every open task: the working days from its forecast to its latest finish, NaN where unknown.

        Without due dates it is what the task may slip before its project ends later.
        """
        spare = np.where(is_known(self.late_finish), self.late_finish - self.early_finish, self.total_float)
        return np.where(self.is_open, spare.astype(np.float64), np.nan)


class _Measures(NamedTuple):
    """The given days as positions, before any link is looked at; ``fixed`` is the day of a finish that is given."""

    duration: Ints
    today: Ints
    ready: Ints
    finish: Ints
    due: Ints
    fixed: Days


def plan(
    tasks: TaskArrays,
    links: Links,
    today: np.datetime64,
    days: WorkingDays,
    outside: ExternalForecasts = NO_EXTERNAL_FORECASTS,
) -> Plan:
    """Return the plan of all projects as of ``today``; of others each knows no more than ``outside`` tells.

    Tasks on a cycle, and those that wait for one, have no forecast; the rest of their project has. It is long because
    it is one sum, line by line: what comes out of it is named once, in ``Plan``.
    """
    books, project = np.unique(tasks.wb, return_inverse=True)
    given = _measure_tasks(tasks, today, days, (books, project))
    # Days are positions on the calendar, so that adding working days is adding numbers. NEVER stands for no day: far
    # enough below all others that a path added to it stays below; `is_known` tells it even then.
    level, along = _link_network(tasks.state != TaskState.OUT, links, outside.at[outside.in_cycle])
    waits = tasks.state == TaskState.WAITING
    length = np.where(waits, given.duration, 1)
    binds = waits[along.target]
    gain = np.where(binds, length[along.source], NEVER)
    after = _ready_after_external(tasks.wb, outside, days)
    ready = np.maximum(given.ready, after)
    # Forward: a task that waits begins after the last of its predecessors, one that runs or is done does not move.
    begin = propagate(np.where(waits, ready, given.finish), gain, along)
    soonest = propagate(np.where(waits, given.today, given.finish), gain, along) + length - 1
    known = (level != UNREACHED) & (tasks.state != TaskState.OUT) & is_known(begin)
    finish = np.where(known, begin + length - 1, NEVER)
    is_open = known & (tasks.state != TaskState.DONE)
    last = _last_predecessor(finish, tasks.rank, along)
    need = np.where(binds, length[along.target], NEVER)
    # Backward twice: by the due dates, which give the slack that people feel, and by the end alone, which is critical.
    latest, end = _late_finish(finish, is_open, given.due, (along, need, project))
    driven = waits & known & _is_driven(finish, last, ready, is_open)
    return Plan(
        duration=given.duration,
        working_days=length,
        today=given.today,
        ready=ready,
        early_start=np.where(known, begin, NEVER),
        early_finish=finish,
        due=given.due,
        late_finish=np.where(is_open, latest, NEVER),
        total_float=np.where(is_open, end - finish, 0),
        earliest_finish=np.where(known, soonest, NEVER),
        forecast=_forecast(tasks.wb, finish, given.fixed, days),
        last_predecessor=last,
        driver=np.where(driven, last, NONE),
        is_driven_externally=waits & known & ~driven & (after > given.ready),
        cyclic=(level == UNREACHED) & (tasks.state != TaskState.OUT),
        is_open=is_open,
        is_waiting=waits & known,
        has_fixed_finish=known & ~np.isnat(given.fixed),
        network=along,
        is_binding=binds,
    )


def _link_network(live: Flags, links: Links, knotted: Ints) -> tuple[Ints, Network]:
    """Return the level of every task and the net of the links that mean something; a knotted one waits for itself."""
    sound = live[links.before] & live[links.after] & (links.before != links.after)
    before, after = links.before[sound], links.after[sound]
    level = node_levels(np.concatenate([before, knotted]), np.concatenate([after, knotted]), len(live))
    return level, build_network(before, after, level)


def is_known(position: Ints) -> Flags:
    """Return which positions are days, rather than NEVER with some working days added."""
    return position > NEVER // 2


def remaining_days(duration: Ints, share: NDArray[np.float64]) -> Ints:
    """Return the working days still to go of tasks of which a share is done: whole ones, and at least one."""
    return np.maximum(np.ceil(np.round(duration * (1 - share), _EXACT)), 1).astype(np.int64)


def _measure_tasks(
    tasks: TaskArrays, today: np.datetime64, days: WorkingDays, projects: tuple[Ints, Ints]
) -> _Measures:
    """Return what can be said of every task by itself."""
    books, project = projects
    now = np.full(len(books), today.astype("datetime64[D]"))
    first = (days.position(books, np.subtract(now, _DAY)) + 1)[project]
    start = _positions(tasks.wb, np.subtract(tasks.start.astype("datetime64[D]"), _DAY), days) + 1
    due = _positions(tasks.wb, tasks.due, days)
    both = is_known(start) & is_known(due)
    duration = np.where(both, np.maximum(due - start + 1, 1), 1)
    done, runs = tasks.state == TaskState.DONE, tasks.state == TaskState.RUNNING
    ended = np.where(np.isnat(tasks.finished), tasks.due, tasks.finished)
    promised = runs & (tasks.expected >= today)
    fixed = np.where(done, ended, np.where(promised, tasks.expected, np.datetime64("NaT", "D")))
    left = remaining_days(duration, tasks.share)
    finish = np.where(promised | done, _positions(tasks.wb, fixed, days), first + left - 1)
    return _Measures(duration, first, np.maximum(first, start), finish, due, fixed.astype("datetime64[D]"))


def _ready_after_external(wb: Ints, outside: ExternalForecasts, days: WorkingDays) -> Ints:
    """Return the position of the working day after the last task that each one waits for outside, NEVER without one."""
    at, found = outside.at, np.full(len(wb), NEVER)
    np.maximum.at(found, at, _positions(wb[at], outside.day, days) + 1)
    return found


def _late_finish(finish: Ints, is_open: Flags, due: Ints, ways: tuple[Network, Ints, Ints]) -> tuple[Ints, Ints]:
    """Return each task's latest finish by the due dates, NEVER without any, and by the end of its project alone."""
    along, need, project = ways
    end = np.full(len(finish), NEVER)
    np.maximum.at(end, project[is_open], finish[is_open])
    by_end = -propagate(-end[project], need, along, backwards=True)
    wanted = propagate(np.where(is_known(due), -due, NEVER), need, along, backwards=True)
    return np.where(is_known(wanted), -wanted, NEVER), by_end


def _forecast(wb: Ints, finish: Ints, fixed: Days, days: WorkingDays) -> Days:
    """Return the day of each finish: the given one, which may be a day off, or else the working day."""
    known = is_known(finish)
    found = np.where(known, fixed, np.datetime64("NaT", "D"))
    reckoned = known & np.isnat(fixed)
    found[reckoned] = days.day(wb[reckoned], finish[reckoned])
    return found


def _positions(wb: Ints, day: Days, days: WorkingDays) -> Ints:
    """Return the positions of days, NEVER where there is none."""
    found = np.full(len(wb), NEVER)
    there = ~np.isnat(day)
    found[there] = days.position(wb[there], day[there])
    return found


def _last_predecessor(finish: Ints, rank: Ints, along: Network) -> Ints:
    """Return of every task the predecessor that finishes last, NONE where none has a forecast."""
    known = is_known(finish[along.source])
    before, after = along.source[known], along.target[known]
    most = np.full(len(finish), NEVER)
    np.maximum.at(most, after, finish[before])
    latest = finish[before] == most[after]
    before, after = before[latest], after[latest]
    least = np.full(len(finish), np.iinfo(np.int64).max)
    np.minimum.at(least, after, rank[before])
    first = rank[before] == least[after]
    last = np.full(len(finish), NONE)
    last[after[first]] = before[first]
    return last


def _is_driven(finish: Ints, last: Ints, ready: Ints, is_open: Flags) -> Flags:
    """Return which tasks begin when they do because of their last predecessor.

    One that ends the day before a task would begin anyhow counts if it is still open: a delay of it would be felt.
    """
    following = np.where(last >= 0, finish[last] + 1, NEVER)
    felt = (following == ready) & is_open[last] & (last >= 0)
    return np.asarray((following > ready) | felt)
