"""What the rules alone cost, all packs, once the workbooks are read: CPU a workbook, and where it goes.

    python -m tests.bench.rules [workbooks] [tasks] [--typed]

The workbooks are built ones unless ``--typed``. One warm-up run, then the best of RUNS: rules are pure, so the least is
what they cost. Cycles are collected as seldom as the command line does. The table tells each rule with the derived
frames it was the first to ask for.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collabxl import Settings, Tables, read_workbooks
from collabxl.cli.main import OBJECTS_A_COLLECTION
from collabxl.rules.engine import frames
from collabxl.rules.engine import run as checking
from tests.bench.workbooks import TODAY, build, write, write_many

RUNS = 5
SHOWN = 25
STRICT = Settings(pack="strict")


def cost(tables: Tables) -> float:
    """Return the least CPU seconds of checking tables."""
    checking.check(tables, today=TODAY, settings=STRICT)
    return min(_timed(lambda: checking.check(tables, today=TODAY, settings=STRICT)) for _ in range(RUNS))


def _timed(run: Callable[[], Any]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def shares(tables: Tables) -> Counter[str]:
    """Return the CPU seconds of every rule and derived frame by itself, in one run."""
    spent: Counter[str] = Counter()
    nested = [0.0]

    def by_itself(name: str, run: Callable[[], Any]) -> Any:
        begun, outside = time.process_time(), nested[0]
        made = run()
        whole = time.process_time() - begun
        spent[name] += whole - (nested[0] - outside)
        nested[0] = outside + whole
        return made

    lookup, hits = frames.Frames.__getitem__, checking._hits
    frames.Frames.__getitem__ = lambda self, name: by_itself(f"· {name}", lambda: lookup(self, name))  # type: ignore[method-assign]
    checking._hits = lambda rule, *told: iter(by_itself(f"{rule.code} {rule.name}", lambda: list(hits(rule, *told))))
    try:
        by_itself("· findings located", lambda: checking.check(tables, today=TODAY, settings=STRICT))
    finally:
        frames.Frames.__getitem__, checking._hits = frames, hits  # type: ignore[method-assign]
    return spent


def main(count: int, tasks: int, *, typed: bool) -> None:
    """Print the cost a workbook and the dearest rules."""
    gc.set_threshold(OBJECTS_A_COLLECTION)
    with tempfile.TemporaryDirectory() as folder:
        tables = read_workbooks(write_many(Path(folder), count, tasks, write if typed else build))
    whole = cost(tables)
    kind = "typed" if typed else "built"
    print(f"{count} {kind} workbooks of {tasks} tasks, all packs: {1000 * whole / count:.2f} ms CPU a workbook")
    for name, seconds in shares(tables).most_common(SHOWN):
        print(f"{1e6 * seconds / count:9.0f} µs  {name}")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(*(numbers or [300, 200]), typed="--typed" in sys.argv)
