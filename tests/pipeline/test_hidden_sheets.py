"""A sheet that nobody can see is never read in place of one that people look at, and is told of."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import openpyxl
import pytest

from collabxl import check_workbooks
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)


def test_a_sheet_nobody_can_see_is_not_read_in_place_of_one_that_is_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The trick: what people look at is a sheet of nearly that name, what was read was one that Excel does not list."""
    book = openpyxl.load_workbook(SAMPLES / "seed.xlsx")
    book["任务分工表"].title = "任务分工表 (2)"
    book.copy_worksheet(book["任务分工表 (2)"]).title = "任务分工表"
    twin = book["任务分工表"]
    twin.sheet_state = "veryHidden"
    twin["B2"] = "谁也看不见的任务"
    book.save(tmp_path / "a.xlsx")
    with caplog.at_level(logging.WARNING, "collabxl"):
        (outcome,) = check_workbooks([tmp_path / "a.xlsx"], today=TODAY)
    assert outcome.reading is not None
    assert {page.title for page in outcome.reading.sheets} >= {"任务分工表 (2)"}
    (note,) = caplog.records
    assert "a.xlsx: 任务分工表" in note.getMessage() and "隐藏" in note.getMessage()
