"""``collabxl templates``: what ``new --template`` may name, and what is in it."""

from __future__ import annotations

import shutil
from typing import Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.errors import UsageError
from collabxl.text import t

WIDTH = 100
SHOW = "show"


@click.command(
    "templates",
    cls=BilingualCommand,
    says=t(
        "列出内置的场景模板；加上名称（中英文名或代号）看其中的部门、任务、风险和会议。",
        "List the scenario templates; with a name (title or slug), show its departments, tasks, risks and meetings.",
    ),
)
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option(
    "--format",
    "form",
    cls=BilingualOption,
    type=click.Choice(["text", "json"]),
    default="text",
    says=t("输出格式", "How to print"),
)
@click.pass_context
def command(context: click.Context, /, names: tuple[str, ...], form: str) -> None:
    """List the templates, or show some."""
    from collabxl.api import find_template, list_templates
    from collabxl.pipeline.templates.template_view import brief, full_view, lines, list_lines

    lang = lang_of(context)
    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    if names[:1] == (SHOW,):
        names = names[1:]
        if not names:
            raise UsageError(t("templates show 后面要写模板名称", "templates show needs the name of a template"))
    wanted = [find_template(name) for name in names]
    told = [full_view(each, lang) for each in wanted] if wanted else [brief(each, lang) for each in list_templates()]
    if form == "json":
        click.echo(_json(told))
        return
    shown = [list(lines(each, lang, width)) for each in told] if wanted else [list(list_lines(told, lang, width))]
    click.echo("\n\n".join("\n".join(each) for each in shown))


def _json(told: list[dict[str, Any]]) -> str:
    import json

    from collabxl import __version__
    from collabxl.reports.json_model import CONTRACT

    return json.dumps({"contract": CONTRACT, "version": __version__, "templates": told}, ensure_ascii=False, indent=1)
