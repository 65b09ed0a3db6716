"""What openpyxl does in the benches: load, add the values of 汇总 or edit cells, save."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from collabxl.workbook.grid import Grid

Cells = dict[tuple[int, int], Any]


def add_sheet(source: Path, target: Path, paper: Path) -> None:
    """Write a workbook with the values of 汇总 added, without their looks."""
    grid: Grid = pickle.loads(paper.read_bytes())
    book = openpyxl.load_workbook(source)
    sheet = book.create_sheet(grid.title)
    for (row, column), cell in grid.cells.items():
        sheet.cell(row, column).value = cell.value
    book.save(target)


def edit(source: Path, target: Path, sheet: str, cells: Cells) -> None:
    """Write a workbook with cells edited."""
    book = openpyxl.load_workbook(source)
    for (row, column), value in cells.items():
        book[sheet].cell(row, column).value = value
    book.save(target)
