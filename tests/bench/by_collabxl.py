"""What collabxl does in the benches: 汇总 and cell edits, with the check every result passes before it is written."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.import_sheet import import_sheet
from collabxl.ooxml.lint import check
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.workbook.grid import Grid
from collabxl.workbook.single_sheet import single_sheet_workbook

Cells = dict[tuple[int, int], Any]
MARKER = "_collabxl_summary"


def patch(
    content: bytes, *, grid: Grid | None = None, sheet: str = "", cells: Cells | None = None
) -> tuple[bytes, frozenset[str]]:
    """Return a workbook with a sheet put and cells edited, and the names of the entries declared as changed."""
    package = Package(content)
    book = WorkbookPart(package)
    if cells:
        set_cells(book, sheet, cells)
    put = [import_sheet(book, single_sheet_workbook(grid), title=grid.title, marker=MARKER)] if grid else []
    result = package.save()
    check(package, result, put, {sheet: list(cells)} if cells else None)
    changes = package.changes()
    return result, frozenset((*changes.changed, *changes.added, *changes.dropped))


def add_sheet(source: Path, target: Path, paper: Path) -> None:
    """Write a workbook with 汇总 added."""
    grid = pickle.loads(paper.read_bytes())
    target.write_bytes(patch(source.read_bytes(), grid=grid)[0])


def edit(source: Path, target: Path, sheet: str, cells: Cells) -> None:
    """Write a workbook with cells edited."""
    target.write_bytes(patch(source.read_bytes(), sheet=sheet, cells=cells)[0])
