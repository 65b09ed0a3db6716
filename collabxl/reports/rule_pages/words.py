"""The words around a rule's facts: what text and Markdown say alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from collabxl.reports.rule_pages.example import Example, ExampleCell
from collabxl.reports.rule_pages.page import Brief, RulePage
from collabxl.rules.engine.rule import Pack, Scope, Severity
from collabxl.rules.engine.severities import SEVERITY
from collabxl.schema.settings import FILE
from collabxl.schema.sheets import Tasks, Waivers
from collabxl.text import Lang, Text, format_value, t

_LEGEND = t(
    "{count} 条规则。fix：collabxl fix 可以自动修正；live：工作簿的“{check}”列随时显示。"
    "看一条规则的说明：collabxl explain {code}",
    "{count} {count:rule|rules}. fix: collabxl fix can mend it; live: the workbook itself shows it in “{check}”. "
    "A rule's page: collabxl explain {code}",
)
HEADS = (
    t("代码", "Code"),
    t("级别", "Severity"),
    t("规则包", "Pack"),
    t("标记", "Marks"),
    t("规则", "Rule"),
    t("名称", "Name"),
)
"""Above a list of rules, in the order of ``listed``."""
_PACK: dict[Pack, Text] = {
    "basic": t("规则包 basic", "pack basic"),
    "standard": t("规则包 standard（默认）", "pack standard (the default)"),
    "strict": t("规则包 strict（默认不查）", "pack strict (not checked by default)"),
}
_OTHER: dict[Severity, Severity] = {"error": "warning", "warning": "info", "info": "warning"}
_EXAMPLE = t("例", "Example")
_AS_OF = t("例（按 {today} 检查）", "Example (checked as of {today})")
_FOUND = t("[ ] 里的是要改的", "[ ] is around what is found")
_WHERE, _EACH = t("位置", "Where"), t("每条发现各自写明", "every finding says where it is")
_SAYS, _SAID = t("说法", "What it says"), t("{says}（JSON 的 args：{args}）", "{says} (args in JSON: {args})")
_WHY, _DO = t("原因", "Why"), t("怎么改", "What to do")
_FIXING = t("自动修正", "Automatic fix")
_CAN_FIX = t("有把握的 collabxl fix 会改", "collabxl fix mends what is certain")
_NO_FIX = t("没有，要由人来定", "none: a person has to decide")
_LIMITS = t("默认阈值", "Default thresholds")
_LIMIT = t("{limits}（{file} 的 [limits] 里可改）", "{limits} (to be changed in {file}, under [limits])")
_LIVE = t("行内公式", "Live formula")
_FORMULA = t("用于 {place}；其中 {cells}", "for {place}, where {cells}")
_FORMULAS = t(
    "用于 {place} 等 {count} 列，这里是第一列的；其中 {cells}",
    "for {place} and others, {count} columns in all; that of the first is shown, where {cells}",
)
_IS = t("{cell} 是 {held}", "{cell} is {held}")
_ACCEPT = t("暂时接受", "Accept it for a while")
_WAIVE = t(
    "在“{sheet}”表加一行：{rule}填 {code}，{id}填哪一行的编号（空着就是全表），再填{reason}和{until}",
    "add a row to the sheet “{sheet}”: {rule} {code}, {id} that of the row (empty means all), {reason}, {until}",
)
_IGNORE = t("不查", "Leave it out")
_IGNORED = t(
    '{file} 里写 ignore = ["{code}"]，或加 --ignore {code}', 'ignore = ["{code}"] in {file}, or --ignore {code}'
)
_TAKE = t("要查", "Take it in")
_TAKEN = t('{file} 里写 pack = "{pack}"，或加 --pack {pack}', 'pack = "{pack}" in {file}, or --pack {pack}')
_WEIGH = t("改级别", "Change its severity")
_WEIGHED = t('{file} 的 [severity] 里写 {code} = "{other}"', '{code} = "{other}" in {file}, under [severity]')


_SCOPE: dict[Scope, Text] = {
    "row": t("逐行检查", "row by row"),
    "workbook": t("看整个工作簿", "the workbook as a whole"),
    "run": t("跨工作簿", "across workbooks"),
}
_MASTERS = t("部门副本里不查", "not in departments' copies")


class PageSection(NamedTuple):
    """One thing a page says; ``code`` stands below it letter by letter."""

    label: str
    words: str
    code: str = ""


def heading(page: RulePage) -> str:
    """Return a page's heading."""
    return f"{page.code} {page.title} ({page.name})"


