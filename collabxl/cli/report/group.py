"""The kinds of reports: a new one is a module with a command, and one entry here."""

from __future__ import annotations

import click

from collabxl.cli.spoken import SpokenGroup
from collabxl.text import t

KINDS = {
    "dashboard": (
        "collabxl.cli.report.dashboard",
        t("所有项目的看板，一个离线网页", "A dashboard of all projects, one offline page"),
    ),
    "portfolio": (
        "collabxl.cli.report.portfolio",
        t("同样的内容，一个 Excel 工作簿", "The same as an Excel workbook"),
    ),
}


@click.group(
    "report",
    cls=SpokenGroup,
    says=t("从工作簿生成报告，不改动工作簿。", "Make reports from workbooks; no workbook is changed."),
    homes=KINDS,
)
def command() -> None:
    """Hold the kinds."""
