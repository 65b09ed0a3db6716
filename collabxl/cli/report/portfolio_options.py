"""What reports about many projects have in common: their options, and the road from paths to one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualOption, lang_of
from collabxl.cli.main import DONE, UNREADABLE, say
from collabxl.cli.options import (
    CONFIG,
    JOBS,
    PASSWORDS,
    TODAY,
    Command,
    TargetPath,
    passwords_of,
    settings_of,
    today_of,
)
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.api import Portfolio

_WRITTEN = t("已写入 {path}：{projects} 个项目", "{path} written: {projects} {projects:project|projects}")
_LEFT_OUT = t(
    "，{copies} 个部门副本不重复计数",
    ", {copies} {copies:department's copy is|departments' copies are} not counted twice",
)


def portfolio_options(suffix: str) -> Callable[[Command], Command]:
    """Return what gives a command the paths, the output and the options of a report about many projects."""

    def dressed(command: Command) -> Command:
        output = click.option(
            "--output",
            cls=BilingualOption,
            required=True,
            type=TargetPath(dir_okay=False),
            says=t(f"写到哪个文件（*{suffix}）", f"The file to write (*{suffix})"),
        )
        for option in (CONFIG, PASSWORDS, JOBS, TODAY, output, click.argument("paths", nargs=-1, required=True)):
            command = option(command)
        return command

    return dressed


def write(context: click.Context, verb: Callable[..., Portfolio], options: dict[str, Any]) -> None:
    """Write a report about the paths of a command, tell so, and leave with the contract's code."""
    from collabxl.text.printable import clean

    lang, output = lang_of(context), options["output"]
    portfolio = verb(
        options["paths"],
        output,
        lang=lang,
        today=today_of(options),
        settings=settings_of(options),
        jobs=options["jobs"],
        passwords=passwords_of(options),
    )
    for each in portfolio.skipped_files:
        if each.error is not None:
            say(each.error, lang, each.path)
    words = _WRITTEN.fill(lang, {"path": clean(str(output)), "projects": len(portfolio.projects)})
    copies = len(portfolio.skipped_files) - portfolio.unreadable
    click.echo(words + (_LEFT_OUT.fill(lang, {"copies": copies}) if copies else ""))
    context.exit(UNREADABLE if portfolio.unreadable else DONE)
