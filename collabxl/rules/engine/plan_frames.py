"""What the plan engine says of every workbook's tasks: derived frames, beside the joins of ``frames``.

This is where the sheets' words become the engine's: which status has begun, which links bind, which row counts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.rules.engine.driving_paths import DrivingPaths
from collabxl.rules.engine.frames import derived_frame, row_numbers, wbs
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling import critical_path
from collabxl.scheduling.arrays import Days
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import ExternalForecasts, Links, Plan, TaskArrays, TaskState
from collabxl.scheduling.slippage import Slippage, find_slippage
from collabxl.schema.vocabularies import STATUS

_STATES = {"in_progress": TaskState.RUNNING, "done": TaskState.DONE, "cancelled": TaskState.OUT}


@derived_frame
def external_predecessors(tasks_now: pd.DataFrame, external_waits: pd.DataFrame) -> pd.DataFrame:
    """What tasks wait for in other workbooks (``external_waits``), with ``at``, the position of the task."""
    spots = pd.MultiIndex.from_arrays([external_waits.wb, external_waits.row], names=tasks_now.index.names)
    return external_waits.assign(
        at=tasks_now.index.get_indexer(spots) if len(external_waits) else np.empty(0, np.int64)
    )


@derived_frame
def plan(
    tasks_now: pd.DataFrame,
    links: pd.DataFrame,
    external_predecessors: pd.DataFrame,
    working_days: WorkingDays,
    today: dt.date,
) -> Plan:
    """The plan of every workbook; by the position of the task.

    Status, progress and actual dates are those of a task's newest progress row, where it has one and that one tells.
    """
    state = _states(tasks_now)
    sound = (links.to_at >= 0).to_numpy(bool)
    tasks = TaskArrays(
        wb=wbs(tasks_now),
        rank=row_numbers(tasks_now),
        start=_days(tasks_now.start),
        due=_days(tasks_now.due),
        state=state,
        share=tasks_now.now_progress.fillna(0).clip(0, 1).to_numpy(np.float64),
        finished=_days(tasks_now.now_finished),
        expected=_days(tasks_now.now_expected),
    )
    ends = Links(links.to_at.to_numpy(np.int64)[sound], links.from_at.to_numpy(np.int64)[sound])
    knotted = (external_predecessors.state == "knotted").to_numpy(bool)
    outside = ExternalForecasts(external_predecessors["at"].to_numpy(), _days(external_predecessors.day), knotted)
    return critical_path.plan(tasks, ends, np.datetime64(today, "D"), working_days, outside)


@derived_frame
def slippage(planned_tasks: pd.DataFrame, plan: Plan, today: dt.date) -> Slippage:
    """Where the plan of every workbook misses its due dates; by the position of the task."""
    return find_slippage(plan, _days(planned_tasks.due), row_numbers(planned_tasks), np.datetime64(today, "D"))


@derived_frame
def planned_tasks(
    tasks_now: pd.DataFrame, plan: Plan, external_predecessors: pd.DataFrame, working_days: WorkingDays
) -> pd.DataFrame:
    """The tasks of ``tasks_now`` with what their plan says, one row a task, in the same order.

    ``is_open`` and ``done`` go by the status that counts. ``duration`` is the planned working days; ``begin`` the day
    a task has begun or will, ``forecast`` its finish, each NaT where it cannot be known; ``float`` the working days
    from forecast to latest finish, NaN of a task that is not open; ``critical`` whether a day more in it is one more
    for its project; ``driver`` the position of the predecessor its begin follows from, NONE without one; ``cyclic``
    whether it lies on a cycle of dependencies or waits for one. Where its begin follows from a task of another
    workbook instead, ``outside`` is what that one and those that drive it are called, and ``outside_day`` its forecast.
    """
    state = _states(tasks_now)
    begin = tasks_now.now_started.where(tasks_now.now_started.notna(), tasks_now.start).to_numpy("datetime64[D]").copy()
    begin[plan.is_waiting] = working_days.day(wbs(tasks_now)[plan.is_waiting], plan.early_start[plan.is_waiting])
    felt = external_predecessors[plan.is_driven_externally[external_predecessors["at"]]].sort_values(
        "day", kind="stable", na_position="first"
    )
    held = felt.drop_duplicates("at", keep="last").set_index("at")
    return tasks_now.assign(
        is_open=(state == TaskState.WAITING) | (state == TaskState.RUNNING),
        done=state == TaskState.DONE,
        duration=plan.duration,
        begin=begin.astype("datetime64[s]"),
        forecast=plan.forecast.astype("datetime64[s]"),
        float=plan.slack,
        critical=plan.is_critical,
        driver=plan.driver,
        cyclic=plan.cyclic,
        outside=held.path.reindex(range(len(tasks_now))).array,
        outside_day=held.day.reindex(range(len(tasks_now))).array,
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


@derived_frame
def driving_paths(planned_tasks: pd.DataFrame, task_names: TaskNames) -> DrivingPaths:
    """What drives the tasks of all workbooks."""
    return DrivingPaths(planned_tasks, task_names)
