"""The matrix of open risks by possibility and impact, the levels it stands for, and the two risks that weigh most."""

from __future__ import annotations

from collabxl.formulas import layout
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Risks
from collabxl.schema.vocabularies import RISK_LEVEL
from collabxl.summary import live_ranges
from collabxl.summary.dashboard import RIGHT, ROWS, Dashboard, TableHead, fixed_cell, text_literal
from collabxl.summary.live_ranges import field_range
from collabxl.summary.view import SCALE, SummaryRisk
from collabxl.text import t

TOP_RISKS = 3
LIKELY = (t("极低", "rare"), t("较低", "unlikely"), t("中等", "possible"), t("较高", "likely"), t("极高", "certain"))
GRAVE = (t("轻微", "slight"), t("较小", "minor"), t("中等", "medium"), t("较大", "major"), t("严重", "severe"))


def write_risks(paper: Dashboard) -> None:
    """Write the matrix; risks without a score are counted beside it, so that all open ones are there."""
    row, (first, last) = ROWS["findings"], RIGHT
    title, opened = (
        t("■ 风险矩阵（未关闭 {count} 项）", "■ Open risks ({count})"),
        field_range(Risks, "weight", paper.lang),
    )
    value = paper.say(title, count=len(paper.view.risks))
    paper.section(row, RIGHT, value, paper.formula(title, count=f"COUNT({opened})"))
    corner = t("可能＼影响", "likely \\ grave")
    heads = [TableHead(corner, style="column_center")]
    heads += [
        TableHead(t(f"{n} {w.zh}", f"{n} {w.en}"), style="column_center") for n, w in zip(SCALE, GRAVE, strict=True)
    ]
    paper.heads(row + 1, first, [*heads, TableHead(RISK_LEVEL.title, style="column_center")])
    for down, possibility in enumerate(reversed(SCALE)):
        at, words = row + 2 + down, LIKELY[possibility - 1]
        paper.put(at, first, f"{possibility} {paper.say(words)}", "matrix_label")
        for impact in SCALE:
            _cell(paper, at, first + impact, possibility, impact)
    _levels(paper, row + 2, last)
    for number in range(TOP_RISKS):
        _top(paper, row + 2 + len(SCALE) + number, number)


def level_of(score: int, limits: Limits) -> str:
    """Return the level of a score by the matrix."""
    return "high" if score >= limits.high_risk else "medium" if score >= limits.medium_risk else "low"


def _cell(paper: Dashboard, row: int, column: int, possibility: int, impact: int) -> None:
    number = sum((risk.possibility, risk.impact) == (possibility, impact) for risk in paper.view.risks)
    weight, first, second = (field_range(Risks, field, paper.lang) for field in ("weight", "possibility", "impact"))
    condition = f"ISNUMBER({weight})*({weight}>=1)*({first}={possibility})*({second}={impact})"
    paper.put(
        row,
        column,
        number,
        f"matrix_{level_of(possibility * impact, paper.view.limits)}",
        formula=f"SUMPRODUCT({condition})",
    )


def _levels(paper: Dashboard, row: int, column: int) -> None:
    high, medium = paper.view.limits.high_risk, paper.view.limits.medium_risk
    bounds = {"high": f"≥ {high}", "medium": f"{medium}–{high - 1}", "low": f"≤ {medium - 1}"}
    for down, (key, bound) in enumerate(bounds.items()):
        words = f"{paper.say(RISK_LEVEL.title_of(key))} {bound}"
        paper.put(row + down, column, words, f"matrix_{key} matrix_words")
    scores, words = field_range(Risks, "weight", paper.lang), paper.say(t("未评分 ", "unscored "))
    number, counted = sum(not risk.score for risk in paper.view.risks), f"SUMPRODUCT(ISNUMBER({scores})*({scores}<1))"
    formula = f'IF({counted}=0,"",{text_literal(words)}&{counted})'
    paper.put(row + len(bounds), column, f"{words}{number}" if number else "", "matrix_note", formula=formula)


def _top(paper: Dashboard, row: int, number: int) -> None:
    view, (first, last), lang = paper.view, RIGHT, paper.lang
    ranked = sorted(view.risks, key=lambda risk: (-risk.score, risk.row))
    risk: SummaryRisk | None = ranked[number] if number < len(ranked) else None
    at, scores = fixed_cell(row, live_ranges.RISK_AT), field_range(Risks, "weight", lang)
    if view.live:
        place = risk.row - layout.FIRST + 1 if risk else 0
        paper.put(row, live_ranges.RISK_AT, place, formula=f"IFERROR(MATCH(LARGE({scores},{number + 1}),{scores},0),0)")
    paper.put(row, first, paper.say(t(f"第 {number + 1} 高", f"No. {number + 1}")), "matrix_label")
    label = f"INDEX({field_range(Risks, 'description', lang)},{at})"
    click = f'IF({at}=0,"",{live_ranges.link_formula(view, Risks.description, at, label)})'
    link = view.link(Risks.description, risk.row) if risk else None
    paper.put(row, first + 1, risk.description if risk else "", "link", formula=click, link=link, across=4)
    value = f"{risk.score}｜{risk.status}" if risk else ""
    shown = f'INT(INDEX({scores},{at}))&"｜"&INDEX({field_range(Risks, "status", lang)},{at})'
    paper.put(row, last - 1, value, "risk_state", formula=f'IF({at}=0,"",{shown})', across=2)
