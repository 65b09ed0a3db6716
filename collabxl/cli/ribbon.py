"""``collabxl ribbon-run``: one job of the ribbon, taken, done and answered; people never call it."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl import __version__
from collabxl.cli.bilingual import SpokenCommand
from collabxl.cli.main import DONE, UNREADABLE, USAGE, cli
from collabxl.cli.options import ENGINE, TODAY, today_of
from collabxl.errors import CollabxlError, FileError
from collabxl.excel.folders import jobs_folder, logs_folder
from collabxl.excel.live.heartbeat import BUSY, Pulse, watched
from collabxl.excel.ribbon.jobs import PROTOCOL, Answer, Job, answer, take
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.excel.ribbon.actions import Desk

_log = logging.getLogger("collabxl.ribbon")
_LOG_BYTES = 500_000


@click.command(
    "ribbon-run",
    cls=SpokenCommand,
    hidden=True,
    says=t("做功能区交来的一件事；由 Excel 调用", "Do one job of the ribbon; called by Excel"),
)
@click.option("--job", required=True)
@click.option("--jobs", type=click.Path(path_type=Path, file_okay=False), default=jobs_folder)
@ENGINE
@TODAY
@click.pass_context
def command(context: click.Context, /, job: str, jobs: Path, engine: Any, **options: Any) -> None:
    """Do a job; it is acknowledged before anything big is imported."""
    asked = take(jobs, job)
    log = _logged()
    pulse = Pulse()

    def give_up() -> None:
        answer(jobs, job, Answer(BUSY, "err.busy"))
        os._exit(BUSY)

    with watched(pulse, give_up):
        told = _done(asked, engine, pulse, options, log)
    answer(jobs, job, told)
    _log.info("%s %s: %s %s", asked.verb, asked.book, told.code, told.key)
    context.exit(told.code)


def _done(job: Job, engine: Any, pulse: Pulse, options: dict[str, Any], log: Path) -> Answer:
    """Return the answer to a job, whatever happens: a button that says nothing is the worst of all."""
    if job.protocol != PROTOCOL:
        return Answer(USAGE, "err.version", (job.addin, __version__))
    try:
        from collabxl.excel.ribbon.actions import done

        return done(job, _desk(job, engine, pulse, options))
    except CollabxlError as error:
        return _refused(error, job)
    except Exception as error:
        _log.exception("%s %s", job.verb, job.book)
        from collabxl.excel.live.macos import NOT_AUTHORISED

        if NOT_AUTHORISED in str(error):
            return Answer(UNREADABLE, "err.permission")
        return Answer(UNREADABLE, "err.other", (str(UNREADABLE), str(log)))


def _refused(error: CollabxlError, job: Job) -> Answer:
    from collabxl.excel.live.messages import LiveError

    code = UNREADABLE if isinstance(error, FileError | LiveError) else USAGE
    if isinstance(error, LiveError):
        return Answer(code, error.key, tuple(map(str, error.told)))
    return Answer(code, "err.told", (error.say(job.lang),))


def _desk(job: Job, engine: Any, pulse: Pulse, options: dict[str, Any]) -> Desk:
    from collabxl.excel.live.attach import attach
    from collabxl.excel.ribbon.actions import Desk
    from collabxl.schema.settings import FILE, Settings, load

    beside = Path(job.fullname).parent / FILE
    settings = load(beside) if beside.is_absolute() and beside.is_file() else Settings()

    def report(kind: str, master: Path, file: Path) -> None:
        words = ["--lang", job.lang, "report", kind, str(master), "--output", str(file)]
        try:
            code = cli.main(words, standalone_mode=False)
        except click.ClickException as error:
            raise CollabxlError(t("{why}", "{why}"), why=error.format_message()) from error
        if code not in (DONE, None):
            raise CollabxlError(t("没能生成 {file}", "{file} was not made"), file=str(file))

    return Desk(today_of(options), settings, pulse, lambda: attach(job.book, engine, pulse, hwnd=job.hwnd), report)


def _logged() -> Path:
    """Return where from now on is written what goes wrong: a program without a window has no other place."""
    file = logs_folder() / "ribbon.log"
    writer = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    writer.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("collabxl").addHandler(writer)
    _log.setLevel(logging.INFO)
    return file
