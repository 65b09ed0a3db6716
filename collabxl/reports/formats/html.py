"""One page of findings by workbook that needs nothing else: no network, no script; light and dark, on paper as well.

Sections wait in a file until the list of workbooks that stands above them is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile

from lxml.etree import _Element

from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.rows import place
from collabxl.reports.html_page import E, head, markup, page_start
from collabxl.reports.text import waiver_text
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.rule import SEVERITIES
from collabxl.rules.engine.severities import SEVERITY, counts_text
from collabxl.text import Lang, Text, t
from collabxl.text.printable import clean
from collabxl.workbook.theme import sign

_TITLE = t("检查结果", "Findings")
_AS_OF = t("按 {today} 检查 · {found}", "Checked as of {today} · {found}")
_WAIVED = t("已豁免", "waived")
_WORKBOOKS: tuple[tuple[str, Text], ...] = (
    ("", t("工作簿", "Workbook")),
    ("", t("项目", "Project")),
    *(("number", t(SEVERITY[each].zh, SEVERITY[each].en.capitalize())) for each in SEVERITIES),
)
_FINDINGS: tuple[tuple[str, Text], ...] = (
    ("place", t("位置", "Where")),
    ("state", t("级别", "Severity")),
    ("name", t("规则", "Rule")),
    ("says", t("问题与改法", "What to mend")),
)
_SIGNS = {"error": sign("mark_late"), "warning": sign("mark_soon"), "info": sign("mark_found")}


def one(outcome: Outcome, run: ReportRun) -> tuple[str, str]:
    """Return a workbook's line in the list of all, and its section, empty if it has nothing to tell."""
    number = run.tally.workbooks + 1
    section = f"{markup(_section(outcome, number, run.lang))}\n" if _has_content(outcome) else ""
    return markup(_entry(outcome, number)), section


def lines(parts: Iterator[tuple[str, str]], run: ReportRun) -> Iterator[str]:
    """Return the page: its head, the list of workbooks, then a section for each that has something to tell."""
    listed: list[str] = []
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as sections:
        for entry, section in parts:
            listed.append(entry)
            sections.write(section)
        yield page_start(run.lang)
        yield markup(head(_TITLE.to(run.lang), "report", "page.css"))
        found = _AS_OF.fill(run.lang, {"today": run.today, "found": run.tally.say(run.lang)})
        yield f"<body>{markup(E.header(E.h1(_TITLE.to(run.lang)), E.p(found)))}"
        yield f"<main><table>{markup(_heads(_WORKBOOKS, run.lang))}<tbody>"
        yield from listed
        yield "</tbody></table>"
        sections.seek(0)
        yield from (line.rstrip("\n") for line in sections)
        yield "</main></body></html>"


def _heads(columns: tuple[tuple[str, Text], ...], lang: Lang) -> _Element:
    return E.thead(E.tr(*(E.th({"scope": "col", "class": kind}, title.to(lang)) for kind, title in columns)))


def _has_content(outcome: Outcome) -> bool:
    return bool(outcome.findings) or outcome.error is not None


def _entry(outcome: Outcome, number: int) -> _Element:
    """Return a workbook's row in the list of all, a link if it has a section."""
    name = clean(outcome.path)
    counts = (E.td({"class": "number"}, str(count or "·")) for count in outcome.counts.values())
    trouble = [E.span({"class": "trouble"}, f"{_SIGNS['error']} {outcome.error.kind}")] if outcome.error else []
    link = E.a({"href": f"#w{number}"}, name) if _has_content(outcome) else name
    return E.tr(E.td(link), E.td(clean(outcome.project or ""), *trouble), *counts)


def _section(outcome: Outcome, number: int, lang: Lang) -> _Element:
    waived = len(outcome.findings) - len(outcome.problems)
    about = " · ".join(
        filter(None, [outcome.project, None if outcome.error else counts_text(outcome.counts, lang, waived)])
    )
    section = E.section({"id": f"w{number}"}, E.h2(clean(outcome.path)))
    if about:
        section.append(E.p(clean(about)))
    if outcome.error is not None:
        section.append(E.p({"class": "trouble"}, clean(f"{outcome.error.say(lang)} [{outcome.error.kind}]")))
    if outcome.findings:
        rows = (_row(finding, lang) for finding in outcome.findings)
        section.append(E.table(_heads(_FINDINGS, lang), E.tbody(*rows)))
    return section


def _row(finding: Finding, lang: Lang) -> _Element:
    state = "waived" if finding.waived else finding.severity
    badge = f"✓ {_WAIVED.to(lang)}" if finding.waived else f"{_SIGNS[state]} {SEVERITY[finding.severity].to(lang)}"
    more = waiver_text(finding, lang) if finding.waived else f"→ {finding.advice(lang)}"
    return E.tr(
        {"class": state},
        E.td({"class": "place"}, clean(place(finding.sheet_title, finding.cell))),
        E.td({"class": "state"}, E.span({"class": "badge"}, badge)),
        E.td({"class": "name"}, E.abbr({"title": finding.rule.name}, finding.rule.code)),
        E.td({"class": "says"}, clean(finding.message(lang)), E.span({"class": "fix"}, clean(more))),
    )
