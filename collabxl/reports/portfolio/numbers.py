"""A portfolio as plain data: of every project only its numbers and the worst of its lists, for thousands of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from collabxl.errors import FileError
from collabxl.reports.portfolio.health import Health
from collabxl.rules.engine.rule import Severity
from collabxl.schema.settings import Limits
from collabxl.summary.live_ranges import percent_of
from collabxl.text import Lang, Text

Timing = Literal["overdue", "soon"]
Crossing = Literal["done", "in_time", "too_late", "cancelled", "knotted", "several", "no_task", "no_project"]


class Load(NamedTuple):
    """The tasks of one department or person in one project, or in all of them."""

    name: str
    """Empty for tasks that name nobody."""
    open: int = 0
    overdue: int = 0
    soon: int = 0
    longest: int = 0
    """Days that the task longest overdue is late."""
    projects: int = 1

    def combine(self, other: Load) -> Load:
        """Return both in one."""
        return Load(
            self.name,
            self.open + other.open,
            self.overdue + other.overdue,
            self.soon + other.soon,
            max(self.longest, other.longest),
            self.projects + other.projects,
        )


class UrgentTask(NamedTuple):
    """A task that is overdue or due soon; ``days`` is how late it is, or how many are left."""

    id: str
    name: str
    owner: str
    department: str
    due: dt.date
    timing: Timing
    days: int


class HighRisk(NamedTuple):
    """A risk that is open and high."""

    description: str
    score: int
    status: str
    has_response: bool


class OpenMilestone(NamedTuple):
    """A milestone that is not reached yet."""

    label: str
    due: dt.date | None
    forecast: dt.date


class Problem(NamedTuple):
    """A finding, said in both languages."""

    code: str
    severity: Severity
    title: str | None
    cell: str | None
    id: str | None
    message: Text
    fix: Text

    @property
    def place(self) -> str:
        """Sheet and cell, as far as there are any."""
        return " ".join(filter(None, [self.title, self.cell]))


@dataclass(frozen=True)
class RiskNumbers:
    """The open risks of a project in numbers."""

    open: int
    unscored: int
    matrix: tuple[tuple[int, ...], ...]
    """How many there are of each possibility (rows, 1 to 5) and impact (columns, 1 to 5)."""
    high: int
    top: tuple[HighRisk, ...]
    """High ones, the highest first, at most MOST_RISKS."""
    from_medium: int
    from_high: int
    """Possibility times impact from which a risk of this project is medium or high."""


@dataclass(frozen=True)
class PortfolioProject:
    """One project in numbers, as its 汇总 tells them."""

    path: str
    name: str
    lead: str
    lang: Lang
    day: dt.date
    """The day of the figures: its 数据日期, else that of the run."""
    total: int
    living: int
    """Tasks that are not cancelled."""
    done: int
    planned: int
    """Living tasks that should be done by now."""
    overdue: int
    soon: int
    start: dt.date
    end: dt.date
    finish: dt.date | None
    """The forecast finish, None where nothing can be foretold."""
    slip: int
    """Working days from the planned end to the forecast finish; negative if it will be early."""
    chain: tuple[str, ...]
    ahead: tuple[OpenMilestone, ...]
    risks: RiskNumbers
    departments: tuple[Load, ...]
    people: tuple[Load, ...]
    """A task of several people counts for each of them."""
    tasks: tuple[UrgentTask, ...]
    """The most urgent ones, at most MOST_TASKS."""
    problems: tuple[Problem, ...]
    """The worst ones, at most MOST_PROBLEMS."""
    counts: Mapping[Severity, int]
    """All findings that count."""
    health: Health

    @property
    def done_share(self) -> int:
        """Tasks done, in whole per cent of those not cancelled."""
        return percent_of(self.done, self.living)

    @property
    def planned_share(self) -> int:
        """Tasks that should be done by now, likewise."""
        return percent_of(self.planned, self.living)


class CrossLink(NamedTuple):
    """A task that waits for a task of another project; projects are told by their place in the portfolio."""

    at: int
    task: str
    due: dt.date | None
    token: str
    """What the cell says: 项目名::编号."""
    state: Crossing
    before_at: int | None = None
    before: str = ""
    before_due: dt.date | None = None
    before_forecast: dt.date | None = None
    spare: int | None = None
    """The working days that the other task may slip until a due date that hangs on it is missed."""


class SkippedFile(NamedTuple):
    """A file that is not in the portfolio, and why."""

    path: str
    error: FileError | None
    """None for a department's copy, whose tasks are those of its master."""


@dataclass(frozen=True)
class Portfolio:
    """All projects of a run in the order asked for, what they wait for in each other, and what was left out."""

    today: dt.date
    projects: tuple[PortfolioProject, ...]
    links: tuple[CrossLink, ...]
    skipped_files: tuple[SkippedFile, ...]
    limits: Limits
    """Those of the run, by which a portfolio without projects goes."""

    @property
    def high_risk(self) -> int:
        """Possibility times impact from which a risk is high, in any of the projects."""
        return min((project.risks.from_high for project in self.projects), default=self.limits.high_risk)

    @property
    def medium_risk(self) -> int:
        """Possibility times impact from which a risk is medium, in any of the projects."""
        return min((project.risks.from_medium for project in self.projects), default=self.limits.medium_risk)

    @property
    def unreadable(self) -> int:
        """How many files could not be read."""
        return sum(each.error is not None for each in self.skipped_files)
