"""No formula follows from itself, taken as programs may take it: from every cell of each range that it names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from openpyxl.formula import Tokenizer

from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.ooxml.a1 import LAST_ROW
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.strings import SharedStrings
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.pipeline.new_workbook import build_workbook
from collabxl.recalculation.sheets import CalculationSheet, CellFormula
from collabxl.text import Lang
from tests.laws.dirty import TODAY, content

_PLACE = re.compile(r"(\$?)([A-Z]{1,3})?(\$?)(\d*)")
_CELL = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w.(!])""")


class Area(NamedTuple):
    """Cells of one sheet, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


Cell = tuple[str, int, int]


def formulas(path: Path) -> dict[Cell, set[Area]]:
    """Return the formulas of a workbook, and what each names."""
    book = WorkbookPart(Package(path.read_bytes()))
    names = {name.name.casefold(): name.text for name in book.names}
    sheets = {
        tab.title: CalculationSheet(worksheet_part(book, tab.title), SharedStrings(book)).formulas
        for tab in book.sheets
    }
    return {
        (title, *spot): {*_followed(told, title, spot, names)}
        for title, there in sheets.items()
        for spot, told in there.items()
        if told is not None
    }


def circle(path: Path) -> list[str]:
    """Return cells and ranges each of which follows from the next and the last from the first; none for no circle."""
    there = formulas(path)
    graph: dict[Cell | Area, Collection[Cell | Area]] = {**there}
    columns: dict[tuple[str, int], list[int]] = defaultdict(list)
    for title, row, column in there:
        columns[title, column].append(row)
    for area in {each for found in there.values() for each in found}:
        graph[area] = {
            (area.sheet, row, column)
            for column in range(area.left, area.right + 1)
            for row in columns.get((area.sheet, column), ())
            if area.top <= row <= area.bottom
        }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(each) for each in error.args[1]]
    return []


def read_whole(path: Path) -> list[str]:
    """Return the formulas above a header that follow from those below it and stand in a column that is read whole.

    Programs that compute a whole column first, and in it such a figure, begin with cells that wait for that column.
    """
    there = formulas(path)
    whole = {(each.sheet, each.left) for found in there.values() for each in found if each.bottom == LAST_ROW}
    return [
        f"{title} {a1.cell_address(row, column)}"
        for (title, row, column), found in there.items()
        if row < layout.HEADER and (title, column) in whole and any(_below(cell, found) for cell in there)
    ]


def _below(cell: Cell, areas: set[Area]) -> bool:
    """Return whether a cell of the rows below a header is in one of the areas."""
    sheet, row, column = cell
    return row > layout.HEADER and any(
        each.sheet == sheet and each.top <= row <= each.bottom and each.left <= column <= each.right for each in areas
    )


def _followed(told: CellFormula, sheet: str, spot: tuple[int, int], names: dict[str, str]) -> Iterator[Area]:
    """Yield the areas that a formula names in its cell, those behind names, too."""
    down, across = spot[0] - told.origin[0], spot[1] - told.origin[1]
    for operand in _operands(_moved(told.text, down, across)):
        for place in _operands(names[operand.casefold()]) if operand.casefold() in names else [operand]:
            area = _area(place, sheet)
            if area:
                yield area


def _moved(text: str, down: int, across: int) -> str:
    def moved(match: re.Match[str]) -> str:
        if match[1]:
            return match[0]
        letters = match[3] if match[2] else a1.column_letters(a1.column_number(match[3]) + across)
        return f"{match[2]}{letters}{match[4]}{match[5] if match[4] else int(match[5]) + down}"

    return _CELL.sub(moved, text) if down or across else text


@cache
def _shape(text: str) -> tuple[str, ...]:
    return tuple(token.value for token in Tokenizer(f"={text}").items if token.subtype == "RANGE")


def _operands(text: str) -> tuple[str, ...]:
    """Return the cells, ranges and names in a formula, which is read but once where only its cells differ."""
    cells: list[str] = []

    def taken(match: re.Match[str]) -> str:
        if match[1]:
            return match[0]
        cells.append(match[0])
        return f"cell.{len(cells) - 1}"

    found = _shape(_CELL.sub(taken, text.removeprefix("=")))
    return tuple(re.sub(r"cell\.(\d+)", lambda match: cells[int(match[1])], each) for each in found)


def _area(place: str, sheet: str) -> Area | None:
    title, _, cells = place.rpartition("!")
    first, _, last = cells.partition(":")
    ends = [_PLACE.fullmatch(each) for each in (first, last or first)]
    if any(end is None for end in ends):
        return None
    (left, top), (right, bottom) = ((end[2], end[4]) for end in ends if end)
    return Area(
        title.strip("'").replace("''", "'") or sheet,
        int(top or 1),
        a1.column_number(left),
        int(bottom or LAST_ROW),
        a1.column_number(right),
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_formula_of_ours_follows_from_itself(lang: Lang, tmp_path: Path) -> None:
    path = tmp_path / "built.xlsx"
    project, rows = content(3, 9, 0.25)
    build_workbook(path, project=project, rows=rows, today=TODAY, lang=lang)
    assert circle(path) == []
    assert read_whole(path) == []


def test_a_circle_through_a_whole_column_is_found(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet["F3"], sheet["Q6"], sheet["Z6"] = "=COUNTIF($Q$6:$Q$305,1)", "=Z6", "=INDEX(F:F,ROW())"
    path = tmp_path / "circle.xlsx"
    workbook.save(path)
    assert circle(path)
    assert read_whole(path) == ["Sheet F3"]
    sheet["Z6"] = "=INDEX(G:G,ROW())"
    workbook.save(path)
    assert circle(path) == []
