"""``collabxl report letter | schedule | …``: the documents of the process, a file a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.main import DONE, UNREADABLE, say
from collabxl.cli.options import (
    CONFIG,
    PASSWORDS,
    TODAY,
    Command,
    DayParam,
    TargetPath,
    passwords_of,
    settings_of,
    today_of,
)
from collabxl.reports.documents.kinds import KINDS
from collabxl.reports.documents.writers import FORMATS
from collabxl.text import Text, t

_WRITTEN = t("已写入 {path}", "{path} written")
_UNCHANGED = t("{path} 已是最新，没有改动", "{path} is up to date already")


def _options(kind: str) -> Iterator[Callable[[Command], Command]]:
    def option(*names: str, says: Text, **attributes: Any) -> Callable[[Command], Command]:
        return click.option(*names, cls=BilingualOption, says=says, **attributes)

    yield click.argument("paths", nargs=-1, required=True)
    where = t(
        "写到这个文件（按结尾定格式）或文件夹；默认放在工作簿旁边",
        "This file, whose name tells the format, or this folder; default beside the workbook",
    )
    yield option("--output", type=TargetPath(), says=where)
    yield option("--format", "form", type=click.Choice(FORMATS), says=t("格式；默认 docx", "Format; default docx"))
    template = t(
        "自己的 Word 模板：{{ title }}、{{ project }} 等字段，{{p body }} 处放正文",
        "Your own Word template: fields such as {{ title }}, {{ project }}; {{p body }} takes the body",
    )
    yield option("--template", type=click.Path(path_type=Path, dir_okay=False), says=template)
    yield option("--force", is_flag=True, says=t("覆盖已有的不同文件", "Replace a file that says something else"))
    if KINDS[kind].is_periodic:
        yield option(
            "--from", "first", type=DayParam(), says=t("从哪天起（2024-07-01）", "From this day on (2024-07-01)")
        )
        yield option("--to", "last", type=DayParam(), says=t("到哪天为止", "Until this day"))
    yield from (PASSWORDS, TODAY, CONFIG)


def _command(kind: str) -> click.Command:
    def written(context: click.Context, /, **options: Any) -> None:
        _write(context, kind, options)

    title, holds, _ = KINDS[kind]
    says = t(
        f"《{title.zh}》：{holds.zh}。每个工作簿一份，写成 Word、PDF 或网页。",
        f"{title.en}: {holds.en}. One a workbook, as a Word document, PDF or page.",
    )
    command = click.command(kind, cls=BilingualCommand, says=says)
    made: Any = click.pass_context(written)
    for option in reversed([*_options(kind)]):
        made = option(made)
    return command(made)


letter, schedule, minutes, risk, retro, status = map(_command, KINDS)


def _write(context: click.Context, kind: str, options: dict[str, Any]) -> None:
    """Write a document for every workbook, tell so, and leave with the contract's code."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import write_documents
    from collabxl.text.printable import clean

    lang, failed = lang_of(context), False
    made = write_documents(
        options["paths"],
        kind,
        output=options["output"],
        form=options["form"],
        template=options["template"],
        force=options["force"],
        first=options.get("first"),
        last=options.get("last"),
        today=today_of(options),
        settings=settings_of(options),
        passwords=passwords_of(options),
    )
    for each in made:
        if each.error is not None:
            failed = True
            say(each.error, lang, each.path)
            continue
        click.echo((_UNCHANGED if each.state == "unchanged" else _WRITTEN).fill(lang, {"path": clean(str(each.file))}))
    context.exit(UNREADABLE if failed else DONE)
