"""A scenario as plain values in one language, and those values as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collabxl.pipeline.templates.fill import number_list, task_ids
from collabxl.pipeline.templates.model import DAILY, SCENES, START, WEEKLY, Scenario, ScenarioMeeting
from collabxl.reports.text import wrap
from collabxl.schema import vocabularies
from collabxl.schema.sheets import Contacts, Minutes, Project, Risks, Tasks
from collabxl.text import Lang, Text, t

_BRIEF = t(
    "{tasks} 个任务，{days} 个工作日，{milestones} 个里程碑",
    "{tasks} {tasks:task|tasks}, {days} working {days:day|days}, {milestones} {milestones:milestone|milestones}",
)
_SPAN = t("第 {first}–{last} 天", "day {first}–{last}")
_DAY = t("第 {first} 天", "day {first}")
_AFTER, _BUFFER = t("前置 {after}", "after {after}"), t("缓冲 {buffer} 天", "{buffer} {buffer:day|days} in reserve")
_RHYTHM = {WEEKLY: t("每周", "weekly"), DAILY: t("每天", "daily")}


def brief(scenario: Scenario, lang: Lang) -> dict[str, Any]:
    """Return what a list of templates tells of one."""
    return {
        "slug": scenario.slug,
        "title": scenario.title.to(lang),
        "scene": SCENES[scenario.scene].to(lang),
        "tasks": len(scenario.tasks),
        "days": scenario.days,
        "milestones": scenario.milestones,
    }


def full_view(scenario: Scenario, lang: Lang) -> dict[str, Any]:
    """Return all of a scenario; first and last days of tasks are counted in working days from 1."""
    return {
        **brief(scenario, lang),
        "description": scenario.description.to(lang),
        "goal": scenario.goal.to(lang),
        "kpis": [each.to(lang) for each in scenario.kpis],
        "remark": scenario.remark.to(lang),
        "lead": scenario.roles[scenario.lead][0].to(lang),
        "departments": [
            {
                "name": each.name.to(lang),
                "duty": each.duty.to(lang),
                "roles": [role.to(lang) for role in each.roles.values()],
                "initiates": key == scenario.initiator,
            }
            for key, each in scenario.departments.items()
        ],
        "tasks": list(_tasks(scenario, lang)),
        "risks": [
            {
                "description": risk.description.to(lang),
                "kind": risk.kind,
                "possibility": risk.possibility,
                "impact": risk.impact,
                "strategy": risk.strategy,
                "response": risk.response.to(lang),
                "trigger": risk.trigger.to(lang),
                "owner": scenario.roles[risk.owner][0].to(lang),
            }
            for risk in scenario.risks
        ],
        "meetings": [_meeting(scenario, each, lang) for each in scenario.meetings],
    }


def _tasks(scenario: Scenario, lang: Lang) -> Iterator[dict[str, Any]]:
    numbers = task_ids(scenario)
    for key, task in scenario.tasks.items():
        owner, department = scenario.roles[task.owner]
        yield {
            "id": numbers[key],
            "name": task.name.to(lang),
            "department": department.name.to(lang),
            "owner": owner.to(lang),
            "deliverable": task.deliverable.to(lang),
            **scenario.spans[key]._asdict(),
            "after": [numbers[each] for each in task.after],
            "priority": task.priority,
            "milestone": task.milestone,
            "buffer": task.buffer,
        }


def _meeting(scenario: Scenario, meeting: ScenarioMeeting, lang: Lang) -> dict[str, Any]:
    day = 1 if meeting.when == START else None
    return {
        "kind": meeting.kind,
        "topic": meeting.topic.to(lang),
        "rhythm": meeting.when if meeting.when in _RHYTHM else None,
        "day": scenario.spans[meeting.when].last if meeting.when in scenario.spans else day,
        "items": [point.item.to(lang) for point in meeting.points],
    }


def list_lines(briefs: list[dict[str, Any]], lang: Lang, width: int) -> Iterator[str]:
    """Return the lines that list templates, by scene."""
    scene = None
    for each in briefs:
        if each["scene"] != scene:
            scene = each["scene"]
            yield scene
        yield from wrap(f"  {each['title']} ({each['slug']}): {_BRIEF.fill(lang, each)}", width, "    ")


def lines(told: dict[str, Any], lang: Lang, width: int) -> Iterator[str]:
    """Return the lines that show one template as a whole."""
    count = {**told, "tasks": len(told["tasks"])}
    yield from wrap(f"{told['title']} ({told['slug']}) · {told['scene']} · {_BRIEF.fill(lang, count)}", width, "  ")
    yield from wrap(told["description"], width, "")
    for field, value in (
        (Project.lead, told["lead"]),
        (Project.goal, told["goal"]),
        (Project.kpis, number_list(told["kpis"], lang)),
        (Project.remark, told["remark"]),
    ):
        yield from _item(field.title, value, lang, width)
    yield from _section(
        Contacts.meta.title, (_department_line(each, lang) for each in told["departments"]), lang, width
    )
    yield from _section(Tasks.meta.title, (_task_line(each, lang) for each in told["tasks"]), lang, width)
    yield from _section(Risks.meta.title, (_risk_line(each, lang) for each in told["risks"]), lang, width)
    yield from _section(Minutes.meta.title, (_meeting_line(each, lang) for each in told["meetings"]), lang, width)


def _section(title: Text, items: Iterator[str], lang: Lang, width: int) -> Iterator[str]:
    yield ""
    yield title.to(lang)
    for item in items:
        yield from wrap(f"  {item}", width, "      ")


def _item(title: Text, value: str, lang: Lang, width: int) -> Iterator[str]:
    yield from wrap(f"{title.to(lang)}{t('：', ': ').to(lang)}{value}", width, "  ")


def _department_line(told: dict[str, Any], lang: Lang) -> str:
    first = f" ({Project.initiator.title.to(lang)})" if told["initiates"] else ""
    return f"{told['name']}{first} · {told['duty']} · {t('、', ', ').to(lang).join(told['roles'])}"


def _task_line(told: dict[str, Any], lang: Lang) -> str:
    span = (_DAY if told["first"] == told["last"] else _SPAN).fill(lang, told)
    mark = "◆ " if told["milestone"] else ""
    more = [(_AFTER, told["after"]), (_BUFFER, told["buffer"])]
    rest = "".join(f" · {text.fill(lang, told)}" for text, value in more if value)
    who = f"{told['department']} · {told['owner']}"
    return f"{told['id']} {mark}{told['name']} · {span} · {who} → {told['deliverable']}{rest}"


def _risk_line(told: dict[str, Any], lang: Lang) -> str:
    kind, strategy = vocabularies.RISK_CATEGORY.title_of(told["kind"]), vocabularies.STRATEGY.title_of(told["strategy"])
    weight = f"{told['possibility']}×{told['impact']}"
    return f"{kind.to(lang)} {weight} · {told['description']} → {strategy.to(lang)} · {told['response']}"


def _meeting_line(told: dict[str, Any], lang: Lang) -> str:
    when = _RHYTHM[told["rhythm"]].to(lang) if told["rhythm"] else _DAY.fill(lang, {"first": told["day"]})
    items = t("；", "; ").to(lang).join(told["items"])
    return f"{when} · {vocabularies.MEETING.title_of(told['kind']).to(lang)} · {told['topic']} · {items}"
