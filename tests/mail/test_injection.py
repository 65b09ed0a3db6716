"""What departments write stays text: 60 payloads come back, and no formula and no link is made of any."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from collabxl import SplitResult, merge_copies, split
from tests.exchange.masters import TODAY, filled, master, values
from tests.exchange.payloads import PAYLOADS
from tests.parts import sdk_errors

LIVE = (rb"<f[ >/]", rb"<hyperlink ", rb"externalLink", rb"ddeLink", rb"Target=\"http", rb"TargetMode=\"External")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SplitResult:
    folder = tmp_path_factory.mktemp("injection")
    return split(master(folder / "m.xlsx", 1, len(PAYLOADS)), folder / "out", today=TODAY)


def live(path: Path) -> Counter[bytes]:
    """Return what is live in people's sheets and beside them; 汇总 has formulas and links of its own."""
    found: Counter[bytes] = Counter()
    with zipfile.ZipFile(path) as package:
        book = package.read("xl/workbook.xml").decode()
        own = 1 + re.findall(r'<sheet name="([^"]+)"', book).index("汇总")
        for name in package.namelist():
            if name not in (f"xl/worksheets/sheet{own}.xml", f"xl/worksheets/_rels/sheet{own}.xml.rels"):
                found.update({kind: len(re.findall(kind, package.read(name))) for kind in LIVE})
    return +found


@pytest.mark.slow
def test_payloads_come_back_as_the_text_they_are(made: SplitResult) -> None:
    book = Path(made.reading.path)
    before = live(book)
    ids = made.copies[0].share.own["tasks"]
    cells = {("tasks", id, "remark"): text for id, text in zip(ids, PAYLOADS, strict=True)}
    names = {("tasks", id, "deliverable"): text for id, text in zip(ids, PAYLOADS, strict=True)}
    back = filled(made.copies[0].path, book.parent / "back.xlsx", {**cells, **names})
    merged = merge_copies(book, [back], today=TODAY)
    assert len(merged.results[0].plan.takes) == 2 * len(PAYLOADS)
    assert live(book) == before
    assert sdk_errors(book) == []
    tasks = values(book)["tasks"]
    assert [tasks[id]["remark"].strip() for id in ids] == [text.strip() for text in PAYLOADS]


@pytest.mark.slow
def test_formulas_that_people_typed_bring_their_results_only(made: SplitResult, tmp_path: Path) -> None:
    book = Path(shutil.copy(made.reading.path, tmp_path))
    shutil.copy(next(Path(made.reading.path).parent.glob("*.sqlite")), tmp_path)
    before = live(book)
    opened = openpyxl.load_workbook(made.copies[0].path)
    for row, text in enumerate(PAYLOADS[:12], 6):
        opened["任务分工表"].cell(row, 13).value = text
        assert opened["任务分工表"].cell(row, 13).data_type == "f"
    opened["任务分工表"]["C6"].hyperlink = "http://evil.example/"
    opened.save(tmp_path / "back.xlsx")
    merge_copies(book, [tmp_path / "back.xlsx"], today=TODAY)
    assert live(book) == before


@pytest.mark.slow
def test_in_a_conflict_they_are_text_as_well(made: SplitResult, tmp_path: Path) -> None:
    book = master(tmp_path / "m.xlsx", 1, len(PAYLOADS))
    copy = split(book, tmp_path / "out", today=TODAY).copies[0]
    ids = copy.share.own["tasks"]
    before = live(book)
    cells = {("tasks", id, "remark"): text for id, text in zip(ids, PAYLOADS, strict=True)}
    back = filled(copy.path, tmp_path / "back.xlsx", cells)
    filled(book, book, {spot: f"x{text}" for spot, text in cells.items()})
    merged = merge_copies(book, [back], today=TODAY)
    assert len(merged.waiting) == len(PAYLOADS)
    assert live(book) == before
    assert sdk_errors(book) == []
