"""The three-way merge against a plain model: every cell by itself, then whole histories of copies in any order."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from collabxl import Spot
from collabxl.exchange.three_way import MergePlan, Scope, is_same, merge

KEYS = ("status", "due", "remark")
MINE, OTHERS = ("T001", "T002", "T003"), ("T004", "T005")
NEW = "T006"
SCOPE = Scope({"tasks": {*MINE, NEW}}, {"tasks": {"status", "due"}})
cells = some.sampled_from([None, "a", "b", 1, 2.5, dt.date(2024, 7, 1)])
rows = some.fixed_dictionaries({id: some.fixed_dictionaries(dict.fromkeys(KEYS, cells)) for id in (*MINE, *OTHERS)})
BASE = {id: {"status": "a", "due": dt.date(2024, 7, 1), "remark": "r"} for id in (*MINE, *OTHERS)}


def book(made: dict[str, dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return rows as a workbook's, rows without a filled cell left out."""
    return {"tasks": {id: row for id, row in made.items() if any(value is not None for value in row.values())}}


def applied(plan: MergePlan, ours: dict[str, Any]) -> dict[str, Any]:
    made = deepcopy(ours)
    for change in plan.takes:
        made.setdefault(change.spot.sheet, {}).setdefault(change.spot.id, {})[change.spot.key] = change.theirs
    return book(made["tasks"])


def said(changes: tuple[Any, ...]) -> set[tuple[str, str | None]]:
    return {(change.spot.id, change.spot.key) for change in changes}


@given(rows, rows, rows)
def test_every_cell_is_merged_as_the_textbook_says(base: Any, ours: Any, theirs: Any) -> None:
    b, o, t = (book(each) for each in (base, ours, theirs))
    plan = merge(b, o, t, SCOPE)
    for id in (*MINE, *OTHERS):
        whole = all(id in each["tasks"] for each in (b, o, t))
        for key in KEYS if whole else ():
            was, here, there = base[id][key], ours[id][key], theirs[id][key]
            spot = (id, key)
            changed = there != was and there != here
            mine = id in MINE and key in ("status", "due")
            assert (spot in said(plan.takes)) == (changed and mine and here == was)
            assert (spot in said(plan.conflicts)) == (changed and mine and here != was)
            assert (spot in said(plan.outside)) == (changed and not mine)


@given(rows, rows, rows)
def test_what_was_merged_is_not_merged_again(base: Any, ours: Any, theirs: Any) -> None:
    b, o, t = (book(each) for each in (base, ours, theirs))
    after = applied(merge(b, o, t, SCOPE), o)
    again = merge(b, after, t, SCOPE)
    assert again.takes == ()
    assert said(again.conflicts) == said(merge(b, o, t, SCOPE).conflicts)


@given(rows, rows)
def test_an_untouched_copy_changes_nothing(base: Any, ours: Any) -> None:
    assert merge(book(base), book(ours), book(base), SCOPE) == MergePlan()


@given(rows, rows, rows)
def test_copies_of_different_departments_may_come_in_any_order(one: Any, two: Any, ours: Any) -> None:
    others = Scope({"tasks": set(OTHERS)}, {"tasks": set(KEYS)})
    base, o = book(deepcopy(BASE)), book(ours)
    first, second = ({**base["tasks"], **{id: part[id] for id in ids}} for part, ids in ((one, MINE), (two, OTHERS)))

    def both(*steps: tuple[Any, Scope]) -> Any:
        made = o
        for theirs, scope in steps:
            made = applied(merge(base, made, book(theirs), scope), made)
        return made

    assert both((first, SCOPE), (second, others)) == both((second, others), (first, SCOPE))


def edited(**cells: Any) -> dict[str, Any]:
    """Return the base with cells changed: T001_status="b"."""
    made = deepcopy(BASE)
    for name, value in cells.items():
        id, key = name.split("_")
        made.setdefault(id, {})[key] = value
    return book(made)


def test_a_row_that_was_added_is_taken_and_numbered_as_it_is() -> None:
    plan = merge(book(BASE), book(BASE), edited(T006_status="a", T006_due=dt.date(2024, 8, 1)), SCOPE)
    assert plan.new == (Spot("tasks", NEW),)
    assert said(plan.takes) == {(NEW, "status"), (NEW, "due")}


def test_a_row_added_where_nothing_is_the_department_s_is_not_taken() -> None:
    plan = merge(book(BASE), book(BASE), edited(T009_status="a"), SCOPE)
    assert plan.new == ()
    assert plan.takes == ()
    assert said(plan.outside) == {("T009", "status")}


def test_a_row_that_is_gone_is_proposed_and_never_deleted() -> None:
    theirs = book({id: row for id, row in BASE.items() if id != "T001"})
    assert merge(book(BASE), book(BASE), theirs, SCOPE).missing == (Spot("tasks", "T001"),)
    conflict = merge(book(BASE), edited(T001_remark="x"), theirs, SCOPE).conflicts
    assert said(conflict) == {("T001", None)}


def test_a_row_deleted_here_and_changed_there_is_a_conflict() -> None:
    ours = book({id: row for id, row in BASE.items() if id != "T001"})
    assert said(merge(book(BASE), ours, edited(T001_status="b"), SCOPE).conflicts) == {("T001", None)}
    assert merge(book(BASE), ours, book(BASE), SCOPE) == MergePlan()


def test_a_row_changed_on_both_sides_in_different_cells_is_a_soft_conflict() -> None:
    plan = merge(book(BASE), edited(T001_due=dt.date(2024, 9, 1)), edited(T001_status="b"), SCOPE)
    assert plan.soft == (Spot("tasks", "T001"),)
    assert said(plan.takes) == {("T001", "status")}


@pytest.mark.parametrize(
    ("one", "other"), [("a\r\nb", "a\nb"), (" a ", "a"), ("", None), (1, 1.0), ("　", None), ("a_x000D_\nb", "a\nb")]
)
def test_what_programs_write_differently_is_the_same(one: Any, other: Any) -> None:
    assert is_same(one, other)
