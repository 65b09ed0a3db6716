"""Paths through dependencies: every cycle once, and the chain that holds a task back."""

from __future__ import annotations

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


def way(before: NDArray[np.int64], after: NDArray[np.int64], first: int, last: int) -> list[int]:
    """Return the tasks of a shortest way along before → after from ``first`` to ``last``, both included."""
    import rustworkx as rx

    if first == last:
        return [first]
    graph = rx.PyDiGraph()
    graph.extend_from_edge_list(list(zip(before.tolist(), after.tolist(), strict=True)))
    return list(rx.dijkstra_shortest_paths(graph, first, target=last)[last])


class Latest(NamedTuple):
    """By task position: its predecessor that is due last, -1 where it has none, and when that one is due."""

    before: NDArray[np.int64]
    due: NDArray[np.datetime64]


class Chain(NamedTuple):
    """The tasks from the one that holds the others back down to the task asked for, and when the first is due."""

    path: list[int]
    due: np.datetime64


def chain_before(task: int, latest: Latest) -> Chain:
    """Return the chain of predecessors, each due later than the one it holds back, that ends at ``task``."""
    before, due = int(latest.before[task]), latest.due[task]
    path = [before, task]
    while latest.before[before] >= 0 and latest.due[before] > due and int(latest.before[before]) not in path:
        before, due = int(latest.before[before]), latest.due[before]
        path.insert(0, before)
    return Chain(path, due)
