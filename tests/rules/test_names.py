from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from collabxl import Settings
from collabxl.read.tables import tables
from collabxl.rules.names import Names, is_simplified, plain, split
from collabxl.rules.relate import Frames
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
def names() -> Names:
    made = tables([example(TASKS).reading()])
    frames = Frames({**made.frames, **made.facts, "today": TODAY, "limits": Settings().limits})
    found: Names = frames["directory"]
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
    assert split(cell) == wanted


def test_names_are_compared_plainly() -> None:
    assert plain("《支付 需求　调研》") == plain("支付需求调研")
    assert plain("ＡＰＰ支付") == plain("app支付")


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
def test_a_name_is_understood(names: Names, name: str, how: str, label: str) -> None:
    found = names.find(0, name)
    assert (found.how, names.label(found.one)) == (how, label)


@pytest.mark.parametrize("name", ["支付功能上线时间确认", "T099", "测试", "A", "上线"])
def test_what_names_nothing_is_unknown(names: Names, name: str) -> None:
    assert names.find(0, name).how == "unknown"


def test_two_that_fit_are_ambiguous_and_never_guessed(names: Names) -> None:
    found = names.find(0, "报告")
    assert found.how == "ambiguous"
    assert [names.label(at) for at in found.at] == ["T005", "T006"]
    assert found.one == -1


def test_a_task_of_another_workbook_is_external(names: Names) -> None:
    assert names.find(0, "会员项目::T001").how == "external"


def test_a_name_that_holds_a_separator_is_one_name(names: Names) -> None:
    found = names.mentions(np.array([0, 0]), pd.Series(["海报、文案", "T001、海报、文案"], dtype=object))
    assert found.token.tolist() == ["海报、文案", "T001", "海报", "文案"]
    assert found.how.tolist() == ["name", "id", "unknown", "unknown"]


def test_a_task_is_not_loosely_itself(names: Names) -> None:
    assert names.find(0, "接口方案设计", but=1).how == "unknown"
    assert names.find(0, "接口方案设计").how == "loose"


def test_suggestions_begin_alike(names: Names) -> None:
    assert names.suggest(0, "支付功能上线时间确认") == ["支付接口方案设计"]
    assert names.suggest(0, "联调册试") == ["联调测试"]
    assert names.suggest(0, "T099") == []


@pytest.mark.parametrize("name", ["用戶支付需求調研", "用户支付需求調研", "《支付需求調研報告》"])
def test_traditional_characters_are_taken_loosely(names: Names, name: str) -> None:
    found = names.find(0, name)
    assert (found.how, names.label(found.one)) == ("loose", "T001")


def test_a_task_in_traditional_characters_is_found_by_simplified_ones() -> None:
    made = tables([example("tasks\n| id | name |\n| T001 | 介面開發 |\n| T002 | 聯調 |").reading()])
    found = Names(made.frames["tasks"])
    assert (found.find(0, "介面开发").how, found.find(0, "介面开发").one) == ("loose", 0)
    assert found.find(0, "介面開發").how == "name"


def test_what_two_names_become_is_ambiguous() -> None:
    made = tables([example("tasks\n| id | name |\n| T001 | 後台 |\n| T002 | 後臺 |").reading()])
    found = Names(made.frames["tasks"]).find(0, "后台")
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
def test_both_parts_of_an_external_name_are_needed(names: Names, name: str, how: str) -> None:
    assert names.find(0, name).how == how
