"""The verbs that tell: findings as a frame, as JSON and in files; documents; many projects on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collabxl.api.arguments import checked_arguments
from collabxl.api.run import day_of, settings_of, texts
from collabxl.errors import UsageError
from collabxl.text import t

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    import pandas as pd

    from collabxl.pipeline.documents import WrittenDocument
    from collabxl.reports.portfolio.numbers import Portfolio
    from collabxl.rules.engine.outcome import Outcome
    from collabxl.schema.settings import Settings
    from collabxl.storage.paths import Paths
    from collabxl.text import Lang

_NO_FORM = t("没有 {form} 这种格式，可用的有：{known}", "There is no format {form}; there are {known}")


@checked_arguments
def findings_frame(outcomes: Outcome | Iterable[Outcome], *, lang: Lang = "zh") -> pd.DataFrame:
    """Return findings as a pandas DataFrame: one row a finding, and one for each workbook that has an error.

    The columns are those of ``check --format csv``, and two more. Texts are of dtype ``string``, missing ones ``NA``:
    ``path``, ``project``, ``workbook_id``, ``revision``, ``department``; ``error``, the kind of what could not be read
    or written (such a row has only its ``message`` besides); ``code`` and ``name`` of the rule; ``sheet``, ``cell`` and
    ``column`` as they stand in the file, ``key`` of the column, ``id`` (编号) of the row; ``message`` and ``fix`` in
    ``lang``. ``severity`` is an ordered category, info < warning < error. ``row`` is Excel's own number, ``Int64``.
    ``fixable`` and ``waived`` are ``boolean``. ``value``, what the cell says, and ``args``, a dict of what the message
    tells, are objects. ``date`` is the day that ``value`` names for certain, in a column of days, and ``waived_until``
    the last day that a waiver counts: datetime64[s], else ``NaT``. Without findings the frame is empty and has the same
    columns and dtypes. The index counts from 0, rows stand in the order of the outcomes and of their findings.

    ``outcomes`` is what ``check_workbooks`` returns, or any of it; of ``sync_workbooks`` and ``fix_workbooks`` take
    ``each.outcome``. Nothing is raised.
    """
    from collabxl.reports.findings_frame import findings_frame

    return findings_frame(outcomes, lang)


@checked_arguments
def outcome_json(outcome: Outcome, *, lang: Lang = "zh") -> dict[str, Any]:
    """Return ``outcome`` as ``check --format json`` tells it: one element of ``workbooks``, plain values for JSON.

    Dates are texts as in ISO 8601, ``tasks.progress`` is a share from 0 to 1 with two digits; messages are in
    ``lang``. Nothing is raised.
    """
    from collabxl.reports.json_model import workbook_out

    return workbook_out(outcome, lang).model_dump()


@checked_arguments
def write_findings(
    outcomes: Iterable[Outcome],
    output: str | Path,
    *,
    form: str | None = None,
    lang: Lang = "zh",
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
) -> None:
    """Write ``outcomes`` to the file ``output``, whole or not at all, in the format that its name ends in.

    ``form`` is json, jsonl, csv, sarif, junit, html, xlsx or parquet, by default what the suffix says (.xml: junit).
    ``today`` and ``settings`` are those of the check, as the report tells them. Memory stays that of one workbook.

    Raises UsageError for a format that does not exist, and for an ``output`` that is somebody's workbook; FileError if
    it cannot be written.
    """
    from pathlib import Path

    from collabxl import __version__
    from collabxl.reports.destination import form_of, refuse_workbook
    from collabxl.reports.formats import FORMATS, ReportRun, blocks
    from collabxl.storage.save import replace

    path = Path(output)
    chosen = form_of(form, path)
    if chosen not in FORMATS:
        raise UsageError(_NO_FORM, form=chosen, known=list(FORMATS))
    refuse_workbook(path)
    run = ReportRun(lang, day_of(today), __version__, settings_of(settings).fail_on, path)
    replace(path, blocks(chosen, iter(outcomes), run))


@checked_arguments
def write_documents(
    paths: Paths,
    kind: str,
    *,
    output: str | Path | None = None,
    form: str | None = None,
    template: str | Path | None = None,
    force: bool = False,
    first: dt.date | None = None,
    last: dt.date | None = None,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
) -> Iterator[WrittenDocument]:
    """Write a document about every workbook, and return what became of each, one by one as it is written.

    ``kind`` is letter, schedule, minutes, risk, retro or status. ``output`` is the file, or a folder; by default each
    document lies beside its workbook. ``form`` is docx, pdf or html, by default what the file's name says, else docx.
    ``template`` is a Word template of one's own. ``first`` and ``last`` are the days that minutes, risk and status tell
    of, both included. A document that is there already and says something else is replaced only with ``force``.
    Departments' copies that a folder holds are left out. Nothing is written before the first result is asked for.

    As many parameters as the command has options. Nothing is raised for a file: what could not be made or written has
    an ``error``. Raises UsageError for a kind or format that does not exist, for one file where there are several
    workbooks, for days the wrong way round, and where the extra ``docs`` is not installed.
    """
    from pathlib import Path

    from collabxl.pipeline import documents
    from collabxl.storage.paths import path_list

    documents.refuse_unknown(kind)
    where, own = (None if path is None else Path(path) for path in (output, template))
    destination, given = documents.Destination(where, form, own, force), path_list(paths)
    destination.refuse(given)
    made = documents.documents_of(
        given,
        kind,
        today=day_of(today),
        settings=settings_of(settings),
        jobs=jobs,
        passwords=texts(passwords),
        asked=documents.period_of(first, last),
    )
    return documents.write_documents(made, destination)


@checked_arguments
def read_portfolio(
    paths: Paths,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
) -> Portfolio:
    """Return the numbers of all projects, each as its own 汇总 tells them, and what they wait for in each other.

    ``.projects`` has one entry a workbook, ``.links`` the tasks that wait for a task of another project, ``.aside``
    what is left out: files that cannot be read, and departments' copies, whose tasks their masters have. Counts are
    numbers of tasks, ``slip`` and ``spare`` working days, shares whole per cent.

    Nothing is raised for a file. Raises UsageError and SettingsError as ``check_workbooks`` does.
    """
    from collabxl.pipeline.portfolio import portfolio_of

    day, chosen = day_of(today), settings_of(settings)
    return portfolio_of(paths, today=day, settings=chosen, jobs=jobs, passwords=texts(passwords))


@checked_arguments
def write_dashboard(
    paths: Paths,
    output: str | Path,
    *,
    lang: Lang = "zh",
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
) -> Portfolio:
    """Write all projects on one page for a browser, ``output``, which ends in .html and needs no network.

    Returns the portfolio that it shows, with what was left out (``.aside``). As many parameters as the command has
    options. Raises UsageError for another ending; FileError if the page cannot be written. Nothing is raised for a
    workbook.
    """
    from pathlib import Path

    from collabxl.pipeline.portfolio import refuse, write_portfolio
    from collabxl.reports.portfolio.page import page

    refuse(Path(output), ".html")
    portfolio = read_portfolio(paths, today=today, settings=settings, jobs=jobs, passwords=passwords)
    return write_portfolio(portfolio, page, Path(output), lang)


@checked_arguments
def write_portfolio(
    paths: Paths,
    output: str | Path,
    *,
    lang: Lang = "zh",
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
) -> Portfolio:
    """Write all projects into one Excel workbook, ``output``, which ends in .xlsx; likewise.

    Returns the portfolio that it shows, with what was left out (``.aside``). As many parameters as the command has
    options. Raises UsageError for another ending and for an ``output`` that is somebody's workbook; FileError if it
    cannot be written. Nothing is raised for a workbook that is read.
    """
    from pathlib import Path

    from collabxl.pipeline.portfolio import refuse, write_portfolio
    from collabxl.reports.portfolio.workbook import workbook

    refuse(Path(output), ".xlsx")
    portfolio = read_portfolio(paths, today=today, settings=settings, jobs=jobs, passwords=passwords)
    return write_portfolio(portfolio, workbook, Path(output), lang)
