"""All that a rule may ask for, by the names of its parameters: one typed table, which the developers' page shows.

A frame has one row a row of a sheet, indexed by (wb, row), wb being the workbook's number in the run and row Excel's
own; what is otherwise says so. A position is a row of the tasks frame, counted from 0, NONE (-1) where there is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, NamedTuple, get_args, get_type_hints

import pandas as pd

from collabxl.rules.engine.driving_paths import DrivingPaths
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling.buffers import BufferStatus
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import Plan
from collabxl.scheduling.slippage import Slippage
from collabxl.schema.settings import Limits

LINKED = ("id", "name", "after", "due", "status", "now_started")
"""What of a task its links bear."""


class FrameColumns(NamedTuple):
    """The columns of a frame: those of another frame, or some of them, and its own with what each means."""

    of: str | None
    only: tuple[str, ...] | None
    own: Mapping[str, str]


def _has(of: str | None = None, only: tuple[str, ...] | None = None, **own: str) -> FrameColumns:
    return FrameColumns(of, only, own)


_PLACE = {"wb": "the workbook", "sheet": "the sheet's key", "row": "Excel's row"}
_LINK = {
    "token": "the name as typed",
    "how": "how it was understood: id, name, deliverable, loose, several …",
    "to_at": "the position of the task that is named",
}


class FrameTable:
    """What there is to ask for, each with its type and its columns."""

    project: pd.DataFrame
    """The form Project, one row a workbook that has one; ``period`` holds a pair of days."""
    tasks: pd.DataFrame
    """The sheet Tasks."""
    progress: pd.DataFrame
    """The sheet Progress."""
    minutes: pd.DataFrame
    """The sheet Minutes."""
    risks: pd.DataFrame
    """The sheet Risks."""
    contacts: pd.DataFrame
    """The sheet Contacts."""
    calendar: pd.DataFrame
    """The sheet Calendar: days off and days worked besides the usual week."""
    waivers: pd.DataFrame
    """The sheet Waivers: accepted findings."""
    conflicts: pd.DataFrame
    """The sheet Conflicts: what a merge asks."""

    today: dt.date
    """The day that counts as today."""
    limits: Limits
    """The thresholds that a workbook is checked with."""
    books: Annotated[
        pd.DataFrame,
        _has(wb="the workbook", lang="zh or en", schema="by which version it was built, None if typed",
             rivals="sheets that might be the same sheet", identity="the workbook's own id"),
    ]  # fmt: skip
    """One row a workbook, not indexed."""
    sheets: Annotated[
        pd.DataFrame,
        _has(wb="the workbook", sheet="the sheet's key", title="the tab's title", how="how it was recognised",
             header="the header's row", next="the first free column", present="the keys of columns that it has"),
    ]  # fmt: skip
    """One row a sheet that was recognised, not indexed."""
    headers: Annotated[
        pd.DataFrame,
        _has(**_PLACE, at="the column's number", text="the header as typed", key="the column it was taken for",
             how="exact, alias, near or none", nearest="a near word", chosen="whether it is the one that is read"),
    ]  # fmt: skip
    """One row a header that is not the exact word, not indexed."""
    misfits: Annotated[
        pd.DataFrame,
        _has(**_PLACE, key="the column", fault="what is wrong with the cell", raw="what it holds",
             better="a value that is surely meant, or a guess", sure="whether it is sure"),
    ]  # fmt: skip
    """One row a cell that its column cannot take, not indexed."""
    blank_rows: Annotated[pd.DataFrame, _has(**_PLACE)]
    """One row a blank row between filled ones, not indexed."""
    hidden_rows: Annotated[pd.DataFrame, _has(**_PLACE, count="how many rows are hidden")]
    """One row a sheet with hidden or filtered rows, the first of them; not indexed."""
    merged_cells: Annotated[pd.DataFrame, _has(**_PLACE, at="the column's number", last="the last row merged")]
    """One row a merge over several rows of the table, not indexed."""
    non_rows: Annotated[pd.DataFrame, _has(**_PLACE, kind="total, example, heading …", says="what it says")]
    """One row a row that is no task: totals, examples, headings; not indexed."""
    validation_gaps: Annotated[
        pd.DataFrame,
        _has(**_PLACE, key="the column", count="how many cells from this row on", as_built="whether it was built so"),
    ]
    """One row a run of cells that lost drop-down, limits or colours, not indexed."""
    past_values: Annotated[
        pd.DataFrame,
        _has(wb="the workbook", sheet="the sheet's key", id="ID", key="the column", value="what it held",
             day="the last day on which it did"),
    ]  # fmt: skip
    """One row a value that a cell held before, by the ledger beside the workbook; not indexed, empty without one."""
    external_waits: Annotated[
        pd.DataFrame,
        _has(wb="the workbook", row="Excel's row of the task", token="the name as typed",
             state="open, done, cancelled, knotted, no_task, no_project or several", other="the task there",
             day="its forecast", path="what drives it, itself the last",
             spare="working days that it may slip until a due date here is missed"),
    ]  # fmt: skip
    """One row a dependency on a task of another workbook of the run, not indexed."""
    external_cycles: Annotated[pd.DataFrame, _has(wb="the workbook", steps="the cycle as this workbook sees it")]
    """One row a cycle through several workbooks, not indexed."""

    working_days: WorkingDays
    """The working days of every workbook, by its own calendar."""
    task_names: TaskNames
    """The tasks of every workbook by ID, name and deliverable."""
    period: Annotated[pd.DataFrame, _has(first="the first day", last="the last day")]
    """First and last day of every project, indexed by wb; NaT where the form does not tell."""
    departments: dict[int, dict[str, str]]
    """By workbook, the departments that take part: the name as compared and as written."""
    persons: dict[int, dict[str, set[str]]]
    """By workbook, the people it lists, as compared, with their departments."""
    projects: dict[str, dict[int, str]]
    """By project name as compared, the workbooks of that name with the name as written."""
    task_counts: Annotated[pd.DataFrame, _has(tasks="those not cancelled", open="those of them that are open")]
    """Of every workbook with tasks how many there are, indexed by wb."""
    progress_with_task: Annotated[
        pd.DataFrame,
        _has("progress", of_at="position of the task", newest="whether the row counts", of_id="ID of the task",
             of_name="its name", of_department="its departments", of_due="its due date", of_status="its status"),
    ]  # fmt: skip
    """The progress rows with the task each is about."""
    latest_progress: Annotated[pd.DataFrame, _has("progress_with_task")]
    """The newest progress row of every task."""
    tasks_now: Annotated[
        pd.DataFrame,
        _has("tasks", tracked="whether it has a progress row", now_status="by its newest progress row",
             now_progress="0 to 1", now_started="actual start", now_finished="actual finish",
             now_expected="expected finish", now_updated="day of the update",
             share="the part done, 0 to 1: the progress row's, else 1 for a done task and 0 for any other"),
    ]  # fmt: skip
    """The tasks with where they stand by their newest progress row; ``now_…`` is missing without such a row."""
    links: Annotated[
        pd.DataFrame,
        _has("tasks_now", LINKED, **_LINK, candidates="the positions it may mean where that is not certain",
             before="the predecessor's label", from_at="the position of the task", before_due="of the predecessor",
             before_status="of it", before_now_started="of it", before_now_finished="of it"),
    ]  # fmt: skip
    """One row a dependency that a task names."""
    resolved_links: Annotated[pd.DataFrame, _has("links")]
    """The links whose predecessor is one known task other than the task itself."""
    active_links: Annotated[pd.DataFrame, _has("links")]
    """Of these those whose predecessor is not cancelled."""
    delays: Annotated[
        pd.DataFrame,
        _has("latest_progress", late_due="the due date that it misses", still="whether it is still open",
             severity="what it deserves"),
    ]  # fmt: skip
    """The newest progress rows of tasks that are late or called delayed."""
    assignments: Annotated[
        pd.DataFrame, _has(at="position of the task", person="the name", who="a number for it, of that workbook")
    ]
    """One row a task and person responsible for it, not indexed."""
    scored_risks: Annotated[
        pd.DataFrame, _has("risks", score="likelihood times impact", meant="the level that follows from it")
    ]
    """The risks with their score."""
    risk_tasks: Annotated[pd.DataFrame, _has("risks", **_LINK)]
    """One row a task that a risk names."""
    external_predecessors: Annotated[pd.DataFrame, _has("external_waits", at="position of the task")]
    """What tasks wait for in other workbooks."""
    plan: Plan
    """The plan of every workbook, arrays by position."""
    slippage: Slippage
    """Where the plan misses its due dates, arrays by position."""
    buffers: BufferStatus
    """The buffers of every workbook, arrays by position."""
    planned_tasks: Annotated[
        pd.DataFrame,
        _has("tasks_now", is_open="by the status that counts", done="likewise", duration="planned working days",
             begin="the day it has begun or will", forecast="its finish, NaT where unknown",
             float="working days from forecast to latest finish, NaN if not open",
             critical="whether a day more in it is one more for its project",
             driver="position of the predecessor its begin follows from",
             cyclic="whether it lies on a cycle of dependencies or waits for one",
             outside="what the tasks of another workbook that drive it are called", outside_day="their forecast"),
    ]  # fmt: skip
    """The tasks with what their plan says, one row a task, in the same order."""
    driving_paths: DrivingPaths
    """What drives each task, told as names."""


FRAME_COLUMNS: Mapping[str, FrameColumns | None] = {
    name: next((each for each in get_args(hint) if isinstance(each, FrameColumns)), None)
    for name, hint in get_type_hints(FrameTable, include_extras=True).items()
}
"""By name, the columns of what is a frame and no sheet."""
