"""A worker may die, hang or refuse; the file gets the blame, the others their results."""

from __future__ import annotations

import io
import os
import shutil
import threading
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from collabxl import FileError, Reading
from collabxl.pipeline.new_workbook import build_workbook
from collabxl.workers.pool import Worker, readings, warm_up
from tests.parts import CORPUS
from tools.samples.__main__ import SAMPLES, TODAY


def with_part(path: Path, name: str, change: object) -> Path:
    """Rewrite one part of a workbook."""
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, change(content) if entry == name else content)  # type: ignore[operator]
    return path


@pytest.fixture
def stray(tmp_path: Path) -> Path:
    """A small legal file with a cell in the last corner, on which calamine aborts the interpreter."""
    path = tmp_path / "stray.xlsx"
    shutil.copy(SAMPLES / "seed.xlsx", path)
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return with_part(path, "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"</sheetData>", last))


SLEEPS = """
import sys, time
def sleep(event, args):
    if event == "open" and str(args[0]).endswith("endless.xlsx") and "collabxl.workers.process" in sys.orig_argv:
        time.sleep(3600)
sys.addaudithook(sleep)
"""


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that takes for ever, as every worker that starts from now on finds when it opens it."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SLEEPS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(site))
    return Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "endless.xlsx"))


def test_a_stray_cell_in_the_last_corner_is_read(stray: Path) -> None:
    (found,) = readings([str(stray)])
    assert isinstance(found, Reading)
    assert found.sheets


def test_a_stray_cell_costs_no_time_in_any_sheet_of_a_built_workbook(tmp_path: Path) -> None:
    """The hidden sheets are read, too; each cell of the box around the stray one, looked at, is more than a minute."""
    path = tmp_path / "built.xlsx"
    build_workbook(path, project={}, today=TODAY)
    content = path.read_bytes()
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts = [name for name in zipfile.ZipFile(path).namelist() if "/worksheets/sheet" in name and "rels" not in name]
    for number, name in enumerate(parts):
        stray = tmp_path / f"{number}.xlsx"
        stray.write_bytes(content)
        with_part(stray, name, lambda xml: xml.replace(b"</sheetData>", last))
    found = readings([str(tmp_path / f"{number}.xlsx") for number in range(len(parts))])
    assert [reading for reading in found if not isinstance(reading, Reading)] == []


def test_a_file_that_kills_the_reader_costs_only_itself(endless: Path) -> None:
    seed = str(SAMPLES / "seed.xlsx")
    worker = Worker()
    try:
        assert isinstance(worker.read(seed), Reading)
        killing = threading.Thread(target=kill_twice, args=(worker,))
        killing.start()
        answer = worker.read(str(endless))
        killing.join()
        assert isinstance(answer, FileError)
        assert answer.kind == "too-large"
        assert isinstance(worker.read(seed), Reading)
    finally:
        worker.close()


def kill_twice(worker: Worker) -> None:
    """Kill the worker on its first, quick try and on its second, careful one."""
    for _ in range(2):
        process = worker.start()
        time.sleep(0.5)
        process.kill()
        process.wait()
        time.sleep(0.2)


def test_a_file_that_takes_too_long_is_given_up(endless: Path) -> None:
    worker = Worker(seconds=0.4)
    try:
        answer = worker.read(str(endless))
    finally:
        worker.close()
    assert isinstance(answer, FileError)
    assert answer.kind == "timeout"
    assert "0" in answer.say("en")


@pytest.mark.slow
def test_results_come_in_the_order_asked_for_whatever_the_number_of_workers() -> None:
    paths = [str(path) for path in sorted(SAMPLES.glob("*.xlsx"))] * 4
    for jobs in (1, 3):
        assert [reading.path for reading in readings(paths, jobs=jobs) if isinstance(reading, Reading)] == paths


def test_workers_end_with_the_run() -> None:
    warm_up()
    list(readings([str(SAMPLES / "seed.xlsx")] * 20, jobs=2))
    assert psutil.Process().children() == []


def test_workers_end_when_nobody_wants_more(endless: Path) -> None:
    some = readings([str(SAMPLES / "seed.xlsx"), str(endless)], jobs=2)
    assert isinstance(next(some), Reading)
    some.close()
    assert psutil.Process().children() == []


@pytest.mark.slow
def test_a_run_within_a_run_leaves_its_workers_alone() -> None:
    seed = str(SAMPLES / "seed.xlsx")
    outer = readings([seed] * 60, jobs=1)
    found = [next(outer)]
    assert all(isinstance(each, Reading) for each in readings([seed] * 3, jobs=1))
    found += outer
    assert [isinstance(each, Reading) for each in found] == [True] * 60


@pytest.mark.skipif(os.name == "nt", reason="permission bits are POSIX")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    shutil.copy(SAMPLES / "seed.xlsx", path)
    path.chmod(0)
    (answer,) = readings([str(path)])
    assert isinstance(answer, FileError)
    assert answer.kind == "permission"


@pytest.mark.slow
def test_no_workbook_of_the_corpus_brings_the_run_down() -> None:
    files = sorted(map(str, (CORPUS / "files").glob("*.*"))) if CORPUS.is_dir() else []
    if not files:
        pytest.skip("the corpus of foreign workbooks is not here")
    found = list(readings(files, jobs=2))
    assert len(found) == len(files)
    errors = [result for result in found if isinstance(result, FileError)]
    assert {error.kind for error in errors} <= {
        "not-a-project",
        "corrupt",
        "encrypted",
        "unsupported",
        "not-a-workbook",
        "too-large",
    }
    for error in errors:
        assert error.say("zh")
        assert error.say("en")
