"""Two processes at one file: no edit is lost, nobody reads a torn file, and sync beside sync ends well."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from collabxl import check_workbooks
from tests.torture import ROOT, beside, book, say, scaled, started
from tests.torture.writer import DAYS, marks


def run_two(path: Path, way: str, count: int) -> tuple[int, int]:
    """Let two processes note ``count`` marks each and return how many are lost and how many reads were torn."""
    processes = [started("append", path, who, count, way) for who in "ab"]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == b"saved\n"
    for process in processes:
        assert process.stdin
        process.stdin.close()
    torn = 0
    while any(process.poll() is None for process in processes):
        try:
            marks(path.read_bytes())
        except (zipfile.BadZipFile, FileNotFoundError):
            torn += 1
    codes = [process.wait() for process in processes]
    try:
        kept = marks(path.read_bytes())
    except zipfile.BadZipFile:
        kept = []
    lost = {f"{who}{number}" for who in "ab" for number in range(count)} - set(kept)
    say(f"{way}: 2 x {count} edits, {len(lost)} lost, {torn} torn reads, exit codes {codes}")
    assert way != "collabxl" or (codes == [0, 0] and len(kept) == len(set(kept)))
    return len(lost), torn


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "two", "seed.xlsx")
    assert run_two(path, "collabxl", scaled(40, 200)) == (0, 0)
    assert not beside(path)


@pytest.mark.parametrize("way", ["without-lock", "naive"])
def test_the_controls_lose_edits(tmp_path: Path, way: str) -> None:
    count = scaled(100, 200)
    lost, _ = run_two(book(tmp_path / "two", "seed.xlsx"), way, count)
    assert lost > count / 5


def test_two_syncs_of_one_file_end_well(tmp_path: Path) -> None:
    path = book(tmp_path / "two", "seed.xlsx")
    codes = []
    for _ in range(scaled(1, 20)):
        both = [_sync(path, str(day)) for day in DAYS]
        for process in both:
            said, _ = process.communicate(timeout=120)
            codes.append(process.returncode)
            assert process.returncode in {0, 3}, said
            assert "Traceback" not in said
            assert process.returncode == 0 or "changed" in said or "being written" in said, said
        assert 0 in codes[-2:]
        (outcome,) = check_workbooks([path], today=DAYS[0])
        assert outcome.error is None
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
        assert not beside(path)
    say(f"sync beside sync: {codes.count(0)} done, {codes.count(3)} told to run again")


def _sync(path: Path, day: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "collabxl", "--lang", "en", "sync", str(path), "--today", day, "--fail-on", "never"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
