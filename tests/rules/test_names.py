from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from collabxl import Settings
from collabxl.reading.tables import build_tables
from collabxl.rules.dp_dependencies import _replace_names
from collabxl.rules.engine.frames import Frames
from collabxl.rules.matching.names import TaskNames, normalize_name, split_names
from collabxl.rules.matching.near_names import is_simplified
from tests.tables import TODAY, example

TASKS = """
    tasks
    | id   | name               | deliverable          | owner |
    | T001 | 用户支付需求调研   | 《支付需求调研报告》 | 张三  |
    | T002 | 支付接口方案设计   | 《支付接口技术方案》 | 张三  |
    | T003 | iOS/Android 发布   | 安装包               | 张三  |
    | T004 | 海报、文案         |                      | 张三  |
    | T005 | 联调测试           | 报告                 | 张三  |
    | T006 | 回归测试           | 报告                 | 张三  |
"""


@pytest.fixture
def names() -> TaskNames:
    made = build_tables([example(TASKS).reading()])
    frames = Frames({**made.frames, **made.facts, "today": TODAY, "limits": Settings().limits})
    found: TaskNames = frames["task_names"]
    return found


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("T001、T002", ("T001", "T002")),
        ("T001,T002，T003", ("T001", "T002", "T003")),
        ("T001;T002；T003\nT004", ("T001", "T002", "T003", "T004")),
        (" T001 、、 T002 、", ("T001", "T002")),
        ("iOS/Android 发布", ("iOS/Android 发布",)),
        *((nothing, ()) for nothing in ("-", "—", "无", "/", "N/A", "n/a", " - ", "－", "无、-")),
    ],
)
def test_cells_are_split(cell: str, wanted: tuple[str, ...]) -> None:
    assert split_names(cell) == wanted


def test_names_are_compared_plainly() -> None:
    assert normalize_name("《支付 需求　调研》") == normalize_name("支付需求调研")
    assert normalize_name("ＡＰＰ支付") == normalize_name("app支付")


@pytest.mark.parametrize(
    ("name", "how", "label"),
    [
        ("T001", "id", "T001"),
        ("t001", "id", "T001"),
        ("T1", "loose", "T001"),
        ("T-001", "loose", "T001"),
        ("用户支付需求调研", "name", "T001"),
        ("用户支付 需求调研", "name", "T001"),
        ("支付需求调研报告", "deliverable", "T001"),
        ("需求调研报告", "loose", "T001"),
        ("支付接口方案设计书", "loose", "T002"),
        ("支付接口方案设汁", "loose", "T002"),
        ("iOS/Android 发布", "name", "T003"),
    ],
)
def test_a_name_is_understood(names: TaskNames, name: str, how: str, label: str) -> None:
    found = names.find(0, name)
    assert (found.how, names.label(found.single)) == (how, label)


@pytest.mark.parametrize("name", ["支付功能上线时间确认", "T099", "测试", "A", "上线"])
def test_what_names_nothing_is_unknown(names: TaskNames, name: str) -> None:
    assert names.find(0, name).how == "unknown"


def test_two_that_fit_are_ambiguous_and_never_guessed(names: TaskNames) -> None:
    found = names.find(0, "报告")
    assert found.how == "ambiguous"
    assert [names.label(at) for at in found.at] == ["T005", "T006"]
    assert found.single == -1


def test_a_task_of_another_workbook_is_external(names: TaskNames) -> None:
    assert names.find(0, "会员项目::T001").how == "external"


def test_a_name_that_holds_a_separator_is_one_name(names: TaskNames) -> None:
    found = names.mentions(np.array([0, 0]), pd.Series(["海报、文案", "T001、海报、文案"], dtype=object))
    assert found.token.tolist() == ["海报、文案", "T001", "海报、文案"]
    assert found.how.tolist() == ["name", "id", "name"]


def test_a_task_is_not_loosely_itself(names: TaskNames) -> None:
    assert names.find(0, "接口方案设计", but=1).how == "unknown"
    assert names.find(0, "接口方案设计").how == "loose"


def test_suggestions_begin_alike(names: TaskNames) -> None:
    assert names.suggest(0, "支付功能上线时间确认") == ["支付接口方案设计"]
    assert names.suggest(0, "联调册试") == ["联调测试"]
    assert names.suggest(0, "T099") == []


