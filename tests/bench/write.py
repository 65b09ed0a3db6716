"""What adding 汇总, and ten cell edits, cost beside openpyxl's load and save: time and peak memory, small to large.

    python -m tests.bench.write [SIZES]

SIZES names how many of the three workbooks are measured, smallest first (3). Each operation runs in a process of its
own on one processor: read the file, do it, our checks before writing, write the file; imports come before the clock
starts. Time is CPU of all threads, user and system, the median of some runs in turn. Memory is the peak above what the
process had after its imports, and in brackets with it. The table goes to tests/bench/WRITE.md. A few minutes, nearly
all of them openpyxl's.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import openpyxl  # type: ignore[import-untyped]
import xlsxwriter

from tests.bench.cost import machine
from tests.bench.operation import SHEET
from tests.bench.workbooks import paper

RESULT = Path(__file__).with_name("WRITE.md")
COLUMNS = 10
TEXTS = 2_000


class Size(NamedTuple):
    """One workbook of the bench: its rows, how often each side runs, and how many times faster we want to be."""

    rows: int
    runs: int
    aims: dict[str, float]
    memory: float | None = None
    """How many times less memory we want to need."""


SIZES = (
    Size(1_200, 5, {"sheet": 10}),
    Size(27_200, 3, {"sheet": 100, "edits": 20}),
    Size(270_000, 1, {"sheet": 500}, memory=10),
)
HEADS = {"sheet": "加汇总 add 汇总", "edits": "改十格 edit ten cells"}


class Cost(NamedTuple):
    """What one operation cost."""

    cpu: float
    wall: float
    bare: float
    peak: float

    @property
    def memory(self) -> float:
        """The MiB the operation itself needed."""
        return self.peak - self.bare


def write(path: Path, rows: int) -> None:
    """Write a workbook of one sheet of texts, numbers and dates; the same rows give the same cells."""
    chance = random.Random(rows)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    sheet.write_row(0, 0, [f"列{column}" for column in range(COLUMNS)])
    for row in range(1, rows):
        words = [f"T{row % TEXTS:05}", f"第{row * 7919 % TEXTS}项工作"]
        numbers = [chance.randrange(10**6) / 100, 45_000 + row % 365, chance.randrange(9973), row]
        sheet.write_row(row, 0, [*words, *numbers, chance.random(), chance.random(), "高中低"[row % 3], "按计划"])
    book.close()


def run(tool: str, what: str, source: Path, rows: int, grid: Path) -> Cost:
    """Return what one operation costs in a process of its own."""
    target = source.with_name(f"{tool}-{what}.xlsx")
    command = [sys.executable, "-m", "tests.bench.operation", tool, what, *map(str, (source, target, rows, grid))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=_pin)
    return Cost(*json.loads(done.stdout))


def _pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def compare(size: Size, folder: Path, grid: Path) -> Iterator[str]:
    """Yield the table's rows about one workbook."""
    source = folder / f"{size.rows}.xlsx"
    write(source, size.rows)
    head = f"{source.stat().st_size / 1e6:.1f} MB | {size.rows * COLUMNS:,}"
    for what, says in HEADS.items():
        costs = [
            [run(tool, what, source, size.rows, grid) for tool in ("openpyxl", "collabxl")] for _ in range(size.runs)
        ]
        theirs, ours = (_median(list(column)) for column in zip(*costs, strict=True))
        time = _judged(theirs.cpu / ours.cpu, size.aims.get(what))
        memory = _judged(theirs.memory / ours.memory, size.memory)
        cells = [f"{theirs.cpu:.2f}", f"{ours.cpu:.3f}", time, _mib(theirs), _mib(ours), memory]
        yield f"| {head} | {says} | {' | '.join(cells)} |"


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


def _judged(ratio: float, aim: float | None) -> str:
    if aim is None:
        return f"{ratio:,.1f}×"
    return f"**{ratio:,.1f}×** ({'✓' if ratio >= aim else '✗'} ≥ {aim:,.0f}×)"


def _mib(cost: Cost) -> str:
    return f"{cost.memory:,.1f} ({cost.peak:,.0f})"


HEAD = """# 写入的时间和内存 · What writing costs

`python -m tests.bench.write`, openpyxl {openpyxl}; {machine}.

每次操作各在一个进程里：读文件、操作、写前自查、写文件；不计导入模块。
时间是 CPU 秒，轮流运行取中位数；内存是操作本身的峰值，括号内含解释器和模块。

Each operation in its own process: read, do, check, write; imports not counted. CPU seconds, the median of runs in
turn; memory is the peak of the operation itself, in brackets with interpreter and modules.

| 工作簿 file | 单元格 cells | 操作 | openpyxl s | 我们 ours s | 快 faster | openpyxl MiB | 我们 ours MiB | 省 less |
| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


def main(sizes: int) -> None:
    """Measure every workbook and write the table."""
    lines = [HEAD.format(openpyxl=openpyxl.__version__, machine=machine())]
    with tempfile.TemporaryDirectory() as folder:
        grid = Path(folder) / "paper"
        grid.write_bytes(pickle.dumps(paper()))
        for size in SIZES[:sizes]:
            for line in compare(size, Path(folder), grid):
                print(line, flush=True)
                lines.append(line)
    RESULT.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else len(SIZES))
