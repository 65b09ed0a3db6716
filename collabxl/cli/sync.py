"""``collabxl sync``: check, then write the summary sheet into each workbook and touch nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption
from collabxl.cli.limits import say_limits
from collabxl.cli.main import STALE, exit_code, say_unwritten
from collabxl.cli.options import (
    BACKUP,
    DRY_RUN,
    TargetPath,
    check_options,
    passwords_of,
    settings_of,
    today_of,
    use_cluster,
)
from collabxl.cli.progress import ProgressLine
from collabxl.cli.report_output import format_option, refuse, run_of, stop_on_interrupt, tell
from collabxl.errors import UsageError
from collabxl.reports.destination import TEXT, form_of
from collabxl.text import Lang, Text, t

if TYPE_CHECKING:
    from collabxl.api import SyncResult
    from collabxl.reports.formats import ReportRun
    from collabxl.schema.settings import Settings

_SAYS: dict[str, Text] = {
    "written": t("{path}：已写入汇总（{found}）", "{path}: summary written ({found})"),
    "unchanged": t("{path}：汇总已是最新（{found}）", "{path}: summary is up to date ({found})"),
    "dry": t("{path}：将写入汇总（{found}）", "{path}: summary would be written ({found})"),
}
_NO_FORM = t(
    "--report 写的不是屏幕上的文字。请写明格式，例如 --report findings.html 或 --format html",
    "--report does not hold what the screen shows. Say which format, say --report findings.html or --format html",
)


@click.command(
    "sync",
    cls=BilingualCommand,
    says=t(
        "检查工作簿，把汇总写回文件；其余内容一个字节也不动。",
        "Check workbooks and write the summary back; not a byte of anything else is touched.",
    ),
)
@click.argument("paths", nargs=-1, required=True)
@check_options
@click.option(
    "--output",
    cls=BilingualOption,
    type=TargetPath(file_okay=False),
    says=t("把结果写成副本放进这个文件夹", "Write copies into this folder instead"),
)
@click.option(
    "--annotate",
    cls=BilingualOption,
    is_flag=True,
    says=t(
        "手工做的工作簿也在最后一列后面加“检查”列",
        "Give workbooks typed by hand a column “Check” behind their last one",
    ),
)
@format_option
@click.option(
    "--report",
    cls=BilingualOption,
    type=TargetPath(dir_okay=False),
    says=t("把 --format 的结果写到这个文件，而不是屏幕", "Write what --format tells to this file, not to the screen"),
)
@DRY_RUN
@BACKUP
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    output: Path | None,
    form: str | None,
    report: Path | None,
    **options: Any,
) -> None:
    """Write summaries."""
    from collabxl.workers.pool import warm_up

    form = form_of(form, report)
    if form == TEXT and report is not None:
        raise UsageError(_NO_FORM)
    refuse(form, report, "--report")
    warm_up()
    from collabxl.api import sync_workbooks

    settings, today = settings_of(options), today_of(options)
    passwords_of(options)
    if output and not options["dry_run"]:
        output.mkdir(parents=True, exist_ok=True)
    named = ("dry_run", "annotate", "backup", "jobs")
    chosen = {name: options[name] for name in named}
    run = run_of(context, today, settings, report)
    gauge = ProgressLine(run.lang)
    synced = sync_workbooks(paths, today=today, settings=settings, output=output, watch=gauge.watch, **chosen)
    done = _warn_of_limits(gauge.pause_for(synced), settings, run.lang)
    with use_cluster(options, run.lang), stop_on_interrupt(run):
        if form == TEXT:
            _say(done, run, options["dry_run"])
        else:
            tell(form, (synced.outcome for synced in done), run)
    context.exit(exit_code(run.tally, settings.fail_on))


def _warn_of_limits(done: Iterator[SyncResult], settings: Settings, lang: Lang) -> Iterator[SyncResult]:
    for synced in done:
        say_limits(synced.outcome, settings, lang, imposed=True)
        yield synced


def _say(done: Iterator[SyncResult], run: ReportRun, dry_run: bool) -> None:
    for synced in done:
        run.tally.count(synced.outcome)
        _tell(synced, dry_run, run.lang)
    if run.tally.workbooks > 1:
        click.echo(run.tally.say(run.lang))


def _tell(synced: SyncResult, dry_run: bool, lang: Lang) -> None:
    from collabxl.rules.engine.severities import counts_text
    from collabxl.text.printable import clean

    outcome = synced.outcome
    if outcome.error is not None:
        say_unwritten(outcome.error, lang, outcome.path)
        return
    words = _SAYS["dry" if dry_run and synced.state == "written" else synced.state]
    said = {"path": clean(str(synced.path)), "found": counts_text(outcome.counts, lang)}
    click.echo(words.fill(lang, said))
    if synced.stale:
        click.echo(f"  {STALE.to(lang)}")
