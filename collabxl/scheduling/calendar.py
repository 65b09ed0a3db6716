"""Working-day arithmetic for many workbooks at once, and the public holidays a new workbook starts with.

Days are numpy datetime64[D]. Monday to Friday are worked, except where a workbook's own calendar says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabxl.scheduling.arrays import Days

Wbs = NDArray[np.int64]
COUNTRY = "CN"
"""Whose holidays a workbook has that names no country."""
MONDAY_BEFORE_EPOCH = 3
"""1970-01-01, day 0, was a Thursday."""
_LAST_DAY = np.datetime64(dt.date.max, "D")
_SPAN = 1 << 22
"""More days than any workbook can name; keeps the calendars of different workbooks apart in one sorted array."""


class CalendarExceptions(NamedTuple):
    """Days that a calendar treats unlike Monday to Friday: the workbook, the day, and whether it is worked."""

    wb: Wbs
    day: Days
    is_working: NDArray[np.bool_]


class WorkingDays:
    """Counts working days by each workbook's own calendar; every method is vectorised over (wb, day).

    Monday to Friday are counted by division; only the days that differ from that are kept, those of all workbooks in
    one sorted array of ``wb * _SPAN + day``, so that one binary search answers for a million rows at once. Beside it
    runs the sum of what they change (1 for a worked Sunday, -1 for a day off), and what a day is corrected by is that
    sum up to it less that up to the first key of its workbook – at ``wb * _SPAN - _SPAN // 2``, as days before 1970
    are negative.
    """

    def __init__(self, exceptions: CalendarExceptions | None = None) -> None:
        found = exceptions or CalendarExceptions(np.empty(0, np.int64), np.empty(0, "datetime64[D]"), np.empty(0, bool))
        wb, worked = found.wb[::-1], found.is_working[::-1]
        on = found.day[::-1].astype("datetime64[D]").astype(np.int64)
        key, last = np.unique(wb * _SPAN + on, return_index=True)
        odd = worked[last] != _is_weekday(on[last])
        self._key, kept = key[odd], last[odd]
        # what the days before each key change, all workbooks in a row: two of these sums make a correction
        self._before = np.concatenate([[0], np.cumsum(np.where(worked[kept], 1, -1))])
        self._odd = on[kept]
        # the same keys by position instead of day, for the way back from a count to its day
        self._reached = wb[kept] * _SPAN + self.position(wb[kept], self._odd.view("datetime64[D]"))

    def position(self, wb: Wbs, day: Days) -> NDArray[np.int64]:
        """Return how many working days there are up to and including each day; only differences mean something."""
        on = day.astype("datetime64[D]").astype(np.int64) + MONDAY_BEFORE_EPOCH
        weeks, rest = np.divmod(on, 7)
        usual: NDArray[np.int64] = 5 * weeks + np.minimum(rest + 1, 5)
        if not len(self._key):
            return usual
        first = np.searchsorted(self._key, wb * _SPAN - _SPAN // 2)
        here = np.searchsorted(self._key, wb * _SPAN + on - MONDAY_BEFORE_EPOCH, side="right")
        return usual + np.where(here > first, self._before[here] - self._before[first], 0)

    def day(self, wb: Wbs, position: NDArray[np.int64]) -> Days:
        """Return the working day at each position: the first day up to and including which there are so many.

        No day is later than the last one of the calendar, 9999-12-31, which neither Excel nor Python go beyond.
        """
        return np.minimum(self._day(wb, position), _LAST_DAY)

    def _day(self, wb: Wbs, position: NDArray[np.int64]) -> Days:
        if not len(self._key):
            return _weekday_at(position)
        first = np.searchsorted(self._key, wb * _SPAN - _SPAN // 2)
        past = np.maximum(np.searchsorted(self._reached, wb * _SPAN + position, side="left"), first)
        usual = _weekday_at(position - (self._before[past] - self._before[first]))
        following = np.minimum(past, len(self._key) - 1)
        mine = (past < len(self._key)) & (self._key[following] < wb * _SPAN + _SPAN // 2)
        return np.where(mine, np.minimum(usual, self._odd[following].view("datetime64[D]")), usual)

    def is_worked(self, wb: Wbs, day: Days) -> NDArray[np.bool_]:
        """Return which days are working days."""
        on = day.astype("datetime64[D]")
        return self.position(wb, on) > self.position(wb, np.subtract(on, np.timedelta64(1, "D")))

    def between(self, wb: Wbs, first: Days, last: Days) -> NDArray[np.int64]:
        """Return the working days after ``first`` up to and including ``last``; 0 where either is missing."""
        known = ~(np.isnat(first) | np.isnat(last))
        counted = np.zeros(len(wb), dtype=np.int64)
        counted[known] = self.position(wb[known], last[known]) - self.position(wb[known], first[known])
        return counted


def _weekday_at(position: NDArray[np.int64]) -> Days:
    weeks, rest = np.divmod(position - 1, 5)
    on: NDArray[np.int64] = 7 * weeks + rest - MONDAY_BEFORE_EPOCH
    return on.view("datetime64[D]")


def _is_weekday(day: NDArray[np.int64]) -> NDArray[np.bool_]:
    weekday: NDArray[np.bool_] = (day + MONDAY_BEFORE_EPOCH) % 7 < 5
    return weekday


class WorkdayIndex:
    """The working days of one project by their numbers; number 1 is the first on or after ``start``."""

    def __init__(self, days: WorkingDays, start: dt.date, wb: int = 0) -> None:
        self._days = days
        self._wb = np.array([wb], dtype=np.int64)
        self._before = 0
        self._before = self.number(start - dt.timedelta(days=1))

    def number(self, day: dt.date) -> int:
        """Return the number of a working day; of a day off, that of the last one before it."""
        return int(self._days.position(self._wb, np.array([day], dtype="datetime64[D]"))[0]) - self._before

    def day(self, number: int) -> dt.date:
        """Return the working day of a number."""
        found: dt.date = self._days.day(self._wb, np.array([number + self._before], dtype=np.int64))[0].item()
        return found


class PublicDay(NamedTuple):
    """A holiday, or a weekend day that is worked to make up for one."""

    day: dt.date
    is_working: bool
    name: str


def public_days(country: str, years: Iterable[int], language: str | None = None) -> list[PublicDay]:
    """Return the holidays of a country and the weekend days worked for them; KeyError if the country is unknown.

    Source: the holidays library, which for CN follows the State Council's yearly notice on 调休.
    """
    import holidays

    try:
        wanted = set(years)
        known = holidays.country_holidays(country, years=wanted, language=language)
    except NotImplementedError as error:
        raise KeyError(country) from error
    off = [PublicDay(day, False, name) for day, name in known.items()]
    worked = [PublicDay(day, True, "") for day in getattr(known, "weekend_workdays", ()) if day.year in wanted]
    return sorted(off + worked)


def public_working_days(country: str, years: Iterable[int]) -> WorkingDays:
    """Return the working days of one workbook, number 0, by the calendar it is built with; KeyError as above."""
    days = public_days(country, years)
    on = np.array([each.day for each in days], dtype="datetime64[D]")
    worked = np.array([each.is_working for each in days], dtype=bool)
    return WorkingDays(CalendarExceptions(np.zeros(len(days), dtype=np.int64), on, worked))
