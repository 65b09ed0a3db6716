"""A slip in a rule's declaration is refused with a sentence that names the rule, the slip and what may be meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from collabxl import Rule, SchemaError, Settings
from collabxl.reading.tables import build_tables
from collabxl.rules import BY_CODE, RULES
from collabxl.rules.engine.declaration_checks import refuse_slips
from collabxl.rules.engine.external_frames import external_frames
from collabxl.rules.engine.frame_table import FRAME_COLUMNS
from collabxl.rules.engine.frames import DERIVED
from collabxl.rules.engine.run import check
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Line
from collabxl.schema.sheets import STANDARD
from collabxl.text import t
from tests.tables import TODAY, example


def mistyped_frame(taskz: pd.DataFrame) -> pd.DataFrame:
    return taskz


def mistyped_fact(rows: pd.DataFrame, column: Column, misfitz: pd.DataFrame) -> pd.DataFrame:
    return misfitz


def asks_for_nothing_known(zzzzzz: pd.DataFrame) -> pd.DataFrame:
    return zzzzzz


def made(of: str, **other: Any) -> Callable[[], Rule]:
    return lambda: replace(BY_CODE[of], **other)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (made("DL401"), "the code DL401 is used 2 times"),
        (made("DL401", code="DL999"), "the name overdue is used 2 times"),
        (made("DL401", code="XX999", find=mistyped_frame), "XX999 (mistyped-frame) asks for taskz"),
        (made("DL401", code="XX999", find=mistyped_frame), "did you mean tasks?"),
        (
            made("CV101", code="XX999", find=mistyped_fact),
            "asks for misfitz, which nobody makes; did you mean misfits",
        ),
        (made("DL401", code="XX999", find=asks_for_nothing_known), "asks for zzzzzz, which nobody makes"),
        (made("DL401", code="dl1", find=asks_for_nothing_known), "dl1 of asks-for-nothing-known is no code"),
        (made("DP301", code="XX999", find=asks_for_nothing_known, supersedes=("DP999",)), "XX999 supersedes DP999"),
        (made("DL401", code="XX999", at=Column(t("x", "Lost"), Line(), t("x", "x"))), "aims at Lost"),
    ],
)
def test_a_slip_is_refused_with_a_sentence(rule: Callable[[], Rule], says: str) -> None:
    with pytest.raises(SchemaError) as told:
        refuse_slips([*(each for each in RULES if says.startswith("the ") or each.name != "overdue"), rule()], DERIVED)
    assert says in str(told.value)


def test_a_derived_frame_is_looked_at_as_well() -> None:
    with pytest.raises(SchemaError, match="the derived frame odd asks for taskz"):
        refuse_slips(RULES, {**DERIVED, "odd": mistyped_frame})


def test_a_derived_frame_has_to_be_declared() -> None:
    with pytest.raises(SchemaError, match="the derived frame odd is not declared in the table of frames"):
        refuse_slips(RULES, {**DERIVED, "odd": lambda tasks: tasks})


def test_what_is_declared_is_what_there_is() -> None:
    made = {*build_tables([]).facts, *external_frames(), *DERIVED, "past_values", "today", "limits"}
    assert {*FRAME_COLUMNS} == made | {sheet.meta.key for sheet in STANDARD.data_sheets}


@pytest.mark.parametrize("text", ["tasks\n| name |\n| A |", *(rule.example for rule in RULES[::7])])
def test_frames_have_the_columns_that_are_declared(text: str) -> None:
    made = build_tables([example(text).reading()])
    frames = check(made, today=TODAY, settings=Settings(pack="strict")).frames
    for name in FRAME_COLUMNS:
        if isinstance(frames[name], pd.DataFrame):
            assert set(frames[name].columns) == declared(name), name


def declared(name: str) -> set[str]:
    columns = FRAME_COLUMNS[name]
    if columns is None:
        return {column.key for column in STANDARD.sheet(name).meta.columns}
    inherited = columns.only or (declared(columns.of) if columns.of else ())
    return {*inherited, *columns.own}
