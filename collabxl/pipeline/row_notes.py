"""What rows are told: 同步发现 in a built workbook, a 检查 column in one typed by hand, as edits of its cells."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from collabxl.errors import FileError
from collabxl.formulas import layout
from collabxl.formulas.helper_sheet import BETWEEN, CHECKED
from collabxl.formulas.row_values import FormulaResults, LiveChecks
from collabxl.ooxml.a1 import LAST_COLUMN
from collabxl.reading.sheet import REMARKS, SheetReading
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.columns import Column
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, t
from collabxl.workbook.grid import CellEdit

LONGEST = 300
"""Letters a row is told at most; the summary tells the rest."""
SYNCED = t("上次同步：{day}", "Last synced: {day}")
BELOW = t(
    "第 {row} 行起在预备的行之外：表头的数字、检查列和进度计划看不到，汇总和报告里有",
    "From row {row} on no row is prepared: the figures above, Check and the schedule do not see them; "
    "the summary and reports do",
)
_OURS = re.compile(r"[A-Z]{2}\d{3} ")


def row_notes(outcome: Outcome, live: FormulaResults | LiveChecks | None, *, annotate: bool) -> Iterator[CellEdit]:
    """Return the cells that tell rows what the check found, and those whose old remark no longer holds.

    A built workbook has 同步发现 for what its formulas do not show; ``live`` tells what they do. One typed by hand is
    told everything, in a column of its own behind the last, and only if ``annotate``. Raises FileError where no column
    is free for that.
    """
    reading = outcome.reading
    assert reading is not None
    for page in reading.sheets:
        if page.header is None or STANDARD.sheet(page.key).meta.form_headers:
            continue
        rows = set(page.rows)
        mine = [finding for finding in outcome.problems if finding.sheet == page.key and finding.row in rows]
        if live and "found" in page.places:
            hidden = [finding for finding in mine if not is_covered(finding, live)]
            yield from _note_edits(page, page.places["found"].column, hidden, _old_rows(page, "found"), reading.lang)
        elif annotate and not reading.is_built:
            yield from _annotation_edits(page, mine, reading.lang)


def is_covered(finding: Finding, live: FormulaResults | LiveChecks) -> bool:
    """Return whether a row's live check says what was found there, by its own rule or by one that covers it."""
    sheet = next((sheet for sheet in CHECKED if sheet.meta.key == finding.sheet), None)
    if (
        sheet is None or finding.row is None or finding.row not in layout.prepared_rows(sheet)
    ):  # no formula stands below
        return False
    parts = (part for part in live.check_parts(sheet, finding.row) if part.column.key == finding.key)
    return any(finding.rule.code in (part.rule.code, *part.rule.supersedes) for part in parts)


def header_notes(reading: Reading, day: dt.date) -> Iterator[tuple[tuple[str, tuple[int, int]], str]]:
    """Return by sheet and cell what the notes of the 同步发现 headers say after a sync."""
    for page in reading.sheets:
        place = page.places.get("found")
        if place is not None:
            says = SYNCED.fill(reading.lang, {"day": day})
            below = layout.below(page.key, page.rows)
            if below and reading.is_built:
                says += "\n" + BELOW.fill(reading.lang, {"row": below[0]})
            yield (page.title, (place.row, place.column)), says


def _annotation_edits(page: SheetReading, findings: list[Finding], lang: Lang) -> Iterator[CellEdit]:
    assert page.header is not None
    column = _column(page)
    place = page.places.get(column.key)
    at = place.column if place else page.free_column
    if at > LAST_COLUMN:
        raise _no_column(page, column)
    if place is None:
        if not findings:
            return
        last = page.header.cells[-1]
        yield CellEdit(page.title, page.header.row, at, column.title.to(lang), like=(last.row, last.column))
    lead = min(each.column for each in page.places.values())
    for edit in _note_edits(page, at, findings, _old_rows(page, column.key), lang):
        yield edit._replace(like=(edit.row, lead))


def _column(page: SheetReading) -> Column:
    """Return the column for our remarks: 检查, unless people use a column of that name for something else."""
    columns = [STANDARD.sheet(page.key).meta.column(key) for key in REMARKS]
    for column in columns:
        if len(_old_rows(page, column.key)) == len(page.remarks.get(column.key, ())):
            return column
    raise _no_column(page, columns[0])


def _no_column(page: SheetReading, column: Column) -> FileError:
    says = t(
        "{sheet} 里没有地方写发现的问题：“{title}”列有别的内容，或者最后一列也用了。请腾出一列",
        "{sheet} has no column for the findings: “{title}” holds other text, or the last column is used. Free one",
    )
    return FileError("unsupported", says, sheet=page.title, title=column.title)


def _old_rows(page: SheetReading, key: str) -> list[int]:
    """Return the rows of a column that bear a remark of an earlier sync; what people wrote there is none."""
    return [row for row, text in page.remarks.get(key, {}).items() if _OURS.match(text)]


def _note_edits(
    page: SheetReading, at: int, findings: Iterable[Finding], old: Iterable[int], lang: Lang
) -> Iterator[CellEdit]:
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        assert finding.row is not None
        by_row[finding.row].append(finding)
    for row in sorted(row for row in {*by_row, *old} if not page.is_computed(row, at)):
        yield CellEdit(page.title, row, at, _note_text(by_row[row], lang) if row in by_row else None)


def _note_text(findings: list[Finding], lang: Lang) -> str:
    said = list(dict.fromkeys(f"{finding.rule.code} {finding.message(lang)}" for finding in findings))
    kept = [said[0][:LONGEST]]
    for words in said[1:]:
        if sum(map(len, kept)) + len(words) > LONGEST:
            more = t("还有 {count} 条", "{count} more").fill(lang, {"count": len(said) - len(kept)})
            return BETWEEN.join([*kept, more])
        kept.append(words)
    return BETWEEN.join(kept)
