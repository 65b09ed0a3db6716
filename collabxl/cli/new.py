"""``collabxl new``: build a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from collabxl.cli.options import Day
from collabxl.cli.spoken import SpokenCommand, SpokenOption, lang_of
from collabxl.errors import UsageError
from collabxl.schema.standard import Project
from collabxl.text import t

THREE_MONTHS = dt.timedelta(days=91)


@click.command(
    "new",
    cls=SpokenCommand,
    says=t(
        "新建一个协同工作簿：五张标准表、下拉列表、自动检查，不含宏。",
        "Build a workbook: the five sheets with drop-downs and live checks, without macros.",
    ),
)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", cls=SpokenOption, says=t("项目名称", "The project's name"))
@click.option(
    "--start",
    cls=SpokenOption,
    type=Day(),
    says=t("开始日期；周期先按三个月填，可以改", "First day; the period is set to three months, change it as you like"),
)
@click.option("--lead", cls=SpokenOption, says=Project.lead.help)
@click.option(
    "--departments",
    cls=SpokenOption,
    says=t("参与部门，用逗号隔开；第一个是发起部门", "Departments, separated by commas; the first initiates it"),
)
@click.option("--force", cls=SpokenOption, is_flag=True, says=t("文件已存在时覆盖", "Overwrite a file that is there"))
@click.pass_context
def command(
    context: click.Context,
    /,
    out: Path,
    name: str | None,
    start: dt.date | None,
    lead: str | None,
    departments: str | None,
    force: bool,
) -> None:
    """Build a workbook."""
    from collabxl.compose import build_workbook
    from collabxl.rules.names import split

    lang = lang_of(context)
    if out.suffix.lower() != ".xlsx":
        raise UsageError(t("{path} 应以 .xlsx 结尾", "{path} should end in .xlsx"), path=str(out))
    if out.exists() and not force:
        raise UsageError(
            t("{path} 已存在；要覆盖请加 --force", "{path} is there already; --force overwrites it"), path=str(out)
        )
    named = split(departments or "")
    project = {
        "name": name,
        "initiator": named[0] if named else None,
        "lead": lead,
        "departments": ("、" if lang == "zh" else ", ").join(named[1:]) or None,
        "period": f"{start}~{start + THREE_MONTHS}" if start else None,
    }
    build_workbook(out, project=project, lang=lang)
    click.echo(t("已新建 {path}", "Built {path}").fill(lang, {"path": str(out)}))
