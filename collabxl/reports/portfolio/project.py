"""From the view of one workbook, which its 汇总 is made from, to its numbers in a portfolio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from collabxl.reports.portfolio.health import health
from collabxl.reports.portfolio.numbers import (
    HighRisk,
    Load,
    OpenMilestone,
    PortfolioProject,
    Problem,
    RiskNumbers,
    Timing,
    UrgentTask,
)
from collabxl.rules.engine.findings import Finding
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.rules.matching.wording import is_filler, person_name
from collabxl.schema.serials import from_serial
from collabxl.summary import View
from collabxl.summary.band import count_tasks, tasks_due_soon
from collabxl.summary.findings import worst_first
from collabxl.summary.view import SCALE, SummaryTask
from collabxl.text import LANGS, Text

MOST_TASKS, MOST_PROBLEMS, MOST_RISKS = 50, 100, 20
"""Of longer lists only so many are kept; the counts beside them are of all."""


def project_of(view: View) -> PortfolioProject:
    """Return the numbers of one workbook."""
    cancelled, overdue = count_tasks(view, "cancelled"), count_tasks(view, "overdue")
    living = len(view.tasks) - cancelled
    risks, outlook = _risks(view), view.outlook
    late = max(0, outlook.late) if outlook.finish is not None else 0
    measured = {"slip": late, "high_risks": risks.high, "cyclic": outlook.cyclic}
    measured["overdue"] = -(-100 * overdue // max(1, living))
    return PortfolioProject(
        path=view.outcome.path,
        name=view.outcome.project or Path(view.outcome.path).stem,
        lead=person_name(view.lead),
        lang=view.lang,
        day=from_serial(view.day),
        total=len(view.tasks),
        living=living,
        done=count_tasks(view, "done"),
        planned=sum(task.is_alive and task.due is not None and task.due <= view.day for task in view.tasks),
        overdue=overdue,
        soon=len(tasks_due_soon(view)),
        start=from_serial(view.span[0]),
        end=from_serial(view.span[1]),
        finish=from_serial(outlook.finish) if outlook.finish is not None else None,
        slip=outlook.late,
        chain=(*outlook.external_drivers(view.lang), *(" ".join(filter(None, task)) for task in outlook.chain)),
        ahead=tuple(
            OpenMilestone(
                each.label, from_serial(each.due) if each.due is not None else None, from_serial(each.forecast)
            )
            for each in outlook.milestones
        ),
        risks=risks,
        departments=_loads(view, by_person=False),
        people=_loads(view, by_person=True),
        tasks=tuple(_urgent(view)),
        problems=tuple(map(_problem, worst_first(view.outcome.problems)[:MOST_PROBLEMS])),
        counts=view.outcome.counts,
        health=health(measured, living),
    )


def _risks(view: View) -> RiskNumbers:
    spots = Counter((risk.possibility, risk.impact) for risk in view.risks if risk.score)
    ranked = sorted(view.risks, key=lambda risk: (-risk.score, risk.row))
    return RiskNumbers(
        open=len(view.risks),
        unscored=sum(not risk.score for risk in view.risks),
        matrix=tuple(tuple(spots[possibility, impact] for impact in SCALE) for possibility in SCALE),
        high=sum(risk.score >= view.limits.high_risk for risk in view.risks),
        top=tuple(
            HighRisk(risk.description, risk.score, risk.status, risk.has_response)
            for risk in ranked[:MOST_RISKS]
            if risk.score >= view.limits.high_risk
        ),
        from_medium=view.limits.medium_risk,
        from_high=view.limits.high_risk,
    )


def _loads(view: View, *, by_person: bool) -> tuple[Load, ...]:
    """Return the tasks by department, or by person, in the order their names are met."""
    loads: dict[str, Load] = {}
    for task in view.tasks:
        late = view.day - (task.due or 0) if task.state(view.day) == "overdue" else 0
        load = (int(task.is_open), int(late > 0), int(task.is_due_soon), late)
        for name in _persons(task) if by_person else [task.department]:
            key = normalize_name(name)
            before = loads.get(key, Load(name, projects=0))
            loads[key] = before.combine(Load(name, *load))._replace(projects=1)
    return tuple(loads.values())


def _persons(task: SummaryTask) -> Iterable[str]:
    named = (person_name(name) for name in split_names(task.owner) if not is_filler(name))
    return {normalize_name(name): name for name in named}.values() or [""]


def _urgent(view: View) -> Iterable[UrgentTask]:
    """Return the overdue tasks, the one longest overdue first, then those due soon."""
    late = (task for task in view.tasks if task.state(view.day) == "overdue")
    for task in [*sorted(late, key=lambda task: (task.due or 0, task.row)), *tasks_due_soon(view)][:MOST_TASKS]:
        assert task.due is not None
        left = task.due - view.day
        timing: Timing = "overdue" if left < 0 else "soon"
        yield UrgentTask(
            id=task.id,
            name=task.name,
            owner=task.owner,
            department=task.department,
            due=from_serial(task.due),
            timing=timing,
            days=abs(left),
        )


def _problem(finding: Finding) -> Problem:
    message, fix = (Text(*map(say, LANGS)) for say in (finding.message, finding.advice))
    return Problem(
        code=finding.rule.code,
        severity=finding.severity,
        title=finding.sheet_title,
        cell=finding.cell,
        id=finding.id,
        message=message,
        fix=fix,
    )
