"""``collabxl check``: read, check, print; changes nothing, ever."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption
from collabxl.cli.limits import say_limits
from collabxl.cli.main import exit_code, say
from collabxl.cli.options import RESUME, TargetPath, check_options, passwords_of, settings_of, today_of, use_cluster
from collabxl.cli.progress import ProgressLine
from collabxl.cli.report_output import format_option, refuse, run_of, stop_on_interrupt, tell, write
from collabxl.reports.destination import TEXT, form_of
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.api import Outcome
    from collabxl.reports.formats import ReportRun
    from collabxl.schema.settings import Settings

WIDTH = 80


@click.command(
    "check",
    cls=BilingualCommand,
    says=t(
        "检查工作簿，列出要改的地方：哪一格、什么问题、怎么改。文件不会被改动。",
        "Check workbooks and list what to mend: which cell, what is wrong, what to do. No file is changed.",
    ),
)
@click.argument("paths", nargs=-1, required=True)
@check_options
@format_option
@click.option(
    "--output",
    cls=BilingualOption,
    type=TargetPath(screen=True),
    says=t("写到文件，而不是屏幕", "Write to this file instead of the screen"),
)
@RESUME
@click.pass_context
def command(
    context: click.Context, /, paths: tuple[str, ...], form: str | None, output: Path | None, **options: Any
) -> None:
    """Check workbooks."""
    from collabxl.workers.pool import warm_up

    form = form_of(form, output)
    refuse(form, output, "--output")
    warm_up()
    from collabxl.api import check_workbooks
    from collabxl.pipeline.resume import state_path

    settings, today = settings_of(options), today_of(options)
    run = run_of(context, today, settings, output)
    gauge = ProgressLine(run.lang)
    checked = check_workbooks(
        paths,
        today=today,
        settings=settings,
        jobs=options["jobs"],
        passwords=passwords_of(options),
        watch=gauge.watch,
        resume=state_path(output) if options["resume"] else None,
    )
    outcomes = _warn_of_limits(gauge.pause_for(checked), settings, run.lang)
    with use_cluster(options, run.lang), stop_on_interrupt(run):
        if form == TEXT:
            write((f"{line}\n".encode("utf-8", "backslashreplace") for line in _text(outcomes, run)), output)
        else:
            tell(form, outcomes, run)
    context.exit(exit_code(run.tally, settings.fail_on))


def _warn_of_limits(outcomes: Iterator[Outcome], settings: Settings, lang: Lang) -> Iterator[Outcome]:
    for outcome in outcomes:
        say_limits(outcome, settings, lang, imposed=False)
        yield outcome


def _text(outcomes: Iterator[Outcome], run: ReportRun) -> Iterator[str]:
    from collabxl.reports.formats import part_of
    from collabxl.reports.text import outcome_lines

    width = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH

    def one(outcome: Outcome, run: ReportRun) -> list[str]:
        if outcome.error is not None:
            say(outcome.error, run.lang, outcome.path)
            return []
        return [*outcome_lines(outcome, run.lang, width), ""]

    for outcome in outcomes:
        yield from part_of(one, outcome, run)
    if run.tally.workbooks > 1:
        yield run.tally.say(run.lang)
