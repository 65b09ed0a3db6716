"""Paths through dependencies: tasks that wait for each other, and the chain that holds a task back.

rustworkx finds knots and ways. The shortest cycle through a task is sought here: of several that are equally short the
one by the order of rows is told, run after run, which rustworkx leaves open, and it has no search for cycles by length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from collabxl.text import MOST_LISTED

Step = TypeVar("Step")
LEFT_OUT = "…"
"""Stands for what is left out of a path."""
CyclicComponent = Mapping[int, Sequence[int]]
"""Tasks that all wait for each other, by rank, each with those of them that wait for it."""


def cyclic_components(
    before: NDArray[np.int64], after: NDArray[np.int64], rank: NDArray[np.int64]
) -> list[CyclicComponent]:
    """Return the knots along before → after, that of the task of least ``rank`` first.

    A knot is told as such: the number of its cycles explodes, and one cut resolves many.
    """
    import rustworkx as rx

    order = np.lexsort((rank[after], rank[before]))
    tasks, ends = np.unique(np.concatenate([before[order], after[order]]), return_inverse=True)
    graph = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(tasks.tolist())
    half = len(order)
    graph.add_edges_from_no_data(list(zip(ends[:half].tolist(), ends[half:].tolist(), strict=True)))
    found = [
        sorted(tasks[list(knot)].tolist(), key=lambda at: int(rank[at]))
        for knot in rx.strongly_connected_components(graph)
        if len(knot) > 1
    ]
    knot_of = {at: number for number, knot in enumerate(found) for at in knot}
    made: list[dict[int, list[int]]] = [{at: [] for at in knot} for knot in found]
    for one, other in zip(before[order].tolist(), after[order].tolist(), strict=True):
        number = knot_of.get(one)
        if number is not None and number == knot_of.get(other) and one != other:
            made[number][one].append(other)
    return sorted(made, key=lambda knot: int(rank[next(iter(knot))]))


def cycle_through(knot: CyclicComponent, start: int) -> list[int]:
    """Return the tasks of a shortest cycle through one of a knot, from its first task on."""
    came_from: dict[int, int] = {}
    reached = [start]
    for task in reached:
        for other in knot[task]:
            if other == start:
                return _rotate_to_first(_path_back(task, came_from), knot)
            if other not in came_from:
                came_from[other] = task
                reached.append(other)
    raise ValueError(f"{start} lies on no cycle")


def _path_back(task: int, came_from: Mapping[int, int]) -> list[int]:
    path = [task]
    while path[-1] in came_from:
        path.append(came_from[path[-1]])
    return path[::-1]


def _rotate_to_first(cycle: list[int], knot: CyclicComponent) -> list[int]:
    on = set(cycle)
    start = cycle.index(next(task for task in knot if task in on))
    return cycle[start:] + cycle[:start]


def covering_cycles(knot: CyclicComponent) -> Iterator[list[int]]:
    """Return cycles that pass through every task of a knot: each a shortest one through the first not passed so far."""
    passed: set[int] = set()
    for task in knot:
        if task not in passed:
            cycle = cycle_through(knot, task)
            passed.update(cycle)
            yield cycle


def shorten_path(path: Sequence[Step]) -> list[Step | str]:
    """Return the steps of a path, of a long one both ends and … between them."""
    half = MOST_LISTED // 2
    return list(path) if len(path) <= MOST_LISTED else [*path[:half], LEFT_OUT, *path[-half:]]


def shortest_path(before: NDArray[np.int64], after: NDArray[np.int64], first: int, last: int) -> list[int]:
    """Return the tasks of a shortest way along before → after from ``first`` to ``last``, both included."""
    import rustworkx as rx

    if first == last:
        return [first]
    graph = rx.PyDiGraph()
    graph.extend_from_edge_list(list(zip(before.tolist(), after.tolist(), strict=True)))
    return list(rx.dijkstra_shortest_paths(graph, first, target=last)[last])


class Chains:
    """Chains of tasks, each held back by the one ``before`` it; none may come back to itself."""

    def __init__(self, before: Mapping[int, int]) -> None:
        self._before = before
        self._ends: dict[int, tuple[int, int]] = {}

    def first(self, task: int) -> tuple[int, int]:
        """Return the first task of the chain down to one, and how many the chain has."""
        down: list[int] = []
        while task in self._before and task not in self._ends:
            down.append(task)
            task = self._before[task]
        first, length = self._ends.get(task, (task, 1))
        for each in reversed(down):
            length += 1
            self._ends[each] = first, length
        return first, length

    def path(self, task: int, label: Callable[[int], str]) -> list[str]:
        """Return what the chain down to a task is called; of a long one its first task and its last ones."""
        first, length = self.first(task)
        tail = [task]
        while len(tail) < min(length - 1, MOST_LISTED - 1):
            tail.append(self._before[tail[-1]])
        left_out = [LEFT_OUT] if len(tail) < length - 1 else []
        return [label(first), *left_out, *map(label, reversed(tail))]
