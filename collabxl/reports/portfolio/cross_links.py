"""What tasks wait for in other projects (项目名::编号), as the plan across the run tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from collabxl.reading.frame_columns import iter_rows
from collabxl.reports.portfolio.numbers import Crossing, CrossLink
from collabxl.rules.engine.run import CheckResult


class _WaitingTask(NamedTuple):
    at: int
    task: str
    due: dt.date | None


class CrossLinks:
    """What waits for what, gathered chunk by chunk: another project may be in a later one."""

    def __init__(self) -> None:
        self._found: list[tuple[_WaitingTask, Any]] = []

    def add(self, checked: CheckResult, places: Mapping[int, int]) -> None:
        """Take in one chunk; ``places`` has of each workbook its place in the portfolio."""
        planned = checked.frames["planned_tasks"]
        ids, names = (planned[key].tolist() for key in ("id", "name"))
        dues: list[dt.date | None] = planned.due.to_numpy("datetime64[D]").tolist()
        for wait in iter_rows(checked.frames["external_predecessors"]):
            if wait.wb in places:
                label = " ".join(filter(None, [ids[wait.at], names[wait.at]]))
                self._found.append((_WaitingTask(places[wait.wb], label, dues[wait.at]), wait))

    def links(self, places: Mapping[str, int]) -> Iterator[CrossLink]:
        """Return what waits for what, in the order taken in; ``places`` has the place of each file."""
        for mine, wait in self._found:
            forecast = wait.day.date() if wait.day == wait.day else None
            state = _state(wait, mine.due, forecast)
            if wait.other is None:
                yield CrossLink(*mine, wait.token, state)
                continue
            other = places.get(wait.other.path), wait.other.title, wait.other.due
            yield CrossLink(*mine, wait.token, state, *other, forecast, wait.spare)


def _state(wait: Any, due: dt.date | None, forecast: dt.date | None) -> Crossing:
    """Return how a wait stands; what has begun all the same is in time if its due date is."""
    if wait.state != "open":
        state: Crossing = wait.state
        return state
    if wait.spare is not None:
        return "too_late" if wait.spare < 0 else "in_time"
    expected = max((day for day in (wait.other.due, forecast) if day is not None), default=None)
    return "too_late" if due is not None and expected is not None and expected > due else "in_time"
