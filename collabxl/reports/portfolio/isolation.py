"""A report about many projects that is made whatever goes wrong with one of them: that one is told aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from collabxl.reports.portfolio.numbers import Portfolio, SkippedFile
from collabxl.workers.isolation import isolate_failures


def isolate_projects(portfolio: Portfolio, made: Callable[[Portfolio], bytes]) -> tuple[bytes, Portfolio]:
    """Return a report and the portfolio that it tells of: without the projects with which we go wrong, told aside."""
    places = range(len(portfolio.projects))
    content, faults = isolate_failures(places, lambda some: made(_of(portfolio, some)))
    if not faults:
        return content, portfolio
    lost = tuple(SkippedFile(portfolio.projects[at].path, fault) for at, fault in faults.items())
    left = _of(portfolio, [at for at in places if at not in faults])
    told = replace(left, skipped_files=(*portfolio.skipped_files, *lost))
    return made(told), told


def _of(portfolio: Portfolio, some: Sequence[int]) -> Portfolio:
    """Return a portfolio of some of its projects, and of what waits in them."""
    if len(some) == len(portfolio.projects):
        return portfolio
    place = {at: new for new, at in enumerate(some)}
    links = (
        link._replace(at=place[link.at], before_at=None if link.before_at is None else place.get(link.before_at))
        for link in portfolio.links
        if link.at in place
    )
    return replace(portfolio, projects=tuple(portfolio.projects[at] for at in some), links=tuple(links))
