"""Two lists of tasks side by side: the overdue and those due soon, each task a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from collabxl.formulas import layout
from collabxl.formulas.named_ranges import AS_OF
from collabxl.ooxml import a1
from collabxl.schema.sheets import Tasks
from collabxl.summary import live_ranges
from collabxl.summary.band import due_soon_title, tasks_due_soon
from collabxl.summary.dashboard import LATE, ROWS, SOON, Dashboard, TableHead, fixed_cell, text_literal
from collabxl.summary.live_ranges import field_range
from collabxl.summary.view import SummaryTask
from collabxl.text import Text, t
from collabxl.workbook.grid import GridRange

MOST = 6
_NONE = t("（没有）", "(none)")


class _List(NamedTuple):
    title: Text | None
    """None for what is due soon, which depends on the limits."""
    more: Text
    zone: tuple[int, int]
    order: str
    """The field of the hidden sheet that orders them."""
    places: int
    """The hidden column with the position of each task shown."""
    head: Text
    mark: str
    sign: int
    """1 counts the days since the due date, -1 those until it."""


_LATE = _List(
    title=t("▲ 逾期任务", "▲ Overdue tasks"), more=t("最久 {count} 项", "the {count} longest"),
    zone=LATE, order="late.order", places=live_ranges.LATE_AT, head=t("逾期", "Late"), mark="late", sign=1,
)  # fmt: skip
_SOON = _List(
    title=None, more=t("最近 {count} 项", "the next {count}"),
    zone=SOON, order="soon.order", places=live_ranges.SOON_AT, head=t("剩余", "Left"), mark="soon", sign=-1,
)  # fmt: skip


def write_lists(paper: Dashboard) -> None:
    """Write both lists."""
    view = paper.view
    late = [task for task in view.tasks if task.state(view.day) == "overdue"]
    _write(paper, _LATE, sorted(late, key=lambda task: (task.due or 0, task.row)))
    _write(paper, _SOON, tasks_due_soon(view))


def _write(paper: Dashboard, listed: _List, tasks: Sequence[SummaryTask]) -> None:
    row, (first, last) = ROWS["lists"], listed.zone
    title, more = (
        paper.say(listed.title or due_soon_title(paper.view.limits)),
        f"　{paper.say(listed.more, count=MOST)}",
    )
    found = f"COUNT({field_range(Tasks, listed.order, paper.lang)})"
    is_more = f'IF({found}>{MOST},{text_literal(more)},"")'
    value = f"{title}（{len(tasks)}）{more if len(tasks) > MOST else ''}"
    paper.section(row, listed.zone, value, f"{text_literal(title + '（')}&{found}&{text_literal('）')}&{is_more}")
    wide = last - first - 3
    heads = [
        TableHead(Tasks.name.title, wide),
        *(TableHead(column.title) for column in (Tasks.owner, Tasks.department)),
    ]
    heads += [TableHead(t("截止", "Due"), style="column_center"), TableHead(listed.head, style="column_center")]
    paper.heads(row + 1, first, heads)
    for number in range(MOST):
        _line(paper, row + 2 + number, listed, tasks[number] if number < len(tasks) else None, number)
    days = a1.cell_address(row + 2, last)
    box = GridRange(row + 2, last, row + 1 + MOST, last)
    paper.marks(box, (f"ISNUMBER({days})", f"mark_{listed.mark}"), ("TRUE", "mark_plain"))


def _line(paper: Dashboard, row: int, listed: _List, task: SummaryTask | None, number: int) -> None:
    view, last, lang = paper.view, listed.zone[1], paper.lang
    at, known = fixed_cell(row, listed.places), field_range(Tasks, listed.order, lang)
    if view.live:
        place = task.row - layout.FIRST + 1 if task else 0
        paper.put(row, listed.places, place, formula=f"IFERROR(MATCH(SMALL({known},{number + 1}),{known},0),0)")
    _name(paper, row, listed, task, is_first=number == 0)
    texts = (("owner", task.owner if task else ""), ("department", task.department if task else ""))
    for column, (field, value) in zip((last - 3, last - 2), texts, strict=True):
        paper.put(
            row, column, value, "squeezed", formula=f'IF({at}=0,"",INDEX({field_range(Tasks, field, lang)},{at}))'
        )
    due = f"INDEX({field_range(Tasks, 'due', lang)},{at})"
    paper.put(row, last - 1, task.due if task else "", "short_day", formula=f'IF({at}=0,"",{due})')
    left = listed.sign * (view.day - (task.due or 0)) if task else ""
    between = f"{AS_OF}-{due}" if listed.sign > 0 else f"{due}-{AS_OF}"
    paper.put(row, last, left, f"days mark_{listed.mark}" if task else "days", formula=f'IF({at}=0,"",{between})')


def _name(paper: Dashboard, row: int, listed: _List, task: SummaryTask | None, *, is_first: bool) -> None:
    (first, last), lang, at = listed.zone, paper.lang, fixed_cell(row, listed.places)
    nothing = paper.say(_NONE) if is_first else ""
    name, number = f"INDEX({field_range(Tasks, 'name', lang)},{at})", f'INDEX(tasks.id,{at}+{layout.FIRST - 1})&""'
    click = live_ranges.link_formula(paper.view, Tasks.due, at, f'IF({name}="",{number},{name})')
    link = paper.view.link(Tasks.due, task.row) if task else None
    value, look = (task.label, "link") if task else (nothing, "muted_line")
    formula = f"IF({at}=0,{text_literal(nothing)},{click})"
    paper.put(row, first, value, look, formula=formula, link=link, across=last - first - 3)
