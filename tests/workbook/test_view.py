"""A contact opens the workbook in LibreOffice, sees it, saves it: what is kept, and a list of all that is not."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import build_workbook
from tests.parts import resaved, sdk_errors
from tools.samples import english, payment

TODAY = dt.date(2024, 8, 1)
DROPPED = {"xl/theme/theme1.xml"}
"""Parts that LibreOffice does not write. Besides, text in a font that it has not got may come back in its own."""

HATCHED = {"FFAFCDEB": "FFBFD9F2"}
"""Hatching becomes a plain ground, the mean of its colours; ／ stays."""


@pytest.fixture(scope="module", params=["zh", "en"])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("view")
    path = folder / f"{request.param}.xlsx"
    project, rows = (payment.PROJECT, payment.faulty()) if request.param == "zh" else (english.PROJECT, english.rows())
    build_workbook(path, project=project, rows=rows, lang=request.param, today=TODAY)
    return path, resaved(path, folder / "saved")


def shown(sheet: Any) -> dict[str, Any]:
    """Return what a person sees of a sheet, or is held back by."""
    view, page, lock = sheet.sheet_view, sheet.page_setup, sheet.protection
    listed = sheet.data_validations.dataValidation
    rules = [
        (str(area.sqref), ["TRUE" if each == "1" else each for each in rule.formula], _look(rule.dxf))
        for area in sheet.conditional_formatting
        for rule in area.rules
    ]
    return {
        "panes": sheet.freeze_panes,
        "zoom": view.zoomScale or 100,
        "grid lines": view.showGridLines is not False,
        "filter": sheet.auto_filter.ref,
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "page": (page.orientation, int(page.paperSize or 0), _or_one(page.fitToWidth), _or_one(page.fitToHeight)),
        "print": (sheet.print_area, sheet.print_title_rows),
        "locked": (lock.sheet, lock.password, lock.sort, lock.autoFilter, lock.formatColumns, lock.formatRows),
        "validations": sorted((str(each.sqref), each.type, each.formula1, each.error or "") for each in listed),
        "messages": sorted((str(each.sqref), each.prompt) for each in listed if each.prompt),
        "conditions": sorted(map(repr, rules)),
        "widths": {key: round(each.width, 0) for key, each in sheet.column_dimensions.items() if each.width < 200},
        "heights": {row: round(each.height or 0) for row, each in sheet.row_dimensions.items() if row < 60},
    }


def _bare(code: str) -> str:
    """Return a number format without the quotes and backslashes that programs set as they like."""
    return code.replace("\\", "").replace('"', "")


def _or_one(pages: Any) -> int:
    return 1 if pages is None else int(pages)


def _look(dxf: Any) -> tuple[Any, ...]:
    if dxf is None:
        return ()
    font, fill = dxf.font, dxf.fill
    ink = font.color.rgb if font and font.color else None
    ground = HATCHED.get(fill.bgColor.rgb, fill.bgColor.rgb) if fill else None
    shown = _bare(dxf.numFmt.formatCode) if dxf.numFmt else None
    return ink, bool(font and font.b), bool(font and font.strike), ground, shown


KEPT = (
    "panes",
    "zoom",
    "grid lines",
    "filter",
    "merged",
    "page",
    "print",
    "locked",
    "validations",
    "messages",
)


@pytest.mark.slow
@pytest.mark.parametrize("what", KEPT)
def test_a_save_with_a_view_keeps(what: str, saved: tuple[Path, Path]) -> None:
    before, after = (openpyxl.load_workbook(path) for path in saved)
    states = [[(sheet.title, sheet.sheet_state) for sheet in book.worksheets] for book in (before, after)]
    assert states[0] == states[1]
    different = {
        sheet.title: (mine, theirs)
        for sheet in before.worksheets
        if sheet.sheet_state == "visible"
        if (mine := shown(sheet)[what]) != (theirs := shown(after[sheet.title])[what])
    }
    assert different == {}


def test_it_keeps_every_condition_with_its_look(saved: tuple[Path, Path]) -> None:
    before, after = (openpyxl.load_workbook(path) for path in saved)
    for sheet in before.worksheets:
        mine, theirs = (shown(each)["conditions"] for each in (sheet, after[sheet.title]))
        assert len(theirs) == len(mine), sheet.title
        assert theirs == mine, sheet.title


def test_it_keeps_cells_names_notes_areas_and_identity(saved: tuple[Path, Path]) -> None:
    before, after = (openpyxl.load_workbook(path) for path in saved)
    assert set(after.defined_names) >= set(before.defined_names)
    areas = [set(re.findall(rb'<protectedRange [^>]*?sqref="([^"]+)"', _sheets(path))) for path in saved]
    assert areas[0] == areas[1]
    assert {prop.name: str(prop.value) for prop in before.custom_doc_props.props}.items() <= {
        prop.name: str(prop.value) for prop in after.custom_doc_props.props
    }.items()
    seen = [sheet for sheet in before.worksheets if sheet.sheet_state == "visible"]
    for sheet in seen:
        for row in sheet.iter_rows(max_row=60):
            for cell in row:
                other = after[sheet.title][cell.coordinate]
                assert _bare(other.number_format) == _bare(cell.number_format), (sheet.title, cell.coordinate)
                assert other.protection.locked == cell.protection.locked, (sheet.title, cell.coordinate)
                assert bool(other.comment) == bool(cell.comment)
                assert (other.font.sz, other.font.b) == (cell.font.sz, cell.font.b), (sheet.title, cell.coordinate)


def test_what_it_drops_is_known(saved: tuple[Path, Path]) -> None:
    names = [{name for name in zipfile.ZipFile(path).namelist() if "theme" in name} for path in saved]
    assert names == [DROPPED, set()]
    assert sdk_errors(saved[0]) == []


def _sheets(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
