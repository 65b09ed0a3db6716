"""A workbook of findings: by rule, by workbook, and one by one, with links to the cells. It is marked as a report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from collabxl.ooxml import a1
from collabxl.reading.workbook import PROPERTY
from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.rows import value_text
from collabxl.reports.json_model import finding_out
from collabxl.reports.links import link
from collabxl.reports.list_sheet import ListCell, ListColumn, Listing, Row
from collabxl.reports.rule_pages import brief
from collabxl.reports.text import waiver_text
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.rule import SEVERITIES, Rule, Severity
from collabxl.rules.engine.severities import SEVERITY
from collabxl.text import Text, t
from collabxl.workbook.theme import ThemeFormats, sign
from collabxl.workbook.xlsxwriter_workbook import PlainWorkbook

WAIVED = "waived"
_LOOKS: dict[Severity, tuple[str, str]] = {
    "error": ("late", sign("mark_late")),
    "warning": ("soon", sign("mark_soon")),
    "info": ("quiet", sign("mark_found")),
}
_CODE, _NAME = ListColumn(t("规则", "Rule"), 9, "quiet"), ListColumn(t("名称", "Name"), 44)
_WORKBOOK, _PROJECT = ListColumn(t("工作簿", "Workbook"), 30), ListColumn(t("项目", "Project"), 30)
_STATES = (*(SEVERITY[severity] for severity in SEVERITIES), t("已豁免", "waived"))
_COUNTED = tuple(ListColumn(t(state.zh, state.en.capitalize()), 10, "number") for state in _STATES)
BY_RULE, BY_WORKBOOK, ONE_BY_ONE = t("按规则", "By rule"), t("按工作簿", "By workbook"), t("问题清单", "Findings")
RULES = (
    _CODE,
    _NAME,
    ListColumn(t("类别", "Family"), 26),
    *_COUNTED,
    ListColumn(t("工作簿", "Workbooks"), 12, "number"),
)
WORKBOOKS = (
    _WORKBOOK,
    _PROJECT,
    ListColumn(t("任务", "Tasks"), 8, "number"),
    ListColumn(t("完成", "Done"), 8, "share"),
    ListColumn(t("逾期", "Overdue"), 10, "number"),
    *_COUNTED,
    ListColumn(t("读写不了", "Not read or written"), 60),
)
FINDINGS = (
    ListColumn(t("级别", "Severity"), 11),
    _CODE,
    _WORKBOOK,
    _PROJECT,
    ListColumn(t("表", "Sheet"), 14),
    ListColumn(t("单元格", "Cell"), 9),
    ListColumn(t("编号", "ID"), 8, "quiet"),
    ListColumn(t("列", "Column"), 14),
    ListColumn(t("问题", "What is wrong"), 50),
    ListColumn(t("怎么改", "What to do"), 42),
    ListColumn(t("现在的内容", "What is there"), 24),
    ListColumn(t("豁免", "Waived"), 24),
)
_AS_OF = t("按 {today} 检查 · {found}", "Checked as of {today} · {found}")
_DAY = t("按 {today} 检查；点单元格打开工作簿", "Checked as of {today}; click a cell to open its workbook")


class Part(NamedTuple):
    """What the workbook has of one outcome: its own row, and its findings with theirs."""

    row: Row
    findings: list[tuple[Finding, Row]]


def one(outcome: Outcome, run: ReportRun) -> Part:
    """Return the rows of one workbook."""
    return Part(_workbook(outcome, run), [(finding, _finding(outcome, finding, run)) for finding in outcome.findings])


def fill(parts: Iterator[Part], run: ReportRun, file: IO[bytes]) -> None:
    """Write the workbook; rows go to disk as they come, only counts are kept."""
    book = PlainWorkbook(file, by_rows=True)
    _Report(book, run).write(parts)
    made = dt.datetime.combine(run.today, dt.time())
    book.set_properties({"title": BY_RULE.to(run.lang), "author": "collabxl", "comments": "", "created": made})
    for name, value in (("report", "findings"), ("language", run.lang)):
        book.set_custom_property(f"{PROPERTY}{name}", value, "text")
    book.close()


class _Report:
    """The sheets, and what has been counted for the first of them."""

    def __init__(self, book: Any, run: ReportRun) -> None:
        self._book, self._run = book, run
        self._styles = ThemeFormats(book)
        self._by_rule = self._listing(BY_RULE, RULES)
        self._by_workbook = self._listing(BY_WORKBOOK, WORKBOOKS)
        self._findings = self._listing(ONE_BY_ONE, FINDINGS)
        self._rules: dict[str, Rule] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._concerned: Counter[str] = Counter()

    def write(self, parts: Iterator[Part]) -> None:
        """Write all sheets."""
        day = _DAY.fill(self._run.lang, {"today": self._run.today})
        for listing in (self._by_workbook, self._findings):
            listing.begin(day)
        for each in parts:
            self._by_workbook.add(each.row)
            for finding, row in each.findings:
                self._count(finding)
                self._room().add(row)
            self._concerned.update({finding.rule.code for finding, _ in each.findings})
        found = self._run.tally.say(self._run.lang)
        self._by_rule.begin(_AS_OF.fill(self._run.lang, {"today": self._run.today, "found": found}))
        for code in sorted(self._rules, key=lambda code: [*(-number for number in self._of(code)), code]):
            about = brief(self._rules[code], self._run.lang)
            self._by_rule.add([code, about.title, about.family, *self._of(code), self._concerned[code]])
        for listing in (self._by_rule, self._by_workbook, self._findings):
            listing.end()

    def _listing(self, title: Text, columns: tuple[ListColumn, ...]) -> Listing:
        return Listing(self._book, title, columns, self._styles, self._run.lang)

    def _room(self) -> Listing:
        """Return the sheet of findings, a new one when the last is full."""
        if self._findings.is_full:
            self._findings.end()
            number = len(self._book.worksheets()) - 1
            title = t(f"{ONE_BY_ONE.zh} {number}", f"{ONE_BY_ONE.en} {number}")
            self._findings = self._listing(title, FINDINGS)
            self._findings.begin(_DAY.fill(self._run.lang, {"today": self._run.today}))
        return self._findings

    def _count(self, finding: Finding) -> None:
        self._rules[finding.rule.code] = finding.rule
        self._counts[finding.rule.code, WAIVED if finding.waived else finding.severity] += 1

    def _of(self, code: str) -> list[int]:
        return [self._counts[code, state] for state in (*SEVERITIES, WAIVED)]


def _workbook(outcome: Outcome, run: ReportRun) -> Row:
    waived = sum(finding.waived for finding in outcome.findings)
    figures, error = outcome.figures, outcome.error
    path = ListCell(outcome.path, "wrap link", link=link(outcome.path, run.output))
    known = [figures.total, figures.progress, figures.overdue] if outcome.reading else [None, None, None]
    said = f"[{error.kind}] {error.say(run.lang)}" if error else None
    return [path, outcome.project, *known, *outcome.counts.values(), waived, said]


def _finding(outcome: Outcome, finding: Finding, run: ReportRun) -> Row:
    lang = run.lang
    told = finding_out(finding, lang)
    look, mark = _LOOKS[finding.severity]
    severity = ListCell(SEVERITY[finding.severity].to(lang), "quiet" if finding.waived else look, mark)
    cell: ListCell | None = None
    if finding.sheet_title is not None and finding.cell is not None:
        place = f"{a1.quote_sheet(finding.sheet_title)}!{finding.cell}"
        cell = ListCell(finding.cell, "wrap link", link=link(outcome.path, run.output, place))
    waived = waiver_text(finding, lang) if finding.waived else None
    where = [told["code"], outcome.path, outcome.project, told["sheet"], cell, told["id"], told["column"]]
    return [severity, *where, told["message"], told["fix"], value_text(told["value"]), waived]
