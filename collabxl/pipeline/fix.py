"""Apply the safe fixes that findings carry: planned on a copy, checked again, and only then written, losslessly."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from collabxl.errors import FileError
from collabxl.formulas import layout
from collabxl.formulas.row_values import FormulaResults
from collabxl.ooxml import a1
from collabxl.ooxml.areas import CellRange
from collabxl.ooxml.cells import PercentValue
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.pipeline.batch import Chunk, check_chunks, with_warnings
from collabxl.pipeline.formula_values import is_current, renewal
from collabxl.pipeline.workbook_patch import (
    Restoration,
    WorkbookChanges,
    load_content,
    needs_recalculation,
    patch_workbook,
)
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.rule import RESTORED
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Percent
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import STANDARD, Summary
from collabxl.storage import file_access, save
from collabxl.storage.paths import Paths
from collabxl.text import Lang, t
from collabxl.workbook.assemble import Order, assemble
from collabxl.workbook.content import Content
from collabxl.workbook.grid import Cell, CellEdit, Grid
from collabxl.workers.isolation import isolate_workbook

MOST_ROUNDS = 6
"""One fix can uncover another in the same cell; more often than this no cell has ever needed it."""


_OTHER_VERSION = t(
    "这个工作簿由另一版本的 collabxl 生成，它的下拉和颜色与这一版本不同。请从没有损坏的行复制格式",
    "Another version of collabxl built this workbook; its drop-downs and colours are not this one's. Copy the format "
    "of rows that are whole",
)


class Fix(NamedTuple):
    """One cell, or the cells of a column that got their guards back: why, where, what it said and what it says."""

    code: str
    sheet: str
    cell: str
    old: Any
    new: Any

    @property
    def share(self) -> bool:
        """Whether the new value is shown per cent."""
        return isinstance(self.new, PercentValue)

    @property
    def restored(self) -> bool:
        """Whether the cells keep what they say and get back what guards them."""
        return self.new is None


class Refusal(NamedTuple):
    """A fix that cannot be written without loss."""

    finding: Finding
    error: FileError


@dataclass(frozen=True)
class FixResult:
    """One workbook: what was fixed in it, and the outcome of a check afterwards."""

    outcome: Outcome
    fixes: tuple[Fix, ...] = ()
    refused: tuple[Refusal, ...] = ()
    written: bool = False
    stale: bool = False
    """Whether formulas that people wrote show the results of before, until a program computes them."""


@dataclass
class _FixDraft:
    """A workbook on its way; ``outcome`` and ``content`` are those after the last round."""

    source: str
    original: bytes
    content: bytes
    outcome: Outcome
    fixes: dict[tuple[str, str], Fix] = field(default_factory=dict)
    refused: dict[tuple[str, str | None, str], Refusal] = field(default_factory=dict)

    def take(self, step: Callable[[_FixDraft], bool]) -> bool:
        """Take one step and return whether it changed anything; an error in it ends the draft."""
        try:
            with isolate_workbook():
                return self.outcome.error is None and step(self)
        except FileError as error:
            self.outcome = replace(self.outcome, error=error)
            return False


def fix_workbooks(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    dry_run: bool = False,
    backup: bool = False,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
) -> Iterator[FixResult]:
    """Apply the safe fixes of every workbook; the outcomes are those of the workbooks as fixed.

    A file that cannot be written is an outcome with an error and stays as it is; ``dry_run`` writes nothing.
    A file with a password is checked if one of ``passwords`` opens it, and never written.
    """
    chosen = settings or Settings()
    for chunk in with_warnings(check_chunks(paths, today=today, settings=chosen, jobs=jobs, passwords=passwords)):
        drafts = _drafts(chunk)
        with tempfile.TemporaryDirectory(prefix="collabxl-") as folder:
            _fix_all(list(drafts.values()), Path(folder), today, chosen, jobs)
        for outcome in chunk.outcomes:
            draft = drafts.get(outcome.path)
            yield _write_result(draft, dry_run=dry_run, backup=backup) if draft else FixResult(outcome)


def _drafts(chunk: Chunk) -> dict[str, _FixDraft]:
    drafts = {}
    for number, outcome in enumerate(chunk.outcomes):
        if not any(finding.fixable for finding in outcome.findings):
            continue
        try:
            content = load_content(outcome)
            WorkbookPart(Package(content))  # refuses what nobody can write without loss
        except FileError as error:
            chunk.outcomes[number] = replace(outcome, error=error)
            continue
        drafts[outcome.path] = _FixDraft(outcome.path, content, content, outcome)
    return drafts


def _fix_all(drafts: list[_FixDraft], folder: Path, today: dt.date, settings: Settings, jobs: int | None) -> None:
    """Fix drafts until nothing is left to fix, each round checked anew from a copy."""
    step = partial(_apply, today=today)
    for number in range(MOST_ROUNDS):
        changed = {f"{number}-{at}.xlsx": draft for at, draft in enumerate(drafts) if draft.take(step)}
        if not changed:
            return
        for name, draft in changed.items():
            (folder / name).write_bytes(draft.content)
        for chunk in check_chunks([folder / name for name in changed], today=today, settings=settings, jobs=jobs):
            for outcome in chunk.outcomes:
                draft = changed[Path(outcome.path).name]
                draft.outcome = replace(outcome, path=draft.source)


def _apply(draft: _FixDraft, today: dt.date) -> bool:
    """Write the fixes of one round into a draft, one a cell, and what formulas show then; return whether any was."""
    wanted: dict[tuple[str | None, str | None], Finding] = {}
    for finding in draft.outcome.findings:
        if finding.replacement == RESTORED and draft.outcome.reading and not is_current(draft.outcome.reading):
            draft.refused[_key(finding)] = Refusal(finding, FileError("unsupported", _OTHER_VERSION))
        elif finding.fixable and _key(finding) not in draft.refused:
            wanted.setdefault((finding.sheet_title, finding.cell), finding)
    before = draft.content
    try:
        if wanted:
            _write(draft, list(wanted.values()), today)
    except FileError:
        for finding in wanted.values():
            try:
                _write(draft, [finding], today)
            except FileError as error:
                draft.refused[_key(finding)] = Refusal(finding, error)
    return draft.content != before


def _key(finding: Finding) -> tuple[str, str | None, str]:
    return finding.sheet_title or "", finding.cell, finding.rule.code


def _write(draft: _FixDraft, findings: list[Finding], today: dt.date) -> None:
    reading = draft.outcome.reading
    assert reading is not None
    healed = [finding for finding in findings if finding.replacement == RESTORED]
    edits = [_edit(finding) for finding in findings if finding.replacement != RESTORED]
    restored = [
        _restoration(title, [finding for finding in healed if finding.sheet_title == title], reading.lang)
        for title in dict.fromkeys(finding.sheet_title for finding in healed if finding.sheet_title)
    ]
    fresh = renewal(reading, today)
    changes = WorkbookChanges(edits=edits, ours=reading.is_built, keeps_rich=True, restorations=restored, renewal=fresh)
    draft.content = patch_workbook(draft.content, changes)
    for finding in findings:
        fix = _fix(finding)
        earlier = draft.fixes.get((fix.sheet, fix.cell))
        draft.fixes[fix.sheet, fix.cell] = fix._replace(old=earlier.old) if earlier else fix


def _edit(finding: Finding) -> CellEdit:
    assert finding.sheet_title is not None
    assert finding.cell is not None
    row, column = a1.parse_cell(finding.cell)
    return CellEdit(finding.sheet_title, row, column, _new_value(finding), finding.value)


def _new_value(finding: Finding) -> Any:
    """Return the safe new value, as what it is to be shown."""
    is_share = isinstance(finding.replacement, float) and isinstance(_column(finding).value_kind, Percent)
    return PercentValue(finding.replacement) if is_share else finding.replacement


def _fix(finding: Finding) -> Fix:
    assert finding.sheet_title is not None
    if finding.replacement == RESTORED:
        return Fix(finding.rule.code, finding.sheet_title, str(_cells(_column(finding))), None, None)
    return Fix(finding.rule.code, finding.sheet_title, finding.cell or "", finding.value, _new_value(finding))


def _restoration(title: str, healed: list[Finding], lang: Lang) -> Restoration:
    """Return what is to be restored of one sheet: its colours everywhere, what is accepted where that is lost."""
    sheet = _column(healed[0]).sheet
    whole = [] if sheet.meta.form_headers else [CellRange(1, 1, layout.last_row(sheet), len(sheet.meta.columns))]
    return Restoration(title, list(_areas(healed)), _model_workbook(lang), whole)


def _areas(healed: Iterable[Finding]) -> Iterator[CellRange]:
    """Return what is to be restored of one sheet: the columns found, and the automatic ones, which nobody types in."""
    columns = {_column(finding) for finding in healed}
    for sheet in {column.sheet for column in columns}:
        columns.update(column for column in sheet.meta.columns if not column.is_typed)
    return (_cells(column) for column in sorted(columns, key=layout.column_number))


def _column(finding: Finding) -> Column:
    assert finding.sheet is not None
    assert finding.key is not None
    return STANDARD.sheet(finding.sheet).meta.column(finding.key)


def _cells(column: Column) -> CellRange:
    """Return the cells of a column in a built workbook."""
    at = layout.column_number(column)
    if column.sheet.meta.form_headers:
        return CellRange(layout.field_row(column), at, layout.field_row(column), at)
    return CellRange(layout.FIRST, at, layout.last_row(column.sheet), at)


@cache
def _model_workbook(lang: Lang) -> bytes:
    """Return an empty built workbook: how every cell should be guarded."""
    grid = Grid(Summary.meta.title.to(lang))
    grid.put(1, 1, Cell(None))
    day = dt.date(2000, 1, 1)
    return assemble(Order(Content(), lang, day, grid, FormulaResults(lang, {}, {}, day)))


def _write_result(draft: _FixDraft, *, dry_run: bool, backup: bool) -> FixResult:
    if draft.outcome.error is not None:  # nothing is written that cannot be read again
        return FixResult(draft.outcome)
    fixed = FixResult(draft.outcome, tuple(draft.fixes.values()), tuple(draft.refused.values()))
    if draft.content == draft.original:
        return fixed
    fixed = replace(fixed, stale=needs_recalculation(draft.original, draft.content))
    if dry_run:
        return fixed
    try:
        file_access.replace(draft.source, draft.content, was=draft.original, backup=backup)
    except FileError as error:
        return FixResult(replace(draft.outcome, error=error), written=isinstance(error, save.DurabilityError))
    return replace(fixed, written=True)
