"""The ledger: an SQLite file beside the master that knows every copy sent, every return, and who changed which cell.

What is about to be written into the master is entered first, as an intent with the digests of the master before and
after. Whoever opens the ledger next sees by the master's digest whether a write that did not report back was done, so
that master and ledger agree wherever a run was killed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Self

from collabxl.errors import FileError
from collabxl.exchange import past_values
from collabxl.exchange.database import PATIENCE, VERSION, Database, is_access_denied, ledger_error
from collabxl.exchange.ledger_rows import entry_of, ids_of, intent_of, numbers, return_of, rows_of, sent_copy_of, texts
from collabxl.exchange.records import LedgerEntry, MergedReturn, SentCopy
from collabxl.exchange.three_way import Return, Row, Rows, Spot
from collabxl.mail.message_model import WITHIN
from collabxl.rules.engine.ledger_reader import TRACKED_KEYS, ledger_path, sqlite_uri, to_json
from collabxl.text import t

__all__ = ["VERSION", "Ledger", "MasterWrite", "return_sources", "snapshot"]
_NO_LEDGER = t(
    "{path} 旁边没有账本 {ledger}。请先拆分；主表换了地方或名字时，账本要一起移动、改名",
    "There is no ledger {ledger} beside {path}. Split the master first; where it was moved or renamed, move or rename "
    "the ledger with it",
)
_COLUMNS = "at, kind, department, sender, file, mail, copy, sheet, row, key, was, now, note, undoes, said, intent"
_ENTER = f"INSERT INTO entries ({_COLUMNS}) VALUES ({', '.join('?' * 16)})"
_ACCEPT = f"""INSERT OR REPLACE INTO returns
    (digest, copy, at, saved, sender, mail, file, rows, renumbered, intent, revision)
    VALUES ({", ".join("?" * 11)})"""
_DONE = "intent IS NULL OR intent IN (SELECT id FROM intents WHERE state='done')"


class MasterWrite(NamedTuple):
    """A write into the master: its bytes before and after, and the revision it has then."""

    before: bytes
    after: bytes
    revision: int


class Ledger:
    """The ledger of one master, open for one run; used as a context manager.

    Without ``create`` it must be there already, else FileError of kind not-found. What counts of it is what led to
    the revision that the master has: writes that an older master does not have, as one that was restored from a
    backup, count again once it has them.
    """

    def __init__(self, master: Path, *, create: bool = False) -> None:
        self.master = master
        self.path = ledger_path(master)
        if not create and not self.path.exists():
            raise FileError("not-found", _NO_LEDGER, path=str(master), ledger=self.path.name)
        self._file = Database(self.path)
        self._revision: int | None = None
        self._writes: list[tuple[int, int, int]] = []
        """Number, revision and the revision before of every write that was done."""
        self._line: frozenset[int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def key(self) -> bytes:
        """The secret that signs copies; it never leaves this file."""
        found = self._file.fetch(bytes.fromhex, "SELECT value FROM facts WHERE name='key'")
        if not found:
            raise ledger_error(self.path, ValueError("facts: key"))
        return found[0]

    def recover(self, revision: int) -> None:
        """Settle what a killed run left open: done if the master is as it meant to leave it, dropped if as before.

        A master that was edited since tells by its ``revision``, which every merge raises, whether the write was done,
        and which of all writes it has.
        """
        digest = hashlib.sha256(self.master.read_bytes()).hexdigest()
        for number, before, after, meant in self._file.fetch(
            intent_of, "SELECT id, before, after, revision FROM intents WHERE state='open'"
        ):
            done = digest == after or (digest != before and revision >= meant)
            self._settle(number, "done" if done else "dropped")
            revision = max(revision, meant) if done else revision
        self._find_writes(revision)

    def _find_writes(self, revision: int) -> None:
        """Find the writes that led to a revision of the master."""
        query = "SELECT id, revision, parent FROM intents WHERE state='done' ORDER BY id"
        self._writes = self._file.fetch(numbers, query)
        self._revision = revision
        line, at = set(), revision
        while (write := self._last(at)) is not None:
            line.add(write[0])
            at = min(write[2], write[1] - 1)
        self._line = frozenset(line)

    def _last(self, revision: int) -> tuple[int, int, int] | None:
        """Return the last write up to a revision."""
        return max((write for write in self._writes if write[1] <= revision), key=_by_revision, default=None)

    @property
    def newest_revision(self) -> int:
        """The highest revision that the master was ever written with."""
        return max((revision for _, revision, _ in self._writes), default=0)

    @property
    def is_ahead(self) -> bool:
        """Whether the master lacks what was written last: it is an older state of itself."""
        last = self._last(self.newest_revision)
        return self._line is not None and last is not None and last[0] not in self._line

    def _counts(self, intent: int | None, revision: int) -> bool:
        """Return whether something counts for the master as it is."""
        if self._line is None or self._revision is None:
            return True
        if intent is not None:
            return intent in self._line
        write = self._last(revision)
        return revision <= self._revision and (write is None or write[0] in self._line)

    def intend(self, write: MasterWrite, entries: Iterable[LedgerEntry], accepted: Iterable[MergedReturn] = ()) -> int:
        """Enter what is about to be written into the master; return the number to confirm it by."""
        digests = [hashlib.sha256(content).hexdigest() for content in (write.before, write.after)]
        parent = write.revision - 1 if self._revision is None else self._revision
        with self._file.transaction():
            number = self._file.run(
                "INSERT INTO intents (at, before, after, revision, parent, state) VALUES (?, ?, ?, ?, ?, 'open')",
                *(_now(), *digests, write.revision, parent),
            )
            self._enter(entries, number)
            self._accept(accepted, number, write.revision)
        return number

    def confirm(self, intent: int) -> None:
        """Note that an intended write was done."""
        self._settle(intent, "done")

    def _settle(self, intent: int, state: str) -> None:
        with self._file.transaction():
            self._file.run("UPDATE intents SET state=? WHERE id=?", state, intent)
            if state == "dropped":
                self._file.run("DELETE FROM returns WHERE intent=?", intent)

    def note(self, entries: Iterable[LedgerEntry], accepted: Iterable[MergedReturn] = ()) -> None:
        """Enter what happened without a write into the master."""
        with self._file.transaction():
            self._enter(entries, None)
            self._accept(accepted, None, self._revision or 0)

    def _enter(self, entries: Iterable[LedgerEntry], intent: int | None) -> None:
        at = _now()
        for each in entries:
            told = (at, each.kind, each.department, each.sender, each.file, each.mail, each.copy)
            spot = each.spot or (None, None, None)
            said = None if each.said is None else to_json(each.said)
            self._file.run(
                _ENTER, *told, *spot, to_json(each.was), to_json(each.now), each.note, each.undoes, said, intent
            )
            past_values.note(self._file, each, at)

    def send(self, copies: Iterable[SentCopy]) -> None:
        """Enter copies that are about to be sent."""
        with self._file.transaction():
            for copy in copies:
                told = (copy.id, copy.department, copy.revision, copy.at.isoformat(), copy.file)
                rows = (to_json(copy.base), to_json(copy.rows))
                self._file.run("INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)", *told, *rows)
                self._enter([LedgerEntry("split", copy.department, file=copy.file, copy=copy.id)], None)
                for sheet, listed in copy.base.items():
                    for id in set(listed) & set(copy.rows.get(sheet, ())):
                        for key in TRACKED_KEYS:
                            past_values.hold(self._file, Spot(sheet, id, key), listed[id].get(key), copy.at.isoformat())

    def sent_copy(self, id: str) -> SentCopy | None:
        """Return a copy as it was sent, None if this ledger does not know it."""
        found = self._file.fetch(sent_copy_of, "SELECT * FROM copies WHERE id=?", id)
        return found[0] if found else None

    def reserved_ids(self) -> dict[str, dict[str, list[str]]]:
        """Return by department and sheet every 编号 that was ever in one of its copies, or given to a row of its."""
        held: dict[str, dict[str, list[str]]] = {}
        sent = self._file.fetch(_copy_ids, "SELECT department, rows FROM copies ORDER BY sent")
        given = self._file.fetch(
            _renumbered_id, "SELECT department, sheet, row FROM entries WHERE kind='renumbered' ORDER BY id"
        )
        for department, rows in [*sent, *given]:
            for sheet, ids in rows.items():
                mine = held.setdefault(department, {}).setdefault(sheet, [])
                known = set(mine)
                mine.extend(id for id in ids if id not in known)
        return held

    def _accept(self, accepted: Iterable[MergedReturn], intent: int | None, revision: int) -> None:
        for each in accepted:
            told = (each.digest, each.copy, _now(), each.back.saved_at.isoformat(), each.sender, each.mail, each.file)
            rows = (to_json(each.back.rows), to_json(each.back.renumbered))
            self._file.run(_ACCEPT, *told, *rows, intent, revision)

    def returns(self, copy: str) -> list[Return]:
        """Return what has come back of a copy so far, in the order it came."""
        return [back for back, counts in self._returns(copy) if counts]

    def former_returns(self, copy: str) -> list[Return]:
        """Return what has come back of a copy and counts no more, since an older master was restored."""
        return [back for back, counts in self._returns(copy) if not counts]

    def _returns(self, copy: str) -> list[tuple[Return, bool]]:
        """Return what has come back of a copy, and whether it counts."""
        query = "SELECT intent, revision, rows, saved, renumbered FROM returns WHERE copy=? ORDER BY at"
        found = self._file.fetch(return_of, query, copy)
        return [(back, self._counts(intent, revision)) for intent, revision, back in found]

    def has(self, entry: LedgerEntry) -> bool:
        """Return whether the master as it is has what an entry tells of."""
        return entry.write is None or self._line is None or entry.write in self._line

    def has_sent(self, copy: SentCopy) -> bool:
        """Return whether a copy was split from the master as it is, or from what led to it."""
        return self._counts(None, copy.revision)

    def unused_ids(self) -> dict[str, dict[str, list[str]]]:
        """Return by department and sheet the 编号 for new rows that no copy still out has and none came back with.

        A copy is out until it has come back once; what it has come back with is never free again.
        """
        query = "SELECT copies.*, returns.rows FROM copies LEFT JOIN returns ON copy=copies.id ORDER BY sent"
        free: dict[str, dict[str, dict[str, None]]] = {}
        taken: set[tuple[str, str]] = set()
        for sent, rows in self._file.fetch(_copy_and_return, query):
            for sheet, ids in sent.rows.items():
                blank = dict.fromkeys(id for id in ids if id not in sent.base.get(sheet, {}))
                if rows is None:
                    taken |= {(sheet, id) for id in blank}
                else:
                    taken |= {(sheet, id) for id in rows.get(sheet, {})}
                    free.setdefault(sent.department, {}).setdefault(sheet, {}).update(blank)
        return {
            department: {sheet: [id for id in ids if (sheet, id) not in taken] for sheet, ids in sheets.items()}
            for department, sheets in free.items()
        }

    def last_row(self, department: str, sheet: str, id: str) -> Row:
        """Return a row as a department has returned it last, empty if it never has or has deleted it."""
        query = (
            "SELECT returns.rows FROM returns JOIN copies ON copy=copies.id "
            "WHERE department=? ORDER BY saved DESC, at DESC LIMIT 1"
        )
        found = self._file.fetch(rows_of, query, department)
        return found[0].get(sheet, {}).get(id, {}) if found else {}

    def conflicts_about(self, spot: Spot, department: str) -> list[LedgerEntry]:
        """Return the questions that there were about a cell or row with a department, the last one first."""
        asked = "kind IN ('conflict', 'missing', 'outside') AND sheet=? AND row=? AND key IS ? AND department=?"
        query = f"SELECT id, {_COLUMNS} FROM entries WHERE {asked} AND ({_DONE}) ORDER BY id DESC"
        return self._file.fetch(entry_of, query, *spot, department)

    def sent_copies(self) -> list[tuple[str, str, str]]:
        """Return every copy, whose it is and the moment it was sent (ISO 8601, UTC), in that order."""
        return self._file.fetch(texts, "SELECT id, department, sent FROM copies ORDER BY sent, rowid")

    def returned_copies(self) -> dict[str, str]:
        """Return the copies of which something has come back, and when it did last (ISO 8601, UTC)."""
        found = self._file.fetch(_read_return, "SELECT copy, at, intent, revision FROM returns ORDER BY at")
        return {copy: at for copy, at, intent, revision in found if self._counts(intent, revision)}

    def has_merged(self, digest: str) -> bool:
        """Return whether this very file has been merged already, as far as the master has what that brought."""
        found = self._file.fetch(numbers, "SELECT intent, revision FROM returns WHERE digest=?", digest)
        return any(self._counts(*each) for each in found)

    def entries(self, row: str | None = None) -> list[LedgerEntry]:
        """Return what happened, oldest first; only what concerns the row of a 编号, if one is given."""
        of_row, values = (" AND row=? COLLATE NOCASE", (row,)) if row else ("", ())
        query = f"SELECT id, {_COLUMNS} FROM entries WHERE ({_DONE}){of_row} ORDER BY id"
        return self._file.fetch(entry_of, query, *values)

    def remembers(self, key: str) -> bool:
        """Return whether a message was taken, or a letter sent, before."""
        return bool(self._file.fetch(numbers, "SELECT 1 FROM mails WHERE key=?", key))

    def remember(self, *keys: str) -> None:
        """Remember that messages were taken or letters sent."""
        with self._file.transaction():
            for key in keys:
                self._file.run("INSERT OR IGNORE INTO mails VALUES (?)", key)


def _read_return(copy: Any, at: Any, intent: Any, revision: Any) -> tuple[str, str, int | None, int]:
    return (*texts(copy, at), *numbers(intent, revision))


def _copy_ids(department: Any, rows: Any) -> tuple[str, dict[str, list[str]]]:
    return (*texts(department), ids_of(rows))


def _renumbered_id(department: Any, sheet: Any, id: Any) -> tuple[str, dict[str, list[str]]]:
    texts(department, sheet, id)
    return department, {sheet: [id]}


def _copy_and_return(*columns: Any) -> tuple[SentCopy, Rows | None]:
    *sent, rows = columns
    return sent_copy_of(*sent), None if rows is None else rows_of(rows)


def _by_revision(write: tuple[int, int, int]) -> tuple[int, int]:
    return write[1], write[0]


def snapshot(ledger: Path, target: Path) -> Path:
    """Write a ledger as one whole state to ``target``, whoever writes into it meanwhile, and return ``target``.

    The same content gives the same bytes. Where nothing may be written beside the ledger it is read as it lies.
    """
    address = sqlite_uri(ledger.absolute())
    try:
        try:
            _copy(f"{address}?mode=rw", target)
        except sqlite3.OperationalError as error:
            if not is_access_denied(error):
                raise
            _copy(f"{address}?mode=ro&immutable=1", target)
    except sqlite3.Error as error:
        raise ledger_error(ledger, error) from error
    return target


def return_sources(ledger: Path) -> set[str]:
    """Return the files and addresses that returns came from, as they were named, by a ledger that nobody is using."""
    try:
        with closing(sqlite3.connect(ledger)) as base:
            found = base.execute("SELECT DISTINCT file FROM entries WHERE kind IN ('return', 'refused')").fetchall()
    except sqlite3.Error as error:
        raise ledger_error(ledger, error) from error
    return {file.partition(WITHIN)[0] for (file,) in found}


def _copy(address: str, target: Path) -> None:
    with closing(sqlite3.connect(address, timeout=PATIENCE, uri=True, isolation_level=None)) as base:
        base.execute("VACUUM INTO ?", (str(target),))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()
