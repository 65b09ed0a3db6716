"""Law: whatever returns come, in whatever order, the master says what was meant and no needless question is asked."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from collabxl import Reading, Spot, read_workbooks
from collabxl.exchange import conflicts
from collabxl.exchange.apply_decisions import apply_decisions
from collabxl.exchange.assignment import DepartmentShare
from collabxl.exchange.conflicts import Conflict
from collabxl.exchange.copies import IssuedIds, allot_ids
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.master import Master
from collabxl.exchange.merge_return import merge_return
from collabxl.exchange.merge_state import MergeRun
from collabxl.exchange.records import SentCopy
from collabxl.exchange.rows import UnreadableCells, WorkbookRows
from collabxl.exchange.three_way import Scope, Value
from collabxl.exchange.verify_return import KEYS, VerifiedReturn
from collabxl.mail.message_model import Origin, ReturnedWorkbook
from tests.exchange.desks import Back, Tables
from tests.exchange.file_desk import Files
from tests.exchange.histories import History
from tests.exchange.masters import department, master

LONG = os.environ.get("COLLABXL_TORTURE") == "long"
DEPARTMENTS = 3


class Memory:
    """A master that is read once and never written: planning, lineage, numbers and the ledger are the real ones."""

    is_real = False

    def __init__(self, reading: Reading, folder: Path) -> None:
        self.master = Master(reading)
        book = folder / f"{uuid.uuid4().hex}.xlsx"
        book.write_bytes(b"")
        self.ledger = Ledger(book, create=True)
        self.waiting: list[Conflict] = []
        self.settled = 0

    def rows(self) -> Tables:
        return {sheet: {id: dict(row) for id, row in rows.items()} for sheet, rows in self.master.rows.items()}

    def blank(self, sheet: str) -> str:
        return self.master.blank_ids(sheet)[0]

    def edit(self, cells: dict[Spot, Value]) -> None:
        for spot, value in cells.items():
            assert self.master.set_value(spot, value)

    def split(self) -> list[SentCopy]:
        names = [department(number) for number in range(1, DEPARTMENTS + 1)]
        shares = [DepartmentShare(name, {sheet: self.own(sheet, name) for sheet in KEYS}, {}) for name in names]
        ready = allot_ids(self.master, shares, IssuedIds(self.ledger.reserved_ids(), self.ledger.unused_ids()))
        copies = []
        for share in shares:
            base = {sheet: {id: dict(self.master.rows[sheet][id]) for id in ids} for sheet, ids in share.own.items()}
            rows = {sheet: [*share.own[sheet], *ready[share.department][sheet]] for sheet in KEYS}
            at = dt.datetime(2024, 8, 1, tzinfo=dt.UTC)
            copies.append(SentCopy(uuid.uuid4().hex, share.department, 1, at, "", base, rows))
        self.ledger.send(copies)
        return copies

    def own(self, sheet: str, name: str) -> list[str]:
        """Return the rows that are a department's: named as its own, else by the number that it was given."""
        tasks, given = self.master.rows["tasks"], self.ledger.reserved_ids().get(name, {})
        mine = []
        for id, row in self.master.rows[sheet].items():
            whose = tasks.get(str(row.get("task")), {}) if sheet == "progress" else row
            if whose.get("department", name if id in given.get(sheet, ()) else None) == name:
                mine.append(id)
        return mine

    def merge(self, backs: Sequence[Back], decided: dict[Conflict, str]) -> None:
        self.master.conflict_lines = [
            line._replace(choice=decided[line]) if line in decided else line for line in self.waiting
        ]
        run = MergeRun(self.ledger, self.master)
        done = {decision.standing for decision in apply_decisions(run).done}
        self.settled = len(done)
        for back in sorted(backs, key=lambda back: back.saved):
            untold = dict.fromkeys(back.rows, UnreadableCells(frozenset()))
            nothing: dict[str, list[Any]] = {sheet: [] for sheet in back.rows}
            found = WorkbookRows(back.rows, nothing, nothing, untold)
            genuine = VerifiedReturn(back.sent, back.saved, found, Scope(back.sent.rows, KEYS))
            merge_return(run, ReturnedWorkbook(back.name, back.name.encode(), Origin(back.name)), genuine,
                 [each for each in run.merged_returns if each.copy == back.sent.id])  # fmt: skip
        lines = [line._replace(choice="") for line in self.master.conflict_lines if line not in done]
        lines = conflicts.current(conflicts.with_questions(lines, run.questions, "zh"), self.master.rows, "zh")
        self.waiting = [line for line in lines if not line.settled]
        self.ledger.note(run.entries, run.merged_returns)

    def backup(self) -> None:
        """Nothing can be restored here."""

    def restore(self, kept: None) -> None:
        raise NotImplementedError

    def undo(self) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small master."""
    return master(tmp_path_factory.mktemp("small") / "主表.xlsx", DEPARTMENTS, 2)


@pytest.fixture(scope="module")
def small(book: Path) -> Reading:
    """Return a small master as it was read."""
    return read_workbooks([book]).readings[0]


@pytest.mark.slow
def test_histories_come_to_what_was_meant(small: Reading, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(3000 if LONG else 250):
        desk = Memory(small, tmp_path)
        try:
            history = History(desk, seed)
            history.play()
        except AssertionError as error:
            raise AssertionError(f"history {seed}") from error
        finally:
            desk.ledger.__exit__()
        counts += history.counts
    assert min(counts[what] for what in ("returns", "merges", "taken", "asked", "new rows")) > 100, counts


@pytest.mark.slow
def test_histories_of_real_files_come_to_what_was_meant(tmp_path: Path) -> None:
    """Seeds: COLLABXL_HISTORIES=0-500, in the long laws 0-40, else the first two."""
    first, last = map(int, os.environ.get("COLLABXL_HISTORIES", "0-40" if LONG else "0-2").split("-"))
    start = master(tmp_path / "主表.xlsx", 2, 2)
    failed: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for seed in range(first, last):
        folder = tmp_path / str(seed)
        folder.mkdir()
        history = History(Files(folder, Path(shutil.copy(start, folder)), seed), seed)
        try:
            history.play(rounds=2)
        except AssertionError as error:
            failed[seed] = str(error)[:500]
        else:
            shutil.rmtree(folder)
        counts += history.counts
    assert not failed, failed
