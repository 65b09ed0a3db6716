"""What all projects of a portfolio come to: by department, by person, by level, in the matrix of risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from collabxl.reports.portfolio.health import LEVELS, Level
from collabxl.reports.portfolio.numbers import Load, Portfolio, PortfolioProject
from collabxl.rules.matching.names import normalize_name
from collabxl.summary.view import SCALE


def by_department(portfolio: Portfolio) -> list[Load]:
    """Return the departments of all projects, those with most overdue tasks first."""
    return _combine_loads(load for project in portfolio.projects for load in project.departments)


def by_person(portfolio: Portfolio) -> list[Load]:
    """Return the people of all projects, those with most overdue tasks first; one name is taken for one person."""
    return _combine_loads(load for project in portfolio.projects for load in project.people)


def by_level(portfolio: Portfolio) -> dict[Level, int]:
    """Return how many projects there are of each level."""
    counted = Counter(project.health.level for project in portfolio.projects)
    return {level: counted[level] for level in LEVELS}


def worst_first(portfolio: Portfolio) -> list[PortfolioProject]:
    """Return the projects, the worst first: by level, then by overdue tasks, then by slip."""
    levels = list(LEVELS)
    return sorted(
        portfolio.projects, key=lambda project: (levels.index(project.health.level), -project.overdue, -project.slip)
    )


def matrix(portfolio: Portfolio) -> list[list[int]]:
    """Return the open risks of all projects by possibility (rows) and impact (columns)."""
    every = [project.risks.matrix for project in portfolio.projects]
    return [[sum(each[row][column] for each in every) for column in range(len(SCALE))] for row in range(len(SCALE))]


def _combine_loads(loads: Iterable[Load]) -> list[Load]:
    found: dict[str, Load] = {}
    for load in loads:
        key = normalize_name(load.name)
        found[key] = found[key].combine(load) if key in found else load
    return sorted(found.values(), key=lambda load: (-load.overdue, -load.soon, -load.open, load.name))
