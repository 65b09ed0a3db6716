"""The plan as the rules see it: which words and which rows count, and what a finding tells of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from collabxl import Finding, Settings
from collabxl.reading.tables import build_tables
from collabxl.rules.engine.run import CheckResult, check
from tests.tables import example


def checked(text: str) -> CheckResult:
    made = example(text)
    return check(build_tables([made.reading()]), today=made.today, settings=Settings(pack="strict"))


def told(text: str, code: str) -> dict[str, Finding]:
    """The findings of one rule by the 编号 of their row."""
    return {
        finding.id or "": finding
        for finding in checked(text).findings[0]
        if finding.rule.code == code and finding.sheet == "tasks"
    }


def forecasts(text: str) -> dict[str, str | None]:
    """The forecast of every task by its 编号."""
    planned = checked(text).frames["planned_tasks"]
    return {
        task.id: None if pd.isna(task.forecast) else task.forecast.date().isoformat()[5:]
        for task in planned.itertuples(index=False)
    }


CHAIN = """
    tasks
    | id   | name | department | start      | due        | after | milestone | status      |
    | T001 | A    | 市场部     | 2024-07-22 | 2024-07-30 | -     | 否        | in_progress |
    | T002 | B    | IT部       | 2024-07-31 | 2024-08-02 | T001  | 否        | not_started |
    | T003 | C    | IT部       | 2024-08-05 | 2024-08-06 | T002  | 否        | not_started |
    | T004 | D    | IT部       | 2024-08-07 | 2024-08-07 | T003  | 否        | not_started |
    progress
    | task | status      | progress | updated    |
    | T001 | in_progress | 0.5      | 2024-08-01 |
