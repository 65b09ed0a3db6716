"""``collabxl schema``: the sheets and their columns, for programs and for people."""

from __future__ import annotations

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.text import t


@click.command(
    "schema",
    cls=BilingualCommand,
    says=t(
        "工作表的声明：给程序用的 JSON Schema，或给人看的数据字典（markdown）；加上表名（中英文名或键）只看那几张。",
        "The declaration of the sheets: a JSON Schema for programs, or a data dictionary for people (markdown); with "
        "names of sheets (titles or keys), of those only.",
    ),
)
@click.argument("sheets", nargs=-1, metavar="[SHEET…]")
@click.option(
    "--format",
    "form",
    cls=BilingualOption,
    type=click.Choice(["json", "markdown"]),
    default="json",
    says=t("输出格式", "How to print"),
)
@click.pass_context
def command(context: click.Context, /, sheets: tuple[str, ...], form: str) -> None:
    """Print the declaration of the sheets."""
    import json

    from collabxl.api import data_dictionary, json_schema

    lang = lang_of(context)
    if form == "markdown":
        click.echo(data_dictionary(*sheets, lang=lang))
    else:
        click.echo(json.dumps(json_schema(*sheets, lang=lang), ensure_ascii=False, indent=1))
