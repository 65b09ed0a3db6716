"""The passes against a forecast worked out day by day, and what holds for every project."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collabxl.scheduling.critical_path import Links, Plan, TaskArrays, TaskState, plan
from tests.scheduling.projects import DAY, TODAY, ByHand, Project, Task, arrays, calendar, days, planned, projects

WORDS = (
    *("early_start", "early_finish", "late_finish", "total_float", "earliest_finish", "forecast", "last_predecessor"),
    *("driver", "cyclic", "is_open"),
)
"""What a plan says by task, apart from how it got there."""


def told(found: Plan, at: int) -> dt.date | None:
    return found.forecast[at].astype(object)


@given(projects())
def test_the_forecast_is_the_one_worked_out_day_by_day(project: Project) -> None:
    found, hand = planned(project), ByHand(project)
    worked = calendar(project)
    for at, task in enumerate(project.tasks):
        assert told(found, at) == hand.finish(at)
        assert found.cyclic[at] == (at in hand.lost)
        if task.state == TaskState.WAITING and at not in hand.lost:
            assert worked.day(np.zeros(1, np.int64), found.early_start[[at]])[0].astype(object) == hand.begin(at)


@given(projects())
def test_the_latest_finish_and_the_float_are_those_worked_out_day_by_day(project: Project) -> None:
    found, hand = planned(project), ByHand(project)
    for at, is_open in enumerate(found.is_open.tolist()):
        forecast, latest = hand.finish(at), hand.latest(at)
        assert is_open == (forecast is not None and project.tasks[at].state != TaskState.DONE)
        if is_open and forecast and latest:
            assert found.slack[at] == hand.count(forecast + DAY, latest)


@given(projects(), st.data())
def test_one_day_more_in_a_critical_task_and_in_no_other_is_one_more_for_the_project(
    project: Project, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(project.tasks) - 1))
    project = project.changed(at, state=data.draw(st.sampled_from([TaskState.WAITING, TaskState.RUNNING])))
    found, hand = planned(project), ByHand(project)
    assume(found.is_open[at])
    end = max(day for place, day in enumerate(map(hand.finish, range(len(project.tasks)))) if found.is_open[place])
    finish = hand.finish(at)
    assert finish
    hand._finish = {at: hand.on_or_after(finish + DAY)}
    later = max(day for place, day in enumerate(map(hand.finish, range(len(project.tasks)))) if found.is_open[place])
    assert (hand.count(end + DAY, later) > 0) == found.is_critical[at]


@given(projects(), st.data())
def test_a_later_actual_finish_never_makes_a_forecast_earlier(project: Project, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(project.tasks) - 1))
    finished = data.draw(days)
    done = project.changed(at, state=TaskState.DONE, finished=finished)
    moved = done.changed(at, finished=finished + DAY * data.draw(st.integers(1, 20)))
    assert not (planned(moved).forecast < planned(done).forecast).any()


@given(projects(), st.data())
def test_a_link_more_never_makes_a_forecast_earlier(project: Project, data: st.DataObject) -> None:
    at, before = (data.draw(st.integers(0, len(project.tasks) - 1)) for _ in range(2))
    more = project.changed(at, before=(*project.tasks[at].before, before))
    assert not (planned(more).forecast < planned(project).forecast).any()


@given(projects())
def test_without_due_dates_no_open_task_has_a_negative_float(project: Project) -> None:
    for at in range(len(project.tasks)):
        project = project.changed(at, due=None)
    found = planned(project)
    assert (found.slack[found.is_open] >= 0).all()
    assert not found.is_open.any() or found.is_critical.any()


@given(projects())
def test_where_a_driver_is_named_the_task_begins_the_working_day_after_it(project: Project) -> None:
    found = planned(project)
    driven = found.driver >= 0
    assert (found.early_start[driven] == found.early_finish[found.driver[driven]] + 1).all()
    assert (found.early_finish[driven] == found.early_finish[found.driver[driven]] + found.working_days[driven]).all()
    waits = np.array([task.state == TaskState.WAITING for task in project.tasks]) & found.is_open & ~driven
    assert (found.early_start[waits] == found.ready[waits]).all()


@given(projects(), st.randoms(use_true_random=False))
def test_the_order_of_tasks_and_links_does_not_matter(project: Project, chance: Any) -> None:
    tasks, links = arrays(project)
    order = np.array(chance.sample(range(len(project.tasks)), len(project.tasks)))
    place = np.argsort(order)
    pairs = np.array(chance.sample(range(len(links.before)), len(links.before)), dtype=np.int64)
    turned = Links(place[links.before[pairs]], place[links.after[pairs]])
    today = np.datetime64(TODAY, "D")
    straight = planned(project)
    found = plan(TaskArrays(*(each[order] for each in tasks)), turned, today, calendar(project))
    for word in WORDS:
        other = getattr(found, word)
        if word in ("last_predecessor", "driver"):
            other = np.where(other >= 0, order[other], -1)
        np.testing.assert_array_equal(other, getattr(straight, word)[order])


@given(st.lists(projects(most=4), min_size=1, max_size=4))
def test_a_batch_is_planned_as_each_of_its_projects_alone(batch: list[Project]) -> None:
    together, first = planned(*batch), 0
    for project in batch:
        alone, end = planned(project), first + len(project.tasks)
        for word in WORDS:
            part = getattr(together, word)[first:end]
            if word in ("last_predecessor", "driver"):
                part = np.where(part >= 0, part - first, -1)
            np.testing.assert_array_equal(part, getattr(alone, word))
        first = end


def test_a_cycle_leaves_the_rest_of_its_project_planned() -> None:
    found = planned(Project((Task(), Task(before=(2,)), Task(before=(1,)), Task(before=(2,)), Task(before=(0,)))))
    assert found.cyclic.tolist() == [False, True, True, True, False]
    assert [told(found, at) for at in range(5)] == [TODAY, None, None, None, TODAY + DAY]


def test_no_tasks_are_no_plan() -> None:
    assert planned(Project(())).forecast.tolist() == []


@pytest.mark.parametrize(
    ("share", "expected", "forecast"),
    [
        (0.7, None, dt.date(2024, 8, 5)),
        (0.69, None, dt.date(2024, 8, 6)),
        (1.0, None, TODAY),
        (0.0, TODAY, TODAY),
        (0.0, dt.date(2024, 8, 17), dt.date(2024, 8, 17)),
        (0.7, TODAY - DAY, dt.date(2024, 8, 5)),
    ],
)
def test_what_is_left_of_ten_days_is_whole_days_from_today_or_until_the_expected_finish(
    share: float, expected: dt.date | None, forecast: dt.date
) -> None:
    """10 × (1 − 0.7) is a little over 3 to a computer; 2024-08-17 is a Saturday, and stays one."""
    task = Task(dt.date(2024, 7, 22), dt.date(2024, 8, 2), TaskState.RUNNING, share, expected=expected)
    assert told(planned(Project((task,))), 0) == forecast