"""
"""T001 takes 7 working days, 4 are left: until 08-06. T002 takes 3 (08-09), T003 2 (08-13), T004 1 (08-14)."""


def test_a_slip_is_told_with_its_forecast_and_driving_chain_and_what_hangs_on_it_is_counted() -> None:
    (finding,) = told(CHAIN, "DL410").values()
    assert finding.id == "T002"
    assert finding.args["forecast"] == dt.date(2024, 8, 9)
    assert finding.args["path"] == ["T001", "T002"]
    assert "2 个任务" in finding.message("zh")
    assert set(finding.args) - {"aside"} == {"due", "forecast", "path"}


def test_a_task_that_will_be_late_is_told_and_so_is_the_first_one_after_it() -> None:
    text = CHAIN.replace("2024-07-30", "2024-08-01").replace("2024-07-31", "2024-08-02")
    assert {id: finding.args["path"] for id, finding in told(text, "DL410").items()} == {
        "T001": ["T001"],
        "T002": ["T001", "T002"],
    }


def test_whom_to_call_is_told_of_the_direct_predecessor_with_the_days_it_pushes() -> None:
    (finding,) = told(CHAIN, "DP313").values()
    assert finding.id == "T002"
    assert finding.args["department"] == "市场部"
    assert finding.args["days"] == 5


def test_a_milestone_at_the_end_of_the_chain_is_told_by_its_own_rule_only() -> None:
    text = CHAIN.replace("| T003  | 否 ", "| T003  | 是 ")
    (finding,) = told(text, "DL409").values()
    assert finding.id == "T004"
    assert finding.args["path"] == ["T001", "T002", "T003", "T004"]
    assert finding.args["forecast"] == dt.date(2024, 8, 14)
    assert set(told(text, "DL410")) == {"T002"}


@pytest.mark.parametrize(
    ("status", "progress", "started", "forecast"),
    [
        ("not_started", "0", "", "08-07"),
        ("not_started", "0.6", "", "08-07"),
        ("in_progress", "0", "", "08-07"),
        ("in_progress", "0.6", "", "08-02"),
        ("blocked", "0", "", "08-07"),
        ("blocked", "0", "2024-07-29", "08-07"),
        ("delayed", "0.6", "", "08-02"),
        ("", "0.6", "", "08-02"),
        ("done", "1", "", "08-02"),
        ("cancelled", "0", "", None),
    ],
)
def test_what_counts_as_begun(status: str, progress: str, started: str, forecast: str | None) -> None:
    """Five working days from Monday; not begun, it takes five from today on, a Thursday."""
    found = forecasts(f"""
        tasks
        | id   | name | start      | due        | status      |
        | T001 | A    | 2024-07-29 | 2024-08-02 | in_progress |
        progress
        | task | status   | progress   | started   | updated    |
        | T001 | {status} | {progress} | {started} | 2024-08-01 |
    """)
    assert found == {"T001": forecast}


@pytest.mark.parametrize(
    ("row", "forecast"),
    [
        ("| T001 | in_progress | 0.2 |  | 2024-08-20 | 2024-08-01 |", "08-20"),
        ("| T001 | in_progress | 0.2 |  | 2024-07-31 | 2024-08-01 |", "08-06"),
        ("| T001 | not_started | 0   |  | 2024-08-20 | 2024-08-01 |", "08-07"),
        ("| T001 | done        | 1   | 2024-07-31 | 2024-08-20 | 2024-08-01 |", "07-31"),
    ],
)
def test_an_expected_finish_counts_if_begun_and_still_to_come_and_an_actual_one_if_done(
    row: str, forecast: str
) -> None:
    found = forecasts(f"""
        tasks
        | id   | name | start      | due        | status      |
        | T001 | A    | 2024-07-29 | 2024-08-02 | in_progress |
        progress
        | task | status | progress | finished | expected | updated |
        | T001 | not_started | 0 |  |  | 2024-07-01 |
        {row}
    """)
    assert found == {"T001": forecast}


def test_only_sound_links_bind_and_what_follows_a_cycle_has_no_forecast() -> None:
    assert forecasts("""
        tasks
        | id   | name | due        | after      | status      |
        | T001 | A    | 2024-08-30 | T001       | not_started |
        | T002 | B    | 2024-08-30 | T001、不存在 | not_started |
        | T003 | C    | 2024-08-30 | T002       | cancelled   |
        | T004 | D    | 2024-08-30 | T003       | not_started |
        | T005 | E    | 2024-08-30 | T006       | not_started |
        | T006 | F    | 2024-08-30 | T005       | not_started |
        | T007 | G    | 2024-08-30 | T006、T001 | not_started |
    """) == {"T001": "08-01", "T002": "08-02", "T003": None, "T004": "08-01", "T005": None, "T006": None, "T007": None}


def test_holidays_and_made_up_days_of_the_workbook_s_calendar_count() -> None:
    assert forecasts("""
        tasks
        | id   | name | start      | due        | status      |
        | T001 | A    | 2024-08-01 | 2024-08-05 | not_started |
        | T002 | B    | 2024-08-03 | 2024-08-04 | not_started |
        calendar
        | date       | kind |
        | 2024-08-02 | off  |
        | 2024-08-03 | work |
    """) == {"T001": "08-05", "T002": "08-03"}


@pytest.mark.parametrize(
    ("due", "severity"),
    [("2024-08-20", None), ("2024-08-19", "warning"), ("2024-08-12", "error"), ("2024-08-01", "error")],
)
def test_a_burning_buffer_is_a_warning_and_past_two_thirds_an_error(due: str, severity: str | None) -> None:
    """T001 has 8 of 10 days left, until 08-12; the milestone is reached on 08-13."""
    found = told(
        f"""
        tasks
        | id   | name | start      | due        | buffer | milestone | after | status      |
        | T001 | A    | 2024-07-22 | 2024-08-02 |        |           | -     | in_progress |
        | T002 | B    |            | {due}      | 5      | 是        | T001  | not_started |
        progress
        | task | status      | progress | updated    |
        | T001 | in_progress | 0.2      | 2024-08-01 |
        """,
        "SQ952",
    )
    assert [finding.severity for finding in found.values()] == ([severity] if severity else [])


def test_the_planned_frame_says_what_its_columns_are_called() -> None:
    planned: Any = checked(CHAIN).frames["planned_tasks"].set_index("id")
    assert planned["duration"].to_dict() == {"T001": 7, "T002": 3, "T003": 2, "T004": 1}
    assert planned["critical"].all()
    assert planned["driver"].tolist() == [-1, 0, 1, 2]
    assert planned["begin"].dt.day.tolist() == [22, 7, 12, 14]
    assert planned["float"].tolist() == [-5.0, -5.0, -5.0, -5.0]
