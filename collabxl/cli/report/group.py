"""The kinds of reports: the documents of one project, and what tells of many; a new one of these is an entry here."""

from __future__ import annotations

import click

from collabxl.cli.bilingual import BilingualGroup
from collabxl.reports.documents.kinds import KINDS as DOCUMENTS
from collabxl.text import t

KINDS = {
    **{
        kind: (
            f"collabxl.cli.report.documents:{kind}",
            t(f"《{each.title.zh}》：{each.holds.zh}", f"{each.title.en}: {each.holds.en}"),
        )
        for kind, each in DOCUMENTS.items()
    },
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
    cls=BilingualGroup,
    says=t("从工作簿生成报告，不改动工作簿。", "Make reports from workbooks; no workbook is changed."),
    homes=KINDS,
)
def command() -> None:
    """Hold the kinds."""
