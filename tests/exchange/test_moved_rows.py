"""Sorted contents are recognised, whatever the column and however much else was edited; edits are no sort."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from collabxl.exchange.moved_rows import find_moved_rows

KEYS = {
    "tasks": ("name", "owner", "department", "deliverable", "due", "priority", "after", "status", "start", "remark"),
    "progress": ("task", "started", "finished", "progress", "status", "expected", "note", "updated_by", "updated"),
    "minutes": ("date", "topic", "host", "item", "decision", "action", "owner", "department", "due", "task", "status"),
    "risks": ("description", "kind", "possibility", "impact", "response", "owner", "department", "trigger", "status"),
}
WORDS = {"status": ("in_progress", "done", "delayed"), "priority": ("high", "low"), "kind": ("people", "technical")}
PEOPLE = ("张三", "李四", "王五", "赵六", "钱七")
Sheet = dict[str, dict[str, Any]]


def value(dice: random.Random, sheet: str, key: str, number: int) -> Any:
    """Return what a person may type into a column: few words, people and days, texts that are mostly their own."""
    match key:
        case "status" | "priority" | "kind":
            return dice.choice(WORDS[key])
        case "owner" | "host" | "updated_by":
            return dice.choice(PEOPLE)
        case "department":
            return "市场部"
        case "due" | "start" | "date" | "started" | "finished" | "expected" | "updated":
            return dt.date(2024, 8, 1) + dt.timedelta(days=dice.randrange(40))
        case "progress":
            return dice.randrange(11) / 10
        case "possibility" | "impact":
            return dice.randint(1, 5)
        case "task":
            return f"T{number:03}" if sheet == "progress" else f"T{dice.randint(1, 9):03}"
        case "after":
            return f"T{dice.randint(1, 9):03}"
        case _:
            return f"{key}{dice.choice(['调研', '接口', '测试', '上线'])}{dice.randrange(200)}"


def rows_of(dice: random.Random, sheet: str) -> Sheet:
    """Return rows with gaps, rows that are alike, and rows that say little."""
    made: Sheet = {}
    for number in range(1, dice.randint(3, 14)):
        row = {key: value(dice, sheet, key, number) for key in KEYS[sheet]}
        made[f"X{number:03}"] = {
            key: told for key, told in row.items() if key == KEYS[sheet][0] or dice.random() < 0.85
        }
    for id in list(made):
        if len(made) > 3 and dice.random() < 0.08:
            made[id] = dict(dice.choice(list(made.values())))
        elif dice.random() < 0.05:
            made[id] = {KEYS[sheet][0]: made[id][KEYS[sheet][0]]}
    return made


def edited(dice: random.Random, sheet: str, rows: Sheet, times: int) -> Sheet:
    """Return rows after ordinary edits: other values, emptied cells, values exchanged, a new row from another one."""
    made = {id: dict(row) for id, row in rows.items()}
    for _ in range(times):
        id, key = dice.choice(list(made)), dice.choice(KEYS[sheet][1:])
        if dice.random() < 0.15:
            made[id].pop(key, None)
        elif dice.random() < 0.15 and WORDS.get(key) is None:
            other = dice.choice(list(made))
            made[id][key], made[other][key] = made[other].get(key), made[id].get(key)
        elif dice.random() < 0.05:
            made[f"N{len(made)}"] = {**made[id], KEYS[sheet][0]: f"新的{dice.randrange(1000)}"}
        else:
            made[id][key] = value(dice, sheet, key, dice.randint(1, 9))
    return made


def sorted_by(rows: Sheet, ids: list[str], key: str, keys: list[str], *, falling: bool) -> Sheet:
    """Return rows of which some have exchanged some columns, as a sort by one of those leaves them."""
    made = {id: dict(row) for id, row in rows.items()}
    order = sorted(ids, key=lambda id: (rows[id].get(key) is None, str(rows[id].get(key))), reverse=falling)
    for id, of in zip(ids, order, strict=True):
        for each in keys:
            made[id].pop(each, None)
            if each in rows[of]:
                made[id][each] = rows[of][each]
    return made


def wrong(sheet: str, was: Sheet, real: Sheet, now: Sheet) -> list[tuple[str, str]]:
    """Return cells that would be taken under a 编号 they do not belong to.

    ``real`` is what each row would say had nobody sorted.
    """
    found = find_moved_rows(sheet, was, now)
    back = {home: id for id, home in found.home.items()}
    bad = []
    for id in was:
        if id in back:
            bad += [(id, key) for key in KEYS[sheet] if now[back[id]].get(key) != real[id].get(key)]
        elif id not in found.unsure and id in now:
            bad += [
                (id, key)
                for key in KEYS[sheet]
                if now[id].get(key) != was[id].get(key) and now[id].get(key) != real[id].get(key)
            ]
    return bad


class Case:
    """Rows of before, what they would say now had nobody moved them, and dice for the rest."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.sheet = self.dice.choice(list(KEYS))
        self.was = rows_of(self.dice, self.sheet)
        made = edited(self.dice, self.sheet, self.was, self.dice.choice([0, 0, 3, 8]))
        self.real = {id: row for id, row in made.items() if id in self.was}

    def sorted(self, ids: list[str], keys: list[str]) -> Sheet:
        """Return the rows after a sort of some of them by any of some columns."""
        return sorted_by(self.real, ids, self.dice.choice(keys), keys, falling=self.dice.random() < 0.5)

    def some(self) -> list[str]:
        return sorted(self.dice.sample(list(self.was), self.dice.randint(2, len(self.was))))


