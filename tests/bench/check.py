"""What checking costs beside raw reads and beside others, and how it grows: tests/bench/CHECK.md and CHECK.svg.

    python -m tests.bench.check [WORKBOOKS MOST_WORKBOOKS MOST_TASKS]

WORKBOOKS are what all tools are given (300); the number of workbooks then grows from 10 to MOST_WORKBOOKS (10,000),
the tasks of a single one from 100 to MOST_TASKS (100,000). collabxl runs all rules and writes JSON. CPU is that of
whole processes, on one processor, the median of runs in turn; "each further one" leaves out what a run costs before and
for its first workbook. What takes long runs once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from tests.bench import growth
from tests.bench.cost import Cost, cost, in_turn, machine
from tests.bench.growth import Step, checking, make, raw

RESULT = Path(__file__).with_name("CHECK.md")
RUNS = 3
TASKS = 200


class Peer(NamedTuple):
    """Another tool: its module here, what it is called, and how many times faster we want to be."""

    module: tuple[str, ...]
    name: str
    aim: float | None


PEERS = (
    Peer(("by_pandera", "openpyxl"), "pandas + openpyxl + pandera", 10),
    Peer(("by_pandera", "calamine"), "pandas + calamine + pandera", None),
    Peer(("by_frictionless",), "frictionless", 25),
)
MOST_OF_RAW = 1.7
"""What we want a check to cost at most, in raw reads of the same files."""

HEAD = """# 检查的时间和内存 · What checking costs

`python -m tests.bench.check`; {machine}; {versions}.

每个工具处理同样的 {count} 个工作簿，每个 {tasks} 个任务。
collabxl 执行全部规则并输出 JSON；pandera 和 frictionless 只查类型和词表。
时间是整个进程（含子进程）的 CPU 秒，单核，轮流运行取中位数；内存是最大的一个进程的峰值。
“每多一个”不计启动和第一个工作簿。

The same {count} workbooks of {tasks} tasks for every tool. collabxl runs all rules and writes JSON; pandera and
frictionless prove types and word lists only. CPU seconds of whole processes with their children, one processor, the
median of runs in turn; memory is the peak of the largest process. "Each further one" leaves out the start and the first
workbook.

| 工具 tool | 全部 whole run s | 首个 first one s | 每多一个 each further one ms | 倍数 whole run, ours = 1 | 内存 MiB |
| --- | ---: | ---: | ---: | ---: | ---: |"""
FOUND = """
二十个任务里有一个填错；严格规则包平均每个工作簿报 {each:.0f} 条。
One task in twenty has a mistake; the strict pack finds {each:.0f} things a workbook on average."""


def compare(folder: Path, count: int) -> Iterator[str]:
    """Yield the rows of the table of all tools."""
    many, one = folder / "many", folder / "one"
    make(many, count, TASKS)
    make(one, 1, TASKS)
    read, first_read, ours, first = in_turn(RUNS, raw(many), raw(one), checking(many), checking(one))
    each = (ours.cpu - first.cpu) / (read.cpu - first_read.cpu)
    yield _row("calamine, 只读 raw cells", (read, first_read), count, f"{read.cpu / ours.cpu:.2f}")
    yield _row("**collabxl check**, JSON", (ours, first), count, "1")
    for peer in PEERS:
        whole, start = (cost(_module(peer, path)) for path in (many, one))
        yield _row(peer.name, (whole, start), count, _judged(whole.cpu / ours.cpu, peer.aim))
    yield FOUND.format(each=_findings(many) / count)
    mark = "✓" if each <= MOST_OF_RAW else "✗"
    yield f"\n每多一个，是只读的 Each further one, in raw reads: **{each:.2f}** ({mark} ≤ {MOST_OF_RAW})"


def compare_built(folder: Path, count: int) -> str:
    """Return the line about workbooks that collabxl built, which have many more sheets."""
    many, one = folder / "built", folder / "one built"
    make(many, count, TASKS, built=True)
    make(one, 1, TASKS, built=True)
    read, first_read, ours, first = in_turn(RUNS, raw(many), raw(one), checking(many), checking(one))
    each, of_raw = ((whole.cpu - start.cpu) / (count - 1) for whole, start in ((ours, first), (read, first_read)))
    says = f"collabxl {1000 * each:.1f} ms, 只读 raw {1000 * of_raw:.1f} ms, **{each / of_raw:.2f}**"
    return f"collabxl 自己建的工作簿 Workbooks that collabxl built ({count}), 每多一个 each further one: {says}"


def _findings(folder: Path) -> int:
    told = subprocess.run(checking(folder), stdout=subprocess.PIPE, check=False).stdout
    counts = json.loads(told)["counts"]
    return sum(counts[severity] for severity in ("error", "warning", "info"))


def _module(peer: Peer, folder: Path) -> list[str]:
    module, *words = peer.module
    return [sys.executable, "-W", "ignore", "-m", f"tests.bench.{module}", *words, str(folder)]


def _row(name: str, costs: tuple[Cost, Cost], count: int, times: str) -> str:
    whole, first = costs
    each = 1000 * (whole.cpu - first.cpu) / (count - 1)
    return f"| {name} | {whole.cpu:.2f} | {first.cpu:.2f} | {each:.2f} | {times} | {whole.memory:,.0f} |"


def _judged(ratio: float, aim: float | None) -> str:
    if aim is None:
        return f"{ratio:,.1f}"
    return f"**{ratio:,.1f}** ({'✓' if ratio >= aim else '✗'} ≥ {aim:,.0f})"


def _grown(title: str, steps: Iterator[Step], kept: list[Step]) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield "| | 只读 raw s | collabxl s | 倍数 ratio | raw MiB | collabxl MiB |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for step in steps:
        kept.append(step)
        ratio = step.ours.cpu / step.raw.cpu
        times = f"{step.raw.cpu:.2f} | {step.ours.cpu:.2f} | {ratio:.2f}"
        yield f"| {step.size:,} | {times} | {step.raw.memory:,.0f} | {step.ours.memory:,.0f} |"


def lines(folder: Path, count: int, most_workbooks: int, most_tasks: int) -> Iterator[str]:
    """Yield the whole page; the picture is drawn once both series are there."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("python-calamine", "pandas", "pandera", "frictionless"))
    yield HEAD.format(machine=machine(), versions=versions, count=count, tasks=TASKS)
    yield from compare(folder, count)
    yield "\n" + compare_built(folder, max(count // 5, 2))
    workbooks: list[Step] = []
    tasks: list[Step] = []
    yield from _grown(
        f"更多工作簿 More workbooks ({TASKS} 个任务 tasks)", growth.workbooks(folder, most_workbooks, TASKS), workbooks
    )
    yield from _grown("一个工作簿，更多任务 One workbook, more tasks", growth.tasks(folder, most_tasks), tasks)
    picture = RESULT.with_suffix(".svg")
    growth.draw(picture, {"workbooks": workbooks, "tasks in one workbook": tasks})
    yield f"\n![CPU seconds by workbooks and by tasks, log-log]({picture.name})"


def main(*sizes: int) -> None:
    """Measure, print as it comes, and write the page."""
    count, most_workbooks, most_tasks = sizes or (300, 10_000, 100_000)
    written = []
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder), count, most_workbooks, most_tasks):
            print(line, flush=True)
            written.append(line)
    RESULT.write_text("\n".join([*written, ""]), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
