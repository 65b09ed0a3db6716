"""The batch law on workbooks nobody wrote: random, dirty ones, checked together and each alone."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from itertools import chain
from typing import Any, NamedTuple

import pytest

from collabxl import Finding, Reading, Settings, Tables, find_rules
from collabxl.ooxml.reader.cells import CellMarks, Raw
from collabxl.reading.source import SheetCells
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import read_source
from collabxl.rules.engine.past_values import PastValue, past_values_frame
from collabxl.rules.engine.run import CheckResult, check
from collabxl.schema.columns import Column, Ref, Refs, Sheet
from collabxl.schema.kinds import Choice, Day, Id, Number, Percent, Period, YesNo
from collabxl.schema.sheets import STANDARD, Calendar, Contacts, Progress, Project, Tasks
from collabxl.schema.vocabularies import STATUS
from tests.tables import MemorySource

TODAY = dt.date(2024, 8, 1)
COUNT = 200
NAMES = ["需求调研", "方案设计", "接口开发", "接口 开发", "《测试报告》", "上线", "iOS/Android 发布", "A", "B*", "C?~"]
PEOPLE = ["张三", "李四", " 王五", "", "@赵六"]
DEPARTMENTS = ["市场部", "IT部", "it部", "研发", ""]
REASONS = ["其他", ".", "接口未就绪", "无"]
POOLS = {
    "name": NAMES,
    "department": DEPARTMENTS,
    "departments": ["市场部、IT部", "市场部、IT部、客服部"],
    "delay_reason": REASONS,
    "kpis": [*REASONS, "①上线；②投诉率下降30%"],
    "goal": ["提升体验", "9月底前提升到99%"],
}
"""What people type into columns of words; elsewhere it is names."""


NEVER = {f"BK{number:03}" for number in (1, 3, 4, 5, 6, 9, 10, 11, 12, 14)} | {"CV112", "CV114", "CV115"}
"""What needs other sheets or headers than the random ones have; the examples of the rules have them."""


class Hand(NamedTuple):
    """Who types a workbook: by which chances, the project's name, and the people there are."""

    chance: random.Random
    project: str
    people: list[str]


def cell(column: Column, hand: Hand, row: int) -> Raw:
    """Return a cell as somebody might have typed it, right or wrong."""
    chance = hand.chance
    if chance.random() < 0.15:
        return ""
    if chance.random() < 0.05:
        return chance.choice(["=1+1", "#", "　", "随便", 3.0, True, dt.time(9), "NA", "\u200b", "XX部门", "請填写"])
    day = TODAY + dt.timedelta(chance.randint(-40, 0 if column is Tasks.start else 40))
    match column.value_kind:
        case Id(pattern):
            return pattern.format(chance.choice([*[row] * 9, 1]))
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
            known = [f"T{chance.randint(1, row):03}" for _ in range(4)]
            several = [chance.choice([*known * 4, *NAMES, "T009", "-", "无", "T1", "接口開發"]) for _ in range(3)]
            if chance.random() < 0.1:
                several[0] = f"{chance.choice([hand.project, '别的项目'])}::T{chance.randint(1, 9):03}"
            whole = "、".join(several)
            return chance.choice([several[0], whole, whole, chance.choice(DEPARTMENTS)])
        case _:
            return chance.choice(POOLS.get(column.key, hand.people))


def sheet_of(sheet: type[Sheet], hand: Hand) -> SheetCells:
    """Return a sheet as somebody might have left it: title rows, moved or missing columns, blank rows."""
    chance = hand.chance
    columns = [column for column in sheet.meta.columns if chance.random() < 0.9]
    chance.shuffle(columns)
    top = chance.randint(1, 4)
    if sheet.meta.form_headers:
        fields = [
            [column.title.zh, hand.project if column is Project.name else cell(column, hand, 1)] for column in columns
        ]
        return SheetCells(top, 1, [["字段名称", "填写内容"], *fields])
    rows: list[list[Raw]] = [[column.title.zh for column in columns]]
    for number in range(1, chance.randint(1, chance.choice([9, 9, 9, 40]))):
        blank = chance.random() < 0.1
        rows.append(["" if blank else cell(column, hand, number) for column in columns])
    spots = {(top + chance.randint(1, 5), chance.randint(1, 5)) for _ in range(chance.randint(0, 2))}
    return SheetCells(top, 1, rows, CellMarks(errors=dict.fromkeys(spots, "#N/A")))


