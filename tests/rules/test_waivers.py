"""Waivers: what is agreed to is told, but counts nowhere, until its day has passed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import (
    Finding,
    Lang,
    Outcome,
    Settings,
    build_workbook,
    check_workbooks,
    fix_workbooks,
    outcome_json,
    sync_workbooks,
)
from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.pipeline.formula_values import formula_results
from collabxl.pipeline.row_notes import row_notes
from collabxl.reading.tables import build_tables
from collabxl.reports.text import outcome_lines
from collabxl.rules import BY_CODE
from collabxl.rules.engine.findings import count_by_severity
from collabxl.rules.engine.run import check
from collabxl.schema.sheets import Summary, Tasks
from tests.tables import example

TASKS = """
tasks
| id   | name | owner | department | due        | priority | status |
| T001 | A    | 张三  | 市场部     | 2024-07-01 | high     | done   |
| T002 | B    | 张三  | 市场部     | 2024-07-01 | high     | 怪     |
| T003 | C    | 张三  | 市场部     | 2024-07-01 | high     | 怪     |
"""


BOTH = {(code, id) for code in ("DL401", "CV102") for id in ("T002", "T003")}


def found(waivers: str, today: str = "2024-08-01", rules: tuple[str, ...] = ("DL401", "CV")) -> list[Finding]:
    made = example(f"{TASKS}\nwaivers\n| rule | id | reason | approver | until |\n{waivers}")
    day = dt.date.fromisoformat(today)
    return check(build_tables([made.reading()]), today=day, settings=Settings(select=rules)).findings[0]


def agreed(waivers: str, today: str = "2024-08-01") -> set[tuple[str, str | None]]:
    return {(each.rule.code, each.id) for each in found(waivers, today) if each.waived}


@pytest.mark.parametrize(
    ("waiver", "wanted"),
    [
        ("| DL401 | T002 | 客户同意 | 王总 | 2024-08-31 |", {("DL401", "T002")}),
        ("| dl401 | t002 | 客户同意 |      | 2024-08-31 |", {("DL401", "T002")}),
        ("| overdue | T002 | 客户同意 |    | 2024-08-31 |", {("DL401", "T002")}),
        ("| DL401 |      | 客户同意 |      | 2024-08-31 |", {("DL401", "T002"), ("DL401", "T003")}),
        ("| DL401、CV102 | T002，T003 | 是 | | 2024-08-31 |", BOTH),
        ("| DL401 | T009 | 客户同意 |      | 2024-08-31 |", set()),
        ("| DL4   |      | 客户同意 |      | 2024-08-31 |", set()),
        ("| DL401 | T002 |          | 王总 | 2024-08-31 |", set()),
        ("| DL401 | T002 | 客户同意 | 王总 |            |", set()),
        ("|       | T002 | 客户同意 | 王总 | 2024-08-31 |", set()),
    ],
)  # fmt: skip
def test_a_waiver_covers_what_it_names_and_nothing_else(waiver: str, wanted: set[Any]) -> None:
    assert agreed(waiver) == wanted


@pytest.mark.parametrize(("today", "covered"), [("2024-08-30", True), ("2024-08-31", True), ("2024-09-01", False)])
def test_a_waiver_is_valid_until_its_day_and_on_it(today: str, covered: bool) -> None:
    assert bool(agreed("| DL401 | T002 | 客户同意 | 王总 | 2024-08-31 |", today)) is covered


def test_of_two_waivers_the_one_that_lasts_longer_is_told() -> None:
    waivers = "| DL401 | T002 | 先 | 甲 | 2024-08-15 |\n| DL401 | T002 | 后 | 乙 | 2024-09-15 |"
    (finding,) = (each for each in found(waivers) if each.waived)
    assert finding.waiver == ("后", dt.date(2024, 9, 15), "乙")


def test_what_is_waived_counts_nowhere() -> None:
    before, after = found(""), found("| DL401 | | 客户同意 | 王总 | 2024-08-31 |")
    assert len(before) == len(after)
    assert count_by_severity(before)["error"] - count_by_severity(after)["error"] == 2


def test_a_workbook_s_waivers_are_for_itself() -> None:
    one = example(f"{TASKS}\nwaivers\n| rule | id | reason | until |\n| DL401 | | 同意 | 2024-08-31 |")
    other = example(TASKS)
    both = check(build_tables([one.reading(), other.reading()]), today=one.today, settings=Settings(select=("DL401",)))
    assert all(finding.waived for finding in both.findings[0])
    assert not any(finding.waived for finding in both.findings[1])


def test_what_a_waiver_lacks_is_told() -> None:
    waivers = "| DL401 | T002 | | | |"
    told = [(each.rule.code, each.key) for each in found(waivers) if each.sheet == "waivers"]
    assert told == [("CV101", "reason"), ("CV101", "until")]


@pytest.mark.parametrize(
    ("word", "suggestion"), [("DL4O1", "DL401"), ("overdeu", "DL401"), ("DL401、DL4O2", "DL402"), ("逾期", None)]
)
def test_an_unknown_rule_is_told_with_the_nearest_one(word: str, suggestion: str | None) -> None:
    told = [each for each in found(f"| {word} | | 客户同意 | | 2024-08-31 |") if each.sheet == "waivers"]
    assert [(each.rule.code, each.key, each.args["suggestion"]) for each in told] == [("CV102", "rule", suggestion)]
    assert suggestion is None or suggestion in told[0].advice("zh")
    assert told[0].advice("en")


PROJECT = {"name": "测试", "initiator": "市场部", "departments": "市场部", "period": "2024-07-01~2024-09-30"}
TASK = {"owner": "张三", "department": "市场部", "priority": "high", "status": "in_progress", "deliverable": "报告"}
WAIVER = {"reason": "客户同意顺延", "approver": "王总", "until": dt.date(2024, 8, 31)}
TODAY = dt.date(2024, 8, 1)
LOOSE = Settings(select=("DP302", "DP305", "DL401"))


@pytest.fixture(params=["zh", "en"])
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Two overdue tasks that name the one before loosely; what is wrong with T002 is agreed to."""
    path = tmp_path / "book.xlsx"
    tasks = [{**TASK, "name": f"任务{name}", "due": dt.date(2024, 7, 1)} for name in ("甲", "乙", "丙")]
    rows = {
        "tasks": [tasks[0], {**tasks[1], "after": "任务甲、任务甲"}, {**tasks[2], "after": "任务乙、任务乙"}],
        "waivers": [{**WAIVER, "rule": "DL401"}, {**WAIVER, "rule": "DP305", "id": "T002"}],
    }
    build_workbook(path, project=PROJECT, rows=rows, lang=request.param, today=TODAY)
    return path


