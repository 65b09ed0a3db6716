"""One bad file in a hundred, in the short form in 25: the others have the very results that they have without it."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from collabxl import check_workbooks, outcome_json
from collabxl.pipeline import batch
from tests.bench.workbooks import write
from tests.hostile.running import run
from tests.torture import say, scaled
from tests.workers.test_pool import with_part
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)
COUNT = scaled(200, 5000)
EVERY = scaled(25, 100)
TASKS = 8


def cut_short(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def no_workbook(path: Path) -> None:
    path.write_text("<html>该页面无法显示</html>", encoding="utf-8")


def overgrown(path: Path) -> None:
    """A table of strings that claims four thousand million: calamine asks for 100 GB and aborts."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    claim = b'<sst xmlns="%b" count="4294967295" uniqueCount="4294967295"/>' % space
    with_part(path, "xl/sharedStrings.xml", lambda _: claim)


def stray(path: Path) -> None:
    """A cell in the last corner: legal, and read all the same."""
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with_part(path, "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"</sheetData>", last))


POISONS: list[Callable[[Path], None]] = [cut_short, no_workbook, overgrown, stray]


def test_poison_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "BOOKS_A_CHUNK", scaled(64, batch.BOOKS_A_CHUNK))
    paths = [tmp_path / f"{number:05}.xlsx" for number in range(COUNT)]
    clean = tmp_path / "clean.xlsx"
    write(clean, random.Random(0), TASKS)
    for path in paths:
        shutil.copy(clean, path)
    bad = paths[EVERY // 2 :: EVERY]
    for number, path in enumerate(bad):
        POISONS[number % len(POISONS)](path)
    (alone,) = (outcome_json(each)["findings"] for each in check_workbooks([clean], today=TODAY))
    kinds = []
    for path, outcome in zip(paths, check_workbooks(paths, today=TODAY, jobs=2), strict=True):
        assert outcome.path == str(path)
        if path in bad:
            kinds.append(outcome.error.kind if outcome.error else None)
        else:
            assert outcome_json(outcome)["findings"] == alone
    assert alone
    assert set(kinds) <= {"corrupt", "not-a-workbook", "too-large", None}
    say(f"{COUNT} workbooks, {len(bad)} of them poison: {', '.join(map(str, kinds[:4]))}; the others as they are alone")


@pytest.mark.skipif(scaled(1, 0) == 1, reason="the long form: make torture")
def test_memory_stays_flat(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    for folder, count in ((few, 1000), (many, 5000)):
        folder.mkdir()
        for number in range(count):
            shutil.copy(SAMPLES / "filled.xlsx", folder / f"{number}.xlsx")
    peaks = []
    for folder in (few, many):
        done = run(
            sys.executable,
            "-m",
            "collabxl",
            "check",
            str(folder),
            "--format",
            "jsonl",
            "--fail-on",
            "never",
            seconds=1800,
        )
        assert done.code == 0
        peaks.append(done.peak)
    say(f"peak memory of 1,000 and 5,000 workbooks: {' and '.join(f'{peak / 2**20:.0f} MB' for peak in peaks)}")
    assert peaks[1] <= 1.2 * peaks[0]