def workbook(seed: int) -> MemorySource:
    """Return one random workbook."""
    chance = random.Random(seed)
    hand = Hand(chance, f"项目{seed}", PEOPLE[: chance.randint(1, len(PEOPLE))])
    sheets = {
        sheet.meta.title.zh: sheet_of(sheet, hand)
        for sheet in STANDARD.data_sheets
        if sheet.meta.standard or (sheet in (Calendar, Contacts) and chance.random() < 0.5)
    }
    return MemorySource(sheets)


def reading(seed: int) -> Reading:
    """Return one random workbook as read."""
    return read_source(workbook(seed), f"{seed}.xlsx")


def earlier(wb: int, seed: int) -> list[PastValue]:
    """Return what cells of one random workbook held before; some rows are not there any more."""
    chance = random.Random(seed)
    made = []
    for _ in range(chance.randint(0, 20)):
        day = TODAY - dt.timedelta(chance.randint(1, 60))
        due = TODAY + dt.timedelta(chance.randint(-40, 0))
        column = chance.choice([Tasks.due, Tasks.due, Tasks.status, Progress.status, Progress.progress])
        value = {"due": due, "status": chance.choice(STATUS.keys), "progress": chance.random()}[column.key]
        number = column.sheet.meta.columns[0].kind.pattern.format(chance.randint(1, 4))
        made.append(PastValue(wb, column.sheet.meta.key, number, column.key, chance.choice([value, value, None]), day))
    return made


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [reading(seed) for seed in range(COUNT)]


def checked(these: Tables) -> CheckResult:
    seeds = {wb: int(book.path.removesuffix(".xlsx")) for wb, book in these.readings.items()}
    before = past_values_frame(each for wb, seed in seeds.items() for each in earlier(wb, seed))
    return check(these, today=TODAY, settings=Settings(pack="strict"), former=before)


def found(these: Tables) -> list[list[tuple[Any, ...]]]:
    return [[told(finding) for finding in findings] for findings in checked(these).findings.values()]


def told(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.rule.code,
        finding.sheet_title,
        finding.cell,
        finding.value,
        finding.message("zh"),
        finding.advice("zh"),
    )


@pytest.mark.slow
def test_workbooks_together_find_what_each_finds_alone(readings: list[Reading]) -> None:
    together = found(build_tables(readings))
    assert sum(map(len, together)) > 10 * COUNT, "random workbooks are dirty"
    for number, each in enumerate(readings):
        assert found(build_tables([each])) == [together[number]], number


@pytest.mark.slow
def test_they_are_dirty_in_nearly_every_way(readings: list[Reading]) -> None:
    findings = chain.from_iterable(checked(build_tables(readings)).findings.values())
    codes = Counter(finding.rule.code for finding in findings)
    assert {rule.code for rule in find_rules() if not codes[rule.code]} == NEVER


@pytest.mark.slow
def test_the_order_of_workbooks_does_not_matter(readings: list[Reading]) -> None:
    assert found(build_tables(readings[::-1])) == found(build_tables(readings))[::-1]


@pytest.mark.slow
def test_workbooks_may_be_numbered_from_anywhere(readings: list[Reading]) -> None:
    assert found(build_tables(readings[:20], first=1_000_000)) == found(build_tables(readings[:20]))


@pytest.mark.slow
def test_findings_stand_in_the_order_of_sheet_row_column_and_code(readings: list[Reading]) -> None:
    for findings in checked(build_tables(readings)).findings.values():
        keys = [(finding.order, finding.rule.code) for finding in findings]
        assert keys == sorted(keys)
