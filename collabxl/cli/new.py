"""``collabxl new``: build a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.options import DayParam, TargetPath
from collabxl.schema.sheets import Project
from collabxl.text import t


@click.command(
    "new",
    cls=BilingualCommand,
    says=t(
        "新建一个协同工作簿：五张标准表、下拉列表、自动检查，不含宏。",
        "Build a workbook: the five sheets with drop-downs and live checks, without macros.",
    ),
)
@click.argument("out", type=TargetPath(dir_okay=False))
@click.option(
    "--template",
    cls=BilingualOption,
    says=t(
        "场景模板：templates 列出的名称、自己的 .toml，或以前的 .xlsx（计划平移到新的开始日期）",
        "What to start from: a name that templates lists, your own .toml, or an older .xlsx moved to the new start",
    ),
)
@click.option("--name", cls=BilingualOption, says=t("项目名称", "The project's name"))
@click.option(
    "--start",
    cls=BilingualOption,
    type=DayParam(),
    says=t(
        "开始日期；周期先按三个月填，可以改；用模板时按模板排期，默认今天",
        "First day; the period is set to three months, change it as you like; a template brings its own, from today on",
    ),
)
@click.option("--lead", cls=BilingualOption, says=Project.lead.help)
@click.option(
    "--departments",
    cls=BilingualOption,
    says=t(
        "参与部门，用逗号隔开；第一个是发起部门。用模板时是模板之外另加的部门",
        "Departments, separated by commas; the first initiates it. With a template: those to be added to its own",
    ),
)
@click.option(
    "--force", cls=BilingualOption, is_flag=True, says=t("文件已存在时覆盖", "Overwrite a file that is there")
)
@click.pass_context
def command(context: click.Context, /, out: Path, template: str | None, force: bool, **told: Any) -> None:
    """Build a workbook."""
    from collabxl.api import new_workbook

    lang = lang_of(context)
    new_workbook(
        out,
        template=template,
        name=told["name"],
        start=told["start"],
        lead=told["lead"],
        departments=told["departments"] or (),
        lang=context.find_root().params["lang"],
        spoken=lang,
        today=dt.date.today(),
        force=force,
    )
    click.echo(t("已新建 {path}", "Built {path}").fill(lang, {"path": str(out)}))
