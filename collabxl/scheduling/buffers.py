"""Buffers: how much of the reserve before a due date the forecast eats, against how much of the work is done.

The fever chart of critical chain project management. Goldratt, Critical Chain, 1997; Leach, Critical Chain Project
Management, 2000: act when the last third of a buffer is entered. The burn rate is that of the TOCICO Dictionary, in Cox
and Schleier, Theory of Constraints Handbook, 2010, chapter 3: penetration into the buffer over completion of the chain.

A buffer lies at the end of the days a task is planned over, so its work is planned to take that much less. The forecast
counts all of those days as work; what a buffer has lost is what the work alone, forecast the same way, takes of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabxl.scheduling.critical_path import Plan, is_known, remaining_days
from collabxl.scheduling.graph import Flags, Ints, chain_sums, propagate


class BufferStatus(NamedTuple):
    """By task, NaN where it has no buffer, no due date or no forecast.

    ``used`` is the working days of the buffer that the forecast eats, between 0 and the buffer. ``done`` is the share
    of the working days of the task and of the chain before it, always by the predecessor that finishes last, that is
    done. ``burn_rate`` is the used share of the buffer over ``done``: above 1 the reserve is spent faster than the work
    gets done, infinite if some is spent and nothing is done.
    """

    used: NDArray[np.float64]
    done: NDArray[np.float64]
    burn_rate: NDArray[np.float64]


def buffer_status(found: Plan, size: NDArray[np.float64], share: NDArray[np.float64]) -> BufferStatus:
    """Return how the buffers of so many working days fare; ``share`` is the part of each task that is done."""
    there = found.is_open & is_known(found.due) & (size > 0)
    days = np.where(there, size, np.nan)
    taken = np.where(there, np.minimum(size, found.duration), 0)  # of no more days than there are: 1e300 is no integer
    work = np.maximum(found.duration - taken.astype(np.int64), 1)
    used = np.clip(_finish_without_buffers(found, work, share) - (found.due - days), 0, days)
    done = chain_sums(work * share, found.last_predecessor) / chain_sums(
        work.astype(np.float64), found.last_predecessor
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        burn = np.where(used == 0, 0.0, used / days / done)
    return BufferStatus(used, np.where(there, done, np.nan), np.where(there, burn, np.nan))


def _finish_without_buffers(found: Plan, work: Ints, share: NDArray[np.float64]) -> Ints:
    """Return when each task would be finished if it took only the days of its work."""
    part = np.where(found.is_waiting, 0.0, share)
    saved = remaining_days(found.duration, part) - remaining_days(work, part)
    return found.early_finish - np.where(found.has_fixed_finish, 0, saved)


def leads_to(found: Plan, goals: Flags) -> Flags:
    """Return which tasks are goals or, by however many links, come before one."""
    reached = propagate(
        goals.astype(np.int64), np.zeros(len(found.network.source), np.int64), found.network, backwards=True
    )
    return reached > 0
