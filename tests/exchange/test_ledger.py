"""The ledger: what it is told it tells again, and after a kill it agrees with the master."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as some

from collabxl import FileError, Spot
from collabxl.exchange.ledger import VERSION, Ledger, MasterWrite, snapshot
from collabxl.exchange.records import LedgerEntry, MergedReturn, SentCopy
from collabxl.exchange.three_way import Return
from collabxl.rules.engine.ledger_reader import from_json, ledger_path, sqlite_uri, to_json

ROWS = {"tasks": {"T001": {"name": "调研", "due": dt.date(2024, 7, 1), "buffer": 2.0, "milestone": True}}}
TAKEN = LedgerEntry(
    "taken", "市场部", "王五 <w@example.com>", spot=Spot("tasks", "T001", "due"), was=dt.date(2024, 7, 1)
)
BACK = MergedReturn("d" * 64, "c1", Return(ROWS, dt.datetime(2024, 8, 1, 9)))


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "项目.xlsx"
    path.write_bytes(b"before")
    with Ledger(path, create=True) as ledger:
        ledger.send([SentCopy("c1", "市场部", 1, dt.datetime(2024, 7, 1), "a.xlsx", ROWS, {"tasks": ["T001", "T009"]})])
    return path


def test_a_copy_is_remembered_as_it_was_sent(master: Path) -> None:
    with Ledger(master, create=True) as ledger:
        sent = ledger.sent_copy("c1")
        assert sent is not None
        assert sent.base == ROWS
        assert ledger.reserved_ids() == {"市场部": {"tasks": ["T001", "T009"]}}
        assert ledger.sent_copy("c2") is None


def test_the_key_stays_the_same_and_is_nobody_else_s(master: Path, tmp_path: Path) -> None:
    other_master = tmp_path / "other.xlsx"
    with Ledger(master, create=True) as one, Ledger(master) as same, Ledger(other_master, create=True) as other:
        assert one.key == same.key != other.key
        assert len(one.key) == 32


@pytest.mark.parametrize(("there", "done"), [(b"before", False), (b"after", True)])
def test_after_a_kill_the_master_tells_whether_it_was_written(master: Path, there: bytes, done: bool) -> None:
    with Ledger(master, create=True) as ledger:
        ledger.intend(MasterWrite(b"before", b"after", 2), [TAKEN], [BACK])
    master.write_bytes(there)
    with Ledger(master, create=True) as ledger:
        assert [each.kind for each in ledger.entries()] == ["split"], "nothing counts before it is settled"
        ledger.recover(1)
        assert [each.kind for each in ledger.entries("t001")] == (["taken"] if done else [])
        assert ledger.has_merged("d" * 64) == done
        assert len(ledger.returns("c1")) == done


@pytest.mark.parametrize(("revision", "done"), [(1, False), (2, True), (5, True)])
def test_a_master_edited_since_tells_by_its_revision(master: Path, revision: int, done: bool) -> None:
    with Ledger(master, create=True) as ledger:
        ledger.intend(MasterWrite(b"before", b"after", 2), [TAKEN])
        master.write_bytes(b"edited by somebody")
        ledger.recover(revision)
        assert len(ledger.entries("T001")) == done


def test_what_was_confirmed_is_never_settled_anew(master: Path) -> None:
    with Ledger(master, create=True) as ledger:
        ledger.confirm(ledger.intend(MasterWrite(b"before", b"after", 2), [TAKEN], [BACK]))
        ledger.recover(1)
        (entry,) = ledger.entries("T001")
    assert entry.spot == TAKEN.spot
    assert (entry.was, entry.now, entry.sender) == (TAKEN.was, None, TAKEN.sender)
    assert entry.number > 0


def test_a_newer_ledger_and_a_broken_one_are_refused_with_the_reason(master: Path) -> None:
    base = sqlite3.connect(ledger_path(master))
    base.execute(f"PRAGMA user_version={VERSION + 1}")
    base.close()
    with pytest.raises(FileError) as newer:
        Ledger(master, create=True)
    assert newer.value.kind == "unsupported"
    ledger_path(master).write_bytes(b"no database" * 100)
    with pytest.raises(FileError) as broken:
        Ledger(master, create=True)
    assert broken.value.kind == "corrupt"


def test_mails_are_remembered(master: Path) -> None:
    with Ledger(master, create=True) as ledger:
        ledger.remember("me@host/INBOX;7;12")
        ledger.remember("me@host/INBOX;7;12")
        assert ledger.remembers("me@host/INBOX;7;12")
        assert not ledger.remembers("me@host/INBOX;8;12")


@pytest.mark.slow
@given(
    some.recursive(
        some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text() | some.dates(),
        lambda inner: some.lists(inner) | some.dictionaries(some.text().filter(lambda key: key != "day"), inner),
    )
)
def test_values_come_back_as_they_were(value: object) -> None:
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (PureWindowsPath(r"\\nas\项目 1\a.ledger.sqlite"), "file:////nas/%E9%A1%B9%E7%9B%AE%201/a.ledger.sqlite"),
        (PureWindowsPath(r"C:\a#1?.sqlite"), "file:///C:/a%231%3F.sqlite"),
        (PurePosixPath("/srv/a%.sqlite"), "file:///srv/a%25.sqlite"),
    ],
)
def test_a_ledger_has_an_address_wherever_it_lies(path: PurePath, address: str) -> None:
    assert sqlite_uri(path) == address


def test_a_snapshot_is_the_same_where_nothing_may_be_written(master: Path, tmp_path: Path) -> None:
    with Ledger(master) as ledger:
        ledger.remember("seen")
    shut = Path(shutil.copy(ledger_path(master), tmp_path / "账 本#1%.sqlite"))
    for beside_it in ("-wal", "-shm"):
        shut.with_name(shut.name + beside_it).mkdir()  # where SQLite has to write, it cannot
    with pytest.raises(sqlite3.OperationalError), closing(sqlite3.connect(shut)) as base:
        base.execute("SELECT key FROM mails")
    first, second = snapshot(shut, tmp_path / "1"), snapshot(ledger_path(master), tmp_path / "2")
    assert first.read_bytes() == second.read_bytes()
    with closing(sqlite3.connect(first)) as base:
        assert base.execute("SELECT key FROM mails").fetchall() == [("seen",)]
