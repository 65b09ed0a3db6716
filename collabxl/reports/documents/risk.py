"""《协同风险报告》: the open risks by weight, what is new, raised or closed since, and what is done about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from collabxl.reports.documents.blocks import (
    Block,
    Document,
    Paragraph,
    Picture,
    Section,
    TableBlock,
    TableCell,
    TableColumn,
    Tile,
    Tiles,
    number_sections,
)
from collabxl.reports.documents.charts import Trend, TrendLine
from collabxl.reports.documents.material import Material, RiskRow, score_risk
from collabxl.reports.documents.risk_changes import CLOSED, NEW, RAISED, RiskChange, open_by_month, risk_changes
from collabxl.reports.documents.words import (
    EVER,
    UNKNOWN,
    ListingColumn,
    ReportPeriod,
    RequestedPeriod,
    as_of,
    document_of,
    first_items,
    listing,
    signature_table,
    word_text,
)
from collabxl.schema.sheets import Risks
from collabxl.schema.vocabularies import RISK_CATEGORY, RISK_LEVEL, RISK_STATUS, STRATEGY
from collabxl.summary.findings import cut
from collabxl.summary.risks import GRAVE, LIKELY, level_of
from collabxl.summary.view import SCALE
from collabxl.text import Lang, format_value, t

A_MONTH = 30
"""Days."""
MOST_IN_A_CELL, SHORT = 8, 16
"""Risks that a cell of the matrix names, and letters of one without an ID."""
_OVERVIEW = t("总览", "Overview")
_MATRIX = t("风险矩阵", "Risk matrix")
_OPEN = t("未关闭的风险", "Open risks")
_CHANGES = t("本期变化", "What changed")
_TREND = t("趋势", "Trend")
_SIGN = t("签字", "Signatures")
_ALL_OPEN = t("未关闭风险", "Open risks")
_HIGH = t("■ 高风险（未关闭）", "■ High risks (open)")
_UNANSWERED = t("没写应对 {count}", "without response: {count}")
_UNSCORED = t("未评分 {count}", "not scored: {count}")
_CORNER = t("可能性＼影响", "Probability \\ impact")
_SCORE = t("风险值", "Score")
_WHAT, _WHEN = t("变化", "Change"), t("日期", "Date")
_NO_RESPONSE = t("▲ 没有应对方案", "▲ no response")
_WHO = t("责任人／部门", "Owner, department")
_NUMBERS = t("格子里是风险编号，括号里是个数。", "Cells name the risks by their IDs, with their number in brackets.")
_HOW_KNOWN = t(
    "新增按“{identified}”，关闭按账本里状态变为“{closed}”的那天，没有账本时按“{reviewed}”；升级、下降、发生只有账本知道。",
    'New by "{identified}"; closed on the day the ledger saw the status become "{closed}", without a ledger by '
    '"{reviewed}"; raised, lowered and occurred are known from the ledger only.',
)
_TREND_SAYS = t("未关闭的风险数，{first} 到 {last}：{numbers}", "Open risks from {first} to {last}: {numbers}")
_UNDATED = t(
    "未关闭的风险中有 {count} 个没有“{identified}”，不在趋势里。",
    'Open risks without a day in "{identified}", which the trend leaves out: {count}.',
)
_LEAD, _BOSS = t("协同负责人（签字）", "Lead (signature)"), t("审阅人（签字）", "Reviewed by (signature)")


@dataclass(frozen=True)
class RiskFacts:
    """What the report says."""

    project: str
    lead: str
    day: dt.date
    period: ReportPeriod
    high_risk: int
    medium_risk: int
    open: tuple[RiskRow, ...]
    """The heaviest first."""
    moves: tuple[RiskChange, ...]
    trend: tuple[tuple[dt.date, int], ...]
    """How many were open at the end of each month."""


def document(made_of: Material, asked: RequestedPeriod = EVER) -> Document:
    """Return the report of what is asked for, of the thirty days up to that of the figures unless it is said."""
    lang, limits = made_of.lang, made_of.view.limits
    period = asked.period(made_of.day, A_MONTH)
    facts = RiskFacts(
        project=made_of.numbers.name,
        lead=made_of.numbers.lead,
        day=made_of.day,
        period=period,
        high_risk=limits.high_risk,
        medium_risk=limits.medium_risk,
        open=_open_risks(made_of),
        moves=tuple(risk_changes(made_of, period)),
        trend=tuple(open_by_month(made_of)),
    )
    sections = [
        Section("overview", _OVERVIEW.to(lang), (Tiles(tuple(_tiles(made_of, facts, lang))),)),
        Section("matrix", _MATRIX.to(lang), (_matrix(made_of, facts, lang), Paragraph(_NUMBERS.to(lang), "note"))),
        Section("changes", _CHANGES.to(lang), tuple(_changes(facts, lang))),
        Section("open", _OPEN.to(lang), (_risk_table(facts, lang),)),
        Section("trend", _TREND.to(lang), tuple(_trend(facts, lang))),
        Section("signatures", _SIGN.to(lang), (signature_table((_LEAD, _BOSS), lang),)),
    ]
    about = f"{period.to(lang)}　{as_of(made_of)}"
    return document_of("risk", made_of, facts, about=about, sections=number_sections(sections, lang), wide=True)


def _open_risks(made_of: Material) -> tuple[RiskRow, ...]:
    """Return the risks that 汇总 counts, the heaviest first; it scores as the workbook's formulas do."""
    rows = {risk.row: risk for risk in made_of.risks}
    seen = sorted(made_of.view.risks, key=lambda risk: (-risk.score, risk.row))
    limits = made_of.view.limits
    return tuple(score_risk(rows[risk.row], risk.possibility, risk.impact, limits) for risk in seen if risk.row in rows)


