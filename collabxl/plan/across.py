"""One plan across workbooks: each is but the ways that lead through it from what it waits for to what waits for it.

An *outlet* is a task that others wait for; a *way* leads from an outlet to the next one that feels it. Between two
workbooks a forecast is a day, which each counts by its own calendar; within one it is a number of working days. So the
plan of thousands of workbooks takes no more than their outlets, and comes to the same as if all were one workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from collabxl.calendar import WorkingDays
from collabxl.frames import Days
from collabxl.plan.net import UNREACHED, Flags, Ints, carried, reached
from collabxl.plan.passes import NEVER, NONE, Plan, is_known


class Through(NamedTuple):
    """The ways through workbooks: from a waiting task to an outlet, by the places of both in what was asked for.

    ``gain`` is the working days from the day before the one may begin until the outlet is finished, NEVER where what
    has begun or ended in between is held back by nothing.
    """

    inlet: Ints
    outlet: Ints
    gain: Ints


NO_WAYS = Through(*[np.empty(0, np.int64)] * 3)


class Outlets(NamedTuple):
    """Tasks that others wait for, as the plan of their own workbook leaves them; ``forecast`` may be NaT."""

    calendar: Ints
    forecast: Days
    cyclic: Flags


class Ways(NamedTuple):
    """Which outlet is felt by which, by their places; ``gain`` as in Through."""

    before: Ints
    after: Ints
    gain: Ints


class Across(NamedTuple):
    """By outlet: its forecast, NaT where it is not known, the outlet before it from which that follows, NONE where it
    follows from its own workbook, and whether it lies on a cycle or behind one."""

    forecast: Days
    driver: Ints
    cyclic: Flags


def through(found: Plan, wb: Ints, inlets: Ints, outlets: Ints) -> Through:
    """Return the ways within each workbook from tasks that wait outside to outlets, both told by their positions."""
    parts = zip(NO_WAYS, *_through(found, wb, inlets, outlets), strict=True)
    return Through(*map(np.concatenate, parts))


def _through(found: Plan, wb: Ints, inlets: Ints, outlets: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Return the ways, those of one inlet of every workbook at a time."""
    held = np.where(found.binds, found.length[found.along.source], NEVER)
    anyhow = np.zeros(len(held), np.int64)
    turn = _turns(wb[inlets])
    for number in range(int(turn.max(initial=NONE)) + 1):
        places = np.flatnonzero(turn == number)
        first = inlets[places]
        start, there = np.full(len(wb), NEVER), np.zeros(len(wb), np.int64)
        start[first[found.waits[first]]], there[first] = 0, 1
        begin = carried(start, held, found.along)[outlets]
        of = np.full(int(wb.max()) + 1, NONE)
        of[wb[first]] = places
        ends = np.flatnonzero((carried(there, anyhow, found.along)[outlets] > 0) & (of[wb[outlets]] != NONE))
        gain = np.where(is_known(begin), begin + found.length[outlets], NEVER)
        yield of[wb[outlets[ends]]], ends, gain[ends]


def _turns(wb: Ints) -> Ints:
    """Return for each entry how many of the same workbook stand before it."""
    order = np.argsort(wb, kind="stable")
    _, first, many = np.unique(wb[order], return_index=True, return_counts=True)
    turn = np.empty(len(wb), np.int64)
    turn[order] = np.arange(len(wb)) - np.repeat(first, many)
    return turn


def across(outlets: Outlets, ways: Ways, days: WorkingDays) -> Across:
    """Return the plan across workbooks; of ways by which an outlet comes to one day, the first is told."""
    size = len(outlets.forecast)
    knotted = np.flatnonzero(outlets.cyclic)
    level = reached(np.concatenate([ways.before, knotted]), np.concatenate([ways.after, knotted]), size)
    cyclic = level == UNREACHED
    forecast = np.where(cyclic, np.datetime64("NaT", "D"), outlets.forecast)
    finish, driver = np.full(size, NEVER), np.full(size, NONE)
    there = ~np.isnat(forecast)
    finish[there] = days.position(outlets.calendar[there], forecast[there])
    for links in _in_order(ways, level):
        links = links[~np.isnat(forecast[ways.before[links]])]
        before, after = ways.before[links], ways.after[links]
        reach = days.position(outlets.calendar[after], forecast[before]) + ways.gain[links]
        own = finish[after]
        np.maximum.at(finish, after, reach)
        later = np.flatnonzero((reach > own) & (reach == finish[after]))[::-1]
        driver[after[later]] = before[later]
        moved = after[later]
        forecast[moved] = days.day(outlets.calendar[moved], finish[moved])
    return Across(forecast, driver, cyclic)


def _in_order(ways: Ways, level: Ints) -> Iterator[Ints]:
    """Return the ways that hold an outlet back, by the level of that one."""
    binding = np.flatnonzero(is_known(ways.gain) & (level[ways.before] != UNREACHED) & (level[ways.after] != UNREACHED))
    binding = binding[np.argsort(level[ways.after[binding]], kind="stable")]
    steps = np.flatnonzero(np.diff(level[ways.after[binding]])) + 1
    return iter(np.split(binding, steps) if len(binding) else ())
