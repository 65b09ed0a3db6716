"""From the view of one workbook, which its 汇总 is made from, to its numbers in a portfolio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from collabxl.reports.portfolio.health import health
from collabxl.reports.portfolio.numbers import Ahead, Due, HighRisk, Load, Problem, Project, Risks, Timing
from collabxl.rules.engine.findings import Finding
from collabxl.rules.matching.names import plain, split
from collabxl.rules.matching.wording import called, says_nothing
from collabxl.schema.serials import day_of
from collabxl.summary import View
from collabxl.summary.band import count, soon
from collabxl.summary.findings import worst_first
from collabxl.summary.view import SCALE, Task
from collabxl.text import LANGS, Text

MOST_TASKS, MOST_PROBLEMS, MOST_RISKS = 50, 100, 20
"""Of longer lists only so many are kept; the counts beside them are of all."""


def project_of(view: View) -> Project:
    """Return the numbers of one workbook."""
    cancelled, overdue = count(view, "cancelled"), count(view, "overdue")
    living = len(view.tasks) - cancelled
    risks, outlook = _risks(view), view.outlook
    late = max(0, outlook.late) if outlook.finish is not None else 0
    measured = {"slip": late, "high_risks": risks.high, "cyclic": outlook.cyclic}
    measured["overdue"] = -(-100 * overdue // max(1, living))
    return Project(
        path=view.outcome.path,
        name=view.outcome.project or Path(view.outcome.path).stem,
        lead=called(view.lead),
        lang=view.lang,
        day=day_of(view.day),
        total=len(view.tasks),
        living=living,
        done=count(view, "done"),
        planned=sum(
            task.status != "cancelled" and task.due is not None and task.due <= view.day for task in view.tasks
        ),
        overdue=overdue,
        soon=len(soon(view)),
        start=day_of(view.span[0]),
        end=day_of(view.span[1]),
        finish=day_of(outlook.finish) if outlook.finish is not None else None,
        slip=outlook.late,
        chain=(*outlook.beyond(view.lang), *(" ".join(filter(None, task)) for task in outlook.chain)),
        ahead=tuple(
            Ahead(each.label, day_of(each.due) if each.due is not None else None, day_of(each.forecast))
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


def _risks(view: View) -> Risks:
    spots = Counter((risk.possibility, risk.impact) for risk in view.risks if risk.score)
    ranked = sorted(view.risks, key=lambda risk: (-risk.score, risk.row))
    return Risks(
        len(view.risks),
        sum(not risk.score for risk in view.risks),
        tuple(tuple(spots[possibility, impact] for impact in SCALE) for possibility in SCALE),
        sum(risk.score >= view.limits.high_risk for risk in view.risks),
        tuple(
            HighRisk(risk.description, risk.score, risk.status, risk.has_response)
            for risk in ranked[:MOST_RISKS]
            if risk.score >= view.limits.high_risk
        ),
        view.limits.medium_risk,
        view.limits.high_risk,
    )


def _loads(view: View, *, by_person: bool) -> tuple[Load, ...]:
    """Return the tasks by department, or by person, in the order their names are met."""
    loads: dict[str, Load] = {}
    for task in view.tasks:
        late = view.day - (task.due or 0) if task.state(view.day) == "overdue" else 0
        load = (int(task.is_open), int(late > 0), int(task.is_due_soon(view.day)), late)
        for name in _persons(task) if by_person else [task.department]:
            key = plain(name)
            before = loads.get(key, Load(name, projects=0))
            loads[key] = before.with_(Load(name, *load))._replace(projects=1)
    return tuple(loads.values())


def _persons(task: Task) -> Iterable[str]:
    named = (called(name) for name in split(task.owner) if not says_nothing(name))
    return {plain(name): name for name in named}.values() or [""]


def _urgent(view: View) -> Iterable[Due]:
    """Return the overdue tasks, the one longest overdue first, then those due soon."""
    late = (task for task in view.tasks if task.state(view.day) == "overdue")
    for task in [*sorted(late, key=lambda task: (task.due or 0, task.row)), *soon(view)][:MOST_TASKS]:
        assert task.due is not None
        left = task.due - view.day
        timing: Timing = "overdue" if left < 0 else "soon"
        yield Due(task.id, task.name, task.owner, task.department, day_of(task.due), timing, abs(left))


def _problem(finding: Finding) -> Problem:
    message, fix = (Text(*map(say, LANGS)) for say in (finding.message, finding.advice))
    return Problem(finding.rule.code, finding.severity, finding.title, finding.cell, finding.id, message, fix)
