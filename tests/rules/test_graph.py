from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from collabxl.rules.graph import MOST_CYCLES, Latest, chain_before, cycles
from collabxl.rules.names import NONE


def found(*links: tuple[int, int]) -> list[list[int]]:
    before, after = (np.array(column, dtype=np.int64) for column in zip(*links, strict=True))
    return cycles(before, after, np.arange(1000, dtype=np.int64))


def test_every_cycle_once_from_its_first_task_on() -> None:
    assert found((2, 3), (3, 1), (1, 2)) == [[1, 2, 3]]
    assert found((1, 2), (2, 1), (2, 3), (3, 2), (4, 5)) == [[1, 2], [2, 3]]
    assert found((1, 2), (2, 3)) == []


def test_a_long_chain_needs_no_recursion() -> None:
    length = 20_000
    links = [(at, at + 1) for at in range(length)]
    assert found(*links) == []
    before, after = (np.array(column, dtype=np.int64) for column in zip(*links, (length, 0), strict=True))
    (cycle,) = cycles(before, after, np.arange(length + 1, dtype=np.int64))
    assert cycle == list(range(length + 1))


def test_a_knot_of_many_cycles_is_told_in_part() -> None:
    links = list(itertools.permutations(range(9), 2))
    assert len(found(*links)) == MOST_CYCLES


@pytest.mark.parametrize("seed", range(30))
def test_against_brute_force_on_small_random_graphs(seed: int) -> None:
    chance = random.Random(seed)
    links = {(chance.randrange(6), chance.randrange(6)) for _ in range(8)}
    links = {(left, right) for left, right in links if left != right} or {(0, 1)}
    brute = {
        path
        for size in range(2, 7)
        for path in itertools.permutations(range(6), size)
        if path[0] == min(path) and all(pair in links for pair in zip(path, (*path[1:], path[0]), strict=True))
    }
    assert {tuple(cycle) for cycle in found(*sorted(links))} == brute


def test_the_chain_that_holds_a_task_back() -> None:
    day = [np.datetime64(f"2024-07-{number:02}") for number in range(1, 21)]
    latest = Latest(np.array([NONE, 0, 1, 2]), np.array(["NaT", day[5], day[9], day[8]], dtype="datetime64[D]"))
    chain = chain_before(3, latest)
    assert chain.path == [1, 2, 3]
    assert chain.due == day[9]
