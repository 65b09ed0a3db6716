"""Findings as plain text for a terminal: by workbook and sheet, wrapped by what a character really takes up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import cell_len, set_cell_size

from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.severities import SEVERITY, counts_text
from collabxl.text import Lang, t
from collabxl.text.printable import clean

NEVER_FIRST = "，。、；：！？）》”’」』】%,.;:!?)]}"
_AUTOMATIC = t("（可自动修正）", " (can be fixed for you)")
_WAIVED = t("已豁免", "Waived")
_UNTIL = t("{reason}（有效期至 {until}）", "{reason} (until {until})")
_AGREED = t("{reason}（{approver}批准，有效期至 {until}）", "{reason} (approved by {approver}, until {until})")
_NOT_THERE = t("（整个工作簿）", "(the workbook)")


def outcome_lines(outcome: Outcome, lang: Lang, width: int = 80) -> Iterator[str]:
    """Return the lines that tell one workbook's findings; every line fits ``width`` columns where words allow."""
    head = " · ".join(filter(None, [outcome.path, outcome.project]))
    yield from wrap(head, width, "")
    for title, group in groupby(outcome.problems, key=lambda finding: finding.sheet_title):
        yield f"  {clean(title or _NOT_THERE.to(lang))}"
        findings = list(group)
        place = max(cell_len(finding.cell or "") for finding in findings)
        for finding in findings:
            yield from _finding_lines(finding, lang, width, place)
    waived = [finding for finding in outcome.findings if finding.waived]
    if waived:
        yield f"  {_WAIVED.to(lang)}"
    for finding in waived:
        yield from _waived_lines(finding, lang, width)
    yield f"  {counts_text(outcome.counts, lang, len(waived))}"


def wrap(text: str, width: int, indent: str) -> Iterator[str]:
    """Return a text in lines of at most ``width`` columns, those after the first indented."""
    line = ""
    for piece in _pieces(clean(text)):
        if line.strip() and cell_len(line + piece) > width and piece[0] not in NEVER_FIRST:
            yield line.rstrip()
            line = indent
        line += piece if line != indent else piece.lstrip()
    if line.strip():
        yield line.rstrip()


def waiver_text(finding: Finding, lang: Lang) -> str:
    """Return why somebody lives with a finding that is waived, who agreed to it and until when."""
    assert finding.waiver is not None
    says = _AGREED if finding.waiver.approver else _UNTIL
    return says.fill(lang, finding.waiver._asdict())


def _finding_lines(finding: Finding, lang: Lang, width: int, place: int) -> Iterator[str]:
    cell = finding.cell or ""
    lead = f"    {set_cell_size(cell, place)}  {SEVERITY[finding.severity].to(lang)} {finding.rule.code}  "
    indent = " " * cell_len(lead)
    yield from wrap(lead + clean(finding.message(lang)), width, indent)
    automatic = _AUTOMATIC.to(lang) if finding.fixable else ""
    yield from wrap(f"{indent}→ {finding.advice(lang)}{automatic}", width, indent + "  ")


def _waived_lines(finding: Finding, lang: Lang, width: int) -> Iterator[str]:
    """Return what was agreed to in one piece, without what to do about it."""
    where = " ".join(filter(None, [finding.sheet_title, finding.cell])) or _NOT_THERE.to(lang)
    yield from wrap(f"    {where} {finding.rule.code}  {finding.message(lang)}", width, "      ")
    yield from wrap(f"      ✓ {waiver_text(finding, lang)}", width, "        ")


def _pieces(text: str) -> Iterator[str]:
    """Return a text in pieces a line may break between: words with their blank, every wide character alone."""
    word = ""
    for letter in text:
        wide = cell_len(letter) > 1
        if wide or letter == " ":
            if letter == " ":
                word += letter
            if word:
                yield word
            word = ""
            if wide:
                yield letter
        else:
            word += letter
    if word:
        yield word
