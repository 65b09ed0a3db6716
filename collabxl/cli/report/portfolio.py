"""``collabxl report portfolio``: all projects in one workbook."""

from __future__ import annotations

from typing import Any

import click

from collabxl.cli.bilingual import BilingualCommand
from collabxl.cli.report.portfolio_options import portfolio_options, write
from collabxl.text import t

_SUFFIX = ".xlsx"


@click.command(
    "portfolio",
    cls=BilingualCommand,
    says=t(
        "所有项目的汇总工作簿：概览、项目、部门、人员、风险、跨项目依赖、要改的地方，带链接。",
        "All projects in one workbook: overview, projects, departments, people, risks, cross-project dependencies, "
        "what is to be mended; with links.",
    ),
)
@portfolio_options(_SUFFIX)
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Write the workbook."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import write_portfolio

    write(context, write_portfolio, options)
