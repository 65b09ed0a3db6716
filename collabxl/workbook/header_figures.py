"""The figures above a sheet's header: how many rows, done, late, soon due, wrong – live formulas and their results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from collabxl.formulas import layout
from collabxl.formulas.formula_fields import input_reference
from collabxl.formulas.helper_sheet import helper_sheet
from collabxl.formulas.named_ranges import AS_OF
from collabxl.formulas.row_values import FormulaResults
from collabxl.formulas.sheet_values import SheetValues
from collabxl.ooxml import a1
from collabxl.schema.columns import Column, Sheet, SheetMeta
from collabxl.schema.kinds import Choice
from collabxl.schema.settings import limit_name
from collabxl.schema.sheets import STANDARD, Minutes, Progress, Risks
from collabxl.schema.vocabularies import ENDED
from collabxl.text import Lang, Text, t
from collabxl.workbook.conditions import FINE
from collabxl.workbook.formats import condition
from collabxl.workbook.paint import ensure
from collabxl.workbook.sheet_frame import FOUND, STRIP
from collabxl.workbook.text_fit import units, width
from collabxl.workbook.theme import ThemeFormats

_GAP = 3.0
_INK = (("√", "done_ink"), ("▲", "late_ink"), ("■", "late_ink"), ("△", "soon_ink"))
"""The colour of a figure by the sign it begins with."""


class HeaderCount(NamedTuple):
    """One figure: what it counts the cells of, its formula, and the words for some and for none."""

    of: Column
    formula: str
    some: Text
    none: Text


def write_figures(sheet: Any, of: type[Sheet], results: FormulaResults, styles: ThemeFormats, lang: Lang) -> None:
    """Write the figures of a sheet in the row above its hints."""
    plain = styles("strip")
    for column in range(1, len(of.meta.columns) + 1):
        sheet.write_blank(STRIP - 1, column - 1, None, plain)
    shown = figure_texts(of, results, lang)
    for (column, count), text in zip(_figure_columns(of.meta, lang), shown.values(), strict=True):
        ink = next((ink for sign, ink in _INK if text.startswith(sign)), "ink")
        formula = f'=IF({count.formula}=0,"{count.none.to(lang)}",{_text_formula(count, lang)})'
        ensure(sheet.write_formula(STRIP - 1, column - 1, formula, styles("strip", font_color=ink), text))
        cell = f"{a1.column_letters(column)}{STRIP}"
        rules = [(f'LEFT({cell},1)="{sign}"', other) for sign, other in _INK]
        for criteria, other in (*rules, ("TRUE", "ink")):
            ensure(sheet.conditional_format(cell, condition(criteria, styles.mark(font_color=other))))


def figure_texts(of: type[Sheet], results: FormulaResults, lang: Lang) -> dict[int, str]:
    """Return what the figures say, by column."""
    cells, days = SheetValues(results, of), results.limits.due_soon_days
    said = {}
    for column, count in _figure_columns(of.meta, lang):
        number = cells.count(count.formula)
        said[column] = count.some.fill(lang, {"n": number, "days": days}) if number else count.none.to(lang)
    return said


@cache
def _figure_columns(meta: SheetMeta, lang: Lang) -> tuple[tuple[int, HeaderCount], ...]:
    """Return the figures and the columns they begin in, each with room enough before the next.

    What is counted of formulas stands above them, or above what sync found if other formulas read their column: those
    name it whole, and a program that first computes all of it would come from such a figure to itself.
    """
    placed, column = [], 2 if meta.id else 1
    last = len(meta.columns)
    for count in _counts(STANDARD.sheet(meta.key), lang):
        if not count.of.is_typed:
            above = meta.column(FOUND) if _is_read(count.of, lang) else count.of
            placed.append((layout.column_number(above), count))
            continue
        placed.append((column, count))
        room = max(units(text.fill(lang, {"n": 888, "days": 88})) for text in (count.some, count.none)) + _GAP
        while room > 0 and column < last:
            room -= width(meta.columns[column - 1], lang)
            column += 1
    return tuple(placed)


def _is_read(column: Column, lang: Lang) -> bool:
    """Return whether formulas of the hidden sheet read a column, each by its name, which is that of all its cells."""
    return any(input_reference(column) in place.formula for place in helper_sheet(lang).columns)


def _counts(of: type[Sheet], lang: Lang) -> Iterator[HeaderCount]:
    yield _row_count(of)
    columns = {column.key: column for column in of.meta.columns}
    status = columns.get("status")
    if status and isinstance(status.kind, Choice) and "done" in status.kind.words.keys:
        word = status.kind.words.title_of("done").to(lang)
        done = f'COUNTIF({_cells(status)},"{word}")'
        some, none = t("● 已完成 {n}", "● {n} done"), t("○ 已完成 0", "○ 0 done")
        yield HeaderCount(status, done, some, none)
    deadline = next((column for column in of.meta.columns if column.deadline), None)
    if deadline or of is Progress:
        yield from _due_date_counts(deadline or Progress.planned, lang)
    if of is Risks:
        yield _high_risk_count(lang)
    if "check" in columns:
        yield _problem_count(columns["check"])


def _row_count(of: type[Sheet]) -> HeaderCount:
    first = next(column for column in of.meta.columns if column.required)
    some, none = t("共 {n} 项", "{n} in all"), t("共 0 项", "0 in all")
    return HeaderCount(first, f"COUNTA({_cells(first)})", some, none)


def _due_date_counts(day: Column, lang: Lang) -> Iterator[HeaderCount]:
    cells, ended = _cells(day), _open_condition(day.sheet, lang)
    late = f"SUMPRODUCT(ISNUMBER({cells})*({cells}<{AS_OF}){ended})"
    some, none = t("▲ 逾期 {n}", "▲ {n} overdue"), t("√ 没有逾期", "√ nothing overdue")
    yield HeaderCount(day, late, some, none)
    if day.sheet in (Progress, Minutes):
        return
    days = limit_name("due_soon_days")
    soon = f"SUMPRODUCT(ISNUMBER({cells})*({cells}>={AS_OF})*({cells}<=WORKDAY({AS_OF},{days})){ended})"
    some = t("△ {days} 个工作日内到期 {n}", "△ {n} due in {days} working days")
    yield HeaderCount(day, soon, some, t("√ 近日没有到期", "√ nothing due soon"))


def _open_condition(sheet: type[Sheet], lang: Lang) -> str:
    status = sheet.meta.column("status")
    assert isinstance(status.kind, Choice)
    words = [word.title.to(lang) for word in status.kind.words.words if word.key in ENDED]
    return "".join(f'*({_cells(status)}<>"{word}")' for word in words)


def _high_risk_count(lang: Lang) -> HeaderCount:
    level, status = Risks.level.value_kind, Risks.status.kind
    assert isinstance(level, Choice)
    assert isinstance(status, Choice)
    high, closed = level.words.title_of("high").to(lang), status.words.title_of("closed").to(lang)
    formula = f'SUMPRODUCT(({_cells(Risks.level)}="{high}")*({_cells(Risks.status)}<>"{closed}"))'
    return HeaderCount(
        Risks.level,
        formula,
        t("■ 高风险未关闭 {n}", "■ {n} high and open"),
        t("√ 没有未关闭的高风险", "√ no high risk open"),
    )


def _problem_count(check: Column) -> HeaderCount:
    cells = _cells(check)
    formula = f'SUMPRODUCT(({cells}<>"")*(LEFT({cells},1)<>"{FINE}"))'
    return HeaderCount(
        check,
        formula,
        t("▲ 检查发现 {n} 行有问题", "▲ {n} to mend"),
        t("√ 检查没有发现问题", "√ nothing to mend"),
    )


def _cells(column: Column) -> str:
    letters = a1.column_letters(layout.column_number(column))
    return f"${letters}${layout.FIRST}:${letters}${layout.last_row(column.sheet)}"


def _text_formula(count: HeaderCount, lang: Lang) -> str:
    parts = {"{n}": count.formula, "{days}": limit_name("due_soon_days")}
    pieces = re.split(r"(\{\w+\})", count.some.to(lang))
    return "&".join(parts.get(piece) or f'"{piece}"' for piece in pieces if piece)
