"""How memory and time of a batch grow: peak memory over many small workbooks, and what checking and reading take.

``python -m tests.bench.batch memory 1000 10000`` prints the peak of every process of a run, by number of workbooks;
``python -m tests.bench.batch processes`` prints processor seconds of the process that checks and of those that read,
and how much two processors can gain at best: other work on the machine does not change these figures.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from collabxl import check_workbooks, outcome_json
from tests.bench.workbooks import TODAY, write_many
from tests.hostile.running import run

TASKS_OF_SMALL = 10


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


def spent(folder: Path, jobs: int) -> None:
    """Check a folder in this process and print what it and its readers took of the processors."""
    count = sum(bool(outcome_json(each)["path"]) for each in check_workbooks([folder], today=TODAY, jobs=jobs))
    own, readers = (
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
    most = max(own, readers / jobs, (own + readers) / 2)
    print(f"{count} workbooks, {jobs} reading: checking {own:.2f} s, reading {readers:.2f} s of processors;", end=" ")
    print(f"two processors are at best {(own + readers) / most:.2f} × one", flush=True)


if __name__ == "__main__" and sys.argv[1] == "spent":
    spent(Path(sys.argv[2]), int(sys.argv[3]))
elif __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        if sys.argv[1] == "memory":
            memory(Path(scratch), [int(word) for word in sys.argv[2:]])
        else:
            write_many(Path(scratch), 1000, 200)
            for jobs in ("1", "2"):
                call = [sys.executable, "-m", "tests.bench.batch", "spent", scratch, jobs]
                subprocess.run(call, check=True)
