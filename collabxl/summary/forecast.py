"""What only a sync can find: when the project will be finished, which chain of tasks decides it, what comes next."""

from __future__ import annotations

from collabxl.schema.serials import from_serial
from collabxl.summary.dashboard import RIGHT, ROWS, Dashboard, TableHead
from collabxl.summary.findings import cut, width
from collabxl.summary.outlook import MilestoneForecast, Outlook
from collabxl.text import Lang, t

MOST_MILESTONES = 3
_LETTERS, _LINES = 52, 2
"""How many letters fit on a line of the chain, a Chinese one being two, and how many lines it has."""
_ENDS = 3
"""So many tasks are shown at either end of a chain that is too long."""
_ARROW = " → "


def write_forecast(paper: Dashboard) -> None:
    """Write the block of the forecast, dated."""
    row, (first, last), told = ROWS["lists"], RIGHT, paper.view.outlook
    title = t("◆ 关键路径与预测　同步于 {day}", "◆ Critical path, forecast　synced {day}")
    paper.section(row, RIGHT, paper.say(title, day=paper.view.sync_day))
    heads = [
        TableHead(t("预测完成日", "Forecast"), 2),
        TableHead(t("计划结束", "Planned end"), 2),
        TableHead(t("相差", "Difference"), 3),
    ]
    paper.heads(row + 1, first, heads)
    finish = from_serial(told.finish).isoformat() if told.finish is not None else "—"
    paper.put(row + 2, first, finish, "strong", across=2)
    paper.put(row + 2, first + 2, from_serial(paper.view.span[1]).isoformat(), "body", across=2)
    words, look = difference(told, paper.lang)
    paper.put(row + 2, first + 4, words, f"strong {look}", across=3)
    paper.put(row + 3, first, _chain(paper, told), "paragraph", across=last - first + 1, down=_LINES)
    notes = _notes(paper, told)
    for number in range(MOST_MILESTONES):
        line = row + 3 + _LINES + number
        words, style = notes[number] if number < len(notes) else ("", "body")
        paper.put(line, first, words, style, across=last - first + 1)


def difference(told: Outlook, lang: Lang) -> tuple[str, str]:
    """Return how the forecast finish lies to the planned end, in words and with the style they are painted in."""
    if told.finish is None:
        return t("无法预测：没有截止日期", "no forecast without due dates").to(lang), "ink_grey"
    if told.late > 0:
        late = t("▲ 晚 {days} 个工作日", "▲ {days} working days late")
        return late.fill(lang, {"days": told.late}), "ink_error"
    if told.late < 0:
        early = t("● 早 {days} 个工作日", "● {days} working days early")
        return early.fill(lang, {"days": -told.late}), "mark_calm"
    return t("● 按期", "● on time").to(lang), "mark_calm"


def _chain(paper: Dashboard, told: Outlook) -> str:
    """Return the chain as it fits: with names, else by numbers, else only its ends; of others at least the last."""
    lead = paper.say(t("关键路径：", "Critical path: "))
    full = [" ".join(filter(None, task)) for task in told.chain]
    short = [number or name for number, name in told.chain]
    ends = [*short[:_ENDS], "…", *full[-_ENDS:]]
    beyond = told.external_drivers(paper.view.lang)
    ways = [full, [*short[:-1], *full[-1:]], short, ends if len(short) > 2 * _ENDS else short]
    texts = [lead + _ARROW.join([*others, *way]) for way in ways for others in (beyond, beyond[-1:])]
    room = _LETTERS * _LINES
    return next((text for text in texts if width(text) <= room), cut(texts[-1], room)) if told.chain else ""


def _notes(paper: Dashboard, told: Outlook) -> list[tuple[str, str]]:
    notes = []
    if told.cyclic:
        says = t("▲ {count} 个任务互相等待（循环依赖），排不了期", "▲ {count} tasks wait for each other: no forecast")
        notes.append((paper.say(says, count=told.cyclic), "small ink_error"))
    return notes + [_ahead(paper, each) for each in told.milestones[: MOST_MILESTONES - len(notes)]]


def _ahead(paper: Dashboard, milestone: MilestoneForecast) -> tuple[str, str]:
    late = milestone.due is not None and milestone.forecast > milestone.due
    says = t("，预计 {forecast}（截止 {due}）", ", forecast {forecast} (due {due})")
    due = from_serial(milestone.due) if milestone.due is not None else None
    tail = paper.say(says, forecast=from_serial(milestone.forecast), due=due)
    label = cut(milestone.label, _LETTERS - width(tail))
    return f"◆ {label}{tail}", "small ink_error" if late else "small"
