"""Every figure of a document is that of 汇总, and every date and name that of the sheets."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import check_workbooks, outcome_json, sync_workbooks
from collabxl.reports.documents.kinds import render_document
from collabxl.schema.sheets import Summary
from collabxl.summary.dashboard import FIRST, LATE, RIGHT, ROWS
from collabxl.summary.view import SCALE
from tests.reports.documents.made import KINDS, Read, material_of, read_back, sample, written
from tools.samples.__main__ import SAMPLES, TODAY

NAMES = ("filled", "english", "rollout")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the cells of a sample's 汇总 once it is synced."""
    folder = tmp_path_factory.mktemp("synced")

    @cache
    def cells(name: str) -> Any:
        path = Path(shutil.copy(SAMPLES / f"{name}.xlsx", folder))
        list(sync_workbooks([path], today=TODAY))
        book = openpyxl.load_workbook(path, data_only=True)
        return book[Summary.meta.title.to("en" if name == "english" else "zh")]

    return cells


@cache
def read(name: str, kind: str) -> Read:
    return read_back(written(name, kind))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"), [("filled", "retro"), ("english", "schedule"), ("rollout", "status"), ("messy", "retro")]
)
def test_the_headlines_are_the_tiles_of_the_summary(name: str, kind: str, sheets: Any) -> None:
    cells, tables = sheets(name), read(name, kind).tables
    tiles = next(table for tables_ in tables.values() for table in tables_ if len(table) in (3, 6))
    figures = [cell for row in tiles[1::3] for cell in row]
    total, done, late, _, high, _ = [cells.cell(ROWS["tiles"] + 1, FIRST + 4 * place).value for place in range(6)]
    row, (first, _) = ROWS["lists"] + 2, RIGHT
    finish, end = cells.cell(row, first).value, cells.cell(row, first + 2).value
    assert figures == [str(total), f"{done:.0%}", str(late), str(high), end, finish]
    assert cells.cell(row, first + 4).value in [cell for line in tiles[2::3] for cell in line]
    assert cells.cell(ROWS["tiles"] + 2, FIRST + 4).value.split()[-1] in tiles[2][1]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_json_of_a_check_tells_the_same(name: str) -> None:
    (outcome,) = check_workbooks([SAMPLES / f"{name}.xlsx"], today=TODAY)
    told = outcome_json(outcome)["tasks"]
    (total,) = [row for row in read(name, "retro").tables.values() if row and row[0][-1][0] in ("合计", "Total")]
    _, tasks, done, in_time, late, overdue, cancelled = total[0][-1]
    assert (int(tasks), int(overdue)) == (told["total"], told["overdue"])
    statuses = told["by_status"]
    assert (int(done), int(cancelled)) == (statuses.get("done", 0), statuses.get("cancelled", 0))
    assert int(in_time) + int(late) <= int(done)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_matrix_of_risks_is_that_of_the_summary(name: str, sheets: Any) -> None:
    cells, found = sheets(name), read(name, "risk").tables
    (matrix,) = [table for tables in found.values() for table in tables if len(table) == 6 and len(table[0]) == 6]
    row, first = ROWS["findings"] + 2, RIGHT[0]
    for down in range(len(SCALE)):
        for impact in SCALE:
            told = matrix[1 + down][impact]
            number = int(told.rpartition("(")[2].rstrip(")")) if told else 0
            assert number == (cells.cell(row + down, first + impact).value or 0)
            assert len(re.findall(r"R\d+", told)) == number


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_overdue_tasks_are_those_of_the_summary(name: str, sheets: Any) -> None:
    cells = sheets(name)
    listed = [cells.cell(ROWS["lists"] + 2 + line, LATE[0]).value for line in range(6)]
    names = {each for each in listed if each and not each.startswith(("（", "("))}
    rows = [row for tables in read(name, "status").tables.values() for table in tables for row in table]
    overdue = {row[0] for row in rows if len(row) == 7 and row[4].startswith("▲")}
    assert names and names <= overdue


def test_what_the_sheets_say_stands_in_the_letter_and_the_minutes() -> None:
    letter = read("filled", "letter")
    assert "3个月内完成支付流程优化，支付成功率提升至99.5%" in letter.text
    assert [line for line in letter.text.splitlines() if re.match(r"\d\.\t", line)] == [
        "1.\t新支付功能上线",
        "2.\t用户支付投诉率下降30%",
        "3.\t后台支付日志优化完成",
    ]
    departments = ["产品研发部", "市场部", "销售部", "客服部", "IT部", "法务部", "财务部"]
    assert [row[0] for row in letter.rows("签字确认")] == departments
    assert letter.rows("关键里程碑")[0] == ["目标与范围确认会", "2024-07-17"]
    held = read("filled", "minutes").rows("2024-07-31 方案评审会", 2)
    assert held == [["申请测试环境资源", "郑运维", "IT部", "2024-08-06", "T019", "未完成"]]


def test_the_weeks_trend_is_told_in_words_too() -> None:
    (picture,) = [block for block in sample("english", "status").sections[0].blocks if hasattr(block, "alt_text")]
    assert picture.alt_text == "Tasks done over time: by 2024-07-29, 2 were to be done and 2 were, of 6"


@pytest.mark.parametrize("kind", KINDS)
def test_every_day_that_is_told_is_a_day_of_the_workbook_or_its_plan(kind: str) -> None:
    days = {dt.date.fromisoformat(day) for day in DAY.findall(read("english", kind).text)}
    assert days and min(days) >= dt.date(2024, 6, 30) and max(days) <= dt.date(2024, 12, 31)


def test_forecasts_say_from_which_day_they_are_reckoned_if_not_that_of_the_figures() -> None:
    later = material_of(SAMPLES / "filled.xlsx", TODAY + dt.timedelta(days=4))
    about = {kind: render_document(kind, later).about for kind in ("schedule", "letter")}
    assert about == {"schedule": "统计日 2024-08-01（预测从 2024-08-05 算起）", "letter": "统计日 2024-08-01"}
    assert "预测从" not in sample("filled", "schedule").about


def test_what_was_done_nobody_says_when_is_neither_in_time_nor_late() -> None:
    facts = sample("filled", "retro").facts
    (untold,) = [task for task in facts.tasks if task.state == "done" and task.finished is None]
    assert (untold.id, untold.end, untold.counted) == ("T002", None, untold.due)
    assert "完成的 10 个任务中，8 个按期，1 个延期。 另有 1 个没有写实际完成日期" in read("filled", "retro").text
