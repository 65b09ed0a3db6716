"""How memory and time of a batch grow: peak memory over many small workbooks, and one reading process against two.

``python -m tests.bench.batch memory 1000 10000`` prints the peak of every process of a run, by number of workbooks;
``python -m tests.bench.batch processes`` prints processor seconds and the best wall time of one job and of two, taken
in turns. Where others load the machine, only the processor seconds are to be trusted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.workbooks import TODAY, write_many
from tests.hostile.running import run

TASKS_OF_SMALL = 10
TURNS = 5


def command(folder: Path, *words: str) -> list[str]:
    """Return the call that checks a folder."""
    check = [sys.executable, "-m", "collabxl", "check", str(folder), "--today", TODAY.isoformat()]
    return [*check, "--fail-on", "never", "--format", "jsonl", *words]


def memory(folder: Path, counts: list[int]) -> None:
    """Print the peak memory of runs over the first so many of the same small workbooks."""
    paths = write_many(folder / "all", max(counts), TASKS_OF_SMALL)
    for count in counts:
        some = folder / str(count)
        some.mkdir()
        for path in paths[:count]:
            os.link(path, some / path.name)
        began = time.monotonic()
        done = run(*command(some), seconds=3600)
        assert done.code == 0, done.err
        assert len(done.out.splitlines()) == count
        print(f"{count} workbooks: peak {done.peak / 2**20:.0f} MB, {time.monotonic() - began:.0f} s", flush=True)


def processes(folder: Path, count: int = 300, tasks: int = 200) -> None:
    """Print what one reading process and two take, by turns: processor seconds and wall time, the best of each."""
    write_many(folder / "books", count, tasks)
    best: dict[str, tuple[float, float]] = {}
    for _ in range(TURNS):
        for jobs in ("1", "2"):
            before, began = os.times(), time.monotonic()
            call = command(folder / "books", "--jobs", jobs)
            subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
            wall, after = time.monotonic() - began, os.times()
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            best[jobs] = min(best.get(jobs, (wall, spent)), (wall, spent))
    for jobs, (wall, spent) in best.items():
        print(f"{jobs} reading: {wall:.2f} s wall, {spent:.2f} s of processors, {spent / wall:.2f} busy at once")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        if sys.argv[1] == "memory":
            memory(Path(scratch), [int(word) for word in sys.argv[2:]])
        else:
            processes(Path(scratch))
