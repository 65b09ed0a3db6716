from __future__ import annotations

import datetime as dt

import pytest

from collabxl.reading import dates
from collabxl.schema.serials import EPOCH


def day(text: str) -> dt.date | str | None:
    read = dates.from_text(text)
    if read.day is not None:
        return dt.date.fromordinal(read.day + EPOCH)
    return "ambiguous" if read.is_ambiguous else None


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-05",
        "2024/7/5",
        "2024.7.5",
        "2024年7月5日",
        "2024年7月5号",
        "2024 7 5",
        "20240705",
        "45478",
        "２０２４－０７－０５",
        "２０２４年７月５日",
        " 2024-07-05 ",
        "2024-07-05 00:00:00",
        "2024-07-05T09:30",
        "2024-07-05（周五）",
        "2024年7月5日 星期五",
        "5 Jul 2024",
        "5th July 2024",
        "July 5, 2024",
        "Jul 5 2024",
        "5-Jul-2024",
        "2024-07-05T00:00:00.000Z",
        "2024-07-05T16:00:00+08:00",
        "2024-07-05T16:00:00+0800",
        "2024-07-05 16:00 Z",
        "2024-07-05Z",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert day(text) == dt.date(2024, 7, 5)


@pytest.mark.parametrize("text", ["7.5", "7/5", "7月5日", "07-05", "05/06/2024", "5/7/2024", "24-7-5", "24.7.5"])
def test_what_could_be_several_days_is_not_guessed(text: str) -> None:
    assert day(text) == "ambiguous"


@pytest.mark.parametrize(
    "text", ["2024-07-05-08", "2024-07-05-2025", "2024-07-05 0800", "2024-07-05" + " " * 100 + "x"]
)
def test_what_follows_a_day_is_a_time_or_a_zone_or_it_is_none(text: str) -> None:
    assert day(text) is None
    assert dates.parse_period(text) is None


def test_a_day_above_twelve_settles_the_order() -> None:
    assert day("25/12/2024") == day("12/25/2024") == dt.date(2024, 12, 25)


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-13-01", "下周五", "待定", "2024年7月", "2024", "31/31/2024", "", "7月", "12345678"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert day(text) is None


@pytest.mark.parametrize(
    ("number", "date1904", "wanted"),
    [
        (45478, False, dt.date(2024, 7, 5)),
        (45478.75, False, dt.date(2024, 7, 5)),
        (45478 - dates.SHIFT_1904, True, dt.date(2024, 7, 5)),
        (20240705, False, dt.date(2024, 7, 5)),
        (7.5, False, "ambiguous"),
        (7.05, False, "ambiguous"),
        (3, False, None),
        (60, False, None),
        (-5, False, None),
        (2958466, False, None),
        (float("nan"), False, None),
        (1e300, False, None),
    ],
)
def test_bare_numbers(number: float, date1904: bool, wanted: object) -> None:
    read = dates.from_number(number, date1904=date1904)
    found = (
        "ambiguous" if read.is_ambiguous else read.day if read.day is None else dt.date.fromordinal(read.day + EPOCH)
    )
    assert found == wanted


@pytest.mark.parametrize(
    "text",
    [
        "2024年7月1日-2024年9月30日",
        "2024-07-01~2024-09-30",
        "2024-07-01 - 2024-09-30",
        "2024-07-01—2024-09-30",
        "2024.7.1—9.30",
        "2024年7月1日至9月30日",
        "2024/7/1 至 2024/9/30",
        "20240701-20240930",
        "1 Jul 2024 to 30 Sep 2024",
        "2024-07-01 – 2024-09-30",
    ],
)
def test_a_period_is_read_however_it_is_written(text: str) -> None:
    both = dates.parse_period(text)
    assert both is not None
    assert [dt.date.fromordinal(end + EPOCH).isoformat() for end in both] == ["2024-07-01", "2024-09-30"]


@pytest.mark.parametrize("text", ["三个月", "2024-07-01", "大约两个月", "7.1-9.30", ""])
def test_what_is_no_period_is_none(text: str) -> None:
    assert dates.parse_period(text) is None
