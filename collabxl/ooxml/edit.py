"""Values written into the cells of a sheet that is there, and formulas' results renewed; all else keeps its bytes.

A plan first: what is no change is left out, what must not change is refused, and only then is anything written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml import a1
from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW
from collabxl.ooxml.areas import CellRange, Spot
from collabxl.ooxml.cells import DATE_FORMAT, MOMENT_FORMAT, SHARE_FORMAT, CellCodec, PercentValue, Value
from collabxl.ooxml.protected_ranges import refuse_formulas, refuse_locked, refuse_protected
from collabxl.ooxml.references import shift_formula
from collabxl.ooxml.sheet import WorksheetPart, worksheet_part
from collabxl.ooxml.styles import Stylesheet
from collabxl.ooxml.workbook_part import WorkbookPart, parse_int
from collabxl.ooxml.xml import Node, as_utf8
from collabxl.text import t

_RICH = t(
    "{sheet} 的 {cell} 里文字有几种格式，改写会丢掉格式，没有改。请手工修改",
    "The text in {cell} of {sheet} has several formats, which a rewrite would lose; left as it is. Change it by hand",
)


class _CellChange(NamedTuple):
    spot: Spot
    value: Value
    style: int
    changes_value: bool
    """Whether the value changes, not only the style."""


def set_cells(
    book: WorkbookPart,
    title: str,
    values: Mapping[Spot, Value],
    *,
    looks: Mapping[Spot, Spot] | None = None,
    locked: bool = False,
    keep_rich: bool = False,
) -> None:
    """Write values into cells of a sheet, (row, column) counted from 1, each in the style that its cell has.

    A date gets a date format where the style has none. ``looks`` gives cells the style of other cells of the sheet.
    What a cell says already is no change, be it typed or computed: a formula whose result is a date may so get a date
    format. Raises PackageError for cells that must not be written: those with a formula that says something else,
    locked ones of a protected sheet unless ``locked``, and with ``keep_rich`` those whose text has several formats.
    """
    sheet = worksheet_part(book, title)
    edit = SheetEdit(book, sheet)
    changes = edit.plan(values, looks or {})
    speaking = [change.spot for change in changes if change.changes_value]
    refuse_protected(sheet, speaking)
    refuse_formulas(sheet, speaking)
    if keep_rich:
        _refuse_rich(edit, speaking)
    if not locked:
        refuse_locked(sheet, [change.spot for change in changes], edit.styles)
    edit.apply(changes)


def _refuse_rich(edit: SheetEdit, spots: Iterable[Spot]) -> None:
    for spot in spots:
        node = edit.sheet.cell(spot)
        if node is not None and edit.cells.is_rich(node):
            raise PackageError("rich-text", _RICH, sheet=edit.sheet.title, cell=a1.cell_address(*spot))


def renew_results(book: WorkbookPart, title: str, values: Mapping[Spot, str | float | bool]) -> set[Spot]:
    """Renew the results of formulas, and return the cells left alone because they hold none.

    The formulas, the styles and all else keep their bytes; Excel is not asked to compute.
    """
    sheet = worksheet_part(book, title)
    cells = CellCodec(book, sheet)
    touched, ignored = set(), set()
    for spot, value in sorted(values.items()):
        node, row = sheet.cell(spot), sheet.row(spot[0])
        if node is None or row is None or node.first("f") is None:
            ignored.add(spot)
            continue
        spelling = cells.encode_result(value)
        old, same_type = cells.value(node), node.attrs.get("t", "n") == (spelling.kind or "n")
        if not same_type or old is None or old != value:
            cells.write_result(row, node, spelling)
            touched.add(spot[0])
    sheet.commit(touched)
    return ignored


class SheetEdit:
    """One sheet with what has to grow beside it: strings, styles, calculation."""

    def __init__(self, book: WorkbookPart, sheet: WorksheetPart) -> None:
        self.book, self.sheet = book, sheet
        self.cells, self.styles = CellCodec(book, sheet), Stylesheet(book)
        self.touched: set[int] = set()

    def plan(self, values: Mapping[Spot, Value], looks: Mapping[Spot, Spot]) -> list[_CellChange]:
        """Return what truly changes, in reading order."""
        changes = []
        for spot in sorted({*values, *looks}):
            if not 1 <= spot[0] <= LAST_ROW or not 1 <= spot[1] <= LAST_COLUMN:
                raise ValueError(f"{spot} is no cell of a worksheet")
            node, value = self.sheet.peek_cell(spot), values.get(spot)
            now = self.sheet.inherited_style(spot) if node is None else parse_int(node.attrs.get("s"), 0)
            style = self.style_for(value, self.sheet.style(looks[spot]) if spot in looks else now)
            speaks = spot in values and not self.cells.holds(node, value)
            if speaks or style != now:
                changes.append(_CellChange(spot, value, style, speaks))
        return changes

    def apply(self, changes: list[_CellChange]) -> None:
        """Write the changes and all that follows from them."""
        if not changes:
            return
        speaking = [change.spot for change in changes if change.changes_value]
        computed = _has_formulas(self.book, self.sheet) if speaking else False
        for change in changes:
            self._write(change)
        self.commit()
        if computed:
            self.book.recalculate_on_load()

    def style_for(self, value: Value, style: int) -> int:
        """Return the style, or for a date or a share the same style with a format of that kind if it has none."""
        if isinstance(value, PercentValue):
            return style if self.styles.shows_share(style) else self.styles.with_number_format(style, SHARE_FORMAT)
        if not isinstance(value, dt.date) or self.styles.shows_date(style):
            return style
        moment = isinstance(value, dt.datetime) and value.time() != dt.time()
        return self.styles.with_number_format(style, MOMENT_FORMAT if moment else DATE_FORMAT)

    def formula(self, spot: Spot) -> str | None:
        """Return the formula of a cell, a shared one as it reads there; None without one."""
        own = self._formula(spot)
        if own is None or own.attrs.get("t") != "shared" or own.text.strip():
            return own.text if own is not None else None
        for start, _ in list(self.sheet.formulas(b"shared")):
            place = self.sheet.spot_at(start)
            master = self._formula(place)
            if master is not None and master.text.strip() and master.attrs.get("si") == own.attrs.get("si"):
                return shift_formula(master.text, spot[0] - place[0], spot[1] - place[1])
        return None

    def commit(self) -> None:
        """Put strings, styles and sheet into the package, those first that may be refused."""
        self.cells.strings.commit()
        self.styles.commit()
        self.sheet.commit(self.touched)

    def _write(self, change: _CellChange) -> None:
        number, column = change.spot
        row = self.sheet.new_row(number)
        if change.changes_value:
            self.cells.write(row, column, self.cells.encode(change.value), change.style)
        else:
            self.cells.restyle(row, column, change.style)
        if column not in row.cells:
            self.sheet.extend_dimension(CellRange(number, column, number, column))
        self.touched.add(number)

    def _formula(self, spot: Spot) -> Node | None:
        node = self.sheet.cell(spot)
        return node.first("f") if node else None


def _has_formulas(book: WorkbookPart, sheet: WorksheetPart) -> bool:
    """Return whether any cell of the workbook is computed."""
    chain = book.related_part("calcChain")
    if (chain and chain in book.package) or _has_formula(sheet.scan.plain):
        return True
    others = [tab.part for tab in book.sheets if tab.part and tab.kind == "worksheet" and tab.part != sheet.part]
    return any(_part_has_formula(book, part) for part in others)


def _part_has_formula(book: WorkbookPart, part: str) -> bool:
    try:
        return _has_formula(as_utf8(book.package.read(part), part))
    except PackageError:  # not ours to read: better to compute once too often
        return True


def _has_formula(source: bytes) -> bool:
    return any(source.find(mark) >= 0 for mark in (b"</f>", b":f>", b"dataTable"))
