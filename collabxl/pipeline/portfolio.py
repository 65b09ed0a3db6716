"""From paths to a portfolio: workbooks are checked in chunks, and of each only its numbers are kept and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from collabxl.pipeline.batch import Chunk, check_chunks, with_warnings
from collabxl.pipeline.formula_values import summary_view
from collabxl.reports.destination import refuse_ending, refuse_workbook
from collabxl.reports.portfolio.cross_links import CrossLinks
from collabxl.reports.portfolio.isolation import isolate_projects
from collabxl.reports.portfolio.numbers import Portfolio, PortfolioProject, SkippedFile
from collabxl.reports.portfolio.project import project_of
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.run import CheckResult
from collabxl.schema.settings import Settings
from collabxl.storage.paths import Paths
from collabxl.storage.save import replace
from collabxl.summary import views
from collabxl.text import Lang


def portfolio_of(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
) -> Portfolio:
    """Return the numbers of all workbooks, each as its own 汇总 tells them; nothing is raised for a file.

    What cannot be read, and a department's copy, whose tasks its master has, is told aside.
    """
    chosen = settings or Settings()
    projects: list[PortfolioProject] = []
    aside: list[SkippedFile] = []
    crossings = CrossLinks()
    see = partial(_projects, today=today)
    for chunk in with_warnings(
        check_chunks(paths, today=today, settings=chosen, jobs=jobs, passwords=passwords, see=see)
    ):
        aside += _skipped_files(chunk)
        places = dict(zip(chunk.derived, range(len(projects), len(projects) + len(chunk.derived)), strict=True))
        projects += chunk.derived.values()
        crossings.add(chunk.checked, places)
    links = crossings.links({project.path: at for at, project in enumerate(projects)})
    return Portfolio(today, tuple(projects), tuple(links), tuple(aside), chosen.limits)


Writer = Callable[[Portfolio, Path, Lang], bytes]
"""Makes a report of a portfolio; links in it start from where it will lie."""


def refuse(output: Path, suffix: str) -> None:
    """Raise UsageError if a report on many projects cannot be called so, or would replace somebody's workbook."""
    refuse_ending(output, suffix)
    refuse_workbook(output)


def write_portfolio(portfolio: Portfolio, write: Writer, output: Path, lang: Lang) -> Portfolio:
    """Write a portfolio to a file, whole or not at all, and return what it tells of; FileError if that cannot be.

    A project with which we go wrong is told aside.
    """
    content, told = isolate_projects(portfolio, lambda some: write(some, output, lang))
    replace(output, content)
    return told


def _projects(checked: CheckResult, outcomes: dict[int, Outcome], today: dt.date) -> dict[int, PortfolioProject]:
    seen = views(checked, outcomes, today)
    return {wb: project_of(summary_view(view)) for wb, view in seen.items() if not _is_copy(view.outcome)}


def _skipped_files(chunk: Chunk) -> list[SkippedFile]:
    return [
        SkippedFile(outcome.path, outcome.error)
        for outcome in chunk.outcomes
        if outcome.error is not None or _is_copy(outcome)
    ]


def _is_copy(outcome: Outcome) -> bool:
    return outcome.reading is not None and outcome.reading.is_copy
