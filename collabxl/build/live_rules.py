"""The rules' own formulas as one live check a row; column letters and named ranges exist only here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from collabxl.build import layout
from collabxl.build.lists import AS_OF, name_of
from collabxl.errors import SchemaError
from collabxl.findings import Finding
from collabxl.rules import RULES
from collabxl.rules.rule import Every, Own, Rule
from collabxl.schema.column import Column, Meta, Sheet
from collabxl.schema.kinds import PERCENT_FROM, Choice, Number
from collabxl.schema.standard import STANDARD
from collabxl.settings import Limits
from collabxl.text import Lang, t

BETWEEN = "；"
LONGEST_FORMULA = 8192
LONGEST_CHECK = 250
ANY_ROW = "\0"
"""Stands for the row's number in a formula that is the same in every row."""
_FIELD = re.compile(r"\{(\w+)(?:\.(\w+)|(:all))?\}")


def live(sheet: type[Sheet]) -> Iterator[tuple[Rule, Column]]:
    """Return every rule with a formula and each column of a sheet it is for, in the order of codes and columns."""
    for rule in RULES:
        aim = rule.shown if isinstance(rule.at, Own) else rule.at
        if rule.formula is None or aim is None:
            continue
        for column in sheet.meta.columns:
            if aim.fits(column) if isinstance(aim, Every) else aim is column:
                yield rule, column


def check_formula(sheet: type[Sheet], row: int, lang: Lang) -> str:
    """Return the formula of a row's live check: the titles of all rules that find something, or nothing."""
    return _check(sheet.meta, lang).replace(ANY_ROW, str(row))


@cache
def _check(meta: Meta, lang: Lang) -> str:
    sheet = STANDARD.sheet(meta.key)
    parts = "&".join(
        f'IF({compiled(rule, column, ANY_ROW, lang)},"{BETWEEN}{_named(rule, column, lang)}","")'
        for rule, column in live(sheet)
    )
    empty = layout.empty_row(sheet, ANY_ROW)
    formula = f'=IF({empty},"",MID({parts},{len(BETWEEN) + 1},{LONGEST_CHECK}))'
    if len(formula) > LONGEST_FORMULA:
        says = t("{sheet} 的检查公式太长：{length}", "The live check of {sheet} is too long: {length}")
        raise SchemaError(says, sheet=meta.key, length=len(formula))
    return formula


def check_texts(findings: Iterable[Finding], lang: Lang) -> dict[tuple[str, int], str]:
    """Return what the live checks show, by sheet and row, computed by the rules themselves."""
    shown: dict[tuple[str, int], set[tuple[str, int, str]]] = defaultdict(set)
    for finding in findings:
        rule = shown_by(finding)
        if rule is None or finding.sheet is None or finding.row is None or finding.key is None:
            continue
        column = STANDARD.sheet(finding.sheet).meta.column(finding.key)
        shown[finding.sheet, finding.row].add((rule.code, layout.at(column), _named(rule, column, lang)))
    return {place: BETWEEN.join(words for *_, words in sorted(parts))[:LONGEST_CHECK] for place, parts in shown.items()}


def shown_by(finding: Finding) -> Rule | None:
    """Return the rule whose formula shows a finding in its row's live check, None if no formula sees it."""
    if finding.rule.formula:
        return finding.rule
    covering = (rule for rule in RULES if finding.rule.code in rule.covers)
    return next(covering, None) if isinstance(finding.value, str) else None


def compiled(rule: Rule, column: Column, row: int | str, lang: Lang) -> str:
    """Return a rule's formula for one row: its fields become addresses, names, words and numbers."""
    assert rule.formula is not None

    def place(match: re.Match[str]) -> str:
        name, part, everywhere = match.groups()
        if name == "today":
            return AS_OF
        if name in Limits.model_fields:
            return str(getattr(Limits(), name))
        if name == "outside":
            return _outside(column, layout.here(column, row))
        meant = column if name == "cell" else column.sheet.meta.column(name)
        if everywhere:
            return layout.whole(meant, lang)
        return _word(meant, part, lang) if part else layout.here(meant, row)

    return _FIELD.sub(place, rule.formula)


def _word(column: Column, part: str, lang: Lang) -> str:
    kind = column.value_kind
    assert isinstance(kind, Choice)
    return name_of(kind.words) if part == "list" else f'"{kind.words.title_of(part).to(lang)}"'


def _outside(column: Column, cell: str) -> str:
    if isinstance(column.kind, Number):
        low, high = f"{column.kind.low:g}", f"{column.kind.high:g}"
        return f"OR({cell}<{low},{cell}>{high}{f',{cell}<>INT({cell})' if column.kind.whole else ''})"
    return f"OR({cell}<0,AND({cell}>1,{cell}<{PERCENT_FROM}),{cell}>100)"


def _named(rule: Rule, column: Column, lang: Lang) -> str:
    return rule.title.fill(lang, {"column": column.title}).replace('"', '""')
