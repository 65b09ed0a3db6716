"""One plan across workbooks: each is but the ways that lead through it from what it waits for to what waits for it.

An *outlet* is a task that others wait for; a *way* leads from an outlet to the next one that feels it. Between two
workbooks a forecast is a day, which each counts by its own calendar; within one it is a number of working days. So the
plan of thousands of workbooks takes no more than their outlets, and comes to the same as if all were one workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from collabxl.scheduling.arrays import Days
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import NEVER, NONE, Plan, is_known
from collabxl.scheduling.graph import UNREACHED, Flags, Ints, node_levels, propagate


class ThroughPaths(NamedTuple):
    """The ways through workbooks: from a waiting task to an outlet, by the places of both in what was asked for.

    ``lag`` is the working days from the day before the one may begin until the outlet is finished, NEVER where what
    has begun or ended in between is held back by nothing.
    """

    successor: Ints
    predecessor: Ints
    lag: Ints


NO_THROUGH_PATHS = ThroughPaths(*[np.empty(0, np.int64)] * 3)


class ExternalPredecessors(NamedTuple):
    """Tasks that others wait for, as the plan of their own workbook leaves them.

    ``forecast`` may be NaT; ``late_finish`` is the position of the latest finish by due dates, NEVER without any.
    """

    calendar: Ints
    forecast: Days
    cyclic: Flags
    late_finish: Ints


class ExternalSuccessors(NamedTuple):
    """Tasks that wait outside, likewise: ``predecessor`` is the outlet waited for, NONE where nobody knows it.

    ``late_finish`` is the position of the last day on which that may be finished so that due dates are kept.
    """

    predecessor: Ints
    calendar: Ints
    late_finish: Ints


class CrossProjectPlan(NamedTuple):
    """The plan across workbooks.

    By outlet: its ``forecast``, NaT where it is not known; its ``driver``, the outlet before it from which that
    follows, NONE where it follows from its own workbook; whether it is ``cyclic``, on a cycle or behind one. By inlet:
    ``late_finish`` as given, but by the due dates of all workbooks.
    """

    forecast: Days
    driver: Ints
    cyclic: Flags
    late_finish: Ints


def through_paths(found: Plan, wb: Ints, inlets: Ints, outlets: Ints) -> ThroughPaths:
    """Return the ways within each workbook from tasks that wait outside to outlets, both told by their positions."""
    both = np.intersect1d(wb[inlets], wb[outlets])
    doors, gates = (np.flatnonzero(np.isin(wb[each], both)) for each in (inlets, outlets))
    backwards = _largest_count(wb[outlets[gates]]) < _largest_count(wb[inlets[doors]])
    starts, ends = (outlets[gates], inlets[doors]) if backwards else (inlets[doors], outlets[gates])
    parts = [NO_THROUGH_PATHS]
    for start, end, working_days in _reachable_ends(found, wb, (starts, ends), backwards=backwards):
        inlet, outlet = (doors[end], gates[start]) if backwards else (doors[start], gates[end])
        bound = is_known(working_days) & found.is_waiting[inlets[inlet]]
        parts.append(
            ThroughPaths(inlet, outlet, np.where(bound, working_days + found.working_days[outlets[outlet]], NEVER))
        )
    return ThroughPaths(*map(np.concatenate, zip(*parts, strict=True)))


def _reachable_ends(
    found: Plan, wb: Ints, between: tuple[Ints, Ints], *, backwards: bool
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Return which ends are reached from which starts, from one start of every workbook at a time.

    With them the working days between the beginnings of the two, NEVER where the one does not hold back the other.
    """
    starts, ends = between
    gain = np.where(found.is_binding, found.working_days[found.network.source], NEVER)
    anyhow = np.zeros(len(gain), np.int64)
    turn = _index_in_workbook(wb[starts])
    for number in range(_largest_count(wb[starts])):
        places = np.flatnonzero(turn == number)
        value, there = np.full(len(wb), NEVER), np.zeros(len(wb), np.int64)
        value[starts[places]], there[starts[places]] = 0, 1
        start_of = np.full(int(wb.max()) + 1, NONE)
        start_of[wb[starts[places]]] = places
        start = start_of[wb[ends]]
        met = propagate(there, anyhow, found.network, backwards=backwards)[ends] > 0
        end = np.flatnonzero(met & (start != NONE))
        yield start[end], end, propagate(value, gain, found.network, backwards=backwards)[ends[end]]


