"""Sync on everybody's workbooks: our five sheets are put into each file of the corpus, then it is synced.

Every entry but the declared ones keeps its bytes and place, the SDK finds no new error, LibreOffice opens the result
and shows old and new values, and a second sync changes nothing. The short form takes a sample of the files.
"""

from __future__ import annotations

import io
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from collabxl import FileError, PackageError, SyncResult, sync_workbooks
from collabxl.ooxml.import_sheet import import_sheet
from collabxl.ooxml.lint import check as lint
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.zip import RawZip
from collabxl.reading.file import FileSource
from collabxl.reading.source import SheetCells, Title
from tests.hostile.corpus import filled
from tests.parts import CORPUS, convert_all, sdk_errors
from tests.torture import LONG, say
from tools.samples.__main__ import SAMPLES, TODAY

OURS = openpyxl.load_workbook(SAMPLES / "seed.xlsx")
BATCH = 20


def files() -> list[Path]:
    found = sorted([*(CORPUS / "files").glob("*.xlsx"), *(CORPUS / "files").glob("*.xlsm")])
    return found if LONG else random.Random(7).sample(found, min(len(found), 12))


@pytest.fixture(scope="module")
def injected(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Return the workbooks with our five sheets in them, and the corpus file each was made from."""
    if not files():
        pytest.skip("the corpus of foreign workbooks is not here (../shared/corpus)")
    folder = tmp_path_factory.mktemp("corpus")
    made, refused = {}, Counter[str]()
    for number, source in enumerate(files()):
        try:
            content = with_our_sheets(source.read_bytes())
        except PackageError as error:
            refused[error.code] += 1
            continue
        path = folder / f"{number:04}{source.suffix}"
        path.write_bytes(content)
        made[path] = source
    say(f"{len(made)} workbooks with our sheets in them, {refused.total()} refused: {dict(refused)}")
    assert len(made) > len(files()) * 0.9
    return made


def with_our_sheets(content: bytes) -> bytes:
    package = Package(content)
    book = WorkbookPart(package)
    titles = []
    for number, sheet in enumerate(OURS.worksheets):
        titles.append(import_sheet(book, donor(sheet), title=sheet.title, marker=f"_collabxl_test{number}"))
    result = package.save()
    lint(package, result, titles)
    return result


def donor(sheet: openpyxl.worksheet.worksheet.Worksheet) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as book:
        target = book.add_worksheet(sheet.title)
        for at, row in enumerate(sheet.iter_rows(values_only=True)):
            target.write_row(at, 0, row)
    return content.getvalue()


@pytest.fixture(scope="module")
def synced(injected: dict[Path, Path]) -> dict[Path, tuple[bytes, SyncResult]]:
    """Return every workbook as it was before its sync, and what became of it."""
    before = {path: path.read_bytes() for path in injected}
    done = {Path(each.outcome.path): each for each in sync_workbooks(list(injected), today=TODAY, annotate=True)}
    states = Counter(each.outcome.error.kind if each.outcome.error else each.state for each in done.values())
    say(f"synced: {dict(states)}")
    return {path: (before[path], done[path]) for path in injected}


def test_every_workbook_is_written_or_refused_with_a_reason(synced: dict[Path, tuple[bytes, SyncResult]]) -> None:
    for path, (before, each) in synced.items():
        error = each.outcome.error
        if error is not None:
            assert error.say("en")
            assert path.read_bytes() == before
    assert sum(each.outcome.error is None for _, each in synced.values()) > len(synced) * 0.95


def test_every_other_entry_keeps_its_bytes_and_its_place(synced: dict[Path, tuple[bytes, SyncResult]]) -> None:
    kept = 0
    for path, (before, each) in synced.items():
        if each.outcome.error is not None:
            continue
        old, new = RawZip(before), RawZip(path.read_bytes())
        package = Package(before)
        book = WorkbookPart(package)
        ours = {tab.part for tab in book.sheets if tab.title in OURS.sheetnames}
        may = ours | {"[Content_Types].xml", book.part, book.related_part("styles"), book.related_part("sharedStrings")}
        may |= {f"{Path(book.part).parent}/_rels/{Path(book.part).name}.rels"}
        wanted = {str(part).lower() for part in may if part}
        gone = {str(book.related_part("calcChain")).lower()}
        assert [name for name in new.entries if name in old.entries] == [n for n in old.entries if n in new.entries]
        for name in old.entries:
            if name.lower().replace("\\", "/").lstrip("/") in wanted or name.lower() in gone - set(new.entries):
                continue
            assert old.raw(name).tobytes() == new.raw(name).tobytes(), (path, name)
            kept += 1
    say(f"{kept} entries kept their bytes")


def test_old_values_are_as_they_were(synced: dict[Path, tuple[bytes, SyncResult]]) -> None:
    cells = 0
    for path, (before, each) in synced.items():
        if each.outcome.error is not None:
            continue
        old, new = FileSource(before), FileSource(path.read_bytes())
        for title in old.titles():
            if title.name in OURS.sheetnames:
                continue
            said = all_cells(old, title)
            assert all_cells(new, title) == said, (path, title.name)
            cells += sum(1 for _ in filled(said)) if isinstance(said, SheetCells) else 0
    say(f"{cells} old cells as they were")


def all_cells(source: FileSource, title: Title) -> SheetCells | str:
    """Return what a sheet says, or why it cannot be read, which must be the same before and after.

    Not whether programs are asked to compute it: they are where a formula may follow from what was written.
    """
    try:
        return source.cells(title)._replace(compute=None)
    except FileError as error:
        return error.say("en")


def test_the_sdk_finds_no_new_error(synced: dict[Path, tuple[bytes, SyncResult]], tmp_path: Path) -> None:
    judged = 0
    for path, (before, each) in synced.items():
        if each.outcome.error is not None:
            continue
        old = tmp_path / path.name
        old.write_bytes(before)
        assert set(sdk_errors(path)) <= set(sdk_errors(old)), path
        judged += 1
    say(f"{judged} judged by the Open XML SDK validator")


def test_libreoffice_opens_them_and_shows_old_and_new(
    synced: dict[Path, tuple[bytes, SyncResult]], tmp_path: Path
) -> None:
    written = {path: before for path, (before, each) in synced.items() if each.outcome.error is None}
    saved = dict(resaved(list(written), tmp_path))
    for path in written.keys() - saved.keys():  # then it could not open what was there before either
        old = tmp_path / f"before-{path.name}"
        old.write_bytes(written[path])
        assert not dict(resaved([old], tmp_path)), path
    for path, copy in saved.items():
        shown = CalamineWorkbook.from_path(copy)
        title = next(name for name in reversed(shown.sheet_names) if name.startswith("汇总"))
        assert any("支付" in str(cell) for row in shown.get_sheet_by_name(title).to_python() for cell in row), path
        tasks = shown.get_sheet_by_name("任务分工表").to_python()
        assert tasks[0][-1] == "检查"
        assert tasks[1][0] == "用户支付需求调研"
    say(f"{len(saved)} opened by LibreOffice, {len(written) - len(saved)} that it cannot open before either")
    assert len(saved) > len(written) * 0.95


def resaved(paths: list[Path], folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield what LibreOffice saved of each file, in batches; one file that stops it is told from its neighbours."""
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        target = folder / f"{batch[0].stem}-{len(batch)}"
        try:
            yield from zip(batch, convert_all(batch, "xlsx", target), strict=True)
        except (AssertionError, subprocess.SubprocessError):
            if len(batch) > 1:
                yield from (pair for path in batch for pair in resaved([path], folder))


def test_a_second_sync_changes_nothing(synced: dict[Path, tuple[bytes, SyncResult]]) -> None:
    written = {path: path.read_bytes() for path, (_, each) in synced.items() if each.outcome.error is None}
    for each in sync_workbooks(list(written), today=TODAY, annotate=True):
        assert each.outcome.error is None
        assert each.state == "unchanged"
    assert {path: path.read_bytes() for path in written} == written
