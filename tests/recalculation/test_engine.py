"""What of a file decides how its formulas are computed, beside their words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.recalculation.engine import RecalculationEngine, RecalculationScope, Results, recalculate
from collabxl.recalculation.faults import UnsupportedFormula
from tests.laws.programs import DATA, FIRST_COLUMN, spot_of, write_book
from tests.laws.test_programs import computed

BUILT = RecalculationScope(None, whole=frozenset({"other"}))
"""A workbook of ours, where formulas of people are computed, too."""
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def edited(path: Path, formulas: list[str], part: str, edits: dict[bytes, bytes]) -> WorkbookPart:
    """Return a workbook with formulas, in a part of which things stand otherwise."""
    write_book(path, formulas)
    package = Package(path.read_bytes())
    content = package.read(part)
    for old, new in edits.items():
        content, count = re.subn(old, new, content, count=1)
        assert count == 1
    package.put(part, content)
    return WorkbookPart(Package(package.save()))


def results(book: WorkbookPart) -> dict[Any, Any]:
    """Return what formulas beside the grid show otherwise than the file says."""
    found: Results = recalculate(book, BUILT, {})
    return {spot: shown for spot, shown in found.get(DATA, {}).items() if spot[1] >= FIRST_COLUMN or spot[1] == 1}


def test_formulas_with_the_same_words_or_places_are_each_computed_where_they_stand(tmp_path: Path) -> None:
    """A whole column moves along; a fixed row is no row that is so far away."""
    high = ["SUM(A:A)"] * 100 + ["SUM(A:A)", "sum(a1)", "G$3", "G7"]
    write_book(tmp_path / "book.xlsx", high)
    found = computed(tmp_path / "book.xlsx", len(high))
    assert [found[at] for at in (0, 99, 100, 101, 102, 103)] == [97, 97, 97, 3, 3, 21]


def test_shared_formulas_stay_on_the_sheet(tmp_path: Path) -> None:
    """Programs go on at the other end of the sheet; that is left to them."""
    shared = {b"<f>A4</f>": b'<f t="shared" ref="L1:L2" si="0">A1048576+1</f>', b"<f>A5</f>": b'<f t="shared" si="0"/>'}
    assert results(edited(tmp_path / "book.xlsx", ["A4", "A5"], SHEET, shared)) == {spot_of(0): 1.0}


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (BOOK, rb"<calcPr ", rb'<calcPr fullPrecision="0" '),
        (BOOK, rb"<workbookPr ", rb'<workbookPr date1904="1" '),
        (SHEET, rb"<dimension", rb'<sheetPr transitionEvaluation="1"/><dimension'),
    ],
)
def test_what_computes_otherwise_is_left(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    assert results(edited(tmp_path / "book.xlsx", ["A1+1"], part, {old: old})) == {spot_of(0): 4.0}
    assert results(edited(tmp_path / "book.xlsx", ["A1+1"], part, {old: new})) == {}


@pytest.mark.parametrize(
    "cell",
    [
        rb'<c r="A1"\1 t="e" vm="1"><v>#VALUE!</v></c>',  # a picture in a cell
        rb'<c r="A1"\1><f t="array" ref="A1">SUM(B1:B2*2)</f></c>',  # never computed
        rb'<c r="A1"\1><f>CONVERT(1,"m","km")</f></c>',
        rb'<c r="A1"\1><f>nobody</f></c>',
    ],
)
def test_what_follows_from_what_is_not_known_is_left(cell: bytes, tmp_path: Path) -> None:
    old = rb'<c r="A1"([^>]*)><v>3</v></c>'
    book = edited(tmp_path / "book.xlsx", ["A1+1", "ISERROR(A1)", "COUNTA(A1:A3)", "A2+1"], SHEET, {old: cell})
    assert results(book) == {spot_of(3): 8.0}


def test_what_an_array_formula_showed_is_what_follows_counts_with(tmp_path: Path) -> None:
    cell = rb'<c r="A1"\1><f t="array" ref="A1:A2">B1:B2*2</f><v>40</v></c>'
    book = edited(tmp_path / "book.xlsx", ["A1+1", "A2+1"], SHEET, {rb'<c r="A1"([^>]*)><v>3</v></c>': cell})
    assert results(book) == {spot_of(0): 41.0, spot_of(1): 8.0}


def test_what_follows_from_itself_is_left(tmp_path: Path) -> None:
    """In whatever order its cells are come upon, and as a whole column, too."""
    write_book(tmp_path / "book.xlsx", ["L2+1", "L3+1", "L1+1", "SUM(L:L)", "L1+5", "A1+1"])
    book = WorkbookPart(Package((tmp_path / "book.xlsx").read_bytes()))
    assert results(book) == {spot_of(4): 5.0, spot_of(5): 4.0}


def test_a_sheet_of_another_name_is_not_guessed(tmp_path: Path) -> None:
    write_book(tmp_path / "book.xlsx", ["A1"])
    engine = RecalculationEngine(WorkbookPart(Package((tmp_path / "book.xlsx").read_bytes())), BUILT, {})
    with pytest.raises(UnsupportedFormula):
        engine.value_at("nobody", (1, 1))
