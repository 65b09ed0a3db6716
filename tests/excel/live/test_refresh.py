"""Refreshing an open workbook: what its file would get, and nothing lost; ``--engine excel`` runs the same in Excel."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from collabxl import UsageError, sync_workbooks
from collabxl.excel.live import refresh
from collabxl.excel.live.libreoffice.values import ExcelCoercion
from collabxl.excel.live.messages import LiveError
from collabxl.excel.live.write_changes import write_cells
from collabxl.ooxml.a1 import cell_address
from collabxl.workbook.grid import CellEdit
from tests.excel.live.conftest import Open
from tests.excel.live.shown import filled, saved_copy, shown
from tests.laws.computing import differing
from tests.ooxml.editors import without_hidden_names
from tools.samples.__main__ import SAMPLES

pytestmark = pytest.mark.live
DAY = dt.date(2024, 8, 1)
ENGLISH, TYPED = SAMPLES / "english.xlsx", SAMPLES / "seed.xlsx"
WRITTEN = {ENGLISH: ["Summary", "Tasks", "Progress", "Risks"], TYPED: ["汇总"]}


@pytest.mark.parametrize("sample", WRITTEN)
def test_an_open_workbook_gets_what_its_file_would_and_an_undo_takes_it_back(
    sample: Path, opened: Open, tmp_path: Path
) -> None:
    closed = Path(shutil.copy(sample, tmp_path / "closed.xlsx"))
    (synced,) = sync_workbooks([closed], today=DAY)
    here, written = opened(sample), WRITTEN[sample]
    file = (tmp_path / sample.name).read_bytes()
    titles = [sheet.name for sheet in here.book.sheets]
    before = {title: shown(here, title) for title in written if title in titles}

    found = refresh.sync(here, today=DAY)
    assert found.written
    assert found.outcome.counts == synced.outcome.counts
    ours = load_workbook(closed, data_only=True)
    assert [sheet.name for sheet in here.book.sheets] == ours.sheetnames
    for title in written:
        assert shown(here, title) == filled(ours[title]), title
    saved = saved_copy(here, tmp_path / "saved.xlsx")
    _assert_drawn_alike(ours[written[0]], load_workbook(saved)[written[0]])
    if sample == ENGLISH:  # the other one is typed by hand and has no formulas
        assert differing([saved], tmp_path / "computed") == {}
    assert not refresh.sync(here, today=DAY).written, "a second refresh finds nothing to do"

    refresh.undo(here)
    assert [sheet.name for sheet in here.book.sheets] == titles
    assert {title: shown(here, title) for title in before} == before
    with pytest.raises(UsageError, match="no refresh to undo"):
        refresh.undo(here)
    assert (tmp_path / sample.name).read_bytes() == file, "nothing of all this saves"


def _assert_drawn_alike(file: Any, live: Any) -> None:
    """Assert that two sheets have the same merged cells, links, charts, colours, widths, protection and print area."""
    assert {str(box) for box in live.merged_cells} == {str(box) for box in file.merged_cells}
    links = [{link.ref: (link.location or "").replace("'", "") for link in each._hyperlinks} for each in (file, live)]
    assert links[0] == links[1]
    assert len(live._charts) == len(file._charts) == 3
    assert live.protection.sheet == file.protection.sheet
    assert live["B2"].fill.fgColor.rgb == file["B2"].fill.fgColor.rgb
    assert live.column_dimensions["B"].width == pytest.approx(file.column_dimensions["B"].width, abs=1)
    assert live.page_setup.orientation == file.page_setup.orientation == "landscape"
    assert live.print_area == file.print_area


def test_a_summary_whose_hidden_name_a_program_dropped_is_renewed_in_its_place(opened: Open, tmp_path: Path) -> None:
    path = Path(shutil.copy(TYPED, tmp_path / "dropped.xlsx"))
    [*sync_workbooks([path], today=DAY, jobs=1)]
    without_hidden_names(path)
    here = opened(path)
    titles = [sheet.name for sheet in here.book.sheets]
    assert refresh.sync(here, today=DAY + dt.timedelta(1)).written
    assert [sheet.name for sheet in here.book.sheets] == titles
    assert not refresh.sync(here, today=DAY + dt.timedelta(1)).written


def test_formulas_that_look_into_the_summary_see_the_new_one(opened: Open) -> None:
    here = opened(TYPED)
    refresh.sync(here, today=DAY)
    mine = here.book.sheets.add("Mine", after=here.book.sheets[-1])
    mine.range("A1").formula = "=汇总!J5+1"
    assert refresh.sync(here, today=dt.date(2024, 8, 25)).written
    assert mine.range("A1").formula == "=汇总!J5+1"
    assert mine.range("A1").value == here.book.sheets["汇总"].range("J5").value + 1


def test_what_cannot_be_read_or_written_says_why(opened: Open) -> None:
    here = opened(TYPED)
    tasks = here.book.sheets["任务分工表"]
    if here.book.app.engine.name == "libreoffice":
        tasks.api.uno.protect("a password")
    else:
        tasks.api.Protect("a password")
    with pytest.raises(LiveError) as refused:
        write_cells(here, [CellEdit(tasks.name, 2, 2, "x"), CellEdit(tasks.name, 3, 2, "y")])
    assert (refused.value.key, refused.value.values) == ("err.protected", ("任务分工表",))
    for sheet in here.book.sheets:
        sheet.name = f"x{sheet.index}"
    with pytest.raises(LiveError) as refused:
        refresh.check(here, today=DAY)
    assert refused.value.key == "err.notplan"


def test_a_workbook_computed_by_hand_says_so_and_stays_so(opened: Open) -> None:
    here = opened(TYPED)
    here.book.app.calculation = "manual"
    assert refresh.sync(here, today=DAY).by_hand
    assert here.book.app.calculation == "manual"
    here.book.app.calculation = "automatic"
    assert not refresh.check(here, today=DAY).by_hand


def test_texts_stay_texts(opened: Open) -> None:
    here, texts = (
        opened(TYPED),
        ["00123", "1/2", "2024-01-02", "12%", "=1+1", "+a", "@SUM(A1)", "MAR1", "TRUE", "１２", "＝1+1"],
    )
    sheet = here.book.sheets[0]
    write_cells(here, [CellEdit(sheet.name, row, 26, text) for row, text in enumerate(texts, 1)])
    assert sheet.range((1, 26), (len(texts), 26)).value == texts
    if here.book.app.engine.name == "libreoffice":
        for text in texts:
            with pytest.raises(ExcelCoercion):
                sheet.range("AB1").value = text


def test_what_was_not_saved_yet_is_read_as_it_stands(opened: Open) -> None:
    here = opened(TYPED)
    reading = refresh.check(here, today=DAY).outcome.reading
    assert reading is not None
    page = next(page for page in reading.sheets if page.key == "tasks")
    spot = page.rows[0], page.places["due"].column
    write_cells(here, [CellEdit(page.title, *spot, "2024/13/45")])
    found = refresh.check(here, today=DAY).outcome.findings
    told = [(finding.cell, finding.value) for finding in found if finding.rule.name == "not-a-date"]
    assert told == [(cell_address(*spot), "2024/13/45")]
