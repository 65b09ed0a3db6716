"""The ledger: an SQLite file beside the master that knows every copy sent, every return, and who changed which cell.

What is about to be written into the master is entered first, as an intent with the digests of the master before and
after. Whoever opens the ledger next sees by the master's digest whether a write that did not report back was done, so
that master and ledger agree wherever a run was killed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from collabxl.errors import FileError
from collabxl.history import KEPT, address_of, beside, from_text, to_text
from collabxl.share.mail.parcel import WITHIN
from collabxl.share.merge import Return, Row, Spot, Value
from collabxl.share.records import Accepted, Entry, Kind, Sent
from collabxl.text import t

_NO_LEDGER = t(
    "{path} 旁边没有账本 {ledger}。请先拆分；主表换了地方或名字时，账本要一起移动、改名",
    "There is no ledger {ledger} beside {path}. Split the master first; where it was moved or renamed, move or rename "
    "the ledger with it",
)
VERSION = 1
PATIENCE = 30.0
"""Seconds to wait for another run that is writing."""
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE copies (
    id TEXT PRIMARY KEY, department TEXT NOT NULL, revision INTEGER NOT NULL, sent TEXT NOT NULL, file TEXT NOT NULL,
    base TEXT NOT NULL, rows TEXT NOT NULL);
CREATE TABLE returns (
    digest TEXT NOT NULL, copy TEXT NOT NULL REFERENCES copies(id), at TEXT NOT NULL, saved TEXT NOT NULL,
    sender TEXT NOT NULL, mail TEXT NOT NULL, file TEXT NOT NULL, rows TEXT NOT NULL, intent INTEGER,
    PRIMARY KEY (digest, copy));
CREATE TABLE intents (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, revision INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')));
CREATE TABLE entries (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, department TEXT NOT NULL, sender TEXT NOT NULL,
    file TEXT NOT NULL, mail TEXT NOT NULL, copy TEXT, sheet TEXT, row TEXT, key TEXT, was TEXT, now TEXT, note TEXT,
    undoes INTEGER REFERENCES entries(id), intent INTEGER REFERENCES intents(id));
CREATE INDEX entries_of_a_row ON entries (sheet, row, key);
CREATE TABLE held (
    id INTEGER PRIMARY KEY, sheet TEXT NOT NULL, row TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    day TEXT NOT NULL);
CREATE INDEX held_by_a_cell ON held (sheet, row, key);
CREATE TABLE mails (key TEXT PRIMARY KEY);
"""
_COLUMNS = "at, kind, department, sender, file, mail, copy, sheet, row, key, was, now, note, undoes"
_ENTER = f"INSERT INTO entries ({_COLUMNS}, intent) VALUES ({', '.join('?' * 15)})"
_CLOSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
"""What SQLite says of a file or folder that may not be opened or written."""
_DONE = "intent IS NULL OR intent IN (SELECT id FROM intents WHERE state='done')"


class Write(NamedTuple):
    """A write into the master: its bytes before and after, and the revision it has then."""

    before: bytes
    after: bytes
    revision: int


