"""``--format``: the option that check and sync share, and the road from outcomes to a file or the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collabxl import __version__
from collabxl.cli.bilingual import BilingualOption, lang_of
from collabxl.cli.options import Command
from collabxl.errors import UsageError
from collabxl.reports.destination import TEXT, refuse_workbook
from collabxl.reports.formats import BINARY, FORMATS, ReportRun, blocks
from collabxl.text import t
from collabxl.workers.interrupt import graceful_interrupt, is_interrupted

if TYPE_CHECKING:
    from collabxl.api import Outcome
    from collabxl.schema.settings import Settings

_HELP = t(
    "输出格式，默认由输出文件的后缀决定（.xml 是 junit），没有文件就是 text；csv、parquet 的列名就是 JSON 的键，"
    "csv 里以 = + - @ ' 等开头的文字前加一个 '",
    "Output format; by default as the suffix of the file says (.xml: junit), without one as text; csv and parquet "
    "have JSON's keys as headers; csv puts a ' before texts that begin with = + - @ '",
)
_NO_SCREEN = t(
    "{form} 不能显示在屏幕上。请用 {option} 写明文件名，例如 {option} findings.{form}",
    "{form} cannot be shown on a screen. Name a file with {option}, say {option} findings.{form}",
)
_STOPPED = t(
    "已按 Ctrl-C 停下：做完 {done} 个工作簿，其余没有做",
    "Stopped by Ctrl-C: {done} {done:workbook is|workbooks are} done, the rest is not",
)


def format_option(command: Command) -> Command:
    """Give a command the option ``--format``, as ``form``; None where nobody says it."""
    choice = click.Choice([TEXT, *FORMATS])
    return click.option("--format", "form", cls=BilingualOption, type=choice, says=_HELP)(command)


def refuse(form: str, output: Path | None, option: str) -> None:
    """Raise UsageError if a report would go where it cannot be read, or into the place of somebody's workbook."""
    if output is not None:
        refuse_workbook(output, option)
    elif form in BINARY:
        raise UsageError(_NO_SCREEN, form=form, option=option)


def run_of(context: click.Context, today: dt.date, settings: Settings, output: Path | None) -> ReportRun:
    """Return what a report says of this run."""
    return ReportRun(lang_of(context), today, __version__, settings.fail_on, output)


def tell(form: str, outcomes: Iterator[Outcome], run: ReportRun) -> None:
    """Write a report to ``run.output``, or else to the screen."""
    write(blocks(form, outcomes, run), run.output)


@contextmanager
def stop_on_interrupt(run: ReportRun) -> Iterator[None]:
    """Let Ctrl-C end a run with what is done, and say so; pressed again, it ends at once."""
    with graceful_interrupt():
        yield
        run.tally.interrupted = is_interrupted()
    if run.tally.interrupted:
        click.echo(f"collabxl: {_STOPPED.fill(run.lang, {'done': run.tally.workbooks})}", err=True)


def write(content: Iterator[bytes], output: Path | None) -> None:
    """Write blocks to a file, whole or not at all, or to the screen as they come."""
    if output is not None:
        from collabxl.storage.save import replace

        replace(output, content)
        return
    for block in content:
        click.echo(block, nl=False)
