"""项目周报: what was done in a week, what runs, what is stuck, what is late, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from collabxl.formulas.formula_fields import WEEK
from collabxl.reports.documents.blocks import Block, Cell, Document, Paragraph, Picture, Section, Tiles, numbered
from collabxl.reports.documents.charts import Line, Trend
from collabxl.reports.documents.key_figures import headlines
from collabxl.reports.documents.kinds import KINDS
from collabxl.reports.documents.material import Material, MinuteRow, TaskRow
from collabxl.reports.documents.slipped_tasks import Slip, slips
from collabxl.reports.documents.words import EVER, Asked, Period, Show, action, as_of, day, listing, share, state
from collabxl.reports.portfolio.health import LEVELS, reasons
from collabxl.reports.portfolio.numbers import Ahead, Due, HighRisk
from collabxl.schema.serials import day_of
from collabxl.schema.sheets import Minutes, Progress, Risks, Tasks
from collabxl.summary.charts import TREND_LINES, trend
from collabxl.text import Lang, speak, t

_WEEK = t("本期 {period}", "Period {period}")
_OVERVIEW = t("总览", "Overview")
_DONE = t("本期完成", "Done in this period")
_RUNNING = t("进行中", "Running")
_STUCK = t("卡点，需要协调", "Stuck, help is wanted")
_LATE = t("逾期与预测延期", "Overdue or forecast late")
_NEXT = t(f"{WEEK} 天内到期", f"Due within {WEEK} days")
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
class Status:
    """What the report says."""

    project: str
    lead: str
    day: dt.date
    period: Period
    done: tuple[TaskRow, ...]
    running: tuple[TaskRow, ...]
    stuck: tuple[TaskRow, ...]
    late: tuple[Slip, ...]
    next: tuple[Due, ...]
    milestones: tuple[Ahead, ...]
    actions: tuple[MinuteRow, ...]
    risks: tuple[HighRisk, ...]


def document(made_of: Material, asked: Asked = EVER) -> Document:
    """Return the report of what is asked for, of the seven days up to that of the figures unless it is said."""
    lang = made_of.lang
    period = asked.period(made_of.day, WEEK)
    facts = _facts(made_of, period)
    sections = [
        Section("overview", _OVERVIEW.to(lang), tuple(_overview(made_of, lang))),
        Section("done", _DONE.to(lang), (_finished(facts.done, lang),)),
        Section("running", _RUNNING.to(lang), (_going_on(facts.running, lang),)),
        Section("stuck", _STUCK.to(lang), (_in_the_way(facts.stuck, lang),)),
        Section("late", _LATE.to(lang), (_slipping(facts.late, lang),)),
        Section("next", _NEXT.to(lang), (_due(facts.next, lang),)),
        Section("milestones", _MILESTONES.to(lang), (_ahead(facts.milestones, lang),)),
        Section("actions", _ACTIONS.to(lang), (_to_do(facts, lang),)),
        Section("risks", _RISKS.to(lang), (_high(facts.risks, lang),)),
    ]
    about = f"{_WEEK.fill(lang, {'period': period.to(lang)})}　{as_of(made_of, foretells=True)}"
    title = KINDS["status"].title.to(lang)
    return Document(lang, title, facts.project, facts.day, about, numbered(sections, lang), facts)


def _facts(made_of: Material, period: Period) -> Status:
    numbers, tasks = made_of.numbers, made_of.tasks
    begun = ("in_progress", "overdue", "blocked")
    return Status(
        numbers.name,
        numbers.lead,
        made_of.day,
        period,
        tuple(task for task in tasks if task.state == "done" and period.holds(task.counted)),
        tuple(task for task in tasks if task.state in begun and (task.begun or task.share)),
        tuple(task for task in tasks if task.is_open and task.issue),
        tuple(slip for slip in slips(made_of) if slip.task.is_open and (slip.days or slip.task.state == "overdue")),
        tuple(due for due in numbers.tasks if due.timing == "soon"),
        numbers.ahead,
        tuple(line for line in made_of.minutes if line.action and line.status != "done"),
        numbers.risks.top,
    )


def _overview(made_of: Material, lang: Lang) -> Iterable[Block]:
    health = made_of.numbers.health
    why = reasons(health, lang)
    level = LEVELS[health.level].to(lang)
    said = level + (_COLON.to(lang) + speak(why, lang) if why else "")
    yield Tiles(headlines(made_of))
    yield Paragraph(said, "alarm" if health.level == "critical" else "body")
    points = trend(made_of.view)
    days = tuple(day_of(point.day) for point in points)
    done = tuple(point.done if point.day <= made_of.view.day else None for point in points)
    numbers = (tuple(point.living for point in points), tuple(point.planned for point in points), done)
    lines = tuple(
        Line(words.to(lang), colour, dashed, values)
        for (words, colour, dashed, _), values in zip(TREND_LINES, numbers, strict=True)
    )
    last = max((point for point in points if point.day <= made_of.view.day), default=points[0])
    told = {"day": day_of(last.day), "planned": last.planned, "done": last.done, "living": last.living}
    yield Picture(Trend(days, lines), _TREND.fill(lang, told))


def _finished(tasks: Iterable[TaskRow], lang: Lang) -> Block:
    return listing(
        tasks,
        lang,
        Show(Tasks.name, 3, lambda task: task.label),
        Show(Tasks.owner, 1.1),
        Show(Tasks.department, 1.3),
        Show(Tasks.deliverable, 2),
        Show(Progress.finished, 1.2),
    )


def _going_on(tasks: Iterable[TaskRow], lang: Lang) -> Block:
    return listing(
        tasks,
        lang,
        Show(Tasks.name, 2.4, lambda task: task.label),
        Show(Tasks.owner, 1),
        Show(Tasks.due, 1.25),
        Show(Progress.progress, 1.05, lambda task: share(task.share)),
        Show(Tasks.status, 1.5, lambda task: state(task.state, lang)),
        Show(Progress.note, 2),
    )


def _in_the_way(tasks: Iterable[TaskRow], lang: Lang) -> Block:
    name = Show(Tasks.name, 2.2, lambda task: task.label)
    return listing(tasks, lang, name, Show(Tasks.owner, 1), Show(Tasks.department, 1.2), Show(Progress.issue, 3.4))


def _slipping(late: Iterable[Slip], lang: Lang) -> Block:
    return listing(
        late,
        lang,
        Show(Tasks.name, 2, lambda slip: slip.task.label),
        Show(Tasks.owner, 1, lambda slip: slip.task.owner),
        Show(Tasks.due, 1.25, lambda slip: slip.task.due),
        Show(_FORECAST, 1.25, lambda slip: slip.task.end),
        Show(Tasks.status, 1.5, lambda slip: state(slip.task.state, lang)),
        Show(Progress.delay_reason, 1.5, lambda slip: slip.task.reason),
        Show(Progress.remedy, 1.5, lambda slip: slip.task.remedy),
    )


def _due(dues: Iterable[Due], lang: Lang) -> Block:
    name = Show(Tasks.name, 3, lambda due: due.name or due.id)
    owners = (Show(Tasks.owner, 1.1), Show(Tasks.department, 1.3))
    return listing(dues, lang, name, *owners, Show(Tasks.due, 1.2), Show(_LEFT, 1, lambda due: due.days))


def _ahead(milestones: Iterable[Ahead], lang: Lang) -> Block:
    name = Show(Tasks.name, 3, lambda each: each.label)
    return listing(milestones, lang, name, Show(Tasks.due, 1.2), Show(_FORECAST, 1.2, _forecast))


def _forecast(ahead: Ahead) -> str | Cell:
    late = ahead.due is not None and ahead.forecast > ahead.due
    return Cell(f"▲ {day(ahead.forecast)}", "late") if late else day(ahead.forecast)


def _to_do(facts: Status, lang: Lang) -> Block:
    return listing(
        facts.actions,
        lang,
        Show(Minutes.action, 3),
        Show(Minutes.owner, 1.1),
        Show(Minutes.department, 1.3),
        Show(Minutes.due, 1.2),
        Show(Minutes.status, 1.2, lambda line: action(line, facts.day, lang)),
    )


def _high(risks: Iterable[HighRisk], lang: Lang) -> Block:
    def answer(risk: HighRisk) -> str | Cell:
        return _ANSWERED.to(lang) if risk.has_response else Cell(_NO_ANSWER.to(lang), "late")

    score, response = Show(_SCORE, 0.8, lambda risk: risk.score), Show(Risks.response, 1.4, answer)
    return listing(risks, lang, Show(Risks.description, 4), score, Show(Risks.status, 1), response)
