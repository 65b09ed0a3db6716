from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from collabxl.rules.matching.cycles import (
    LEFT_OUT,
    Chains,
    CyclicComponent,
    covering_cycles,
    cycle_through,
    cyclic_components,
    shorten_path,
)
from collabxl.text import MOST_LISTED


def knots(*links: tuple[int, int]) -> list[CyclicComponent]:
    before, after = (np.array(column, dtype=np.int64) for column in zip(*links, strict=True))
    return cyclic_components(before, after, np.arange(100_000, dtype=np.int64))


def found(*links: tuple[int, int]) -> list[list[int]]:
    return [cycle for knot in knots(*links) for cycle in covering_cycles(knot)]


def test_every_task_of_a_knot_lies_on_a_cycle_told_from_its_first_task_on() -> None:
    assert found((2, 3), (3, 1), (1, 2)) == [[1, 2, 3]]
    assert found((1, 2), (2, 1), (2, 3), (3, 2), (4, 5)) == [[1, 2], [2, 3]]
    assert found((5, 6), (6, 5), (1, 2), (2, 1)) == [[1, 2], [5, 6]]
    assert found((1, 2), (2, 3), (3, 3)) == []


def test_a_long_ring_needs_no_recursion_and_is_told_once() -> None:
    length = 20_000
    links = [(at, at + 1) for at in range(length)]
    assert found(*links) == []
    assert found(*links, (length, 0)) == [list(range(length + 1))]


def test_of_many_cycles_no_more_are_told_than_there_are_tasks() -> None:
    assert len(found(*itertools.permutations(range(60), 2))) == 30 + 29


@pytest.mark.parametrize("seed", range(60))
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
    cycles = {tuple(cycle) for cycle in found(*sorted(links))}
    assert cycles <= brute
    assert set(itertools.chain(*cycles)) == set(itertools.chain(*brute))
    for knot in knots(*sorted(links)):
        for task in knot:
            assert len(cycle_through(knot, task)) == min(len(cycle) for cycle in brute if task in cycle)


def test_a_long_path_is_told_by_its_ends() -> None:
    names = [*map(str, range(MOST_LISTED))]
    assert shorten_path(names) == names
    assert shorten_path([*names, "x"]) == [*names[:5], LEFT_OUT, *names[6:], "x"]


@given(some.integers(1, 40))
def test_the_chain_that_holds_a_task_back(length: int) -> None:
    """Task 0 is held back by 1, that one by 2 and so on; a second branch, -1, begins in the middle."""
    chains = Chains({at: at + 1 for at in range(length)} | {-1: length // 2})
    for task in (0, -1, length - 1):
        whole = [*range(length, length // 2 - 1, -1), -1] if task < 0 else [*range(length, task - 1, -1)]
        assert chains.first(task) == (length, len(whole))
        told = chains.path(task, str)
        kept = [*map(str, whole[1 - MOST_LISTED :])]
        assert told == ([*map(str, whole)] if len(whole) <= MOST_LISTED else [str(length), LEFT_OUT, *kept])
