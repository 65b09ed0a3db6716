"""《协同复盘报告》: plan against actual, what slipped and why, and room for what only people know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collabxl.reports.documents.blocks import (
    Blank,
    Block,
    Document,
    FormBlock,
    Paragraph,
    Points,
    Section,
    TableBlock,
    TableCell,
    TableColumn,
    Tiles,
    number_sections,
)
from collabxl.reports.documents.key_figures import headlines
from collabxl.reports.documents.material import Material, RiskRow, TaskRow
from collabxl.reports.documents.minutes import meetings
from collabxl.reports.documents.slipped_tasks import Slip, slipped_tasks
from collabxl.reports.documents.words import (
    EVER,
    UNKNOWN,
    ListingColumn,
    RequestedPeriod,
    as_of,
    by_due_date,
    day_text,
    distinct_names,
    document_of,
    listing,
    signature_table,
    split_list,
)
from collabxl.rules.matching.names import normalize_name
from collabxl.rules.matching.wording import is_filler
from collabxl.schema.sheets import Progress, Project, Risks, Tasks
from collabxl.text import Lang, t

_GOALS = t("目标达成", "Goals reached")
_FIGURES = t("计划与实际", "Plan against actual")
_DEPARTMENTS = t("各部门", "By department")
_MILESTONES = t("里程碑", "Milestones")
_SLIPS = t("延期及原因", "Slips and their reasons")
_RISKS = t("发生过的风险", "Risks that occurred")
_LESSONS = t("经验与改进", "What worked, what to improve")
_SIGN = t("签字", "Signatures")
_REACHED = t("达成情况（请填写）", "Reached? (to be filled in)")
_PROOF = t("依据（请填写）", "How measured (to be filled in)")
_ALL, _DONE, _IN_TIME = t("任务", "Tasks"), t("完成", "Done"), t("按期完成", "Done in time")
_LATE, _OVERDUE, _CANCELLED = t("延期完成", "Done late"), t("逾期未完", "Overdue"), t("取消", "Cancelled")
_TOTAL = t("合计", "Total")
_NOBODY = t("（未填）", "(none)")
_PLANNED, _ACTUAL, _OFF = t("计划", "Planned"), t("实际／预测", "Actual, forecast"), t("相差/天", "Days off")
_FACTS = t("可供讨论的事实：", "Facts to discuss:")
_MEETINGS = t(
    "开会 {meetings} 次，会上待办 {actions} 项，完成 {done} 项。",
    "{meetings} {meetings:meeting|meetings}, {actions} {actions:action|actions}, {done} of them done.",
)
_TIMELY = t(
    "完成的 {done} 个任务中，{timely} 个按期，{late} 个延期。",
    "Of {done} {done:task|tasks} done, {timely} {timely:was|were} on time and {late} late.",
)
_UNTOLD = t(
    "另有 {unknown} 个没有写实际完成日期，或没有截止日期。", "Of {unknown} no actual finish, or no due date, is noted."
)
_UNEXPLAINED = t("{count} 个延期没有写原因。", "Slips without a reason: {count}.")
_WORKED = t("做得好的（例如：跨部门周例会减少了信息差）", "What worked (such as: weekly meetings kept all informed)")
_FAILED = t(
    "不足及原因（例如：需求变更未走正式流程，导致返工）",
    "What did not, and why (such as: changes went around the process and caused rework)",
)
_IMPROVE = t("改进事项", "To improve")
_UNTIL = t("期限", "Until")
_LEAD, _HEAD = t("协同负责人（签字）", "Lead (signature)"), t("发起部门负责人（签字）", "Head of initiator (signature)")
_ROWS_TO_FILL = 4


@dataclass(frozen=True)
class RetroFacts:
    """What the retrospective says as far as the sheets and the ledger tell."""

    project: str
    lead: str
    initiator: str
    day: dt.date
    first: dt.date
    last: dt.date
    finish: dt.date | None
    goal: str
    kpis: tuple[str, ...]
    tasks: tuple[TaskRow, ...]
    slips: tuple[Slip, ...]
    occurred: tuple[RiskRow, ...]
    meetings: int
    actions: int
    actions_done: int


def document(made_of: Material, asked: RequestedPeriod = EVER) -> Document:
    """Return the retrospective of one workbook; it tells of the whole project, whatever is ``asked``."""
    lang, facts = made_of.lang, _facts(made_of)
    sections = [
        Section("goals", _GOALS.to(lang), tuple(_goals(facts, lang))),
        Section("figures", _FIGURES.to(lang), tuple(_figures(made_of, facts, lang))),
        Section("departments", _DEPARTMENTS.to(lang), (_departments(facts, lang),)),
        Section("milestones", _MILESTONES.to(lang), (_milestones(facts, lang),)),
        Section("slips", _SLIPS.to(lang), (_slip_table(facts, lang),)),
        Section("risks", _RISKS.to(lang), (_occurred_risks(facts, lang),)),
        Section("lessons", _LESSONS.to(lang), tuple(_lessons(facts, lang))),
        Section("signatures", _SIGN.to(lang), (signature_table((_LEAD, _HEAD), lang),)),
    ]
    about = as_of(made_of, forecasts=True)
    return document_of("retro", made_of, facts, about=about, sections=number_sections(sections, lang))


def _facts(made_of: Material) -> RetroFacts:
    numbers, says = made_of.numbers, made_of.form_text
    actions = [line for line in made_of.minutes if line.action]
    return RetroFacts(
        project=numbers.name,
        lead=numbers.lead,
        initiator=says("initiator"),
        day=made_of.day,
        first=numbers.start,
        last=numbers.end,
        finish=numbers.finish,
        goal=says("goal"),
        kpis=tuple(kpi for kpi in split_list(says("kpis")) if not is_filler(kpi)),
        tasks=made_of.tasks,
        slips=tuple(slipped_tasks(made_of)),
        occurred=tuple(risk for risk in made_of.risks if risk.status == "occurred"),
        meetings=len(meetings(made_of.minutes)),
        actions=len(actions),
        actions_done=sum(line.status == "done" for line in actions),
    )


def _goals(facts: RetroFacts, lang: Lang) -> Iterable[Block]:
    yield FormBlock(((Project.goal.title.to(lang), facts.goal), (_REACHED.to(lang), "")))
    if facts.kpis:
        yield listing(
            facts.kpis,
            lang,
            ListingColumn(Project.kpis, 2.2, str),
            ListingColumn(_REACHED, 1.6),
            ListingColumn(_PROOF, 1.6),
            height=0.9,
        )


def _figures(made_of: Material, facts: RetroFacts, lang: Lang) -> Iterable[Block]:
    yield Tiles(headlines(made_of))
    done = [task for task in facts.tasks if task.state == "done"]
    timely, late = (sum(_is_late(task) is wanted for task in done) for wanted in (False, True))
    said = {"done": len(done), "timely": timely, "late": late, "unknown": len(done) - timely - late}
    untold = [_UNTOLD.fill(lang, said)] if said["unknown"] else []
    yield Paragraph(" ".join([_TIMELY.fill(lang, said), *untold]))


def _is_late(task: TaskRow) -> bool | None:
    """Return whether a task was done after its due date, None where nobody wrote down when."""
    return None if task.finished is None or task.due is None else task.finished > task.due


def _departments(facts: RetroFacts, lang: Lang) -> Block:
    heads = (Tasks.department.title, _ALL, _DONE, _IN_TIME, _LATE, _OVERDUE, _CANCELLED)
    columns = tuple(
        TableColumn(head.to(lang), 1 if at else 2, "center" if at else "left") for at, head in enumerate(heads)
    )
    names = distinct_names(task.department for task in facts.tasks)
    parts = [
        (name, [task for task in facts.tasks if normalize_name(task.department) == normalize_name(name)])
        for name in names
    ]
    parts.append((_NOBODY.to(lang), [task for task in facts.tasks if not task.department]))
    rows = [_count_row(name, tasks) for name, tasks in parts if tasks]
    total = (TableCell(text, "machine") for text in _count_row(_TOTAL.to(lang), facts.tasks))
    return TableBlock(columns, (*rows, tuple(total)))


def _count_row(name: str, tasks: Sequence[TaskRow]) -> tuple[str, ...]:
    done = [task for task in tasks if task.state == "done"]
    numbers = [
        len(tasks),
        len(done),
        sum(_is_late(task) is False for task in done),
        sum(_is_late(task) is True for task in done),
        sum(task.state == "overdue" for task in tasks),
        sum(task.state == "cancelled" for task in tasks),
    ]
    return name, *map(str, numbers)


def _milestones(facts: RetroFacts, lang: Lang) -> Block:
    key = (task for task in facts.tasks if task.milestone and task.state != "cancelled")
    return listing(
        by_due_date(key),
        lang,
        ListingColumn(Tasks.name, 3, lambda task: task.label),
        ListingColumn(_PLANNED, 1.2, lambda task: task.due),
        ListingColumn(_ACTUAL, 1.4, lambda task: task.end),
        ListingColumn(_OFF, 1, _delay),
    )


def _delay(task: TaskRow) -> str | TableCell:
    """Return how many calendar days a task was or will be finished after its due date."""
    if task.end is None or task.due is None:
        return UNKNOWN
    days = (task.end - task.due).days
    return TableCell(f"▲ +{days}", "late") if days > 0 else f"{days:+d}" if days else "0"


def _slip_table(facts: RetroFacts, lang: Lang) -> Block:
    return listing(
        facts.slips,
        lang,
        ListingColumn(Tasks.name, 2.2, lambda slip: "\n".join(filter(None, [slip.task.label, slip.task.department]))),
        ListingColumn(Tasks.due, 1.3, _dues),
        ListingColumn(_ACTUAL, 1.3, lambda slip: slip.task.end),
        ListingColumn(_OFF, 0.9, lambda slip: _delay(slip.task)),
        ListingColumn(Progress.delay_reason, 1.7, lambda slip: slip.task.reason),
        ListingColumn(Progress.remedy, 1.7, lambda slip: slip.task.remedy),
    )


def _dues(slip: Slip) -> str:
    """Return the due dates of a task that the ledger knows, the one that holds last."""
    return " →\n".join(map(day_text, (*slip.former, slip.task.due)))


def _occurred_risks(facts: RetroFacts, lang: Lang) -> Block:
    columns = (ListingColumn(Risks.description, 2.4), ListingColumn(Risks.response, 2.4), ListingColumn(Risks.owner, 1))
    return listing(facts.occurred, lang, ListingColumn(Risks.id, 0.7), *columns)


def _lessons(facts: RetroFacts, lang: Lang) -> Iterable[Block]:
    said = {"meetings": facts.meetings, "actions": facts.actions, "done": facts.actions_done}
    points = [_MEETINGS.fill(lang, said)]
    silent = sum(not slip.task.reason for slip in facts.slips)
    points += [_UNEXPLAINED.fill(lang, {"count": silent})] if silent else []
    yield Paragraph(_FACTS.to(lang))
    yield Points(tuple(points))
    yield Blank(_WORKED.to(lang))
    yield Blank(_FAILED.to(lang))
    columns = (ListingColumn(_IMPROVE, 3), ListingColumn(Tasks.owner.title, 1), ListingColumn(_UNTIL, 1))
    yield listing(range(_ROWS_TO_FILL), lang, *columns, height=0.9)
