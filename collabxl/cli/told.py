"""``--format``: the option that check and sync share, and the road from outcomes to a file or the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collabxl import __version__
from collabxl.cli.options import Command
from collabxl.cli.spoken import SpokenOption, lang_of
from collabxl.errors import UsageError
from collabxl.halt import heeded, wished
from collabxl.report.formats import BINARY, FORMATS, Run, blocks
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.report.outcome import Outcome
    from collabxl.settings import Settings

TEXT = "text"
_HELP = t(
    "输出格式；csv、parquet 的列名就是 JSON 的键，csv 里以 = + - @ ' 等开头的文字前加一个 '",
    "How to tell it; csv and parquet have JSON's keys as headers; csv puts a ' before texts that begin with = + - @ '",
)
_NO_SCREEN = t(
    "{form} 不能显示在屏幕上。请用 {option} 写明文件名，例如 {option} findings.{form}",
    "{form} cannot be shown on a screen. Name a file with {option}, say {option} findings.{form}",
)
_STOPPED = t(
    "已按 Ctrl-C 停下：做完 {done} 个工作簿，其余没有做",
    "Stopped by Ctrl-C: {done} workbooks are done, the rest is not",
)
_ITSELF = t(
    "报告 {path} 也在要检查的文件里，未写入。请给报告另起一个名字",
    "The report {path} is one of the workbooks to check; nothing was written. Give the report another name",
)


def formatted(command: Command) -> Command:
    """Give a command the option ``--format``, as ``form``."""
    choice = click.Choice([TEXT, *FORMATS])
    return click.option("--format", "form", cls=SpokenOption, type=choice, default=TEXT, says=_HELP)(command)


def refuse_screen(form: str, output: Path | None, option: str) -> None:
    """Raise UsageError if a format that is no text has no file to go to."""
    if form in BINARY and output is None:
        raise UsageError(_NO_SCREEN, form=form, option=option)


def run_of(context: click.Context, today: dt.date, settings: Settings, output: Path | None) -> Run:
    """Return what a report says of this run."""
    return Run(lang_of(context), today, __version__, settings.fail_on, output)


def tell(form: str, outcomes: Iterator[Outcome], run: Run) -> None:
    """Write a report to ``run.output``, whole or not at all, or else to the screen as it comes."""
    if run.output is None:
        write(blocks(form, outcomes, run), None)
    else:
        write(blocks(form, _others(outcomes, run.output), run), run.output)


@contextmanager
def until_interrupted(run: Run) -> Iterator[None]:
    """Let Ctrl-C end a run with what is done, and say so; pressed again, it ends at once."""
    with heeded():
        yield
        run.tally.interrupted = wished()
    if run.tally.interrupted:
        click.echo(f"collabxl: {_STOPPED.fill(run.lang, {'done': run.tally.workbooks})}", err=True)


def write(content: Iterator[bytes], output: Path | None) -> None:
    """Write blocks to a file, whole or not at all, or to the screen as they come."""
    if output is not None:
        from collabxl.saving import replace

        replace(output, content)
        return
    for block in content:
        click.echo(block, nl=False)


def _others(outcomes: Iterator[Outcome], output: Path) -> Iterator[Outcome]:
    """Return the outcomes; UsageError if the report would take a workbook's place."""
    target = output.resolve()
    for outcome in outcomes:
        if Path(outcome.path).resolve() == target:
            raise UsageError(_ITSELF, path=str(output))
        yield outcome
