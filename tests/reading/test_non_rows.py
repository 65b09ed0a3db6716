"""What is no row is left out and told; what may be one is kept, however it is called."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collabxl import Lang, Reading, Settings
from collabxl.ooxml.reader.cells import CellMarks, Raw
from collabxl.reading.row_words import has_sign, row_sign
from collabxl.reading.sheet import SheetReading
from collabxl.reading.source import SheetCells
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import read_source
from collabxl.rules.engine.run import check
from collabxl.text import LANGS
from tests.tables import TODAY, MemorySource

DAY = dt.date(2024, 8, 20)
HEADER: dict[Lang, list[Raw]] = {
    "zh": ["编号", "任务名称", "负责人", "所属部门", "截止日期", "优先级", "依赖任务", "状态", "缓冲天数", "备注"],
    "en": [
        "ID",
        "Task",
        "Owner",
        "Department",
        "Due date",
        "Priority",
        "Depends on",
        "Status",
        "Buffer (days)",
        "Remarks",
    ],
}
PLAIN = CellMarks()
TITLE = {"zh": "任务分工表", "en": "Tasks"}
WORDS = {"zh": ("张三", "市场部", "高", "未开始"), "en": ("Ann", "Sales", "High", "Not started")}


def task(name: str, lang: Lang = "zh", number: str = "") -> list[Raw]:
    owner, department, priority, status = WORDS[lang]
    return [number, name, owner, department, DAY, priority, "-", status, 1.0, ""]


def reading(rows: list[list[Raw]], lang: Lang = "zh", marks: CellMarks = PLAIN, **properties: str) -> Reading:
    width = max(map(len, rows))
    cells = SheetCells(1, 1, [[*row, *[""] * (width - len(row))] for row in rows], marks)
    told = {f"collabxl.{name}": value for name, value in properties.items()}
    return read_source(MemorySource({TITLE[lang]: cells}, told), "book.xlsx")


def sifted(rows: list[list[Raw]], lang: Lang = "zh", marks: CellMarks = PLAIN) -> tuple[list[Any], dict[int, str]]:
    """Return the names of the tasks in rows below a header, and what was left out, by row."""
    page: SheetReading = reading([HEADER[lang], *rows], lang, marks).sheets[0]
    return page.columns.get("name", [None] * len(page.rows)), {aside.row: aside.kind for aside in page.non_rows}


TOTALS: list[list[Raw]] = [
    ["合计", 3.0, "", "", "", "", "", "", 5.0],
    ["合计：", "共3项", "3人", "2部门", DAY, "", "", "完成0项", 5.0],
    ["", "合 计", "", "", "", "", "", "", 5.0],
    ["", "小计", "2人", "", DAY, "", "", "", 2.0],
    ["", "市场部小计", "", "", "", "", "", "", 2.0],
    ["", "小计（市场部）", "", "", "", "", "", "", 2.0],
    ["", "总计3项", "", "", "", "", "", "", ""],
    ["汇总", "", "", "", "", "", "", "", 15.0, 3.0],
    ["Total", 3.0, "", "", DAY, "", "", "", 5.0],
    ["", "Grand total:", "3 people", "", "", "", "", "", 5.0],
    ["", "Sub-total", "", "", "", "", "", "", 5.0],
    ["", "Sum", "", "", "", "", "", "0 done", 5.0],
    [4.0, "合计", "", "", "", "", "", "", 5.0],
    ["", "Total for Sales", 3.0, "", DAY, "", "", "", 5.0],
]
SIGNED: list[list[Raw]] = [
    ["制表人：张三", "", "", "审核：李四", "日期：2024-08-01"],
    ["", "制表人：", "张三", "", "", "", "审核人：", "李四"],
    ["", "Prepared by: Ann", "", "Approved by: Bob"],
    ["", "注：带*为必填"],
    ["", "Notes: required where marked"],
    ["", "负责人签字：________"],
]


@pytest.mark.parametrize("total", TOTALS, ids=lambda row: str(row[0] or row[1]))
def test_totals_are_no_tasks_wherever_they_stand(total: list[Raw]) -> None:
    for at in range(4):
        rows = [task(name) for name in ("需求调研", "接口设计", "上线")]
        rows.insert(at, total)
        assert sifted(rows) == (["需求调研", "接口设计", "上线"], {at + 2: "total"})


@pytest.mark.parametrize("closing", SIGNED, ids=lambda row: str(row[0] or row[1]))
def test_signatures_and_notes_close_a_list(closing: list[Raw]) -> None:
    for gap in ([], [[""]]):
        names, asides = sifted([task("需求调研"), task("上线"), *gap, closing])
        assert names == ["需求调研", "上线"]
        assert set(asides.values()) <= {"note", "signature"}
        assert set(asides) == {4 + len(gap)}


KEPT = [
    *("合计报表开发", "汇总各部门意见", "总计划编制", "小计算器开发", "需求汇总", "数据统计", "制表人培训", "审核合同"),
    *(
        "日期控件升级",
        "备注字段扩容",
        "示例代码编写",
        "样例数据准备",
        "例会制度",
        "审批流程优化",
        "自动化测试",
        "必填项校验",
    ),
    *(
        "Total rewrite of billing",
        "Summary report",
        "Notebook rollout",
        "Date picker",
        "Sample preparation",
        "Sum check",
    ),
]


@pytest.mark.parametrize("name", KEPT)
def test_a_task_that_only_sounds_so_stays_even_alone(name: str) -> None:
    assert sifted([task("需求调研"), task(name), task("上线")]) == (["需求调研", name, "上线"], {})
    assert sifted([["", name]]) == ([name], {})
    assert sifted([task("需求调研"), ["", name]]) == (["需求调研", name], {})


@pytest.mark.parametrize(
    "name", ["合计", "汇总", "小计", "Total", "Summary", "市场部小计", "审核：合同条款", "注：待定", "日期："]
)
def test_whatever_a_task_is_called_its_owner_or_status_keeps_it(name: str) -> None:
    assert sifted([task("需求调研"), task(name), task("上线")])[0] == ["需求调研", name, "上线"]
    assert sifted([task("需求调研"), task(name)])[0] == ["需求调研", name]
    assert sifted([task("需求调研"), task(name, number="T009")])[0] == ["需求调研", name]


@pytest.mark.parametrize("lang", LANGS)
def test_a_repeated_header_and_the_title_above_it_are_no_tasks(lang: Lang) -> None:
    rows = [
        task("A", lang),
        [""],
        ["", "二、移动端"],
        list(HEADER[lang]),
        task("B", lang),
        list(HEADER[lang]),
        task("C", lang),
    ]
    assert sifted(rows, lang) == (["A", "B", "C"], {4: "title", 5: "header", 7: "header"})


HINTS: list[list[Raw]] = [
    ["自动", "必填", "必填", "下拉选择", "必填，格式yyyy-mm-dd", "下拉选择", "填编号", "下拉选择", "", ""],
    ["（系统自动生成）", "请填写任务名称", "请填写姓名", "", "例：2024-07-05", "单选", "选填", "单选", "数字"],
    [
        "auto",
        "required",
        "required",
        "drop-down",
        "format: yyyy-mm-dd",
        "select one",
        "optional",
        "select",
        "number",
        "",
    ],
]


@pytest.mark.parametrize("hint", HINTS, ids=lambda row: str(row[0]))
def test_hints_below_the_header_are_no_tasks(hint: list[Raw]) -> None:
    assert sifted([hint, task("A"), task("B")]) == (["A", "B"], {2: "hint"})


@pytest.mark.parametrize(
    ("number", "name"),
    [("示例", "撰写方案"), ("", "（示例）撰写方案"), ("例", "写方案"), ("Example", "Write it"), ("", "示例：写方案")],
)
def test_examples_are_no_tasks_however_well_they_are_filled_in(number: str, name: str) -> None:
    assert sifted([task(name, number=number), task("A"), task("B")]) == (["A", "B"], {2: "example"})


def test_the_totals_row_of_a_table_is_none_whatever_it_says() -> None:
    table = CellMarks(totals=(((4, 1), (4, 10)),))
    beside = CellMarks(totals=(((3, 12), (3, 14)),))
    assert sifted([task("A"), task("B"), ["", 2.0, "", "", DAY]], marks=table) == (["A", "B"], {4: "total"})
    assert sifted([task("A"), task("B")], marks=beside) == (["A", "B"], {})


def test_another_table_below_is_left_out_and_tasks_below_are_not() -> None:
    counts: list[list[Raw]] = [["汇总统计"], ["部门", "数量"], ["市场部", 4.0], ["研发部", 2.0]]
    names, asides = sifted([task("A"), [""], [""], task("B"), [""], *counts])
    assert names == ["A", "B"]
    assert set(asides.values()) == {"table"}
    people: list[list[Raw]] = [["", "部门", "对接人", "电话"], ["", "市场部", "张三", "138****0000"]]
    assert sifted([task("A"), [""], *people])[0] == ["A"]
    assert sifted([task("A"), [""], ["", "培训"], ["", "验收"]])[0] == ["A", "培训", "验收"]
    assert sifted([task("A"), [""], ["", "培训", 3.0]])[0] == ["A", "培训"]


def test_a_table_beside_is_another_and_a_blank_column_alone_parts_nothing() -> None:
    main: list[list[Raw]] = [
        ["任务名称", "负责人", "截止日期", "状态"],
        ["A", "张三", DAY, "未开始"],
        ["B", "李四", DAY, "未开始"],
    ]
    numbered: list[list[Raw]] = [["序号", "发生时间", "备注"], [1.0, "7.3", "其一"], ["", "", ""]]
    counted: list[list[Raw]] = [["部门", "人数"], ["市场部", 3.0], ["", ""]]
    own: list[list[Raw]] = [["优先级", "备注"], ["高", "x"], ["中", ""]]
    for side, key in ((numbered, "beside"), (counted, "beside"), (own, None)):
        rows = [[*left, "", *right] for left, right in zip(main, side, strict=True)]
        (page,) = reading(rows).sheets
        assert [aside.kind for aside in page.non_rows] == ([key] if key else [])
        assert ("priority" in page.places) is (key is None)
        assert {"id", "department", "remark"}.isdisjoint(page.places) is (key is not None)
        assert page.columns["name"] == ["A", "B"]
        assert page.free_column > len(rows[0]) or key is None


def test_of_two_tables_the_first_is_read() -> None:
    risks: list[list[Raw]] = [["Id", "Risk", "Probability", "Impact", "Strategy", "Occurrence", "Categories"]]
    risks += [
        [1.0, "Supplier late", 4.0, 4.0, "Accept", "all", "x"],
        [""],
        ["Id", "Risk", "Probability", "Impact", "Strategy"],
    ]
    cells = SheetCells(1, 1, [[*row, *[""] * (7 - len(row))] for row in risks])
    (page,) = read_source(MemorySource({"Risks": cells}), "x.xlsx").sheets
    assert page.header is not None
    assert (page.header.row, page.rows) == (1, [2])


def test_all_that_is_left_out_is_told_once_a_sheet() -> None:
    rows = [HEADER["zh"], HINTS[0], task("A"), ["小计", 1.0], task("B"), ["合计", 2.0], ["", "注：必填"]]
    found = check(build_tables([reading(rows)]), today=TODAY, settings=Settings(select=("BK014",))).findings[0]
    assert [each.row for each in found] == [2]
    assert all(word in found[0].message("zh") for word in ("第 2 行", "第 4 行", "小计", "第 6 行", "第 7 行"))


def test_a_built_workbook_keeps_its_rows_and_its_prepared_numbers() -> None:
    rows = [HEADER["zh"], ["T001", *task("A")[1:]], ["T002", "合计", "", "", "", "", "", "", 5.0], ["T003"]]
    (page,) = reading(rows, schema="1", language="zh").sheets
    assert page.columns["name"] == ["A"]
    assert page.prepared_rows == {"T003": 4}


@given(st.lists(st.sampled_from([*TOTALS, *HINTS, *SIGNED, HEADER["zh"], [""]]), max_size=8), st.randoms())
@settings(max_examples=200, deadline=None)
def test_no_task_is_ever_lost(asides: list[list[Raw]], chance: Any) -> None:
    rows = [task(f"任务{number}", number=f"T{number:03}") for number in range(6)]
    wanted = [row[1] for row in rows]
    for aside in asides:
        rows.insert(chance.randint(0, len(rows)), aside)
    names, left_out = sifted(rows)
    assert [name for name in names if name in wanted] == wanted
    assert len(names) + len(left_out) == sum(any(cell != "" for cell in row[1:]) for row in rows)


@pytest.mark.parametrize("row", [*TOTALS, *SIGNED], ids=lambda row: str(row[0] or row[1]))
def test_first_letters_never_hide_a_sign(row: list[Raw]) -> None:
    word = next(cell for cell in row if type(cell) is str and cell)
    assert row_sign(word)
    assert has_sign(["接口", word, 3.0])
