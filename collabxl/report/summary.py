"""汇总: one workbook's figures, late tasks and findings on one sheet, as a grid in the workbook's own language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from collabxl import address
from collabxl.calendar import WorkingDays
from collabxl.check import Checked
from collabxl.findings import Finding
from collabxl.grid import Box, Cell, Grid
from collabxl.report.outcome import Outcome
from collabxl.report.plain import SEVERITY
from collabxl.rules.relate import day, is_open, rows, wbs
from collabxl.rules.rule import SEVERITIES
from collabxl.schema.standard import Summary, Tasks
from collabxl.schema.words import STATUS
from collabxl.settings import Limits
from collabxl.text import Lang, Text, t

LEFT, MIDDLE, RIGHT = 2, 9, 14
"""The first column, the one between the halves, and the last."""
MOST_LATE = 10
"""Tasks listed as overdue or due soon; the tile above counts all."""
MOST_FINDINGS = 500
LETTERS_A_LINE = {"says": 40, "fix": 28}
"""How many Chinese characters fit on a line of the findings' two text columns."""

_NOT_FILLED = t("（未填）", "(not filled in)")
_TOTAL = t("合计", "Total")
_OVERDUE = t("逾期", "Overdue")
_TASKS = t("任务", "Tasks")
_DONE_SHARE = t("完成率", "Done, %")
_LEFT_OVER = t("剩余", "Left")
_NONE = t("没有", "None")


@dataclass(frozen=True)
class View:
    """What one summary is made from."""

    outcome: Outcome
    tasks: pd.DataFrame
    """The workbook's tasks with where they stand, ``late`` and ``left`` in working days beside."""
    high_risks: int
    limits: Limits
    today: dt.date
    lang: Lang


def views(checked: Checked, outcomes: dict[int, Outcome], today: dt.date, limits: Limits) -> dict[int, View]:
    """Return what each workbook's summary is made from."""
    standing, days = checked.frames["standing"], checked.frames["days"]
    counted = _counted(standing, days, today)
    weighed = checked.frames["weighed"]
    high = weighed[(weighed.meant == "high") & (weighed.status.astype(object) != "closed")]
    risky = pd.Series(wbs(high)).value_counts().to_dict()
    parts: dict[Any, pd.DataFrame] = dict(iter(counted.groupby(level="wb")))
    return {
        wb: View(
            outcome,
            parts.get(wb, counted[:0]),
            int(risky.get(wb, 0)),
            limits,
            today,
            outcome.reading.lang if outcome.reading else "zh",
        )
        for wb, outcome in outcomes.items()
    }


def _counted(standing: pd.DataFrame, days: WorkingDays, today: dt.date) -> pd.DataFrame:
    due, now = standing.due.to_numpy(), day(today, standing)
    opened = is_open(standing.status)
    return standing.assign(
        open=opened,
        overdue=opened & (standing.due < pd.Timestamp(today)),
        late=days.between(wbs(standing), due, now),
        left=np.where(standing.due.isna(), -1, days.between(wbs(standing), now, due)),
    )


def summary(view: View) -> Grid:
    """Return the summary of one workbook; the same workbook and day give the same grid."""
    grid = Grid(Summary.meta.title.to(view.lang))
    grid.widths = {
        1: 1.5,
        2: 11,
        3: 16,
        **dict.fromkeys(range(4, 9), 9.5),
        9: 12,
        10: 14,
        **dict.fromkeys(range(11, 15), 10.5),
        15: 1.5,
    }
    _band(grid, view)
    _tiles(grid, view)
    row = max(_departments(grid, view, 8), _statuses(grid, view, 8)) + 1
    row = max(_overdue(grid, view, row), _due_soon(grid, view, row)) + 1
    _findings(grid, view, row)
    return grid


