"""Findings: what a hit becomes once it is known where it stands, ready to be said in either language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from collabxl.ooxml import a1
from collabxl.reading.dates import SHIFT_1904
from collabxl.reading.literals import lost_lookup
from collabxl.reading.sheet import SheetReading
from collabxl.reading.tables import Tables
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.rule import RESTORED, SEVERITIES, Rule, Severity
from collabxl.schema.columns import Kind
from collabxl.schema.kinds import Choice, Day, Period
from collabxl.schema.serials import EPOCH, to_serial
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, span, t

_LOOKED_UP = t(
    "；{where} 的公式按现在的文字查找，所以不自动改：请和公式一起改",
    "; the formula at {where} looks up what stands here now, so it is not changed automatically: change both together",
)


class Hit(NamedTuple):
    """A rule's hit on its way: the row and column it is about, not yet an address.

    ``row`` is Excel's row number or None; ``column`` is given only where the hit names a column by number.
    """

    rule: Rule
    wb: int
    sheet: str | None
    row: int | None
    key: str | None
    column: int | None
    severity: Severity
    args: Mapping[str, Any]
    replacement: Any = None
    raw: Any = None


class Waiver(NamedTuple):
    """Why somebody agreed to live with a finding, and until when; that day still counts."""

    reason: str
    until: dt.date
    approver: str | None = None


class Finding(NamedTuple):
    """One thing to mend in one workbook; ``cell`` is its A1 address, ``header`` the header as it stands in the file.

    ``replacement`` is the cell's safe new value, None if a person has to decide. A waived one is told, but is no
    problem.
    """

    rule: Rule
    severity: Severity
    sheet: str | None
    sheet_title: str | None
    row: int | None
    cell: str | None
    key: str | None
    header: str | None
    id: str | None
    value: Any
    args: Mapping[str, Any]
    replacement: Any = None
    waiver: Waiver | None = None
    order: tuple[int, ...] = ()
    looked_up: str | None = None
    """Where a formula of somebody looks up what the cell says, so that no safe new value is offered."""

    @property
    def waived(self) -> bool:
        """Whether somebody has agreed to live with it for now."""
        return self.waiver is not None

    @property
    def fixable(self) -> bool:
        """Whether ``fix`` may mend it; what was agreed to is left alone."""
        return self.replacement is not None and not self.waived

    def message(self, lang: Lang) -> str:
        """Return what is wrong, in one sentence."""
        return self.rule.message.fill(lang, self.args)

    def advice(self, lang: Lang) -> str:
        """Return what to do about it."""
        says = self.rule.fix.fill(lang, self.args)
        return says if self.looked_up is None else says + _LOOKED_UP.fill(lang, {"where": self.looked_up})


def locate_hits(hits: Iterable[Hit], tables: Tables) -> dict[int, list[Finding]]:
    """Return the findings of every workbook in the order of sheet, row, column and code.

    A hit on an optional column that its workbook does not have is no finding: there is no cell to mend.
    """
    found: dict[int, list[Finding]] = {wb: [] for wb in tables.readings}
    seen: dict[tuple[int, str | None], _SheetLookup | None] = {}
    for hit in hits:
        where = (hit.wb, hit.sheet)
        if where not in seen:
            page = tables.sheet_reading(hit.wb, hit.sheet) if hit.sheet else None
            seen[where] = _SheetLookup(page, tables.readings[hit.wb]) if page else None
        finding = _finding(hit, seen[where])
        if finding is not None:
            found[hit.wb].append(finding)
    for findings in found.values():
        findings.sort(key=attrgetter("order", "rule.code"))
    return found


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Return how many findings that are not waived there are of each severity."""
    counted = Counter(finding.severity for finding in findings if not finding.waived)
    return {severity: counted[severity] for severity in SEVERITIES}


