"""A live source says what the reader of its file says, cell by cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from collabxl.excel.live.source import LiveSource
from collabxl.reading.file import FileSource
from collabxl.schema.sheets import STANDARD
from tests.excel.live.conftest import Open
from tools.samples.__main__ import SAMPLES

pytestmark = pytest.mark.live


def _odd(file: Path) -> Path:
    book = xlsxwriter.Workbook(file)
    day, moment, clock, span = (
        book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm", "[h]:mm")
    )
    sheet = book.add_worksheet("任务分工表")
    sheet.write_row("C4", ["字", "日", "时刻", "钟", "时长", "百分比", "真假", "错误", "空文本", "像公式"])
    for row in range(4, 9):
        sheet.write_string(row, 2, f"0{row}")
        sheet.write_datetime(row, 3, dt.datetime(2024, 7, row), day)
        sheet.write_datetime(row, 4, dt.datetime(2024, 7, row, 9, 30), moment)
        sheet.write_number(row, 5, 0.25, clock)
        sheet.write_number(row, 6, 1.5, span)
        sheet.write_number(row, 7, row / 100, book.add_format({"num_format": "0%"}))
        sheet.write_boolean(row, 8, row % 2 == 0)
        sheet.write_formula(row, 9, "=1/0", None, "#DIV/0!")
        sheet.write_formula(row, 10, '=""', None, "")
        sheet.write_string(row, 11, '=HYPERLINK("http://a.example")')
    sheet.write_number("D8", 45479)
    sheet.write_formula("M6", '=HYPERLINK("http://a.example","x")', None, "x")
    sheet.merge_range("C12:C14", "合并")
    sheet.merge_range("E12:F12", "横")
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.set_column(6, 6, None, None, {"hidden": True})
    book.add_worksheet("空的").hide()
    book.close()
    return file


def _assert_alike(opened: Open, source: Path) -> None:
    here = opened(source)
    live, file = LiveSource(here), FileSource(source.read_bytes())
    assert live.titles() == file.titles()
    assert live.date1904 == file.date1904
    named = {name: value for name, value in file.properties.items() if name.startswith("collabxl.")}
    assert {name: live.properties[name] for name in named} == named
    known = {sheet.meta.title.zh for sheet in STANDARD.data_sheets}
    for title in (title for title in file.titles() if title.name in {*known, "空的"}):
        read, there = live.cells(title), file.cells(title)
        assert _spots(read.top, read.left, read.rows) == _spots(there.top, there.left, there.rows), title.name
        assert read.marks.errors == there.marks.errors
        assert set(read.marks.external_formulas) == set(there.marks.external_formulas)
        assert set(read.marks.merged) == set(there.marks.merged)
        filled = range(read.top, read.top + len(read.rows))
        assert read.marks.hidden_rows & {*filled} == there.marks.hidden_rows & {*filled}


def _spots(top: int, left: int, rows: list[list[object]]) -> dict[tuple[int, int], object]:
    return {
        (row, column): (type(cell), cell)
        for row, line in enumerate(rows, top)
        for column, cell in enumerate(line, left)
        if cell != ""
    }


def test_all_kinds_of_cells(opened: Open, tmp_path: Path) -> None:
    _assert_alike(opened, _odd(tmp_path / "odd.xlsx"))


def test_a_built_workbook(opened: Open) -> None:
    _assert_alike(opened, SAMPLES / "filled.xlsx")
