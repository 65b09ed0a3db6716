"""The batch law on workbooks nobody wrote: 200 random, dirty ones, checked together and each alone."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from collabxl.check import check
from collabxl.findings import Finding
from collabxl.read.source import Cells, Marks, Raw
from collabxl.read.tables import Tables, tables
from collabxl.read.workbook import Reading, read_source
from collabxl.schema.column import Column, Sheet
from collabxl.schema.kinds import Choice, Day, Id, Number, Percent, Period, Ref, Refs, YesNo
from collabxl.schema.standard import STANDARD, Calendar
from collabxl.settings import Settings
from tests.tables import MemorySource

TODAY = dt.date(2024, 8, 1)
COUNT = 200
NAMES = ["需求调研", "方案设计", "接口开发", "接口 开发", "《测试报告》", "上线", "iOS/Android 发布", "A", "B*", "C?~"]
PEOPLE = ["张三", "李四", " 王五", "", "@赵六"]
DEPARTMENTS = ["市场部", "IT部", "it部", "研发", ""]


def cell(column: Column, chance: random.Random, row: int) -> Raw:
    """Return a cell as somebody might have typed it, right or wrong."""
    if chance.random() < 0.15:
        return ""
    if chance.random() < 0.05:
        return chance.choice(["=1+1", "#", "　", "随便", 3.0, True, dt.time(9), "NA", "\u200b"])
    day = TODAY + dt.timedelta(chance.randint(-40, 40))
    match column.value_kind:
        case Id(pattern):
            return pattern.format(chance.choice([row, row, row, 1]))
        case Day():
            return chance.choice([day, day, day, day.isoformat(), f"{day.month}.{day.day}", "2024-02-30", 45500.0])
        case Percent():
            return chance.choice([0.0, 0.3, 1.0, 50.0, "80%", 1.2, "一半"])
        case Number(low, high):
            return float(chance.randint(int(low) - 1, int(high) + 1))
        case Choice(words):
            return chance.choice([*(word.title.zh for word in words.words), words.words[0].title.en, "完成", "P0"])
        case YesNo():
            return chance.choice(["是", "否", "√", "可能"])
        case Period():
            return chance.choice(["2024-07-01~2024-09-30", "2024-09-30~2024-07-01", "三个月"])
        case Ref() | Refs():
            several = [
                chance.choice([*NAMES, *(f"T{number:03}" for number in range(1, 9)), "-", "无", "T1"]) for _ in range(2)
            ]
            return chance.choice([several[0], "、".join(several), chance.choice(DEPARTMENTS)])
        case _:
            pool = {"name": NAMES, "department": DEPARTMENTS, "departments": ["市场部、IT部"]}.get(column.key, PEOPLE)
            return chance.choice(pool)


def sheet_of(sheet: type[Sheet], chance: random.Random) -> Cells:
    """Return a sheet as somebody might have left it: title rows, moved or missing columns, blank rows."""
    columns = [column for column in sheet.meta.columns if chance.random() < 0.9]
    chance.shuffle(columns)
    top = chance.randint(1, 4)
    if sheet.meta.heads:
        fields = [[column.title.zh, cell(column, chance, 1)] for column in columns]
        return Cells(top, 1, [["字段名称", "填写内容"], *fields])
    rows: list[list[Raw]] = [[column.title.zh for column in columns]]
    for number in range(1, chance.randint(1, 9)):
        blank = chance.random() < 0.1
        rows.append(["" if blank else cell(column, chance, number) for column in columns])
    spots = {(top + chance.randint(1, 5), chance.randint(1, 5)) for _ in range(chance.randint(0, 2))}
    return Cells(top, 1, rows, Marks(errors=dict.fromkeys(spots, "#N/A")))


def reading(seed: int) -> Reading:
    """Return one random workbook."""
    chance = random.Random(seed)
    sheets = {
        sheet.meta.title.zh: sheet_of(sheet, chance)
        for sheet in STANDARD.read
        if sheet.meta.standard or (sheet is Calendar and chance.random() < 0.5)
    }
    return read_source(MemorySource(sheets), f"{seed}.xlsx")


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [reading(seed) for seed in range(COUNT)]


def found(these: Tables) -> list[list[tuple[Any, ...]]]:
    checked = check(these, today=TODAY, settings=Settings(pack="strict"))
    return [[told(finding) for finding in findings] for findings in checked.findings.values()]


def told(finding: Finding) -> tuple[Any, ...]:
    return finding.rule.code, finding.title, finding.cell, finding.value, finding.message("zh"), finding.advice("zh")


def test_two_hundred_workbooks_together_find_what_each_finds_alone(readings: list[Reading]) -> None:
    together = found(tables(readings))
    assert sum(map(len, together)) > 10 * COUNT, "random workbooks are dirty"
    for number, each in enumerate(readings):
        assert found(tables([each])) == [together[number]], number


def test_the_order_of_workbooks_does_not_matter(readings: list[Reading]) -> None:
    assert found(tables(readings[::-1])) == found(tables(readings))[::-1]


def test_workbooks_may_be_numbered_from_anywhere(readings: list[Reading]) -> None:
    assert found(tables(readings[:20], first=1_000_000)) == found(tables(readings[:20]))


def test_findings_stand_in_the_order_of_sheet_row_column_and_code(readings: list[Reading]) -> None:
    checked = check(tables(readings), today=TODAY)
    for findings in checked.findings.values():
        keys = [(finding.order, finding.rule.code) for finding in findings]
        assert keys == sorted(keys)
