"""The ledger's file: for its owner alone, upgraded without loss, written in transactions, its faults explained."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from collabxl.errors import FileError
from collabxl.text import t

T = TypeVar("T")
VERSION = 2
PATIENCE = 30.0
"""Seconds to wait for another run that is writing."""
OWNER_ONLY = 0o600
"""Who may read and write the file, on POSIX; on Windows it has the rights that its folder passes on."""
FIRST = """
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
"""The tables of the first version."""
_UPGRADES = {
    1: """
ALTER TABLE intents ADD COLUMN parent INTEGER;
UPDATE intents SET parent = revision - 1;
ALTER TABLE returns ADD COLUMN revision INTEGER;
UPDATE returns SET revision = COALESCE(
    (SELECT revision FROM intents WHERE intents.id = returns.intent),
    (SELECT MAX(revision) FROM intents WHERE state = 'done' AND intents.at <= returns.at), 0);
ALTER TABLE returns ADD COLUMN renumbered TEXT NOT NULL DEFAULT '{}';
ALTER TABLE entries ADD COLUMN said TEXT;
"""
}
"""What makes of a ledger of a version one of the next."""
_CLOSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
"""What SQLite says of a file or folder that may not be opened or written."""
_SENSELESS = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a value raises that is not what it should be."""


class Database:
    """A ledger's file, open for one run; whatever is wrong with it is a FileError that says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _create_private(path)
            self._base = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            self._prepare()
        except OSError as error:
            raise ledger_error(path, error) from error
        except sqlite3.DatabaseError as error:
            raise ledger_error(path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _prepare(self) -> None:
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        version = self._version()
        if version > VERSION:
            says = t(
                "{path} 由更新的 collabxl 写成（账本版本 {found}，这里只认识 {known}）。请升级",
                "{path} was written by a newer collabxl (ledger version {found}, known here: {known}). Please upgrade",
            )
            raise FileError("unsupported", says, path=str(self.path), found=version, known=VERSION)
        if version < VERSION:
            _make_private(self.path)
            with self.transaction():
                self._upgrade(self._version())

    def _version(self) -> int:
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _upgrade(self, version: int) -> None:
        """Make a new file, or one of an earlier version, one of today's; nothing that it holds is lost."""
        if version == 0:
            self._script(FIRST)
            self._base.execute("INSERT INTO facts VALUES ('key', ?)", (secrets.token_hex(32),))
            version = 1
        for each in range(version, VERSION):
            self._script(_UPGRADES[each])
        self._base.execute(f"PRAGMA user_version={VERSION}")

    def _script(self, statements: str) -> None:
        for statement in filter(str.strip, statements.split(";")):
            self._base.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that is written inside, or nothing."""
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
            raise ledger_error(self.path, error) from error

    def run(self, statement: str, *values: Any) -> int:
        """Run a statement that writes; return the number of the row that it made, if any."""
        return self._base.execute(statement, values).lastrowid or 0

    def fetch(self, read: Callable[..., T], query: str, *values: Any) -> list[T]:
        """Return what the file answers, each row as ``read`` takes its columns; FileError where one makes no sense."""
        try:
            with closing(self._base.execute(query, values)) as cursor:
                rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise ledger_error(self.path, error) from error
        try:
            return [read(*row) for row in rows]
        except _SENSELESS as error:
            raise ledger_error(self.path, error) from error


def _create_private(path: Path) -> None:
    """Make the file for its owner alone before SQLite opens it; what SQLite keeps beside it has the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))


def _make_private(path: Path) -> None:
    """Take from a file of an earlier version what rights others have; one that somebody else owns keeps its own."""
    with suppress(PermissionError):
        path.chmod(OWNER_ONLY)


def ledger_error(path: Path, error: Exception) -> FileError:
    """Return the error for a ledger that cannot be used, by what SQLite or a value in it says."""
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
    if code in _CLOSED or isinstance(error, OSError):
        says = t(
            "账本 {path} 打不开或不能写（{why}）。请检查文件和文件夹的权限",
            "The ledger {path} cannot be opened or written ({why}). Check the permissions of it and of its folder",
        )
        return FileError("permission", says, path=str(path), why=str(error))
    if isinstance(error, sqlite3.Error):
        says = t(
            "账本 {path} 打不开（{why}）。请从备份恢复，或移走它重新拆分",
            "The ledger {path} cannot be used ({why}). Restore it from a backup, or move it away and split anew",
        )
    else:
        says = t(
            "账本 {path} 里有不成立的值（{why}），可能被别的程序改过。请从备份恢复，或移走它重新拆分",
            "The ledger {path} holds a value that makes no sense ({why}); another program may have changed it. Restore "
            "it from a backup, or move it away and split anew",
        )
    return FileError("corrupt", says, path=str(path), why=str(error))


def is_access_denied(error: sqlite3.Error) -> bool:
    """Return whether SQLite may not open or write a file."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _CLOSED
