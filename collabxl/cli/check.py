"""``collabxl check``: read, check, print; changes nothing, ever."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import say
from collabxl.cli.options import RESUME, checking, crew_of, passwords_of, settings_of, today_of
from collabxl.cli.spoken import SpokenCommand, SpokenOption, lang_of
from collabxl.cli.tally import Tally
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.report.outcome import Outcome

FORMATS = ("text", "json", "jsonl")
WIDTH = 80


@click.command(
    "check",
    cls=SpokenCommand,
    says=t(
        "检查工作簿，列出要改的地方：哪一格、什么问题、怎么改。文件不会被改动。",
        "Check workbooks and list what to mend: which cell, what is wrong, what to do. No file is changed.",
    ),
)
@click.argument("paths", nargs=-1, required=True)
@checking
@click.option(
    "--format", "form", cls=SpokenOption, type=click.Choice(FORMATS), default="text", says=t("输出格式", "How to print")
)
@click.option(
    "--output",
    cls=SpokenOption,
    type=click.Path(path_type=Path),
    says=t("写到文件，而不是屏幕", "Write to this file instead of the screen"),
)
@RESUME
@click.pass_context
def command(context: click.Context, /, paths: tuple[str, ...], form: str, output: Path | None, **options: Any) -> None:
    """Check workbooks."""
    from collabxl.read.guard import get_ready

    get_ready()
    from collabxl.batch import check_workbooks
    from collabxl.resume import resumed, state_of

    lang = lang_of(context)
    settings, today = settings_of(options), today_of(options)
    tally = Tally()
    passwords = passwords_of(options)
    check = partial(resumed, state=state_of(output)) if options["resume"] else check_workbooks
    outcomes = map(tally.count, check(paths, today=today, settings=settings, jobs=options["jobs"], passwords=passwords))
    if form == "text":
        lines = _text(outcomes, tally, lang)
    elif form == "jsonl":
        lines = _jsonl(outcomes, lang)
    else:
        lines = _json(outcomes, tally, lang, today.isoformat())
    with crew_of(options, lang), tally.until_interrupted(lang):
        _write(lines, output)
    context.exit(tally.code(settings.fail_on))


def _text(outcomes: Iterator[Outcome], tally: Tally, lang: Lang) -> Iterator[str]:
    from collabxl.report.plain import plain

    width = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH
    for outcome in outcomes:
        if outcome.error is not None:
            say(outcome.error, lang, outcome.path)
            continue
        yield from plain(outcome, lang, width)
        yield ""
    if tally.workbooks > 1:
        yield tally.say(lang)


def _jsonl(outcomes: Iterator[Outcome], lang: Lang) -> Iterator[str]:
    from collabxl.report.contract import workbook_out

    for outcome in outcomes:
        yield workbook_out(outcome, lang).model_dump_json()


def _json(outcomes: Iterator[Outcome], tally: Tally, lang: Lang, today: str) -> Iterator[str]:
    """The run as one JSON document, written as it comes: a thousand workbooks are never in memory at once."""
    import json

    from collabxl import __version__
    from collabxl.report.contract import CONTRACT

    yield f'{{"contract": {CONTRACT}, "version": "{__version__}", "today": "{today}", "workbooks": ['
    lines = _jsonl(outcomes, lang)
    before = next(lines, None)
    for line in lines:
        yield f"{before},"
        before = line
    if before is not None:
        yield before
    counts = {"workbooks": tally.workbooks, "unreadable": tally.unreadable, **tally.findings}
    yield f'], "counts": {json.dumps(counts)}}}'


def _write(lines: Iterator[str], output: Path | None) -> None:
    if output is None:
        for line in lines:
            click.echo(line)
        return
    from collabxl.saving import replace

    replace(output, "".join(f"{line}\n" for line in lines).encode("utf-8"))
