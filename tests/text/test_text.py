"""Numbers as text: what people typed comes out as they typed it, wherever it is told."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

import collabxl
from collabxl.text import format_number, format_percent, format_value, t

CODE = sorted(Path(collabxl.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (12345.67, "12345.67"),
        (1.2000000000000002, "1.2"),
        (0.1 + 0.2, "0.3"),
        (1e9, "1000000000"),
        (123456789012345.0, "123456789012345"),
        (0.00001, "0.00001"),
        (-0.0, "0"),
        (3, "3"),
        (1e300, "1E+300"),
        (1.25e17, "1.25E+17"),
    ],
)
def test_a_number_is_written_as_a_person_writes_it(value: float, wanted: str) -> None:
    assert format_number(value) == wanted


@given(some.integers(-(10**15) + 1, 10**15 - 1), some.integers(0, 9))
def test_fifteen_digits_come_back_as_they_were_typed(digits: int, places: int) -> None:
    typed = f"{digits / 10**places:.{places}f}"
    value = float(typed)
    assert float(format_number(value)) == value
    assert "e" not in format_number(value)
    assert not format_number(value).endswith(".0")


@given(some.floats(-9e307, 9e307, allow_subnormal=False))
def test_nothing_is_lost_but_noise(value: float) -> None:
    assert math.isclose(float(format_number(value)), value, rel_tol=1e-14)


@given(some.integers(0, 100_000))
def test_a_share_keeps_the_digits_of_its_per_cent(thousandths: int) -> None:
    assert format_percent(thousandths / 100_000) == f"{format_number(thousandths / 1000)}%"


def test_a_field_may_be_a_share() -> None:
    assert t("进度 {share:%}", "{share:%} done").fill("en", {"share": 0.996}) == "99.6% done"


def test_no_number_of_people_is_told_in_six_digits() -> None:
    """The format ``g`` rounds to six digits without a word."""
    assert [path.name for path in CODE if ":g}" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("length", "wanted"),
    [
        (dt.timedelta(hours=25, minutes=30), "25:30:00"),
        (dt.timedelta(days=-3), "-72:00:00"),
        (dt.timedelta(seconds=59.6), "0:01:00"),
        (dt.timedelta(0), "0:00:00"),
    ],
)
def test_a_span_of_time_is_told_as_spreadsheets_show_it(length: dt.timedelta, wanted: str) -> None:
    assert format_value(length, "zh") == format_value(length, "en") == wanted