def _tiles(made_of: Material, facts: RiskFacts, lang: Lang) -> Iterable[Tile]:
    told = made_of.numbers.risks
    unanswered = sum(risk.level == "high" and not risk.response for risk in facts.open)
    yield Tile(_ALL_OPEN.to(lang), str(told.open), _UNSCORED.fill(lang, {"count": told.unscored}))
    note = _UNANSWERED.fill(lang, {"count": unanswered})
    yield Tile(_HIGH.to(lang), str(told.high), note, "late" if told.high else "tile")
    for what in (NEW, RAISED, CLOSED):
        yield Tile(what.to(lang), str(sum(move.what == what for move in facts.moves)))


def _matrix(made_of: Material, facts: RiskFacts, lang: Lang) -> TableBlock:
    heads = [TableColumn(_CORNER.to(lang), 1.2)]
    heads += [TableColumn(f"{n} {words.to(lang)}", 1, "center") for n, words in zip(SCALE, GRAVE, strict=True)]
    rows: list[tuple[str | TableCell, ...]] = []
    for possibility in reversed(SCALE):
        cells = (_matrix_cell(made_of, facts, possibility, impact) for impact in SCALE)
        rows.append((f"{possibility} {LIKELY[possibility - 1].to(lang)}", *cells))
    return TableBlock(tuple(heads), tuple(rows))


def _matrix_cell(made_of: Material, facts: RiskFacts, possibility: int, impact: int) -> TableCell:
    """Return a cell of the matrix: which risks are there, their number being that of 汇总."""
    here = possibility, impact
    there = [risk.id or cut(risk.description, SHORT) for risk in facts.open if (risk.possibility, risk.impact) == here]
    number = made_of.numbers.risks.matrix[possibility - 1][impact - 1]
    text = f"{first_items(tuple(there), MOST_IN_A_CELL, made_of.lang)} ({number})" if number else ""
    return TableCell(text, f"heat_{level_of(possibility * impact, made_of.view.limits)}")


def _changes(facts: RiskFacts, lang: Lang) -> Iterable[Block]:
    yield listing(
        facts.moves,
        lang,
        ListingColumn(_WHAT, 0.8, lambda move: move.what.to(lang)),
        ListingColumn(Risks.id, 0.8, lambda move: move.risk.id),
        ListingColumn(Risks.description, 4, lambda move: move.risk.description),
        ListingColumn(_WHEN, 1.2, lambda move: move.day),
        ListingColumn(_SCORE, 0.9, lambda move: move.said),
        ListingColumn(_WHO, 1.6, lambda move: _who(move.risk)),
    )
    words = {column.key: column.title for column in (Risks.identified, Risks.reviewed)}
    yield Paragraph(_HOW_KNOWN.fill(lang, {**words, "closed": RISK_STATUS.title_of("closed")}), "note")


def _risk_table(facts: RiskFacts, lang: Lang) -> Block:
    return listing(
        facts.open,
        lang,
        ListingColumn(Risks.id, 0.75),
        ListingColumn(Risks.description, 3),
        ListingColumn(Risks.kind, 1, lambda risk: word_text(RISK_CATEGORY, risk.kind, lang)),
        ListingColumn(Risks.level, 1.15, lambda risk: _level(risk, lang)),
        ListingColumn(Risks.strategy, 1, lambda risk: word_text(STRATEGY, risk.strategy, lang)),
        ListingColumn(Risks.response, 3, lambda risk: _response(risk, lang)),
        ListingColumn(_WHO, 1.6, _who),
        ListingColumn(Risks.status, 1, lambda risk: word_text(RISK_STATUS, risk.status, lang)),
        ListingColumn(Risks.reviewed, 1.25),
    )


def _level(risk: RiskRow, lang: Lang) -> str | TableCell:
    words = f"{word_text(RISK_LEVEL, risk.level, lang)} {risk.score}"
    return TableCell(words, f"heat_{risk.level}") if risk.level else UNKNOWN


def _response(risk: RiskRow, lang: Lang) -> str | TableCell:
    is_missed = risk.level == "high" or risk.status == "occurred"
    return risk.response or (TableCell(_NO_RESPONSE.to(lang), "late") if is_missed else "")


def _who(risk: RiskRow) -> str:
    return " ".join(filter(None, [risk.owner, risk.department]))


def _trend(facts: RiskFacts, lang: Lang) -> Iterable[Block]:
    undated = sum(risk.identified is None for risk in facts.open)
    if facts.trend:
        days, numbers = zip(*facts.trend, strict=True)
        said = format_value([f"{when.isoformat()} {number}" for when, number in facts.trend], lang)
        says = _TREND_SAYS.fill(lang, {"first": days[0], "last": days[-1], "numbers": said})
        yield Picture(Trend(days, (TrendLine(_ALL_OPEN.to(lang), "late_solid", False, numbers),)), says)
    elif not undated:
        yield listing((), lang)
    if undated:
        yield Paragraph(_UNDATED.fill(lang, {"count": undated, "identified": Risks.identified.title}), "note")
