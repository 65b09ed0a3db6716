"""``collabxl live``: check or refresh a workbook while it is open."""

from __future__ import annotations

import os
import shutil
from typing import Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.main import DONE, FOUND
from collabxl.cli.options import CONFIG, ENGINE, TODAY, settings_of, today_of
from collabxl.errors import UsageError
from collabxl.text import Lang, t

_ONE = t("--check 和 --undo 只能用一个", "--check and --undo exclude each other")
_CURRENT = t("汇总已是最新，没有改动任何单元格", "The summary is up to date; no cell was changed")


@click.command(
    "live",
    cls=BilingualCommand,
    says=t(
        "检查正在 Excel 里打开的工作簿，刷新“汇总”和各行的检查结果。从不保存：改动留在打开的工作簿里，由您决定。"
        "BOOK 是工作簿的名称；不写就是最前面的那个。",
        "Check a workbook that is open in Excel and refresh its summary and the rows' findings. It is never saved: "
        "the changes are in the open workbook, and saving is up to you. BOOK is its name, by default the one in front.",
    ),
)
@click.argument("book", required=False)
@click.option(
    "--check", "only_check", cls=BilingualOption, is_flag=True, says=t("只检查，不改动", "Check, change nothing")
)
@click.option(
    "--undo",
    cls=BilingualOption,
    is_flag=True,
    says=t(
        "恢复到上一次刷新之前（Excel 自己的撤销不管用）", "Take the last refresh back, which Excel's own undo cannot"
    ),
)
@ENGINE
@TODAY
@CONFIG
@click.pass_context
def command(
    context: click.Context, /, book: str | None, only_check: bool, undo: bool, engine: Any, **options: Any
) -> None:
    """Work on an open workbook."""
    if only_check and undo:
        raise UsageError(_ONE)
    from collabxl.excel.live import refresh
    from collabxl.excel.live.attach import attach
    from collabxl.excel.live.heartbeat import Heartbeat, watch_heartbeat
    from collabxl.excel.live.messages import sentence

    lang, settings, pulse = lang_of(context), settings_of(options), Heartbeat()
    with watch_heartbeat(pulse, lambda: _give_up(lang)):
        opened = attach(book, engine, pulse)
        if undo:
            refresh.undo(opened)
            click.echo(sentence("msg.undo").to(lang))
            context.exit(DONE)
        verb = refresh.check if only_check else refresh.sync
        found = verb(opened, today=today_of(options), settings=settings)
    _tell(found, lang, only_check)
    from collabxl.reports.tally import reaches

    failing = any(number and reaches(severity, settings.fail_on) for severity, number in found.outcome.counts.items())
    context.exit(FOUND if failing else DONE)


def _tell(found: Any, lang: Lang, only_check: bool) -> None:
    from collabxl.excel.live.messages import sentence
    from collabxl.reports.text import outcome_lines

    if found.by_hand:
        click.echo(sentence("warn.manualcalc").to(lang), err=True)
    if only_check:
        for line in outcome_lines(found.outcome, lang, shutil.get_terminal_size((80, 24)).columns):
            click.echo(line)
        return
    counts = {str(at): number for at, number in enumerate(found.outcome.counts.values())}
    click.echo(sentence("msg.sync").fill(lang, counts) if found.written else _CURRENT.to(lang))


def _give_up(lang: Lang) -> None:
    from collabxl.excel.live.heartbeat import BUSY
    from collabxl.excel.live.messages import sentence

    click.echo(f"collabxl: {sentence('err.busy').to(lang)}", err=True)
    os._exit(BUSY)
