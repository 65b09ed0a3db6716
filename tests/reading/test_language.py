"""The language of a workbook follows what stands in it; one worksheet is never read as two sheets."""

from __future__ import annotations

import pytest

from collabxl import Lang, Reading
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading import headers, language
from collabxl.reading.source import SheetCells, Title
from collabxl.reading.workbook import read_source
from collabxl.schema.sheets import Project, Tasks
from collabxl.text import LANGS
from tests.tables import MemorySource

TITLES = {"zh": "任务分工表", "en": "Tasks"}
ROWS: dict[Lang, list[list[Raw]]] = {
    "zh": [["编号", "任务名称", "负责人", "状态"], ["T001", "接口联调", "张三", "进行中"]],
    "en": [["ID", "Task", "Owner", "Status"], ["T001", "Survey", "Ann", "In progress"]],
}


def reading(sheets: dict[str, list[list[Raw]]], asked: Lang | None = None, **properties: str) -> Reading:
    told = {f"collabxl.{name}": value for name, value in properties.items()}
    width = max((len(row) for rows in sheets.values() for row in rows), default=0)
    grids = {
        name: SheetCells(1, 1, [[*row, *[""] * (width - len(row))] for row in rows]) for name, rows in sheets.items()
    }
    return read_source(MemorySource(grids, told), "book.xlsx", asked)


@pytest.mark.parametrize("asked", [None, *LANGS])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "title", ["Tasks (2)", "Tasks 2024", "Project tasks", "Task", "Tasks", "任务分工表", "任务分工", "任务分工表 (2)"]
)
def test_the_words_of_the_header_decide_whatever_the_sheet_is_called(
    title: str, lang: Lang, asked: Lang | None
) -> None:
    found = reading({title: ROWS[lang]}, asked)
    assert found.lang == lang
    (page,) = found.sheets
    assert (page.key, {place.how for place in page.places.values()}) == ("tasks", {"exact"})
    assert page.columns["status"] == ["in_progress"]
    assert page.misfits == []


@pytest.mark.parametrize("lang", LANGS)
def test_where_the_header_is_in_both_languages_the_cells_decide(lang: Lang) -> None:
    header: list[Raw] = ["任务名称", "负责人", "Due date", "Status"]
    body: list[Raw] = ["接口联调", "张三", "", ""] if lang == "zh" else ["Survey", "Ann", "", ""]
    assert reading({"Tasks": [header, body]}).lang == lang


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_workbook_is_in_the_language_asked_for_and_else_in_that_of_its_titles(lang: Lang) -> None:
    for title in TITLES.values():
        assert reading({title: []}, lang).lang == lang
    assert reading({TITLES[lang]: []}).lang == lang


def test_what_a_workbook_was_built_in_counts_before_all_else() -> None:
    assert reading({"Tasks": ROWS["en"]}, language="zh").lang == "zh"
    assert reading({"Tasks": ROWS["en"]}, language="klingon").lang == "en"


def test_the_titles_of_a_report_tell_its_language() -> None:
    assert reading({"任务分工表": [], "Tasks": [], "Progress": []}, report="x").lang == "en"
    assert language.language_of_titles(["Sheet1"]) == "zh"
    assert language.language_of_titles(["Sheet1"], "en") == "en"


def test_a_title_that_names_two_sheets_is_the_one_whose_words_stand_there() -> None:
    form: list[list[Raw]] = [["Field", "Value"], ["Project name", "Payment"], ["Lead", "Ann"], ["Goal", "3 months"]]
    assert [page.key for page in reading({"Project tasks": ROWS["en"]}).sheets] == ["tasks"]
    assert [page.key for page in reading({"Tasks of the project": form}).sheets] == ["project"]
    both = reading({"Project tasks": ROWS["en"], "Project facts": form})
    assert {page.key: page.title for page in both.sheets} == {"project": "Project facts", "tasks": "Project tasks"}
    assert both.rivals == {}


def test_a_title_of_two_sheets_without_words_is_one_of_them() -> None:
    title = Title("Project tasks", 0)
    assert headers.ambiguous_titles([title, Title("Tasks", 1)]) == {title: [Project, Tasks]}
    assert len(reading({"Project tasks": []}).sheets) == 1


def test_two_titles_of_one_sheet_are_still_rivals() -> None:
    found = reading({"Tasks (2)": ROWS["en"], "Tasks (3)": ROWS["en"]})
    assert (found.lang, found.sheets, found.rivals) == ("en", [], {"tasks": ["Tasks (2)", "Tasks (3)"]})
