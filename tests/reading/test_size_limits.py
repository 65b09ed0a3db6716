"""What a file may cost: one text behind thousands of cells, more letters than a cell holds, pictures in cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collabxl import FileError, Reading, Settings
from collabxl.ooxml.reader.sheet_extent import has_longer_text
from collabxl.reading import size_limits
from collabxl.reading.file import FileSource
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import read_source
from collabxl.rules.engine.run import check
from collabxl.schema.kinds import LONGEST_CELL
from collabxl.workers.pool import readings
from tests.hostile.package import SHEET, STRINGS, TITLES, book, cell, rows_of, sheet, strings
from tests.tables import TODAY


def repeated(text: str, rows: int) -> bytes:
    """Return a workbook in which every cell below the header points at one text."""
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{chr(65 + at)}{row}" t="s"><v>0</v></c>' for at in range(7)) + "</row>"
        for row in range(2, rows + 2)
    )
    return book({SHEET: sheet(rows_of([TITLES]) + cells), STRINGS: strings(f"<si><t>{text}</t></si>")})


def read(content: bytes, *, careful: bool = False) -> Reading:
    return read_source(FileSource(content, careful=careful), "book.xlsx")


def found(content: bytes, code: str) -> list[Any]:
    return check(build_tables([read(content)]), today=TODAY, settings=Settings(select=(code,))).findings[0]


@pytest.mark.slow
def test_a_long_text_behind_many_cells_is_read_by_whom_it_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(repeated("x" * 1_000_000, 2_000))
    (reading,) = readings([str(path)])
    assert isinstance(reading, Reading)
    (page,) = reading.sheets
    assert {(misfit.fault, misfit.raw, misfit.replacement) for misfit in page.misfits} == {
        ("overfull-cell", None, 1_000_000)
    }
    assert len(page.misfits) == 2_000 * len(TITLES)


@pytest.mark.slow
def test_more_letters_than_can_be_dealt_with_are_too_large(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(repeated("x" * LONGEST_CELL, 2_000))
    (error,) = readings([str(path)])
    assert isinstance(error, FileError)
    assert error.kind == "too-large"
    assert str(size_limits.MOST_LETTERS) in error.say("zh")


@pytest.mark.parametrize("careful", [False, True])
def test_as_many_letters_as_a_cell_holds_are_read_and_one_more_is_told(careful: bool) -> None:
    for letters, wanted in ((LONGEST_CELL, LONGEST_CELL), (LONGEST_CELL + 1, None)):
        rows = sheet(rows_of([TITLES, ["字" * letters, "张三", "市场部", 45510, "高", "-", "未开始"]]))
        (page,) = read(book({SHEET: rows}), careful=careful).sheets
        name = (page.columns.get("name") or [None])[0]
        assert (len(name) if name else None) == wanted


def test_an_overfull_cell_is_an_error_with_its_place_and_not_also_empty() -> None:
    content = book({SHEET: sheet(rows_of([TITLES, ["字" * 40_000, "张三", "市场部", 45510, "高", "-", "未开始"]]))})
    (finding,) = found(content, "CV115")
    assert (finding.row, finding.key, finding.severity) == (2, "name", "error")
    assert "40000" in finding.message("zh")
    assert found(content, "CV101") == []


def test_a_table_of_texts_is_known_to_have_no_long_one_by_a_few_looks() -> None:
    short = strings("".join(f"<si><t>任务{number}</t></si>" for number in range(5_000)))
    long = short.replace("任务2500<".encode(), b"x" * 9_000 + b"<")
    assert not has_longer_text(short, 4_000)
    assert has_longer_text(long, 4_000)
    assert not has_longer_text(long, 20_000)


PICTURES = {
    "in the cell": '<c r="E2" t="e" vm="1"><v>#VALUE!</v></c>',
    "as WPS keeps it": '<c r="E2" t="str"><f>_xlfn.DISPIMG("ID_8A1",1)</f><v>=DISPIMG("ID_8A1",1)</v></c>',
    "as WPS keeps it, without a result": '<c r="E2"><f>_xlfn.DISPIMG("ID_8A1",1)</f><v></v></c>',
}


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("xml", PICTURES.values(), ids=PICTURES)
def test_a_picture_in_a_cell_is_neither_an_error_nor_a_text_nor_nothing(xml: str, careful: bool) -> None:
    others = "".join(
        cell(f"{letter}2", value)
        for letter, value in zip("ABCDFG", ("调研", "张三", "市场部", 45510, "-", "未开始"), strict=True)
    )
    content = book({SHEET: sheet(rows_of([TITLES]) + f'<row r="2">{others}{xml}</row>')})
    reading = read(content, careful=careful)
    (page,) = reading.sheets
    assert [(misfit.key, misfit.fault, misfit.raw) for misfit in page.misfits if misfit.key == "priority"] == [
        ("priority", "picture", None)
    ]
    findings = check(build_tables([reading]), today=TODAY, settings=Settings()).findings[0]
    assert [finding.code for finding in findings if finding.key == "priority"] == []


def test_a_real_error_is_still_one() -> None:
    content = book(
        {SHEET: sheet(rows_of([TITLES]) + '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><v>1</v></c></row>')}
    )
    assert [finding.cell for finding in found(content, "CV111")] == ["A2"]


def test_the_totals_row_of_a_table_is_known_from_its_part() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" Target="../tables/t.xml"/>'
        b"</Relationships>"
    )
    rows = rows_of([TITLES, ["调研", "张三", "市场部", 45510, "高", "-", "未开始"], [1, 1]])
    parts = {
        SHEET: sheet(rows, after='<tableParts count="1"><tablePart id="r1"/></tableParts>'),
        "xl/worksheets/_rels/sheet1.xml.rels": relations,
        "xl/tables/t.xml": b'<table ref="A1:G3" totalsRowCount="1"/>',
    }
    (page,) = read(book(parts)).sheets
    assert [(aside.row, aside.kind) for aside in page.non_rows] == [(3, "total")]
    parts["xl/tables/t.xml"] = b'<table ref="A1:G3"/>'
    assert read(book(parts)).sheets[0].rows == [2, 3]