def outcome_of(path: Path) -> Outcome:
    (outcome,) = check_workbooks([path], today=TODAY, settings=LOOSE)
    assert outcome.error is None
    return outcome


def test_json_says_which_findings_are_waived(book: Path) -> None:
    said = outcome_json(outcome_of(book))
    assert {(each["code"], each["id"]) for each in said["findings"] if each["waived"]} == {
        ("DL401", "T001"), ("DL401", "T002"), ("DL401", "T003"), ("DP305", "T002"),
    }  # fmt: skip
    assert said["counts"]["error"] == 0
    assert said["counts"]["warning"] == 1


@pytest.mark.parametrize(("lang", "words"), [("zh", "王总批准，有效期至 2024-08-31"), ("en", "approved by 王总")])
def test_text_tells_what_is_waived_last_with_reason_and_day(book: Path, lang: Lang, words: str) -> None:
    lines = list(outcome_lines(outcome_of(book), lang, 200))
    head = next(at for at, line in enumerate(lines) if line.strip() in ("已豁免", "Waived"))
    assert all("DL401" not in line for line in lines[:head])
    assert sum("DL401" in line for line in lines[head:]) == 3
    assert words in lines[head + 2]
    assert "客户同意顺延" in lines[head + 2]
    assert lines[-1].strip() == {"zh": "1 个警告；4 个已豁免", "en": "1 warning; 4 waived"}[lang]


def test_the_summary_lists_problems_only(book: Path) -> None:
    (synced,) = sync_workbooks([book], today=TODAY, settings=LOOSE)
    assert synced.state == "written"
    sheets = openpyxl.load_workbook(book)
    cells = [
        cell.value for title in Summary.meta.title.both if title in sheets for row in sheets[title] for cell in row
    ]
    told = [str(value) for value in cells if value]
    assert told.count("DP305") == 1
    assert "DL401" not in told


def test_rows_are_not_told_what_is_waived(book: Path) -> None:
    outcome = outcome_of(book)
    assert outcome.reading is not None
    told = [edit for edit in row_notes(outcome, formula_results(outcome.reading, TODAY), annotate=False) if edit.new]
    assert [edit.new.split()[0] for edit in told] == ["DP305"]
    assert [edit.row for edit in told] == [layout.FIRST + 2]


def test_what_is_waived_is_not_fixed(book: Path) -> None:
    (fixed,) = fix_workbooks([book], today=TODAY, settings=LOOSE)
    assert fixed.written
    assert [(fix.code, a1.parse_cell(fix.cell)[0]) for fix in fixed.fixes] == [("DP305", layout.FIRST + 2)]
    assert {each.id for each in outcome_of(book).findings if each.rule.code == "DP305"} == {"T002"}


def test_live_checks_go_on_showing_what_formulas_see(book: Path) -> None:
    (synced,) = sync_workbooks([book], today=TODAY)
    assert synced.state == "written"
    values = openpyxl.load_workbook(book, data_only=True)
    title = next(title for title in Tasks.meta.title.both if title in values)
    shown = values[title].cell(layout.FIRST, layout.column_number(Tasks.check)).value
    assert BY_CODE["DL401"].title.to("zh" if title == Tasks.meta.title.zh else "en") in str(shown)
