"""What can be done with the add-in."""

from __future__ import annotations

import click

from collabxl.cli.bilingual import BilingualGroup
from collabxl.text import t

ACTIONS = {
    "install": (
        "collabxl.cli.addin.install",
        t("装进 Excel：下次打开就有“协同”选项卡", "Install it: Excel has the tab collabxl when it is next opened"),
    ),
    "status": ("collabxl.cli.addin.status", t("看装了没有、是哪个版本", "Tell whether it is installed, and which")),
    "uninstall": ("collabxl.cli.addin.uninstall", t("从 Excel 里去掉", "Take it out of Excel")),
    "build": ("collabxl.cli.addin.build", t("从 VBA 源码生成加载项（开发用）", "Build it from its VBA sources")),
}


@click.group(
    "addin",
    cls=BilingualGroup,
    says=t(
        "Excel 里的“协同”选项卡：新建、检查、刷新汇总、拆分、回收合并、报告。只有协调人需要，填表的人什么都不用装。",
        "The tab collabxl in Excel: new, check, refresh, split, merge, report. Only the coordinator needs it; "
        "those who fill in their sheets install nothing.",
    ),
    homes=ACTIONS,
)
def command() -> None:
    """Hold the actions."""
