"""What a merge of 50 copies costs on one core: CPU seconds with all its processes, and where they go.

    python -m tests.bench.merge [--profile]

A master has 300 rows for tasks and as many for progress, so 50 copies of 200 rows each are copies of three departments
that many people filled in, each for himself. The second case is the usual one: 50 departments, one copy each.
"""

from __future__ import annotations

import cProfile
import datetime as dt
import os
import pstats
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from collabxl.history import beside
from collabxl.share.exchange import Merged, merge_copies
from collabxl.share.split import Copy, split
from tests.share.masters import TODAY, department, filled, master, values

COPIES = 50
RUNS = 3
CASES = ((3, 95), (50, 5))
"""Departments and tasks of each."""


def returned(copy: Copy, folder: Path, number: int) -> Path:
    """Return a copy as one person sends it back: five cells changed, others than those of the next person."""
    tasks = copy.share.own["tasks"]
    ids = [tasks[(number + at) % len(tasks)] for at in range(5)]
    keys = ("remark", "owner", "deliverable", "name", "status")
    said = [*(f"{number}-{key}" for key in keys[:-1]), "已完成"]
    cells = {("tasks", id, key): value for id, key, value in zip(ids, keys, said, strict=True)}
    saved = dt.datetime.combine(TODAY, dt.time(9), dt.UTC) + dt.timedelta(minutes=number)
    return filled(copy.path, folder / f"{number}.xlsx", cells, saved)


def spent() -> float:
    """Return the CPU seconds of this process and of those it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def once(path: Path, folder: Path, back: list[Path]) -> tuple[float, float, Merged]:
    """Merge into a copy of the master and return CPU seconds, wall seconds and what became of it."""
    folder.mkdir()
    ours = Path(shutil.copy(path, folder))
    shutil.copy(beside(path), folder)
    cpu, wall = spent(), time.perf_counter()
    merged = merge_copies(ours, back, today=TODAY)
    return spent() - cpu, time.perf_counter() - wall, merged


def case(departments: int, tasks: int, folder: Path, *, profile: bool) -> None:
    """Print what one case costs."""
    path = master(folder / "master.xlsx", departments, tasks)
    only = [department(number) for number in range(1, departments + 1)]
    made = split(path, folder / "out", today=TODAY, only=only).copies
    back = [returned(made[number % departments], folder / "back", number) for number in range(COPIES)]
    rows = sum(map(len, values(back[-1]).values()))
    runs = [once(path, folder / str(run), back) for run in range(RUNS)]
    merged = runs[-1][2]
    takes = sum(len(result.plan.takes) for result in merged.results)
    assert all(result.state == "merged" for result in merged.results)
    cpu, wall = (min(run[at] for run in runs) for at in (0, 1))
    print(
        f"{COPIES} copies × {rows} rows of {departments} departments: {cpu:.2f} s CPU, {wall:.2f} s wall, {takes} takes"
    )
    if profile:
        with cProfile.Profile() as watched:
            once(path, folder / "profile", back)
        pstats.Stats(watched).sort_stats("cumulative").print_stats("collabxl", 45)


def main(*words: str) -> None:
    """Print every case."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for departments, tasks in CASES:
        with tempfile.TemporaryDirectory() as folder:
            case(departments, tasks, Path(folder), profile="--profile" in words)


if __name__ == "__main__":
    main(*sys.argv[1:])