class _SheetLookup:
    """One page with what is needed to look up a cell: where its columns are and what was typed."""

    def __init__(self, page: SheetReading, reading: Reading) -> None:
        self.page = page
        self.lang = reading.lang
        self.looked_up = reading.looked_up
        self.raw: dict[tuple[int | None, str], Any] = {(each.row, each.key): each.raw for each in page.misfits}
        self._kinds = _kinds(page.key)
        meta = STANDARD.sheet(page.key).meta
        self.is_form = meta.form_headers is not None
        number = meta.id
        self._ids = page.columns.get(number.key) if number else None
        self.at: dict[int | None, int] = {row: at for at, row in enumerate(page.rows)}
        """The position of each row in the page's columns."""

    def value(self, row: int | None, key: str | None, at: int | None) -> Any:
        """What was typed into a column of the row at a position."""
        if key is None:
            return None
        if self.raw and (row, key) in self.raw:
            return _jsonable(self.raw[row, key])
        values = self.page.columns.get(key)
        if at is None or values is None:
            return None
        value = values[at]
        return None if value is None else _template_value(value, self._kinds[key], self.lang)

    def id(self, at: int | None) -> str | None:
        return self._ids[at] if self._ids is not None and at is not None else None


@cache
def _kinds(sheet: str) -> dict[str, Kind]:
    return {column.key: column.value_kind for column in STANDARD.sheet(sheet).meta.columns}


def _placeless_finding(hit: Hit) -> Finding:
    """Return a finding about a sheet that is not there, or about the workbook as a whole."""
    return Finding(
        rule=hit.rule,
        severity=hit.severity,
        sheet=hit.sheet,
        sheet_title=None,
        row=None,
        cell=None,
        key=hit.key,
        header=None,
        id=None,
        value=None,
        args=hit.args,
        order=(-1, _sheet_rank(hit.sheet), 0),
    )


def _finding(hit: Hit, seen: _SheetLookup | None) -> Finding | None:
    if seen is None:
        return _placeless_finding(hit)
    rule, _, sheet, row, key, column, severity, args, better, raw = hit
    page, word, at = seen.page, None, seen.at.get(row)
    name, value = seen.id(at), _jsonable(raw) if raw is not None else seen.value(row, key, at)
    if column is None and key is not None:
        place = page.places.get(key)
        if place is None:
            return None
        column, word = place.column, place.text
        row = place.row if seen.is_form else row
    cell = a1.cell_address(row, column) if row is not None and column is not None else None
    order = (page.order, row or 0, column or 0)
    word = word if word is not None else args.get("text")
    if better is not None and row is not None and column is not None and page.is_computed(row, column):
        better = better if _is_result(raw, better) else None
    found = Finding(
        rule=rule,
        severity=severity,
        sheet=sheet,
        sheet_title=page.title,
        row=row,
        cell=cell,
        key=key,
        header=word,
        id=name,
        value=value,
        args=args,
        replacement=better,
        order=order,
    )
    if better is None or better == RESTORED or not isinstance(value, str) or not seen.looked_up:
        return found
    where = lost_lookup(seen.looked_up, value, better if isinstance(better, str) else "")
    return found if where is None else found._replace(replacement=None, looked_up=where)


def _is_result(raw: Any, better: Any) -> bool:
    """Return whether a formula's result is the value meant, or has but to be shown as the day it is."""
    if better == RESTORED:
        return True
    if not isinstance(better, dt.date) or not isinstance(raw, int | float):
        return False
    return raw in (to_serial(better), to_serial(better) - SHIFT_1904)


def _sheet_rank(sheet: str | None) -> int:
    keys = [each.meta.key for each in STANDARD.sheets]
    return keys.index(sheet) if sheet in keys else -1


def _template_value(value: Any, kind: Kind, lang: Lang) -> Any:
    match kind:
        case Choice(words):
            return words.title_of(value).to(lang)
        case Day():
            return dt.date.fromordinal(value + EPOCH).isoformat()
        case Period():
            return "~".join(_template_value(day, Day(), lang) for day in value)
        case _:
            return value


def _jsonable(raw: Any) -> Any:
    if isinstance(raw, dt.date | dt.time):
        return raw.isoformat()
    return span(raw) if isinstance(raw, dt.timedelta) else raw
