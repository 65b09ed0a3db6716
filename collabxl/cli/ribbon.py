"""``collabxl ribbon-run``: one job of the ribbon, taken, done and answered; people never call it."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl import __version__
from collabxl.cli.bilingual import BilingualCommand
from collabxl.cli.main import DONE, UNREADABLE, USAGE, cli
from collabxl.cli.options import ENGINE, TODAY, today_of
from collabxl.errors import CollabxlError, FileError
from collabxl.excel.folders import jobs_folder, logs_folder
from collabxl.excel.live.heartbeat import BUSY, Heartbeat, watch_heartbeat
from collabxl.excel.ribbon.jobs import PROTOCOL, JobAnswer, RibbonJob, answer, take
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.excel.ribbon.actions import RibbonContext

_log = logging.getLogger("collabxl.ribbon")
_LOG_BYTES = 500_000


@click.command(
    "ribbon-run",
    cls=BilingualCommand,
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
    log = _open_log()
    pulse = Heartbeat()

    def give_up() -> None:
        answer(jobs, job, JobAnswer(BUSY, "err.busy"))
        os._exit(BUSY)

    with watch_heartbeat(pulse, give_up):
        told = _answer_job(asked, engine, pulse, options, log)
    answer(jobs, job, told)
    _log.info("%s %s: %s %s", asked.verb, asked.book, told.code, told.key)
    context.exit(told.code)


def _answer_job(job: RibbonJob, engine: Any, pulse: Heartbeat, options: dict[str, Any], log: Path) -> JobAnswer:
    """Return the answer to a job, whatever happens: a button that says nothing is the worst of all."""
    if job.protocol != PROTOCOL:
        return JobAnswer(USAGE, "err.version", (job.addin, __version__))
    try:
        from collabxl.excel.ribbon.actions import run_job

        return run_job(job, _ribbon_context(job, engine, pulse, options))
    except CollabxlError as error:
        return _error_answer(error, job)
    except Exception as error:
        _log.exception("%s %s", job.verb, job.book)
        from collabxl.excel.live.macos import NOT_AUTHORISED

        if NOT_AUTHORISED in str(error):
            return JobAnswer(UNREADABLE, "err.permission")
        return JobAnswer(UNREADABLE, "err.other", (str(UNREADABLE), str(log)))


def _error_answer(error: CollabxlError, job: RibbonJob) -> JobAnswer:
    from collabxl.excel.live.messages import LiveError

    code = UNREADABLE if isinstance(error, FileError | LiveError) else USAGE
    if isinstance(error, LiveError):
        return JobAnswer(code, error.key, tuple(map(str, error.values)))
    return JobAnswer(code, "err.told", (error.say(job.lang),))


def _ribbon_context(job: RibbonJob, engine: Any, pulse: Heartbeat, options: dict[str, Any]) -> RibbonContext:
    from collabxl.excel.live.attach import attach
    from collabxl.excel.ribbon.actions import RibbonContext
    from collabxl.schema.settings import FILE, Settings, load_settings

    beside = Path(job.fullname).parent / FILE
    settings = load_settings(beside) if beside.is_absolute() and beside.is_file() else Settings()

    def report(kind: str, master: Path, file: Path) -> None:
        words = ["--lang", job.lang, "report", kind, str(master), "--output", str(file)]
        try:
            code = cli.main(words, standalone_mode=False)
        except click.ClickException as error:
            raise CollabxlError(t("{why}", "{why}"), why=error.format_message()) from error
        if code not in (DONE, None):
            raise CollabxlError(t("没能生成 {file}", "{file} was not made"), file=str(file))

    return RibbonContext(
        today_of(options), settings, pulse, lambda: attach(job.book, engine, pulse, hwnd=job.hwnd), report
    )


def _open_log() -> Path:
    """Return where from now on is written what goes wrong: a program without a window has no other place."""
    file = logs_folder() / "ribbon.log"
    writer = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    writer.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("collabxl").addHandler(writer)
    _log.setLevel(logging.INFO)
    return file
