"""kill -9 at any step of a merge: master and ledger agree as soon as anybody looks, and the next merge ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collabxl import merge_copies, read_workbooks, split
from collabxl.exchange.ledger import Ledger
from collabxl.rules.engine.ledger_reader import ledger_path
from tests.exchange.masters import TODAY, filled, master, values
from tests.torture import say, scaled

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL of POSIX systems")
CELL = ("tasks", "T004", "status")


def told(book: Path) -> list[tuple[Any, ...]]:
    """Return what a ledger says happened, once it is settled."""
    with Ledger(book) as ledger:
        ledger.recover(int(read_workbooks([book]).readings[0].identity["revision"]))
        return [(each.kind, each.spot, each.was, each.now) for each in ledger.entries()]


def merged(folder: Path, start: tuple[Path, Path], last: int) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Return a master into which a return was merged until step ``last``."""
    book, back = start
    folder.mkdir()
    mine = Path(shutil.copy(book, folder))
    shutil.copy(ledger_path(book), folder)
    command = [sys.executable, "-m", "tests.torture.merger", mine, back, str(last)]
    return mine, subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_master_and_ledger_agree_wherever_a_merge_was_killed(tmp_path: Path) -> None:
    book = master(tmp_path / "m.xlsx")
    copies = split(book, tmp_path / "out", today=TODAY).copies
    back = filled(copies[1].path, tmp_path / "back.xlsx", {CELL: "已完成", ("tasks", "T005", "remark"): "好"})
    whole, done = merged(tmp_path / "whole", (book, back), 0)
    steps, wanted, entered = int(done.stdout), values(whole), told(whole)
    assert wanted["tasks"]["T004"]["status"] == "done"
    count = min(steps, scaled(16, steps))
    places = sorted({round(1 + at * (steps - 1) / (count - 1)) for at in range(count)})
    written = 0
    for last in places:
        mine, killed = merged(tmp_path / str(last), (book, back), last)
        assert killed.returncode == -signal.SIGKILL
        is_written = values(mine)["tasks"]["T004"]["status"] == "done"
        assert ("taken" in {kind for kind, *_ in told(mine)}) == is_written, last
        merge_copies(mine, [back], today=TODAY)
        assert values(mine) == wanted, last
        assert told(mine) == entered, last
        assert {path.name for path in mine.parent.iterdir()} == {mine.name, ledger_path(mine).name}
        written += is_written
    say(f"merge: {len(places)} of {steps} steps killed, {written} of them after the master was written")
    assert 0 < written < len(places)
