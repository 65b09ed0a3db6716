"""Graphs of links, many at once: which nodes lie on no cycle and behind none, and values carried along the links.

Every graph of a batch is part of one net. A step over many links is numpy's, over few it is plain Python's, so neither
wide graphs nor long chains cost more than their size.

Why not rustworkx, which rules/graph takes for knots and ways: no function of it carries values along all links, nor
leaves out what lies on a cycle or behind one; and to build its graph and sort it takes three times what all of this
does for 10,000 workbooks, for every link becomes an object.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabxl.scheduling.arrays import spans

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NARROW = 40
"""Links or nodes in a step from which numpy is faster than a loop."""
UNREACHED = -1
"""The level of a node that lies on a cycle or behind one."""


class LevelRun(NamedTuple):
    """Links that stand together: all of one level where ``wide``, else the links of several levels in their order."""

    first: int
    end: int
    wide: bool


class Network(NamedTuple):
    """Links in the order of the level of their source; a node's level is the length of the longest way to it."""

    source: Ints
    target: Ints
    runs: list[LevelRun]
    place: Ints
    """Where each of the links stood that the net was made from; links on cycles or behind them are left out."""


def node_levels(source: Ints, target: Ints, nodes: int) -> Ints:
    """Return the level of every node, UNREACHED for those on a cycle or behind one (Kahn's algorithm)."""
    order = np.argsort(source, kind="stable")
    ends = target[order]
    first = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=nodes))])
    waiting = np.bincount(target, minlength=nodes)
    level = np.full(nodes, UNREACHED, dtype=np.int64)
    front = np.flatnonzero(waiting == 0)
    depth = 0
    while len(front):
        if len(front) < NARROW:
            front, depth = _walk_levels(front, depth, (first, ends, waiting, level))
            continue
        level[front] = depth
        after = ends[spans(first[front], first[front + 1] - first[front])]
        np.subtract.at(waiting, after, 1)
        front = np.unique(after[waiting[after] == 0])
        depth += 1
    return level


def _walk_levels(front: Ints, depth: int, state: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, int]:
    """Go on level by level while they are narrow; return the next front and its depth."""
    first, ends, waiting, level = (each.data for each in state)
    here = front.tolist()
    while 0 < len(here) < NARROW:
        following = []
        for node in here:
            level[node] = depth
            for link in range(first[node], first[node + 1]):
                after = ends[link]
                waiting[after] -= 1
                if not waiting[after]:
                    following.append(after)
        here = following
        depth += 1
    return np.array(here, dtype=np.int64), depth


def build_network(source: Ints, target: Ints, level: Ints) -> Network:
    """Return the links between reached nodes, ready to carry values."""
    place = np.flatnonzero((level[source] != UNREACHED) & (level[target] != UNREACHED))
    place = place[np.argsort(level[source[place]], kind="stable")]
    return Network(source[place], target[place], _level_runs(np.bincount(level[source[place]])), place)


def _level_runs(sizes: Ints) -> list[LevelRun]:
    """Return the runs of levels with so many links each, narrow neighbours joined."""
    if not len(sizes):
        return []
    wide = sizes >= NARROW
    starts = np.flatnonzero(wide | np.concatenate([[True], wide[1:] != wide[:-1]]))
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    first, end = bounds[starts].tolist(), bounds[[*starts[1:], len(sizes)]].tolist()
    return [LevelRun(*run) for run in zip(first, end, wide[starts].tolist(), strict=True)]


def propagate(value: Ints, gain: Ints, along: Network, *, backwards: bool = False) -> Ints:
    """Return each node's largest of its own value and those of the nodes before it, each with its link's ``gain``.

    ``backwards`` carries from target to source. ``gain`` is by link, in the order of the net.
    """
    most = value.copy()
    source, target = (along.target, along.source) if backwards else (along.source, along.target)
    begins, ends, gains = (each.data for each in (source, target, gain))
    view = most.data
    for run in reversed(along.runs) if backwards else along.runs:
        if run.wide:
            part = slice(run.first, run.end)
            np.maximum.at(most, target[part], most[source[part]] + gain[part])
            continue
        links = range(run.first, run.end)
        for link in reversed(links) if backwards else links:
            reach = view[begins[link]] + gains[link]
            if reach > view[ends[link]]:
                view[ends[link]] = reach
    return most


def chain_sums(value: NDArray[np.float64], before: Ints) -> NDArray[np.float64]:
    """Return the sum of the values along each node's chain, itself included; ``before`` is -1 where a chain begins.

    The chains must have an end; each step doubles what is summed, so even long chains take few.
    """
    total, further = value.copy(), before.copy()
    while (going := further >= 0).any():
        at = further[going]
        total[going], further[going] = total[going] + total[at], further[at]
    return total


def chain_roots(before: Ints) -> Ints:
    """Return the first node of each node's chain; ``before`` is -1 where a chain begins."""
    root = np.where(before >= 0, before, np.arange(len(before)))
    while (root[root] != root).any():
        root = root[root]
    return root