class Ledger:
    """The ledger of one master, open for one run; used as a context manager.

    Without ``create`` it must be there already, else FileError of kind not-found.
    """

    def __init__(self, master: Path, *, create: bool = False) -> None:
        self.master = master
        self.path = beside(master)
        if not create and not self.path.exists():
            raise FileError("not-found", _NO_LEDGER, path=str(master), ledger=self.path.name)
        try:
            self._base = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise _unusable(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def _prepare(self) -> None:
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            says = t(
                "{path} 由更新的 collabxl 写成（账本版本 {found}，这里只认识 {known}）。请升级",
                "{path} was written by a newer collabxl (ledger version {found}, known here: {known}). Please upgrade",
            )
            raise FileError("unsupported", says, path=str(self.path), found=version, known=VERSION)
        if version == 0:
            with self._writing():
                if self._base.execute("PRAGMA user_version").fetchone() == (0,):
                    for statement in filter(str.strip, _SCHEMA.split(";")):
                        self._base.execute(statement)
                    self._base.execute("INSERT INTO facts VALUES ('key', ?)", (secrets.token_hex(32),))
                    self._base.execute(f"PRAGMA user_version={VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    @property
    def key(self) -> bytes:
        """The secret that signs copies; it never leaves this file."""
        (value,) = self._base.execute("SELECT value FROM facts WHERE name='key'").fetchone()
        return bytes.fromhex(value)

    def recover(self, revision: int) -> None:
        """Settle what a killed run left open: done if the master is as it meant to leave it, dropped if as before.

        A master that was edited since tells by its ``revision``, which every merge raises, whether the write was done.
        """
        digest = hashlib.sha256(self.master.read_bytes()).hexdigest()
        for number, before, after, meant in self._all(
            "SELECT id, before, after, revision FROM intents WHERE state='open'"
        ):
            done = digest == after or (digest != before and revision >= meant)
            self._settle(number, "done" if done else "dropped")

    def intend(self, write: Write, entries: Iterable[Entry], accepted: Iterable[Accepted] = ()) -> int:
        """Enter what is about to be written into the master; return the number to confirm it by."""
        digests = [hashlib.sha256(content).hexdigest() for content in (write.before, write.after)]
        with self._writing():
            made = self._base.execute(
                "INSERT INTO intents (at, before, after, revision, state) VALUES (?, ?, ?, ?, 'open')",
                (_now(), *digests, write.revision),
            )
            number = made.lastrowid
            assert number is not None
            self._enter(entries, number)
            self._accept(accepted, number)
        return number

    def confirm(self, intent: int) -> None:
        """Note that an intended write was done."""
        self._settle(intent, "done")

    def _settle(self, intent: int, state: str) -> None:
        with self._writing():
            self._base.execute("UPDATE intents SET state=? WHERE id=?", (state, intent))
            if state == "dropped":
                self._base.execute("DELETE FROM returns WHERE intent=?", (intent,))

    def note(self, entries: Iterable[Entry], accepted: Iterable[Accepted] = ()) -> None:
        """Enter what happened without a write into the master."""
        with self._writing():
            self._enter(entries, None)
            self._accept(accepted, None)

    def _enter(self, entries: Iterable[Entry], intent: int | None) -> None:
        at = _now()
        for each in entries:
            told = (at, each.kind, each.department, each.sender, each.file, each.mail, each.copy)
            spot = each.spot or (None, None, None)
            values = (to_text(each.was), to_text(each.now), each.note, each.undoes, intent)
            self._base.execute(_ENTER, (*told, *spot, *values))
            if each.spot and each.kind in ("taken", "settled", "undone"):
                self._hold(each.spot, each.was, at)

    def send(self, copies: Iterable[Sent]) -> None:
        """Enter copies that are about to be sent."""
        with self._writing():
            for copy in copies:
                told = (copy.id, copy.department, copy.revision, copy.at.isoformat(), copy.file)
                self._base.execute(
                    "INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)", (*told, to_text(copy.base), to_text(copy.rows))
                )
                self._enter([Entry("split", copy.department, file=copy.file, copy=copy.id)], None)
                for sheet, rows in copy.base.items():
                    for id in set(rows) & set(copy.rows.get(sheet, ())):
                        for key in KEPT:
                            self._hold(Spot(sheet, id, key), rows[id].get(key), copy.at.isoformat())

    def _hold(self, spot: Spot, value: Value, at: str) -> None:
        """Keep what a cell held at a time; what it was known to hold last, it held until then."""
        if spot.key not in KEPT or value is None:
            return
        last = self._all("SELECT id, value FROM held WHERE sheet=? AND row=? AND key=? ORDER BY id DESC LIMIT 1", *spot)
        told = to_text(value)
        if last and last[0][1] == told:
            self._base.execute("UPDATE held SET day=? WHERE id=?", (at[:10], last[0][0]))
        else:
            self._base.execute(
                "INSERT INTO held (sheet, row, key, value, day) VALUES (?, ?, ?, ?, ?)", (*spot, told, at[:10])
            )

    def sent(self, id: str) -> Sent | None:
        """Return a copy as it was sent, None if this ledger does not know it."""
        found = self._all("SELECT * FROM copies WHERE id=?", id)
        if not found:
            return None
        id, department, revision, at, file, base, rows = found[0]
        return Sent(id, department, revision, dt.datetime.fromisoformat(at), file, from_text(base), from_text(rows))

    def reserved(self) -> dict[str, dict[str, list[str]]]:
        """Return by department and sheet every 编号 that was ever in one of its copies."""
        held: dict[str, dict[str, list[str]]] = {}
        for department, rows in self._all("SELECT department, rows FROM copies ORDER BY sent"):
            for sheet, ids in from_text(rows).items():
                mine = held.setdefault(department, {}).setdefault(sheet, [])
                mine.extend(id for id in ids if id not in mine)
        return held

    def _accept(self, accepted: Iterable[Accepted], intent: int | None) -> None:
        for each in accepted:
            told = (each.digest, each.copy, _now(), each.back.saved.isoformat(), each.sender, each.mail, each.file)
            self._base.execute(
                "INSERT OR REPLACE INTO returns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*told, to_text(each.back.rows), intent),
            )

    def returns(self, copy: str) -> list[Return]:
        """Return what has come back of a copy so far, in the order it came."""
        found = self._all("SELECT rows, saved FROM returns WHERE copy=? ORDER BY at", copy)
        return [Return(from_text(rows), dt.datetime.fromisoformat(saved)) for rows, saved in found]

    def last_row(self, department: str, sheet: str, id: str) -> Row:
        """Return a row as a department has returned it last, empty if it never has or has deleted it."""
        query = (
            "SELECT returns.rows FROM returns JOIN copies ON copy=copies.id "
            "WHERE department=? ORDER BY saved DESC, at DESC"
        )
        for (rows,) in self._all(query, department):
            told: Row = from_text(rows).get(sheet, {}).get(id, {})
            return told
        return {}

    def in_question(self, spot: Spot, department: str) -> Value:
        """Return what a department said of a cell when it last was in conflict."""
        asked = "SELECT now FROM entries WHERE kind='conflict' AND sheet=? AND row=? AND key=? AND department=?"
        found = self._all(f"{asked} AND ({_DONE}) ORDER BY id DESC LIMIT 1", *spot, department)
        value: Value = from_text(found[0][0]) if found else None
        return value

    def sent_out(self) -> list[tuple[str, str]]:
        """Return every copy and whose it is, in the order in which they were sent."""
        return self._all("SELECT id, department FROM copies ORDER BY sent, rowid")

    def returned(self) -> set[str]:
        """Return the copies of which something has come back."""
        return {copy for (copy,) in self._all(f"SELECT DISTINCT copy FROM returns WHERE {_DONE}")}

    def knows(self, digest: str) -> bool:
        """Return whether this very file has been merged already."""
        return bool(self._all("SELECT 1 FROM returns WHERE digest=?", digest))

    def entries(self, row: str | None = None) -> list[Entry]:
        """Return what happened, oldest first; only what concerns the row of a 编号, if one is given."""
        of_row, values = (" AND row=? COLLATE NOCASE", (row,)) if row else ("", ())
        found = self._all(f"SELECT id, {_COLUMNS} FROM entries WHERE ({_DONE}){of_row} ORDER BY id", *values)
        return [_entry(*each) for each in found]

    def seen(self, key: str) -> bool:
        """Return whether a message was taken, or a letter sent, before."""
        return bool(self._all("SELECT 1 FROM mails WHERE key=?", key))

    def remember(self, *keys: str) -> None:
        """Remember that messages were taken or letters sent."""
        with self._writing():
            self._base.executemany("INSERT OR IGNORE INTO mails VALUES (?)", ((key,) for key in keys))

    def _all(self, query: str, *values: Any) -> list[Any]:
        try:
            with closing(self._base.execute(query, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def snapshot(ledger: Path, target: Path) -> Path:
    """Write a ledger as one whole state to ``target``, whoever writes into it meanwhile, and return ``target``.

    The same content gives the same bytes. Where nothing may be written beside the ledger it is read as it lies.
    """
    address = address_of(ledger.absolute())
    try:
        try:
            _copy(f"{address}?mode=rw", target)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _CLOSED:
                raise
            _copy(f"{address}?mode=ro&immutable=1", target)
    except sqlite3.Error as error:
        raise _unusable(ledger, error) from error
    return target


def came_from(ledger: Path) -> set[str]:
    """Return the files and addresses that returns came from, as they were named, by a ledger that nobody is using."""
    try:
        with closing(sqlite3.connect(ledger)) as base:
            found = base.execute("SELECT DISTINCT file FROM entries WHERE kind IN ('return', 'refused')").fetchall()
    except sqlite3.Error as error:
        raise _unusable(ledger, error) from error
    return {file.partition(WITHIN)[0] for (file,) in found}


def _copy(address: str, target: Path) -> None:
    with closing(sqlite3.connect(address, timeout=PATIENCE, uri=True, isolation_level=None)) as base:
        base.execute("VACUUM INTO ?", (str(target),))


def _entry(number: int, at: str, kind: Kind, *told: Any) -> Entry:
    department, sender, file, mail, copy, sheet, row, key, was, now, note, undoes = told
    spot = Spot(sheet, row, key) if sheet else None
    values = from_text(was), from_text(now)
    return Entry(
        kind,
        department,
        sender,
        file,
        mail,
        copy,
        spot,
        *values,
        note or "",
        undoes,
        number,
        dt.datetime.fromisoformat(at),
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def _unusable(path: Path, error: sqlite3.Error) -> FileError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        says = t(
            "账本 {path} 正被另一个程序使用。请稍后重试",
            "Another program is using the ledger {path}. Try again in a moment",
        )
        return FileError("locked", says, path=str(path))
    if code == sqlite3.SQLITE_FULL:
        says = t(
            "磁盘空间不足，账本 {path} 没有写入，主表也没有改动。请腾出空间后重试",
            "No room on the disk: neither the ledger {path} nor the master was changed. Make room and try again",
        )
        return FileError("too-large", says, path=str(path))
    if code in _CLOSED:
        says = t(
            "账本 {path} 打不开或不能写（{why}）。请检查文件和文件夹的权限",
            "The ledger {path} cannot be opened or written ({why}). Check the permissions of it and of its folder",
        )
        return FileError("permission", says, path=str(path), why=str(error))
    says = t(
        "账本 {path} 打不开（{why}）。请从备份恢复，或移走它重新拆分",
        "The ledger {path} cannot be used ({why}). Restore it from a backup, or move it away and split anew",
    )
    return FileError("corrupt", says, path=str(path), why=str(error))
