"""What real programs write, read through the whole road: addresses, dates, errors, formulas without values."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from collabxl import Reading, check_workbooks, read_workbooks
from collabxl.ooxml.reader.cell_marks import read_marks
from collabxl.reading.file import read_file
from collabxl.reading.sheet import SheetReading
from collabxl.schema.serials import EPOCH

HEADS = ["任务名称", "负责人", "所属部门", "截止日期", "优先级", "依赖任务", "状态"]


def page(reading: Reading, key: str = "tasks") -> SheetReading:
    return next(page for page in reading.sheets if page.key == key)


def typed(path: Path, rows: list[list[Any]], **options: Any) -> Path:
    book = xlsxwriter.Workbook(path, options)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("任务分工表")
    sheet.write_row(0, 0, HEADS)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, column, value, day)
            elif value is not None:
                sheet.write(number, column, value)
    book.close()
    return path


def test_dates_of_a_1904_book_are_the_same_days(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["A", "张三", "市场部", dt.date(2024, 7, 5)], ["B", "张三", "市场部", 45478 - 1462]]
    usual = typed(tmp_path / "1900.xlsx", [rows[0], ["B", "张三", "市场部", 45478]])
    other = typed(tmp_path / "1904.xlsx", rows, date_1904=True)
    days = [page(read_file(path)).columns["due"] for path in (usual, other)]
    assert days[0] == days[1]
    assert len(set(days[0])) == 1


def test_an_error_an_uncalculated_formula_and_an_empty_cell_are_three_things(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "任务分工表"
    sheet.append(HEADS)
    sheet.append(["A", "张三", "市场部", None, "高", "-", "未开始"])
    sheet.append(["B", "张三", "市场部", "#REF!", "高", "-", "未开始"])
    sheet.append(["C", "张三", "市场部", "=D2+1", "高", "-", "未开始"])
    sheet["D3"].data_type = "e"
    book.save(path)
    (outcome,) = check_workbooks([path], today=dt.date(2024, 8, 1))
    found = {
        (finding.cell, finding.rule.code) for finding in outcome.findings if finding.cell and finding.cell[0] == "D"
    }
    assert found == {("D2", "CV101"), ("D3", "CV111"), ("D4", "CV112")}


def test_an_empty_text_is_a_value_of_a_formula() -> None:
    xml = (
        b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><f>B1</f><v></v></c><c r="B1"><f>C1</f><v></v></c>%s</row>'
    )
    more = b'<c r="C1" s="4"><f t="shared" si="0"/></c><c r="D1" t="str"><f>1</f><v>x</v></c>'
    assert read_marks(xml % more).valueless_formulas == {(1, 2), (1, 3)}


def test_marks_are_found_whatever_the_prefix_and_the_quotes() -> None:
    xml = (
        b"<x:worksheet xmlns:x='m'><x:sheetData>"
        b"<x:row r='4' hidden='true'><x:c r='B4' t='e'><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c></x:row>"
        b"<x:row r='5'><x:c r='C5'><x:f>A1</x:f></x:c></x:row></x:sheetData>"
        b"<x:mergeCells count='1'><x:mergeCell ref='A1:B2'/></x:mergeCells></x:worksheet>"
    )
    found = read_marks(xml)
    assert found.errors == {(4, 2): "#DIV/0!"}
    assert found.valueless_formulas == {(5, 3)}
    assert found.hidden_rows == {4}
    assert found.merged == (((1, 1), (2, 2)),)


def test_a_formula_that_reaches_outside_is_told_and_a_plain_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("任务分工表")
    sheet.write_row(0, 0, HEADS)
    sheet.write_row(1, 0, ["A", "张三"])
    sheet.write_formula(1, 2, '=WEBSERVICE("http://example.invalid")', None, "市场部")
    sheet.write_row(2, 0, ["B", "张三"])
    sheet.write_formula(2, 2, '="市场"&"部"', None, "市场部")
    book.close()
    read = page(read_file(path))
    assert read.columns["department"] == ["市场部", "市场部"]
    assert [(misfit.row, misfit.fault) for misfit in read.misfits] == [(2, "dangerous-text")]


def test_hidden_rows_and_merged_cells_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("任务分工表")
    sheet.write_row(0, 0, HEADS)
    for row in range(1, 5):
        sheet.write_row(row, 0, [f"任务{row}", "张三"])
    sheet.merge_range(1, 2, 2, 2, "市场部")
    sheet.set_row(3, None, None, {"hidden": True})
    book.close()
    read = page(read_file(path))
    assert read.hidden_rows == [4]
    assert read.merged_cells == [(2, 3, 3)]
    assert read.columns["department"] == ["市场部", None, None, None]


def test_rows_know_their_own_numbers(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("任务分工表")
    sheet.write_row(6, 2, HEADS)
    sheet.write_row(8, 2, ["A", "张三"])
    sheet.write_row(11, 2, ["B", "张三"])
    sheet.write(13, 2, "注：以上为暂定")
    book.close()
    read = page(read_file(path))
    assert read.rows == [9, 12]
    assert read.blank_rows == [10, 11]
    assert read.places["owner"].column == 4


def test_rows_that_only_bear_a_printed_number_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("任务分工表")
    sheet.write_row(0, 0, ["编号", *HEADS])
    for row in range(1, 50):
        sheet.write(row, 0, f"T{row:03}")
    sheet.write_row(1, 1, ["A", "张三"])
    sheet.write_row(2, 1, ["  ", ""])
    book.close()
    assert page(read_file(path)).rows == [2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages_are_read_without_being_told(lang: str, tmp_path: Path) -> None:
    from tools.samples.__main__ import SAMPLES

    name = {"zh": "clean", "en": "english"}[lang]
    tables = read_workbooks([SAMPLES / f"{name}.xlsx"])
    assert tables.readings[0].lang == lang
    assert set(tables.frames["tasks"].status.dropna()) >= {"done", "in_progress", "not_started"}
    assert (tables.facts["headers"].how == "exact").all()


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("look", ["yyyy-mm-dd", "hh:mm", "[h]:mm", "yyyy-mm-dd hh:mm", "0.00"])
def test_a_negative_number_is_no_day_however_it_is_to_be_shown(look: str, careful: bool, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, HEADS)
        for row, number in enumerate((-3, -45534, -0.5), 1):
            sheet.write_row(row, 0, [f"任务{row}", "张三", "市场部"])
            sheet.write_number(row, HEADS.index("截止日期"), number, book.add_format({"num_format": look}))
    read = page(read_file(path, careful=careful))
    assert "due" not in read.columns or set(read.columns["due"]) == {None}
    told = [(misfit.fault, misfit.raw) for misfit in read.misfits if misfit.key == "due"]
    assert told == [("not-a-date", -3.0), ("not-a-date", -45534.0), ("not-a-date", -0.5)]


@pytest.mark.parametrize("look", ["aaaa", "aaa", "[$-804]aaaa;@", "yyyy-mm-dd aaa", 'aaaa"日"'])
def test_a_day_of_which_the_weekday_is_shown_is_a_day(look: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, ["A", "张三", "市场部"])
        sheet.write_number(1, HEADS.index("截止日期"), 45534, book.add_format({"num_format": look}))
    for careful in (False, True):
        read = page(read_file(path, careful=careful))
        assert read.columns["due"] == [dt.date(2024, 8, 30).toordinal() - EPOCH]
        assert [misfit for misfit in read.misfits if misfit.key == "due"] == []
