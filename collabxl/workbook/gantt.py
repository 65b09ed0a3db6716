"""The bars of 进度计划: what every cell of the grid shows, as a condition and as the same in Python.

A cell stands for one or more days from the date in its header. Bars are made by conditional formats over live formulas;
the cells themselves hold a blank, so that a number format can put ◆ and ／ there. The condition is here twice, unlike
those of other sheets: a grid of 300 tasks has 18,000 cells with up to 17 conditions each, which Python looks at ten
times as fast as it computes formulas. A law has LibreOffice compute all of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from collabxl.formulas import layout
from collabxl.formulas.evaluator import workday
from collabxl.formulas.named_ranges import AS_OF
from collabxl.ooxml import a1
from collabxl.schema.serials import to_serial
from collabxl.schema.vocabularies import ENDED, STATUS
from collabxl.text import Lang
from collabxl.workbook.content import Value
from collabxl.workbook.timeline import (
    BUFFER,
    CRITICAL,
    DONE,
    DUE,
    FROM,
    GRID,
    MILESTONE,
    OFF,
    SCALE,
    SHARE,
    START,
    STATUS_AT,
    fixed_cell,
)

DIAMOND, DOT = "◆", "●"
_MOST_BUFFER = 250
"""A buffer beyond is a mistake."""


def _row_cell(column: int, row: int = layout.FIRST) -> str:
    return f"${a1.column_letters(column)}{row}"


_DUE, _FIRST, _DONE, _BUFFER, _STATUS, _MILESTONE, _CRITICAL = map(
    _row_cell, (DUE, FROM, DONE, BUFFER, STATUS_AT, MILESTONE, CRITICAL)
)
_DAY, _STEP, _NAMED = f"{a1.column_letters(GRID)}${layout.HEADER}", fixed_cell(SHARE, SCALE), f'{_row_cell(1)}<>""'
_BEGUN, _UNTIL = f"ISNUMBER({_FIRST}),{_DAY}+{_STEP}>{_FIRST}", f"{_DAY}<={_DUE}"
_INSIDE = f"{_BEGUN},{_UNTIL}"


class GanttTask(NamedTuple):
    """One task as the grid sees it; days are Excel's numbers."""

    due: int
    first: int
    done: int
    buffer: int | None
    status: Value
    milestone: bool
    critical: bool


class Moment(NamedTuple):
    """What one cell stands for, and the day of the figures."""

    day: int
    step: int
    off: bool
    today: int

    @property
    def end(self) -> int:
        """The last day of the cell."""
        return self.day + self.step - 1


Holds = Callable[[GanttTask, Moment], bool]


class GanttFormat(NamedTuple):
    """One thing a cell may show: where, and by which style of the theme."""

    condition: str
    holds: Holds
    style: str


def bar_start(start: Value, due: dt.date) -> int:
    """Return the first day of a task's bar: its start, or its due date if that is all we know."""
    return to_serial(min(start, due) if isinstance(start, dt.date) else due)


def done_until(first: int, due: int, share: float) -> int:
    """Return the first day of a bar that is not done yet."""
    return first + math.floor(round((due - first + 1) * max(0.0, min(1.0, share)), 6) + 0.5)


def buffer_start(due: dt.date, days: Value) -> int | None:
    """Return the first day of the working days kept in reserve before the due date."""
    if isinstance(days, bool) or not isinstance(days, int | float) or not 1 <= days <= _MOST_BUFFER:
        return None
    return to_serial(workday(due, -int(days))) + 1


def formulas(row: int, buffer: str) -> dict[int, str]:
    """Return the formulas of the hidden columns in one row; ``buffer`` is the cell of 缓冲天数."""
    start, due, share, first = (_row_cell(column, row) for column in (START, DUE, SHARE, FROM))
    done = f"INT(ROUND(({due}-{first}+1)*MAX(0,MIN(1,N({share}))),6)+0.5)"
    kept = f"N({buffer})>=1,N({buffer})<={_MOST_BUFFER}"
    return {
        FROM: f'=IF(ISNUMBER({due}),IF(ISNUMBER({start}),MIN({start},{due}),{due}),"")',
        DONE: f'=IF(ISNUMBER({first}),{first}+{done},"")',
        BUFFER: f'=IF(AND(ISNUMBER({due}),{kept}),WORKDAY({due},-N({buffer}))+1,"")',
    }


