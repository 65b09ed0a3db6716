"""项目周报: what was done in a week, what runs, what is stuck, what is late, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from collabxl.reports.documents.blocks import (
    Block,
    Document,
    Paragraph,
    Picture,
    Section,
    TableCell,
    Tiles,
    number_sections,
)
from collabxl.reports.documents.charts import Trend, TrendLine
from collabxl.reports.documents.key_figures import headlines
from collabxl.reports.documents.material import Material, MinuteRow, TaskRow
from collabxl.reports.documents.slipped_tasks import Slip, slipped_tasks
from collabxl.reports.documents.words import (
    EVER,
    ListingColumn,
    ReportPeriod,
    RequestedPeriod,
    action_state,
    as_of,
    day_text,
    document_of,
    listing,
    share_text,
    state_cell,
)
from collabxl.reports.portfolio.health import LEVELS, reasons
from collabxl.reports.portfolio.numbers import HighRisk, OpenMilestone, UrgentTask
from collabxl.schema.serials import from_serial
from collabxl.schema.sheets import Minutes, Progress, Risks, Tasks
from collabxl.summary.charts import TREND_LINES, trend
from collabxl.text import Lang, format_value, t

_PERIOD = 7
"""Days that the report tells of unless it is said."""
_WEEK = t("本期 {period}", "Period {period}")
_OVERVIEW = t("总览", "Overview")
_DONE = t("本期完成", "Done in this period")
_RUNNING = t("进行中", "Running")
_STUCK = t("卡点，需要协调", "Stuck, help is wanted")
_LATE = t("逾期与预测延期", "Overdue or forecast late")
_NEXT = t("{days} 个工作日内到期", "Due in {days} working {days:day|days}")
_MILESTONES = t("前面的里程碑", "Milestones ahead")
_ACTIONS = t("未完成的会议待办", "Open actions of meetings")
_RISKS = t("未关闭的高风险", "Open high risks")
_FORECAST = t("预测", "Forecast")
_LEFT = t("还剩（天）", "Days left")
_SCORE = t("风险值", "Score")
_NO_ANSWER = t("▲ 没有应对方案", "▲ no response")
_ANSWERED = t("有", "yes")
_TREND = t(
    "累计完成趋势：到 {day}，应完成 {planned} 个，已完成 {done} 个，共 {living} 个",
    "Tasks done over time: by {day}, {planned} were to be done and {done} were, of {living}",
)
_COLON = t("：", ": ")


@dataclass(frozen=True)
class StatusFacts:
    """What the report says."""

    project: str
    lead: str
    day: dt.date
    period: ReportPeriod
    done: tuple[TaskRow, ...]
    running: tuple[TaskRow, ...]
    stuck: tuple[TaskRow, ...]
    late: tuple[Slip, ...]
    next: tuple[UrgentTask, ...]
    milestones: tuple[OpenMilestone, ...]
    actions: tuple[MinuteRow, ...]
    risks: tuple[HighRisk, ...]


def document(made_of: Material, asked: RequestedPeriod = EVER) -> Document:
    """Return the report of what is asked for, of the seven days up to that of the figures unless it is said."""
    lang = made_of.lang
    period = asked.period(made_of.day, _PERIOD)
    facts = _facts(made_of, period)
    ahead = _NEXT.fill(lang, {"days": made_of.view.limits.due_soon_days})
    sections = [
        Section("overview", _OVERVIEW.to(lang), tuple(_overview(made_of, lang))),
        Section("done", _DONE.to(lang), (_done_tasks(facts.done, lang),)),
        Section("running", _RUNNING.to(lang), (_running_tasks(facts.running, lang),)),
        Section("stuck", _STUCK.to(lang), (_blocked_tasks(facts.stuck, lang),)),
        Section("late", _LATE.to(lang), (_late_tasks(facts.late, lang),)),
        Section("next", ahead, (_upcoming_tasks(facts.next, lang),)),
        Section("milestones", _MILESTONES.to(lang), (_milestone_table(facts.milestones, lang),)),
        Section("actions", _ACTIONS.to(lang), (_action_table(facts, lang),)),
        Section("risks", _RISKS.to(lang), (_high_risk_table(facts.risks, lang),)),
    ]
    about = f"{_WEEK.fill(lang, {'period': period.to(lang)})}　{as_of(made_of, forecasts=True)}"
    return document_of("status", made_of, facts, about=about, sections=number_sections(sections, lang))


def _facts(made_of: Material, period: ReportPeriod) -> StatusFacts:
    numbers, tasks = made_of.numbers, made_of.tasks
    begun = ("in_progress", "overdue", "blocked")
    return StatusFacts(
        project=numbers.name,
        lead=numbers.lead,
        day=made_of.day,
        period=period,
        done=tuple(task for task in tasks if task.state == "done" and period.contains(task.counted)),
        running=tuple(task for task in tasks if task.state in begun and (task.begun or task.share)),
        stuck=tuple(task for task in tasks if task.is_open and task.issue),
        late=tuple(
            slip for slip in slipped_tasks(made_of) if slip.task.is_open and (slip.days or slip.task.state == "overdue")
        ),
        next=tuple(due for due in numbers.tasks if due.timing == "soon"),
        milestones=numbers.ahead,
        actions=tuple(line for line in made_of.minutes if line.action and line.status != "done"),
        risks=numbers.risks.top,
    )


def _overview(made_of: Material, lang: Lang) -> Iterable[Block]:
    health = made_of.numbers.health
    why = reasons(health, lang)
    level = LEVELS[health.level].to(lang)
    said = level + (_COLON.to(lang) + format_value(why, lang) if why else "")
    yield Tiles(headlines(made_of))
    yield Paragraph(said, "alarm" if health.level == "critical" else "body")
    points = trend(made_of.view)
    days = tuple(from_serial(point.day) for point in points)
    done = tuple(point.done if point.day <= made_of.view.day else None for point in points)
    numbers = (tuple(point.living for point in points), tuple(point.planned for point in points), done)
    lines = tuple(
        TrendLine(words.to(lang), colour, dashed, values)
        for (words, colour, dashed, _), values in zip(TREND_LINES, numbers, strict=True)
    )
    last = max((point for point in points if point.day <= made_of.view.day), default=points[0])
    told = {"day": from_serial(last.day), "planned": last.planned, "done": last.done, "living": last.living}
    yield Picture(Trend(days, lines), _TREND.fill(lang, told))


def _done_tasks(tasks: Iterable[TaskRow], lang: Lang) -> Block:
    return listing(
        tasks,
        lang,
        ListingColumn(Tasks.name, 3, lambda task: task.label),
        ListingColumn(Tasks.owner, 1.1),
        ListingColumn(Tasks.department, 1.3),
        ListingColumn(Tasks.deliverable, 2),
        ListingColumn(Progress.finished, 1.2),
    )


def _running_tasks(tasks: Iterable[TaskRow], lang: Lang) -> Block:
    return listing(
        tasks,
        lang,
        ListingColumn(Tasks.name, 2.4, lambda task: task.label),
        ListingColumn(Tasks.owner, 1),
        ListingColumn(Tasks.due, 1.25),
        ListingColumn(Progress.progress, 1.05, lambda task: share_text(task.share)),
        ListingColumn(Tasks.status, 1.5, lambda task: state_cell(task.state, lang)),
        ListingColumn(Progress.note, 2),
    )


def _blocked_tasks(tasks: Iterable[TaskRow], lang: Lang) -> Block:
    name = ListingColumn(Tasks.name, 2.2, lambda task: task.label)
    return listing(
        tasks,
        lang,
        name,
        ListingColumn(Tasks.owner, 1),
        ListingColumn(Tasks.department, 1.2),
        ListingColumn(Progress.issue, 3.4),
    )


def _late_tasks(late: Iterable[Slip], lang: Lang) -> Block:
    return listing(
        late,
        lang,
        ListingColumn(Tasks.name, 2, lambda slip: slip.task.label),
        ListingColumn(Tasks.owner, 1, lambda slip: slip.task.owner),
        ListingColumn(Tasks.due, 1.25, lambda slip: slip.task.due),
        ListingColumn(_FORECAST, 1.25, lambda slip: slip.task.end),
        ListingColumn(Tasks.status, 1.5, lambda slip: state_cell(slip.task.state, lang)),
        ListingColumn(Progress.delay_reason, 1.5, lambda slip: slip.task.reason),
        ListingColumn(Progress.remedy, 1.5, lambda slip: slip.task.remedy),
    )


def _upcoming_tasks(dues: Iterable[UrgentTask], lang: Lang) -> Block:
    name = ListingColumn(Tasks.name, 3, lambda due: due.name or due.id)
    owners = (ListingColumn(Tasks.owner, 1.1), ListingColumn(Tasks.department, 1.3))
    return listing(
        dues, lang, name, *owners, ListingColumn(Tasks.due, 1.2), ListingColumn(_LEFT, 1, lambda due: due.days)
    )


def _milestone_table(milestones: Iterable[OpenMilestone], lang: Lang) -> Block:
    name = ListingColumn(Tasks.name, 3, lambda each: each.label)
    return listing(milestones, lang, name, ListingColumn(Tasks.due, 1.2), ListingColumn(_FORECAST, 1.2, _forecast))


def _forecast(ahead: OpenMilestone) -> str | TableCell:
    late = ahead.due is not None and ahead.forecast > ahead.due
    return TableCell(f"▲ {day_text(ahead.forecast)}", "late") if late else day_text(ahead.forecast)


def _action_table(facts: StatusFacts, lang: Lang) -> Block:
    return listing(
        facts.actions,
        lang,
        ListingColumn(Minutes.action, 3),
        ListingColumn(Minutes.owner, 1.1),
        ListingColumn(Minutes.department, 1.3),
        ListingColumn(Minutes.due, 1.2),
        ListingColumn(Minutes.status, 1.2, lambda line: action_state(line, facts.day, lang)),
    )


def _high_risk_table(risks: Iterable[HighRisk], lang: Lang) -> Block:
    def answer(risk: HighRisk) -> str | TableCell:
        return _ANSWERED.to(lang) if risk.has_response else TableCell(_NO_ANSWER.to(lang), "late")

    score, response = ListingColumn(_SCORE, 0.8, lambda risk: risk.score), ListingColumn(Risks.response, 1.4, answer)
    return listing(risks, lang, ListingColumn(Risks.description, 4), score, ListingColumn(Risks.status, 1), response)
