"""Due on a Friday, looked at on the weekend: nobody is late before the next working day, and nobody is told so."""

from __future__ import annotations

import datetime as dt

import pytest

from collabxl import Finding
from collabxl.reading.tables import build_tables
from collabxl.rules.engine.run import check
from collabxl.text import LANGS
from tests.tables import example

FRIDAY = dt.date(2024, 8, 2)
LATE = {"DL401", "DL409", "MT803", "DY601", "DY602"}
BOOK = """
tasks
| id | name | due | status | milestone |
| T001 | A | 2024-08-02 | in_progress | |
| T002 | B | 2024-08-02 | in_progress | 是 |
progress
| task | status | progress | updated | delay_reason | remedy |
| T001 | in_progress | 0.5 | 2024-08-02 | | |
minutes
| date | action | owner | due | status |
| 2024-07-30 | C | 张三 | 2024-08-02 | in_progress |
calendar
| date | kind |
| 2024-08-05 | off |
"""


def found(day: dt.date) -> list[Finding]:
    findings = check(build_tables([example(BOOK).reading()]), today=day).findings[0]
    return [finding for finding in findings if finding.rule.code in LATE]


@pytest.mark.parametrize("days", [1, 2, 3])
def test_on_days_off_after_the_due_date_nothing_late_is_an_error(days: int) -> None:
    """Saturday, Sunday and a holiday on Monday."""
    told = found(FRIDAY + dt.timedelta(days))
    assert {finding.rule.code for finding in told} == LATE
    assert {finding.severity for finding in told} == {"warning"}
    for finding in told:
        for lang in LANGS:
            assert "0 " not in f"{finding.message(lang)} ".replace("2024-08-0", "")


def test_on_the_day_itself_nothing_is_told() -> None:
    assert found(FRIDAY) == []


def test_from_the_first_working_day_on_it_is_one_day_late() -> None:
    told = found(dt.date(2024, 8, 6))
    assert {finding.severity for finding in told} == {"error"}
    assert [finding.args["days"] for finding in told if "days" in finding.args] == [1, 1, 1]
