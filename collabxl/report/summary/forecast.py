"""What only a sync can find: when the project will be finished, which chain of tasks decides it, what comes next."""

from __future__ import annotations

from collabxl.report.summary.paper import RIGHT, ROWS, Paper
from collabxl.text import t


def write_forecast(paper: Paper) -> None:
    """Write the block of the forecast, dated."""
    title = t("◆ 关键路径与预测　同步于 {day}", "◆ Critical path and forecast　synced {day}")
    paper.section(ROWS["lists"], RIGHT, paper.say(title, day=paper.view.synced))
