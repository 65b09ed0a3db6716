"""编号 is printed and locked: no sort that protection leaves to people gives a task another one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from collabxl import build_workbook, split
from collabxl.excel.live.libreoffice.office import desktop
from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.schema.columns import Sheet
from collabxl.schema.sheets import Minutes, Progress, Risks, Tasks
from tests.laws.acts import ascending, prop
from tests.laws.dirty import TODAY
from tests.parts.office import running
from tools.samples import payment

NUMBERED: tuple[type[Sheet], ...] = (Tasks, Progress, Minutes, Risks)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sorting")
    master = folder / "master.xlsx"
    build_workbook(master, project=payment.PROJECT, rows=payment.clean(), today=TODAY)
    return [master, split(master, folder / "copies", today=TODAY).copies[0].path]


@pytest.mark.slow
def test_excel_and_wps_are_told_that_nobody_sorts(books: list[Path]) -> None:
    for book in books:
        with zipfile.ZipFile(book) as package:
            sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name]
        protections = [found for xml in sheets for found in re.findall(r"<sheetProtection[^>]*>", xml)]
        assert len(protections) > len(NUMBERED)
        assert not [tag for tag in protections if 'sort="0"' in tag]
        assert any('autoFilter="0"' in tag for tag in protections), "filtering is permitted"


def test_libreoffice_sorts_no_range_with_the_printed_ids(books: list[Path], tmp_path: Path) -> None:
    """What the arrows and the menu sort, which is the whole table, and what reaches from 编号 to the last column."""
    with running(tmp_path):
        for book in books:
            document = desktop().loadComponentFromURL(book.as_uri(), "_blank", 0, (prop("Hidden", True),))
            try:
                for sheet in NUMBERED:
                    _assert_refused(document, sheet)
            finally:
                document.close(True)


def _assert_refused(document: Any, sheet: type[Sheet]) -> None:
    cells, last = document.Sheets.getByName(sheet.meta.title.zh), len(sheet.meta.columns)
    assert cells.isProtected()
    for right in (last, last - 2, 3):
        area = a1.range_address((layout.FIRST, 1), (layout.last_row(sheet), right))
        before = cells.getCellRangeByName(area).getDataArray()
        for column in (0, 1):
            cells.getCellRangeByName(area).sort(ascending(column, up=False))
        assert cells.getCellRangeByName(area).getDataArray() == before
