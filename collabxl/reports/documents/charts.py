"""What pictures show, as plain data; ``pictures`` draws it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple


class GanttBar(NamedTuple):
    """One task along the calendar; ``reserve`` is the first day of its buffer, ``done`` the first day not done yet."""

    label: str
    first: dt.date
    due: dt.date
    done: dt.date
    reserve: dt.date | None
    forecast: dt.date | None
    milestone: bool
    critical: bool


@dataclass(frozen=True)
class Gantt:
    """Tasks below one another between two days, with a line for today; ``words`` name what the legend shows."""

    bars: tuple[GanttBar, ...]
    first: dt.date
    last: dt.date
    today: dt.date
    words: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> list[str]:
        """All that is written in it."""
        return [*(bar.label for bar in self.bars), *dict(self.words).values()]


class TrendLine(NamedTuple):
    """One line of a trend: its name, its colour of the theme, whether it is dashed, a number a day or None."""

    name: str
    colour: str
    dashed: bool
    numbers: tuple[int | None, ...]


@dataclass(frozen=True)
class Trend:
    """Numbers over time."""

    days: tuple[dt.date, ...]
    lines: tuple[TrendLine, ...]

    @property
    def texts(self) -> list[str]:
        """All that is written in it."""
        return [line.name for line in self.lines]


Chart = Gantt | Trend
