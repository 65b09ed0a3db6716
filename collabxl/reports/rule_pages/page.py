"""What there is to say about a rule, as plain values in one language; text, Markdown and JSON are made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from collabxl.reports.rule_pages.example import Example, render_example
from collabxl.reports.rule_pages.live_formula import RuleFormula, formulas
from collabxl.rules.engine.catalogue import FAMILIES
from collabxl.rules.engine.rule import PHRASES, EveryColumn, Pack, PerHit, Rule, Scope, Severity
from collabxl.schema.columns import Column
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, Text, t

OPEN = "…"
"""Stands for words that every finding fills in anew."""
_DEPENDS = t("视情形而定，每条发现里都会写明", "It depends; every finding says so in full")
_FIELD = re.compile(r"\{(\w+)[^}]*\}")


@dataclass(frozen=True)
class Brief:
    """A rule in one line of a list; ``live`` says whether the workbook itself shows it in 检查."""

    code: str
    name: str
    severity: Severity
    pack: Pack
    family: str
    title: str
    fixable: bool
    live: bool


@dataclass(frozen=True)
class RuleColumn:
    """A column that a rule is about: keys as in JSON, titles as in the workbook."""

    sheet: str
    key: str
    sheet_title: str
    title: str


@dataclass(frozen=True)
class RulePage(Brief):
    """All about one rule; with ``each`` every finding says where it is, and ``at`` has some such places."""

    at: tuple[RuleColumn, ...]
    each: bool
    says: str
    why: str
    fix: str
    scope: Scope
    in_copies: bool
    args: tuple[str, ...]
    limits: dict[str, float]
    formulas: tuple[RuleFormula, ...]
    example: Example


def brief(rule: Rule, lang: Lang) -> Brief:
    """Return what a list of rules tells of one."""
    return Brief(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        pack=rule.pack,
        family=FAMILIES[rule.code[:2]].to(lang),
        title=_placeholder_text(rule.title, lang, {"column"}),
        fixable=rule.fixable,
        live=rule.formula is not None,
    )


def page(rule: Rule, lang: Lang) -> RulePage:
    """Return all there is to say about a rule."""
    return RulePage(
        **vars(brief(rule, lang)),
        at=tuple(_place(column, lang) for column in _columns(rule)),
        each=isinstance(rule.at, PerHit),
        says=_placeholder_text(rule.message, lang, PHRASES),
        why=rule.why.to(lang),
        fix=_placeholder_text(rule.fix, lang, PHRASES),
        scope=rule.scope,
        in_copies=rule.in_copies,
        args=tuple(field for field in rule.fields if field not in PHRASES),
        limits=_limits(rule),
        formulas=formulas(rule, lang),
        example=render_example(rule.example, lang),
    )


def _placeholder_text(text: Text, lang: Lang, phrases: set[str] | frozenset[str]) -> str:
    """Return a text whose facts stand as ``{field}`` and whose phrases are left open."""

    def field(match: re.Match[str]) -> str:
        return OPEN if match[1] in phrases else f"{{{match[1]}}}"

    words = _FIELD.sub(field, text.to(lang))
    return _DEPENDS.to(lang) if words.strip() == OPEN else words


def _columns(rule: Rule) -> list[Column]:
    """Return the columns that a rule is aimed at, or those that its formula is for."""
    aim = rule.formula_columns if isinstance(rule.at, PerHit) else rule.at
    if isinstance(aim, EveryColumn):
        return [column for sheet in STANDARD.data_sheets for column in sheet.meta.columns if aim.fits(column)]
    return [aim] if aim else []


def _place(column: Column, lang: Lang) -> RuleColumn:
    meta = column.sheet.meta
    return RuleColumn(meta.key, column.key, meta.title.to(lang), column.title.to(lang))


def _limits(rule: Rule) -> dict[str, float]:
    """Return the thresholds of a rule with their defaults: those whose description begins with its code."""
    fields = Limits.model_fields.items()
    return {name: field.default for name, field in fields if rule.code in (field.description or "").partition(":")[0]}
