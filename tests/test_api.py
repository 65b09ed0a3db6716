"""The public verbs as a script calls them: one path or several, keys that do not exist, errors that name their file."""

from __future__ import annotations

import datetime as dt
import inspect
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import collabxl
from collabxl.arguments import ALLOWED
from collabxl.documents import documents_of
from collabxl.errors import FileError, UsageError
from collabxl.portfolio import portfolio_of
from collabxl.text import LANGS
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


TAKES: dict[str, Callable[..., object]] = {
    **{name: getattr(collabxl, name) for name in collabxl.__all__ if not name.startswith("__")},
    "portfolio_of": portfolio_of,
    "documents_of": documents_of,
}
WRONG: dict[str, list[object]] = {
    "today": ["2024-08-01", 20240801, dt.datetime(2024, 8, 1), 45505.0],
    "settings": ["strict", {"pack": "strict"}, 1],
    "limits": [{"due_soon_days": 3}],
    "jobs": [0, -1, "2", True, 1.5],
    "number": [0, "1"],
    "lang": ["de", "ZH", 1],
    "passwords": ["secret", [b"secret"]],
    "path": ["", None, 3, b"a.xlsx", ["a.xlsx"]],
    "output": ["", 3],
    "paths": [None, 3, "", [""], [None], b"a.xlsx", {"a.xlsx": 1}],
    "sources": [None, 3, "", [""]],
    "added": [None, 3, [None]],
    "among": [None, 3],
}


def arguments() -> Iterator[Any]:
    for verb, call in TAKES.items():
        for name in inspect.signature(call).parameters:
            for wrong in WRONG.get(name, ()):
                yield pytest.param(call, name, wrong, id=f"{verb}-{name}-{wrong!r}")


@pytest.mark.parametrize(("verb", "name", "wrong"), list(arguments()))
def test_an_argument_of_a_wrong_kind_is_a_usage_error_that_names_it(
    verb: Callable[..., object], name: str, wrong: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    right = {"path": "a.xlsx", "paths": "a.xlsx", "sources": "b.xlsx", "output": "out", "today": TODAY, "number": 1}
    right |= {"kind": "letter", "project": {}}
    given = {
        name: right[name] for name, each in inspect.signature(verb).parameters.items() if each.default is each.empty
    }
    with pytest.raises(UsageError) as refused:
        verb(**{**given, name: wrong})
    for lang in LANGS:
        assert name in refused.value.say(lang)
        assert "Traceback" not in refused.value.say(lang)
    assert list(tmp_path.iterdir()) == []


def test_every_argument_that_is_looked_at_is_tried() -> None:
    assert WRONG.keys() == ALLOWED.keys()
    every = {name for verb in TAKES.values() for name in inspect.signature(verb).parameters}
    assert ALLOWED.keys() <= every
