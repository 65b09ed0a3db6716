"""What the plan of a workbook forecasts: its finish, the chain of tasks that decides it, and the milestones ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from collabxl.rules.engine.frames import wbs
from collabxl.rules.engine.run import CheckResult
from collabxl.rules.matching.ids import NONE
from collabxl.scheduling.calendar import WorkingDays
from collabxl.schema.serials import SERIAL_OF_EPOCH, from_serial
from collabxl.summary.serials import serials
from collabxl.text import Lang, t

LONGEST_CHAIN = 100
"""Of a longer chain only so many tasks are told, the last ones."""

_EXPECTED = t("{task} 预计 {day}", "{task} forecast {day}")


class MilestoneForecast(NamedTuple):
    """A key date ahead: what it is called, when it is due, and when it will be reached."""

    label: str
    due: int | None
    forecast: int


class Outlook(NamedTuple):
    """What is foretold of one workbook; days are counted as Excel does."""

    finish: int | None = None
    late: int = 0
    """Working days from the project's end to its finish; negative if it will be finished early."""
    chain: tuple[tuple[str, str], ...] = ()
    """The tasks that drive the last one, each by 编号 and name, the first to be done first."""
    outside: tuple[str, ...] = ()
    """What the tasks of other workbooks are called that drive the first of them, likewise, as 项目名::编号."""
    outside_day: int | None = None
    """The forecast of the last of those."""
    milestones: tuple[MilestoneForecast, ...] = ()
    critical: frozenset[str] = frozenset()
    """The 编号 of the open tasks of which a day more is a day more for the project."""
    cyclic: int = 0
    """How many open tasks lie on a cycle of dependencies or wait for one."""

    def external_drivers(self, lang: Lang) -> list[str]:
        """Return in words what drives the chain in other workbooks, the last with its forecast."""
        if self.outside_day is None:
            return []
        *further, last = self.outside
        return [*further, _EXPECTED.fill(lang, {"task": last, "day": from_serial(self.outside_day)})]


NOTHING_KNOWN = Outlook()


def outlooks(checked: CheckResult, ends: Mapping[int, int]) -> dict[int, Outlook]:
    """Return what is foretold of the workbooks with tasks whose projects' last days are told."""
    planned, days = checked.frames["planned_tasks"], checked.frames["working_days"]
    plain = ("id", "name", "driver", "outside", "critical", "milestone", "is_open", "cyclic")
    columns = {name: planned[name].tolist() for name in plain}
    columns |= {name: serials(planned[name]) for name in ("due", "forecast", "outside_day")}
    places: dict[int, list[int]] = defaultdict(list)
    for at, wb in enumerate(wbs(planned).tolist()):
        if wb in ends:
            places[wb].append(at)
    return {wb: _outlook(columns, listed, _Calendar(wb, ends[wb], days)) for wb, listed in places.items()}


class _Calendar(NamedTuple):
    wb: int
    end: int
    days: WorkingDays

    def late(self, finish: int) -> int:
        """Return the working days from the project's end to a day."""
        ends = [np.array([number - SERIAL_OF_EPOCH]).astype("datetime64[D]") for number in (self.end, finish)]
        return int(self.days.between(np.array([self.wb]), *ends)[0])


def _outlook(columns: Mapping[str, list[Any]], places: list[int], calendar: _Calendar) -> Outlook:
    foretold = [at for at in places if columns["forecast"][at] is not None]
    cyclic = sum(columns["cyclic"][at] and columns["is_open"][at] for at in places)
    if not foretold:
        return Outlook(cyclic=cyclic)
    last = max(foretold, key=lambda at: (columns["forecast"][at], columns["is_open"][at]))
    chain = [last]
    while columns["driver"][chain[-1]] != NONE and len(chain) < LONGEST_CHAIN:
        chain.append(columns["driver"][chain[-1]])
    outside = columns["outside"][chain[-1]]
    ahead = [at for at in foretold if columns["milestone"][at] and columns["is_open"][at]]
    ahead.sort(key=lambda at: columns["forecast"][at])
    finish = columns["forecast"][last]
    return Outlook(
        finish=finish,
        late=calendar.late(finish),
        chain=tuple((columns["id"][at] or "", columns["name"][at] or "") for at in reversed(chain)),
        outside=tuple(outside) if isinstance(outside, list) else (),
        outside_day=columns["outside_day"][chain[-1]],
        milestones=tuple(
            MilestoneForecast(
                columns["name"][at] or columns["id"][at] or "", columns["due"][at], columns["forecast"][at]
            )
            for at in ahead
        ),
        critical=frozenset(columns["id"][at] for at in places if columns["critical"][at] and columns["id"][at]),
        cyclic=cyclic,
    )
