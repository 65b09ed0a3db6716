"""The public verbs as a script calls them: one path or several, keys that do not exist, errors that name their file."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import collabxl
from collabxl.errors import FileError, UsageError
from collabxl.portfolio import portfolio_of
from tests.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)


def read(paths: Any) -> list[Any]:
    return [*collabxl.read_workbooks(paths).readings.values()]


VERBS: dict[str, Callable[[Any], Iterable[Any]]] = {
    "read": read,
    "check": lambda paths: collabxl.check_workbooks(paths, today=TODAY),
    "sync": lambda paths: collabxl.sync_workbooks(paths, today=TODAY, dry_run=True),
    "fix": lambda paths: collabxl.fix_workbooks(paths, today=TODAY, dry_run=True),
    "portfolio": lambda paths: portfolio_of(paths, today=TODAY).projects,
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("given", [str, Path, lambda path: [path], lambda path: iter([str(path)])])
def test_a_path_may_be_a_text_a_path_or_several(
    verb: Callable[[Any], Iterable[Any]], given: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letters of a text are no paths: of "." and "/" that would be all files there are."""
    copy = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "seed.xlsx"))
    monkeypatch.chdir(tmp_path)
    shutil.copy(copy, tmp_path / "s")
    assert len(list(verb(given(copy)))) == 1


@pytest.mark.slow
def test_what_takes_one_path_takes_a_text(tmp_path: Path) -> None:
    master, copies = str(tmp_path / "master.xlsx"), str(tmp_path / "copies")
    project = {"name": "甲", "departments": "市场部、IT部"}
    tasks = [{"name": "A", "department": "市场部", "due": dt.date(2024, 8, 9)}]
    collabxl.build_workbook(master, project=project, rows={"tasks": tasks}, today=TODAY)
    made = collabxl.split(master, copies, today=TODAY, only="市场部").copies
    assert [copy.share.department for copy in made] == ["市场部"]
    merged = collabxl.merge_copies(master, copies, today=TODAY)
    assert [result.error for result in merged.results] == [None]
    assert collabxl.sync_workbooks(master, today=TODAY, output=str(tmp_path / "out"), dry_run=True)
    archive = collabxl.archive_project(master, output=str(tmp_path / "a.zip"), added=made[0].path)
    assert collabxl.verify_archive(str(archive.path)).differences == ()


@pytest.mark.parametrize(
    ("project", "rows", "wanted"),
    [
        ({"nmae": "甲"}, {}, "There is no nmae in project; did you mean name?"),
        ({"项目名": "甲"}, {}, "There is no 项目名 in project; did you mean name?"),
        ({}, {"task": []}, "There is no task in rows; did you mean tasks?"),
        ({}, {"project": [{}]}, "There is no project in rows"),
        ({}, {"tasks": [{"name": "A"}, {"ownr": "张三"}]}, "There is no ownr in tasks; did you mean owner?"),
        ({}, {"tasks": [{"截止日期": TODAY}]}, "There is no 截止日期 in tasks; did you mean due?"),
        ({}, {"tasks": {"name": "A"}}, "tasks takes a list of rows"),
        ({}, {"tasks": "A"}, "tasks takes a list of rows"),
        ({}, {"zzzzz": []}, "it has tasks, progress, minutes, risks"),
    ],
)
def test_a_key_that_nothing_has_is_refused_and_not_lost(project: Any, rows: Any, wanted: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        collabxl.build_workbook(tmp_path / "a.xlsx", project=project, rows=rows, today=TODAY)
    assert wanted in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"no workbook", b"PK\x03\x04broken"])
def test_an_error_of_a_file_names_it(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    if content is not None:
        path.write_bytes(content)
    for verb in (lambda: collabxl.read_workbooks([path]), lambda: collabxl.split(path, tmp_path / "o", today=TODAY)):
        with pytest.raises(FileError) as told:
            verb()
        assert told.value.path == str(path)
        assert str(path) in str(told.value)
