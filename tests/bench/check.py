"""What checking 300 workbooks costs beside reading their cells raw with calamine: CPU of whole processes, ratios.

    python -m tests.bench.check [workbooks] [tasks]

Each is run several times in turn; the median counts. "Each further one" leaves out what a run costs before and for its
first workbook: that is measured by checking one. All run on one processor: two busy hyperthreads slow each other, and
CPU seconds of a program that uses both would say less than they seem to.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.workbooks import TODAY, build, write, write_many

RUNS = 5
RAW = """
import sys
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
"""


def cpu(command: list[str]) -> float:
    """Return the CPU seconds, user and system, of a command and all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, preexec_fn=_pin)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def in_turn(*commands: list[str]) -> list[float]:
    """Return the median CPU of each command, all run in turn RUNS times."""
    times: list[list[float]] = [[cpu(command) for command in commands] for _ in range(RUNS)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def checking(path: Path) -> list[str]:
    """Return the command that checks a file or folder."""
    code = "from collabxl.cli import main; main()"
    return [sys.executable, "-c", code, "check", str(path), "--today", str(TODAY), "--format", "json"]


def compare(folder: Path, name: str, count: int, tasks: int, write_one: Callable[..., None]) -> None:
    """Measure one kind of workbook and print its lines of the table."""
    many, one = folder / f"{name}-many", folder / f"{name}-one"
    write_many(many, count, tasks, write_one)
    write_many(one, 1, tasks, write_one)
    raw, whole, first, idle = in_turn(
        [sys.executable, "-c", RAW, str(many)],
        checking(many),
        checking(one),
        [sys.executable, "-c", "import python_calamine"],
    )
    print(f"{count} {name} workbooks of {tasks} tasks: CPU, median of {RUNS} runs; the first one alone {first:.2f} s")
    print(f"{'':26}{'whole run':>12}{'each further one':>20}")
    for what, time, start in (("calamine, raw cells", raw, idle), ("collabxl check, json", whole, first)):
        print(f"{what:26}{time:10.2f} s{1000 * (time - start) / max(count - 1, 1):17.2f} ms")
    print(f"{'ratio':26}{whole / raw:12.2f}{(whole - first) / (raw - idle):20.2f}\n")


def main(count: int, tasks: int) -> None:
    """Measure workbooks as people type them and, a fifth as many, as we build them."""
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), "typed", count, tasks, write)
        compare(Path(folder), "built", max(count // 5, 2), tasks, build)


if __name__ == "__main__":
    main(*([int(word) for word in sys.argv[1:3]] or [300, 200]))