def _band(grid: Grid, view: View) -> None:
    lang, outcome = view.lang, view.outcome
    name = outcome.project or outcome.path
    grid.put(1, LEFT, Cell(f"{name}  {Summary.meta.title.to(lang)}", "title"), across=RIGHT - LEFT + 1)
    worst = next((severity for severity in SEVERITIES[:2] if outcome.counts[severity]), None)
    state = t("● 正常", "● On track") if worst is None else t("▲ 需要关注", "▲ Needs attention")
    grid.put(2, LEFT, Cell(state.to(lang), "subtitle"), across=7)
    dated = t("统计日 {today}", "As of {today}").fill(lang, {"today": view.today})
    grid.put(2, MIDDLE, Cell(dated, "subtitle_right"), across=RIGHT - MIDDLE + 1)
    grid.heights |= {1: 32, 2: 20, 3: 8}


class _Tile(NamedTuple):
    label: Text
    value: float
    note: Text
    style: str = "tile_value"


def _tiles(grid: Grid, view: View) -> None:
    for place, tile in enumerate(_figures(view)):
        column, across = LEFT + 2 * place, 2 if place < 5 else 3
        grid.put(4, column, Cell(tile.label.to(view.lang), "tile_label"), across=across)
        grid.put(5, column, Cell(tile.value, tile.style), across=across)
        grid.put(6, column, Cell(tile.note.to(view.lang), "tile_note"), across=across)
    grid.heights |= {4: 18, 5: 32, 6: 18, 7: 10}


def _figures(view: View) -> list[_Tile]:
    figures, counts, within = view.outcome.figures, view.outcome.counts, view.limits.due_soon_days
    done = figures.by_status.get("done", 0)
    share = _percent(done, figures.total - figures.by_status.get("cancelled", 0))
    longest = int(view.tasks.late[view.tasks.overdue].max()) if figures.overdue else 0
    errors, warnings = counts["error"], counts["warning"]

    def alarm(number: int) -> str:
        return "tile_alarm" if number else "tile_value"

    return [
        _Tile(t("任务总数", "Tasks"), figures.total, t(f"已完成 {done}", f"{done} done")),
        _Tile(
            t("● 平均进度", "● Mean progress"), figures.progress, t(f"完成率 {share}", f"{share} done"), "tile_share"
        ),
        _Tile(
            t("▲ 逾期", "▲ Overdue"),
            figures.overdue,
            t(f"最长 {longest} 个工作日", f"longest: {longest} working days"),
            alarm(figures.overdue),
        ),
        _Tile(
            t("△ 快到期", "△ Due soon"),
            len(_soon(view)),
            t(f"{within} 个工作日内", f"within {within} working days"),
        ),
        _Tile(t("■ 高风险", "■ High risks"), view.high_risks, t("未关闭", "not closed"), alarm(view.high_risks)),
        _Tile(
            t("※ 要改的地方", "※ To mend"),
            errors + warnings,
            t(f"错误 {errors} · 警告 {warnings}", f"{errors} errors · {warnings} warnings"),
            alarm(errors),
        ),
    ]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"


def _section(grid: Grid, view: View, row: int, left: int, right: int, title: str) -> None:
    grid.put(row, left, Cell(title, "section"), across=right - left + 1)
    grid.heights[row] = 22


class _Head(NamedTuple):
    words: Text
    style: str = "column"
    across: int = 1


def _heads(grid: Grid, view: View, row: int, left: int, heads: list[_Head]) -> None:
    for head in heads:
        grid.put(row, left, Cell(head.words.to(view.lang), head.style), across=head.across)
        left += head.across


