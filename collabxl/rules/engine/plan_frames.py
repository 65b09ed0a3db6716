"""What the plan engine says of every workbook's tasks: derived frames, beside the joins of ``frames``.

This is where the sheets' words become the engine's: which status has begun, which links bind, which row counts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.rules.engine.frames import derived_frame, row_numbers, wbs
from collabxl.rules.matching.ids import NONE
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling import critical_path
from collabxl.scheduling.arrays import Days
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import ExternalForecasts, Links, Plan, TaskArrays, TaskState
from collabxl.scheduling.slippage import Slippage, find_slippage
from collabxl.schema.vocabularies import STATUS
from collabxl.text import Text, t

LONGEST_PATH = 20
"""Of a longer driving chain only so many tasks are told, the last ones."""
SHOWN_STEPS = 6
"""Of a longer driving chain a message shows only its ends."""
_STATES = {"in_progress": TaskState.RUNNING, "done": TaskState.DONE, "cancelled": TaskState.OUT}


@derived_frame
def waits_outside(standing: pd.DataFrame, outside: pd.DataFrame) -> pd.DataFrame:
    """What tasks wait for in other workbooks (``outside``), with ``at``, the position of the task."""
    spots = pd.MultiIndex.from_arrays([outside.wb, outside.row], names=standing.index.names)
    return outside.assign(at=standing.index.get_indexer(spots) if len(outside) else np.empty(0, np.int64))


@derived_frame
def plan(
    standing: pd.DataFrame, links: pd.DataFrame, waits_outside: pd.DataFrame, days: WorkingDays, today: dt.date
) -> Plan:
    """The plan of every workbook; by the position of the task.

    Status, progress and actual dates are those of a task's newest progress row, where it has one and that one tells.
    """
    state = _states(standing)
    sound = (links.to_at >= 0).to_numpy(bool)
    tasks = TaskArrays(
        wb=wbs(standing),
        rank=row_numbers(standing),
        start=_days(standing.start),
        due=_days(standing.due),
        state=state,
        share=standing.now_progress.fillna(0).clip(0, 1).to_numpy(np.float64),
        finished=_days(standing.now_finished),
        expected=_days(standing.now_expected),
    )
    ends = Links(links.to_at.to_numpy(np.int64)[sound], links.from_at.to_numpy(np.int64)[sound])
    knotted = (waits_outside.state == "knotted").to_numpy(bool)
    outside = ExternalForecasts(waits_outside["at"].to_numpy(), _days(waits_outside.day), knotted)
    return critical_path.plan(tasks, ends, np.datetime64(today, "D"), days, outside)


@derived_frame
def slipping(planned: pd.DataFrame, plan: Plan, today: dt.date) -> Slippage:
    """Where the plan of every workbook misses its due dates; by the position of the task."""
    return find_slippage(plan, _days(planned.due), row_numbers(planned), np.datetime64(today, "D"))


@derived_frame
def planned(standing: pd.DataFrame, plan: Plan, waits_outside: pd.DataFrame, days: WorkingDays) -> pd.DataFrame:
    """The tasks of ``standing`` with what their plan says, one row a task, in the same order.

    ``is_open`` and ``done`` go by the status that counts. ``duration`` is the planned working days; ``begin`` the day
    a task has begun or will, ``forecast`` its finish, each NaT where it cannot be known; ``float`` the working days
    from forecast to latest finish, NaN of a task that is not open; ``critical`` whether a day more in it is one more
    for its project; ``driver`` the position of the predecessor its begin follows from, NONE without one; ``cyclic``
    whether it lies on a cycle of dependencies or waits for one. Where its begin follows from a task of another
    workbook instead, ``outside`` is what that one and those that drive it are called, and ``outside_day`` its forecast.
    """
    state = _states(standing)
    begin = standing.now_started.where(standing.now_started.notna(), standing.start).to_numpy("datetime64[D]").copy()
    begin[plan.waits] = days.day(wbs(standing)[plan.waits], plan.begin[plan.waits])
    felt = waits_outside[plan.outside[waits_outside["at"]]].sort_values("day", kind="stable", na_position="first")
    held = felt.drop_duplicates("at", keep="last").set_index("at")
    return standing.assign(
        is_open=(state == TaskState.WAITING) | (state == TaskState.RUNNING),
        done=state == TaskState.DONE,
        duration=plan.duration,
        begin=begin.astype("datetime64[s]"),
        forecast=plan.forecast.astype("datetime64[s]"),
        float=plan.slack,
        critical=plan.critical,
        driver=plan.driver,
        cyclic=plan.cyclic,
        outside=held.path.reindex(range(len(standing))).array,
        outside_day=held.day.reindex(range(len(standing))).array,
    )


def _states(standing: pd.DataFrame) -> NDArray[np.int64]:
    """Return where every task stands; without a status, or stuck, it has begun if it has a start or some progress."""
    now, own = (pd.Categorical(standing[key], categories=list(STATUS.keys)).codes for key in ("now_status", "status"))
    begun = standing.now_started.notna() | (standing.now_progress > 0)
    table = np.array([_STATES.get(key, TaskState.WAITING) for key in STATUS.keys] + [TaskState.WAITING], dtype=np.int64)
    code = np.where(now >= 0, now, own)
    unsure = np.isin(code, [STATUS.keys.index("blocked"), STATUS.keys.index("delayed"), -1])
    return np.where(unsure & begun.to_numpy(bool), TaskState.RUNNING, table[code])


def _days(column: pd.Series[Any]) -> Days:
    return column.to_numpy("datetime64[D]")


class DrivingPath(NamedTuple):
    """What the tasks are called that drive one another down to one, itself the last.

    The first ``outside`` of them are of other workbooks; ``day`` is the forecast of the last of those.
    """

    path: list[str]
    outside: int
    day: dt.date | None

    def arrows(self, expected: str) -> str:
        """Return the path as a message shows it, the middle of a long one left out; ``expected`` goes with the day."""
        path = list(self.path)
        if self.day:
            path[self.outside - 1] += f" {expected} {self.day}"
        return " → ".join(
            path if len(path) <= SHOWN_STEPS else [*path[: SHOWN_STEPS // 2], "…", *path[-SHOWN_STEPS // 2 :]]
        )


class DrivingPaths:
    """What drives the tasks of a plan, as each is asked for."""

    def __init__(self, planned: pd.DataFrame, directory: TaskNames) -> None:
        self._driver, self._outside = planned.driver.to_numpy(), planned.outside.to_numpy()
        self._outside_day = _days(planned.outside_day)
        self._directory = directory

    def down_to(self, at: int) -> DrivingPath:
        """Return what drives the task at a position."""
        chain = [at]
        while self._driver[chain[-1]] != NONE and len(chain) < LONGEST_PATH:
            chain.append(int(self._driver[chain[-1]]))
        beyond = self._outside[chain[-1]]
        outside: list[str] = beyond if isinstance(beyond, list) else []
        day = self._outside_day[chain[-1]].astype(object) if outside else None
        labels = [self._directory.label(each) for each in reversed(chain)]
        return DrivingPath([*outside, *labels], len(outside), day)


@derived_frame
def drives(planned: pd.DataFrame, directory: TaskNames) -> DrivingPaths:
    """What drives the tasks of all workbooks."""
    return DrivingPaths(planned, directory)


def cause_text(drive: DrivingPath, hangers: int) -> Text:
    """Return the end of a sentence about a slip: through whom it comes, and how many more tasks hang on this one."""
    zh, en = [], []
    if len(drive.path) > 1:
        zh.append(drive.arrows("预计"))
        en.append(drive.arrows("forecast"))
    if hangers:
        zh.append(f"后面还有 {hangers} 个任务跟着晚")
        en.append(f"{hangers} more {'task depends' if hangers == 1 else 'tasks depend'} on it")
    return t(f"（{'；'.join(zh)}）", f" ({'; '.join(en)})") if zh else t("", "")
