"""Undoing one change that the ledger knows: the cell says again what it said before, which is an entry of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from collabxl import saving
from collabxl.errors import UsageError
from collabxl.read.guard import readings
from collabxl.settings import Settings
from collabxl.share.ledger import Ledger
from collabxl.share.merge import Spot, same
from collabxl.share.records import CHANGING, Entry
from collabxl.share.spoken import EMPTY, words
from collabxl.share.writing import Job, Opened
from collabxl.text import t

UNDOABLE = CHANGING
"""The kinds of entries that changed a cell of the master."""
_UNKNOWN = t("账本里没有第 {number} 条，最后一条是 {last}", "The ledger has no entry {number}; its last one is {last}")
_NO_CHANGE = t("第 {number} 条没有改动主表的单元格，不能撤销", "Entry {number} changed no cell and cannot be undone")
_CHANGED = t(
    "{id} 的这一格后来又改过，现在是“{now}”，没有撤销。请直接在主表里改",
    "The cell of {id} was changed since and says “{now}” now; not undone. Change it in the master itself",
)


def undo(path: Path, number: int, *, today: dt.date, settings: Settings | None = None, backup: bool = False) -> Entry:
    """Undo one entry of a master's ledger, and return the entry made for that.

    Raises UsageError for an entry that changed no cell and where the cell says something else by now; FileError if the
    master cannot be read or written.
    """
    with saving.editing(path), Ledger(path) as ledger:
        (reading,) = readings([str(path)])
        opened = Opened(Job(path, today, settings, backup), ledger, reading)
        entry, spot = _undoable(ledger, number)
        now = opened.master.value(spot)
        if not same(now, entry.now) or not opened.master.put(spot, entry.was):
            told = words(now, spot, opened.master.lang) or EMPTY.to(opened.master.lang)
            raise UsageError(_CHANGED, id=spot.id, now=told)
        opened.write([Entry("undone", entry.department, spot=spot, was=now, now=entry.was, undoes=number)])
        return ledger.entries()[-1]


def _undoable(ledger: Ledger, number: int) -> tuple[Entry, Spot]:
    """Return an entry and the cell it changed; UsageError if there is none."""
    known = {entry.number: entry for entry in ledger.entries()}
    if number not in known:
        raise UsageError(_UNKNOWN, number=number, last=max(known, default=0))
    entry = known[number]
    spot = entry.spot
    if entry.kind not in UNDOABLE or spot is None or spot.key is None or same(entry.was, entry.now):
        raise UsageError(_NO_CHANGE, number=number)
    return entry, spot
