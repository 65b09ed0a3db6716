"""What is put into 采用, read as its column reads what people type; test_weekly.py takes it through a merge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from collabxl.exchange.conflicts import Conflict
from collabxl.exchange.decisions import decisions
from collabxl.exchange.three_way import Spot


@pytest.mark.parametrize(
    ("key", "typed", "whose", "value"),
    [
        ("status", "完成", "typed", "done"),
        ("status", "搞定了", "typed", "搞定了"),
        ("due", "7月25日", "typed", "7月25日"),
        ("due", "2024/7/25", "typed", dt.date(2024, 7, 25)),
        ("remark", "7月25日", "typed", "7月25日"),
        ("remark", "用部门的", "theirs", None),
        ("remark", "Use master's", "ours", None),
        ("remark", "市场部", "theirs", None),
        ("department", "市场部", "typed", "市场部"),
        ("remark", "同意", "unknown", "同意"),
    ],
)
def test_a_decision_is_read_as_its_column_reads(key: str, typed: str, whose: str, value: Any) -> None:
    (found,) = decisions([Conflict(Spot("tasks", "T004", key), "甲", "乙", "丙", "市场部", typed)], "zh")
    assert (found.whose, found.value) == (whose, value)


def test_what_is_settled_or_left_open_is_no_decision() -> None:
    line = Conflict(Spot("tasks", "T004", "remark"), "甲", "乙", "丙", "市场部")
    assert decisions([line, line._replace(choice="部门", settled=True)], "zh") == []
