"""Refreshing an open workbook: what its file would get, and nothing lost; ``--engine excel`` runs the same in Excel."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from collabxl.errors import UsageError
from collabxl.live import refresh
from collabxl.live.words import LiveError
from collabxl.sync import sync_workbooks
from tests.live.conftest import Open
from tests.live.shown import filled, saved_copy, shown
from tests.samples.__main__ import SAMPLES

pytestmark = pytest.mark.live
DAY = dt.date(2024, 8, 1)
ENGLISH, TYPED = SAMPLES / "english.xlsx", SAMPLES / "seed.xlsx"


@pytest.mark.parametrize(
    ("sample", "written"), [(ENGLISH, ["Summary", "Tasks", "Progress", "Risks"]), (TYPED, ["汇总"])]
)
def test_an_open_workbook_gets_what_its_file_would(
    sample: Path, written: list[str], opened: Open, tmp_path: Path
) -> None:
    closed = Path(shutil.copy(sample, tmp_path / "closed.xlsx"))
    (synced,) = sync_workbooks([closed], today=DAY)
    here = opened(sample)
    before = (tmp_path / sample.name).read_bytes()

    found = refresh.sync(here, today=DAY)
    assert found.written
    assert found.outcome.counts == synced.outcome.counts
    ours = load_workbook(closed, data_only=True)
    assert [sheet.name for sheet in here.book.sheets] == ours.sheetnames
    for title in written:
        assert shown(here, title) == filled(ours[title]), title
    assert (tmp_path / sample.name).read_bytes() == before, "a live refresh saves nothing"

    mine, theirs = ours[written[0]], load_workbook(saved_copy(here, tmp_path / "saved.xlsx"))[written[0]]
    assert {str(box) for box in theirs.merged_cells} == {str(box) for box in mine.merged_cells}
    links = [{link.ref: (link.location or "").replace("'", "") for link in each._hyperlinks} for each in (mine, theirs)]
    assert links[0] == links[1]
    assert len(theirs._charts) == len(mine._charts) == 3
    assert theirs.protection.sheet == mine.protection.sheet
    assert theirs["B2"].fill.fgColor.rgb == mine["B2"].fill.fgColor.rgb

    assert not refresh.sync(here, today=DAY).written, "a second refresh finds nothing to do"


def test_what_looks_into_the_summary_still_does_and_an_undo_brings_all_back(opened: Open, tmp_path: Path) -> None:
    here = opened(ENGLISH)
    book = here.book
    mine = book.sheets.add("Mine", after=book.sheets[-1])
    mine.range("A1").formula = "=Summary!J5+1"
    touched = ("Summary", "Tasks", "Progress", "Schedule")
    before = {title: shown(here, title) for title in touched}
    protected = [load_workbook(ENGLISH)[title].protection.sheet for title in ("Tasks", "Summary")]

    refresh.sync(here, today=dt.date(2024, 8, 5))
    assert shown(here, "Summary") != before["Summary"]
    assert mine.range("A1").formula == "=Summary!J5+1"
    assert mine.range("A1").value == book.sheets["Summary"].range("J5").value + 1

    refresh.undo(here)
    assert {title: shown(here, title) for title in touched} == before
    saved = load_workbook(saved_copy(here, tmp_path / "saved.xlsx"))
    assert [saved[title].protection.sheet for title in ("Tasks", "Summary")] == protected
    with pytest.raises(UsageError, match="no refresh to undo"):
        refresh.undo(here)


def test_a_new_summary_is_taken_away_by_an_undo_and_what_is_no_project_is_refused(opened: Open) -> None:
    here = opened(TYPED)
    titles = [sheet.name for sheet in here.book.sheets]
    refresh.sync(here, today=DAY)
    refresh.undo(here)
    assert [sheet.name for sheet in here.book.sheets] == titles
    for sheet in here.book.sheets:
        sheet.name = f"x{sheet.index}"
    with pytest.raises(LiveError) as refused:
        refresh.check(here, today=DAY)
    assert refused.value.key == "err.notplan"


def test_what_was_not_saved_yet_is_read_as_it_stands(opened: Open) -> None:
    here = opened(TYPED)
    first = refresh.check(here, today=DAY).outcome
    title = next(page for page in first.reading.pages if page.key == "tasks") if first.reading else None
    assert title is not None
    cell = here.book.sheets[title.title].range((title.rows[0], title.places["due"].column))
    cell.number_format = "@"
    cell.value = "2024/13/45"
    found = refresh.check(here, today=DAY).outcome
    told = {(finding.rule.code, finding.cell) for finding in found.findings}
    assert ("FM111", cell.get_address(False, False)) in told or found.counts != first.counts
