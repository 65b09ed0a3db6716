"""Paths through dependencies: every cycle once, and the chain that holds a task back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_CYCLES = 100
"""Cycles told in one knot of tasks; in a tight knot their number explodes, and one cut resolves many."""


def cycles(before: NDArray[np.int64], after: NDArray[np.int64], rank: NDArray[np.int64]) -> list[list[int]]:
    """Return every simple cycle along before → after, each once, from its task of least ``rank`` on.

    At most MOST_CYCLES are told of one knot.
    """
    import rustworkx as rx

    graph = rx.PyDiGraph(multigraph=False)
    tasks, ends = np.unique(np.concatenate([before, after]), return_inverse=True)
    graph.add_nodes_from(tasks.tolist())
    half = len(before)
    graph.add_edges_from_no_data(list(zip(ends[:half].tolist(), ends[half:].tolist(), strict=True)))
    if rx.is_directed_acyclic_graph(graph):
        return []
    found: list[list[int]] = []
    for knot in rx.strongly_connected_components(graph):
        if len(knot) > 1:
            part = graph.subgraph(sorted(knot))
            each = islice(rx.simple_cycles(part), MOST_CYCLES)
            found.extend(_from_first([part[at] for at in cycle], rank) for cycle in each)
    return sorted(found, key=lambda cycle: [rank[at] for at in cycle])


def _from_first(cycle: list[int], rank: NDArray[np.int64]) -> list[int]:
    start = min(range(len(cycle)), key=lambda place: int(rank[cycle[place]]))
    return cycle[start:] + cycle[:start]


class Chain(NamedTuple):
    """The tasks from the one that holds the others back down to the task asked for, and when the first is due."""

    path: list[int]
    due: np.datetime64


def chain_before(task: int, latest: Mapping[int, tuple[np.datetime64, int]]) -> Chain:
    """Return the chain of predecessors that ends after ``task`` is due; ``latest`` names each task's latest one."""
    due, before = latest[task]
    path = [before, task]
    while before in latest and latest[before][0] > due and latest[before][1] not in path:
        due, before = latest[before]
        path.insert(0, before)
    return Chain(path, due)
