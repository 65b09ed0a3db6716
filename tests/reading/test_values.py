from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl import Lang
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading import values
from collabxl.schema import vocabularies
from collabxl.schema.columns import Kind
from collabxl.schema.kinds import LONGEST_CELL, Choice, Day, Line, Number, Percent, Period, YesNo
from collabxl.schema.serials import EPOCH
from collabxl.text import format_number


def read(kind: Kind, *cells: Raw, lang: Lang = "zh", date1904: bool = False) -> tuple[list[Any], list[tuple[int, str]]]:
    found, wrong = values.value_reader(kind, lang, date1904=date1904).column(cells)
    return found, [(place, fault.name) for place, _, fault in wrong]


def test_empty_cells_are_none_of_every_kind() -> None:
    for kind in (Line(), Day(), Percent(), Number(1, 5), Choice(vocabularies.STATUS), YesNo(), Period()):
        assert read(kind, "", "  ", "　") == ([None, None, None], [])


def test_text_keeps_its_words_and_numbers_lose_their_point() -> None:
    assert read(Line(), "NA", "None", "null", "无", 1.0, 1.5, True, dt.date(2024, 7, 5))[0] == [
        "NA",
        "None",
        "null",
        "无",
        "1",
        "1.5",
        "TRUE",
        "2024-07-05",
    ]


@pytest.mark.parametrize("text", [" 张三", "张三\xa0", "张三　", "张\u200b三", "张三\r\n", "\ufeff张三"])
def test_untidy_text_is_tidied_and_told(text: str) -> None:
    assert read(Line(), text) == (["张三"], [(0, "untidy-text")])


def test_full_width_letters_are_untidy_but_chinese_punctuation_is_not() -> None:
    assert read(Line(), "ＡＰＰ１") == (["APP1"], [(0, "untidy-text")])
    assert read(Line(), "（新）支付，上线；《报告》：完") == (["（新）支付，上线；《报告》：完"], [])


@pytest.mark.parametrize(
    "text", ["=1+1", "＝1+1", "=HYPERLINK(1)", "@SUM(A1)", "+SUM(1)", "-2+3", "+A1", "-A1+B2", "+cmd|' /c'!A1"]
)
def test_text_that_would_run_is_dangerous(text: str) -> None:
    assert (0, "dangerous-text") in read(Line(), text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "-",
        "--",
        "-5",
        "+1",
        "-10%",
        "+86 138-0000-0000",
        "- 已与财务确认",
        "-完成联调",
        "@张三",
        "@相关责任人",
        "=",
        "—",
    ],
)
def test_text_that_people_write_is_not(text: str) -> None:
    assert read(Line(), text)[1] == []


@pytest.mark.parametrize(
    ("raw", "wanted", "faults"),
    [
        ("已完成", "done", []),
        ("Done", "done", ["not-in-list"]),
        ("完成", "done", ["not-in-list"]),
        ("正在做", "in_progress", ["not-in-list"]),
        (" 已完成", "done", ["untidy-text"]),
        ("搞定", None, ["not-in-list"]),
        (1.0, None, ["not-in-list"]),
    ],
)
def test_words_of_a_list(raw: Raw, wanted: str | None, faults: list[str]) -> None:
    found, wrong = read(Choice(vocabularies.STATUS), raw)
    assert found == [wanted]
    assert [name for _, name in wrong] == faults


def test_each_language_reads_its_own_words_without_a_word() -> None:
    assert read(Choice(vocabularies.STATUS), "in progress", lang="en") == (["in_progress"], [])
    assert read(Choice(vocabularies.STATUS), "进行中", lang="en") == (["in_progress"], [(0, "not-in-list")])


def test_a_certain_synonym_and_a_near_miss_differ() -> None:
    reader = values.value_reader(Choice(vocabularies.PRIORITY), "zh", date1904=False)
    _, wrong = reader.column(["P0", "高高"])
    told = {raw: (fault.replacement, fault.is_certain) for _, raw, fault in wrong}
    assert told["P0"] == ("high", True)
    assert told["高高"][1] is False


@pytest.mark.parametrize(
    ("raw", "wanted", "faults"),
    [
        (0.5, 0.5, []),
        (0.0, 0.0, []),
        (1.0, 1.0, []),
        (50.0, 0.5, ["percent-scale"]),
        (100.0, 1.0, ["percent-scale"]),
        (2.0, 0.02, ["percent-scale"]),
        ("50%", 0.5, ["percent-scale"]),
        ("５０％", 0.5, ["percent-scale"]),
        ("0.5", 0.5, ["percent-scale"]),
        (1.2, 1.2, []),
        (120.0, 120.0, []),
        (-0.1, -0.1, []),
        ("120%", 1.2, []),
        ("一半", None, ["not-a-number"]),
        (True, None, ["not-a-number"]),
        (dt.date(2024, 1, 1), None, ["not-a-number"]),
    ],
)
def test_shares(raw: Raw, wanted: float | None, faults: list[str]) -> None:
    found, wrong = read(Percent(), raw)
    assert found == [wanted]
    assert [name for _, name in wrong] == faults


