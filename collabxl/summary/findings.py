"""What is to be mended: the worst of it on the dashboard, all of it in full below, on pages of its own."""

from __future__ import annotations

from collections.abc import Sequence

from collabxl.ooxml import a1
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.rule import SEVERITIES
from collabxl.rules.engine.severities import SEVERITY, counts_text
from collabxl.summary.dashboard import FINDINGS, FIRST, LAST, ROWS, Dashboard, TableHead
from collabxl.text import t

MOST = 8
"""Findings on the dashboard."""
MOST_IN_ALL = 500
_LOOKS = {"error": ("▲", "late"), "warning": ("△", "soon"), "info": ("※", "quiet")}
_LETTERS = {"where": 21, "what": 25, "says": 44, "fix": 44}
"""How many letters, a Chinese one being two, fit into the columns of the dashboard."""
_LETTERS_A_LINE = {"says": 34, "fix": 28}
"""How many Chinese letters fit on a line of the full list's two columns of text."""


def worst_first(found: Sequence[Finding]) -> list[Finding]:
    """Return what nobody has agreed to live with, errors before warnings before hints."""
    kept = [finding for finding in found if not finding.waived]
    return sorted(kept, key=lambda finding: SEVERITIES.index(finding.severity))


def write_findings(paper: Dashboard) -> None:
    """Write the worst findings onto the dashboard, each with a link to its cell."""
    row, found = ROWS["findings"], worst_first(paper.view.outcome.problems)
    paper.section(row, FINDINGS, _title(paper, len(found)))
    heads = [
        TableHead(t("位置", "Where"), 3),
        TableHead(t("对象", "What"), 3),
        TableHead(t("问题", "What is wrong"), 5),
        TableHead(t("怎么改", "What to do"), 5),
    ]
    paper.heads(row + 1, FINDINGS[0], heads)
    for number in range(MOST):
        _write_line(paper, row + 2 + number, found[number] if number < len(found) else None)
    if not found:
        paper.put(row + 2, FINDINGS[0], paper.say(t("没有发现问题", "Nothing found")), "muted_line")


def _title(paper: Dashboard, count: int) -> str:
    title = paper.say(t("※ 要改的地方　同步于 {day}", "※ To mend　synced {day}"), day=paper.view.sync_day)
    if count:
        title += f"　{counts_text(paper.view.outcome.counts, paper.lang)}"
    if count > MOST:
        title += paper.say(t("，其余 {rest} 条见下页", ", {rest} more on the next page"), rest=count - MOST)
    return title


def _write_line(paper: Dashboard, row: int, finding: Finding | None) -> None:
    first = FINDINGS[0]
    if finding is None:
        for column, across in ((first, 3), (first + 3, 3), (first + 6, 5), (first + 11, 5)):
            paper.put(row, column, None, across=across)
        return
    sign, _ = _LOOKS[finding.severity]
    place, link = _place(finding)
    paper.put(row, first, cut(f"{sign} {place}", _LETTERS["where"]), "link" if link else "body", link=link, across=3)
    what = _subject(paper, finding)
    paper.put(row, first + 3, cut(what, _LETTERS["what"]), "squeezed", across=3)
    says = cut(finding.message(paper.lang), _LETTERS["says"])
    paper.put(row, first + 6, says, f"small ink_{finding.severity}", across=5)
    paper.put(row, first + 11, cut(finding.advice(paper.lang), _LETTERS["fix"]), "small ink_grey", across=5)


def _subject(paper: Dashboard, finding: Finding) -> str:
    tasks = {task.row: task.name for task in paper.view.tasks} if finding.sheet == "tasks" else {}
    name = tasks.get(finding.row or 0, "")
    return " ".join(filter(None, [finding.id, name])) or (finding.header or "")


def write_all(paper: Dashboard) -> None:
    """Write every finding in full below the dashboard."""
    found = worst_first(paper.view.outcome.problems)
    if not found:
        return
    row = ROWS["rest"]
    title = t("※ 全部发现（{count}）　同步于 {day}", "※ All findings ({count})　synced {day}")
    paper.section(row, (FIRST, LAST), paper.say(title, count=len(found), day=paper.view.sync_day))
    paper.heads(
        row + 1,
        FIRST,
        [
            TableHead(t("级别", "Severity"), style="column_center"),
            TableHead(t("位置", "Where"), 3),
            TableHead(t("编号", "ID"), style="column_center"),
            TableHead(t("问题", "What is wrong"), 10),
            TableHead(t("怎么改", "What to do"), 8),
            TableHead(t("规则", "Rule"), style="column_center"),
        ],
    )
    at = row + 2
    for finding in found[:MOST_IN_ALL]:
        _write_details(paper, at, finding)
        at += 1
    if len(found) > MOST_IN_ALL:
        more = t("还有 {count} 条，用 collabxl check 查看", "{count} more: see collabxl check")
        paper.put(at, FIRST, paper.say(more, count=len(found) - MOST_IN_ALL), "muted", across=10)


def _write_details(paper: Dashboard, row: int, finding: Finding) -> None:
    place, link = _place(finding)
    says, fix = finding.message(paper.lang), finding.advice(paper.lang)
    paper.put(row, FIRST, SEVERITY[finding.severity].to(paper.lang), _LOOKS[finding.severity][1])
    paper.put(row, FIRST + 1, place, "link" if link else "body", link=link, across=3)
    paper.put(row, FIRST + 4, finding.id or "", "quiet")
    paper.put(row, FIRST + 5, says, "wrap", across=10)
    paper.put(row, FIRST + 15, fix, "wrap", across=8)
    paper.put(row, FIRST + 23, finding.rule.code, "quiet")
    lines = max(_lines(says, _LETTERS_A_LINE["says"]), _lines(fix, _LETTERS_A_LINE["fix"]))
    paper.grid.heights[row] = 18 if lines == 1 else 15 * lines + 3


def _place(finding: Finding) -> tuple[str, str | None]:
    place = " ".join(filter(None, [finding.sheet_title, finding.cell])) or finding.rule.code
    link = f"{a1.quote_sheet(finding.sheet_title)}!{finding.cell}" if finding.sheet_title and finding.cell else None
    return place, link


def width(text: str) -> int:
    """Return how many letters wide a text is, a Chinese one being two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def cut(text: str, letters: int) -> str:
    """Return a text on one line, cut with an ellipsis where it is wider than so many letters."""
    line = " ".join(text.split())
    if width(line) <= letters:
        return line
    line = line[:letters]
    while width(line) > letters - 2:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _lines(text: str, letters: int) -> int:
    return max(1, -(-(width(text) + 4) // (2 * letters)))
