"""kill -9 in the middle of saving: the file is one of its whole versions, and the next run sweeps what was left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collabxl import sync_workbooks
from tests.editing import edit
from tests.torture import SAMPLES, beside, book, say, scaled, started
from tests.torture.writer import DAYS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and sessions of POSIX systems")
VERSIONS = [SAMPLES / "filled.xlsx", SAMPLES / "clean.xlsx"]
WITHIN = 0.04
"""Seconds after a save within which the writer is killed: some saves long."""


def killed(process: subprocess.Popen[bytes], after: float) -> None:
    """Kill a writer and its workers ``after`` seconds."""
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def trial(folder: Path, way: str, seed: int) -> Counter[str]:
    """Kill one writer and return what was found, before and after the next run."""
    path = book(folder / str(seed))
    process = started("alternate", path, *VERSIONS, way)
    assert process.stdout
    assert process.stdout.readline() == b"saved\n"
    killed(process, random.Random(seed).uniform(0, WITHIN))
    whole = [version.read_bytes() for version in VERSIONS]
    left = beside(path)
    found = Counter(
        kills=1,
        torn=path.read_bytes() not in whole,
        temps=any(name.endswith(".tmp") for name in left),
        locks=any(name.endswith(".lock") for name in left),
    )
    edit(path, lambda old: whole[old == whole[0]])
    found["strays"] = len(beside(path))
    return found


def trials(folder: Path, way: str, count: int) -> Counter[str]:
    with ThreadPoolExecutor(2) as pool:
        found = sum(pool.map(lambda seed: trial(folder, way, seed), range(count)), Counter())
    say(f"{way}: " + ", ".join(f"{found[what]} {what}" for what in ("kills", "torn", "temps", "locks", "strays")))
    return found


def test_a_killed_save_leaves_a_whole_file_and_the_next_run_nothing_else(tmp_path: Path) -> None:
    found = trials(tmp_path, "collabxl", scaled(40, 1000))
    assert (found["torn"], found["strays"]) == (0, 0)
    assert found["temps"] + found["locks"] > 0, "no kill hit a save"


def test_the_control_tears_files(tmp_path: Path) -> None:
    found = trials(tmp_path, "naive", scaled(20, 200))
    assert found["torn"] > found["kills"] / 4


def test_a_killed_sync_leaves_a_whole_file_and_the_next_sync_nothing_else(tmp_path: Path) -> None:
    path = book(tmp_path / "synced", "seed.xlsx")
    versions = []
    for day in DAYS:
        list(sync_workbooks([path], today=day))
        versions.append(path.read_bytes())
    chance, count, found = random.Random(0), scaled(1, 60), Counter[str]()
    for _ in range(count):
        process = started("sync", path)
        hit = _seen_saving(path, process)
        killed(process, chance.uniform(0, WITHIN / 2))
        found.update(hits=hit, torn=path.read_bytes() not in versions, left=bool(beside(path)))
        day = chance.choice(DAYS)
        list(sync_workbooks([path], today=day))
        assert path.read_bytes() == versions[DAYS.index(day)]
        found["strays"] += len(beside(path))
    say(f"sync: {count} kills, " + ", ".join(f"{found[what]} {what}" for what in ("hits", "torn", "left", "strays")))
    assert (found["torn"], found["strays"]) == (0, 0)


def _seen_saving(path: Path, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a sync has begun to save a file and return whether it was seen."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if beside(path):
            return True
        time.sleep(0.0005)
    return False
