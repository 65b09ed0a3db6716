"""One plan across workbooks is the plan of the one workbook that they would be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collabxl.scheduling.critical_path import NEVER, ExternalForecasts, Plan, TaskState, is_known, plan
from collabxl.scheduling.cross_project import (
    CrossProjectPlan,
    ExternalPredecessors,
    ExternalSuccessors,
    plan_across,
    through_paths,
)
from tests.scheduling.projects import DAY, TODAY, ByHand, Project, Task, arrays, calendar, days, planned, projects

ON = np.datetime64(TODAY, "D")
Spot = tuple[int, int]
"""A project and the place of a task in it."""


@dataclass(frozen=True)
class Run:
    """Projects, and which task of one waits for which of another."""

    projects: tuple[Project, ...]
    waits: tuple[tuple[Spot, Spot], ...]
    """Predecessor first."""

    @property
    def first(self) -> list[int]:
        """Where each project's tasks begin if all stand in one."""
        return np.cumsum([0, *(len(project.tasks) for project in self.projects)]).tolist()

    def merged(self) -> Project:
        """Return the one project that they would be, by the calendar of the first."""
        tasks: list[Task] = []
        for offset, project in zip(self.first, self.projects, strict=False):
            tasks += [replace(task, before=tuple(offset + at for at in task.before)) for task in project.tasks]
        for (book, before), (other, after) in self.waits:
            at = self.first[other] + after
            tasks[at] = replace(tasks[at], before=(*tasks[at].before, self.first[book] + before))
        return Project(tuple(tasks), self.projects[0].odd)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Runs of a few projects with one calendar, waiting for each other in circles, too."""
    drawn = draw(st.lists(projects(most=5), min_size=2, max_size=4))
    odd = drawn[0].odd
    spots = st.sampled_from([(book, at) for book, project in enumerate(drawn) for at in range(len(project.tasks))])
    waits = draw(st.lists(st.tuples(spots, spots).filter(lambda pair: pair[0] != pair[1]), max_size=6))
    return Run(tuple(replace(project, odd=odd) for project in drawn), tuple(waits))


class Solved(NamedTuple):
    """The plan across a run, and the plan of its projects with what that tells of outside."""

    across: CrossProjectPlan
    parts: Plan
    before: np.ndarray
    """By wait that counts, the position of the predecessor among the tasks of all projects."""
    after: np.ndarray


def solved(run: Run) -> Solved:
    """Return the plan of a run whose projects know of each other only what leads through them."""
    tasks, links = arrays(*run.projects)
    days = calendar(*run.projects)
    alone = plan(tasks, links, ON, days)
    live = tasks.state != TaskState.OUT
    before, after = (np.array([run.first[book] + at for book, at in spots], dtype=np.int64) for spots in _ends(run))
    kept = live[before] & live[after]
    before, after = before[kept], after[kept]
    outlets, named = np.unique(before, return_inverse=True)
    found = plan_across(
        ExternalPredecessors(
            tasks.wb[outlets], alone.forecast[outlets], alone.cyclic[outlets], alone.late_finish[outlets]
        ),
        ExternalSuccessors(
            named, tasks.wb[after], np.where(alone.is_waiting, alone.late_finish - alone.working_days, NEVER)[after]
        ),
        through_paths(alone, tasks.wb, after, outlets),
        days,
    )
    outside = ExternalForecasts(after, found.forecast[named], found.cyclic[named])
    return Solved(found, plan(tasks, links, ON, days, outside), before, after)


def _ends(run: Run) -> tuple[list[Spot], list[Spot]]:
    return [before for before, _ in run.waits], [after for _, after in run.waits]


@given(runs())
def test_the_plan_across_is_that_of_the_one_workbook_they_would_be(run: Run) -> None:
    whole, parts = planned(run.merged()), solved(run).parts
    for word in ("forecast", "cyclic", "is_open", "early_start", "early_finish"):
        np.testing.assert_array_equal(getattr(parts, word), getattr(whole, word), err_msg=word)


@given(runs())
def test_when_what_is_waited_for_must_be_finished_is_what_the_one_workbook_says(run: Run) -> None:
    """A cycle through several workbooks is left out: what lies behind one asks for nothing."""
    whole, found = planned(run.merged()), solved(run)
    assume((whole.cyclic == planned(*run.projects).cyclic).all())
    latest = np.where(whole.is_waiting & is_known(whole.late_finish), whole.late_finish - whole.working_days, NEVER)
    np.testing.assert_array_equal(found.across.late_finish, latest[found.after])


@settings(max_examples=40)
@given(runs())
def test_what_begins_by_a_task_outside_is_held_by_it_and_has_no_driver(run: Run) -> None:
    parts = solved(run).parts
    alone = planned(*run.projects)
    assert (parts.driver[parts.is_driven_externally] == -1).all()
    assert (parts.early_start[parts.is_driven_externally] == parts.ready[parts.is_driven_externally]).all()
    assert (parts.early_start[parts.is_driven_externally] >= alone.early_start[parts.is_driven_externally]).all()
    moved = ~parts.cyclic & parts.is_waiting & (parts.early_finish > alone.early_finish)
    assert (parts.is_driven_externally | (parts.driver >= 0))[moved].all()


@settings(max_examples=40)
@given(runs(), st.randoms(use_true_random=False))
def test_the_order_of_workbooks_does_not_matter(run: Run, chance: object) -> None:
    order: list[int] = chance.sample(range(len(run.projects)), len(run.projects))  # type: ignore[attr-defined]
    place = {book: at for at, book in enumerate(order)}
    waits = tuple(((place[a], at), (place[b], to)) for (a, at), (b, to) in reversed(run.waits))
    turned = Run(tuple(run.projects[book] for book in order), waits)
    straight, other = solved(run).parts, solved(turned).parts
    rows = np.concatenate(
        [np.arange(turned.first[place[book]], turned.first[place[book] + 1]) for book in range(len(order))]
    )
    for word in ("forecast", "cyclic", "is_driven_externally"):
        np.testing.assert_array_equal(getattr(other, word)[rows], getattr(straight, word))


@given(st.lists(st.tuples(st.integers(1, 4), st.dictionaries(days, st.booleans(), max_size=6)), min_size=2, max_size=5))
def test_each_workbook_counts_by_its_own_calendar(chain: list[tuple[int, dict[dt.date, bool]]]) -> None:
    """A chain of projects of one task each, worked out with a wall calendar."""
    made = tuple(Project((Task(start=TODAY, due=TODAY + DAY * length),), tuple(odd.items())) for length, odd in chain)
    run = Run(made, tuple(((book, 0), (book + 1, 0)) for book in range(len(made) - 1)))
    parts = solved(run).parts
    begin = TODAY
    for book, project in enumerate(made):
        hand = ByHand(project)
        finish = hand.last_of(begin, hand.duration(0))
        assert parts.forecast[book].astype(object) == finish
        begin = finish + DAY
