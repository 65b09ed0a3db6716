from __future__ import annotations

import pytest

from collabxl.rules.matching.wording import (
    MARKS,
    has_contact,
    is_filler,
    is_measurable,
    is_placeholder,
    normalize_person,
    unexplained_absences,
)


@pytest.mark.parametrize("text", ["其他", "无", ".", "。。。", "N/A", "-", "待定", "1", "TBD", " 暂 无 ", "Other"])
def test_an_answer_that_is_none_says_nothing(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize("text", ["其他部门没给数据", "接口未就绪", "no data", "XX"])
def test_any_other_answer_says_something(text: str) -> None:
    assert not is_filler(text)


@pytest.mark.parametrize(
    "text",
    ["请填写负责人", "（请填写）", "【请输入项目名称】", "此处填写目标", "请在此处填写", "XX部门", "张XX", "某某公司",
     "xxx", "2024年×× 月", "示例任务1", "示例", "（示例）调研", "例：支付调研", "____年", "<姓名>"],
)  # fmt: skip
def test_a_stand_in_is_known_and_marked(text: str) -> None:
    assert is_placeholder(text)
    assert any(mark in text for mark in MARKS)


@pytest.mark.parametrize(
    "text",
    ["填写申请表", "请示领导", "XXL 码样衣", "周例会", "示例工程开发", "样例库整理", "A_B", "138****0000", "*经理",
     "案例：支付", "输入法适配", "选择供应商", "max", "a < b"],
)  # fmt: skip
def test_real_words_are_no_stand_in(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "支付成功率提升至99.5%",
        "１００家",
        "三个月内上线",
        "百分之十",
        "投诉减半",
        "two new offices",
        "1、成功率 99%；2、上线",
    ],
)
def test_a_goal_with_a_number_is_measurable(text: str) -> None:
    assert is_measurable(text)


@pytest.mark.parametrize(
    "text", ["提升用户体验", "1、优化流程；2、提升体验", "①优化 ②提升", "统一流程", "Improve the flow"]
)
def test_a_list_s_own_numbers_measure_nothing(text: str) -> None:
    assert not is_measurable(text)


@pytest.mark.parametrize(
    "text",
    [
        "王经理（138****0000）",
        "王经理 010-8888 6666",
        "wang@example.com",
        "王经理 微信：wang1",
        "张三（138）",
        "Wang +49 30 1234567",
    ],
)
def test_a_way_to_reach_somebody_is_seen(text: str) -> None:
    assert has_contact(text)


@pytest.mark.parametrize("text", ["王经理", "王经理（产品部）", "A. Manager", "王经理 2 组"])
def test_a_mere_name_tells_no_contact(text: str) -> None:
    assert not has_contact(text)


@pytest.mark.parametrize("name", ["张三", "张三（13800000000）", " 张 三 ", "张三(市场部)"])
def test_names_are_compared_without_what_stands_in_brackets(name: str) -> None:
    assert normalize_person(name) == "张三"


@pytest.mark.parametrize(
    ("absent", "names"),
    [
        ("李四", ["李四"]),
        ("李四、王五", ["李四", "王五"]),
        ("李四（出差）、王五", ["王五"]),
        ("李四、王五请假", []),
        ("李四、王五（出差）", []),
        ("李四：客户现场", []),
        ("无", []),
        ("-", []),
        ("全员到齐", []),
        ("John Smith", ["John Smith"]),
        ("John Smith (on leave)", []),
    ],
)
def test_names_without_a_reason_are_told(absent: str, names: list[str]) -> None:
    assert unexplained_absences(absent) == names
