"""What checking 300 workbooks costs beside reading their cells raw with calamine: CPU of whole processes, ratios.

    python -m tests.bench.check [workbooks] [tasks]

Each is run several times in turn; the median counts. "Per workbook" leaves out what a run costs before its first
workbook: that is measured by checking one.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.workbooks import TODAY, write_many

RUNS = 3
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
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def in_turn(*commands: list[str]) -> list[float]:
    """Return the median CPU of each command, all run in turn RUNS times."""
    times: list[list[float]] = [[cpu(command) for command in commands] for _ in range(RUNS)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def checking(path: Path) -> list[str]:
    """Return the command that checks a file or folder."""
    code = "from collabxl.cli import main; main()"
    return [sys.executable, "-c", code, "check", str(path), "--today", str(TODAY), "--format", "json"]


def main(count: int, tasks: int, say: Callable[[str], None] = print) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder) / "many", Path(folder) / "one"
        write_many(many, count, tasks)
        write_many(one, 1, tasks)
        raw, whole, first, idle = in_turn(
            [sys.executable, "-c", RAW, str(many)],
            checking(many),
            checking(one),
            [sys.executable, "-c", "import python_calamine"],
        )
    say(f"{count} workbooks of {tasks} tasks, CPU seconds, median of {RUNS} runs")
    say(f"{'':28}{'whole run':>12}{'per workbook':>16}")
    for name, time, start in (("calamine, raw cells", raw, idle), ("collabxl check, json", whole, first)):
        say(f"{name:28}{time:10.2f} s{1000 * (time - start) / max(count - 1, 1):13.2f} ms")
    say(f"{'ratio':28}{whole / raw:12.2f}{(whole - first) / (raw - idle):16.2f}")
    say(f"one small workbook: {first:.2f} s")


if __name__ == "__main__":
    main(*([int(word) for word in sys.argv[1:3]] or [300, 200]))
