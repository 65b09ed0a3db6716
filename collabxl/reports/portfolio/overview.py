"""The first sheet of the workbook: key figures, the worst projects, the matrix of risks, departments and people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from collabxl.reports.portfolio.health import FORMULA, LEVELS, MEASURES, reasons
from collabxl.reports.portfolio.numbers import Load, Portfolio
from collabxl.reports.portfolio.totals import by_department, by_level, by_person, matrix, worst_first
from collabxl.reports.portfolio.words import AS_OF, COLUMNS, NOBODY, PAGE, TITLE
from collabxl.summary.view import SCALE
from collabxl.text import Lang, Text, t
from collabxl.workbook.grid import Cell, Grid, GridRange, Value

OVERVIEW = t("组合概览", "Overview")
_WORST = t("最需要关注的项目", "Projects that need attention most")
_FIRST, _LAST, _TILE = 2, 25, 3
_LEFT, _RIGHT = 2, 19
_WORST_ROW, _LOAD_ROW, _FORMULA_ROW = 8, 23, 35
_MOST_PROJECTS, _MOST_LOADS = 12, 9
_ACCENTS = {"critical": "late", "watch": "soon", "sound": "done", "empty": "ink"}


class _Head(NamedTuple):
    title: Text
    across: int
    style: str
    """Of the cells below."""


_PROJECT = (
    _Head(COLUMNS["health"], 2, "quiet"),
    _Head(COLUMNS["project"], 6, "squeezed"),
    _Head(COLUMNS["done"], 1, "share_center"),
    _Head(COLUMNS["overdue"], 1, "number_center"),
    _Head(COLUMNS["why"], 6, "squeezed"),
)
_LOAD = (
    _Head(COLUMNS["projects"], 1, "number_center"),
    _Head(COLUMNS["open"], 2, "number_center"),
    _Head(COLUMNS["overdue"], 2, "number_center"),
    _Head(COLUMNS["soon"], 2, "number_center"),
)


def overview(portfolio: Portfolio, lang: Lang) -> Grid:
    """Return the overview as a grid of one landscape A4 page."""
    grid = Grid(OVERVIEW.to(lang))
    grid.widths = {1: 1.3, **dict.fromkeys(range(_FIRST, _LAST + 1), 7.2), _LAST + 1: 1.3}
    grid.heights = dict.fromkeys(range(_WORST_ROW, _FORMULA_ROW), 20)
    grid.heights |= {1: 33, 2: 20, 3: 9, 4: 20, 5: 34, 7: 9, _WORST_ROW: 22, _LOAD_ROW: 22, _FORMULA_ROW: 22}
    _band(grid, portfolio, lang)
    _tiles(grid, portfolio, lang)
    _projects(grid, portfolio, lang)
    _risks(grid, portfolio, lang)
    _loads(grid, _LEFT, COLUMNS["department"], by_department(portfolio), lang)
    _loads(grid, _LEFT + 13, COLUMNS["person"], by_person(portfolio), lang)
    _formula(grid, lang)
    grid.margins, grid.pages_tall = (0.3, 0.3, 0.3, 0.3), 1
    return grid


def _band(grid: Grid, portfolio: Portfolio, lang: Lang) -> None:
    said = AS_OF.fill(lang, {"projects": len(portfolio.projects), "today": portfolio.today})
    for row, style, text in ((1, "title", TITLE.to(lang)), (2, "subtitle", said)):
        grid.put(row, 1, Cell(None, style))
        grid.put(row, _FIRST, Cell(text, style), across=_LAST - _FIRST + 2)


def _tiles(grid: Grid, portfolio: Portfolio, lang: Lang) -> None:
    projects = portfolio.projects
    tiles = [
        (PAGE["projects_of"].fill(lang, {"level": LEVELS[level].to(lang)}), number, _ACCENTS[level])
        for level, number in by_level(portfolio).items()
    ]
    tiles += [
        (PAGE["tasks_overdue"].to(lang), sum(each.overdue for each in projects), "late"),
        (PAGE["tasks_soon"].to(lang), sum(each.soon for each in projects), "soon"),
        (PAGE["high_risks"].to(lang), sum(each.risks.high for each in projects), "risk"),
        (COLUMNS["findings"].to(lang), sum(each.counts["error"] + each.counts["warning"] for each in projects), "navy"),
    ]
    inks = {"late": " mark_alarm", "risk": " mark_alarm", "soon": " mark_warning", "done": " mark_calm"}
    for at, (label, number, accent) in enumerate(tiles):
        column = _FIRST + _TILE * at
        ink = inks.get(accent, "") if number else ""
        grid.put(4, column, Cell(label, f"tile_label accent_{accent}"), across=_TILE)
        grid.put(5, column, Cell(number, f"tile_value accent_{accent}{ink}"), across=_TILE)


def _projects(grid: Grid, portfolio: Portfolio, lang: Lang) -> None:
    _section(grid, _WORST_ROW, (_LEFT, _LEFT + 15), _WORST.to(lang))
    _heads(grid, _WORST_ROW + 1, _LEFT, _PROJECT, lang)
    for row, project in enumerate(worst_first(portfolio)[:_MOST_PROJECTS], _WORST_ROW + 2):
        level, why = LEVELS[project.health.level], PAGE["semicolon"].to(lang).join(reasons(project.health, lang))
        values: list[Value] = [level.to(lang), project.name, project.done_share / 100, project.overdue, why]
        _line(grid, row, _LEFT, _PROJECT, values)
        grid.cells[row, _LEFT] = Cell(level.to(lang), level.style)


def _risks(grid: Grid, portfolio: Portfolio, lang: Lang) -> None:
    _section(grid, _WORST_ROW, (_RIGHT, _LAST), PAGE["matrix"].to(lang))
    counted = matrix(portfolio)
    for down, likely in enumerate(reversed(SCALE), _WORST_ROW + 2):
        grid.put(down, _RIGHT, Cell(f"{PAGE['likely'].to(lang)} {likely}", "matrix_label"))
        for grave in SCALE:
            score = likely * grave
            level = "high" if score >= portfolio.high_risk else "medium" if score >= portfolio.medium_risk else "low"
            grid.put(down, _RIGHT + grave, Cell(counted[likely - 1][grave - 1], f"matrix_{level}"))
    foot = _WORST_ROW + 2 + len(SCALE)
    for grave in SCALE:
        grid.put(foot, _RIGHT + grave, Cell(f"{PAGE['grave'].to(lang)} {grave}", "matrix_label centered"))
    unscored = sum(project.risks.unscored for project in portfolio.projects)
    if unscored:
        said = PAGE["unscored"].fill(lang, {"number": unscored})
        grid.put(foot + 1, _RIGHT, Cell(said, "muted"), across=_LAST - _RIGHT + 1)


def _loads(grid: Grid, column: int, title: Text, loads: Sequence[Load], lang: Lang) -> None:
    heads = (_Head(title, 4, "squeezed"), *_LOAD)
    _section(grid, _LOAD_ROW, (column, column + 10), title.to(lang))
    _heads(grid, _LOAD_ROW + 1, column, heads, lang)
    for row, load in enumerate(loads[:_MOST_LOADS], _LOAD_ROW + 2):
        values: list[Value] = [load.name or NOBODY.to(lang), load.projects, load.open, load.overdue, load.soon]
        _line(grid, row, column, heads, values)


def _formula(grid: Grid, lang: Lang) -> None:
    _section(grid, _FORMULA_ROW, (_FIRST, _LAST), PAGE["tab_health"].to(lang))
    lines = [FORMULA.to(lang)]
    for measure in MEASURES:
        limits = [f"{COLUMNS['watch'].to(lang)} {measure.watch}"]
        limits += [f"{COLUMNS['critical'].to(lang)} {measure.critical}"] if measure.critical is not None else []
        lines.append(f"{measure.title.to(lang)}{PAGE['colon'].to(lang)}{'　'.join(limits)}")
    for row, line in enumerate(lines, _FORMULA_ROW + 1):
        grid.put(row, _FIRST, Cell(line, "muted"), across=_LAST - _FIRST + 1)
    grid.print_areas = [GridRange(1, 1, _FORMULA_ROW + len(lines), _LAST + 1)]


def _section(grid: Grid, row: int, zone: tuple[int, int], title: str) -> None:
    grid.put(row, zone[0], Cell(title, "section"), across=zone[1] - zone[0] + 1)


def _heads(grid: Grid, row: int, column: int, heads: Sequence[_Head], lang: Lang) -> None:
    for head in heads:
        style = "column" if head.style == "squeezed" else "column_center"
        grid.put(row, column, Cell(head.title.to(lang), style), across=head.across)
        column += head.across


def _line(grid: Grid, row: int, column: int, heads: Sequence[_Head], values: Sequence[Value]) -> None:
    """Put values below their heads; numbers of the overdue stand out."""
    for head, value in zip(heads, values, strict=True):
        late = " mark_late" if head.title is COLUMNS["overdue"] and value else ""
        grid.put(row, column, Cell(value, head.style + late), across=head.across)
        column += head.across
