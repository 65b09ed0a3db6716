"""Dates as people really type them: one day or a period from text, or why it is none. Never guesses.

Days are integers: 0 is 1970-01-01, as numpy's datetime64[D] counts.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from collabxl.schema.serials import EPOCH, SERIAL_OF_EPOCH

SHIFT_1904 = 1462
"""Days between the two ways Excel counts; a serial number of a 1904 book is this much smaller."""
FIRST_SERIAL, LAST_SERIAL = 32874, 73050
"""1990-01-01 and 2099-12-31: a bare number in between is taken for a date, any other is not."""

_HALF_A_SECOND = 0.5 / 86_400
_MIDNIGHT = dt.time(23, 59, 59, 500_000)
LONGEST = 100
"""No date or period takes more letters; what does is not looked at."""

_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)(?:\s*+[-/.年]|\s)\s*+(\d{1,2})(?:\s*+[-/.月]|\s)\s*+(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*((?:19|20)\d\d)")
_NO_YEAR = re.compile(r"(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号]?")
_SHORT_YEAR = re.compile(r"\d\d?\s*[-/.]\s*\d\d?\s*[-/.]\s*\d\d?")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s*+-?\s*+{_MONTH}\s*+[-,]?\s*+((?:19|20)\d\d)", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"{_MONTH}\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*((?:19|20)\d\d)", re.IGNORECASE)
_ZONE = r"(?:Z|[+-]\d\d:\d\d)"
_TAIL = re.compile(
    rf"\s*+(?:T(?=\d))?(?:\d{{1,2}}:\d\d(?::\d\d(?:\.\d+)?)?\s*+(?:{_ZONE}|[+-]\d{{4}})?|{_ZONE})?\s*+"
    r"(?:\(?(?:周|星期|礼拜)[一二三四五六日天]\)?|\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\)?)?\s*",
    re.IGNORECASE,
)
_DASH = re.compile(r"(?:~|～|至|到|—+|–+|--+|\bto\b|\buntil\b)\s*")


class ParsedDate(NamedTuple):
    """A day, or none: ``is_ambiguous`` tells text that could be several days from text that is none."""

    day: int | None
    is_ambiguous: bool = False


NO_DAY = ParsedDate(None)
SEVERAL = ParsedDate(None, is_ambiguous=True)


def from_text(text: str) -> ParsedDate:
    """Return the day that a text names for certain."""
    if len(text) > LONGEST:
        return NO_DAY
    text = unicodedata.normalize("NFKC", text).strip()
    for pattern, order in ((_YEAR_FIRST, "ymd"), (_COMPACT, "ymd"), (_DAY_MONTH, "dmy"), (_MONTH_DAY, "mdy")):
        match = pattern.match(text)
        if match and _TAIL.fullmatch(text, match.end()):
            parts = dict(zip(order, match.groups(), strict=True))
            return _day(parts["y"], parts["m"], parts["d"])
    match = _YEAR_LAST.match(text)
    if match and _TAIL.fullmatch(text, match.end()):
        return _year_last(int(match[1]), int(match[2]), int(match[3]))
    if _SERIAL.fullmatch(text):
        return from_number(float(text), date1904=False)
    if _NO_YEAR.fullmatch(text) or _SHORT_YEAR.fullmatch(text):
        return SEVERAL
    return NO_DAY


def nearest(moment: dt.datetime) -> int:
    """Return the ordinal of the day that a moment shows, which programs round to the second."""
    return moment.toordinal() + (moment.time() >= _MIDNIGHT and moment.date() < dt.date.max)


def from_number(value: float, *, date1904: bool) -> ParsedDate:
    """Return the day of a bare number: a serial, or 20240705; 7.5 may be the 5th of July of some year."""
    if not abs(value) < 1e9:
        return NO_DAY
    whole = int(value + _HALF_A_SECOND)
    if value == whole and _COMPACT.fullmatch(str(whole)):
        return from_text(str(whole))
    serial = whole + (SHIFT_1904 if date1904 else 0)
    if FIRST_SERIAL <= serial <= LAST_SERIAL:
        return ParsedDate(serial - SERIAL_OF_EPOCH)
    month, _, day = f"{float(value):.15g}".partition(".")
    could_be = day.isdigit() and 1 <= int(day) <= 31 and month.isdigit() and 1 <= int(month) <= 12
    return SEVERAL if could_be else NO_DAY


def parse_period(text: str) -> tuple[int, int] | None:
    """Return first and last day of a text such as 2024年7月1日-2024年9月30日 or 2024.7.1—9.30; None if unreadable."""
    if len(text) > LONGEST:
        return None
    text = unicodedata.normalize("NFKC", text.replace("—", "~").replace("–", "~")).strip()
    for left, right in _halves(text):
        first = from_text(left).day
        if first is None:
            continue
        last = from_text(right).day
        if last is None:
            year = dt.date.fromordinal(first + EPOCH).year
            short = _NO_YEAR.fullmatch(right)
            last = _day(str(year), short[1], short[2]).day if short else None
        if last is not None:
            return first, last
    return None


def _halves(text: str) -> list[tuple[str, str]]:
    halves = [(text[: mark.start()], text[mark.end() :].strip()) for mark in _DASH.finditer(text)]
    dashes = [place for place, letter in enumerate(text) if letter == "-"]
    return halves + [(text[:place].strip(), text[place + 1 :].strip()) for place in dashes]


def _year_last(left: int, middle: int, year: int) -> ParsedDate:
    if left > 12 >= middle:
        return _day(str(year), str(middle), str(left))
    if middle > 12 >= left:
        return _day(str(year), str(left), str(middle))
    if left == middle:
        return _day(str(year), str(left), str(middle))
    return SEVERAL if left <= 12 else NO_DAY


def _day(year: str, month: str, day: str) -> ParsedDate:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return ParsedDate(dt.date(int(year), number, int(day)).toordinal() - EPOCH)
    except ValueError:  # no such day, e.g. 30 February
        return NO_DAY