@pytest.mark.parametrize("seed", range(500))
def test_ordinary_edits_are_no_sort(seed: int) -> None:
    dice = random.Random(seed)
    sheet = dice.choice(list(KEYS))
    was = rows_of(dice, sheet)
    assert find_moved_rows(sheet, was, edited(dice, sheet, was, dice.randint(0, 8))) == ({}, frozenset())


@pytest.mark.parametrize("seed", range(300))
def test_a_sort_brings_no_cell_under_a_wrong_number(seed: int) -> None:
    case = Case(seed)
    now = case.sorted(case.some(), list(KEYS[case.sheet]))
    assert wrong(case.sheet, case.was, case.real, now) == []


@pytest.mark.parametrize("seed", range(200))
def test_rows_whose_texts_all_differ_are_put_right_after_any_sort_with_their_edits(seed: int) -> None:
    dice = random.Random(seed)
    sheet = dice.choice(list(KEYS))
    was = {
        f"X{at:03}": {key: value(dice, sheet, key, at) for key in KEYS[sheet]} for at in range(1, dice.randint(3, 12))
    }
    for at, row in enumerate(was.values()):
        row.update({key: f"{told}，第{at}行" for key, told in row.items() if isinstance(told, str) and key in told})
    real = {id: dict(row) for id, row in was.items()}
    for id in dice.sample(list(real), len(real) // 2):
        real[id]["owner" if "owner" in real[id] else "updated_by"] = "周八"
    now = sorted_by(real, list(was), dice.choice(KEYS[sheet]), list(KEYS[sheet]), falling=dice.random() < 0.5)
    found = find_moved_rows(sheet, was, now)
    assert not found.unsure
    assert {**now, **{home: now[id] for id, home in found.home.items()}} == real


@pytest.mark.parametrize("seed", range(200))
def test_a_sort_of_some_columns_brings_nothing_either(seed: int) -> None:
    case = Case(seed)
    was = {id: {**row, KEYS[case.sheet][0]: f"第{at}件事{id}"} for at, (id, row) in enumerate(case.was.items())}
    real = {id: {**row, KEYS[case.sheet][0]: was[id][KEYS[case.sheet][0]]} for id, row in case.real.items()}
    case.was, case.real = was, real
    own = ["decision", "action", "topic"] if case.sheet == "minutes" else []
    keys = [KEYS[case.sheet][0], *own, *case.dice.sample(KEYS[case.sheet][1:], 2)]
    for row in (*case.was.values(), *case.real.values()):
        row.update({key: f"{key}：{row[KEYS[case.sheet][0]]}" for key in own})
    now = case.sorted(case.some(), list(dict.fromkeys(keys)))
    assert wrong(case.sheet, case.was, case.real, now) == []


TASKS: Sheet = {
    "T001": {"name": "市场调研", "owner": "张三", "due": dt.date(2024, 8, 5), "status": "done", "deliverable": "报告"},
    "T002": {"name": "接口设计", "owner": "李四", "due": dt.date(2024, 8, 9), "status": "in_progress", "remark": "等"},
    "T003": {"name": "联调测试", "owner": "王五", "due": dt.date(2024, 8, 20), "status": "not_started"},
    "T004": {"name": "上线切换", "owner": "赵六", "due": dt.date(2024, 8, 30), "status": "not_started"},
}  # fmt: skip


def having(**cells: Any) -> Sheet:
    """Return the tasks of which some say something else: ``T001_owner="李四"``."""
    made = {id: dict(row) for id, row in TASKS.items()}
    for place, told in cells.items():
        id, _, key = place.partition("_")
        made.setdefault(id, {})[key] = told
    return made


@pytest.mark.parametrize(
    "now",
    [
        having(T001_owner="李四", T002_owner="张三"),
        having(T001_due=dt.date(2024, 8, 9), T002_due=dt.date(2024, 8, 5)),
        having(T001_due=dt.date(2024, 8, 9), T002_due=dt.date(2024, 8, 20), T003_due=dt.date(2024, 8, 30)),
        having(T001_owner="李四", T001_due=dt.date(2024, 8, 9), T002_owner="张三", T002_due=dt.date(2024, 8, 5)),
        having(T001_status="in_progress", T002_status="done", T003_status="in_progress", T004_status="done"),
        having(T005_name="新任务", **{f"T005_{key}": told for key, told in TASKS["T002"].items() if key != "name"}),
        {**having(T003_name="重新联调"), "T006": TASKS["T002"], "T007": TASKS["T001"]},
        {id: row for id, row in TASKS.items() if id != "T002"},
    ],
)
def test_what_may_be_meant_is_no_sort(now: Sheet) -> None:
    assert find_moved_rows("tasks", TASKS, now) == ({}, frozenset())


def test_a_block_pasted_a_row_too_low_is_told() -> None:
    now = {"T001": TASKS["T001"], "T002": TASKS["T001"], "T003": TASKS["T002"], "T004": TASKS["T003"]}
    assert find_moved_rows("tasks", TASKS, now) == ({}, frozenset({"T002", "T003", "T004"}))


def test_rows_that_moved_down_into_blank_ones_go_back() -> None:
    now = {"T003": TASKS["T001"], "T004": TASKS["T002"], "T005": TASKS["T003"], "T006": TASKS["T004"]}
    assert find_moved_rows("tasks", TASKS, now).home == {"T003": "T001", "T004": "T002", "T005": "T003", "T006": "T004"}