def _largest_count(wb: Ints) -> int:
    """Return how many entries there are of the workbook that has most."""
    return int(np.unique(wb, return_counts=True)[1].max(initial=0))


def _index_in_workbook(wb: Ints) -> Ints:
    """Return for each entry how many of the same workbook stand before it."""
    order = np.argsort(wb, kind="stable")
    _, first, many = np.unique(wb[order], return_index=True, return_counts=True)
    turn = np.empty(len(wb), np.int64)
    turn[order] = np.arange(len(wb)) - np.repeat(first, many)
    return turn


def plan_across(
    outlets: ExternalPredecessors, inlets: ExternalSuccessors, inner: ThroughPaths, days: WorkingDays
) -> CrossProjectPlan:
    """Return the plan across workbooks; of ways by which an outlet comes to one day, the first is told."""
    inner = ThroughPaths(*(each[inlets.predecessor[inner.successor] != NONE] for each in inner))
    knotted = np.flatnonzero(outlets.cyclic)
    before = inlets.predecessor[inner.successor]
    level = node_levels(
        np.concatenate([before, knotted]), np.concatenate([inner.predecessor, knotted]), len(outlets.forecast)
    )
    sound = is_known(inner.lag) & (level[before] != UNREACHED) & (level[inner.predecessor] != UNREACHED)
    inner = ThroughPaths(*(each[sound] for each in inner))
    forecast, driver = _forward(outlets, inlets, inner, level, days)
    latest = _backward(outlets, inlets, inner, level, days)
    return CrossProjectPlan(forecast, driver, level == UNREACHED, latest)


def _forward(
    outlets: ExternalPredecessors, inlets: ExternalSuccessors, inner: ThroughPaths, level: Ints, days: WorkingDays
) -> tuple[Days, Ints]:
    """Return the forecast of every outlet and the one that drives it, level by level."""
    forecast = np.where(level == UNREACHED, np.datetime64("NaT", "D"), outlets.forecast)
    finish, driver = np.full(len(forecast), NEVER), np.full(len(forecast), NONE)
    there = ~np.isnat(forecast)
    finish[there] = days.position(outlets.calendar[there], forecast[there])
    for _, ways in _by_level(level[inner.predecessor]):
        ways = ways[~np.isnat(forecast[inlets.predecessor[inner.successor[ways]]])]
        before, after = inlets.predecessor[inner.successor[ways]], inner.predecessor[ways]
        reach = days.position(outlets.calendar[after], forecast[before]) + inner.lag[ways]
        own = finish[after]
        np.maximum.at(finish, after, reach)
        later = np.flatnonzero((reach > own) & (reach == finish[after]))[::-1]
        moved = after[later]
        driver[moved] = before[later]
        forecast[moved] = days.day(outlets.calendar[moved], finish[moved])
    return forecast, driver


def _backward(
    outlets: ExternalPredecessors, inlets: ExternalSuccessors, inner: ThroughPaths, level: Ints, days: WorkingDays
) -> Ints:
    """Return of every inlet when what it waits for must be finished, the last level first."""
    wanted, due = (np.where(is_known(each.late_finish), -each.late_finish, NEVER) for each in (inlets, outlets))
    depth = np.append(level, UNREACHED)[inlets.predecessor]
    ways_of = dict(_by_level(depth[inner.successor]))
    for here, waiting in reversed(list(_by_level(depth))):
        ways = ways_of.get(here, waiting[:0])
        np.maximum.at(wanted, inner.successor[ways], due[inner.predecessor[ways]] + inner.lag[ways])
        waiting = waiting[is_known(wanted[waiting])]
        before, day = inlets.predecessor[waiting], days.day(inlets.calendar[waiting], -wanted[waiting])
        np.maximum.at(due, before, -days.position(outlets.calendar[before], day))
    return np.where(is_known(wanted), -wanted, NEVER)


def _by_level(level: Ints) -> Iterator[tuple[int, Ints]]:
    """Return the places of each level in its order; those that are not reached are left out."""
    order = np.argsort(level, kind="stable")
    order = order[level[order] != UNREACHED]
    steps = np.flatnonzero(np.diff(level[order])) + 1
    return ((int(level[places[0]]), places) for places in np.split(order, steps) if len(places))
