"""ST, continued: status and progress against what they were before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.past_values import value_histories
from collabxl.rules.engine.rule import WARNING, EveryColumn, rule
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice
from collabxl.schema.sheets import Progress
from collabxl.schema.vocabularies import STATUS
from collabxl.text import t

ILLEGAL_STEPS = {
    "in_progress": ("not_started",),
    "done": ("not_started", "blocked", "delayed", "cancelled"),
    "cancelled": ("blocked", "delayed", "done"),
}
"""What a status cannot become; what was done is taken up again by 进行中, what was cancelled by 未开始 or 进行中."""


@rule(
    "ST513",
    WARNING,
    "standard",
    at=Progress.progress,
    title=t("进度倒退", "Progress went back"),
    message=t("进度从 {before:%} 变成 {progress:%}", "Progress went from {before:%} back to {progress:%}"),
    why=t("做完的部分不会变少：要么以前填高了，要么现在填错了。", "Either it was too high before or it is wrong now."),
    fix=t("核对进度；确实返工的，在本期进展里说明", "Check it; if work is done again, say so in “This period”"),
    example="""
        progress
        | id   | task | progress | finds    |
        | P001 | T001 | 0.4      | progress |
        | P002 | T002 | 0.4      |          |
        | P003 | T003 | 0.4      |          |
        former
        | sheet    | id   | key      | value | day        |
        | progress | P001 | progress | 0.6   | 2024-07-20 |
        | progress | P002 | progress | 0.6   | 2024-07-10 |
        | progress | P002 | progress | 0.3   | 2024-07-20 |
    """,
)
def progress_went_back(past_values: pd.DataFrame, progress: pd.DataFrame) -> pd.DataFrame:
    last = (held[-1] if held else None for held in value_histories(progress, Progress.progress, past_values))
    before = np.array(list(last), dtype=np.float64)
    went_back: pd.DataFrame = progress.assign(before=before)[(progress.progress < before).to_numpy(bool)]
    return went_back


@rule(
    "ST514",
    WARNING,
    "strict",
    at=EveryColumn(lambda column: isinstance(column.kind, Choice) and column.kind.words is STATUS),
    title=t("状态跳转异常", "Illegal step"),
    message=t("状态从{before}变成了{now}", "The status went from {before} to {now}"),
    why=t("做完或开始了的任务不会回到没做的状态，多半是填错了行。", "What is done or begun cannot be undone."),
    fix=t("核对是不是填错了行；要返工就改为进行中", "Check the row; work that is taken up again is in progress"),
    example="""
        tasks
        | id   | name | status      | finds  |
        | T001 | A    | not_started | status |
        | T002 | B    | in_progress |        |
        | T003 | C    | done        |        |
        progress
        | id   | task | status      | finds  |
        | P001 | T001 | not_started | status |
        former
        | sheet    | id   | key    | value       | day        |
        | tasks    | T001 | status | done        | 2024-07-20 |
        | tasks    | T002 | status | done        | 2024-07-20 |
        | tasks    | T003 | status | not_started | 2024-07-20 |
        | progress | P001 | status | in_progress | 2024-07-20 |
    """,
)
def illegal_step(rows: pd.DataFrame, column: Column, past_values: pd.DataFrame) -> pd.DataFrame:
    if past_values.empty:
        return rows[:0]
    before = object_array(held[-1] if held else None for held in value_histories(rows, column, past_values))
    wrong = [now in ILLEGAL_STEPS.get(then, ()) for then, now in zip(before, rows[column.key], strict=True)]
    found = rows[wrong]
    return found.assign(
        before=object_array(STATUS.title_of(key) for key in before[wrong]),
        now=object_array(STATUS.title_of(key) for key in found[column.key]),
    )
