"""Which return goes on from which, by what they say: pairs of every kind, and chains that come in any order."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from collabxl import Spot
from collabxl.exchange.lineage import lineage
from collabxl.exchange.three_way import Return, Scope, merge
from collabxl.exchange.verify_return import UNKNOWN
from tests.exchange.test_merge import applied

Cells = dict[str, Any]
DAY = dt.date(2024, 8, 2)
NOON = dt.datetime(2024, 8, 1, 12, tzinfo=dt.UTC)
REMARK, OTHER, THIRD = "供应商已确认报价", "测试环境周五到位", "等法务部回复合同"
IDS = ("T001", "T002", "T003")
SENT = {"tasks": {id: {"status": "in_progress", "due": dt.date(2024, 7, 1), "remark": "发出时"} for id in IDS}}
SCOPE = Scope({"tasks": {*IDS, "T009"}}, {"tasks": {"status", "due", "remark"}})


def back(cells: Cells, on: Return | None = None, hour: int | None = 0) -> Return:
    """Return a copy filled in: T001_status="done"; edited on from another return, saved at an hour, or nobody knows."""
    rows: Any = deepcopy(on.rows if on else SENT)
    for name, value in cells.items():
        id, key = name.split("_")
        rows["tasks"].setdefault(id, {})[key] = value
    return Return(rows, UNKNOWN if hour is None else NOON + dt.timedelta(hours=hour))


def goes_on(first: Return, second: Return) -> bool:
    return lineage(SENT, [first], second).base is first


WEEK = {"T001_status": "delayed", "T001_due": DAY, "T001_remark": REMARK}
AGAIN = {"T001_status": "done", "T001_due": dt.date(2024, 8, 9), "T001_remark": OTHER}


@pytest.mark.parametrize("hour", [1, None, -1, -240_000])
@pytest.mark.parametrize(
    "more",
    [
        {"T002_remark": OTHER},
        {"T001_remark": OTHER, "T002_status": "done"},
        {**AGAIN, "T002_due": DAY},
    ],
)
def test_what_kept_changes_goes_on_whatever_the_clock_says(more: Cells, hour: int | None) -> None:
    first = back(WEEK)
    second = back(more, first, hour)
    kept = any(name not in more for name in WEEK)
    assert goes_on(first, second) == (kept or (hour != -1 and hour != -240_000))


@pytest.mark.parametrize("hour", [1, None])
def test_a_return_that_changed_every_cell_again_goes_on(hour: int | None) -> None:
    assert goes_on(back(WEEK), back(AGAIN, hour=hour))


@pytest.mark.parametrize("hour", [1, None])
def test_together_only_what_was_kept_tells_who_goes_on(hour: int | None) -> None:
    """A colleague may have changed every cell again; who has kept a text, most cells or a new row's name goes on."""
    first = back({**WEEK, "T002_status": "done", "T003_status": "done", "T009_name": "夜班"})
    for cells, goes in (
        (AGAIN | {"T002_status": "blocked", "T003_status": "blocked", "T009_name": "夜班"}, True),
        (AGAIN | {"T001_remark": REMARK, "T002_status": "blocked", "T003_status": "blocked"}, True),
    ):
        second = back(cells, first if "T009_name" not in cells else None, hour)
        assert (lineage(SENT, [first], second, [first]).base is first) == goes
    first = back({**WEEK, "T002_status": "done"})
    colleague = back({**AGAIN, "T002_status": "done"}, hour=hour)
    line = lineage(SENT, [first], colleague, [first])
    assert (line.base, line.others, line.overtaken) == (None, (first,), False)
    third = back({**AGAIN, "T001_status": "blocked", "T001_due": NOON.date(), "T001_remark": THIRD}, hour=hour)
    assert lineage(SENT, [first, colleague], third, [first, colleague]).base is None
    assert lineage(SENT, [first, colleague], third, [colleague]).base is not colleague
    assert goes_on(first, colleague), "what was merged before, somebody may well have gone on from"


def test_a_cell_put_back_among_others_that_were_kept_is_a_revert() -> None:
    first = back({**WEEK, "T002_status": "done"})
    second = back({"T002_status": "in_progress", "T003_remark": OTHER}, first, 1)
    assert lineage(SENT, [first], second).base is first
    plan = merge(first.rows, first.rows, second.rows, SCOPE)
    assert (Spot("tasks", "T002", "status"), "in_progress") in {(each.spot, each.theirs) for each in plan.takes}