def rule_kind(page: RulePage, lang: Lang) -> str:
    """Return what sort of rule a page is about."""
    words = [page.family, SEVERITY[page.severity].to(lang), _PACK[page.pack].to(lang), _SCOPE[page.scope].to(lang)]
    if not page.in_copies:
        words.append(_MASTERS.to(lang))
    return " · ".join(words)


def list_cells(rule: Brief, lang: Lang) -> tuple[str, ...]:
    """Return a rule's cells in a list."""
    marks = " ".join(mark for mark, has in (("fix", rule.fixable), ("live", rule.live)) if has)
    return rule.code, SEVERITY[rule.severity].to(lang), rule.pack, marks, rule.title, rule.name


def legend(rules: list[Brief], lang: Lang) -> str:
    """Return what a list's marks mean, and how to read on."""
    return _LEGEND.fill(lang, {"count": len(rules), "check": Tasks.check.title, "code": rules[0].code})


def about(page: RulePage, lang: Lang) -> Iterator[PageSection]:
    """Return what a rule finds, why, and what can be done about it."""
    yield _section(_WHERE, _places(page, lang), lang)
    args = {"says": page.says, "args": page.args}
    yield _section(_SAYS, _SAID.fill(lang, args) if page.args else page.says, lang)
    yield _section(_WHY, page.why, lang)
    yield _section(_DO, page.fix, lang)
    yield _section(_FIXING, (_CAN_FIX if page.fixable else _NO_FIX).to(lang), lang)
    if page.limits:
        limits = [f"{name} = {format_value(value, lang)}" for name, value in page.limits.items()]
        yield _section(_LIMITS, _LIMIT.fill(lang, {"limits": limits, "file": FILE}), lang)
    for formula in page.formulas[:1]:
        cells = [_IS.fill(lang, {"cell": cell, "held": held}) for cell, held in formula.cells.items()]
        told = {"place": formula.place, "count": len(page.formulas), "cells": cells}
        says = _FORMULAS if len(page.formulas) > 1 else _FORMULA
        yield PageSection(_LIVE.to(lang), says.fill(lang, told), formula.formula)


def choices(page: RulePage, lang: Lang) -> Iterator[PageSection]:
    """Return how to live with a rule: waive it, leave it out or take it in, weigh it otherwise."""
    told = {"file": FILE, "code": page.code, "pack": page.pack, "other": _OTHER[page.severity]}
    titles = {column.key: column.title for column in Waivers.meta.columns}
    yield _section(_ACCEPT, _WAIVE.fill(lang, {**titles, **told, "sheet": Waivers.meta.title}), lang)
    if page.pack == "strict":
        yield _section(_TAKE, _TAKEN.fill(lang, told), lang)
    yield _section(_IGNORE, _IGNORED.fill(lang, told), lang)
    yield _section(_WEIGH, _WEIGHED.fill(lang, told), lang)


def example_head(example: Example, lang: Lang) -> str:
    """Return what stands above an example."""
    return _AS_OF.fill(lang, {"today": example.today}) if example.today else _EXAMPLE.to(lang)


def notes(example: Example, lang: Lang) -> list[str]:
    """Return what is to be said below an example: of the workbook as a whole, and what signs mean."""
    return [*map(cell_text, example.notes), *example.signs, _FOUND.to(lang)]


def cell_text(cell: ExampleCell) -> str:
    """Return a cell's words, what is found in square brackets."""
    return f"[{cell.text or ' '}]" if cell.found else cell.text


def _section(label: Text, words: str, lang: Lang) -> PageSection:
    return PageSection(label.to(lang), words)


def _places(page: RulePage, lang: Lang) -> str:
    """Return the columns that a rule is about by sheet."""
    comma, between = t("、", ", ").to(lang), t("；", "; ").to(lang)
    sheets = [
        f"{title} · {comma.join(place.title for place in places)}"
        for title, places in groupby(page.at, key=lambda place: place.sheet_title)
    ]
    return between.join([*sheets, _EACH.to(lang)] if page.each else sheets)
