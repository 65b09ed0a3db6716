"""What a plan costs by the shape of its projects: CPU seconds, and microseconds a task.

    python -m tests.bench.plan

One warm-up run of each, then the best of RUNS. Half of the tasks have begun or ended; the calendar is China's.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import numpy as np

from collabxl.scheduling.calendar import CalendarExceptions, WorkingDays, public_days
from collabxl.scheduling.critical_path import Links, TaskArrays, TaskState, plan

RUNS = 3
TODAY = np.datetime64("2024-08-01", "D")
YEARS = range(2023, 2027)


def calendar(books: int) -> WorkingDays:
    """Return China's calendar for so many workbooks."""
    odd = public_days("CN", YEARS)
    day = np.tile(np.array([each.day for each in odd], dtype="datetime64[D]"), books)
    worked = np.tile(np.array([each.is_working for each in odd]), books)
    return WorkingDays(CalendarExceptions(np.repeat(np.arange(books), len(odd)), day, worked))


def tasks(books: int, each: int, chance: np.random.Generator) -> TaskArrays:
    """Return tasks of a year around today."""
    count = books * each
    start = TODAY + chance.integers(-180, 180, count).astype("timedelta64[D]")
    due = start + chance.integers(0, 20, count).astype("timedelta64[D]")
    state = chance.choice([TaskState.WAITING, TaskState.WAITING, TaskState.RUNNING, TaskState.DONE], count)
    share = np.where(state == TaskState.DONE, 1.0, np.where(state == TaskState.RUNNING, 0.5, 0.0))
    finished = np.where(state == TaskState.DONE, due, np.datetime64("NaT", "D"))
    missing = np.full(count, np.datetime64("NaT", "D"))
    return TaskArrays(np.repeat(np.arange(books), each), np.arange(count), start, due, state, share, finished, missing)


def chain(books: int, each: int) -> Links:
    """Return links that make one chain of every project."""
    place = np.arange(books * each)
    before = place[place % each != each - 1]
    return Links(before, before + 1)


def tree(books: int, each: int, chance: np.random.Generator) -> Links:
    """Return links from each task but the first of a project to two later than it, at random."""
    place = np.repeat(np.arange(books * each), 2)
    place = place[place % each != 0]
    return Links(place - 1 - (chance.random(len(place)) * (place % each)).astype(np.int64), place)


def cases() -> Iterator[tuple[str, int, int, str]]:
    """Return what is measured: its name, projects, tasks in each, shape."""
    for each in (10_000, 30_000, 100_000, 300_000):
        yield f"1 project, {each:,} tasks", 1, each, "chain"
        yield f"1 project, {each:,} tasks", 1, each, "tree"
    for books in (100, 300, 1_000, 3_000):
        yield f"{books:,} projects, 200 tasks", books, 200, "chain"
        yield f"{books:,} projects, 200 tasks", books, 200, "tree"


def main() -> None:
    """Print the cost of every case."""
    for name, books, each, shape in cases():
        chance = np.random.default_rng(1)
        days = calendar(books)
        made = tasks(books, each, chance)
        links = chain(books, each) if shape == "chain" else tree(books, each, chance)
        plan(made, links, TODAY, days)
        spent = []
        for _ in range(RUNS):
            begun = time.process_time()
            plan(made, links, TODAY, days)
            spent.append(time.process_time() - begun)
        print(f"{name:30} {shape:6} {min(spent):7.3f} s CPU  {1e6 * min(spent) / (books * each):6.2f} µs a task")


if __name__ == "__main__":
    print(f"CN calendar, as of {dt.date.fromisoformat(str(TODAY))}")
    main()
