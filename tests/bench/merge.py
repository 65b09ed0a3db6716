"""What splitting and merging cost: 50 departments, 200 tasks with their progress, one return each, on one core.

    python -m tests.bench.merge [departments] [tasks of each]

CPU seconds of this process and of the worker that opens the copies; imports are paid before.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from collabxl import merge_copies, split
from tests.exchange.masters import TODAY, filled, master


def spent() -> float:
    """Return the CPU seconds of this process and of those it waited for."""
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in each)


def main(departments: int, tasks: int) -> None:
    """Measure once and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = master(folder / "m.xlsx", departments, tasks)
        begun = spent()
        copies = split(book, folder / "out", today=TODAY).copies
        print(f"split: {departments} copies, {spent() - begun:.2f} s, {len(copies[0].content) / 1024:.0f} KB each")
        for number, copy in enumerate(copies):
            own = copy.share.own["tasks"]
            cells = {("tasks", own[0], "status"): "已完成", ("tasks", own[-1], "remark"): f"{number}"}
            filled(copy.path, folder / "back" / f"{number}.xlsx", cells)
        begun = spent()
        merged = merge_copies(book, [folder / "back"], today=TODAY)
        taken = sum(len(result.plan.takes) for result in merged.results)
        print(f"merge: {departments} copies × {departments * tasks} rows, {taken} cells taken, {spent() - begun:.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3])) if len(sys.argv) > 2 else main(50, 4)
