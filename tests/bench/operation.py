"""One operation of tests.bench.write in a process of its own, so that its time and memory are nobody else's.

python -m tests.bench.operation TOOL WHAT SOURCE TARGET ROWS PAPER
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from pathlib import Path

SHEET = "数据"
EDITS = 10


def cells(rows: int) -> dict[tuple[int, int], str | float]:
    """Return ten cells from the first row of data to the last with new values, by turns text and number."""
    spread = [2 + (rows - 2) * number // (EDITS - 1) for number in range(EDITS)]
    return {(row, 2 + row % 2): f"改{row}" if row % 2 == 0 else row + 0.5 for row in spread}


def peak() -> float:
    """Return the most memory this process has had so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the parent's memory before exec
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(tool: str, what: str, source: str, target: str, rows: str, paper: str) -> None:
    """Do it and print CPU seconds, wall seconds, memory after the imports and at its peak."""
    module = importlib.import_module(f"tests.bench.by_{tool}")
    bare, cpu, wall = peak(), time.process_time(), time.perf_counter()
    if what == "sheet":
        module.add_sheet(Path(source), Path(target), Path(paper))
    else:
        module.edit(Path(source), Path(target), SHEET, cells(int(rows)))
    print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall, bare, peak()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
