"""kill -9 in the middle of a merge: the next run finds master and ledger saying the same, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from collabxl.history import beside as ledger_of
from collabxl.share.exchange import merge_copies
from collabxl.share.ledger import Ledger
from collabxl.share.split import split
from tests.share.masters import TODAY, department, filled, master, values
from tests.torture import beside, say, scaled, started

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and sessions of POSIX systems")
Cells = dict[tuple[str, str, str], Any]


class Case(NamedTuple):
    """A master that was split, what came back, and the steps that merging it takes."""

    master: Path
    copies: list[Path]
    before: Cells
    after: Cells
    steps: list[str]

    def again(self, folder: Path) -> Path:
        """Return the master anew in a folder of its own, with its ledger."""
        folder.mkdir()
        shutil.copy(ledger_of(self.master), folder)
        return Path(shutil.copy(self.master, folder))


def cells(book: Path) -> Cells:
    return {
        (sheet, id, key): value
        for sheet, rows in values(book).items()
        for id, row in rows.items()
        for key, value in row.items()
    }


def merging(path: Path, point: int, copies: list[Path]) -> list[str]:
    """Merge in a process that is killed at a step; return the steps there were, none if it was killed."""
    process = started("merge", path, point, *copies)
    told, _ = process.communicate()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode in (0, -signal.SIGKILL)
    return told.decode().split()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    path = master(folder / "master.xlsx")
    made = split(path, folder / "out", today=TODAY).copies
    filled(path, path, {("tasks", "T001", "remark"): "ours", ("tasks", "T004", "owner"): "ours"})
    back = []
    for number, copy in enumerate(made, 1):
        id = f"T{3 * number - 2:03}"
        said = {("tasks", id, key): f"{department(number)}{key}" for key in ("owner", "remark", "deliverable")}
        new = next(id for id in copy.sent.rows["tasks"] if id not in copy.sent.base["tasks"])
        said["tasks", new, "name"] = f"new{number}"
        back.append(filled(copy.path, folder / "back" / f"{number}.xlsx", said))
    (folder / "back" / "bad.xlsx").write_bytes(b"PK no workbook")
    back.append(folder / "back" / "bad.xlsx")
    found = Case(path, back, cells(path), {}, [])
    whole = found.again(folder / "whole")
    steps = merging(whole, 0, back)
    return found._replace(after=cells(whole), steps=steps)


def trial(case: Case, folder: Path, point: int) -> Counter[str]:
    """Kill a merge at one step and return what was found then, after the next run, and after the copies came again."""
    path = case.again(folder / str(point))
    merging(path, point, case.copies)
    found = Counter(kills=1, temps=any(name.endswith(".tmp") for name in beside(path)), open=_open(path) > 0)
    there = cells(path)
    found.update(torn=there not in (case.before, case.after), written=there == case.after)
    merge_copies(path, [], today=TODAY)
    found.update(lost=cells(path) != there, disagree=_told(path, case.before) != there, left=_open(path))
    merge_copies(path, case.copies, today=TODAY)
    found.update(unfinished=cells(path) != case.after, twice=_twice(path), late=_told(path, case.before) != case.after)
    found.update(strays=len(beside(path)) - 1)
    return found


def _told(path: Path, before: Cells) -> Cells:
    """Return what the master must say by its ledger, in which every change begins where the one before has ended."""
    said = dict(before)
    with Ledger(path) as ledger:
        for entry in ledger.entries():
            if entry.kind in ("taken", "settled"):
                sheet, id, key = entry.spot or ("", "", None)
                assert said.get((sheet, id, key or "")) == entry.was
                said[sheet, id, key or ""] = entry.now
    return {cell: value for cell, value in said.items() if value is not None}


def _twice(path: Path) -> bool:
    """Return whether a cell or a return counts more than once, or not at all."""
    with Ledger(path) as ledger:
        kinds = Counter(entry.kind for entry in ledger.entries())
        taken = [entry.spot for entry in ledger.entries() if entry.kind in ("taken", "conflict")]
    return len(taken) != len(set(taken)) or kinds["return"] != 3 or kinds["conflict"] != 2


def _open(path: Path) -> int:
    with closing(sqlite3.connect(ledger_of(path))) as base:
        (count,) = base.execute("SELECT count(*) FROM intents WHERE state='open'").fetchone()
    return int(count)


def test_after_a_kill_master_and_ledger_say_the_same(case: Case, tmp_path: Path) -> None:
    count = scaled(20, 200)
    steps = len(case.steps)
    assert steps > count
    swap = max(at for at, name in enumerate(case.steps, 1) if name in ("rename", "replace"))
    near = sorted(range(1, steps + 1), key=lambda at: abs(at - swap))[: count // 2]
    points = [*near, *random.Random(6).sample(sorted({*range(1, steps + 1)} - {*near}), count - len(near))]
    with ThreadPoolExecutor(2) as pool:
        found = sum(pool.map(lambda point: trial(case, tmp_path, point), points), Counter[str]())
    say(f"merge of {steps} steps: " + ", ".join(f"{count} {what}" for what, count in found.items()))
    bad = ("torn", "lost", "disagree", "left", "unfinished", "twice", "late", "strays")
    assert {what: found[what] for what in bad} == dict.fromkeys(bad, 0)
    assert found["open"] > 0, "no kill hit a write"
    assert 0 < found["written"] < count
