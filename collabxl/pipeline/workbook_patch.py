"""From what is to change to the bytes of the new file, checked before anybody replaces anything."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from collabxl.errors import FileError
from collabxl.ooxml.areas import CellRange
from collabxl.ooxml.comments import set_note
from collabxl.ooxml.edit import renew_results, set_cells
from collabxl.ooxml.import_sheet import ImportOptions, import_sheet
from collabxl.ooxml.lint import InvariantError
from collabxl.ooxml.lint import check as lint
from collabxl.ooxml.package import Package
from collabxl.ooxml.properties import set_property
from collabxl.ooxml.repair import restore
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.recalculation.engine import RecalculationScope, recalculate
from collabxl.rules.engine.outcome import Outcome
from collabxl.storage.file_access import read_content
from collabxl.summary import MARKER
from collabxl.text import t
from collabxl.workbook.charts import OBJECTS
from collabxl.workbook.grid import CellEdit, Grid
from collabxl.workbook.single_sheet import single_sheet_workbook

Spot = tuple[int, int]


@dataclass(frozen=True)
class Restoration:
    """Areas of one sheet that get back what guards them in a workbook of the same form."""

    sheet: str
    areas: Sequence[CellRange]
    model: bytes
    """A workbook with a sheet of the same title, whose cells are guarded as they should be."""
    coloured: Sequence[CellRange] = ()
    """The areas whose conditional formats are restored, if not the same: those do not take away what people added."""


@dataclass(frozen=True)
class WorkbookChanges:
    """All that one write puts into a workbook."""

    summary: Grid | None = None
    edits: Sequence[CellEdit] = ()
    ours: bool = False
    """Whether collabxl built the workbook: its locks are not meant for us."""
    keeps_rich: bool = False
    """Whether a text with several formats stays as it is: no other text can have them."""
    renewal: RecalculationScope | None = None
    """What formulas are computed anew once all else is written; None: they keep their results."""
    notes: Mapping[tuple[str, Spot], str] = field(default_factory=dict)
    restorations: Sequence[Restoration] = ()
    sheets: Mapping[str, Grid] = field(default_factory=dict)
    """Further sheets of ours, by the hidden name that marks each."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Custom document properties that get another text."""
    spared: frozenset[str] = frozenset()
    """Titles of sheets that people fill in, of which none is ours to be renewed, whatever marks it bears."""


def load_content(outcome: Outcome) -> bytes:
    """Return the bytes of a workbook that was checked; FileError of kind locked if they changed since."""
    content = read_content(outcome.path)
    if outcome.reading and outcome.reading.digest != hashlib.sha256(content).hexdigest():
        says = t(
            "{path} 在检查期间被改动，未写入。请重新运行", "{path} changed while it was checked; not written. Run again"
        )
        raise FileError("locked", says, path=outcome.path)
    return content


def needs_recalculation(before: bytes, after: bytes) -> bool:
    """Return whether formulas that people wrote keep results from before a write, until they are computed anew."""
    return WorkbookPart(Package(after)).recalculates_on_load and not WorkbookPart(Package(before)).recalculates_on_load


class PatchResult(NamedTuple):
    """The bytes of a new file, and whether formulas of people show something else in a sheet of which we read rows."""

    content: bytes
    misread: bool


def patch_workbook(content: bytes, changes: WorkbookChanges) -> bytes:
    """Return a workbook with the changes in it, all its other entries as they were; FileError if that cannot be."""
    return patch(content, changes).content


def patch(content: bytes, changes: WorkbookChanges) -> PatchResult:
    """Return the same, and whether it says something else where it was read than when the changes were thought of."""
    package = Package(content)
    book = WorkbookPart(package)
    edited: dict[str, set[Spot]] = {each.sheet: set() for each in changes.restorations}
    for each in changes.restorations:
        restore(book, each.sheet, each.model, each.sheet, each.areas, coloured=each.coloured)
    for title, edits in _by_sheet(changes.edits).items():
        values = {edit.spot: edit.new for edit in edits}
        looks = {edit.spot: edit.like for edit in edits if edit.like}
        set_cells(book, title, values, looks=looks, locked=changes.ours, keep_rich=changes.keeps_rich)
        edited.setdefault(title, set()).update(values)
    for (title, spot), text in changes.notes.items():
        set_note(book, title, spot, text)
    for name, text in changes.properties.items():
        set_property(package, name, text)
    put = list(_import_sheets(book, changes))
    misread = _renew(book, changes.renewal, edited, put) if changes.renewal else False
    result = package.save()
    try:
        lint(package, result, put, edited)
    except InvariantError as error:
        says = t(
            "写入前的自查没有通过（{reason}），文件未改动。请把文件发给我们",
            "The check before writing failed ({reason}); the file is unchanged. Please send it to us",
        )
        raise FileError("unsupported", says, reason=str(error)) from error
    return PatchResult(result, misread)


def _import_sheets(book: WorkbookPart, changes: WorkbookChanges) -> Iterator[str]:
    """Put the sheets that are ours into a workbook, and yield the titles they got."""
    if changes.summary:
        known = ImportOptions(True, OBJECTS, changes.spared)
        painted = single_sheet_workbook(changes.summary)
        yield import_sheet(book, painted, title=changes.summary.title, marker=MARKER, known=known)
    for marker, grid in changes.sheets.items():
        known = ImportOptions(spared=changes.spared)
        yield import_sheet(book, single_sheet_workbook(grid), title=grid.title, marker=marker, known=known)


def _renew(book: WorkbookPart, renewal: RecalculationScope, edited: dict[str, set[Spot]], put: Sequence[str]) -> bool:
    """Let formulas show what follows from all that was written, and add the cells to those that were edited.

    Returns whether any of them is people's and in a sheet that is read.
    """
    if not renewal.built and not any(edited.values()):
        return False
    own = {book.sheets[name.scope].title for name in book.names if name.name == MARKER and name.scope is not None}
    whole = replace(renewal, whole=renewal.whole | own | {*put})
    misread = False
    for title, spots in recalculate(book, whole, edited).items():
        misread |= title in whole.read and not all(whole.is_ours(title, spot) for spot in spots)
        renew_results(book, title, spots)
        if title not in put:
            edited.setdefault(title, set()).update(spots)
    return misread


def _by_sheet(edits: Iterable[CellEdit]) -> dict[str, list[CellEdit]]:
    found: dict[str, list[CellEdit]] = defaultdict(list)
    for edit in edits:
        found[edit.sheet].append(edit)
    return found
