"""The calendar above the grid of 进度计划: from which day, how many days a cell, months and days off.

The scale is chosen so that the whole project fits into the grid, and so onto one page across.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import NamedTuple

from collabxl.formulas import layout
from collabxl.formulas.named_ranges import AS_OF
from collabxl.ooxml import a1
from collabxl.schema.serials import from_serial, to_serial
from collabxl.schema.sheets import Calendar, Tasks
from collabxl.schema.vocabularies import DAY_TYPE
from collabxl.text import Lang
from collabxl.workbook.content import Row, Value

CELLS = 56
"""Eight weeks of days, or so many times 2, 3 or 7 days."""
START, DUE, SHARE, STATUS_AT, MILESTONE, CRITICAL = 4, 5, 6, 7, 8, 9
"""Columns of the schedule that the bars are made from."""
GRID = CRITICAL + 1
FROM, DONE, BUFFER = (GRID + CELLS + number for number in range(3))
"""Hidden columns behind the grid: first day of the bar, first day not done, first day of the buffer."""
SCALE = layout.HEADER - 2
"""The row with the first day of the grid and the days of a cell."""
OFF, MONTHS = layout.HEADER - 3, layout.HEADER - 1
"""The rows that say, per cell, whether its day is off, and its month."""
_LAG_SHOWN = 28
"""So many days past the last date the grid still reaches, to show how late things are."""
_STEPS = ((1, CELLS), (2, 2 * CELLS), (3, 3 * CELLS), (7, 7 * CELLS))
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


class Scale(NamedTuple):
    """The grid's first day, the days of a cell, and how many days there are to show."""

    start: int
    step: int
    days: int


def scale(dates: Iterable[Value], today: dt.date) -> Scale:
    """Return the scale on which all these days fit into the grid."""
    days = [to_serial(day) for day in dates if isinstance(day, dt.date)]
    start, now = min(days, default=to_serial(today)), to_serial(today)
    start -= from_serial(start).weekday()
    last = max(days, default=now)
    count = max(last, min(now, last + _LAG_SHOWN)) - start + 1
    step = next((step for step, fits in _STEPS if count <= fits), 7 * math.ceil(count / (7 * CELLS)))
    return Scale(start, step, count)


def scale_formulas() -> dict[tuple[int, int], str]:
    """Return the cells of the scale: first day, days a cell, and in a hidden cell the days to show."""
    dates = f"$D${layout.FIRST}:$E${layout.last_row(Tasks)}"
    first = f"IF(COUNT({dates})=0,{AS_OF},MIN({dates}))"
    last = f"IF(COUNT({dates})=0,{AS_OF},MAX({dates}))"
    count = fixed_cell(FROM, SCALE)
    step = f"7*ROUNDUP({count}/{7 * CELLS},0)"
    for days, fits in reversed(_STEPS):
        step = f"IF({count}<={fits},{days},{step})"
    return {
        (SCALE, START): f"={first}-WEEKDAY({first},2)+1",
        (SCALE, SHARE): f"={step}",
        (SCALE, FROM): f"=MAX({last},MIN({AS_OF},{last}+{_LAG_SHOWN}))-{fixed_cell(START, SCALE)}+1",
    }


def header_formulas(column: int, lang: Lang) -> dict[int, str]:
    """Return the formulas above one column of the grid, by row: its day, its month, whether the day is off."""
    day, before, step = (
        relative_cell(column, layout.HEADER),
        relative_cell(column - 1, layout.HEADER),
        fixed_cell(SHARE, SCALE),
    )
    begins = "TRUE" if column == GRID else f"MONTH({day})<>MONTH({before})"
    if lang == "zh":
        left = relative_cell(column - 1, MONTHS)
        unit = '""' if column == GRID else f'IF(AND({left}<>"",{left}<>"月"),"月","")'
        month = f'=IF({begins},MONTH({day})&"",{unit})'
    else:
        month = f'=IF({begins},MID("{_MONTHS}",3*MONTH({day})-2,3),"")'
    dates, kinds = (layout.column_range(each, lang) for each in (Calendar.date, Calendar.kind))
    named = {key: DAY_TYPE.title_of(key).to(lang) for key in ("work", "off")}
    work, rest = (f'SUMPRODUCT(({dates}={day})*({kinds}="{named[key]}"))>0' for key in ("work", "off"))
    off = f"=IF({step}>1,0,IF({work},0,IF({rest},1,IF(WEEKDAY({day},2)>5,1,0))))"
    first = f"={fixed_cell(START, SCALE)}" if column == GRID else f"={before}+{step}"
    return {layout.HEADER: first, MONTHS: month, OFF: off}


def header_values(made: Scale, calendar: Iterable[Row], lang: Lang) -> dict[tuple[int, int], str | float]:
    """Return what the formulas of scale and header show, by cell."""
    kinds: dict[dt.date, set[Value]] = {}
    for row in calendar:
        if isinstance(day := row.get(Calendar.date.key), dt.date):
            kinds.setdefault(day, set()).add(row.get(Calendar.kind.key))
    spots: dict[tuple[int, int], str | float] = {
        (SCALE, START): made.start, (SCALE, SHARE): made.step, (SCALE, FROM): made.days,
    }  # fmt: skip
    before, label = 0, ""
    for number in range(CELLS):
        day = from_serial(made.start + number * made.step)
        is_new = day.month != before
        if lang == "zh":
            label = str(day.month) if is_new else "月" if label not in ("", "月") else ""
        else:
            label = _MONTHS[3 * day.month - 3 : 3 * day.month] if is_new else ""
        known = kinds.get(day, set())
        off = "work" not in known and ("off" in known or day.weekday() > 4)
        column, before = GRID + number, day.month
        spots[layout.HEADER, column] = to_serial(day)
        spots[MONTHS, column] = label
        spots[OFF, column] = int(off and made.step == 1)
    return spots


def relative_cell(column: int, row: int) -> str:
    """Return a cell's address, as it may move."""
    return f"{a1.column_letters(column)}{row}"


def fixed_cell(column: int, row: int) -> str:
    """Return a cell's address, fixed."""
    return f"${a1.column_letters(column)}${row}"
