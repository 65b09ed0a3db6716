"""Rows as careless people fill them in: every sheet, every kind of slip, reproducible by a seed."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from collabxl.schema.columns import Column, Ref, Refs
from collabxl.schema.kinds import Choice, Day, Number, Percent, YesNo
from collabxl.schema.sheets import Contacts, Minutes, Progress, Risks, Tasks

TODAY = dt.date(2024, 8, 1)
PROJECT = {
    "name": "随机",
    "initiator": "产品研发部",
    "departments": "市场部、IT部，《客服部》",
    "period": "2024年7月1日-2024年9月30日",
    "status_date": TODAY,
}
SHEETS = (Tasks, Progress, Minutes, Risks)
_NAMES = (
    "接口联调",
    "上线",
    "A*",
    "A?b",
    "a~1",
    "需求 评审",
    "《方案》设计",
    "IOS/安卓",
    "Test ~*",
    "文案、海报",
    "-",
    "数据,核对",
    "5",
)
_SLIPS = (" ", "　", "\n", "无", "-", 5, 0.5, True, "=1+1", "#REF!", " 前后 空格 ", "全角　空格", "ＡＢ１２", "x" * 260)
_WORDS = ("完成", "搞定", "已 完成", " 已完成　", "DONE", "*", "已完成*", 3)
"""No truth value: in a cell with a number format it is a number to LibreOffice, and nothing but the format told it."""
_DAYS = ("2024/7/5", "2024-02-30", "下周五", "7.5", 45478, 20240705, 7.5, "　", "'", "２０２４-０７-０１")
_NUMBERS = ("一半", "50%", 50, 120, 1.2, -0.1, "3", " ", 2.5, 6, 0)


def content(seed: int, rows: int, slips: float) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return a project and its rows; ``slips`` is how often a cell is filled in wrongly, 0 for never."""
    chance = Random(seed)
    names = [f"{chance.choice(_NAMES)}{chance.choice(('', '', number))}" for number in range(rows)]
    if not slips:
        names = [name.replace("、", "").replace(",", "").replace("-", "项") for name in names]
    made = {sheet.meta.key: [_row(sheet.meta.columns, names, chance, slips) for _ in range(rows)] for sheet in SHEETS}
    for row, name in zip(made["tasks"], names, strict=True):
        if "name" in row and not _slipped(chance, slips):
            row["name"] = name
    for number, row in enumerate(made["tasks"], 1):
        if "after" in row and chance.random() < 0.03:
            row["after"] = f"T{number:03}"
    for row in made["risks"]:  # somebody typed over the formula
        if row and chance.random() < 0.1:
            row["level"] = chance.choice(("high", "medium", "low"))
    people = chance.sample(["市场部", "法务部", " 财务部", "it部、行政部"], 3)
    made[Contacts.meta.key] = [{"department": name, "person": "张三"} for name in people]
    return PROJECT, made


def random_value(column: Column, chance: Random) -> Any:
    """Return what a person might type into a cell of a column, right or wrong."""
    names = [f"{name}{number}" for number, name in enumerate(_NAMES)]
    return _slip(column, chance) if chance.random() < 0.3 else _right(column, names, chance)


def _slipped(chance: Random, slips: float) -> bool:
    return chance.random() < slips


def _row(columns: tuple[Column, ...], names: list[str], chance: Random, slips: float) -> dict[str, Any]:
    if chance.random() < 0.05:
        return {}
    row = {
        column.key: _slip(column, chance) if _slipped(chance, slips) else _right(column, names, chance)
        for column in columns
        if column.is_typed and chance.random() > (0.12 if column.required else 0.4)
    }
    return {key: value for key, value in row.items() if value is not None}


def _right(column: Column, names: list[str], chance: Random) -> Any:
    match column.kind:
        case Day():
            return TODAY + dt.timedelta(days=chance.randint(-45, 30))
        case Percent():
            return chance.choice((0, 0.3, 0.5, 1, 1))
        case Number(low, high):
            return chance.randint(int(low), min(int(high), 5))
        case Choice(words):
            return chance.choice(words.keys)
        case YesNo():
            return chance.choice((True, False))
        case Ref(to) if to is Contacts.department:
            return chance.choice(("市场部", "it部", "IT部", "产品研发部", "客服部", "法务部", "战略部"))
        case Ref():
            return _mention(names, chance)
        case Refs():
            return chance.choice(("、", "，", "; ", "\n", "、、")).join(
                _mention(names, chance) for _ in range(chance.randint(1, 3))
            )
        case _:
            return chance.choice(("张三", "李四", "说明"))


def _mention(names: list[str], chance: Random) -> str:
    numbers = [f"T{chance.randint(1, len(names) + 2):03}" for _ in range(6)]
    return chance.choice((*numbers, *chance.sample(names, 3), chance.choice(names).upper(), "无", "t001", "子虚乌有"))


def _slip(column: Column, chance: Random) -> Any:
    match column.kind:
        case Day():
            return chance.choice((*_DAYS, dt.datetime(2024, 7, 5, 13, 30), dt.date(1995, 1, 1), dt.date(2150, 1, 1)))
        case Percent() | Number():
            return chance.choice(_NUMBERS)
        case Choice():
            return chance.choice(_WORDS)
        case Refs():
            return chance.choice(
                (*_SLIPS, "T001、T001", "、T002；，", "T1", "Ｔ００１", "甲::T001", "《上线》", "T003 T004")
            )
        case _:
            return chance.choice(_SLIPS)
