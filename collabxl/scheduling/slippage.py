"""Slips: where along the chains of a plan a forecast passes a due date, each cause once.

A slip that a task only hands on is told at the task where it arises and at the first one it reaches. What waits for
that one, and would be in time if it were, is counted there and not told again. One that comes from another workbook is
told at the first task that it reaches in each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from collabxl.scheduling.arrays import Days
from collabxl.scheduling.critical_path import NONE, Plan, is_known
from collabxl.scheduling.graph import Flags, Ints, chain_roots


class Slippage(NamedTuple):
    """By task: whether its forecast passes a due date not yet passed, and what follows from that.

    ``is_reported`` says whether that is told here. ``dependents`` counts the late tasks that are not told because they
    hang on this one. ``shortfall`` is the working days that the rest of the predecessors and of the task need beyond
    its due date even if all begin today, 0 where they fit or where it is told further up. ``pull_forward`` is, for the
    first task of a driving chain, the working days by which it would have to be finished before its forecast so that
    ``endangered_task`` is in time, although its own due date, not yet passed, allows more; 0 and NONE elsewhere, and
    where that first task is held by one outside.
    """

    is_late: Flags
    is_reported: Flags
    dependents: Ints
    shortfall: Ints
    pull_forward: Ints
    endangered_task: Ints


def find_slippage(found: Plan, due: Days, rank: Ints, today: np.datetime64) -> Slippage:
    """Return where the plan misses its due dates."""
    coming = found.is_open & (due >= today)
    late = coming & (found.forecast > due)
    handed = late & ((found.driver >= 0) | found.is_driven_externally)
    by_itself = _finish_after(
        found, np.where(handed, np.minimum(found.early_finish, found.due), found.early_finish), found.ready
    )
    told = late & ~(handed & (by_itself <= found.due))
    untold = late & ~told
    on = chain_roots(np.where(untold, found.driver, NONE))
    hangers = np.bincount(on[untold], minlength=len(late))
    passed = found.is_open & (due < today)
    ahead, held = _pull_forward(found, late, passed, rank)
    return Slippage(late, told, hangers, _shortfall(found, coming, handed | passed), ahead, held)


def _finish_after(found: Plan, before: Ints, ready: Ints) -> Ints:
    """Return when each task would be finished if its predecessors were finished at ``before``."""
    source, target = found.network.source[found.is_binding], found.network.target[found.is_binding]
    begin = np.where(found.is_waiting, ready, found.early_start)
    np.maximum.at(begin, target, before[source] + 1)
    return begin + found.working_days - 1


def _shortfall(found: Plan, coming: Flags, elsewhere: Flags) -> Ints:
    """Return the working days that do not fit, lateness of predecessors that is told ``elsewhere`` left out."""
    source, target = found.network.source[found.is_binding], found.network.target[found.is_binding]
    waits = np.zeros(len(coming), dtype=bool)
    waits[target[found.is_open[source]]] = True
    before = np.where(elsewhere, np.minimum(found.earliest_finish, found.due), found.earliest_finish)
    arises = _finish_after(found, before, found.today) > found.due
    return np.where(coming & waits & arises, np.maximum(found.earliest_finish - found.due, 0), 0)


def _pull_forward(found: Plan, late: Flags, passed: Flags, rank: Ints) -> tuple[Ints, Ints]:
    """Return by how much the first task of each late chain is too late for it, and for which task most."""
    ahead, held = np.zeros(len(late), dtype=np.int64), np.full(len(late), NONE)
    ends = np.flatnonzero(late & (found.driver >= 0))
    first = chain_roots(found.driver)[ends]
    days = found.early_finish[ends] - found.due[ends]
    own = np.where(is_known(found.due[first]), found.due[first], np.iinfo(np.int64).max)
    wanted = (
        found.is_open[first]
        & ~passed[first]
        & ~found.is_driven_externally[first]
        & (found.early_finish[first] - days < own)
    )
    ends, first, days = ends[wanted], first[wanted], days[wanted]
    order = np.lexsort((-rank[ends], days))
    ahead[first[order]], held[first[order]] = days[order], ends[order]
    return ahead, held
