"""``collabxl report dashboard``: all projects on one page for a browser."""

from __future__ import annotations

from typing import Any

import click

from collabxl.cli.bilingual import BilingualCommand
from collabxl.cli.report.portfolio_options import portfolio_options, write
from collabxl.text import t

_SUFFIX = ".html"


@click.command(
    "dashboard",
    cls=BilingualCommand,
    says=t(
        "所有项目的看板：健康度、逾期、风险、跨项目依赖、要改的地方。一个网页文件，不联网，可以发邮件、放共享盘。",
        "A dashboard of all projects: health, overdue tasks, risks, cross-project dependencies, what is to be mended. "
        "One page that uses no network, to be mailed or put on a share.",
    ),
)
@portfolio_options(_SUFFIX)
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Write the dashboard."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import write_dashboard

    write(context, write_dashboard, options)
