"""What holds for every sheet, column and kind, whoever consumes them."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import typing
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from collabxl import SchemaError
from collabxl.reading import values
from collabxl.schema import columns as declaration
from collabxl.schema import kinds
from collabxl.schema.columns import Column, Kind, Ref, Refs, Schema, Sheet
from collabxl.schema.kinds import Auto, Id, Line
from collabxl.schema.sheets import STANDARD, Guide, Tasks
from collabxl.text import LANGS, t
from collabxl.workbook.formats import number_format
from collabxl.workbook.sheets import cell_value
from collabxl.workbook.validation import validation

COLUMNS = [column for sheet in STANDARD.sheets for column in sheet.meta.columns]
every_column = pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.sheet.meta.key}.{column.key}")


def test_the_five_sheets_stand_in_the_order_of_the_contract() -> None:
    titles = [sheet.meta.title.zh for sheet in STANDARD.required_sheets]
    assert titles == ["项目基本信息表", "任务分工表", "进度跟踪表", "会议纪要", "风险记录表"]


def test_the_first_columns_are_the_seed_s_own() -> None:
    wanted = ["编号", "任务名称", "负责人", "所属部门", "交付物", "截止日期", "优先级", "依赖任务", "状态"]
    assert [column.title.zh for column in Tasks.meta.columns][:9] == wanted
    heads = STANDARD.sheet("project").meta.form_headers
    assert heads is not None
    assert [head.title.zh for head in heads] == ["字段名称", "填写内容", "填写说明", "示例"]


@every_column
def test_a_key_is_no_word_of_pandas(column: Column) -> None:
    assert not hasattr(pd.DataFrame, column.key)


@every_column
def test_titles_and_helps_fit_excel_s_message_boxes(column: Column) -> None:
    for lang in LANGS:
        assert len(column.title.to(lang)) <= 32
        assert len(column.help.to(lang)) <= 255


@every_column
def test_every_column_can_be_read_checked_and_shown(column: Column) -> None:
    for lang in LANGS:
        reader = values.value_reader(column.value_kind, lang, date1904=False)
        assert reader.column(["", "某值"])[0][0] is None
        assert isinstance(number_format(column.value_kind), dict)
        assert cell_value(None, column, lang) is None
        if column.is_typed:
            accepted = validation(column, lang)
            assert accepted is None or accepted["validate"]


def test_every_kind_is_used_or_is_none_of_ours() -> None:
    used = {type(column.kind) for column in COLUMNS}
    assert used == set(typing.get_args(Kind))
    for kind in used:
        assert dataclasses.is_dataclass(kind)
        assert kind.__module__ in {kinds.__name__, declaration.__name__}


def test_every_data_sheet_begins_with_its_number_and_ends_with_its_checks() -> None:
    for sheet in STANDARD.required_sheets:
        if not sheet.meta.form_headers:
            assert isinstance(sheet.meta.columns[0].kind, Id)
            assert [column.key for column in sheet.meta.columns[-2:]] == ["check", "found"]


def test_a_list_is_never_typed_into_a_cell() -> None:
    for column in COLUMNS:
        accepted = validation(column, "zh") if column.is_typed else None
        if accepted and accepted["validate"] == "list":
            assert accepted["source"].startswith("=")


def declared(**columns: Column) -> type[Sheet]:
    return type("Made", (Sheet,), columns, title=t("表", "Made"))  # type: ignore[call-overload, no-any-return]


def column(zh: str = "列", en: str = "Column", **more: object) -> Column:
    return Column(t(zh, en), Line(), t("说明", "help"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"one": column("甲", "A"), "two": column("甲", "B")},
        {"one": column("甲", "A"), "two": column("乙", "A")},
        {"one": column("甲", "A", aliases=("丙",)), "two": column("乙", "B", aliases=("丙",))},
        {"one": column("甲", "A", aliases=("乙",)), "two": column("乙", "B")},
        {"one": Column(t("甲", "A"), Line(), t("说明", ""))},
        {"one": Column(t("甲", "A"), Ref(Tasks.id), t("说明", "help"))},
    ],
)
def test_a_contradiction_is_refused(wrong: dict[str, Column]) -> None:
    with pytest.raises(SchemaError):
        Schema(1, (declared(**wrong),))


def test_two_sheets_of_one_title_are_refused() -> None:
    with pytest.raises(SchemaError):
        Schema(1, (Guide, Guide))


def test_references_point_at_columns_of_the_book() -> None:
    for each in COLUMNS:
        if isinstance(each.kind, Ref | Refs):
            assert each.kind.to in COLUMNS
        if isinstance(each.kind, Auto):
            assert not each.is_typed


WIDE = """
import sys
from collabxl.schema.kinds import Number
from collabxl.schema.sheets import Risks, Tasks

for column in (Tasks.buffer, Risks.impact):
    object.__setattr__(column, "kind", Number(0, 1e9, whole=False))

import datetime as dt
from pathlib import Path
from collabxl import build_workbook, check_workbooks

made, day = Path(sys.argv[1]), dt.date(2024, 7, 1)
tasks = [{"name": "A", "buffer": 12345.67}, {"name": "B", "buffer": 1234567890.5}]
build_workbook(made, project={}, rows={"tasks": tasks}, today=day)
(outcome,) = check_workbooks([made], today=day)
print([each.message("en") for each in outcome.findings if each.rule.code == "CV106"])
"""


def test_a_number_may_be_as_large_as_a_cell_holds(tmp_path: Path) -> None:
    made = tmp_path / "wide.xlsx"
    run = subprocess.run(
        [sys.executable, "-c", WIDE, str(made)], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert run.stdout.strip() == "['1234567890.5 is outside 0 to 1000000000']"
    sheet = openpyxl.load_workbook(made)["任务分工表"]
    limits = [each for each in sheet.data_validations.dataValidation if each.type == "decimal"]
    assert ("0", "1000000000") in [(each.formula1, each.formula2) for each in limits]
