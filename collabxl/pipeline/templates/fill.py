"""From a scenario and its first day to the rows of a workbook, dated by the working calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from collabxl.pipeline.templates.draft import ProjectDraft, blank_progress, join_names, workdays
from collabxl.pipeline.templates.model import DAILY, SCENES, START, WEEKLY, AgendaItem, Scenario, ScenarioMeeting
from collabxl.scheduling.calendar import COUNTRY, WorkdayIndex
from collabxl.schema.kinds import Id
from collabxl.schema.sheets import Tasks
from collabxl.text import Lang, Text, t
from collabxl.workbook.content import TO_BE_NAMED, Row, period_text

FRIDAY = 4
_LEAD = t("{role}（138****0000）", "{role} (138****0000)")
_EVERYBODY = t("各部门对接人", "Contacts of all departments")
_CIRCLED = 0x2460
"""Where ①②③ … begin."""


def fill_scenario(scenario: Scenario, start: dt.date, lang: Lang) -> ProjectDraft:
    """Return the draft of a project that begins on the first working day on or after ``start``."""
    return _ScenarioFiller(scenario, workdays(COUNTRY, start), lang).draft()


def task_ids(scenario: Scenario) -> dict[str, str]:
    """Return the 编号 of every task."""
    assert isinstance(Tasks.id.kind, Id)
    return {key: Tasks.id.kind.pattern.format(number) for number, key in enumerate(scenario.tasks, 1)}


class _ScenarioFiller:
    """One scenario on its way into one workbook."""

    def __init__(self, scenario: Scenario, days: WorkdayIndex, lang: Lang) -> None:
        self._scenario = scenario
        self._days = days
        self._lang = lang
        self._ids = task_ids(scenario)
        self._begin = days.day(1)

    def draft(self) -> ProjectDraft:
        tasks = [self._task(key) for key in self._scenario.tasks]
        rows = {
            "tasks": tasks,
            "progress": blank_progress(tasks, list(self._ids.values()), self._begin),
            "minutes": list(self._minutes()),
            "risks": list(self._risks()),
            "contacts": list(self._contacts()),
        }
        return ProjectDraft(self._project(), rows, self._lang)

    def _project(self) -> Row:
        scenario = self._scenario
        others = [each.name.to(self._lang) for key, each in scenario.departments.items() if key != scenario.initiator]
        return {
            "name": self._say(scenario.title),
            "initiator": self._say(scenario.departments[scenario.initiator].name),
            "lead": _LEAD.fill(self._lang, {"role": scenario.roles[scenario.lead][0]}),
            "departments": join_names(others, self._lang),
            "goal": self._say(scenario.goal),
            "kpis": number_list([self._say(each) for each in scenario.kpis], self._lang),
            "period": period_text(self._begin, self._days.day(scenario.days)),
            "remark": self._say(scenario.remark),
            "scenario": self._say(SCENES[scenario.scene]),
        }

    def _contacts(self) -> Iterator[Row]:
        for department in self._scenario.departments.values():
            yield {
                "department": self._say(department.name),
                "person": TO_BE_NAMED.to(self._lang),
                "role": self._say(department.duty),
            }

    def _task(self, key: str) -> Row:
        task, span = self._scenario.tasks[key], self._scenario.spans[key]
        return {
            "name": self._say(task.name),
            **self._whose(task.owner),
            "deliverable": self._say(task.deliverable),
            "start": self._days.day(span.first),
            "due": self._days.day(span.last),
            "priority": task.priority,
            "after": self._task_names(task.after) or "-",
            "status": "not_started",
            "milestone": True if task.milestone else None,
            "buffer": task.buffer or None,
            "remark": self._say(task.remark) if task.remark else None,
        }

    def _risks(self) -> Iterator[Row]:
        for risk in self._scenario.risks:
            yield {
                "description": self._say(risk.description),
                "kind": risk.kind,
                "possibility": risk.possibility,
                "impact": risk.impact,
                "strategy": risk.strategy,
                "response": self._say(risk.response),
                **self._whose(risk.owner),
                "trigger": self._say(risk.trigger),
                "tasks": self._task_names(risk.tasks),
                "status": "watching",
                "identified": self._begin,
                "reviewed": self._begin,
                "approved_by": self._role(risk.approved_by) if risk.approved_by else None,
            }

    def _minutes(self) -> Iterator[Row]:
        held = sorted(meeting_days(self._scenario, self._days), key=lambda pair: pair[0])
        for number, meeting in held:
            for point in meeting.points:
                yield {
                    "date": self._days.day(number),
                    "kind": meeting.kind,
                    "topic": self._say(meeting.topic),
                    "host": self._role(meeting.host),
                    "present": self._say(meeting.present or _EVERYBODY),
                    "item": self._say(point.item),
                    "decision": self._say(point.decision) if point.decision else None,
                    **self._action(point, number),
                }

    def _action(self, point: AgendaItem, number: int) -> Row:
        if not (point.action and point.owner and point.days):
            return {}
        return {
            "action": self._say(point.action),
            **self._whose(point.owner),
            "due": self._days.day(number + point.days),
            "task": self._ids[point.task] if point.task else None,
            "status": "open",
        }

    def _whose(self, role: str) -> Row:
        return {"owner": self._role(role), "department": self._say(self._scenario.roles[role][1].name)}

    def _role(self, role: str) -> str:
        return self._say(self._scenario.roles[role][0])

    def _task_names(self, keys: tuple[str, ...]) -> str | None:
        return join_names([self._ids[key] for key in keys], self._lang)

    def _say(self, text: Text) -> str:
        return text.to(self._lang)


def meeting_days(scenario: Scenario, days: WorkdayIndex) -> Iterator[tuple[int, ScenarioMeeting]]:
    """Return every meeting with the number of its working day; a rhythm leaves out days that have a meeting anyway.

    A weekly meeting is held on Friday, or on the last working day before it in the same week.
    """
    taken = {1}
    for meeting in scenario.meetings:
        if meeting.when not in (WEEKLY, DAILY):
            number = 1 if meeting.when == START else scenario.spans[meeting.when].last
            taken.add(number)
            yield number, meeting
    every = range(2, scenario.days + 1)
    weeks = {days.day(number).isocalendar()[:2]: number for number in every if days.day(number).weekday() <= FRIDAY}
    for meeting in scenario.meetings:
        if meeting.when in (WEEKLY, DAILY):
            for number in sorted(weeks.values()) if meeting.when == WEEKLY else every:
                if number not in taken:
                    yield number, meeting


def number_list(words: list[str], lang: Lang) -> str:
    """Return several results in one line, as the form has them."""
    if lang == "zh":
        return "；".join(f"{chr(_CIRCLED + at)}{each}" for at, each in enumerate(words))
    return "; ".join(f"{at}) {each}" for at, each in enumerate(words, 1))
