"""汇总: a workbook's figures, late tasks, findings, risks and forecast on one page, in the workbook's own language."""

from __future__ import annotations

import math

from collabxl.summary.band import write_band, write_tiles
from collabxl.summary.charts import write_ring, write_trend
from collabxl.summary.dashboard import FIRST, LAST, PAGE, ROWS, Dashboard
from collabxl.summary.departments import write_departments
from collabxl.summary.findings import write_all, write_findings
from collabxl.summary.forecast import write_forecast
from collabxl.summary.formula_view import view_by_formulas, view_by_formulas_without_checks
from collabxl.summary.lists import write_lists
from collabxl.summary.live_ranges import HIDDEN
from collabxl.summary.risks import write_risks
from collabxl.summary.view import View, views
from collabxl.text import t
from collabxl.workbook.grid import Grid, GridRange
from collabxl.workbook.paint import ROW_HEIGHT

__all__ = ["MARKER", "View", "summary", "view_by_formulas", "view_by_formulas_without_checks", "views"]

MARKER = "_collabxl_summary"
"""The hidden name, and the hidden word, that say a sheet is ours to replace."""
_LEGEND = t(
    "图标：● 已完成　◎ 进行中　○ 未开始　□ 受阻/延期　× 已取消　▲ 逾期、错误　△ 快到期、警告　■ 风险　◆ 里程碑　|　"
    "逾期和剩余天数按自然日，颜色旁总有图标，黑白打印可读",
    "● done　◎ in progress　○ not started　□ held up　× cancelled　▲ overdue, error　△ due soon, warning　"
    "■ risk　◆ milestone　|　days late and left are calendar days; every colour has a sign",
)


def summary(view: View) -> Grid:
    """Return the summary of one workbook; the same workbook and day give the same grid."""
    paper = Dashboard(view)
    for write in (
        write_band,
        write_tiles,
        write_departments,
        write_ring,
        write_trend,
        write_lists,
        write_forecast,
        write_findings,
        write_risks,
        write_all,
    ):
        write(paper)
    paper.put(ROWS["legend"], FIRST, paper.say(_LEGEND), "legend", across=LAST - FIRST + 1)
    paper.grid.hidden_columns = HIDDEN
    paper.grid.put_marker(MARKER)
    _print(paper.grid)
    return paper.grid


def _print(grid: Grid) -> None:
    """Let the dashboard be one page, whatever the workbook's font makes of column widths, and the rest follow."""
    end = max(row for row, column in grid.cells if column <= LAST)
    grid.margins = (0.3, 0.3, 0.3, 0.3)
    grid.print_areas = [GridRange(1, FIRST - 1, ROWS["legend"], LAST + 1)]
    below = sum(grid.heights.get(row, ROW_HEIGHT) for row in range(ROWS["rest"], end + 1))
    if below:
        grid.print_areas.append(GridRange(ROWS["rest"], FIRST - 1, end, LAST + 1))
    grid.pages_tall = 1 + math.ceil(below / PAGE)
