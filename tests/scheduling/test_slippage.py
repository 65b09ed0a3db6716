"""Slips and buffers: each cause once, and no late task without somebody who is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl.scheduling.buffers import buffer_status, leads_to
from collabxl.scheduling.critical_path import Plan, TaskState
from collabxl.scheduling.slippage import Slippage, find_slippage
from tests.scheduling.projects import DAY, TODAY, ByHand, Project, Task, arrays, planned, projects


def slipped(project: Project) -> tuple[Plan, Slippage]:
    found = planned(project)
    tasks, _ = arrays(project)
    return found, find_slippage(found, tasks.due, tasks.rank, np.datetime64(TODAY, "D"))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2024-{text}")


OVERDUE = Task(day("07-22"), day("07-30"), TaskState.RUNNING, 0.5)
"""7 working days, 4 left: it will be finished on 08-06."""


@given(projects())
def test_late_is_an_open_task_due_today_or_later_whose_forecast_is_after_that(project: Project) -> None:
    found, hand = slipped(project)[1], ByHand(project)
    for at, task in enumerate(project.tasks):
        forecast = hand.finish(at)
        is_open = task.state in (TaskState.WAITING, TaskState.RUNNING)
        assert found.is_late[at] == bool(is_open and task.due and forecast and TODAY <= task.due < forecast)


@given(projects())
def test_every_late_task_is_told_or_hangs_on_one_that_is(project: Project) -> None:
    plan, found = slipped(project)
    for at in np.flatnonzero(found.is_late & ~found.is_reported):
        above = int(plan.driver[at])
        while not found.is_reported[above]:
            assert found.is_late[above]
            above = int(plan.driver[above])
        assert found.dependents[above] > 0
    assert found.dependents.sum() == (found.is_late & ~found.is_reported).sum()
    assert not (found.is_reported & ~found.is_late).any()


@given(projects())
def test_what_is_not_told_would_be_in_time_if_what_it_waits_for_were(project: Project) -> None:
    plan, found = slipped(project)
    hand = ByHand(project)
    for at in np.flatnonzero(found.is_late & ~found.is_reported):
        hand._finish = {
            before: min(hand.finish(before), project.tasks[before].due)  # type: ignore[type-var]
            for before in hand.before[at]
            if found.is_late[before] and plan.driver[before] >= 0
        }
        due, finish = project.tasks[at].due, hand.finish(at)
        assert due
        assert finish
        assert finish <= due
        hand._finish = {}


@given(projects())
def test_what_is_short_does_not_fit_even_if_all_begins_today(project: Project) -> None:
    found = slipped(project)[1]
    hand = ByHand(project, at_once=True)
    for at in np.flatnonzero(found.shortfall):
        due, finish = project.tasks[at].due, hand.finish(int(at))
        assert due
        assert finish
        assert hand.count(due + DAY, finish) == found.shortfall[at]


@given(projects())
def test_the_head_of_a_late_chain_is_told_how_much_earlier_it_must_be_done(project: Project) -> None:
    plan, found = slipped(project)
    for at in np.flatnonzero(found.pull_forward):
        assert plan.slack[at] <= -found.pull_forward[at] < 0
        assert found.is_late[found.endangered_task[at]]
        assert plan.driver[at] < 0
        assert plan.is_open[at]


def test_a_late_predecessor_is_told_once_at_the_first_task_it_makes_late() -> None:
    hand = ByHand(Project(()))
    chain = [Task(due=hand.last_of(day("08-05"), at + 1), before=(at,)) for at in range(50)]
    found = slipped(Project((OVERDUE, *chain)))[1]
    assert np.flatnonzero(found.is_reported).tolist() == [1]
    assert found.dependents[1] == 49


def test_a_task_that_runs_late_is_told_and_so_is_the_first_it_holds_up() -> None:
    late = Task(day("07-22"), day("08-02"), TaskState.RUNNING, 0.0)
    found = slipped(Project((late, Task(due=day("08-05"), before=(0,)), Task(due=day("08-06"), before=(1,)))))[1]
    assert found.is_reported.tolist() == [True, True, False]
    assert found.dependents.tolist() == [0, 1, 0]


def test_a_task_too_tight_by_itself_is_told_though_what_it_waits_for_is_late_too() -> None:
    tight = Task(day("08-06"), day("08-15"), before=(1,))
    chain = (OVERDUE, Task(due=day("08-05"), before=(0,)), tight)
    assert slipped(Project(chain))[1].is_reported.tolist() == [False, True, False]
    assert slipped(Project((*chain[:2], tight, Task(day("08-01"), day("08-14"), before=(1,)))))[1].is_reported[3]


def test_work_that_does_not_fit_before_a_due_date_is_counted_where_that_arises() -> None:
    first = Task(day("08-01"), day("08-14"))
    project = Project((first, Task(due=day("08-12"), before=(0,)), Task(due=day("08-13"), before=(1,))))
    plan, found = slipped(project)
    assert found.shortfall.tolist() == [0, 3, 0]
    assert found.pull_forward.tolist() == [3, 0, 0]
    assert found.endangered_task.tolist() == [1, -1, -1]
    assert plan.slack.tolist() == [-3, -3, -3]


def test_an_overdue_task_is_not_told_again_that_others_need_it_earlier() -> None:
    held = Task(day("07-29"), day("08-02"), before=(0,))
    ahead = [
        slipped(Project((replace(OVERDUE, due=due), held)))[1].pull_forward[0] for due in (day("07-30"), day("08-02"))
    ]
    assert ahead[0] == 0
    assert ahead[1] > 0


def test_an_expected_finish_says_itself_what_is_used_of_the_buffer() -> None:
    task = Task(day("07-22"), day("08-09"), TaskState.RUNNING, 0.2, expected=day("08-07"))
    assert buffer_status(planned(Project((task,))), np.array([5.0]), np.array([0.2])).used.tolist() == [3.0]


@pytest.mark.filterwarnings("error::RuntimeWarning")
@given(projects(), st.lists(st.sampled_from([0.0, 1.0, 2.5, 10.0, 1e19, 1e300]), min_size=7, max_size=7))
def test_no_more_of_a_buffer_is_used_than_there_is(project: Project, sizes: list[float]) -> None:
    size = np.array(sizes[: len(project.tasks)])
    share = np.array([task.share for task in project.tasks])
    found = planned(project)
    burnt = buffer_status(found, size, share)
    there = ~np.isnan(burnt.used)
    assert there.tolist() == [
        bool(is_open and task.due and days)
        for is_open, task, days in zip(found.is_open, project.tasks, size, strict=True)
    ]
    assert ((burnt.used[there] >= 0) & (burnt.used[there] <= size[there])).all()
    assert ((burnt.done[there] >= 0) & (burnt.done[there] <= 1)).all()
    assert ((burnt.burn_rate[there] > 0) == (burnt.used[there] > 0)).all()


def test_a_plan_that_is_kept_uses_no_buffer_and_a_late_begin_uses_as_much() -> None:
    ahead = Task(day("08-05"), day("08-16"))
    size, share = np.array([0.0, 3.0]), np.zeros(2)
    kept = planned(Project((Task(due=day("08-02")), ahead)))
    assert buffer_status(kept, size, share).used[1] == 0
    late = planned(Project((Task(day("08-01"), day("08-06")), Task(ahead.start, ahead.due, before=(0,)))))
    assert buffer_status(late, size, share).used[1] == 2


def test_all_that_leads_to_a_goal_is_found() -> None:
    found = planned(Project((Task(), Task(before=(0,)), Task(before=(1,)), Task(before=(1,)))))
    assert leads_to(found, np.array([False, False, True, False])).tolist() == [True, True, True, False]
