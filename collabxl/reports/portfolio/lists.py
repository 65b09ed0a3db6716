"""The lists of the workbook: projects, departments, people, tasks, risks, dependencies, findings, files left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from collabxl.ooxml import a1
from collabxl.reports.links import link
from collabxl.reports.list_sheet import ListCell, ListColumn, Row
from collabxl.reports.portfolio.health import LEVELS, reasons
from collabxl.reports.portfolio.numbers import Load, Portfolio, PortfolioProject, Problem
from collabxl.reports.portfolio.totals import by_department, by_person, worst_first
from collabxl.reports.portfolio.words import AS_OF, ASIDE_COPY, COLUMNS, CROSSINGS, NOBODY, PAGE, SEVERITIES, TIMINGS
from collabxl.text import Lang, Text, t
from collabxl.workbook.grid import Value

_PROJECTS = t("项目列表", "All projects")
_DEPARTMENTS = t("按部门", "By department")
_PEOPLE = t("按人员", "By person")
_TASKS = t("逾期与临期", "Overdue and soon")
_RISKS = t("高风险", "High risks")
_LINKS = t("跨项目依赖", "Cross-project")
_FINDINGS = t("要改的地方", "To mend")
_ASIDE = t("未计入的文件", "Files left out")
_LOOKS = {"error": "late", "warning": "soon", "info": "quiet", "overdue": "late", "soon": "soon"}
_CROSSING_LOOKS = {
    **dict.fromkeys(["too_late", "knotted", "no_task", "several", "cancelled"], "late"),
    "no_project": "quiet",
}


class PortfolioList(NamedTuple):
    """What one sheet lists."""

    title: Text
    columns: Sequence[ListColumn]
    rows: Sequence[Row]
    about: str


def listings(portfolio: Portfolio, report: Path, lang: Lang) -> Iterator[PortfolioList]:
    """Return all lists in their order; their links lead from ``report`` to the workbooks."""
    note = AS_OF.fill(lang, {"projects": len(portfolio.projects), "today": portfolio.today})
    made = _ListRows(portfolio, report, lang)
    yield PortfolioList(_PROJECTS, _columns(_OF_PROJECT), [made.project(each) for each in made.ranked], note)
    for title, key, loads in (
        (_DEPARTMENTS, "department", by_department(portfolio)),
        (_PEOPLE, "person", by_person(portfolio)),
    ):
        columns = _columns(f"{key} 28 body, {_OF_LOAD}")
        yield PortfolioList(title, columns, [made.load(load) for load in loads], PAGE["shared"].to(lang))
    yield PortfolioList(_TASKS, _columns(_OF_TASK), [row for each in made.ranked for row in made.tasks(each)], note)
    yield PortfolioList(_RISKS, _columns(_OF_RISK), made.risks(), note)
    yield PortfolioList(_LINKS, _columns(_OF_LINK), list(made.links()), note)
    yield PortfolioList(
        _FINDINGS, _columns(_OF_FINDING), [row for each in made.ranked for row in made.findings(each)], note
    )
    yield PortfolioList(_ASIDE, _columns(_OF_ASIDE), list(made.skipped_files()), note)


_OF_PROJECT = """
health 10 quiet, project 30 link, lead 11 body, done 8 share, planned 8 share, tasks 7 number, end 11 day,
finish 11 day, slip 12 number, overdue 9 number, soon 9 number, high 9 number, errors 7 number, warnings 7 number,
day 11 day, why 40 wrap
"""
_OF_LOAD = "projects 10 number, open 14 number, overdue 12 number, soon 16 number, longest 18 number"
_OF_TASK = """
timing 16 late, project 34 link, id 9 body, task 40 body, owner 16 body, department 16 body, due 12 day, days 8 number
"""
_OF_RISK = "score 9 number_center, project 34 link, risk 60 wrap, status 12 body, response 12 body"
_OF_LINK = """
state 24 quiet, project 34 link, task 30 body, due 12 day, waits_for 40 body, before 44 link, before_due 12 day,
before_forecast 12 day, spare 18 number
"""
_OF_FINDING = """
severity 10 quiet, project 32 body, place 20 link, id 9 body, code 9 quiet, message 60 wrap, fix 48 wrap
"""
_OF_ASIDE = "file 60 body, reason 90 wrap"


def _columns(declared: str) -> list[ListColumn]:
    """Return columns declared as key, width and style each."""
    told = (column.split() for column in declared.split(","))
    return [ListColumn(COLUMNS[key], float(width), style) for key, width, style in told]


class _ListRows:
    """The rows of each list."""

    def __init__(self, portfolio: Portfolio, report: Path, lang: Lang) -> None:
        self.portfolio, self.report, self.lang = portfolio, report, lang
        self.ranked = worst_first(portfolio)

    def _say(self, words: Text, **fields: object) -> str:
        return words.fill(self.lang, fields)

    def _link(self, project: PortfolioProject, words: str | None = None, place: str = "") -> ListCell:
        return ListCell(words or project.name, "link", link=link(project.path, self.report, place))

    def project(self, project: PortfolioProject) -> Row:
        """Return one project."""
        level = LEVELS[project.health.level]
        why = PAGE["semicolon"].to(self.lang).join(reasons(project.health, self.lang))
        return [
            ListCell(level.to(self.lang), level.style),
            self._link(project),
            project.lead,
            project.done_share / 100,
            project.planned_share / 100,
            project.total,
            project.end,
            project.finish,
            project.slip if project.finish else None,
            _highlight(project.overdue, "late"),
            _highlight(project.soon, "soon"),
            _highlight(project.risks.high, "late"),
            project.counts["error"],
            project.counts["warning"],
            project.day,
            why,
        ]

    def load(self, load: Load) -> Row:
        """Return one department or person."""
        name = load.name or NOBODY.to(self.lang)
        return [
            name,
            load.projects,
            load.open,
            _highlight(load.overdue, "late"),
            _highlight(load.soon, "soon"),
            load.longest,
        ]

    def tasks(self, project: PortfolioProject) -> Iterator[Row]:
        """Return the urgent tasks of a project."""
        for due in project.tasks:
            timing = ListCell(self._say(TIMINGS[due.timing], days=due.days), _LOOKS[due.timing])
            yield [timing, self._link(project), due.id, due.name, due.owner, due.department, due.due, due.days]

    def risks(self) -> list[Row]:
        """Return the high risks, the highest first."""
        every = [(risk, project) for project in self.ranked for risk in project.risks.top]
        answers = [PAGE[key].to(self.lang) for key in ("no", "yes")]
        return [
            [risk.score, self._link(project), risk.description, risk.status, answers[risk.has_response]]
            for risk, project in sorted(every, key=lambda pair: -pair[0].score)
        ]

    def links(self) -> Iterator[Row]:
        """Return what waits for what, the worst first."""
        order = list(CROSSINGS)
        for wait in sorted(self.portfolio.links, key=lambda wait: order.index(wait.state)):
            before: Value | ListCell = None
            if wait.before_at is not None:
                other = self.portfolio.projects[wait.before_at]
                before = self._link(other, f"{other.name}　{wait.before}")
            state = ListCell(
                CROSSINGS[wait.state].to(self.lang), _CROSSING_LOOKS.get(wait.state, "status_done centered")
            )
            mine = self._link(self.portfolio.projects[wait.at])
            days = wait.before_due, wait.before_forecast, wait.spare
            yield [state, mine, wait.task, wait.due, wait.token, before, *days]

    def findings(self, project: PortfolioProject) -> Iterator[Row]:
        """Return the findings of a project, each a link to its cell."""
        for problem in project.problems:
            severity = ListCell(SEVERITIES[problem.severity].to(self.lang), _LOOKS[problem.severity])
            said = [problem.message.to(self.lang), problem.fix.to(self.lang)]
            yield [severity, project.name, self._place(project, problem), problem.id, problem.code, *said]

    def _place(self, project: PortfolioProject, problem: Problem) -> ListCell:
        words = problem.place or PAGE["open_file"].to(self.lang)
        there = f"{a1.quote_sheet(problem.title)}!{problem.cell}" if problem.title and problem.cell else ""
        return self._link(project, words, there)

    def skipped_files(self) -> Iterator[Row]:
        """Return the files left out, each with its reason."""
        for each in self.portfolio.skipped_files:
            yield [each.path, each.error.say(self.lang) if each.error else ASIDE_COPY.to(self.lang)]


def _highlight(number: int, style: str) -> Value | ListCell:
    return ListCell(number, f"number mark_{style}") if number else number