@pytest.mark.parametrize("name", ["用戶支付需求調研", "用户支付需求調研", "《支付需求調研報告》"])
def test_traditional_characters_are_taken_loosely(names: TaskNames, name: str) -> None:
    found = names.find(0, name)
    assert (found.how, names.label(found.single)) == ("loose", "T001")


def test_a_task_in_traditional_characters_is_found_by_simplified_ones() -> None:
    made = build_tables([example("tasks\n| id | name |\n| T001 | 介面開發 |\n| T002 | 聯調 |").reading()])
    found = TaskNames(made.frames["tasks"])
    assert (found.find(0, "介面开发").how, found.find(0, "介面开发").single) == ("loose", 0)
    assert found.find(0, "介面開發").how == "name"


def test_what_two_names_become_is_ambiguous() -> None:
    made = build_tables([example("tasks\n| id | name |\n| T001 | 後台 |\n| T002 | 後臺 |").reading()])
    found = TaskNames(made.frames["tasks"]).find(0, "后台")
    assert (found.how, found.at) == ("ambiguous", (0, 1))


def test_only_what_is_certainly_simplified_is_spared_the_conversion() -> None:
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    every = [chr(number) for number in range(0x3400, 0xA000)]
    assert [letter for letter in every if is_simplified(letter) and convert(letter) != letter] == []
    common = "支付接口方案设计用户需求调研报告项目任务负责人截止日期依赖状态"
    assert is_simplified(common)
    assert not is_simplified("需求調研")


@pytest.mark.parametrize(
    ("name", "how"), [("会员项目：：T001", "external"), ("::T001", "unknown"), ("会员::", "unknown")]
)
def test_both_parts_of_an_external_name_are_needed(names: TaskNames, name: str, how: str) -> None:
    assert names.find(0, name).how == how


SEPARATED = """
    tasks
    | id   | name         | deliverable | owner |
    | T001 | 开发、测试   |             | 张三  |
    | T002 | 开发         |             | 张三  |
    | T003 | x,y          | 甲；乙报告  | 张三  |
    | T004 | 接口; 联调   |             | 张三  |
"""


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("开发、测试", ["T001"]),
        ("x,y、T001", ["T003", "T001"]),
        ("T001、x，y", ["T001", "T003"]),
        ("开发、测试、开发", ["T001", "T002"]),
        ("开发、x,y；接口; 联调", ["T002", "T003", "T004"]),
        ("甲；乙报告、开发", ["T003", "T002"]),
        ("开发、-", ["T002"]),
        ("测试阶段、x,y", [None, "T003"]),
    ],
)
def test_a_name_with_a_separator_is_found_whole_among_others(cell: str, wanted: list[str | None]) -> None:
    row = f"    | T009 | 上线 | | 张三 | {cell} |"
    made = example(SEPARATED.replace("| owner |", "| owner | after |").replace("| 张三  |", "| 张三 | |") + row)
    read = build_tables([made.reading()])
    frames = Frames({**read.frames, **read.facts, "today": TODAY, "limits": Settings().limits})
    links = frames["links"]
    ids = frames["tasks"]["id"].tolist()
    mine = links[links.from_at == ids.index("T009")]
    assert [ids[at] if at >= 0 else None for at in mine.to_at] == wanted


NOTHING = (
    "无",
    "没有",
    "/",
    "—",
    "——",
    "--",
    "N/A",
    "n.a.",
    "NA",
    "None",
    "nil",
    "null",
    "暂无",
    "不适用",
    "无前置",
    "－",
)


@pytest.mark.parametrize("word", NOTHING)
def test_there_are_many_ways_to_say_that_nothing_comes_before(word: str) -> None:
    assert split_names(word) == split_names(f" {word}") == ()
    assert split_names(f"T001、{word}") == ("T001",)


@pytest.mark.parametrize("word", ["TBD", "待定", "0", "."])
def test_what_says_that_it_is_not_known_yet_is_no_such_way(word: str) -> None:
    assert split_names(word) == (word,)


def test_a_fix_puts_an_id_in_the_place_of_a_whole_name() -> None:
    names = {"甲；乙报告": "T003", "报告": "T005", "x,y": "T\\1"}
    assert _replace_names("开发、 甲；乙报告、报告", names) == "开发、 T003、T005"
    assert _replace_names("甲；乙报告书、报告、x,y", names) == "甲；乙报告书、T005、T\\1"
