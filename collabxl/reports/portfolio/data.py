"""A portfolio as the JSON that the dashboard draws itself from; short keys, every text once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from collabxl.reports.links import href
from collabxl.reports.portfolio.health import FORMULA, LEVELS, MEASURES
from collabxl.reports.portfolio.numbers import Portfolio, PortfolioProject, Problem, SkippedFile
from collabxl.reports.portfolio.totals import by_department, by_person, matrix
from collabxl.reports.portfolio.words import (
    AS_OF,
    ASIDE_COPY,
    COLUMNS,
    CROSSINGS,
    NOBODY,
    PAGE,
    SEVERITIES,
    TIMINGS,
    TITLE,
)
from collabxl.text import LANGS, Lang, Text
from collabxl.text.printable import clean

PROBLEMS, FEWEST = 10_000, 5
"""How many findings a page bears in all; but of each project at least so many."""


def dashboard_json(portfolio: Portfolio, report: Path, lang: Lang) -> str:
    """Return the data of a page at ``report`` as JSON that no HTML parser can leave: it has no <."""
    texts = _TextTable()
    most = max(FEWEST, PROBLEMS // max(1, len(portfolio.projects)))
    made = {
        "lang": lang,
        "today": portfolio.today,
        "limits": {"high": portfolio.high_risk, "medium": portfolio.medium_risk},
        "words": {each: _words(each) for each in LANGS},
        "measures": [
            {"said": measure.title.both, "watch": measure.watch, "critical": measure.critical} for measure in MEASURES
        ],
        "projects": [_project(project, report, most, texts) for project in portfolio.projects],
        "departments": [load._asdict() for load in by_department(portfolio)],
        "people": [load._asdict() for load in by_person(portfolio)],
        "matrix": matrix(portfolio),
        "links": [link._asdict() for link in portfolio.links],
        "aside": [_skipped_file(each) for each in portfolio.skipped_files],
        "texts": texts.pairs,
    }
    told = json.dumps(_printable(made), ensure_ascii=False, separators=(",", ":"), default=dt.date.isoformat)
    return told.replace("<", "\\u003c")


def _printable(value: Any) -> Any:
    """Return data whose texts, wherever they stand in it, may be shown."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {_printable(key): _printable(each) for key, each in value.items()}
        case list() | tuple():
            return [_printable(each) for each in value]
        case _:
            return value


class _TextTable:
    """Texts by their number, each kept once however often it is said."""

    def __init__(self) -> None:
        self._numbers: dict[Text, int] = {}

    def __call__(self, text: Text) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [text.both for text in self._numbers]


def _words(lang: Lang) -> dict[str, Any]:
    def said(texts: dict[Any, Text]) -> dict[str, str]:
        return {key: text.to(lang) for key, text in texts.items()}

    return {
        "title": TITLE.to(lang),
        "as_of": AS_OF.to(lang),
        "nobody": NOBODY.to(lang),
        "formula": FORMULA.to(lang),
        "columns": said(COLUMNS),
        "crossings": said(CROSSINGS),
        "timings": said(TIMINGS),
        "severities": said(SEVERITIES),
        "levels": {level: word.to(lang) for level, word in LEVELS.items()},
        "reasons": {measure.key: measure.says.to(lang) for measure in MEASURES},
        **said(PAGE),
    }


def _project(project: PortfolioProject, report: Path, most: int, texts: _TextTable) -> dict[str, Any]:
    return {
        "name": project.name,
        "path": project.path,
        "href": href(project.path, report),
        "lead": project.lead,
        "day": project.day,
        "level": project.health.level,
        "reasons": project.health.reasons,
        "total": project.total,
        "done": project.done_share,
        "planned": project.planned_share,
        "overdue": project.overdue,
        "soon": project.soon,
        "end": project.end,
        "finish": project.finish,
        "slip": project.slip,
        "chain": project.chain,
        "ahead": [each._asdict() for each in project.ahead],
        "open": project.risks.open,
        "unscored": project.risks.unscored,
        "high": project.risks.high,
        "risks": [risk._asdict() for risk in project.risks.top],
        "departments": [load.name for load in project.departments],
        "people": [load.name for load in project.people],
        "tasks": [due._asdict() for due in project.tasks],
        "counts": project.counts,
        "problems": [_problem(problem, texts) for problem in project.problems[:most]],
    }


def _problem(problem: Problem, texts: _TextTable) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "place": problem.place,
        "id": problem.id,
        "message": texts(problem.message),
        "fix": texts(problem.fix),
    }


def _skipped_file(each: SkippedFile) -> dict[str, Any]:
    error = each.error
    said = [error.say(lang) for lang in LANGS] if error else ASIDE_COPY.both
    return {"path": each.path, "kind": error.kind if error else "", "said": said}