@cache
def cell_formats(lang: Lang) -> tuple[GanttFormat, ...]:
    """Return what a cell may show, in the order it wins; the conditions are those of the grid's first cell."""
    return (*_whole(lang), *_parts(), *_around(lang))


def _whole(lang: Lang) -> Iterator[GanttFormat]:
    """Yield milestones, and bars of one kind from end to end."""
    at_due = f'{_MILESTONE}="{DIAMOND}",ISNUMBER({_DUE}),{_DAY}<={_DUE},{_DAY}+{_STEP}>{_DUE}'
    done, cancelled = _closed_conditions(lang)
    yield GanttFormat(
        f"AND({_INSIDE},{cancelled})", lambda s, m: _is_in_bar(s, m) and s.status == "cancelled", "gantt_cancelled"
    )
    yield GanttFormat(
        f"AND({at_due},{done})", lambda s, m: _is_on_due_date(s, m) and s.status == "done", "gantt_milestone_done"
    )
    late = f"AND({at_due},{_DUE}<{AS_OF})"
    yield GanttFormat(late, lambda s, m: _is_on_due_date(s, m) and s.due < m.today, "gantt_milestone_late")
    yield GanttFormat(f"AND({at_due})", _is_on_due_date, "gantt_milestone")
    yield GanttFormat(f"AND({_INSIDE},{done})", lambda s, m: _is_in_bar(s, m) and s.status == "done", "gantt_finished")


def _parts() -> Iterator[GanttFormat]:
    """Yield the parts of a bar under way, each also as it looks on the critical path."""
    parts: tuple[tuple[str, Holds, str], ...] = (
        (f"MAX({_DAY},{_FIRST})<{_DONE}", lambda s, m: max(m.day, s.first) < s.done, "gantt_done"),
        (f"{_DUE}<{AS_OF}", lambda s, m: s.due < m.today, "gantt_late"),
        (f"ISNUMBER({_BUFFER}),{_DAY}+{_STEP}>{_BUFFER}", _is_in_buffer, "gantt_buffer"),
        (_BEGUN, _is_in_bar, "gantt_rest"),
    )
    for when, holds, style in parts:
        inside = f"{when},{_UNTIL}" if when == _BEGUN else f"{_INSIDE},{when}"
        yield GanttFormat(f'AND({inside},{_CRITICAL}<>"")', _part(holds, critical=True), f"{style}_critical")
        yield GanttFormat(f"AND({inside})", _part(holds, critical=False), style)


def _around(lang: Lang) -> Iterator[GanttFormat]:
    """Yield what is to be seen beside the bars."""
    still = ",".join(f"NOT({each})" for each in _closed_conditions(lang))
    tail = f"AND(ISNUMBER({_FIRST}),{_DAY}>{_DUE},{_DAY}<={AS_OF},{still})"
    yield GanttFormat(tail, lambda s, m: s.due < m.day <= m.today and s.status not in ENDED, "gantt_tail")
    today = f"AND({_NAMED},{_DAY}<={AS_OF},{_DAY}+{_STEP}>{AS_OF})"
    yield GanttFormat(today, lambda s, m: m.day <= m.today <= m.end, "gantt_today")
    yield GanttFormat(f"AND({_NAMED},{a1.column_letters(GRID)}${OFF}=1)", lambda s, m: m.off, "gantt_off")


def cell_style(span: GanttTask, moment: Moment, lang: Lang) -> str:
    """Return the style of what a cell shows, of an empty cell if it shows nothing."""
    return next((bar.style for bar in cell_formats(lang) if bar.holds(span, moment)), "gantt_empty")


def _part(holds: Holds, *, critical: bool) -> Holds:
    return lambda span, moment: _is_in_bar(span, moment) and holds(span, moment) and (span.critical or not critical)


def _is_in_buffer(span: GanttTask, moment: Moment) -> bool:
    return span.buffer is not None and moment.end >= span.buffer


def _closed_conditions(lang: Lang) -> tuple[str, ...]:
    return tuple(f'{_STATUS}="{STATUS.title_of(key).to(lang)}"' for key in ENDED)


def _is_in_bar(span: GanttTask, moment: Moment) -> bool:
    return span.first <= moment.end and moment.day <= span.due


def _is_on_due_date(span: GanttTask, moment: Moment) -> bool:
    return span.milestone and moment.day <= span.due <= moment.end
