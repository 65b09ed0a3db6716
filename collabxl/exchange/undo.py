"""Undoing changes that the ledger knows, one or those of a merge: the cells say again what they said before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from collabxl.errors import UsageError
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.records import CHANGING, LedgerEntry
from collabxl.exchange.reversals import MergePast
from collabxl.exchange.three_way import Spot, is_same
from collabxl.exchange.value_labels import EMPTY, value_label
from collabxl.exchange.write_master import OpenMaster, WriteJob
from collabxl.schema.settings import Settings
from collabxl.storage import save
from collabxl.text import t
from collabxl.workers.pool import readings

_UNKNOWN = t("账本里没有第 {number} 条，最后一条是 {last}", "The ledger has no entry {number}; its last one is {last}")
_NO_CHANGE = t("第 {number} 条没有改动主表的单元格，不能撤销", "Entry {number} changed no cell and cannot be undone")
_CHANGED = t(
    "{id} 的这一格后来又改过，现在是“{now}”，没有撤销。请直接在主表里改",
    "The cell of {id} was changed since and says “{now}” now; not undone. Change it in the master itself",
)
_UNDONE = t(
    "第 {number} 条已经由第 {by} 条撤销了，不用再撤销。要恢复，撤销第 {by} 条",
    "Entry {number} is undone already, by entry {by}. To have its value again, undo entry {by}",
)
_MERGE_UNDONE = t(
    "第 {number} 条所在的那次合并已经撤销了（第 {by} 条）。要恢复，用 --undo-merge {by}",
    "The merge of entry {number} is undone already (entry {by}). To have it again: --undo-merge {by}",
)
_NO_MERGE = t(
    "第 {number} 条所在的那次操作没有改动主表的单元格，不能撤销",
    "What entry {number} belongs to changed no cell and cannot be undone",
)
_ALL_CHANGED = t(
    "第 {number} 条所在的那次合并改过的单元格，后来都又改过，没有撤销。请直接在主表里改",
    "All cells that the merge of entry {number} changed were changed since; nothing undone. Change them in the master",
)


class UndoResult(NamedTuple):
    """What undoing a whole merge came to: the entries made for it, and those left as the cell was changed since."""

    entries: list[LedgerEntry]
    skipped: list[LedgerEntry]
    undone: Mapping[int, int] = MappingProxyType({})
    """Of those left, by their numbers, the entries that had undone them before."""


def undo(
    path: str | Path, number: int, *, today: dt.date, settings: Settings | None = None, backup: bool = False
) -> LedgerEntry:
    """Undo one entry of a master's ledger, and return the entry made for that.

    Raises UsageError for an entry that changed no cell and where the cell says something else by now; FileError if the
    master cannot be read or written.
    """
    path = Path(path)
    with save.write_lock(path), Ledger(path) as ledger:
        entry = _find_entry(ledger, number)
        if not _is_change(entry):
            raise UsageError(_NO_CHANGE, number=number)
        opened = _open_master(WriteJob(path, today, settings, backup), ledger)
        made, _ = _undo_entries(opened, [entry])
        by = MergePast(filter(ledger.has, ledger.entries())).undone_by(number)
        if not made and by is not None:
            raise UsageError(_UNDONE, number=number, by=by)
        if not made:
            spot = _spot(entry)
            told = value_label(opened.master.value(spot), spot, opened.master.lang) or EMPTY.to(opened.master.lang)
            raise UsageError(_CHANGED, id=spot.id, now=told)
        opened.write(made)
        return ledger.entries()[-1]


def undo_merge(
    path: Path, number: int, *, today: dt.date, settings: Settings | None = None, backup: bool = False
) -> UndoResult:
    """Undo all that the merge changed which an entry of the ledger belongs to, in one write.

    Cells that were changed since stay as they are and are told. Raises UsageError where nothing is left to undo;
    FileError if the master cannot be read or written.
    """
    with save.write_lock(path), Ledger(path) as ledger:
        write = _find_entry(ledger, number).write
        changed = [entry for entry in ledger.entries() if entry.write == write and _is_change(entry)]
        if write is None or not changed:
            raise UsageError(_NO_MERGE, number=number)
        opened = _open_master(WriteJob(path, today, settings, backup), ledger)
        made, left = _undo_entries(opened, list(reversed(changed)))
        past = MergePast(filter(ledger.has, ledger.entries()))
        undone = {entry.number: by for entry in left if (by := past.undone_by(entry.number)) is not None}
        if not made and len(undone) == len(left):
            raise UsageError(_MERGE_UNDONE, number=number, by=min(undone.values()))
        if not made:
            raise UsageError(_ALL_CHANGED, number=number)
        opened.write(made)
        return UndoResult(ledger.entries()[-len(made) :], left, undone)


def _open_master(job: WriteJob, ledger: Ledger) -> OpenMaster:
    (reading,) = readings([str(job.path)])
    return OpenMaster(job, ledger, reading)


def _find_entry(ledger: Ledger, number: int) -> LedgerEntry:
    """Return an entry; UsageError if there is none of this number."""
    known = {entry.number: entry for entry in ledger.entries()}
    if number not in known:
        raise UsageError(_UNKNOWN, number=number, last=max(known, default=0))
    return known[number]


def _is_change(entry: LedgerEntry) -> bool:
    """Return whether an entry changed a cell of the master."""
    return entry.kind in CHANGING and bool(entry.spot and entry.spot.key) and not is_same(entry.was, entry.now)


def _undo_entries(opened: OpenMaster, entries: Iterable[LedgerEntry]) -> tuple[list[LedgerEntry], list[LedgerEntry]]:
    """Let cells say what they said before, the last change first; return the entries for it, and those it left."""
    made: list[LedgerEntry] = []
    left: list[LedgerEntry] = []
    for entry in entries:
        spot, now = _spot(entry), opened.master.value(_spot(entry))
        if is_same(now, entry.now) and opened.master.set_value(spot, entry.was):
            made.append(LedgerEntry("undone", entry.department, spot=spot, was=now, now=entry.was, undoes=entry.number))
        else:
            left.append(entry)
    return made, left


def _spot(entry: LedgerEntry) -> Spot:
    assert entry.spot is not None
    return entry.spot
