from __future__ import annotations

import pytest

from collabxl import Lang
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading import headers
from collabxl.reading.source import SheetCells, Title
from collabxl.schema.sheets import STANDARD, Project, Tasks
from collabxl.text import LANGS


def grid(*rows: list[Raw], top: int = 1, left: int = 1) -> SheetCells:
    width = max(map(len, rows))
    return SheetCells(top, left, [[*row, *[""] * (width - len(row))] for row in rows])


def keys(cells: SheetCells, lang: Lang = "zh") -> dict[str, str]:
    found = headers.find_header(cells, Tasks, lang)
    return (
        {key: f"{place.how}@{place.row},{place.column}" for key, place in found.best_cells().items()} if found else {}
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "sheet", [sheet for sheet in STANDARD.data_sheets if not sheet.meta.form_headers], ids=lambda s: s.meta.key
)
def test_every_standard_title_is_found_exactly(sheet: type, lang: Lang) -> None:
    cells = grid([column.title.to(lang) for column in sheet.meta.columns])
    found = headers.find_header(cells, sheet, lang)
    assert found is not None
    assert {place.key: place.how for place in found.cells} == {column.key: "exact" for column in sheet.meta.columns}


@pytest.mark.parametrize(
    "sheet", [sheet for sheet in STANDARD.data_sheets if not sheet.meta.form_headers], ids=lambda s: s.meta.key
)
def test_every_alias_means_its_column(sheet: type) -> None:
    for column in sheet.meta.columns:
        for alias in column.aliases:
            others = [other.title.zh for other in sheet.meta.columns if other is not column][:3]
            found = headers.find_header(grid([*others, alias]), sheet, "zh")
            assert found is not None
            assert found.best_cells()[column.key].how in ("alias", "translated", "exact"), alias


def test_the_header_is_found_below_title_rows_and_beside_blank_columns() -> None:
    cells = grid(["某项目任务表"], ["制表：张三", "", "日期"], [], ["", "任务名称", "截止日期", "状态"], top=3, left=2)
    assert keys(cells) == {"name": "exact@6,3", "due": "exact@6,4", "status": "exact@6,5"}


def test_ornaments_do_not_matter() -> None:
    cells = grid(["任务名称*", "截止日期\n(必填)", " 状 态 ", "★优先级：", "依赖任务【选填】"])
    assert set(keys(cells)) == {"name", "due", "status", "priority", "after"}


def test_near_misses_are_near_and_strangers_are_not() -> None:
    found = headers.find_header(grid(["任务名称", "截止日期", "所属部门名", "风险描述", "会签"]), Tasks, "zh")
    assert found is not None
    how = {place.text: (place.key, place.how) for place in found.cells}
    assert how["所属部门名"] == ("department", "near")
    assert how["风险描述"] == (None, None)
    assert how["会签"] == (None, None)


def test_planned_start_is_never_taken_for_planned_finish() -> None:
    found = keys(grid(["任务名称", "计划开始", "计划完成"]))
    assert found["start"].startswith("exact")
    assert found["due"].startswith("alias")


def test_the_other_language_is_read_as_translated() -> None:
    assert keys(grid(["Task", "Due date", "Status"]), "zh")["due"] == "translated@1,2"


def test_of_two_columns_that_mean_the_same_the_exact_one_is_chosen() -> None:
    assert keys(grid(["任务名称", "完成时限", "截止日期"]))["due"] == "exact@1,3"


def test_a_sheet_without_header_has_none() -> None:
    assert headers.find_header(grid(["随便", "写写"], [1.0, 2.0]), Tasks, "zh") is None
    assert headers.find_header(SheetCells(1, 1, []), Tasks, "zh") is None


def found(*names: str, lang: Lang = "zh") -> dict[str, str]:
    made = headers.match_sheets(tuple(Title(name, order) for order, name in enumerate(names)), lang)
    return {key: f"{match.how}:{match.title.name}" for key, match in made.matches.items()}


@pytest.mark.parametrize(
    "name", ["任务分工表 (2)", "任务分工", "任务分工表-市场部", "任务分工表副本", "任务分工表（7月）"]
)
def test_a_renamed_sheet_is_found(name: str) -> None:
    assert found("项目基本信息表", name)["tasks"] == f"near:{name}"


def test_an_exact_name_wins_and_blanks_do_not_matter() -> None:
    assert found("任务分工表 (2)", " 任务分工表 ")["tasks"] == "exact: 任务分工表 "


def test_two_that_look_alike_are_rivals_and_neither_is_taken() -> None:
    made = headers.match_sheets((Title("任务分工表 (2)", 0), Title("任务分工表 (3)", 1)), "zh")
    assert "tasks" not in made.matches
    assert made.rivals["tasks"] == ["任务分工表 (2)", "任务分工表 (3)"]


@pytest.mark.parametrize(
    ("seen", "hidden", "read"),
    [
        ("任务分工表 (2)", "任务分工表", "任务分工表 (2)"),
        ("任务分工表★", "任务分工表", "任务分工表★"),
        ("Tasks", "任务分工表", "Tasks"),
        ("任务分工表", "任务分工表 (2)", "任务分工表"),
        ("预算", "任务分工表", "任务分工表"),
    ],
)
def test_what_can_be_seen_is_read_and_not_what_is_hidden(seen: str, hidden: str, read: str) -> None:
    for titles in (
        (Title(hidden, 0, visible=False), Title(seen, 1)),
        (Title(seen, 0), Title(hidden, 1, visible=False)),
    ):
        made = headers.match_sheets(titles, "zh")
        assert made.matches["tasks"].title.name == read
        assert made.unread == (() if read == hidden else (hidden,))


def test_a_hidden_sheet_does_not_decide_between_two_that_can_be_seen() -> None:
    titles = (Title("任务分工表", 0, visible=False), Title("任务分工表 (2)", 1), Title("任务分工表 (3)", 2))
    made = headers.match_sheets(titles, "zh")
    assert "tasks" not in made.matches
    assert (made.rivals["tasks"], made.unread) == (["任务分工表 (2)", "任务分工表 (3)"], ("任务分工表",))


def test_other_sheets_of_ours_are_no_near_misses() -> None:
    assert found("进度计划", "说明", "汇总") == {}


def test_a_form_is_found_by_two_of_its_heads() -> None:
    header = headers.find_form_header(grid(["项目信息"], [], ["", "字段名称", "填写内容"]), Project)
    assert header is not None
    assert {key: place.column for key, place in header.best_cells().items()} == {"field": 2, "value": 3}