def test_true_is_not_one() -> None:
    assert read(Number(1, 5), 1.0, True, 1.0)[0] == [1.0, None, 1.0]
    assert read(YesNo(), True, False, "是", "√", "否", "N", 1.0) == ([True, False, True, True, False, False, True], [])


def test_days_of_every_type() -> None:
    number = dt.date(2024, 7, 5).toordinal() - EPOCH
    cells: list[Raw] = [dt.date(2024, 7, 5), dt.datetime(2024, 7, 5, 9, 30), "2024/7/5", 45478.0]
    assert read(Day(), *cells) == ([number] * 4, [(2, "date-as-text"), (3, "date-as-text")])
    assert read(Day(), dt.time(9), dt.timedelta(1), "2024-02-30") == ([None] * 3, [(n, "not-a-date") for n in range(3)])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.2000000000000002, "1.2"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (100 / 3, "33.3333333333333"),
        (-0.0, "0"),
        (1e-5, "0.00001"),
        (1.5e-7, "0.00000015"),
        (999_999_999_999_999.0, "999999999999999"),
        (1.25e17, "1.25E+17"),
        (2024.0, "2024"),
    ],
)
def test_numbers_become_the_text_that_a_spreadsheet_makes_of_them(number: float, text: str) -> None:
    assert format_number(number) == text
    assert read(Line(), number) == ([text], [])


@given(st.decimals(-9999, 9999, places=3), st.integers(-1, 1))
def test_noise_behind_15_digits_changes_neither_text_nor_number(exact: Decimal, ulps: int) -> None:
    number = float(exact)
    for _ in range(abs(ulps)):
        number = math.nextafter(number, math.copysign(math.inf, ulps))
    if abs(exact) >= 1:
        assert format_number(number) == format_number(float(exact))
        assert read(Number(-10_000, 10_000, whole=False), number)[0] == [float(exact)]


@pytest.mark.parametrize("share", [0.9999999999999999, 1.0000000000000002, "100.00000000000001%"])
def test_a_share_that_is_whole_but_for_noise_is_whole(share: Raw) -> None:
    assert read(Percent(), share)[0] == [1.0]


def test_what_no_cell_holds_is_told_by_its_length_and_not_read() -> None:
    longest = "字" * LONGEST_CELL
    assert read(Line(), longest) == ([longest], [])
    for kind in (Line(), Day(), Percent(), Number(1, 5), Choice(vocabularies.STATUS), YesNo(), Period()):
        _, wrong = values.value_reader(kind, "zh", date1904=False).column([longest + "字", "字"])
        told = [fault for place, _, fault in wrong if place == 0]
        assert told == [values.CellFault("overfull-cell", LONGEST_CELL + 1)]


def test_a_reader_remembers_no_long_text_and_knows_how_long_they_were() -> None:
    reader = values.TextReader()
    reader.column(["任务", "长" * 300, "长" * 300])
    assert len(reader) == 2
    assert reader.max_letters(3) == 3 * values.LONGEST_WORD + 600
    assert reader.max_letters(3) == 3 * values.LONGEST_WORD


def test_a_reader_forgets_rather_than_grows() -> None:
    reader = values.value_reader(Line(), "zh", date1904=False)
    reader.column([f"任务{number}" for number in range(values.LONGEST_MEMORY + 10)])
    assert reader.column(["任务1"])[0] == ["任务1"]
    assert len(reader) == 2


@pytest.mark.parametrize("date1904", [False, True])
@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (45534.99999999, dt.date(2024, 8, 31)),
        (45534.99999, dt.date(2024, 8, 30)),
        (45534.5, dt.date(2024, 8, 30)),
        (dt.datetime(2024, 8, 30, 23, 59, 59, 999_000), dt.date(2024, 8, 31)),
        (dt.datetime(2024, 8, 30, 23, 59, 59), dt.date(2024, 8, 30)),
        (dt.datetime(9999, 12, 31, 23, 59, 59, 999_000), dt.date(9999, 12, 31)),
    ],
)
def test_a_moment_is_of_the_day_that_programs_show(raw: float | dt.datetime, day: dt.date, date1904: bool) -> None:
    number = raw - 1462 if date1904 and isinstance(raw, float) else raw
    (found,), _ = values.value_reader(Day(), "zh", date1904=date1904).column([number])
    assert dt.date.fromordinal(found + EPOCH) == day
