"""Functions of days: those that all programs count alike, from 1900-03-01 on."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from collabxl.recalculation.alternatives import choose
from collabxl.recalculation.faults import UnsupportedFormula
from collabxl.recalculation.number_functions import floor_number
from collabxl.recalculation.range_functions import numbers_in
from collabxl.recalculation.values import as_number, as_whole
from collabxl.schema.serials import from_serial, to_serial

_FIRST, _LAST = 61, to_serial(dt.date(9999, 12, 31))
_THIS_CENTURY = 30
_MOST_DAYS, _MOST_AWAY = 10_000, 2**15 - 1


def day_of(value: Any) -> dt.date:
    """Return the day that a number stands for; UnsupportedFormula for one that not all programs have."""
    counted = floor_number(value)
    if not _FIRST <= counted <= _LAST:
        raise UnsupportedFormula("a day that programs count differently")
    return from_serial(counted)


def day_serial(year: Any, month: Any, day: Any) -> float:
    """Return the number of a day: DATE."""
    first, month_there, day_there = as_whole(year), as_whole(month), as_whole(day)
    if 0 <= first < 100:
        first += 1900 if first >= _THIS_CENTURY else choose("the century", 1900, 2000)
    months = first * 12 + month_there - 1
    is_far = max(abs(month_there), abs(day_there)) > _MOST_AWAY
    if first < 1900 or is_far or not 1900 * 12 <= months < 10_000 * 12:
        raise UnsupportedFormula("a year that programs read differently")
    serial = to_serial(dt.date(months // 12, months % 12 + 1, 1)) + day_there - 1
    day_of(serial)
    return float(serial)


def weekday(value: Any, kind: Any = 1) -> int:
    """Return the number of a day in its week: WEEKDAY."""
    if kind not in (1, 2) or isinstance(kind, bool):
        raise UnsupportedFormula("a week of another form")
    at = day_of(value).weekday()
    return at + 1 if kind == 2 else (at + 1) % 7 + 1


def workday(start: Any, days: Any, holidays: Any = None) -> float:
    """Return the day that is so many working days later: WORKDAY."""
    off = set() if holidays is None else {math.floor(each) for each in numbers_in((holidays,), only=True)}
    at, left = floor_number(start), int(as_number(days))
    day_of(at)
    if abs(left) > _MOST_DAYS:
        raise UnsupportedFormula("so many days")
    step = 1 if left > 0 else -1
    while left:
        at += step
        if (at - 2) % 7 < 5 and at not in off:
            left -= step
    day_of(at)
    return float(at)
