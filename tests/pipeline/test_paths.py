"""Which files a folder or a pattern names, however their names are written, and which are told to be left out."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import fsspec
import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty

from collabxl import check_workbooks
from collabxl.errors import FileError
from collabxl.mail.inbox import collect
from collabxl.pipeline.batch import find_workbooks
from collabxl.pipeline.resume import resume_check
from collabxl.storage import remote
from collabxl.storage.file_access import read_content
from tests.cli.test_cli import TODAY as DAY
from tests.cli.test_cli import run
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)
SUFFIXES = (".xlsx", ".XLSX", ".Xlsm", ".xLSX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of workbooks whose suffixes are written in every way, and of what is none."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for at, suffix in enumerate(SUFFIXES):
        shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "in" / "deep" / f"{at}{suffix}")
    for other in ("~$0.XLSX", "notes.txt", "xlsx"):
        (tmp_path / "in" / other).write_bytes(b"none")
    return tmp_path / "in"


def names(files: object) -> list[str]:
    return sorted(Path(str(file)).name for file in files)  # type: ignore[attr-defined]


def test_a_suffix_may_be_written_in_any_way(folder: Path) -> None:
    all_of_them = sorted(f"{at}{suffix}" for at, suffix in enumerate(SUFFIXES))
    assert names(find_workbooks([folder])) == all_of_them
    assert names(each.origin.source for each in collect([folder])) == all_of_them
    assert names(find_workbooks([folder / "deep" / "*.xlsx"])) == [
        each for each in all_of_them if "m" not in each.lower()[-1]
    ]
    assert names(find_workbooks([folder / "**" / "*.XLSM"])) == ["2.Xlsm"]
    for name in all_of_them:
        fsspec.filesystem("memory").pipe(f"/case/{name}", b"PK")
    assert [Path(each).name for each in remote.find_files("memory://case", (".xlsx", ".xlsm")) or ()] == all_of_them
    assert [Path(each).name for each in remote.find_files("memory://case/*.xlsm", (".xlsm",)) or ()] == ["2.Xlsm"]


def test_what_bears_a_report_s_mark_and_is_none_is_checked_like_any_other(folder: Path) -> None:
    marked = folder / "marked.xlsx"
    book = openpyxl.load_workbook(SAMPLES / "filled.xlsx")
    book.custom_doc_props.append(StringProperty(name="collabxl.report", value="findings"))
    book.save(marked)
    plain, twin = (next(iter(check_workbooks([path], today=TODAY))) for path in (SAMPLES / "filled.xlsx", marked))
    assert twin.error is None and twin.counts == plain.counts
    assert str(marked) in {outcome.path for outcome in check_workbooks([folder], today=TODAY)}


def test_reports_of_ours_in_a_folder_are_left_out_and_told_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        run("check", str(SAMPLES / "seed.xlsx"), *DAY, "--format", "xlsx", "--output", str(folder / name))
    done = run("check", str(folder), *DAY)
    assert "a.xlsx" not in done.stdout
    assert done.stderr.count("a.xlsx") == done.stderr.count("b.xlsx") == 1
    assert "2 份报告" in done.stderr
    kept = folder.with_name("state")
    for _ in range(2):
        caplog.clear()
        found = list(resume_check([folder], kept, today=TODAY))
        assert len(found) == len(SUFFIXES)
        assert [record.getMessage().count("2 份报告") for record in caplog.records] == [1]
    outright = run("check", str(folder / "a.xlsx"), *DAY)
    assert outright.returncode == 3 and "not-a-project" in outright.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_what_is_no_regular_file_is_refused_at_once(folder: Path) -> None:
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "zero.xlsx").symlink_to("/dev/zero")
    (folder / "gone.xlsx").symlink_to("nowhere.xlsx")
    (folder / ".#mine.xlsx").symlink_to("somebody@here")
    wanted = {"pipe.xlsx": "not-a-workbook", "zero.xlsx": "not-a-workbook", "gone.xlsx": "not-found"}
    for named in ([folder / "*.xlsx"], [folder / name for name in wanted]):
        errors = {
            Path(each.path).name: each.error.kind
            for each in check_workbooks(named, today=TODAY, jobs=1)
            if each.error is not None
        }
        assert errors == wanted
    for name, kind in wanted.items():
        with pytest.raises(FileError) as refused:
            read_content(str(folder / name))
        assert refused.value.kind == kind
    done = run("check", folder)  # where links are left out
    assert done.returncode == 3
    assert "2 个链接" not in done.stderr and "3 个链接或隐藏文件" in done.stderr
    for name in wanted:
        assert name in done.stdout + done.stderr


def test_links_and_hidden_files_in_a_folder_are_no_projects_and_told_once(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    real = folder / "deep" / "0.xlsx"
    (folder / "again.xlsx").symlink_to(real)
    (folder / ".hidden").mkdir()
    for name in (".x.xlsx", "._x.xlsx", ".hidden/y.xlsx"):
        shutil.copy(real, folder / name)
    assert len(find_workbooks([folder])) == len(SUFFIXES)
    for found in (
        check_workbooks([folder], today=TODAY),
        resume_check([folder], folder.with_name("state"), today=TODAY),
    ):
        caplog.clear()
        assert len(list(found)) == len(SUFFIXES)
        assert ["4 个链接或隐藏文件" in record.getMessage() for record in caplog.records] == [True]
    for outright in (folder / "again.xlsx", folder / ".x.xlsx"):
        (named,) = check_workbooks(outright, today=TODAY)
        assert named.error is None
