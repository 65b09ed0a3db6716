"""What sync tells the rows: 同步发现, 检查 where asked for, and what formulas show; all else in the sheets stays."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from collabxl import Finding, Lang, build_workbook, check_workbooks, fix_workbooks, read_workbooks, sync_workbooks
from collabxl.formulas import layout
from collabxl.pipeline.formula_values import formula_results
from collabxl.pipeline.row_notes import is_covered
from collabxl.schema.sheets import Minutes, Progress, Risks, Tasks
from collabxl.workbook.gantt import DOT
from collabxl.workbook.timeline import CRITICAL
from tests.bench.workbooks import build
from tests.parts import convert, sdk_errors
from tools.samples.__main__ import SAMPLES, TODAY

ROWS = (Tasks, Progress, Minutes, Risks)
PROJECT = {"name": "测试", "initiator": "市场部", "departments": "市场部", "period": "2024-07-01~2024-12-31"}
BUILT = {"filled": "zh", "english": "en"}


@pytest.fixture
def sample(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"{request.param}.xlsx"
    shutil.copy(SAMPLES / path.name, path)
    return path


built = pytest.mark.parametrize("sample", BUILT, indirect=True)


def sync(path: Path, today: dt.date = TODAY, **options: object) -> str:
    (synced,) = sync_workbooks([path], today=today, **options)  # type: ignore[arg-type]
    assert synced.outcome.error is None
    return synced.state


def findings(path: Path) -> tuple[Finding, ...]:
    (outcome,) = check_workbooks([path], today=TODAY)
    return outcome.findings


def column(path: Path, title: str, word: str) -> dict[int, object]:
    """Return the filled cells below a header word by row."""
    sheet = openpyxl.load_workbook(path, data_only=True)[title]
    (head,) = [cell for row in sheet.iter_rows(max_row=10) for cell in row if cell.value == word]
    cells = ((row, sheet.cell(row, head.column).value) for row in range(head.row + 1, sheet.max_row + 1))
    return {row: value for row, value in cells if value}


@built
def test_a_row_is_told_what_its_formula_cannot_see(sample: Path) -> None:
    lang: Lang = BUILT[sample.stem]  # type: ignore[assignment]
    expected = findings(sample)
    (reading,) = read_workbooks([sample]).readings.values()
    live = formula_results(reading, TODAY)
    sync(sample)
    told = 0
    for sheet in ROWS:
        cells = column(sample, sheet.meta.title.to(lang), sheet.meta.column("found").title.to(lang))
        for row in {*cells, *(finding.row for finding in expected if finding.sheet == sheet.meta.key)}:
            here = [
                f for f in expected if f.sheet == sheet.meta.key and f.row == row and f.id and not is_covered(f, live)
            ]
            said = str(cells.get(row or 0) or "")
            assert set(re.findall(r"\b[A-Z]{2}\d{3}\b", said)) == {finding.rule.code for finding in here}
            told += len(here)
    assert told > 2


@built
def test_old_remarks_go_when_they_no_longer_hold(sample: Path) -> None:
    title, word = Tasks.meta.title.to(BUILT[sample.stem]), Tasks.found.title.to(BUILT[sample.stem])  # type: ignore[arg-type]
    sync(sample)
    said = column(sample, title, word)
    row = next(iter(said))
    book = openpyxl.load_workbook(sample)
    for number in range(2, 14):
        book[title].cell(row, number).value = None
    book.save(sample)
    assert column(sample, title, word)[row] == said[row]
    sync(sample)
    assert row not in column(sample, title, word)


@built
def test_the_header_s_note_bears_the_day(sample: Path) -> None:
    sync(sample)
    book = openpyxl.load_workbook(sample)
    for sheet in ROWS:
        title = sheet.meta.title.to(BUILT[sample.stem])  # type: ignore[arg-type]
        notes = [cell.comment.text for row in book[title].iter_rows() for cell in row if cell.comment]
        assert len(notes) == 1
        assert "2024-08-01" in notes[0]


def formulas(path: Path) -> dict[tuple[str, str], object]:
    """Return what every formula shows, by sheet and cell."""
    texts, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): values[sheet.title][cell.coordinate].value or ""
        for sheet in texts.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.mark.parametrize("seed", range(2))
def test_what_formulas_show_is_what_libreoffice_computes(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "built.xlsx"
    chance = random.Random(seed)
    build(path, chance, 40)
    book = openpyxl.load_workbook(path)  # a program that writes no values, and other words in the cells
    book["项目基本信息表"]["B15"] = TODAY
    book["汇总"]._charts = []  # it forgets how ours are called, and what has charts of others is left alone
    tasks, progress = book["任务分工表"], book["进度跟踪表"]
    for _ in range(30):
        row = chance.randrange(6, 46)
        tasks.cell(row, chance.choice([2, 3, 4, 9])).value = chance.choice([None, "已完成", "延期", "某人"])
        tasks.cell(row, 6).value = chance.choice([None, dt.date(2024, 7, 20), dt.date(2024, 9, 1)])
        progress.cell(row, 8).value = chance.choice([None, 0, 0.5, 1])
        progress.cell(row, 2).value = chance.choice(["T001", "t002", "T999", None, "T003"])
    book.save(path)
    before = formulas(path)
    assert set(before.values()) == {""}
    assert sync(path) == "written"
    shown = formulas(path)
    assert len(set(shown.values())) > 20
    computed = formulas(convert(path, "xlsx", tmp_path / "recalculated", recalculate=True))
    assert {place: (value, computed[place]) for place, value in shown.items() if value != computed[place]} == {}


@pytest.mark.parametrize("sample", ["seed", "messy"], indirect=True)
def test_a_typed_workbook_gets_a_column_only_if_asked_for(sample: Path) -> None:
    before = openpyxl.load_workbook(sample)
    sync(sample)
    after = openpyxl.load_workbook(sample)
    for sheet in before.worksheets:
        assert after[sheet.title].dimensions == sheet.dimensions


@pytest.mark.parametrize("sample", ["seed", "messy"], indirect=True)
def test_the_column_stands_behind_the_last_and_is_found_again(sample: Path) -> None:
    old, errors = openpyxl.load_workbook(sample), sdk_errors(sample)
    expected = [f for f in findings(sample) if f.rule.code != "CV112"]  # sync computes what was never calculated
    sync(sample, annotate=True)
    new = openpyxl.load_workbook(sample)
    for sheet in old.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert new[sheet.title][cell.coordinate].value == cell.value
    title = next(f.sheet_title for f in expected if f.sheet == "tasks" and f.sheet_title)
    said = column(sample, title, "检查")
    assert {row: set(re.findall(r"\b[A-Z]{2}\d{3}\b", str(text))) for row, text in said.items()} == {
        row: {f.rule.code for f in expected if f.sheet_title == title and f.row == row} for row in said
    }
    assert all(f.rule.code.startswith("BK") for f in expected if f.sheet_title == title and f.row not in said)
    assert [(f.cell, f.rule.code) for f in findings(sample)] == [(f.cell, f.rule.code) for f in expected]
    content = sample.read_bytes()
    assert sync(sample, annotate=True) == "unchanged"
    assert sample.read_bytes() == content
    assert sdk_errors(sample) == errors
    assert sync(sample, dt.date(2025, 1, 1), annotate=True) == "written"
    assert openpyxl.load_workbook(sample)[title].max_column == new[title].max_column


@pytest.mark.parametrize("sample", ["seed"], indirect=True)
def test_a_check_column_of_somebody_else_s_is_left_alone(sample: Path) -> None:
    book = openpyxl.load_workbook(sample)
    sheet = book["任务分工表"]
    last = sheet.max_column + 1
    sheet.cell(1, last).value = "检查"
    sheet.cell(2, last).value = "王总已看"
    book.save(sample)
    sync(sample, annotate=True)
    sheet = openpyxl.load_workbook(sample)["任务分工表"]
    assert sheet.cell(2, last).value == "王总已看"
    assert sheet.cell(1, last + 1).value == "同步发现"
    assert str(sheet.cell(3, last + 1).value).startswith("PP701 ")


def test_a_missing_column_is_asked_for_at_the_same_place_again(tmp_path: Path) -> None:
    path = tmp_path / "short.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人", "状态"])
        sheet.write_row(1, 0, ["调研", "张三", "完成了"])
    sync(path, annotate=True)
    content = path.read_bytes()
    assert sync(path, annotate=True) == "unchanged"
    assert path.read_bytes() == content


def test_texts_longer_than_a_cell_do_not_stop_a_sync(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人", "状态", "截止日期"])
        sheet.write_row(1, 0, ["调研", "张三", "完" * 32_767, "某" * 32_767])
    assert sync(path, annotate=True) == "written"
    assert sync(path, annotate=True) == "unchanged"


def test_a_header_in_the_last_column_leaves_no_room_for_remarks(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人"])
        sheet.write(0, 16_383, "状态")
        sheet.write_row(1, 0, ["调研", "张三"])
    assert sync(path) == "written"
    (synced,) = sync_workbooks([path], today=TODAY, annotate=True)
    assert synced.outcome.error is not None
    assert synced.outcome.error.kind == "unsupported"
    (fixed,) = fix_workbooks([path], today=TODAY)
    assert fixed.outcome.error is None


@pytest.mark.parametrize("sample", ["seed", "filled"], indirect=True)
def test_what_people_wrote_below_the_rows_is_never_cleared(sample: Path) -> None:
    key = "found" if sample.stem in BUILT else "check"
    book = openpyxl.load_workbook(sample)
    sheet, word = book["任务分工表"], Tasks.meta.column(key).title.zh
    if key == "check":
        sheet.cell(1, sheet.max_column + 1).value = word
    (head,) = [cell for row in sheet.iter_rows(max_row=5) for cell in row if cell.value == word]
    sheet.cell(400, head.column).value = "检查人：王五"
    book.save(sample)
    sync(sample, annotate=True)
    assert openpyxl.load_workbook(sample)["任务分工表"].cell(400, head.column).value == "检查人：王五"
    assert sync(sample, annotate=True) == "unchanged"


def test_the_schedule_marks_the_critical_path_of_the_day(tmp_path: Path) -> None:
    path = tmp_path / "chain.xlsx"
    day = dt.timedelta(days=1)
    tasks = [
        {"name": "短", "start": TODAY, "due": TODAY + 1 * day},
        {"name": "长", "start": TODAY, "due": TODAY + 7 * day},
        {"name": "末", "start": TODAY + 8 * day, "due": TODAY + 12 * day, "after": "T001、T002"},
    ]
    common = {
        "owner": "张三",
        "department": "市场部",
        "deliverable": "报告",
        "priority": "high",
        "status": "not_started",
    }
    build_workbook(path, project=PROJECT, rows={"tasks": [common | task for task in tasks]}, today=TODAY)

    def marked() -> list[object]:
        sheet = openpyxl.load_workbook(path)["进度计划"]
        return [sheet.cell(row, CRITICAL).value for row in range(layout.FIRST, layout.FIRST + 4)]

    assert marked() == [None, DOT, DOT, None]
    sync(path)
    assert marked() == [None, DOT, DOT, None]
    book = openpyxl.load_workbook(path)
    book["任务分工表"].cell(layout.FIRST, layout.column_number(Tasks.due)).value = TODAY + 8 * day
    book.save(path)
    assert sync(path) == "written"
    assert marked() == [DOT, None, DOT, None]
