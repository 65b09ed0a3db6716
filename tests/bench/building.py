"""What building costs against bare XlsxWriter writing the same cells: ``python -m tests.bench.building``.

The peers write every value, formula, result and look that our workbook has, and nothing else: no validation, no
conditional format, no name, no chart; and they need not find out what any of them is. The first is XlsxWriter as it
is. The second does not search formulas for functions of newer Excels, as ours does not. The third writes results only,
no formula at all, which no workbook could do with less.
"""

from __future__ import annotations

import gc
import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from collabxl.cli.main import OBJECTS_A_COLLECTION
from tests.bench.workbooks import build

RUNS = 3
SIZES = (0, 100, 300)
"""Tasks that are filled in; 300 rows are ready in any case."""


class Written(NamedTuple):
    """One cell: where, what, the result of a formula, and which look."""

    row: int
    column: int
    value: Any
    result: Any
    look: int


def cells_of(path: Path) -> dict[str, list[Written]]:
    """Return every cell of a workbook by sheet."""
    texts, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    found: dict[str, list[Written]] = {}
    for sheet in texts.worksheets:
        results = values[sheet.title]
        found[sheet.title] = [
            Written(cell.row - 1, cell.column - 1, cell.value, results[cell.coordinate].value, cell.style_id)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None or cell.has_style
        ]
    return found


class Unsearched(Worksheet):
    """A worksheet that takes formulas as they are."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def bare(path: Path, cells: dict[str, list[Written]], worksheet: type[Worksheet] = Worksheet) -> None:
    """Write the same cells with XlsxWriter."""
    book = xlsxwriter.Workbook(path)
    looks: dict[int, Any] = {}
    for title, listed in cells.items():
        sheet = book.add_worksheet(title, worksheet)
        for row, column, value, result, look in listed:
            if look not in looks:
                looks[look] = book.add_format({"font_size": 9 + look % 3, "indent": look % 9, "rotation": look % 90})
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row, column, value, looks[look], "" if result is None else result)
            else:
                sheet.write(row, column, value, looks[look])
    book.close()


def results_only(cells: dict[str, list[Written]]) -> dict[str, list[Written]]:
    """Return the cells with results in place of formulas."""
    return {
        title: [cell._replace(value=cell.result) if str(cell.value).startswith("=") else cell for cell in listed]
        for title, listed in cells.items()
    }


def _build(path: Path, tasks: int) -> None:
    build(path, random.Random(1), tasks)


def least(run: Callable[[], None]) -> float:
    """Return the least CPU seconds of some runs."""
    spent = []
    for _ in range(RUNS):
        begun = time.process_time()
        run()
        spent.append(time.process_time() - begun)
    return min(spent)


def main() -> None:
    """Print a line a size: ours as so many times what each peer needs."""
    gc.set_threshold(OBJECTS_A_COLLECTION)
    with tempfile.TemporaryDirectory() as folder:
        for tasks in SIZES:
            ours, theirs = Path(folder) / "ours.xlsx", Path(folder) / "theirs.xlsx"
            built = least(partial(_build, ours, tasks))
            cells = cells_of(ours)
            peers = [
                least(partial(bare, theirs, cells)),
                least(partial(bare, theirs, cells, Unsearched)),
                least(partial(bare, theirs, results_only(cells))),
            ]
            many, size = sum(map(len, cells.values())), ours.stat().st_size / 1000
            head = f"{tasks:4} tasks  {many:6,} cells  {size:4.0f} KB"
            times = "  ".join(f"{built / peer:4.2f}" for peer in peers)
            print(f"{head}  {built:5.2f} s  × bare XlsxWriter, unsearched, results only: {times}")


if __name__ == "__main__":
    main()
