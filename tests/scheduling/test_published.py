"""Published networks come out with their published figures; a working day stands for the book's unit of time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from collabxl.scheduling.buffers import buffer_status
from collabxl.scheduling.critical_path import Plan, TaskState
from tests.scheduling.projects import DAY, TODAY, ByHand, Project, Task, planned

Network = dict[str, tuple[int, str]]
"""By activity: how long it takes, and which are its immediate predecessors."""

RELIABLE: Network = {
    "A": (2, ""), "B": (4, "A"), "C": (10, "B"), "D": (6, "C"), "E": (4, "C"), "F": (5, "E"), "G": (7, "D"),
    "H": (9, "EG"), "I": (7, "C"), "J": (8, "FI"), "K": (4, "J"), "L": (5, "J"), "M": (2, "H"), "N": (6, "KL"),
}  # fmt: skip
"""Hillier and Lieberman, Introduction to Operations Research: the Reliable Construction Co. project, 44 weeks."""
PAPER: Network = {
    "A": (2, ""), "B": (3, ""), "C": (2, "A"), "D": (4, "AB"), "E": (4, "C"), "F": (3, "C"), "G": (5, "DE"),
    "H": (2, "FG"),
}  # fmt: skip
"""Heizer and Render, Operations Management: Milwaukee Paper Manufacturing, 15 weeks."""
TAYLOR: Network = {
    "12": (7, ""), "13": (10, ""), "24": (6, "12"), "34": (5, "13"), "35": (4, "13"), "45": (3, "24 34"),
    "56": (2, "35 45"),
}  # fmt: skip
"""Taylor, Introduction to Management Science, chapter 8, solutions to the problems, p. 114: activities 1-2, 1-3 …"""


def made(network: Network) -> tuple[Plan, int]:
    """Return the plan of a network that begins today, and the working day before it.

    A task is planned over as many days as it takes, all of them gone by, so that nothing but its predecessors hold it.
    """
    hand, names = ByHand(Project(())), list(network)
    yesterday = hand.on_or_before(TODAY - DAY)
    tasks = []
    for length, before in network.values():
        start = yesterday
        while hand.count(start, yesterday) < length:
            start -= DAY
        parts = before.split() if " " in before or before in network else list(before)
        tasks.append(Task(start, yesterday, before=tuple(map(names.index, parts))))
    found = planned(Project(tuple(tasks)))
    assert found.duration.tolist() == [length for length, _ in network.values()]
    return found, int(found.today[0]) - 1


@pytest.mark.parametrize(
    ("network", "end", "critical", "slack"),
    [
        (RELIABLE, 44, "A B C E F J L N", {"D": 4, "G": 4, "H": 4, "M": 4, "I": 2, "K": 1}),
        (PAPER, 15, "A C E G H", {"B": 1, "D": 1, "F": 6}),
        (TAYLOR, 20, "13 34 45 56", {"12": 2, "24": 2, "35": 4}),
    ],
    ids=["reliable", "paper", "taylor"],
)
def test_end_critical_path_and_slack_are_the_published_ones(
    network: Network, end: int, critical: str, slack: dict[str, int]
) -> None:
    found, before = made(network)
    names = np.array(list(network))
    assert found.early_finish.max() - before == end
    assert names[found.is_critical].tolist() == critical.split()
    assert (
        dict(zip(names.tolist(), found.total_float.tolist(), strict=True)) == dict.fromkeys(critical.split(), 0) | slack
    )
    path = [int(found.early_finish.argmax())]
    while found.driver[path[0]] >= 0:
        path.insert(0, int(found.driver[path[0]]))
    assert names[path].tolist() == critical.split()


def test_every_early_and_late_time_of_taylor_s_table_comes_out() -> None:
    found, before = made(TAYLOR)
    early_start, early_finish = found.early_start - before - 1, found.early_finish - before
    late_finish = early_finish + found.total_float
    assert early_start.tolist() == [0, 0, 7, 10, 10, 15, 18]
    assert early_finish.tolist() == [7, 10, 13, 15, 14, 18, 20]
    assert (late_finish - found.working_days).tolist() == [2, 0, 9, 10, 14, 15, 18]
    assert late_finish.tolist() == [9, 10, 15, 15, 18, 18, 20]


def test_the_burn_rate_is_that_of_the_theory_of_constraints_handbook() -> None:
    """Cox and Schleier, 2010, chapter 3: 10 of 30 days of buffer used, 14 of 52 days of the chain done; about 1.2."""
    hand = ByHand(Project(()))
    begun = TODAY
    while hand.count(begun, TODAY) <= 10:
        begun -= DAY
    done = Task(dt.date(2024, 7, 1), hand.last_of(dt.date(2024, 7, 1), 14), TaskState.DONE, 1.0)
    late = Task(begun, hand.last_of(begun, 38 + 30), before=(0,))
    burnt = buffer_status(planned(Project((done, late))), np.array([0.0, 30.0]), np.array([1.0, 0.0]))
    assert burnt.used[1] == 10
    assert burnt.done[1] == pytest.approx(14 / 52)
    assert burnt.burn_rate[1] == pytest.approx((10 / 30) / (14 / 52))
