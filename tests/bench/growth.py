"""How the cost of a check grows with the number of workbooks, and with the tasks of a single one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.bench import TODAY
from tests.bench.cost import Cost, in_turn

DIFFERENT = 100
"""Workbooks that are written; a larger folder holds each of them several times."""
RUNS, FEW = 3, 1_000
"""Runs of what is quickly done; above so many workbooks, or ten times as many tasks, one run tells enough."""


class Step(NamedTuple):
    """One size of a series, and what raw reads and a check cost there."""

    size: int
    raw: Cost
    ours: Cost


def make(folder: Path, count: int, tasks: int, *, built: bool = False) -> None:
    """Write workbooks in a process of its own, as this one has to stay small."""
    command = [sys.executable, "-m", "tests.bench.workbooks", str(folder), str(count), str(tasks)]
    subprocess.run([*command, *(["--built"] if built else [])], check=True)


def raw(folder: Path) -> list[str]:
    """Return the command that reads all cells of a folder's workbooks."""
    return [sys.executable, "-m", "tests.bench.by_calamine", str(folder)]


def checking(folder: Path) -> list[str]:
    """Return the command that checks a folder by all rules."""
    code = "from collabxl.cli import main; main()"
    packs = ["--pack", "strict", "--today", str(TODAY), "--format", "json"]
    return [sys.executable, "-c", code, "check", str(folder), *packs]


def workbooks(folder: Path, most: int, tasks: int) -> Iterator[Step]:
    """Yield the cost of ten workbooks, of a hundred, and so on."""
    make(folder / "different", min(DIFFERENT, most), tasks)
    written = sorted((folder / "different").iterdir())
    for size in _powers(10, most):
        many = folder / f"{size} workbooks"
        many.mkdir()
        for number in range(size):
            _link(written[number % len(written)], many / f"{number:05}.xlsx")
        yield Step(size, *in_turn(RUNS if size <= FEW else 1, raw(many), checking(many)))


def tasks(folder: Path, most: int) -> Iterator[Step]:
    """Yield the cost of one workbook of a hundred tasks, of a thousand, and so on."""
    for size in _powers(100, most):
        one = folder / f"{size} tasks"
        make(one, 1, size)
        yield Step(size, *in_turn(RUNS if size <= 10 * FEW else 1, raw(one), checking(one)))


def _powers(size: int, most: int) -> Iterator[int]:
    while size <= most:
        yield size
        size *= 10


def _link(source: Path, target: Path) -> None:
    with suppress(OSError):
        os.link(source, target)
        return
    shutil.copyfile(source, target)


def draw(picture: Path, series: Mapping[str, Sequence[Step]]) -> None:
    """Draw what raw reads and checks cost, by size, one panel a series."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams.update({"svg.hashsalt": "collabxl", "svg.fonttype": "none"})
    figure, panels = pyplot.subplots(1, len(series), figsize=(9, 3.6), layout="constrained")
    for panel, (name, steps) in zip(panels, series.items(), strict=True):
        sizes = [step.size for step in steps]
        panel.loglog(sizes, [step.ours.cpu for step in steps], "o-", color="#0b6e99", label="collabxl check")
        panel.loglog(sizes, [step.raw.cpu for step in steps], "s--", color="#8a8a8a", label="calamine, raw cells")
        panel.set(xlabel=name, ylabel="CPU s")
        panel.grid(alpha=0.3, which="both")
        panel.legend(frameon=False)
    figure.savefig(picture, metadata={"Date": None})