def _departments(grid: Grid, view: View, row: int) -> int:
    lang, tasks = view.lang, view.tasks
    _section(grid, view, row, LEFT, MIDDLE - 1, t("部门进度", "By department").to(lang))
    figures = [_TASKS, STATUS.title_of("done"), STATUS.title_of("in_progress"), _OVERDUE, _DONE_SHARE]
    heads = [_Head(Tasks.department.title, across=2), *(_Head(words, "column_right") for words in figures)]
    _heads(grid, view, row + 1, LEFT, heads)
    names = tasks.department.where(tasks.department.notna(), _NOT_FILLED.to(lang))
    groups = [(str(name), tasks[names == name], "") for name in dict.fromkeys(names)]
    at = row + 2
    for name, part, look in [*groups, (_TOTAL.to(lang), tasks, "total_")]:
        alive = part[part.status.astype(object) != "cancelled"]
        done = int((part.status == "done").sum())
        counted = [len(part), done, int((part.status == "in_progress").sum()), int(part.overdue.sum())]
        grid.put(at, LEFT, Cell(name, "total" if look else "body"), across=2)
        for beside, number in enumerate(counted):
            grid.put(at, LEFT + 2 + beside, Cell(number, f"{look}number"))
        grid.put(at, LEFT + 6, Cell(done / len(alive) if len(alive) else 0, f"{look}share"))
        at += 1
    grid.bars.append(Box(row + 2, LEFT + 6, at - 1, LEFT + 6))
    return at


def _statuses(grid: Grid, view: View, row: int) -> int:
    lang, figures = view.lang, view.outcome.figures
    _section(grid, view, row, MIDDLE + 1, RIGHT, t("任务状态", "By status").to(lang))
    share = t("占比", "Share")
    heads = [_Head(Tasks.status.title, across=3), _Head(_TASKS, "column_right"), _Head(share, "column_right")]
    _heads(grid, view, row + 1, MIDDLE + 1, heads)
    counted = [(STATUS.title_of(key).to(lang), figures.by_status.get(key, 0), f"status_{key}") for key in STATUS.keys]
    rest = figures.total - sum(figures.by_status.values())
    rest_words = t("未填或状态异常", "Empty or not a status").to(lang)
    lines = [*counted, (rest_words, rest, "mark_wrong")] if rest else counted
    at = row + 2
    for word, number, look in [*lines, (_TOTAL.to(lang), figures.total, "")]:
        grid.put(at, MIDDLE + 1, Cell(word, "body" if look else "total"), across=3)
        grid.put(at, RIGHT - 1, Cell(number, "number" if look else "total_number"))
        part = number / figures.total if figures.total else 0
        grid.put(at, RIGHT, Cell(part, "share" if look else "total_share"))
        at += 1
    grid.bars.append(Box(row + 2, RIGHT, at - 2, RIGHT))
    return at


def _soon(view: View) -> pd.DataFrame:
    tasks = view.tasks
    return tasks[tasks.open & ~tasks.overdue & (tasks.left >= 0) & (tasks.left <= view.limits.due_soon_days)]


def _overdue(grid: Grid, view: View, row: int) -> int:
    found = view.tasks[view.tasks.overdue].sort_values("due", kind="stable")
    title = t("▲ 逾期任务（{count}）", "▲ Overdue tasks ({count})").fill(view.lang, {"count": len(found)})
    _section(grid, view, row, LEFT, MIDDLE - 1, title)
    return _listed(grid, view, row + 1, LEFT, found, ("late", "late", t("{count} 天", "{count} d")))


def _due_soon(grid: Grid, view: View, row: int) -> int:
    found = _soon(view).sort_values("due", kind="stable")
    title = t("△ 快到期的任务（{count}）", "△ Due soon ({count})").fill(view.lang, {"count": len(found)})
    _section(grid, view, row, MIDDLE + 1, RIGHT, title)
    return _listed(grid, view, row + 1, MIDDLE + 1, found, ("left", "soon", t("剩 {count} 天", "{count} d left")))


