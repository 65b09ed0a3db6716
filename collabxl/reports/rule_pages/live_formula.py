"""A rule as the workbook itself says it: its formula in the live check of the first prepared row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collabxl.formulas.helper_sheet import FIGURES, HelperColumn, HelperSheet, helper_sheet
from collabxl.formulas.named_ranges import AS_OF
from collabxl.ooxml import a1
from collabxl.rules.engine.rule import Rule
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.sheets import Project
from collabxl.text import Lang

_SEEN = re.compile(r"\$([A-Z]+)(?:\$?(\d+))?")


@dataclass(frozen=True)
class RuleFormula:
    """A rule's formula for one column; ``cells`` tells what the columns of the hidden sheet that it looks at hold."""

    sheet: str
    key: str
    place: str
    formula: str
    cells: dict[str, str]


def formulas(rule: Rule, lang: Lang) -> tuple[RuleFormula, ...]:
    """Return the formulas of a rule, one for each column it is for, as a workbook in ``lang`` has them."""
    made = helper_sheet(lang)
    return tuple(
        RuleFormula(
            part.column.sheet.meta.key,
            part.column.key,
            _title(part.column, lang),
            "=" + part.formula,
            dict(_cells(part.formula, made, lang)),
        )
        for parts in made.parts.values()
        for part in parts
        if part.rule.code == rule.code
    )


def _cells(formula: str, made: HelperSheet, lang: Lang) -> Iterator[tuple[str, str]]:
    if AS_OF in formula:
        yield AS_OF, _title(Project.status_date, lang)
    for letters, row in _SEEN.findall(formula):
        at = a1.column_number(letters) - 1
        if row == str(FIGURES):
            yield f"${letters}${row}", made.figures[at][0]
        else:
            yield f"${letters}", _column_content(made.columns[at], lang)


def _column_content(place: HelperColumn, lang: Lang) -> str:
    """Return a column of the hidden sheet by what it mirrors, or by its own name there."""
    for column in place.sheet.meta.columns:
        if column.key == place.field:
            return _title(column, lang)
    return _within(place.sheet, place.field, lang)


def _title(column: Column, lang: Lang) -> str:
    return _within(column.sheet, column.title.to(lang), lang)


def _within(sheet: type[Sheet], words: str, lang: Lang) -> str:
    return f"{sheet.meta.title.to(lang)} · {words}"
