"""A ledger whose values make no sense is a clear error; one of an earlier version is upgraded; no two masters share."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collabxl import FileError, Spot
from collabxl.exchange import database
from collabxl.exchange.ledger import VERSION, Ledger, MasterWrite
from collabxl.exchange.records import LedgerEntry, MergedReturn, SentCopy
from collabxl.exchange.three_way import Return
from collabxl.rules.engine.ledger_reader import ledger_path

pytestmark = pytest.mark.slow

ROWS = {"tasks": {"T001": {"name": "调研", "due": dt.date(2024, 7, 1)}}}
SENT = SentCopy("c1", "市场部", 1, dt.datetime(2024, 7, 1), "a.xlsx", ROWS, {"tasks": ["T001", "T009"]})
SPOT = Spot("tasks", "T001", "due")
BACK = MergedReturn("d" * 64, "c1", Return(ROWS, dt.datetime(2024, 8, 1, 9)))


def used(path: Path) -> Path:
    """Return a master beside which there is a ledger with something in every table."""
    path.write_bytes(b"before")
    with Ledger(path, create=True) as ledger:
        ledger.send([SENT])
        taken = LedgerEntry("taken", "市场部", spot=SPOT, was=dt.date(2024, 7, 1), now=dt.date(2024, 7, 8))
        asked = LedgerEntry("conflict", "市场部", spot=SPOT._replace(key=None), now="调研", said={"name": "调研"})
        ledger.confirm(ledger.intend(MasterWrite(b"before", b"before", 2), [taken, asked], [BACK]))
        ledger.remember("seen")
    return path


def everything(master: Path) -> None:
    """Ask a ledger all that there is to ask."""
    with Ledger(master) as ledger:
        assert len(ledger.key) == 32
        ledger.recover(2)
        ledger.entries()
        ledger.returns("c1")
        ledger.sent_copy("c1")
        ledger.reserved_ids()
        ledger.unused_ids()
        ledger.has_merged("d" * 64)
        ledger.conflicts_about(SPOT._replace(key=None), "市场部")
        ledger.send([SENT._replace(id="c2")])


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE facts SET value='no key'",
        "DELETE FROM facts",
        "UPDATE copies SET base='[]'",
        'UPDATE copies SET base=\'{"tasks": {"T001": 3}}\'',
        "UPDATE copies SET base='{'",
        'UPDATE copies SET rows=\'{"tasks": "T001"}\'',
        "UPDATE copies SET sent='yesterday'",
        "UPDATE copies SET revision='many'",
        "UPDATE returns SET rows='null'",
        "UPDATE returns SET saved=''",
        "UPDATE returns SET renumbered='{\"tasks\": []}'",
        "UPDATE returns SET revision='two'",
        "UPDATE intents SET revision='two'",
        "UPDATE intents SET parent='one'",
        "UPDATE entries SET kind='stolen'",
        "UPDATE entries SET at='12'",
        "UPDATE entries SET sheet='no such sheet'",
        "UPDATE entries SET key='no such column'",
        "UPDATE entries SET was='{}'",
        "UPDATE entries SET said='3' WHERE said IS NOT NULL",
        "DROP TABLE returns",
        "ALTER TABLE copies DROP COLUMN rows",
    ],
)
def test_what_makes_no_sense_is_a_clear_error(tmp_path: Path, wrong: str) -> None:
    master = used(tmp_path / "项目.xlsx")
    everything(master)
    with closing(sqlite3.connect(ledger_path(master))) as base, base:
        base.execute("DELETE FROM copies WHERE id='c2'")
        base.execute(wrong)
    with pytest.raises(FileError) as told:
        everything(master)
    assert told.value.kind == "corrupt"
    assert "backup" in told.value.say("en")
    assert ledger_path(master).name in told.value.say("zh")


def test_a_ledger_of_the_first_version_is_upgraded_without_loss(tmp_path: Path) -> None:
    master = tmp_path / "项目.xlsx"
    master.write_bytes(b"master")
    entry = "INSERT INTO entries (at, kind, department, sender, file, mail, sheet, row, key, was, now, note, intent)"
    with closing(sqlite3.connect(ledger_path(master))) as base, base:
        base.executescript(database.FIRST)
        base.execute("INSERT INTO facts VALUES ('key', ?)", ("ab" * 32,))
        base.execute(
            "INSERT INTO copies VALUES ('c1', '市场部', 4, '2024-07-01', 'a.xlsx', '{}', '{\"tasks\":[\"T009\"]}')"
        )
        base.execute("INSERT INTO intents VALUES (1, '2024-07-02', 'a', 'b', 5, 'done')")
        base.execute("INSERT INTO intents VALUES (2, '2024-07-09', 'b', 'c', 6, 'done')")
        for digest, at, intent in (("one", "2024-07-02", 1), ("none", "2024-07-03", None), ("two", "2024-07-09", 2)):
            told = (digest, "c1", at, "2024-07-01T00:00:00", "", "", "f", "{}", intent)
            base.execute("INSERT INTO returns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", told)
        base.execute(f"{entry} VALUES ('2024-07-09', 'taken', '市场部', '', '', '', 'tasks', 'T001', 'name', "
                     "'\"a\"', '\"b\"', '', 2)")  # fmt: skip
        base.execute("PRAGMA user_version=1")
    known = {}
    for revision in (4, 5, 6):
        with Ledger(master) as ledger:
            ledger.recover(revision)
            known[revision] = [digest for digest in ("one", "none", "two") if ledger.has_merged(digest)]
            assert ledger.key == bytes.fromhex("ab" * 32)
            assert [(each.kind, each.was, each.now) for each in ledger.entries()] == [("taken", "a", "b")]
            assert ledger.reserved_ids() == {"市场部": {"tasks": ["T009"]}}
            assert ledger.is_ahead == (revision < 6)
    assert known == {4: [], 5: ["one", "none"], 6: ["one", "none", "two"]}
    with closing(sqlite3.connect(ledger_path(master))) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_masters_with_and_without_macros_have_a_ledger_each(tmp_path: Path) -> None:
    plain, macros = tmp_path / "m.xlsx", tmp_path / "m.xlsm"
    macros.write_bytes(b"")
    earlier = tmp_path / "m.ledger.sqlite"
    assert ledger_path(plain) == earlier
    earlier.write_bytes(b"")
    assert ledger_path(macros) == earlier, "as earlier versions called it, while there is no m.xlsx"
    plain.write_bytes(b"")
    assert ledger_path(macros).name == "m.xlsm.ledger.sqlite"
    assert ledger_path(tmp_path / "n.XLSM").name == "n.XLSM.ledger.sqlite"
    with pytest.raises(FileError) as none:
        Ledger(macros)
    assert none.value.kind == "not-found"


@pytest.mark.skipif(os.name == "nt", reason="on Windows a file has the rights that its folder passes on")
def test_a_ledger_is_its_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        master = used(tmp_path / "项目.xlsx")
        with Ledger(master) as ledger:
            ledger.remember("more")
            files = [file for file in tmp_path.iterdir() if "ledger" in file.name]
            assert len(files) == 3
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    finally:
        os.umask(before)
    earlier = Path(shutil.copy(ledger_path(master), tmp_path / "earlier.ledger.sqlite"))
    earlier.chmod(0o644)
    with closing(sqlite3.connect(earlier)) as base:
        base.execute("PRAGMA user_version=0")
        base.executescript("DROP TABLE facts; DROP TABLE copies; DROP TABLE returns; DROP TABLE intents; "
                           "DROP TABLE entries; DROP TABLE held; DROP TABLE mails")  # fmt: skip
    with Ledger(tmp_path / "earlier.xlsx"):
        assert earlier.stat().st_mode & 0o777 == 0o600