def _listed(grid: Grid, view: View, row: int, left: int, found: pd.DataFrame, last: tuple[str, str, Text]) -> int:
    lang = view.lang
    wide = 3 if left == LEFT else 1
    figure, look, words = last
    middle = [Tasks.owner.title, Tasks.department.title, Tasks.due.title, _OVERDUE if look == "late" else _LEFT_OVER]
    heads = [_Head(Tasks.name.title, across=wide), *(_Head(head, "column_center") for head in middle)]
    _heads(grid, view, row, left, heads)
    at = row + 1
    for number, task in zip(rows(found)[:MOST_LATE].tolist(), found[:MOST_LATE].itertuples(index=False), strict=True):
        each: Any = task
        name = each.name or each.id or _NOT_FILLED.to(lang)
        grid.put(at, left, Cell(str(name), "link", _link(view, Tasks.due.key, number)), across=wide)
        grid.put(at, left + wide, Cell(each.owner or "", "quiet"))
        grid.put(at, left + wide + 1, Cell(each.department or "", "quiet"))
        grid.put(at, left + wide + 2, Cell(each.due.date(), "day"))
        grid.put(at, left + wide + 3, Cell(words.fill(lang, {"count": getattr(each, figure)}), look))
        at += 1
    if found.empty:
        grid.put(at, left, Cell(_NONE.to(lang), "muted"), across=wide)
        at += 1
    elif len(found) > MOST_LATE:
        more = t("还有 {count} 个", "{count} more").fill(lang, {"count": len(found) - MOST_LATE})
        grid.put(at, left, Cell(more, "muted"), across=wide)
        at += 1
    return at


def _link(view: View, key: str, row: int) -> str | None:
    assert view.outcome.reading is not None
    page = next((page for page in view.outcome.reading.pages if page.key == Tasks.meta.key), None)
    place = page.places.get(key) if page else None
    return f"{address.quoted(page.title)}!{address.a1(row, place.column)}" if page and place else None


def _findings(grid: Grid, view: View, row: int) -> None:
    lang, found = view.lang, view.outcome.findings
    title = t("※ 要改的地方（{count}）", "※ To mend ({count})").fill(lang, {"count": len(found)})
    _section(grid, view, row, LEFT, RIGHT, title)
    heads = [
        _Head(t("级别", "Severity"), "column_center"),
        _Head(t("位置", "Where")),
        _Head(t("编号", "ID"), "column_center"),
        _Head(t("问题", "What is wrong"), across=6),
        _Head(t("怎么改", "What to do"), across=4),
    ]
    _heads(grid, view, row + 1, LEFT, heads)
    at = row + 2
    for finding in sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))[:MOST_FINDINGS]:
        _finding(grid, at, finding, lang)
        at += 1
    if not found:
        grid.put(at, LEFT, Cell(t("没有发现问题", "Nothing found").to(lang), "muted"), across=3)
    elif len(found) > MOST_FINDINGS:
        more = t("还有 {count} 条，用 collabxl check 查看", "{count} more: see collabxl check")
        grid.put(at, LEFT, Cell(more.fill(lang, {"count": len(found) - MOST_FINDINGS}), "muted"), across=5)


def _finding(grid: Grid, row: int, finding: Finding, lang: Lang) -> None:
    look = {"error": "late", "warning": "soon", "info": "quiet"}[finding.severity]
    grid.put(row, 2, Cell(SEVERITY[finding.severity].to(lang), look))
    place = " ".join(filter(None, [finding.title, finding.cell])) or finding.rule.code
    link = f"{address.quoted(finding.title)}!{finding.cell}" if finding.title and finding.cell else None
    grid.put(row, 3, Cell(place, "link" if link else "body", link))
    grid.put(row, 4, Cell(finding.id or "", "quiet"))
    says, fix = finding.message(lang), finding.advice(lang)
    grid.put(row, 5, Cell(f"{says}  [{finding.rule.code}]", "wrap"), across=6)
    grid.put(row, 11, Cell(fix, "wrap"), across=4)
    lines = max(_lines(says, LETTERS_A_LINE["says"]), _lines(fix, LETTERS_A_LINE["fix"]))
    grid.heights[row] = 18 if lines == 1 else 15 * lines + 3


def _lines(text: str, letters: int) -> int:
    width = sum(1 if ord(letter) > 0x2E7F else 0.5 for letter in text) + 4
    return max(1, -int(-width // letters))
