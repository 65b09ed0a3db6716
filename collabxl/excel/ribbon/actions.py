"""What each button does with the workbook in front, and what is said when it is done.

Checking and refreshing read what stands in the cells, saved or not. Splitting, merging and reports work with the file
on disk, as the commands do, so the workbook has to be saved first; for a merge it is closed meanwhile and opened again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_documents_path

from collabxl.errors import UsageError
from collabxl.excel.live import refresh
from collabxl.excel.live.heartbeat import Heartbeat
from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.excel.live.messages import LiveError
from collabxl.excel.ribbon.jobs import JobAnswer, RibbonJob
from collabxl.reports.tally import reaches
from collabxl.schema.settings import Settings
from collabxl.storage.file_names import file_name
from collabxl.text import t

_SAVE_FIRST = t(
    "这个按钮用磁盘上的文件工作，工作簿里还有没保存的改动。请先保存，再点一次",
    "This button works with the file on disk, and the workbook has changes that are not saved. Save it, click again",
)
_NO_FILE = t(
    "{name} 不在这台电脑上（OneDrive、SharePoint），这个按钮要用本机的文件。请先同步或另存到本机，再打开那一份",
    "{name} is not on this computer (OneDrive, SharePoint) and this button needs a file here. Sync it or save it "
    "here, and open that one",
)
_NO_ARGUMENT = t("没有告诉要用的 {name}", "Nothing was told for {name}")
_NO_DAY = t("“{told}”不是日期，请写成 2024-08-01", "“{told}” is no date; write it like 2024-08-01")
_ENDINGS = {"dashboard": ".html"}
"""What the reports are written as that are no documents to sign or send on."""
Report = Callable[[str, Path, Path], None]
"""Makes a report of a kind, of a workbook, into a file."""


class RibbonContext(NamedTuple):
    """What a verb needs besides the job: the day, the settings, how to reach the open workbook, who makes reports.

    Work on files is no sign that the program is busy, however long it takes: ``heartbeat`` is held meanwhile.
    """

    today: dt.date
    settings: Settings
    heartbeat: Heartbeat
    open_workbook: Callable[[], OpenWorkbook]
    report: Report


def run_job(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    """Return the answer to a job once it is done; raises CollabxlError if it cannot be."""
    verbs: dict[str, Callable[[RibbonJob, RibbonContext], JobAnswer]] = {
        "new": _new,
        "check": _check,
        "sync": _sync,
        "undo": _undo,
        "split": _split,
        "merge": _merge,
        "report": _report,
    }
    if job.verb not in verbs:
        says = t("不认识的任务 {verb}，能做的是 {known}", "There is no job {verb}; there are {known}")
        raise UsageError(says, verb=job.verb, known=[*verbs])
    return verbs[job.verb](job, desk)


def _check(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    found = refresh.check(desk.open_workbook(), today=desk.today, settings=desk.settings)
    if not found.outcome.problems and not found.by_hand:
        return JobAnswer(0, "msg.clean")
    return _check_answer("msg.check", found, desk.settings)


def _sync(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    return _check_answer(
        "msg.sync", refresh.sync(desk.open_workbook(), today=desk.today, settings=desk.settings), desk.settings
    )


def _undo(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    refresh.undo(desk.open_workbook())
    return JobAnswer(0, "msg.undo")


def _new(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    from collabxl.pipeline.new_workbook import build_workbook
    from collabxl.pipeline.templates.draft import THREE_MONTHS
    from collabxl.workbook.content import period_text

    name, start = _argument(job, "name"), _day(_argument(job, "start"))
    path = _free_path(user_documents_path() / file_name(name, suffix=".xlsx"))
    path.parent.mkdir(parents=True, exist_ok=True)
    project = {"name": name, "period": period_text(start, start + THREE_MONTHS)}
    with desk.heartbeat.pause():
        build_workbook(path, project=project, lang=job.lang, today=desk.today)
    return JobAnswer(0, "msg.new", (str(path),), open=str(path))


def _split(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    from collabxl.exchange.split import split

    folder, master = Path(_argument(job, "folder")), _file(desk.open_workbook())
    with desk.heartbeat.pause():
        made = split(master, folder, today=desk.today, settings=desk.settings)
    return JobAnswer(0, "msg.split", (str(len(made.copies)), str(folder)))


def _merge(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    from collabxl.exchange.merge_run import merge_copies

    folder, opened = Path(_argument(job, "folder")), desk.open_workbook()
    master, books = _file(opened), opened.book.app.books
    with desk.heartbeat.pause():
        opened.book.close()
        try:
            merged = merge_copies(master, [folder], today=desk.today, settings=desk.settings)
        finally:
            books.open(str(master))
    plans = [result.plan for result in merged.results if result.error is None]
    changes = sum(len(plan.takes) + len(plan.new) for plan in plans)
    refused = any(result.error for result in merged.results)
    code = 3 if refused else 1 if merged.waiting else 0
    return JobAnswer(code, "msg.merge", (str(len(plans)), str(changes), str(len(merged.waiting))))


def _report(job: RibbonJob, desk: RibbonContext) -> JobAnswer:
    kind, master = _argument(job, "kind"), _file(desk.open_workbook())
    path = _free_path(master.with_name(f"{master.stem}-{kind}{_ENDINGS.get(kind, '.docx')}"))
    with desk.heartbeat.pause():
        desk.report(kind, master, path)
    return JobAnswer(0, "msg.report", (str(path),), open=str(path))


def _check_answer(key: str, found: refresh.RefreshResult, settings: Settings) -> JobAnswer:
    counts = found.outcome.counts
    numbers = tuple(str(counts[severity]) for severity in ("error", "warning", "info"))
    fails = any(number and reaches(severity, settings.fail_on) for severity, number in counts.items())
    return JobAnswer(1 if fails else 0, "warn.manualcalc" if found.by_hand else key, numbers)


def _file(opened: OpenWorkbook) -> Path:
    """Return the file of an open workbook, which says the same; LiveError or UsageError if there is none."""
    path, is_saved = opened.path, opened.host.is_saved(opened.book)
    is_here = Path(path).is_absolute() and "://" not in path
    if "://" in path or (is_saved and not is_here):
        raise UsageError(_NO_FILE, name=opened.book.name)
    if not is_here:
        raise LiveError("err.unsaved")
    if not is_saved:
        raise UsageError(_SAVE_FIRST)
    return Path(path)


def _argument(job: RibbonJob, name: str) -> str:
    value = job.args.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(_NO_ARGUMENT, name=name)
    return value.strip()


def _day(told: str) -> dt.date:
    try:
        return dt.date.fromisoformat(told)
    except ValueError as error:
        raise UsageError(_NO_DAY, told=told) from error


def _free_path(path: Path) -> Path:
    """Return a path where nothing is yet."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free