@pytest.mark.parametrize("hour", [-1, None, 1])
@pytest.mark.parametrize(
    "alike", [{"T001_due": DAY}, {"T001_status": "done"}, {"T001_status": "done", "T001_due": DAY}, {}]
)
def test_colleagues_who_type_alike_here_and_there_do_not_undo_each_other(alike: Cells, hour: int | None) -> None:
    one = back({**alike, "T002_remark": REMARK})
    other = back({**alike, "T003_remark": OTHER}, hour=hour)
    for known, new in ((one, other), (other, one)):
        line = lineage(SENT, [known], new)
        assert (line.base, line.overtaken, line.reverted_cells, line.others) == (None, False, frozenset(), (known,))


def test_colleagues_who_both_go_on_from_one_return_do_not_undo_each_other() -> None:
    first = back(WEEK)
    one, other = back({"T002_remark": OTHER}, first, 1), back({"T003_remark": THIRD}, first, 2)
    for known, new in (([first, one], other), ([one, first], other), ([other, first], one)):
        assert lineage(SENT, known, new).base is first


@pytest.mark.parametrize("hour", [1, None, -1])
def test_an_earlier_state_that_comes_late_brings_nothing(hour: int | None) -> None:
    first = back(WEEK)
    second = back({"T002_remark": OTHER, "T001_status": "done"}, first, hour)
    assert lineage(SENT, [second], first).overtaken
    assert lineage(SENT, [second], second).overtaken, "nor does the same once more"


@pytest.mark.parametrize("hour", [1, None, -1])
def test_what_was_put_back_or_not_yet_changed_is_asked_only_if_the_clock_says_so(hour: int | None) -> None:
    first = back(WEEK)
    line = lineage(SENT, [back({"T002_status": "done"}, first, hour)], first)
    assert line.base is None
    assert line.overtaken == (hour != -1)
    assert line.reverted_cells == (frozenset() if line.overtaken else {Spot("tasks", "T002", "status")})


def test_what_nobody_can_know_is_asked() -> None:
    """Without a clock: an edited copy in which changes were put back, or a colleague's who went on from the same?"""
    first = back({**WEEK, "T002_due": DAY, "T002_status": "done", "T003_due": DAY})
    second = back({"T001_status": "done", "T001_due": DAY, "T001_remark": REMARK, "T003_status": "done"}, hour=None)
    line = lineage(SENT, [first], second)
    assert line.base is None
    assert Spot("tasks", "T002", "status") in line.reverted_cells


@given(some.data())
def test_a_copy_returned_again_and_again_in_any_order_ends_as_last_saved(data: Any) -> None:
    """The department writes a remark each time and mails the copy several times."""
    sent: list[Return] = []
    for hour in range(data.draw(some.integers(1, 5))):
        cells: Cells = {f"{IDS[hour % 3]}_remark": f"第{hour}次填写：{REMARK}"}
        for id in IDS:
            if data.draw(some.booleans()):
                cells[f"{id}_due"] = DAY + dt.timedelta(weeks=hour)
        sent.append(back(cells, sent[-1] if sent else None, hour))
    ours: Any = SENT
    known: list[Return] = []
    for each in data.draw(some.permutations([*sent, *sent])):
        line = lineage(SENT, known, each)
        if not line.overtaken:
            ours = applied(merge(line.base.rows if line.base else SENT, ours, each.rows, SCOPE), ours)
        known.append(each)
    assert ours == sent[-1].rows


@pytest.mark.parametrize("hour", [1, None, -1])
def test_another_new_row_under_the_same_printed_id_is_a_colleagues(hour: int | None) -> None:
    first = back({**WEEK, "T009_name": "夜班值守", "T009_due": DAY})
    colleague = back({**AGAIN, "T009_name": "更新常见问题", "T009_due": dt.date(2024, 8, 30)}, hour=hour)
    assert not goes_on(first, colleague) and not lineage(SENT, [first], colleague).overtaken
    renamed = back({"T009_name": "夜班值守（两人）", "T002_remark": OTHER}, first, hour)
    assert goes_on(first, renamed)
