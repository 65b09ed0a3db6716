"""What drives a task of a plan, and the end of a sentence that says so."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pandas as pd

from collabxl.rules.matching.ids import NONE
from collabxl.rules.matching.names import TaskNames
from collabxl.text import Text, t

LONGEST_PATH = 20
"""Of a longer driving chain only so many tasks are told, the last ones."""
SHOWN_STEPS = 6
"""Of a longer driving chain a message shows only its ends."""


class DrivingPath(NamedTuple):
    """What the tasks are called that drive one another down to one, itself the last.

    The first ``external_count`` of them are of other workbooks; ``day`` is the forecast of the last of those.
    """

    path: list[str]
    external_count: int
    day: dt.date | None

    def arrows(self, expected: str) -> str:
        """Return the path as a message shows it, the middle of a long one left out; ``expected`` goes with the day."""
        path = list(self.path)
        if self.day:
            path[self.external_count - 1] += f" {expected} {self.day}"
        return " → ".join(
            path if len(path) <= SHOWN_STEPS else [*path[: SHOWN_STEPS // 2], "…", *path[-SHOWN_STEPS // 2 :]]
        )


class DrivingPaths:
    """What drives the tasks of a plan, as each is asked for."""

    def __init__(self, planned: pd.DataFrame, directory: TaskNames) -> None:
        self._driver, self._outside = planned.driver.to_numpy(), planned.outside.to_numpy()
        self._outside_day = planned.outside_day.to_numpy("datetime64[D]")
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


def cause_text(drive: DrivingPath, hangers: int) -> Text:
    """Return the end of a sentence about a slip: through whom it comes, and how many more tasks hang on this one."""
    zh, en = [], []
    if len(drive.path) > 1:
        zh.append(drive.arrows("预计"))
        en.append(drive.arrows("forecast"))
    if hangers:
        zh.append(f"后面还有 {hangers} 个任务跟着晚")
        en.append(f"{hangers} more {'waits' if hangers == 1 else 'wait'} for it")
    return t(f"（{'；'.join(zh)}）", f" ({'; '.join(en)})") if zh else t("", "")
