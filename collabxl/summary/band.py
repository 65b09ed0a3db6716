"""The top of the dashboard: whose it is, how it stands in one word, how much of the time is over, and six tiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from collabxl.formulas.formula_fields import STATES
from collabxl.formulas.helper_sheet import CHECK
from collabxl.formulas.named_ranges import AS_OF
from collabxl.schema.serials import from_serial
from collabxl.schema.settings import Limits, limit_name
from collabxl.schema.sheets import STANDARD, Project, Risks, Tasks
from collabxl.summary import live_ranges
from collabxl.summary.dashboard import FIRST, LAST, ROWS, Dashboard, fixed_cell, text_literal
from collabxl.summary.live_ranges import field_range, form_formula, percent_formula, percent_of
from collabxl.summary.view import SummaryTask, View
from collabxl.text import Text, t
from collabxl.workbook.grid import GridRange

_GOOD, _BAD = t("● 正常", "● On track"), t("▲ 需要关注", "▲ Needs attention")
_SUMMARY = t("协同汇总", "Summary")
_NONE = t("没有", "none")
_HALF = 15
"""Where the right half of the band begins."""
_BETWEEN = "　|　"
_TILE = 4
"""How many columns a tile takes."""


def write_band(paper: Dashboard) -> None:
    """Write the two lines of the band and the strip that shows how much of the time is over."""
    view, row = paper.view, ROWS["title"]
    left, right, tail = _HALF - FIRST, LAST - _HALF + 1, f"　{paper.say(_SUMMARY)}"
    name = form_formula(Project.name, paper.lang)
    named = f'IF({name}="",{text_literal(view.name)},{name})&{text_literal(tail)}'
    paper.put(row, FIRST, view.name + tail, "title", formula=named, across=left)
    shown = _BAD if count_tasks(view, "overdue") or problem_count(view) else _GOOD
    late, wrong = (fixed_cell(ROWS["tiles"] + 1, FIRST + _TILE * number) for number in (2, 5))
    words = ",".join(text_literal(paper.say(each)) for each in (_BAD, _GOOD))
    paper.put(row, _HALF, paper.say(shown), "title title_right", formula=f"IF({late}+{wrong}>0,{words})", across=right)
    dates = paper.say(
        t("{first} — {last}", "{first} – {last}"),
        **dict(zip(("first", "last"), map(from_serial, view.span), strict=True)),
    )
    who = _BETWEEN.join(filter(None, [view.initiator, view.lead, dates]))
    told = "&".join(f'IF({said}="","",{said}&{text_literal(_BETWEEN)})' for said in _who(paper))
    paper.put(row + 1, FIRST, who, "subtitle", formula=f"{told}&{text_literal(dates)}", across=left)
    _time(paper, row + 1, right)
    for line in (row, row + 1):
        for margin in (FIRST - 1, LAST + 1):
            paper.put(line, margin, None, "title")


def _who(paper: Dashboard) -> Iterator[str]:
    return (form_formula(field, paper.lang) for field in (Project.initiator, Project.lead))


def _time(paper: Dashboard, row: int, across: int) -> None:
    view, (first, last) = paper.view, paper.view.span
    total = max(1, last - first)
    gone, left = min(max(0, view.day - first), total), max(0, last - view.day)
    start, end = (fixed_cell(*spot) for spot in (live_ranges.FIRST_DAY, live_ranges.LAST_DAY))
    for spot, name, day in ((live_ranges.FIRST_DAY, "first", first), (live_ranges.LAST_DAY, "last", last)):
        told = live_ranges.figure_cell(f"period.{name}", paper.lang)
        both = ",".join(
            f"ISNUMBER({live_ranges.figure_cell(f'period.{each}', paper.lang)})" for each in ("first", "last")
        )
        paper.put(*spot, day, "day", formula=f"IF(AND({both}),{told},{day})")
    length = f"MAX(1,{end}-{start})"
    past = f"MIN(MAX(0,{AS_OF}-{start}),{length})"
    says = t(
        "统计日 {day}　时间已过 {share}%　距结束 {left} 天", "As of {day}　{share}% of the time gone　{left} days left"
    )
    value = paper.say(says, day=from_serial(view.day), share=percent_of(gone, total), left=left)
    parts = {
        "day": f'TEXT({AS_OF},"yyyy-mm-dd")',
        "share": percent_formula(past, length),
        "left": f"MAX(0,{end}-{AS_OF})",
    }
    formula = text_literal(says.to(paper.lang))
    for field, part in parts.items():
        formula = formula.replace("{" + field + "}", f'"&{part}&"')
    paper.put(row, _HALF, value, "subtitle_right", formula=formula, across=across)
    strip, cells = ROWS["strip"], LAST - FIRST + 1
    for at in range(cells):
        over = (at + 0.5) * total <= gone * cells
        paper.put(strip, FIRST + at, None, "strip_gone" if over else "strip_left")
    half = f"(COLUMN()-{FIRST - 0.5})*{length}<={past}*{cells}"
    paper.marks(GridRange(strip, FIRST, strip, LAST), (half, "strip_gone"), ("TRUE", "strip_left"))


class _Tile(NamedTuple):
    label: Text
    value: int | float
    formula: str
    note: str
    note_formula: str
    accent: str
    alarm: str = ""
    """The style while the number is not 0; tiles without one are never alarming."""


def write_tiles(paper: Dashboard) -> None:
    """Write the six tiles."""
    row = ROWS["tiles"]
    for place, tile in enumerate(_tiles(paper)):
        column, accent = FIRST + _TILE * place, f"accent_{tile.accent}"
        look = "tile_share" if isinstance(tile.value, float) else "tile_value"
        if tile.alarm:
            look += f" {tile.alarm if tile.value else 'mark_calm'}"
        paper.put(row, column, paper.say(tile.label), f"tile_label {accent}", across=_TILE)
        paper.put(row + 1, column, tile.value, f"{look} {accent}", formula=tile.formula, across=_TILE)
        paper.put(row + 2, column, tile.note, f"tile_note {accent}", formula=tile.note_formula, across=_TILE)
        if tile.alarm:
            cell = fixed_cell(row + 1, column)
            box = GridRange(row + 1, column, row + 1, column + _TILE - 1)
            paper.marks(box, (f"{cell}>0", tile.alarm), (f"{cell}=0", "mark_calm"))


def count_tasks(view: View, state: str) -> int:
    """Return how many tasks are in one of STATES."""
    return sum(task.state(view.day) == state for task in view.tasks)


def tasks_due_soon(view: View) -> list[SummaryTask]:
    """Return the open tasks that are due soon, the first due first."""
    return sorted((task for task in view.tasks if task.is_due_soon), key=lambda task: (task.due, task.row))


def problem_count(view: View) -> int:
    """Return how much there is to mend: rows that say so, in a summary of values findings that are no mere hints."""
    counts = view.outcome.counts
    return sum(view.flagged_rows.values()) if view.live else counts["error"] + counts["warning"]


def _tiles(paper: Dashboard) -> Iterator[_Tile]:
    view = paper.view
    total, numbers = len(view.tasks), {state: count_tasks(view, state) for state in STATES}
    living = total - numbers["cancelled"]
    cell = {state: fixed_cell(live_ranges.TOP + at, live_ranges.NUMBERS) for at, state in enumerate(STATES)}
    everything = f"SUMPRODUCT(({live_ranges.state_range(paper.lang)}>0)*1)"
    alive = f"({everything}-{cell['cancelled']})"
    signs = (("●", "done"), ("◎", "in_progress"), ("○", "not_started"))
    yield _Tile(
        t("任务总数", "Tasks"),
        total,
        everything,
        "　".join(f"{sign} {numbers[state]}" for sign, state in signs),
        '&"　"&'.join(f'"{sign} "&{cell[state]}' for sign, state in signs),
        "navy",
    )
    due = sum(task.is_alive and task.due is not None and task.due <= view.day for task in view.tasks)
    days = field_range(Tasks, "due", paper.lang)
    planned = percent_formula(
        f"SUMPRODUCT({live_ranges.alive_condition(paper.lang)}*ISNUMBER({days})*({days}<={AS_OF}))", alive
    )
    says = paper.say(t("按计划应达 ", "planned by now: "))
    yield _Tile(
        t("● 完成率", "● Done"),
        percent_of(numbers["done"], living) / 100,
        f"{percent_formula(cell['done'], alive)}/100",
        f"{says}{percent_of(due, living)}%",
        f'{text_literal(says)}&{planned}&"%"',
        "done",
    )
    yield _late(paper, numbers["overdue"])
    yield _soon(paper)
    yield _high(paper)
    yield _problems(paper)


def _late(paper: Dashboard, number: int) -> _Tile:
    day, found = paper.view.day, field_range(Tasks, "late.order", paper.lang)
    longest = max((day - task.due for task in paper.view.tasks if task.due and task.state(day) == "overdue"), default=0)
    says, none = t("最长 {days} 天", "longest: {days} days"), paper.say(_NONE)
    shown = paper.formula(says, days=f"({AS_OF}-INT(MIN({found})))")
    return _Tile(
        label=t("▲ 逾期任务", "▲ Overdue"),
        value=number,
        formula=f"COUNT({found})",
        note=paper.say(says, days=longest) if number else none,
        note_formula=f"IF(COUNT({found})=0,{text_literal(none)},{shown})",
        accent="late",
        alarm="mark_alarm",
    )


def _soon(paper: Dashboard) -> _Tile:
    tasks, found = tasks_due_soon(paper.view), field_range(Tasks, "soon.order", paper.lang)
    says, none = t("最近 {month}月{day}日", "next: {month}/{day}"), paper.say(_NONE)
    first = from_serial(tasks[0].due or 0) if tasks else None
    shown = paper.formula(says, month=f"MONTH(MIN({found}))", day=f"DAY(MIN({found}))")
    return _Tile(
        label=due_soon_title(paper.view.limits),
        value=len(tasks),
        formula=f"COUNT({found})",
        note=paper.say(says, month=first.month, day=first.day) if first else none,
        note_formula=f"IF(COUNT({found})=0,{text_literal(none)},{shown})",
        accent="soon",
        alarm="mark_warning",
    )


def due_soon_title(limits: Limits) -> Text:
    """Return the words for what is due soon: within how many working days."""
    says = t("△ {days} 个工作日内到期", "△ Due in {days} working {days:day|days}")
    return says.filled(days=limits.due_soon_days)


def _high(paper: Dashboard) -> _Tile:
    view, limit, weights = paper.view, paper.view.limits.high_risk, field_range(Risks, "weight", paper.lang)
    high = [risk for risk in view.risks if risk.score >= limit]
    without = sum(not risk.has_response for risk in high)
    says = paper.say(t("没写应对 ", "without response: "))
    condition = f"ISNUMBER({weights})*({weights}>={limit_name('high_risk')})"
    return _Tile(
        label=t("■ 高风险（未关闭）", "■ High risks (open)"),
        value=len(high),
        formula=f"SUMPRODUCT({condition})",
        note=f"{says}{without}",
        note_formula=f'{text_literal(says)}&SUMPRODUCT({condition}*({field_range(Risks, "response", paper.lang)}=""))',
        accent="risk",
        alarm="mark_alarm",
    )


def _problems(paper: Dashboard) -> _Tile:
    view = paper.view
    if not view.live:
        note = paper.say(t("错误 {error}　警告 {warning}", "{error} errors, {warning} warnings"), **view.outcome.counts)
        return _Tile(
            label=t("※ 要改的地方", "※ To mend"),
            value=problem_count(view),
            formula="",
            note=note,
            note_formula="",
            accent="ink",
            alarm="mark_alarm",
        )
    sheets = [(STANDARD.sheet(key), number) for key, number in view.flagged_rows.items()]
    cells = [f"SUMPRODUCT((LEN({field_range(sheet, CHECK, paper.lang)})>0)*1)" for sheet, _ in sheets]
    short = [paper.say(sheet.meta.title)[: 2 if paper.lang == "zh" else None] for sheet, _ in sheets]
    return _Tile(
        label=t("※ 要改的行", "※ Rows to mend"),
        value=problem_count(view),
        formula="+".join(cells),
        note="　".join(f"{word} {number}" for word, (_, number) in zip(short, sheets, strict=True)),
        note_formula='&"　"&'.join(
            f"{text_literal(word + ' ')}&{cell}" for word, cell in zip(short, cells, strict=True)
        ),
        accent="ink",
        alarm="mark_alarm",
    )
