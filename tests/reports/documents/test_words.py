"""The small words: lists typed into one cell, days asked for, numbered headings, meetings put together."""

from __future__ import annotations

import datetime as dt

import pytest

from collabxl.reports.documents.blocks import Section, number_sections
from collabxl.reports.documents.material import MinuteRow
from collabxl.reports.documents.minutes import meetings
from collabxl.reports.documents.words import ReportPeriod, RequestedPeriod, split_list
from tools.samples.__main__ import TODAY

WEEK_AGO = TODAY - dt.timedelta(days=6)


@pytest.mark.parametrize(
    ("typed", "entries"),
    [
        ("①新支付上线；②投诉下降30%；③日志完成", ("新支付上线", "投诉下降30%", "日志完成")),
        ("1. 上线 v2.0\n2. 成本低于 40,000", ("上线 v2.0", "成本低于 40,000")),
        ("1) landing page live; 2) 5,000 sign-ups", ("landing page live", "5,000 sign-ups")),
        ("（1）准时；（2）不超支。", ("准时", "不超支")),
        ("支付成功率提升至99.5%，投诉率下降30%", ("支付成功率提升至99.5%，投诉率下降30%",)),
        ("", ()),
    ],
)
def test_a_list_in_one_cell_is_taken_apart(typed: str, entries: tuple[str, ...]) -> None:
    assert split_list(typed) == entries


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        (RequestedPeriod(), ReportPeriod(WEEK_AGO, TODAY)),
        (RequestedPeriod(last=WEEK_AGO), ReportPeriod(WEEK_AGO - dt.timedelta(days=6), WEEK_AGO)),
        (RequestedPeriod(first=WEEK_AGO), ReportPeriod(WEEK_AGO, TODAY)),
        (
            RequestedPeriod(first=TODAY + dt.timedelta(days=3)),
            ReportPeriod(TODAY + dt.timedelta(days=3), TODAY + dt.timedelta(days=3)),
        ),
        (RequestedPeriod(WEEK_AGO, WEEK_AGO), ReportPeriod(WEEK_AGO, WEEK_AGO)),
    ],
)
def test_what_is_not_said_of_a_period_is_its_usual_length_up_to_the_figures(
    asked: RequestedPeriod, period: ReportPeriod
) -> None:
    assert asked.period(TODAY, 7) == period


def test_however_many_sections_all_are_there_with_their_numbers() -> None:
    sections = [Section(str(at), "会", ()) for at in range(1, 121)]
    titles = [each.title for each in number_sections(sections, "zh")]
    assert len(titles) == 120 and len(set(titles)) == 120
    assert [titles[at - 1] for at in (1, 10, 11, 20, 35, 99, 100)] == [
        *("一、会", "十、会", "十一、会", "二十、会", "三十五、会", "九十九、会", "100、会"),
    ]
    assert number_sections(sections, "en")[11].title == "12. 会"


def line(row: int, date: dt.date | None, topic: str, **more: str) -> MinuteRow:
    told = dict.fromkeys(MinuteRow._fields, "")
    return MinuteRow(**{**told, **more, "row": row, "date": date, "topic": topic, "due": None})  # type: ignore[arg-type]


def test_lines_of_one_meeting_are_put_together_in_order() -> None:
    held = meetings(
        [
            line(6, TODAY, "周例会", host="王经理"),
            line(7, None, "", action="更新进度"),
            line(8, WEEK_AGO, "启动会"),
            line(9, TODAY, " 周例会 ", decision="按期上线"),
            line(10, None, "", action="通知客户"),
        ]
    )
    assert [(meeting.date, [each.row for each in meeting.lines]) for meeting in held] == [
        (WEEK_AGO, [8]),
        (TODAY, [6, 7, 9, 10]),
    ]
    assert held[1].host == "王经理" and [each.action for each in held[1].actions] == ["更新进度", "通知客户"]
