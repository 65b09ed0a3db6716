"""What cells of the master held before, as the ledger keeps it for rules about former values; undone is never held."""

from __future__ import annotations

from typing import Any

from collabxl.exchange.database import Database
from collabxl.exchange.ledger_rows import numbers, texts
from collabxl.exchange.records import CHANGING, LedgerEntry
from collabxl.exchange.three_way import Spot, Value
from collabxl.rules.engine.ledger_reader import TRACKED_KEYS, to_json


def note(file: Database, entry: LedgerEntry, at: str) -> None:
    """Keep what an entry says that a cell held until a moment; where it undoes another one, forget that again."""
    if entry.spot is None or entry.kind not in CHANGING:
        return
    undone = file.fetch(_undone_entry, "SELECT kind, at FROM entries WHERE id=?", entry.undoes) if entry.undoes else []
    if undone and undone[0][0] != "undone":
        _forget(file, entry, undone[0][1])
    else:
        hold(file, entry.spot, entry.was, at)


def hold(file: Database, spot: Spot, value: Value, at: str) -> None:
    """Keep what a cell held at a time; what it was known to hold last, it held until then."""
    if spot.key not in TRACKED_KEYS or value is None:
        return
    query = "SELECT id, value FROM held WHERE sheet=? AND row=? AND key=? ORDER BY id DESC LIMIT 1"
    last = file.fetch(_value_record, query, *spot)
    told = to_json(value)
    if last and last[0][1] == told:
        file.run("UPDATE held SET day=? WHERE id=?", at[:10], last[0][0])
    else:
        file.run("INSERT INTO held (sheet, row, key, value, day) VALUES (?, ?, ?, ?, ?)", *spot, told, at[:10])


def _forget(file: Database, entry: LedgerEntry, since: str) -> None:
    """Forget what a cell held only because of what is undone: nothing that it held before it held what is restored."""
    assert entry.spot is not None
    restored = "SELECT COALESCE(MAX(id), 0) FROM held WHERE sheet=? AND row=? AND key=? AND value=?"
    file.run(
        f"DELETE FROM held WHERE sheet=? AND row=? AND key=? AND value=? AND day>=? AND id>({restored})",
        *(*entry.spot, to_json(entry.was), since[:10], *entry.spot, to_json(entry.now)),
    )


def _value_record(number: Any, value: Any) -> tuple[int, str]:
    return (*numbers(number), *texts(value))


def _undone_entry(kind: Any, at: Any) -> tuple[str, str]:
    return (*texts(kind, at),)
